"""A scene that contraband is put into: it displaces the goods that it lies among."""

from dataclasses import dataclass, field

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC
from cargoscope.datasets.simulation.canvas import Canvas, Map
from cargoscope.datasets.simulation.threats.stamps import Pose, Stamp
from cargoscope.datasets.simulation.vehicle.container import Hold

Window = tuple[slice, slice]


@dataclass(frozen=True, eq=False)
class Hidden:
    """One article in a scene: its stamp, the stamp's top left pixel (column, row), and how it lies."""

    stamp: Stamp
    corner: tuple[int, int]
    pose: Pose


@dataclass(frozen=True, eq=False)
class Scene:
    """structure: container and vehicle. cargo: goods, into which contraband is put. holds: one room per container.

    reefers: the holds of those that are refrigerated, whose cooling unit is in front of the hold. tanks: those that are
    the inside of a tank, which has neither doors nor walls to hide behind. hidden: contraband that was put in, in that
    order.
    """

    structure: Canvas
    cargo: Canvas
    holds: tuple[Hold, ...]
    reefers: tuple[Hold, ...] = ()
    tanks: tuple[Hold, ...] = ()
    hidden: list[Hidden] = field(default_factory=list)


def settle(scene: Scene, stamp: Stamp, corner: tuple[int, int], pose: Pose) -> None:
    """Puts an article into the scene's goods, in place."""
    here, goods = displaced(scene.cargo, stamp, corner)
    scene.cargo.mass[:, *here] = goods
    scene.hidden.append(Hidden(stamp, corner, pose))


def displaced(cargo: Canvas, stamp: Stamp, corner: tuple[int, int], frame: Window | None = None) -> tuple[Window, Map]:
    """The cargo's mass where the stamp lands: goods taken out along its depth, its own mass put in.

    Returns the window, counted from the frame's corner where one is given, and (groups, h, w) for it. Parts of the
    stamp outside the frame or the canvas are cut off.
    """
    height, width = cargo.depth_mm.shape
    rows, cols = frame or (slice(0, height), slice(0, width))
    h, w = stamp.depth_mm.shape
    c1, c2 = max(corner[0], cols.start), min(corner[0] + w, cols.stop)
    r1, r2 = max(corner[1], rows.start), min(corner[1] + h, rows.stop)
    here = (slice(r1, r2), slice(c1, c2))
    part = (slice(r1 - corner[1], r2 - corner[1]), slice(c1 - corner[0], c2 - corner[0]))
    depth = cargo.depth_mm[here]
    keep = 1 - np.clip(stamp.depth_mm[part] / np.maximum(depth, 1), 0, 0.97) * (depth > 1)
    goods = np.asarray(cargo.mass[:, *here] * keep + stamp.mass[:, *part], np.float32)
    goods[ORGANIC] += stamp.wrap[part]
    return (slice(r1 - rows.start, r2 - rows.start), slice(c1 - cols.start, c2 - cols.start)), goods


def box_of(stamp: Stamp, corner: tuple[int, int]) -> tuple[float, float, float, float]:
    ys, xs = np.flatnonzero(stamp.mask.any(axis=1)), np.flatnonzero(stamp.mask.any(axis=0))
    return (
        float(corner[0] + xs[0]),
        float(corner[1] + ys[0]),
        float(corner[0] + xs[-1] + 1),
        float(corner[1] + ys[-1] + 1),
    )


def overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] + 6 and b[0] < a[2] + 6 and a[1] < b[3] + 6 and b[1] < a[3] + 6
