"""What is hidden in a scene, as a second source sees it from above: the same articles, boxes and masks of their own."""

from dataclasses import replace
from math import ceil, floor

import numpy as np

from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.canvas import Camera, Canvas, Map
from cargoscope.datasets.simulation.overhead import (
    DENSITY_G_CM3,
    MIDDLE_MM,
    Doubled,
    Reals,
    height_of,
    magnified,
    row_of,
)
from cargoscope.datasets.simulation.threats.scene import Scene, settle
from cargoscope.datasets.simulation.threats.stamps import VISIBLE_G_CM2, Pose, Stamp
from cargoscope.datasets.simulation.threats.visibility import judge
from cargoscope.datasets.truth import TruthObject
from cargoscope.errors import SimulationError


def seen_from_above(
    scene: Scene, found: list[TruthObject], rng: np.random.Generator, beam: Beam, exposure: Exposure
) -> tuple[Canvas, list[TruthObject]]:
    """The finished picture from above, and what is true there of each object found in the scene's side view.

    Refuses a scene that was drawn from the side alone.
    """
    structure, cargo = scene.structure, scene.cargo
    if not isinstance(structure, Doubled) or not isinstance(cargo, Doubled):
        raise SimulationError("the scene was drawn from the side alone; it cannot be seen from above")
    for canvas in (structure.above, cargo.above):
        np.maximum(canvas.mass, 0, out=canvas.mass)
    view = Scene(structure.above, cargo.above, scene.holds)
    again = []
    for thing, hidden in zip(found, scene.hidden, strict=True):
        stamp, corner = turned_over(cargo.camera, cargo.above, hidden.stamp, hidden.corner, hidden.pose)
        seen = judge(view, rng, thing.kind, thing.instance, stamp, corner, beam, exposure)
        settle(view, stamp, corner, hidden.pose)
        again.append(replace(seen, view=1, facts=thing.facts))
    structure.above.mass += cargo.above.mass
    return structure.above, again


def turned_over(
    seen: Camera,
    other: Canvas,
    stamp: Stamp,
    corner: tuple[int, int],
    pose: Pose,
    middle_mm: float = MIDDLE_MM,
    from_top: bool = False,
) -> tuple[Stamp, tuple[int, int]]:
    """A stamp of one view as the other shows it, and its corner there; each pixel spreads over its thickness.

    Along travel it keeps its columns, and its mask those of its first mask. middle_mm: height of the plane on which the
    view from above has the profile's pitch. from_top: the stamp is of the view from above, the other is the side view.
    """
    h, w = stamp.mask.shape
    scale = magnified(seen, pose.z_mm)
    down = (np.arange(h) + 0.5 - h / 2)[:, None] * seen.pitch_mm / scale
    along = (np.arange(w) + 0.5 - w / 2)[None, :] * seen.pitch_mm
    deep = pose.z_mm + (along * np.cos(pose.angle) + down * np.sin(pose.angle)) * np.tan(pose.tilt)
    thick = np.tensordot([10 / grams for grams in DENSITY_G_CM3.values()], stamp.mass, 1)
    half = np.maximum(np.maximum(stamp.thick_mm, thick), 2.0) / 2
    high = np.array([[height_of(seen, corner[1] + row + 0.5, pose.z_mm)] for row in range(h)])
    if from_top:
        away, ends = high, (middle_mm - deep + half, middle_mm - deep - half)
    else:
        away, ends = middle_mm - high, (deep + half, deep - half)
    first, last = (row_of(other.camera, end, away) for end in ends)
    top = floor(first.min()) - 1
    rows = ceil(last.max()) + 1 - top
    bigger = other.camera.distance_mm / (other.camera.distance_mm + away) / scale

    def spread(plane: Map) -> Map:
        return _spread(plane * bigger, first - top, last - top, rows)

    mass = np.stack([spread(plane) for plane in stamp.mass])
    mask = (mass.sum(axis=0) > VISIBLE_G_CM2) & stamp.mask.any(axis=0)
    return Stamp(mass, spread(stamp.depth_mm), spread(stamp.wrap), mask, spread(stamp.thick_mm)), (corner[0], top)


def _spread(values: Reals, first: Reals, last: Reals, rows: int) -> Map:
    """(rows, w): each value (h, w) spread evenly in its column from row `first` to row `last`, over a row at least."""
    narrow = np.maximum(1 - (last - first), 0) / 2
    width = values.shape[1]
    each = values / (last - first + 2 * narrow)
    steps = np.zeros((rows + 2) * width)
    for edge, sign in ((first - narrow, 1.0), (last + narrow, -1.0)):
        row = np.floor(edge).astype(np.intp)
        part = edge - row
        at = (row * width + np.arange(width)).ravel()
        for shift, share in ((0, 1 - part), (width, part)):
            steps += sign * np.bincount(at + shift, (each * share).ravel(), len(steps))
    return np.cumsum(steps.reshape(rows + 2, width), axis=0)[:rows].clip(0).astype(np.float32)
