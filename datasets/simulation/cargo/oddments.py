"""Harmless things of no particular kind: rows, piles and rings of parts, lumps, drums, pipes, ribbed rods, plates, and
what trailers and containers themselves are made of: bent frames, hinged posts, ends of beams with hoses and hooks.

Nobody can list what a container may hold. Whoever learns to find contraband must have seen that a row of dark parts, a
smooth heap or a thing with a hole is in itself no reason to stop a truck.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas, grain
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of

Point = tuple[float, float]
Drawer = Callable[[Canvas, np.random.Generator, Point], None]

GROUPS: Final = (STEEL, STEEL, STEEL, LIGHT, ORGANIC, ORGANIC, WATER, HEAVY)
DENSITY_G_CM2: Final = (0.5, 14.0)
"""Mean areal density of what is drawn, drawn even in its logarithm: a tin can to a solid piece of steel."""

LUMP_G_CM2: Final = (2.0, 220.0)
"""The same for heaps, sacks and drums, which fill a container's depth: at the most only their tops let it through."""


FRAME_G_CM2: Final = (1.5, 40.0)
"""The same for beams and posts: a sheet's folded edge to a trailer's neck seen through both its sides."""

LARGEST_MM: Final = (1300.0, 900.0)
"""Width and height."""


def oddment(rng: np.random.Generator) -> Shape:
    """One harmless thing or group of things, up to LARGEST_MM."""
    often = np.array([one.often for one in DRAWERS.values()])
    kind = DRAWERS[str(rng.choice(list(DRAWERS), p=often / often.sum()))]
    size = tuple(float(np.exp(rng.uniform(np.log(kind.least_mm), np.log(most)))) for most in LARGEST_MM)
    canvas = blank((size[0], size[1]))
    kind.drawer(canvas, rng, (size[0] / FINE_MM, size[1] / FINE_MM))
    np.maximum(canvas.mass, 0, out=canvas.mass)
    if not canvas.mass.any():
        canvas.disc(STEEL, (size[0] / 2 / FINE_MM, size[1] / 2 / FINE_MM), (20, 20), 3.0)
    shape = shape_of(canvas, depth_mm=rng.uniform(30, 300))
    total = shape.mass.sum(axis=0)
    return shape.scaled(float(np.exp(rng.uniform(*np.log(kind.density))) / total[total > 0].mean()))


