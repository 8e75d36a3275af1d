"""A passenger car from the side: two flanks of thin sheet, and all that shows through them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.container import Hold

Spot = tuple[float, float]
Place = Callable[..., Spot]

FLANKS: Final = (-800.0, 800.0)

OUTLINES: Final = {
    "saloon": ((0.0, 0.2), (0.0, 0.42), (0.04, 0.55), (0.27, 0.63), (0.4, 0.95), (0.52, 1.0), (0.68, 0.97),
               (0.84, 0.7), (0.98, 0.66), (1.0, 0.45), (0.99, 0.2)),
    "hatch": ((0.0, 0.2), (0.01, 0.45), (0.06, 0.57), (0.26, 0.64), (0.4, 0.96), (0.55, 1.0), (0.85, 0.95),
              (0.97, 0.66), (1.0, 0.5), (0.99, 0.2)),
    "van": ((0.0, 0.18), (0.0, 0.4), (0.04, 0.52), (0.18, 0.58), (0.29, 0.95), (0.4, 1.0), (0.96, 1.0), (1.0, 0.9),
            (1.0, 0.18)),
}  # fmt: skip
"""Corners of each body from its nose to its tail, in shares of length and height; they are rounded when drawn."""


def cars(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Passenger cars, on the floor or one tilted above another on a rack."""
    x = hold.x_mm[0] + rng.uniform(80, 400)
    while x + 3700 < hold.x_mm[1]:
        length = rng.uniform(3700, 4700)
        if x + length > hold.x_mm[1]:
            return
        car(canvas, rng, x, hold.y_mm[0], length)
        if rng.random() < 0.35 and hold.y_mm[1] - hold.y_mm[0] > 2450:
            lift = rng.uniform(950, 1050)
            car(canvas, rng, x + rng.uniform(-50, 50), hold.y_mm[0] + lift, length * 0.95)
            for post in (x + 300, x + length - 400):
                canvas.box(STEEL, (post, post + 80), (hold.y_mm[0], hold.y_mm[0] + lift), (-900, -880), 7.0)
        x += length + rng.uniform(150, 500)


def car(canvas: Canvas, rng: np.random.Generator, x: float, y: float, length: float) -> None:
    """One car, its nose on the left or on the right, its wheels on y."""
    tall, turned = rng.uniform(1380, 1600), rng.random() < 0.5
    body = str(rng.choice(list(OUTLINES), p=[0.45, 0.4, 0.15]))

    def at(u: float, v: float, z: float = 0.0) -> Spot:
        return canvas.col(x + (1 - u if turned else u) * length), canvas.row(y + v * tall, z)

    line = _rounded(np.array(OUTLINES[body]) + rng.normal(0, 0.008, (len(OUTLINES[body]), 2)))
    _flanks(canvas, rng, at, line)
    _floor(canvas, rng, at)
    _drive(canvas, rng, at)
    for u in (0.42, 0.64):
        for z in (-370.0, 370.0):
            _seat(canvas, rng, at, u + rng.normal(0, 0.01), z)
    radius = rng.uniform(295, 340)
    for u in (rng.uniform(0.16, 0.19), rng.uniform(0.79, 0.83)):
        for z in (-730.0, 730.0):
            _wheel(canvas, rng, (at(u, 0)[0], canvas.row(y + radius, z)), radius)
            _strut(canvas, rng, at, u, z)
    _details(canvas, rng, at, line)


def _rounded(corners: np.ndarray) -> np.ndarray:
    """(n, 2) points of a smooth closed line near the corners: Chaikin's cutting, three times."""
    for _ in range(3):
        after = np.roll(corners, -1, axis=0)
        corners = np.stack([0.75 * corners + 0.25 * after, 0.25 * corners + 0.75 * after], axis=1).reshape(-1, 2)
    return corners


