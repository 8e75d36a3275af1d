"""An ISO container as the beam sees it: corrugated walls, rails, posts, castings, door gear, floor, roof."""

from dataclasses import dataclass
from math import floor, hypot
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL, Floats
from cargoscope.datasets.simulation.canvas import Canvas, Map, coverage

SIZES_MM: Final = {
    "22G1": (6058.0, 2591.0),
    "42G1": (12192.0, 2591.0),
    "45G1": (12192.0, 2896.0),
    "45R1": (12192.0, 2896.0),
    "L5G1": (13716.0, 2896.0),
    "22R1": (6058.0, 2591.0),
    "22T6": (6058.0, 2591.0),
}
"""Outer length and height by ISO 6346 size-type code (R: refrigerated, T: tank); all are 2438 mm wide."""

FIRST_CONTAINERS: Final = ("22G1", "42G1", "45G1", "45R1")
"""What plans draw from unless they name others."""

HALF_WIDTH_MM: Final = 1219.0
INNER_HALF_MM: Final = 1172.0
STEEL_G_CM2_MM: Final = 0.787


@dataclass(frozen=True)
class Hold:
    """The room for goods: x and y in world mm; z reaches from -INNER_HALF_MM to +INNER_HALF_MM; doors at x_mm[1]."""

    x_mm: tuple[float, float]
    y_mm: tuple[float, float]


def hold_of(size_type: str, left_mm: float, bottom_mm: float) -> Hold:
    """The inside of a container whose outer bottom left corner is at (left_mm, bottom_mm)."""
    length, height = SIZES_MM[size_type]
    if size_type.endswith("R1"):
        return Hold((left_mm + 430, left_mm + length - 100), (bottom_mm + 230, bottom_mm + height - 140))
    return Hold((left_mm + 75, left_mm + length - 75), (bottom_mm + 170, bottom_mm + height - 70))


def draw_container(canvas: Canvas, rng: np.random.Generator, size_type: str, left_mm: float, bottom_mm: float) -> None:
    """Draws an empty container of an ISO size-type with its doors on the right."""
    length, height = SIZES_MM[size_type]
    right, top = left_mm + length, bottom_mm + height
    skin = flat_walls if size_type.endswith("R1") else walls
    skin(canvas, rng, (left_mm, right), (bottom_mm + 150, top - 40))
    plate(canvas, STEEL, (left_mm, right), top - 30, 2.0 * 1.08, 7.87)
    plate(canvas, ORGANIC, (left_mm + 60, right - 60), bottom_mm + 160, 28.0, 0.72)
    for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM):
        rails(canvas, rng, (left_mm, right), (bottom_mm, top), z)
        posts(canvas, rng, (left_mm, right), (bottom_mm, top), z)
        lashing(canvas, rng, (left_mm, right), (bottom_mm, top), z)
    cross_members(canvas, rng, (left_mm, right), bottom_mm)
    front(canvas, left_mm, (bottom_mm, top))
    doors(canvas, rng, right, (bottom_mm, top))


def walls(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    pitch = float(rng.choice([278.0, 250.0, 220.0]))
    xs = np.arange(x_mm[0], x_mm[1], canvas.camera.pitch_mm / 4)
    for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM):
        thick = float(rng.uniform(1.4, 2.0))
        phase = (xs - x_mm[0] + rng.uniform(0, pitch)) % pitch / pitch
        slope = ((phase > 0.26) & (phase < 0.5)) | (phase > 0.76)
        bend = np.minimum.reduce([abs(phase - edge) for edge in (0.0, 0.26, 0.5, 0.76, 1.0)]) * pitch < 5
        profile = thick * (1 + rng.uniform(0.04, 0.13) * slope + rng.uniform(0.02, 0.16) * bend)
        seams = np.floor((xs - x_mm[0]) / rng.uniform(1000, 1300)).astype(int)
        profile *= 1 + 0.02 * rng.standard_normal(seams.max() + 1)[seams]
        ribs = ((xs - x_mm[0]) // (pitch / 2)).astype(int)
        profile *= 1 + 0.012 * rng.standard_normal(ribs.max() + 1)[ribs]
        _curtain(canvas, _binned(profile).astype(np.float32) * STEEL_G_CM2_MM, x_mm[0], y_mm, z)
    for _ in range(int(rng.integers(0, 6))):
        x = rng.uniform(*x_mm)
        y = rng.uniform(y_mm[0] + 200, y_mm[1])
        canvas.solid(
            STEEL,
            (canvas.col(x), canvas.row(y, rng.choice([-1200.0, 1200.0]))),
            (rng.uniform(5, 40), rng.uniform(3, 30)),
            rng.uniform(-0.15, 0.25),
        )
    for _ in range(int(rng.integers(0, 4))):
        vent(canvas, rng, rng.uniform(x_mm[0] + 150, x_mm[1] - 400), y_mm[1] - rng.uniform(60, 250))


def flat_walls(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float]) -> None:
    """The smooth thin skin of a refrigerated container."""
    for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM):
        canvas.rectangle(STEEL, x_mm, (canvas.row(y_mm[1], z), canvas.row(y_mm[0], z)), rng.uniform(0.6, 1.0) * 0.787)


