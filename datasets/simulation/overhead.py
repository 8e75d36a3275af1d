"""A second view of a scene, from above: whatever is drawn into the side view lands in it too, with the same grams.

The side view is drawn with less than it takes to see a thing from above. A box says where it is. Of anything else the
heights follow from its rows, and its place across the vehicle from the depths that were asked of `Canvas.row` since the
thing drawn before it; over that its mass is spread evenly. So outlines along travel and grams are right, and what a
thing looks like across is only as fine as its drawing says.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam.materials import GROUPS
from cargoscope.datasets.simulation.beam.profiles import Profile
from cargoscope.datasets.simulation.canvas import Camera, Canvas, Map

Reals = npt.NDArray[np.float64]

MIDDLE_MM: Final = 2400.0
"""Height above the ground of the plane on which a top view's pixels have the profile's pitch."""

REACH_MM: Final = (1300.0, 4400.0)
"""How far to either side, and how high, a vehicle may reach and still be in the picture."""

DENSITY_G_CM3: Final = dict(zip(range(len(GROUPS)), (0.8, 1.0, 2.6, 7.87, 11.3), strict=True))
"""What a thing's thickness is taken from where nothing else tells it."""

END_WALL: Final = (1180.0, 1500.0, 20.0)
"""From this far to a side, this tall and this heavy (mm, mm, g/cm²), a thing is an end wall or a door seen edge-on: its
drawing only names the side that is nearer to the source."""


@dataclass(frozen=True)
class Overhead:
    """Where the second source is: source_mm above the ground, aside_mm from the vehicle's middle plane."""

    source_mm: float
    aside_mm: float

    def camera(self, pitch_mm: float) -> Camera:
        """Axes as in solids.from_above: y is across the vehicle, z is down from MIDDLE_MM."""
        distance = self.source_mm - MIDDLE_MM
        near = Camera(self.aside_mm, distance, pitch_mm, 0.0).height(REACH_MM[0], MIDDLE_MM - REACH_MM[1])
        return Camera(self.aside_mm, distance, pitch_mm, near + 100.0)

    def rows(self, pitch_mm: float) -> int:
        camera = self.camera(pitch_mm)
        return round((camera.top_mm - camera.height(-REACH_MM[0], MIDDLE_MM - REACH_MM[1]) + 100.0) / pitch_mm)


