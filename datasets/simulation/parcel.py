"""A small parcel in a tunnel: a carton of everyday things, drawn as solids and so seen from the side and from above."""

from collections.abc import Callable
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.beam.profiles import Profile
from cargoscope.datasets.simulation.canvas import Camera, Canvas
from cargoscope.datasets.simulation.solids import Reals, Solid, add_solid, from_above, turn
from cargoscope.datasets.simulation.threats.in_parcel import Parcel

Room = tuple[Reals, Reals]
"""Lower and upper corner (3,) of a part of the parcel, in mm."""

Part = tuple[int, Solid, float]
"""A material group, a solid, and its density in g/cm³; below 0 hollows out what is drawn before."""

MARGIN_MM: Final = 60.0
WALL_MM: Final = 5.0


def draw_parcel(
    facts: Profile, rng: np.random.Generator, views: tuple[str, ...] = ("side", "top")
) -> tuple[Parcel, tuple[str, ...]]:
    """A parcel with a picture for every view, and the HS headings of what is in it.

    The belt is at y = 0; the source of the side view is facts.source_height_mm above it, that of the top view is as
    far beside the parcel's middle. z = 0, and for the top view half the parcel's height, are source_distance_mm away.
    """
    size_mm = rng.uniform((260, 110, 190), (520, 320, 380))
    low = np.array([MARGIN_MM, 0.0, -size_mm[2] / 2])
    room = (low + WALL_MM, low + size_mm - WALL_MM)
    things, headings = fill(room, rng)
    goods = [part for thing in things for part in thing]
    return portray(facts, rng, views, size_mm, room, _carton(low, size_mm), goods), headings


def portray(
    facts: Profile,
    rng: np.random.Generator,
    views: tuple[str, ...],
    size_mm: Reals,
    room: Room,
    around: list[Part],
    goods: list[Part],
    fine: int = 2,
) -> Parcel:
    """Pictures of solids on a belt, one per view. size_mm: (3,) of all of it, MARGIN_MM from the picture's left edge.

    room: where contraband may be. around: what is no goods, and does not make way. fine: rays per pixel along a side.
    """
    canvases = []
    for name in views:
        source, distance = float(rng.uniform(*facts.source_height_mm)), float(rng.uniform(*facts.source_distance_mm))
        if name == "side":
            ends, deep, middle = (0.0, size_mm[1]), size_mm[2], 0.0
        else:
            ends, deep, middle = (-size_mm[2] / 2, size_mm[2] / 2), size_mm[1], size_mm[1] / 2
        near = distance / (distance - deep / 2)
        bottom, top = (float(source + (end - source) * near) for end in ends)
        camera = Camera(source, distance, facts.pitch_mm, top + MARGIN_MM)
        size_wh = np.array([size_mm[0] + 2 * MARGIN_MM, top - bottom + 2 * MARGIN_MM]) / facts.pitch_mm
        canvas = Canvas(camera, (round(size_wh[0]), round(size_wh[1])))
        for number, (group, thing, density) in enumerate([*around, *goods]):
            seen = thing if name == "side" else from_above(thing, middle)
            add_solid(canvas, group, seen, density, goods=number >= len(around), fine=fine)
        np.maximum(canvas.mass, 0, out=canvas.mass)
        canvases.append(canvas)
    low_in, high_in = ((float(x), float(y), float(z)) for x, y, z in room)
    return Parcel(tuple(canvases), low_in, high_in, float(size_mm[1] / 2))


def _carton(low: Reals, size_mm: Reals) -> list[Part]:
    whole = solid("box", low + size_mm / 2, size_mm / 2, np.eye(3))
    hollow = solid("box", low + size_mm / 2, size_mm / 2 - WALL_MM, np.eye(3))
    return [(ORGANIC, whole, 0.15), (ORGANIC, hollow, -0.15)]


def fill(room: Room, rng: np.random.Generator) -> tuple[list[list[Part]], tuple[str, ...]]:
    """The room cut into smaller ones until they suit a thing each; a few stay empty."""
    low, high = room
    extent = high - low
    if extent.max() > 260 or (extent.max() > 110 and rng.random() < 0.75):
        axis = int(np.argmax(extent))
        cut = low[axis] + extent[axis] * rng.uniform(0.3, 0.7)
        below, above = high.copy(), low.copy()
        below[axis], above[axis] = cut, cut
        one, two = fill((low, below), rng), fill((above, high), rng)
        return one[0] + two[0], tuple(sorted({*one[1], *two[1]}))
    if rng.random() < 0.12 or extent.min() < 12:
        return [], ()
    name = str(rng.choice(list(THINGS)))
    heading, draw = THINGS[name]
    return [draw((low + high) / 2, extent / 2 * rng.uniform(0.8, 0.98), rng)], (heading,)


