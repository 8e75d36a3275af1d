"""Contraband into a parcel or a pallet: among things, flat against the side or lying, with truth in every view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.threats.above import turned_over
from cargoscope.datasets.simulation.threats.kinds import INSTANCES, draw_instance
from cargoscope.datasets.simulation.threats.placement import KEEP_FAINT, TURNED, VISIBLE_CNR
from cargoscope.datasets.simulation.threats.scene import Scene, box_of, overlap, settle
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Pose, Shape, Stamp, land
from cargoscope.datasets.simulation.threats.visibility import judge
from cargoscope.datasets.truth import TruthObject

Reals = tuple[float, float, float]

PARCEL_KINDS: Final = (
    "firearm",
    "firearm_part",
    "ammunition",
    "narcotics_package",
    "cigarettes",
    "currency",
    "lithium_battery",
    "undeclared_bottles",
)
"""What is small enough to be posted, whole or in part."""

PALLET_KINDS: Final = (*PARCEL_KINDS, "gas_cylinder", "ivory", "animal_scales")
"""What is small enough to lie among the goods of a pallet."""

DIVISIBLE: Final = tuple(kind for kind in PARCEL_KINDS if not kind.startswith("firearm"))
"""Kinds that come in packages, of which a parcel holds as many as fit."""

TRIES: Final = 40


@dataclass(frozen=True, eq=False)
class Parcel:
    """A parcel's or a loaded pallet's views, side first, before contraband. low, high: corners (x, y, z) of its inside.

    middle_mm: height of the plane on which the view from above, where there is one, has the profile's pitch.
    """

    views: tuple[Canvas, ...]
    low: Reals
    high: Reals
    middle_mm: float


def hide_in_parcel(
    parcel: Parcel, rng: np.random.Generator, kind: str, split: str, beam: Beam, exposure: Exposure,
    taken: Sequence[TruthObject],
) -> list[TruthObject]:  # fmt: skip
    """Puts one article into a parcel, in place; what is true of it in each view, or nothing where none fitted.

    taken: objects that are there already, over which it does not lie in the side view.
    """
    for _ in range(TRIES):
        number = int(rng.integers(*INSTANCES[split]))
        laid = _laid(parcel, rng, kind, draw_instance(kind, number), lies=len(parcel.views) > 1 and rng.random() < 0.5)
        if laid is None:
            continue
        scenes = [Scene(Canvas(view.camera, view.depth_mm.shape[::-1]), view, ()) for view in parcel.views]
        box = box_of(*laid[0])
        if any(overlap(box, other.box) for other in taken if other.view == 0):
            continue
        found = [
            replace(judge(scene, rng, kind, f"{kind}-{number}", *one, beam, exposure), view=view)
            for view, (scene, one) in enumerate(zip(scenes, laid, strict=True))
        ]
        if max(thing.cnr for thing in found) >= VISIBLE_CNR or rng.random() < KEEP_FAINT:
            for scene, one in zip(scenes, laid, strict=True):
                settle(scene, *one, Pose(0.0, 0.0))
            return found
    return []


def _laid(
    parcel: Parcel, rng: np.random.Generator, kind: str, shape: Shape, lies: bool
) -> list[tuple[Stamp, tuple[int, int]]] | None:
    """The article's stamp and corner in every view; None where it does not fit or shows nothing.

    lies: it is drawn as the view from above sees it, and the side view sees its edge; else the other way round.
    """
    (x0, y0, z0), (x1, y1, z1) = parcel.low, parcel.high
    across, deep = ((z0, z1), (y0, y1)) if lies else ((y0, y1), (z0, z1))
    room = (x1 - x0, across[1] - across[0], deep[1] - deep[0])
    if kind in DIVISIBLE:
        shape = _part(shape, room)
    thick = float(shape.depth_mm.max())
    canvas = parcel.views[1 if lies else 0]
    if thick > room[2]:
        return None
    at = float(rng.uniform(deep[0] + thick / 2, deep[1] - thick / 2))
    z = parcel.middle_mm - at if lies else at
    camera = canvas.camera
    scale = camera.distance_mm / (camera.distance_mm + z)
    angles = (rng.uniform(0, 2 * np.pi) if kind in TURNED else 0.0, 0.0, np.pi / 2)
    for angle in angles:
        stamp = land(shape, camera.pitch_mm, scale, float(angle), 0.0)
        rows, cols = (np.flatnonzero(stamp.mask.any(axis=axis)) for axis in (1, 0))
        if not len(rows) or (cols[-1] - cols[0]) * camera.pitch_mm > room[0]:
            continue
        tall = (rows[-1] - rows[0]) * camera.pitch_mm / scale
        if tall > room[1]:
            continue
        left = rng.uniform(x0, max(x1 - (cols[-1] - cols[0]) * camera.pitch_mm, x0 + 1))
        low = rng.uniform(across[0], max(across[1] - tall, across[0] + 1))
        corner = (int(canvas.col(left)) - int(cols[0]), int(canvas.row(low, z)) - int(rows[-1]))
        return _in_both(parcel, (stamp, corner), Pose(z, float(angle)), lies)
    return None


def _in_both(
    parcel: Parcel, one: tuple[Stamp, tuple[int, int]], pose: Pose, lies: bool
) -> list[tuple[Stamp, tuple[int, int]]] | None:
    if len(parcel.views) == 1:
        laid = [one]
    else:
        seen, other = parcel.views[::-1] if lies else parcel.views
        laid = [one, turned_over(seen.camera, other, *one, pose, parcel.middle_mm, lies)][:: -1 if lies else 1]
    for view, (stamp, corner) in zip(parcel.views, laid, strict=True):
        height, width = view.depth_mm.shape
        if not stamp.mask.any():
            return None
        box = box_of(stamp, corner)
        if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height:
            return None
    return laid


def _part(shape: Shape, room: tuple[float, float, float]) -> Shape:
    """As much of a stack of packages as goes into a room (along x, across, deep), in mm."""
    h, w = (max(int(side / FINE_MM) - 4, 4) for side in (room[1], room[0]))
    share = np.float32(min(1.0, 0.95 * room[2] / max(float(shape.depth_mm.max()), 1.0)))
    return Shape(shape.mass[:, :h, :w] * share, shape.depth_mm[:h, :w] * share, shape.wrap[:h, :w])
