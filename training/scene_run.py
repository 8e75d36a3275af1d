"""What `cargoscope train-scene` does with folders of simulated scans."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import torch

from cargoscope.atomic import write_whole
from cargoscope.errors import TrainingError
from cargoscope.models.scene_card import SceneCard
from cargoscope.training.scene import SceneRecipe, train
from cargoscope.training.scene_release import kinds_of_goods, release
from cargoscope.training.scene_samples import read_scenes

log = logging.getLogger(__name__)


def train_scene(
    recipe_path: Path,
    folders: Sequence[Path],
    aside: Sequence[Path],
    output: Path,
    now: datetime,
    threads: int = 2,
    start_from: Path | None = None,
    notes: str = "",
) -> SceneCard:
    """Train on folders of rich simulated scans, fit what its probabilities mean on others, and write output/model.

    output keeps the recipe and the overviews, so that another run starts at once. Refused: scans of which the truth
    tells no container (`cargoscope simulate --cargo all --containers all` makes those that do).
    """
    recipe = SceneRecipe.from_toml(recipe_path)
    torch.set_num_threads(threads)
    kinds = kinds_of_goods()
    scenes, others = (read_scenes(some, tuple(kinds), output / "overviews") for some in (folders, aside))
    for name, some in (("--data", scenes), ("--aside", others)):
        if not any(scene.containers for scene in some):
            raise TrainingError(f"{name}: the truth of {len(some)} scans tells of no container; simulate richer scenes")
    write_whole(output / "recipe.toml", recipe_path.read_bytes())
    network = train(recipe, scenes, len(kinds), output, start_from)
    return release(recipe, network, others, output / "model", now, trained_on(folders), notes=notes)


def trained_on(folders: Sequence[Path]) -> str:
    """One sha256 over the truth.json of all folders, whatever their order and names."""
    parts = sorted(hashlib.sha256((folder / "truth.json").read_bytes()).hexdigest() for folder in folders)
    return hashlib.sha256("".join(parts).encode()).hexdigest()
