"""Long guns put together from parts of any proportion: rifles, carbines and submachine guns that no pattern names.

`firearms` draws the four patterns that the splits of a simulation hold. A network that sees these alone learns their
outline; real rifles are shorter, taller, thinner in the barrel or broader in the fore-end than any one drawing.
"""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL
from cargoscope.datasets.simulation.threats.bench import Bench
from cargoscope.datasets.simulation.threats.firearms import wrapped
from cargoscope.datasets.simulation.threats.stamps import Shape, shape_of

MASS_KG: Final = (2.2, 4.8)
"""Unloaded weight, from a submachine gun to a rifle with a full magazine."""

SIZE_MM: Final = (1500.0, 720.0)

SOFT_MM: Final = (0.5, 6.0)
"""How far the edges of its parts thin out."""

TALL: Final = (0.85, 1.6)
"""How much taller than drawn. With its mass kept, a tall gun is a faint one."""


def long_gun(rng: np.random.Generator) -> Shape:
    """One long gun lying on its side, muzzle to the left, as heavy as a real one."""
    bench = Bench(rng, SIZE_MM, rng.uniform(*TALL))
    barrel, receiver = rng.uniform(140, 560), rng.uniform(150, 290)
    top, low = -rng.uniform(8, 38), rng.uniform(22, 52)
    hunting = bench.chance(0.2)
    _barrel(bench, barrel)
    alloy = bench.chance(0.4)
    bench.rect(LIGHT if alloy else STEEL, (barrel, barrel + receiver), (top, low), rng.uniform(4, 8))
    bolt = barrel + receiver * rng.uniform(0.05, 0.3), barrel + receiver * rng.uniform(0.5, 0.95)
    bench.rect(STEEL, bolt, (-11, 11), rng.uniform(4, 9))
    _on_top(bench, barrel, receiver, top)
    if hunting:
        _one_piece_stock(bench, barrel, receiver)
    else:
        _fore_end(bench, barrel)
        _magazine(bench, barrel + rng.uniform(-0.1, 0.5) * receiver, low)
        _grip(bench, barrel + rng.uniform(0.55, 0.95) * receiver, low)
        _butt(bench, barrel + receiver, top, low)
    _guard(bench, barrel + receiver * rng.uniform(0.45, 0.8), low)
    _fittings(bench, (barrel * 0.3, barrel + receiver * 1.5), (top, low))
    bench.soften(rng.uniform(*SOFT_MM))
    shape = shape_of(bench.canvas, depth_mm=rng.uniform(30, 60))
    shape = shape.scaled(rng.uniform(*MASS_KG) / shape.mass_kg)
    return wrapped(shape, rng) if bench.chance(0.3) else shape


def _barrel(bench: Bench, length: float) -> None:
    rng = bench.rng
    half = rng.uniform(6, 11)
    bench.rect(STEEL, (0, length), (-half, half), rng.uniform(6, 12))
    if bench.chance(0.5):
        bench.rect(STEEL, (-rng.uniform(10, 55), 25), (-half - 5, half + 5), rng.uniform(5, 10))
    if bench.chance(0.5):
        bench.rect(STEEL, (length * rng.uniform(0.2, 0.5), length), (-half - 18, -half - 6), rng.uniform(3, 7))
    if bench.chance(0.8):
        x, tall = length * rng.uniform(0.02, 0.6), rng.uniform(20, 55)
        wide = rng.uniform(12, 50)
        bench.polygon(STEEL, [(x, -half), (x + wide, -half), (x + wide * 0.6, -tall), (x + wide * 0.3, -tall)], 5)
    if bench.chance(0.12):
        for lean in (-60, 40):
            bench.line([(length * 0.3, half), (length * 0.3 + lean, 230)], rng.uniform(8, 16), 6)


def _on_top(bench: Bench, barrel: float, receiver: float, top: float) -> None:
    """A carrying handle, a telescope, a rail, or nothing."""
    rng = bench.rng
    what = rng.choice(["handle", "telescope", "rail", "nothing"], p=[0.25, 0.2, 0.25, 0.3])
    start, end = barrel + rng.uniform(0, 0.2) * receiver, barrel + rng.uniform(0.7, 1.0) * receiver
    high = top - rng.uniform(30, 55)
    if what == "handle":
        bench.rect(LIGHT, (start, end), (high, high + rng.uniform(10, 18)), rng.uniform(3, 6))
        for x in (start, end - 25):
            bench.rect(LIGHT, (x, x + rng.uniform(15, 40)), (high, top), rng.uniform(3, 6))
    elif what == "telescope":
        tube, bell = rng.uniform(12, 18), rng.uniform(18, 30)
        bench.rect(LIGHT, (start - 40, end + 30), (high - tube, high + tube), rng.uniform(2, 5))
        for x in (start - 60, end):
            bench.rect(LIGHT, (x, x + rng.uniform(40, 80)), (high - bell, high + bell), rng.uniform(2, 5))
        bench.rect(STEEL, (start + 20, start + 40), (high, top), 5)
    elif what == "rail":
        bench.rect(LIGHT, (start - rng.uniform(0, 150), end), (top - rng.uniform(6, 14), top), rng.uniform(2, 6))


def _fore_end(bench: Bench, barrel: float) -> None:
    rng = bench.rng
    start = barrel * rng.uniform(0.1, 0.6)
    up, down, thin = rng.uniform(12, 34), rng.uniform(15, 40), rng.uniform(0.55, 1.0)
    group, mass = (ORGANIC, rng.uniform(2, 4)) if bench.chance(0.7) else (LIGHT, rng.uniform(1.5, 3.5))
    bench.polygon(group, [(start, -up * thin), (barrel, -up), (barrel, down), (start, down * thin)], mass)
    if bench.chance(0.4):
        step = rng.uniform(14, 40)
        for x in np.arange(start + step / 2, barrel - step / 2, step):
            bench.rect(group, (x, x + step * 0.4), (-up * thin, down * thin), rng.choice([-0.5, 0.6]) * mass)


