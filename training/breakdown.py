"""How results differ by class, visibility, areal density, scanner and hiding place; and AP as COCO counts it."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from cargoscope.datasets.manifest import Label
from cargoscope.models.operating import LOWEST, threshold_for
from cargoscope.models.rates import Rate
from cargoscope.training.scores import Examined, Scores, hit_scores

CNR_BANDS: Final = (0.0, 1.0, 3.0, 10.0, float("inf"))
DENSITY_BANDS: Final = (0.0, 5.0, 15.0, 40.0, float("inf"))
"""g/cm², mean over an object's mask."""

CURVE_POINTS: Final = 60
COCO_DETECTIONS: Final = 100
"""Findings of one view and class that COCO's AP looks at, strongest first."""

Best = list[tuple[Label, float]]


def details(examined: Sequence[Examined], scores: Scores) -> dict[str, Any]:
    """What goes into scores.json beside the scores: "by", "curves" and, where faster-coco-eval is there, "coco".

    by: axis -> band -> rates at each false-alarm rate, hits and n counted in scans: a scan is in a band when it holds
    an object of it, and a hit when one of those is. The threshold is the one set on all clean scans; on the axis
    "profile_own_threshold" it is set on the clean scans of the scanner alone.
    """
    threat = [scan for scan in examined if scan.objects]
    best: list[Best] = [
        [(thing, score) for thing, (score, _) in zip(scan.objects, hit_scores(scan), strict=True)] for scan in threat
    ]
    by: dict[str, dict[str, Any]] = {
        axis: _by_object(best, band, scores)
        for axis, band in (
            ("class", lambda thing: thing.kind),
            ("cnr", lambda thing: _band(thing.cnr, CNR_BANDS)),
            ("areal_density", lambda thing: _band(thing.areal_density_g_cm2, DENSITY_BANDS)),
            ("placement", lambda thing: thing.placement),
        )
    }
    by["profile"] = _by_profile(examined, threat, best, scores, own_threshold=False)
    by["profile_own_threshold"] = _by_profile(examined, threat, best, scores, own_threshold=True)
    return {
        "by": {axis: bands for axis, bands in by.items() if bands},
        "curves": _curves(examined, best),
        "coco": coco_ap(examined),
    }


def coco_ap(examined: Sequence[Examined]) -> dict[str, dict[str, float | None]]:
    """AP at IoU .5 ("ap50") and over .5 to .95 ("ap") per class, by faster-coco-eval; empty where it is missing.

    COCO reads precision at 101 recalls, which differs from `scores.average_precision` by about a hundredth.
    """
    try:
        from faster_coco_eval import COCO, COCOeval_faster
    except ImportError:
        return {}
    names = sorted({thing.kind for scan in examined for thing in scan.objects})
    images: list[dict[str, Any]] = []
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for scan in examined:
        views = {thing.view for thing in scan.objects} | {finding.view for finding in scan.found} | {0}
        image_of = {view: len(images) + place for place, view in enumerate(sorted(views), 1)}
        images += [{"id": image, "width": 1, "height": 1} for image in image_of.values()]
        for thing in scan.objects:
            entry = {"image_id": image_of[thing.view], "category_id": names.index(thing.kind) + 1}
            box = _xywh(thing.box)
            truth.append({"id": len(truth) + 1, **entry, "bbox": box, "area": box[2] * box[3], "iscrowd": 0})
        found += [
            {
                "image_id": image_of[finding.view],
                "category_id": names.index(finding.kind) + 1,
                "bbox": _xywh(finding.box),
                "score": finding.score,
            }
            for finding in scan.found
            if finding.kind in names
        ]
    if not found or not truth:
        return {name: {"ap50": 0.0, "ap": 0.0} for name in names}
    categories = [{"id": number, "name": name} for number, name in enumerate(names, 1)]
    table = COCO({"info": {}, "images": images, "categories": categories, "annotations": truth})
    judged = COCOeval_faster(table, table.loadRes(found), iouType="bbox")
    judged.params.maxDets = [1, 10, COCO_DETECTIONS]
    judged.evaluate()
    judged.accumulate()
    precision = judged.eval["precision"][:, :, :, 0, -1]
    return {
        name: {"ap50": round(float(precision[0, :, k].mean()), 4), "ap": round(float(precision[:, :, k].mean()), 4)}
        for k, name in enumerate(names)
    }


