"""From a checkpoint to a model with thresholds and scores: export, examine on validation scans, set the thresholds."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cargoscope import pixels
from cargoscope.datasets.manifest import Manifest, Sample
from cargoscope.errors import ModelError, TrainingError
from cargoscope.models.card import CARD_FILE, MODEL_FILE, WEIGHTS_FILE, ModelCard, read_card, write_card
from cargoscope.models.networks import HEAT_BIAS
from cargoscope.models.operating import OperatingPoint, refuse_unresolved
from cargoscope.scan import Scan
from cargoscope.training.calibrate import operating, record_meaning
from cargoscope.training.equalise import shifts
from cargoscope.training.evaluate import examine, refuse_unfit
from cargoscope.training.export import export, set_thresholds
from cargoscope.training.quantise import check_close, quantise
from cargoscope.training.recipe import Recipe
from cargoscope.training.scores import Examined, Scores, score

log = logging.getLogger(__name__)

OpenScan = Callable[[Sample], Scan]

FILES = (WEIGHTS_FILE, MODEL_FILE, CARD_FILE)
PARITY_TILES = 4
CALIBRATION_TILES = 64
CLOSENESS_TILES = 16
INT8_TOLERANCE = 0.03
"""How much an INT8 version may lose of what its parent finds, as a share, on the same validation scans."""

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
    far: float | None = None,
    balanced: bool = True,
) -> tuple[ModelCard, Scores]:
    """Export into a folder, with the classes balanced (`equalise`), the threshold that keeps the false-alarm rate on
    the validation scans, and what its scores mean there (`calibrate`).

    balanced: False where the validation scans also compare the model with another, which was not fitted to them. What
    the card expects is otherwise measured on the scans that the balance was fitted to, and so a little kind.

    far: None for FIRST_FAR, or as near to it as the clean scans go. The folder gets the model when all is measured, not
    before. Refused at once: a rate that so few clean scans cannot show, and validation scans that cannot judge a model.
    """
    refuse_unfit(validation)
    if far is not None:
        refuse_unresolved(far, sum(not sample.objects for sample in validation))
    tiles = some_tiles(validation, open_scan, recipe, PARITY_TILES)
    with _all_at_once(output) as folder:
        export(recipe, weights, folder, tiles, now, trained_on, parent)
        examined = examine(folder, validation, open_scan)
        if balanced and (added := shifts(examined, recipe.classes)).any():
            log.info("heat logits shifted by %s", dict(zip(recipe.classes, added.round(2).tolist(), strict=True)))
            export(recipe, with_shifted_heat(weights, added), folder, tiles, now, trained_on, parent)
            examined = examine(folder, validation, open_scan)  # what is looked at again hangs on the shift
        return with_thresholds(folder, examined, validation.manifest_id, far)


def release_int8(
    folder: Path,
    output: Path,
    recipe: Recipe,
    calibration: Manifest,
    validation: Manifest,
    open_scan: OpenScan,
    parent: Scores,
    far: float | None = None,
) -> tuple[ModelCard, Scores]:
    """The INT8 version of a released model, with thresholds of its own.

    calibration: scans that the model was trained on. parent: the model's scores on the validation scans, as `release`
    returned them. TrainingError, and nothing is written, where the INT8 version finds too much less than its parent.
    """
    if parent.manifest_id != validation.manifest_id:
        raise TrainingError(
            f"the parent's scores are of manifest {parent.manifest_id[:12]}, "
            f"the validation scans are {validation.manifest_id[:12]}"
        )
    with _all_at_once(output) as small:
        quantise(folder, small, calibration_tiles(calibration, open_scan, recipe, CALIBRATION_TILES))
        check_close(folder, small, calibration_tiles(validation, open_scan, recipe, CLOSENESS_TILES))
        shutil.copyfile(folder / WEIGHTS_FILE, small / WEIGHTS_FILE)
        card, scores = with_thresholds(small, examine(small, validation, open_scan), validation.manifest_id, far)
        measured = refuse_worse(parent, scores)
        card = replace(card, notes=" ".join([card.notes, measured, read_card(folder).notes]).strip())
        write_card(small, card)
        return card, scores


def refuse_worse(parent: Scores, int8: Scores, tolerance: float = INT8_TOLERANCE) -> str:
    """What both models find, in a sentence; TrainingError where INT8 finds less by more than the tolerance.

    Compared: the share of objects found at .05 false findings per clean scan, and of scans detected at 5 % alarms.
    """
    shares = {
        "of the objects at .05 false findings per clean scan": (parent.froc["0.05"], int8.froc["0.05"]),
        "of the scans with contraband at 5 % false alarms": (parent.at(0.05).pd.value, int8.at(0.05).pd.value),
    }
    for what, (before, after) in shares.items():
        if not after >= before - tolerance:
            raise TrainingError(
                f"the INT8 version finds {after:.3f} {what}, its parent {before:.3f}; "
                f"at most {tolerance} less is allowed, so it is not released"
            )
    found = ", ".join(f"{after:.3f} {what} (parent {before:.3f})" for what, (before, after) in shares.items())
    return f"On {int8.n_clean} clean and {int8.n_threat} other validation scans it finds {found}."


@contextmanager
def _all_at_once(output: Path) -> Iterator[Path]:
    """A folder beside output to make a model in; what is in it at the end moves to output, the card last."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as name:
        yield Path(name)
        output.mkdir(exist_ok=True)
        for file in FILES:
            if (Path(name) / file).is_file():
                os.replace(Path(name) / file, output / file)


