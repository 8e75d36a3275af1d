"""How people pack a hold: how high, on what pallets, in how many rows, and the shape of a soft package."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC
from cargoscope.datasets.simulation.canvas import Canvas, grain
from cargoscope.datasets.simulation.vehicle.container import INNER_HALF_MM, Hold

Z: tuple[float, float] = (-INNER_HALF_MM + 20, INNER_HALF_MM - 20)
"""Depth that goods may fill, mm."""


def load_height(rng: np.random.Generator, hold: Hold, low: float = 0.42, high: float = 0.97) -> float:
    return float(hold.y_mm[0] + rng.uniform(low, high) * (hold.y_mm[1] - hold.y_mm[0]))


def pallets(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> float:
    """Wooden pallets along the floor; returns the height of their tops."""
    y = hold.y_mm[0]
    x = hold.x_mm[0]
    while x + 800 < hold.x_mm[1]:
        width = float(rng.choice([1000.0, 1200.0, 800.0]))
        right = min(x + width, hold.x_mm[1])
        for low, high, density in ((0, 22, 0.35), (122, 144, 0.4)):
            canvas.box(ORGANIC, (x, right), (y + low, y + high), Z, density)
        for i in range(3):
            left = x + i * (right - x - 100) / 2
            canvas.box(ORGANIC, (left, left + 100), (y + 22, y + 122), Z, 0.4)
        x = right + rng.uniform(5, 60)
    return y + 144


def depth_rows(rng: np.random.Generator, depth: float) -> list[tuple[float, float]]:
    """Depth ranges of the rows of goods that stand behind one another, with small gaps."""
    count = max(1, int((Z[1] - Z[0]) // depth))
    slack = (Z[1] - Z[0] - count * depth) / count
    starts = [Z[0] + i * (depth + slack) + rng.uniform(0, slack) for i in range(count)]
    return [(start, start + depth) for start in starts]


def pillow(
    canvas: Canvas,
    rng: np.random.Generator,
    centre: tuple[float, float],
    radius: tuple[float, float],
    mass: float,
    depth_mm: float,
) -> None:
    col, row = int(centre[0] - radius[0]), int(centre[1] - radius[1])
    xs = (np.arange(int(2 * radius[0]) + 2, dtype=np.float32) + col + 0.5 - centre[0]) / radius[0]
    ys = (np.arange(int(2 * radius[1]) + 2, dtype=np.float32) + row + 0.5 - centre[1]) / radius[1]
    shape = np.sqrt(np.maximum(1 - xs[None, :] ** 6 - ys[:, None] ** 4, 0))
    patch = shape * np.float32(mass * 0.82) * (1 + 0.03 * grain(rng, *shape.shape))
    canvas.add(ORGANIC, patch, col, row, shape * np.float32(depth_mm * 0.82))