def solid(shape: str, centre: Reals, half: Reals, rotation: Reals) -> Solid:
    (x, y, z), (a, b, c) = (float(v) for v in centre), (float(v) for v in half)
    return Solid(shape, (x, y, z), (a, b, c), rotation)


def shell(
    group: int, shape: str, centre: Reals, half: Reals, rotation: Reals, wall: float, density: float
) -> list[Part]:
    inner = np.maximum(half - wall, half * 0.5)
    return [
        (group, solid(shape, centre, half, rotation), density),
        (group, solid(shape, centre, inner, rotation), -density),
    ]


def _book(centre: Reals, half: Reals, rng: np.random.Generator) -> list[Part]:
    return [(ORGANIC, solid("box", centre, half, np.eye(3)), float(rng.uniform(0.6, 0.9)))]


def _cloth(centre: Reals, half: Reals, rng: np.random.Generator) -> list[Part]:
    tilt = turn(*rng.normal(0, 0.06, 3))
    return [(ORGANIC, solid("ellipsoid", centre, half * 1.05, tilt), float(rng.uniform(0.12, 0.3)))]


def _bottle(centre: Reals, half: Reals, rng: np.random.Generator) -> list[Part]:
    radius = min(half[0], half[2], 55.0)
    size = np.array([radius, half[1], radius])
    filled = solid("cylinder", centre, size - np.array([2.5, half[1] * 0.1, 2.5]), np.eye(3))
    return [*shell(LIGHT, "cylinder", centre, size, np.eye(3), 2.5, 2.4), (WATER, filled, 1.0)]


def _tin(centre: Reals, half: Reals, rng: np.random.Generator) -> list[Part]:
    radius = min(half[0], half[2], 50.0)
    size = np.array([radius, min(half[1], 70.0), radius])
    tin = shell(STEEL, "cylinder", centre, size, np.eye(3), 0.25, 7.85)
    return [*tin, (WATER, solid("cylinder", centre, size - 0.5, np.eye(3)), 0.95)]


def _device(centre: Reals, half: Reals, rng: np.random.Generator) -> list[Part]:
    size = np.minimum(half, np.array([90.0, 60.0, 60.0]))
    parts = shell(ORGANIC, "box", centre, size, np.eye(3), 2.0, 1.05)
    board = size * np.array([0.85, 0.05, 0.85])
    parts.append((LIGHT, solid("box", centre - size * [0, 0.5, 0], np.maximum(board, 0.8), np.eye(3)), 1.85))
    for _ in range(int(rng.integers(6, 24))):
        at = centre + size * rng.uniform((-0.75, -0.4, -0.75), (0.75, 0.6, 0.75))
        group = (STEEL, STEEL, LIGHT, HEAVY)[int(rng.integers(4))]
        chip = rng.uniform(1.0, 6.0, 3) * (0.25 if group == HEAVY else 1.0)
        parts.append((group, solid("box", at, chip, np.eye(3)), (0.0, 0.0, 2.7, 5.5, 8.4)[group]))
    return parts


def _tool(centre: Reals, half: Reals, rng: np.random.Generator) -> list[Part]:
    along = int(np.argmax(half))
    rotation = (turn(pitch=np.pi / 2), np.eye(3), turn(roll=np.pi / 2))[along]
    thick = float(rng.uniform(4, 9))
    rod = solid("cylinder", centre, np.array([thick, half[along], thick]), rotation)
    head = np.clip(half * 0.3, 6.0, 22.0)
    end = centre.copy()
    end[along] += half[along] - head[along]
    return [(STEEL, rod, 7.85), (STEEL, solid("box", end, head, turn(*rng.normal(0, 0.2, 3))), 7.85)]


def _fruit(centre: Reals, half: Reals, rng: np.random.Generator) -> list[Part]:
    radius = float(min(half.min(), 45.0))
    steps = [np.arange(c - h + radius, c + h - radius + 0.1, 2 * radius) for c, h in zip(centre, half, strict=True)]
    spots = np.stack(np.meshgrid(*steps), axis=-1).reshape(-1, 3)[:40]
    ball = np.full(3, radius)
    return [(WATER, solid("ellipsoid", at, ball * rng.uniform(0.85, 1.0, 3), np.eye(3)), 0.9) for at in spots]


THINGS: Final[dict[str, tuple[str, Callable[[Reals, Reals, np.random.Generator], list[Part]]]]] = {
    "book": ("4901", _book),
    "cloth": ("6109", _cloth),
    "bottle": ("2202", _bottle),
    "tin": ("2005", _tin),
    "device": ("8517", _device),
    "tool": ("8205", _tool),
    "fruit": ("0805", _fruit),
}
"""HS heading and how it is drawn, of everyday things."""
