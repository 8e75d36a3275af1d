"""Parts of firearms, and ammunition."""

from collections.abc import Callable
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas, Map
from cargoscope.datasets.simulation.threats.solids import disc_patch, fill_depth, outline, plate, px, round_bar, tiled
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of

STEEL_G_CM3: Final = 7.87


def firearm_parts(rng: np.random.Generator) -> Shape:
    """One to eight barrels, slides, frames, receivers, magazines and bolts side by side, of one sort or mixed."""
    names = list(PARTS)
    one_sort = rng.random() < 0.5
    sort = str(rng.choice(names))
    chosen = [sort if one_sort else str(rng.choice(names)) for _ in range(int(rng.integers(1, 9)))]
    canvas = blank((760, 40 + 165 * len(chosen)))
    y = 10.0
    for name in chosen:
        y += PARTS[name](canvas, rng, (10 + rng.uniform(0, 40), y)) + rng.uniform(3, 14)
    shape = shape_of(canvas, depth_mm=rng.uniform(25, 50))
    if rng.random() < 0.4:
        return Shape(shape.mass, shape.depth_mm, np.full_like(shape.wrap, rng.uniform(0.1, 0.5)))
    return shape


def _barrel(canvas: Canvas, rng: np.random.Generator, corner: tuple[float, float]) -> float:
    """A tube with a thicker chamber. Like all parts it returns its height in mm."""
    length, radius, bore = rng.uniform(95, 600), rng.uniform(7.5, 11.5), rng.uniform(2.8, 4.6)
    col, row = round(corner[0] / FINE_MM), round(corner[1] / FINE_MM)
    canvas.add(STEEL, round_bar(radius, length, bore) * np.float32(STEEL_G_CM3 / 10), col, row)
    chamber = rng.uniform(25, 60)
    thick = round_bar(radius * 1.35, chamber) - round_bar(radius * 1.35, chamber, radius)
    canvas.add(STEEL, thick * np.float32(STEEL_G_CM3 / 10), col, row - round(radius * 0.35 / FINE_MM))
    return radius * 2.7


def _slide(canvas: Canvas, rng: np.random.Generator, corner: tuple[float, float]) -> float:
    length, tall = rng.uniform(145, 215), rng.uniform(23, 31)
    plate(canvas, STEEL, corner, (length, tall), rng.uniform(6, 9))
    x, y = corner
    plate(canvas, STEEL, (x + length * 0.4, y), (length * 0.16, tall * 0.55), -3.5)
    for i in range(6):
        plate(canvas, STEEL, (x + length - 8 - 6 * i, y + 3), (2.5, tall - 6), -0.8)
    return tall


def _frame(canvas: Canvas, rng: np.random.Generator, corner: tuple[float, float]) -> float:
    x, y = corner
    length, grip, wide, rake = rng.uniform(140, 190), rng.uniform(85, 120), rng.uniform(40, 52), rng.uniform(12, 38)
    polymer = rng.random() < 0.5
    group, mass = (ORGANIC, rng.uniform(1.8, 2.6)) if polymer else (rng.choice([STEEL, LIGHT]), rng.uniform(2.6, 4.5))
    plate(canvas, int(group), corner, (length, 22), mass)
    if polymer:
        plate(canvas, STEEL, (x + length * 0.35, y + 2), (length * 0.5, 6), 3.0)
    handle = [(x + length - wide, y + 20), (x + length, y + 20), (x + length + rake, y + 20 + grip)]
    canvas.polygon(int(group), px([*handle, (x + length + rake - wide, y + 20 + grip)]), mass * 1.1)
    bow = [(x + length - wide - 45 * (1 - np.cos(a)) / 2, y + 20 + 30 * np.sin(a)) for a in np.linspace(0, np.pi, 9)]
    canvas.stroke(int(group), px(bow), 6 / FINE_MM, mass)
    return 26 + grip