def _flanks(canvas: Canvas, rng: np.random.Generator, at: Place, line: np.ndarray) -> None:
    """Sheet, glass, pillars, door seams and impact beams of both sides; roof and bonnet between them."""
    mm = canvas.camera.pitch_mm
    sheet, seam = rng.uniform(1.3, 2.0), rng.uniform(0.42, 0.46)
    belt, doors = rng.uniform(0.62, 0.67), (0.33, seam + 0.08, 0.76)
    inset = (line - [0.55, 0.5]) * [0.9, 0.9] + [0.55, 0.5]
    glass = inset[(inset[:, 1] > belt) & (inset[:, 0] > 0.3)]
    for z in FLANKS:
        canvas.polygon(STEEL, [at(u, v, z) for u, v in line], sheet)
        canvas.stroke(STEEL, [at(u, v, z) for u, v in (*line, line[0])], 14 / mm, rng.uniform(1.5, 3.5))
        if len(glass) > 2:
            window = [at(u, v, z) for u, v in glass]
            canvas.polygon(STEEL, window, -0.9 * sheet)
            canvas.polygon(LIGHT, window, rng.uniform(0.7, 1.1))
        canvas.stroke(STEEL, [at(0.27, belt, z), at(0.9, belt, z)], 30 / mm, rng.uniform(1, 2.5))
        for u in doors:
            foot, head = (u + rng.normal(0, 0.004), 0.2), (u + (0.1 if u < 0.4 else rng.uniform(-0.01, 0.05)), 0.93)
            canvas.stroke(STEEL, [at(*foot, z), at(u, belt, z), at(*head, z)], 55 / mm, rng.uniform(1.2, 3.0))
        for low in (0.3, 0.45):
            canvas.stroke(STEEL, [at(0.36, low, z), at(0.7, low + 0.08, z)], 30 / mm, rng.uniform(0.8, 2.2))
        for u in (0.18, 0.81):
            arch = [at(u + 0.095 * np.cos(a), 0.2 + 0.28 * np.sin(a), z) for a in np.linspace(0, np.pi, 13)]
            canvas.stroke(STEEL, arch, 16 / mm, rng.uniform(1, 2.5))
    top, roof = line[line[:, 1] > 0.9], rng.uniform(1.4, 2.4)
    for (u1, v1), (u2, v2) in pairwise(top):
        rows = sorted((at(u1, v1, -600)[1], at(u2, v2, 600)[1]))
        ends = sorted((at(u1, v1)[0], at(u2, v2)[0]))
        quad = [(ends[0], rows[0]), (ends[1], rows[0]), (ends[1], rows[1] + 1), (ends[0], rows[1] + 1)]
        canvas.polygon(STEEL, quad, roof)


def _floor(canvas: Canvas, rng: np.random.Generator, at: Place) -> None:
    """Sills, pan, cross members, tank, exhaust."""
    mm = canvas.camera.pitch_mm
    for z in (-700.0, 700.0):
        canvas.stroke(STEEL, [at(0.25, 0.17, z), at(0.76, 0.17, z)], 110 / mm, rng.uniform(5, 9))
        canvas.stroke(STEEL, [at(0.02, 0.3, z * 0.6), at(0.26, 0.3, z * 0.6)], 90 / mm, rng.uniform(5, 9))
        canvas.stroke(STEEL, [at(0.74, 0.26, z * 0.6), at(0.98, 0.32, z * 0.6)], 90 / mm, rng.uniform(4, 8))
    canvas.stroke(STEEL, [at(0.08, 0.185), at(0.93, 0.2)], 26 / mm, rng.uniform(22, 42))
    for u in rng.uniform(0.25, 0.9, int(rng.integers(4, 8))):
        canvas.stroke(STEEL, [at(u, 0.17), at(u, 0.26)], rng.uniform(40, 90) / mm, rng.uniform(10, 30))
    for u in (0.01, 0.98):
        canvas.stroke(STEEL, [at(u, 0.27), at(u, 0.42)], 45 / mm, rng.uniform(14, 30))
    tank = [at(0.62, 0.16), at(0.76, 0.16), at(0.76, 0.3), at(0.62, 0.3)]
    canvas.polygon(WATER, tank, rng.uniform(4, 40))
    canvas.polygon(STEEL, tank, rng.uniform(1, 2.5))
    pipe = [at(0.22, 0.15, 200), at(0.6, 0.14, 250), at(0.84, 0.17, 300), at(0.99, 0.17, 300)]
    canvas.stroke(STEEL, pipe, 50 / mm, rng.uniform(1.5, 3.5))
    canvas.stroke(STEEL, [at(0.86, 0.18, 300), at(0.95, 0.18, 300)], 150 / mm, rng.uniform(3, 7))


