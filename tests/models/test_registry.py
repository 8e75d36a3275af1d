import os
from pathlib import Path

import pytest

from cargoscope.errors import ModelError
from cargoscope.models.card import CARD_FILE, MODEL_FILE, read_card
from cargoscope.models.registry import DEFAULT_RELEASE, POINTER, RELEASES, Registry
from tests.builders import tiny_model


def test_an_empty_registry_is_seeded_with_a_release_and_a_later_release_waits_to_be_promoted(tmp_path: Path) -> None:
    first, second = tiny_model(tmp_path / "a"), tiny_model(tmp_path / "b", name="b")
    registry = Registry.seeded(tmp_path / "registry", first)
    assert registry.active() == read_card(first)
    updated = Registry.seeded(tmp_path / "registry", second)
    assert updated.active() == read_card(first)
    assert updated.promote(read_card(second).model_id) == updated.active() == read_card(second)


def test_promoting_moves_the_pointer_and_rolling_back_returns_to_the_parent(tmp_path: Path) -> None:
    registry = Registry.seeded(tmp_path / "registry", tiny_model(tmp_path / "a"))
    old = registry.active()
    new = registry.add(tiny_model(tmp_path / "b", name="b", parent=old.model_id))
    assert registry.active() == old
    assert registry.promote(new.model_id[:8]) == new
    assert registry.active() == new
    assert registry.rollback() == old
    assert registry.active_id() == old.model_id
    with pytest.raises(ModelError, match="no parent"):
        registry.rollback()


def test_a_promotion_is_on_the_disk_when_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[int] = set()
    really = os.fsync

    def fsync(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        really(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    registry = Registry(tmp_path / "registry")
    folder = registry.path(registry.add(tiny_model(tmp_path / "a")).model_id)
    registry.promote(folder.name)
    for path in (registry.root / POINTER, folder / MODEL_FILE, folder / CARD_FILE, folder, registry.root, tmp_path):
        assert path.stat().st_ino in synced, path


def test_adding_the_same_model_twice_keeps_one(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry")
    folder = tiny_model(tmp_path / "a")
    assert registry.add(folder) == registry.add(folder)
    assert [card.name for card in registry.list()] == ["tiny"]


def test_a_folder_that_is_no_model_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "a")
    (folder / CARD_FILE).unlink()
    with pytest.raises(ModelError):
        Registry(tmp_path / "registry").add(folder)
    assert not list(tmp_path.glob("registry/*"))


def test_an_unknown_model_cannot_be_promoted(tmp_path: Path) -> None:
    registry = Registry.seeded(tmp_path / "registry", tiny_model(tmp_path / "a"))
    with pytest.raises(ModelError, match="0 models begin with"):
        registry.promote("f" * 64)
    with pytest.raises(ModelError, match="at least the first 6"):
        registry.promote("../x")


def test_the_release_says_what_was_measured_and_that_it_is_simulated() -> None:
    card = read_card(RELEASES / DEFAULT_RELEASE)
    assert "simulated" in card.notes
    measured = card.scores["test"]
    assert measured["n_clean"] + measured["n_threat"] == 500
    assert (card.trained_on or "").isalnum()


def test_a_fresh_registry_serves_the_default_release_and_holds_its_int8_version(tmp_path: Path) -> None:
    registry = Registry.seeded(tmp_path / "registry")
    default = registry.active()
    small = next(card for card in registry.list() if card != default)
    assert (default.name, small.name) == (DEFAULT_RELEASE, f"{DEFAULT_RELEASE}-int8")
    for card in (default, small):
        assert {scores["model_id"] for scores in card.scores.values()} == {card.model_id}
    assert "simulated" in small.notes
    assert small.scores["test"]["n_clean"] + small.scores["test"]["n_threat"] == 500
    registry.promote(small.model_id)
    assert registry.rollback() == default
