from dataclasses import asdict, replace
from pathlib import Path

import pytest

from cargoscope.errors import RecipeError
from cargoscope.training.recipe import RECIPES, Recipe

DEFAULT = Path(__file__).parents[2] / "training" / "recipes" / "cargoscope-s.toml"


def test_every_recipe_in_the_repository_can_be_read() -> None:
    for path in DEFAULT.parent.glob("*.toml"):
        if path.stem == "scene":
            continue  # of the scene model, which is another kind of recipe
        assert Recipe.from_toml(path).classes


def test_an_unknown_key_is_refused_with_the_list_of_the_valid_ones(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(DEFAULT.read_text() + "\nlearning_speed = 1\n")
    with pytest.raises(RecipeError, match=r"unknown keys \['learning_speed'\].*valid are .*'rate'"):
        Recipe.from_toml(path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"crop_px": 250}, "crop_px"),
        ({"classes": ("bomb",)}, "taxonomy"),
        ({"object_share": 1.2}, "object_share"),
        ({"batch": 0}, "batch"),
        ({"rate": 0.0}, "rate"),
        ({"mirrored": True, "far_pitch_mm": 6.0}, "far_pitch_mm"),
        ({"mirrored": True, "far_pitch_mm": 24.5}, "far_pitch_mm"),
        ({"mirrored": False, "far_pitch_mm": 9.0}, "far_pitch_mm"),
        ({"mirrored": True, "far_pitch_mm": 9.0, "far_share": 1.1}, "far_share must be 0..1"),
        ({"far_share": 0.3, "far_pitch_mm": 0.0}, "far_share 0.3 needs a far_pitch_mm"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(RecipeError, match=sentence):
        replace(Recipe.from_toml(DEFAULT), **change)  # type: ignore[arg-type]


def test_a_value_of_the_wrong_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(DEFAULT.read_text().replace("batch = 16", 'batch = "many"'))
    with pytest.raises(RecipeError, match="batch must be int, got 'many'"):
        Recipe.from_toml(path)


def test_a_recipe_survives_the_way_through_a_checkpoint() -> None:
    recipe = Recipe.from_toml(DEFAULT)
    assert Recipe.from_table(asdict(recipe), "checkpoint") == recipe


def test_a_shipped_recipe_takes_the_classes_of_the_model_it_goes_on_from() -> None:
    assert Recipe.shipped("retrain", ("firearm", "ivory")) == replace(
        Recipe.from_toml(RECIPES / "retrain.toml"), classes=("firearm", "ivory")
    )
