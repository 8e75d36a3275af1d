"""Concealed vehicles, and people."""

from dataclasses import replace
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas, Map
from cargoscope.datasets.simulation.threats.solids import Point, along, plate, px, tube
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of

CAR_KG: Final = (950.0, 2100.0)
MOTORCYCLE_KG: Final = (110.0, 260.0)
PERSON_KG: Final = (48.0, 105.0)


def vehicle(rng: np.random.Generator) -> Shape:
    """A car, an off-road car or a motorcycle seen from its side, scaled to a real one's weight."""
    if rng.random() < 0.25:
        shape = _motorcycle(rng)
        shape = shape.scaled(rng.uniform(*MOTORCYCLE_KG) / shape.mass_kg)
    else:
        shape = _car(rng)
        shape = shape.scaled(rng.uniform(*CAR_KG) / shape.mass_kg)
    return _mirrored(shape) if rng.random() < 0.5 else shape


def _mirrored(shape: Shape) -> Shape:
    return Shape(
        np.ascontiguousarray(shape.mass[:, :, ::-1]),
        np.ascontiguousarray(shape.depth_mm[:, ::-1]),
        np.ascontiguousarray(shape.wrap[:, ::-1]),
    )


def _car(rng: np.random.Generator) -> Shape:
    """Front on the left: panels, glass, pillars, engine and gearbox, axles, seats, battery, tank, exhaust."""
    tall_body = rng.random() < 0.4
    length = rng.uniform(3550, 4850)
    height = rng.uniform(1620, 1850) if tall_body else rng.uniform(1370, 1520)
    wheel = rng.uniform(600, 760) if tall_body else rng.uniform(560, 650)
    canvas = blank((length + 40, height + 20))
    sill, belt = height - wheel * 0.38, height * rng.uniform(0.36, 0.42)
    bonnet = length * rng.uniform(0.2, 0.29)
    screen, tail = bonnet + rng.uniform(250, 520), length * rng.uniform(0.82, 0.98)
    rear = length * (0.97 if tall_body or rng.random() < 0.5 else 0.86)
    nose = belt + rng.uniform(40, 160)
    lower = [(20, nose), (bonnet, belt), (rear, belt), (length - 10, belt + 60), (length, sill), (30, sill)]
    upper = [(bonnet, belt), (screen, 30), (min(tail, rear - 60), 25), (rear, belt)]
    canvas.polygon(STEEL, px(lower), rng.uniform(1.6, 2.3))
    canvas.polygon(LIGHT, px(upper), 1.9)
    canvas.stroke(STEEL, px([*upper[:3], upper[3]]), 14 / FINE_MM, 6.0)
    for x in np.linspace(screen, rear - 200, 3)[1:]:
        canvas.stroke(STEEL, px([(x, 30), (x + rng.uniform(-40, 40), sill)]), 40 / FINE_MM, 3.0)
    canvas.stroke(STEEL, px([(bonnet, sill - 40), (length * 0.92, sill - 40)]), 60 / FINE_MM, 6.5)
    canvas.stroke(STEEL, px([(30, nose + 140), (30, sill - 60)]), 50 / FINE_MM, 5.0)
    front, back = length * rng.uniform(0.17, 0.2), length * rng.uniform(0.78, 0.82)
    _engine(canvas, rng, (front - 220, belt + 60), (rng.uniform(480, 640), rng.uniform(420, 540)))
    for x in (front, back):
        _wheel(canvas, rng, (x, height - wheel / 2), wheel / 2, 2)
        canvas.stroke(STEEL, px([(x - 120, sill - 120), (x, height - wheel / 2)]), 40 / FINE_MM, 8.0)
    _seats(canvas, rng, (screen + 250, belt - 120), sill)
    plate(canvas, WATER, (back - 550, sill - 210), (520, 200), rng.uniform(0, 45))
    pipe = [(front + 200, sill + 20), (back - 400, sill + 25), (length - 60, sill + 30)]
    canvas.stroke(STEEL, px(pipe), 50 / FINE_MM, 2.2)
    canvas.stroke(STEEL, px([(back + 100, sill + 15), (back + 500, sill + 15)]), 150 / FINE_MM, 4.0)
    shape = shape_of(canvas, depth_mm=rng.uniform(1600, 1850))
    return replace(shape, depth_mm=_closed(shape.depth_mm))


def _closed(depth: Map) -> Map:
    """Nothing else stands between the parts of a vehicle: each column is full from its highest to its lowest part."""
    filled = np.maximum.accumulate(depth, axis=0)
    return np.minimum(filled, np.maximum.accumulate(depth[::-1], axis=0)[::-1])