def _xywh(box: Sequence[float]) -> list[float]:
    return [float(box[0]), float(box[1]), float(box[2] - box[0]), float(box[3] - box[1])]


def _band(value: float | None, edges: Sequence[float]) -> str:
    """The band's name, such as "3-10" or "10+"; empty where nobody measured."""
    if value is None:
        return ""
    low, high = next((a, b) for a, b in pairwise(edges) if value < b)
    return f"{low:g}+" if np.isinf(high) else f"{low:g}-{high:g}"


def _by_object(best: Sequence[Best], band: Callable[[Label], str], scores: Scores) -> dict[str, Any]:
    """Rates per band in the order of the bands' lower edges or names; objects without a band count in none."""
    table: dict[str, Any] = {}
    for name in sorted({band(thing) for scan in best for thing, _ in scan} - {""}, key=_order):
        inside = [[score for thing, score in scan if band(thing) == name] for scan in best]
        strongest = [max(scan) for scan in inside if scan]
        table[name] = [_point(point.far, point.threshold, strongest) for point in scores.points]
    return table


def _order(name: str) -> tuple[float, str]:
    head = name.rstrip("+").split("-")[0]
    return (float(head), name) if head.replace(".", "", 1).isdigit() else (0.0, name)


def _by_profile(
    examined: Sequence[Examined], threat: Sequence[Examined], best: Sequence[Best], scores: Scores, own_threshold: bool
) -> dict[str, Any]:
    """Rates per scanner, with its clean scans that alarm; without clean scans it has no threshold of its own."""
    table: dict[str, Any] = {}
    for name in sorted({scan.profile for scan in examined} - {""}):
        clean = np.array([_loudest(scan) for scan in examined if not scan.objects and scan.profile == name], np.float64)
        objects = [max(s for _, s in kept) for scan, kept in zip(threat, best, strict=True) if scan.profile == name]
        if own_threshold and not len(clean):
            continue
        table[name] = []
        for point in scores.points:
            threshold = threshold_for(point.far, clean) if own_threshold else point.threshold
            alarms = _rate(int((clean >= threshold).sum()), len(clean))
            table[name].append(_point(point.far, threshold, objects) | {"alarms": alarms})
    return table


def _point(far: float, threshold: float, best: Sequence[float]) -> dict[str, Any]:
    return {"far": far, "threshold": threshold} | _rate(sum(score >= threshold for score in best), len(best))


def _rate(hits: int, n: int) -> dict[str, Any]:
    rate = Rate.of(int(hits), n)
    return {"value": rate.value if n else None, "hits": rate.hits, "n": n, "low": rate.low, "high": rate.high}


def _loudest(scan: Examined) -> float:
    return float(scan.found.scores.max(initial=0.0))


def _curves(examined: Sequence[Examined], best: Sequence[Best]) -> dict[str, list[list[float]]]:
    """froc: [false findings per clean scan, share of objects hit]; roc: [share of clean scans, of the others], each at
    thresholds from 1 down to LOWEST."""
    clean = [scan.found.scores for scan in examined if not scan.objects]
    false = np.concatenate(clean) if clean else np.zeros(0)
    loudest = np.array([scores.max(initial=0.0) for scores in clean])
    objects = np.array([score for scan in best for _, score in scan])
    scans = np.array([max(score for _, score in scan) for scan in best])
    levels = 1 - np.geomspace(1e-3, 1 - LOWEST, CURVE_POINTS)
    return {
        "froc": [[float((false >= t).sum() / len(clean)), float((objects >= t).mean())] for t in levels],
        "roc": [[float((loudest >= t).mean()), float((scans >= t).mean())] for t in levels],
    }
