"""From the archive's values to the bodies of the HTTP interface."""

from datetime import UTC, datetime
from typing import Any

from cargoscope import taxonomy
from cargoscope.datasets.archive import Analysis, Case, Officer
from cargoscope.datasets.archive.records import Photo
from cargoscope.detections import Finding
from cargoscope.inference import wire
from cargoscope.inference.tiles import TILE_SIZE, n_levels
from cargoscope.review import Decision, Outcome, Reading
from cargoscope.site import Site

UNKNOWN_COLOUR = "#888888"


def row(case: Case, who: Officer, site: Site) -> wire.Row:
    """A line of the worklist, as somebody may see it."""
    return wire.Row(**_row(case.as_seen_by(who), site))


def card(case: Case, who: Officer, site: Site, with_photos: bool = False, veiled: bool = False) -> wire.ScanCard:
    """Everything about one scan but its pixels, as somebody may see it. veiled: they have to look at it first."""
    case = case.as_seen_by(who)
    final = case.settled.final
    made = case.analysis
    findings = () if made is None else tuple(made.found)
    return wire.ScanCard(
        **_row(case, site),
        views=tuple(
            wire.ViewCard(**vars(view), tile_size=TILE_SIZE, levels=n_levels((view.width, view.height)))
            for view in case.scan.views
        ),
        model=None if made is None else _model(made),
        findings=tuple(_finding(index, finding) for index, finding in enumerate(findings)),
        decisions=tuple(_decision(decision) for decision in case.decisions),
        outcome=None if case.outcome is None else outcome(case.outcome),
        error=None if made is None else made.error,
        final_decision=None if final is None else final.decision_id,
        photos=tuple(photo(one) for one in case.photos) if with_photos else (),
        veiled=veiled,
    )


def photo(one: Photo) -> wire.PhotoCard:
    """A photograph, without its bytes."""
    return wire.PhotoCard(
        photo_id=one.sha256,
        media_type="image/png" if one.media_type == "image/png" else "image/jpeg",
        size_bytes=one.size_bytes,
        width=one.width,
        height=one.height,
        added_by=one.added_by,
        added_at=one.added_at.isoformat(),
    )


def outcome(one: Outcome) -> wire.OutcomeCard:
    """What a physical examination found."""
    return wire.OutcomeCard(
        opened=one.opened,
        found=one.found,
        note=one.note,
        items=tuple(wire.FoundItem(**vars(item)) for item in one.items),
        photos=one.photos,
        recorded_by=one.recorded_by,
        recorded_at=one.recorded_at.isoformat(),
    )


def _row(case: Case, site: Site) -> dict[str, Any]:
    scan, made, final = case.scan, case.analysis, case.settled.final
    findings = [] if made is None else list(made.found)
    latest = final or (case.decisions[-1] if case.decisions else None)
    return {
        "scan_id": scan.scan_id,
        "station_id": scan.station_id,
        "taken_at": scan.taken_at.isoformat(),
        "received_at": scan.received_at.isoformat(),
        "status": case.status,
        "score": None if made is None else made.score,
        "n_findings": len(findings),
        "top_kind": max(findings, key=lambda finding: finding.score).kind if findings else None,
        "width": scan.views[0].width,
        "height": scan.views[0].height,
        "disposition": None if latest is None else latest.disposition.value,
        "officer": None if latest is None else latest.officer,
        "final": final is not None,
        "leased_by": None if case.lease is None else case.lease.officer,
        "lease_until": None if case.lease is None else case.lease.until.isoformat(),
        "waiting_s": None if final is not None else round((datetime.now(UTC) - scan.received_at).total_seconds(), 1),
        "truck_waits": final is None and site.truck_waits(scan.station_id),
        "provisional": False,
    }


def _model(made: Analysis) -> wire.UsedModel:
    return wire.UsedModel(model_id=made.model_id, name=made.model_name, provider=made.provider)


def _finding(index: int, finding: Finding) -> wire.FindingCard:
    known = taxonomy.kinds().get(finding.kind)
    return wire.FindingCard(index=index, **vars(finding), colour=UNKNOWN_COLOUR if known is None else known.colour)


def _decision(decision: Decision) -> wire.DecisionCard:
    return wire.DecisionCard(
        decision_id=decision.decision_id,
        officer=decision.officer,
        decided_at=decision.decided_at.isoformat(),
        model_id=decision.model_id,
        verdicts=tuple(
            wire.VerdictBody(finding=verdict.finding, judgement=verdict.judgement.value, kind=verdict.kind)
            for verdict in decision.verdicts
        ),
        added=tuple(wire.AddedBody(view=item.view, box=item.box, kind=item.kind) for item in decision.added),
        disposition=decision.disposition.value,
        reason_codes=decision.reason_codes,
        reason=decision.reason,
        dwell_s=decision.dwell_s,
        supersedes=decision.supersedes,
        recheck=decision.reading is Reading.RECHECK,
        reading=decision.reading.value,
    )
