"""The vehicle under the container: chassis, wheels, legs, tanks, and the tail of the tractor."""

import numpy as np

from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.materials import LIGHT, ORGANIC, STEEL

Span = tuple[float, float]


def draw_trailer(canvas: Canvas, rng: np.random.Generator, x_mm: Span, deck_mm: float) -> None:
    """A chassis from x_mm[0] to x_mm[1] whose deck is deck_mm above the ground, and a tractor in front of it."""
    neck = rng.uniform(0.12, 0.3)
    depth = rng.uniform(260, 480)
    for z in (-480.0, 480.0):
        _beam(canvas, x_mm, deck_mm, depth, neck, z)
    for _ in range(int(rng.integers(10, 26))):
        x, y = rng.uniform(*x_mm), deck_mm - rng.uniform(20, depth * 0.8)
        w, h = rng.uniform(25, 140), rng.uniform(40, 220)
        canvas.box(STEEL, (x, x + w), (y - h, y), (-300, 300), rng.uniform(0.05, 0.6))
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
    canvas.stroke(STEEL, [*points[2:], points[0], points[1], points[2]], 14 / canvas.camera.pitch_mm, 75)


def _axle(canvas: Canvas, rng: np.random.Generator, x: float, radius: float) -> None:
    for z in (-980.0, 980.0):
        scale = canvas.camera.distance_mm / (canvas.camera.distance_mm + z) / canvas.camera.pitch_mm
        centre = (canvas.col(x), canvas.row(radius, z))

        def ring(
            outer: float, mass: float, group: int = ORGANIC, at: tuple[float, float] = centre, k: float = scale
        ) -> None:
            canvas.disc(group, at, (outer / canvas.camera.pitch_mm, outer * k), mass)

        ring(radius, 26)
        ring(radius - 25, -16)
        ring(radius - 6, 2.5, STEEL)
        ring(radius - 30, -2.0, STEEL)
        ring(radius * 0.56, 9, STEEL)
        ring(radius * 0.5, -5, STEEL)
        ring(radius * 0.33, 70, STEEL)
        ring(radius * 0.18, 90, STEEL)
    scale = 1 / canvas.camera.pitch_mm
    hub = (canvas.col(x), canvas.row(radius))
    canvas.disc(STEEL, hub, (75 * scale, 75 * scale), 160)
    arc = [
        (hub[0] + 590 * scale * np.cos(a), hub[1] - 590 * scale * np.sin(a)) for a in np.linspace(0.3, np.pi - 0.3, 12)
    ]
    canvas.stroke(ORGANIC, arc, 2, rng.uniform(5, 20))
    canvas.box(STEEL, (x - 450, x + 450), (radius + 120, radius + 160), (-520, -430), 3)


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
    for _ in range(int(rng.integers(8, 20))):
        x = x_mm + rng.uniform(-2600, 400)
        y = rng.uniform(500, deck_mm + 250)
        canvas.box(
            STEEL, (x, x + rng.uniform(30, 400)), (y - rng.uniform(30, 300), y), (-300, 300), rng.uniform(0.02, 0.6)
        )
    hoses = [(x_mm - 500 + 90 * i, deck_mm + 500 + 60 * (i % 2) - 8 * i) for i in range(12)]
    canvas.stroke(ORGANIC, [(canvas.col(x), canvas.row(y)) for x, y in hoses], 1.6, 2.0)
