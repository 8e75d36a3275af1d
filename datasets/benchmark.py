"""The open benchmark: containers made from seeds, clean ones and ones with one hidden threat, over several scanners.

Its definition for readers is docs/benchmark.md. Nothing of it is real: all scans are simulated.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
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
    """Scans of one part, subject ("clean" or a kind) and scanner: scan numbers 0..count-1 of one plan, one folder."""

    part: str
    subject: str
    profile: str
    seed: int
    count: int

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


def cells(tier: str) -> tuple[Cell, ...]:
    """The whole benchmark of a tier, in order. Refused: an unknown tier."""
    if tier not in TIERS:
        raise SimulationError(f"no tier named {tier!r}; there are {sorted(TIERS)}")
    return tuple(cell for part, size in TIERS[tier].items() for cell in _cells_of(part, size))


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


def build(tier: str, output: Path, workers: int = 1) -> Path:
    """Writes a tier into a folder and returns its checksum file; an interrupted build goes on where it stopped.

    Memory is bounded by one cell's truth. Refused: a folder that holds another tier or version.
    """
    if workers < 1:
        raise SimulationError(f"workers must be 1 or more, got {workers}")
    todo = cells(tier)
    output.mkdir(parents=True, exist_ok=True)
    index = json.dumps({"schema": SCHEMA, "tier": tier, "cells": [asdict(cell) for cell in todo]}, indent=1) + "\n"
    place = output / INDEX
    if place.is_file() and place.read_text("utf-8") != index:
        raise SimulationError(f"{output}: holds another tier or version of the benchmark; choose another folder")
    write_whole(place, index.encode())
    for cell in todo:
        _build_cell(cell, output / cell.folder, workers)
    lines = [f"{digest}  {name}\n" for name, digest in sorted(digests(output, tier).items())]
    write_whole(output / SUMS, "".join(lines).encode())
    return output / SUMS


def _build_cell(cell: Cell, folder: Path, workers: int) -> None:
    """A cell's truth.json appears last: where it is, the cell is whole."""
    if (folder / "truth.json").is_file():
        for left in folder.glob("*.truth.json"):  # of a build that was interrupted while it took them away
            left.unlink()
        return
    folder.mkdir(parents=True, exist_ok=True)
    one = partial(_make, cell.plan, folder)
    if workers == 1:
        for index in range(cell.count):
            one(index)
    else:
        with ProcessPoolExecutor(min(workers, cell.count), mp_context=get_context("spawn")) as pool:
            for _ in pool.map(one, range(cell.count), chunksize=4):
                pass
    sides = [_side(folder, cell.plan, index) for index in range(cell.count)]
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


def digests(output: Path, tier: str) -> dict[str, str]:
    """sha256 (hex) of every scan and truth file of a built benchmark, by path in its folder."""
    found = {}
    for cell in cells(tier):
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


def furthest(one: Path, other: Path) -> int:
    """Largest difference of two builds' pixels in counts of their export (256 of 16 bits are one of 8).

    Refused: builds that do not hold the same scans of the same sizes.
    """
    names = [sorted(path.relative_to(root) for path in root.glob("*/*/*.scan")) for root in (one, other)]
    if names[0] != names[1] or not names[0]:
        raise SimulationError(f"{one} and {other} do not hold the same scans: {len(names[0])} and {len(names[1])}")
    worst = 0
    for name in names[0]:
        views = [read_package(root / name).views for root in (one, other)]
        for a, b in zip(*views, strict=True):
            if a.pixels.shape != b.pixels.shape:
                raise SimulationError(f"{name}: {a.pixels.shape} and {b.pixels.shape} pixels")
            apart = int(np.abs(a.pixels.astype(np.int32) - b.pixels.astype(np.int32)).max())
            worst = max(worst, apart >> (16 - a.bits))
    return worst
