"""Which pages the console has, and which roles may see them.

A page that a role may not see is neither offered nor served. What a page asks of the service is judged there again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Place:
    """A page. name: its key `nav.<name>` in the catalogues. url: where it stands."""

    name: str
    url: str
    roles: frozenset[str]


DESK: Final = Place("desk", "/console/", frozenset({"officer", "supervisor", "data_scientist", "auditor"}))
PLACES: Final = (
    DESK,
    Place("outcomes", "/console/outcomes", frozenset({"officer", "supervisor"})),
    Place("figures", "/insight/mine", frozenset({"officer", "supervisor", "data_scientist", "auditor", "technician"})),
    Place("training", "/insight/training", frozenset({"officer", "supervisor"})),
    Place("stations", "/console/stations", frozenset({"technician", "administrator", "auditor"})),
    Place("accounts", "/console/accounts", frozenset({"administrator", "auditor"})),
)
"""In the order in which they are offered; whoever has no desk lands on the first of theirs."""


def places_of(roles: Iterable[str]) -> tuple[Place, ...]:
    """The pages that somebody with these roles may see."""
    return tuple(place for place in PLACES if not place.roles.isdisjoint(roles))


def place_at(path: str) -> Place | None:
    """The page at a path; None where what stands there is no page."""
    return next((place for place in PLACES if place.url.rstrip("/") == path.rstrip("/")), None)
