"""Contraband into a scene: where smugglers put it, what it displaces, and how visible it is there."""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC
from cargoscope.datasets.simulation.beam.noise import BLOCK_PX, SCATTER_BLOCKS, Exposure
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.beam.stripes import LOCAL_PX
from cargoscope.datasets.simulation.canvas import Canvas, Map
from cargoscope.datasets.simulation.threats.kinds import INSTANCES, draw_instance
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Stamp, land
from cargoscope.datasets.simulation.vehicle.container import Hold
from cargoscope.datasets.truth import Mask, TruthObject

RING_PX: Final = 14
"""Width of the frame around an object in which its background is judged."""

VISIBLE_CNR: Final = 3.0
"""Contrast-to-noise ratio from which an object counts as visible."""

KEEP_FAINT: Final = 0.35
"""Share of places with less than VISIBLE_CNR that are kept; the others are looked for anew."""

PLACES: Final = {
    "firearm": {"cargo": 0.55, "doors": 0.15, "floor": 0.1, "roof": 0.08, "wall": 0.12},
    "cigarettes": {"cargo": 0.75, "doors": 0.15, "floor": 0.1},
    "narcotics_package": {"cargo": 0.35, "doors": 0.35, "floor": 0.1, "roof": 0.08, "wall": 0.12},
    "gas_cylinder": {"cargo": 0.5, "doors": 0.2, "floor": 0.3},
    "firearm_part": {"cargo": 0.6, "doors": 0.1, "floor": 0.1, "roof": 0.08, "wall": 0.12},
    "ammunition": {"cargo": 0.6, "doors": 0.15, "floor": 0.25},
    "ivory": {"cargo": 0.7, "doors": 0.1, "floor": 0.2},
    "animal_scales": {"cargo": 0.6, "doors": 0.1, "floor": 0.3},
    "lithium_battery": {"cargo": 0.7, "doors": 0.1, "floor": 0.2},
    "waste_plastic": {"cargo": 0.4, "floor": 0.6},
    "e_waste": {"cargo": 0.4, "doors": 0.1, "floor": 0.5},
    "currency": {"cargo": 0.4, "doors": 0.2, "floor": 0.1, "roof": 0.1, "wall": 0.2},
    "vehicle": {"floor": 1.0},
    "stowaway": {"cargo": 0.25, "doors": 0.15, "floor": 0.6},
    "undeclared_bottles": {"cargo": 0.7, "doors": 0.1, "floor": 0.2},
}
"""How often each kind is hidden inside the cargo, behind the doors, on the floor, under the roof, along a wall."""

OPEN_PLACES: Final = ("cargo", "doors", "floor", "roof", "wall")
"""Where a hold may take contraband among its goods."""

TURNED: Final = ("firearm", "firearm_part", "ivory")
"""Kinds that lie at any angle; the others stand or lie as they were packed."""

MIDDLE: Final = ("vehicle", "waste_plastic", "e_waste")
"""Kinds too broad to stand near a wall."""


Window = tuple[slice, slice]


@dataclass(frozen=True, eq=False)
class Scene:
    """structure: container and vehicle. cargo: goods, into which contraband is put. holds: one room per container.

    reefers: the holds of those that are refrigerated, whose cooling unit is in front of the hold.
    """

    structure: Canvas
    cargo: Canvas
    holds: tuple[Hold, ...]
    reefers: tuple[Hold, ...] = ()


