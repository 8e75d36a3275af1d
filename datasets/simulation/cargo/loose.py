"""Goods that are no stacks: heaps, logs, reels, tyres, scrap, blocks of stone, bicycles."""

from math import ceil, floor

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas, grain
from cargoscope.datasets.simulation.cargo.packing import Z, load_height
from cargoscope.datasets.simulation.vehicle.container import Hold

Span = tuple[float, float]


def heap(canvas: Canvas, rng: np.random.Generator, hold: Hold, density: Span = (0.5, 0.78)) -> None:
    """Grain, meal or beans, loose or in a liner: peaks of the filling pipe, or a rounded loaf; its top fades out."""
    pitch = canvas.camera.pitch_mm
    c1, c2 = floor(canvas.col(hold.x_mm[0])), ceil(canvas.col(hold.x_mm[1]))
    t = np.linspace(0, 1, c2 - c1)
    tall = hold.y_mm[1] - hold.y_mm[0]
    if rng.random() < 0.25:
        peaks = np.sort(rng.uniform(0.1, 0.9, int(rng.integers(1, 6))))
        steep = np.tan(np.radians(rng.uniform(18, 33))) * (hold.x_mm[1] - hold.x_mm[0])
        high = rng.uniform(0.5, 0.85) * tall
        cones = [high * rng.uniform(0.85, 1.05) - steep * np.hypot(t - peak, 0.03) for peak in peaks]
        crest = np.maximum.reduce(cones) + 12 * np.sin(t * rng.uniform(60, 200)) * rng.random()
    else:
        crest = rng.uniform(0.7, 0.98) * tall * (1 - rng.uniform(0.0, 0.6) * t ** rng.uniform(1.5, 6))
        shoulder = rng.uniform(200, 900) / (hold.x_mm[1] - hold.x_mm[0])
        for edge in (1 - t, t) if rng.random() < 0.25 else (1 - t,):
            crest *= np.sqrt(np.maximum(1 - np.clip(1 - edge / shoulder, 0, 1) ** rng.uniform(2, 4), 0.02))
        crest += rng.uniform(0, 25) * np.sin(t * rng.uniform(8, 30) + rng.uniform(0, 6))
    crest = np.clip(crest, 40, tall - 30)
    grams = rng.uniform(*density)
    bulge = rng.uniform(0.02, 0.12)
    rows = np.arange(floor(canvas.row(hold.y_mm[1])), ceil(canvas.row(hold.y_mm[0])) + 3, dtype=np.float32)[:, None]
    shape = np.zeros((len(rows), c2 - c1), np.float32)
    slices = np.linspace(Z[0], Z[1], 9)
    lift = abs(canvas.row(hold.y_mm[0] + crest.mean(), Z[0]) - canvas.row(hold.y_mm[0] + crest.mean(), Z[1]))
    soft = np.float32(1 + 1.5 * lift / 8 + 0.03 * crest.mean() / pitch)
    for z in (slices[:-1] + slices[1:]) / 2:
        lower = 1 - bulge - 0.1 * (z / Z[1]) ** 2
        top = np.array(canvas.row(0.0, float(z))) - crest * lower * _scale(canvas, float(z)) / pitch
        top -= hold.y_mm[0] * _scale(canvas, float(z)) / pitch
        shape += np.clip((rows - top[None, :].astype(np.float32)) / soft + 0.5, 0, 1) * np.clip(
            np.float32(canvas.row(hold.y_mm[0], float(z))) - rows + 0.5, 0, 1
        )
    depth = shape * np.float32((Z[1] - Z[0]) / 8)
    patch = depth * np.float32(grams / 10) * (1 + np.float32(rng.uniform(0.005, 0.02)) * grain(rng, *shape.shape))
    canvas.add(ORGANIC, patch, c1, int(rows[0, 0]), depth)


def _scale(canvas: Canvas, z: float) -> float:
    return canvas.camera.distance_mm / (canvas.camera.distance_mm + z)


