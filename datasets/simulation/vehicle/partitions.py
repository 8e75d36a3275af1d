"""Harmless walls inside a hold: bulkheads, boards that hold bulk back, shoring bars, linings, ceilings, raised floors.

A detector that saw such panels only where something is hidden behind them would learn the panel.
"""

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.container import INNER_HALF_MM, Hold

Span = tuple[float, float]
HALF: Span = (-INNER_HALF_MM, INNER_HALF_MM)


def partition(canvas: Canvas, rng: np.random.Generator, hold: Hold, loaded: npt.NDArray[np.bool_], bulk: bool) -> None:
    """Draws what this container has of them. loaded: (n,) where along the hold goods stand. bulk: goods that flow."""
    full = np.flatnonzero(loaded)
    long = hold.x_mm[1] - hold.x_mm[0]
    end = hold.x_mm[0] + (full[-1] + 1) / len(loaded) * long if len(full) else hold.x_mm[1]
    if bulk and rng.random() < 0.7:
        _retainer(canvas, rng, hold, min(end + rng.uniform(0, 120), hold.x_mm[1] - 40))
    elif rng.random() < 0.22:
        at = end + rng.uniform(10, 300) if rng.random() < 0.6 else rng.uniform(*hold.x_mm)
        if at < hold.x_mm[1] - 60:
            _restraint(canvas, rng, hold, at)
    if rng.random() < 0.12:
        gap = rng.uniform(40, 900)
        at = hold.x_mm[0] + gap if rng.random() < 0.6 else rng.uniform(hold.x_mm[0] + 500, hold.x_mm[1] - 300)
        _bulkhead(canvas, rng, hold, at)
    if rng.random() < 0.14:
        _lining(canvas, rng, hold)
    if rng.random() < 0.07:
        y = hold.y_mm[1] - rng.uniform(20, 160)
        steel = rng.random() < 0.3
        canvas.box(
            STEEL if steel else ORGANIC, hold.x_mm, (y - (1.5 if steel else 12), y), HALF, 7.87 if steel else 0.6
        )
    if rng.random() < 0.08:
        _raised_floor(canvas, rng, hold)


def _bulkhead(canvas: Canvas, rng: np.random.Generator, hold: Hold, x: float) -> None:
    """A wall across the hold, of steel, board or both, full or part height, with posts and stays on one side."""
    top = hold.y_mm[1] if rng.random() < 0.6 else hold.y_mm[0] + rng.uniform(0.4, 0.9) * (hold.y_mm[1] - hold.y_mm[0])
    y = (hold.y_mm[0], top)
    if rng.random() < 0.55:
        canvas.box(STEEL, (x, x + rng.uniform(1.2, 3)), y, HALF, 7.87)
    if rng.random() < 0.75:
        canvas.box(ORGANIC, (x + 2, x + 2 + rng.uniform(9, 30)), y, HALF, 0.6)
    side, width = float(rng.choice([-1.0, 1.0])), rng.uniform(35, 90)
    for z in np.linspace(-1000, 1000, int(rng.integers(2, 6))):
        ends = sorted((x, x + side * width))
        canvas.box(STEEL, (ends[0], ends[1]), y, (z - 20, z + 20), rng.uniform(0.5, 1.2))
        if rng.random() < 0.3:
            foot = (canvas.col(x + side * rng.uniform(200, 700)), canvas.row(y[0], z))
            head = (canvas.col(x), canvas.row(y[0] + rng.uniform(0.3, 0.8) * (y[1] - y[0]), z))
            canvas.stroke(STEEL, [foot, head], 50 / canvas.camera.pitch_mm, rng.uniform(2, 6))
    for height in np.arange(y[0] + rng.uniform(200, 700), y[1] - 50, rng.uniform(350, 900)):
        if rng.random() < 0.5:
            canvas.box(STEEL, (x - 20, x + 20), (height, height + rng.uniform(30, 60)), HALF, rng.uniform(0.2, 0.5))


