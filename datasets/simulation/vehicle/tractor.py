"""The tractor before a semi-trailer: a dense frame, fifth wheel, drive axles, tanks, batteries, and the cab's back."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.hung import air_tank
from cargoscope.datasets.simulation.vehicle.locks import coil
from cargoscope.datasets.simulation.vehicle.running import axle

Span = tuple[float, float]
_SQUARE: Final = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def draw_tractor(canvas: Canvas, rng: np.random.Generator, x: float, deck: float) -> Span:
    """The tractor of a trailer that begins at x; returns from where to where it is, along travel."""
    back = x - rng.uniform(900, 1900)
    end = x + rng.uniform(1500, 2500)
    first = x + rng.uniform(300, 800)
    _rails(canvas, rng, (back - 1400, end), deck)
    for i in range(int(rng.integers(1, 3))):
        axle(canvas, rng, first + 1330 * i)
    _coupling(canvas, rng, first + rng.uniform(100, 600), deck)
    _sides(canvas, rng, (back, first - 500), deck)
    _pack(canvas, rng, (back - 600, end), deck)
    _hoses(canvas, rng, back, x, deck)
    if canvas.col(back) > 20:
        _cab(canvas, rng, back, deck)
    return back - 2400, end


def _rails(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck: float) -> None:
    """Two C-beams that taper to a rounded end, joined by cross members; a lamp bar behind."""
    mm = canvas.camera.pitch_mm
    top, low = deck - rng.uniform(150, 210), deck - rng.uniform(420, 500)
    web, flange = rng.uniform(7, 13), rng.uniform(25, 50)
    for z in (-420.0, 420.0):
        shape = [(x_mm[0], top), (x_mm[1] - 60, top - 20), (x_mm[1], top - 90), (x_mm[1], low + 70)]
        shape += [(x_mm[1] - 500, low), (x_mm[0], low)]
        points = [(canvas.col(u), canvas.row(v, z)) for u, v in shape]
        canvas.polygon(STEEL, points, web)
        canvas.stroke(STEEL, points, 13 / mm, flange)
        for u in np.arange(x_mm[0], x_mm[1] - 200, rng.uniform(60, 130)):
            if rng.random() < 0.5:
                canvas.disc(STEEL, (canvas.col(u), canvas.row(rng.uniform(low + 30, top - 30), z)), (1.6, 2), 12)
    for u in np.arange(x_mm[0] + 200, x_mm[1], rng.uniform(400, 800)):
        wide = rng.uniform(60, 200)
        canvas.box(STEEL, (u, u + wide), (low + 20, top - 10), (-420, 420), rng.uniform(0.15, 0.5))
    canvas.rectangle(STEEL, (x_mm[1] - 30, x_mm[1] + 40), (canvas.row(top - 120), canvas.row(low - 180)), 9)


def _coupling(canvas: Canvas, rng: np.random.Generator, seat: float, deck: float) -> None:
    """The fifth wheel: a wedge on a toothed pedestal, pins, a slide; a king pin and plate above it."""
    mm = canvas.camera.pitch_mm
    wedge = [(seat - 550, deck - 160), (seat + 400, deck - 170), (seat + 700, deck - 100), (seat + 450, deck - 20)]
    wedge += [(seat - 450, deck - 10)]
    canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v)) for u, v in wedge], rng.uniform(40, 110))
    canvas.box(STEEL, (seat - 900, seat + 700), (deck - 35, deck - 5), (-600, 600), rng.uniform(0.2, 0.6))
    for z in (-330.0, 330.0):
        teeth = [(seat - 420 + 70 * k, deck - 160 - (k % 2) * rng.uniform(60, 110)) for k in range(13)]
        canvas.stroke(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in teeth], 40 / mm, rng.uniform(12, 30))
        canvas.disc(STEEL, (canvas.col(seat), canvas.row(deck - 150, z)), (60 / mm, 60 / mm), rng.uniform(30, 70))
    canvas.box(STEEL, (seat - 450, seat + 450), (deck - 290, deck - 250), (-450, 450), rng.uniform(0.3, 0.9))


def _sides(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck: float) -> None:
    """Fuel tanks with their fuel, battery boxes, a tool chest, a silencer, along both sides of the frame."""
    mm = canvas.camera.pitch_mm
    for z in (-900.0, 900.0):
        u = x_mm[0] - rng.uniform(300, 900)
        while u < x_mm[1] - 200:
            wide, high, low = rng.uniform(400, 1300), deck - rng.uniform(180, 330), rng.uniform(330, 480)
            rows = (canvas.row(high, z), canvas.row(low, z))
            kind = rng.random()
            if kind < 0.45:
                canvas.rectangle(LIGHT, (u, u + wide), rows, rng.uniform(1.5, 3))
                level = rows[1] - rng.uniform(0.2, 0.9) * (rows[1] - rows[0])
                canvas.rectangle(ORGANIC, (u + 5, u + wide - 5), (level, rows[1]), rng.uniform(20, 45))
                for edge in (u, u + wide - 8, u + wide * 0.3, u + wide * 0.7):
                    canvas.rectangle(STEEL, (edge, edge + 14), rows, rng.uniform(3, 9))
            elif kind < 0.7:
                canvas.rectangle(STEEL, (u, u + wide), rows, rng.uniform(3, 9))
                for left in np.arange(u + 20, u + wide - 60, rng.uniform(90, 200)):
                    inner = (rows[0] + rng.uniform(3, 12), rows[1] - 3)
                    canvas.rectangle(STEEL, (left, left + rng.uniform(30, 90)), inner, rng.uniform(8, 35))
            else:
                middle = (canvas.col(u + wide / 2), (rows[0] + rows[1]) / 2)
                canvas.solid(STEEL, middle, (wide / 2 / mm, rng.uniform(150, 260) / mm), rng.uniform(8, 22))
            u += wide + rng.uniform(20, 500)


def _pack(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck: float) -> None:
    """Everything small that is bolted to the frame: valves, pots, brackets, pipes along it, dense and overlapping."""
    mm = canvas.camera.pitch_mm
    top, low = deck - 150, deck - 620
    for _ in range(int(rng.integers(2, 5))):
        air_tank(canvas, rng, rng.uniform(x_mm[0], x_mm[1] - 500), deck - rng.uniform(150, 450), rng.uniform(-500, 500))
    for _ in range(int(rng.integers(30, 60))):
        u, v = rng.uniform(*x_mm), rng.uniform(low, top)
        col, row, z = canvas.col(u), canvas.row(v), rng.uniform(-600, 600)
        w, h = np.exp(rng.uniform(np.log(30), np.log(320))), np.exp(rng.uniform(np.log(25), np.log(220)))
        kind = rng.random()
        if kind < 0.45:
            canvas.rectangle(
                STEEL, (u, u + w), (canvas.row(v + h / 2, z), canvas.row(v - h / 2, z)), rng.uniform(3, 22)
            )
        elif kind < 0.7:
            canvas.solid(STEEL, (col, row), (w / 2 / mm, h / 2 / mm), rng.uniform(6, 30))
        else:
            pipe = [(col + 3 * w * t / mm, row + (t > 0.5) * rng.normal(0, 12)) for t in (0.0, 0.45, 0.55, 1.0)]
            canvas.stroke(STEEL, pipe, rng.uniform(14, 40) / mm, rng.uniform(4, 14))


def _hoses(canvas: Canvas, rng: np.random.Generator, back: float, x: float, deck: float) -> None:
    """Coiled air and power lines from the cab's back to the trailer, and exhaust pipes behind the cab."""
    for _ in range(int(rng.integers(2, 4))):
        start = (back, deck + rng.uniform(250, 800))
        end = (x - rng.uniform(60, 120), deck + rng.uniform(-40, 200))
        coil(canvas, rng, start, end, rng.uniform(30, 300))
    if rng.random() < 0.4:
        for z in rng.uniform(-900, 900, int(rng.integers(1, 3))):
            left, wide = back + rng.uniform(0, 150), rng.uniform(90, 200)
            rows = (canvas.row(deck + rng.uniform(200, 1600), z), canvas.row(deck - 300, z))
            canvas.rectangle(STEEL, (left, left + wide), rows, rng.uniform(1.5, 5))
            for edge in (left, left + wide - 10):
                canvas.rectangle(STEEL, (edge, edge + 10), rows, rng.uniform(3, 9))