def reels(canvas: Canvas, rng: np.random.Generator, hold: Hold, density: Span = (0.65, 0.95)) -> None:
    """Paper reels on end, one to three high, two or three rows behind one another, their rims like flat ellipses."""
    diameter, height = rng.uniform(800, 1250), rng.uniform(700, 1500)
    layers = max(1, min(int(rng.integers(1, 4)), int((hold.y_mm[1] - hold.y_mm[0] - 60) // height)))
    grams, core = rng.uniform(*density), rng.uniform(35, 80)
    rows = 2 if diameter < 1150 else 1
    extra = rng.random() < 0.5
    for row in range(rows):
        z = (row - (rows - 1) / 2) * diameter
        x = hold.x_mm[0] + (row * diameter * 0.35) + rng.uniform(5, 60)
        while x + diameter < hold.x_mm[1]:
            here = layers - (1 if extra and rng.random() < 0.25 and layers > 1 else 0)
            for level in range(here):
                y = hold.y_mm[0] + level * height
                upright(canvas, rng, ORGANIC, x, (y, y + height - 4), z, diameter, grams, core)
            x += diameter + abs(rng.normal(0, 15))


def upright(
    canvas: Canvas,
    rng: np.random.Generator,
    group: int,
    x: float,
    y_mm: Span,
    z: float,
    diameter: float,
    density: float,
    core: float = 0.0,
) -> None:
    """An upright cylinder from x to x + diameter, hollow within core (radius, mm), its ends seen at a slant."""
    pitch = canvas.camera.pitch_mm
    c1 = floor(canvas.col(x))
    across = (np.arange(c1, ceil(canvas.col(x + diameter))) + 0.5) * pitch + canvas.left_mm - x - diameter / 2
    chord = 2 * np.sqrt(np.maximum((diameter / 2) ** 2 - across**2, 0))
    hollow = 2 * np.sqrt(np.maximum(core**2 - across**2, 0))
    edges = [sorted(canvas.row(y, z + side * diameter / 2) for side in (-1, 1)) for y in (y_mm[1], y_mm[0])]
    rows = np.arange(floor(edges[0][0]) - 1, ceil(edges[1][1]) + 1, dtype=np.float64)[:, None] + 0.5
    reach = chord[None, :] / diameter

    def fade(start: float, stop: float) -> np.ndarray:
        span = np.maximum((stop - start) * reach, 1.0)
        return np.asarray(np.clip((rows - (start + stop) / 2) / span + 0.5, 0, 1))

    shape = (fade(*edges[0]) - fade(*edges[1])).clip(0)
    depth = (shape * (chord - hollow)[None, :]).astype(np.float32)
    patch = depth * np.float32(density / 10)
    patch *= 1 + np.float32(0.012) * grain(rng, *patch.shape)
    canvas.add(group, patch, c1, int(rows[0, 0]), depth)


def totes(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Intermediate bulk containers of liquid: a cube in a cage of tubes on a pallet, one or two high."""
    fill, density = rng.uniform(0.6, 0.98), rng.uniform(0.8, 1.25)
    pitch = canvas.camera.pitch_mm
    for level in range(int(rng.integers(1, 3))):
        for z in (-560.0, 560.0):
            x = hold.x_mm[0] + rng.uniform(5, 50)
            while x + 1200 < hold.x_mm[1]:
                y = hold.y_mm[0] + level * 1160
                span = (z - 480, z + 480)
                top = y + 150 + 950 * fill * rng.uniform(0.96, 1)
                canvas.box(WATER, (x + 15, x + 1185), (y + 150, top), span, density, 0.004, rng, goods=True)
                canvas.box(ORGANIC, (x, x + 1200), (y + 110, y + 135), span, 0.5)
                for share in np.linspace(0, 1, 8):
                    left = x + share * 1180
                    rows = (canvas.row(y + 1150, z), canvas.row(y + 130, z))
                    canvas.rectangle(STEEL, (left, left + 18), rows, 1.6)
                for share in np.linspace(0, 1, 6):
                    row = canvas.row(y + 150 + share * 1000, z)
                    canvas.rectangle(STEEL, (x, x + 1200), (row, row + 18 / pitch), 1.6)
                x += 1200 + rng.uniform(5, 60)


def logs(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Round logs along the container, tapered, crooked, piled by size with ragged ends."""
    radius, density = rng.uniform(90, 330), rng.uniform(0.6, 1.05)
    pitch, ragged = canvas.camera.pitch_mm, rng.uniform(60, 650)
    x0 = hold.x_mm[0] + rng.uniform(0, 60)
    lengths = float(rng.choice([0.98, 0.48]))
    for start in np.arange(0, 1 - lengths + 0.01, lengths + 0.01):
        length = lengths * (hold.x_mm[1] - hold.x_mm[0]) * 0.97
        top = load_height(rng, hold, 0.5, 0.9)
        for z in np.arange(Z[0] + radius, Z[1] - radius + 1, 2 * radius):
            y = hold.y_mm[0] + radius
            while y + radius < top:
                own = radius * rng.uniform(0.7, 1.08)
                at = x0 + start * (hold.x_mm[1] - hold.x_mm[0])
                x1 = at + min(abs(rng.normal(0, ragged)), length / 3)
                x2 = at + length - min(abs(rng.normal(0, 1.3 * ragged)), length / 3)
                n = ceil((x2 - x1) / pitch)
                along = np.arange(n) * pitch
                centre = canvas.row(y, float(z)) + rng.normal(0, 0.004) * along / pitch
                centre += rng.uniform(0, 25) / pitch * np.sin(along / rng.uniform(900, 3000) + rng.uniform(0, 6))
                thick = own * (1 - rng.uniform(0, 0.14) * along / max(length, 1)) * (1 + 0.02 * rng.standard_normal())
                r0, r1 = floor((centre - thick / pitch).min()) - 1, ceil((centre + thick / pitch).max()) + 1
                rows = (np.arange(r0, r1) + 0.5)[:, None]
                depth = 2 * np.sqrt(np.maximum(thick[None, :] ** 2 - ((rows - centre[None, :]) * pitch) ** 2, 0))
                patch = (depth * density / 10).astype(np.float32)
                patch *= 1 + np.float32(0.03) * grain(rng, *patch.shape)
                canvas.add(ORGANIC, patch, floor(canvas.col(x1)), r0, depth.astype(np.float32))
                y += 2 * own * rng.uniform(0.88, 1.0)


def lying_tyres(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Tyres laced into columns, lying aslant on one another: chains of thin ellipses with dense rims."""
    pitch = canvas.camera.pitch_mm
    radius, width = rng.uniform(270, 520), rng.uniform(160, 300)
    laced = rng.random() < 0.6
    for z in np.linspace(-800, 800, max(2, int(1900 / (2 * radius)) + 1)):
        x = hold.x_mm[0] + radius + rng.uniform(0, 200)
        while x + radius < hold.x_mm[1]:
            y, top = hold.y_mm[0] + width / 2, load_height(rng, hold, 0.6, 0.92)
            turn = rng.normal(0, 0.05)
            while y < top:
                tilt = rng.uniform(0.12, 0.3) if laced else rng.uniform(0.05, 0.14)
                own = radius * rng.uniform(0.96, 1.04)
                centre = (canvas.col(x + rng.normal(0, 22)), canvas.row(y, float(z)))
                angle = turn + (rng.normal(0, 0.16) if laced else rng.normal(0, 0.03))
                _ring(canvas, centre, own / pitch, tilt, width / 2 / pitch, angle, rng.uniform(4, 8))
                y += width * rng.uniform(0.7, 0.95)
            x += 2 * radius * rng.uniform(0.85, 1.05)


def _ring(
    canvas: Canvas,
    centre: tuple[float, float],
    radius: float,
    tilt: float,
    half: float,
    angle: float,
    mass: float,
) -> None:
    turns = np.linspace(0, 2 * np.pi, 26)
    cos, sin = np.cos(angle), np.sin(angle)

    def ring(r: float, lift: float) -> list[tuple[float, float]]:
        u, v = r * np.cos(turns), r * tilt * np.sin(turns) + lift
        xs, ys = centre[0] + u * cos - v * sin, centre[1] + u * sin + v * cos
        return [(float(a), float(b)) for a, b in zip(xs, ys, strict=True)]

    for lift in (-half, half):
        canvas.stroke(STEEL, ring(radius * 0.62, lift * 0.8), 2.0, mass * 0.3)
        canvas.stroke(ORGANIC, ring(radius * 0.97, lift * 0.6), 2.5, mass * 0.7)
    outline = ring(radius, -half)[13:] + ring(radius, half)[:13]
    canvas.polygon(ORGANIC, outline, mass * 0.55)
    hole = ring(radius * 0.6, 0)
    canvas.polygon(ORGANIC, hole, -mass * 0.2)


def scrap(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Metal scrap thrown in: sheets, profiles, castings, wire, over a dense layer of turnings."""
    pitch = canvas.camera.pitch_mm
    tall = rng.uniform(0.25, 0.6) * (hold.y_mm[1] - hold.y_mm[0])
    heap(canvas, rng, Hold(hold.x_mm, (hold.y_mm[0], hold.y_mm[0] + tall * 0.8)), (0.1, 0.35))
    for _ in range(int((hold.x_mm[1] - hold.x_mm[0]) / rng.uniform(12, 30))):
        x = rng.uniform(*hold.x_mm)
        y = hold.y_mm[0] + 0.72 * tall * rng.beta(1.1, 1.4)
        centre = np.array([canvas.col(x), canvas.row(y, rng.uniform(-900, 900))])
        size = float(np.exp(rng.uniform(np.log(60), np.log(900)))) / pitch
        angle = rng.uniform(0, np.pi)
        way = np.array([np.cos(angle), np.sin(angle) * 0.6])
        kind = int(rng.integers(0, 4))
        a, b = centre - way * size / 2, centre + way * size / 2
        if kind == 0:
            points = [tuple(centre + rng.normal(0, size / 2.2, 2)) for _ in range(int(rng.integers(3, 6)))]
            canvas.polygon(STEEL, points, rng.uniform(0.8, 5))
        elif kind == 1:
            canvas.stroke(STEEL, [tuple(a), tuple(b)], rng.uniform(1, 9), rng.uniform(2, 14))
        elif kind == 2:
            r = size * rng.uniform(0.1, 0.3)
            canvas.solid(STEEL, (centre[0], centre[1]), (r, r * rng.uniform(0.4, 1)), rng.uniform(8, 50))
        else:
            bend = [tuple(centre + rng.normal(0, size / 3, 2)) for _ in range(6)]
            canvas.stroke(STEEL, bend, rng.uniform(1, 2.5), rng.uniform(1, 6))


def blocks(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Blocks or bundles of slabs of stone: few, low, and hardly anything gets through them."""
    left = rng.uniform(14_000, 26_000)
    x = hold.x_mm[0] + rng.uniform(50, 600)
    while left > 0 and x + 900 < hold.x_mm[1]:
        w, h, d = rng.uniform(900, 2600), rng.uniform(600, 1500), rng.uniform(500, 1600)
        w = min(w, hold.x_mm[1] - x)
        canvas.box(LIGHT, (x, x + w), (hold.y_mm[0] + 90, hold.y_mm[0] + 90 + h), (-d / 2, d / 2), 2.6, 0.01, rng, True)
        for edge in (x + 100, x + w - 200):
            canvas.box(ORGANIC, (edge, edge + 90), (hold.y_mm[0], hold.y_mm[0] + 90), (-d / 2, d / 2), 0.6)
        left -= w * h * d * 2.6e-6
        x += w + rng.uniform(30, 900)


def bicycles(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Bicycles in flat cartons, or loose and tangled: frames, rims, cranks, the same in every carton."""
    mm = canvas.camera.pitch_mm
    loose = rng.random() < 0.35
    w, h = rng.uniform(1250, 1450), rng.uniform(680, 800)
    lean = 0.5 if loose else 0.0
    levels = max(1, int((hold.y_mm[1] - hold.y_mm[0]) * rng.uniform(0.6, 0.98) // h))
    seed = int(rng.integers(1 << 30))
    for z in np.linspace(-950, 950, int(rng.integers(4, 9))):
        for level in range(levels):
            x = hold.x_mm[0] + rng.uniform(0, 80)
            while x + w < hold.x_mm[1]:
                y = hold.y_mm[0] + level * h + 10
                own = np.random.default_rng(seed)
                tilt = rng.normal(0, lean * 0.3)
                _bicycle(canvas, own, (x, y), (w, h), float(z), tilt, mm)
                if not loose:
                    canvas.box(
                        ORGANIC, (x, x + w), (y, y + h - 10), (float(z) - 90, float(z) + 90), 0.03, 0, None, True
                    )
                x += w + rng.uniform(0, 40) + (rng.uniform(-300, 200) if loose else 0)


def _bicycle(
    canvas: Canvas, rng: np.random.Generator, at_mm: Span, size_mm: Span, z: float, tilt: float, mm: float
) -> None:
    cos, sin = np.cos(tilt), np.sin(tilt)

    def at(u: float, v: float) -> tuple[float, float]:
        a, b = (u - 0.5) * size_mm[0], (v - 0.5) * size_mm[1]
        x, y = at_mm[0] + size_mm[0] / 2 + a * cos - b * sin, at_mm[1] + size_mm[1] / 2 + a * sin + b * cos
        return canvas.col(x), canvas.row(y, z)

    r = 0.4 * size_mm[1] / mm
    for u in (0.27, 0.6 + 0.1 * rng.random()):
        hub = at(u, 0.45)
        ring = [(hub[0] + r * np.cos(a), hub[1] + r * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 24)]
        canvas.stroke(LIGHT, ring, 3, 1.2)
        canvas.disc(STEEL, hub, (4, 4), 9)
    frame = [
        at(0.3, 0.45),
        at(0.47, 0.35),
        at(0.42, 0.8),
        at(0.3, 0.45),
        at(0.42, 0.75),
        at(0.62, 0.78),
        at(0.47, 0.35),
    ]
    canvas.stroke(STEEL, frame, 30 / mm, 2.2)
    canvas.stroke(STEEL, [at(0.62, 0.85), at(0.68, 0.45)], 26 / mm, 3)
    canvas.disc(STEEL, at(0.47, 0.35), (90 / mm, 90 / mm), 2.5)
    canvas.stroke(STEEL, [at(0.42, 0.3), at(0.52, 0.4)], 3, 7)
    canvas.stroke(STEEL, [at(0.58, 0.92), at(0.66, 0.95)], 3, 4)


def sheets(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Bundles of steel or plywood sheet, flat on the floor, one dark band with sharp ends over another."""
    steel = rng.random() < 0.5
    x = hold.x_mm[0] + rng.uniform(30, 500)
    while x + 1500 < hold.x_mm[1]:
        length = min(rng.uniform(1500, 3100), hold.x_mm[1] - x)
        y = hold.y_mm[0]
        for _ in range(int(rng.integers(1, 3 if steel else 7))):
            thick = rng.uniform(60, 180) if steel else rng.uniform(180, 320)
            if y + thick + 80 > hold.y_mm[1]:
                break
            group, density = (STEEL, 7.0) if steel else (ORGANIC, 0.65)
            for left in np.linspace(x + 100, x + length - 190, 3):
                canvas.box(ORGANIC, (left, left + 90), (y, y + 75), (-600, 600), 0.5)
            deep = rng.uniform(550, 620)
            span = (x + rng.uniform(0, 30), x + length)
            canvas.box(group, span, (y + 75, y + 75 + thick), (-deep, deep), density, 0.01, rng, True)
            y += 75 + thick
        x += length + rng.uniform(20, 300)


def rods(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Bundled rods, bars or rolled sections, slack between their ties."""
    for z in np.linspace(-700, 700, int(rng.integers(2, 5))):
        y = hold.y_mm[0] + rng.uniform(30, 120)
        for _ in range(int(rng.integers(10, 30))):
            x1 = hold.x_mm[0] + abs(rng.normal(0, 120))
            x2 = hold.x_mm[1] - abs(rng.normal(0, 500))
            sag = rng.uniform(0, 60)
            points = [
                (canvas.col(x1 + (x2 - x1) * t), canvas.row(y + sag * (2 * t - 1) ** 2, float(z)))
                for t in np.linspace(0, 1, 9)
            ]
            canvas.stroke(STEEL, points, rng.uniform(1.5, 6), rng.uniform(3, 14))
            y += rng.uniform(5, 40)
