"""Goods that industry ships as they are: drums, coils and reels, timber, tyres, pipes, bulk."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas, coverage, grain
from cargoscope.datasets.simulation.cargo.clutter import scatter_tools
from cargoscope.datasets.simulation.cargo.packing import Z, load_height
from cargoscope.datasets.simulation.vehicle.container import Hold


def drums(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Steel or plastic drums in rows, one or two high."""
    diameter, height = float(rng.choice([585.0, 480.0, 380.0])), float(rng.choice([880.0, 600.0]))
    steel = rng.random() < 0.6
    fill, density = rng.uniform(0.6, 0.97), rng.uniform(0.75, 1.05)
    rows = int(rng.integers(1, 4))
    for level in range(int(rng.integers(1, 3))):
        y = hold.y_mm[0] + 20 + level * (height + 40)
        if y + height > hold.y_mm[1]:
            break
        for i in range(rows):
            zc = (i - (rows - 1) / 2) * diameter
            x = hold.x_mm[0] + (diameter / 2 if i % 2 else 0) + rng.uniform(0, 30)
            while x + diameter < hold.x_mm[1]:
                _drum(canvas, rng, x, (y, y + height), zc, diameter, fill * rng.uniform(0.9, 1), density, steel)
                x += diameter + abs(rng.normal(0, 8))


def _drum(
    canvas: Canvas,
    rng: np.random.Generator,
    x: float,
    y: tuple[float, float],
    z: float,
    diameter: float,
    fill: float,
    density: float,
    steel: bool,
) -> None:
    pitch = canvas.camera.pitch_mm
    across = (np.arange(int(diameter / pitch), dtype=np.float32) + 0.5) * pitch - diameter / 2
    chord = 2 * np.sqrt(np.maximum((diameter / 2) ** 2 - across**2, 0)) / 10
    inner = 2 * np.sqrt(np.maximum((diameter / 2 - 1.5) ** 2 - across**2, 0)) / 10
    rows = (canvas.row(y[1], z), canvas.row(y[0], z))
    level = rows[1] - (rows[1] - rows[0]) * fill
    col = int(canvas.col(x))
    full = coverage(*rows)[:, None]
    canvas.add(
        STEEL if steel else ORGANIC, full * ((chord - inner) * (7.87 if steel else 2.5))[None, :], col, int(rows[0])
    )
    liquid = coverage(level, rows[1])[:, None]
    canvas.add(WATER, liquid * (inner * density)[None, :], col, int(level), liquid * (inner * 10)[None, :])
    for share in (0.0, 0.33, 0.66, 0.985):
        hoop = rows[0] + (rows[1] - rows[0]) * share
        canvas.rectangle(STEEL if steel else ORGANIC, (x, x + diameter), (hoop, hoop + 2), 2.5)


