"""What real containers have beyond the plain box: end frames, roof bows, tunnel, pockets, labels, vents, dents."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas, coverage
from cargoscope.datasets.simulation.vehicle import container
from cargoscope.datasets.simulation.vehicle.container import HALF_WIDTH_MM, INNER_HALF_MM, SIZES_MM, STEEL_G_CM2_MM
from cargoscope.datasets.simulation.vehicle.roof import roof_parts

Span = tuple[float, float]
SIDES: Final = (-HALF_WIDTH_MM, HALF_WIDTH_MM)


def draw_box(canvas: Canvas, rng: np.random.Generator, size_type: str, left_mm: float, bottom_mm: float) -> None:
    """An empty container with its doors on the right, richer in structure than container.draw_container."""
    length, height = SIZES_MM[size_type]
    x_mm, y_mm = (left_mm, left_mm + length), (bottom_mm, bottom_mm + height)
    cold = size_type.endswith("R1")
    skin = container.flat_walls if cold else container.walls
    skin(canvas, rng, x_mm, (y_mm[0] + 150, y_mm[1] - 40))
    container.plate(canvas, STEEL, x_mm, y_mm[1] - 30, rng.uniform(0.9, 1.5), 7.87)
    if not cold:
        _troughs(canvas, rng, x_mm, y_mm[1] - 30)
    container.plate(canvas, ORGANIC, (x_mm[0] + 60, x_mm[1] - 60), y_mm[0] + 160, 28.0, 0.72)
    for z in SIDES:
        container.rails(canvas, rng, x_mm, y_mm, z)
        container.posts(canvas, rng, x_mm, y_mm, z)
        if not cold:
            _rings(canvas, rng, x_mm, y_mm, z)
            _corrugation(canvas, rng, x_mm, y_mm, z)
        _end_frames(canvas, rng, x_mm, y_mm, z)
        sill = (canvas.row(y_mm[0] + 150, z), canvas.row(y_mm[0] + 20, z))
        canvas.rectangle(STEEL, x_mm, sill, rng.uniform(2, 7) * STEEL_G_CM2_MM)
    _bearers(canvas, rng, x_mm, y_mm[0])
    if length > 11_000:
        _tunnel(canvas, rng, x_mm[0], y_mm[0])
    elif rng.random() < 0.7:
        _pockets(canvas, rng, x_mm, y_mm[0])
    container.front(canvas, x_mm[0], y_mm)
    _doors(canvas, rng, x_mm[1], y_mm)
    _roof(canvas, rng, x_mm, y_mm[1])
    _marks(canvas, rng, x_mm, y_mm)
    roof_parts(canvas, rng, x_mm, y_mm)


def _corrugation(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span, z: float) -> None:
    """What the waves of a wall add to its even sheet: dark lines at each bend, paler flanks, welds between panels."""
    step, bend = float(rng.choice([278.0, 250.0, 220.0])), rng.uniform(0.04, 0.16)
    rows = (canvas.row(y_mm[1] - 70, z), canvas.row(y_mm[0] + 160, z))
    flank, thin = rng.uniform(45, 75), rng.uniform(10, 26)
    width = canvas.col(x_mm[1] - 200) - canvas.col(x_mm[0] + 100)
    sheet = np.zeros(max(1, int(width)), np.float32)
    mm = canvas.camera.pitch_mm
    for x in np.arange(rng.uniform(0, step), width * mm - 100, step):
        for edge in (0.0, 0.5 * step):
            left = x + edge + rng.normal(0, 3)
            lay(sheet, left / mm, (left + flank) / mm, bend * rng.uniform(0.2, 1.0))
            lay(sheet, left / mm, (left + thin) / mm, bend * rng.uniform(0.3, 3.0) * 8 / thin)
            lay(sheet, (left + flank) / mm, (left + flank + thin) / mm, bend * rng.uniform(0.3, 3.0) * 8 / thin)
    panel = float(rng.choice([1036.0, 1100.0, 1250.0, 2000.0]))
    for x in np.arange(rng.uniform(100, panel), width * mm - 60, panel):
        wide = rng.uniform(8, 40)
        lay(sheet, x / mm, (x + wide) / mm, rng.uniform(0.0, 0.5) * STEEL_G_CM2_MM)
    canvas.add(STEEL, coverage(*rows)[:, None] * sheet[None, :], int(canvas.col(x_mm[0] + 100)), int(rows[0]))


def _troughs(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y: float) -> None:
    """The roof's waves run across travel: between its near and its far edge they show as upright lines."""
    rows = sorted((canvas.row(y, SIDES[0]), canvas.row(y, SIDES[1])))
    step, mass = float(rng.choice([209.0, 230.0, 260.0])), rng.uniform(0.25, 0.9)
    for x in np.arange(x_mm[0] + 120 + rng.uniform(0, step), x_mm[1] - 200, step):
        for left in (x + rng.normal(0, 3), x + 0.45 * step + rng.normal(0, 3)):
            wide = rng.uniform(12, 30)
            canvas.rectangle(STEEL, (left, left + wide), (rows[0], rows[1]), mass * rng.uniform(0.2, 1.3))


