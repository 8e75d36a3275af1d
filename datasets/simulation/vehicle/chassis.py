"""What containers ride on: skeleton and flat trailers with all that hangs under them, a tractor, a rail wagon."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.trailer import wheel

Span = tuple[float, float]
SIDES: Final = (-480.0, 480.0)
WHEEL_MM: Final = 510.0


def draw_rig(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck_mm: float, locks_mm: list[float]) -> Span:
    """A semi-trailer from x_mm[0] to x_mm[1] and its tractor; locks_mm: where twist locks hold containers.

    Returns from where to where the tractor is, along travel.
    """
    depth = rng.uniform(240, 420)
    knee = x_mm[0] + rng.uniform(2600, 4200)
    _frame(canvas, rng, x_mm, deck_mm, depth, knee)
    for x in locks_mm:
        _lock(canvas, rng, x, deck_mm)
    axles = int(rng.integers(2, 4))
    gap = rng.uniform(1250, 1380)
    last = x_mm[1] - rng.uniform(900, 3200)
    for i in range(axles):
        _axle(canvas, rng, last - i * gap)
    legs = knee + rng.uniform(-200, 700)
    _landing_gear(canvas, rng, legs, deck_mm - depth)
    free = (legs + 500, last - axles * gap + 500)
    _hung(canvas, rng, free, deck_mm - depth)
    if x_mm[1] - last > 1900:
        _hung(canvas, rng, (last + 700, x_mm[1] - 300), deck_mm - depth * 0.7, most=2)
    _rear(canvas, rng, x_mm[1], deck_mm)
    return _tractor(canvas, rng, x_mm[0], deck_mm)


def _frame(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck: float, depth: float, knee: float) -> None:
    """Two I-beams with a goose neck: thin webs, dense flanges, cross bearers, pipes and cables along them."""
    mm = canvas.camera.pitch_mm
    web, flange = rng.uniform(5, 11), rng.uniform(40, 90)
    thin = rng.uniform(0.3, 0.5) * depth
    rear = x_mm[1] - rng.uniform(500, 1500)
    bottom = [(x_mm[0], deck - thin), (knee - 500, deck - thin), (knee + 700, deck - depth)]
    bottom += [(rear, deck - depth), (x_mm[1], deck - rng.uniform(0.5, 0.9) * depth)]
    for z in SIDES:
        lower = [(canvas.col(x), canvas.row(y, z)) for x, y in bottom]
        upper = [(canvas.col(x_mm[1]), canvas.row(deck, z)), (canvas.col(x_mm[0]), canvas.row(deck, z))]
        canvas.polygon(STEEL, lower + upper, web)
        canvas.stroke(STEEL, lower, 14 / mm, flange)
        canvas.stroke(STEEL, upper, 14 / mm, flange)
        for x in np.arange(x_mm[0] + 300, x_mm[1] - 100, rng.uniform(500, 1400)):
            at = float(np.interp(x, [p[0] for p in bottom], [p[1] for p in bottom]))
            canvas.rectangle(STEEL, (x, x + rng.uniform(8, 60)), (canvas.row(deck, z), canvas.row(at, z)), 6)
    x = x_mm[0] + rng.uniform(150, 500)
    while x < x_mm[1]:
        wide, tall = rng.uniform(60, 130), rng.uniform(90, 160)
        canvas.box(STEEL, (x, x + wide), (deck - tall, deck - 6), (-1150, 1150), rng.uniform(0.08, 0.2))
        canvas.box(STEEL, (x, x + 7), (deck - tall, deck - 6), (-1150, 1150), rng.uniform(0.3, 0.7))
        x += rng.uniform(500, 1500)
    for _ in range(int(rng.integers(2, 6))):
        low = deck - rng.uniform(0.2, 0.9) * thin
        ends = np.sort(rng.uniform(x_mm[0], x_mm[1], 2))
        path = [(canvas.col(float(x)), canvas.row(low + rng.normal(0, 12))) for x in np.linspace(ends[0], ends[1], 9)]
        canvas.stroke(STEEL, path, rng.uniform(10, 26) / mm, rng.uniform(1.5, 7))
    for _ in range(int(rng.integers(12, 30))):
        _fitting(canvas, rng, rng.uniform(*x_mm), deck - rng.uniform(30, depth))
    if rng.random() < 0.35:
        for x in np.linspace(x_mm[0] + rng.uniform(200, 900), x_mm[1] - 600, 4):
            wide = rng.uniform(350, 750)
            low, high = deck - 120, deck + rng.uniform(200, 560)
            for z in (-1180.0, 1180.0):
                rows = (canvas.row(high, z), canvas.row(low, z))
                canvas.rectangle(STEEL, (x, x + wide), rows, rng.uniform(4, 9))
                canvas.rectangle(STEEL, (x, x + 15), rows, 10)
    elif rng.random() < 0.5:
        high = deck + rng.uniform(40, 200)
        for z in (-1200.0, 1200.0):
            canvas.rectangle(STEEL, x_mm, (canvas.row(high, z), canvas.row(deck - 60, z)), rng.uniform(1.5, 5))


def _fitting(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A bracket, strut, valve, coupling, lamp or clamp, of the sizes and masses that small weapons have too."""
    mm = canvas.camera.pitch_mm
    kind, z = int(rng.integers(0, 5)), rng.uniform(-900, 900)
    w, h = rng.uniform(30, 260), rng.uniform(25, 180)
    col, row = canvas.col(x), canvas.row(y, z)
    if kind == 0:
        points = [(col, row), (col + w / mm, row), (col + w / mm, row + h * 0.3 / mm), (col + 30 / mm, row + h / mm)]
        canvas.polygon(STEEL, [*points, (col, row + h / mm)], rng.uniform(4, 16))
    elif kind == 1:
        end = (col + rng.normal(0, w) / mm, row + h * 2 / mm)
        canvas.rod(STEEL, (col, row), end, rng.uniform(8, 24))
        canvas.disc(STEEL, (col, row), (28 / mm, 28 / mm), rng.uniform(8, 22))
        canvas.disc(STEEL, end, (28 / mm, 28 / mm), rng.uniform(8, 22))
    elif kind == 2:
        canvas.solid(STEEL, (col, row), (w / 3 / mm, h / 3 / mm), rng.uniform(6, 30))
        canvas.stroke(STEEL, [(col, row), (col + w / mm, row + rng.normal(0, 8))], 14 / mm, 5)
    elif kind == 3:
        points = [(col + w * t / mm, row + rng.normal(0, h / 4) / mm) for t in np.linspace(0, 2.5, 7)]
        canvas.stroke(ORGANIC, points, 22 / mm, rng.uniform(1.2, 3))
    else:
        canvas.rectangle(STEEL, (x, x + w), (row, row + h / mm), rng.uniform(1.5, 7))
        canvas.rectangle(STEEL, (x, x + w), (row, row + 6 / mm), rng.uniform(10, 30))


