"""Harmless things that resemble contraband: tools, brackets, pipes, tins, appliances, grids of small packs."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import HEAVY, LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.vehicle.container import Hold

Span = tuple[float, float]


def contents(canvas: Canvas, rng: np.random.Generator, kind: int, x_mm: Span, y_mm: Span, z_mm: Span) -> None:
    """What a carton holds, by kind 0..9; the same generator state draws the same article into each carton."""
    columns, rows = int(rng.integers(2, 7)), int(rng.integers(1, 5))
    z = (z_mm[0] + z_mm[1]) / 2
    pitch = canvas.camera.pitch_mm
    cell_w, cell_h = (x_mm[1] - x_mm[0]) / columns, (y_mm[1] - y_mm[0]) / rows
    mass = rng.uniform(0.6, 6)
    group = int(rng.choice([STEEL, LIGHT, WATER, ORGANIC, STEEL]))
    share = rng.uniform(0.5, 0.9)
    for i in range(columns):
        for j in range(rows):
            left, low = x_mm[0] + (i + (1 - share) / 2) * cell_w, y_mm[0] + (j + (1 - share) / 2) * cell_h
            right, high = left + cell_w * share, low + cell_h * share
            centre = (canvas.col((left + right) / 2), canvas.row((low + high) / 2, z))
            if kind == 0:
                canvas.rectangle(group, (left, right), (canvas.row(high, z), canvas.row(low, z)), mass)
            elif kind == 1:
                r = min(cell_w, cell_h) * share / 2 / pitch
                canvas.disc(group, centre, (r, r), mass)
            elif kind == 2:
                canvas.solid(group, centre, (cell_w * share / 2 / pitch, cell_h * share / 2 / pitch), mass * 2)
            elif kind == 3 and i == 0 and j == 0:
                _appliance(canvas, rng, x_mm, y_mm, z)
            elif kind == 6:
                canvas.box(group, (left, right), (low, high), z_mm, rng.uniform(0.5, 0.56))
            elif kind == 7:
                wide = min(cell_w, cell_h * 0.8) * share
                rows_px = (canvas.row(high, z), canvas.row(low, z))
                canvas.rectangle(WATER, (left, left + wide), rows_px, mass * 2)
                for edge in (left, left + wide - 2):
                    canvas.rectangle(STEEL, (edge, edge + 2), rows_px, mass)
                canvas.rectangle(STEEL, (left, left + wide), (rows_px[0], rows_px[0] + 0.5), 6)
            elif kind == 4 and i == 0:
                canvas.rod(STEEL, (canvas.col(x_mm[0] + 30), centre[1]), (canvas.col(x_mm[1] - 30), centre[1]), 7)
            elif kind == 5 and j == 0 and i == 0:
                tool(canvas, rng, (canvas.col((x_mm[0] + x_mm[1]) / 2), canvas.row((y_mm[0] + y_mm[1]) / 2, z)))


def _appliance(canvas: Canvas, rng: np.random.Generator, x_mm: Span, y_mm: Span, z: float) -> None:
    """A thing with a motor, a sheet-metal body and a cable."""
    w, h = x_mm[1] - x_mm[0], y_mm[1] - y_mm[0]
    body = (x_mm[0] + 0.12 * w, x_mm[1] - 0.12 * w)
    rows = (canvas.row(y_mm[1] - 0.1 * h, z), canvas.row(y_mm[0] + 0.1 * h, z))
    canvas.rectangle(STEEL, body, rows, rng.uniform(0.5, 1.8))
    motor = (canvas.col(rng.uniform(*body)), canvas.row(y_mm[0] + rng.uniform(0.25, 0.6) * h, z))
    r = rng.uniform(25, 70) / canvas.camera.pitch_mm
    canvas.disc(STEEL, motor, (r, r), rng.uniform(12, 40))
    canvas.disc(HEAVY, motor, (r * 0.6, r * 0.6), rng.uniform(1, 5))
    canvas.stroke(STEEL, [(motor[0] + rng.normal(0, 8), motor[1] + rng.normal(0, 8)) for _ in range(5)], 1.2, 1.0)


def scatter_tools(canvas: Canvas, rng: np.random.Generator, hold: Hold, count: int, small: bool = False) -> None:
    """Single metal pieces anywhere in the hold."""
    for _ in range(count):
        centre = (canvas.col(rng.uniform(*hold.x_mm)), canvas.row(rng.uniform(*hold.y_mm), rng.uniform(-1000, 1000)))
        if small and rng.random() < 0.7:
            canvas.disc(STEEL, centre, (rng.uniform(0.8, 3), rng.uniform(0.8, 3)), rng.uniform(1, 8))
        else:
            tool(canvas, rng, centre)


def tool(canvas: Canvas, rng: np.random.Generator, centre: tuple[float, float]) -> None:
    """A harmless piece of metal of a firearm's size: bracket, wrench, drill, pipe piece, tube, gear, clamp."""
    mm = canvas.camera.pitch_mm
    angle = rng.uniform(0, 2 * np.pi)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])

    def at(u_mm: float, v_mm: float) -> tuple[float, float]:
        point = np.array(centre) + (along * u_mm + across * v_mm) / mm
        return float(point[0]), float(point[1])

    size, mass = float(np.exp(rng.uniform(np.log(90), np.log(700)))), rng.uniform(2, 16)
    kind = int(rng.integers(0, 8))
    if kind == 0:
        arm = size * rng.uniform(0.3, 0.9)
        wide = rng.uniform(0.08, 0.2) * size
        canvas.polygon(STEEL, [at(0, 0), at(size, 0), at(size, wide), at(wide, wide), at(wide, arm), at(0, arm)], mass)
    elif kind == 1:
        canvas.stroke(STEEL, [at(0, 0), at(size, 0)], rng.uniform(12, 25) / mm, mass)
        for end in (0.0, size):
            canvas.disc(STEEL, at(end, 0), (22 / mm, 22 / mm), mass)
            canvas.disc(STEEL, at(end, 0), (9 / mm, 9 / mm), -mass)
    elif kind == 2:
        size = min(size, 260)
        body = [at(0, 0), at(size, 0), at(size, 60), at(0, 60)]
        handle = [at(10, 60), at(60, 60), at(50, 190), at(0, 190)]
        canvas.polygon(ORGANIC, body, 3)
        canvas.polygon(ORGANIC, handle, 2.4)
        canvas.disc(STEEL, at(size * 0.3, 30), (26 / mm, 26 / mm), mass * 2)
        canvas.stroke(STEEL, [at(size * 0.5, 30), at(size + 90, 30)], 11 / mm, mass)
        canvas.polygon(LIGHT, [at(-15, 185), at(75, 185), at(75, 240), at(-15, 240)], rng.uniform(3, 9))
    elif kind == 3:
        canvas.rod(STEEL, at(0, 0), at(size * 1.6, 0), rng.uniform(5, 22))
    elif kind == 4:
        wide = rng.uniform(12, 50)
        canvas.stroke(STEEL, [at(0, 0), at(size, 0)], wide / mm, mass)
        canvas.stroke(STEEL, [at(0, 0), at(size, 0)], wide * 0.6 / mm, -mass * 0.6)
    elif kind == 5:
        r = min(size, 300) / 2 / mm
        canvas.disc(STEEL, centre, (r, r), mass)
        canvas.disc(STEEL, centre, (r * 0.6, r * 0.6), -mass * rng.uniform(0.5, 1))
    elif kind == 6:
        points = [at(size * t, 40 * np.sin(t * rng.uniform(2, 12))) for t in np.linspace(0, 1, 9)]
        canvas.stroke(STEEL, points, rng.uniform(8, 25) / mm, mass)
    else:
        wide = rng.uniform(30, 120)
        canvas.polygon(
            STEEL,
            [at(0, 0), at(size, rng.normal(0, 20)), at(size, wide), at(0, wide * rng.uniform(0.5, 1))],
            mass * 0.6,
        )
