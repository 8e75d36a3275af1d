import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cargoscope.cli import app
from cargoscope.models.card import write_card
from cargoscope.models.operating import Operating
from cargoscope.models.registry import Registry
from cargoscope.training.recipe import RECIPES
from tests.builders import tiny_model


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.output


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A machine whose active model is "tiny"."""
    Registry.seeded(tmp_path / "var" / "models", tiny_model(tmp_path / "tiny"))
    return tmp_path / "var"


def test_models_are_added_listed_promoted_and_rolled_back(data_dir: Path, tmp_path: Path) -> None:
    old = Registry(data_dir / "models").active()
    folder = tiny_model(tmp_path / "next", name="next", parent=old.model_id, second_look=0.5)
    code, said = run("models", "add", folder, "--data-dir", data_dir)
    assert (code, Registry(data_dir / "models").active()) == (0, old), said
    new_id = said.split()[-1]
    assert run("models", "promote", new_id[:8], "--data-dir", data_dir) == (0, f"active: {new_id[:12]} next\n")
    _, listed = run("models", "list", "--data-dir", data_dir)
    assert f"* {new_id[:12]} next (looks again where it sees something) 20" in listed
    assert f"  {old.model_id[:12]} tiny 20" in listed
    assert run("models", "rollback", "--data-dir", data_dir) == (0, f"active: {old.model_id[:12]} tiny\n")


def test_another_rate_of_false_alarms_makes_a_child_that_can_be_rolled_back(data_dir: Path) -> None:
    registry = Registry(data_dir / "models")
    card = registry.active()
    folder = registry.path(card.model_id)
    code, said = run("models", "threshold", "--far", "1%", "--data-dir", data_dir)
    assert (code, "nobody measured it" in said) == (1, True)
    works = Operating(tuple(i / 300 for i in range(250)), (0.9, 0.3), (0.9,), "manifest")
    write_card(folder, replace(card, operating=works))
    _, said = run("models", "threshold", "--data-dir", data_dir)
    assert [line.split()[1] for line in said.splitlines()] == ["0.8267", "0.8233", "0.8133", "0.7900"]
    code, said = run("models", "threshold", "--far", "0.4%", "--promote", "--data-dir", data_dir)
    child = registry.active()
    assert (code, child.parent, set(child.thresholds.values())) == (0, card.model_id, {works.at(0.004).threshold}), said
    assert child.operating is not None
    assert child.operating.chosen["pd"]["hits"] == 1
    run("models", "rollback", "--data-dir", data_dir)
    assert registry.active().model_id == card.model_id


def test_promoting_what_is_not_there_ends_with_a_sentence(data_dir: Path) -> None:
    code, said = run("models", "promote", "abcdef12", "--data-dir", data_dir)
    assert code == 1
    assert "0 models begin with 'abcdef12'" in said


def test_a_machine_that_only_serves_is_told_what_training_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    recipe = RECIPES / "cargoscope-s.toml"
    code, said = run("train", recipe, "--data", tmp_path, "--output", tmp_path / "run")
    assert code == 1
    assert said == "training needs the extra: pip install 'cargoscope[train]'\n"
    assert not (tmp_path / "run").exists()


def test_training_on_a_folder_without_truth_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    code, said = run("train", RECIPES / "cargoscope-s.toml", "--data", tmp_path / "data", "--output", tmp_path / "run")
    assert code == 1
    assert "truth.json is missing" in said


@pytest.mark.parametrize("command", ["train", "export", "evaluate", "retrain"])
def test_every_command_shows_an_example(command: str) -> None:
    code, said = run(command, "--help")
    assert code == 0
    assert f"Example: cargoscope {command}" in " ".join(said.split())
