"""The open benchmark: containers made from seeds, clean ones and ones with one hidden threat, over several scanners.

Its definition for readers is docs/benchmark.md. Nothing of it is real: all scans are simulated.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib import resources
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from cargoscope.atomic import write_whole
from cargoscope.datasets.formats.package import read_package, write_package
from cargoscope.datasets.simulation.beam.profiles import profile
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.threats.places import ALL_PLACES, places_of
from cargoscope.datasets.simulation.vehicle.container import SIZES_MM
from cargoscope.datasets.truth import read_coco, write_coco
from cargoscope.errors import SimulationError

SCHEMA: Final = "cargoscope.benchmark/1"
HEADLINE: Final = ("firearm", "ammunition", "narcotics_package", "cigarettes", "ivory", "gas_cylinder")
PROFILES: Final = ("linac-6-4", "linac-6-8bit", "linac-9-6", "linac-6-35-mobile", "linac-6-4-gantry")
"""Scanners of this version of the benchmark, in this order; those flagged held_out appear in the test part alone."""

CONTAINERS: Final = tuple(SIZES_MM)
"""All sizes, with all goods: the simulator's richer scenes."""

FIRST_SEED: Final = 7100
"""Of the clean scans; each headline class has the next. Splits have random streams of their own, so the same seed of
another split is another scene."""

INDEX: Final = "benchmark.json"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True)
class Size:
    """Scans in one part: clean ones, and ones with one threat of each headline class."""

    clean: int
    per_class: int


TIERS: Final = {
    "full": {"validation": Size(400, 100), "test": Size(2000, 865)},
    "small": {"validation": Size(12, 2), "test": Size(40, 5)},
}


@dataclass(frozen=True)
class Cell:
    """Scans of one part, subject ("clean" or a kind) and scanner: scan numbers 0..count-1 of one plan, one folder.

    every: only each so many-th of these numbers is made, where a build is a subset of a tier.
    """

    part: str
    subject: str
    profile: str
    seed: int
    count: int
    every: int = 1

    @property
    def numbers(self) -> range:
        return range(0, self.count, self.every)

    @property
    def folder(self) -> str:
        return f"{self.part}/{self.subject}-{self.profile}"

    @property
    def plan(self) -> Plan:
        if self.subject == "clean":
            return Plan(self.profile, self.seed, self.part, clean_share=1.0, containers=CONTAINERS)
        places = places_of(self.subject, ALL_PLACES)
        kinds = (self.subject,)
        return Plan(self.profile, self.seed, self.part, 0.0, (1, 1), kinds, places, containers=CONTAINERS)


def cells(tier: str, every: int = 1) -> tuple[Cell, ...]:
    """The whole benchmark of a tier, in order, or each every-th scan of each of its cells. Refused: an unknown tier."""
    if tier not in TIERS:
        raise SimulationError(f"no tier named {tier!r}; there are {sorted(TIERS)}")
    if every < 1:
        raise SimulationError(f"every must be 1 or more, got {every}")
    whole = (cell for part, size in TIERS[tier].items() for cell in _cells_of(part, size))
    return tuple(replace(cell, every=every) for cell in whole)


def _cells_of(part: str, size: Size) -> Iterator[Cell]:
    scanners = [name for name in PROFILES if part == "test" or not is_held_out(name)]
    for number, subject in enumerate(("clean", *HEADLINE)):
        count = size.per_class if number else size.clean
        for place, name in enumerate(scanners):
            share = count // len(scanners) + (place < count % len(scanners))
            if share:
                yield Cell(part, subject, name, FIRST_SEED + number, share)


def is_held_out(name: str) -> bool:
    """Whether a scanner's profile says that no model may learn from it."""
    return profile(name).held_out


@dataclass(frozen=True)
class Only:
    """What of a tier is built. part, subject: "" for all; the rest may be built later into the same folder.

    every: each so many-th scan of every cell. More than 1 is a subset of the tier, which its files say, and which no
    other build goes on with.
    """

    part: str = ""
    subject: str = ""
    every: int = 1

    def __post_init__(self) -> None:
        parts, subjects = sorted({part for tier in TIERS.values() for part in tier}), ("clean", *HEADLINE)
        if self.part and self.part not in parts:
            raise SimulationError(f"part must be one of {parts}, got {self.part!r}")
        if self.subject and self.subject not in subjects:
            raise SimulationError(f"subject must be one of {list(subjects)}, got {self.subject!r}")

    def wants(self, cell: Cell) -> bool:
        return self.part in ("", cell.part) and self.subject in ("", cell.subject)


ALL: Final = Only()
Run = Callable[..., Iterable[None]]
"""`map`, or that of an executor."""


def build(tier: str, output: Path, workers: int = 1, only: Only = ALL) -> Path:
    """Writes a tier into a folder and returns its checksum file; an interrupted build goes on where it stopped.

    The checksum file names what is there, a part of the tier too. Memory is bounded by one cell's truth. Refused: a
    folder that holds another tier, subset or version.
    """
    if workers < 1:
        raise SimulationError(f"workers must be 1 or more, got {workers}")
    todo = cells(tier, only.every)
    output.mkdir(parents=True, exist_ok=True)
    place, index = output / INDEX, _index(tier, todo, only.every)
    if place.is_file() and place.read_text("utf-8") != index:
        raise SimulationError(f"{output}: holds another tier, subset or version of the benchmark; choose another one")
    write_whole(place, index.encode())
    with ExitStack() as stack:
        run: Run = map
        if workers > 1:
            run = stack.enter_context(ProcessPoolExecutor(workers, mp_context=get_context("spawn"))).map
        for cell in todo:
            if only.wants(cell):
                _build_cell(cell, output / cell.folder, run)
    lines = [f"{digest}  {name}\n" for name, digest in sorted(digests(output, tier, only.every).items())]
    write_whole(output / SUMS, "".join(lines).encode())
    return output / SUMS


