"""How each kind of goods is drawn: packed by people, so with gaps, leaning stacks, half rows and odd pieces."""

import numpy as np

from cargoscope.datasets.simulation.canvas import Canvas, coverage, grain
from cargoscope.datasets.simulation.clutter import contents, scatter_tools
from cargoscope.datasets.simulation.container import INNER_HALF_MM, Hold
from cargoscope.datasets.simulation.materials import LIGHT, ORGANIC, STEEL, WATER

Z: tuple[float, float] = (-INNER_HALF_MM + 20, INNER_HALF_MM - 20)


def _height(rng: np.random.Generator, hold: Hold, low: float = 0.42, high: float = 0.97) -> float:
    return float(hold.y_mm[0] + rng.uniform(low, high) * (hold.y_mm[1] - hold.y_mm[0]))


def _pallets(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> float:
    """Wooden pallets along the floor; returns the height of their tops."""
    y = hold.y_mm[0]
    x = hold.x_mm[0]
    while x + 800 < hold.x_mm[1]:
        width = float(rng.choice([1000.0, 1200.0, 800.0]))
        right = min(x + width, hold.x_mm[1])
        for low, high, density in ((0, 22, 0.35), (122, 144, 0.4)):
            canvas.box(ORGANIC, (x, right), (y + low, y + high), Z, density)
        for i in range(3):
            left = x + i * (right - x - 100) / 2
            canvas.box(ORGANIC, (left, left + 100), (y + 22, y + 122), Z, 0.4)
        x = right + rng.uniform(5, 60)
    return y + 144


def _rows(rng: np.random.Generator, depth: float) -> list[tuple[float, float]]:
    """Depth ranges of the rows of goods that stand behind one another, with small gaps."""
    count = max(1, int((Z[1] - Z[0]) // depth))
    slack = (Z[1] - Z[0] - count * depth) / count
    starts = [Z[0] + i * (depth + slack) + rng.uniform(0, slack) for i in range(count)]
    return [(start, start + depth) for start in starts]


def cartons(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Stacks of cartons; a few articles, each with its own size, weight and inside."""
    floor = _pallets(canvas, rng, hold) if rng.random() < 0.4 else hold.y_mm[0]
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
    top = _height(rng, hold, 0.5, 1.0)
    filling = int(rng.integers(0, 15))
    stamp_seed = int(rng.integers(1 << 30))
    for z in _rows(rng, d):
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
    floor = _pallets(canvas, rng, hold)
    pitch, height = rng.uniform(70, 95), rng.uniform(240, 340)
    rows = int(rng.integers(4, 14))
    top = _height(rng, hold, 0.45, 0.9)
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
    top = _height(rng, hold, 0.55, 0.9)
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
        y, top = hold.y_mm[0], _height(rng, hold, 0.4, 0.85)
        z = (Z[0] * share, Z[1] * share)
        mass = density * (z[1] - z[0]) / 10
        while y < top:
            centre = (canvas.col(x + w / 2 + rng.normal(0, 12)), canvas.row(y + h / 2))
            radius = (w / 2 / canvas.camera.pitch_mm * 1.03, h * 0.62 / canvas.camera.pitch_mm)
            _pillow(canvas, rng, centre, radius, mass * rng.normal(1, 0.03), z[1] - z[0])
            y += h
        x += w + rng.normal(0, 15)


def _pillow(
    canvas: Canvas,
    rng: np.random.Generator,
    centre: tuple[float, float],
    radius: tuple[float, float],
    mass: float,
    depth_mm: float,
) -> None:
    col, row = int(centre[0] - radius[0]), int(centre[1] - radius[1])
    xs = (np.arange(int(2 * radius[0]) + 2, dtype=np.float32) + col + 0.5 - centre[0]) / radius[0]
    ys = (np.arange(int(2 * radius[1]) + 2, dtype=np.float32) + row + 0.5 - centre[1]) / radius[1]
    shape = np.sqrt(np.maximum(1 - xs[None, :] ** 6 - ys[:, None] ** 4, 0))
    patch = shape * np.float32(mass * 0.82) * (1 + 0.03 * grain(rng, *shape.shape))
    canvas.add(ORGANIC, patch, col, row, shape * np.float32(depth_mm * 0.82))


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
        y, top = hold.y_mm[0] + 80, _height(rng, hold, 0.35, 0.85)
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


def machinery(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Machines on skids: castings, frames, shafts, gears, motors, cabinets, pipes."""
    x = hold.x_mm[0] + rng.uniform(50, 300)
    while x < hold.x_mm[1] - 700:
        w = min(rng.uniform(600, 3200), hold.x_mm[1] - x)
        h = _height(rng, hold, 0.3, 0.85) - hold.y_mm[0]
        y = hold.y_mm[0] + 90
        canvas.box(ORGANIC, (x, x + w), (y - 90, y), (-700, 700), 0.5)
        for _ in range(int(rng.integers(1, 4))):
            left, right = np.sort(rng.uniform(x, x + w, 2))
            top = y + rng.uniform(0.4, 1.0) * h
            _cabinet(canvas, rng, (float(left), float(right) + 80), (y, top))
        for _ in range(int(rng.integers(10, 45))):
            _part(canvas, rng, (x, x + w), (y, y + h))
        x += w + rng.uniform(80, 900)


def _cabinet(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    """A sheet-metal housing or a frame of square tubes."""
    rows = (canvas.row(y_mm[1]), canvas.row(y_mm[0]))
    wall, tube = rng.uniform(1, 5), rng.uniform(15, 80)
    if rng.random() < 0.6:
        canvas.rectangle(STEEL, x_mm, rows, 2 * wall * 0.787)
    for edge in (x_mm[0], x_mm[1] - tube):
        canvas.rectangle(STEEL, (edge, edge + tube), rows, rng.uniform(4, 25))
    thick = tube / canvas.camera.pitch_mm
    for row in (rows[0], rows[1] - thick, rng.uniform(*rows)):
        canvas.rectangle(STEEL, x_mm, (row, row + thick), rng.uniform(4, 25))


def _part(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    pitch = canvas.camera.pitch_mm
    w = float(np.exp(rng.uniform(np.log(40), np.log(max(60.0, (x_mm[1] - x_mm[0]) * 0.7)))))
    h = float(np.exp(rng.uniform(np.log(30), np.log(max(50.0, (y_mm[1] - y_mm[0]) * 0.6)))))
    left = rng.uniform(x_mm[0], max(x_mm[1] - w, x_mm[0] + 1))
    low = y_mm[0] + (y_mm[1] - y_mm[0] - h) * rng.beta(1, 2.6)
    middle = (canvas.col(left + w / 2), canvas.row(low + h / 2))
    kind = int(rng.integers(0, 7))
    if kind == 0:
        depth = rng.uniform(5, 60)
        canvas.box(STEEL, (left, left + w), (low, low + h), (-depth / 2, depth / 2), 7.5, 0.02, rng, goods=True)
    elif kind == 1:
        wall = rng.uniform(2, 8)
        rows = (canvas.row(low + h), canvas.row(low))
        canvas.rectangle(STEEL, (left, left + w), rows, 2 * wall * 0.787)
        canvas.rectangle(STEEL, (left, left + wall + 3), rows, 60)
        canvas.rectangle(STEEL, (left + w - wall - 3, left + w), rows, 60)
        canvas.rectangle(STEEL, (left, left + w), (rows[0], rows[0] + 1.2), 60)
    elif kind == 2:
        r = min(w, h, 500) / 2 / pitch
        mass = rng.uniform(8, 60)
        canvas.disc(STEEL, middle, (r, r), mass)
        canvas.disc(STEEL, middle, (r * 0.75, r * 0.75), -mass * rng.uniform(0.2, 0.8))
        canvas.disc(STEEL, middle, (r * 0.25, r * 0.25), mass)
    elif kind == 3:
        canvas.rod(
            STEEL,
            (canvas.col(left), middle[1]),
            (canvas.col(left + w), middle[1] + rng.normal(0, 4)),
            rng.uniform(6, 40),
        )
    elif kind == 4:
        canvas.rod(
            STEEL, (middle[0], canvas.row(low)), (middle[0] + rng.normal(0, 6), canvas.row(low + h)), rng.uniform(6, 40)
        )
    elif kind == 5:
        canvas.solid(STEEL, middle, (min(w, 400) / 2 / pitch, min(h, 400) / 2 / pitch), rng.uniform(10, 90))
    else:
        points = [(canvas.col(left + w * rng.random()), canvas.row(low + h * rng.random())) for _ in range(5)]
        canvas.stroke(STEEL, points, rng.uniform(2, 8), rng.uniform(2, 12))


def engines(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Engines and vehicle parts in frames: blocks with bores, pulleys, gearboxes, shafts."""
    x = hold.x_mm[0] + 40
    while x < hold.x_mm[1] - 700:
        w = rng.uniform(550, 950)
        y = hold.y_mm[0] + 40
        for _ in range(int(rng.integers(1, 3))):
            h = rng.uniform(420, 700)
            _engine(canvas, rng, (x, x + w), (y, y + h))
            for post in (x, x + w - 50):
                canvas.box(ORGANIC if h < 500 else STEEL, (post, post + 50), (y - 40, y + h + 80), (-300, -297), 6.0)
            canvas.box(ORGANIC, (x, x + w), (y - 40, y), (-350, 350), 0.5)
            y += h + 120
        x += w + rng.uniform(40, 300)


def _engine(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    w, h = x_mm[1] - x_mm[0], y_mm[1] - y_mm[0]
    group, density = (LIGHT, 1.3) if rng.random() < 0.5 else (STEEL, 2.6)
    block = (x_mm[0] + 0.15 * w, x_mm[0] + 0.75 * w)
    canvas.box(group, block, (y_mm[0] + 0.2 * h, y_mm[0] + 0.85 * h), (-150, 150), density, 0.06, rng, goods=True)
    bores = int(rng.integers(3, 7))
    pitch = (block[1] - block[0]) / bores
    for i in range(bores):
        left = block[0] + (i + 0.2) * pitch
        canvas.box(group, (left, left + 0.6 * pitch), (y_mm[0] + 0.5 * h, y_mm[0] + 0.8 * h), (-50, 50), -density)
        canvas.box(LIGHT, (left, left + 0.6 * pitch), (y_mm[0] + 0.55 * h, y_mm[0] + 0.68 * h), (-40, 40), 2.0)
    canvas.rod(
        STEEL,
        (canvas.col(x_mm[0]), canvas.row(y_mm[0] + 0.3 * h)),
        (canvas.col(x_mm[1]), canvas.row(y_mm[0] + 0.3 * h)),
        26,
    )
    for _ in range(int(rng.integers(4, 12))):
        _part(canvas, rng, (x_mm[0], x_mm[1]), (y_mm[0], y_mm[1]))


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
            _pillow(canvas, rng, centre, radius, density * depth / 10 * rng.normal(1.2, 0.08), depth)
            for i in range(4):
                col = canvas.col(x + w * (i + 1) / 5)
                canvas.stroke(STEEL, [(col, canvas.row(y)), (col + rng.normal(0, 1), canvas.row(y + h))], 0.6, 1.2)
            y += h
        x += w + rng.uniform(0, 40)


def tyres(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Tyres laid flat in columns, or laced at a slant."""
    r, width = rng.uniform(290, 380), rng.uniform(180, 270)
    pitch = canvas.camera.pitch_mm
    top = _height(rng, hold, 0.5, 0.95)
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
        y, top = hold.y_mm[0] + 60 + radius, _height(rng, hold, 0.2, 0.6)
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
    fade = rng.uniform(20, 60)
    shape = np.clip((rows[:, None] - top[None, :].astype(np.float32)) / np.float32(fade), 0, 1)
    depth = (Z[1] - Z[0]) * shape
    patch = depth / 10 * np.float32(density) * (1 + 0.012 * grain(rng, *shape.shape))
    canvas.add(ORGANIC, patch.astype(np.float32), c1, int(rows[0]), depth.astype(np.float32))
    if rng.random() < 0.3:
        scatter_tools(canvas, rng, hold, int(rng.integers(30, 90)))


def furniture(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Panels, frames, chairs and mattresses: light, angular, with hinges and screws."""
    x = hold.x_mm[0]
    while x < hold.x_mm[1] - 400:
        w = rng.uniform(350, 1500)
        top = _height(rng, hold, 0.4, 0.98)
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
    for z in _rows(rng, rng.uniform(500, 1100)):
        x = hold.x_mm[0]
        while x < hold.x_mm[1] - 250:
            w = rng.uniform(200, 900)
            y, top = hold.y_mm[0], _height(rng, hold, 0.2, 0.95)
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


def debris(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """What lies about: wrapping, straps, a broom, a pallet, dunnage, a tool or two."""
    for _ in range(int(rng.integers(0, 4))):
        x, y = rng.uniform(*hold.x_mm), rng.uniform(*hold.y_mm)
        points = [(canvas.col(x + rng.normal(0, 300)), canvas.row(y + rng.normal(0, 200))) for _ in range(7)]
        canvas.polygon(ORGANIC, points, rng.uniform(0.05, 0.5))
        canvas.stroke(ORGANIC, points, rng.uniform(1, 3), rng.uniform(0.2, 1.2))
    scatter_tools(canvas, rng, Hold(hold.x_mm, (hold.y_mm[0], hold.y_mm[0] + 250)), int(rng.integers(0, 5)))
