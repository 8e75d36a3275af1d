"""Handguns put together from parts of any proportion: pistols, machine pistols and revolvers that no pattern names.

`firearms` draws one slender pattern of each; real ones have broad, bulging grips as dense as the slide, open or
tapered slides, tangs, and springs and screws all over.
"""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Points
from cargoscope.datasets.simulation.threats.bench import Bench
from cargoscope.datasets.simulation.threats.firearms import wrapped
from cargoscope.datasets.simulation.threats.stamps import Shape, shape_of

MASS_KG: Final = (0.55, 1.4)
"""Unloaded weight of a compact pistol to that of a large revolver; a machine pistol weighs about twice as much."""

MACHINE_PISTOL: Final = 1.8

SIZE_MM: Final = (700.0, 640.0)

SOFT_MM: Final = (0.5, 3.0)
"""How far the edges of its parts thin out."""


def handgun(rng: np.random.Generator) -> Shape:
    """One handgun lying on its side, muzzle to the left, as heavy as a real one."""
    bench = Bench(rng, SIZE_MM, rng.uniform(0.85, 1.2))
    kind = str(rng.choice(["pistol", "machine pistol", "revolver"], p=[0.72, 0.14, 0.14]))
    draw = {"pistol": _pistol, "machine pistol": _machine_pistol, "revolver": _revolver}[kind]
    draw(bench)
    bench.soften(rng.uniform(*SOFT_MM))
    shape = shape_of(bench.canvas, depth_mm=rng.uniform(25, 45))
    wanted = rng.uniform(*MASS_KG) * (MACHINE_PISTOL if kind == "machine pistol" else 1)
    shape = shape.scaled(wanted / shape.mass_kg)
    return wrapped(shape, rng) if bench.chance(0.25) else shape


def _pistol(bench: Bench) -> None:
    rng = bench.rng
    long, high = rng.uniform(140, 235), rng.uniform(11, 18)
    dense, frame = rng.uniform(5, 10), rng.uniform(9, 22)
    nose = rng.uniform(0.6, 1.0)
    bench.polygon(STEEL, [(0, -high * nose), (long * 0.3, -high), (long, -high), (long, high), (0, high)], dense)
    if bench.chance(0.5):
        window = (long * rng.uniform(0.1, 0.45), long * rng.uniform(0.5, 0.7))
        bench.rect(STEEL, window, (-high, -high * rng.uniform(0, 0.5)), -dense * rng.uniform(0.4, 1.0))
    bench.rect(STEEL, (-rng.uniform(0, 14), long * 0.6), (-7, 7), rng.uniform(1, 5))
    bench.rect(STEEL, (long - 16, long - 8), (-high - rng.uniform(2, 7), -high), 5)
    alloy = bench.chance(0.5)
    dust = long * rng.uniform(0.05, 0.45)
    of_frame = rng.uniform(2, 4) if alloy else rng.uniform(4, 8)
    bench.rect(LIGHT if alloy else STEEL, (dust, long * 0.98), (high, high + frame), of_frame)
    tang = rng.uniform(0, 22)
    bench.polygon(STEEL, [(long - 25, high - 8), (long + tang, high + 2), (long - 10, high + frame + 8)], of_frame)
    if bench.chance(0.7):
        bench.line([(long - 2, 0), (long + rng.uniform(6, 20), -rng.uniform(0, 22))], rng.uniform(6, 11), 6)
    wide = rng.uniform(40, 66)
    _grip(bench, long - rng.uniform(0, 12), high + frame * 0.6, wide, of_frame + rng.uniform(-1, 2))
    _guard(bench, long - wide - rng.uniform(-4, 14), high + frame)
    _fittings(bench, (long * 0.3, long), (-high, high + frame))


def _machine_pistol(bench: Bench) -> None:
    """A box or tube for a receiver, the grip near its middle, a long magazine in the grip or before it."""
    rng = bench.rng
    long, high, barrel = rng.uniform(170, 290), rng.uniform(18, 32), rng.uniform(10, 110)
    bench.rect(STEEL, (0, barrel), (-rng.uniform(6, 11), rng.uniform(6, 11)), rng.uniform(5, 10))
    bench.rect(STEEL, (barrel, barrel + long), (-high, high), rng.uniform(3, 6))
    bolt = barrel + long * rng.uniform(0.1, 0.35)
    bench.rect(STEEL, (bolt, bolt + rng.uniform(70, 120)), (-high * 0.7, high * 0.7), rng.uniform(4, 10))
    back, wide = barrel + long * rng.uniform(0.5, 1.0), rng.uniform(38, 58)
    _grip(bench, back, high, wide, rng.uniform(2.5, 5))
    _guard(bench, back - wide - rng.uniform(0, 12), high)
    at = back - wide + 6 if bench.chance(0.5) else barrel + rng.uniform(0, 0.2) * long
    tall = rng.uniform(130, 270)
    bench.rect(STEEL, (at, at + rng.uniform(24, 40)), (high, high + tall), rng.uniform(2, 5))
    if bench.chance(0.5):
        reach, drop = rng.uniform(90, 200), rng.uniform(-20, 90)
        wire = [(barrel + long, 0), (barrel + long + reach, drop * 0.2), (barrel + long + reach, drop + 40)]
        bench.line(wire, rng.uniform(6, 14), rng.uniform(3, 7))
    _fittings(bench, (barrel, barrel + long), (-high, high))


