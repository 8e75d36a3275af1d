"""Contraband into a scene: where smugglers put it, what it displaces, and how visible it is there."""

from dataclasses import replace
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.threats.kinds import INSTANCES, draw_instance
from cargoscope.datasets.simulation.threats.scene import Scene, box_of, overlap, settle
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Pose, Stamp, land
from cargoscope.datasets.simulation.threats.visibility import judge
from cargoscope.datasets.truth import TruthObject

VISIBLE_CNR: Final = 3.0
"""Contrast-to-noise ratio from which an object counts as visible."""

KEEP_FAINT: Final = 0.35
"""Share of places with less than VISIBLE_CNR that are kept; the others are looked for anew."""

PLACES: Final = {
    "firearm": {"cargo": 0.55, "doors": 0.15, "floor": 0.1, "roof": 0.08, "wall": 0.12},
    "cigarettes": {"cargo": 0.75, "doors": 0.15, "floor": 0.1},
    "narcotics_package": {"cargo": 0.35, "doors": 0.35, "floor": 0.1, "roof": 0.08, "wall": 0.12},
    "gas_cylinder": {"cargo": 0.5, "doors": 0.2, "floor": 0.3},
    "firearm_part": {"cargo": 0.6, "doors": 0.1, "floor": 0.1, "roof": 0.08, "wall": 0.12},
    "ammunition": {"cargo": 0.6, "doors": 0.15, "floor": 0.25},
    "ivory": {"cargo": 0.7, "doors": 0.1, "floor": 0.2},
    "animal_scales": {"cargo": 0.6, "doors": 0.1, "floor": 0.3},
    "lithium_battery": {"cargo": 0.7, "doors": 0.1, "floor": 0.2},
    "waste_plastic": {"cargo": 0.4, "floor": 0.6},
    "e_waste": {"cargo": 0.4, "doors": 0.1, "floor": 0.5},
    "currency": {"cargo": 0.4, "doors": 0.2, "floor": 0.1, "roof": 0.1, "wall": 0.2},
    "vehicle": {"floor": 1.0},
    "stowaway": {"cargo": 0.25, "doors": 0.15, "floor": 0.6},
    "undeclared_bottles": {"cargo": 0.7, "doors": 0.1, "floor": 0.2},
}
"""How often each kind is hidden inside the cargo, behind the doors, on the floor, under the roof, along a wall."""

OPEN_PLACES: Final = ("cargo", "doors", "floor", "roof", "wall")
"""Where a hold may take contraband among its goods."""

TURNED: Final = ("firearm", "firearm_part", "ivory")
"""Kinds that lie at any angle; the others stand or lie as they were packed."""

MIDDLE: Final = ("vehicle", "waste_plastic", "e_waste")
"""Kinds too broad to stand near a wall."""


def hide(
    scene: Scene,
    rng: np.random.Generator,
    kind: str,
    split: str,
    beam: Beam,
    exposure: Exposure,
    taken: list[tuple[float, float, float, float]],
    place: str | None = None,
) -> TruthObject | None:
    """Puts one article of a kind into the scene's cargo, in place; None where it found no room.

    place: one of OPEN_PLACES, which then stands in the truth's facts; None draws it by the kind's habits (PLACES).

    It displaces goods: along its depth the cargo on the ray is removed in proportion.
    """
    first, stop = INSTANCES[split]
    number = int(rng.integers(first, stop))
    shape = draw_instance(kind, number)
    tilt = rng.uniform(0, 1.1) if kind == "firearm" and rng.random() < 0.6 else 0.0
    angle = rng.uniform(0, 2 * np.pi) if kind in TURNED else rng.normal(0, 0.03)
    if kind == "narcotics_package" and max(shape.depth_mm.shape) * FINE_MM < 900 and rng.random() < 0.4:
        angle = rng.uniform(0, 2 * np.pi)
    z = rng.uniform(-1000, 1000) * (0.2 if kind in MIDDLE else 1.0)
    camera = scene.cargo.camera
    magnification = camera.distance_mm / (camera.distance_mm + z)
    stamp = land(shape, camera.pitch_mm, magnification, angle, tilt)
    for _ in range(12):
        corner = _corner(scene, rng, kind, stamp, z, place)
        box = box_of(stamp, corner)
        height, width = scene.cargo.depth_mm.shape
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
        if not inside or any(overlap(box, other) for other in taken):
            continue
        found = judge(scene, rng, kind, f"{kind}-{number}", stamp, corner, beam, exposure)
        if found.cnr >= VISIBLE_CNR or rng.random() < KEEP_FAINT:
            settle(scene, stamp, corner, Pose(z, angle, tilt))
            return found if place is None else replace(found, facts={"placement": place})
    return None


def _corner(
    scene: Scene, rng: np.random.Generator, kind: str, stamp: Stamp, z: float, wanted: str | None
) -> tuple[int, int]:
    places = PLACES[kind]
    place = wanted or str(rng.choice(list(places), p=list(places.values())))
    height, width = stamp.depth_mm.shape
    cargo, hold = scene.cargo, scene.holds[int(rng.integers(len(scene.holds)))]
    left, right = cargo.col(hold.x_mm[0]), max(cargo.col(hold.x_mm[0]) + 1, cargo.col(hold.x_mm[1]) - width)
    top, bottom = cargo.row(hold.y_mm[1], z), cargo.row(hold.y_mm[0], z) - height
    if bottom < top:
        bottom = top
    col, row = rng.uniform(left, right), rng.uniform(top, bottom)
    if place == "doors":
        col = max(left, right - abs(rng.normal(0, 900)) / cargo.camera.pitch_mm)
        row = bottom - (rng.uniform(0, 0.4) * (bottom - top) if rng.random() < 0.4 else 0)
    elif place == "floor":
        row = bottom
    elif place == "roof":
        row = top
    elif place == "wall":
        col = left if rng.random() < 0.5 else right
    elif kind != "firearm" or rng.random() < 0.8:
        filled = cargo.depth_mm > 200
        for _ in range(6):
            if filled[
                min(int(row) + height // 2, filled.shape[0] - 1), min(int(col) + width // 2, filled.shape[1] - 1)
            ]:
                break
            col, row = rng.uniform(left, right), rng.uniform(top, bottom)
    if place in ("cargo", "doors"):
        row = rest(cargo, int(col) + width // 2, int(row) + height, round(bottom) + height) - height
    return int(col), int(row)


def rest(cargo: Canvas, col: int, row: int, floor_row: int) -> int:
    """The row that a thing's lower edge sinks to: the goods that it stands on or in, else the floor."""
    filled = cargo.depth_mm[row:floor_row, min(col, cargo.depth_mm.shape[1] - 1)] > 200
    return row + int(np.argmax(filled)) if filled.any() else max(row, floor_row)