def _retainer(canvas: Canvas, rng: np.random.Generator, hold: Hold, x: float) -> None:
    """What keeps loose bulk off the doors: boards, cardboard or film behind four or five steel bars."""
    top = hold.y_mm[0] + rng.uniform(0.6, 1.0) * (hold.y_mm[1] - hold.y_mm[0])
    canvas.box(ORGANIC, (x, x + rng.uniform(6, 30)), (hold.y_mm[0], top), HALF, rng.uniform(0.15, 0.6))
    for y in np.linspace(hold.y_mm[0] + rng.uniform(150, 350), top - 80, int(rng.integers(3, 6))):
        bar = rng.uniform(40, 70)
        canvas.box(STEEL, (x + 30, x + 30 + bar), (y, y + bar), HALF, rng.uniform(0.15, 0.5))


def _restraint(canvas: Canvas, rng: np.random.Generator, hold: Hold, x: float) -> None:
    """Behind the load: a net, a board on edge, timber posts with cross beams, or telescopic bars."""
    kind, tall = rng.random(), hold.y_mm[1] - hold.y_mm[0]
    if kind < 0.3:
        canvas.box(ORGANIC, (x, x + rng.uniform(9, 25)), (hold.y_mm[0], hold.y_mm[0] + rng.uniform(0.3, 0.95) * tall),
                   HALF, rng.uniform(0.1, 0.6))  # fmt: skip
    elif kind < 0.65:
        for z in np.linspace(-900, 900, int(rng.integers(2, 5))):
            top = hold.y_mm[0] + rng.uniform(0.5, 1.0) * tall
            canvas.box(ORGANIC, (x, x + rng.uniform(70, 110)), (hold.y_mm[0], top), (z - 50, z + 50), 0.5)
        for y in hold.y_mm[0] + tall * rng.uniform(0.1, 0.9, int(rng.integers(1, 4))):
            canvas.box(ORGANIC, (x - 60, x), (y, y + rng.uniform(70, 130)), HALF, rng.uniform(0.2, 0.5))
    else:
        for y in hold.y_mm[0] + tall * np.sort(rng.uniform(0.15, 0.85, int(rng.integers(1, 4)))):
            bar = rng.uniform(38, 60)
            canvas.box(STEEL, (x, x + bar), (y, y + bar), HALF, rng.uniform(0.1, 0.35))
            canvas.box(LIGHT, (x - 15, x + bar + 15), (y - 15, y + bar + 15), (INNER_HALF_MM - 60, INNER_HALF_MM), 2.0)


def _lining(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Boards or cardboard along a side wall, over part of the hold and of its height."""
    z = float(rng.choice([-1150.0, 1150.0]))
    long, tall = hold.x_mm[1] - hold.x_mm[0], hold.y_mm[1] - hold.y_mm[0]
    wide, high = long * rng.uniform(0.1, 1.0), tall * rng.uniform(0.35, 1.0)
    x = rng.uniform(hold.x_mm[0], hold.x_mm[1] - wide)
    board, mass = rng.uniform(900, 2500), rng.uniform(0.1, 0.7)
    while x < hold.x_mm[1] and wide > 50:
        one = min(board, wide, hold.x_mm[1] - x)
        rows = (canvas.row(hold.y_mm[0] + high + rng.normal(0, 8), z), canvas.row(hold.y_mm[0], z))
        canvas.rectangle(ORGANIC, (x, x + one - rng.uniform(0, 12)), rows, mass * rng.uniform(0.9, 1.1))
        x, wide = x + one, wide - one


def _raised_floor(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Plywood or dunnage boards over battens on part of the floor."""
    wide, y = rng.uniform(0.2, 1.0) * (hold.x_mm[1] - hold.x_mm[0]), hold.y_mm[0] + rng.uniform(20, 160)
    x = rng.uniform(hold.x_mm[0], hold.x_mm[1] - wide)
    canvas.box(ORGANIC, (x, x + wide), (y, y + rng.uniform(9, 24)), HALF, 0.6)
    for left in np.arange(x, x + wide, rng.uniform(350, 1300)):
        canvas.box(ORGANIC, (left, left + rng.uniform(40, 90)), (hold.y_mm[0], y), HALF, rng.uniform(0.2, 0.5))
