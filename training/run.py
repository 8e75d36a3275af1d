"""What `cargoscope train`, `export` and `evaluate` do with folders of scan packages and their truth.json."""

import logging
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import reduce
from pathlib import Path

from cargoscope.datasets.manifest import Manifest, from_folder
from cargoscope.models.card import ModelCard
from cargoscope.training.cache import open_package, pages
from cargoscope.training.evaluate import evaluate, write_scores
from cargoscope.training.loop import WATCH, Watch, checkpoint_in, read_checkpoint, train
from cargoscope.training.mine import mine
from cargoscope.training.recipe import Recipe
from cargoscope.training.release import record_scores, release, release_int8
from cargoscope.training.scores import Scores

log = logging.getLogger(__name__)


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
    starts at once. Refused before anything is written: an output that holds another run's checkpoint.
    """
    checkpoint_in(output, resume)
    recipe = Recipe.from_toml(recipe_path)
    manifest = from_folders(folders)
    if mine_with is not None:
        manifest = mine(mine_with, manifest, open_package)
    learn, aside = manifest.split(recipe.validation_share)
    output.mkdir(parents=True, exist_ok=True)
    (output / "recipe.toml").write_bytes(recipe_path.read_bytes())
    (output / "manifest_id.txt").write_text(manifest.manifest_id + "\n", "ascii")
    log.info(
        "recipe %s, %d scans to learn from, %d aside, manifest %s",
        recipe.name, len(learn), len(aside), manifest.manifest_id[:12],
    )  # fmt: skip
    planes, processes = cache or output / "planes", os.cpu_count() or 1
    learn_pages = pages(learn, recipe.pitch_mm, planes, open_package, processes)
    aside_pages = pages(aside, recipe.pitch_mm, planes, open_package, processes)
    return train(recipe, learn_pages, aside_pages, output, watch, start_from, resume)


def export_checkpoint(
    checkpoint: Path, validation: Sequence[Path], output: Path, far: float, int8: Path | None, now: datetime
) -> Iterator[tuple[ModelCard, Scores]]:
    """Release the averaged weights of a checkpoint into output, then, where asked, their INT8 version."""
    state = read_checkpoint(checkpoint)
    recipe = Recipe.from_table(state["recipe"], str(checkpoint))
    manifest = from_folders(validation)
    id_file = checkpoint.parent / "manifest_id.txt"
    trained_on = id_file.read_text("ascii").strip() if id_file.is_file() else None
    yield release(recipe, state["average"], manifest, open_package, output, now, trained_on, far=far)
    if int8 is not None:
        yield release_int8(output, int8, recipe, manifest, open_package, far)


def evaluate_folders(model: Path, folders: Sequence[Path], output: Path, record: str | None = None) -> Scores:
    """Scores of a model on all scans of the folders, into a JSON file and, where asked, into the model's card."""
    scores = evaluate(model, from_folders(folders), open_package)
    write_scores(output, scores)
    if record is not None:
        record_scores(model, record, scores)
    return scores


def from_folders(folders: Sequence[Path]) -> Manifest:
    """One manifest of several folders; a scan may stand in one of them only."""
    return reduce(lambda one, other: one + other, (from_folder(folder) for folder in folders), Manifest(()))
