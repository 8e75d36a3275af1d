"""From a checkpoint to a model folder: ONNX with its facts inside, proven equal to PyTorch, and the card beside it."""

import copy
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
import torch
from torch import Tensor, nn

from cargoscope import pixels
from cargoscope.inference.engine import BATCH_AXIS
from cargoscope.models.card import (
    CARD_FILE,
    METADATA_KEY,
    MODEL_FILE,
    WEIGHTS_FILE,
    ModelCard,
    read_card,
    running_facts,
    sha256_of,
    write_card,
)
from cargoscope.models.networks import STRIDE, Detector, build, fold_norms
from cargoscope.training.halves import with_halves
from cargoscope.training.parity import check_parity, check_scan_parity
from cargoscope.training.recipe import Recipe

Floats = npt.NDArray[np.float32]

OPSET: Final = 20
FIRST_THRESHOLD: Final = 0.5


SECOND_LOOK_ABOVE: Final = 0.2
"""Heat from which a mirrored model looks at a tile again: what the first look gives less, only a second one of .8 and
more would lift to .5 in the mean. Of 1749 tiles of simulated scans a third reach it, among them all 213 whose mean is
.3 and more."""


class _Served(nn.Module):
    """The network as served: probabilities, not logits."""

    def __init__(self, network: Detector) -> None:
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

    Both files hold the same network: kernels are rounded before anything is made of them (`_compact`). The weights keep
    them in half precision, the ONNX file those that no folded norm has scaled (`halves`).

    tiles: real ones, (4, tile_px, tile_px), on which ONNX must say what the network says as it was trained, its batch
    norms not folded; a random one is added, and whole scans of awkward shapes (`parity`). Where it does not, nothing is
    written. The ONNX file takes any number of tiles.
    """
    network = build(recipe.detector, len(recipe.classes))
    kept = {key: _compact(value) for key, value in weights.items()}
    network.load_state_dict(kept)
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
        mirrored=recipe.mirrored,
        second_look=SECOND_LOOK_ABOVE if recipe.mirrored else None,
        far_pitch_mm=recipe.far_pitch_mm or None,
    )
    served = _Served(network)
    folded = fold_norms(copy.deepcopy(served))
    random = np.random.default_rng(recipe.seed).normal(0.3, 0.5, (len(pixels.CHANNELS), side, side))
    with tempfile.TemporaryDirectory(dir=output) as folder:
        path = Path(folder) / MODEL_FILE
        _to_onnx(folded, path, (len(pixels.CHANNELS), side, side))
        onnx.save(with_halves(onnx.load(path)), path)
        check_parity(served, path, [random.astype(np.float32), *tiles])
        card = seal(Path(folder), path, card)
        check_scan_parity(served, Path(folder))
        torch.save(kept, Path(folder) / WEIGHTS_FILE)
        for file in (WEIGHTS_FILE, MODEL_FILE, CARD_FILE):
            os.replace(Path(folder) / file, output / file)
        return card


def _compact(value: Tensor) -> Tensor:
    """Kernels rounded to the 8 bits of bfloat16, in half precision: half the file, and less once packed. Those that are
    halves already, as a model folder keeps them, stay as they are: exported again, a model answers as it did."""
    if not value.is_floating_point() or value.ndim < 2:
        return value.contiguous()
    half = value.half().contiguous()
    return half if torch.equal(half.float(), value.float()) else value.bfloat16().half().contiguous()


def set_thresholds(folder: Path, thresholds: Mapping[str, float]) -> ModelCard:
    """Write thresholds into the ONNX file and the card. The model_id follows them, and older scores are forgotten."""
    card = replace(read_card(folder), thresholds=dict(thresholds), scores={})
    return seal(folder, folder / MODEL_FILE, card)


def _to_onnx(served: nn.Module, path: Path, shape: tuple[int, ...]) -> None:
    torch.onnx.export(
        served,
        (torch.zeros((2, *shape)),),  # of a batch of one, the exporter would fix its size
        path,
        input_names=["tile"],
        output_names=["heat", "ltrb"],
        dynamic_shapes={"tile": {0: torch.export.Dim(BATCH_AXIS)}},
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
        verbose=False,
    )


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without what the exporter notes of each node: the stack of calls, with its paths."""
    for node in model.graph.node:
        del node.metadata_props[:]
    return model


def seal(folder: Path, network: Path, card: ModelCard) -> ModelCard:
    """Put a network into a model folder: the card's facts inside the ONNX file, its sha256 in the card beside it."""
    model = without_traces(onnx.load(network))
    onnx.helper.set_model_props(model, {METADATA_KEY: running_facts(card)})
    onnx.checker.check_model(model)
    temporary = folder / f".{MODEL_FILE}.tmp"
    onnx.save(model, temporary)
    sealed = replace(card, model_id=sha256_of(temporary))
    os.replace(temporary, folder / MODEL_FILE)
    write_card(folder, sealed)
    return sealed