class Doubled(Canvas):
    """A side view that draws itself from above as well. above: the same columns, its rows across the vehicle."""

    def __init__(self, camera: Camera, size_wh: tuple[int, int], over: Overhead) -> None:
        super().__init__(camera, size_wh)
        self.above = Canvas(over.camera(camera.pitch_mm), (size_wh[0], over.rows(camera.pitch_mm)))
        self._grains = np.random.default_rng(size_wh)
        self._asked_mm = (0.0, 0.0)
        self._drawn = True
        self._is_box = False

    def row(self, y_mm: float, z_mm: float = 0.0) -> float:
        low, high = (z_mm, z_mm) if self._drawn else self._asked_mm
        self._asked_mm, self._drawn = (min(low, z_mm), max(high, z_mm)), False
        return super().row(y_mm, z_mm)

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
        self._is_box = True
        super().box(group, x_mm, y_mm, z_mm, density, texture, rng, goods)
        self._is_box = False
        across = (min(z_mm), max(z_mm))
        below = (MIDDLE_MM - max(y_mm), MIDDLE_MM - min(y_mm))
        self.above.box(group, x_mm, across, below, density, texture, self._grains, goods)

    def add(self, group: int, patch: Map, col: int, row: int, depth: Map | None = None) -> None:
        super().add(group, patch, col, row, depth)
        self._drawn = True
        height, width = self.depth_mm.shape
        rows, cols = slice(max(-row, 0), max(height - row, 0)), slice(max(-col, 0), max(width - col, 0))
        seen = patch[rows, cols]
        used = np.flatnonzero(seen.any(axis=1))
        if self._is_box or not len(used):
            return
        first = max(row, 0)
        heights = (first + int(used[0]), first + int(used[-1]) + 1)
        taken = None if depth is None else depth[rows, cols]
        self._lay(group, seen, taken, max(col, 0), heights)

    def _lay(self, group: int, patch: Map, depth: Map | None, col: int, rows: tuple[int, int]) -> None:
        """Spreads the columns of a patch, between two rows of the side view, over their place from above."""
        z0, z1 = self._across(group, patch, depth)
        z_mm = float(np.mean((z0 + z1) / 2))
        y_mm = [height_of(self.camera, row, z_mm) for row in rows]
        above = self.above.camera
        ends = [[row_of(above, z, MIDDLE_MM - y) for y in y_mm] for z in (z1, z0)]
        top, low = floor(min(end.min() for end in ends[0])), ceil(max(end.max() for end in ends[1]))
        at = np.arange(top - 1, low + 1)[:, None] + 0.5
        shape = _fade(at, *ends[0]) - _fade(at, *ends[1])
        shape /= np.maximum(shape.sum(axis=0), 1e-6)
        bigger = magnified(above, MIDDLE_MM - sum(y_mm) / 2) / magnified(self.camera, z_mm)
        share = (shape * bigger).astype(np.float32)
        fill = None if depth is None else share * depth.sum(axis=0)
        self.above.add(group, share * patch.sum(axis=0), col, top - 1, fill)

    def _across(self, group: int, patch: Map, depth: Map | None) -> tuple[Reals, Reals]:
        """From where to where across the vehicle each column of a patch lies, in mm from its middle plane."""
        low, high = self._asked_mm
        middle = (low + high) / 2
        if depth is not None:
            half = np.maximum(depth.max(axis=0), 2).astype(np.float64) / 2
            return middle - half, middle + half
        every = np.ones(patch.shape[1])
        pitch, thick = self.camera.pitch_mm, float(patch.max()) / DENSITY_G_CM3[group] * 10
        side, tall, heavy = END_WALL
        if low == high and abs(low) > side and patch.shape[0] * pitch > tall and float(patch.max()) > heavy:
            return every * -abs(low), every * abs(low)
        wide = min(min(patch.shape) * pitch, 1600.0) if low == high == 0 else 0.0
        half_mm = max((high - low) / 2, min(thick, 2400.0) / 2, wide / 2, pitch / 2)
        return every * (middle - half_mm), every * (middle + half_mm)


def height_of(camera: Camera, row: float, z_mm: float) -> float:
    """World height of what a picture's row shows at depth z_mm."""
    shown = camera.top_mm - row * camera.pitch_mm
    return camera.source_y_mm + (shown - camera.source_y_mm) / magnified(camera, z_mm)


def magnified(camera: Camera, z_mm: float) -> float:
    """How much taller than in the middle plane a thing at depth z_mm looks."""
    return camera.distance_mm / (camera.distance_mm + z_mm)


def draw_overhead(facts: Profile, rng: np.random.Generator) -> Overhead:
    """Where a scanner's second source is on one day."""
    return Overhead(float(rng.uniform(*facts.top_height_mm)), float(rng.uniform(-300, 300)))


def row_of(camera: Camera, y_mm: Reals, z_mm: Reals | float) -> Reals:
    """Rows at which a camera shows the points (y, z)."""
    shown = camera.source_y_mm + (y_mm - camera.source_y_mm) * camera.distance_mm / (camera.distance_mm + z_mm)
    return np.asarray((camera.top_mm - shown) / camera.pitch_mm)


def _fade(rows: Reals, one: Reals, other: Reals) -> Reals:
    """Share of a fade from the one to the other, per column, that is over at each row."""
    span = np.maximum(np.abs(other - one), 1.0)
    return np.asarray(np.clip((rows - (one + other) / 2) / span + 0.5, 0, 1))