def _lock(canvas: Canvas, rng: np.random.Generator, x: float, deck: float) -> None:
    """A bolster across the frame with a twist lock at each end: the dark blocks under a container's castings."""
    wide, tall = rng.uniform(90, 190), rng.uniform(120, 220)
    canvas.box(STEEL, (x - wide / 2, x + wide / 2), (deck - tall, deck - 5), (-1200, 1200), rng.uniform(0.15, 0.35))
    for z in (-1130.0, 1130.0):
        rows = (canvas.row(deck + 20, z), canvas.row(deck - tall - 40, z))
        canvas.rectangle(STEEL, (x - 75, x + 75), rows, rng.uniform(25, 70))


def _axle(canvas: Canvas, rng: np.random.Generator, x: float) -> None:
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


def _landing_gear(canvas: Canvas, rng: np.random.Generator, x: float, under: float) -> None:
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
        canvas.rectangle(STEEL, (x - 90, x + wide + 90), (canvas.row(foot + 25, z), canvas.row(foot, z)), 40)
        reach = rng.uniform(350, 900) * (1 if rng.random() < 0.8 else -1)
        start = (canvas.col(x + wide / 2), canvas.row(foot + 260, z))
        canvas.stroke(STEEL, [start, (canvas.col(x + reach), canvas.row(under, z))], rng.uniform(30, 60) / mm, 10)
    crank = [(x - 40, under - 60), (x - 40, under - 200), (x - 160, under - 210)]
    canvas.stroke(STEEL, [(canvas.col(u), canvas.row(v, -900.0)) for u, v in crank], 20 / mm, 12)


