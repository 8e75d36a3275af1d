"""Test images: what they were, how often they come, who answered how; and each person's own figures."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from cargoscope.datasets.archive import Archive, Planted, Projection
from cargoscope.datasets.archive.projections import MAX_RATE
from cargoscope.detections import Finding
from cargoscope.errors import NotFoundError
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.export import csv_text
from cargoscope.inference.feedback_picture import picture
from cargoscope.inference.figures_people import Competence, Times, Trial, competence, live_trials, session_trials
from cargoscope.inference.judging import Answer, judge
from cargoscope.inference.parts import PartsDep
from cargoscope.inference.wire_competence import (
    Marked,
    ProjectionCard,
    RateBody,
    RateChange,
    TeamBody,
    TestCard,
    TestLine,
)

router = APIRouter(prefix="/v1", tags=["competence"])

Days = Annotated[int, Query(ge=1, le=3660)]


def whose(parts: PartsDep, who: OfficerDep) -> tuple[str, ...]:
    """The officers whose figures this person may see: an auditor everybody's, a supervisor those of their own team."""
    teams = parts.archive.teams
    return tuple(teams.teams()) if "auditor" in who.roles else teams.with_(who.name)


WhoseDep = Annotated[tuple[str, ...], Depends(whose)]


@dataclass(frozen=True)
class Own:
    """GET /v1/competence/mine. work: time per scan of real decisions. tests: the officer's latest, newest first."""

    officer: str
    team: str
    days: int
    competence: tuple[Competence, ...]
    work: Times
    tests: tuple[TestCard, ...]
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Team:
    """GET /v1/competence/team. teams: of each officer whose figures these are."""

    days: int
    teams: dict[str, str]
    competence: tuple[Competence, ...]


@router.get("/scans/{scan_id}/test")
def test_card(scan_id: str, who: OfficerDep, parts: PartsDep) -> TestCard | None:
    """What a test image was, for the officer who answered it; null for every other scan and for a test that waits."""
    try:
        return reveal(parts.archive, answered(parts.archive, scan_id, who.name))
    except NotFoundError:
        return None


@router.get("/scans/{scan_id}/test/picture")
def test_picture(scan_id: str, who: OfficerDep, parts: PartsDep) -> Response:
    """PNG: what was there, and what the officer marked."""
    test = answered(parts.archive, scan_id, who.name)
    view = _shown_view(test.objects)
    marks = [mark.box for mark in _judged(parts.archive, test).marks if mark.view == view]
    there = [thing.box for thing in test.objects if thing.view == view]
    return png(picture(parts.archive.open_scan(scan_id).views[view], there, marks))


@router.get("/competence/mine")
def mine(who: OfficerDep, parts: PartsDep, days: Days = 365) -> Own:
    """The officer's own figures."""
    archive, until = parts.archive, datetime.now(UTC)
    since = until - timedelta(days=days)
    trials = [trial for trial in all_trials(archive, since) if trial.officer == who.name]
    done = archive.work.reviewed(since, until, [who.name])
    tests = [test for test in reversed(archive.projections.answered(who.name)) if test.made_at >= since][:20]
    return Own(
        officer=who.name,
        team=archive.teams.teams().get(who.name, ""),
        days=days,
        competence=tuple(competence(who.name, trials)),
        work=Times.of([one.decision.dwell_s for one in done]),
        tests=tuple(reveal(archive, test) for test in tests),
        trials=tuple(trials),
    )


@router.get("/competence/team")
def team(names: WhoseDep, parts: PartsDep, days: Days = 365) -> Team:
    """Figures of every officer in the asker's team; an auditor sees everybody's."""
    trials = all_trials(parts.archive, datetime.now(UTC) - timedelta(days=days))
    teams = parts.archive.teams.teams()
    figures = [line for name in names for line in competence(name, trials)]
    return Team(days, {name: teams[name] for name in names}, tuple(figures))


@router.put("/teams/{officer}")
def put_into_team(officer: str, body: TeamBody, who: OfficerDep, parts: PartsDep) -> dict[str, str]:
    """Put an officer into a team; the teams of all."""
    parts.archive.teams.put(officer, body.team, who.name)
    return parts.archive.teams.teams()


