"""Where smugglers hide things outside the goods.

Behind the doors; in floor, roof, walls and cooling unit; in the tractor; behind a false wall or under a false floor;
and as parts spread over the load.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.overhead import Doubled
from cargoscope.datasets.simulation.threats.kinds import INSTANCES, draw_instance
from cargoscope.datasets.simulation.threats.placement import (
    KEEP_FAINT,
    OPEN_PLACES,
    PLACES,
    TURNED,
    VISIBLE_CNR,
    hide,
    rest,
)
from cargoscope.datasets.simulation.threats.scene import Scene, box_of, overlap, settle
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Pose, Shape, Stamp, land
from cargoscope.datasets.simulation.threats.visibility import judge
from cargoscope.datasets.simulation.vehicle.container import INNER_HALF_MM, Hold
from cargoscope.datasets.truth import TruthObject

Span = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Room:
    """A hiding place in world mm. deep_mm: room along the beam, above which nothing fits. displaces: goods make way for
    it; elsewhere it lies in the structure, beside the goods. rests: things in it stand on what is below them."""

    x_mm: Span
    y_mm: Span
    z_mm: Span
    deep_mm: float
    displaces: bool = False
    rests: bool = False


def _rip_off(scene: Scene, rng: np.random.Generator) -> Room | None:
    """The last metre behind the doors: bags that are taken out without touching the load."""
    hold = _hold(scene, rng)
    return Room((hold.x_mm[1] - 1300, hold.x_mm[1] - 20), hold.y_mm, (-900, 900), 900, displaces=True, rests=True)


def _under_floor(scene: Scene, rng: np.random.Generator) -> Room:
    """Between the floor boards and the underside, among the cross members."""
    hold = _hold(scene, rng)
    return Room(hold.x_mm, (hold.y_mm[0] - 165, hold.y_mm[0] - 12), (-1000, 1000), 600)


def _in_roof(scene: Scene, rng: np.random.Generator) -> Room:
    """Above a false ceiling of thin plywood or steel, right under the roof."""
    hold = _hold(scene, rng)
    y = hold.y_mm[1]
    steel = rng.random() < 0.5
    _panel_across(scene.structure, hold.x_mm, y - rng.uniform(70, 130), 1.2 if steel else 9.0, steel)
    return Room(hold.x_mm, (y - 130, y + 20), (-1000, 1000), 700)


def _in_wall(scene: Scene, rng: np.random.Generator) -> Room:
    """Behind a false panel on a side wall: seen face-on, hence anywhere in the picture of the hold."""
    hold = _hold(scene, rng)
    side = float(rng.choice([-1.0, 1.0]))
    wide = rng.uniform(900, 2600)
    x = rng.uniform(hold.x_mm[0], max(hold.x_mm[0] + 1, hold.x_mm[1] - wide))
    rows = (scene.structure.row(hold.y_mm[1], side * 1150), scene.structure.row(hold.y_mm[0], side * 1150))
    scene.structure.rectangle(ORGANIC, (x, x + wide), rows, rng.uniform(0.3, 0.7))
    return Room((x, min(x + wide, hold.x_mm[1])), hold.y_mm, (side * 1150, side * 1150), 170)


def _reefer_unit(scene: Scene, rng: np.random.Generator) -> Room | None:
    """Among compressor, coils and fans; None where no container is refrigerated."""
    if not scene.reefers:
        return None
    hold = scene.reefers[int(rng.integers(len(scene.reefers)))]
    return Room((hold.x_mm[0] - 400, hold.x_mm[0] - 20), hold.y_mm, (-900, 900), 900, rests=False)


def _tractor(scene: Scene, rng: np.random.Generator) -> Room | None:
    """In the tank, the frame and behind the cab; None where too little of the tractor is in the picture."""
    end = min(hold.x_mm[0] for hold in scene.holds) - 550
    if end < 500:
        return None
    return Room((40, end), (450, scene.holds[0].y_mm[0] + 500), (-1000, 1000), 700)


def _false_wall(scene: Scene, rng: np.random.Generator) -> Room:
    """A second end wall 250 to 900 mm before the first: the goods end early, and the hold is too short for its type."""
    hold = _hold(scene, rng)
    gap = rng.uniform(250, 900)
    wall = hold.x_mm[0] + gap
    _clear(scene.cargo, (hold.x_mm[0] - 40, wall + 30), (hold.y_mm[0] - 30, hold.y_mm[1] + 30))
    half = (-INNER_HALF_MM, INNER_HALF_MM)
    scene.structure.box(STEEL, (wall, wall + rng.uniform(1.2, 2.2)), hold.y_mm, half, 7.87)
    if rng.random() < 0.6:
        scene.structure.box(ORGANIC, (wall + 2, wall + 2 + rng.uniform(9, 21)), hold.y_mm, half, 0.6)
    for z in (-500.0, 500.0):
        scene.structure.box(STEEL, (wall - 42, wall), hold.y_mm, (z - 20, z + 20), 0.9)
    return Room((hold.x_mm[0], wall - 10), hold.y_mm, (-800, 800), 2000, displaces=True, rests=True)


def _double_floor(scene: Scene, rng: np.random.Generator) -> Room:
    """A second floor 130 to 300 mm above the first, over part or all of the hold."""
    hold = _hold(scene, rng)
    gap = rng.uniform(130, 300)
    long = (hold.x_mm[1] - hold.x_mm[0]) * rng.uniform(0.4, 1.0)
    x = rng.uniform(hold.x_mm[0], hold.x_mm[1] - long)
    top = hold.y_mm[0] + gap
    _clear(scene.cargo, (x, x + long), (hold.y_mm[0] - 30, top))
    _panel_across(scene.structure, (x, x + long), top, rng.uniform(12, 24), steel=False)
    for at in np.arange(x, x + long, rng.uniform(700, 1300)):
        scene.structure.box(STEEL, (float(at), float(at) + 3), (hold.y_mm[0], top), (-1100, 1100), 1.2)
    return Room((x, x + long), (hold.y_mm[0] - 10, top), (-1000, 1000), 1200, displaces=True, rests=True)


def _hold(scene: Scene, rng: np.random.Generator) -> Hold:
    return scene.holds[int(rng.integers(len(scene.holds)))]


def _panel_across(canvas: Canvas, x_mm: Span, y: float, thick_mm: float, steel: bool) -> None:
    """A level panel over the container's width: the beam crosses it at a slant, so it shows as a band."""
    group, density = (STEEL, 7.87) if steel else (ORGANIC, 0.6)
    canvas.box(group, x_mm, (y, y + thick_mm), (-INNER_HALF_MM, INNER_HALF_MM), density)


