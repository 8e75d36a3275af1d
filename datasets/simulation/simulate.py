"""From a plan to scans and their truth: the same plan and index give the same bytes, each index on its own."""

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam import motion
from cargoscope.datasets.simulation.beam.noise import Exposure, draw_exposure, expose
from cargoscope.datasets.simulation.beam.profiles import Profile, beam_of, profile
from cargoscope.datasets.simulation.canvas import Camera, Canvas, lift_columns
from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
from cargoscope.datasets.simulation.cargo.load import CARGO, load
from cargoscope.datasets.simulation.haul import Haul, haul, truths
from cargoscope.datasets.simulation.parcel import draw_parcel
from cargoscope.datasets.simulation.threats.kinds import FIRST_KINDS, KINDS
from cargoscope.datasets.simulation.threats.placement import hide
from cargoscope.datasets.simulation.threats.places import ALL_PLACES, hide_at, places_of
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
from cargoscope.datasets.truth import ContainerTruth, ScanTruth, TruthObject, write_coco
from cargoscope.errors import SimulationError
from cargoscope.scan import Scan, View

Split = Literal["train", "validation", "test"]
TWIN_GAP_MM: Final = 80.0
"""Between two 20-ft containers on one trailer."""

FIRST_CARGO: Final = tuple(CARGO)
"""Goods of plans that name none; with FIRST_CONTAINERS they make the plainer scenes of the first release."""

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Plan:
    """What to simulate.

    profile: name of a scanner. seed: any whole number from 0. split: decides the pool of contraband articles, and no
    scene of one split is ever one of another. clean_share: share of scans without contraband, 0..1. threats: fewest
    and most objects in the other scans. kinds: what they are drawn from. places: where they are hidden, some of
    places.ALL_PLACES, each as often; empty for the habits of each kind among the goods. Where a scan has none of the
    places (a refrigerated container's unit, say), the object goes into the cargo, and its truth says so. cargo: goods,
    some of catalogue.CATALOGUE. containers: ISO 6346 size-types. Naming either gives the richer scenes, whose truth
    tells of each container; both left alone give the scenes of the first release.
    """

    profile: str = "linac-6-4"
    seed: int = 0
    split: str = "train"
    clean_share: float = 0.5
    threats: tuple[int, int] = (1, 1)
    kinds: tuple[str, ...] = FIRST_KINDS
    places: tuple[str, ...] = ()
    cargo: tuple[str, ...] = FIRST_CARGO
    containers: tuple[str, ...] = FIRST_CONTAINERS

    @property
    def rich(self) -> bool:
        """Whether goods or containers were named."""
        return self.cargo != FIRST_CARGO or self.containers != FIRST_CONTAINERS

    @property
    def goods(self) -> tuple[str, ...]:
        """Goods of the richer scenes: those named, or all where only containers were."""
        return tuple(CATALOGUE) if self.cargo == FIRST_CARGO else self.cargo

    def __post_init__(self) -> None:
        facts = profile(self.profile)
        if facts.held_out and self.split != "test":
            raise SimulationError(
                f"profile {self.profile} is held out: no detector may learn from it or be chosen on it, "
                f"so its split must be 'test', got {self.split!r}"
            )
        if facts.scene == "parcel" and self.clean_share < 1:
            raise SimulationError(
                f"profile {self.profile} has clean parcels only: clean_share must be 1, got {self.clean_share}"
            )
        if self.split not in get_args(Split):
            raise SimulationError(f"split must be one of {list(get_args(Split))}, got {self.split!r}")
        if self.seed < 0:
            raise SimulationError(f"seed must be 0 or more, got {self.seed}")
        if not 0 <= self.clean_share <= 1:
            raise SimulationError(f"clean_share must be 0..1, got {self.clean_share}")
        if not 1 <= self.threats[0] <= self.threats[1]:
            raise SimulationError(f"threats must be a rising pair from 1, got {self.threats}")
        unknown = sorted(set(self.kinds) - set(KINDS))
        if unknown or not self.kinds:
            raise SimulationError(f"kinds must be some of {sorted(KINDS)}, got {list(self.kinds)}")
        if self.rich and (not self.cargo or not set(self.goods) <= set(CATALOGUE)):
            raise SimulationError(f"cargo must be some of {sorted(CATALOGUE)}, got {list(self.cargo)}")
        if not self.containers or not set(self.containers) <= set(SIZES_MM):
            raise SimulationError(f"containers must be some of {sorted(SIZES_MM)}, got {list(self.containers)}")
        if set(self.places) - set(ALL_PLACES):
            raise SimulationError(f"places must be some of {sorted(ALL_PLACES)}, got {list(self.places)}")
        nowhere = [kind for kind in self.kinds if self.places and not places_of(kind, self.places)]
        if nowhere:
            raise SimulationError(f"{nowhere} are never hidden in any of {list(self.places)}")


