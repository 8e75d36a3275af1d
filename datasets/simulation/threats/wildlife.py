"""Ivory and sacks of animal scales."""

from functools import cache
from typing import Final

import cv2
import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC
from cargoscope.datasets.simulation.canvas import Canvas, Map
from cargoscope.datasets.simulation.threats.solids import Curve, tube
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of

IVORY_G_CM3: Final = 1.8
DENTINE: Final = ((ORGANIC, 0.35), (LIGHT, 0.65))
"""Dentine: collagen and water, and a calcium phosphate whose mean atomic number is near that of aluminium."""


def ivory(rng: np.random.Generator) -> Shape:
    """One to six tusks, long, curved, hollow at the root; or a bundle of sawn pieces."""
    if rng.random() < 0.3:
        return _sawn(rng)
    count = int(rng.integers(1, 7))
    lengths = rng.uniform(500, 1700) * rng.uniform(0.8, 1.0, count)
    canvas = blank((float(lengths.max()) + 300, 500 + 130 * count))
    bend = rng.uniform(0.25, 0.9)
    mirrored = rng.random() < 0.5
    for i, length in enumerate(lengths):
        root = length * rng.uniform(0.035, 0.055)
        curve, radii = _tusk((110.0, 90.0 + rng.uniform(80, 125) * i), float(length), root, bend, mirrored)
        _add_dentine(canvas, curve, radii, _pulp(radii, rng.uniform(0.25, 0.45)))
    shape = shape_of(canvas)
    return Shape(shape.mass, shape.depth_mm, np.full_like(shape.wrap, rng.uniform(0.0, 0.3)))


def _tusk(
    start: tuple[float, float], length: float, root_mm: float, bend: float, mirrored: bool
) -> tuple[Curve, Curve]:
    """Points along a part of a circle and the radii there: full at the root, pointed at the tip."""
    t = np.linspace(0, 1, max(30, int(length / 6)))
    angle = bend * t
    x, y = np.sin(angle) / bend * length, (1 - np.cos(angle)) / bend * length
    if mirrored:
        y = y.max() - y
    points = np.stack([start[0] + x, start[1] + y], axis=1)
    return points, root_mm * np.sqrt(np.maximum(1 - t**1.6, 0.004))


def _pulp(radii: Curve, share: float) -> Curve:
    """Radii of the hollow that tapers from the root over `share` of the length."""
    t = np.linspace(0, 1, len(radii))
    return radii * np.maximum(1 - t / share, 0) * 0.75


def _add_dentine(canvas: Canvas, points: Curve, radii: Curve, hollow: Curve) -> None:
    height, width = canvas.depth_mm.shape
    outer = tube((width, height), points, radii)
    inner = tube((width, height), points, hollow) if hollow.any() else np.zeros_like(outer)
    for group, share in DENTINE:
        canvas.add(group, (outer - inner) * np.float32(IVORY_G_CM3 * share / 10), 0, 0)
    canvas.depth_mm += outer


def _sawn(rng: np.random.Generator) -> Shape:
    """Five to eighteen lengths of 80 to 350 mm side by side."""
    count, cols = int(rng.integers(5, 19)), int(rng.integers(2, 5))
    longest = rng.uniform(120, 350)
    canvas = blank((cols * (longest + 30) + 160, (count // cols + 1) * 150 + 160))
    for i in range(count):
        length, radius = longest * rng.uniform(0.6, 1), rng.uniform(22, 58)
        x, y = 90 + (i % cols) * (longest + 20), 90 + (i // cols) * 120 + rng.normal(0, 8)
        curve, _ = _tusk((x, y), length, radius, rng.uniform(0.05, 0.3), rng.random() < 0.5)
        radii = np.linspace(radius, radius * rng.uniform(0.75, 0.95), len(curve))
        _add_dentine(canvas, curve, radii, radii * (rng.uniform(0.3, 0.7) if rng.random() < 0.4 else 0.0))
    return shape_of(canvas)


def animal_scales(rng: np.random.Generator) -> Shape:
    """One to eight stacked sacks of pangolin scales, 25 to 50 kg each: keratin at a loose .3 to .45 g/cm³, speckled."""
    cols, rows = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    wide, tall, deep = rng.uniform(700, 950), rng.uniform(280, 400), rng.uniform(450, 560)
    density = rng.uniform(0.3, 0.45)
    canvas = blank((cols * (wide + 20) + 40, rows * tall + 60))
    for j in range(rows):
        for i in range(cols):
            if rows > 1 and j == 0 and rng.random() < 0.4:
                continue
            size = (wide * rng.uniform(0.92, 1.04), tall * rng.uniform(0.9, 1.08), deep * rng.uniform(0.9, 1.05))
            _sack(canvas, rng, (10 + i * (wide + 10) + rng.uniform(0, 20), 10 + j * tall * 0.96), size, density)
    if not canvas.mass.any():
        _sack(canvas, rng, (10, 10), (wide, tall, deep), density)
    return shape_of(canvas)


def _sack(
    canvas: Canvas,
    rng: np.random.Generator,
    corner: tuple[float, float],
    size: tuple[float, float, float],
    density: float,
) -> None:
    w, h = round(size[0] / FINE_MM), round(size[1] / FINE_MM)
    u = np.abs(np.linspace(-1, 1, w, dtype=np.float32))[None, :]
    v = np.abs(np.linspace(-1, 1, h, dtype=np.float32))[:, None]
    thick = np.sqrt(np.maximum(1 - u**5 - v**3.5, 0)) * np.float32(size[2])
    speckle = _scales()
    r, c = (int(at) for at in rng.integers(0, speckle.shape[0], 2))
    rows, cols = (np.arange(h) + r) % speckle.shape[0], (np.arange(w) + c) % speckle.shape[1]
    patch = thick / 10 * np.float32(density) * speckle[rows[:, None], cols[None, :]]
    canvas.add(ORGANIC, patch, round(corner[0] / FINE_MM), round(corner[1] / FINE_MM), thick)


@cache
def _scales() -> Map:
    """A periodic square of many scales, 20 to 60 mm long, some seen edge-on: mean 1, a spread of about a fifth."""
    rng = np.random.default_rng(20_260_507)
    side = 512
    total = np.zeros((side, side), np.float32)
    for _ in range(2600):
        long = rng.uniform(20, 60) / FINE_MM / 2
        short = long * (rng.uniform(0.08, 0.3) if rng.random() < 0.35 else rng.uniform(0.5, 0.9))
        size = int(2 * long) + 5
        one = np.zeros((size, size), np.uint8)
        cv2.ellipse(one, (size // 2, size // 2), (int(long), max(1, int(short))), rng.uniform(0, 180), 0, 360, 255, -1)
        r, c = (np.arange(size) + int(start) for start in rng.integers(0, side, 2))
        total[(r % side)[:, None], (c % side)[None, :]] += one / np.float32(255 * short)
    smooth = cv2.GaussianBlur(np.pad(total, 8, mode="wrap"), (0, 0), 0.8)[8:-8, 8:-8]
    return np.asarray(np.clip(1 + 0.2 * (smooth - smooth.mean()) / smooth.std(), 0.2, 2), np.float32)