def _drive(canvas: Canvas, rng: np.random.Generator, at: Place) -> None:
    """Engine and gearbox as a heap of castings, pulleys and hoses; battery, cooler, steering."""
    mm = canvas.camera.pitch_mm
    first = rng.uniform(0.08, 0.11)
    for _ in range(3):
        low = (first + rng.uniform(0, 0.03), rng.uniform(0.24, 0.32))
        block = [(low[0], low[1]), (low[0] + rng.uniform(0.07, 0.1), low[1]),
                 (low[0] + rng.uniform(0.06, 0.1), 0.52), (low[0] + 0.005, 0.5)]  # fmt: skip
        canvas.polygon(STEEL if rng.random() < 0.5 else LIGHT, [at(u, v) for u, v in block], rng.uniform(22, 50))
    for _ in range(int(rng.integers(14, 24))):
        centre = at(rng.uniform(first - 0.01, first + 0.13), rng.uniform(0.24, 0.54))
        size = rng.uniform(20, 110) / mm
        canvas.solid(STEEL, centre, (size, size * rng.uniform(0.5, 1.2)), rng.uniform(4, 26))
    for _ in range(int(rng.integers(10, 20))):
        path = [at(rng.uniform(0.03, 0.26), rng.uniform(0.28, 0.58)) for _ in range(3)]
        canvas.stroke(ORGANIC if rng.random() < 0.5 else STEEL, path, rng.uniform(8, 30) / mm, rng.uniform(0.8, 4))
    canvas.stroke(LIGHT, [at(0.035, 0.3), at(0.035, 0.54)], 40 / mm, rng.uniform(15, 40))
    battery = [at(0.19, 0.42, 500), at(0.245, 0.42, 500), at(0.245, 0.53, 500), at(0.19, 0.53, 500)]
    canvas.polygon(HEAVY, battery, rng.uniform(20, 45))
    canvas.stroke(STEEL, [at(0.25, 0.4, -350), at(0.37, 0.62, -350)], 30 / mm, rng.uniform(5, 10))
    ring = [at(0.37 + 0.022 * np.cos(a), 0.63 + 0.1 * np.sin(a), -350) for a in np.linspace(0, 2 * np.pi, 17)]
    canvas.stroke(STEEL, ring, 14 / mm, rng.uniform(1.5, 3))
    canvas.stroke(STEEL, [at(0.3, 0.55), at(0.32, 0.62)], 60 / mm, rng.uniform(12, 30))
    for _ in range(12):
        spot = at(rng.uniform(0.28, 0.36), rng.uniform(0.42, 0.64))
        canvas.disc(STEEL, spot, (rng.uniform(10, 60) / mm, rng.uniform(10, 60) / mm), rng.uniform(0.8, 5))


def _seat(canvas: Canvas, rng: np.random.Generator, at: Place, u: float, z: float) -> None:
    """Foam on a frame of tubes, with the rods of a head rest."""
    mm, lean = canvas.camera.pitch_mm, rng.uniform(0.045, 0.08)
    cushion = [(u, 0.3), (u + 0.11, 0.27), (u + 0.11, 0.37), (u, 0.4)]
    back = [(u + 0.09, 0.33), (u + 0.12, 0.33), (u + 0.12 + lean, 0.74), (u + 0.09 + lean, 0.76)]
    for part in (cushion, back):
        points = [at(a, b, z) for a, b in part]
        canvas.polygon(ORGANIC, points, rng.uniform(1.5, 3))
        canvas.stroke(STEEL, [*points, points[0]], 18 / mm, rng.uniform(1.5, 4))
    head = (u + 0.11 + lean, 0.82)
    canvas.disc(ORGANIC, at(*head, z), (60 / mm, 90 / mm), rng.uniform(1, 2))
    canvas.stroke(STEEL, [at(u + 0.105 + lean, 0.72, z), at(*head, z)], 12 / mm, rng.uniform(2, 5))