def _hung(canvas: Canvas, rng: np.random.Generator, x_mm: Span, under: float, most: int = 5) -> None:
    """Air tanks, a spare wheel, tool boxes, water tank, extinguisher, side guards."""
    mm = canvas.camera.pitch_mm
    if x_mm[1] - x_mm[0] < 500:
        return
    for _ in range(int(rng.integers(1, most + 1))):
        x = rng.uniform(x_mm[0], x_mm[1] - 300)
        y = under - rng.uniform(0, 260)
        kind, z = rng.random(), rng.uniform(-700, 700)
        if kind < 0.4:
            _air_tank(canvas, rng, x, y, z)
        elif kind < 0.62:
            _spare_wheel(canvas, rng, x, y)
        elif kind < 0.85:
            w, h = rng.uniform(350, 950), rng.uniform(280, 480)
            rows = (canvas.row(y, z), canvas.row(y - h, z))
            canvas.rectangle(STEEL if rng.random() < 0.5 else ORGANIC, (x, x + w), rows, rng.uniform(1.5, 4))
            for edge in (x, x + w - 8):
                canvas.rectangle(STEEL, (edge, edge + 8), rows, rng.uniform(4, 14))
            for _ in range(int(rng.integers(0, 7))):
                centre = (canvas.col(x + rng.uniform(0.1, 0.9) * w), rows[1] - rng.uniform(2, 20))
                canvas.solid(STEEL, centre, (rng.uniform(2, 14), rng.uniform(1, 7)), rng.uniform(3, 18))
        else:
            canvas.box(WATER, (x, x + 260), (y - 320, y - 60), (z, z + 260), 0.9)
            canvas.disc(STEEL, (canvas.col(x + 130), canvas.row(y - 330, z)), (22 / mm, 22 / mm), 8)
    if rng.random() < 0.5:
        for share in (0.35, 0.75):
            row = canvas.row(350 + share * (under - 350), -1200.0)
            canvas.rectangle(LIGHT, x_mm, (row, row + 110 / mm), rng.uniform(0.8, 2))


