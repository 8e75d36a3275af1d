"""What hangs under a trailer's frame: spare wheels that lie flat, air and water tanks, tool boxes, ladders, guards."""

from functools import cache
from math import ceil, floor
from typing import Final

import cv2
import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas, Map

Span = tuple[float, float]
CELL_MM: Final = 5.0
"""Of the finely drawn wheel."""

WHEEL_HALF_MM: Final = (540.0, 160.0)
"""Half the length and height of the finely drawn wheel's picture."""


def hang(canvas: Canvas, rng: np.random.Generator, x_mm: Span, under_mm: float, most: int = 5) -> None:
    """Some of these things between x_mm, hanging from the frame whose lower edge is under_mm high."""
    if x_mm[1] - x_mm[0] < 500:
        return
    if rng.random() < 0.55:
        spare_wheel(canvas, rng, rng.uniform(x_mm[0], x_mm[1] - 300), under_mm)
    for _ in range(int(rng.integers(1, most + 1))):
        x, z = rng.uniform(x_mm[0], x_mm[1] - 300), rng.uniform(-700, 700)
        kind = rng.random()
        if kind < 0.55:
            air_tank(canvas, rng, x, under_mm + rng.uniform(-60, 330), z)
        elif kind < 0.75:
            _tool_box(canvas, rng, x, under_mm + rng.uniform(-40, 120), z)
        elif kind < 0.85:
            _water(canvas, rng, x, under_mm - rng.uniform(0, 120), under_mm, z)
        else:
            _ladder(canvas, rng, x, under_mm)
    if rng.random() < 0.35:
        _guards(canvas, rng, x_mm, under_mm)


def spare_wheel(canvas: Canvas, rng: np.random.Generator, x: float, under_mm: float) -> None:
    """One or two spare wheels that lie flat in a cage or on a winch under the frame, axis upright."""
    mm, r = canvas.camera.pitch_mm, rng.uniform(470, 545)
    z, stack = rng.uniform(-500, 500), 2 if rng.random() < 0.12 else 1
    top = under_mm - rng.uniform(-140, 130)
    scale = (2 * WHEEL_HALF_MM[0] * r / 510 / mm, 2 * WHEEL_HALF_MM[1] * rng.uniform(0.85, 1.1) / mm)
    size = (max(3, round(scale[0])), max(3, round(scale[1])))
    rim = rng.uniform(0.6, 1.3)
    left = round(canvas.col(x))
    low = top
    for _ in range(stack):
        for group, picture, strength in zip(
            (ORGANIC, STEEL), _lying_wheel(), (rng.uniform(0.85, 1.1), rim), strict=True
        ):
            patch = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            canvas.add(group, patch * np.float32(strength), left, round(canvas.row(low, z)))
        low -= 300 * size[1] * mm / 320
    bottom = canvas.row(low, z)
    ends = (x - rng.uniform(-60, 60), x + 2 * r + rng.uniform(0, 140))
    if rng.random() < 0.55:
        for post in ends:
            canvas.rectangle(STEEL, (post, post + 22), (canvas.row(under_mm + 60, z), bottom), rng.uniform(2, 9))
        canvas.rectangle(STEEL, ends, (bottom - 6 / mm, bottom + 12 / mm), rng.uniform(4, 14))
        if rng.random() < 0.5:
            canvas.rectangle(STEEL, ends, (bottom - 55 / mm, bottom - 45 / mm), rng.uniform(4, 14))
    else:
        middle = x + r
        canvas.rectangle(STEEL, (middle - 8, middle + 8), (canvas.row(under_mm + 80, z), bottom), rng.uniform(3, 10))
        canvas.rectangle(STEEL, (middle - 170, middle + 170), (bottom - 20 / mm, bottom), rng.uniform(6, 20))