def _magazine(bench: Bench, x: float, low: float) -> None:
    rng = bench.rng
    if bench.chance(0.12):
        return
    tall, wide = rng.uniform(50, 230), rng.uniform(38, 75)
    curve, lean = rng.choice([0, rng.uniform(0.05, 0.5)]), rng.uniform(-0.05, 0.25)
    along = np.linspace(0, 1, 7)
    edge = [(x - lean * tall * t - curve * tall * t * t, low - 4 + tall * t) for t in along]
    group = STEEL if bench.chance(0.75) else ORGANIC
    bench.polygon(group, [*[(px + wide, py) for px, py in edge], *reversed(edge)], rng.uniform(2, 4.5))
    if bench.chance(0.5):
        for t in np.arange(0.06, 0.95, 13 / tall):
            left, y = x - lean * tall * t - curve * tall * t * t, low + tall * t
            bench.rect(STEEL, (left + wide * 0.35, left + wide * 0.9), (y, y + 8), rng.uniform(2, 4))
            bench.rect(HEAVY, (left + wide * 0.05, left + wide * 0.4), (y + 1, y + 7), rng.uniform(4, 8))


def _grip(bench: Bench, x: float, low: float) -> None:
    rng = bench.rng
    tall, wide, rake = rng.uniform(75, 125), rng.uniform(32, 52), rng.uniform(0.05, 0.55) * 100
    group, mass = (ORGANIC, rng.uniform(2, 4)) if bench.chance(0.8) else (STEEL, rng.uniform(3, 5))
    foot = [(x + wide + rake, low + tall), (x + rake, low + tall * 1.05)]
    bench.polygon(group, [(x, low - 4), (x + wide, low - 4), *foot], mass)


def _butt(bench: Bench, x: float, top: float, low: float) -> None:
    """Solid, hollow, of wire, on a tube, or folded away."""
    rng = bench.rng
    what = rng.choice(["solid", "hollow", "wire", "tube", "none"], p=[0.45, 0.12, 0.13, 0.2, 0.1])
    long, drop, deep = rng.uniform(170, 310), rng.uniform(-12, 30), rng.uniform(85, 140)
    end = [(x + long, top + drop), (x + long, top + drop + deep)]
    outline = [(x, top + 4), *end, (x + long * rng.uniform(0.2, 0.5), low + rng.uniform(0, 22)), (x, low)]
    if what in ("solid", "hollow"):
        mass = rng.uniform(2, 4)
        bench.polygon(ORGANIC, outline, mass)
        bench.rect(STEEL if bench.chance(0.4) else ORGANIC, (x + long - 9, x + long), (end[0][1], end[1][1]), 3)
        if what == "hollow":
            centre = np.mean(outline, axis=0)
            inner = [tuple(centre + 0.55 * (np.array(point) - centre)) for point in outline]
            bench.polygon(ORGANIC, [(float(px), float(py)) for px, py in inner], -mass)
        elif bench.chance(0.5):
            bench.rect(STEEL, (x, x + long * 0.8), (-12, 12), rng.uniform(1.5, 4))
    elif what == "wire":
        bench.line([(x, 0), end[0], end[1], (x, low)], rng.uniform(7, 14), rng.uniform(4, 8))
    elif what == "tube":
        bench.rect(STEEL, (x, x + long * 0.85), (-15, 15), rng.uniform(2, 5))
        slide = x + long * rng.uniform(0.35, 0.6)
        bench.polygon(ORGANIC, [(slide, -18), *end, (slide + 30, 30)], rng.uniform(2, 3.5))


def _one_piece_stock(bench: Bench, barrel: float, receiver: float) -> None:
    """Wood from the fore-end to the butt, as of a hunting rifle."""
    rng = bench.rng
    start, wrist = barrel * rng.uniform(0.3, 0.7), barrel + receiver
    end = wrist + rng.uniform(280, 380)
    drop, deep = rng.uniform(10, 40), rng.uniform(90, 130)
    under = [(wrist + 60, 62), (wrist - 10, 48), (barrel, 46), (start, 34)]
    bench.polygon(ORGANIC, [(start, 2), (wrist, 6), (wrist + 60, 22), (end, drop), (end, drop + deep), *under],
                  rng.uniform(2, 4))  # fmt: skip
    bench.line([(wrist - 40, 0), (wrist - 25, 50)], 9, 6)


def _guard(bench: Bench, x: float, low: float) -> None:
    size = bench.rng.uniform(32, 60)
    loop = [(x + size * (1 - np.cos(a)) / 2, low + size * np.sin(a) * 0.75) for a in np.linspace(0, np.pi, 9)]
    bench.line(loop, 5, 6)
    bench.line([(x + size * 0.6, low), (x + size * 0.5, low + size * 0.45)], 5, 5)


def _fittings(bench: Bench, x: tuple[float, float], y: tuple[float, float]) -> None:
    """Screws, pins and springs: small dark spots and lines along the gun."""
    rng = bench.rng
    for _ in range(int(rng.integers(0, 16))):
        at, mass = (rng.uniform(*x), rng.uniform(*y)), rng.uniform(2, 9)
        if bench.chance(0.7):
            radius = rng.uniform(3, 8)
            bench.rect(STEEL, (at[0] - radius, at[0] + radius), (at[1] - radius, at[1] + radius), mass)
        else:
            bench.line([at, (at[0] + rng.uniform(20, 90), at[1] + rng.uniform(-6, 6))], 5, mass)
