"""A tank container: a barrel with dished ends in a frame of corner posts, with its rings, manhole, valves and walkway.

The barrel and what is in it are exact: every column of pixels is a fan in a plane across the barrel, in which it is a
circle, and the liquid's surface is level.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL, WATER, Floats
from cargoscope.datasets.simulation.canvas import Canvas, Map
from cargoscope.datasets.simulation.vehicle import container
from cargoscope.datasets.simulation.vehicle.container import HALF_WIDTH_MM, SIZES_MM, STEEL_G_CM2_MM, Hold

Span = tuple[float, float]

TANKS: Final = frozenset({"22T6"})
"""Size-types that are tanks."""

LIQUIDS: Final = {"2710": 0.83, "1511": 0.9, "2905": 0.8, "2204": 0.99, "2009": 1.05, "2815": 1.5, "2207": 0.79}
"""HS heading and density, g/cm³: oils, alcohols, wine, juice, caustic soda."""

EMPTY_SHARE: Final = 0.35


@dataclass(frozen=True)
class Barrel:
    """x_mm: its ends. dish_mm: how far its rounded ends reach inwards. radius_mm, and axis_mm above the ground."""

    x_mm: Span
    dish_mm: float
    radius_mm: float
    axis_mm: float

    def radii(self, x_mm: Floats, less_mm: float = 0.0) -> Floats:
        """Radius at each place along travel of the barrel that lies less_mm within this one; 0 beyond its ends."""
        low, high = self.x_mm[0] + less_mm, self.x_mm[1] - less_mm
        into = np.clip(np.minimum(x_mm - low, high - x_mm) / self.dish_mm, 0, 1)
        return np.asarray((self.radius_mm - less_mm) * np.sqrt(1 - (1 - into) ** 2))


def draw_tank(
    structure: Canvas, goods: Canvas, rng: np.random.Generator, size_type: str, left_mm: float, bottom_mm: float,
    loaded: bool,
) -> tuple[Hold, tuple[str, ...]]:  # fmt: skip
    """Draws a tank container on its frame, and liquid into it where it is loaded; its outlet is on the right.

    Returns the room within the barrel that a thing could lie in, and the HS heading of the liquid.
    """
    length, height = SIZES_MM[size_type]
    x_mm, y_mm = (left_mm, left_mm + length), (bottom_mm, bottom_mm + height)
    reach = rng.uniform(-25, 70)
    radius = float(rng.uniform(920, 1120))
    axis = bottom_mm + radius + rng.uniform(120, max(140, min(320, height - 2 * radius - 60)))
    barrel = Barrel((left_mm + reach, x_mm[1] - reach), rng.uniform(260, 560), radius, float(axis))
    _frame(structure, rng, x_mm, y_mm, barrel)
    jacket, shell = rng.uniform(45, 70), rng.uniform(3.8, 6.0)
    _shell(structure, rng, barrel, jacket, shell)
    _rings(structure, rng, barrel, jacket)
    headings: tuple[str, ...] = ()
    if loaded:
        heading = str(rng.choice(list(LIQUIDS)))
        share = rng.uniform(0.7, 0.97) if rng.random() < 0.85 else rng.uniform(0.04, 0.7)
        _liquid(goods, barrel, jacket + shell, share, LIQUIDS[heading] * float(rng.normal(1, 0.02)))
        headings = (heading,)
    _top(structure, rng, x_mm, y_mm[1], barrel)
    _outlet(structure, rng, barrel, y_mm[0])
    inside = radius - jacket - shell
    ends = barrel.x_mm[0] + barrel.dish_mm, barrel.x_mm[1] - barrel.dish_mm
    return Hold(ends, (axis - 0.92 * inside, axis + 0.7 * inside)), headings


def chords(canvas: Canvas, radii_mm: Floats, axis_mm: float, level_mm: float | None, rows: range) -> Map:
    """(rows, columns) mm of each ray within a circle around axis_mm, of which each column has its own radius.

    level_mm: only what lies below this height counts. Rays are taken through the middle of each pixel.
    """
    camera = canvas.camera
    shown = (camera.top_mm - (np.array(rows) + 0.5) * camera.pitch_mm)[:, None]
    slope = (shown - camera.source_y_mm) / camera.distance_mm
    a, b = 1 + slope**2, slope * (shown - axis_mm)
    half = np.sqrt(np.maximum(b**2 - a * ((shown - axis_mm) ** 2 - radii_mm[None, :] ** 2), 0)) / a
    near, far = -b / a - half, -b / a + half
    if level_mm is not None:
        with np.errstate(divide="ignore"):
            surface = (level_mm - shown) / slope
        near, far = (
            np.where(slope < 0, np.maximum(near, surface), near),
            np.where(slope > 0, np.minimum(far, surface), far),
        )
        far = np.where((slope == 0) & (shown > level_mm), near, far)
    return np.asarray(np.maximum(far - near, 0) * np.sqrt(a), np.float32)


def _columns(canvas: Canvas, barrel: Barrel) -> tuple[int, Floats]:
    """The first column that a barrel is in, and where along travel the middle of each of its columns is."""
    first, stop = floor(canvas.col(barrel.x_mm[0])), ceil(canvas.col(barrel.x_mm[1]))
    return first, (np.arange(first, stop) + 0.5) * canvas.camera.pitch_mm + canvas.left_mm


def _rows(canvas: Canvas, barrel: Barrel) -> range:
    """Rows that a barrel is in; asks the canvas for its depth, as a second view needs to know it."""
    r = barrel.radius_mm
    ends = [canvas.row(barrel.axis_mm + y, z) for y in (-r, r) for z in (-r, r)]
    return range(floor(min(ends)) - 1, ceil(max(ends)) + 1)


def _round(canvas: Canvas, group: int, barrel: Barrel, less_mm: Span, density: float) -> None:
    """The hull between two barrels that lie less_mm[0] and less_mm[1] within this one."""
    rows = _rows(canvas, barrel)
    first, x = _columns(canvas, barrel)
    outer, inner = (chords(canvas, barrel.radii(x, less), barrel.axis_mm, None, rows) for less in less_mm)
    canvas.add(group, np.maximum(outer - inner, 0) * np.float32(density / 10), first, rows[0])


def _shell(canvas: Canvas, rng: np.random.Generator, barrel: Barrel, jacket: float, shell: float) -> None:
    """Cladding, the insulation under it, and the steel that holds the liquid."""
    cladding = (STEEL, 0.6, 7.87) if rng.random() < 0.4 else (LIGHT, 2.0, 1.9)
    _round(canvas, cladding[0], barrel, (0.0, cladding[1]), cladding[2])
    _round(canvas, ORGANIC, barrel, (cladding[1], jacket), float(rng.uniform(0.04, 0.1)))
    _round(canvas, STEEL, barrel, (jacket, jacket + shell), 7.87)


def _liquid(goods: Canvas, barrel: Barrel, less_mm: float, share: float, density: float) -> None:
    """Fills share of the barrel's inner height; the rest is vapour."""
    inside = barrel.radius_mm - less_mm
    level = barrel.axis_mm - inside + 2 * inside * share
    rows = _rows(goods, barrel)
    first, x = _columns(goods, barrel)
    depth = chords(goods, barrel.radii(x, less_mm), barrel.axis_mm, level, rows)
    goods.add(WATER, depth * np.float32(density / 10), first, rows[0], depth)


