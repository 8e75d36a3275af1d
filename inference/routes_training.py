"""Training: sessions through the case library, with what was there after each answer, and the library itself."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from random import SystemRandom

from fastapi import APIRouter, Request, Response

from cargoscope import taxonomy
from cargoscope.datasets.archive import Archive, Case, Planted, Session
from cargoscope.datasets.archive import library as lib
from cargoscope.errors import ConflictError, NotFoundError
from cargoscope.inference import cards, wire
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.feedback_picture import picture
from cargoscope.inference.judging import judge
from cargoscope.inference.parts import PartsDep
from cargoscope.inference.routes_competence import card, png
from cargoscope.inference.routes_officers import TILE_CACHING, TILE_OWNER, drawn
from cargoscope.inference.routes_viewer import Colours, colours_of
from cargoscope.inference.tiles import tile
from cargoscope.inference.wire_competence import (
    Answered,
    CaseBody,
    SessionBody,
    SessionCard,
    SessionLine,
    TestCard,
    TrainingCard,
)
from cargoscope.review import Decision, Disposition, Judgement, Verdict

router = APIRouter(prefix="/v1/training", tags=["training"])

SESSION = "/sessions/{session_id}"
CASE = SESSION + "/cases/{case_id}"


@router.get("")
def training(who: OfficerDep, parts: PartsDep) -> TrainingCard:
    """What the library holds, and the sessions of the one who asks, the newest first."""
    known = parts.archive.library.cases()
    of = {level: [case for case in known if case.level == level] for level in lib.LEVELS}
    held = {level: sum(bool(case.objects) for case in cases) for level, cases in of.items()}
    return TrainingCard(
        cases={level: (held[level], len(cases) - held[level]) for level, cases in of.items()},
        sessions=tuple(_line(parts.archive, one) for one in reversed(parts.archive.library.sessions(who.name))),
    )


@router.post("/sessions", status_code=201)
def start(body: SessionBody, who: OfficerDep, parts: PartsDep) -> SessionCard:
    """A new session."""
    begun = parts.archive.library.start(who.name, body.purpose, body.count, body.level, SystemRandom())
    return session(begun.session_id, who, parts)


@router.get(SESSION)
def session(session_id: str, who: OfficerDep, parts: PartsDep) -> SessionCard:
    """A session of the one who asks, with its cases as rows of a worklist."""
    of = parts.archive.library.session(session_id, who.name)
    rows = tuple(cards.row(_as_case(parts.archive, of, case_id), who, parts.settings.site) for case_id in of.cases)
    return SessionCard(**_line(parts.archive, of).model_dump(), rows=rows)


@router.get(CASE)
def case_card(session_id: str, case_id: str, who: OfficerDep, parts: PartsDep) -> wire.ScanCard:
    """One case of a session, as the card of a scan; what is in it is told only once it is answered."""
    of = parts.archive.library.session(session_id, who.name)
    return cards.card(_as_case(parts.archive, of, case_id), who, parts.settings.site)


@router.post(CASE + "/decisions", status_code=201)
def answer(session_id: str, case_id: str, body: wire.DecisionBody, who: OfficerDep, parts: PartsDep) -> Answered:
    """Answer a case as one decides on a scan, and learn what it was."""
    library = parts.archive.library
    of = library.session(session_id, who.name)
    views = library.case(case_id).stored.views
    for verdict in body.verdicts:
        if verdict.kind is not None:
            taxonomy.kind(verdict.kind)
    said = Decision(
        decision_id=uuid.uuid4().hex,
        scan_id=case_id,
        model_id=body.model_id,
        officer=who.name,
        verdicts=tuple(Verdict(item.finding, Judgement(item.judgement), item.kind) for item in body.verdicts),
        added=tuple(drawn(index, item, views) for index, item in enumerate(body.added)),
        disposition=Disposition(body.disposition),
        reason=body.reason or ", ".join(body.reason_codes),
        decided_at=datetime.now(UTC),
        dwell_s=body.dwell_s,
    )
    library.answer(of, said)
    return Answered(decision_id=said.decision_id, test=_reveal(parts.archive, session_id, said))


@router.get(CASE + "/test")
def case_test(session_id: str, case_id: str, who: OfficerDep, parts: PartsDep) -> TestCard:
    """What a case was, once it is answered."""
    return _reveal(parts.archive, session_id, _answer(parts.archive.library.session(session_id, who.name), case_id))


@router.get(CASE + "/picture")
def case_picture(session_id: str, case_id: str, who: OfficerDep, parts: PartsDep) -> Response:
    """PNG: what was there, and what the officer marked."""
    library = parts.archive.library
    said = _answer(library.session(session_id, who.name), case_id)
    case = library.case(case_id)
    view = case.objects[0].view if case.objects else 0
    marks = judge(case.objects, list(case.analysis.found), said).marks
    there = [thing.box for thing in case.objects if thing.view == view]
    shown = library.open_scan(case_id).views[view]
    return png(picture(shown, there, [mark.box for mark in marks if mark.view == view]))


@router.get("/cases/{case_id}/views/{view}/tiles/{level}/{column}_{row}")
def case_tile(
    case_id: str, view: int, level: int, column: int, row: int, request: Request, _: OfficerDep, parts: PartsDep
) -> Response:
    """One tile of a case: uint16 little-endian, (energies, h, w)."""
    sha256 = parts.archive.library.case(case_id).stored.sha256
    headers = {"ETag": f'"{sha256[:32]}-{view}-{level}-{column}_{row}"', "Cache-Control": TILE_CACHING} | TILE_OWNER
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    planes = tile(parts.case_pyramids.get(case_id, view), level, column, row)
    return Response(planes.astype("<u2").tobytes(), media_type="application/octet-stream", headers=headers)


@router.get("/cases/{case_id}/colours")
def case_colours(case_id: str, _: OfficerDep, parts: PartsDep) -> Colours:
    """The look-up of colours for a case."""
    return colours_of(parts, parts.archive.library.case(case_id).stored)


@router.post("/cases", status_code=201)
def add_case(body: CaseBody, who: OfficerDep, parts: PartsDep) -> dict[str, str]:
    """A scan of the archive that is decided, and of which it is known what is in it, becomes a case."""
    case = parts.archive.case(body.scan_id)
    if case.settled.final is None or case.analysis is None or parts.archive.projections.of(body.scan_id) is not None:
        raise ConflictError(f"scan {body.scan_id}: only a real scan that is decided becomes a case")
    marked = [drawn(index, wire.AddedBody(**vars(thing)), case.scan.views) for index, thing in enumerate(body.objects)]
    planted = tuple(Planted(thing.kind, thing.view, thing.box, 0.0, 0.0) for thing in marked)
    scan = replace(parts.archive.open_scan(body.scan_id), scan_id="case")
    case_id = parts.archive.library.add(scan, planted, body.level, "archive", case.analysis, who.name)
    return {"case_id": case_id}


def _as_case(archive: Archive, of: Session, case_id: str) -> Case:
    """A case as the archive's case of a scan, with the session's answer as its decision."""
    if case_id not in of.cases:
        raise NotFoundError(f"session {of.session_id} has no case {case_id!r}")
    case = archive.library.case(case_id)
    given = tuple(said for said in of.answers if said.scan_id == case_id)
    return Case(scan=case.stored, analysis=case.analysis, decisions=given, outcome=None)


def _answer(of: Session, case_id: str) -> Decision:
    said = next((one for one in of.answers if one.scan_id == case_id), None)
    if said is None:
        raise NotFoundError(f"session {of.session_id}: case {case_id!r} is not answered yet")
    return said


def _reveal(archive: Archive, session_id: str, said: Decision) -> TestCard:
    case = archive.library.case(said.scan_id)
    judged = judge(case.objects, list(case.analysis.found), said)
    return card(said.scan_id, case.objects, judged, f"/v1/training/sessions/{session_id}/cases/{said.scan_id}/picture")


def _line(archive: Archive, of: Session) -> SessionLine:
    return SessionLine(
        session_id=of.session_id,
        purpose="warm-up" if of.purpose == "warm-up" else "training",
        level=of.level,
        started_at=of.started_at.isoformat(),
        count=len(of.cases),
        results=tuple(_reveal(archive, of.session_id, said).result for said in of.answers),
    )
