"""Figures of real work for supervisors, data scientists and auditors. Test images are in none of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Response

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.archive.work import Reviewed
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.export import decisions_csv
from cargoscope.inference.figures_model import Confusion, Drift, HardCase, confusion, drift, hard_cases
from cargoscope.inference.figures_people import Day, OfficerWork, Waiting, by_day, officer_work, waiting
from cargoscope.inference.parts import PartsDep
from cargoscope.inference.routes_competence import Days, WhoseDep, csv_file

router = APIRouter(prefix="/v1/figures", tags=["figures"])

LATEST = 200
"""Decisions that a page lists one by one; all of them are in the CSV."""


@dataclass(frozen=True)
class Line:
    """One decision in the list of who decided what and when."""

    decided_at: str
    officer: str
    scan_id: str
    station_id: str
    disposition: str
    score: float | None
    regions: int
    disagreed: int
    drawn: int
    dwell_s: float
    corrected: bool
    opened: bool | None
    found: tuple[str, ...]


@dataclass(frozen=True)
class WorkFigures:
    """GET /v1/figures/work. all: over every officer shown. latest: the newest first."""

    days: int
    officers: tuple[OfficerWork, ...]
    all: OfficerWork
    by_day: tuple[Day, ...]
    waiting: Waiting
    latest: tuple[Line, ...]


@dataclass(frozen=True)
class ModelFigures:
    """GET /v1/figures/model."""

    days: int
    n: int
    confusion: Confusion
    hard: tuple[HardCase, ...]


@dataclass(frozen=True)
class ScannerFigures:
    """GET /v1/figures/scanners."""

    days: int
    stations: tuple[Drift, ...]


@router.get("/work")
def work(names: WhoseDep, who: OfficerDep, parts: PartsDep, days: Days = 30) -> WorkFigures:
    """Who decided what and when, where they and the model disagree, and what became of it. For whoever decides on scans
    the tests that wait are counted as their worklist counts them."""
    now = datetime.now(UTC)
    reviewed = _of(parts.archive, names, days)
    by_officer = [officer_work(name, [one for one in reviewed if one.decision.officer == name]) for name in names]
    return WorkFigures(
        days=days,
        officers=tuple(one for one in by_officer if one.n),
        all=officer_work("", reviewed),
        by_day=tuple(by_day(reviewed)),
        waiting=waiting(parts.archive.work.waiting(tests="officer" in who.roles), now),
        latest=tuple(_line(one) for one in reversed(reviewed[-LATEST:])),
    )


@router.get("/work/decisions.csv")
def work_csv(names: WhoseDep, parts: PartsDep, days: Days = 30) -> Response:
    """Every decision of that time as CSV."""
    return csv_file(decisions_csv(_of(parts.archive, names, days)), "decisions.csv")


@router.get("/model")
def model(parts: PartsDep, days: Days = 90) -> ModelFigures:
    """Regions by what the model and the officers took them for, and the scans on which they differ most."""
    reviewed = _of(parts.archive, None, days)
    return ModelFigures(days, len(reviewed), confusion(reviewed), tuple(hard_cases(reviewed)))


@router.get("/scanners")
def scanners(parts: PartsDep, days: Days = 60) -> ScannerFigures:
    """How the scanners change: open beam, noise and scores, by station and day."""
    until = datetime.now(UTC)
    return ScannerFigures(days, tuple(drift(parts.archive.work.scanned(until - timedelta(days=days), until))))


def _of(archive: Archive, names: Collection[str] | None, days: int) -> list[Reviewed]:
    """Decisions of some officers, or of all, in the last days."""
    until = datetime.now(UTC)
    return archive.work.reviewed(until - timedelta(days=days), until, names)


def _line(one: Reviewed) -> Line:
    decision = one.decision
    return Line(
        decided_at=decision.decided_at.isoformat(),
        officer=decision.officer,
        scan_id=decision.scan_id,
        station_id=one.station_id,
        disposition=decision.disposition.value,
        score=one.score,
        regions=len(one.found),
        disagreed=sum(verdict.judgement.value != "confirm" for verdict in decision.verdicts),
        drawn=len(decision.added),
        dwell_s=decision.dwell_s,
        corrected=one.corrected,
        opened=one.opened,
        found=one.kinds_found,
    )
