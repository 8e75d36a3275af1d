"""The gate between PyTorch and ONNX: the same maps of tiles, and the same boxes of whole scans of awkward shapes."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import torch
from torch import nn

from cargoscope.detections import Detections
from cargoscope.errors import ModelError
from cargoscope.inference.engine import SCORE_FLOOR, Engine
from cargoscope.inference.finding import candidates, merged
from cargoscope.inference.second_look import Run, with_second_look
from cargoscope.models.card import ModelCard
from cargoscope.scan import Scan, View

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

SCORE_TOLERANCE: Final = 1e-3
BOX_TOLERANCE_PX: Final = 0.5
LEAST: Final = 0.1
"""Findings of whole scans are compared from this score on: below it lie ties of noise."""

LONG_PX: Final = 64
"""Height of the image that is sixty times as long."""


def check_parity(served: nn.Module, path: Path, tiles: Sequence[Floats]) -> None:
    """ModelError where the ONNX file answers differently from PyTorch: heat by 1e-3, ltrb by half a pixel."""
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    for number, tile in enumerate(tiles):
        heat, ltrb = _in_torch(served, tile[None])
        onnx_heat, onnx_ltrb = session.run(["heat", "ltrb"], {"tile": tile[None]})
        for name, one, other, tolerance in (
            ("heat", heat, onnx_heat, SCORE_TOLERANCE),
            ("ltrb", ltrb, onnx_ltrb, BOX_TOLERANCE_PX),
        ):
            apart = float(np.abs(one - other).max())
            if not apart <= tolerance:
                raise ModelError(f"export: {name} of tile {number} differs by {apart:.4g}, allowed {tolerance}")
    log.info("ONNX and PyTorch agree on %d tiles", len(tiles))


def check_scan_parity(served: nn.Module, folder: Path) -> None:
    """ModelError where a model folder, run by the engine, finds other boxes than PyTorch in an image of 60:1 or of one
    tile: a finding without a partner of its class within half a pixel of the model and 1e-3 of score.

    Every tile is looked at again: a line that one of them reaches and the other misses by less than the tolerance would
    let their findings differ by more than it."""
    with Engine(folder, threads=torch.get_num_threads(), second_look=0.0) as engine:
        run: Run = lambda tiles, _: _in_torch(served, tiles)  # noqa: E731
        again_above = None
        if engine.card.second_look is not None:
            run, again_above = with_second_look(run, 0.0), SCORE_FLOOR
        for name, scan in awkward(engine.card).items():
            thresholds = np.full(len(engine.card.classes), LEAST - SCORE_TOLERANCE, np.float32)
            theirs = merged(candidates(scan, engine.card, run, thresholds, again_above=again_above))
            ours = engine.detect(scan, LEAST - SCORE_TOLERANCE)
            for what, one, other in (("ONNX", ours, theirs), ("PyTorch", theirs, ours)):
                lonely = without_partner(one, other)
                if len(lonely):
                    first = next(iter(lonely))
                    raise ModelError(
                        f"export: in an image of {name}, {what} finds {first.kind} of score {first.score:.4f} at "
                        f"{[round(edge, 1) for edge in first.box]}, and the other does not"
                    )
            log.info("ONNX and PyTorch agree on %d findings in an image of %s", len(ours), name)


def without_partner(found: Detections, other: Detections) -> Detections:
    """The findings of LEAST and more to which the other has none of the same class, place and score."""
    lonely = np.zeros(len(found), np.bool_)
    for row in np.flatnonzero(found.scores >= LEAST):
        near = np.abs(other.boxes - found.boxes[row]).max(axis=1, initial=0.0) <= BOX_TOLERANCE_PX
        same = (other.class_ids == found.class_ids[row]) & (other.view == found.view[row])
        alike = np.abs(other.scores - found.scores[row]) <= SCORE_TOLERANCE
        lonely[row] = not (near & same & alike).any()
    return found.where(lonely)


def awkward(card: ModelCard) -> dict[str, Scan]:
    """Noisy cargo with dense things in it, at the model's pitch: sixty times as long as high, and just one tile."""
    tile_h, tile_w = card.input_hw
    long, tile = _cargo(60 * LONG_PX, LONG_PX, card.pitch_mm), _cargo(tile_w, tile_h, card.pitch_mm)
    return {"60:1": long, "one tile": tile}


def _cargo(width: int, height: int, pitch_mm: float) -> Scan:
    rng = np.random.default_rng(0)
    thickness = rng.normal(0.6, 0.02, (height, width))
    for _ in range(width * height // 8000):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        thickness[y : y + int(rng.integers(6, 30)), x : x + int(rng.integers(6, 60))] += rng.uniform(0.1, 1.5)
    planes = [60000 * np.exp(-thickness * factor) for factor in (0.87, 1.0)]
    view = View(np.stack(planes).astype(np.uint16), ("6MV", "4MV"), (60000, 60000), (pitch_mm, pitch_mm))
    return Scan("parity", datetime(2026, 1, 1, tzinfo=UTC), "parity", (view,))


@torch.no_grad()
def _in_torch(served: nn.Module, tiles: Floats) -> tuple[Floats, Floats]:
    heat, ltrb = served(torch.from_numpy(tiles))
    return heat.numpy(), ltrb.numpy()
