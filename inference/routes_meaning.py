"""What scores mean, as probabilities at a stated prevalence; and, kept apart from them, what does not fit a load."""

from typing import Annotated

from fastapi import APIRouter, Query

from cargoscope.errors import ModelError
from cargoscope.inference import wire
from cargoscope.inference.anomaly import anomaly_map
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.parts import PartsDep
from cargoscope.inference.routes_viewer import looking
from cargoscope.inference.veil import refuse_veiled
from cargoscope.models.calibration import PREVALENCE, Calibration
from cargoscope.models.card import read_card
from cargoscope.scan import View

router = APIRouter(prefix="/v1", tags=["meaning"])


class Meaning(wire.Body):
    """GET /v1/scans/{id}/probabilities. prevalence: share of all scans that hold contraband. probability: of contraband
    in the scan; findings: in the place of each finding, in their order. None where no model has looked yet, or where
    the model that did was never calibrated."""

    model_id: str | None
    prevalence: float
    probability: float | None
    findings: tuple[float, ...] | None


class ViewAnomaly(wire.Body):
    """One view. score: 0 and more. cell_wh: pixels of the view under one value. values: row by row, 0 where there is no
    load. strongest: box of the oddest cell, None without a load."""

    score: float
    cell_wh: tuple[float, float]
    values: tuple[tuple[float, ...], ...]
    strongest: wire.Box | None


class Anomalies(wire.Body):
    """GET /v1/scans/{id}/anomaly. anomaly: of the oddest view. It knows no classes, and holds no score of a model."""

    anomaly: float
    views: tuple[ViewAnomaly, ...]


@router.get("/scans/{scan_id}/probabilities")
def probabilities(
    scan_id: str,
    who: OfficerDep,
    parts: PartsDep,
    prevalence: Annotated[float, Query(gt=0, lt=1)] = PREVALENCE,
) -> Meaning:
    """The scores of a scan as probabilities."""
    refuse_veiled(parts, scan_id, who)
    made = parts.archive.case(scan_id).analysis
    told = None if made is None else _calibration(parts, made.model_id)
    if made is None or told is None or made.score is None:
        model_id = None if made is None else made.model_id
        return Meaning(model_id=model_id, prevalence=prevalence, probability=None, findings=None)
    return Meaning(
        model_id=made.model_id,
        prevalence=prevalence,
        probability=told.scan_probability(made.score, prevalence),
        findings=tuple(told.finding_probability(finding.score, prevalence) for finding in made.found),
    )


@router.get("/scans/{scan_id}/anomaly")
def anomalies(scan_id: str, who: OfficerDep, parts: PartsDep) -> Anomalies:
    """What does not fit the scan's load."""
    refuse_veiled(parts, scan_id, who)
    with looking():
        views = tuple(_odd(view) for view in parts.archive.open_scan(scan_id).views)
    return Anomalies(anomaly=max(view.score for view in views), views=views)


def _odd(view: View) -> ViewAnomaly:
    found = anomaly_map(view)
    return ViewAnomaly(
        score=round(found.score, 4),
        cell_wh=found.cell_wh,
        values=tuple(tuple(row) for row in found.values.round(3).tolist()),
        strongest=found.strongest(view.size_wh),
    )


def _calibration(parts: PartsDep, model_id: str) -> Calibration | None:
    """Of the model that examined a scan, as far as this machine still has it."""
    try:
        return read_card(parts.worker.registry.path(model_id)).calibration
    except ModelError:
        return None
