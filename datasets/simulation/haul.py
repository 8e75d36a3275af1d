"""A vehicle with its loaded containers, of kinds and sizes that a plan names; and what is true of each container."""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.beam.profiles import Profile
from cargoscope.datasets.simulation.canvas import Camera, Canvas, lift_columns
from cargoscope.datasets.simulation.cargo.catalogue import fill
from cargoscope.datasets.simulation.overhead import Doubled, Overhead
from cargoscope.datasets.simulation.threats.scene import Scene
from cargoscope.datasets.simulation.vehicle.chassis import draw_rig
from cargoscope.datasets.simulation.vehicle.cold import draw_cold
from cargoscope.datasets.simulation.vehicle.container import HALF_WIDTH_MM, INNER_HALF_MM, SIZES_MM, Hold, hold_of
from cargoscope.datasets.simulation.vehicle.fittings import draw_box
from cargoscope.datasets.simulation.vehicle.partitions import partition
from cargoscope.datasets.simulation.vehicle.tank import EMPTY_SHARE, TANKS, draw_tank
from cargoscope.datasets.simulation.vehicle.wagon import draw_wagon
from cargoscope.datasets.truth import ContainerTruth

Span = tuple[float, float]
Box = tuple[float, float, float, float]

OFTEN: Final = {"22G1": 0.42, "42G1": 0.2, "45G1": 0.28, "45R1": 0.13, "L5G1": 0.06, "22R1": 0.03, "22T6": 0.06}
"""How often each size is seen at a port, relative to the others."""

WAGON_SHARE: Final = 0.06
LOADED_MM: Final = 100.0
"""Depth of goods from which a pixel counts as cargo."""

LIQUID: Final = "liquid"
"""The goods that a tank takes, of those that a plan names."""

LOOSE: Final = frozenset({"grain", "coffee_bulk", "scrap"})
"""Goods without packages, which something must keep off the doors."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A container as it was drawn. box: in pixels. room: the hold's pixels (rows, columns). unit: in pixels."""

    size_type: str
    hold: Hold
    box: Box
    room: tuple[slice, slice]
    kinds: tuple[str, ...]
    cargo: tuple[str, ...]
    unit: Box | None


@dataclass(frozen=True, eq=False)
class Haul:
    """A scene before contraband, its containers, and the tractor's box where there is one."""

    scene: Scene
    containers: tuple[Loaded, ...]
    tractor: Box | None


def haul(
    facts: Profile,
    rng: np.random.Generator,
    cargo: tuple[str, ...],
    sizes: tuple[str, ...],
    over: Overhead | None = None,
) -> Haul:
    """Containers of one of the sizes (two of a short one, at times) with goods of some of the kinds, on their way.

    cargo: names from catalogue.CATALOGUE; sizes: ISO 6346 codes from container.SIZES_MM. over: a second source, whose
    view is drawn along; the side view is the same without it.
    """
    weights = np.array([OFTEN[size] for size in sizes])
    size_type = str(rng.choice(sizes, p=weights / weights.sum()))
    one, height = SIZES_MM[size_type]
    count = 2 if one < 7000 and rng.random() < 0.35 else 1
    gap = float(rng.choice([80.0, rng.uniform(80, 900)]))
    length = one * count + gap * (count - 1)
    wagon = rng.random() < WAGON_SHARE
    left = rng.uniform(850, 1700) if rng.random() < 0.65 else rng.uniform(1600, 3600)
    deck = rng.uniform(1050, 1400)
    chassis = _chassis(rng, (left, left + length), wagon)
    camera, size = _camera(facts, rng, (chassis[1] + rng.uniform(200, 1800), deck, height))
    structure, goods = (Doubled(camera, size, over) if over else Canvas(camera, size) for _ in range(2))
    drawn = [_container(structure, goods, rng, size_type, left + i * (one + gap), deck, cargo) for i in range(count)]
    np.maximum(goods.mass, 0, out=goods.mass)
    shift = _lean((structure, goods), rng, (left, left + length))
    locks = [left + 90, left + length - 90, *((left + one - 90, left + one + gap + 90) if count == 2 else ())]
    tractor = None
    if wagon:
        draw_wagon(structure, rng, chassis, deck)
    else:
        span = draw_rig(structure, rng, chassis, deck, locks)
        tractor = _clipped(camera, size, span, (0.0, deck + 2300))
    np.maximum(structure.mass, 0, out=structure.mass)
    containers = tuple(_moved(one_of, shift, size) for one_of in drawn)
    holds = tuple(one_of.hold for one_of in containers)
    reefers = tuple(one_of.hold for one_of in containers if one_of.unit is not None)
    tanks = tuple(one_of.hold for one_of in containers if one_of.size_type in TANKS)
    return Haul(Scene(structure, goods, holds, reefers, tanks), containers, tractor)


