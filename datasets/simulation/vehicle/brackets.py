"""Small dense parts fixed to and under a frame: hangers, hooks, valve blocks, batteries, boxes, extinguishers, rails.

In size and mass they are what small contraband is; here they are part of the vehicle.
"""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas

Span = tuple[float, float]
STEEL_G_CM2_MM: Final = 0.787
HOOK: Final = ((0, 0), (0.35, 0), (0.4, 0.5), (0.55, 0.72), (1, 0.86), (1, 1), (0.2, 1), (0.05, 0.85), (0.12, 0.5))
"""Outline of a hook or a cast shoe: share of its width, share of its height from above."""


def underside(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span) -> None:
    """Some of each along x_mm; y_mm: lower and upper edge of the frame."""
    low, top = y_mm
    hangers(canvas, rng, x_mm, y_mm)
    for _ in range(int(rng.integers(0, 5))):
        hook(canvas, rng, rng.uniform(*x_mm), rng.uniform(low + 60, top), float(rng.choice([-900.0, 900.0])))
    for _ in range(int(rng.integers(1, 4))):
        valve_block(canvas, rng, rng.uniform(*x_mm), rng.uniform(low - 60, low + 0.7 * (top - low)))
    if rng.random() < 0.35:
        battery_box(canvas, rng, rng.uniform(*x_mm), low + rng.uniform(-40, 120))
    if rng.random() < 0.5:
        extinguisher(canvas, rng, rng.uniform(*x_mm), low + rng.uniform(-40, 200))
    if rng.random() < 0.3 and x_mm[1] - x_mm[0] > 2500:
        pallet_box(canvas, rng, rng.uniform(x_mm[0], x_mm[1] - 2000), low + rng.uniform(-30, 60))
    if rng.random() < 0.4:
        guard_posts(canvas, rng, x_mm, low)


def hangers(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span) -> None:
    """A row of like short plates or channels below the flange, evenly spaced: 8 to 12 mm plate, 60 to 110 mm deep."""
    low, top = y_mm
    wide, tall, mass = rng.uniform(14, 55), rng.uniform(60, 190), rng.uniform(8, 28)
    y, lean = top - rng.uniform(0, 0.6) * (top - low), rng.normal(0, 10)
    for x in np.arange(x_mm[0] + rng.uniform(0, 600), x_mm[1], rng.uniform(450, 1300)):
        if rng.random() < 0.12:
            continue
        left = x + rng.normal(0, 20)
        for z in (-520.0, 520.0):
            rows = (canvas.row(y, z), canvas.row(y - tall, z))
            corners = [(left, rows[0]), (left + wide, rows[0]), (left + wide + lean, rows[1]), (left + lean, rows[1])]
            canvas.polygon(STEEL, [(canvas.col(u), row) for u, row in corners], mass)
            foot = (rows[1] - 10 / canvas.camera.pitch_mm, rows[1])
            canvas.rectangle(STEEL, (left + lean, left + lean + wide * 1.6), foot, mass)


def hook(canvas: Canvas, rng: np.random.Generator, x: float, y: float, z: float) -> None:
    """A cast hook or lever 20 to 40 mm thick, 70 to 190 mm wide, its top at y, with a pin."""
    mm, way = canvas.camera.pitch_mm, float(rng.choice([-1.0, 1.0]))
    wide, tall = rng.uniform(70, 190), rng.uniform(150, 330)
    points = [(canvas.col(x + way * u * wide), canvas.row(y - v * tall, z)) for u, v in HOOK]
    canvas.polygon(STEEL, points, rng.uniform(20, 40) * STEEL_G_CM2_MM)
    pin = (canvas.col(x + way * 0.2 * wide), canvas.row(y - 0.15 * tall, z))
    canvas.disc(STEEL, pin, (18 / mm, 18 / mm), rng.uniform(10, 35))