def _wheel(canvas: Canvas, rng: np.random.Generator, hub: Spot, radius_mm: float) -> None:
    """Tyre, rim with spokes, brake disc and hub."""
    r = radius_mm / canvas.camera.pitch_mm
    canvas.disc(ORGANIC, hub, (r, r), rng.uniform(4, 6))
    canvas.disc(ORGANIC, hub, (0.66 * r, 0.66 * r), -rng.uniform(2.5, 3.5))
    for share, mass in ((0.68, 3.0), (0.62, 2.0)):
        ring = [(hub[0] + share * r * np.cos(a), hub[1] + share * r * np.sin(a)) for a in np.linspace(0, 6.3, 33)]
        canvas.stroke(STEEL, ring, 14 / canvas.camera.pitch_mm, mass)
    count, first = int(rng.integers(5, 11)), rng.uniform(0, 6.3)
    for angle in np.linspace(first, first + 2 * np.pi, count, endpoint=False):
        tip = (hub[0] + 0.62 * r * float(np.cos(angle)), hub[1] + 0.62 * r * float(np.sin(angle)))
        canvas.stroke(LIGHT, [hub, tip], 0.16 * r, rng.uniform(2, 4))
    for share, mass in ((0.42, 8.0), (0.2, 22.0)):
        canvas.disc(STEEL, hub, (share * r, share * r), mass)
    canvas.disc(STEEL, (hub[0] + 0.3 * r, hub[1] - 0.15 * r), (0.13 * r, 0.22 * r), rng.uniform(10, 25))


def _strut(canvas: Canvas, rng: np.random.Generator, at: Place, u: float, z: float) -> None:
    """A damper within a coil spring, and the arm that holds the wheel."""
    mm, inner = canvas.camera.pitch_mm, z * 0.75
    canvas.stroke(STEEL, [at(u, 0.25, inner), at(u + 0.01, 0.55, inner)], 45 / mm, rng.uniform(5, 12))
    coil = [at(u + (0.02 if k % 2 else -0.015), 0.34 + 0.018 * k, inner) for k in range(11)]
    canvas.stroke(STEEL, coil, 12 / mm, rng.uniform(3, 7))
    canvas.stroke(STEEL, [at(u - 0.06, 0.2, inner), at(u, 0.2, z)], 40 / mm, rng.uniform(4, 9))


def _details(canvas: Canvas, rng: np.random.Generator, at: Place, line: np.ndarray) -> None:
    """Hinges, locks, motors of windows, lamps, wires and brackets, most of them near the body's edge."""
    mm = canvas.camera.pitch_mm
    for _ in range(int(rng.integers(50, 110))):
        u, v = line[int(rng.integers(len(line)))] if rng.random() < 0.5 else rng.uniform((0.03, 0.18), (0.97, 0.62))
        z, toward = float(rng.choice(FLANKS)) * rng.uniform(0.6, 1), rng.uniform(0, 0.12)
        spot = (u + (0.5 - u) * toward, v + (0.45 - v) * toward)
        if rng.random() < 0.5:
            end = (spot[0] + rng.normal(0, 0.03), spot[1] + rng.normal(0, 0.05))
            canvas.stroke(STEEL, [at(*spot, z), at(*end, z)], rng.uniform(4, 22) / mm, rng.uniform(0.4, 2.5))
        else:
            size = rng.uniform(8, 45) / mm
            canvas.disc(STEEL, at(*spot, z), (size, size * rng.uniform(0.5, 1.5)), rng.uniform(0.5, 5))
    for _ in range(int(rng.integers(3, 7))):
        start, z = rng.uniform(0.05, 0.4), float(rng.choice(FLANKS)) * 0.9
        us = np.linspace(start, min(start + rng.uniform(0.2, 0.55), 0.97), 7)
        loom = [at(float(u), 0.3 + 0.02 * float(rng.normal()), z) for u in us]
        canvas.stroke(STEEL, loom, 10 / mm, rng.uniform(0.4, 1.5))