@cache
def _lying_wheel() -> tuple[Map, Map]:
    """Areal density (g/cm²) of rubber and of steel of a lying wheel, from the side, on cells of CELL_MM.

    Turned bodies: what a ray meets at x from the axis is twice the integral of density r / sqrt(r² - x²) over r.
    """
    half_x, half_y = WHEEL_HALF_MM
    r = np.arange(0.5, half_x, 1.0)
    y = np.arange(-half_y, half_y, CELL_MM) + CELL_MM / 2
    across, height = (r[None, :] - 398) / 112, y[:, None] / 138
    outside = np.abs(across) ** 2.6 + np.abs(height) ** 2.6
    thick = 0.17 + 0.14 * (across > 0.4)
    rubber = 1.15 * ((outside < 1) & (outside > (1 - thick) ** 2.6) & (r[None, :] > 280))
    barrel = 262 - 42 * np.clip(1 - (np.abs(y[:, None]) / 85) ** 4, 0, 1)
    steel = 7.87 * ((np.abs(r[None, :] - barrel) < 3.5) & (np.abs(y[:, None]) < 118))
    steel += 7.87 * ((np.abs(r[None, :] - 276) < 14) & (np.abs(np.abs(y[:, None]) - 114) < 5))
    steel += 7.87 * ((r[None, :] > 90) & (r[None, :] < 225) & (np.abs(y[:, None] - 55) < 6))
    steel += 3.0 * ((r[None, :] > 285) & (r[None, :] < 300) & (np.abs(np.abs(y[:, None]) - 105) < 9))
    x = np.arange(-half_x, half_x, CELL_MM) + CELL_MM / 2
    inner, outer = r[:, None] - 0.5, r[:, None] + 0.5
    seen = 2 * (np.sqrt(np.maximum(outer**2 - x**2, 0)) - np.sqrt(np.maximum(inner**2 - x**2, 0))) / 10
    return (rubber @ seen).astype(np.float32), (steel @ seen).astype(np.float32)


def air_tank(canvas: Canvas, rng: np.random.Generator, x: float, y: float, z: float) -> None:
    """A tank of brake air: across travel a dark ring about a grey middle, along travel a capsule; welds and straps."""
    mm = canvas.camera.pitch_mm
    r, wall = rng.uniform(100, 165), rng.uniform(2.5, 5)
    magnified = canvas.camera.distance_mm / (canvas.camera.distance_mm + z)
    if rng.random() < 0.65:
        centre = (canvas.col(x + r), canvas.row(y - r, z))
        rx, ry = r / mm, r * magnified / mm
        caps = 2 * wall * 0.787
        canvas.disc(STEEL, centre, (rx, ry), caps * rng.uniform(0.8, 1.6))
        canvas.disc(STEEL, centre, (rx * 0.9, ry * 0.9), -caps * rng.uniform(0.05, 0.25))
        turn = np.linspace(0, 2 * np.pi, 32)
        for share, mass in ((0.975, rng.uniform(9, 24)), (rng.uniform(0.6, 0.92), rng.uniform(0.3, 2))):
            rim = [(centre[0] + rx * share * np.cos(a), centre[1] + ry * share * np.sin(a)) for a in turn]
            canvas.stroke(STEEL, rim, max(1.2, 9 / mm), mass)
        if rng.random() < 0.6:
            canvas.disc(STEEL, (centre[0], centre[1] + 0.96 * ry), (16 / mm, 18 / mm), rng.uniform(5, 12))
        if rng.random() < 0.3:
            box = (canvas.row(y - r + 40, z), canvas.row(y - r - 60, z))
            canvas.rectangle(STEEL, (x + r - 50, x + r + 50), box, rng.uniform(1, 4))
        for side in (-0.6, 0.6):
            if rng.random() < 0.5:
                left = x + r + side * r
                canvas.rectangle(STEEL, (left, left + 25), (canvas.row(y + 120, z), canvas.row(y - 40, z)), 4)
        return
    length = rng.uniform(450, 950)
    top, bottom = canvas.row(y, z), canvas.row(y - 2 * r, z)
    rows = np.arange(floor(top), ceil(bottom)) + 0.5
    cols = np.arange(floor(canvas.col(x)), ceil(canvas.col(x + length))) + 0.5
    across = (rows - (top + bottom) / 2) / ((bottom - top) / 2) * r
    depth = 0.45 * r
    along = np.minimum(cols - canvas.col(x), canvas.col(x + length) - cols) * mm
    shrink = np.sqrt(np.clip(1 - ((depth - np.minimum(along, depth)) / depth) ** 2, 0, 1))
    outer = np.sqrt(np.maximum((r * shrink[None, :]) ** 2 - across[:, None] ** 2, 0))
    hollow = np.maximum(r * shrink - wall / np.maximum(shrink, 0.2), 0)
    inner = np.sqrt(np.maximum(hollow[None, :] ** 2 - across[:, None] ** 2, 0))
    canvas.add(STEEL, (2 * (outer - inner) / 10 * 7.87).astype(np.float32), floor(canvas.col(x)), floor(top))
    for share in (0.2, 0.8):
        left = x + share * length
        canvas.rectangle(STEEL, (left, left + 40), (top - 70 / mm, bottom), rng.uniform(1.5, 5))
    canvas.rectangle(STEEL, (x + length / 2 - 4, x + length / 2 + 4), (top, bottom), rng.uniform(1, 3))


