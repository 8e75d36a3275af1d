"""Bolsters with twist locks, as skeleton trailers carry them: at corners of containers, in pairs, and standing free.

A bolster is a box beam across the frame. Each end holds a cast housing with windows, through which the lock's spindle
runs: a cone head above, a collar inside, a stem with a wing nut below.
"""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas

Span = tuple[float, float]
Frame = tuple[float, float, float]
"""From where to where a frame reaches along travel, and the height of its top."""
ENDS: Final = (-1130.0, 1130.0)
SIDES: Final = (-480.0, 480.0)
STEEL_G_CM2_MM: Final = 0.787
HOUSING_MM: Final = (14.0, 34.0)
"""Steel that a ray meets in one housing beside its spindle: two to four walls of 6 to 12 mm."""


def bolster(canvas: Canvas, rng: np.random.Generator, x: float, deck: float, frame: Frame, raised: bool) -> None:
    """One bolster at x, its top at deck. raised: lock heads stick out above."""
    _bolsters(canvas, rng, (x,), deck, frame, raised)


def pair(canvas: Canvas, rng: np.random.Generator, x: float, deck: float, frame: Frame, raised: bool) -> None:
    """Two like bolsters side by side about x, for the inner ends of two short containers."""
    apart = rng.uniform(115, 190)
    _bolsters(canvas, rng, (x - apart, x + apart), deck, frame, raised)


def _bolsters(
    canvas: Canvas, rng: np.random.Generator, places: tuple[float, ...], deck: float, frame: Frame, raised: bool
) -> None:
    wide, tall, lean = rng.uniform(130, 260), rng.uniform(140, 290), (rng.normal(0, 18) if rng.random() < 0.4 else 0.0)
    style = np.random.default_rng(int(rng.integers(1 << 30)))
    state = style.bit_generator.state
    beam, webs, plates = rng.uniform(0.1, 0.36), rng.uniform(14, 26), rng.uniform(0.2, 0.5)
    wings = rng.random() < 0.6
    reach, mass = rng.uniform(350, 1500), rng.uniform(5, 9) * STEEL_G_CM2_MM
    for i, x in enumerate(places):
        half, low = wide / 2, deck - tall
        canvas.box(STEEL, (x - half, x + half), (low, deck - 5), (-1000, 1000), beam)
        for edge in (x - half, x + half - webs):
            canvas.box(STEEL, (edge, edge + webs), (low, deck - 5), (-1000, 1000), plates)
        for z in ENDS:
            style.bit_generator.state = state
            _housing(canvas, style, (x, wide, lean), (low, deck), z)
            if raised:
                _head(canvas, style, x, deck, z)
        if wings:
            ways = (-1.0, 1.0) if len(places) == 1 else (-1.0 if i == 0 else 1.0,)
            for way in ways:
                start = x + way * half
                far = min(max(start + way * reach, frame[0]), frame[1])
                if abs(far - start) > 250:
                    _wing(canvas, (start, far), (deck, frame[2], tall), mass)


def _housing(canvas: Canvas, rng: np.random.Generator, at: tuple[float, float, float], y_mm: Span, z: float) -> None:
    """One end of a bolster. at: middle, width, by how much its foot is aside of its head; y_mm: foot and top."""
    x, wide, lean = at
    low, top = y_mm
    tall, half = top - low, wide / 2
    wall, rim = rng.uniform(*HOUSING_MM) * STEEL_G_CM2_MM, rng.uniform(8, 16)

    def block(left: float, right: float, high: float, foot: float, mass: float) -> None:
        """Between two heights below the top, leaning as the whole does."""
        rows = (canvas.row(top - high, z), canvas.row(top - foot, z))
        if not lean:
            canvas.rectangle(STEEL, (x + left, x + right), rows, mass)
            return
        ends = [lean * depth / tall for depth in (high, foot)]
        points = [(canvas.col(x + left + ends[0]), rows[0]), (canvas.col(x + right + ends[0]), rows[0])]
        points += [(canvas.col(x + right + ends[1]), rows[1]), (canvas.col(x + left + ends[1]), rows[1])]
        canvas.polygon(STEEL, points, mass)

    window, lower = rng.uniform(0.35, 0.55) * tall, rng.uniform(0.15, 0.3) * tall
    block(-half, half, 0, tall, wall)
    for edge in (-half, half - rim):
        block(edge, edge + rim, 0, tall, rng.uniform(14, 34))
    for high in (0.0, window, tall - lower, tall - rim):
        block(-half, half, high, high + rim, rng.uniform(22, 60))
    block(-half, half, window, tall - lower, rng.uniform(6, 26))
    core = rng.uniform(36, 60)
    block(-core / 2, core / 2, 12, tall - 6, rng.uniform(10, 26))
    collar, mm = rng.uniform(48, 90), canvas.camera.pitch_mm
    for depth, size in ((window * rng.uniform(0.45, 0.8), collar), (tall - lower * 0.35, collar * 0.8)):
        centre = (canvas.col(x + lean * depth / tall), canvas.row(top - depth, z))
        canvas.solid(STEEL, centre, (size / 2 / mm, size * 0.45 / mm), rng.uniform(18, 45))
    if rng.random() < 0.6:
        stem, thick = rng.uniform(40, 130), rng.uniform(22, 36)
        block(-thick / 2, thick / 2, tall, tall + stem, thick * STEEL_G_CM2_MM * 0.8)
        nut, aside = rng.uniform(35, 75), rng.uniform(-20, 20)
        block(aside - nut, aside + nut, tall + stem * 0.7, tall + stem * 0.7 + 14, rng.uniform(10, 20))
        block(-thick * 0.8, thick * 0.8, tall, tall + 18, rng.uniform(12, 22))
    if rng.random() < 0.4:
        handle = [(x, low + 0.4 * tall), (x + rng.normal(0, 90), low - rng.uniform(-40, 80))]
        canvas.stroke(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in handle], 16 / mm, rng.uniform(8, 13))