def _rings(canvas: Canvas, rng: np.random.Generator, barrel: Barrel, jacket: float) -> None:
    """Stiffeners around the steel, under the cladding or over it, and the flaps of the cladding's bands."""
    low, high = barrel.x_mm[0] + barrel.dish_mm, barrel.x_mm[1] - barrel.dish_mm
    places = np.linspace(low, high, int(rng.integers(2, 5)) + 2)[1:-1] + rng.normal(0, 40)
    for x in (*places, low - rng.uniform(0, 80), high + rng.uniform(0, 80)):
        wide, proud = rng.uniform(40, 90), rng.uniform(0, 30) if rng.random() < 0.5 else -jacket * 0.5
        ring = Barrel((x, x + wide), 1.0, barrel.radius_mm + proud, barrel.axis_mm)
        _open(canvas, ring, rng.uniform(3, 7), rng.uniform(0.4, 1.0) * 7.87)


def _open(canvas: Canvas, ring: Barrel, wall_mm: float, density: float) -> None:
    """A ring of steel without ends: a closed one would show them edge-on, as lines that nothing gets through."""
    rows = _rows(canvas, ring)
    first, x = _columns(canvas, ring)
    radii = ring.radii(x)
    outer, inner = (chords(canvas, r, ring.axis_mm, None, rows) for r in (radii, np.maximum(radii - wall_mm, 0)))
    canvas.add(STEEL, np.maximum(outer - inner, 0) * np.float32(density / 10), first, rows[0])


