"""What is fixed under and on a container's roof and along its walls' feet: plates, small boxes, vents, capped posts."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.container import HALF_WIDTH_MM, STEEL_G_CM2_MM

Span = tuple[float, float]
SIDES: Final = (-HALF_WIDTH_MM, HALF_WIDTH_MM)


def roof_parts(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span) -> None:
    """Some of each on a container that reaches from x_mm[0] to x_mm[1] and from its floor's foot to its roof, y_mm."""
    inner = (x_mm[0] + 250, x_mm[1] - 450)
    for _ in range(int(rng.integers(0, 4))):
        _box(canvas, rng, rng.uniform(*inner), y_mm[1] - rng.uniform(75, 140))
    for _ in range(int(rng.integers(0, 3))):
        _vent(canvas, rng, rng.uniform(*inner), y_mm[1] - rng.uniform(70, 420))
    if rng.random() < 0.3:
        _plates(canvas, rng, inner, y_mm[1])
    if rng.random() < 0.3:
        for x in rng.uniform(inner[0], inner[1], int(rng.integers(1, 4))):
            _post(canvas, rng, float(x), y_mm[1])
    if rng.random() < 0.12:
        _castellation(canvas, rng, x_mm, y_mm[0] + rng.uniform(150, 230))


def _box(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A bracket, a lamp's or sensor's housing, a document holder: 60 to 180 mm, walls of 2 to 4 mm."""
    mm, z = canvas.camera.pitch_mm, float(rng.choice(SIDES))
    wide, tall = rng.uniform(60, 180), rng.uniform(45, 130)
    rows = (canvas.row(y, z), canvas.row(y - tall, z))
    canvas.rectangle(STEEL, (x, x + wide), rows, 2 * rng.uniform(0.8, 3) * STEEL_G_CM2_MM)
    for edge in (x, x + wide - 8):
        canvas.rectangle(STEEL, (edge, edge + 8), rows, rng.uniform(1, 6))
    for row in rows:
        canvas.rectangle(STEEL, (x, x + wide), (row - 3 / mm, row + 3 / mm), rng.uniform(1, 6))
    if rng.random() < 0.5:
        centre = (canvas.col(x + wide / 2), (rows[0] + rows[1]) / 2)
        canvas.solid(STEEL, centre, (rng.uniform(12, 40) / mm, rng.uniform(10, 30) / mm), rng.uniform(1, 9))


def _vent(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A ventilator's hood on the side wall: its outline with a bent lower lip, hardly denser than the wall."""
    mm, z = canvas.camera.pitch_mm, float(rng.choice(SIDES))
    wide, tall, dip = rng.uniform(120, 560), rng.uniform(60, 240), rng.uniform(5, 25)
    lip = [(x + share * wide, y - tall - dip * (k % 2)) for k, share in enumerate((0.0, 0.15, 0.3, 0.7, 0.85, 1.0))]
    path = [(x, y), *lip, (x + wide, y), (x, y)]
    points = [(canvas.col(u), canvas.row(v, z)) for u, v in path]
    canvas.stroke(ORGANIC, points, 12 / mm, rng.uniform(0.4, 2.2))
    if rng.random() < 0.4:
        canvas.polygon(ORGANIC, points, rng.uniform(0.1, 0.5))


def _plates(canvas: Canvas, rng: np.random.Generator, x_mm: Span, top: float) -> None:
    """Doublers by the corners, patches and lifting plates along the roof: 4 to 8 mm, seen almost edge-on."""
    for _ in range(int(rng.integers(1, 5))):
        x, z = rng.uniform(*x_mm), rng.uniform(-1000, 1000)
        high = rng.uniform(6, 30)
        rows = (canvas.row(top - 15, z), canvas.row(top - 15 - high, z))
        canvas.rectangle(STEEL, (x, x + rng.uniform(150, 900)), rows, rng.uniform(2, 12))


def _post(canvas: Canvas, rng: np.random.Generator, x: float, top: float) -> None:
    """A short stanchion of tube below the roof: a cap above, a flange of plate with bolts at either end."""
    mm, z = canvas.camera.pitch_mm, rng.uniform(-900, 900)
    wide, tall, wall = rng.uniform(35, 75), rng.uniform(220, 620), rng.uniform(2.5, 5)
    high = top - rng.uniform(60, 130)
    rows = (canvas.row(high, z), canvas.row(high - tall, z))
    canvas.rectangle(STEEL, (x, x + wide), rows, 2 * wall * STEEL_G_CM2_MM)
    for edge in (x, x + wide - 2 * wall):
        canvas.rectangle(STEEL, (edge, edge + 2 * wall), rows, rng.uniform(4, 12))
    over = rng.uniform(25, 60)
    for row in (rows[0], rows[1] - 12 / mm):
        canvas.rectangle(STEEL, (x - over, x + wide + over), (row, row + 12 / mm), rng.uniform(6, 16))
        for bolt in (x - over + 6, x + wide + over - 22):
            canvas.rectangle(STEEL, (bolt, bolt + 16), (row - 12 / mm, row + 24 / mm), rng.uniform(3, 10))
    cap = rng.uniform(40, 95)
    canvas.rectangle(STEEL, (x - 12, x + wide + 12), (rows[0] - cap / mm, rows[0]), rng.uniform(3, 14))


def _castellation(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y: float) -> None:
    """The trapezoid foot of a corrugated wall or the ends of a T-floor's bars: a dense band with a stepped edge."""
    mm, z = canvas.camera.pitch_mm, float(rng.choice(SIDES))
    step, high, mass = float(rng.choice([278.0, 220.0, 120.0])), rng.uniform(18, 45), rng.uniform(1, 6)
    ends = (x_mm[0] + 200, x_mm[1] - rng.uniform(150, 0.6 * (x_mm[1] - x_mm[0])))
    lefts = np.arange(ends[0], ends[1] - step, step)
    path = [(x + share * step, y + up * high) for x in lefts for share, up in ((0, 0), (0.1, 1), (0.5, 1), (0.6, 0))]
    canvas.stroke(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in path], 10 / mm, mass)
    rows = (canvas.row(y, z), canvas.row(y - rng.uniform(30, 120), z))
    canvas.rectangle(STEEL, ends, rows, mass * rng.uniform(0.2, 0.7))
