"""Liquid that travels in a dry container: a flexitank, a bladder that fills the floor from wall to wall."""

from math import ceil, floor
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, WATER
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.cargo.packing import Z
from cargoscope.datasets.simulation.vehicle.container import Hold

LONGEST_MM: Final = 6600.0
"""A flexitank is made for a 20-ft container; what a longer one has beyond that stays free."""

SLICES: Final = 12
"""Across the hold, over which the bladder's rounded back is added up."""


def flexitank(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """A bladder with steep rounded ends and a back that sags a little, and the valve at its door end."""
    pitch = canvas.camera.pitch_mm
    x_mm = (hold.x_mm[0] + rng.uniform(10, 80), min(hold.x_mm[1] - rng.uniform(20, 250), hold.x_mm[0] + LONGEST_MM))
    tall = (hold.y_mm[1] - hold.y_mm[0]) * rng.uniform(0.42, 0.68)
    c1, c2 = floor(canvas.col(x_mm[0])), ceil(canvas.col(x_mm[1]))
    x = (np.arange(c1, c2) + 0.5) * pitch + canvas.left_mm
    into = np.clip(np.minimum(x - x_mm[0], x_mm[1] - x) / rng.uniform(250, 700), 0, 1)
    back = tall * np.sqrt(1 - (1 - into) ** rng.uniform(2, 3))
    back *= 1 + 0.015 * np.sin(x / rng.uniform(300, 900) + rng.uniform(0, 7))
    scales = [canvas.camera.distance_mm / (canvas.camera.distance_mm + z) for z in (Z[0], Z[1])]
    ends = [canvas.row(hold.y_mm[0] + y, z) for y in (0.0, 1.05 * tall) for z in Z]
    rows = np.arange(floor(min(ends)) - 1, ceil(max(ends)) + 1)[:, None] + 0.5
    depth = np.zeros((len(rows), c2 - c1), np.float32)
    edges = np.linspace(Z[0], Z[1], SLICES + 1)
    blur = max(1.0, abs(scales[0] - scales[1]) * tall / pitch / SLICES)
    for z in (edges[:-1] + edges[1:]) / 2:
        lower = (1 - abs(z / (1.04 * Z[1])) ** 5) ** (1 / 3)
        scale = canvas.camera.distance_mm / (canvas.camera.distance_mm + float(z))
        foot = canvas.row(hold.y_mm[0], float(z))
        top = foot - back[None, :] * lower * scale / pitch
        depth += np.clip((rows - top) / blur + 0.5, 0, 1) * np.clip(foot - rows + 0.5, 0, 1)
    depth *= np.float32((Z[1] - Z[0]) / SLICES)
    canvas.add(WATER, depth * np.float32(rng.uniform(0.85, 1.1) / 10), c1, int(rows[0, 0]), depth)
    valve = (canvas.col(x_mm[1] - 40), canvas.row(hold.y_mm[0] + rng.uniform(120, 300)))
    canvas.disc(ORGANIC, valve, (90 / pitch, 70 / pitch), rng.uniform(6, 14))
