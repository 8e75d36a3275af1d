"""Which other scans an officer may hold a scan against, and the declarations that tell."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from cargoscope.datasets.archive.declarations import Declaration, DeclaredContainer, Likeness
from cargoscope.errors import ForbiddenError
from cargoscope.inference import cards, wire
from cargoscope.inference.access import may_open
from cargoscope.inference.auth import OfficerDep, StationDep
from cargoscope.inference.parts import Parts, PartsDep
from cargoscope.inference.veil import as_shown

router = APIRouter(prefix="/v1", tags=["comparison"])


class ContainerBody(wire.Body):
    """number: with the check digit of ISO 6346 right. size_type: such as 45G1, empty where unknown."""

    number: str
    size_type: str = ""


class DeclarationBody(wire.Body):
    """PUT /v1/scans/{id}/declaration, and what is known of a scan. headings: HS, four digits each."""

    containers: tuple[ContainerBody, ...] = Field(default=(), max_length=8)
    headings: tuple[str, ...] = Field(default=(), max_length=100)
    declared_empty: bool | None = None


class Comparable(wire.Body):
    """One scan worth comparing with, and why; see `Likeness`. boxes: of the containers seen in each view."""

    why: Likeness
    row: wire.Row
    declaration: DeclarationBody
    boxes: tuple[tuple[wire.Box, ...], ...]


class Comparables(wire.Body):
    """GET /v1/scans/{id}/comparable: what is known of the scan, and others, the most telling first."""

    declaration: DeclarationBody
    boxes: tuple[tuple[wire.Box, ...], ...]
    scans: tuple[Comparable, ...]


@router.get("/scans/{scan_id}/comparable")
def comparable(
    scan_id: str, who: OfficerDep, parts: PartsDep, limit: Annotated[int, Query(ge=1, le=100)] = 24
) -> Comparables:
    """Scans of the same container, of empties of its type, of like goods, and of the same scanner; none that this
    person may not open."""
    known, site = parts.archive.declarations, parts.settings.site
    found = list(known.like(scan_id, limit))
    others = as_shown(parts, [parts.archive.case(other) for other, _ in found], who)
    return Comparables(
        declaration=_body(known.of(scan_id)),
        boxes=_boxes(parts, scan_id),
        scans=tuple(
            Comparable(
                why=why,
                row=cards.row(other, who, site),
                declaration=_body(known.of(other.scan.scan_id)),
                boxes=_boxes(parts, other.scan.scan_id),
            )
            for other, (_, why) in zip(others, found, strict=True)
            if may_open(other, who, site)
        ),
    )


@router.put("/scans/{scan_id}/declaration", status_code=204)
def declare(scan_id: str, body: DeclarationBody, station_id: StationDep, parts: PartsDep) -> None:
    """Store what the station was told of one of its scans; a later declaration stands in place of an earlier one."""
    if parts.archive.stored(scan_id).station_id != station_id:
        raise ForbiddenError(f"scan {scan_id} is of another station than {station_id}")
    containers = tuple(DeclaredContainer(one.number, one.size_type) for one in body.containers)
    parts.archive.declarations.declare(Declaration(scan_id, containers, body.headings, body.declared_empty))


def _boxes(parts: Parts, scan_id: str) -> tuple[tuple[wire.Box, ...], ...]:
    """The containers in each view, x1 y1 x2 y2 in its pixels; nothing while nobody looked at the scan as a whole."""
    seen = parts.archive.scenes.of(scan_id)
    return () if seen is None else tuple(tuple(one["box"] for one in view["containers"]) for view in seen.views)


def _body(declaration: Declaration) -> DeclarationBody:
    containers = tuple(ContainerBody(number=one.number, size_type=one.size_type) for one in declaration.containers)
    return DeclarationBody(
        containers=containers, headings=declaration.headings, declared_empty=declaration.declared_empty
    )
