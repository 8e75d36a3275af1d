"""From a checkpoint to a model with thresholds and scores: export, examine on validation scans, set the thresholds."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from torch import Tensor

from cargoscope import pixels
from cargoscope.datasets.manifest import Manifest, Sample
from cargoscope.errors import TrainingError
from cargoscope.models.card import CARD_FILE, MODEL_FILE, WEIGHTS_FILE, ModelCard, read_card, write_card
from cargoscope.scan import Scan
from cargoscope.training.evaluate import evaluate, refuse_unfit
from cargoscope.training.export import export, set_thresholds
from cargoscope.training.quantise import quantise
from cargoscope.training.recipe import Recipe
from cargoscope.training.scores import FARS, Scores

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
    """Export into a folder, with the threshold that keeps the false-alarm rate on the validation scans.

    The folder gets the model when all is measured, not before. Refused at once: a rate that scores do not know, and
    validation scans that cannot judge a model.
    """
    if far not in FARS:
        raise TrainingError(f"the false-alarm rate must be one of {list(FARS)}, got {far}")
    refuse_unfit(validation)
    tiles = some_tiles(validation, open_scan, recipe, PARITY_TILES)
    with _all_at_once(output) as folder:
        export(recipe, weights, folder, tiles, now, trained_on, parent)
        return with_thresholds(folder, validation, open_scan, far)


def release_int8(
    folder: Path, output: Path, recipe: Recipe, validation: Manifest, open_scan: OpenScan, far: float = FIRST_FAR
) -> tuple[ModelCard, Scores]:
    """The INT8 version of a released model, with thresholds of its own."""
    with _all_at_once(output) as small:
        quantise(folder, small, some_tiles(validation, open_scan, recipe, CALIBRATION_TILES))
        shutil.copyfile(folder / WEIGHTS_FILE, small / WEIGHTS_FILE)
        return with_thresholds(small, validation, open_scan, far)


@contextmanager
def _all_at_once(output: Path) -> Iterator[Path]:
    """A folder beside output to make a model in; what is in it at the end moves to output, the card last."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as name:
        yield Path(name)
        output.mkdir(exist_ok=True)
        for file in (WEIGHTS_FILE, MODEL_FILE, CARD_FILE):
            os.replace(Path(name) / file, output / file)


def with_thresholds(folder: Path, validation: Manifest, open_scan: OpenScan, far: float) -> tuple[ModelCard, Scores]:
    """Examine a model and write the threshold for the false-alarm rate, one for all classes, and the scores into it.

    Where no threshold keeps the rate it becomes 1, the log says so, and the scores count nothing as found.
    """
    scores = evaluate(folder, validation, open_scan)
    classes, threshold = read_card(folder).classes, scores.at(far).threshold
    if threshold > 1:
        log.warning("no threshold keeps false alarms to %.1f %%: too many clean scans score 1", 100 * far)
    card = set_thresholds(folder, dict.fromkeys(classes, min(threshold, 1.0)), {"validation": scores.table()})
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
