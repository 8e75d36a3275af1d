"""What containers ride on: skeleton and flat trailers with all that is fixed to their frames."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.brackets import underside
from cargoscope.datasets.simulation.vehicle.hung import hang
from cargoscope.datasets.simulation.vehicle.locks import bolster, neck_end, pair
from cargoscope.datasets.simulation.vehicle.rear import draw_rear
from cargoscope.datasets.simulation.vehicle.running import axle, landing_gear
from cargoscope.datasets.simulation.vehicle.tractor import draw_tractor

Span = tuple[float, float]
SIDES: Final = (-480.0, 480.0)


def draw_rig(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck_mm: float, locks_mm: list[float]) -> Span:
    """A semi-trailer from x_mm[0] to x_mm[1] and its tractor; locks_mm: where twist locks hold containers.

    A frame that would begin before the picture (x below 0) often begins in it, so that its front end is seen.
    Returns from where to where the tractor is, along travel.
    """
    first = min(locks_mm)
    if x_mm[0] < 100 and first > 1500 and rng.random() < 0.6:
        x_mm = (rng.uniform(150, first - 1100), x_mm[1])
    depth = rng.uniform(300, 480)
    knee = x_mm[0] + rng.uniform(2600, 4200)
    top = deck_mm - (rng.uniform(20, 150) if rng.random() < 0.6 else 0.0)
    thin = _frame(canvas, rng, x_mm, top, depth, knee)
    if rng.random() < 0.35:
        _pockets(canvas, rng, x_mm, deck_mm)
    elif rng.random() < 0.35:
        _boards(canvas, rng, x_mm, deck_mm)
    _bolsters(canvas, rng, x_mm, (top, deck_mm), locks_mm)
    neck_end(canvas, rng, x_mm[0], deck_mm, (top - thin, top))
    axles = int(rng.integers(2, 4))
    gap = rng.uniform(1250, 1380)
    last = x_mm[1] - rng.uniform(900, 3200)
    for i in range(axles):
        axle(canvas, rng, last - i * gap)
    legs = knee + rng.uniform(-200, 700)
    landing_gear(canvas, rng, legs, deck_mm - depth)
    hang(canvas, rng, (legs + 400, last - axles * gap + 500), deck_mm - depth)
    if x_mm[1] - last > 1900:
        hang(canvas, rng, (last + 700, x_mm[1] - 300), deck_mm - depth * 0.7, most=1)
    underside(canvas, rng, (knee, x_mm[1] - 200), (top - depth, top))
    draw_rear(canvas, rng, x_mm[1], deck_mm)
    return draw_tractor(canvas, rng, x_mm[0], max(top - thin * rng.uniform(0.3, 1.0), min(deck_mm, 1120.0)))


def _frame(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck: float, depth: float, knee: float) -> float:
    """Two I-beams with a goose neck: thin webs with holes, dense flanges, cross bearers, pipes and cables.

    Returns how tall the neck is.
    """
    mm = canvas.camera.pitch_mm
    web, flange = rng.uniform(3.5, 6), rng.uniform(10, 34)
    thin = rng.uniform(0.3, 0.5) * depth
    rear = x_mm[1] - rng.uniform(500, 2500)
    bottom = [(x_mm[0], deck - thin), (knee - 500, deck - thin), (knee + 700, deck - depth)]
    bottom += [(rear, deck - depth), (x_mm[1], deck - rng.uniform(0.4, 0.9) * depth)]
    holes = np.arange(knee + 900, rear - 300, rng.uniform(700, 1800)) if rng.random() < 0.35 else np.zeros(0)
    bearers = np.arange(x_mm[0] + 300, x_mm[1] - 100, rng.uniform(450, 1300))
    for z in SIDES:
        lower = [(canvas.col(x), canvas.row(y, z)) for x, y in bottom]
        upper = [(canvas.col(x_mm[1]), canvas.row(deck, z)), (canvas.col(x_mm[0]), canvas.row(deck, z))]
        canvas.polygon(STEEL, lower + upper, web)
        canvas.stroke(STEEL, lower, 14 / mm, flange)
        canvas.stroke(STEEL, upper, 14 / mm, flange)
        xs = bearers + rng.normal(0, 25, len(bearers))
        for x, at in zip(xs, np.interp(xs, *np.array(bottom).T), strict=True):
            low = at + rng.uniform(0, 0.5) * (deck - at)
            canvas.rectangle(STEEL, (x, x + rng.uniform(8, 50)), (canvas.row(deck, z), canvas.row(low, z)), 6)
        for x in holes:
            radius = rng.uniform(45, 75) / mm
            canvas.disc(STEEL, (canvas.col(x), canvas.row(deck - 0.55 * depth, z)), (radius, radius), -web)
    x = x_mm[0] + rng.uniform(150, 500)
    step = rng.uniform(500, 1500)
    while x < x_mm[1]:
        wide, tall = rng.uniform(50, 110), rng.uniform(120, 260)
        canvas.box(STEEL, (x, x + wide), (deck - tall, deck - 6), (-1150, 1150), rng.uniform(0.04, 0.12))
        canvas.box(STEEL, (x, x + 8), (deck - tall, deck - 6), (-1150, 1150), rng.uniform(0.1, 0.25))
        x += step * rng.uniform(0.8, 1.2)
    for _ in range(int(rng.integers(2, 7))):
        low = deck - rng.uniform(0.2, 0.9) * thin
        ends = np.sort(rng.uniform(x_mm[0], x_mm[1], 2))
        path = [(canvas.col(float(x)), canvas.row(low + rng.normal(0, 12))) for x in np.linspace(ends[0], ends[1], 9)]
        canvas.stroke(STEEL, path, rng.uniform(10, 22) / mm, rng.uniform(1, 5))
    for _ in range(int(rng.integers(0, 4))):
        ends = np.sort(rng.uniform(x_mm[0], x_mm[1], 2))
        sag = rng.uniform(20, 200)
        reach = [(t, float(ends[0] + t * (ends[1] - ends[0]))) for t in np.linspace(0, 1, 12)]
        curve = [(canvas.col(u), canvas.row(deck - depth - sag * 4 * t * (1 - t))) for t, u in reach]
        canvas.stroke(ORGANIC, curve, 14 / mm, rng.uniform(0.4, 1.5))
    for _ in range(int(rng.integers(10, 26))):
        fitting(canvas, rng, rng.uniform(*x_mm), deck - rng.uniform(30, 0.85 * depth))
    return float(thin)


def _bolsters(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span, locks_mm: list[float]) -> None:
    """Bolsters under the containers' corners, and free ones: at the frame's ends, and a twin beside an inner corner.

    y_mm: the frame's top and the deck.
    """
    frame, deck = (*x_mm, y_mm[0]), y_mm[1]
    for x in locks_mm:
        bolster(canvas, rng, x, deck, frame, False)
    first, last = min(locks_mm), max(locks_mm)
    if first - x_mm[0] > 900:
        bolster(canvas, rng, x_mm[0] + rng.uniform(110, 500), deck, frame, True)
    if x_mm[1] - last > 900:
        bolster(canvas, rng, x_mm[1] - rng.uniform(60, 300), deck, frame, True)
    for x, room in ((first - rng.uniform(230, 360), first - x_mm[0]), (last + rng.uniform(230, 360), x_mm[1] - last)):
        if room > 1500 and rng.random() < 0.6:
            bolster(canvas, rng, x, deck, frame, rng.random() < 0.8)
    if last - first > 11_000 and rng.random() < 0.8:
        pair(canvas, rng, (first + last) / 2 + rng.normal(0, 80), deck - rng.uniform(0, 90), frame, rng.random() < 0.3)


def _pockets(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck: float) -> None:
    """Side guides that stand up beside the container: plates with thick edges, at a few places on both sides."""
    high = deck + rng.uniform(150, 520)
    legs, foot = (rng.uniform(300, 560) if rng.random() < 0.5 else 0.0), rng.uniform(70, 130)
    for x in np.linspace(x_mm[0] + rng.uniform(200, 1500), x_mm[1] - 900, int(rng.integers(2, 5))):
        wide, low, mass = rng.uniform(350, 900), deck - rng.uniform(60, 320), rng.uniform(4, 10)
        for z in (-1240.0, 1240.0):
            rows = (canvas.row(high, z), canvas.row(low, z))
            canvas.rectangle(STEEL, (x, x + wide), rows, mass)
            for edge in (x, x + wide - 20):
                canvas.rectangle(STEEL, (edge, edge + 20), rows, rng.uniform(10, 25))
            canvas.rectangle(STEEL, (x, x + wide), (rows[0], rows[0] + 14 / canvas.camera.pitch_mm), 12)
            if legs > 0:
                ends = (canvas.row(deck - 0.4 * legs, z), canvas.row(deck - legs, z))
                for edge in (x, x + wide - foot):
                    canvas.rectangle(STEEL, (edge, edge + foot), ends, mass * 2.5)
                    pad = (ends[1], ends[1] + rng.uniform(20, 90) / canvas.camera.pitch_mm)
                    canvas.rectangle(STEEL, (edge, edge + foot), pad, mass)


def _boards(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck: float) -> None:
    """Low sides of steel sheet along the trailer, with posts and a rim."""
    high = deck + rng.uniform(40, 450)
    ends = (x_mm[0] + rng.uniform(0, 1500), x_mm[1] - rng.uniform(0, 1200))
    mass, step = rng.uniform(1.5, 6), rng.uniform(600, 2200)
    for z in (-1240.0, 1240.0):
        rows = (canvas.row(high, z), canvas.row(deck - 100, z))
        canvas.rectangle(STEEL, ends, rows, mass)
        canvas.rectangle(STEEL, ends, (rows[0], rows[0] + 18 / canvas.camera.pitch_mm), rng.uniform(4, 12))
        for x in np.arange(ends[0], ends[1], step):
            canvas.rectangle(STEEL, (x, x + 50), rows, rng.uniform(2, 9))


def fitting(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A bracket, strut, valve, coupling, lamp or clamp, of the sizes and masses that small weapons have too."""
    mm = canvas.camera.pitch_mm
    kind, z = int(rng.integers(0, 6)), rng.uniform(-900, 900)
    w, h = rng.uniform(30, 240), rng.uniform(25, 160)
    col, row = canvas.col(x), canvas.row(y, z)
    if kind == 0:
        points = [(col, row), (col + w / mm, row), (col + w / mm, row + h * 0.3 / mm), (col + 30 / mm, row + h / mm)]
        canvas.polygon(STEEL, [*points, (col, row + h / mm)], rng.uniform(3, 10))
    elif kind == 1:
        end = (col + rng.normal(0, w) / mm, row + h / mm)
        canvas.stroke(STEEL, [(col, row), end], rng.uniform(16, 36) / mm, rng.uniform(5, 14))
        canvas.disc(STEEL, (col, row), (24 / mm, 24 / mm), rng.uniform(4, 12))
    elif kind == 2:
        canvas.solid(STEEL, (col, row), (w / 3 / mm, h / 3 / mm), rng.uniform(4, 18))
        canvas.stroke(STEEL, [(col, row), (col + w / mm, row + rng.normal(0, 8))], 14 / mm, 5)
    elif kind == 3:
        points = [(col + w * t / mm, row + rng.normal(0, h / 4) / mm) for t in np.linspace(0, 2.5, 7)]
        canvas.stroke(ORGANIC, points, 22 / mm, rng.uniform(0.8, 2))
    elif kind == 4:
        canvas.rectangle(STEEL, (x, x + rng.uniform(30, 90)), (row - h / mm, row + h / mm), rng.uniform(3, 12))
        canvas.rectangle(STEEL, (x, x + 12), (row - h / mm, row + h / mm), rng.uniform(6, 16))
    else:
        canvas.rectangle(STEEL, (x, x + w), (row, row + h / mm), rng.uniform(1.5, 5))
        canvas.rectangle(STEEL, (x, x + w), (row, row + 6 / mm), rng.uniform(6, 18))
