"""Words of other sets become kinds only where somebody said so."""

from pathlib import Path

import pytest

from cargoscope.datasets.labels.mapping import mapped, parse_pairs, read_mapping
from cargoscope.errors import LabelError
from tests.datasets.labels.builders import image, label, label_set

BAGS = label_set(image("a.png", label("Gun"), label("Scissors")), image("b.png", label("firearm")))


def test_unknown_classes_are_refused_by_name():
    with pytest.raises(LabelError, match=r"no kind is known for 'Gun', 'Scissors': map each with --map"):
        mapped(BAGS, {})


def test_mapped_classes_become_kinds_and_an_empty_kind_leaves_out():
    result, left_out = mapped(BAGS, {"Gun": "firearm", "Scissors": ""})
    assert result.classes == ("firearm",)
    assert [[found.kind for found in picture.labels] for picture in result.images] == [["firearm"], ["firearm"]]
    assert left_out == 1


def test_words_stay_when_asked():
    result, left_out = mapped(BAGS, {"Gun": "pistol"}, keep_names=True)
    assert result.classes == ("pistol", "Scissors", "firearm")
    assert left_out == 0


def test_a_mapping_to_no_kind_is_refused():
    with pytest.raises(LabelError, match=r"'Gun' cannot become 'pistol', which is no kind"):
        mapped(BAGS, {"Gun": "pistol", "Scissors": ""})


def test_a_mapping_file_is_a_table(tmp_path: Path):
    path = tmp_path / "bags.toml"
    path.write_text('[classes]\nGun = "firearm"\n"Multi-tool_Knife" = ""\n')
    assert read_mapping(path) == {"Gun": "firearm", "Multi-tool_Knife": ""}
    for text in ("[classes", "a = 1", "[classes]\nGun = 1", "[classes]\n[other]\n", "\xff"):
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(LabelError, match=r"bags\.toml: "):
            read_mapping(path)


def test_pairs_are_their_word_and_our_kind():
    assert parse_pairs(["Gun=firearm", "Scissors="]) == {"Gun": "firearm", "Scissors": ""}
    for pair in ("Gun", "=firearm"):
        with pytest.raises(LabelError, match="THEIR-WORD=KIND"):
            parse_pairs([pair])
