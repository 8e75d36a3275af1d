"""Round and repeated bodies on a fine map, in millimetres from its top left corner, y down."""

from collections.abc import Sequence
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.canvas import Canvas, Map
from cargoscope.datasets.simulation.threats.stamps import FINE_MM

Point = tuple[float, float]
Curve = npt.NDArray[np.float64]


def px(points_mm: Sequence[Point]) -> list[Point]:
    """Millimetres to pixels of a fine map."""
    return [(x / FINE_MM, y / FINE_MM) for x, y in points_mm]


def plate(canvas: Canvas, group: int, corner_mm: Point, size_mm: Point, mass: float) -> None:
    """A flat rectangle of areal density mass; edges to a fraction of a pixel are kept by their share."""
    (x, y), (w, h) = corner_mm, size_mm
    if w > 0 and h > 0:
        canvas.polygon(group, px([(x, y), (x + w, y), (x + w, y + h), (x, y + h)]), mass)


def outline(
    canvas: Canvas, group: int, corner_mm: Point, size_mm: Point, mass: float, width_mm: float = FINE_MM
) -> None:
    """The four walls of a box seen edge-on."""
    (x, y), (w, h) = corner_mm, size_mm
    for wall, size in (
        ((x, y), (w, width_mm)),
        ((x, y + h - width_mm), (w, width_mm)),
        ((x, y), (width_mm, h)),
        ((x + w - width_mm, y), (width_mm, h)),
    ):
        plate(canvas, group, wall, size, mass)


def fill_depth(canvas: Canvas, corner_mm: Point, size_mm: Point, depth_mm: float) -> None:
    """Says that a box takes depth_mm of room along the beam."""
    x, y = (floor(v / FINE_MM) for v in corner_mm)
    w, h = (ceil(v / FINE_MM) for v in size_mm)
    part = canvas.depth_mm[max(y, 0) : y + h, max(x, 0) : x + w]
    np.maximum(part, np.float32(depth_mm), out=part)


def tube(size_wh: tuple[int, int], points_mm: Curve, radii_mm: Curve) -> Map:
    """Thickness in mm, (h, w), of a round body along a curve: the union of spheres at its points, at most half a
    radius apart."""
    width, height = size_wh
    depth = np.zeros((height, width), np.float32)
    for (x, y), r in zip(points_mm / FINE_MM, radii_mm / FINE_MM, strict=True):
        c1, c2 = max(floor(x - r), 0), min(ceil(x + r) + 1, width)
        r1, r2 = max(floor(y - r), 0), min(ceil(y + r) + 1, height)
        if c1 >= c2 or r1 >= r2 or r <= 0:
            continue
        square = (np.arange(c1, c2) + 0.5 - x)[None, :] ** 2 + (np.arange(r1, r2) + 0.5 - y)[:, None] ** 2
        part = depth[r1:r2, c1:c2]
        np.maximum(part, 2 * FINE_MM * np.sqrt(np.maximum(r * r - square, 0)), out=part)
    return depth


def along(points_mm: Sequence[Point], radii_mm: Sequence[float]) -> tuple[Curve, Curve]:
    """A polyline and its radii, resampled densely enough for `tube`."""
    corners = np.array(points_mm, np.float64)
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    step = max(FINE_MM, min(radii_mm) / 2.5)
    where = np.linspace(0, lengths[-1], max(2, ceil(lengths[-1] / step)))
    points = np.stack([np.interp(where, lengths, corners[:, axis]) for axis in (0, 1)], axis=1)
    return points, np.interp(where, lengths, np.array(radii_mm, np.float64))


def round_bar(radius_mm: float, length_mm: float, hollow_mm: float = 0.0) -> Map:
    """Thickness in mm of a lying round bar or tube of that length, (diameter, length) pixels."""
    rows = round(2 * radius_mm / FINE_MM) + 1
    fine = (np.arange(rows * 8) + 0.5) / 8 * FINE_MM - rows * FINE_MM / 2
    across = np.sqrt(np.maximum(radius_mm**2 - fine**2, 0)) - np.sqrt(np.maximum(hollow_mm**2 - fine**2, 0))
    profile = 2 * across.reshape(rows, 8).mean(axis=1)
    return np.tile(profile.astype(np.float32)[:, None], (1, max(1, round(length_mm / FINE_MM))))


def disc_patch(radius_mm: float, rim_mm: float = 0.0) -> tuple[Map, Map]:
    """Coverage (0..1) of a disc's inside and of its rim, on a square of its diameter."""
    side = ceil(2 * radius_mm / FINE_MM) + 1
    fine = (np.arange(side * 4) + 0.5) / 4 * FINE_MM - side * FINE_MM / 2
    distance = np.hypot(fine[:, None], fine[None, :])
    inner, outer = distance < radius_mm - rim_mm, distance < radius_mm
    core, rim = (
        part.reshape(side, 4, side, 4).mean(axis=(1, 3)).astype(np.float32) for part in (inner, outer & ~inner)
    )
    return core, rim


def tiled(patch: Map, across: int, down: int, pitch_px: tuple[int, int]) -> Map:
    """The patch repeated across x down at a pitch (x, y) in pixels of at least its own size."""
    h, w = patch.shape
    one = np.zeros((max(pitch_px[1], h), max(pitch_px[0], w)), np.float32)
    one[:h, :w] = patch
    return np.tile(one, (down, across))