def _frame(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span, barrel: Barrel) -> None:
    """Corner posts and castings, end frames with diagonals, rails where the make has any, and skirts that carry."""
    mm, r = canvas.camera.pitch_mm, barrel.radius_mm
    with_rails = rng.random() < 0.75
    for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM):
        container.posts(canvas, rng, x_mm, y_mm, z)
        for y, wanted in ((y_mm[1] - rng.uniform(60, 100), with_rails), (y_mm[0] + 20, rng.random() < 0.6)):
            if wanted:
                rows = (canvas.row(y + rng.uniform(60, 100), z), canvas.row(y, z))
                canvas.rectangle(STEEL, x_mm, rows, rng.uniform(5, 9) * STEEL_G_CM2_MM)
    for x, inward in ((x_mm[0], 1.0), (x_mm[1], -1.0)):
        for y, tall in ((y_mm[1] - 110, 100.0), (y_mm[0] + 15, 130.0)):
            wide = sorted((x + inward * 15, x + inward * rng.uniform(75, 120)))
            canvas.box(STEEL, (wide[0], wide[1]), (y, y + tall), (-1150, 1150), rng.uniform(0.25, 0.6))
        for z in (-700.0, 700.0):
            at = canvas.col(x + inward * 60)
            ends = (canvas.row(barrel.axis_mm, z), canvas.row(y_mm[0] + 100, -z))
            canvas.stroke(STEEL, [(at, ends[0]), (at, ends[1])], 60 / mm, rng.uniform(3, 9))
        skirt = sorted((x + inward * 60, barrel.x_mm[0 if inward > 0 else 1] + inward * barrel.dish_mm * 0.8))
        ring = Barrel((skirt[0], skirt[1]), 1.0, r * rng.uniform(0.6, 0.86), barrel.axis_mm)
        _open(canvas, ring, rng.uniform(3, 6), 7.87)
    for share in (0.16, 0.84) if rng.random() < 0.7 else (0.12, 0.42, 0.58, 0.88):
        x = barrel.x_mm[0] + share * (barrel.x_mm[1] - barrel.x_mm[0])
        canvas.box(STEEL, (x - 70, x + 70), (y_mm[0] + 20, barrel.axis_mm - 0.92 * r), (-750, 750), 0.12)
        canvas.box(STEEL, (x - 6, x + 6), (y_mm[0] + 20, barrel.axis_mm - 0.9 * r), (-800, 800), 1.2)