def _air_tank(canvas: Canvas, rng: np.random.Generator, x: float, y: float, z: float) -> None:
    """A brake air tank: end-on a ring of steel, along travel a long shape with round ends, welds and straps."""
    mm = canvas.camera.pitch_mm
    r = rng.uniform(100, 160)
    wall = rng.uniform(3, 5)
    if rng.random() < 0.6:
        centre = (canvas.col(x + r), canvas.row(y - r, z))
        length = rng.uniform(400, 850)
        canvas.solid(STEEL, centre, (r / mm, r / mm), 2 * wall * 0.787)
        canvas.disc(STEEL, centre, (r / mm, r / mm), length / 10 * rng.uniform(0.02, 0.16))
        for ring, mass in ((1.0, rng.uniform(8, 22)), (rng.uniform(0.5, 0.9), rng.uniform(0.5, 3))):
            turn = np.linspace(0, 2 * np.pi, 28)
            rim = [(centre[0] + r / mm * ring * np.cos(a), centre[1] + r / mm * ring * np.sin(a)) for a in turn]
            canvas.stroke(STEEL, rim, 8 / mm, mass)
        canvas.disc(STEEL, (centre[0], centre[1] + 0.9 * r / mm), (14 / mm, 20 / mm), 9)
    else:
        length = rng.uniform(450, 950)
        rows = (canvas.row(y, z), canvas.row(y - 2 * r, z))
        middle = (rows[0] + rows[1]) / 2
        across = (np.arange(int(rows[0]), int(rows[1]) + 1) + 0.5 - middle) * mm
        path = np.sqrt(np.maximum(r**2 - across**2, 0)) - np.sqrt(np.maximum((r - wall) ** 2 - across**2, 0))
        profile = (2 * path / 10 * 7.87).astype(np.float32)
        columns = np.ones(int(length / mm), np.float32)
        canvas.add(STEEL, profile[:, None] * columns[None, :], int(canvas.col(x)), int(rows[0]))
        for end in (x, x + length):
            canvas.solid(STEEL, (canvas.col(end), middle), (r * 0.35 / mm, r / mm), rng.uniform(3, 6))
        for share in (0.2, 0.8):
            col = canvas.col(x + share * length)
            canvas.stroke(STEEL, [(col, rows[0] - 30 / mm), (col, rows[1])], 40 / mm, rng.uniform(3, 9))