def hide(
    scene: Scene,
    rng: np.random.Generator,
    kind: str,
    split: str,
    beam: Beam,
    exposure: Exposure,
    taken: list[tuple[float, float, float, float]],
    place: str | None = None,
) -> TruthObject | None:
    """Puts one article of a kind into the scene's cargo, in place; None where it found no room.

    place: one of OPEN_PLACES, which then stands in the truth's facts; None draws it by the kind's habits (PLACES).

    It displaces goods: along its depth the cargo on the ray is removed in proportion. The contrast-to-noise ratio is
    the mean over the mask of |A with - A without| (noise-free, highest energy) divided by the spread of (A without +
    one draw of the detector's noise) in the object's box and a frame of RING_PX around it, after removing its local
    mean over LOCAL_PX x LOCAL_PX pixels. The spread is the standard deviation as 1.4826 times the median absolute
    residual, so both noise and the cargo's own texture count, but a single edge in the box does not drown them.
    Transmission below half a level of the export counts as that, so what the export shows as black has no contrast.
    On a scanner of compound quanta both signals hold the scatter of the scene, and the noise is Exposure.seen_sigma's;
    on others it is Exposure.sigma's.
    hidden_fraction is the share of the mask where the signal is below three standard deviations of its noise, or the
    single pixel's contrast is below that same spread.
    """
    first, stop = INSTANCES[split]
    number = int(rng.integers(first, stop))
    shape = draw_instance(kind, number)
    tilt = rng.uniform(0, 1.1) if kind == "firearm" and rng.random() < 0.6 else 0.0
    angle = rng.uniform(0, 2 * np.pi) if kind in TURNED else rng.normal(0, 0.03)
    if kind == "narcotics_package" and max(shape.depth_mm.shape) * FINE_MM < 900 and rng.random() < 0.4:
        angle = rng.uniform(0, 2 * np.pi)
    z = rng.uniform(-1000, 1000) * (0.2 if kind in MIDDLE else 1.0)
    camera = scene.cargo.camera
    magnification = camera.distance_mm / (camera.distance_mm + z)
    stamp = land(shape, camera.pitch_mm, magnification, angle, tilt)
    for _ in range(12):
        corner = _corner(scene, rng, kind, stamp, z, place)
        box = box_of(stamp, corner)
        height, width = scene.cargo.depth_mm.shape
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
        if not inside or any(overlap(box, other) for other in taken):
            continue
        found = judge(scene, rng, kind, f"{kind}-{number}", stamp, corner, beam, exposure)
        if found.cnr >= VISIBLE_CNR or rng.random() < KEEP_FAINT:
            here, goods = displaced(scene.cargo, stamp, corner)
            scene.cargo.mass[:, *here] = goods
            return found if place is None else replace(found, facts={"placement": place})
    return None