def truths(
    containers: tuple[Loaded, ...], goods: Canvas, structure: Canvas, beam: Beam, exposure: Exposure
) -> tuple[ContainerTruth, ...]:
    """What is true of each container: how full, how heavy, how much of it stays dark (every third pixel is asked)."""
    found = []
    pitch = goods.camera.pitch_mm
    for one in containers:
        depth = goods.depth_mm[one.room]
        mass = goods.mass[:, *one.room]
        whole = goods.mass[:, int(one.box[1]) : ceil(one.box[3]), int(one.box[0]) : ceil(one.box[2])]
        loaded = depth > LOADED_MM
        room = (slice(None, None, 3), slice(None, None, 3))
        through = beam.transmission(mass[:, *room] + structure.mass[:, *one.room][:, *room])[0]
        limit = np.maximum(3 * exposure.sigma(through), exposure.black + exposure.step)
        dark = (through < limit) & loaded[room]
        empty = not one.kinds
        found.append(
            ContainerTruth(
                size_type=one.size_type,
                box=one.box,
                door_end="right",
                cargo=one.cargo,
                kinds=one.kinds,
                empty=empty,
                filled_length=0.0 if empty else round(float(loaded.any(axis=0).mean()), 4),
                filled_volume=0.0 if empty else round(min(1.0, float(depth.mean()) / (2 * INNER_HALF_MM)), 4),
                mass_kg=round(float(whole.sum()) * (pitch / 10) ** 2 / 1000, 1),
                dark_fraction=round(float(dark.sum() / max(loaded[room].sum(), 1)), 4),
                unit=one.unit,
            )
        )
    return tuple(found)


def _chassis(rng: np.random.Generator, x_mm: Span, wagon: bool) -> Span:
    """From where to where the vehicle's frame reaches under and beyond its containers."""
    if wagon:
        start = x_mm[0] - rng.uniform(200, 900)
        return start, max(x_mm[1] + rng.uniform(200, 2500), start + 13_800)
    if x_mm[1] - x_mm[0] < 7000:
        return x_mm[0] - rng.uniform(200, 4200), x_mm[1] + rng.uniform(50, 4500)
    return x_mm[0] - rng.uniform(0, 500), x_mm[1] + rng.uniform(-50, 700)


def _camera(
    facts: Profile, rng: np.random.Generator, far: tuple[float, float, float]
) -> tuple[Camera, tuple[int, int]]:
    right, deck, height = far
    source_y, distance = float(rng.uniform(*facts.source_height_mm)), float(rng.uniform(*facts.source_distance_mm))
    roof = Camera(source_y, distance, facts.pitch_mm, 0.0).height(deck + height, -HALF_WIDTH_MM)
    camera = Camera(source_y, distance, facts.pitch_mm, roof + float(rng.uniform(80, 700)))
    ground = rng.uniform(100, 700)
    return camera, (round(right / facts.pitch_mm), round((camera.top_mm - ground) / facts.pitch_mm))