def coils(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Coils of steel or aluminium, or reels of paper: end-on rings, or standing barrels."""
    paper = rng.random() < 0.5
    x = hold.x_mm[0] + 100
    while True:
        r = rng.uniform(350, 620)
        if x + 2 * r > hold.x_mm[1]:
            return
        depth = rng.uniform(400, 1500) if paper else rng.uniform(100, 420)
        density, group = (rng.uniform(0.55, 0.8), ORGANIC) if paper else (rng.uniform(3, 7), STEEL)
        centre = (canvas.col(x + r), canvas.row(hold.y_mm[0] + r + 60))
        radius, mass = r / canvas.camera.pitch_mm, density * depth / 10
        hole = radius * rng.uniform(0.2, 0.45)
        canvas.disc(group, centre, (radius, radius), mass)
        canvas.disc(group, centre, (hole, hole), -mass)
        for share in rng.uniform(0.3, 0.98, 5):
            ring = [
                (centre[0] + radius * share * np.cos(a), centre[1] + radius * share * np.sin(a))
                for a in np.linspace(0, 6.3, 40)
            ]
            canvas.stroke(group, ring, 1.2, mass * 0.02)
        for side in (-1, 1):
            canvas.box(
                ORGANIC,
                (x + r + side * r * 0.6 - 60, x + r + side * r * 0.6 + 60),
                (hold.y_mm[0], hold.y_mm[0] + 110),
                (-800, 800),
                0.55,
            )
        x += 2 * r + rng.uniform(30, 500)


def timber(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Bundles of boards along the container, with stickers between layers."""
    density, board = rng.uniform(0.4, 0.65), rng.uniform(18, 60)
    share = rng.uniform(0.35, 0.95)
    x = hold.x_mm[0]
    while x < hold.x_mm[1] - 1500:
        length = min(rng.uniform(2000, 5200), hold.x_mm[1] - x)
        y, top = hold.y_mm[0] + 80, load_height(rng, hold, 0.35, 0.85)
        while y + board * 8 < top:
            for _ in range(int(rng.integers(6, 14))):
                ragged = (x + abs(rng.normal(0, 25)), x + length - abs(rng.normal(0, 40)))
                z = (Z[0] * share, Z[1] * share * rng.uniform(0.9, 1))
                canvas.box(
                    ORGANIC, ragged, (y, y + board - 1.5), z, density * rng.normal(1, 0.04), 0.02, rng, goods=True
                )
                y += board + 1
            for left in np.linspace(x + 150, x + length - 250, 4):
                canvas.box(ORGANIC, (left, left + 80), (y, y + 75), Z, 0.4)
            y += 78
        x += length + rng.uniform(20, 250)


def tyres(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Tyres laid flat in columns, or laced at a slant."""
    r, width = rng.uniform(290, 380), rng.uniform(180, 270)
    pitch = canvas.camera.pitch_mm
    top = load_height(rng, hold, 0.5, 0.95)
    slant = rng.random() < 0.4
    for z in np.linspace(-750, 750, int(rng.integers(1, 4))):
        x = hold.x_mm[0] + r + rng.uniform(0, 100)
        while x + r < hold.x_mm[1]:
            y = hold.y_mm[0] + width / 2
            while y < top:
                centre = (canvas.col(x + rng.normal(0, 8)), canvas.row(y, float(z)))
                flat = r * 0.72 if slant else width / 2
                canvas.solid(ORGANIC, centre, (r / pitch, flat / pitch), 15)
                canvas.solid(ORGANIC, centre, (r * 0.62 / pitch, flat * 0.55 / pitch), -9)
                canvas.solid(STEEL, (centre[0], centre[1]), (r * 0.97 / pitch, flat * 0.8 / pitch), 1.3)
                y += width * 0.9
            x += 2 * r + rng.uniform(0, 40)


def pipes(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Bundles of pipes, rods or profiles along the container."""
    radius, wall = rng.uniform(15, 110), rng.uniform(2, 7)
    steel = rng.random() < 0.6
    layers = int(rng.integers(1, 6))
    length = (hold.x_mm[1] - hold.x_mm[0]) * rng.uniform(0.6, 1.0)
    pitch = canvas.camera.pitch_mm
    for z in np.linspace(-600, 600, layers):
        y, top = hold.y_mm[0] + 60 + radius, load_height(rng, hold, 0.2, 0.6)
        while y + radius < top:
            rows = max(2, round(2 * radius / pitch))
            across = (np.arange(rows) + 0.5) / rows * 2 * radius - radius
            path = np.sqrt(radius**2 - across**2) - np.sqrt(np.maximum((radius - wall) ** 2 - across**2, 0))
            x1 = hold.x_mm[0] + abs(rng.normal(0, 40))
            columns = coverage(canvas.col(x1), canvas.col(x1 + length))
            patch = (2 * path / 10 * (7.87 if steel else 1.3)).astype(np.float32)[:, None] * columns[None, :]
            canvas.add(STEEL if steel else ORGANIC, patch, int(canvas.col(x1)), int(canvas.row(y + radius, float(z))))
            y += 2 * radius + abs(rng.normal(0, 2))
    for x in np.arange(hold.x_mm[0] + 300, hold.x_mm[0] + length, 1500):
        canvas.box(ORGANIC, (x, x + 90), (hold.y_mm[0], hold.y_mm[0] + 60), (-700, 700), 0.5)


def bulk(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Loose goods in a liner: a heap with a soft, wavy top; sometimes scrap."""
    c1, c2 = int(canvas.col(hold.x_mm[0])), int(canvas.col(hold.x_mm[1]))
    t = np.linspace(0, 1, c2 - c1)
    tall = hold.y_mm[1] - hold.y_mm[0]
    crest = rng.uniform(0.35, 0.88) * tall * (1 - rng.uniform(0.1, 0.8) * t ** rng.uniform(1.5, 4))
    crest += 25 * np.sin(t * rng.uniform(20, 60)) * rng.random() + 30 * np.sin(t * rng.uniform(3, 9))
    bottom, density = canvas.row(hold.y_mm[0]), rng.uniform(0.35, 0.75)
    top = bottom - crest / canvas.camera.pitch_mm
    rows = np.arange(int(top.min()) - 40, int(bottom) + 1, dtype=np.float32)
    fade, clumps = rng.uniform(20, 60), rng.uniform(0.008, 0.06)
    shape = np.clip((rows[:, None] - top[None, :].astype(np.float32)) / np.float32(fade), 0, 1)
    depth = (Z[1] - Z[0]) * shape
    patch = depth / 10 * np.float32(density) * (1 + clumps * grain(rng, *shape.shape))
    canvas.add(ORGANIC, patch.astype(np.float32), c1, int(rows[0]), depth.astype(np.float32))
    if rng.random() < 0.3:
        scatter_tools(canvas, rng, hold, int(rng.integers(30, 90)))