def _clear(cargo: Canvas, x_mm: Span, y_mm: Span) -> None:
    """Takes the goods out of a part of the hold."""
    cols = slice(max(round(cargo.col(x_mm[0])), 0), max(round(cargo.col(x_mm[1])), 0))
    rows = slice(max(round(cargo.row(y_mm[1])), 0), max(round(cargo.row(y_mm[0])), 0))
    before = cargo.mass[..., cols].sum(axis=1)
    cargo.mass[:, rows, cols] = 0
    cargo.depth_mm[rows, cols] = 0
    if isinstance(cargo, Doubled):
        kept = cargo.mass[..., cols].sum(axis=1) / np.maximum(before, 1e-6)
        cargo.above.mass[..., cols] *= kept[:, None, :]


HIDEOUTS: Final[dict[str, tuple[Callable[[Scene, np.random.Generator], Room | None], tuple[str, ...]]]] = {
    "rip_off": (
        _rip_off,
        ("narcotics_package", "cigarettes", "currency", "firearm", "firearm_part", "ammunition", "ivory"),
    ),
    "under_floor": (_under_floor, ("narcotics_package", "firearm", "firearm_part", "ammunition", "currency", "ivory")),
    "in_roof": (_in_roof, ("narcotics_package", "firearm", "firearm_part", "currency")),
    "in_wall": (_in_wall, ("narcotics_package", "firearm", "firearm_part", "ammunition", "currency")),
    "reefer_unit": (
        _reefer_unit,
        ("narcotics_package", "firearm", "firearm_part", "ammunition", "currency", "gas_cylinder"),
    ),
    "tractor": (
        _tractor,
        ("narcotics_package", "cigarettes", "firearm", "firearm_part", "ammunition", "currency", "ivory", "stowaway"),
    ),
    "false_wall": (
        _false_wall,
        (
            "narcotics_package", "cigarettes", "firearm", "firearm_part", "ammunition", "ivory", "animal_scales",
            "gas_cylinder", "lithium_battery", "currency", "stowaway", "undeclared_bottles",
        ),
    ),
    "double_floor": (
        _double_floor,
        ("narcotics_package", "cigarettes", "firearm", "firearm_part", "ammunition", "ivory", "currency"),
    ),
}  # fmt: skip
"""What makes the room, drawing false panels where there are any, and the kinds that are hidden so."""

SPREAD: Final = ("firearm_part", "firearm", "ammunition", "currency")
"""Kinds that are spread over the load in two to five places."""

TRIES: Final = 24
"""Articles that are tried in a room before it is given up: most are too big for a roof."""

ALL_PLACES: Final = (*OPEN_PLACES, *HIDEOUTS, "spread")


