"""What the viewer asks for beside pixels: the scanner's colours, evidence for a region, first looks made blind."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from cargoscope import taxonomy
from cargoscope.datasets.archive import StoredScan
from cargoscope.datasets.archive.looks import FirstLook
from cargoscope.datasets.simulation.beam import colour
from cargoscope.datasets.simulation.beam.profiles import names, profile
from cargoscope.detections import Finding
from cargoscope.errors import ConflictError, ModelError, NotFoundError, ReviewError, SimulationError, ThrottledError
from cargoscope.inference import wire
from cargoscope.inference.areal import areal
from cargoscope.inference.auth import OfficerDep, StationDep
from cargoscope.inference.evidence import Seer, evidence
from cargoscope.inference.parts import Parts, PartsDep
from cargoscope.inference.sighted import at_pitch_of_containers, look_at, weighed_score
from cargoscope.inference.veil import prescribed, refuse_veiled
from cargoscope.review import Decision

router = APIRouter(prefix="/v1", tags=["viewer"])

SIMULATED: Final = "sim-"
"""Stations of the simulator are named by this and the scanner's profile."""

TYPICAL: Final = "linac-6-4"
"""The scanner whose look-up is taken where neither the station nor its energies say: two peaks of 6 and 4 MV."""

_LOOKING = threading.Semaphore(1)
"""Evidence takes seconds of the processor, and a whole scan of memory; one at a time leaves the worker its share."""

LOOKING_WAIT_S: Final = 10.0
"""Who waits holds a thread of the service: longer, and a few impatient officers would hold all of them."""


class ArealTable(wire.Body):
    """How many g/cm² of each material stand in the beam at an attenuation; see `cargoscope.inference.areal`."""

    scanner: str
    materials: tuple[str, ...]
    depths: tuple[float, ...]
    g_cm2: tuple[tuple[float, ...], ...]


class Colours(wire.Body):
    """GET /v1/scans/{id}/colours. source: "station" delivered the look-up, "profile" knows the scanner, "typical" is of
    another scanner of those energies and only a makeshift, "none": one energy. lookup: cargoscope.colours/1.
    areal: from attenuation to areal density, of the scanner where its profile is known, else of a typical one.
    """

    source: Literal["station", "profile", "typical", "none"]
    scanner: str
    made_at: str | None
    lookup: dict[str, Any] | None
    areal: ArealTable


class EvidenceCard(wire.Body):
    """Why a region was proposed; see `cargoscope.inference.evidence`. worth, heat: row by row."""

    model_id: str
    kind: str
    score: float
    without: float
    box: wire.Box
    worth: tuple[tuple[float, ...], ...]
    heat_box: wire.Box
    heat: tuple[tuple[float, ...], ...]


class FirstLookBody(wire.Body):
    """POST /v1/scans/{id}/first-look: what the officer marked before the model's regions were shown."""

    marked: tuple[wire.AddedBody, ...] = Field(default=(), max_length=1000)
    looked_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class FirstLookCard(FirstLookBody):
    """A first look as the archive holds it. decision_id: the officer's first decision after it, None before one."""

    officer: str
    made_at: str
    decision_id: str | None


class ViewerSettings(wire.Body):
    """GET /v1/viewer: what this site prescribes to the asker. blind_first: no model's region before a first look."""

    blind_first: bool


@router.get("/viewer")
def viewer(who: OfficerDep, parts: PartsDep) -> ViewerSettings:
    """How this site wants the asker to look at scans."""
    return ViewerSettings(blind_first=prescribed(parts, who))


@router.get("/scans/{scan_id}/colours")
def colours(scan_id: str, _: OfficerDep, parts: PartsDep) -> Colours:
    """The look-up of colours of the scan's scanner."""
    return colours_of(parts, parts.archive.stored(scan_id))


def colours_of(parts: Parts, stored: StoredScan) -> Colours:
    """The look-up of colours of a stored scan's scanner, a training case's too."""
    typical = _typical(stored)
    delivered = parts.archive.looks.lookup(stored.station_id)
    if delivered is not None:
        text, made_at = delivered
        lookup = json.loads(text)
        scanner, at = lookup["scanner"], made_at.isoformat()
        return Colours(source="station", scanner=scanner, made_at=at, lookup=lookup, areal=_areal(typical))
    known = stored.station_id.removeprefix(SIMULATED)
    profiled = stored.station_id.startswith(SIMULATED) and known in names()
    if profiled and len(profile(known).energies) == 2:
        return Colours(source="profile", scanner=known, made_at=None, lookup=_lookup(known), areal=_areal(known))
    if max(len(view.energies) for view in stored.views) < 2:
        table = _areal(known if profiled else typical)
        return Colours(source="none", scanner=stored.station_id, made_at=None, lookup=None, areal=table)
    return Colours(source="typical", scanner=typical, made_at=None, lookup=_lookup(typical), areal=_areal(typical))


