"""Pistols, revolvers, rifles and shotguns as flat parts with the thickness and the weight of real ones."""

from collections.abc import Callable
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Camera, Canvas, Points
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, shape_of

MASS_KG: Final = {"pistol": (0.7, 1.2), "revolver": (0.75, 1.4), "rifle": (2.6, 4.5), "shotgun": (2.6, 3.7)}
"""Unloaded weight of the metal and of the stock."""


def firearm(rng: np.random.Generator) -> Shape:
    """One firearm lying on its side, muzzle to the left, scaled to a real one's weight."""
    kind = str(rng.choice(list(DRAWERS), p=[0.5, 0.14, 0.22, 0.14]))
    length = 1250.0 if kind in ("rifle", "shotgun") else 360.0
    canvas = Canvas(Camera(0.0, 1e9, FINE_MM, 300.0), (round(length / FINE_MM), round(420 / FINE_MM)))
    DRAWERS[kind](canvas, rng)
    shape = shape_of(canvas, depth_mm=rng.uniform(30, 60))
    wanted = rng.uniform(*MASS_KG[kind])
    shape = shape.scaled(wanted / shape.mass_kg)
    return wrapped(shape, rng) if rng.random() < 0.35 else shape


def wrapped(shape: Shape, rng: np.random.Generator) -> Shape:
    """The same firearm in a case or rolled in cloth: a faint frame that is no part of the mask."""
    pad = int(rng.uniform(10, 45) / FINE_MM)
    mass = np.pad(shape.mass, ((0, 0), (pad, pad), (pad, pad)))
    wrap = np.full(mass.shape[1:], rng.uniform(0.1, 0.7), np.float32)
    if rng.random() < 0.5:
        wrap[pad // 3 : -(pad // 3) or None, pad // 3 : -(pad // 3) or None] *= 0.4
    return Shape(mass, np.pad(shape.depth_mm, pad), wrap)


def _poly(canvas: Canvas, group: int, points_mm: Points, mass: float) -> None:
    canvas.polygon(group, [((x + 30) / FINE_MM, (y + 60) / FINE_MM) for x, y in points_mm], mass)


def _rect(canvas: Canvas, group: int, x1: float, y1: float, x2: float, y2: float, mass: float) -> None:
    _poly(canvas, group, [(x1, y1), (x2, y1), (x2, y2), (x1, y2)], mass)


def _line(canvas: Canvas, points_mm: Points, width_mm: float, mass: float) -> None:
    canvas.stroke(STEEL, [((x + 30) / FINE_MM, (y + 60) / FINE_MM) for x, y in points_mm], width_mm / FINE_MM, mass)


def _guard(canvas: Canvas, x: float, y: float, size: float) -> None:
    loop = [(x + size * (1 - np.cos(a)) / 2 * 1.4, y + size * np.sin(a) * 0.75) for a in np.linspace(0, np.pi, 9)]
    _line(canvas, loop, 5, 6)
    _line(canvas, [(x + size * 0.7, y), (x + size * 0.6, y + size * 0.45)], 5, 5)


def _cartridges(
    canvas: Canvas, start: tuple[float, float], step: tuple[float, float], count: int, length: float
) -> None:
    for i in range(count):
        x, y = start[0] + step[0] * i, start[1] + step[1] * i
        _rect(canvas, STEEL, x + length * 0.35, y, x + length, y + 8, 3.5)
        _rect(canvas, HEAVY, x, y + 1, x + length * 0.4, y + 7, 7)


def _pistol(canvas: Canvas, rng: np.random.Generator) -> None:
    length, slide = rng.uniform(150, 220), rng.uniform(22, 31)
    grip, wide, rake = rng.uniform(85, 125), rng.uniform(40, 55), rng.uniform(0.1, 0.35)
    polymer = rng.random() < 0.45
    _rect(canvas, STEEL, 0, 0, length, slide, rng.uniform(7, 10))
    _rect(canvas, STEEL, 2, slide * 0.25, length * 0.62, slide * 0.72, rng.uniform(3, 5))
    _rect(canvas, STEEL, length * 0.45, 0, length * 0.62, slide * 0.4, -4)
    _rect(canvas, STEEL, 4, -4, 10, 0, 3)
    _rect(canvas, STEEL, length - 14, -4, length - 6, 0, 5)
    _rect(canvas, LIGHT if polymer else STEEL, length * 0.08, slide, length * 0.97, slide + 14, 2.5 if polymer else 7)
    top = slide + 10
    heel = length - 6 + rake * grip
    body = [(length - wide - 4, top), (length - 4, top), (heel, top + grip), (heel - wide * 0.95, top + grip)]
    _poly(canvas, ORGANIC if polymer else STEEL, body, 2.6 if polymer else 5)
    _guard(canvas, length - wide - 52, slide + 12, 40)
    _line(canvas, [(length - 2, slide * 0.3), (length + 12, slide * 0.1)], 8, 7)
    if rng.random() < 0.75:
        x, y = length - wide + 4, top + 6
        lean = rake * (grip - 10)
        _poly(
            canvas, STEEL, [(x, y), (x + wide * 0.66, y), (x + wide * 0.66 + lean, y + grip), (x + lean, y + grip)], 2.4
        )
        if rng.random() < 0.6:
            _cartridges(canvas, (x + 2, y + 4), (rake * 11, 11), int(grip // 12), wide * 0.6)


def _revolver(canvas: Canvas, rng: np.random.Generator) -> None:
    barrel, bore = rng.uniform(55, 170), rng.uniform(16, 22)
    _rect(canvas, STEEL, 0, 8, barrel, 8 + bore, rng.uniform(9, 13))
    _rect(canvas, STEEL, 4, 2, 12, 8, 4)
    _rect(canvas, STEEL, barrel, 0, barrel + 78, 8, 10)
    _rect(canvas, STEEL, barrel, 8 + bore + 14, barrel + 82, 8 + bore + 24, 10)
    _rect(canvas, STEEL, barrel + 58, 4, barrel + 84, 60, 10)
    for i in range(3):
        _rect(canvas, STEEL, barrel + 10, 9 + i * 12, barrel + 54, 19 + i * 12, 18 - 3 * abs(i - 1))
    x, grip = barrel + 62, rng.uniform(75, 110)
    back = [(x, 48), (x + 34, 30), (x + 52, 60), (x + 70, 60 + grip), (x + 28, 66 + grip), (x + 10, 80)]
    _poly(canvas, ORGANIC, back, 3.0)
    _poly(canvas, STEEL, [(x + 8, 50), (x + 40, 46), (x + 56, 56 + grip), (x + 38, 58 + grip)], 3.5)
    _guard(canvas, x - 38, 46, 40)
    _line(canvas, [(x + 20, 8), (x + 38, -6)], 8, 8)


def _stock(canvas: Canvas, rng: np.random.Generator, x: float, length: float) -> None:
    if rng.random() < 0.25:
        _line(canvas, [(x, 12), (x + length, 10), (x + length, 90), (x, 36)], 9, 7)
        return
    wood = [(x, 4), (x + length * 0.35, 18), (x + length, 22), (x + length, 120), (x + length * 0.4, 66), (x, 46)]
    _poly(canvas, ORGANIC, wood, rng.uniform(2.2, 3.4))
    _rect(canvas, LIGHT, x + length - 8, 22, x + length, 120, 3)


def _rifle(canvas: Canvas, rng: np.random.Generator) -> None:
    barrel, receiver = rng.uniform(330, 560), rng.uniform(190, 270)
    stock = rng.uniform(220, 300)
    _rect(canvas, STEEL, 0, 8, barrel, 8 + rng.uniform(14, 20), rng.uniform(9, 13))
    if rng.random() < 0.6:
        _rect(canvas, STEEL, barrel * 0.35, -8, barrel, 2, 6)
    _rect(canvas, ORGANIC, barrel * 0.45, -6, barrel, 40, 2.5)
    _poly(canvas, STEEL, [(20, 8), (34, -26), (40, -26), (46, 8)], 6)
    x = barrel
    _rect(canvas, STEEL, x, -2, x + receiver, 48, rng.uniform(5.5, 8))
    _rect(canvas, STEEL, x + 0.2 * receiver, 4, x + 0.75 * receiver, 24, rng.uniform(5, 8))
    _stock(canvas, rng, x + receiver, stock)
    curve, tall = rng.uniform(0, 0.45), rng.uniform(110, 220)
    m = x + 0.15 * receiver
    side = [(m + 62 - curve * tall * t * t, 44 + tall * t) for t in np.linspace(0, 1, 6)]
    front = [(m - curve * tall * t * t, 44 + tall * t) for t in np.linspace(1, 0, 6)]
    _poly(canvas, STEEL, [*side, *front], 3.2)
    if rng.random() < 0.6:
        for i in range(int(tall // 13)):
            t = i * 13 / tall
            _cartridges(canvas, (m + 4 - curve * tall * t * t, 50 + tall * t), (0, 0), 1, 54)
    g = x + 0.75 * receiver
    _poly(canvas, ORGANIC, [(g, 44), (g + 38, 44), (g + 66, 140), (g + 28, 146)], 3.0)
    _guard(canvas, g - 58, 46, 44)
    if rng.random() < 0.25:
        _rect(canvas, STEEL, x + 10, -52, x + 240, -18, 4)
        _rect(canvas, LIGHT, x - 20, -62, x + 60, -10, 3)


def _shotgun(canvas: Canvas, rng: np.random.Generator) -> None:
    barrel, receiver = rng.uniform(420, 720), rng.uniform(160, 220)
    double = rng.random() < 0.4
    _rect(canvas, STEEL, 0, 0, barrel, 23, rng.uniform(5, 7))
    _rect(canvas, STEEL, 0, 6, barrel, 17, -1.5)
    _rect(canvas, STEEL, 0 if double else barrel * 0.25, 25, barrel, 46, rng.uniform(3.5, 6))
    fore = barrel * rng.uniform(0.5, 0.7)
    _rect(canvas, ORGANIC, fore, 18, fore + 180, 58, 3.0)
    _rect(canvas, STEEL, barrel, -2, barrel + receiver, 52, rng.uniform(8, 12))
    _rect(canvas, STEEL, barrel + 0.25 * receiver, 6, barrel + 0.6 * receiver, 24, -4)
    _stock(canvas, rng, barrel + receiver, rng.uniform(260, 340))
    _guard(canvas, barrel + receiver - 70, 50, 48)


DRAWERS: Final[dict[str, Callable[[Canvas, np.random.Generator], None]]] = {
    "pistol": _pistol,
    "revolver": _revolver,
    "rifle": _rifle,
    "shotgun": _shotgun,
}
