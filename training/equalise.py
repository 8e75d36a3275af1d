"""One scale for all classes: a score is equally rare on clean scans, whichever class it is of.

A container alarms by its strongest finding. Where one class scores higher on harmless goods than another, it alone
decides the threshold, and the others lose detections to it. So the heat logits of each class are shifted by a constant,
which changes no order within a class.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from cargoscope.detections import Detections
from cargoscope.models.operating import LOWEST
from cargoscope.training.scores import Examined

Floats = npt.NDArray[np.float64]

RARITY: Final = 0.02
"""Share of the clean scans at which the classes are brought to the same score."""

LEAST_CLEAN: Final = 100
"""Below this many clean scans the rarest scores are a matter of chance, and nothing is shifted."""

FARTHEST: Final = 2.0
"""No logit is shifted farther: a class that hardly ever alarms must not be raised without end."""


def shifts(examined: Sequence[Examined], classes: Sequence[str]) -> Floats:
    """(K,) logits to add to each class, so that RARITY of the clean scans reach the same score in every class.

    The common score is the mean over classes, so that thresholds stay in their range. A class that no scan says
    anything of at that share stays as it is. All 0 below LEAST_CLEAN.
    """
    clean = [scan.found for scan in examined if not scan.objects]
    if len(clean) < LEAST_CLEAN:
        return np.zeros(len(classes))
    loudest = np.array([
        [found.scores[found.class_ids == number].max(initial=LOWEST) for number in range(len(classes))]
        for found in clean
    ])  # fmt: skip
    reached = np.quantile(loudest.astype(np.float64), 1 - RARITY, axis=0)
    heard = reached > LOWEST
    if not heard.any():
        return np.zeros(len(classes))
    rare = _logit(reached)
    return np.where(heard, np.clip(rare[heard].mean() - rare, -FARTHEST, FARTHEST), 0.0)


def shifted(examined: Sequence[Examined], added: Floats) -> list[Examined]:
    """What the shifted network would have found: the same boxes, their scores moved, best first."""
    return [replace(scan, found=_moved(scan.found, added)) for scan in examined]


def _moved(found: Detections, added: Floats) -> Detections:
    logits = _logit(found.scores.astype(np.float64)) + added[found.class_ids]
    moved = replace(found, scores=(1 / (1 + np.exp(-logits))).astype(np.float32))
    return moved.where(np.argsort(-moved.scores, kind="stable"))


def _logit(probability: Floats) -> Floats:
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))
