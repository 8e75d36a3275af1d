"""From the scene network's maps to boxes and facts. numpy and OpenCV only."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.models.scene_canvas import CANVAS_HW

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

STRIDE: Final = 8
PARTS: Final = ("container", "tractor", "reefer_unit")
LENGTHS_MM: Final[dict[str, float]] = {"2": 6058.0, "4": 12192.0, "L": 13716.0}
"""Of containers, by the first letter of their ISO 6346 size code."""

FACTS: Final = ("empty", "fill", "doors_right", "height", "length_20", "length_40", "length_45")
"""What the network says of a container, as logits, one channel each; of height the logarithm of how tall its box looks
in millimetres of its middle plane (the nearer wall looks taller), over HEIGHT_MM. The lengths are one choice among
three. One channel per kind of goods follows: one choice too."""

REACH_PX: Final = 64.0
"""Distance in canvas pixels up to which a cell tells how far an edge is; beyond, it says no more than "far"."""

APART_PX: Final = 62.0
"""Sum of two distances, from a column to the right edge and from the next to the left one, below which two containers
meet there. On simulated scans aside it was at most 52 where two met, at least 72 within one."""

LEAST_CELLS: Final = (8, 6, 2)
"""A part of each kind has at least so many cells."""


@dataclass(frozen=True)
class Part:
    """One part of the scene. kind: index into PARTS. box: in canvas pixels. score: mean probability of its cells."""

    kind: int
    box: tuple[float, float, float, float]
    score: float


def parts(heat: Floats, ltrb: Floats, threshold: float = 0.5) -> list[Part]:
    """The parts that the maps show. heat (3, h, w) probabilities; ltrb (12, h, w) logarithms of distances in pixels.

    Each patch of cells above the threshold is a part, but one in which the cells on both sides of a column see an edge
    between them is two. The cells that see an edge near place it together, the nearest with the most weight (a
    weighted median); an edge that nobody sees near is where the patch ends. Patches smaller than a sixth of the
    largest of their kind are crumbs.
    """
    found: list[Part] = []
    for kind in range(len(heat)):
        inside = (heat[kind] >= threshold).astype(np.uint8)
        sides = np.exp(np.clip(ltrb[4 * kind : 4 * kind + 4], 0, np.log(REACH_PX)))
        count, labels = cv2.connectedComponents(inside, connectivity=4)
        patches = [piece for label in range(1, count) for piece in _split(labels == label, sides)]
        least = max((patch.sum() for patch in patches), default=0) / 6
        found += [
            Part(kind, _box(patch, heat[kind], sides), float(heat[kind][patch].mean()))
            for patch in patches
            if patch.sum() >= max(least, LEAST_CELLS[kind])
        ]
    return found


def pool_of(box: tuple[float, float, float, float]) -> Floats:
    """Weights (h, w), sum 1, of the cells that a box in canvas pixels covers, each by the share of it covered."""
    h, w = CANVAS_HW[0] // STRIDE, CANVAS_HW[1] // STRIDE
    x1, y1, x2, y2 = box
    across = np.clip(np.minimum(np.arange(1, w + 1) * STRIDE, x2) - np.maximum(np.arange(w) * STRIDE, x1), 0, None)
    down = np.clip(np.minimum(np.arange(1, h + 1) * STRIDE, y2) - np.maximum(np.arange(h) * STRIDE, y1), 0, None)
    weights = down[:, None] * across[None, :]
    return np.asarray(weights / max(weights.sum(), 1e-6), np.float32)


def _split(patch: Mask, sides: Floats) -> list[Mask]:
    """A patch, cut where its cells see a right edge near and those of the next column a left one, and so on."""
    columns = np.flatnonzero(patch.any(axis=0))
    inner = columns[2:-3]
    if not len(inner):
        return [patch]
    apart = [
        float(np.median(sides[2][:, c][patch[:, c]]) + np.median(sides[0][:, c + 1][patch[:, c + 1]])) for c in inner
    ]
    if min(apart) >= APART_PX:
        return [patch]
    cut = int(inner[int(np.argmin(apart))]) + 1
    left, right = patch.copy(), patch.copy()
    left[:, cut:] = False
    right[:, :cut] = False
    return [*_split(left, sides), *_split(right, sides)]


def _box(patch: Mask, weights: Floats, sides: Floats) -> tuple[float, float, float, float]:
    """Each edge of a patch as the weighted median of what its cells say."""
    h, w = patch.shape
    rows, columns = np.nonzero(patch)
    x, y = (columns + 0.5) * STRIDE, (rows + 0.5) * STRIDE
    ends = (columns.min() * STRIDE, rows.min() * STRIDE, (columns.max() + 1) * STRIDE, (rows.max() + 1) * STRIDE)
    away = (x - ends[0], y - ends[1], ends[2] - x, ends[3] - y)
    box = []
    for side, (base, sign) in enumerate(((x, -1), (y, -1), (x, 1), (y, 1))):
        near = away[side] < REACH_PX * 0.6
        say = (base + sign * sides[side][rows, columns])[near]
        weight = (weights[rows, columns] * np.exp(-sides[side][rows, columns] / (2 * STRIDE)))[near]
        order = np.argsort(say)
        passed = np.cumsum(weight[order])
        box.append(float(say[order][np.searchsorted(passed, passed[-1] / 2)]))
    return max(box[0], 0.0), max(box[1], 0.0), min(box[2], float(w * STRIDE)), min(box[3], float(h * STRIDE))