def lay(sheet: np.ndarray, start: float, stop: float, mass: float) -> None:
    """Adds areal density between two places of a row of pixels; parts of pixels count, what lies outside does not."""
    start, stop = max(start, 0.0), min(stop, float(len(sheet)))
    if stop <= start:
        return
    share = coverage(start, stop)
    first = int(start)
    part = share[: max(0, len(sheet) - first)]
    sheet[first : first + len(part)] += part * np.float32(mass)


def _bearers(canvas: Canvas, rng: np.random.Generator, x_mm: Span, bottom: float) -> None:
    """Cross members under the floor: C-sections 45 mm wide, turned a little to the beam, some bent, some doubled."""
    step, dense, turned = rng.uniform(250, 420), rng.uniform(0.06, 0.22), rng.uniform(10, 30)
    for x in np.arange(x_mm[0] + 200, x_mm[1] - 150, step):
        left, wide = x + rng.normal(0, 7), 45.0 if rng.random() < 0.9 else rng.uniform(75, 160)
        y = (bottom + 24, bottom + 152)
        canvas.box(STEEL, (left, left + wide), y, SIDES, dense * rng.uniform(0.7, 1.3))
        canvas.box(STEEL, (left, left + turned), y, SIDES, dense * 0.7)


def _rings(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span, z: float) -> None:
    """Lashing rings: bows of rod, 40 to 70 mm wide, that stand on the floor's rails and hang from the roof's."""
    pitch_mm, mm = float(rng.choice([900.0, 1100.0, 1250.0, 1500.0])), canvas.camera.pitch_mm
    inner = z * INNER_HALF_MM / HALF_WIDTH_MM
    r, mass = rng.uniform(17, 32) / mm, rng.uniform(2, 6) * STEEL_G_CM2_MM
    for y, way in ((y_mm[1] - 78, 1.0), (y_mm[0] + 168, -1.0)):
        for x in np.arange(x_mm[0] + rng.uniform(300, 600), x_mm[1] - 200, pitch_mm):
            if rng.random() < 0.06:
                continue
            col, row = canvas.col(x + rng.normal(0, 8)), canvas.row(y, inner)
            bow = [(col + r * np.cos(a), row + way * r * (0.8 + np.sin(a))) for a in np.linspace(0, np.pi, 9)]
            canvas.stroke(STEEL, [(col + r, row), *bow, (col - r, row)], max(1.2, 10 / mm), mass)


