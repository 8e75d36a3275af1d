"""A flat rail wagon."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.chassis import fitting
from cargoscope.datasets.simulation.vehicle.hung import air_tank

Span = tuple[float, float]


def draw_wagon(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck_mm: float) -> None:
    """A flat rail wagon: fish-bellied sills, bogies with solid wheels, springs, brake gear, buffers, rails."""
    mm = canvas.camera.pitch_mm
    belly = rng.uniform(350, 550)
    for z in (-1000.0, 1000.0):
        sill = [(x_mm[0], deck_mm), (x_mm[1], deck_mm), (x_mm[1], deck_mm - 220), (x_mm[1] - 3200, deck_mm - 240)]
        sill += [(x_mm[1] - 4600, deck_mm - belly), (x_mm[0] + 4600, deck_mm - belly), (x_mm[0] + 3200, deck_mm - 240)]
        points = [(canvas.col(u), canvas.row(v, z)) for u, v in [*sill, (x_mm[0], deck_mm - 220)]]
        canvas.polygon(STEEL, points, 7.5)
        canvas.stroke(STEEL, [*points, points[0]], 16 / mm, 150)
    for x in np.arange(x_mm[0] + 300, x_mm[1], rng.uniform(700, 1300)):
        canvas.box(STEEL, (x, x + 9), (deck_mm - 260, deck_mm - 10), (-1150, 1150), 1.5)
    for pivot in (x_mm[0] + 2200, x_mm[1] - 2200):
        for x in (pivot - 900, pivot + 900):
            for z in (-750.0, 750.0):
                hub = (canvas.col(x), canvas.row(460, z))
                for r, mass in ((460, 100), (395, -78), (140, 110)):
                    canvas.disc(STEEL, hub, (r / mm, r / mm), mass)
            canvas.disc(STEEL, (canvas.col(x), canvas.row(460)), (85 / mm, 85 / mm), 1100)
            for z in (-1000.0, 1000.0):
                box = (canvas.row(620, z), canvas.row(340, z))
                canvas.rectangle(STEEL, (x - 150, x + 150), box, rng.uniform(50, 90))
                for side in (-230, 230):
                    for k in range(6):
                        row = canvas.row(600 - 35 * k, z)
                        canvas.stroke(
                            STEEL, [(canvas.col(x + side - 60), row), (canvas.col(x + side + 60), row - 3)], 4, 30
                        )
        frame = [(pivot - 1300, 640), (pivot + 1300, 640), (pivot + 1200, 800), (pivot - 1200, 800)]
        for z in (-1000.0, 1000.0):
            canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in frame], 70)
        canvas.box(STEEL, (pivot - 170, pivot + 170), (520, deck_mm - 250), (-1000, 1000), 1.4)
    for _ in range(int(rng.integers(15, 35))):
        fitting(canvas, rng, rng.uniform(*x_mm), rng.uniform(450, deck_mm - 50))
    for _ in range(2):
        air_tank(canvas, rng, rng.uniform(x_mm[0] + 4600, x_mm[1] - 5200), deck_mm - 150, rng.uniform(-400, 400))
    for x in x_mm:
        canvas.box(STEEL, (x - 250, x + 250), (deck_mm - 330, deck_mm - 150), (-950, -750), 2.0)
        canvas.box(STEEL, (x - 120, x + 120), (deck_mm - 330, deck_mm - 30), (-1150, 1150), 0.9)
    rows = (canvas.row(0.0, 750.0), canvas.row(-160.0, -750.0))
    canvas.rectangle(STEEL, (x_mm[0] - 9000, x_mm[1] + 9000), (min(rows), max(rows)), 50)