def simulate(plan: Plan, index: int) -> tuple[Scan, ScanTruth]:
    """Scan number `index` of a plan, with its truth.

    Scene, contraband and noise have random numbers of their own: with clean_share 1 the same index is the same scan
    without its contraband.
    """
    rng = np.random.default_rng([plan.seed, get_args(Split).index(plan.split), index, _number(plan.profile)])
    for_scene, for_contraband, for_noise = rng.spawn(3)
    facts = profile(plan.profile).richer if plan.rich else profile(plan.profile)
    carried: Haul | None = None
    containers: tuple[ContainerTruth, ...] = ()
    tractor = None
    if facts.scene == "parcel":
        sides, headings = draw_parcel(facts, for_scene)
        exposure = draw_exposure(facts, for_noise)
        views = tuple(
            _view(name, canvas, facts, exposure, for_noise, [])[0]
            for name, canvas in zip(facts.views, sides, strict=True)
        )
        objects: list[TruthObject] = []
    else:
        if plan.rich:
            carried = haul(facts, for_scene, plan.goods, plan.containers)
            scene, headings = carried.scene, tuple(code for one in carried.containers for code in one.cargo)
        else:
            scene, headings = _scene(facts, for_scene)
        exposure = draw_exposure(facts, for_noise)
        if carried is not None:
            containers = truths(carried.containers, scene.cargo, scene.structure, beam_of(plan.profile), exposure)
            tractor = carried.tractor
        found = _contraband(plan, scene, for_contraband, exposure)
        scene.structure.mass += scene.cargo.mass
        view, objects, shown = _view("side", scene.structure, facts, exposure, for_noise, found)
        if shown is not None:
            containers = tuple(_followed(one, shown) for one in containers)
            tractor = tractor and motion.followed_box(tractor, shown)
        views = (view,)
    scan_id = f"sim-{plan.profile}-{plan.split}-{plan.seed}-{index:06d}"
    taken_at = EPOCH + timedelta(days=plan.seed % 3650, minutes=3 * index)
    scan = Scan(scan_id, taken_at, f"sim-{plan.profile}", views)
    sizes = tuple(view.size_wh for view in views)
    return scan, ScanTruth(
        scan_id, f"{scan_id}.scan", sizes, tuple(objects), headings, plan.profile, containers, tractor
    )


def _view(
    name: str,
    canvas: Canvas,
    facts: Profile,
    exposure: Exposure,
    rng: np.random.Generator,
    objects: list[TruthObject],
) -> tuple[View, list[TruthObject], npt.NDArray[np.float64] | None]:
    """What a scanner makes of a finished picture, where its objects are then, and its columns if they moved."""
    rays = beam_of(facts.name)
    variance, shown = None, None
    if facts.compound:
        transmission, variance = rays.moments(canvas.mass)
    else:
        transmission = rays.transmission(canvas.mass)
    if exposure.speed > 0 or exposure.wider != 1:
        shown = motion.columns(transmission.shape[2], exposure.speed, rng, exposure.wider)
        transmission = motion.stretched(transmission, shown)
        variance = None if variance is None else motion.stretched(variance, shown)
        objects = [motion.followed(thing, shown) for thing in objects]
    pixels = expose(transmission, facts, exposure, rng, variance)
    pitch_mm = (facts.pitch_mm * exposure.wider, facts.pitch_mm)
    view = View(pixels, facts.energies, (facts.open_beam,) * len(pixels), pitch_mm, name, facts.bits)
    return view, objects, shown


def _followed(container: ContainerTruth, shown: npt.NDArray[np.float64]) -> ContainerTruth:
    unit = container.unit and motion.followed_box(container.unit, shown)
    return replace(container, box=motion.followed_box(container.box, shown), unit=unit)


def write_simulated(plan: Plan, count: int, out: Path, workers: int = 1) -> list[ScanTruth]:
    """Writes scans 0..count-1 as <scan_id>.scan and truth.json into a folder; the same bytes for the same arguments.

    workers: processes that share the work; the result does not depend on it.
    """
    if count < 1 or workers < 1:
        raise SimulationError(f"count and workers must be 1 or more, got {count} and {workers}")
    out.mkdir(parents=True, exist_ok=True)
    one = partial(_write_one, plan, out)
    if workers == 1:
        truths = [one(index) for index in range(count)]
    else:
        with ProcessPoolExecutor(min(workers, count), mp_context=get_context("spawn")) as pool:
            truths = list(pool.map(one, range(count), chunksize=4))
    write_coco(out / "truth.json", truths)
    return truths


def _write_one(plan: Plan, out: Path, index: int) -> ScanTruth:
    from cargoscope.datasets.formats.package import write_package

    cv2.setNumThreads(1)
    scan, truth = simulate(plan, index)
    partial_path = out / f".{truth.file_name}.partial"
    write_package(partial_path, scan)
    os.replace(partial_path, out / truth.file_name)
    return truth


def _number(name: str) -> int:
    return int.from_bytes(name.encode(), "big")


def _scene(facts: Profile, rng: np.random.Generator) -> tuple[Scene, tuple[str, ...]]:
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


def _contraband(plan: Plan, scene: Scene, rng: np.random.Generator, exposure: Exposure) -> list[TruthObject]:
    if rng.random() < plan.clean_share:
        return []
    wanted = int(rng.integers(plan.threats[0], plan.threats[1] + 1))
    found: list[TruthObject] = []
    for _ in range(wanted * 4 + 20):
        if len(found) >= wanted:
            break
        kind = str(rng.choice(plan.kinds))
        taken = [thing.box for thing in found]
        around = (plan.split, beam_of(plan.profile), exposure, taken)
        if plan.places:
            place = str(rng.choice(places_of(kind, plan.places)))
            plain = "floor" if kind == "vehicle" else "cargo"
            found += hide_at(scene, rng, kind, place, *around) or hide_at(scene, rng, kind, plain, *around)
            continue
        thing = hide(scene, rng, kind, *around)
        if thing is not None:
            found.append(thing)
    if not found:
        raise SimulationError(f"plan {plan.seed}: no room for {list(plan.kinds)} in the scene")
    return found
