"""What a refrigerated container adds to the box of the richer scenes: insulation, ribs, T-bar floor, cooling unit."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle import container
from cargoscope.datasets.simulation.vehicle.fittings import SIDES

Span = tuple[float, float]


def draw_cold(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span) -> tuple[Span, Span]:
    """Insulation, wall ribs, T-bar floor, drain and cooling unit of a refrigerated container; the unit's x and y."""
    for z in SIDES:
        rows = (canvas.row(y_mm[1] - 40, z), canvas.row(y_mm[0] + 150, z))
        canvas.rectangle(ORGANIC, x_mm, rows, rng.uniform(0.3, 0.6))
        canvas.rectangle(LIGHT, x_mm, rows, rng.uniform(0.3, 0.6))
        x, ribs = x_mm[0] + rng.uniform(420, 700), rng.uniform(0.7, 2.6)
        while x < x_mm[1] - 100:
            wide = float(rng.choice([25.0, 45.0, 70.0]))
            canvas.rectangle(STEEL, (x, x + wide), rows, rng.uniform(0.4, 1.8) * ribs)
            if rng.random() < 0.6:
                canvas.rectangle(STEEL, (x + wide + 25, x + wide + 36), rows, rng.uniform(0.4, 1.8) * ribs)
            x += float(rng.choice([305.0, 610.0, 915.0])) + rng.normal(0, 10)
        line = rng.uniform(0.12, 0.3) * (y_mm[1] - y_mm[0]) + y_mm[0]
        canvas.rectangle(LIGHT, x_mm, (canvas.row(line + 25, z), canvas.row(line, z)), 0.5)
    floor = y_mm[0] + 165
    canvas.box(LIGHT, (x_mm[0] + 420, x_mm[1] - 80), (floor, floor + 60), (-1120, 1120), 0.35)
    container.plate(canvas, LIGHT, (x_mm[0] + 420, x_mm[1] - 60), y_mm[1] - 130, rng.uniform(0.8, 1.6), 2.7)
    for x in np.arange(x_mm[0] + 700, x_mm[1] - 300, rng.uniform(1500, 3000)):
        canvas.rectangle(STEEL, (x, x + 60), (canvas.row(floor), canvas.row(floor - 120)), rng.uniform(5, 25))
    unit = (x_mm[0] + 20, x_mm[0] + 420)
    _unit(canvas, rng, unit, (floor, y_mm[1] - 60))
    return unit, (floor, y_mm[1] - 60)


def _unit(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span) -> None:
    """Compressor and receiver below, condenser coil and its fan, controller, evaporator fans and coil above."""
    mm, tall = canvas.camera.pitch_mm, y_mm[1] - y_mm[0]

    def at(u: float, v: float, z: float = 0.0) -> tuple[float, float]:
        return canvas.col(x_mm[0] + u * (x_mm[1] - x_mm[0])), canvas.row(y_mm[0] + v * tall, z)

    rows = (canvas.row(y_mm[1]), canvas.row(y_mm[0]))
    canvas.rectangle(LIGHT, (x_mm[1] - 70, x_mm[1]), rows, rng.uniform(5, 11))
    canvas.rectangle(STEEL, x_mm, rows, rng.uniform(1.5, 4))
    for v in (0.02, 0.33, 0.55, 0.97):
        canvas.stroke(STEEL, [at(0, v), at(0.85, v)], rng.uniform(20, 60) / mm, rng.uniform(5, 16))
    for z in rng.uniform(-700, 700, int(rng.integers(1, 3))):
        canvas.solid(STEEL, at(rng.uniform(0.3, 0.7), 0.12, z), (110 / mm, rng.uniform(150, 230) / mm), 70)
        canvas.disc(STEEL, at(rng.uniform(0.3, 0.7), 0.24, z), (60 / mm, 50 / mm), 30)
    receiver = at(rng.uniform(0.2, 0.7), 0.2, rng.uniform(-600, 600))
    canvas.solid(STEEL, receiver, (65 / mm, rng.uniform(180, 300) / mm), rng.uniform(8, 16))
    for low, high, group in ((0.34, 0.54, LIGHT), (0.72, 0.84, LIGHT)):
        canvas.polygon(group, [at(0.1, low), at(0.75, low), at(0.75, high), at(0.1, high)], rng.uniform(6, 14))
        for v in np.arange(low, high, max(0.012, 3.5 * mm / tall)):
            canvas.stroke(STEEL, [at(0.1, v), at(0.75, v)], 1.2, rng.uniform(1.5, 4))
    for v, z in ((0.44, 0.0), (0.9, -480.0), (0.9, 480.0)):
        hub = at(rng.uniform(0.35, 0.6), v, z)
        canvas.disc(STEEL, hub, (rng.uniform(45, 75) / mm, rng.uniform(60, 95) / mm), rng.uniform(25, 60))
        blade = rng.uniform(170, 280) / mm
        canvas.stroke(LIGHT, [(hub[0], hub[1] - blade), (hub[0] + 2, hub[1] + blade)], 5, rng.uniform(1, 3))
    canvas.polygon(STEEL, [at(0.05, 0.58), at(0.5, 0.58), at(0.5, 0.7), at(0.05, 0.7)], rng.uniform(3, 9))
    for _ in range(int(rng.integers(6, 14))):
        points = [at(rng.uniform(0.05, 0.9), rng.uniform(0.02, 0.7)) for _ in range(3)]
        corner = (points[1][0], points[0][1])
        canvas.stroke(STEEL, [points[0], corner, points[1]], rng.uniform(14, 30) / mm, rng.uniform(4, 14))
    for _ in range(int(rng.integers(4, 12))):
        canvas.disc(STEEL, at(rng.uniform(0, 0.9), rng.uniform(0, 1)), (rng.uniform(1, 5), rng.uniform(1, 6)), 12)
