"""Cigarettes in master cases and narcotics in bricks: goods that come in a regular grid."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of


def cigarettes(rng: np.random.Generator) -> Shape:
    """A stack of master cases, each a striking regular grid of cartons of ten packs (.2 to .3 g/cm³)."""
    carton = rng.permutation([rng.uniform(270, 295), rng.uniform(84, 94), rng.uniform(44, 52)])
    grid = {0: (2, 5, 5), 1: (5, 5, 2), 2: (5, 2, 5)}[int(np.argmax(carton))]
    nx, ny, nz = (int(n) for n in (grid[0], grid[1], grid[2]))
    case = (carton[0] * nx + 12, carton[1] * ny + 12, carton[2] * nz + 12)
    cols = int(rng.integers(1, max(2, int(2600 / case[0]))))
    rows = int(rng.integers(1, max(2, int(1900 / case[1]))))
    deep = int(rng.integers(1, max(2, int(1500 / case[2]))))
    density = rng.uniform(0.2, 0.3)
    canvas = blank((cols * (case[0] + 8), rows * (case[1] + 6)))
    for i in range(cols):
        for j in range(max(1, rows - (int(rng.random() < 0.25) if i == cols - 1 else 0))):
            x, y = 4 + i * (case[0] + 4) + rng.uniform(0, 4), 4 + j * (case[1] + 4)
            _case(canvas, (x, y), (float(carton[0]), float(carton[1]), float(carton[2])), (nx, ny, nz * deep), density)
    return shape_of(canvas)


def _case(
    canvas: Canvas,
    corner: tuple[float, float],
    carton: tuple[float, float, float],
    count: tuple[int, int, int],
    density: float,
) -> None:
    depth = carton[2] * count[2]
    z = (0.0, depth)
    x, y = corner
    width, height = carton[0] * count[0] + 12, carton[1] * count[1] + 12
    canvas.box(ORGANIC, (x, x + width), (y, y + height), z, 0.02, goods=True)
    for edge in (x, x + width - 5):
        canvas.box(ORGANIC, (edge, edge + 5), (y, y + height), z, 0.16)
    for edge in (y, y + height - 5):
        canvas.box(ORGANIC, (x, x + width), (edge, edge + 5), z, 0.16)
    for i in range(count[0]):
        for j in range(count[1]):
            left, low = x + 6 + i * carton[0], y + 6 + j * carton[1]
            canvas.box(ORGANIC, (left + 1.5, left + carton[0] - 1.5), (low + 1.5, low + carton[1] - 1.5), z, density)
            packs = max(1, round(carton[0] / 56))
            for k in range(1, packs):
                seam = left + k * carton[0] / packs
                canvas.box(ORGANIC, (seam - 2, seam + 2), (low + 3, low + carton[1] - 3), z, -density * 0.3)


def narcotics(rng: np.random.Generator) -> Shape:
    """Bricks of about a kilogram (1.1 to 1.3 g/cm³): in bags, stacked, or as a sheet one brick thick."""
    brick = np.array([rng.uniform(185, 215), rng.uniform(120, 140), rng.uniform(28, 42)])
    density = rng.uniform(1.1, 1.3)
    form = str(rng.choice(["bag", "stack", "sheet"], p=[0.5, 0.3, 0.2]))
    w, h, d = (float(v) for v in (brick[[0, 1, 2]] if form == "sheet" else brick[rng.permutation(3)]))
    total = int(rng.integers(5, 41))
    deep = 1 if form == "sheet" else int(rng.integers(1, max(2, min(8, int(500 / d)))))
    face = max(2, total // deep)
    cols = max(1, min(face, round(np.sqrt(face * rng.uniform(0.5, 2.5) * h / w))))
    rows = -(-face // cols)
    loose = 0.0 if form == "stack" else rng.uniform(1, 9 if form == "bag" else 4)
    canvas = blank((cols * (w + 10) + 60, rows * (h + 10) + 60))
    left = face
    for j in range(rows):
        for i in range(min(cols, left)):
            centre = (30 + (i + 0.5) * (w + 4) + rng.normal(0, loose), 30 + (j + 0.5) * (h + 4) + rng.normal(0, loose))
            _brick(canvas, rng, centre, (w, h), d * deep * rng.uniform(0.93, 1), density, loose * 0.012)
        left -= cols
    shape = shape_of(canvas)
    return _bagged(shape, rng) if form == "bag" else shape


def _brick(
    canvas: Canvas,
    rng: np.random.Generator,
    centre: tuple[float, float],
    size: tuple[float, float],
    depth: float,
    density: float,
    wobble: float,
) -> None:
    angle = rng.normal(0, wobble)
    c, s = np.cos(angle), np.sin(angle)
    middle = np.array([canvas.col(centre[0]), canvas.row(centre[1])])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array(size) / 2 / FINE_MM
    points = [(float(x), float(y)) for x, y in corners @ np.array([[c, s], [-s, c]]) + middle]
    canvas.polygon(ORGANIC, points, density * depth / 10)
    inner = [(float(x), float(y)) for x, y in corners * 0.94 @ np.array([[c, s], [-s, c]]) + middle]
    canvas.polygon(ORGANIC, inner, density * depth / 10 * 0.06)
    low, high = np.floor(np.min(points, axis=0)).astype(int), np.ceil(np.max(points, axis=0)).astype(int)
    region = canvas.depth_mm[max(low[1], 0) : high[1], max(low[0], 0) : high[0]]
    np.maximum(region, np.float32(depth), out=region)


def _bagged(shape: Shape, rng: np.random.Generator) -> Shape:
    """The same bricks in a sports bag: cloth all over, a zip, a strap."""
    h, w = shape.depth_mm.shape
    wrap = np.full((h, w), rng.uniform(0.1, 0.3), np.float32)
    wrap[: max(2, h // 30)] += 0.6
    wrap[:, : max(1, w // 40)] += 0.4
    return Shape(shape.mass, shape.depth_mm, wrap)