def _container(
    structure: Canvas,
    goods: Canvas,
    rng: np.random.Generator,
    size_type: str,
    left: float,
    deck: float,
    cargo: tuple[str, ...],
) -> Loaded:
    length, height = SIZES_MM[size_type]
    camera, size = structure.camera, (structure.depth_mm.shape[1], structure.depth_mm.shape[0])
    box = _clipped(camera, size, (left, left + length), (deck, deck + height))
    if box is None:
        raise AssertionError("a container lies outside its own picture")
    if size_type in TANKS:
        loaded = LIQUID in cargo and (len(cargo) == 1 or rng.random() > EMPTY_SHARE)
        hold, headings = draw_tank(structure, goods, rng, size_type, left, deck, loaded)
        return Loaded(size_type, hold, box, _room(goods, hold), (LIQUID,) if loaded else (), headings, None)
    draw_box(structure, rng, size_type, left, deck)
    hold, cold = hold_of(size_type, left, deck), size_type.endswith("R1")
    unit = None
    if cold:
        unit = _clipped(camera, size, *draw_cold(structure, rng, (left, left + length), (deck, deck + height)))
    kinds, headings = fill(goods, rng, hold, cargo, cold)
    room = _room(goods, hold)
    partition(structure, rng, hold, goods.depth_mm[room].max(axis=0) > LOADED_MM, bool(set(kinds) & LOOSE))
    return Loaded(size_type, hold, box, room, kinds, headings, unit)


def _room(goods: Canvas, hold: Hold) -> tuple[slice, slice]:
    """The rows and columns in which a hold is seen."""
    rows = (round(goods.row(hold.y_mm[1])), round(goods.row(hold.y_mm[0])))
    return slice(max(rows[0], 0), rows[1]), slice(round(goods.col(hold.x_mm[0])), round(goods.col(hold.x_mm[1])))


def _clipped(camera: Camera, size_wh: tuple[int, int], x_mm: Span, y_mm: Span) -> Box | None:
    """The box of a block over the container's width, cut to the picture; None where nothing of it is in there."""
    tops = [(camera.top_mm - camera.height(y_mm[1], z)) / camera.pitch_mm for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM)]
    lows = [(camera.top_mm - camera.height(y_mm[0], z)) / camera.pitch_mm for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM)]
    x1, x2 = (min(max(x / camera.pitch_mm, 0.0), float(size_wh[0])) for x in x_mm)
    y1, y2 = max(min(tops), 0.0), min(max(lows), float(size_wh[1]))
    return (round(x1, 1), round(y1, 1), round(x2, 1), round(y2, 1)) if x2 - x1 >= 1 and y2 - y1 >= 1 else None


def _lean(canvases: tuple[Canvas, ...], rng: np.random.Generator, x_mm: Span) -> np.ndarray:
    """Tilts the containers a little and lets their walls wander; returns by how many rows each column moved down."""
    width = canvases[0].depth_mm.shape[1]
    pitch = canvases[0].camera.pitch_mm
    x = np.arange(width) * pitch
    shift_mm = rng.normal(0, 0.008) * (x - sum(x_mm) / 2)
    for _ in range(3):
        shift_mm += rng.uniform(0, 5) * np.sin(x / rng.uniform(300, 1800) + rng.uniform(0, 7))
    shift_mm = np.clip(shift_mm, -110, 110)
    lift_columns(canvases, shift_mm)
    return np.asarray(-shift_mm / pitch)


def _moved(one: Loaded, shift: np.ndarray, size_wh: tuple[int, int]) -> Loaded:
    """A container after it leant: its box grows to hold it."""

    def follow(box: Box) -> Box:
        part = shift[int(box[0]) : max(int(box[2]), int(box[0]) + 1)]
        top, low = max(box[1] + float(part.min()), 0.0), min(box[3] + float(part.max()), float(size_wh[1]))
        return box[0], round(top, 1), box[2], round(low, 1)

    unit = None if one.unit is None else follow(one.unit)
    return Loaded(one.size_type, one.hold, follow(one.box), one.room, one.kinds, one.cargo, unit)
