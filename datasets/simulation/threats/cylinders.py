"""Steel gas cylinders, empty, filled or in rows."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of


def cylinders(rng: np.random.Generator) -> Shape:
    """Steel gas cylinders, one or a row: standing or lying, seen from the side or from the end."""
    diameter, wall = rng.uniform(100, 270), rng.uniform(3, 8)
    length = diameter * rng.uniform(1.6, 6.0)
    length = min(length, 1500.0)
    fill = rng.uniform(0.0, 0.85) if rng.random() < 0.8 else 0.0
    liquid = rng.uniform(0.5, 1.2)
    view = str(rng.choice(["standing", "lying", "end-on"], p=[0.5, 0.2, 0.3]))
    count = int(rng.integers(1, 9)) if rng.random() < 0.7 else 1
    high = int(rng.integers(1, 4)) if view != "standing" else 1
    across, up = (diameter, length) if view == "standing" else (length, diameter)
    if view == "end-on":
        across = up = diameter
    if view == "lying":
        count = max(1, min(count, int(2400 / length)))
    canvas = blank((count * (across + 10) + 40, high * up + 60))
    for j in range(high):
        for i in range(count - (j if view == "end-on" else 0)):
            x = 6 + i * (across + 6) + (j * across / 2 if view == "end-on" else 0)
            y = 6 + j * up * (0.87 if view == "end-on" else 1.0)
            if view == "end-on":
                _end_on(canvas, (x + diameter / 2, y + diameter / 2), diameter, wall, length, fill * liquid)
            else:
                _side_on(canvas, rng, (x, y), diameter, wall, length, fill, liquid, view == "standing")
    return shape_of(canvas)


def _end_on(
    canvas: Canvas, centre: tuple[float, float], diameter: float, wall: float, length: float, content: float
) -> None:
    r = diameter / 2
    at = (canvas.col(centre[0]), canvas.row(centre[1]))
    ends = wall * 2.6
    canvas.disc(STEEL, at, (r / FINE_MM, r / FINE_MM), length / 10 * 7.87)
    canvas.disc(STEEL, at, ((r - wall) / FINE_MM, (r - wall) / FINE_MM), -(length - ends) / 10 * 7.87)
    canvas.disc(WATER, at, ((r - wall) / FINE_MM, (r - wall) / FINE_MM), content * length / 10)
    canvas.disc(STEEL, at, (14 / FINE_MM, 14 / FINE_MM), 35)
    height, width = canvas.depth_mm.shape
    ys, xs = np.ogrid[:height, :width]
    inside = (xs - at[0]) ** 2 + (ys - at[1]) ** 2 < (r / FINE_MM) ** 2
    np.maximum(canvas.depth_mm, inside * np.float32(length), out=canvas.depth_mm)


def _side_on(
    canvas: Canvas,
    rng: np.random.Generator,
    corner: tuple[float, float],
    diameter: float,
    wall: float,
    length: float,
    fill: float,
    liquid: float,
    standing: bool,
) -> None:
    r = diameter / 2
    body = length - 45
    v = (np.arange(int(diameter / FINE_MM), dtype=np.float32) + 0.5) * FINE_MM - r
    u = (np.arange(int(body / FINE_MM), dtype=np.float32) + 0.5) * FINE_MM
    dome = np.minimum(np.minimum(u * 2.4 + r * 0.35, r), np.minimum((body - u) * 1.4, r))
    outer = np.sqrt(np.maximum(dome[:, None] ** 2 - v[None, :] ** 2, 0))
    hollow = np.maximum(dome - wall, 0)
    inner = np.sqrt(np.maximum(hollow[:, None] ** 2 - v[None, :] ** 2, 0))
    level = (u < fill * body)[:, None] if standing else (v < (2 * fill - 1) * r)[None, :]
    steel = (outer - inner) / 5 * 7.87
    content = inner / 5 * liquid * level
    depth = outer * 2
    if standing:
        steel, content, depth = steel[::-1], content[::-1], depth[::-1]
        col, row = int(canvas.col(corner[0])), int(canvas.row(corner[1] + body))
        neck = (canvas.col(corner[0] + r), canvas.row(corner[1] + body + 18))
        size = (13.0, 30.0)
    else:
        steel, content, depth = steel.T, content.T[::-1], depth.T
        col, row = int(canvas.col(corner[0])), int(canvas.row(corner[1] + diameter))
        neck = (canvas.col(corner[0] + body + 18), canvas.row(corner[1] + r))
        size = (30.0, 13.0)
    canvas.add(STEEL, steel.astype(np.float32), col, row)
    canvas.add(WATER, content.astype(np.float32), col, row, depth.astype(np.float32))
    half = (size[0] / FINE_MM, size[1] / FINE_MM)
    box = [(neck[0] + a * half[0], neck[1] + b * half[1]) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    canvas.polygon(STEEL, box, rng.uniform(10, 18))
    canvas.disc(LIGHT, neck, half, 3)
