"""Contraband by kind: an instance number gives the article, always the same one."""

from collections.abc import Callable
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.threats.firearms import firearm
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of
from cargoscope.errors import SimulationError


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


def cylinders(rng: np.random.Generator) -> Shape:
    """Steel gas cylinders, one or a row: standing or lying, seen from the side or from the end."""
    diameter, wall = rng.uniform(100, 270), rng.uniform(3, 8)
    length = diameter * rng.uniform(1.6, 6.0)
    length = min(length, 1500.0)
    fill = rng.uniform(0.0, 0.85) if rng.random() < 0.8 else 0.0
    liquid = rng.uniform(0.5, 1.2)
    view = str(rng.choice(["standing", "lying", "end-on"], p=[0.5, 0.2, 0.3]))
    count = int(rng.integers(1, 9)) if rng.random() < 0.7 else 1
    high = int(rng.integers(1, 4)) if view != "standing" else 1
    across, up = (diameter, length) if view == "standing" else (length, diameter)
    if view == "end-on":
        across = up = diameter
    if view == "lying":
        count = max(1, min(count, int(2400 / length)))
    canvas = blank((count * (across + 10) + 40, high * up + 60))
    for j in range(high):
        for i in range(count - (j if view == "end-on" else 0)):
            x = 6 + i * (across + 6) + (j * across / 2 if view == "end-on" else 0)
            y = 6 + j * up * (0.87 if view == "end-on" else 1.0)
            if view == "end-on":
                _end_on(canvas, (x + diameter / 2, y + diameter / 2), diameter, wall, length, fill * liquid)
            else:
                _side_on(canvas, rng, (x, y), diameter, wall, length, fill, liquid, view == "standing")
    return shape_of(canvas)


def _end_on(
    canvas: Canvas, centre: tuple[float, float], diameter: float, wall: float, length: float, content: float
) -> None:
    r = diameter / 2
    at = (canvas.col(centre[0]), canvas.row(centre[1]))
    ends = wall * 2.6
    canvas.disc(STEEL, at, (r / FINE_MM, r / FINE_MM), length / 10 * 7.87)
    canvas.disc(STEEL, at, ((r - wall) / FINE_MM, (r - wall) / FINE_MM), -(length - ends) / 10 * 7.87)
    canvas.disc(WATER, at, ((r - wall) / FINE_MM, (r - wall) / FINE_MM), content * length / 10)
    canvas.disc(STEEL, at, (14 / FINE_MM, 14 / FINE_MM), 35)
    height, width = canvas.depth_mm.shape
    ys, xs = np.ogrid[:height, :width]
    inside = (xs - at[0]) ** 2 + (ys - at[1]) ** 2 < (r / FINE_MM) ** 2
    np.maximum(canvas.depth_mm, inside * np.float32(length), out=canvas.depth_mm)


def _side_on(
    canvas: Canvas,
    rng: np.random.Generator,
    corner: tuple[float, float],
    diameter: float,
    wall: float,
    length: float,
    fill: float,
    liquid: float,
    standing: bool,
) -> None:
    r = diameter / 2
    body = length - 45
    v = (np.arange(int(diameter / FINE_MM), dtype=np.float32) + 0.5) * FINE_MM - r
    u = (np.arange(int(body / FINE_MM), dtype=np.float32) + 0.5) * FINE_MM
    dome = np.minimum(np.minimum(u * 2.4 + r * 0.35, r), np.minimum((body - u) * 1.4, r))
    outer = np.sqrt(np.maximum(dome[:, None] ** 2 - v[None, :] ** 2, 0))
    hollow = np.maximum(dome - wall, 0)
    inner = np.sqrt(np.maximum(hollow[:, None] ** 2 - v[None, :] ** 2, 0))
    level = (u < fill * body)[:, None] if standing else (v < (2 * fill - 1) * r)[None, :]
    steel = (outer - inner) / 5 * 7.87
    content = inner / 5 * liquid * level
    depth = outer * 2
    if standing:
        steel, content, depth = steel[::-1], content[::-1], depth[::-1]
        col, row = int(canvas.col(corner[0])), int(canvas.row(corner[1] + body))
        neck = (canvas.col(corner[0] + r), canvas.row(corner[1] + body + 18))
        size = (13.0, 30.0)
    else:
        steel, content, depth = steel.T, content.T[::-1], depth.T
        col, row = int(canvas.col(corner[0])), int(canvas.row(corner[1] + diameter))
        neck = (canvas.col(corner[0] + body + 18), canvas.row(corner[1] + r))
        size = (30.0, 13.0)
    canvas.add(STEEL, steel.astype(np.float32), col, row)
    canvas.add(WATER, content.astype(np.float32), col, row, depth.astype(np.float32))
    half = (size[0] / FINE_MM, size[1] / FINE_MM)
    box = [(neck[0] + a * half[0], neck[1] + b * half[1]) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    canvas.polygon(STEEL, box, rng.uniform(10, 18))
    canvas.disc(LIGHT, neck, half, 3)


KINDS: Final[dict[str, tuple[int, Callable[[np.random.Generator], Shape]]]] = {
    "firearm": (1, firearm),
    "cigarettes": (2, cigarettes),
    "narcotics_package": (3, narcotics),
    "gas_cylinder": (4, cylinders),
}
"""Number that seeds the kind's instances, and what draws one."""

INSTANCES: Final = {"train": (0, 200), "validation": (200, 250), "test": (250, 300)}
"""Instance numbers of each split: no article is ever in two."""


def draw_instance(kind: str, number: int) -> Shape:
    """Article `number` of a kind; the same number gives the same article."""
    if kind not in KINDS:
        raise SimulationError(f"no simulated kind named {kind!r}; there are {sorted(KINDS)}")
    seed, drawer = KINDS[kind]
    return drawer(np.random.default_rng([seed, number]))