def vent(canvas: Canvas, rng: np.random.Generator, x: float, y: float) -> None:
    """A louvred ventilator on the inside of a side wall, its top left corner at (x, y)."""
    z = float(rng.choice([-HALF_WIDTH_MM, HALF_WIDTH_MM]))
    wide, tall = rng.uniform(90, 320), rng.uniform(80, 260)
    rows = (canvas.row(y, z), canvas.row(y - tall, z))
    canvas.rectangle(STEEL, (x, x + wide), rows, rng.uniform(0.4, 1.3))
    for row in np.linspace(rows[0], rows[1] - 1, int(rng.integers(2, 6))):
        canvas.rectangle(STEEL, (x, x + wide), (row, row + 0.8), rng.uniform(0.5, 2.5))


def _binned(profile: Floats) -> Floats:
    whole = len(profile) // 4 * 4
    return np.asarray(profile[:whole].reshape(-1, 4).mean(axis=1))


def _curtain(canvas: Canvas, columns: Map, x_mm: float, y_mm: tuple[float, float], z_mm: float) -> None:
    """An upright sheet across travel at depth z, with its own areal density per column."""
    top, bottom = canvas.row(y_mm[1], z_mm), canvas.row(y_mm[0], z_mm)
    canvas.add(STEEL, coverage(top, bottom)[:, None] * columns[None, :], floor(canvas.col(x_mm)), floor(top))


def plate(canvas: Canvas, group: int, x_mm: tuple[float, float], y_mm: float, thick_mm: float, density: float) -> None:
    """A horizontal plate over the container's width: rays cross it at a slant, thick / sin(elevation) long."""
    camera = canvas.camera
    near, far = canvas.row(y_mm, -HALF_WIDTH_MM), canvas.row(y_mm, HALF_WIDTH_MM)
    span = max(abs(far - near), thick_mm / camera.pitch_mm)
    rise = abs(y_mm - camera.source_y_mm)
    slant = min(hypot(rise, camera.distance_mm) / max(rise, 1.0), 2 * HALF_WIDTH_MM / thick_mm)
    middle = (near + far) / 2
    mass = min(thick_mm * slant, 2 * HALF_WIDTH_MM) / 10 * density
    canvas.rectangle(group, x_mm, (middle - span / 2, middle + span / 2), mass)


def rails(
    canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float], z: float
) -> None:
    def band(low: float, high: float, steel_mm: float) -> None:
        canvas.rectangle(STEEL, x_mm, (canvas.row(high, z), canvas.row(low, z)), steel_mm * STEEL_G_CM2_MM)

    band(y_mm[1] - 75, y_mm[1] - 8, 6.5)
    band(y_mm[1] - 14, y_mm[1] - 8, 20)
    band(y_mm[1] - 75, y_mm[1] - 69, 14)
    band(y_mm[0] + 5, y_mm[0] + 165, 4.5)
    band(y_mm[0] + 158, y_mm[0] + 165, 22)
    band(y_mm[0] + 5, y_mm[0] + 12, 22)
    step = rng.uniform(90, 140)
    if rng.random() < 0.6:
        for x in np.arange(x_mm[0] + 100, x_mm[1] - 100, step):
            canvas.solid(STEEL, (canvas.col(x), canvas.row(y_mm[1] - 20, z)), (step / 14, 3), rng.uniform(0.3, 1.2))


