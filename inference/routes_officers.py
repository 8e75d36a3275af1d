"""What an officer's console asks for: worklist, leases, scans, tiles, decisions, the model, the taxonomy."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from cargoscope import taxonomy
from cargoscope.datasets.archive import ViewFacts
from cargoscope.datasets.archive.worklist import Filters
from cargoscope.detections import Finding
from cargoscope.errors import ForbiddenError, ModelError, ReviewError
from cargoscope.inference import cards, wire
from cargoscope.inference.access import OUTCOMES
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.parts import PartsDep
from cargoscope.inference.tiles import tile
from cargoscope.inference.under_way import under_way
from cargoscope.inference.veil import as_shown, refuse_choosing, refuse_veiled, veiled, without_findings
from cargoscope.review import Decision, Disposition, Judgement, Verdict

router = APIRouter(prefix="/v1", tags=["officers"])

TILE_CACHING = "private, max-age=31536000, immutable"
TILE_OWNER = {"Vary": "Cookie, Authorization"}
"""What one officer's browser has kept, it does not show to the next one who uses it."""


@router.get("/scans")
def worklist(
    who: OfficerDep,
    parts: PartsDep,
    response: Response,
    by: Annotated[wire.Question, Query()],
) -> list[wire.Row]:
    """A page of the worklist, the most pressing first. The header X-Total-Count says how many there are in all."""
    filters = Filters(**by.model_dump(include=set(wire.Filters.model_fields)))
    if by.state != "decided":
        refuse_choosing(parts, who, filters)
    cases, total = parts.archive.cases(by.state, by.limit, by.offset, who, filters)
    response.headers["X-Total-Count"] = str(total)
    coming = under_way(parts, filters, who) if by.provisional and by.state != "decided" and not by.offset else []
    return coming + [cards.row(case, who, parts.settings.site) for case in as_shown(parts, cases, who)]


@router.post("/scans/next")
def next_scan(body: wire.NextBody, who: OfficerDep, parts: PartsDep) -> wire.NextScan:
    """Lease the most pressing scan that waits for this officer and lies before nobody else."""
    filters = Filters(**body.filters.model_dump())
    site = parts.settings.site
    if site.picking == "assigned" and filters != Filters(station=filters.station):
        raise ForbiddenError("this site hands scans out; only the station may be chosen")
    refuse_choosing(parts, who, filters)
    lease = parts.archive.lease_next(who, filters, body.holding)
    given = [] if lease is None else as_shown(parts, [parts.archive.case(lease.scan_id)], who)
    row = cards.row(given[0], who, site) if given else None
    return wire.NextScan(row=row, waiting=parts.archive.count_for(who, filters))


@router.post("/scans/{scan_id}/lease")
def lease(scan_id: str, who: OfficerDep, parts: PartsDep) -> wire.LeaseCard:
    """Take a scan, or keep it for longer."""
    taken = parts.archive.lease(scan_id, who)
    return wire.LeaseCard(scan_id=scan_id, officer=taken.officer, until=taken.until.isoformat())


@router.delete("/scans/{scan_id}/lease", status_code=204)
def return_lease(scan_id: str, who: OfficerDep, parts: PartsDep) -> None:
    """Give a scan back to the worklist; a supervisor may give back another officer's."""
    parts.archive.return_lease(scan_id, who)


@router.get("/scans/{scan_id}")
def scan_card(scan_id: str, who: OfficerDep, parts: PartsDep) -> wire.ScanCard:
    """Everything about one scan but its pixels."""
    case = parts.archive.case(scan_id)
    is_veiled = veiled(parts, case, who)
    shown = without_findings(case) if is_veiled else case
    return cards.card(shown, who, parts.settings.site, bool(who.roles & OUTCOMES), is_veiled)


@router.get("/scans/{scan_id}/views/{view}/tiles/{level}/{column}_{row}")
def scan_tile(
    scan_id: str, view: int, level: int, column: int, row: int, request: Request, parts: PartsDep
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
    refuse_veiled(parts, scan_id, who)
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
        added=tuple(drawn(index, item, views) for index, item in enumerate(body.added)),
        disposition=Disposition(body.disposition),
        reason=body.reason,
        decided_at=datetime.now(UTC),
        dwell_s=body.dwell_s,
        supersedes=body.supersedes,
        reason_codes=body.reason_codes,
    )
    parts.archive.decide(decision, who, body.recheck)
    return wire.Decided(decision_id=decision.decision_id)


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


def drawn(index: int, item: wire.AddedBody, views: tuple[ViewFacts, ...]) -> Finding:
    """A region that was drawn; ReviewError where it lies outside of the scan."""
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