def _engine(canvas: Canvas, rng: np.random.Generator, corner: Point, size: Point) -> None:
    (x, y), (w, h) = corner, size
    plate(canvas, LIGHT, corner, size, rng.uniform(10, 18))
    plate(canvas, STEEL, (x + w * 0.15, y + h * 0.2), (w * 0.6, h * 0.6), rng.uniform(22, 34))
    for i in range(4):
        plate(canvas, STEEL, (x + w * (0.2 + 0.14 * i), y + h * 0.22), (w * 0.05, h * 0.3), 12)
    for _ in range(9):
        r = rng.uniform(25, 85)
        at = px([(x + rng.uniform(0, w), y + rng.uniform(0, h))])[0]
        canvas.disc(STEEL, at, (r / FINE_MM, r / FINE_MM), rng.uniform(4, 18))
    plate(canvas, LIGHT, (x + w, y + h * 0.35), (rng.uniform(280, 420), h * 0.5), rng.uniform(15, 25))
    plate(canvas, HEAVY, (x + w * 0.9, y - 20), (rng.uniform(190, 260), 170), rng.uniform(16, 24))
    plate(canvas, LIGHT, (x - 130, y + 20), (45, h * 0.9), 6)


def _wheel(canvas: Canvas, rng: np.random.Generator, centre: Point, radius: float, count: int) -> None:
    """`count` wheels behind each other: tyre, rim, brake disc, hub."""
    at = px([centre])[0]
    for group, share, mass in (
        (ORGANIC, 1.0, rng.uniform(5.5, 7.5)),
        (ORGANIC, 0.66, -4.5),
        (STEEL, 0.68, rng.uniform(1.6, 2.6)),
        (STEEL, 0.4, rng.uniform(9, 16)),
        (STEEL, 0.18, 22.0),
    ):
        canvas.disc(group, at, (radius * share / FINE_MM, radius * share / FINE_MM), mass * count)


def _seats(canvas: Canvas, rng: np.random.Generator, first: Point, floor_mm: float) -> None:
    for row in range(2):
        x, top = first[0] + row * rng.uniform(780, 900), first[1] + row * 40
        back = [(x + 380, top), (x + 500, top), (x + 420, floor_mm - 220), (x + 280, floor_mm - 220)]
        seat = [
            (x - 60, floor_mm - 300),
            (x + 330, floor_mm - 270),
            (x + 330, floor_mm - 120),
            (x - 60, floor_mm - 120),
        ]
        for part in (back, seat):
            canvas.polygon(ORGANIC, px(part), 4.5)
            canvas.stroke(STEEL, px([*part, part[0]]), 18 / FINE_MM, 3.5)


def _motorcycle(rng: np.random.Generator) -> Shape:
    length, height, wheel = rng.uniform(1900, 2250), rng.uniform(1050, 1250), rng.uniform(560, 680)
    canvas = blank((length + 40, height + 20))
    front, back = (20 + wheel / 2, height - wheel / 2), (length - wheel / 2, height - wheel / 2)
    for centre in (front, back):
        _wheel(canvas, rng, centre, wheel / 2, 1)
    head, seat = (front[0] + 320, height * 0.25), (back[0] - 150, height * 0.36)
    for path, wide, mass in (
        ([front, head], 55, 6.0),
        ([head, (head[0] - 90, 40), (head[0] + 120, 20)], 26, 3.0),
        ([head, (length * 0.45, height * 0.75), back], 45, 5.0),
        ([head, seat, back], 45, 4.5),
        ([(length * 0.4, height * 0.8), (length - 200, height * 0.8)], 80, 2.5),
    ):
        canvas.stroke(STEEL, px(path), wide / FINE_MM, mass)
    _engine_of_motorcycle(canvas, rng, (length * 0.36, height * 0.46), (rng.uniform(380, 520), rng.uniform(320, 420)))
    tank = px([((head[0] + seat[0]) / 2, height * 0.32)])[0]
    canvas.disc(STEEL, tank, (240 / FINE_MM, 110 / FINE_MM), 1.4)
    canvas.disc(WATER, tank, (225 / FINE_MM, 95 / FINE_MM), rng.uniform(0, 14))
    plate(canvas, ORGANIC, (seat[0] - 250, seat[1] - 30), (560, 80), 6.0)
    shape = shape_of(canvas, depth_mm=rng.uniform(500, 750))
    return replace(shape, depth_mm=_closed(shape.depth_mm))


def _engine_of_motorcycle(canvas: Canvas, rng: np.random.Generator, corner: Point, size: Point) -> None:
    (x, y), (w, h) = corner, size
    plate(canvas, LIGHT, (x, y + h * 0.4), (w, h * 0.6), rng.uniform(18, 28))
    plate(canvas, STEEL, (x + w * 0.2, y + h * 0.5), (w * 0.5, h * 0.4), rng.uniform(10, 22))
    for i in range(7):
        plate(canvas, LIGHT, (x + w * 0.15, y + h * 0.06 * i), (w * 0.45, h * 0.035), 20)
    canvas.disc(STEEL, px([(x + w * 0.75, y + h * 0.7)])[0], (80 / FINE_MM, 80 / FINE_MM), 14)


