import re
from pathlib import Path

import pytest

from cargoscope.datasets.public.manifest import public_manifest
from cargoscope.errors import LabelError, RecipeError
from cargoscope.training.checkpoint import read_checkpoint
from cargoscope.training.loop import Watch
from cargoscope.training.recipe import RECIPES, Recipe
from cargoscope.training.run import train_folders
from tests.datasets.public.fakes import FAKES

BAGGAGE = ("pidray", "opixray", "sixray", "hixray")
SMALL = {"crop_px": 64, "batch": 2, "steps": 1, "tile_px": 128, "overlap_px": 32, "validation_share": 0.0}


@pytest.mark.parametrize("name", BAGGAGE)
def test_a_recipe_speaks_the_words_of_its_set(name: str, tmp_path: Path) -> None:
    FAKES[name](tmp_path)
    recipe = Recipe.from_toml(RECIPES / f"{name}.toml")
    assert recipe.public_set == name
    said = {label.kind for sample in public_manifest(name, tmp_path, "train") for label in sample.labels}
    assert said
    assert said <= set(recipe.classes)


@pytest.mark.parametrize("name", BAGGAGE)
def test_a_public_set_trains_as_it_was_published(name: str, tmp_path: Path) -> None:
    FAKES[name](tmp_path / "set")
    text = (RECIPES / f"{name}.toml").read_text("utf-8")
    for key, value in SMALL.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    (tmp_path / "recipe.toml").write_text(text)
    watch = Watch(workers=0, threads=1)
    checkpoint = train_folders(tmp_path / "recipe.toml", [tmp_path / "set"], tmp_path / "run", watch)
    assert read_checkpoint(checkpoint)["step"] == 1


def test_pictures_with_the_same_bytes_count_once_and_parts_stay_apart(tmp_path: Path) -> None:
    FAKES["hixray"](tmp_path)
    again = tmp_path / "train/train_image/2.jpg"
    again.write_bytes((tmp_path / "train/train_image/1.jpg").read_bytes())
    (tmp_path / "train/train_annotation/2.txt").write_text("2.jpg Tablet 4 6 24 16\n")
    assert len(public_manifest("hixray", tmp_path, "train")) == 1
    with pytest.raises(LabelError, match="no image of the set hixray is for test"):
        public_manifest("hixray", tmp_path, "test")


def test_words_of_a_public_set_need_its_name(tmp_path: Path) -> None:
    text = (RECIPES / "opixray.toml").read_text("utf-8").replace('public_set = "opixray"', "")
    (tmp_path / "recipe.toml").write_text(text)
    with pytest.raises(RecipeError, match="not in the taxonomy"):
        Recipe.from_toml(tmp_path / "recipe.toml")