def with_shifted_heat(weights: Mapping[str, Tensor], added: npt.NDArray[np.float64]) -> dict[str, Tensor]:
    """The weights of a network whose heat logits are higher by `added` (K,)."""
    return {**weights, HEAT_BIAS: weights[HEAT_BIAS] + torch.from_numpy(added).to(weights[HEAT_BIAS].dtype)}


def with_thresholds(
    folder: Path, examined: Sequence[Examined], manifest_id: str, far: float | None
) -> tuple[ModelCard, Scores]:
    """Write the threshold for the false-alarm rate, one for all classes, the curves of its probabilities and the scores
    into a model.

    examined: what it found in validation scans. Where no threshold keeps the rate it becomes 1, and the log says so.
    """
    before = read_card(folder)
    scores = score(examined, before.classes, before.model_id, manifest_id)
    works = operating(examined, manifest_id)
    point = works.strictest(FIRST_FAR) if far is None else works.at(far)
    if point.alarms.value > point.far:
        log.warning("no threshold keeps false alarms to %.1f %%: too many clean scans score 1", 100 * point.far)
    record_meaning(folder, examined, manifest_id)
    card = set_operating_point(folder, point)
    log.info("%s", point)
    scores = replace(scores, model_id=card.model_id)
    return record_scores(folder, "validation", scores), scores


def set_operating_point(folder: Path, point: OperatingPoint) -> ModelCard:
    """Set the thresholds of a model to an operating point, and note it in the card. The model_id follows them."""
    works = read_card(folder).operating
    if works is None:
        raise ModelError(f"{folder}: the card holds no examination to set thresholds by; calibrate the model first")
    card = set_thresholds(folder, dict.fromkeys(read_card(folder).classes, point.threshold))
    card = replace(card, operating=replace(works, chosen=point.table()))
    write_card(folder, card)
    return card


def at_operating_point(folder: Path, output: Path, point: OperatingPoint) -> ModelCard:
    """A copy of a model that works at another point: a model of its own, child of that one."""
    parent = read_card(folder)
    with _all_at_once(output) as copied:
        for file in FILES:
            if (folder / file).is_file():
                shutil.copyfile(folder / file, copied / file)
        write_card(copied, replace(parent, parent=parent.model_id, notes=f"{parent.name} at {point.far:.2%}."))
        return set_operating_point(copied, point)


def record_scores(folder: Path, name: str, scores: Scores) -> ModelCard:
    """Write the scores on another set into the card, beside those that are there. The model stays what it is."""
    card = read_card(folder)
    changed = replace(card, scores={**card.scores, name: scores.table()})
    if card.calibration is not None and "reliability" in scores.details:
        known = {**card.calibration.reliability, name: scores.details["reliability"]}
        changed = replace(changed, calibration=replace(card.calibration, reliability=known))
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


def calibration_tiles(
    manifest: Manifest, open_scan: OpenScan, recipe: Recipe, count: int
) -> list[npt.NDArray[np.float32]]:
    """Tiles of scans spread over the manifest: around an object where a scan has one, else as the engine cuts them."""
    side = recipe.tile_px
    tiles = []
    for number in range(min(count, 4 * len(manifest))):
        sample = manifest.samples[number * len(manifest) // count % len(manifest)]
        views = open_scan(sample).views
        if sample.objects:
            thing = sample.objects[number % len(sample.objects)]
            planes = pixels.to_planes(views[thing.view], recipe.pitch_mm)
            x1, y1, x2, y2 = pixels.to_input(np.array([thing.box], np.float32), (0, 0), planes)[0]
            w, h = planes.size_wh
            x, y = (
                int(np.clip((low + high - side) / 2, 0, max(length - side, 0)))
                for low, high, length in ((x1, x2, w), (y1, y2, h))
            )
        else:
            planes = pixels.to_planes(views[number % len(views)], recipe.pitch_mm)
            origins = pixels.tile_origins(planes.size_wh, (side, side), recipe.overlap_px)
            x, y = origins[number % len(origins)]
        tiles.append(pixels.cut(planes, (x, y), (side, side)))
    return tiles