def _revolver(bench: Bench) -> None:
    rng = bench.rng
    barrel, bore = rng.uniform(45, 190), rng.uniform(8, 13)
    bench.rect(STEEL, (0, barrel), (-bore, bore), rng.uniform(6, 12))
    if bench.chance(0.6):
        bench.rect(STEEL, (barrel * rng.uniform(0, 0.5), barrel), (bore, bore + rng.uniform(6, 14)), rng.uniform(3, 8))
    drum, round_mm = rng.uniform(36, 52), rng.uniform(17, 23)
    end = barrel + drum + rng.uniform(8, 14)
    bench.rect(STEEL, (barrel, end + 26), (-bore - 6, -bore), rng.uniform(6, 10))
    bench.rect(STEEL, (barrel, end + 24), (round_mm + 4, round_mm + 14), rng.uniform(5, 10))
    bench.rect(STEEL, (end, end + 26), (-bore, round_mm + 14), rng.uniform(5, 10))
    for inner, share in ((1.0, 0.5), (0.65, 0.5)):
        wall = rng.uniform(8, 18) * share
        bench.rect(STEEL, (barrel + 6, barrel + 6 + drum), (4 - round_mm * inner, 4 + round_mm * inner), wall)
    wide = rng.uniform(34, 56)
    _grip(bench, end + rng.uniform(20, 36), round_mm * 0.4, wide, rng.uniform(2, 5))
    _guard(bench, end - wide * 0.3 - rng.uniform(0, 12), round_mm + 10)
    bench.line([(end + 8, -bore), (end + 26, -bore - rng.uniform(6, 22))], rng.uniform(7, 11), 6)


def _grip(bench: Bench, back: float, top: float, wide: float, mass: float) -> None:
    """Broad, raked, its back bulging, its foot cut square or slanted; a magazine in it as often as not.

    back, top: its upper rear corner. mass: g/cm² of it as a whole, in plates, frame and what it holds.
    """
    rng = bench.rng
    tall, rake, bulge = rng.uniform(70, 120), rng.uniform(0.0, 0.5), rng.uniform(-4, 12)
    foot, slant = wide * rng.uniform(0.8, 1.15), rng.uniform(-8, 12)
    middle = back + rake * tall * 0.5
    outline: Points = [
        (back - wide, top), (back, top), (middle + bulge, top + tall * 0.45), (back + rake * tall, top + tall),
        (back + rake * tall - foot, top + tall - slant), (middle - wide * rng.uniform(0.85, 1.0), top + tall * 0.5),
    ]  # fmt: skip
    plates = rng.uniform(0.2, 0.8)
    mass = max(mass, 1.5)
    bench.polygon(ORGANIC if bench.chance(0.7) else LIGHT, outline, mass * plates)
    bench.polygon(STEEL, outline, mass * (1 - plates) * 0.6)
    centre = np.mean(outline, axis=0)
    inner = [tuple(centre + rng.uniform(0.6, 0.8) * (np.array(point) - centre)) for point in outline]
    bench.polygon(STEEL, [(float(x), float(y)) for x, y in inner], mass * rng.uniform(0.1, 0.7))
    if bench.chance(0.5):
        for share in np.arange(0.12, 0.95, 11 / tall):
            x, y = back - wide * 0.8 + rake * tall * share, top + tall * share
            bench.rect(STEEL, (x, x + wide * 0.6), (y, y + 7), rng.uniform(0.5, 3))
    x = back + rake * tall
    if bench.chance(0.5):
        base = top + tall + rng.uniform(2, 10)
        bench.polygon(STEEL, [(x - foot, base), (x, base), (x, base - 10), (x - foot, base - 10)], 3)
    _fittings(bench, (back - wide, back + rake * tall * 0.6), (top, top + tall))


def _guard(bench: Bench, x: float, low: float) -> None:
    """The loop before a grip whose front edge is x, and the trigger in it."""
    rng = bench.rng
    long, deep = rng.uniform(38, 62), rng.uniform(0.5, 0.9)
    loop = [(x - long * (1 + np.cos(a)) / 2, low + long * deep * np.sin(a)) for a in np.linspace(0, np.pi, 9)]
    bench.line(loop, rng.uniform(5, 9), rng.uniform(3, 6))
    bench.line([(x - long * 0.45, low), (x - long * 0.4, low + long * deep * 0.7)], 5, 4)


def _fittings(bench: Bench, x: tuple[float, float], y: tuple[float, float]) -> None:
    """Screws, pins, springs: small dark spots and lines."""
    rng = bench.rng
    for _ in range(int(rng.integers(0, 9))):
        at, mass = (rng.uniform(*x), rng.uniform(*y)), rng.uniform(1, 6)
        half = rng.uniform(2.5, 6)
        if bench.chance(0.75):
            bench.rect(STEEL, (at[0] - half, at[0] + half), (at[1] - half, at[1] + half), mass)
        else:
            bench.line([at, (at[0] + rng.uniform(10, 50), at[1] + rng.uniform(-5, 5))], 4, mass)