def _end_frames(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span, z: float) -> None:
    """Corner plates, holes through castings, the flat panel next to each post, an inner column now and then."""
    for x, inward in ((x_mm[0], 1.0), (x_mm[1], -1.0)):
        wide = rng.uniform(150, 420)
        span = sorted((x + inward * 90, x + inward * (90 + wide)))
        rows = (canvas.row(y_mm[1] - 60, z), canvas.row(y_mm[0] + 150, z))
        canvas.rectangle(STEEL, (span[0], span[1]), rows, rng.uniform(0.5, 1.8) * STEEL_G_CM2_MM)
        for y in (y_mm[1] - 59, y_mm[0] + 59):
            hole = (canvas.col(x + inward * 89), canvas.row(y, z))
            canvas.disc(STEEL, hole, (36 / canvas.camera.pitch_mm, 29 / canvas.camera.pitch_mm), -20)
        small = sorted((x + inward * 100, x + inward * (100 + rng.uniform(180, 330))))
        for y in (y_mm[1] - 75, y_mm[0] + 150 + rng.uniform(150, 300)):
            high = rng.uniform(120, 320)
            box = (canvas.row(y, z), canvas.row(y - high, z))
            canvas.rectangle(STEEL, (small[0], small[1]), box, rng.uniform(0.3, 2) * STEEL_G_CM2_MM)
        if rng.random() < 0.5:
            left = x + inward * rng.uniform(110, 170)
            canvas.rectangle(STEEL, (left, left + rng.uniform(30, 60)), rows, rng.uniform(3, 9) * STEEL_G_CM2_MM)


def _tunnel(canvas: Canvas, rng: np.random.Generator, left: float, bottom: float) -> None:
    """The gooseneck tunnel: 3.3 m of closer, shorter bearers, a raised plate and its bow."""
    end = left + rng.uniform(3150, 3450)
    low, high = bottom + 60, bottom + 150
    rows = (canvas.row(high, -500.0), canvas.row(low, 500.0))
    rows = (min(rows), max(rows))
    canvas.rectangle(STEEL, (left + 60, end), rows, rng.uniform(4, 8) * STEEL_G_CM2_MM)
    for x in np.arange(left + 120, end, rng.uniform(150, 260)):
        wide = rng.uniform(30, 110)
        canvas.rectangle(STEEL, (x, x + wide), rows, rng.uniform(6, 16))
    canvas.rectangle(STEEL, (end - 70, end), (canvas.row(bottom + 170), canvas.row(bottom + 15)), 40)


def _pockets(canvas: Canvas, rng: np.random.Generator, x_mm: Span, bottom: float) -> None:
    """Fork pockets of a 20-ft container: two box sections through its width."""
    middle = sum(x_mm) / 2
    for centre in (middle - 1025, middle + 1025):
        for edge in (centre - 190, centre + 182):
            canvas.box(STEEL, (edge, edge + 8), (bottom + 15, bottom + 140), SIDES, 4.0)
        for z in SIDES:
            rows = (canvas.row(bottom + 140, z), canvas.row(bottom + 20, z))
            canvas.rectangle(STEEL, (centre - 185, centre + 185), rows, -3.0 * rng.uniform(0.5, 1))


def _doors(canvas: Canvas, rng: np.random.Generator, right: float, y_mm: Span) -> None:
    """Two leaves edge-on, lock rods with cams, brackets and handles, hinges with pins, rubber gaskets."""
    rows = (canvas.row(y_mm[1] - 40, -HALF_WIDTH_MM), canvas.row(y_mm[0] + 60, -HALF_WIDTH_MM))
    leaf = rng.uniform(40, 60)
    canvas.rectangle(STEEL, (right - leaf - 14, right - 14), rows, rng.uniform(22, 60))
    canvas.rectangle(ORGANIC, (right - leaf - 30, right - 10), rows, rng.uniform(2, 8))
    for y in np.linspace(y_mm[0] + 150, y_mm[1] - 120, int(rng.integers(4, 7))):
        canvas.box(STEEL, (right - leaf - 20, right - 14), (y, y + rng.uniform(60, 100)), SIDES, rng.uniform(0.1, 0.3))
    mm = canvas.camera.pitch_mm
    for z in (-950.0, -330.0, 330.0, 950.0):
        rod = (
            (canvas.col(right + 22), canvas.row(y_mm[1] - 50, z)),
            (canvas.col(right + 22), canvas.row(y_mm[0] + 50, z)),
        )
        canvas.rod(STEEL, rod[0], rod[1], 8)
        for y in (y_mm[0] + 60, y_mm[1] - 60):
            cam = [
                (right - 15, y - 40),
                (right + rng.uniform(45, 75), y - 20),
                (right + 50, y + 45),
                (right - 15, y + 30),
            ]
            canvas.polygon(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in cam], rng.uniform(20, 45))
        for y in (y_mm[0] + rng.uniform(600, 1500), y_mm[0] + rng.uniform(300, 900), y_mm[1] - rng.uniform(400, 800)):
            canvas.disc(STEEL, (canvas.col(right + 18), canvas.row(y, z)), (30 / mm, 45 / mm), rng.uniform(8, 30))
        handle = [
            (right + 20, y_mm[0] + 1000),
            (right + 48, y_mm[0] + 985),
            (right + 48, y_mm[0] + rng.uniform(650, 900)),
        ]
        canvas.stroke(STEEL, [(canvas.col(u), canvas.row(v, z)) for u, v in handle], 14 / mm, 12)
    for z in (-1190.0, 1190.0):
        for y in np.linspace(y_mm[0] + rng.uniform(230, 380), y_mm[1] - 300, int(rng.integers(4, 6))):
            tall = rng.uniform(40, 75)
            blade = (canvas.row(y + tall, z), canvas.row(y - tall, z))
            canvas.rectangle(STEEL, (right - 30, right + rng.uniform(25, 50)), blade, rng.uniform(14, 45))
            canvas.rod(STEEL, (canvas.col(right + 20), blade[0] - 3), (canvas.col(right + 20), blade[1] + 3), 11)


