import json
from dataclasses import replace
from pathlib import Path

import pytest

from cargoscope.errors import ModelError
from cargoscope.models.card import CARD_FILE, MODEL_FILE, check_facts, read_card, running_facts, write_card
from tests.builders import tiny_model


def test_a_card_comes_back_as_it_was_written(tmp_path: Path) -> None:
    card = read_card(tiny_model(tmp_path / "m"))
    changed = replace(card, scores={"pd": {"all": 0.5}}, notes="bản thử", parent="a" * 64)
    write_card(tmp_path / "m", changed)
    assert read_card(tmp_path / "m") == changed


def test_a_card_beside_another_onnx_file_is_refused(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "m")
    (folder / MODEL_FILE).write_bytes(tiny_model(tmp_path / "n", name="other").joinpath(MODEL_FILE).read_bytes())
    with pytest.raises(ModelError, match="the card is of model"):
        read_card(folder)


@pytest.mark.parametrize("missing", [CARD_FILE, MODEL_FILE])
def test_a_folder_without_one_of_the_files_is_no_model(tmp_path: Path, missing: str) -> None:
    folder = tiny_model(tmp_path / "m")
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing):
        read_card(folder)


def test_unknown_keys_in_a_card_are_refused_by_name(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "m")
    table = json.loads((folder / CARD_FILE).read_text())
    (folder / CARD_FILE).write_text(json.dumps(table | {"colour": "red"}))
    with pytest.raises(ModelError, match=r"unknown \['colour'\]"):
        read_card(folder)


def test_facts_in_the_onnx_file_must_be_those_of_the_card(tmp_path: Path) -> None:
    card = read_card(tiny_model(tmp_path / "m"))
    check_facts(card, running_facts(card))
    with pytest.raises(ModelError, match="overlap"):
        check_facts(card, running_facts(replace(card, overlap=64)))
    with pytest.raises(ModelError, match=r"second_look is None in the ONNX file, 0\.2 in the card"):
        check_facts(replace(card, mirrored=True, second_look=0.2), running_facts(card))
    looks_again = replace(card, mirrored=True, second_look=0.2)
    with pytest.raises(ModelError, match=r"far_pitch_mm is None in the ONNX file, 9\.0 in the card"):
        check_facts(replace(looks_again, far_pitch_mm=9.0), running_facts(looks_again))
    later = ("second_look", "far_pitch_mm")
    older = json.dumps({key: value for key, value in json.loads(running_facts(card)).items() if key not in later})
    check_facts(card, older)
    with pytest.raises(ModelError, match="no metadata"):
        check_facts(card, None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"classes": ("firearm", "firearm")}, "classes must differ"),
        ({"thresholds": {"firearm": 0.5}}, "thresholds must name"),
        ({"input_hw": (500, 512)}, "whole multiples"),
        ({"overlap": 512}, "overlap"),
        ({"model_id": "abc"}, "sha256"),
        ({"second_look": 0.2}, "second_look must be 0..1 and of a mirrored model"),
        ({"mirrored": True, "second_look": True}, "second_look must be 0..1 and of a mirrored model"),
        ({"mirrored": True, "second_look": 1.5}, "second_look must be 0..1 and of a mirrored model"),
        ({"far_pitch_mm": 9.0}, "and of a model with a second look, got 9.0 with second_look None"),
        (
            {"mirrored": True, "second_look": 0.2, "far_pitch_mm": 6.0},
            "must be more than the pitch of 6.0",
        ),
        ({"mirrored": True, "second_look": 0.2, "far_pitch_mm": 25.0}, "four times that at most"),
    ],
)
def test_a_card_that_cannot_be_is_refused(tmp_path: Path, change: dict[str, object], sentence: str) -> None:
    card = read_card(tiny_model(tmp_path / "m"))
    with pytest.raises(ModelError, match=sentence):
        replace(card, **change)  # type: ignore[arg-type]