@router.get("/projection")
def projection(who: OfficerDep, parts: PartsDep) -> ProjectionCard:
    """How often tests come at each station, who set that, and every test. Whoever may decide on scans is not told of
    tests that wait."""
    projections = parts.archive.projections
    return ProjectionCard(
        rates=projections.rates(),
        max_rate=MAX_RATE,
        changes=tuple(RateChange(**change) for change in projections.changes()),
        tests=tuple(_trail(parts.archive, waiting=not {"officer", "supervisor"} & set(who.roles))),
    )


@router.put("/projection/{station_id}")
def set_rate(station_id: str, body: RateBody, who: OfficerDep, parts: PartsDep) -> dict[str, float]:
    """Set how many tests come for each real scan of a station; the rates of all."""
    parts.archive.projections.set_rate(station_id, body.rate, who.name)
    return parts.archive.projections.rates()


@router.get("/projection/trail.csv")
def trail_csv(who: OfficerDep, parts: PartsDep) -> Response:
    """The audit trail as CSV."""
    lines = _trail(parts.archive, waiting=not {"officer", "supervisor"} & set(who.roles))
    header = tuple(TestLine.model_fields)
    rows = ([" ".join(v) if isinstance(v, tuple) else v for v in line.model_dump().values()] for line in lines)
    return csv_file(csv_text(header, rows), "tests.csv")


def all_trials(archive: Archive, since: datetime) -> list[Trial]:
    """Every answer to a scan with known truth since then, oldest first."""
    tests = [test for test in archive.projections.trail() if test.answer is not None and test.made_at >= since]
    found_in = {test.scan_id: _found(archive, test) for test in tests}
    sessions = [session for session in archive.library.sessions() if session.started_at >= since]
    cases = {case.case_id: case for case in archive.library.cases()} if sessions else {}
    return sorted(live_trials(tests, found_in) + session_trials(sessions, cases), key=lambda trial: trial.at)


def answered(archive: Archive, scan_id: str, officer: str) -> Projection:
    """The test that an officer answered; NotFoundError says the same for a real scan and for a test that waits."""
    test = archive.projections.of(scan_id)
    if test is None or test.answer is None or test.answer.officer != officer:
        raise NotFoundError(f"scan {scan_id} was no test of {officer}'s")
    return test


def reveal(archive: Archive, test: Projection) -> TestCard:
    """What a test was and what the officer said."""
    return card(test.scan_id, test.objects, _judged(archive, test), f"/v1/scans/{test.scan_id}/test/picture")


def card(scan_id: str, objects: tuple[Planted, ...], answer: Answer, address: str) -> TestCard:
    """The feedback on one answer."""
    return TestCard(
        scan_id=scan_id,
        result=answer.result.value,
        located=answer.located,
        objects=tuple(Marked(view=thing.view, box=thing.box, kind=thing.kind) for thing in objects),
        marks=tuple(Marked(view=mark.view, box=mark.box, kind=mark.kind) for mark in answer.marks),
        picture=address,
    )


def png(content: bytes) -> Response:
    return Response(content, media_type="image/png", headers={"Cache-Control": "private, no-store"})


def csv_file(text: str, name: str) -> Response:
    """CSV as a file, with the mark by which spreadsheets know UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=headers)


def _judged(archive: Archive, test: Projection) -> Answer:
    assert test.answer is not None
    return judge(test.objects, _found(archive, test), test.answer)


def _found(archive: Archive, test: Projection) -> list[Finding]:
    """What the officer had before them."""
    return list(archive.work.shown(test.answer.decision_id)) if test.answer is not None else []


def _shown_view(objects: tuple[Planted, ...]) -> int:
    return objects[0].view if objects else 0


def _trail(archive: Archive, waiting: bool) -> list[TestLine]:
    lines = []
    for test in archive.projections.trail():
        said = test.answer
        if said is None and not waiting:
            continue
        judged = None if said is None else _judged(archive, test)
        lines.append(
            TestLine(
                scan_id=test.scan_id,
                source_scan_id=test.source_scan_id,
                station_id=test.station_id,
                made_at=test.made_at.isoformat(),
                rate=test.rate,
                kinds=tuple(thing.kind for thing in test.objects),
                cnr=max((thing.cnr for thing in test.objects), default=None),
                result=None if judged is None else judged.result.value,
                located=None if judged is None else judged.located,
                officer=None if said is None else said.officer,
                decided_at=None if said is None else said.decided_at.isoformat(),
                dwell_s=None if said is None else said.dwell_s,
            )
        )
    return lines
