"""The scene network's samples, its training and what is released of it, on a few small simulated trucks."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from cargoscope.cli import app
from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
from cargoscope.datasets.simulation.simulate import Plan, write_simulated
from cargoscope.datasets.simulation.vehicle.container import SIZES_MM
from cargoscope.errors import RecipeError, TrainingError
from cargoscope.inference.scene import SceneReader
from cargoscope.models.scene_canvas import CANVAS_HW
from cargoscope.models.scene_decode import FACTS, STRIDE, parts
from cargoscope.training.recipe import RECIPES
from cargoscope.training.scene import SceneRecipe
from cargoscope.training.scene_release import kinds_of_goods
from cargoscope.training.scene_run import train_scene, trained_on
from cargoscope.training.scene_samples import Scene, augmented, plain, read_scenes

RECIPE = RECIPES / "scene.toml"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("scenes")
    plan = Plan("linac-6-8bit", 3, "train", 1.0, cargo=tuple(CATALOGUE), containers=tuple(SIZES_MM))
    write_simulated(plan, 3, place)
    return place


@pytest.fixture(scope="module")
def scenes(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Scene]:
    cache = tmp_path_factory.mktemp("overviews")
    first = read_scenes([folder], tuple(kinds_of_goods()), cache)
    again = read_scenes([folder], tuple(kinds_of_goods()), cache)
    assert all((one.transmission == other.transmission).all() for one, other in zip(first, again, strict=True))
    return first


def test_overviews_of_folders_of_one_name_are_not_mixed_up(folder: Path, tmp_path: Path) -> None:
    plan = Plan("linac-6-8bit", 4, "train", 1.0, cargo=tuple(CATALOGUE), containers=tuple(SIZES_MM))
    write_simulated(plan, 3, tmp_path / folder.name)
    both = [folder, tmp_path / folder.name]
    plainly, kept = (read_scenes(both, tuple(kinds_of_goods()), cache) for cache in (None, tmp_path / "overviews"))
    assert all((one.transmission == other.transmission).all() for one, other in zip(plainly, kept, strict=True))


def test_targets_decode_to_the_boxes_that_they_were_made_of(scenes: list[Scene]) -> None:
    for scene in scenes:
        sample = plain(scene)
        ltrb = np.nan_to_num(sample.ltrb, nan=4.0)
        found = sorted(part.box for part in parts(np.nan_to_num(sample.heat), ltrb) if part.kind == 0)
        true = sorted(
            tuple(np.array(held.box) * np.array([CANVAS_HW[1], CANVAS_HW[0]] * 2)) for held in scene.containers
        )
        assert np.allclose(found, true, atol=STRIDE / 2)


def test_an_augmented_scene_is_the_same_for_the_same_seed_and_keeps_to_its_ranges(scenes: list[Scene]) -> None:
    for seed in range(12):
        one, other = (augmented(scenes[seed % 3], np.random.default_rng(seed)) for _ in range(2))
        assert (one.canvas == other.canvas).all()
        assert 0 <= one.canvas.min() <= one.canvas.max() <= 1
        assert np.allclose(one.pools.sum(axis=(1, 2)), 1, atol=1e-3)
        facts = one.facts[:, [FACTS.index(name) for name in ("empty", "fill", "doors_right")]]
        assert ((facts >= 0) & (facts <= 1) | np.isnan(facts)).all()


def test_a_recipe_with_a_key_too_few_or_a_share_too_large_is_refused(tmp_path: Path) -> None:
    text = RECIPE.read_text()
    (tmp_path / "few.toml").write_text(text.replace("seed = 1\n", ""))
    with pytest.raises(RecipeError, match="keys must be"):
        SceneRecipe.from_toml(tmp_path / "few.toml")
    (tmp_path / "large.toml").write_text(text.replace("ema = 0.99", "ema = 1.5"))
    with pytest.raises(RecipeError, match="ema must be"):
        SceneRecipe.from_toml(tmp_path / "large.toml")


def test_scans_without_containers_in_their_truth_are_refused(tmp_path: Path, folder: Path) -> None:
    write_simulated(Plan("linac-6-8bit", 3, "train", 1.0), 1, tmp_path / "plain")
    with pytest.raises(TrainingError, match="tells of no container"):
        train_scene(RECIPE, [tmp_path / "plain"], [folder], tmp_path / "run", NOW, threads=1)


def test_a_training_of_two_steps_makes_a_model_that_serves(tmp_path: Path, folder: Path) -> None:
    short = RECIPE.read_text().replace("steps = 800", "steps = 2").replace("batch = 16", "batch = 2")
    assert "steps = 2" in short
    (tmp_path / "short.toml").write_text(short)
    arguments = [
        "train-scene",
        tmp_path / "short.toml",
        "--data",
        folder,
        "--aside",
        folder,
        "--output",
        tmp_path / "run",
    ]
    result = CliRunner().invoke(app, [str(argument) for argument in [*arguments, "--threads", 1]])
    assert result.exit_code == 0, result.output
    with SceneReader(tmp_path / "run" / "model", threads=1) as reader:
        assert reader.card.trained_on == trained_on([folder])
        assert set(reader.card.kinds) == set(CATALOGUE)