@router.put("/stations/me/colours", status_code=204)
def deliver_colours(body: dict[str, Any], station_id: StationDep, parts: PartsDep) -> None:
    """Store the look-up that a station measured on its own calibration pieces (cargoscope.colours/1)."""
    try:
        lookup = colour.from_json(json.dumps(body))
    except SimulationError as error:
        raise ReviewError(str(error)) from error
    parts.archive.looks.keep_lookup(station_id, colour.to_json(lookup))


@router.get("/scans/{scan_id}/findings/{index}/evidence")
def finding_evidence(scan_id: str, index: int, who: OfficerDep, parts: PartsDep, response: Response) -> EvidenceCard:
    """What a region's score hangs on. ConflictError where another model serves now than the one that found it."""
    refuse_veiled(parts, scan_id, who)
    made = parts.archive.case(scan_id).analysis
    findings = [] if made is None else list(made.found)
    if made is None or not 0 <= index < len(findings):
        raise NotFoundError(f"scan {scan_id} has {len(findings)} regions, there is no region {index}")
    finding, seer = findings[index], _seer(parts)
    if seer.card.model_id != made.model_id:
        raise ConflictError(
            f"scan {scan_id}: model {made.model_id[:12]} proposed its regions, {seer.card.model_id[:12]} serves now"
        )
    with looking():
        scan = parts.archive.open_scan(scan_id)
        seen = look_at(seer, scan)
        view = at_pitch_of_containers(scan, seen).views[finding.view]
        why = evidence(seer, view, finding, f"scan {scan_id}, region {index}")
    score, without = (weighed_score(one, seen[finding.view].zone(finding.box)) for one in (why.score, why.without))
    response.headers["Cache-Control"] = "private, max-age=3600"
    response.headers["Vary"] = "Cookie, Authorization"
    return EvidenceCard(
        model_id=made.model_id, kind=finding.kind, score=round(score, 4), without=round(without, 4),
        box=why.box, worth=_rows(why.worth), heat_box=why.heat_box, heat=_rows(why.heat),
    )  # fmt: skip


@contextmanager
def looking() -> Iterator[None]:
    """Around what takes seconds of the processor for one officer; ThrottledError where others take too long."""
    if not _LOOKING.acquire(timeout=LOOKING_WAIT_S):
        raise ThrottledError("others have asked for much at once; try again")
    try:
        yield
    finally:
        _LOOKING.release()


@router.post("/scans/{scan_id}/first-look", status_code=201)
def first_look(scan_id: str, body: FirstLookBody, who: OfficerDep, parts: PartsDep) -> FirstLookCard:
    """Store what an officer marked blind; from here on the model's regions may be shown. A second one is refused."""
    views = parts.archive.stored(scan_id).views
    for item in body.marked:
        taxonomy.kind(item.kind)
        if item.view >= len(views):
            raise ReviewError(f"scan {scan_id} has views 0..{len(views) - 1}, got {item.view}")
    if parts.archive.case(scan_id).as_seen_by(who).decisions:
        raise ConflictError(f"scan {scan_id} is decided; a look at it now is not the first")
    marked = tuple(Finding(item.view, item.box, 1.0, item.kind) for item in body.marked)
    return _look(parts.archive.looks.keep(scan_id, who.name, marked, body.looked_s), ())


@router.get("/scans/{scan_id}/first-looks")
def first_looks(scan_id: str, who: OfficerDep, parts: PartsDep) -> list[FirstLookCard]:
    """First looks at a scan, oldest first; those of others only once its decision is final, so that nobody copies."""
    case = parts.archive.case(scan_id).as_seen_by(who)
    looks, is_final = parts.archive.looks.of(scan_id), case.settled.final is not None
    return [_look(look, case.decisions) for look in looks if is_final or look.officer == who.name]


def _typical(stored: StoredScan) -> str:
    """The profile of the same energies, else TYPICAL."""
    energies = max((view.energies for view in stored.views), key=len)[:2]
    return next((name for name in names() if profile(name).energies == energies), TYPICAL)


def _lookup(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads(colour.to_json(colour.lookup_of(name)))
    return table


def _areal(name: str) -> ArealTable:
    return ArealTable(**vars(areal(name)))


def _seer(parts: Parts) -> Seer:
    detector = parts.worker.detector
    if detector is None:
        raise ModelError(parts.worker.trouble or "the model is being loaded")
    if not isinstance(detector, Seer):
        raise ModelError(f"model {detector.card.name} cannot be asked why")
    return detector


def _look(look: FirstLook, decisions: tuple[Decision, ...]) -> FirstLookCard:
    after = (one.decision_id for one in decisions if one.officer == look.officer and one.decided_at >= look.made_at)
    return FirstLookCard(
        officer=look.officer,
        made_at=look.made_at.isoformat(),
        looked_s=look.looked_s,
        marked=tuple(wire.AddedBody(view=one.view, box=one.box, kind=one.kind) for one in look.marked),
        decision_id=next(after, None),
    )


def _rows(table: Any) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(float(value), 4) for value in row) for row in table)
