"""The plainer scenes of the first release, which its detector was trained on: a container on a trailer."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.profiles import Profile
from cargoscope.datasets.simulation.canvas import Camera, Canvas, lift_columns
from cargoscope.datasets.simulation.cargo.load import load
from cargoscope.datasets.simulation.threats.scene import Scene
from cargoscope.datasets.simulation.vehicle.container import (
    FIRST_CONTAINERS,
    HALF_WIDTH_MM,
    SIZES_MM,
    Hold,
    draw_container,
    hold_of,
)
from cargoscope.datasets.simulation.vehicle.reefer import draw_reefer
from cargoscope.datasets.simulation.vehicle.trailer import draw_trailer

TWIN_GAP_MM: Final = 80.0
"""Between two 20-ft containers on one trailer."""


def first_scene(facts: Profile, rng: np.random.Generator) -> tuple[Scene, tuple[str, ...]]:
    """A loaded container on a trailer, up to but without contraband; and the HS headings of its goods."""
    size_type = str(rng.choice(list(FIRST_CONTAINERS), p=[0.36, 0.27, 0.29, 0.08]))
    count = 2 if size_type == "22G1" and rng.random() < 0.35 else 1
    one_length, height = SIZES_MM[size_type]
    length = one_length * count + TWIN_GAP_MM * (count - 1)
    left, deck = rng.uniform(500, 1900), rng.uniform(1050, 1400)
    source_y, distance = float(rng.uniform(*facts.source_height_mm)), float(rng.uniform(*facts.source_distance_mm))
    roof = Camera(source_y, distance, facts.pitch_mm, 0.0).height(deck + height, -HALF_WIDTH_MM)
    camera = Camera(source_y, distance, facts.pitch_mm, roof + float(rng.uniform(80, 600)))
    width = round((left + length + rng.uniform(300, 1500)) / facts.pitch_mm)
    size = (width, round((camera.top_mm - rng.uniform(-50, 500)) / facts.pitch_mm))
    structure, cargo = Canvas(camera, size), Canvas(camera, size)
    holds: list[Hold] = []
    headings: tuple[str, ...] = ()
    for i in range(count):
        start = left + i * (one_length + TWIN_GAP_MM)
        draw_container(structure, rng, size_type, start, deck)
        holds.append(hold_of(size_type, start, deck))
        if size_type.endswith("R1"):
            draw_reefer(structure, rng, (start, start + length), (deck, deck + height))
        headings += load(cargo, rng, holds[-1])
    np.maximum(cargo.mass, 0, out=cargo.mass)
    _bend((structure, cargo), rng)
    draw_trailer(structure, rng, (left - rng.uniform(0, 300), left + length + rng.uniform(-50, 200)), deck)
    np.maximum(structure.mass, 0, out=structure.mass)
    reefers = tuple(holds) if size_type.endswith("R1") else ()
    return Scene(structure, cargo, tuple(holds), reefers), headings


def _bend(canvases: tuple[Canvas, ...], rng: np.random.Generator) -> None:
    """Leans and dents the container: each column moves up or down by a slope and by a few slow waves."""
    width = canvases[0].depth_mm.shape[1]
    pitch = canvases[0].camera.pitch_mm
    x_mm = np.arange(width) * pitch
    shift_mm = rng.normal(0, 0.003) * (x_mm - x_mm[-1] / 2)
    for _ in range(3):
        shift_mm += rng.uniform(0, 9) * np.sin(x_mm / rng.uniform(250, 1500) + rng.uniform(0, 7))
    lift_columns(canvases, shift_mm)
