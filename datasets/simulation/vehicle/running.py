"""What a vehicle stands on: axles with wheels, brakes and springs; and a trailer's legs."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.trailer import wheel

SIDES: Final = (-480.0, 480.0)
WHEEL_MM: Final = 510.0


def axle(canvas: Canvas, rng: np.random.Generator, x: float) -> None:
    """Twin wheels on both sides, drum, axle tube, leaf spring or air bellows, brake chamber, mudguard."""
    mm, camera = canvas.camera.pitch_mm, canvas.camera
    for z in (-930.0, 930.0):
        magnified = camera.distance_mm / (camera.distance_mm + z)
        wheel(canvas, rng, (canvas.col(x), canvas.row(WHEEL_MM, z)), WHEEL_MM * rng.uniform(0.97, 1.02), magnified)
        canvas.disc(STEEL, (canvas.col(x), canvas.row(WHEEL_MM, z)), (205 / mm, 205 / mm), rng.uniform(25, 60))
        reach = rng.uniform(560, 640)
        turn = np.linspace(rng.uniform(0.0, 0.6), np.pi - rng.uniform(0.0, 0.6), 14)
        arc = [(canvas.col(x + reach * np.cos(a)), canvas.row(WHEEL_MM + reach * np.sin(a), z)) for a in turn]
        canvas.stroke(ORGANIC, arc, rng.uniform(8, 20) / mm, rng.uniform(3, 25))
        if rng.random() < 0.5:
            canvas.polygon(ORGANIC, arc, rng.uniform(0.4, 1.2))
    canvas.disc(STEEL, (canvas.col(x), canvas.row(WHEEL_MM)), (85 / mm, 85 / mm), 150)
    for z in SIDES:
        if rng.random() < 0.6:
            for i in range(int(rng.integers(2, 6))):
                bow = [(x - 520, WHEEL_MM + 190), (x, WHEEL_MM + 80 - 16 * i), (x + 520, WHEEL_MM + 190)]
                canvas.stroke(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in bow], 13 / mm, 55)
        else:
            canvas.solid(ORGANIC, (canvas.col(x + 380), canvas.row(WHEEL_MM + 130, z)), (150 / mm, 150 / mm), 6)
            canvas.stroke(
                STEEL,
                [(canvas.col(x - 420), canvas.row(WHEEL_MM + 240, z)), (canvas.col(x + 480), canvas.row(WHEEL_MM, z))],
                60 / mm,
                rng.uniform(20, 50),
            )
        hanger = (canvas.row(WHEEL_MM + 330, z), canvas.row(WHEEL_MM + 120, z))
        canvas.rectangle(STEEL, (x - 520, x - 420), hanger, rng.uniform(10, 40))
        pot = (canvas.col(x + rng.uniform(-250, 250)), canvas.row(WHEEL_MM + rng.uniform(120, 220), z * 0.6))
        canvas.solid(STEEL, pot, (rng.uniform(70, 110) / mm, rng.uniform(80, 120) / mm), rng.uniform(12, 35))
        _hanger(canvas, rng, x - 480, z)
    if rng.random() < 0.6:
        _guard_clamps(canvas, rng, x)


def _hanger(canvas: Canvas, rng: np.random.Generator, x: float, z: float) -> None:
    """The foot on which a spring turns: two plates of 8 to 12 mm that taper to an eye with a bush, bolts above."""
    mm, mass = canvas.camera.pitch_mm, rng.uniform(13, 20)
    shape = [(x - 90, WHEEL_MM + 380), (x + 90, WHEEL_MM + 380), (x + 45, WHEEL_MM + 60), (x - 45, WHEEL_MM + 60)]
    canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in shape], mass)
    eye = (canvas.col(x), canvas.row(WHEEL_MM + 90, z))
    canvas.disc(STEEL, eye, (52 / mm, 52 / mm), rng.uniform(15, 40))
    canvas.disc(STEEL, eye, (18 / mm, 18 / mm), rng.uniform(-12, 25))
    for bolt in (-55.0, 0.0, 55.0):
        centre = (canvas.col(x + bolt), canvas.row(WHEEL_MM + 340, z))
        canvas.disc(STEEL, centre, (13 / mm, 13 / mm), rng.uniform(4, 14))


def _guard_clamps(canvas: Canvas, rng: np.random.Generator, x: float) -> None:
    """What holds a mudguard before and behind its wheel: an upright bracket, long holes in it, a clamp at each end."""
    mm, reach = canvas.camera.pitch_mm, rng.uniform(430, 560)
    wide, tall = rng.uniform(30, 55), rng.uniform(110, 200)
    y, mass = WHEEL_MM + rng.uniform(200, 420), rng.uniform(4, 12)
    for z in (-930.0, 930.0):
        for left in (x - reach, x + reach - wide):
            rows = (canvas.row(y, z), canvas.row(y - tall, z))
            canvas.rectangle(STEEL, (left, left + wide), rows, mass)
            for row in (rows[0], rows[1] - 26 / mm):
                canvas.rectangle(STEEL, (left - 8, left + wide + 8), (row, row + 26 / mm), mass * 1.5)
            tube = (canvas.col(left + wide / 2), (rows[0] + rows[1]) / 2)
            canvas.disc(STEEL, tube, (15 / mm, 22 / mm), rng.uniform(5, 14))


def landing_gear(canvas: Canvas, rng: np.random.Generator, x: float, under: float) -> None:
    """Two legs with inner tubes, feet, a crank, and braces slanting back to the frame."""
    mm = canvas.camera.pitch_mm
    wide = rng.uniform(90, 140)
    foot = rng.uniform(320, 480)
    for z in (-560.0, 560.0):
        rows = (canvas.row(under + 250, z), canvas.row(foot + 250, z))
        canvas.rectangle(STEEL, (x, x + wide), rows, rng.uniform(10, 20))
        for edge in (x, x + wide - 12):
            canvas.rectangle(STEEL, (edge, edge + 12), rows, 40)
        canvas.rectangle(STEEL, (x + 12, x + wide - 12), (rows[1], canvas.row(foot, z)), 26)
        gear = (canvas.row(under + 60, z), canvas.row(under - rng.uniform(80, 200), z))
        canvas.rectangle(STEEL, (x - 15, x + wide + 15), gear, rng.uniform(12, 30))
        for row in np.linspace(gear[0] + 20 / mm, rows[1] - 30 / mm, int(rng.integers(3, 7))):
            canvas.disc(STEEL, (canvas.col(x + rng.uniform(0.2, 0.8) * wide), row), (16 / mm, 16 / mm), 14)
        canvas.rectangle(STEEL, (x - 90, x + wide + 90), (canvas.row(foot + 25, z), canvas.row(foot, z)), 40)
        reach = rng.uniform(350, 900) * (1 if rng.random() < 0.8 else -1)
        start = (canvas.col(x + wide / 2), canvas.row(foot + 260, z))
        canvas.stroke(STEEL, [start, (canvas.col(x + reach), canvas.row(under, z))], rng.uniform(30, 60) / mm, 10)
    crank = [(x - 40, under - 60), (x - 40, under - 200), (x - 160, under - 210)]
    canvas.stroke(STEEL, [(canvas.col(u), canvas.row(v, -900.0)) for u, v in crank], 20 / mm, 12)
