"""Figures about the model and the scanners: regions by confusion, hard cases, drift. Pure functions over real work."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from cargoscope.datasets.archive.work import Reviewed, Scanned
from cargoscope.review import Judgement

NOTHING: Final = ""
"""In a confusion: the model marked nothing there, or the officer says that nothing is there."""

BASELINE_DAYS: Final = 20
"""The first days of the time that is looked at, which say what is usual."""

MIN_BASELINE: Final = 5
SPREAD: Final = 2.66
"""3 / d2 with d2 = 1.128: limits of a chart of individual values from their mean moving range (Shewhart 1931; Wheeler
and Chambers, Understanding Statistical Process Control, 2nd ed. 1992, chapter 3)."""

Why = Literal["missed", "rejected", "reclassed", "faint", "contradicted"]


@dataclass(frozen=True)
class Confusion:
    """counts[i][j]: regions that the model took for said[i] and the officer for judged[j]. "" stands for nothing."""

    said: tuple[str, ...]
    judged: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class HardCase:
    """A region about which model and people differ most. hardness: 0..1, how surprised the model would be.

    why: "missed": the officer drew it. "rejected", "reclassed": what the model was sure of. "faint": confirmed at a low
    score. "contradicted": the examination found none of what was confirmed.
    """

    scan_id: str
    station_id: str
    decided_at: str
    why: Why
    kind: str
    score: float | None
    hardness: float


@dataclass(frozen=True)
class Point:
    """One day of one station. out: beyond the limits."""

    day: str
    n: int
    value: float
    out: bool


@dataclass(frozen=True)
class Chart:
    """A control chart. low, high: limits, None while there are fewer than MIN_BASELINE days."""

    what: str
    points: tuple[Point, ...]
    centre: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ScoreDay:
    """Scores of one day's scans: 10th, 50th and 90th percentile; failed: scans that the model could not examine."""

    day: str
    n: int
    p10: float
    p50: float
    p90: float
    failed: int


@dataclass(frozen=True)
class Drift:
    """One station."""

    station_id: str
    charts: tuple[Chart, ...]
    scores: tuple[ScoreDay, ...]


def confusion(reviewed: Iterable[Reviewed]) -> Confusion:
    """Of the decisions that were not corrected."""
    pairs: dict[tuple[str, str], int] = {}
    for one in reviewed:
        if one.corrected:
            continue
        findings = list(one.found)
        for verdict in one.decision.verdicts:
            said = findings[verdict.finding].kind
            judged = {
                Judgement.CONFIRM: said,
                Judgement.REJECT: NOTHING,
                Judgement.RECLASS: verdict.kind or said,
            }[verdict.judgement]
            pairs[said, judged] = pairs.get((said, judged), 0) + 1
        for drawn in one.decision.added:
            pairs[NOTHING, drawn.kind] = pairs.get((NOTHING, drawn.kind), 0) + 1
    kinds = sorted({kind for pair in pairs for kind in pair} - {NOTHING})
    axis = (*kinds, NOTHING) if pairs else ()
    return Confusion(axis, axis, tuple(tuple(pairs.get((i, j), 0) for j in axis) for i in axis))


def hard_cases(reviewed: Iterable[Reviewed], limit: int = 50) -> list[HardCase]:
    """The hardest first; of one scan only its hardest region."""
    hardest: dict[str, HardCase] = {}
    for one in reviewed:
        if one.corrected:
            continue
        for why, kind, score, hardness in _surprises(one):
            scan_id = one.decision.scan_id
            at = one.decision.decided_at.isoformat()
            case = HardCase(scan_id, one.station_id, at, why, kind, score, round(hardness, 4))
            if scan_id not in hardest or hardest[scan_id].hardness < case.hardness:
                hardest[scan_id] = case
    return sorted(hardest.values(), key=lambda case: case.hardness, reverse=True)[:limit]


def _surprises(one: Reviewed) -> list[tuple[Why, str, float | None, float]]:
    findings = list(one.found)
    made: list[tuple[Why, str, float | None, float]] = [
        ("missed", drawn.kind, None, 1.0) for drawn in one.decision.added
    ]
    for verdict in one.decision.verdicts:
        finding = findings[verdict.finding]
        if verdict.judgement is Judgement.REJECT:
            made.append(("rejected", finding.kind, finding.score, finding.score))
        elif verdict.judgement is Judgement.RECLASS:
            made.append(("reclassed", finding.kind, finding.score, finding.score))
        elif one.opened and finding.kind not in one.kinds_found:
            made.append(("contradicted", finding.kind, finding.score, finding.score))
        else:
            made.append(("faint", finding.kind, finding.score, 1 - finding.score))
    return made


def drift(scanned: Iterable[Scanned]) -> list[Drift]:
    """Of every station, its days (UTC) in order."""
    stations: dict[str, dict[str, list[Scanned]]] = {}
    for one in scanned:
        stations.setdefault(one.station_id, {}).setdefault(one.received_at.date().isoformat(), []).append(one)
    read: dict[str, Callable[[Scanned], float | None]] = {
        "air": lambda one: one.air,
        "noise": lambda one: one.noise,
        "score": lambda one: one.score,
    }
    return [
        Drift(
            station_id,
            tuple(chart(what, _daily(days, value)) for what, value in read.items()),
            tuple(
                _scores(day, scans) for day, scans in sorted(days.items()) if any(s.score is not None for s in scans)
            ),
        )
        for station_id, days in sorted(stations.items())
    ]


def chart(what: str, days: Sequence[tuple[str, int, float]]) -> Chart:
    """A control chart of individual values. days: (day, scans, value) in order.

    Centre: the mean of the first BASELINE_DAYS values; limits: SPREAD mean moving ranges of theirs to both sides.
    """
    values = np.array([value for _, _, value in days[:BASELINE_DAYS]])
    if len(values) < MIN_BASELINE:
        return Chart(what, tuple(Point(*day, out=False) for day in days), None, None, None)
    centre = float(values.mean())
    reach = SPREAD * float(np.abs(np.diff(values)).mean())
    low, high = centre - reach, centre + reach
    points = tuple(Point(day, n, value, not low <= value <= high) for day, n, value in days)
    return Chart(what, points, centre, low, high)


def _daily(days: dict[str, list[Scanned]], value: Callable[[Scanned], float | None]) -> list[tuple[str, int, float]]:
    """(day, scans with a value, their median) of the days that have any."""
    known = {day: [v for v in map(value, scans) if v is not None] for day, scans in sorted(days.items())}
    return [(day, len(values), float(np.median(values))) for day, values in known.items() if values]


def _scores(day: str, scans: Sequence[Scanned]) -> ScoreDay:
    p10, p50, p90 = np.percentile([one.score for one in scans if one.score is not None], (10, 50, 90))
    return ScoreDay(day, len(scans), float(p10), float(p50), float(p90), sum(one.failed for one in scans))
