"""Jumbo bags and lined crates of bulk: dark bodies with light gaps, whose uneven tops fade out; loops, necks, cages."""

from math import ceil, floor

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas, Map, grain
from cargoscope.datasets.simulation.cargo.packing import Z, load_height
from cargoscope.datasets.simulation.vehicle.container import Hold

Span = tuple[float, float]


def big_bags(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Bags of 0.8 to 1.2 m, two abreast, one or two high; their tops bulge, lean and sag, each its own way."""
    density, rows = rng.uniform(0.5, 0.85), 2
    deep = (Z[1] - Z[0]) / rows
    wide, tiers = rng.uniform(820, 1180), int(rng.integers(1, 3))
    top, soft, plump = load_height(rng, hold, 0.5, 0.93), rng.uniform(90, 380), rng.uniform(40, 230)
    gap, tilt, loops = rng.uniform(0, 70), rng.uniform(10, 150), rng.random() < 0.7
    for row in range(rows):
        z = (Z[0] + row * deep + rng.uniform(0, 30), Z[0] + (row + 1) * deep - rng.uniform(0, 30))
        x = hold.x_mm[0] + rng.uniform(0, 140)
        while x + 0.6 * wide < hold.x_mm[1]:
            own = min(wide * rng.normal(1, 0.06), hold.x_mm[1] - x)
            foot, here = hold.y_mm[0], tiers if rng.random() < 0.9 else 1
            for tier in range(here):
                last = tier == here - 1
                high = hold.y_mm[0] + (top - hold.y_mm[0]) * (tier + 1) / tiers + rng.normal(0, 50 if last else 20)
                high = min(high, hold.y_mm[1] - 40)
                crest = _crest(rng, plump if last else 40, tilt if last else 15)
                _body(canvas, rng, (x, x + own), (foot, high), z, crest, density * rng.normal(1, 0.05), soft)
                if last and loops:
                    _loops(canvas, rng, (x, x + own), min(high, hold.y_mm[1] - 200), sum(z) / 2)
                foot = high - 30
            x += own + gap * rng.uniform(0, 1.5)


def lined_crates(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Bulk in lined crates or octagonal cartons: straight light gaps right through, rims of tube or board above."""
    density, wide = rng.uniform(0.4, 0.75), rng.uniform(900, 1250)
    top, soft = load_height(rng, hold, 0.5, 0.9), rng.uniform(200, 480)
    gap, rim = rng.uniform(15, 70), rng.uniform(60, 240)
    cage, band = rng.random() < 0.6, rng.uniform(150, 450) if rng.random() < 0.6 else 0.0
    tube, group = rng.uniform(0.5, 1.6), STEEL if cage else ORGANIC
    x = hold.x_mm[0] + rng.uniform(0, 60)
    while x + 0.6 * wide < hold.x_mm[1]:
        own = min(wide * rng.normal(1, 0.03), hold.x_mm[1] - x)
        high = min(top + rng.normal(0, 35), hold.y_mm[1] - 60)
        if rng.random() < 0.1:
            high = hold.y_mm[0] + 0.75 * (high - hold.y_mm[0])
        crest = _crest(rng, rng.uniform(0, 60), rng.uniform(5, 40))
        for z in ((Z[0], -20.0), (20.0, Z[1])):
            _body(canvas, rng, (x, x + own), (hold.y_mm[0] + 20, high), z, crest, density, soft)
        edge = min(high + rim, hold.y_mm[1] - 20)
        for wall in Z:
            _rim(canvas, group, (x + 6, x + own - 6), (hold.y_mm[0], edge), wall, tube)
        if band > 0:
            _band(canvas, rng, (x + 15, x + own - 15), high - band, tube)
        x += own + gap * rng.uniform(0.6, 1.4)


def _crest(rng: np.random.Generator, plump: float, tilt: float) -> tuple[Map, float]:
    """How far below its highest point a top lies at 65 places from left to right (mm), and how square its sides are."""
    u = np.linspace(-1, 1, 65)
    drop = plump * rng.uniform(0.6, 1.5) * np.abs(u + rng.normal(0, 0.12)) ** rng.uniform(2.2, 6)
    drop = drop + rng.uniform(25, 90) * np.abs(u) ** rng.uniform(8, 16) + rng.normal(0, tilt) * (u + 0.25 * u**2)
    for _ in range(3):
        drop = drop + rng.uniform(0, 0.22) * (tilt + 30) * np.sin(u * rng.uniform(2, 11) + rng.uniform(0, 6))
    if rng.random() < 0.3:
        at, wide = rng.uniform(-0.5, 0.5), rng.uniform(0.15, 0.4)
        drop = drop + rng.uniform(-1, 1) * tilt * np.exp(-(((u - at) / wide) ** 2))
    return np.asarray(drop - drop.min(), np.float32), float(rng.uniform(6, 18))


def _body(
    canvas: Canvas,
    rng: np.random.Generator,
    x_mm: Span,
    y_mm: Span,
    z_mm: Span,
    crest: tuple[Map, float],
    density: float,
    soft: float,
) -> None:
    """One filled bag; soft: over what height (mm) below its top it is not yet as deep as further down."""
    drop, square = crest
    mm, z = canvas.camera.pitch_mm, sum(z_mm) / 2
    c1, c2 = canvas.col(x_mm[0]), canvas.col(x_mm[1])
    cols = np.arange(floor(c1), ceil(c2), dtype=np.float32) + 0.5
    u = np.clip((cols - (c1 + c2) / 2) / ((c2 - c1) / 2), -1, 1)
    tops = [canvas.row(y_mm[1], end) for end in z_mm]
    foot, crown = canvas.row(y_mm[0], z), canvas.row(y_mm[1], z)
    rows = np.arange(floor(min(tops)), ceil(foot) + 1, dtype=np.float32)[:, None] + 0.5
    under = (rows - crown) * mm - np.interp(u, np.linspace(-1, 1, len(drop)), drop)[None, :].astype(np.float32)
    blur = abs(tops[1] - tops[0]) * mm + mm
    near = np.clip((under + blur / 2) / (soft + blur), 0, 1)
    shape = (1 - (1 - near) ** 2) ** rng.uniform(0.5, 1.3) * np.clip(foot - rows + 0.5, 0, 1)
    v = np.clip((rows - crown) / max(foot - crown, 1), 0, 1)
    waist = 1 + rng.uniform(0.005, 0.06) * (2 * v - 1) ** 4
    shape *= np.sqrt(np.maximum(1 - np.abs(u[None, :] * waist) ** square, 0))
    depth = (shape * (z_mm[1] - z_mm[0])).astype(np.float32)
    patch = depth * np.float32(density / 10) * (1 + np.float32(rng.uniform(0.006, 0.025)) * grain(rng, *depth.shape))
    canvas.add(ORGANIC, patch, floor(c1), floor(min(tops)), depth)


def _loops(canvas: Canvas, rng: np.random.Generator, x_mm: Span, top: float, z: float) -> None:
    """Four lifting loops of webbing, standing or fallen over, and the gathered neck of the filling spout."""
    mm, mass = canvas.camera.pitch_mm, rng.uniform(0.15, 0.8)
    for share in (0.08, 0.2, 0.8, 0.92):
        x, tall, way = x_mm[0] + share * (x_mm[1] - x_mm[0]), rng.uniform(30, 190), rng.normal(0, 90)
        bow = [(x - 40, top - 120), (x + 0.5 * way - 30, top + 0.6 * tall), (x + way, top + tall)]
        bow += [(x + 0.5 * way + 40, top + 0.5 * tall), (x + 40, top - 120)]
        canvas.stroke(ORGANIC, [(canvas.col(a), canvas.row(b, z)) for a, b in bow], rng.uniform(8, 30) / mm, mass)
    if rng.random() < 0.5:
        x, wide, tall = sum(x_mm) / 2 + rng.normal(0, 80), rng.uniform(60, 200), rng.uniform(40, 180)
        neck = [(x - wide, top - 60), (x - 30, top + 0.4 * tall), (x - 0.6 * wide, top + tall)]
        neck += [(x + 0.6 * wide, top + 0.9 * tall), (x + 30, top + 0.4 * tall), (x + wide, top - 60)]
        canvas.polygon(ORGANIC, [(canvas.col(a), canvas.row(b, z)) for a, b in neck], rng.uniform(0.3, 2.5))


def _rim(canvas: Canvas, group: int, x_mm: Span, y_mm: Span, z: float, mass: float) -> None:
    """The outline of a crate's side: posts, and a rim with round corners above them."""
    mm, r = canvas.camera.pitch_mm, 75.0
    (x1, x2), (low, top) = x_mm, y_mm
    turn = np.linspace(0, np.pi / 2, 5)
    path = [(x1, low), *((x1 + r - r * np.cos(a), top - r + r * np.sin(a)) for a in turn)]
    path += [*((x2 - r + r * np.sin(a), top - r + r * np.cos(a)) for a in turn), (x2, low)]
    canvas.stroke(group, [(canvas.col(float(a)), canvas.row(float(b), z)) for a, b in path], 14 / mm, mass)
    for share in np.linspace(0, 1, 7)[1:-1]:
        x = x1 + share * (x2 - x1)
        canvas.rectangle(group, (x, x + 6), (canvas.row(top, z), canvas.row(top - 0.2 * (top - low), z)), mass * 0.3)


def _band(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y: float, mass: float) -> None:
    """A horizontal band of fine upright ticks with a scalloped edge: corrugated board or the mesh of a crate's side."""
    tall, step = rng.uniform(50, 120), rng.uniform(14, 32)
    rows = (canvas.row(y, Z[0]), canvas.row(y - tall, Z[0]))
    canvas.rectangle(ORGANIC, x_mm, rows, mass)
    for x in np.arange(x_mm[0], x_mm[1] - step / 2, step):
        end = rows[1] + rng.uniform(0, 0.3) * (rows[1] - rows[0])
        canvas.rectangle(STEEL, (x, x + step / 2), (rows[0], end), mass * rng.uniform(1.0, 4.0))
    if rng.random() < 0.5:
        lobe = rng.uniform(40, 130)
        for x in np.arange(x_mm[0] + lobe / 2, x_mm[1], lobe):
            radius = (0.5 * lobe / canvas.camera.pitch_mm, 0.3 * lobe / canvas.camera.pitch_mm)
            canvas.solid(ORGANIC, (canvas.col(x), rows[0]), radius, mass * rng.uniform(2, 6))
