"""From a plan to scans and their truth: the same plan and index give the same bytes, each index on its own."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Literal, get_args

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam import motion, shutter
from cargoscope.datasets.simulation.beam.noise import Exposure, draw_exposure, expose
from cargoscope.datasets.simulation.beam.profiles import VIEWS, Profile, beam_of, profile
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
from cargoscope.datasets.simulation.cargo.load import CARGO
from cargoscope.datasets.simulation.first import first_scene
from cargoscope.datasets.simulation.haul import Haul, haul, truths
from cargoscope.datasets.simulation.overhead import draw_overhead
from cargoscope.datasets.simulation.pallet import draw_pallet
from cargoscope.datasets.simulation.parcel import draw_parcel
from cargoscope.datasets.simulation.spawned import spawned
from cargoscope.datasets.simulation.threats.above import seen_from_above
from cargoscope.datasets.simulation.threats.in_parcel import PALLET_KINDS, PARCEL_KINDS, Parcel, hide_in_parcel
from cargoscope.datasets.simulation.threats.kinds import FIRST_KINDS, KINDS
from cargoscope.datasets.simulation.threats.placement import hide
from cargoscope.datasets.simulation.threats.places import ALL_PLACES, hide_at, places_of
from cargoscope.datasets.simulation.threats.scene import Scene
from cargoscope.datasets.simulation.vehicle.container import (
    FIRST_CONTAINERS,
    SIZES_MM,
)
from cargoscope.datasets.truth import ContainerTruth, ScanTruth, TruthObject, write_coco
from cargoscope.errors import SimulationError
from cargoscope.scan import Scan, View

Split = Literal["train", "validation", "test"]

FIRST_CARGO: Final = tuple(CARGO)
"""Goods of plans that name none; with FIRST_CONTAINERS they make the plainer scenes of the first release."""

ON_BELTS: Final = {"parcel": (draw_parcel, PARCEL_KINDS), "pallet": (draw_pallet, PALLET_KINDS)}
"""Scenes of tunnels with a belt: what draws one, and the kinds that fit into one."""

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
    tells of each container; both left alone give the scenes of the first release. views: ("side",), or ("side", "top")
    where the scanner has a source above, of trucks for the richer scenes alone; empty for the profile's own.
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
    views: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of the views of each scan."""
        return self.views or profile(self.profile).views

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
        on_belt = facts.scene in ON_BELTS
        if on_belt and self.clean_share < 1 and not set(self.kinds) <= set(ON_BELTS[facts.scene][1]):
            fitting = list(ON_BELTS[facts.scene][1])
            raise SimulationError(f"profile {self.profile}: kinds must be some of {fitting}, got {list(self.kinds)}")
        if on_belt and (self.places or self.rich):
            raise SimulationError(
                f"profile {self.profile}: a {facts.scene} has no places, cargo or containers of a truck"
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
        choice = VIEWS[facts.scene] if on_belt or facts.top_height_mm[1] else [("side",)]
        if self.shown not in choice:
            raise SimulationError(f"profile {self.profile}: views must be one of {choice}, got {self.shown}")
        if facts.scene == "truck" and "top" in self.shown and not self.rich:
            raise SimulationError("a truck's view from above needs the richer scenes: name cargo or containers")
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
    views: tuple[View, ...]
    if facts.scene in ON_BELTS:
        parcel, headings = ON_BELTS[facts.scene][0](facts, for_scene, plan.shown)
        exposure = draw_exposure(facts, for_noise)
        objects = _posted(plan, parcel, for_contraband, exposure)
        views, shown = (), None
        for number, canvas in enumerate(parcel.views):
            here = [thing for thing in objects if thing.view == number]
            view, here, shown = _view(plan.shown[number], canvas, facts, exposure, for_noise, here, shown)
            objects = [thing for thing in objects if thing.view != number] + here
            views = (*views, view)
    else:
        (for_above,) = rng.spawn(1)
        over = draw_overhead(facts, for_above) if "top" in plan.shown else None
        if plan.rich:
            carried = haul(facts, for_scene, plan.goods, plan.containers, over)
            scene, headings = carried.scene, tuple(code for one in carried.containers for code in one.cargo)
        else:
            scene, headings = first_scene(facts, for_scene)
        exposure = draw_exposure(facts, for_noise)
        if carried is not None:
            containers = truths(carried.containers, scene.cargo, scene.structure, beam_of(plan.profile), exposure)
            tractor = carried.tractor
        found = _contraband(plan, scene, for_contraband, exposure)
        scene.structure.mass += scene.cargo.mass
        view, objects, shown = _view("side", scene.structure, facts, exposure, for_noise, found)
        views = (view,)
        if over is not None:
            day = replace(draw_exposure(facts, for_above), speed=exposure.speed, wider=exposure.wider)
            seen, again = seen_from_above(scene, found, for_above, beam_of(plan.profile), day)
            top, more, _ = _view("top", seen, facts, day, for_above, again, shown)
            views, objects = (view, top), [*objects, *more]
        if shown is not None:
            containers = tuple(_followed(one, shown) for one in containers)
            tractor = tractor and motion.followed_box(tractor, shown)
        if carried is not None and facts.shutter[1] > 0:
            (for_shutter,) = rng.spawn(1)
            on = shutter.lit(facts, for_shutter, view.pixels.shape[2], containers, objects)
            views = tuple(replace(one, pixels=shutter.darkened(one.pixels, on)) for one in views)
            tractor = tractor and shutter.cut(tractor, on)
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
    shown: npt.NDArray[np.float64] | None = None,
) -> tuple[View, list[TruthObject], npt.NDArray[np.float64] | None]:
    """What a scanner makes of a finished picture, where its objects are then, and its columns if they moved.

    shown: columns of another view of the same pass, so that both show the same vehicle at the same speed.
    """
    rays = beam_of(facts.name)
    variance = None
    if facts.compound:
        transmission, variance = rays.moments(canvas.mass)
    else:
        transmission = rays.transmission(canvas.mass)
    if exposure.speed > 0 or exposure.wider != 1:
        if shown is None:
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
        with spawned(min(workers, count)) as pool:
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


def _posted(plan: Plan, parcel: Parcel, rng: np.random.Generator, exposure: Exposure) -> list[TruthObject]:
    """Contraband in a parcel or a pallet; one that is too small for any of the plan's kinds stays clean."""
    if rng.random() < plan.clean_share:
        return []
    wanted = int(rng.integers(plan.threats[0], plan.threats[1] + 1))
    found: list[TruthObject] = []
    for _ in range(wanted * 4 + 20):
        if len(found) >= wanted * len(parcel.views):
            break
        kind = str(rng.choice(plan.kinds))
        found += hide_in_parcel(parcel, rng, kind, plan.split, beam_of(plan.profile), exposure, found)
    return found


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