def _head(canvas: Canvas, rng: np.random.Generator, x: float, deck: float, z: float) -> None:
    """What stands above a free bolster: a plate with upturned guides, and the cone of the lock with its knob."""
    mm = canvas.camera.pitch_mm
    plate = rng.uniform(75, 125)
    row = canvas.row(deck, z)
    canvas.rectangle(
        STEEL, (x - plate, x + plate), (canvas.row(deck + rng.uniform(6, 14), z), row), rng.uniform(30, 80)
    )
    if rng.random() < 0.6:
        guide = rng.uniform(15, 55)
        for edge in (x - plate, x + plate - 22):
            rows = (canvas.row(deck + 12, z), canvas.row(deck - guide, z))
            canvas.rectangle(STEEL, (edge, edge + 22), rows, rng.uniform(12, 35))
    neck, half, tall = rng.uniform(16, 28), rng.uniform(32, 56), rng.uniform(34, 58)
    shape = [(-half, 12), (-half, 12 + tall * 0.35), (-neck, 12 + tall * 0.8), (-10.0, 12 + tall)]
    outline = [*shape, *((-u, v) for u, v in reversed(shape))]
    cone = [(canvas.col(x + u), canvas.row(deck + v, z)) for u, v in outline]
    canvas.polygon(STEEL, cone, 2 * neck * STEEL_G_CM2_MM * rng.uniform(0.7, 1.1))
    if rng.random() < 0.4:
        knob = rng.uniform(10, 20)
        canvas.solid(STEEL, (canvas.col(x), canvas.row(deck + 12 + tall, z)), (12 / mm, knob / mm), 14)


def _wing(canvas: Canvas, along: Span, heights: tuple[float, float, float], mass: float) -> None:
    """Arms of plate, one above and one below, that taper from a bolster's top and foot to the frame; on both sides.

    along: where the arm begins and where it ends. heights: the deck's, the frame's top, the bolster's own.
    """
    mm = canvas.camera.pitch_mm
    (x, far), (deck, frame, tall) = along, heights
    upper = [(x, deck - 25), (far, frame - 25), (far, frame - 85), (x, deck - 110)]
    lower = [(x, deck - tall + 95), (far, frame - 130), (far, frame - 175), (x, deck - tall + 15)]
    for z in SIDES:
        for arm in (upper, lower):
            points = [(canvas.col(u), canvas.row(v, z)) for u, v in arm]
            canvas.polygon(STEEL, points, mass)
            canvas.stroke(STEEL, [*points, points[0]], 9 / mm, mass)


def neck_end(canvas: Canvas, rng: np.random.Generator, x: float, deck: float, frame: Span) -> None:
    """The front end of a frame between the heights frame: a stepped plate, the couplings of air and current, a lock."""
    mm, mass = canvas.camera.pitch_mm, rng.uniform(4, 9) * STEEL_G_CM2_MM
    tip, high = rng.uniform(30, 160), deck + rng.uniform(-90, 60)
    shape = [(x - tip, high), (x + rng.uniform(60, 160), frame[1] - rng.uniform(0, 80)), (x + 150, frame[0])]
    shape += [(x - tip * rng.uniform(0.2, 1.0), frame[0] + rng.uniform(0, 90))]
    for z in (-900.0, 900.0) if rng.random() < 0.5 else SIDES:
        points = [(canvas.col(u), canvas.row(v, z)) for u, v in shape]
        canvas.polygon(STEEL, points, mass)
        canvas.stroke(STEEL, [*points, points[0]], 13 / mm, rng.uniform(6, 16))
    canvas.box(STEEL, (x - 12, x), (frame[0], frame[1]), (-1100, 1100), rng.uniform(0.1, 0.4))
    y = rng.uniform(frame[0] + 40, max(frame[1] - 30, frame[0] + 60))
    for z in (-220.0, 0.0, 220.0):
        rows = (canvas.row(y + 25, z), canvas.row(y - rng.uniform(15, 35), z))
        canvas.rectangle(STEEL, (x - rng.uniform(50, 110), x), rows, rng.uniform(4, 11))
        canvas.rectangle(ORGANIC, (x - 130, x - 60), (rows[0] + 2, rows[0] + 2 + 30 / mm), rng.uniform(1, 4))


def coil(canvas: Canvas, rng: np.random.Generator, start_mm: Span, end_mm: Span, sag: float) -> None:
    """A coiled hose of air or current that hangs between two points (x, y): loops of tube with 3 mm walls."""
    turns, r = int(rng.integers(10, 26)), rng.uniform(30, 62)
    t = np.linspace(0, 1, turns * 10)
    angle = 2 * np.pi * turns * t
    taper = r * np.clip(np.minimum(t, 1 - t) * 12, 0, 1)
    u = start_mm[0] + t * (end_mm[0] - start_mm[0]) + taper * 0.6 * np.sin(angle)
    v = start_mm[1] + t * (end_mm[1] - start_mm[1]) - 4 * sag * t * (1 - t) + taper * np.cos(angle)
    path = [(canvas.col(float(a)), canvas.row(float(b))) for a, b in zip(u, v, strict=True)]
    canvas.stroke(ORGANIC, path, 12 / canvas.camera.pitch_mm, rng.uniform(0.4, 1.1))