def _index(tier: str, todo: tuple[Cell, ...], every: int) -> str:
    """The text of benchmark.json; a subset says that it is one."""
    table: dict[str, object] = {"schema": SCHEMA, "tier": tier}
    if every > 1:
        table["subset"] = f"each {every}th scan of every cell of the tier; not the tier"
    table["cells"] = [{name: value for name, value in asdict(cell).items() if name != "every"} for cell in todo]
    return json.dumps(table, indent=1) + "\n"


def _build_cell(cell: Cell, folder: Path, run: Run) -> None:
    """A cell's truth.json appears last: where it is, the cell is whole."""
    if (folder / "truth.json").is_file():
        for left in folder.glob("*.truth.json"):  # of a build that was interrupted while it took them away
            left.unlink()
        return
    folder.mkdir(parents=True, exist_ok=True)
    for _ in run(partial(_make, cell.plan, folder), cell.numbers):
        pass
    sides = [_side(folder, cell.plan, index) for index in cell.numbers]
    write_coco(folder / "truth.json", [truth for side in sides for truth in read_coco(side)])
    for side in sides:
        side.unlink()


def _make(plan: Plan, folder: Path, index: int) -> None:
    """One scan and its truth beside it, unless both are there."""
    side = _side(folder, plan, index)
    if side.is_file():
        return
    cv2.setNumThreads(1)
    scan, truth = simulate(plan, index)
    partial_path = folder / f".{truth.file_name}.partial"
    write_package(partial_path, scan)
    os.replace(partial_path, folder / truth.file_name)
    write_coco(side, [truth])


def _side(folder: Path, plan: Plan, index: int) -> Path:
    return folder / f"sim-{plan.profile}-{plan.split}-{plan.seed}-{index:06d}.truth.json"


def digests(output: Path, tier: str, every: int = 1) -> dict[str, str]:
    """sha256 (hex) of every scan and truth file of the whole cells of a built benchmark, by path in its folder."""
    found = {}
    for cell in cells(tier, every):
        if not (output / cell.folder / "truth.json").is_file():
            continue
        for path in sorted((output / cell.folder).iterdir()):
            with path.open("rb") as file:
                found[f"{cell.folder}/{path.name}"] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def reference_sums(tier: str) -> dict[str, str]:
    """Checksums of a tier as built on the reference platform; empty where none are shipped."""
    source = resources.files(__package__).joinpath(f"benchmark_{tier}.sha256")
    return read_sums(source.read_text("utf-8")) if source.is_file() else {}


def read_sums(text: str) -> dict[str, str]:
    """A checksum file as sha256sum writes it."""
    return {line[66:]: line[:64] for line in text.splitlines()}


MOST_BEYOND: Final = 1e-5
"""Share of pixels that may be more than one count apart in two builds: where single quanta are drawn or not, and where
JPEG turns a last digit into a level."""


@dataclass(frozen=True)
class Apart:
    """How far two builds are apart. worst: counts of the export (256 of 16 bits are one of 8). equal, beyond: shares of
    the pixels that are the same, and that are more than one count apart. truths: scans in which other articles lie, or
    elsewhere; measured values may differ in their last digit."""

    worst: int
    equal: float
    beyond: float
    truths: int

    @property
    def same(self) -> bool:
        """Whether they are one benchmark."""
        return self.beyond <= MOST_BEYOND and not self.truths


def apart(one: Path, other: Path) -> Apart:
    """Compares the pixels and the truth of two builds, such as those of two machines.

    Refused: builds that do not hold the same scans of the same sizes.
    """
    names = [sorted(path.relative_to(root) for path in root.glob("*/*/*.scan")) for root in (one, other)]
    if names[0] != names[1] or not names[0]:
        raise SimulationError(f"{one} and {other} do not hold the same scans: {len(names[0])} and {len(names[1])}")
    worst = pixels = equal = beyond = 0
    for name in names[0]:
        views = [read_package(root / name).views for root in (one, other)]
        for a, b in zip(*views, strict=True):
            if a.pixels.shape != b.pixels.shape:
                raise SimulationError(f"{name}: {a.pixels.shape} and {b.pixels.shape} pixels")
            counts = np.abs(a.pixels.astype(np.int32) - b.pixels.astype(np.int32)) >> (16 - a.bits)
            worst = max(worst, int(counts.max()))
            pixels += counts.size
            equal += int((counts == 0).sum())
            beyond += int((counts > 1).sum())
    lies = [
        {
            truth.scan_id: [(thing.kind, thing.instance, thing.view, thing.box) for thing in truth.objects]
            for folder in sorted({name.parent for name in names[0]})
            for truth in read_coco(root / folder / "truth.json")
        }
        for root in (one, other)
    ]
    return Apart(worst, equal / pixels, beyond / pixels, sum(lies[1].get(scan) != lie for scan, lie in lies[0].items()))
