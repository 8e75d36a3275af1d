"""A loaded pallet in a tunnel: cartons of everyday things, sacks, drums or a machine in its crate, as solids.

Seen from the side and from above like a parcel, and as exactly.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.beam.profiles import Profile
from cargoscope.datasets.simulation.parcel import MARGIN_MM, WALL_MM, Part, Room, fill, portray, shell, solid
from cargoscope.datasets.simulation.solids import Reals, turn
from cargoscope.datasets.simulation.threats.in_parcel import Parcel

Load = Callable[[Room, np.random.Generator], tuple[list[Part], set[str]]]

DECK_MM: Final = 144.0
"""Height of a pallet, on which the load stands."""

UPRIGHT: Final = np.eye(3)


def draw_pallet(
    facts: Profile, rng: np.random.Generator, views: tuple[str, ...] = ("side", "top")
) -> tuple[Parcel, tuple[str, ...]]:
    """A pallet with its load, a picture for every view, and the HS headings of what is on it.

    The belt is at y = 0 and carries the pallet along x, long side first or across.
    """
    foot = np.array([1200.0, float(rng.choice([800.0, 1000.0]))])
    if rng.random() < 0.4:
        foot = foot[::-1]
    tall = float(rng.uniform(350, 1350))
    size_mm = np.array([foot[0], DECK_MM + tall, foot[1]])
    low = np.array([MARGIN_MM, DECK_MM, -foot[1] / 2])
    high = low + _mm(foot[0], tall, foot[1])
    inset = rng.uniform(0, 40)
    room = (low + _mm(inset, 0, inset), high - _mm(inset, 0, inset))
    pallet = _plastic(low, foot, rng) if rng.random() < 0.25 else _wooden(low, foot, rng)
    names = list(LOADS)
    shares = np.array([share for share, _ in LOADS.values()])
    draw = LOADS[str(rng.choice(names, p=shares / shares.sum()))][1]
    goods, headings = draw(room, rng)
    around = [*pallet, *_wrapped(room, rng)]
    return portray(facts, rng, views, size_mm, room, around, goods, fine=1), tuple(sorted(headings))


def _mm(x: float, y: float, z: float) -> Reals:
    """A place or a step in world mm."""
    return np.array([x, y, z], np.float64)


def _block(group: int, low: Reals, high: Reals, density: float, rotation: Reals = UPRIGHT) -> Part:
    return group, solid("box", (low + high) / 2, np.maximum((high - low) / 2, 0.1), rotation), density


def _wooden(low: Reals, foot: Reals, rng: np.random.Generator) -> list[Part]:
    """Five boards on three bearers on nine blocks on three boards, with the nails that hold each block."""
    (x, _, z), (long, wide), grams = low, foot, float(rng.uniform(0.42, 0.65))
    along = long >= wide
    parts = []

    def board(at: float, across: float, y: float, thick: float, lengthwise: bool) -> None:
        if lengthwise == along:
            corner, size = (x, y, z + at), (long, thick, across)
        else:
            corner, size = (x + at, y, z), (across, thick, wide)
        parts.append(_block(ORGANIC, np.array(corner), np.array(corner) + size, grams * float(rng.normal(1, 0.05))))

    short, length = min(long, wide), max(long, wide)
    for share in np.linspace(0, 1, 5):
        board(share * (short - 120), 120 + rng.uniform(-20, 0), 122.0, 22.0, True)
    for share in (0.0, 0.5, 1.0):
        board(share * (length - 145), 145.0, 100.0, 22.0, False)
        board(share * (short - 120), 100.0, 0.0, 22.0, True)
        for over in (0.0, 0.5, 1.0):
            lengthways, sideways = share * (length - 145), over * (short - 100)
            at = (lengthways, sideways) if along else (sideways, lengthways)
            side = np.array([145.0, 78.0, 100.0] if along else [100.0, 78.0, 145.0])
            corner = np.array([x + at[0], 22.0, z + at[1]])
            parts.append(_block(ORGANIC, corner, corner + side, grams))
            for nail in rng.uniform(0.2, 0.8, (3, 2)):
                spot = corner + side * [nail[0], 0.9, nail[1]]
                tilt = turn(*rng.normal(0, 0.04, 3))
                parts.append((STEEL, solid("cylinder", spot, np.array([2.0, 42.0, 2.0]), tilt), 7.85))
    return parts


def _plastic(low: Reals, foot: Reals, rng: np.random.Generator) -> list[Part]:
    """A moulded deck with ribs on nine feet."""
    x, z, grams = low[0], low[2], 0.95
    parts = [_block(ORGANIC, np.array([x, 138.0, z]), np.array([x + foot[0], DECK_MM, z + foot[1]]), grams)]
    for share in np.linspace(0, 1, int(rng.integers(7, 13))):
        for axis in (0, 1):
            at, to = np.array([x, 100.0, z]), np.array([x + foot[0], 138.0, z + foot[1]])
            at[2 * axis] += share * (foot[axis] - 4)
            to[2 * axis] = at[2 * axis] + 4
            parts.append(_block(ORGANIC, at, to, grams))
    for one in (0.0, 0.5, 1.0):
        for other in (0.0, 0.5, 1.0):
            corner = np.array([x + one * (foot[0] - 120), 0.0, z + other * (foot[1] - 120)])
            parts += shell(ORGANIC, "box", corner + _mm(60, 50, 60), np.array([60.0, 50.0, 60.0]), UPRIGHT, 4.0, grams)
    return parts


def _wrapped(room: Room, rng: np.random.Generator) -> list[Part]:
    """Cardboard corners, straps of plastic or steel over the load, and now and then a lid of board."""
    (x, y, z), (x2, y2, z2) = room
    parts: list[Part] = []
    if rng.random() < 0.5:
        for u in (x, x2):
            for v in (z, z2):
                inward = (-50.0 if u == x2 else 50.0, -50.0 if v == z2 else 50.0)
                for dx, dz in ((inward[0], inward[1] / 12), (inward[0] / 12, inward[1])):
                    corner = np.array([[u, y, v], [u + dx, y2, v + dz]])
                    parts.append(_block(ORGANIC, corner.min(axis=0), corner.max(axis=0), 0.7))
    if rng.random() < 0.5:
        group, thick, grams = (STEEL, 0.7, 7.85) if rng.random() < 0.5 else (ORGANIC, 1.0, 1.35)
        for at in rng.uniform(x + 100, x2 - 100, int(rng.integers(1, 4))):
            near, far = np.array([at, y, z - thick]), np.array([at + 17, y2, z])
            parts.append(_block(group, near, far, grams))
            parts.append(_block(group, near + _mm(0, 0, z2 - z + thick), far + _mm(0, 0, z2 - z + thick), grams))
            parts.append(_block(group, np.array([at, y2, z]), np.array([at + 17, y2 + thick, z2]), grams))
    if rng.random() < 0.3:
        parts.append(_block(ORGANIC, np.array([x, y2 - 6, z]), np.array([x2, y2, z2]), 0.55))
    return parts


def _mixed(room: Room, rng: np.random.Generator) -> tuple[list[Part], set[str]]:
    """Cartons of many senders: the room is cut into them, and each is filled like a parcel."""
    parts: list[Part] = []
    headings: set[str] = set()
    todo = [room]
    while todo:
        low, high = todo.pop()
        extent = high - low
        if extent.max() > 620 or (extent.max() > 380 and rng.random() < 0.7):
            axis = int(np.argmax(extent))
            cut = low[axis] + extent[axis] * rng.uniform(0.35, 0.65)
            below, above = high.copy(), low.copy()
            below[axis], above[axis] = cut, cut
            todo += [(low, below), (above, high)]
        elif rng.random() > 0.06:
            packed, found = _packed((low, high - rng.uniform(1, 12, 3)), rng)
            parts += packed
            headings |= found
    return parts, headings


def _layers(room: Room, rng: np.random.Generator, side_mm: Reals) -> tuple[list[Reals], Reals]:
    """Lower corners and size of the boxes that a room is stacked with, about as large as side_mm, a little askew."""
    low, high = room
    many = np.maximum(np.round((high - low) / side_mm).astype(int), 1)
    spots = np.stack(np.meshgrid(*(np.arange(count) for count in many), indexing="ij"), axis=-1).reshape(-1, 3)
    side = (high - low) / many
    lean = np.cumsum(rng.normal(0, 3, (many[1], 3)), axis=0) * [1, 0, 1]
    return [low + spot * side + lean[spot[1]] + rng.uniform(-2, 2, 3) * [1, 0, 1] for spot in spots], side


def _same(room: Room, rng: np.random.Generator) -> tuple[list[Part], set[str]]:
    """One product in equal cartons, the top layer not always whole."""
    low, _ = room
    corners, side = _layers(room, rng, rng.uniform((270, 200, 240), (440, 380, 400)))
    packed, headings = _packed((low, low + side - 3), rng)
    highest = max(float(corner[1]) for corner in corners)
    missing = rng.uniform(0, 0.5) if rng.random() < 0.4 and highest > low[1] else 0.0
    parts = []
    for corner in corners:
        if corner[1] < highest or rng.random() >= missing:
            parts += [(group, thing.moved(UPRIGHT, corner - low), grams) for group, thing, grams in packed]
    return parts, headings


def _packed(room: Room, rng: np.random.Generator) -> tuple[list[Part], set[str]]:
    """A carton with things of its own, or with many small light ones that show as an even shade in a few blocks."""
    low, high = room
    inside = (low + WALL_MM + 2, high - WALL_MM - 2)
    parts = shell(ORGANIC, "box", (low + high) / 2, (high - low) / 2, UPRIGHT, WALL_MM, 0.15)
    if rng.random() < 0.5:
        things, headings = fill(inside, rng)
        return [*parts, *(part for thing in things for part in thing)], set(headings)
    cuts = np.linspace(0, 1, int(rng.integers(2, 6)))
    axis, grams = int(rng.integers(3)), float(rng.uniform(0.04, 0.28))
    for start, stop in pairwise(cuts):
        one, other = inside[0].copy(), inside[1].copy()
        extent = inside[1][axis] - inside[0][axis]
        one[axis] += start * extent
        other[axis] = inside[0][axis] + (stop - rng.uniform(0, 0.06)) * extent
        parts.append(_block(ORGANIC, one, other, grams * float(rng.normal(1, 0.1))))
    return parts, {str(rng.choice(["6109", "6403", "9503", "3924", "3304"]))}


def _sacks(room: Room, rng: np.random.Generator) -> tuple[list[Part], set[str]]:
    """Sacks of 25 to 50 kg in crossed layers, rounded and pressed flat."""
    low, high = room
    heading, group, grams = SACKED[int(rng.integers(len(SACKED)))]
    density, thick = float(rng.uniform(*grams)), float(rng.uniform(110, 180))
    parts: list[Part] = []
    for number in range(int((high[1] - low[1]) // thick)):
        long, wide = (3, 2) if number % 2 else (2, 3)
        side = np.array([(high[0] - low[0]) / long, thick, (high[2] - low[2]) / wide])
        for i in range(long):
            for k in range(wide):
                middle = low + side * [i + 0.5, number + 0.5, k + 0.5] + rng.normal(0, 6, 3)
                half = side / 2 * rng.uniform(0.9, 1.0, 3)
                parts.append(
                    (group, solid("box", middle, half * [0.86, 0.8, 0.86], turn(rng.normal(0, 0.03))), density)
                )
                parts.append((group, solid("ellipsoid", middle, half * [1.04, 1.15, 1.04], UPRIGHT), density * 0.3))
    return parts, {heading}


def _drums(room: Room, rng: np.random.Generator) -> tuple[list[Part], set[str]]:
    """Steel or plastic drums on end, in one layer, each filled to a level of its own."""
    low, high = room
    tall = min(float(high[1] - low[1]), 880.0)
    steel, grams = rng.random() < 0.6, float(rng.uniform(0.75, 1.3))
    group, wall, density = (STEEL, 1.0, 7.85) if steel else (ORGANIC, 6.0, 0.95)
    standing = (low, low + _mm(high[0] - low[0], tall, high[2] - low[2]))
    corners, side = _layers(standing, rng, np.array([0.66 * tall, tall, 0.66 * tall]))
    radius = float(min(side[0], side[2])) / 2 - 2
    parts: list[Part] = []
    for corner in corners:
        middle, half = corner + side / 2, _mm(radius, tall / 2, radius)
        parts += shell(group, "cylinder", middle, half - 2, UPRIGHT, wall, density)
        share = float(rng.uniform(0.75, 0.97))
        inside = half - wall - 3
        parts.append(
            (
                WATER,
                solid("cylinder", middle - _mm(0, inside[1] * (1 - share), 0), inside * [1, share, 1], UPRIGHT),
                grams,
            )
        )
        for share in (-0.35, 0.35):
            at = middle + _mm(0, share * tall, 0)
            parts += shell(group, "cylinder", at, np.array([radius, 7.0, radius]), UPRIGHT, 2 * wall, density)
    return parts, {"3402" if steel else "3907"}


def _machine(room: Room, rng: np.random.Generator) -> tuple[list[Part], set[str]]:
    """A machine bolted to skids in a crate of boards: castings, a shaft, a motor, a cabinet."""
    low, high = room
    extent = high - low
    parts = shell(ORGANIC, "box", (low + high) / 2, extent / 2, UPRIGHT, 18.0, 0.5)
    for share in (0.15, 0.75):
        at = low + extent * [share, 0, 0.05] + [0, 18, 0]
        parts.append(_block(ORGANIC, at, at + _mm(90, 90, extent[2] * 0.9), 0.5))
    base = low + extent * [0.12, 0, 0.15] + [0, 108, 0]
    parts += shell(STEEL, "box", base + extent * [0.35, 0.08, 0.35], extent * [0.35, 0.08, 0.35], UPRIGHT, 6.0, 7.2)
    for _ in range(int(rng.integers(4, 10))):
        middle = low + extent * rng.uniform((0.2, 0.35, 0.25), (0.8, 0.75, 0.75))
        half = extent * rng.uniform(0.05, 0.16, 3)
        shape = str(rng.choice(["box", "cylinder", "cylinder"]))
        parts += shell(STEEL, shape, middle, half, turn(pitch=np.pi / 2), float(rng.uniform(3, 9)), 7.3)
    shaft = low + extent * [0.5, 0.5, 0.5]
    rod = solid("cylinder", shaft, np.array([24.0, extent[0] * 0.36, 24.0]), turn(pitch=np.pi / 2))
    parts.append((STEEL, rod, 7.85))
    box = low + extent * rng.uniform((0.15, 0.5, 0.2), (0.6, 0.6, 0.5))
    parts += shell(LIGHT, "box", box + 120, np.full(3, 120.0), UPRIGHT, 3.0, 2.7)
    return parts, {str(rng.choice(["8457", "8413", "8479"]))}


SACKED: Final = (
    ("0901", ORGANIC, (0.5, 0.62)),
    ("1006", ORGANIC, (0.68, 0.8)),
    ("3901", ORGANIC, (0.5, 0.6)),
    ("2523", LIGHT, (1.1, 1.35)),
)
"""HS heading, material and density of what comes in sacks: coffee, rice, resin, cement."""

LOADS: Final[dict[str, tuple[float, Load]]] = {
    "mixed cartons": (3.0, _mixed),
    "equal cartons": (2.0, _same),
    "sacks": (1.0, _sacks),
    "drums": (0.7, _drums),
    "machine": (0.8, _machine),
}
"""How often each load is drawn, relative to the others, and what draws it."""
