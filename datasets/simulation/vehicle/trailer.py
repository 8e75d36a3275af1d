"""The vehicle under the container: chassis, wheels, legs, tanks, and the tail of the tractor."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas

Span = tuple[float, float]


def draw_trailer(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck_mm: float) -> None:
    """A chassis from x_mm[0] to x_mm[1] whose deck is deck_mm above the ground, and a tractor in front of it."""
    neck = rng.uniform(0.12, 0.3)
    depth = rng.uniform(260, 480)
    for z in (-480.0, 480.0):
        _beam(canvas, x_mm, deck_mm, depth, neck, z)
    for _ in range(int(rng.integers(10, 26))):
        _fitting(canvas, rng, (rng.uniform(*x_mm), deck_mm - rng.uniform(20, depth * 0.8)))
    for x in np.arange(x_mm[0] + 200, x_mm[1], rng.uniform(600, 1300)):
        canvas.box(STEEL, (x, x + 6), (deck_mm - depth * 0.5, deck_mm - 10), (-700, 700), 0.8)
    axles = int(rng.integers(2, 4))
    gap = rng.uniform(1250, 1400)
    last = x_mm[1] - rng.uniform(700, 2600)
    for i in range(axles):
        _axle(canvas, rng, last - i * gap, 510.0)
    leg = x_mm[0] + rng.uniform(2300, 3300)
    for z in (-450.0, 450.0):
        canvas.box(STEEL, (leg, leg + 110), (300, deck_mm - 60), (z - 50, z + 50), 2.0)
    _tanks(canvas, rng, (leg + 300, last - axles * gap), deck_mm - depth)
    _tractor(canvas, rng, x_mm[0], deck_mm)


def _fitting(canvas: Canvas, rng: np.random.Generator, corner: tuple[float, float]) -> None:
    """A bracket, a valve, a pipe, a lamp, a box: what hangs on a frame, its top left corner given in mm."""
    x, y = corner
    w, h = rng.uniform(25, 260), rng.uniform(40, 240)
    rows = (canvas.row(y), canvas.row(y - h))
    kind = rng.random()
    if kind < 0.35:
        canvas.box(STEEL, (x, x + w * 0.4), (y - h, y), (-300, 300), rng.uniform(0.05, 0.6))
    elif kind < 0.6:
        canvas.rectangle(STEEL, (x, x + w), rows, rng.uniform(1, 6))
        for edge in (x, x + w - 6):
            canvas.rectangle(STEEL, (edge, edge + 6), rows, rng.uniform(10, 60))
        canvas.rectangle(STEEL, (x, x + w), (rows[0], rows[0] + 1), rng.uniform(10, 60))
    elif kind < 0.8:
        points = [(canvas.col(x + w * t), canvas.row(y - h * rng.random())) for t in np.linspace(0, 3, 6)]
        canvas.stroke(STEEL, points, rng.uniform(1, 3), rng.uniform(2, 12))
    else:
        r = rng.uniform(25, 90) / canvas.camera.pitch_mm
        canvas.disc(STEEL, (canvas.col(x), rows[0]), (r, r), rng.uniform(3, 40))
        canvas.disc(STEEL, (canvas.col(x), rows[0]), (r * 0.6, r * 0.6), rng.uniform(-3, 20))


def _beam(canvas: Canvas, x_mm: Span, deck: float, depth: float, neck: float, z: float) -> None:
    length = x_mm[1] - x_mm[0]
    thin = x_mm[0] + neck * length
    outline = [
        (x_mm[0], deck),
        (x_mm[1], deck),
        (x_mm[1], deck - depth * 0.45),
        (x_mm[1] - 1200, deck - depth),
        (thin + 900, deck - depth),
        (thin, deck - depth * 0.4),
        (x_mm[0], deck - depth * 0.35),
    ]
    points = [(canvas.col(x), canvas.row(y, z)) for x, y in outline]
    canvas.polygon(STEEL, points, 5.5)
    canvas.stroke(STEEL, [*points[2:], points[0], points[1], points[2]], 12 / canvas.camera.pitch_mm, 38)


def _axle(canvas: Canvas, rng: np.random.Generator, x: float, radius: float) -> None:
    """Wheels on both sides, hub, axle beam, spring, mudguard."""
    for z in (-980.0, 980.0):
        magnified = canvas.camera.distance_mm / (canvas.camera.distance_mm + z)
        wheel(canvas, rng, (canvas.col(x), canvas.row(radius, z)), radius, magnified)
    scale = 1 / canvas.camera.pitch_mm
    hub = (canvas.col(x), canvas.row(radius))
    canvas.disc(STEEL, hub, (75 * scale, 75 * scale), 160)
    reach = rng.uniform(560, 640) * scale
    arc = [(hub[0] + reach * np.cos(a), hub[1] - reach * np.sin(a)) for a in np.linspace(0.3, np.pi - 0.3, 14)]
    canvas.stroke(ORGANIC, arc, 2, rng.uniform(5, 30))
    for i in range(int(rng.integers(2, 6))):
        bow = [(x - 480, radius + 150), (x, radius + 60 - 14 * i), (x + 480, radius + 150)]
        canvas.stroke(STEEL, [(canvas.col(u), canvas.row(v)) for u, v in bow], 12 * scale, 55)
    for side in (-1, 1):
        canvas.box(STEEL, (x + side * 480 - 40, x + side * 480 + 40), (radius + 60, radius + 260), (-520, -440), 3)


def wheel(
    canvas: Canvas, rng: np.random.Generator, centre: tuple[float, float], radius: float, magnified: float
) -> None:
    """A twin tyre on its rim: areal density by distance from the hub, g/cm² of rubber and of steel."""
    pitch = canvas.camera.pitch_mm
    knots = np.array([0, 70, 90, 150, 160, 190, 200, 262, 270, 285, 300, 400, 455, 480, 500, 512]) * radius / 512
    steel = np.array([190, 190, 60, 45, 16, 16, 90, 90, 20, 45, 4, 2.5, 3, 7, 9, 0]) * rng.uniform(0.8, 1.2)
    rubber = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 7, 8, 14, 38, 44, 0])
    reach = int(radius * max(1.0, magnified) / pitch) + 2
    col, row = round(centre[0]) - reach, round(centre[1]) - reach
    xs = (np.arange(2 * reach) + col + 0.5 - centre[0]) * pitch
    ys = (np.arange(2 * reach) + row + 0.5 - centre[1]) * pitch / magnified
    distance = np.hypot(xs[None, :], ys[:, None])
    canvas.add(STEEL, np.interp(distance, knots, steel).astype(np.float32), col, row)
    canvas.add(ORGANIC, np.interp(distance, knots, rubber).astype(np.float32), col, row)


def _tanks(canvas: Canvas, rng: np.random.Generator, x_mm: Span, top_mm: float) -> None:
    """Air tanks, tool boxes, a spare wheel: round and square things that hang under a chassis."""
    for _ in range(int(rng.integers(1, 5))):
        if x_mm[1] - x_mm[0] < 300:
            return
        centre = (canvas.col(rng.uniform(*x_mm)), canvas.row(top_mm + rng.uniform(-250, 150)))
        r = rng.uniform(90, 260) / canvas.camera.pitch_mm
        kind = rng.random()
        if kind < 0.5:
            canvas.disc(STEEL, centre, (r, r), rng.uniform(3, 12))
            canvas.disc(STEEL, centre, (r - 1.5, r - 1.5), -rng.uniform(0.5, 2))
        elif kind < 0.75:
            canvas.disc(ORGANIC, centre, (r * 2, r * 0.7), 24)
            canvas.disc(ORGANIC, centre, (r * 1.4, r * 0.45), -12)
        else:
            left, top = centre[0] - r, centre[1] - r * 0.6
            canvas.polygon(STEEL, [(left, top), (left + 2 * r, top), (left + 2 * r, top + r), (left, top + r)], 3.2)


def _tractor(canvas: Canvas, rng: np.random.Generator, x_mm: float, deck_mm: float) -> None:
    """The tractor's tail: frame, fifth wheel, axles, tank; the cab stays outside the scan."""
    canvas.box(STEEL, (x_mm - 2600, x_mm + 1800), (deck_mm - 420, deck_mm - 180), (-430, -415), 7.87)
    canvas.box(STEEL, (x_mm - 2600, x_mm + 1800), (deck_mm - 420, deck_mm - 180), (415, 430), 7.87)
    for x in (x_mm + rng.uniform(300, 700), x_mm + rng.uniform(1600, 2000)):
        _axle(canvas, rng, x, 510.0)
    x = x_mm + rng.uniform(600, 1100)
    canvas.box(STEEL, (x, x + 600), (deck_mm - 170, deck_mm - 40), (-400, 400), 1.4)
    canvas.box(LIGHT, (x_mm - 1500, x_mm - 500), (450, 1050), (-1100, -600), 0.12)
    for _ in range(int(rng.integers(14, 34))):
        _fitting(canvas, rng, (x_mm + rng.uniform(-2600, 600), rng.uniform(450, deck_mm + 150)))
    hoses = [(x_mm - 500 + 90 * i, deck_mm + 500 + 60 * (i % 2) - 8 * i) for i in range(12)]
    canvas.stroke(ORGANIC, [(canvas.col(x), canvas.row(y)) for x, y in hoses], 1.6, 2.0)