def _top(canvas: Canvas, rng: np.random.Generator, x_mm: Span, roof: float, barrel: Barrel) -> None:
    """Manhole with its bolts, spill boxes, valves, the walkway with its props, and a ladder at an end."""
    mm, crown = canvas.camera.pitch_mm, barrel.axis_mm + barrel.radius_mm - rng.uniform(0, 90)
    middle = sum(x_mm) / 2 + rng.normal(0, 120)
    _lid(canvas, rng, middle, crown + 25, 250.0, 8)
    for _ in range(int(rng.integers(2, 6))):
        at = middle + rng.choice([-1.0, 1.0]) * rng.uniform(350, 2200)
        z = float(rng.uniform(-250, 250))
        _lid(canvas, rng, at, crown + 20, rng.uniform(50, 100), 0, z)
        if rng.random() < 0.6:
            valve = (canvas.row(crown + rng.uniform(90, 210), z), canvas.row(crown, z))
            canvas.rectangle(STEEL, (at - 25, at + 25), valve, rng.uniform(12, 40))
            canvas.disc(STEEL, (canvas.col(at), valve[0]), (55 / mm, 35 / mm), rng.uniform(8, 25))
    for at in (middle, *(rng.uniform(x_mm[0] + 700, x_mm[1] - 700, int(rng.integers(0, 3))))):
        half, z = rng.uniform(300, 480), 420.0
        for side in (-z, z):
            box = (canvas.row(min(crown + 180, roof - 40), side), canvas.row(crown - 90, side))
            canvas.rectangle(STEEL, (at - half, at + half), box, rng.uniform(0.8, 1.6))
        for x in (at - half, at + half):
            canvas.box(STEEL, (x - 1, x + 1), (crown - 60, min(crown + 180, roof - 40)), (-z, z), 2.5)
    for side in (-1.0, 1.0) if rng.random() < 0.5 else (float(rng.choice([-1.0, 1.0])),):
        canvas.box(LIGHT, (x_mm[0] + 90, x_mm[1] - 90), (roof - 45, roof - 8),
                   (side * 700 - 230, side * 700 + 230), rng.uniform(0.05, 0.12))  # fmt: skip
    for x in np.linspace(x_mm[0], x_mm[1], int(rng.integers(2, 5)) + 2)[1:-1]:
        for z in (-650.0, 650.0):
            prop = [(canvas.col(x), canvas.row(y, z)) for y in (roof - 20, crown - 150)]
            canvas.stroke(STEEL, prop, 60 / mm, rng.uniform(1.5, 5))
    foot, z = float(rng.choice([x_mm[0] + 35, x_mm[1] - 35])), float(rng.choice([-700.0, 700.0]))
    for y in np.arange(barrel.axis_mm - barrel.radius_mm, roof - 80, 300):
        canvas.rectangle(STEEL, (foot - 18, foot + 18), (canvas.row(y + 25, z), canvas.row(y, z)), 12)


def _lid(
    canvas: Canvas, rng: np.random.Generator, x: float, y: float, radius_mm: float, bolts: int, z: float = 0.0
) -> None:
    """A flange on the crown, seen at a slant: a flat ring, its lid, and knobs around it."""
    mm = canvas.camera.pitch_mm
    flat = abs(canvas.row(y, z - radius_mm) - canvas.row(y, z + radius_mm)) / 2
    centre, half = (canvas.col(x), canvas.row(y, z)), (radius_mm / mm, max(flat, 25 / mm))
    rim = rng.uniform(9, 25)
    canvas.disc(STEEL, centre, half, rim)
    canvas.disc(STEEL, centre, (half[0] * 0.86, half[1] * 0.8), -rim * rng.uniform(0.6, 0.95))
    for angle in np.linspace(0, 2 * np.pi, bolts, endpoint=False):
        knob = (centre[0] + half[0] * 1.08 * float(np.cos(angle)), centre[1] + half[1] * 1.1 * float(np.sin(angle)))
        canvas.disc(STEEL, knob, (26 / mm, 30 / mm), rng.uniform(14, 30))


def _outlet(canvas: Canvas, rng: np.random.Generator, barrel: Barrel, bottom: float) -> None:
    """The bottom valve, its flange and pipe, under the right end; at times a heating pipe below the barrel."""
    mm = canvas.camera.pitch_mm
    x = barrel.x_mm[1] - rng.uniform(150, 500)
    y = barrel.axis_mm - barrel.radius_mm * rng.uniform(0.8, 0.98)
    tall = max(y - bottom - 40, 60)
    canvas.box(STEEL, (x - 60, x + 60), (y - tall * 0.6, y), (-70, 70), 1.8)
    canvas.disc(STEEL, (canvas.col(x), canvas.row(y - tall * 0.35)), (rng.uniform(70, 110) / mm, 85 / mm), 40)
    path = [(canvas.col(x), canvas.row(y - tall * 0.6)), (canvas.col(x + 260), canvas.row(y - tall * 0.75))]
    canvas.stroke(STEEL, path, 80 / mm, rng.uniform(6, 14))
    if rng.random() < 0.5:
        level = barrel.axis_mm - barrel.radius_mm * 0.97
        pipe = [(canvas.col(u), canvas.row(level)) for u in (barrel.x_mm[0] + 600, x - 200)]
        canvas.stroke(STEEL, pipe, 50 / mm, rng.uniform(2, 6))
