"""What is projected: articles as maps of areal density, from the simulator or from real low-energy images."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from cargoscope.datasets.projection.cutouts import Cutout, read_cutout, real_shape
from cargoscope.datasets.simulation.threats.kinds import INSTANCES, KINDS, draw_instance
from cargoscope.datasets.simulation.threats.stamps import Shape
from cargoscope.errors import SimulationError

FACTS_FILE: Final = "articles.toml"


@dataclass(frozen=True)
class Facts:
    """What an image of an article does not say. length_mm: of its longest side; mass_kg: of the real thing.

    Both are ranges, each projection draws its own. thickness_mm: room it takes along the beam.
    """

    kind: str
    length_mm: tuple[float, float]
    mass_kg: tuple[float, float]
    thickness_mm: float = 40.0

    def __post_init__(self) -> None:
        for name, (low, high) in {"length_mm": self.length_mm, "mass_kg": self.mass_kg}.items():
            if not 0 < low <= high:
                raise SimulationError(f"{self.kind}: {name} must be a rising pair above 0, got {[low, high]}")
        if not 1 <= self.thickness_mm <= 2000:
            raise SimulationError(f"{self.kind}: thickness_mm must be 1..2000, got {self.thickness_mm}")


BY_NAME: Final = {
    "gun": Facts("firearm", (195.0, 225.0), (0.7, 1.1), 35.0),
    "rifle": Facts("firearm", (850.0, 1050.0), (3.0, 4.5), 50.0),
    "knife": Facts("knife", (180.0, 320.0), (0.1, 0.4), 20.0),
}
"""Facts of cut-outs that FACTS_FILE does not name, by what their file name begins with: pistols, service rifles and
sheath knives as sold."""


@dataclass(frozen=True)
class Article:
    """One thing to project. source: where it comes from, for the truth. shape(rng): a specimen of it, at FINE_MM."""

    kind: str
    instance: str
    source: str

    def shape(self, rng: np.random.Generator) -> Shape:
        raise NotImplementedError


@dataclass(frozen=True)
class Simulated(Article):
    """An article of the simulator: always the same shape."""

    number: int

    def shape(self, rng: np.random.Generator) -> Shape:
        return draw_instance(self.kind, self.number)


@dataclass(frozen=True)
class Real(Article):
    """A cut-out of a real image, scaled to a length and a mass drawn from its facts."""

    paths: tuple[Path, ...]
    facts: Facts

    @cached_property
    def cutout(self) -> Cutout:
        return read_cutout(self.paths)

    def shape(self, rng: np.random.Generator) -> Shape:
        length, mass = rng.uniform(*self.facts.length_mm), rng.uniform(*self.facts.mass_kg)
        return real_shape(self.cutout, float(length), float(mass), self.facts.thickness_mm)


def simulated_articles(kinds: Sequence[str], split: str) -> list[Article]:
    """The simulator's articles of these kinds and of one split's pool."""
    if split not in INSTANCES:
        raise SimulationError(f"split must be one of {sorted(INSTANCES)}, got {split!r}")
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown or not kinds:
        raise SimulationError(f"simulated kinds must be some of {sorted(KINDS)}, got {list(kinds)}")
    return [
        Simulated(kind, f"{kind}-{number}", "simulated", number)
        for kind in kinds
        for number in range(*INSTANCES[split])
    ]


def folder_articles(folder: Path, names: Sequence[str] = ()) -> list[Article]:
    """The cut-outs of a folder, searched through: NAME_high.png with NAME_low.png, or NAME.png alone.

    names: only those whose file name begins with one of them. The facts stand in the folder's FACTS_FILE, a table for
    each beginning of a file name (kind, length_mm, mass_kg, thickness_mm), the longest match counts; else in BY_NAME.
    Refused: a folder without any, an image whose name nothing is known of.
    """
    facts = BY_NAME | _facts(folder / FACTS_FILE)
    articles: list[Article] = []
    for path in sorted(folder.rglob("*.png")):
        stem = path.stem
        low = path.with_name(f"{stem.removesuffix('_high')}_low.png")
        if stem.endswith("_low") or (names and not stem.startswith(tuple(names))):
            continue
        known = sorted((name for name in facts if stem.startswith(name)), key=len)
        if not known:
            if names or stem.endswith("_high"):
                continue
            raise SimulationError(f"{path.name}: no facts for this name in {FACTS_FILE}; there are {sorted(facts)}")
        paths = (path, low) if stem.endswith("_high") and low.exists() else (path,)
        of = facts[known[-1]]
        articles.append(Real(of.kind, f"real-{stem.removesuffix('_high')}", path.name, paths, of))
    if not articles:
        raise SimulationError(f"{folder}: no cut-outs (NAME_high.png with NAME_low.png) of {list(names) or 'any name'}")
    return articles


def _facts(path: Path) -> dict[str, Facts]:
    if not path.exists():
        return {}
    try:
        return {name: _one(table) for name, table in tomllib.loads(path.read_text("utf-8")).items()}
    except (KeyError, TypeError, ValueError, SimulationError) as problem:
        raise SimulationError(f"{path}: not a table of kind, length_mm, mass_kg for each name ({problem})") from problem


def _one(table: dict[str, Any]) -> Facts:
    unknown = sorted(set(table) - {"kind", "length_mm", "mass_kg", "thickness_mm"})
    if unknown:
        raise SimulationError(f"unknown keys {unknown}")
    (short, long), (light, heavy) = table["length_mm"], table["mass_kg"]
    return Facts(
        str(table["kind"]),
        (float(short), float(long)),
        (float(light), float(heavy)),
        float(table.get("thickness_mm", 40.0)),
    )