def valve_block(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A brake modulator or valve: a block of aluminium with steel coils and ports, and pipes to either side."""
    mm, z = canvas.camera.pitch_mm, rng.uniform(-500, 500)
    w, h = rng.uniform(90, 240), rng.uniform(80, 190)
    rows = (canvas.row(y, z), canvas.row(y - h, z))
    canvas.rectangle(LIGHT, (x, x + w), rows, rng.uniform(10, 24))
    canvas.rectangle(ORGANIC, (x + 0.1 * w, x + 0.9 * w), (rows[0] - 45 / mm, rows[0]), rng.uniform(2, 6))
    for _ in range(int(rng.integers(2, 6))):
        left, high = x + rng.uniform(0, 0.75) * w, rows[0] + rng.uniform(0, 0.6) * (rows[1] - rows[0])
        canvas.rectangle(STEEL, (left, left + rng.uniform(22, 50)), (high, high + rng.uniform(25, 60) / mm),
                         rng.uniform(6, 22))  # fmt: skip
    for port in rng.uniform(0, w, int(rng.integers(2, 5))):
        canvas.rectangle(STEEL, (x + port, x + port + 24), (rows[1], rows[1] + rng.uniform(20, 50) / mm), 12)
    for way in (-1.0, 1.0):
        start = (canvas.col(x + (w if way > 0 else 0)), (rows[0] + rows[1]) / 2)
        bend = start[0] + way * rng.uniform(60, 250) / mm
        pipe = [start, (bend, start[1]), (bend + way * rng.uniform(0, 120) / mm, start[1] - rng.uniform(-80, 160) / mm)]
        canvas.stroke(ORGANIC, pipe, 14 / mm, rng.uniform(1, 3))


def battery_box(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """One or two lead batteries in a sheet box on brackets: six cells of dense plates each, two posts on top."""
    z, mm = float(rng.choice([-850.0, 850.0])), canvas.camera.pitch_mm
    count, high, cells = int(rng.integers(1, 3)), rng.uniform(190, 240), rng.uniform(22, 42)
    long = rng.uniform(330, 520)
    whole = count * (long + 15) + 20
    box = (canvas.row(y, z), canvas.row(y - high - 80, z))
    canvas.rectangle(STEEL, (x, x + whole), box, rng.uniform(2.5, 5))
    for edge in (x, x + whole - 8):
        canvas.rectangle(STEEL, (edge, edge + 8), (box[0] - 90 / mm, box[1]), rng.uniform(10, 25))
    for i in range(count):
        left = x + 15 + i * (long + 15)
        rows = (canvas.row(y - 70, z), canvas.row(y - 70 - high, z))
        canvas.rectangle(ORGANIC, (left, left + long), rows, rng.uniform(5, 9))
        for k in range(6):
            start = left + 12 + k * (long - 24) / 6
            canvas.rectangle(STEEL, (start, start + (long - 24) / 6 - 9), (rows[0] + 28 / mm, rows[1] - 14 / mm), cells)
        for post in (left + 40, left + long - 60):
            canvas.rectangle(STEEL, (post, post + 20), (rows[0] - 22 / mm, rows[0]), 16)


def extinguisher(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A 6 or 9 kg powder extinguisher in a plastic case: a drawn steel bottle, powder to two thirds, a brass head."""
    z, mm = float(rng.choice([-900.0, 900.0])), canvas.camera.pitch_mm
    flat, long, r = rng.random() < 0.5, rng.uniform(430, 560), rng.uniform(75, 92)
    w, h = (long + 160, 2 * r + 90) if flat else (2 * r + 90, long + 160)
    case = (canvas.row(y, z), canvas.row(y - h, z))
    canvas.rectangle(ORGANIC, (x, x + w), case, rng.uniform(0.6, 1.2))
    for row in case:
        canvas.rectangle(ORGANIC, (x, x + w), (row - 4 / mm, row + 4 / mm), rng.uniform(1.5, 4))
    for edge in (x, x + w - 8):
        canvas.rectangle(ORGANIC, (edge, edge + 8), case, rng.uniform(1.5, 4))
    if flat:
        bottle, rows = (x + 40, x + 40 + long), (canvas.row(y - 45, z), canvas.row(y - 45 - 2 * r, z))
        powder = (bottle, (rows[0] + 0.35 * (rows[1] - rows[0]), rows[1]))
        head = (x + 40 + long + 35, (rows[0] + rows[1]) / 2)
    else:
        bottle, rows = (x + 45, x + 45 + 2 * r), (canvas.row(y - 120, z), canvas.row(y - 120 - long, z))
        powder = (bottle, (rows[0] + 0.4 * (rows[1] - rows[0]), rows[1]))
        head = (x + 45 + r, rows[0] - 30 / mm)
    canvas.rectangle(STEEL, bottle, rows, 2 * rng.uniform(1.2, 1.8) * STEEL_G_CM2_MM)
    canvas.rectangle(LIGHT, powder[0], powder[1], rng.uniform(9, 15))
    for row in rows:
        canvas.rectangle(STEEL, bottle, (row - 4 / mm, row + 4 / mm), rng.uniform(3, 8))
    canvas.solid(STEEL, (canvas.col(head[0]), head[1]), (28 / mm, 26 / mm), rng.uniform(18, 32))
    canvas.stroke(STEEL, [(canvas.col(head[0]), head[1]), (canvas.col(head[0] + 70), head[1] + 40 / mm)], 12 / mm, 8)


def pallet_box(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A long open case under the floor for empty pallets or dunnage: a cage of angles, some with timber in it."""
    mm, w, h = canvas.camera.pitch_mm, rng.uniform(900, 1900), rng.uniform(320, 520)
    mass = rng.uniform(3, 9)
    for z in (-1100.0, -150.0):
        rows = (canvas.row(y, z), canvas.row(y - h, z))
        for row in rows:
            canvas.rectangle(STEEL, (x, x + w), (row - 20 / mm, row + 20 / mm), mass)
        for edge in np.linspace(x, x + w - 40, int(rng.integers(2, 5))):
            canvas.rectangle(STEEL, (edge, edge + 40), rows, mass)
    if rng.random() < 0.6:
        level = y - h + 20
        for _ in range(int(rng.integers(1, 4))):
            canvas.box(ORGANIC, (x + 40, x + 40 + min(w - 80, 1200)), (level, level + 22), (-1080, -170), 0.5)
            for left in (x + 60, x + w / 2 - 50, x + w - 180):
                canvas.box(ORGANIC, (left, left + 100), (level + 22, level + 110), (-1080, -170), 0.5)
            level += 140


def guard_posts(canvas: Canvas, rng: np.random.Generator, x_mm: Span, under: float) -> None:
    """What carries the side guards: posts with short clamped rails, each clamp a bolt between two dense ends."""
    mm, z = canvas.camera.pitch_mm, float(rng.choice([-1150.0, 1150.0]))
    long, tall = rng.uniform(110, 260), rng.uniform(40, 75)
    levels = rng.uniform(380, max(under - 60, 460), int(rng.integers(1, 4)))
    for x in np.arange(x_mm[0] + rng.uniform(0, 500), x_mm[1] - 300, rng.uniform(900, 2200)):
        for y in levels:
            rows = (canvas.row(y + tall / 2, z), canvas.row(y - tall / 2, z))
            canvas.rectangle(LIGHT, (x, x + long), rows, rng.uniform(1.0, 2.5))
            middle = (rows[0] + rows[1]) / 2
            canvas.rectangle(STEEL, (x, x + long), (middle - 6 / mm, middle + 6 / mm), rng.uniform(5, 10))
            for edge in (x - 12, x + long - 14, x + long * 0.4):
                canvas.rectangle(STEEL, (edge, edge + 26), (rows[0] - 3 / mm, rows[1] + 3 / mm), rng.uniform(5, 14))
