"""The rear end of a trailer: end beam with lamps and buffers, under-run guard, ladder, and plates that stand up."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas

SIDES: Final = (-480.0, 480.0)
STEEL_G_CM2_MM: Final = 0.787


def draw_rear(canvas: Canvas, rng: np.random.Generator, x: float, deck: float) -> None:
    """Everything behind the last cross member of a frame that ends at x."""
    low = rng.uniform(430, 560)
    _end_beam(canvas, rng, x, deck)
    _under_run(canvas, rng, x, (low, deck))
    if rng.random() < 0.3:
        _ladder(canvas, rng, x - rng.uniform(250, 900), (low - 60, deck - 100))
    if rng.random() < 0.25:
        _buffer(canvas, rng, x, deck)
    if rng.random() < 0.2:
        horn = [(x - 30, deck), (x + 30, deck + rng.uniform(150, 350)), (x + 70, deck + 300), (x + 30, deck - 50)]
        for z in (-900.0, 900.0):
            canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in horn], rng.uniform(15, 40))


def _end_beam(canvas: Canvas, rng: np.random.Generator, x: float, deck: float) -> None:
    """A channel across the frame, lamp clusters behind steel frames, rubber buffers, cables, at times a chain."""
    mm, tall = canvas.camera.pitch_mm, rng.uniform(180, 380)
    canvas.box(STEEL, (x - 40, x), (deck - tall, deck - 20), (-1200, 1200), rng.uniform(0.3, 1.0))
    for z in (-1050.0, 1050.0):
        high, size = deck - rng.uniform(60, tall), rng.uniform(90, 170)
        rows = (canvas.row(high, z), canvas.row(high - size, z))
        canvas.rectangle(ORGANIC, (x + 5, x + rng.uniform(60, 95)), rows, rng.uniform(4, 10))
        canvas.rectangle(STEEL, (x, x + 9), (rows[0] - 25 / mm, rows[1] + 25 / mm), rng.uniform(12, 30))
        for row in rows:
            canvas.rectangle(STEEL, (x, x + rng.uniform(70, 115)), (row - 5 / mm, row + 5 / mm), rng.uniform(6, 16))
        bulb = (canvas.col(x + 45), (rows[0] + rows[1]) / 2)
        canvas.solid(STEEL, bulb, (12 / mm, 16 / mm), rng.uniform(3, 9))
    for y in (deck - rng.uniform(20, 90), deck - rng.uniform(140, 330)):
        canvas.box(ORGANIC, (x, x + rng.uniform(40, 90)), (y - rng.uniform(50, 120), y), (-1000, -700), 0.4)
    if rng.random() < 0.3:
        drop, z = rng.uniform(150, 500), float(rng.choice([-900.0, 900.0]))
        chain = [(canvas.col(x + 40 + rng.normal(0, 8) + 60 * t), canvas.row(deck - 150 - drop * t, z))
                 for t in np.linspace(0, 1, 12)]  # fmt: skip
        canvas.stroke(STEEL, chain, 12 / mm, rng.uniform(2, 6))


def _under_run(canvas: Canvas, rng: np.random.Generator, x: float, y_mm: tuple[float, float]) -> None:
    """A bar on two arms: of plate that tapers, with a hinge, gusset and pins; or of tube with a slanting stay."""
    mm, (low, deck) = canvas.camera.pitch_mm, y_mm
    top, back = deck - rng.uniform(120, 280), rng.uniform(20, 420)
    wide, mass = rng.uniform(90, 240), rng.uniform(5, 9) * STEEL_G_CM2_MM
    plate, stay = rng.random() < 0.6, rng.random() < 0.5
    for z in SIDES:
        head, foot = canvas.row(top, z), canvas.row(low, z)
        if plate:
            shape = [(x - back - wide, head), (x - back, head), (x - 10, foot), (x - 80, foot)]
            points = [(canvas.col(u), row) for u, row in shape]
            canvas.polygon(STEEL, points, mass)
            canvas.stroke(STEEL, points, 10 / mm, mass * 1.6)
            knee = canvas.row(top - rng.uniform(60, 160), z)
            canvas.rectangle(STEEL, (x - back - 0.7 * wide, x - back - 0.2 * wide), (knee, knee + 120 / mm), mass)
            canvas.disc(STEEL, (canvas.col(x - back - 0.4 * wide), knee), (24 / mm, 24 / mm), rng.uniform(14, 40))
        else:
            canvas.stroke(STEEL, [(canvas.col(x - back), head), (canvas.col(x - 60), foot)], 70 / mm, mass)
        if stay:
            canvas.stroke(STEEL, [(canvas.col(x - 60), head), (canvas.col(x - 60), foot)], 50 / mm, mass)
        shoe = (canvas.row(low + 90, z), canvas.row(low - 40, z))
        canvas.rectangle(STEEL, (x - 110, x - 30), shoe, rng.uniform(8, 20))
    canvas.box(STEEL, (x - 110, x), (low - 60, low + 60), (-1150, 1150), rng.uniform(0.4, 1.1))


def _ladder(canvas: Canvas, rng: np.random.Generator, x: float, y_mm: tuple[float, float]) -> None:
    """Steps between two flat stringers, in the middle or on one side, some folded up."""
    mm, z = canvas.camera.pitch_mm, float(rng.choice([-1000.0, 0.0, 1000.0]))
    wide, mass = rng.uniform(120, 420), rng.uniform(2, 6)
    rows = (canvas.row(y_mm[1], z), canvas.row(y_mm[0], z))
    for left in (x, x + wide):
        canvas.rectangle(STEEL, (left, left + 22), rows, mass)
    for row in np.arange(rows[0] + 60 / mm, rows[1], rng.uniform(220, 320) / mm):
        canvas.rectangle(STEEL, (x, x + wide), (row, row + 20 / mm), mass * 1.5)


def _buffer(canvas: Canvas, rng: np.random.Generator, x: float, deck: float) -> None:
    """A stop that stands up behind the container: thick plate with a pointed top on the end beam, rubber blocks."""
    mm, tall, wide = canvas.camera.pitch_mm, rng.uniform(90, 260), rng.uniform(70, 130)
    foot = deck - rng.uniform(280, 480)
    for z in (-900.0, 900.0):
        shape = [(x, foot), (x, deck + 0.6 * tall), (x + 0.4 * wide, deck + tall), (x + 0.6 * wide, deck + tall)]
        shape += [(x + wide, deck + 0.6 * tall), (x + wide, deck - 180), (x + 0.5 * wide, foot)]
        canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in shape], rng.uniform(30, 60))
        for y in (deck + 0.4 * tall, deck - rng.uniform(100, 200)):
            rows = (canvas.row(y, z), canvas.row(y - rng.uniform(60, 110), z))
            canvas.rectangle(ORGANIC, (x + wide, x + wide + rng.uniform(40, 80)), rows, rng.uniform(6, 12))
            middle = (rows[0] + rows[1]) / 2
            canvas.rectangle(STEEL, (x + wide, x + wide + 70), (middle - 8 / mm, middle + 8 / mm), 9)