def posts(
    canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float], z: float
) -> None:
    for x, inward in ((x_mm[0], 1.0), (x_mm[1], -1.0)):
        inner = sorted((x, x + inward * rng.uniform(95, 150)))
        rows = (canvas.row(y_mm[1], z), canvas.row(y_mm[0], z))
        canvas.rectangle(STEEL, (inner[0], inner[1]), rows, 13 * STEEL_G_CM2_MM)
        edge = x + inward * 8
        canvas.rectangle(STEEL, (min(x, edge), max(x, edge)), rows, 90 * STEEL_G_CM2_MM)
        for y1, y2 in ((y_mm[1] - 118, y_mm[1]), (y_mm[0], y_mm[0] + 118)):
            casting = sorted((x, x + inward * 178))
            top, bottom = canvas.row(y2, z), canvas.row(y1, z)
            canvas.rectangle(STEEL, (casting[0], casting[1]), (top, bottom), 42 * STEEL_G_CM2_MM)
            hole = (canvas.col(x + inward * 89), (top + bottom) / 2)
            radius = (38 / canvas.camera.pitch_mm, 30 / canvas.camera.pitch_mm)
            canvas.disc(STEEL, hole, radius, -28 * STEEL_G_CM2_MM)
        size = rng.uniform(120, 400)
        for y, down in ((y_mm[1] - 70, -1.0), (y_mm[0] + 150, 1.0)):
            corner = (canvas.col(x + inward * 120), canvas.row(y, z))
            canvas.polygon(
                STEEL,
                [
                    corner,
                    (canvas.col(x + inward * (120 + size)), corner[1]),
                    (canvas.col(x + inward * (120 + size * 0.8)), canvas.row(y + down * size * 0.3, z)),
                    (corner[0], canvas.row(y + down * size * 0.45, z)),
                ],
                rng.uniform(2, 5) * STEEL_G_CM2_MM,
            )


def lashing(
    canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], y_mm: tuple[float, float], z: float
) -> None:
    pitch = float(rng.choice([1200.0, 1500.0, 1000.0]))
    inner = z * INNER_HALF_MM / HALF_WIDTH_MM
    for y, hangs in ((y_mm[1] - 75, 1.0), (y_mm[0] + 170, -1.0)):
        for x in np.arange(x_mm[0] + 400, x_mm[1] - 300, pitch):
            centre = (canvas.col(x), canvas.row(y, inner))
            r = rng.uniform(18, 28) / canvas.camera.pitch_mm
            loop = [
                (centre[0] + r * np.cos(a), centre[1] + hangs * r * 1.5 * np.sin(a)) for a in np.linspace(0, np.pi, 9)
            ]
            canvas.stroke(STEEL, loop, 9 / canvas.camera.pitch_mm, 7 * STEEL_G_CM2_MM)


def cross_members(canvas: Canvas, rng: np.random.Generator, x_mm: tuple[float, float], bottom_mm: float) -> None:
    pitch = rng.uniform(250, 340)
    top = min(canvas.row(bottom_mm + 150, z) for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM))
    low = max(canvas.row(bottom_mm + 28, z) for z in (-HALF_WIDTH_MM, HALF_WIDTH_MM))
    for x in np.arange(x_mm[0] + 200, x_mm[1] - 150, pitch):
        shift = rng.normal(0, 6)
        canvas.rectangle(STEEL, (x + shift, x + shift + 4.5), (top, low), 160)
        canvas.rectangle(STEEL, (x + shift, x + shift + 45), (top, low), 9)


def front(canvas: Canvas, left_mm: float, y_mm: tuple[float, float]) -> None:
    rows = (canvas.row(y_mm[1] - 60, -HALF_WIDTH_MM), canvas.row(y_mm[0] + 150, -HALF_WIDTH_MM))
    canvas.rectangle(STEEL, (left_mm + 25, left_mm + 68), rows, 78)


def doors(canvas: Canvas, rng: np.random.Generator, right_mm: float, y_mm: tuple[float, float]) -> None:
    rows = (canvas.row(y_mm[1] - 40, -HALF_WIDTH_MM), canvas.row(y_mm[0] + 60, -HALF_WIDTH_MM))
    canvas.rectangle(STEEL, (right_mm - 62, right_mm - 14), rows, 62)
    canvas.rectangle(STEEL, (right_mm - 62, right_mm - 58), rows, 90)
    for z in (-900.0, -350.0, 350.0, 900.0):
        bar = (canvas.row(y_mm[1] - 60, z), canvas.row(y_mm[0] + 60, z))
        canvas.rectangle(STEEL, (right_mm + 4, right_mm + 38), bar, 9 * STEEL_G_CM2_MM * 2.2)
        for y in (y_mm[0] + 90, y_mm[0] + 1050, y_mm[1] - 90, y_mm[0] + rng.uniform(500, 800)):
            canvas.rectangle(STEEL, (right_mm - 10, right_mm + 60), (canvas.row(y + 45, z), canvas.row(y - 45, z)), 30)
    for z in (-1190.0, 1190.0):
        for y in np.linspace(y_mm[0] + 300, y_mm[1] - 300, 4):
            canvas.rectangle(STEEL, (right_mm - 30, right_mm + 45), (canvas.row(y + 55, z), canvas.row(y - 55, z)), 45)
