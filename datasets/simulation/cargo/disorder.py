"""What lies between and about goods: wrapping film and its wisps, straps, dunnage, air bags, forgotten things."""

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.cargo.clutter import scatter_tools
from cargoscope.datasets.simulation.vehicle.container import Hold


def disorder(canvas: Canvas, rng: np.random.Generator, hold: Hold, loaded_to_mm: float) -> None:
    """A few of all of these; loaded_to_mm: where the goods end along travel."""
    for _ in range(int(rng.integers(0, 4))):
        crumpled_film(canvas, rng, (rng.uniform(*hold.x_mm), rng.uniform(*hold.y_mm)), rng.uniform(150, 700))
    if rng.random() < 0.4:
        _straps(canvas, rng, hold, min(loaded_to_mm, hold.x_mm[1] - 30))
    if rng.random() < 0.4:
        _dunnage(canvas, rng, hold, loaded_to_mm)
    if rng.random() < 0.15:
        _air_bag(canvas, rng, hold, rng.uniform(hold.x_mm[0], max(loaded_to_mm, hold.x_mm[0] + 1)))
    if rng.random() < 0.3:
        scatter_tools(canvas, rng, Hold(hold.x_mm, (hold.y_mm[0], hold.y_mm[0] + 200)), int(rng.integers(1, 4)))


def crumpled_film(canvas: Canvas, rng: np.random.Generator, at_mm: tuple[float, float], reach_mm: float) -> None:
    """Faint folds fanning out of a few points, as loose plastic over a load shows them: 0.02 to 0.3 g/cm²."""
    pitch = canvas.camera.pitch_mm
    for _ in range(int(rng.integers(2, 5))):
        x0, y0 = at_mm[0] + rng.normal(0, reach_mm / 3), at_mm[1] + rng.normal(0, reach_mm / 4)
        for _ in range(int(rng.integers(3, 8))):
            angle = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.3, 8))
            step = reach_mm / 8 * rng.uniform(0.4, 1.1)
            path = np.cumsum(np.stack([np.cos(angle), np.sin(angle)], 1) * step, 0)
            points = [(canvas.col(x0 + float(u)), canvas.row(y0 + float(v))) for u, v in path]
            canvas.stroke(ORGANIC, points, rng.uniform(6, 16) / pitch, rng.uniform(0.02, 0.3))
            if rng.random() < 0.4:
                canvas.polygon(ORGANIC, points, rng.uniform(0.01, 0.12))


def _straps(canvas: Canvas, rng: np.random.Generator, hold: Hold, x: float) -> None:
    """Lashing straps or wires crossing between rings behind the load, with ratchets."""
    for z in (-1100.0, 1100.0):
        low, high = canvas.row(hold.y_mm[0] + rng.uniform(50, 400), z), canvas.row(hold.y_mm[1] - 150, z)
        ends = (canvas.col(x + rng.uniform(0, 200)), canvas.col(x + rng.uniform(0, 200)))
        canvas.stroke(ORGANIC, [(ends[0], low), (ends[1], high)], 50 / canvas.camera.pitch_mm, rng.uniform(0.2, 0.5))
        middle = (sum(ends) / 2, (low + high) / 2)
        canvas.disc(STEEL, middle, (5, 10), rng.uniform(2, 6))


def _dunnage(canvas: Canvas, rng: np.random.Generator, hold: Hold, x: float) -> None:
    """Timber that braces the load: posts, struts, a few loose boards on the floor."""
    x = min(x + 20, hold.x_mm[1] - 120)
    for _ in range(int(rng.integers(1, 4))):
        left = x + rng.uniform(0, 60)
        wide = rng.uniform(40, 110)
        top = hold.y_mm[0] + rng.uniform(300, 1900)
        z = rng.uniform(-900, 700)
        canvas.box(ORGANIC, (left, left + wide), (hold.y_mm[0], top), (z, z + 100), 0.5, 0.03, rng)
    for _ in range(int(rng.integers(0, 4))):
        left, y = rng.uniform(*hold.x_mm), hold.y_mm[0] + rng.uniform(0, 40)
        canvas.box(ORGANIC, (left, left + rng.uniform(400, 2200)), (y, y + 25), (-600, rng.uniform(-400, 600)), 0.5)


def _air_bag(canvas: Canvas, rng: np.random.Generator, hold: Hold, x: float) -> None:
    """A dunnage bag between stacks: two paper walls around nothing, bright with a thin rim."""
    middle = (canvas.col(x), canvas.row(hold.y_mm[0] + rng.uniform(500, 1300)))
    radius = (rng.uniform(60, 160) / canvas.camera.pitch_mm, rng.uniform(400, 800) / canvas.camera.pitch_mm)
    canvas.disc(ORGANIC, middle, radius, 0.12)
    canvas.disc(ORGANIC, middle, (radius[0] * 0.9, radius[1] * 0.95), -0.06)