def _corner(
    scene: Scene, rng: np.random.Generator, kind: str, stamp: Stamp, z: float, wanted: str | None
) -> tuple[int, int]:
    places = PLACES[kind]
    place = wanted or str(rng.choice(list(places), p=list(places.values())))
    height, width = stamp.depth_mm.shape
    cargo, hold = scene.cargo, scene.holds[int(rng.integers(len(scene.holds)))]
    left, right = cargo.col(hold.x_mm[0]), max(cargo.col(hold.x_mm[0]) + 1, cargo.col(hold.x_mm[1]) - width)
    top, bottom = cargo.row(hold.y_mm[1], z), cargo.row(hold.y_mm[0], z) - height
    if bottom < top:
        bottom = top
    col, row = rng.uniform(left, right), rng.uniform(top, bottom)
    if place == "doors":
        col = max(left, right - abs(rng.normal(0, 900)) / cargo.camera.pitch_mm)
        row = bottom - (rng.uniform(0, 0.4) * (bottom - top) if rng.random() < 0.4 else 0)
    elif place == "floor":
        row = bottom
    elif place == "roof":
        row = top
    elif place == "wall":
        col = left if rng.random() < 0.5 else right
    elif kind != "firearm" or rng.random() < 0.8:
        filled = cargo.depth_mm > 200
        for _ in range(6):
            if filled[
                min(int(row) + height // 2, filled.shape[0] - 1), min(int(col) + width // 2, filled.shape[1] - 1)
            ]:
                break
            col, row = rng.uniform(left, right), rng.uniform(top, bottom)
    if place in ("cargo", "doors"):
        row = rest(cargo, int(col) + width // 2, int(row) + height, round(bottom) + height) - height
    return int(col), int(row)


def rest(cargo: Canvas, col: int, row: int, floor_row: int) -> int:
    """The row that a thing's lower edge sinks to: the goods that it stands on or in, else the floor."""
    filled = cargo.depth_mm[row:floor_row, min(col, cargo.depth_mm.shape[1] - 1)] > 200
    return row + int(np.argmax(filled)) if filled.any() else max(row, floor_row)


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


def judge(
    scene: Scene,
    rng: np.random.Generator,
    kind: str,
    instance: str,
    stamp: Stamp,
    corner: tuple[int, int],
    beam: Beam,
    exposure: Exposure,
) -> TruthObject:
    x1, y1, x2, y2 = (int(edge) for edge in box_of(stamp, corner))
    height, width = scene.cargo.depth_mm.shape
    frame = (
        slice(max(y1 - RING_PX, 0), min(y2 + RING_PX, height)),
        slice(max(x1 - RING_PX, 0), min(x2 + RING_PX, width)),
    )
    structure = scene.structure.mass[:, *frame]
    glow = _glow(scene, frame, beam, exposure)
    without = _read(structure + scene.cargo.mass[:, *frame], glow, beam, exposure)
    after = scene.cargo.mass[:, *frame].copy()
    here, goods = displaced(scene.cargo, stamp, corner, frame)
    after[:, *here] = goods
    within = _read(structure + after, glow, beam, exposure)
    mask = np.zeros((height, width), bool)[frame]
    inner = stamp.mask[y1 - corner[1] : y2 - corner[1], x1 - corner[0] : x2 - corner[0]]
    mask[y1 - frame[0].start : y2 - frame[0].start, x1 - frame[1].start : x2 - frame[1].start] = inner
    contrast, spread, lost = _visibility(without, within, mask, exposure, rng)
    mass = stamp.mass.sum(axis=0)[stamp.mask]
    return TruthObject(
        kind=kind,
        instance=instance,
        view=0,
        box=(float(x1), float(y1), float(x2), float(y2)),
        cnr=round(contrast / spread, 3),
        areal_density_g_cm2=round(float(mass.mean()), 3),
        hidden_fraction=round(lost, 4),
        mask=inner.copy(),
    )


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


Reading = tuple[Map, Map]
"""Transmission (H, W) of the highest energy, and its standard deviation in one pixel."""


def _glow(scene: Scene, frame: Window, beam: Beam, exposure: Exposure) -> Reading | None:
    """Scatter that falls on a window, (1, 1): signal, and variance times photons; None where it is not counted.

    From one pixel of every block of the scene, of which scatter is the mean over about a metre.
    """
    if not exposure.compound:
        return None
    coarse = (slice(None, None, BLOCK_PX), slice(None, None, BLOCK_PX))
    moments = beam.moments(scene.structure.mass[:, *coarse] + scene.cargo.mass[:, *coarse])
    middle = tuple(slice(at.start // BLOCK_PX, (at.stop - 1) // BLOCK_PX + 1) for at in frame)
    signal, quanta = (
        cv2.blur(both[0], (SCATTER_BLOCKS, SCATTER_BLOCKS))[middle].mean(keepdims=True) * np.float32(exposure.scatter)
        for both in moments
    )
    return signal, quanta


def _read(mass: Map, glow: Reading | None, beam: Beam, exposure: Exposure) -> Reading:
    if glow is None:
        transmission = beam.transmission(mass)[0]
        return transmission, exposure.sigma(transmission)
    signal, quanta = (both[0] + more for both, more in zip(beam.moments(mass), glow, strict=True))
    return signal, exposure.seen_sigma(signal, quanta)


def _visibility(
    without: Reading, within: Reading, mask: Mask, exposure: Exposure, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Mean contrast over the mask, spread of the background, share of the mask that is lost."""
    floor = np.float32(max(1e-7, exposure.black + exposure.step / 2))
    background = -np.log(np.maximum(without[0], floor))
    difference = np.abs(-np.log(np.maximum(within[0], floor)) - background)
    noise = without[1] / np.maximum(without[0], floor)
    noisy = background + np.minimum(noise, 1.5) * rng.standard_normal(background.shape, np.float32)
    residual = noisy - cv2.blur(noisy, (LOCAL_PX, LOCAL_PX), borderType=cv2.BORDER_REFLECT)
    spread = 1.4826 * float(np.median(np.abs(residual))) + 1e-6
    lost = (within[0] < 3 * within[1]) | (difference < spread)
    return float(difference[mask].mean()), spread, float(lost[mask].mean())
