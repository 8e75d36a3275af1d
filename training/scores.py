"""How good a model is on a set of scans: detection rates at fixed false-alarm rates, FROC, AP. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.manifest import Label
from cargoscope.detections import Detections
from cargoscope.errors import TrainingError
from cargoscope.models.operating import threshold_for
from cargoscope.models.rates import Rate

FARS: Final = (0.001, 0.004, 0.01, 0.05)
CLEAR_CNR: Final = 3.0
HIT_IOU: Final = 0.1
AP_IOU: Final = 0.5
FROC_AT: Final = (0.01, 0.05, 0.1, 0.5, 1.0)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Examined:
    """One scan: what was found at a low threshold, and what is really there. profile: of the scanner, where known."""

    scan_id: str
    found: Detections
    objects: tuple[Label, ...]
    profile: str = ""


@dataclass(frozen=True)
class Point:
    """Container-level rates at one false-alarm rate.

    far: asked for. threshold: above 1 where none keeps that rate; then nothing counts as found. alarms: of clean scans
    at this threshold. pd: of scans with contraband in which it was hit, whatever the class of the finding; pd_clear:
    counting only objects of CNR 3 and more. by_class: of scans that hold the class, by_class_clear likewise.
    right_class: share of the hits whose strongest finding names the class.
    """

    far: float
    threshold: float
    alarms: Rate
    pd: Rate
    pd_clear: Rate
    by_class: Mapping[str, Rate]
    by_class_clear: Mapping[str, Rate]
    right_class: Rate


@dataclass(frozen=True)
class Scores:
    """A model on a set of scans. froc: share of objects hit at so many false findings per clean scan. ap: at IoU .5.

    details: how the results differ between bands of difficulty (`breakdown.details`); written beside the scores, and no
    part of their table.
    """

    model_id: str
    manifest_id: str
    n_clean: int
    n_threat: int
    points: tuple[Point, ...]
    froc: Mapping[str, float]
    ap: Mapping[str, float]
    details: Mapping[str, Any] = field(default_factory=dict)

    def at(self, far: float) -> Point:
        for point in self.points:
            if point.far == far:
                return point
        raise TrainingError(f"no scores at false-alarm rate {far}; there are {[point.far for point in self.points]}")

    def table(self) -> dict[str, Any]:
        """For JSON; rates carry their value."""
        table: dict[str, Any] = _with_values(asdict(replace(self, details={})))
        del table["details"]
        return {"schema": "cargoscope.scores/1"} | table

    def text(self) -> str:
        """For a terminal: one line per false-alarm rate, all objects | those of CNR 3 and more, then class by class."""
        lines = [f"{self.n_clean} clean scans, {self.n_threat} with contraband; detection all | CNR >= {CLEAR_CNR:g}"]
        for point in self.points:
            classes = ", ".join(
                f"{kind} {rate.value:.2f}|{point.by_class_clear[kind].value:.2f}"
                for kind, rate in point.by_class.items()
            )
            lines.append(
                f"at {point.far:6.1%} (threshold {point.threshold:.3f}, {point.alarms.hits} alarms): "
                f"{point.pd.value:.3f} [{point.pd.low:.3f}, {point.pd.high:.3f}] | "
                f"{point.pd_clear.value:.3f} [{point.pd_clear.low:.3f}, {point.pd_clear.high:.3f}]; {classes}; "
                f"right class {point.right_class.value:.2f}"
            )
        ap = ", ".join(f"{kind} {value:.2f}" for kind, value in self.ap.items())
        froc = ", ".join(f"{value:.2f} at {per_scan}" for per_scan, value in self.froc.items())
        lines += [
            f"probabilities of a {stated['of']} at a prevalence of {stated['prevalence']:g} are off by "
            f"{stated['ece']:.5f} [{stated['low']:.5f}, {stated['high']:.5f}] on average"
            for stated in self.details.get("reliability", ())
        ]
        return "\n".join([*lines, f"AP at IoU .5: {ap}", f"objects found at false findings per clean scan: {froc}"])


def score(examined: Sequence[Examined], classes: Sequence[str], model_id: str, manifest_id: str) -> Scores:
    """Scores of a model from what it found. Refused: a set without clean scans or without contraband."""
    clean = np.array([scan.found.scores.max(initial=0.0) for scan in examined if not scan.objects], np.float64)
    threat = [scan for scan in examined if scan.objects]
    refuse_one_sided(len(clean), len(threat))
    hits = [hit_scores(scan) for scan in threat]
    return Scores(
        model_id,
        manifest_id,
        len(clean),
        len(threat),
        tuple(_point(far, clean, threat, hits, classes) for far in FARS),
        _froc(examined, hits),
        {kind: average_precision(examined, kind) for kind in classes},
    )


def refuse_one_sided(n_clean: int, n_threat: int) -> None:
    """TrainingError unless a set holds both clean scans and scans with contraband."""
    if not n_clean or not n_threat:
        raise TrainingError(f"scores need clean scans and scans with contraband, got {n_clean} and {n_threat}")


def hit_scores(scan: Examined) -> list[tuple[float, str]]:
    """For each object of a scan the best score of the findings that hit it, and their class; (0, "") where none."""
    best = []
    for thing in scan.objects:
        rows = np.flatnonzero((scan.found.view == thing.view) & hit(np.array(thing.box, np.float64), scan.found.boxes))
        if len(rows) == 0:
            best.append((0.0, ""))
            continue
        row = rows[np.argmax(scan.found.scores[rows])]
        best.append((float(scan.found.scores[row]), scan.found.classes[scan.found.class_ids[row]]))
    return best


def hit(box: Floats, boxes: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Which of boxes (N, 4) hit the object in box (4,): IoU of HIT_IOU, or a centre inside the object's box.

    A large box that merely holds the object somewhere is no hit: it would not show an officer where to look.
    """
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = ((centre > box[:2]) & (centre < box[2:])).all(axis=1)
    return np.asarray(inside | (_iou(box, boxes) >= HIT_IOU))


