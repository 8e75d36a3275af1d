"""From a checkpoint to a model folder: ONNX with its facts inside, proven equal to PyTorch, and the card beside it."""

import copy
import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn

from cargoscope import pixels
from cargoscope.errors import ModelError
from cargoscope.models.card import (
    METADATA_KEY,
    MODEL_FILE,
    WEIGHTS_FILE,
    ModelCard,
    read_card,
    running_facts,
    sha256_of,
    write_card,
)
from cargoscope.models.networks import STRIDE, CargoscopeS, build, fold_norms
from cargoscope.training.recipe import Recipe

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

OPSET: Final = 20
HEAT_TOLERANCE: Final = 1e-3
LTRB_TOLERANCE_PX: Final = 0.5
FIRST_THRESHOLD: Final = 0.5


class _Served(nn.Module):
    """The network as it is served: probabilities, not logits."""

    def __init__(self, network: CargoscopeS) -> None:
        super().__init__()
        self.network = network

    def forward(self, tile: Tensor) -> tuple[Tensor, Tensor]:
        logits, ltrb = self.network(tile)
        return logits.sigmoid(), ltrb


def export(
    recipe: Recipe,
    weights: Mapping[str, Tensor],
    output: Path,
    tiles: Sequence[Floats],
    now: datetime,
    trained_on: str | None = None,
    parent: str | None = None,
    notes: str = "",
) -> ModelCard:
    """Write model.onnx, weights.pt and card.json into output; thresholds are FIRST_THRESHOLD until `set_thresholds`.

    tiles: real ones, (4, tile_px, tile_px), on which ONNX must say what the network says as it was trained, its batch
    norms not folded; a random one is added. Where it does not, nothing is written.
    """
    network = build(recipe.detector, len(recipe.classes))
    network.load_state_dict(weights)
    network.eval()
    output.mkdir(parents=True, exist_ok=True)
    side = recipe.tile_px
    card = ModelCard(
        model_id="0" * 64,
        name=recipe.name,
        classes=recipe.classes,
        input_hw=(side, side),
        pitch_mm=recipe.pitch_mm,
        stride=STRIDE,
        overlap=recipe.overlap_px,
        thresholds=dict.fromkeys(recipe.classes, FIRST_THRESHOLD),
        created_at=now,
        trained_on=trained_on,
        parent=parent,
        notes=notes,
    )
    served = _Served(network)
    folded = fold_norms(copy.deepcopy(served))
    random = np.random.default_rng(recipe.seed).normal(0.3, 0.5, (len(pixels.CHANNELS), side, side))
    with tempfile.TemporaryDirectory(dir=output) as folder:
        path, kept = Path(folder) / MODEL_FILE, Path(folder) / WEIGHTS_FILE
        _to_onnx(folded, path, (1, len(pixels.CHANNELS), side, side))
        check_parity(served, path, [random.astype(np.float32), *tiles])
        torch.save({key: _compact(value) for key, value in network.state_dict().items()}, kept)
        os.replace(kept, output / WEIGHTS_FILE)
        return seal(output, path, card)


def _compact(value: Tensor) -> Tensor:
    """Kernels in half precision: half the file, and a training goes on from them as well."""
    return value.half().contiguous() if value.is_floating_point() and value.ndim > 1 else value.contiguous()


def set_thresholds(folder: Path, thresholds: Mapping[str, float]) -> ModelCard:
    """Write thresholds into the ONNX file and the card. The model_id follows them, and older scores are forgotten."""
    card = replace(read_card(folder), thresholds=dict(thresholds), scores={})
    return seal(folder, folder / MODEL_FILE, card)


def check_parity(served: nn.Module, path: Path, tiles: Sequence[Floats]) -> None:
    """ModelError where the ONNX file answers differently from PyTorch: heat by 1e-3, ltrb by half a pixel."""
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    for number, tile in enumerate(tiles):
        with torch.no_grad():
            heat, ltrb = (part.numpy() for part in served(torch.from_numpy(tile[None])))
        onnx_heat, onnx_ltrb = session.run(["heat", "ltrb"], {"tile": tile[None]})
        for name, one, other, tolerance in (
            ("heat", heat, onnx_heat, HEAT_TOLERANCE),
            ("ltrb", ltrb, onnx_ltrb, LTRB_TOLERANCE_PX),
        ):
            apart = float(np.abs(one - other).max())
            if not apart <= tolerance:
                raise ModelError(f"export: {name} of tile {number} differs by {apart:.4g}, allowed {tolerance}")
    log.info("ONNX and PyTorch agree on %d tiles", len(tiles))


def _to_onnx(served: nn.Module, path: Path, shape: tuple[int, ...]) -> None:
    torch.onnx.export(
        served,
        (torch.zeros(shape),),
        path,
        input_names=["tile"],
        output_names=["heat", "ltrb"],
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def seal(folder: Path, network: Path, card: ModelCard) -> ModelCard:
    """Put a network into a model folder: the card's facts inside the ONNX file, its sha256 in the card beside it."""
    model = onnx.load(network)
    onnx.helper.set_model_props(model, {METADATA_KEY: running_facts(card)})
    onnx.checker.check_model(model)
    temporary = folder / f".{MODEL_FILE}.tmp"
    onnx.save(model, temporary)
    sealed = replace(card, model_id=sha256_of(temporary))
    os.replace(temporary, folder / MODEL_FILE)
    write_card(folder, sealed)
    return sealed
