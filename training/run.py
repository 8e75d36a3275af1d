"""What `cargoscope train`, `export` and `evaluate` do with folders of scan packages and their truth.json."""

import logging
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Final

from cargoscope.atomic import write_whole
from cargoscope.datasets.manifest import Manifest, from_folder
from cargoscope.datasets.public.manifest import Part, public_manifest
from cargoscope.errors import TrainingError
from cargoscope.models.card import ModelCard
from cargoscope.training.cache import open_package, pages
from cargoscope.training.calibrate import record_meaning
from cargoscope.training.checkpoint import checkpoint_in, read_checkpoint
from cargoscope.training.evaluate import evaluate, examine, write_scores
from cargoscope.training.loop import WATCH, Watch, train
from cargoscope.training.mean import mean_with
from cargoscope.training.mine import mine
from cargoscope.training.recipe import Recipe
from cargoscope.training.release import record_scores, release, release_int8
from cargoscope.training.scores import Scores

log = logging.getLogger(__name__)

MANIFEST_FILE: Final = "manifest_id.txt"
"""Beside a checkpoint: the id of the manifest that the run learns from."""


def train_folders(
    recipe_path: Path,
    folders: Sequence[Path],
    output: Path,
    watch: Watch = WATCH,
    start_from: Path | None = None,
    resume: bool = False,
    cache: Path | None = None,
    mine_with: Path | None = None,
) -> Path:
    """Train on folders of scan packages with truth.json; returns output/last.pt.

    mine_with: folder of a model; what it finds in scans without contraband becomes hard negatives.

    The output keeps the recipe, manifest_id.txt, and the planes of the scans (cache: elsewhere), so that a resumed run
    starts at once. Refused before anything is written: an output that holds another run's checkpoint, and resuming on
    other scans or labels than the run began with.
    """
    checkpoint = checkpoint_in(output, resume)
    recipe = Recipe.from_toml(recipe_path)
    manifest = from_folders(folders, recipe.public_set, "train")
    if mine_with is not None:
        manifest = mine(mine_with, manifest, open_package, recipe.squeeze)
    learn, aside = manifest.split(recipe.validation_share)
    if checkpoint.exists():
        _refuse_other_data(output / MANIFEST_FILE, manifest)
    else:
        output.mkdir(parents=True, exist_ok=True)
        write_whole(output / "recipe.toml", recipe_path.read_bytes())
        write_whole(output / MANIFEST_FILE, f"{manifest.manifest_id}\n".encode("ascii"))
    log.info(
        "recipe %s, %d scans to learn from, %d aside, manifest %s",
        recipe.name, len(learn), len(aside), manifest.manifest_id[:12],
    )  # fmt: skip
    planes, processes = cache or output / "planes", os.cpu_count() or 1
    learn_pages = pages(learn, recipe.pitch_mm, planes, open_package, processes)
    aside_pages = pages(aside, recipe.pitch_mm, planes, open_package, processes)
    return train(recipe, learn_pages, aside_pages, output, watch, start_from, resume)


def _refuse_other_data(id_file: Path, manifest: Manifest) -> None:
    """TrainingError unless a run that is resumed began with these very scans and labels."""
    began = id_file.read_text("ascii").strip() if id_file.is_file() else "unknown"
    if began != manifest.manifest_id:
        raise TrainingError(
            f"{id_file.parent} was trained on manifest {began[:12]}, these scans and labels are "
            f"{manifest.manifest_id[:12]}: resume on the same, or start from its weights in another output"
        )


def export_checkpoint(
    checkpoint: Path,
    validation: Sequence[Path],
    output: Path,
    far: float | None,
    int8: Path | None,
    now: datetime,
    calibration: Sequence[Path] = (),
    mean: tuple[Path, float] | None = None,
) -> Iterator[tuple[ModelCard, Scores]]:
    """Release the averaged weights of a checkpoint into output, then, where asked, their INT8 version.

    calibration: folders of scans for the INT8 version, which it needs: those of the training. mean: a model folder and
    the share of the checkpoint in the mean with that model's weights.
    """
    if int8 is not None and not calibration:
        raise TrainingError("an INT8 version needs scans to calibrate on: name folders of the training's scans")
    state = read_checkpoint(checkpoint)
    recipe = Recipe.from_table(state["recipe"], str(checkpoint))
    manifest = from_folders(validation, recipe.public_set, "test")
    known = from_folders(calibration, recipe.public_set, "train")
    id_file = checkpoint.parent / MANIFEST_FILE
    trained_on = id_file.read_text("ascii").strip() if id_file.is_file() else None
    weights = state["average"] if mean is None else mean_with(state["average"], recipe.classes, *mean)
    card, scores = release(recipe, weights, manifest, open_package, output, now, trained_on, far=far)
    yield card, scores
    if int8 is not None:
        yield release_int8(output, int8, recipe, known, manifest, open_package, scores, far)


def calibrate_folders(model: Path, folders: Sequence[Path]) -> ModelCard:
    """Measure what a model's scores mean on all scans of the folders, into its card. The model stays what it is."""
    manifest = from_folders(folders)
    return record_meaning(model, examine(model, manifest, open_package), manifest.manifest_id)


def evaluate_folders(
    model: Path, folders: Sequence[Path], output: Path, record: str | None = None, public_set: str = ""
) -> Scores:
    """Scores of a model on all scans of the folders, into a JSON file and, where asked, into the model's card.

    public_set: of which the folders are; its images that are not for training count.
    """
    scores = evaluate(model, from_folders(folders, public_set), open_package)
    write_scores(output, scores)
    if record is not None:
        record_scores(model, record, scores)
    return scores


def from_folders(folders: Sequence[Path], public_set: str = "", part: Part = "test") -> Manifest:
    """One manifest of several folders; a scan may stand in one of them only. public_set: of which they are, and which
    part of it counts; "" for folders of scans with truth.json."""

    def one(folder: Path) -> Manifest:
        return public_manifest(public_set, folder, part) if public_set else from_folder(folder)

    return reduce(lambda before, folder: before + one(folder), folders, Manifest(()))