def _receiver(canvas: Canvas, rng: np.random.Generator, corner: tuple[float, float]) -> float:
    x, y = corner
    length, tall, mass = rng.uniform(180, 270), rng.uniform(42, 58), rng.uniform(4, 7)
    light = rng.random() < 0.4
    group = LIGHT if light else STEEL
    plate(canvas, group, corner, (length, tall), mass * (0.6 if light else 1))
    plate(canvas, group, (x + length * 0.2, y + 5), (length * 0.3, tall * 0.35), -mass * 0.4)
    plate(canvas, group, (x + length * 0.25, y + tall), (62, rng.uniform(10, 30)), mass * 0.6)
    for at in rng.uniform(0.1, 0.9, 3):
        canvas.disc(STEEL, px([(x + length * at, y + tall * 0.7)])[0], (2.2, 2.2), 4.0)
    return tall + 30


def _magazine(canvas: Canvas, rng: np.random.Generator, corner: tuple[float, float]) -> float:
    """Lying on its back, straight or curved, empty: walls, a spring, a follower."""
    x, y = corner
    length, wide, bend = rng.uniform(95, 230), rng.uniform(28, 62), rng.uniform(0, 40)
    at = np.linspace(0, 1, 8)
    top = [(x + length * t, y + bend * t * t) for t in at]
    bottom = [(x + length * t, y + wide + bend * t * t) for t in at[::-1]]
    canvas.polygon(STEEL, px([*top, *bottom]), rng.uniform(1.4, 2.2))
    for edge in (top, bottom):
        canvas.stroke(STEEL, px(edge), 1.2, 5.0)
    coil = [(x + length * t, y + wide * (0.2 if i % 2 else 0.8) + bend * t * t) for i, t in enumerate(at)]
    canvas.stroke(STEEL, px(coil), 1.0, 1.6)
    return wide + bend


def _bolt(canvas: Canvas, rng: np.random.Generator, corner: tuple[float, float]) -> float:
    length, radius = rng.uniform(75, 170), rng.uniform(7, 11)
    col, row = round(corner[0] / FINE_MM), round(corner[1] / FINE_MM)
    canvas.add(STEEL, round_bar(radius, length) * np.float32(STEEL_G_CM3 / 10), col, row)
    handle = px([(corner[0] + length * 0.8, corner[1] + radius), (corner[0] + length * 0.9, corner[1] + radius * 4)])
    canvas.stroke(STEEL, handle, 8 / FINE_MM, 5.0)
    return radius * 4.4


PARTS: Final[dict[str, Callable[[Canvas, np.random.Generator, tuple[float, float]], float]]] = {
    "barrel": _barrel,
    "slide": _slide,
    "frame": _frame,
    "receiver": _receiver,
    "magazine": _magazine,
    "bolt": _bolt,
}


def ammunition(rng: np.random.Generator) -> Shape:
    """Cartridges in metal cans, in cartons, or loose in a bag. A cartridge weighs 9 to 26 g."""
    calibre, length = rng.uniform(9.0, 12.0), rng.uniform(28, 78)
    round_g = float(np.clip(0.0042 * calibre**2 * length, 9, 26) * rng.uniform(0.9, 1.1))
    form = str(rng.choice(["cans", "cartons", "loose"], p=[0.45, 0.35, 0.2]))
    if form == "loose":
        return _loose(rng, calibre, length, round_g)
    wide, tall, deep = rng.uniform(150, 300), rng.uniform(90, 200), rng.uniform(90, 170)
    cols, rows = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    canvas = blank((cols * (wide + 8) + 20, rows * (tall + 6) + 20))
    end_on = rng.random() < 0.4
    for i in range(cols):
        for j in range(rows):
            corner = (6 + i * (wide + 6) + rng.uniform(0, 2), 6 + j * (tall + 5))
            _box_of_rounds(canvas, corner, (wide, tall, deep), (calibre, length, round_g), end_on, form == "cans")
    return shape_of(canvas)


