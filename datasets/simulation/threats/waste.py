"""Waste that may not cross a border: bales of plastic, discarded electronics."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas, Map, grain
from cargoscope.datasets.simulation.threats.solids import fill_depth, outline, plate, px
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of


def waste_plastic(rng: np.random.Generator) -> Shape:
    """One to four bales of pressed plastic, .22 to .42 g/cm³, crumpled layers held by five to eight steel wires."""
    cols, rows = int(rng.integers(1, 3)), int(rng.integers(1, 3))
    wide, tall, deep = rng.uniform(900, 1500), rng.uniform(650, 1050), rng.uniform(750, 1150)
    density = rng.uniform(0.22, 0.42)
    canvas = blank((cols * (wide + 60) + 80, rows * (tall + 40) + 80))
    for i in range(cols):
        for j in range(rows):
            size = (wide * rng.uniform(0.95, 1.03), tall * rng.uniform(0.93, 1.03), deep)
            _bale(canvas, rng, (30 + i * (wide + 50), 30 + j * (tall + 25)), size, density)
    return shape_of(canvas)


def _bale(
    canvas: Canvas,
    rng: np.random.Generator,
    corner: tuple[float, float],
    size: tuple[float, float, float],
    density: float,
) -> None:
    w, h = round(size[0] / FINE_MM), round(size[1] / FINE_MM)
    edge = max(4, round(rng.uniform(12, 35) / FINE_MM))
    dx = np.minimum(np.arange(w), np.arange(w)[::-1])[None, :] + 3 * _coarse(rng, h, w, 6)
    dy = np.minimum(np.arange(h), np.arange(h)[::-1])[:, None] + 3 * _coarse(rng, h, w, 6)
    inside = np.clip(np.minimum(dx, dy) / edge, 0, 1) ** 0.6
    lumps = 1 + 0.09 * _coarse(rng, h, w, 5) + 0.07 * _coarse(rng, h, w, 2) + 0.05 * grain(rng, h, w)
    layers = 1 + 0.06 * np.repeat(rng.standard_normal(h // 8 + 1), 8)[:h, None]
    thick = (inside * size[2]).astype(np.float32)
    patch = np.maximum(thick / 10 * density * lumps * layers, 0).astype(np.float32)
    col, row = round(corner[0] / FINE_MM), round(corner[1] / FINE_MM)
    canvas.add(ORGANIC, patch, col, row, thick)
    for x in np.linspace(0.08, 0.92, int(rng.integers(5, 9))):
        at = corner[0] + size[0] * x + rng.normal(0, 6)
        line = [(at, corner[1] + 6), (at + rng.normal(0, 10), corner[1] + size[1] - 6)]
        canvas.stroke(STEEL, px(line), 2.0, 2 * 0.35 * 7.87 * 0.6)
        for y in (corner[1] + 4, corner[1] + size[1] - 8):
            plate(canvas, STEEL, (at - 2, y), (4, 4), size[2] / 10 * 7.87 * 0.4)


def _coarse(rng: np.random.Generator, height: int, width: int, factor: int) -> Map:
    """The cloud texture, `factor` times larger."""
    small = grain(rng, height // factor + 1, width // factor + 1)
    return np.asarray(np.repeat(np.repeat(small, factor, axis=0), factor, axis=1)[:height, :width])


def e_waste(rng: np.random.Generator) -> Shape:
    """A crate, a big bag or a heap of boards, cases, transformers, cables and screens, .15 to .4 g/cm³ in all."""
    wide, tall, deep = rng.uniform(800, 1250), rng.uniform(550, 1150), rng.uniform(700, 1100)
    heap = rng.random() < 0.35
    canvas = blank((wide + 80, tall + 80))
    for _ in range(int(wide * tall / 2400)):
        x = rng.uniform(0, wide)
        top = tall * (abs(2 * x / wide - 1) ** 1.7) * 0.8 if heap else tall * 0.04
        _item(canvas, rng, (40 + x, 40 + rng.uniform(top, tall)))
    inside = np.zeros_like(canvas.depth_mm)
    col, row = round(40 / FINE_MM), round(40 / FINE_MM)
    inside[row : row + round(tall / FINE_MM), col : col + round(wide / FINE_MM)] = 1
    canvas.mass *= inside
    covered = float((canvas.mass.sum(axis=0) > 0).sum()) * (FINE_MM / 10) ** 2
    wanted_kg = rng.uniform(0.15, 0.4) * covered * deep / 10 / 1000 * (0.7 if heap else 1.0)
    canvas.mass *= np.float32(wanted_kg * 1000 / (canvas.mass.sum() * (FINE_MM / 10) ** 2))
    if not heap:
        plate(canvas, ORGANIC, (40, 40), (wide, tall), 0.9)
        outline(canvas, ORGANIC, (40, 40), (wide, tall), deep / 10 * 0.5, 8.0)
        fill_depth(canvas, (40, 40), (wide, tall), deep)
        return shape_of(canvas)
    return shape_of(canvas, depth_mm=deep * 0.8)


def _item(canvas: Canvas, rng: np.random.Generator, at: tuple[float, float]) -> None:
    """One discarded thing, its middle given in mm."""
    sort = rng.random()
    w, h, angle = rng.uniform(40, 280), rng.uniform(25, 200), rng.uniform(0, np.pi)
    c, s = np.cos(angle), np.sin(angle)
    corners = [
        (at[0] + (a * w * c - b * h * s) / 2, at[1] + (a * w * s + b * h * c) / 2)
        for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    if sort < 0.35:
        canvas.polygon(int(rng.choice([ORGANIC, LIGHT])), px(corners), rng.uniform(0.3, 1.2))
        for _ in range(4):
            spot = (at[0] + rng.normal(0, w / 5), at[1] + rng.normal(0, h / 5))
            plate(canvas, int(rng.choice([STEEL, LIGHT, HEAVY])), spot, (rng.uniform(4, 26), rng.uniform(4, 20)), 2.0)
    elif sort < 0.62:
        canvas.polygon(int(rng.choice([STEEL, ORGANIC, LIGHT])), px(corners), rng.uniform(0.8, 2.5))
        canvas.stroke(STEEL, px([*corners, corners[0]]), 1.5, rng.uniform(2, 9))
    elif sort < 0.76:
        r = rng.uniform(12, 42) / FINE_MM
        canvas.disc(STEEL, px([at])[0], (r, r * rng.uniform(0.6, 1.3)), rng.uniform(8, 32))
    elif sort < 0.95:
        walk = np.cumsum(rng.normal(0, 60, (5, 2)), axis=0) + at
        canvas.stroke(STEEL, px([(float(x), float(y)) for x, y in walk]), rng.uniform(1, 3), rng.uniform(0.6, 2.2))
    else:
        canvas.polygon(LIGHT, px(corners), rng.uniform(2, 5))
        canvas.stroke(HEAVY, px([*corners, corners[0]]), 3.0, rng.uniform(1, 4))
