"""Which pages are offered to whom."""

from pathlib import Path
from typing import get_args

import pytest

from cargoscope.inference.wire import Role
from cargoscope.ui.navigation import DESK, FIGURES, PLACES, figures_of, place_at, places_of


@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_has_a_page(role: str) -> None:
    assert places_of([role])


def test_a_page_is_for_known_roles_only_and_a_stranger_has_none() -> None:
    assert places_of([]) == places_of(["visitor"]) == ()
    for place in PLACES:
        assert place.roles <= set(get_args(Role)), place.name


def test_several_roles_see_what_each_of_them_sees() -> None:
    both = {place.name for place in places_of(["officer", "administrator"])}
    assert both == {place.name for role in ("officer", "administrator") for place in places_of([role])}


def test_a_page_is_known_by_its_address_and_files_are_no_pages() -> None:
    assert place_at("/console") is place_at("/console/") is DESK
    assert [place_at(place.url) for place in PLACES] == list(PLACES)
    assert place_at("/console/gradio_api/config") is None
    assert place_at("/static/viewer.js") is None


def test_figures_open_at_the_first_page_of_ones_own() -> None:
    for role in get_args(Role):
        (figures,) = (place for place in places_of([role]) if place.name == "figures")
        assert figures.url == figures_of([role])[0].url
        assert role in figures_of([role])[0].roles
    assert figures_of(get_args(Role)) == FIGURES


def test_every_page_has_a_picture_in_the_documents() -> None:
    docs = Path(__file__).parents[2] / "docs"
    listed = (docs / "README.md").read_text("utf-8")
    for place in (*PLACES, *FIGURES):
        if place.name == "figures":
            continue
        picture = f"images/{'console' if place is DESK else place.name}.png"
        assert f"({picture})" in listed, place.name
        assert (docs / picture).is_file(), place.name
    for picture in (docs / "images").glob("*.png"):
        assert f"(images/{picture.name})" in listed, picture.name