def _spare_wheel(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A wheel lying in its cage: a dense slab with rounded ends, beads as darker bands, the rim between them."""
    mm = canvas.camera.pitch_mm
    r, tall = rng.uniform(470, 530), rng.uniform(250, 330)
    across = (np.arange(int(2 * r / mm)) + 0.5) * mm - r
    outer = 2 * np.sqrt(np.maximum(r**2 - across**2, 0))
    inner = 2 * np.sqrt(np.maximum((0.56 * r) ** 2 - across**2, 0))
    rows = (canvas.row(y), canvas.row(y - tall))
    t = (np.arange(int(rows[0]), int(rows[1]) + 1) + 0.5 - rows[0]) / max(rows[1] - rows[0], 1) * 2 - 1
    wall = np.clip(1.1 - np.abs(t) ** 6, 0, 1) * (0.35 + 0.65 * (np.abs(t) > 0.72))
    patch = ((outer - inner) / 10 * 0.55).astype(np.float32)[None, :] * wall.astype(np.float32)[:, None]
    canvas.add(ORGANIC, patch, int(canvas.col(x)), int(rows[0]))
    steel = (inner / 10 * 0.3).astype(np.float32)[None, :] * (np.abs(t) < 0.75).astype(np.float32)[:, None]
    canvas.add(STEEL, steel, int(canvas.col(x)), int(rows[0]))
    for row in (rows[0] + 2, rows[1] - 4):
        canvas.rectangle(STEEL, (x + 0.3 * r, x + 1.7 * r), (row, row + 10 / mm), rng.uniform(8, 20))
    for left in (x - 20, x + 2 * r):
        canvas.rectangle(STEEL, (left, left + 25), (canvas.row(y + 150), rows[1] + 3), rng.uniform(8, 25))
    canvas.rectangle(STEEL, (x - 20, x + 2 * r + 20), (rows[1], rows[1] + 20 / mm), rng.uniform(6, 18))


def _rear(canvas: Canvas, rng: np.random.Generator, x: float, deck: float) -> None:
    """Under-run bar on two struts, lamps, bumpers of rubber, a ladder of plate."""
    mm = canvas.camera.pitch_mm
    low = rng.uniform(430, 560)
    for z in SIDES:
        top = (canvas.col(x - rng.uniform(50, 500)), canvas.row(deck - 200, z))
        canvas.stroke(
            STEEL, [top, (canvas.col(x - 60), canvas.row(low, z))], rng.uniform(50, 100) / mm, rng.uniform(6, 18)
        )
    canvas.box(STEEL, (x - 110, x), (low - 60, low + 60), (-1150, 1150), rng.uniform(0.15, 0.4))
    for y in (deck - 60, deck - 180):
        canvas.box(ORGANIC, (x, x + 60), (y - 70, y), (-1000, 1000), rng.uniform(0.05, 0.2))


def _tractor(canvas: Canvas, rng: np.random.Generator, x: float, deck: float) -> Span:
    """Frame rails, fifth wheel, drive axles, fuel tank, batteries, air tanks, hoses, exhaust, and the cab's back."""
    mm = canvas.camera.pitch_mm
    back = x - rng.uniform(900, 1900)
    end = x + rng.uniform(1800, 2600)
    for z in (-420.0, 420.0):
        rows = (canvas.row(deck - 190, z), canvas.row(deck - 450, z))
        canvas.rectangle(STEEL, (back - 900, end), rows, rng.uniform(5, 9))
        for row in (rows[0], rows[1] - 12 / mm):
            canvas.rectangle(STEEL, (back - 900, end), (row, row + 12 / mm), 45)
    first = x + rng.uniform(300, 800)
    for i in range(int(rng.integers(1, 3))):
        _axle(canvas, rng, first + 1330 * i)
    seat = first + rng.uniform(200, 700)
    wedge = [(seat - 550, deck - 170), (seat + 450, deck - 170), (seat + 700, deck - 90), (seat + 500, deck - 10)]
    wedge += [(seat - 450, deck - 10)]
    canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v)) for u, v in wedge], rng.uniform(60, 130))
    for u in (-350, 250):
        canvas.box(STEEL, (seat + u, seat + u + 140), (deck - 260, deck - 150), (-450, 450), 1.2)
    for low, high, left, wide in ((420, 1000, back - 500, rng.uniform(700, 1400)), (500, 950, x - 500, 420)):
        rows = (canvas.row(high, -900.0), canvas.row(low, -900.0))
        canvas.rectangle(LIGHT, (left, left + wide), rows, rng.uniform(1.5, 3))
        level = rows[1] - rng.uniform(0.2, 0.9) * (rows[1] - rows[0])
        canvas.rectangle(ORGANIC, (left + 5, left + wide - 5), (level, rows[1]), rng.uniform(15, 45))
    for _ in range(int(rng.integers(2, 5))):
        _air_tank(canvas, rng, rng.uniform(back, first), deck - rng.uniform(150, 550), rng.uniform(-500, 500))
    for _ in range(int(rng.integers(25, 55))):
        _fitting(canvas, rng, rng.uniform(back - 600, end), rng.uniform(450, deck + 80))
    if rng.random() < 0.6:
        for z in rng.uniform(-700, 700, int(rng.integers(1, 3))):
            centre = (canvas.col(back + rng.uniform(0, 250)), canvas.row(deck + rng.uniform(0, 200), z))
            canvas.solid(STEEL, centre, (rng.uniform(70, 120) / mm, rng.uniform(200, 350) / mm), rng.uniform(4, 14))
    for i in range(3):
        coil = [(back + 120 + 75 * k, deck + 420 + 50 * i + 70 * (-1) ** k - 20 * k) for k in range(14)]
        canvas.stroke(ORGANIC, [(canvas.col(u), canvas.row(v)) for u, v in coil], 12 / mm, rng.uniform(0.6, 2))
    _cab(canvas, rng, back, deck)
    return back - 2400, end