def average_precision(examined: Sequence[Examined], kind: str) -> float:
    """Area under precision over recall (every point) of one class at IoU .5; nan where no scan holds the class."""
    rows: list[tuple[float, bool]] = []
    total = 0
    for scan in examined:
        open_boxes = [(thing.view, np.array(thing.box, np.float64)) for thing in scan.objects if thing.kind == kind]
        total += len(open_boxes)
        for finding in (finding for finding in scan.found if finding.kind == kind):
            overlaps = [
                float(_iou(box, np.array([finding.box]))[0]) if view == finding.view else 0.0
                for view, box in open_boxes
            ]
            matched = bool(overlaps) and max(overlaps) >= AP_IOU
            if matched:
                open_boxes.pop(int(np.argmax(overlaps)))
            rows.append((finding.score, matched))
    if total == 0:
        return float("nan")
    rows.sort(key=lambda row: -row[0])
    true = np.cumsum([matched for _, matched in rows]) if rows else np.zeros(0)
    precision = true / np.arange(1, len(true) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(true / total, prepend=0.0) * envelope))


def _point(
    far: float,
    clean: Floats,
    threat: Sequence[Examined],
    hits: Sequence[Sequence[tuple[float, str]]],
    classes: Sequence[str],
) -> Point:
    threshold = threshold_for(far, clean)
    pairs = [list(zip(scan.objects, best, strict=True)) for scan, best in zip(threat, hits, strict=True)]

    def rate(kind: str | None, least_cnr: float | None) -> Rate:
        counted = [
            [best for thing, best in scan if (kind is None or thing.kind == kind) and _clear(thing, least_cnr)]
            for scan in pairs
        ]
        present = [scan for scan in counted if scan]
        return Rate.of(sum(max(score for score, _ in scan) >= threshold for scan in present), len(present))

    named = [(thing.kind, kind) for scan in pairs for thing, (score, kind) in scan if score >= threshold]
    return Point(
        far,
        threshold,
        Rate.of(int((clean >= threshold).sum()), len(clean)),
        rate(None, None),
        rate(None, CLEAR_CNR),
        {kind: rate(kind, None) for kind in classes},
        {kind: rate(kind, CLEAR_CNR) for kind in classes},
        Rate.of(sum(truth == said for truth, said in named), len(named)),
    )


def _froc(examined: Sequence[Examined], hits: Sequence[Sequence[tuple[float, str]]]) -> dict[str, float]:
    clean = [scan.found.scores for scan in examined if not scan.objects]
    false = np.sort(np.concatenate(clean))[::-1]
    best = np.array([score for scan in hits for score, _ in scan])
    points = {}
    for per_scan in FROC_AT:
        allowed = int(per_scan * len(clean) + 1e-9)
        threshold = float(false[allowed]) if allowed < len(false) else 0.0
        points[f"{per_scan:g}"] = float((best > threshold).mean())
    return points


def _clear(thing: Label, least_cnr: float | None) -> bool:
    return least_cnr is None or (thing.cnr is not None and thing.cnr >= least_cnr)


def _iou(box: Floats, boxes: npt.NDArray[np.floating]) -> Floats:
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = np.prod(np.maximum(sides, 0), axis=1)
    own = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return np.asarray(shared / np.maximum(own + np.prod(box[2:] - box[:2]) - shared, 1e-9), np.float64)


def _with_values(value: Any) -> Any:
    if isinstance(value, dict):
        rate = {"value": value["hits"] / value["n"] if value["n"] else None} if set(value) >= {"hits", "n"} else {}
        return rate | {key: _with_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_values(item) for item in value]
    return None if isinstance(value, float) and np.isnan(value) else value
