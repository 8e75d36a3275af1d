"""Contraband before it is put into a scene: a fine map of its mass, and how it lands on the scanner's grid."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.canvas import Camera, Canvas, Map

FINE_MM: Final = 2.0
"""Pixel of the maps that contraband is drawn on."""

VISIBLE_G_CM2: Final = 0.25
"""Areal density from which a pixel belongs to an object's mask: 0.3 mm of steel, 2 mm of powder."""


@dataclass(frozen=True, eq=False)
class Shape:
    """mass: (groups, h, w) float32 g/cm² at FINE_MM. depth_mm: (h, w) room it takes along the beam.

    wrap: (h, w) g/cm² of organic stuff around it, which is no part of the object itself.
    """

    mass: Map
    depth_mm: Map
    wrap: Map

    @property
    def mass_kg(self) -> float:
        return float(self.mass.sum()) * (FINE_MM / 10) ** 2 / 1000

    def longest_axis(self) -> float:
        """The angle from the picture's x to the axis along which the mass spreads most, radians, clockwise as seen."""
        total = self.mass.sum(axis=0)
        rows, cols = np.nonzero(total)
        spread = np.cov(np.stack([cols, rows]), aweights=total[rows, cols])
        along = np.linalg.eigh(spread).eigenvectors[:, -1]
        return float(np.arctan2(along[1], along[0]))

    def scaled(self, factor: float) -> "Shape":
        """The same outline with factor times the mass."""
        return replace(self, mass=self.mass * np.float32(factor))


@dataclass(frozen=True, eq=False)
class Stamp:
    """A Shape on the scanner's grid. mask: (h, w) bool, the pixels that the object itself covers.

    depth_mm: of goods that make way for it. thick_mm: how thick it is along the beam, whatever makes way.
    """

    mass: Map
    depth_mm: Map
    wrap: Map
    mask: npt.NDArray[np.bool_]
    thick_mm: Map


@dataclass(frozen=True)
class Pose:
    """How a stamp lies in the scene: z_mm from the container's middle plane; angle and tilt as given to `land`."""

    z_mm: float
    angle: float
    tilt: float = 0.0


def blank(size_mm: tuple[float, float]) -> Canvas:
    """A canvas at FINE_MM without perspective, whose (0, 0) is the top left corner."""
    size = (round(size_mm[0] / FINE_MM) + 8, round(size_mm[1] / FINE_MM) + 8)
    return Canvas(Camera(0.0, 1e9, FINE_MM, size_mm[1] + 8), size)


def shape_of(canvas: Canvas, depth_mm: float | None = None) -> Shape:
    """The drawn part of a fine canvas; depth from the canvas, or the same all over the object."""
    mass = np.maximum(canvas.mass, 0)
    solid = mass.sum(axis=0) > 0
    ys, xs = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    window = (slice(ys[0], ys[-1] + 1), slice(xs[0], xs[-1] + 1))
    depth = canvas.depth_mm if depth_mm is None else solid.astype(np.float32) * np.float32(depth_mm)
    return Shape(mass[:, *window], depth[window], np.zeros_like(depth[window]))


def land(shape: Shape, pitch_mm: float, magnification: float, angle: float, tilt: float) -> Stamp:
    """A shape turned by angle in the picture and tilt out of it (radians), on a grid of pitch_mm.

    Tilting foreshortens along the shape's own x and keeps the mass: areal density grows by 1 / cos(tilt).
    """
    h, w = shape.depth_mm.shape
    short = max(float(np.cos(tilt)), 0.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scale = FINE_MM / pitch_mm
    supersample = 3
    matrix = np.diag([scale, scale * magnification]) @ turn @ np.diag([short, 1.0]) * supersample
    corners = matrix @ (np.array([[0, w, w, 0], [0, 0, h, h]]) - np.array([[w], [h]]) / 2)
    half = np.abs(corners).max(axis=1)
    size = (np.ceil(half * 2 / supersample).astype(int) + 3) * supersample
    affine = np.concatenate([matrix, (size / 2 - matrix @ np.array([w / 2, h / 2]))[:, None]], axis=1)

    def warp(plane: Map) -> Map:
        big = cv2.warpAffine(plane, affine, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR)
        small = (int(size[0]) // supersample, int(size[1]) // supersample)
        return np.asarray(cv2.resize(big, small, interpolation=cv2.INTER_AREA))

    mass = np.stack([warp(plane) / short if plane.any() else warp(plane * 0) for plane in shape.mass])
    depth_mm = warp(shape.depth_mm)
    return Stamp(mass, depth_mm, warp(shape.wrap), mass.sum(axis=0) > VISIBLE_G_CM2, depth_mm)