def places_of(kind: str, places: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the places ever hold this kind."""
    return tuple(
        place
        for place in places
        if (place in PLACES[kind])
        or (place in HIDEOUTS and kind in HIDEOUTS[place][1])
        or (place == "spread" and kind in SPREAD)
    )


def hide_at(
    scene: Scene,
    rng: np.random.Generator,
    kind: str,
    place: str,
    split: str,
    beam: Beam,
    exposure: Exposure,
    taken: list[Box],
) -> list[TruthObject]:
    """Hides a kind in a place of ALL_PLACES, in the scene itself; nothing where the scene has no such room.

    Each object's facts name the placement. Visibility is measured, and faint spots are taken again, as `hide` does.
    """
    if place in OPEN_PLACES:
        one = hide(scene, rng, kind, split, beam, exposure, taken, place)
        return [] if one is None else [one]
    if place == "spread":
        return _spread(scene, rng, kind, split, beam, exposure, taken)
    walled = tuple(hold for hold in scene.holds if hold not in scene.tanks)
    if place != "tractor" and not walled:
        return []
    room = HIDEOUTS[place][0](scene if place == "tractor" else replace(scene, holds=walled), rng)
    if room is None:
        return []
    for _ in range(TRIES):
        found = _put(scene, rng, kind, room, split, beam, exposure, taken)
        if found is not None:
            return [replace(found, facts={"placement": place})]
    return []


def _spread(
    scene: Scene,
    rng: np.random.Generator,
    kind: str,
    split: str,
    beam: Beam,
    exposure: Exposure,
    taken: list[Box],
) -> list[TruthObject]:
    found: list[TruthObject] = []
    for _ in range(int(rng.integers(2, 6))):
        boxes = [*taken, *(thing.box for thing in found)]
        one = hide(scene, rng, kind, split, beam, exposure, boxes, "cargo")
        if one is not None:
            found.append(replace(one, facts={"placement": "spread"}))
    return found


def _put(
    scene: Scene,
    rng: np.random.Generator,
    kind: str,
    room: Room,
    split: str,
    beam: Beam,
    exposure: Exposure,
    taken: list[Box],
) -> TruthObject | None:
    """One article that fits the room, turned on its side where it must; None where this one does not."""
    number = int(rng.integers(*INSTANCES[split]))
    fitted = _fitting(draw_instance(kind, number), scene, rng, kind, room)
    if fitted is None:
        return None
    stamp, pose = fitted
    z = sum(room.z_mm) / 2
    cargo = scene.cargo
    height, width = stamp.depth_mm.shape
    left, right = cargo.col(room.x_mm[0]), cargo.col(room.x_mm[1]) - width
    top, bottom = cargo.row(room.y_mm[1], z), cargo.row(room.y_mm[0], z) - height
    for _ in range(6):
        corner = (int(rng.uniform(left, max(right, left + 1))), int(rng.uniform(min(top, bottom), bottom)))
        if room.rests:
            on = rest(cargo, corner[0] + width // 2, max(corner[1] + height, 0), round(bottom) + height)
            corner = (corner[0], on - height)
        box = box_of(stamp, corner)
        rows, cols = cargo.depth_mm.shape
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= cols and box[3] <= rows
        if not inside or any(overlap(box, other) for other in taken):
            continue
        found = judge(scene, rng, kind, f"{kind}-{number}", stamp, corner, beam, exposure)
        if found.cnr >= VISIBLE_CNR or rng.random() < KEEP_FAINT:
            settle(scene, stamp, corner, pose)
            return found
    return None


def _fitting(shape: Shape, scene: Scene, rng: np.random.Generator, kind: str, room: Room) -> tuple[Stamp, Pose] | None:
    """The article as it lies in the room: at a free angle where there is room for it, else along it; None: too big."""
    short, long = sorted(side * FINE_MM for side in shape.depth_mm.shape)
    spans = sorted((room.x_mm[1] - room.x_mm[0], (room.y_mm[1] - room.y_mm[0]) * 1.4))
    if shape.depth_mm.max() > room.deep_mm or short > spans[0] or long > spans[1]:
        return None
    camera = scene.cargo.camera
    z = sum(room.z_mm) / 2 + rng.uniform(-0.5, 0.5) * (room.z_mm[1] - room.z_mm[0])
    magnification = camera.distance_mm / (camera.distance_mm + z)
    wide = (room.x_mm[1] - room.x_mm[0]) / camera.pitch_mm
    tall = (room.y_mm[1] - room.y_mm[0]) / camera.pitch_mm * magnification
    free = rng.uniform(0, 2 * np.pi) if kind in TURNED or rng.random() < 0.3 else rng.normal(0, 0.04)
    for angle in (free, rng.normal(0, 0.02), np.pi / 2 + rng.normal(0, 0.02)):
        stamp = land(shape, camera.pitch_mm, magnification, float(angle), 0.0)
        ys, xs = np.flatnonzero(stamp.mask.any(axis=1)), np.flatnonzero(stamp.mask.any(axis=0))
        if len(ys) and ys[-1] - ys[0] < tall and xs[-1] - xs[0] < wide:
            stamp = _trimmed(stamp)
            stamp = stamp if room.displaces else replace(stamp, depth_mm=np.zeros_like(stamp.depth_mm))
            return stamp, Pose(z, float(angle))
    return None


def _trimmed(stamp: Stamp) -> Stamp:
    """Without the empty frame that turning leaves, so that a thing touches what it rests on."""
    solid = stamp.mask | (stamp.wrap > 0.01)
    ys, xs = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    window = (slice(ys[0], ys[-1] + 1), slice(xs[0], xs[-1] + 1))
    return Stamp(
        stamp.mass[:, *window], stamp.depth_mm[window], stamp.wrap[window], stamp.mask[window], stamp.thick_mm[window]
    )