TRUNK: Final = (130.0, 118.0, 125.0, 60.0)
LEG: Final = (82.0, 60.0, 40.0)
ARM: Final = (48.0, 40.0, 30.0)

Line = tuple[Point, ...]

POSTURES: Final[dict[str, tuple[float, Line, Point, tuple[Line, ...], tuple[Line, ...]]]] = {
    "knees up": (
        1.45,
        ((0, 0), (-20, -200), (20, -400), (50, -540)),
        (75, -650),
        (((10, 0), (430, -330), (330, 70)), ((10, 10), (380, -300), (400, 80))),
        (((30, -450), (200, -230), (400, -300)), ((30, -450), (160, -250), (380, -260))),
    ),
    "seated": (
        1.4,
        ((0, 0), (-30, -200), (-20, -400), (0, -540)),
        (15, -660),
        (((20, 0), (440, -20), (450, 420)), ((20, 5), (420, -10), (400, 420))),
        (((0, -450), (60, -200), (280, -100)), ((0, -450), (40, -210), (300, -60))),
    ),
    "standing": (
        0.72,
        ((0, 0), (0, -200), (0, -400), (0, -540)),
        (0, -680),
        (((85, 0), (100, 430), (95, 850)), ((-85, 0), (-95, 430), (-105, 850))),
        (((175, -460), (225, -210), (230, 20)), ((-175, -460), (-230, -210), (-215, 30))),
    ),
    "crouched": (
        1.4,
        ((0, 0), (90, -160), (190, -330), (270, -430)),
        (360, -500),
        (((0, 0), (400, -60), (90, 260)), ((0, 0), (360, -30), (130, 260))),
        (((210, -370), (340, -150), (450, 60)), ((210, -370), (300, -130), (420, 40))),
    ),
}
"""How much deeper than wide the trunk is as seen; trunk from hip to neck; head; legs; arms: in mm, 1.75 m tall."""


def stowaway(rng: np.random.Generator) -> Shape:
    """One or two people sitting, crouching, standing or lying: water with a little bone, 48 to 105 kg each."""
    people = [_person(rng) for _ in range(2 if rng.random() < 0.25 else 1)]
    height = max(one.depth_mm.shape[0] for one in people)
    padded = []
    for one in people:
        lift, gap = height - one.depth_mm.shape[0], int(rng.integers(4, 60))
        frame = ((lift, 0), (0, gap if len(people) > 1 else 0))
        padded.append((np.pad(one.mass, ((0, 0), *frame)), np.pad(one.depth_mm, frame), np.pad(one.wrap, frame)))
    mass, depth, wrap = (np.concatenate(parts, axis=-1) for parts in zip(*padded, strict=True))
    return Shape(mass, depth, wrap)


def _person(rng: np.random.Generator) -> Shape:
    name = str(rng.choice(["knees up", "seated", "standing", "crouched", "lying"], p=[0.35, 0.2, 0.15, 0.15, 0.15]))
    deeper, trunk, head, legs, arms = POSTURES["standing" if name == "lying" else name]
    size = rng.uniform(0.88, 1.08)
    stout = rng.uniform(0.88, 1.15)

    def place(points: Line) -> list[Point]:
        moved = [(x + rng.normal(0, 12), y + rng.normal(0, 12)) for x, y in points]
        turned = [(-y, x) for x, y in moved] if name == "lying" else moved
        return [(1100 + x * size, 1100 + y * size) for x, y in turned]

    pixels = (round(2200 / FINE_MM), round(2200 / FINE_MM))
    factor = 1.0 if deeper > 1 else 1.45
    middle = tube(pixels, *along(place(trunk), [r * size * stout * factor for r in TRUNK]))
    skull = tube(pixels, *along([*place((head,)), *place(((head[0] + 12, head[1] - 45),))], [82.0 * size, 88.0 * size]))
    depth = np.maximum(middle * np.float32(deeper), skull)
    for limbs, radii in ((legs, LEG), (arms, ARM)):
        for limb in limbs:
            depth = depth + 0.9 * tube(pixels, *along(place(limb), [r * size * stout for r in radii]))
    canvas = blank((2200, 2200))
    water = depth.astype(np.float32) / 10
    canvas.add(WATER, water * np.float32(0.93), 0, 0, depth.astype(np.float32))
    canvas.add(LIGHT, water * np.float32(0.07), 0, 0)
    shape = shape_of(canvas)
    shape = shape.scaled(rng.uniform(*PERSON_KG) * size**2 / shape.mass_kg)
    clothes = np.where(shape.depth_mm > 0, np.float32(rng.uniform(0.1, 0.5)), np.float32(0))
    room = np.where(shape.depth_mm > 0, np.maximum(shape.depth_mm, 450), 0).astype(np.float32)
    return Shape(shape.mass, room, clothes)
