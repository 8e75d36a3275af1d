"""Machines and engines: housings, frames, shafts, gears, motors, pipes. The richest source of harmless metal."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.cargo.packing import load_height
from cargoscope.datasets.simulation.vehicle.container import Hold


def machinery(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Machines on skids: castings, frames, shafts, gears, motors, cabinets, pipes."""
    x = hold.x_mm[0] + rng.uniform(50, 300)
    while x < hold.x_mm[1] - 700:
        w = min(rng.uniform(600, 3200), hold.x_mm[1] - x)
        h = load_height(rng, hold, 0.3, 0.85) - hold.y_mm[0]
        y = hold.y_mm[0] + 90
        canvas.box(ORGANIC, (x, x + w), (y - 90, y), (-700, 700), 0.5)
        for _ in range(int(rng.integers(1, 4))):
            left, right = np.sort(rng.uniform(x, x + w, 2))
            top = y + rng.uniform(0.4, 1.0) * h
            _cabinet(canvas, rng, (float(left), float(right) + 80), (y, top))
        for _ in range(int(rng.integers(10, 45))):
            _part(canvas, rng, (x, x + w), (y, y + h))
        x += w + rng.uniform(80, 900)


def _cabinet(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    """A sheet-metal housing or a frame of square tubes."""
    rows = (canvas.row(y_mm[1]), canvas.row(y_mm[0]))
    wall, tube = rng.uniform(1, 5), rng.uniform(15, 80)
    if rng.random() < 0.6:
        canvas.rectangle(STEEL, x_mm, rows, 2 * wall * 0.787)
    for edge in (x_mm[0], x_mm[1] - tube):
        canvas.rectangle(STEEL, (edge, edge + tube), rows, rng.uniform(4, 25))
    thick = tube / canvas.camera.pitch_mm
    for row in (rows[0], rows[1] - thick, rng.uniform(*rows)):
        canvas.rectangle(STEEL, x_mm, (row, row + thick), rng.uniform(4, 25))


def _part(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    pitch = canvas.camera.pitch_mm
    w = float(np.exp(rng.uniform(np.log(40), np.log(max(60.0, (x_mm[1] - x_mm[0]) * 0.7)))))
    h = float(np.exp(rng.uniform(np.log(30), np.log(max(50.0, (y_mm[1] - y_mm[0]) * 0.6)))))
    left = rng.uniform(x_mm[0], max(x_mm[1] - w, x_mm[0] + 1))
    low = y_mm[0] + (y_mm[1] - y_mm[0] - h) * rng.beta(1, 2.6)
    middle = (canvas.col(left + w / 2), canvas.row(low + h / 2))
    kind = int(rng.integers(0, 7))
    if kind == 0:
        depth = rng.uniform(5, 60)
        canvas.box(STEEL, (left, left + w), (low, low + h), (-depth / 2, depth / 2), 7.5, 0.02, rng, goods=True)
    elif kind == 1:
        wall = rng.uniform(2, 8)
        rows = (canvas.row(low + h), canvas.row(low))
        canvas.rectangle(STEEL, (left, left + w), rows, 2 * wall * 0.787)
        canvas.rectangle(STEEL, (left, left + wall + 3), rows, 60)
        canvas.rectangle(STEEL, (left + w - wall - 3, left + w), rows, 60)
        canvas.rectangle(STEEL, (left, left + w), (rows[0], rows[0] + 1.2), 60)
    elif kind == 2:
        r = min(w, h, 500) / 2 / pitch
        mass = rng.uniform(8, 60)
        canvas.disc(STEEL, middle, (r, r), mass)
        canvas.disc(STEEL, middle, (r * 0.75, r * 0.75), -mass * rng.uniform(0.2, 0.8))
        canvas.disc(STEEL, middle, (r * 0.25, r * 0.25), mass)
    elif kind == 3:
        canvas.rod(
            STEEL,
            (canvas.col(left), middle[1]),
            (canvas.col(left + w), middle[1] + rng.normal(0, 4)),
            rng.uniform(6, 40),
        )
    elif kind == 4:
        canvas.rod(
            STEEL, (middle[0], canvas.row(low)), (middle[0] + rng.normal(0, 6), canvas.row(low + h)), rng.uniform(6, 40)
        )
    elif kind == 5:
        canvas.solid(STEEL, middle, (min(w, 400) / 2 / pitch, min(h, 400) / 2 / pitch), rng.uniform(10, 90))
    else:
        points = [(canvas.col(left + w * rng.random()), canvas.row(low + h * rng.random())) for _ in range(5)]
        canvas.stroke(STEEL, points, rng.uniform(2, 8), rng.uniform(2, 12))


def engines(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Engines and vehicle parts in frames: blocks with bores, pulleys, gearboxes, shafts."""
    x = hold.x_mm[0] + 40
    while x < hold.x_mm[1] - 700:
        w = rng.uniform(550, 950)
        y = hold.y_mm[0] + 40
        for _ in range(int(rng.integers(1, 3))):
            h = rng.uniform(420, 700)
            _engine(canvas, rng, (x, x + w), (y, y + h))
            for post in (x, x + w - 50):
                canvas.box(ORGANIC if h < 500 else STEEL, (post, post + 50), (y - 40, y + h + 80), (-300, -297), 6.0)
            canvas.box(ORGANIC, (x, x + w), (y - 40, y), (-350, 350), 0.5)
            y += h + 120
        x += w + rng.uniform(40, 300)


def _engine(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    w, h = x_mm[1] - x_mm[0], y_mm[1] - y_mm[0]
    group, density = (LIGHT, 1.3) if rng.random() < 0.5 else (STEEL, 2.6)
    block = (x_mm[0] + 0.15 * w, x_mm[0] + 0.75 * w)
    canvas.box(group, block, (y_mm[0] + 0.2 * h, y_mm[0] + 0.85 * h), (-150, 150), density, 0.06, rng, goods=True)
    bores = int(rng.integers(3, 7))
    pitch = (block[1] - block[0]) / bores
    for i in range(bores):
        left = block[0] + (i + 0.2) * pitch
        canvas.box(group, (left, left + 0.6 * pitch), (y_mm[0] + 0.5 * h, y_mm[0] + 0.8 * h), (-50, 50), -density)
        canvas.box(LIGHT, (left, left + 0.6 * pitch), (y_mm[0] + 0.55 * h, y_mm[0] + 0.68 * h), (-40, 40), 2.0)
    canvas.rod(
        STEEL,
        (canvas.col(x_mm[0]), canvas.row(y_mm[0] + 0.3 * h)),
        (canvas.col(x_mm[1]), canvas.row(y_mm[0] + 0.3 * h)),
        26,
    )
    for _ in range(int(rng.integers(4, 12))):
        _part(canvas, rng, (x_mm[0], x_mm[1]), (y_mm[0], y_mm[1]))
