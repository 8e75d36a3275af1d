"""From a checkpoint to a model with thresholds and scores: export, examine on validation scans, set the thresholds."""

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from torch import Tensor

from cargoscope import pixels
from cargoscope.datasets.manifest import Manifest, Sample
from cargoscope.models.card import WEIGHTS_FILE, ModelCard, read_card, write_card
from cargoscope.scan import Scan
from cargoscope.training.evaluate import evaluate
from cargoscope.training.export import export, set_thresholds
from cargoscope.training.quantise import quantise
from cargoscope.training.recipe import Recipe
from cargoscope.training.scores import Scores

log = logging.getLogger(__name__)

OpenScan = Callable[[Sample], Scan]

PARITY_TILES = 4
CALIBRATION_TILES = 64
FIRST_FAR = 0.01
"""False-alarm rate on the validation scans that a released model's threshold keeps."""


def release(
    recipe: Recipe,
    weights: Mapping[str, Tensor],
    validation: Manifest,
    open_scan: OpenScan,
    output: Path,
    now: datetime,
    trained_on: str | None = None,
    parent: str | None = None,
    far: float = FIRST_FAR,
) -> tuple[ModelCard, Scores]:
    """Export into a folder, with the threshold that keeps the false-alarm rate on the validation scans."""
    tiles = some_tiles(validation, open_scan, recipe, PARITY_TILES)
    export(recipe, weights, output, tiles, now, trained_on, parent)
    return with_thresholds(output, validation, open_scan, far)


def release_int8(
    folder: Path, output: Path, recipe: Recipe, validation: Manifest, open_scan: OpenScan, far: float = FIRST_FAR
) -> tuple[ModelCard, Scores]:
    """The INT8 version of a released model, with thresholds of its own."""
    quantise(folder, output, some_tiles(validation, open_scan, recipe, CALIBRATION_TILES))
    shutil.copyfile(folder / WEIGHTS_FILE, output / WEIGHTS_FILE)
    return with_thresholds(output, validation, open_scan, far)


def with_thresholds(folder: Path, validation: Manifest, open_scan: OpenScan, far: float) -> tuple[ModelCard, Scores]:
    """Examine a model and write the threshold for the false-alarm rate, one for all classes, and the scores into it."""
    scores = evaluate(folder, validation, open_scan)
    classes = read_card(folder).classes
    card = set_thresholds(folder, dict.fromkeys(classes, scores.at(far).threshold), {"validation": scores.table()})
    return card, replace(scores, model_id=card.model_id)


def record_scores(folder: Path, name: str, scores: Scores) -> ModelCard:
    """Write the scores on another set into the card, beside those that are there. The model stays what it is."""
    card = read_card(folder)
    changed = replace(card, scores={**card.scores, name: scores.table()})
    write_card(folder, changed)
    return changed


def some_tiles(manifest: Manifest, open_scan: OpenScan, recipe: Recipe, count: int) -> list[npt.NDArray[np.float32]]:
    """Tiles of scans spread over the manifest, cut as the engine cuts them."""
    side = (recipe.tile_px, recipe.tile_px)
    tiles = []
    for number in range(min(count, 4 * len(manifest))):
        sample = manifest.samples[number * len(manifest) // count % len(manifest)]
        view = open_scan(sample).views[0]
        planes = pixels.to_planes(view, recipe.pitch_mm)
        origins = pixels.tile_origins(planes.size_wh, side, recipe.overlap_px)
        tiles.append(pixels.cut(planes, origins[number % len(origins)], side))
    return tiles
