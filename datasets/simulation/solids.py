"""Exact path lengths of the fan beam's rays through boxes, ellipsoids, cylinders and closed triangle meshes.

World axes as in canvas: x along travel, y up, z away from the source. Each column of pixels is a fan of its own in the
plane of its x, so a ray runs from (x, source_y, -distance) to (x, y, 0) and on.
"""

from dataclasses import dataclass, replace
from itertools import product
from math import ceil, floor
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.canvas import Camera, Canvas, Map
from cargoscope.errors import SimulationError

Reals = npt.NDArray[np.float64]
FROM_ABOVE: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""Turns the world so that what lies below a top view's source lies behind it: (x, y, z) becomes (x, z, -y)."""


def turn(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Reals:
    """Rotation (3, 3) about y, then z, then x, in radians."""
    (cy, cp, cr), (sy, sp, sr) = np.cos([yaw, pitch, roll]), np.sin([yaw, pitch, roll])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cp, -sp, 0], [sp, cp, 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    return np.asarray(about_x @ about_z @ about_y, np.float64)


@dataclass(frozen=True, eq=False)
class Solid:
    """A box, an ellipsoid or a cylinder (along its own y). half_mm: half its extent along its own x, y, z.

    shape: "box", "ellipsoid" or "cylinder". rotation: (3, 3) from its own axes to the world's. A cylinder's half_mm are
    its radii along x and z, and half its length along y.
    """

    shape: str
    centre_mm: tuple[float, float, float]
    half_mm: tuple[float, float, float]
    rotation: Reals

    def __post_init__(self) -> None:
        if self.shape not in CHORDS:
            raise SimulationError(f"a solid must be one of {sorted(CHORDS)}, got {self.shape!r}")
        if min(self.half_mm) <= 0:
            raise SimulationError(f"a solid's half_mm must be above 0, got {self.half_mm}")

    def moved(self, rotation: Reals, shift_mm: Reals) -> "Solid":
        """The same solid turned about the origin, then shifted."""
        centre = rotation @ np.array(self.centre_mm) + shift_mm
        return replace(
            self,
            centre_mm=(float(centre[0]), float(centre[1]), float(centre[2])),
            rotation=np.asarray(rotation @ self.rotation),
        )

    def corners_mm(self) -> Reals:
        """(8, 3) corners of the box around it, in the world."""
        signs = np.array(list(product((-1.0, 1.0), repeat=3)))
        return np.asarray(signs * self.half_mm @ self.rotation.T + self.centre_mm)

    def chords_mm(self, origins: Reals, directions: Reals) -> Reals:
        """How far each ray (..., 3) of unit direction runs inside."""
        scale = np.array(self.half_mm)
        start = (origins - np.array(self.centre_mm)) @ self.rotation / scale
        along = directions @ self.rotation / scale
        enter, leave = CHORDS[self.shape](start, along)
        return np.asarray(np.maximum(leave - enter, 0.0))


def _slab(start: Reals, along: Reals) -> tuple[Reals, Reals]:
    """Where rays are between -1 and 1 along the last axis's coordinates, all of them."""
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (-1.0 - start) / along, (1.0 - start) / along
    beside = (along == 0) & (np.abs(start) >= 1)
    within = (along == 0) & (np.abs(start) < 1)
    enter = np.where(beside, np.inf, np.where(within, -np.inf, np.minimum(one, two)))
    leave = np.where(beside, -np.inf, np.where(within, np.inf, np.maximum(one, two)))
    return enter.max(axis=-1), leave.min(axis=-1)


def _ball(start: Reals, along: Reals) -> tuple[Reals, Reals]:
    """Where rays are within 1 of the origin, in as many dimensions as the last axis has."""
    a = (along**2).sum(axis=-1)
    b = (start * along).sum(axis=-1)
    c = (start**2).sum(axis=-1) - 1.0
    inside = np.maximum(b * b - a * c, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        enter, leave = (-b - np.sqrt(inside)) / a, (-b + np.sqrt(inside)) / a
    parallel, missed = a == 0, (b * b - a * c <= 0) & (a > 0)
    enter = np.where(missed | (parallel & (c >= 0)), np.inf, np.where(parallel, -np.inf, enter))
    leave = np.where(missed | (parallel & (c >= 0)), -np.inf, np.where(parallel, np.inf, leave))
    return enter, leave


def _tube(start: Reals, along: Reals) -> tuple[Reals, Reals]:
    round_enter, round_leave = _ball(start[..., [0, 2]], along[..., [0, 2]])
    flat_enter, flat_leave = _slab(start[..., [1]], along[..., [1]])
    return np.maximum(round_enter, flat_enter), np.minimum(round_leave, flat_leave)


CHORDS: Final = {"box": _slab, "ellipsoid": _ball, "cylinder": _tube}


@dataclass(frozen=True, eq=False)
class Mesh:
    """A closed surface of triangles. vertices_mm: (V, 3). triangles: (T, 3) indices, anticlockwise seen from outside.

    Refuses indices outside the vertices, and surfaces that are not closed: every edge must be walked once each way.
    """

    vertices_mm: Reals
    triangles: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        sides = self.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
        if len(sides) == 0 or sides.min() < 0 or sides.max() >= len(self.vertices_mm):
            raise SimulationError(f"a mesh's triangles must name vertices 0..{len(self.vertices_mm) - 1}")
        walked = np.sort(sides[:, 0] * len(self.vertices_mm) + sides[:, 1])
        back = np.sort(sides[:, 1] * len(self.vertices_mm) + sides[:, 0])
        if not np.array_equal(walked, back):
            raise SimulationError("a mesh must be closed: each edge once each way")

    def moved(self, rotation: Reals, shift_mm: Reals) -> "Mesh":
        """The same mesh turned about the origin, then shifted."""
        return replace(self, vertices_mm=np.asarray(self.vertices_mm @ rotation.T + shift_mm))

    def corners_mm(self) -> Reals:
        return self.vertices_mm


def from_above(thing: Solid | Mesh, height_mm: float) -> Any:
    """What a top view's camera sees: the thing in axes where y is across the belt and z is down from height_mm."""
    return thing.moved(FROM_ABOVE, np.array([0.0, 0.0, height_mm]))


def paths_mm(
    thing: Solid | Mesh, camera: Camera, left_mm: float, size_wh: tuple[int, int], fine: int = 1
) -> tuple[Map, int, int]:
    """(h, w) float32 path lengths within the part of a picture that the thing shades, and that part's col and row.

    fine: rays per pixel along each side, which are averaged; with 1, the ray through the pixel's middle. Refuses
    things that reach behind the source.
    """
    corners = thing.corners_mm()
    if corners[:, 2].min() <= -camera.distance_mm:
        raise SimulationError(f"a solid must lie in front of the source, {camera.distance_mm} mm from the middle")
    shown = [(camera.top_mm - camera.height(y, z)) / camera.pitch_mm for y, z in corners[:, 1:]]
    first_col = max(floor((corners[:, 0].min() - left_mm) / camera.pitch_mm), 0)
    first_row = max(floor(min(shown)), 0)
    cols = np.arange(first_col * fine, min(ceil((corners[:, 0].max() - left_mm) / camera.pitch_mm), size_wh[0]) * fine)
    rows = np.arange(first_row * fine, min(ceil(max(shown)), size_wh[1]) * fine)
    if len(cols) == 0 or len(rows) == 0:
        return np.zeros((0, 0), np.float32), 0, 0
    x_mm = left_mm + (cols + 0.5) / fine * camera.pitch_mm
    rise_mm = camera.top_mm - (rows + 0.5) / fine * camera.pitch_mm - camera.source_y_mm
    path = _solid(thing, camera, x_mm, rise_mm) if isinstance(thing, Solid) else _mesh(thing, camera, x_mm, rise_mm)
    means = path.reshape(len(rows) // fine, fine, len(cols) // fine, fine).mean(axis=(1, 3))
    return means.astype(np.float32), first_col, first_row


def add_solid(
    canvas: Canvas, group: int, thing: Solid | Mesh, density_g_cm3: float, goods: bool = False, fine: int = 2
) -> None:
    """Adds a solid's areal density to a canvas, by exact path lengths; below 0 it hollows out, goods' depth as well."""
    height, width = canvas.depth_mm.shape
    path, col, row = paths_mm(thing, canvas.camera, canvas.left_mm, (width, height), fine)
    if path.size:
        depth = np.copysign(path, np.float32(density_g_cm3)) if goods else None
        canvas.add(group, path * np.float32(density_g_cm3 / 10), col, row, depth)


def _solid(thing: Solid, camera: Camera, x_mm: Reals, rise_mm: Reals) -> Reals:
    origins = np.zeros((len(rise_mm), len(x_mm), 3))
    origins[..., 0] = x_mm
    origins[..., 1] = camera.source_y_mm
    origins[..., 2] = -camera.distance_mm
    slant = np.hypot(rise_mm, camera.distance_mm)
    directions = np.stack([np.zeros_like(rise_mm), rise_mm / slant, camera.distance_mm / slant], axis=1)
    return thing.chords_mm(origins, np.broadcast_to(directions[:, None, :], origins.shape))


def _mesh(mesh: Mesh, camera: Camera, x_mm: Reals, rise_mm: Reals) -> Reals:
    """Sum over the surface's crossings of the distance from the source, counted minus where a ray enters.

    The plane of a column cuts a triangle in a stretch between two of its sides, which spans rows of the picture. Sides
    are cut with their ends in the same order for both triangles that share them, so that no ray slips through.
    """
    x_of = mesh.vertices_mm[mesh.triangles, 0]
    order = np.lexsort((mesh.triangles, x_of), axis=1)
    low, middle, high = mesh.vertices_mm[np.take_along_axis(mesh.triangles, order, axis=1).T]
    first = np.searchsorted(x_mm, low[:, 0])
    which, col = _runs(first, np.searchsorted(x_mm, high[:, 0]))
    x = x_mm[col]
    before = (x < middle[which, 0])[:, None]
    long_side = _cut(low[which], high[which], x)
    short_side = _cut(np.where(before, low[which], middle[which]), np.where(before, middle[which], high[which]), x)
    # height over the source, as the camera shows it, and depth from the source in units of its distance
    depths = [1 + side[:, 2] / camera.distance_mm for side in (long_side, short_side)]
    lifts = [side[:, 1] - camera.source_y_mm for side in (long_side, short_side)]
    down = [-lift / depth for lift, depth in zip(lifts, depths, strict=True)]
    same_way = (order[:, 1] - order[:, 0]) % 3 == 1
    sign = np.where(same_way[which], 1.0, -1.0) * np.sign(down[1] - down[0])
    stretch, row = _runs(np.searchsorted(-rise_mm, np.minimum(*down)), np.searchsorted(-rise_mm, np.maximum(*down)))
    off = [lift[stretch] - rise_mm[row] * depth[stretch] for lift, depth in zip(lifts, depths, strict=True)]
    share = off[0] / (off[0] - off[1])
    depth = depths[0][stretch] + share * (depths[1] - depths[0])[stretch]
    crossings = sign[stretch] * depth * np.hypot(rise_mm[row], camera.distance_mm)
    total = np.bincount(row * len(x_mm) + col[stretch], crossings, len(rise_mm) * len(x_mm))
    return np.asarray(total.reshape(len(rise_mm), len(x_mm)))


def _runs(first: npt.NDArray[np.int64], stop: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], ...]:
    """For every run first..stop-1: its number, as often as it is long, and the numbers that it holds."""
    count = stop - first
    which = np.repeat(np.arange(len(count)), count)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(count) - count - first, count)


def _cut(a: Reals, b: Reals, x: Reals) -> Reals:
    """Where the line from a to b (N, 3) meets the plane of each x."""
    return np.asarray(a + (b - a) * ((x - a[:, 0]) / (b[:, 0] - a[:, 0]))[:, None])