def _assembly(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """The same part again and again: in a row, a grid, a ring or a pile."""
    pattern = str(rng.choice(["row", "grid", "ring", "pile", "pair"]))
    w, h = size
    if pattern == "row":
        n = int(rng.integers(2, 15))
        lean = rng.uniform(-0.3, 0.3) * h
        places = [(w * (i + 0.5) / n, h / 2 + lean * (i / n - 0.5)) for i in range(n)]
        room = min(w / n, h)
    elif pattern == "grid":
        columns, rows = int(rng.integers(2, 9)), int(rng.integers(2, 6))
        places = [(w * (i + 0.5) / columns, h * (j + 0.5) / rows) for i in range(columns) for j in range(rows)]
        room = min(w / columns, h / rows)
    elif pattern == "ring":
        n, radius = int(rng.integers(3, 12)), min(w, h) * 0.36
        turns = np.linspace(0, 2 * np.pi, n, endpoint=False) + rng.uniform(0, np.pi)
        places = [(w / 2 + radius * np.cos(turn), h / 2 + radius * np.sin(turn)) for turn in turns]
        room = 2 * radius * np.sin(np.pi / n)
    elif pattern == "pair":
        places, room = [(w * 0.3, h / 2), (w * 0.7, h / 2)], min(w * 0.4, h)
    else:
        n = int(rng.integers(3, 30))
        places = [(rng.uniform(0.1, 0.9) * w, rng.uniform(0.1, 0.9) * h) for _ in range(n)]
        room = rng.uniform(0.15, 0.6) * min(w, h)
    part = _part(rng, room * rng.uniform(0.5, 1.3))
    loose = rng.uniform(0, 0.12) * room
    spin = rng.uniform(0, np.pi) if pattern != "pile" else None
    wild = rng.random() < 0.2
    for x, y in places:
        turn = rng.uniform(0, 2 * np.pi) if spin is None or wild else spin + rng.normal(0, 0.05)
        _draw_part(canvas, part, (x + rng.normal(0, loose), y + rng.normal(0, loose)), turn)


Part = list[tuple[str, int, float, float, float, float, float]]


def _part(rng: np.random.Generator, size_px: float) -> Part:
    """(form, group, x, y, half length, half width, mass) of the pieces of a part; x and y from its middle."""
    pieces: Part = []
    for i in range(int(rng.integers(1, 6))):
        form = str(rng.choice(["plate", "disc", "round", "bar"]))
        group = int(rng.choice(GROUPS))
        reach = size_px / 2 * (1.0 if i == 0 else rng.uniform(0.15, 0.7))
        offset = (0.0, 0.0) if i == 0 else (rng.normal(0, size_px / 5), rng.normal(0, size_px / 5))
        wide = reach * (rng.uniform(0.08, 0.25) if form == "bar" else rng.uniform(0.4, 1.0))
        mass = rng.uniform(0.5, 4.0) * (-1.0 if i and rng.random() < 0.3 else 1.0)
        pieces.append((form, group, *offset, reach, wide, mass))
    return pieces


def _draw_part(canvas: Canvas, part: Part, centre: Point, turn: float) -> None:
    c, s = float(np.cos(turn)), float(np.sin(turn))
    for form, group, x, y, reach, wide, mass in part:
        middle = centre[0] + c * x - s * y, centre[1] + s * x + c * y
        if form == "disc":
            canvas.disc(group, middle, (wide, wide), mass)
        elif form == "round":
            canvas.solid(group, middle, (wide, wide), mass)
        else:
            corners = [(reach, wide), (-reach, wide), (-reach, -wide), (reach, -wide)]
            canvas.polygon(group, [(middle[0] + c * u - s * v, middle[1] + s * u + c * v) for u, v in corners], mass)


def _lumps(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Sacks, heaps and bales side by side: smooth, round on top, thinning to their rims."""
    n = int(rng.integers(1, 5))
    w, h = size
    steep, fade = rng.uniform(2, 6), rng.uniform(0.25, 2.0)
    group = int(rng.choice([ORGANIC, ORGANIC, WATER, LIGHT]))
    slung = rng.random() < 0.3
    ys, xs = np.mgrid[0 : int(h) + 1, 0 : int(w) + 1].astype(np.float32)
    for i in range(n):
        rx, ry = w / n / 2 * rng.uniform(0.85, 1.15), h / 2 * rng.uniform(*((0.6, 0.8) if slung else (0.8, 1.0)))
        x, y = w * (i + 0.5) / n, h - ry
        left = 1 - np.abs((xs - x) / rx) ** steep - np.abs((ys - y) / ry) ** steep
        patch = np.maximum(left, 0) ** fade * (1 + rng.uniform(0, 0.12) * grain(rng, *xs.shape))
        if rng.random() < 0.4:
            patch *= 1 + rng.uniform(0.02, 0.15) * np.sin(xs * rng.uniform(0.02, 0.3) + rng.uniform(0, 6))
        canvas.add(group, patch.astype(np.float32), 0, 0)
        if slung:
            _slings(canvas, rng, (x, y), (rx, ry), steep)


def _slings(canvas: Canvas, rng: np.random.Generator, middle: Point, radii: Point, steep: float) -> None:
    """The loops that a bulk bag is lifted by, over both shoulders of a body of these radii, a hundredth as dense."""
    wide, mass = rng.uniform(3, 12), rng.uniform(0.003, 0.02)
    for side in (-1, 1):
        foot = side * rng.uniform(0.4, 0.8)
        t = np.linspace(0, np.pi, 16)
        reach, tall = max(rng.uniform(0.05, 0.2) * radii[0], 1.5 * wide), rng.uniform(0.1, 0.35) * radii[1]
        base = middle[1] - radii[1] * (1 - abs(foot) ** steep) ** (1 / steep)
        loop = zip(middle[0] + foot * radii[0] + reach * np.cos(t), base - tall * np.sin(t), strict=True)
        canvas.stroke(ORGANIC, [(float(px), float(py)) for px, py in loop], wide, mass)


def _columns(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Sacks, bales or cartons on one another in columns, two rows deep: seams that hardly show, sides that wander, tops
    that are shallower than what they lie on."""
    w, h = size
    layers, n = int(rng.integers(2, 10)), int(rng.integers(1, 4))
    wander, square, seam = rng.uniform(0, 0.05), rng.uniform(4, 20), rng.uniform(0, 0.25)
    ramp = rng.uniform(0.5, layers + 1)
    group = int(rng.choice([ORGANIC, ORGANIC, WATER, LIGHT]))
    ys, xs = np.mgrid[0 : int(h) + 1, 0 : int(w) + 1].astype(np.float32)
    for _ in range(2):
        top, tall = rng.uniform(0, 0.2) * h, h / layers * rng.uniform(0.85, 1.0)
        for column in range(n):
            crest, sag, soft = top + rng.uniform(0, 0.5) * tall, rng.uniform(0, 0.3), rng.uniform(3, 20)
            deep = 1 - (1 - np.clip((ys - crest + 2) / (ramp * tall), 0, 1)) ** 2
            for layer in range(int((h - crest) / tall) + 1):
                half = w / n / 2 * rng.normal(0.97, wander)
                across = np.abs((xs - w * (column + 0.5 + rng.normal(0, wander)) / n) / max(half, 1))
                bulge = 1 - np.clip(across, 0, 1) ** square
                down = (ys - crest - layer * tall - sag * tall * across**2) / tall
                edge = np.clip(down * soft, 0, 1) * np.clip(1 - (down - 1) * soft, 0, 1)
                patch = bulge * edge * (1 - seam * np.abs(2 * down - 1) ** 8) * deep * rng.uniform(0.85, 1)
                canvas.add(group, np.maximum(patch, 0).astype(np.float32), 0, 0)


def _drums(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Upright cylinders with hoops and lids, full to some height."""
    n = int(rng.integers(1, 7))
    w, h = size
    level, wall = rng.uniform(0, 1), rng.uniform(0.05, 0.4)
    group = int(rng.choice([ORGANIC, WATER, LIGHT]))
    for i in range(n):
        x, r = w * (i + 0.5) / n, w / n / 2 * rng.uniform(0.85, 1.05)
        across = np.arange(int(2 * r) + 1, dtype=np.float32) / max(r, 1) - 1
        chord = np.sqrt(np.maximum(1 - across**2, 0))
        down = np.clip(np.arange(int(h), dtype=np.float32) - h * (1 - level) + rng.normal(0, 3), 0, 1)
        canvas.add(group, np.outer(down, chord).astype(np.float32) * 4, round(x - r), 0)
        shell = wall / np.maximum(chord, 0.15)
        canvas.add(STEEL, np.tile(shell, (int(h), 1)).astype(np.float32), round(x - r), 0)
        for y in (0.03, *([0.33, 0.66] if rng.random() < 0.6 else []), 0.97):
            canvas.disc(STEEL, (x, h * y), (r, rng.uniform(0.04, 0.25) * r), rng.uniform(0.1, 0.6))


def _pipes(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Rings: pipes seen from their ends, in rows."""
    w, h = size
    radius = rng.uniform(0.08, 0.45) * min(w, h)
    squash, hole = rng.uniform(0.5, 1.0), rng.uniform(0.5, 0.92)
    mass = rng.uniform(0.8, 2.0)
    for row in range(max(int(h // (2 * radius * squash)), 1)):
        shift = radius if row % 2 else 0.0
        y = h - radius * squash * (2 * row + 1)
        for x in np.arange(radius + shift, w - radius + 1, 2 * radius):
            canvas.disc(STEEL, (float(x), y), (radius, radius * squash), mass)
            canvas.disc(STEEL, (float(x), y), (radius * hole, radius * squash * hole), -mass * rng.uniform(0.6, 1))


def _tubes(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Short tubes, coils and reels, side by side and one behind another: thin walls, thickest at the sides, and
    both rims as rings, which shows how far from above the beam comes."""
    w, h = size
    n, rows, wall = int(rng.integers(2, 8)), int(rng.integers(1, 4)), rng.uniform(0.02, 0.3)
    squash, drop = rng.uniform(0.1, 0.7), rng.uniform(0, 0.3)
    rim, group = rng.uniform(0.0, 0.4), int(rng.choice(GROUPS))
    radius = w / (2 * n + rows - 1)
    flat = min(squash * radius, 0.2 * h)
    tall = max((h - 2 * flat) * (1 - drop), 1.0)
    across = np.linspace(-1, 1, max(int(2 * radius), 3), dtype=np.float32)
    chord = np.sqrt(np.maximum(1 - across**2, 0)) - np.sqrt(np.maximum((1 - wall) ** 2 - across**2, 0))
    ys = np.arange(int(h) + 1, dtype=np.float32)[:, np.newaxis]
    for row in range(rows):
        top = flat + (h - 2 * flat - tall) * row / max(rows - 1, 1)
        for i in range(n):
            x, y = radius * (2 * i + 1 + row), float(np.clip(top + rng.normal(0, 0.03) * tall, flat, h - flat - tall))
            bow = flat * np.sqrt(np.maximum(1 - across**2, 0))
            front = ((ys >= y + bow) & (ys < y + bow + tall)).astype(np.float32)
            back = ((ys >= y - bow) & (ys < y - bow + tall)).astype(np.float32)
            canvas.add(group, (front + back) * chord, round(x - radius), 0)
            for middle in (y, y + tall):
                canvas.disc(group, (x, middle), (radius, flat), rim)
                canvas.disc(group, (x, middle), (radius * (1 - wall), flat * (1 - wall)), -rim)


def _couplings(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """The end of a beam or of a box, with hooks, valves and hoses on it: the front of a trailer, a tractor's plugs."""
    w, h = size
    face, top = rng.uniform(0.25, 0.6) * w, rng.uniform(0.1, 0.4) * h
    low, slant = top + rng.uniform(0.15, 0.45) * h, rng.normal(0, 0.1) * w
    body = [(face, top), (w, top + rng.normal(0, 0.02) * h), (w, low), (face + slant, low)]
    canvas.polygon(STEEL, body, rng.uniform(0.3, 1.0))
    sheet = rng.uniform(2, 12)
    canvas.stroke(STEEL, [*body, body[0]], sheet, rng.uniform(0.5, 2))
    for _ in range(int(rng.integers(1, 5))):
        wide, reach, turn = rng.uniform(3, 14), rng.uniform(0.05, 0.3) * face, rng.uniform(-0.9, 0.9)
        y = rng.uniform(top, low)
        foot = face + slant * (y - top) / max(low - top, 1) + wide
        tip = (foot - reach * float(np.cos(turn)), y + reach * float(np.sin(turn)))
        canvas.stroke(STEEL, [(foot, y), tip], wide, rng.uniform(0.5, 2))
        hook = rng.uniform(-1.6, 1.6) + turn
        bend = (tip[0] - 0.5 * reach * float(np.cos(hook)), tip[1] + 0.5 * reach * float(np.sin(hook)))
        canvas.stroke(STEEL, [tip, bend], wide * rng.uniform(0.5, 1.2), rng.uniform(0.3, 1.5))
        canvas.solid(STEEL, tip, (wide * rng.uniform(0.5, 1.5), wide * rng.uniform(0.5, 1.5)), rng.uniform(0.3, 2))
        if rng.random() < 0.6:
            t = np.linspace(0, 1, 80)
            turns, loop = rng.uniform(0, 12), rng.uniform(0.02, 0.1) * h
            xs = tip[0] * (1 - t) + loop * np.sin(2 * np.pi * turns * t)
            sag = tip[1] + rng.uniform(-0.2, 0.6) * h * t + rng.uniform(0, 0.3) * h * 4 * t * (1 - t)
            hose = [(float(px), float(py)) for px, py in zip(xs, sag, strict=True)]
            canvas.stroke(int(rng.choice([ORGANIC, STEEL])), hose, rng.uniform(1.5, 6), rng.uniform(0.1, 0.6))


def _bars(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Parallel, crossing or fanned bars and slats."""
    w, h = size
    n, wide = int(rng.integers(2, 18)), rng.uniform(1.5, 14)
    fan, cross = rng.normal(0, 0.3) * w / n, rng.random() < 0.35
    for i in range(n):
        x = w * (i + 0.5) / n
        canvas.stroke(STEEL, [(x, 0), (x + fan * (i - n / 2), h)], wide, rng.uniform(0.8, 1.2))
        if cross:
            y = h * (i + 0.5) / n
            canvas.stroke(STEEL, [(0, y), (w, y + fan)], wide, rng.uniform(0.8, 1.2))


def _springs(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Springs, hoses and cables."""
    w, h = size
    for _ in range(int(rng.integers(1, 5))):
        t = np.linspace(0, 1, 120)
        turns, tall = rng.uniform(1, 22), rng.uniform(0.05, 0.45) * h
        y = rng.uniform(0.2, 0.8) * h + rng.normal(0, 0.15) * h * t
        points = zip(w * t, y + tall * np.sin(2 * np.pi * turns * t), strict=True)
        group = int(rng.choice([STEEL, STEEL, ORGANIC]))
        canvas.stroke(group, [(float(px), float(py)) for px, py in points], rng.uniform(1.5, 9), rng.uniform(0.7, 2))


def _ribbed(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Rods with ribs or discs at even distances, side by side: insulators, finned tubes, screws, rollers."""
    w, h = size
    n = int(rng.integers(1, 8))
    core, rib = rng.uniform(0.08, 0.3) * h / n, rng.uniform(0.35, 0.6) * h / n
    step, thick = rng.uniform(8, 20), rng.uniform(0.2, 0.7)
    group, mass = int(rng.choice(GROUPS)), rng.uniform(0.3, 2.0)
    for i in range(n):
        y = h * (i + 0.5) / n + rng.normal(0, 0.03) * h
        start, end = rng.uniform(0, 0.2) * w, rng.uniform(0.75, 1) * w
        middle, half = (start + end) / 2, (end - start) / 2
        canvas.polygon(group, _rectangle(middle, y, half, core), 1.0)
        for x in np.arange(start + step, end - step, step):
            canvas.polygon(group, _rectangle(float(x), y, thick * step / 2, rib), mass)
        for x in (start, end):
            canvas.polygon(STEEL, _rectangle(x, y, core * rng.uniform(0.3, 1.5), core * rng.uniform(0.8, 2)), 2.0)


def _rectangle(x: float, y: float, half_width: float, half_height: float) -> list[Point]:
    left, right, top, bottom = x - half_width, x + half_width, y - half_height, y + half_height
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _plates(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Polygons with holes, gussets and ribs, overlapping."""
    w, h = size
    for _ in range(int(rng.integers(1, 5))):
        group, mass = int(rng.choice(GROUPS)), rng.uniform(0.5, 2)
        corners = [(rng.uniform(0, w), rng.uniform(0, h)) for _ in range(int(rng.integers(3, 7)))]
        middle = np.mean(corners, axis=0)
        corners.sort(key=lambda point: float(np.arctan2(point[1] - middle[1], point[0] - middle[0])))
        canvas.polygon(group, corners, mass)
        for _ in range(int(rng.integers(0, 6))):
            reach = rng.uniform(0.02, 0.12) * min(w, h) + 1
            at = (middle[0] + rng.normal(0, w / 6), middle[1] + rng.normal(0, h / 6))
            canvas.disc(group, (float(at[0]), float(at[1])), (reach, reach), -mass)


def _frames(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Beams that bend, with gussets in the bends and holes in their webs: necks of trailers, corners, brackets."""
    w, h = size
    for _ in range(int(rng.integers(1, 4))):
        thick = rng.uniform(0.06, 0.3) * min(w, h)
        corners = [(rng.uniform(0, 0.3) * w, rng.uniform(0, 1) * h)]
        across = rng.random() < 0.5
        while len(corners) < 5 and corners[-1][0] < 0.8 * w:
            x, y = corners[-1]
            slope = rng.normal(0, 0.25) * w if rng.random() < 0.5 else 0.0
            corners.append((x + rng.uniform(0.2, 0.7) * w, y) if across else (x + abs(slope), rng.uniform(0, 1) * h))
            across = not across
        canvas.stroke(STEEL, corners, thick, 1.0)
        flange, rim = rng.uniform(0.1, 0.3) * thick, rng.uniform(0.3, 2.0)
        for (x1, y1), (x2, y2) in pairwise(corners):
            far = (thick - flange) / 2 / max(float(np.hypot(x2 - x1, y2 - y1)), 1e-6)
            for over, down in ((far * (y1 - y2), far * (x2 - x1)), (far * (y2 - y1), far * (x1 - x2))):
                canvas.stroke(STEEL, [(x1 + over, y1 + down), (x2 + over, y2 + down)], flange, rim)
        for before, bend, after in zip(corners, corners[1:], corners[2:], strict=False):
            if rng.random() < 0.5:
                reach = rng.uniform(0.15, 0.6)
                legs = [(bend[0] + reach * (x - bend[0]), bend[1] + reach * (y - bend[1])) for x, y in (before, after)]
                canvas.polygon(STEEL, [bend, *legs], rng.uniform(0.3, 1.5))
        for start, end in pairwise(corners):
            for along in np.linspace(0, 1, int(rng.integers(0, 6)) + 2)[1:-1]:
                at = (float(start[0] + along * (end[0] - start[0])), float(start[1] + along * (end[1] - start[1])))
                canvas.disc(STEEL, at, (thick * 0.25, thick * 0.25), -rng.uniform(0.5, 1))


def _posts(canvas: Canvas, rng: np.random.Generator, size: Point) -> None:
    """Upright bars with hinges, cams and handles at heights of their own: edges of doors, locking bars, stakes."""
    w, h = size
    n = int(rng.integers(1, 5))
    wide = rng.uniform(4, 24)
    heights = sorted(rng.uniform(0.02, 0.98) * h for _ in range(int(rng.integers(2, 7))))
    fitting = (wide * rng.uniform(0.8, 2.5), wide * rng.uniform(0.5, 4))
    for i in range(n):
        x = w * (i + 0.5) / n + rng.normal(0, 0.05) * w / n
        canvas.polygon(STEEL, _rectangle(x, h / 2, wide / 2, h / 2), rng.uniform(0.5, 1.5))
        aside = rng.choice([-1.0, 0.0, 1.0]) * fitting[0]
        for y in heights:
            canvas.polygon(STEEL, _rectangle(x + aside, y, *fitting), rng.uniform(0.3, 2))
    if rng.random() < 0.4:
        y = rng.uniform(0.2, 0.8) * h
        canvas.stroke(STEEL, [(0, y), (rng.uniform(0.3, 1) * w, y + rng.normal(0, 0.05) * h)], wide, 1.0)


class Kind(NamedTuple):
    """What draws it, mean areal density in g/cm², least width and height in mm, and how often it comes.

    The least size keeps apart what nobody could: smugglers pack small smooth blocks, and small bent pieces are pistols.
    """

    drawer: Drawer
    density: Point
    least_mm: float
    often: float


DRAWERS: Final[dict[str, Kind]] = {
    "assembly": Kind(_assembly, DENSITY_G_CM2, 90.0, 0.3),
    "lumps": Kind(_lumps, LUMP_G_CM2, 300.0, 0.2),
    "columns": Kind(_columns, LUMP_G_CM2, 400.0, 0.14),
    "drums": Kind(_drums, LUMP_G_CM2, 280.0, 0.12),
    "pipes": Kind(_pipes, DENSITY_G_CM2, 90.0, 0.06),
    "tubes": Kind(_tubes, DENSITY_G_CM2, 250.0, 0.06),
    "bars": Kind(_bars, DENSITY_G_CM2, 90.0, 0.06),
    "springs": Kind(_springs, DENSITY_G_CM2, 90.0, 0.04),
    "ribbed": Kind(_ribbed, DENSITY_G_CM2, 120.0, 0.06),
    "plates": Kind(_plates, DENSITY_G_CM2, 90.0, 0.05),
    "frames": Kind(_frames, FRAME_G_CM2, 400.0, 0.06),
    "posts": Kind(_posts, FRAME_G_CM2, 300.0, 0.05),
    "couplings": Kind(_couplings, FRAME_G_CM2, 300.0, 0.06),
}