def _box_of_rounds(
    canvas: Canvas,
    corner: tuple[float, float],
    box_mm: tuple[float, float, float],
    cartridge: tuple[float, float, float],
    end_on: bool,
    steel_can: bool,
) -> None:
    (x, y), (wide, tall, deep) = corner, box_mm
    calibre, length, round_g = cartridge
    room = length if end_on else calibre
    patches = _cartridge(calibre, length, round_g, end_on)
    high, broad = patches[STEEL].shape
    across, down = max(1, int((wide - 8) / FINE_MM / broad)), max(1, int((tall - 8) / FINE_MM / high))
    layers = max(1, int((deep - 6) / (room + 1.0)))
    col, row = round((x + 4) / FINE_MM), round((y + 4) / FINE_MM)
    for group, patch in patches.items():
        canvas.add(group, tiled(patch, across, down, (broad, high)) * np.float32(layers), col, row)
    if steel_can:
        plate(canvas, STEEL, corner, (wide, tall), 0.2 * STEEL_G_CM3)
        outline(canvas, STEEL, corner, (wide, tall), deep / 10 * STEEL_G_CM3 * 0.5)
        plate(canvas, STEEL, (x + wide * 0.3, y - 3), (wide * 0.4, 4), 3.0)
    else:
        plate(canvas, ORGANIC, corner, (wide, tall), 0.3)
        outline(canvas, ORGANIC, corner, (wide, tall), deep / 10 * 0.5)
    fill_depth(canvas, corner, (wide, tall), deep)


def _cartridge(calibre: float, length: float, round_g: float, end_on: bool) -> dict[int, Map]:
    """Brass (drawn as steel) case, powder, lead-cored bullet: patches in g/cm² whose sum is the cartridge's mass."""
    share = {STEEL: 0.52, ORGANIC: 0.1, HEAVY: 0.38}
    if end_on:
        core, rim = disc_patch(calibre / 2, 1.2)
        bullet, _ = disc_patch(calibre * 0.33)
        bullet = np.pad(bullet, (core.shape[0] - bullet.shape[0]) // 2)
        parts = {STEEL: core * 0.3 + rim, ORGANIC: core, HEAVY: bullet}
    else:
        bar = round_bar(calibre / 2, length)
        along_x = (np.arange(bar.shape[1], dtype=np.float32) + 0.5) / bar.shape[1]
        parts = {STEEL: bar * (along_x < 0.72), ORGANIC: bar * (along_x < 0.6), HEAVY: bar * (along_x > 0.6)}
        parts[HEAVY][:2] *= 0.5
        parts[HEAVY][-2:] *= 0.5
    pixel_cm2 = (FINE_MM / 10) ** 2
    return {
        group: (patch * (share[group] * round_g / (patch.sum() * pixel_cm2))).astype(np.float32)
        for group, patch in parts.items()
    }


def _loose(rng: np.random.Generator, calibre: float, length: float, round_g: float) -> Shape:
    """A hundred to seven hundred rounds lying across each other in a bag, deepest in the middle."""
    count = int(rng.integers(100, 700))
    side = 60 + 2.2 * np.sqrt(count * calibre * length / 3)
    canvas = blank((side + 160, side * 0.6 + 160))
    middle = np.array([side / 2 + 80, side * 0.3 + 80])
    for _ in range(count):
        at = middle + rng.normal(0, 1, 2).clip(-2, 2) * np.array([side, side * 0.55]) / 4.4
        angle = rng.uniform(0, 2 * np.pi)
        step = np.array([np.cos(angle), np.sin(angle)]) * length / 2
        bar = [(at[0] - step[0], at[1] - step[1]), (at[0] + step[0], at[1] + step[1])]
        mass = round_g / (calibre * length / 100)
        canvas.stroke(STEEL, px(bar), calibre / FINE_MM, mass * 0.55)
        tip = [(at[0] + step[0] * 0.2, at[1] + step[1] * 0.2), bar[1]]
        canvas.stroke(HEAVY, px(tip), calibre * 0.7 / FINE_MM, mass * 0.9)
    shape = shape_of(canvas, depth_mm=rng.uniform(60, 140))
    shape = shape.scaled(count * round_g / 1000 / shape.mass_kg)
    return Shape(shape.mass, shape.depth_mm, np.full_like(shape.wrap, 0.2))
