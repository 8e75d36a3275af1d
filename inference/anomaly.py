"""What does not fit this load: patches of a scan that look like few others of the same scan. No model, no classes.

The rest of a load is its best reference: boxes repeat, sacks repeat, bearers of the floor repeat. A patch is described
by how dense, how rough, how striped and of which material it is, at two sizes, and compared with patches at about the
same height in the same view. It is kept apart from the detector's scores: it sees oddness, not contraband.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope import pixels
from cargoscope.inference.tiling import Box
from cargoscope.scan import Scan, View

Floats = npt.NDArray[np.float32]

PITCH_MM: Final = 12.0
"""Of the planes that patches are cut from."""

CELL: Final = 8
"""Plane pixels between patches, about 100 mm."""

SIZES: Final = (12, 28)
"""Sides of the two windows that describe a patch, in plane pixels: a carton, and a piece of a stack."""

BAND: Final = 0.18
"""Patches are compared with those whose height differs by at most this share of the load's height."""

APART: Final = 4
"""Cells that lie between a patch and any that it is compared with: neighbours show the same thing."""

NEIGHBOURS: Final = 8
"""How many alike patches make one ordinary: the distance to the last of them counts."""

FRAME: Final = (0.02, 0.05, 0.08)
"""Shares of a container's sides that its ends, its roof and its floor take."""

LEAST_ATTENUATION: Final = 0.06
"""Below this mean attenuation a patch is air."""

MOST_REFERENCES: Final = 600
HIGHEST: Final = 0.998
"""Quantile of the map that stands for the whole view."""


@dataclass(frozen=True, eq=False)
class AnomalyMap:
    """values: (rows, columns) float32, 0 where there is no load, else the distance to the load's ordinary patches in
    units of the view's own spread. cell_wh: view pixels of one cell. score: of the view, 0 or more."""

    values: Floats
    cell_wh: tuple[float, float]
    score: float

    def strongest(self, size_wh: tuple[int, int]) -> Box | None:
        """The box of the oddest cell in pixels of the view; None where nothing was compared."""
        if not self.values.any():
            return None
        row, column = np.unravel_index(int(self.values.argmax()), self.values.shape)
        w, h = self.cell_wh
        right, bottom = min((column + 1) * w, size_wh[0]), min((row + 1) * h, size_wh[1])
        return float(column * w), float(row * h), float(right), float(bottom)


def anomaly(scan: Scan, containers: Sequence[Sequence[Box]] | None = None) -> float:
    """Of a whole scan: that of its oddest view. containers: boxes in each view."""
    holds = containers or [()] * len(scan.views)
    return max(anomaly_map(view, boxes).score for view, boxes in zip(scan.views, holds, strict=True))


def anomaly_map(view: View, containers: Sequence[Box] = ()) -> AnomalyMap:
    """How little each patch of a view looks like the rest of its load at the same height.

    containers: their boxes in pixels of the view; only what is inside of them, short of their posts, roof and floor, is
    compared, for a tractor is odd in every scan. Without any, all that is not air.
    """
    planes = pixels.to_planes(view, PITCH_MM)
    sx, sy = planes.pixels_per_px_xy
    cell_wh = CELL * sx, CELL * sy
    described, load = _described(planes.values)
    if containers:
        load &= _inside(containers, cell_wh, load.shape)
    if not load.any():
        return AnomalyMap(np.zeros(load.shape, np.float32), cell_wh, 0.0)
    values = _distances(described, load)
    values = np.asarray(cv2.GaussianBlur(values, (0, 0), 0.7), np.float32) * load
    return AnomalyMap(values, cell_wh, float(np.quantile(values[load], HIGHEST)))


def _inside(containers: Sequence[Box], cell_wh: tuple[float, float], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    inside = np.zeros(shape, np.bool_)
    for x1, y1, x2, y2 in containers:
        wide, tall = x2 - x1, y2 - y1
        left, right = (x1 + FRAME[0] * wide) / cell_wh[0], (x2 - FRAME[0] * wide) / cell_wh[0]
        top, bottom = (y1 + FRAME[1] * tall) / cell_wh[1], (y2 - FRAME[2] * tall) / cell_wh[1]
        inside[max(ceil(top), 0) : max(int(bottom), 0), max(ceil(left), 0) : max(int(right), 0)] = True
    return inside


def _described(values: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """(rows, columns, features) of patches, and which of them show a load."""
    density, ratio = values[0] * 4, values[3]
    depth = np.log1p(density)
    across = np.abs(cv2.Sobel(depth, cv2.CV_32F, 1, 0))
    down = np.abs(cv2.Sobel(depth, cv2.CV_32F, 0, 1))
    features = []
    for size in SIZES:
        mean = _mean(depth, size)
        features += [mean, np.sqrt(np.maximum(_mean(depth * depth, size) - mean * mean, 0))]
        features += [_mean(across, size), _mean(down, size), _mean(ratio, size)]
    return np.stack([_cells(one) for one in features], axis=-1), _cells(_mean(density, SIZES[0])) > LEAST_ATTENUATION


def _distances(described: Floats, load: npt.NDArray[np.bool_]) -> Floats:
    """Distance of each patch of the load to its NEIGHBOURS-th most similar one at about the same height."""
    values = np.zeros(load.shape, np.float32)
    rows, columns = np.nonzero(load)
    if len(rows) < 4 * NEIGHBOURS:
        return values
    inside = described[rows, columns]
    low, middle, high = np.quantile(inside, (0.1, 0.5, 0.9), axis=0)
    inside = ((inside - middle) / np.maximum(high - low, 0.02)).astype(np.float32)
    band = max(1, round(BAND * (rows.max() - rows.min() + 1)))
    for row in np.unique(rows):
        own, near = np.flatnonzero(rows == row), np.flatnonzero(np.abs(rows - row) <= band)
        step = -(-len(near) // MOST_REFERENCES)
        near = near[int(row) % step :: step]
        if len(near) < 2 * NEIGHBOURS:
            continue
        apart = _squared(inside[own], inside[near])
        apart[np.abs(columns[own][:, None] - columns[near][None]) < APART] = np.inf
        nearest = np.partition(apart, NEIGHBOURS - 1, axis=1)[:, NEIGHBOURS - 1]
        values[row, columns[own]] = np.where(np.isfinite(nearest), np.sqrt(np.maximum(nearest, 0)), 0)
    return values


def _squared(one: Floats, other: Floats) -> Floats:
    return np.asarray((one * one).sum(1)[:, None] + (other * other).sum(1)[None] - 2 * one @ other.T, np.float32)


def _mean(plane: Floats, size: int) -> Floats:
    return np.asarray(cv2.blur(plane, (size, size), borderType=cv2.BORDER_REPLICATE), np.float32)


def _cells(plane: Floats) -> Floats:
    return plane[CELL // 2 :: CELL, CELL // 2 :: CELL]
