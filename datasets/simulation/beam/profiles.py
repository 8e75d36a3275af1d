"""Scanner profiles: the facts of one make of scanner, read from profiles/<name>.toml."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

from cargoscope.datasets.simulation.beam.materials import GROUPS
from cargoscope.datasets.simulation.beam.physics import Beam, beam
from cargoscope.errors import SimulationError

SCHEMA = "cargoscope.scanner/1"


@dataclass(frozen=True)
class Profile:
    """One scanner. Pairs are ranges: each scan draws its own value, so that no two scans are of quite one machine.

    energies: labels, highest first. pitch_mm: at the container's middle. open_beam: counts of 16 bits.
    photons: effective quanta per open-beam pixel. scatter: share of the surroundings' signal. tone_gamma: power put on
    transmission before an 8-bit export; tone_black: transmission that it shows as black.
    """

    name: str
    energies: tuple[str, ...]
    end_points_mev: tuple[float, ...]
    filter_steel_cm: float
    crystal_cm: float
    pitch_mm: float
    source_height_mm: tuple[float, float]
    source_distance_mm: tuple[float, float]
    open_beam: int
    bits: int
    photons: tuple[float, float]
    electronic_counts: tuple[float, float]
    pulse_jitter: tuple[float, float]
    gain_drift: tuple[float, float]
    scatter: tuple[float, float]
    dead_rows: tuple[int, int]
    blur_px: tuple[float, float]
    interlaced: bool
    tone_gamma: tuple[float, float]
    tone_black: tuple[float, float]

    def __post_init__(self) -> None:
        if len(self.energies) != len(self.end_points_mev):
            raise SimulationError(
                f"profile {self.name}: as many end points as energies, "
                f"got {len(self.end_points_mev)} and {len(self.energies)}"
            )
        for field in fields(self):
            value = getattr(self, field.name)
            if str(field.type).startswith("tuple[float, float]") and not 0 <= value[0] <= value[1]:
                raise SimulationError(f"profile {self.name}: {field.name} must be a rising pair, got {value}")


def parse(text: str) -> Profile:
    """A profile from TOML; unknown and missing keys are refused."""
    table = tomllib.loads(text)
    schema = table.pop("schema", None)
    if schema != SCHEMA:
        raise SimulationError(f"profile schema must be {SCHEMA!r}, got {schema!r}")
    table = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    names = {field.name for field in fields(Profile)}
    if set(table) != names:
        raise SimulationError(
            f"profile {table.get('name')!r}: unknown keys {sorted(set(table) - names)}, "
            f"missing keys {sorted(names - set(table))}"
        )
    return Profile(**table)


def names() -> tuple[str, ...]:
    """The profiles that ship with Cargoscope."""
    folder = resources.files(__package__).joinpath("profiles")
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


@cache
def profile(name: str) -> Profile:
    if name not in names():
        raise SimulationError(f"no scanner profile named {name!r}; there are {list(names())}")
    return parse(resources.files(__package__).joinpath("profiles", f"{name}.toml").read_text("utf-8"))


@cache
def beam_of(name: str) -> Beam:
    """The beam of a profile, for the material groups that scenes are drawn in."""
    facts = profile(name)
    return beam(facts.end_points_mev, facts.filter_steel_cm, facts.crystal_cm, GROUPS)
