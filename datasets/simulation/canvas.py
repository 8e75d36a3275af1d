"""Where a scene is drawn: maps of areal density per material group, on the scanner's pixel grid.

World millimetres: x along travel, y above the ground, z away from the source with 0 in the container's middle plane.
The fan beam magnifies along y only, so a thing nearer to the source looks taller; x is travel and stays true.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, floor

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam.materials import GROUPS

Map = npt.NDArray[np.float32]
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Camera:
    """source_y_mm above the ground, distance_mm from the source to z = 0; rows count down from top_mm."""

    source_y_mm: float
    distance_mm: float
    pitch_mm: float
    top_mm: float

    def height(self, y_mm: float, z_mm: float) -> float:
        """Height at which the point (y, z) appears on the plane z = 0."""
        return self.source_y_mm + (y_mm - self.source_y_mm) * self.distance_mm / (self.distance_mm + z_mm)


class Canvas:
    """mass: (groups, H, W) float32 in g/cm². depth_mm: (H, W) how much of each ray is filled with goods.

    Everything is drawn by adding. What falls outside is cut off.
    """

    def __init__(self, camera: Camera, size_wh: tuple[int, int], left_mm: float = 0.0) -> None:
        self.camera = camera
        self.left_mm = left_mm
        self.mass: Map = np.zeros((len(GROUPS), size_wh[1], size_wh[0]), np.float32)
        self.depth_mm: Map = np.zeros((size_wh[1], size_wh[0]), np.float32)

    def col(self, x_mm: float) -> float:
        return (x_mm - self.left_mm) / self.camera.pitch_mm

    def row(self, y_mm: float, z_mm: float = 0.0) -> float:
        return (self.camera.top_mm - self.camera.height(y_mm, z_mm)) / self.camera.pitch_mm

    def add(self, group: int, patch: Map, col: int, row: int, depth: Map | None = None) -> None:
        """Adds a patch of areal density whose top left pixel is (col, row)."""
        height, width = self.depth_mm.shape
        c1, r1 = max(col, 0), max(row, 0)
        c2, r2 = min(col + patch.shape[1], width), min(row + patch.shape[0], height)
        if c1 >= c2 or r1 >= r2:
            return
        inside = (slice(r1 - row, r2 - row), slice(c1 - col, c2 - col))
        self.mass[group, r1:r2, c1:c2] += patch[inside]
        if depth is not None:
            self.depth_mm[r1:r2, c1:c2] += depth[inside]

    def box(
        self,
        group: int,
        x_mm: tuple[float, float],
        y_mm: tuple[float, float],
        z_mm: tuple[float, float],
        density: float,
        texture: float = 0.0,
        rng: np.random.Generator | None = None,
        goods: bool = False,
    ) -> None:
        """An upright box of density g/cm³; its top and bottom fade over the heights that its depth spans."""
        c1, c2 = self.col(x_mm[0]), self.col(x_mm[1])
        tops = sorted((self.row(y_mm[1], z_mm[0]), self.row(y_mm[1], z_mm[1])))
        bottoms = sorted((self.row(y_mm[0], z_mm[0]), self.row(y_mm[0], z_mm[1])))
        r0, r1 = floor(min(tops[0], bottoms[0])), ceil(max(tops[1], bottoms[1]))
        if r1 <= r0 or c2 <= c1:
            return
        rows = np.arange(r0, r1, dtype=np.float32)
        profile = _rise(rows, *tops) - _rise(rows, *bottoms)
        columns = coverage(c1, c2)
        shape = profile[:, None] * columns[None, :]
        depth = abs(z_mm[1] - z_mm[0])
        patch = shape * np.float32(density * depth / 10)
        if texture and rng is not None:
            patch *= 1 + texture * grain(rng, *patch.shape)
        self.add(group, patch, floor(c1), r0, shape * np.float32(depth) if goods else None)

    def rectangle(self, group: int, x_mm: tuple[float, float], rows: tuple[float, float], mass: float) -> None:
        """A flat plate of areal density mass, given between two rows (pixels, fractions count)."""
        c1, c2 = self.col(x_mm[0]), self.col(x_mm[1])
        if rows[1] > rows[0] and c2 > c1:
            patch = coverage(*rows)[:, None] * coverage(c1, c2)[None, :] * np.float32(mass)
            self.add(group, patch, floor(c1), floor(rows[0]))

    def polygon(self, group: int, points_px: Points, mass: float) -> None:
        """A plate of areal density mass with corners in (col, row) pixels, edges smooth, up to half a pixel wider."""
        pts = np.array(points_px, np.float64)
        low = np.floor(pts.min(axis=0)).astype(int) - 1
        high = np.ceil(pts.max(axis=0)).astype(int) + 2
        width, height = self.depth_mm.shape[1], self.depth_mm.shape[0]
        if low[0] > width or low[1] > height or high[0] < 0 or high[1] < 0 or (high - low).max() > 8000:
            return
        stencil = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        corners = np.round((pts - low - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(stencil, [corners], 255, cv2.LINE_AA, 4)
        self.add(group, stencil.astype(np.float32) * np.float32(mass / 255), int(low[0]), int(low[1]))

    def stroke(self, group: int, points_px: Points, width_px: float, mass: float) -> None:
        """A line through points in (col, row) pixels, width_px wide."""
        pts = np.array(points_px, np.float64)
        pad = ceil(width_px) + 2
        low = np.floor(pts.min(axis=0)).astype(int) - pad
        high = np.ceil(pts.max(axis=0)).astype(int) + pad + 1
        stencil = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        line = np.round((pts - low - 0.5) * 16).astype(np.int32)
        cv2.polylines(stencil, [line], False, 255, max(1, round(width_px)), cv2.LINE_AA, 4)
        thin = min(1.0, width_px)
        self.add(group, stencil.astype(np.float32) * np.float32(mass * thin / 255), int(low[0]), int(low[1]))

    def rod(self, group: int, start_px: tuple[float, float], end_px: tuple[float, float], radius_mm: float) -> None:
        """A solid steel-dense rod seen from the side: thickest in its middle."""
        width = 2 * radius_mm / self.camera.pitch_mm
        for share, mass in ((1.0, 0.55), (0.75, 0.3), (0.4, 0.15)):
            self.stroke(group, (start_px, end_px), width * share, mass * 2 * radius_mm / 10 * 7.87)

    def disc(self, group: int, centre_px: tuple[float, float], radius_px: tuple[float, float], mass: float) -> None:
        """A flat ellipse of areal density mass."""
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        points = np.stack([np.cos(angles) * radius_px[0], np.sin(angles) * radius_px[1]], axis=1) + centre_px
        self.polygon(group, [(float(x), float(y)) for x, y in points], mass)

    def solid(self, group: int, centre_px: tuple[float, float], radius_px: tuple[float, float], mass: float) -> None:
        """A round body (ellipsoid) of areal density mass in its middle, thinning to its rim."""
        rx, ry = max(radius_px[0], 0.7), max(radius_px[1], 0.7)
        col, row = floor(centre_px[0] - rx), floor(centre_px[1] - ry)
        xs = (np.arange(ceil(2 * rx) + 2, dtype=np.float32) + col + 0.5 - centre_px[0]) / rx
        ys = (np.arange(ceil(2 * ry) + 2, dtype=np.float32) + row + 0.5 - centre_px[1]) / ry
        left = np.maximum(1 - xs[None, :] ** 2 - ys[:, None] ** 2, 0)
        self.add(group, np.sqrt(left) * np.float32(mass), col, row)


def coverage(start: float, stop: float) -> Map:
    """How much of each pixel from floor(start) to ceil(stop) lies between start and stop."""
    edges = np.arange(floor(start), ceil(stop) + 1, dtype=np.float64)
    return np.diff(np.clip(edges, start, stop)).astype(np.float32)


def grain(rng: np.random.Generator, height: int, width: int) -> Map:
    """A window of a fixed cloud-like texture, zero mean, unit spread, at a random place; any size."""
    clouds = _clouds()[int(rng.integers(3))]
    side = clouds.shape[0]
    r, c = (int(v) for v in rng.integers(0, side, 2))
    rows, cols = (np.arange(height) + r) % side, (np.arange(width) + c) % side
    return np.asarray(clouds[rows[:, None], cols[None, :]])


@cache
def _clouds() -> list[Map]:
    rng = np.random.default_rng(20_260_101)
    clouds = []
    for scales in ((1.0, 3.0), (2.0, 8.0), (1.0, 5.0)):
        total = np.zeros((512, 512), np.float32)
        for sigma in scales:
            wide = np.pad(rng.standard_normal((512, 512)).astype(np.float32), 48, mode="wrap")
            layer = cv2.GaussianBlur(wide, (0, 0), sigma)[48:-48, 48:-48]
            total += layer / layer.std()
        clouds.append(total / total.std())
    return clouds


def _rise(rows: Map, start: float, stop: float) -> Map:
    """Share of a fade from start to stop that is over at each pixel row (averaged over the pixel)."""
    span = max(stop - start, 1.0)
    middle = (start + stop) / 2
    return np.asarray(np.clip((rows + 0.5 - middle) / span + 0.5, 0, 1), np.float32)


def lift_columns(canvases: Sequence[Canvas], shift_mm: npt.NDArray[np.float64]) -> None:
    """Moves each column of what is drawn up by shift_mm (width,), which may be negative. In place."""
    height, width = canvases[0].depth_mm.shape
    columns = np.tile(np.arange(width, dtype=np.float32), (height, 1))
    rows = (np.arange(height)[:, None] + shift_mm[None, :] / canvases[0].camera.pitch_mm).astype(np.float32)
    how = cv2.convertMaps(columns, rows, cv2.CV_16SC2)
    for canvas in canvases:
        for plane in (*canvas.mass, canvas.depth_mm):
            if plane.any():
                plane[:] = cv2.remap(plane, *how, cv2.INTER_LINEAR)