def _roof(canvas: Canvas, rng: np.random.Generator, x_mm: Span, top: float) -> None:
    """Roof troughs end in a scalloped edge; both eaves show it."""
    step, tall = rng.uniform(180, 230), rng.uniform(10, 26)
    for z in SIDES:
        if rng.random() < 0.75:
            for x in np.arange(x_mm[0] + 150, x_mm[1] - 150, step):
                centre = (canvas.col(x), canvas.row(top - 28, z))
                reach = (step * 0.33 / canvas.camera.pitch_mm, tall / canvas.camera.pitch_mm)
                canvas.solid(STEEL, centre, reach, rng.uniform(0.5, 2.4))


def _marks(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span) -> None:
    """Plates, patches, rows of vent slots, a rail for clothes, dents: flat things on the walls."""
    mm = canvas.camera.pitch_mm
    for _ in range(int(rng.integers(0, 4))):
        x, y, z = (
            rng.uniform(x_mm[0] + 200, x_mm[1] - 600),
            rng.uniform(y_mm[0] + 300, y_mm[1] - 300),
            rng.choice(SIDES),
        )
        rows = (canvas.row(y, z), canvas.row(y - rng.uniform(60, 500), z))
        canvas.rectangle(STEEL, (x, x + rng.uniform(80, 700)), rows, rng.uniform(0.1, 0.7) * STEEL_G_CM2_MM)
    if rng.random() < 0.35:
        for x in np.linspace(x_mm[0] + rng.uniform(300, 1500), x_mm[1] - 600, int(rng.integers(2, 5))):
            z = rng.choice(SIDES)
            for k in range(int(rng.integers(3, 7))):
                y = y_mm[1] - rng.uniform(180, 220) - k * rng.uniform(70, 80)
                canvas.rectangle(STEEL, (x, x + 55), (canvas.row(y, z), canvas.row(y - 30, z)), rng.uniform(1.0, 2.5))
    for _ in range(int(rng.integers(0, 5))):
        x, y = rng.uniform(*x_mm), rng.uniform(y_mm[0] + 300, y_mm[1] - 100)
        radius = (rng.uniform(40, 300) / mm, rng.uniform(30, 300) / mm)
        canvas.solid(STEEL, (canvas.col(x), canvas.row(y, rng.choice(SIDES))), radius, rng.uniform(-0.12, 0.25))
    if rng.random() < 0.25:
        for x in np.arange(x_mm[0] + rng.uniform(300, 900), x_mm[1] - 300, rng.uniform(900, 2600)):
            z = rng.choice(SIDES)
            rows = (canvas.row(y_mm[1] - 80, z), canvas.row(y_mm[0] + 160, z))
            canvas.rectangle(STEEL, (x, x + rng.uniform(25, 50)), rows, rng.uniform(0.6, 2.0) * STEEL_G_CM2_MM)
