"""Which pages the console has, and which roles may see them.

A page that a role may not see is neither offered nor served, but for one's own results and training, which everybody
who is logged in may ask for. What a page asks of the service is judged there again.
Every page offers the same places in the same words (`nav.<name>` of `ui/messages`); all pages of figures are one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

MESSAGES: Final = Path(__file__).resolve().parent / "messages"


@dataclass(frozen=True)
class Place:
    """A page. name: its key `nav.<name>` in the catalogues. url: where it stands."""

    name: str
    url: str
    roles: frozenset[str]


FIGURES: Final = (
    Place("mine", "/insight/mine", frozenset({"officer", "supervisor"})),
    Place("team", "/insight/team", frozenset({"supervisor", "auditor"})),
    Place("work", "/insight/work", frozenset({"supervisor", "auditor"})),
    Place("tests", "/insight/tests", frozenset({"supervisor", "auditor", "administrator"})),
    Place("model", "/insight/model", frozenset({"data_scientist", "auditor"})),
    Place("scanners", "/insight/scanners", frozenset({"data_scientist", "technician", "auditor"})),
)
"""The pages of figures in the order in which they are offered; whoever comes sees the first of theirs."""

DESK: Final = Place("desk", "/console/", frozenset({"officer", "supervisor", "data_scientist", "auditor"}))
PLACES: Final = (
    DESK,
    Place("outcomes", "/console/outcomes", frozenset({"officer", "supervisor"})),
    Place("training", "/insight/training", frozenset({"officer", "supervisor"})),
    Place("stations", "/console/stations", frozenset({"technician", "administrator", "auditor"})),
    Place("accounts", "/console/accounts", frozenset({"administrator", "auditor"})),
    Place("figures", FIGURES[0].url, frozenset().union(*(page.roles for page in FIGURES))),
)
"""In the order in which they are offered; whoever has no desk lands on the first of theirs."""


def places_of(roles: Iterable[str]) -> tuple[Place, ...]:
    """The pages that somebody with these roles may see, figures at the first page of theirs."""
    own = frozenset(roles)
    seen = (place for place in PLACES if place.roles & own)
    return tuple(replace(place, url=figures_of(own)[0].url) if place.name == "figures" else place for place in seen)


def figures_of(roles: Iterable[str]) -> tuple[Place, ...]:
    """The pages of figures that somebody with these roles is offered."""
    own = frozenset(roles)
    return tuple(page for page in FIGURES if page.roles & own)


def place_at(path: str) -> Place | None:
    """The page at a path; None where what stands there is no page."""
    return next((place for place in PLACES if place.url.rstrip("/") == path.rstrip("/")), None)


@cache
def messages(language: str) -> dict[str, str]:
    """The words of the console in a language."""
    words: dict[str, str] = json.loads((MESSAGES / f"{language}.json").read_text("utf-8"))
    return words
