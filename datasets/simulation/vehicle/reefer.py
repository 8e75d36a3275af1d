"""What a refrigerated container adds to a plain one: insulation, a T-bar floor, and the machinery at its front end."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.container import HALF_WIDTH_MM

MACHINE_MM = 420.0
"""Depth of the machinery and its bulkhead along the container."""


def draw_reefer(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    """Adds a reefer's parts between the container's ends x_mm and from its underside to its roof y_mm."""
    for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM):
        rows = (canvas.row(y_mm[1] - 40, z), canvas.row(y_mm[0] + 150, z))
        canvas.rectangle(ORGANIC, x_mm, rows, 0.4)
        canvas.rectangle(LIGHT, x_mm, rows, 0.5)
        for x in np.arange(x_mm[0] + 500, x_mm[1], 610):
            canvas.rectangle(LIGHT, (x, x + 25), rows, 1.4)
    floor = y_mm[0] + 165
    canvas.box(LIGHT, (x_mm[0] + MACHINE_MM, x_mm[1] - 80), (floor, floor + 60), (-1120, 1120), 0.35)
    _machinery(canvas, rng, x_mm[0], (floor, y_mm[1] - 60))


def _machinery(canvas: Canvas, rng: np.random.Generator, x: float, y_mm: tuple[float, float]) -> None:
    """Compressor, condenser and evaporator coils, fans, pipes, a control box."""
    pitch = canvas.camera.pitch_mm
    tall = y_mm[1] - y_mm[0]
    canvas.box(LIGHT, (x + MACHINE_MM - 60, x + MACHINE_MM), (y_mm[0], y_mm[1]), (-1100, 1100), 0.08)
    for z in rng.uniform(-800, 800, 2):
        centre = (canvas.col(x + rng.uniform(120, 280)), canvas.row(y_mm[0] + rng.uniform(0.15, 0.3) * tall, z))
        canvas.solid(STEEL, centre, (rng.uniform(90, 150) / pitch, rng.uniform(120, 200) / pitch), rng.uniform(40, 110))
    for share in (0.42, 0.78):
        rows = (canvas.row(y_mm[0] + (share + 0.14) * tall), canvas.row(y_mm[0] + share * tall))
        canvas.rectangle(LIGHT, (x + 60, x + 330), rows, rng.uniform(6, 14))
        for row in np.arange(rows[0], rows[1], max(3.0, 28 / pitch)):
            canvas.rectangle(HEAVY, (x + 60, x + 330), (row, row + 1), rng.uniform(1.5, 4))
    for z in (-500.0, 500.0):
        centre = (canvas.col(x + 200), canvas.row(y_mm[0] + 0.66 * tall, z))
        canvas.disc(STEEL, centre, (45 / pitch, 60 / pitch), 45)
        canvas.stroke(LIGHT, [(centre[0], centre[1] - 200 / pitch), (centre[0], centre[1] + 200 / pitch)], 8, 2.0)
    for _ in range(int(rng.integers(5, 11))):
        points = [
            (canvas.col(x + rng.uniform(40, 380)), canvas.row(y_mm[0] + rng.uniform(0, 0.6) * tall)) for _ in "abc"
        ]
        canvas.stroke(STEEL, points, rng.uniform(1.5, 4), rng.uniform(4, 16))
    low = y_mm[0] + rng.uniform(0.05, 0.4) * tall
    canvas.box(STEEL, (x + 30, x + 260), (low, low + 420), (300, 800), 0.25)
