"""The balance of the classes: which of them may use up how much of the false alarms that all of them share.

A container alarms by its strongest finding, so one threshold holds for all classes. Where one class scores higher on
harmless goods than its detections are worth, it alone decides the threshold, and the others lose detections to it. So
the heat logits of each class are shifted by a constant: by those constants that detect most, on the mean over the
classes, at the few false alarms that a port bears. Reckoned from what the network found unshifted. For one that looks
once that is all; which tiles and findings another looks at again hangs on the shift, so `release` examines it anew.
"""

import logging
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from cargoscope.detections import Detections
from cargoscope.models.operating import LOWEST
from cargoscope.training.scores import CLEAR_CNR, Examined, hit

Floats = npt.NDArray[np.float64]

log = logging.getLogger(__name__)

FARS: Final = (0.005, 0.01, 0.02, 0.03, 0.05)
"""False-alarm rates over which the detection is averaged: at a single one, a few scans would decide."""

STEPS: Final = (0.8, 0.4, 0.2, 0.1)
"""Logits by which a class is moved at a time, coarse ones first."""

PRICE: Final = 0.03
"""Share detected that a shift by one logit must bring: what it brings less is likely chance, gone on other scans."""

LEAST_CLEAN: Final = 100
LEAST_OBJECTS: Final = 10
"""With fewer clean scans, or fewer objects of any class that is found at all, nothing is shifted: chance would decide,
and a class that hardly counts would pay for the others, for all draw on the same alarms."""

FARTHEST: Final = 2.0
"""No logit is shifted farther."""


def shifts(examined: Sequence[Examined], classes: Sequence[str]) -> Floats:
    """(K,) logits to add to each class; 0 for one that is neither found nor there. All 0 where too little was examined.

    Ascent by one class at a time, from no shift on. Counted: objects of CNR 3 and more, or of which none is known.
    """
    clean = [scan.found for scan in examined if not scan.objects]
    added = np.zeros(len(classes))
    if len(clean) < LEAST_CLEAN:
        return added
    loudest = np.array([_loudest(found, np.ones(len(found), np.bool_)) for found in clean])
    kinds, hits = _hits(examined, classes)
    objects = np.bincount(kinds, minlength=len(classes))
    there = (objects > 0) | (loudest > _logit(np.array(LOWEST))).any(axis=0)
    movable = [number for number in range(len(classes)) if there[number]]
    if not movable:
        return added
    if any(objects[number] < LEAST_OBJECTS for number in movable):
        counts = {classes[number]: int(objects[number]) for number in movable}
        log.info("classes are not balanced: fewer than %d objects of some, %s", LEAST_OBJECTS, counts)
        return added

    def worth(shift: Floats) -> float:
        alarms = np.sort((loudest + shift).max(axis=1))[::-1]
        best = (hits + shift).max(axis=1)
        found = [best > alarms[int(far * len(alarms) + 1e-9)] for far in FARS]
        share = np.mean([np.mean(one[kinds == number]) for one in found for number in movable])
        return float(share) - PRICE * float(np.abs(shift).sum())

    most = worth(added)
    for step in STEPS:
        moved = True
        while moved:
            moved = False
            for number in movable:
                for change in (-step, step):
                    tried = added.copy()
                    tried[number] = np.clip(tried[number] + change, -FARTHEST, FARTHEST)
                    if (value := worth(tried)) > most + 1e-9:
                        most, added, moved = value, tried, True
    return added


def _hits(examined: Sequence[Examined], classes: Sequence[str]) -> tuple[npt.NDArray[np.int64], Floats]:
    """Class of each object that counts (N,), and the logits of the best finding of each class that hits it (N, K)."""
    kinds, best = [], []
    for scan in examined:
        for thing in scan.objects:
            if thing.kind in classes and (thing.cnr is None or thing.cnr >= CLEAR_CNR):
                hitting = (scan.found.view == thing.view) & hit(np.array(thing.box, np.float64), scan.found.boxes)
                kinds.append(classes.index(thing.kind))
                best.append(_loudest(scan.found, hitting))
    return np.array(kinds, np.int64), np.array(best).reshape(-1, len(classes))


def _loudest(found: Detections, counted: npt.NDArray[np.bool_]) -> Floats:
    """(K,) the highest logit of each class among the findings that count; that of LOWEST where there is none."""
    scores = np.full(len(found.classes), LOWEST)
    np.maximum.at(scores, found.class_ids[counted], found.scores[counted].astype(np.float64))
    return _logit(scores)


def _logit(probability: Floats) -> Floats:
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))