def _tool_box(canvas: Canvas, rng: np.random.Generator, x: float, y: float, z: float) -> None:
    """A box of sheet with a lid, held by two brackets, with tools, chains and gloves at its bottom."""
    mm = canvas.camera.pitch_mm
    w, h = rng.uniform(350, 950), rng.uniform(280, 480)
    rows = (canvas.row(y, z), canvas.row(y - h, z))
    group = STEEL if rng.random() < 0.6 else ORGANIC
    canvas.rectangle(group, (x, x + w), rows, rng.uniform(1.5, 4))
    for edge in (x, x + w - 8):
        canvas.rectangle(STEEL, (edge, edge + 8), rows, rng.uniform(4, 14))
    for row in rows:
        canvas.rectangle(STEEL, (x, x + w), (row - 4 / mm, row + 4 / mm), rng.uniform(4, 14))
    _straps(canvas, rng, (x, x + w), y, y + 200, z)
    for _ in range(int(rng.integers(0, 9))):
        centre = (canvas.col(x + rng.uniform(0.1, 0.9) * w), rows[1] - rng.uniform(2, 20))
        canvas.solid(STEEL, centre, (rng.uniform(2, 14), rng.uniform(1, 7)), rng.uniform(2, 14))


def _water(canvas: Canvas, rng: np.random.Generator, x: float, y: float, up_to_mm: float, z: float) -> None:
    """A plastic can of water for washing hands, partly full, with a tap."""
    w, h = rng.uniform(250, 480), rng.uniform(220, 380)
    rows = (canvas.row(y, z), canvas.row(y - h, z))
    canvas.rectangle(ORGANIC, (x, x + w), rows, rng.uniform(0.8, 1.6))
    level = rows[1] - rng.uniform(0.1, 0.95) * (rows[1] - rows[0])
    canvas.rectangle(WATER, (x + 5, x + w - 5), (level, rows[1]), rng.uniform(12, 26))
    canvas.rectangle(STEEL, (x + w - 30, x + w - 5), (rows[1], rows[1] + 8), rng.uniform(3, 8))
    _straps(canvas, rng, (x, x + w), y, up_to_mm, z)


def _straps(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y: float, up_to_mm: float, z: float) -> None:
    for share in (0.15, 0.85):
        left = x_mm[0] + share * (x_mm[1] - x_mm[0])
        canvas.rectangle(STEEL, (left, left + 30), (canvas.row(up_to_mm, z), canvas.row(y, z)), rng.uniform(2, 8))


def _ladder(canvas: Canvas, rng: np.random.Generator, x: float, under_mm: float) -> None:
    """A frame of thin tube that hangs down to knee height: a step, or a carrier of the side guards."""
    z, low, wide = float(rng.choice([-1150.0, 1150.0])), rng.uniform(350, 550), rng.uniform(150, 500)
    mass = rng.uniform(1.5, 5)
    for left in (x, x + wide):
        canvas.rectangle(STEEL, (left, left + 30), (canvas.row(under_mm + 150, z), canvas.row(low, z)), mass)
    for share in np.linspace(0, 1, int(rng.integers(2, 4))):
        y = low + share * (under_mm - low) * 0.8
        canvas.rectangle(STEEL, (x, x + wide), (canvas.row(y + 25, z), canvas.row(y, z)), mass)


def _guards(canvas: Canvas, rng: np.random.Generator, x_mm: Span, under_mm: float) -> None:
    """Aluminium planks along both sides on hangers."""
    mm = canvas.camera.pitch_mm
    for z in (-1200.0, 1200.0):
        for share in (0.35, 0.75):
            row = canvas.row(350 + share * (under_mm - 350), z)
            canvas.rectangle(LIGHT, x_mm, (row, row + 110 / mm), rng.uniform(0.3, 1))
        for x in np.arange(x_mm[0] + 100, x_mm[1], rng.uniform(900, 1600)):
            canvas.rectangle(STEEL, (x, x + 40), (canvas.row(under_mm + 100, z), canvas.row(420, z)), rng.uniform(1, 4))