def _cab(canvas: Canvas, rng: np.random.Generator, back: float, deck: float) -> None:
    """The cab from its back wall on: thin skins, bunk, seat, dashboard; most of it lies outside many pictures."""
    mm = canvas.camera.pitch_mm
    high = deck + rng.uniform(1300, 2500)
    for z in (-1150.0, 1150.0):
        skin = [(back, deck - 300), (back, high), (back - 1500, high - 100), (back - 2300, deck + 900)]
        skin += [(back - 2400, deck - 500)]
        canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in skin], rng.uniform(0.6, 1.0))
    canvas.box(STEEL, (back - 25, back), (deck - 300, high), (-1150, 1150), rng.uniform(0.02, 0.06))
    canvas.box(ORGANIC, (back - 750, back - 80), (deck + 350, deck + 480), (-1000, 1000), 0.06)
    for z in (-600.0, 600.0):
        seat = [(back - 1250, deck + 200), (back - 800, deck + 250), (back - 720, deck + 950), (back - 850, deck + 950)]
        canvas.polygon(ORGANIC, [(canvas.col(u), canvas.row(v, z)) for u, v in seat], 3)
    for _ in range(14):
        centre = (canvas.col(back - rng.uniform(900, 2200)), canvas.row(deck - rng.uniform(-50, 500)))
        canvas.solid(STEEL, centre, (rng.uniform(60, 300) / mm, rng.uniform(60, 250) / mm), rng.uniform(10, 60))


def draw_wagon(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck_mm: float) -> None:
    """A flat rail wagon: fish-bellied sills, bogies with solid wheels, springs, brake gear, buffers, rails."""
    mm = canvas.camera.pitch_mm
    belly = rng.uniform(350, 550)
    for z in (-1000.0, 1000.0):
        sill = [(x_mm[0], deck_mm), (x_mm[1], deck_mm), (x_mm[1], deck_mm - 220), (x_mm[1] - 3200, deck_mm - 240)]
        sill += [(x_mm[1] - 4600, deck_mm - belly), (x_mm[0] + 4600, deck_mm - belly), (x_mm[0] + 3200, deck_mm - 240)]
        points = [(canvas.col(u), canvas.row(v, z)) for u, v in [*sill, (x_mm[0], deck_mm - 220)]]
        canvas.polygon(STEEL, points, 7.5)
        canvas.stroke(STEEL, [*points, points[0]], 16 / mm, 60)
    for x in np.arange(x_mm[0] + 300, x_mm[1], rng.uniform(700, 1300)):
        canvas.box(STEEL, (x, x + 9), (deck_mm - 260, deck_mm - 10), (-1150, 1150), 1.5)
    for pivot in (x_mm[0] + 2200, x_mm[1] - 2200):
        for x in (pivot - 900, pivot + 900):
            for z in (-750.0, 750.0):
                hub = (canvas.col(x), canvas.row(460, z))
                for r, mass in ((460, 35), (400, -12), (140, 60)):
                    canvas.disc(STEEL, hub, (r / mm, r / mm), mass)
            for z in (-1000.0, 1000.0):
                box = (canvas.row(620, z), canvas.row(340, z))
                canvas.rectangle(STEEL, (x - 150, x + 150), box, rng.uniform(50, 90))
                for side in (-230, 230):
                    for k in range(6):
                        row = canvas.row(600 - 35 * k, z)
                        canvas.stroke(
                            STEEL, [(canvas.col(x + side - 60), row), (canvas.col(x + side + 60), row - 3)], 4, 30
                        )
        frame = [(pivot - 1300, 640), (pivot + 1300, 640), (pivot + 1200, 760), (pivot - 1200, 760)]
        canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v)) for u, v in frame], 45)
    for _ in range(int(rng.integers(15, 35))):
        _fitting(canvas, rng, rng.uniform(*x_mm), rng.uniform(450, deck_mm - 50))
    for _ in range(2):
        _air_tank(canvas, rng, rng.uniform(x_mm[0] + 4600, x_mm[1] - 5200), deck_mm - 150, rng.uniform(-400, 400))
    for x in x_mm:
        canvas.box(STEEL, (x - 250, x + 250), (deck_mm - 330, deck_mm - 150), (-950, -750), 2.0)
    rows = (canvas.row(0.0, 750.0), canvas.row(-160.0, -750.0))
    canvas.rectangle(STEEL, (x_mm[0] - 9000, x_mm[1] + 9000), (min(rows), max(rows)), 50)
