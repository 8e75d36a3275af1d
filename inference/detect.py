"""Scans on disk to one JSON report: the public contract "cargoscope.detections/1" (detections.schema.json)."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from cargoscope.atomic import write_whole
from cargoscope.datasets.formats.read import ScanFiles, read_files
from cargoscope.detections import Detections
from cargoscope.errors import CargoscopeError
from cargoscope.inference.anomaly import anomaly
from cargoscope.inference.sighted import Sighted, at_pitch_of_containers, look_at, table_of
from cargoscope.models.calibration import PREVALENCE, Calibration, refuse_no_share
from cargoscope.models.card import ModelCard
from cargoscope.models.scene import SeenView
from cargoscope.scan import Scan

SCHEMA: Final = "cargoscope.detections/1"


@dataclass(frozen=True)
class Probabilities:
    """Scores as probabilities at a prevalence; None where the model was never calibrated."""

    calibration: Calibration | None
    prevalence: float

    def of_scan(self, score: float) -> float | None:
        if self.calibration is None:
            return None
        return _significant(self.calibration.scan_probability(score, self.prevalence))

    def of_finding(self, score: float) -> float | None:
        if self.calibration is None:
            return None
        return _significant(self.calibration.finding_probability(score, self.prevalence))


def _significant(value: float) -> float:
    return float(f"{value:.4g}")


class Examiner(Protocol):
    """What examines a scan: `cargoscope.inference.engine.Engine`, or a few lines in a test."""

    @property
    def card(self) -> ModelCard: ...
    @property
    def provider(self) -> str: ...
    def examine(self, scan: Scan, threshold: float | None = None) -> tuple[Detections, float]: ...


def detect_files(
    files: Iterable[ScanFiles],
    examiner: Examiner,
    threshold: float | None = None,
    pitch_mm: float | None = None,
    pseudo_colour: bool = False,
    prevalence: float = PREVALENCE,
    done: Callable[[Scan | CargoscopeError], None] = lambda outcome: None,
) -> dict[str, Any]:
    """The report on all files; one that cannot be read or examined becomes an error in it, and the rest go on.

    threshold: for every class, in place of the model's own. pitch_mm: of views that do not say theirs.
    prevalence: share of all scans that hold contraband, for the probabilities; a model never calibrated gives none.
    done: told after each input, with the scan as it was examined or the error.
    """
    scans: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    told = Probabilities(examiner.card.calibration, refuse_no_share(prevalence))
    for one in files:
        try:
            scan = _with_pitch(read_files(one, pseudo_colour=pseudo_colour), pitch_mm)
            seen = look_at(examiner, scan)
            scan = at_pitch_of_containers(scan, seen)
            scans.append(_entry(one, scan, seen, *_examined(examiner, scan, seen, threshold), told))
            done(scan)
        except CargoscopeError as error:
            errors.append({"path": str(one.paths[0]), "error": str(error)})
            done(error)
    card = examiner.card
    return {
        "schema": SCHEMA,
        "model": {"model_id": card.model_id, "classes": list(card.classes)},
        "provider": examiner.provider,
        "prevalence": None if card.calibration is None else prevalence,
        "scans": scans,
        "errors": errors,
    }


def _examined(
    examiner: Examiner, scan: Scan, seen: Sequence[SeenView], threshold: float | None
) -> tuple[Detections, float]:
    if isinstance(examiner, Sighted):
        return examiner.examine(scan, threshold, seen)
    return examiner.examine(scan, threshold)


def write_report(path: Path, report: dict[str, Any]) -> None:
    """Write a report as JSON, whole or not at all."""
    write_whole(path, (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode())


def _with_pitch(scan: Scan, pitch_mm: float | None) -> Scan:
    if pitch_mm is None:
        return scan
    views = (view if view.pitch_mm else replace(view, pitch_mm=(pitch_mm, pitch_mm)) for view in scan.views)
    return replace(scan, views=tuple(views))


def _entry(
    files: ScanFiles, scan: Scan, seen: Sequence[SeenView], found: Detections, score: float, told: Probabilities
) -> dict[str, Any]:
    return {
        "path": str(files.paths[0]),
        "scan_id": scan.scan_id,
        "score": round(score, 6),
        "probability": told.of_scan(score),
        "anomaly": round(anomaly(scan, [[each.box for each in one.containers] for one in seen]), 4),
        "views": [
            {"width": view.size_wh[0], "height": view.size_wh[1], "pitch_mm": view.pitch_mm and list(view.pitch_mm)}
            | table_of(one)
            for view, one in zip(scan.views, seen, strict=True)
        ],
        "detections": [
            {
                "view": finding.view,
                "box": [round(edge, 2) for edge in finding.box],
                "score": round(finding.score, 6),
                "probability": told.of_finding(finding.score),
                "class": finding.kind,
                "zone": seen[finding.view].zone(finding.box),
            }
            for finding in found
        ],
    }
