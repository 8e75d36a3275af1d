"""From a recipe and folders of scans to a trained checkpoint: what `cargoscope train` does."""

import logging
import os
from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from cargoscope.datasets.manifest import Manifest, from_folder
from cargoscope.training.cache import open_package, pages
from cargoscope.training.loop import WATCH, Watch, train
from cargoscope.training.recipe import Recipe

log = logging.getLogger(__name__)


def train_folders(
    recipe_path: Path,
    folders: Sequence[Path],
    output: Path,
    watch: Watch = WATCH,
    start_from: Path | None = None,
    resume: bool = False,
    cache: Path | None = None,
) -> Path:
    """Train on folders of scan packages with truth.json; returns output/last.pt.

    The output keeps the recipe, manifest_id.txt, and the planes of the scans (cache: elsewhere), so that a resumed run
    starts at once.
    """
    recipe = Recipe.from_toml(recipe_path)
    manifest = reduce(lambda one, other: one + other, (from_folder(folder) for folder in folders), Manifest(()))
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
