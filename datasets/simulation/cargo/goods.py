"""Packed goods, as people stack them: with gaps, leaning stacks, half rows and odd pieces."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.cargo.clutter import contents, scatter_tools
from cargoscope.datasets.simulation.cargo.packing import Z, depth_rows, load_height, pallets, pillow
from cargoscope.datasets.simulation.vehicle.container import Hold


def cartons(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Stacks of cartons; a few articles, each with its own size, weight and inside."""
    floor = pallets(canvas, rng, hold) if rng.random() < 0.4 else hold.y_mm[0]
    x = hold.x_mm[0]
    while x < hold.x_mm[1] - 250:
        run = rng.uniform(800, 5000)
        _article(canvas, rng, Hold((x, min(x + run, hold.x_mm[1])), (floor, hold.y_mm[1])))
        x += run + rng.uniform(0, 120)


def _article(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    w, h, d = rng.uniform(260, 720), rng.uniform(180, 560), rng.uniform(380, 1160)
    density = float(rng.choice([0.06, 0.1, 0.16, 0.24, 0.34], p=[0.18, 0.24, 0.26, 0.19, 0.13])) * rng.uniform(0.8, 1.2)
    group = int(rng.choice([ORGANIC, WATER, LIGHT], p=[0.8, 0.1, 0.1]))
    spread, inside = rng.uniform(0.01, 0.12), rng.uniform(0.0, 0.08)
    top = load_height(rng, hold, 0.5, 1.0)
    filling = int(rng.integers(0, 15))
    stamp_seed = int(rng.integers(1 << 30))
    for z in depth_rows(rng, d):
        x = hold.x_mm[0] + rng.uniform(0, 40)
        short = rng.random() < 0.3
        while x + w < hold.x_mm[1]:
            lean = rng.normal(0, 6)
            stack = top - (rng.integers(0, 3) * h if short or rng.random() < 0.12 else 0)
            y = hold.y_mm[0]
            level = 0
            while y + h < stack:
                dx = lean * level + rng.normal(0, 4)
                weight = density * (1 + spread * rng.standard_normal())
                span = (x + dx, x + dx + w - rng.uniform(2, 9))
                canvas.box(group, span, (y, y + h - 4), z, max(weight, 0.03), inside, rng, goods=True)
                canvas.box(ORGANIC, span, (y + h - 8, y + h), z, 0.25)
                if filling < 8:
                    contents(canvas, np.random.default_rng(stamp_seed), filling, span, (y, y + h), z)
                y += h
                level += 1
            x += w + abs(rng.normal(0, 9))


def bottles(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Cases of bottles: columns of liquid with glass walls and necks, on pallets."""
    floor = pallets(canvas, rng, hold)
    pitch, height = rng.uniform(70, 95), rng.uniform(240, 340)
    rows = int(rng.integers(4, 14))
    top = load_height(rng, hold, 0.45, 0.9)
    x = hold.x_mm[0] + 20
    glass, liquid = rng.uniform(0.5, 1.0), rng.uniform(0.7, 1.0)
    depth = rows * pitch
    z = (-depth / 2, depth / 2)
    while x + pitch < hold.x_mm[1]:
        if (x - hold.x_mm[0]) % 1200 < pitch:
            x += rng.uniform(10, 60)
        y = floor
        while y + height < top:
            body = (x + 3, x + pitch - 3)
            canvas.box(WATER, body, (y + 10, y + height * 0.66), z, liquid * 0.72, 0.02, rng, goods=True)
            canvas.box(LIGHT, body, (y + 4, y + height * 0.68), z, 0.22 * glass)
            canvas.box(LIGHT, (x + pitch * 0.36, x + pitch * 0.64), (y + height * 0.66, y + height * 0.95), z, 0.25)
            y += height
        x += pitch


def frozen(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Cartons of frozen meat, tightly packed from wall to wall: dense, even, faint seams."""
    h, w = rng.uniform(120, 180), rng.uniform(380, 600)
    top = load_height(rng, hold, 0.55, 0.9)
    share = rng.uniform(0.25, 0.9)
    z = (Z[0] * share, Z[1] * share)
    x = hold.x_mm[0]
    while x + w < hold.x_mm[1]:
        y, stop = hold.y_mm[0] + 30, top - rng.integers(0, 2) * h
        while y + h < stop:
            density = rng.normal(0.72, 0.03)
            canvas.box(WATER, (x, x + w - 6), (y, y + h - 5), z, density, 0.05, rng, goods=True)
            y += h
        x += w + abs(rng.normal(0, 5))


def sacks(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Stacks of sacks with round shoulders and sagging layers."""
    density, w, h = rng.uniform(0.5, 0.8), rng.uniform(550, 900), rng.uniform(130, 200)
    share = float(rng.choice([0.33, 0.66, 0.95, 0.95]))
    x = hold.x_mm[0]
    while x + w < hold.x_mm[1] + 100:
        y, top = hold.y_mm[0], load_height(rng, hold, 0.4, 0.85)
        z = (Z[0] * share, Z[1] * share)
        mass = density * (z[1] - z[0]) / 10
        while y < top:
            centre = (canvas.col(x + w / 2 + rng.normal(0, 12)), canvas.row(y + h / 2))
            radius = (w / 2 / canvas.camera.pitch_mm * 1.03, h * 0.62 / canvas.camera.pitch_mm)
            pillow(canvas, rng, centre, radius, mass * rng.normal(1, 0.03), z[1] - z[0])
            y += h
        x += w + rng.normal(0, 15)


def bales(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Pressed bales of cotton or clothes with straps, bulging, in two to four layers."""
    w, h, density = rng.uniform(500, 1100), rng.uniform(450, 800), rng.uniform(0.18, 0.45)
    share = rng.uniform(0.5, 1.0)
    x = hold.x_mm[0]
    while x + w < hold.x_mm[1]:
        y = hold.y_mm[0]
        while y + h < hold.y_mm[1] - 60 and rng.random() < 0.93:
            depth = (Z[1] - Z[0]) * share
            centre = (canvas.col(x + w / 2), canvas.row(y + h / 2))
            radius = (w / 2 / canvas.camera.pitch_mm, h / 2 / canvas.camera.pitch_mm * 1.05)
            pillow(canvas, rng, centre, radius, density * depth / 10 * rng.normal(1.2, 0.08), depth)
            for i in range(4):
                col = canvas.col(x + w * (i + 1) / 5)
                canvas.stroke(STEEL, [(col, canvas.row(y)), (col + rng.normal(0, 1), canvas.row(y + h))], 0.6, 1.2)
            y += h
        x += w + rng.uniform(0, 40)


def furniture(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Panels, frames, chairs and mattresses: light, angular, with hinges and screws."""
    x = hold.x_mm[0]
    while x < hold.x_mm[1] - 400:
        w = rng.uniform(350, 1500)
        top = load_height(rng, hold, 0.4, 0.98)
        y = hold.y_mm[0]
        while y < top - 150:
            h = min(rng.uniform(150, 900), top - y)
            depth = rng.uniform(300, 1100)
            z = (-depth, depth)
            right = min(x + w, hold.x_mm[1])
            canvas.box(ORGANIC, (x, right), (y, y + h), z, rng.uniform(0.02, 0.09), 0.05, rng, goods=True)
            for edge in (x, right - 20, *rng.uniform(x, right - 20, int(rng.integers(0, 5)))):
                canvas.box(ORGANIC, (edge, edge + 18), (y, y + h), z, rng.uniform(0.15, 0.6))
            for shelf in (y, y + h - 20, *rng.uniform(y, y + h - 20, int(rng.integers(0, 4)))):
                canvas.box(ORGANIC, (x, right), (shelf, shelf + 18), z, rng.uniform(0.15, 0.5))
            scatter_tools(canvas, rng, Hold((x, right), (y, y + h)), int(rng.integers(0, 4)), small=True)
            y += h + 15
        x += w + rng.uniform(10, 150)


def household(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """A removal: cartons of all sizes, appliances, bicycles, tools, bottles, anything."""
    for z in depth_rows(rng, rng.uniform(500, 1100)):
        x = hold.x_mm[0]
        while x < hold.x_mm[1] - 250:
            w = rng.uniform(200, 900)
            y, top = hold.y_mm[0], load_height(rng, hold, 0.2, 0.95)
            while y < top:
                h = rng.uniform(120, 700)
                right = min(x + w * rng.uniform(0.7, 1.0), hold.x_mm[1])
                canvas.box(ORGANIC, (x, right), (y, y + h), z, rng.uniform(0.02, 0.3), 0.09, rng, goods=True)
                if rng.random() < 0.3:
                    canvas.box(STEEL, (x, right), (y, y + h), (z[0], z[0] + 2), 7.8)
                contents(canvas, rng, int(rng.integers(0, 9)), (x, right), (y, y + h), z)
                y += h
            x += w + rng.uniform(0, 80)
    scatter_tools(canvas, rng, hold, int(rng.integers(5, 40)))


def _film(canvas: Canvas, rng: np.random.Generator, start: tuple[float, float]) -> None:
    """A wisp of crumpled wrapping: folds that wander, fork and fade."""
    for _ in range(int(rng.integers(2, 7))):
        turn = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.35, 24))
        steps = rng.uniform(1.5, 6) * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        path = [(float(x), float(y)) for x, y in np.cumsum(steps, axis=0) + start]
        canvas.stroke(ORGANIC, path, rng.uniform(1, 4), rng.uniform(0.1, 1.0))
        canvas.polygon(ORGANIC, path, rng.uniform(0.02, 0.2))


def debris(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """What lies about: wrapping, straps, a broom, a pallet, dunnage, a tool or two."""
    for _ in range(int(rng.integers(0, 4))):
        x, y = rng.uniform(*hold.x_mm), rng.uniform(*hold.y_mm)
        _film(canvas, rng, (canvas.col(x), canvas.row(y)))
    scatter_tools(canvas, rng, Hold(hold.x_mm, (hold.y_mm[0], hold.y_mm[0] + 250)), int(rng.integers(0, 5)))
