"""Builders for tests: every argument has a sensible default, so that a test names only what it is about."""

from datetime import UTC, datetime

import numpy as np

from cargoscope.detections import Detections, Finding
from cargoscope.review import Decision, Disposition, Judgement, Verdict
from cargoscope.scan import Scan, View

CLASSES = ("firearm", "narcotics_package", "cigarettes", "gas_cylinder")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def view(
    width: int = 64,
    height: int = 48,
    energies: tuple[str, ...] = ("6MV", "4MV"),
    level: int = 40000,
    pitch_mm: tuple[float, float] | None = (6.0, 6.0),
    name: str = "side",
    bits: int = 16,
) -> View:
    """A flat view: every pixel lets the same share of the beam through."""
    pixels = np.full((len(energies), height, width), level, np.uint16)
    return View(pixels, energies, (60000,) * len(energies), pitch_mm, name, bits)


def scan(*views: View, scan_id: str = "scan-1", station_id: str = "gate-1") -> Scan:
    return Scan(scan_id, NOON, station_id, views or (view(),))


def found(*rows: Finding, classes: tuple[str, ...] = CLASSES) -> Detections:
    return Detections.of(rows, classes)


def finding(
    box: tuple[float, float, float, float] = (10, 10, 30, 20), score: float = 0.9, kind: str = "firearm", view: int = 0
) -> Finding:
    return Finding(view, box, score, kind)


def decision(
    *verdicts: Verdict,
    added: tuple[Finding, ...] = (),
    disposition: Disposition = Disposition.INSPECT,
    reason: str = "dense object behind the doors",
    scan_id: str = "scan-1",
    model_id: str = "0" * 64,
    supersedes: str | None = None,
) -> Decision:
    return Decision(
        decision_id="decision-1",
        scan_id=scan_id,
        model_id=model_id,
        officer="lan",
        verdicts=verdicts,
        added=added,
        disposition=disposition,
        reason=reason,
        decided_at=NOON,
        dwell_s=21.5,
        supersedes=supersedes,
    )


def confirmed(row: int) -> Verdict:
    return Verdict(row, Judgement.CONFIRM)


def rejected(row: int) -> Verdict:
    return Verdict(row, Judgement.REJECT)
