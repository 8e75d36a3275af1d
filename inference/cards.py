"""From the archive's values to the bodies of the HTTP interface."""

from typing import Any

from cargoscope import taxonomy
from cargoscope.datasets.archive import Analysis, Case
from cargoscope.detections import Finding
from cargoscope.inference import wire
from cargoscope.inference.tiles import TILE_SIZE, n_levels
from cargoscope.review import Decision, Outcome

UNKNOWN_COLOUR = "#888888"


def row(case: Case) -> wire.Row:
    """A line of the worklist."""
    return wire.Row(**_row(case))


def card(case: Case) -> wire.ScanCard:
    """Everything about one scan but its pixels."""
    made = case.analysis
    findings = () if made is None else tuple(made.found)
    return wire.ScanCard(
        **_row(case),
        views=tuple(
            wire.ViewCard(**vars(view), tile_size=TILE_SIZE, levels=n_levels((view.width, view.height)))
            for view in case.scan.views
        ),
        model=None if made is None else _model(made),
        findings=tuple(_finding(index, finding) for index, finding in enumerate(findings)),
        decisions=tuple(_decision(decision) for decision in case.decisions),
        outcome=None if case.outcome is None else _outcome(case.outcome),
        error=None if made is None else made.error,
    )


def _row(case: Case) -> dict[str, Any]:
    scan, made = case.scan, case.analysis
    findings = [] if made is None else list(made.found)
    latest = case.decisions[-1] if case.decisions else None
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
        reason=decision.reason,
        dwell_s=decision.dwell_s,
        supersedes=decision.supersedes,
    )


def _outcome(outcome: Outcome) -> wire.OutcomeCard:
    return wire.OutcomeCard(
        opened=outcome.opened,
        found=outcome.found,
        note=outcome.note,
        recorded_by=outcome.recorded_by,
        recorded_at=outcome.recorded_at.isoformat(),
    )
