"""What an officer's console asks for: worklist, scans, tiles, decisions, outcomes, the model, the taxonomy."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from cargoscope import taxonomy
from cargoscope.datasets.archive import ViewFacts
from cargoscope.detections import Finding
from cargoscope.errors import ModelError, ReviewError
from cargoscope.inference import cards, wire
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.parts import PartsDep
from cargoscope.inference.tiles import tile
from cargoscope.review import Decision, Disposition, Judgement, Outcome, Verdict

router = APIRouter(prefix="/v1", tags=["officers"])

TILE_CACHING = "private, max-age=31536000, immutable"
TILE_OWNER = {"Vary": "Cookie, Authorization"}
"""What one officer's browser has kept, it does not show to the next one who uses it."""


@router.get("/scans")
def worklist(
    _: OfficerDep,
    parts: PartsDep,
    response: Response,
    state: Literal["open", "decided", "all"] = "open",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, lt=2**63)] = 0,
) -> list[wire.Row]:
    """A page of the worklist, most suspicious first. The header X-Total-Count says how many there are in all."""
    cases, total = parts.archive.cases(state, limit, offset)
    response.headers["X-Total-Count"] = str(total)
    return [cards.row(case) for case in cases]


@router.get("/scans/{scan_id}")
def scan_card(scan_id: str, _: OfficerDep, parts: PartsDep) -> wire.ScanCard:
    """Everything about one scan but its pixels."""
    return cards.card(parts.archive.case(scan_id))


@router.get("/scans/{scan_id}/views/{view}/tiles/{level}/{column}_{row}")
def scan_tile(
    scan_id: str, view: int, level: int, column: int, row: int, request: Request, _: OfficerDep, parts: PartsDep
) -> Response:
    """One tile of a view: uint16 little-endian, (energies, h, w)."""
    sha256 = parts.archive.stored(scan_id).sha256
    headers = {"ETag": f'"{sha256[:32]}-{view}-{level}-{column}_{row}"', "Cache-Control": TILE_CACHING} | TILE_OWNER
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    planes = tile(parts.pyramids.get(scan_id, view), level, column, row)
    return Response(planes.astype("<u2").tobytes(), media_type="application/octet-stream", headers=headers)


@router.post("/scans/{scan_id}/decisions", status_code=201)
def decide(scan_id: str, body: wire.DecisionBody, who: OfficerDep, parts: PartsDep) -> wire.Decided:
    """Store the officer's decision; a correction names the decision that it supersedes."""
    views = parts.archive.stored(scan_id).views
    for verdict in body.verdicts:
        if verdict.kind is not None:
            taxonomy.kind(verdict.kind)
    decision = Decision(
        decision_id=uuid.uuid4().hex,
        scan_id=scan_id,
        model_id=body.model_id,
        officer=who.name,
        verdicts=tuple(Verdict(item.finding, Judgement(item.judgement), item.kind) for item in body.verdicts),
        added=tuple(_drawn(index, item, views) for index, item in enumerate(body.added)),
        disposition=Disposition(body.disposition),
        reason=body.reason,
        decided_at=datetime.now(UTC),
        dwell_s=body.dwell_s,
        supersedes=body.supersedes,
    )
    parts.archive.decide(decision)
    return wire.Decided(decision_id=decision.decision_id)


@router.post("/scans/{scan_id}/outcome", status_code=201)
def conclude(scan_id: str, body: wire.OutcomeBody, who: OfficerDep, parts: PartsDep) -> wire.OutcomeCard:
    """Store what the physical examination found."""
    for kind in body.found:
        taxonomy.kind(kind)
    outcome = Outcome(scan_id, body.opened, body.found, body.note, who.name, datetime.now(UTC))
    parts.archive.conclude(outcome)
    recorded_at = outcome.recorded_at.isoformat()
    return wire.OutcomeCard(**body.model_dump(), recorded_by=who.name, recorded_at=recorded_at)


@router.get("/model")
def model(_: OfficerDep, parts: PartsDep) -> wire.Model:
    """The model that examines the next scan."""
    detector = parts.worker.detector
    if detector is None:
        raise ModelError(parts.worker.trouble or "the model is being loaded")
    card = detector.card
    return wire.Model(
        model_id=card.model_id,
        name=card.name,
        classes=card.classes,
        provider=detector.provider,
        pitch_mm=card.pitch_mm,
        thresholds=dict(card.thresholds),
        parent=card.parent,
        created_at=card.created_at.isoformat(),
        trouble=parts.worker.trouble,
    )


@router.get("/taxonomy")
def kinds(_: OfficerDep) -> list[wire.KindCard]:
    """The kinds of contraband."""
    return [
        wire.KindCard(id=kind.id, name=kind.name, family=kind.family, severity=kind.severity, colour=kind.colour)
        for kind in taxonomy.kinds().values()
    ]


def _drawn(index: int, item: wire.AddedBody, views: tuple[ViewFacts, ...]) -> Finding:
    taxonomy.kind(item.kind)
    if item.view >= len(views):
        raise ReviewError(f"drawn region {index}: the scan has views 0..{len(views) - 1}, got {item.view}")
    width, height = views[item.view].width, views[item.view].height
    x1, y1, x2, y2 = item.box
    if not (0 <= x1 <= x2 - 1 <= width - 1 and 0 <= y1 <= y2 - 1 <= height - 1):
        raise ReviewError(
            f"drawn region {index}: x1 < x2 and y1 < y2 by a pixel at least, within {width}×{height} pixels, "
            f"got {item.box}"
        )
    return Finding(item.view, item.box, 1.0, item.kind)