def _cab(canvas: Canvas, rng: np.random.Generator, back: float, deck: float) -> None:
    """The cab from its back wall on: thin skins, posts, bunk, seats, dashboard, engine below."""
    mm = canvas.camera.pitch_mm
    high = deck + rng.uniform(1300, 2500)
    for z in (-1150.0, 1150.0):
        skin = [(back, deck - 300), (back, high - 150), (back - 150, high), (back - 1500, high - 60)]
        skin += [(back - 2000, high - 500), (back - 2350, deck + 800), (back - 2400, deck - 500)]
        outline = [(canvas.col(u), canvas.row(v, z)) for u, v in skin]
        canvas.polygon(STEEL, outline, rng.uniform(0.5, 0.9))
        canvas.stroke(STEEL, outline, 45 / mm, rng.uniform(0.5, 1.5))
        for u in (back - 60, back - 1000, back - 1150):
            canvas.rectangle(STEEL, (u, u + rng.uniform(40, 90)), (canvas.row(high - 100, z), canvas.row(deck, z)), 1)
    canvas.box(STEEL, (back - 25, back), (deck - 300, high - 150), (-1150, 1150), rng.uniform(0.02, 0.05))
    for y in (deck + rng.uniform(200, 400), deck + rng.uniform(900, 1200)):
        canvas.box(ORGANIC, (back - 750, back - 80), (y, y + 110), (-1000, 1000), 0.05)
        canvas.box(STEEL, (back - 760, back - 70), (y - 25, y), (-1000, 1000), 0.05)
    for z in (-600.0, 600.0):
        seat = [(back - 1300, deck + 250), (back - 850, deck + 200), (back - 700, deck + 900), (back - 800, deck + 950)]
        seat += [(back - 950, deck + 350), (back - 1300, deck + 380)]
        points = [(canvas.col(u), canvas.row(v, z)) for u, v in seat]
        canvas.polygon(ORGANIC, points, 1.5)
        canvas.stroke(STEEL, points[1:4], 25 / mm, 2)
    for _ in range(40):
        centre = (canvas.col(back - rng.uniform(500, 2300)), canvas.row(deck - rng.uniform(-150, 650)))
        size = (rng.uniform(30, 260) / mm, rng.uniform(30, 220) / mm)
        if rng.random() < 0.5:
            canvas.solid(STEEL, centre, size, rng.uniform(6, 40))
        else:
            canvas.polygon(
                STEEL, [(centre[0] + a * size[0], centre[1] + b * size[1]) for a, b in _SQUARE], rng.uniform(3, 20)
            )
