"""Scanner profiles: the facts of one make of scanner, read from profiles/<name>.toml."""

import tomllib
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from importlib import resources
from typing import Any, Final

from cargoscope.datasets.simulation.beam.materials import GROUPS
from cargoscope.datasets.simulation.beam.physics import Beam, beam, sandwich, tube_spectrum
from cargoscope.errors import SimulationError

SCHEMA = "cargoscope.scanner/1"

SCENES: Final = ("truck", "parcel", "pallet")
VIEWS: Final[dict[str, list[tuple[str, ...]]]] = {scene: [("side",), ("side", "top")] for scene in SCENES}
"""The views that each kind of scene can be seen in."""


LOWEST_TOP_MM: Final = 5500.0
"""A source above must be well above the tallest truck."""


RICHER: Final = {
    "source_height_mm", "source_distance_mm", "photons", "pulse_jitter", "gain_drift", "blur_px", "tone_gamma",
    "tone_black", "travel_pitch_mm", "jpeg_quality", "hot_rows", "shutter",
}  # fmt: skip
"""What richer scenes may see otherwise, so that the scenes of the first release stay as they are."""


@dataclass(frozen=True)
class Profile:
    """One scanner. Pairs are ranges: each scan draws its own value, so that no two scans are of quite one machine.

    energies: labels, highest first. pitch_mm: at the container's middle. open_beam: counts of 16 bits.
    photons: effective quanta per open-beam pixel. scatter: share of the surroundings' signal. tone_gamma: power put on
    transmission before an 8-bit export; tone_black: transmission that it shows as black.

    What has a default need not be in the file. roll_off: of the spectrum (physics.bremsstrahlung). tube: spectrum of an
    X-ray tube in place of a linac's, seen by front_cm of caesium iodide (low energy), copper_cm of copper and
    crystal_cm of caesium iodide (high energy). scene: one of SCENES. views: "side" and "top".
    held_out: never to be trained on; only the test split is made of it. trained_on: the released detector learned from
    it, and retraining goes on doing so.
    compound: quanta are compound Poisson of the spectrum behind each pixel. dead_rows_filled: from their neighbours.
    hot_rows: rows that read near full scale. module_rows, module_gain: detectors that share a board, and the spread of
    their boards' gains. wobble: slow change of the signal as the boom sways. speed_change: of the vehicle, about its
    mean, which stretches columns. calibration_lines: lines of air and of dark that each row's calibration is the mean
    of; 0 is a perfect calibration. travel_pitch_mm: width of a pixel along travel, as the vehicle's speed makes it; 0
    is pitch_mm. jpeg_quality: of an 8-bit export. shutter: share of scans whose last, and first, columns are black.
    rich: what is otherwise in the richer scenes, by name.
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
    roll_off: float = 0.5
    tube: str = ""
    front_cm: float = 0.0
    copper_cm: float = 0.0
    scene: str = "truck"
    views: tuple[str, ...] = ("side",)
    held_out: bool = False
    trained_on: bool = False
    compound: bool = False
    dead_rows_filled: bool = True
    hot_rows: tuple[int, int] = (0, 0)
    module_rows: int = 0
    module_gain: tuple[float, float] = (0.0, 0.0)
    wobble: tuple[float, float] = (0.0, 0.0)
    speed_change: tuple[float, float] = (0.0, 0.0)
    calibration_lines: int = 0
    travel_pitch_mm: tuple[float, float] = (0.0, 0.0)
    jpeg_quality: tuple[int, int] = (93, 93)
    shutter: tuple[float, float] = (0.0, 0.0)
    rich: tuple[tuple[str, tuple[float, float]], ...] = ()
    top_height_mm: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if len(self.energies) != len(self.end_points_mev):
            raise SimulationError(
                f"profile {self.name}: as many end points as energies, "
                f"got {len(self.end_points_mev)} and {len(self.energies)}"
            )
        if self.scene not in VIEWS or self.views not in VIEWS[self.scene]:
            raise SimulationError(
                f"profile {self.name}: scene and views must be one of {VIEWS}, got {self.scene!r} and {self.views}"
            )
        if self.held_out and self.trained_on:
            raise SimulationError(f"profile {self.name}: is either held out or trained on, not both")
        if not 8 <= self.bits <= 16 or 8 < self.bits < 12:
            raise SimulationError(f"profile {self.name}: bits must be 8 or 12..16, got {self.bits}")
        if self.module_gain[1] > 0 and self.module_rows < 1:
            raise SimulationError(f"profile {self.name}: module_gain needs module_rows of 1 or more")
        if self.scene == "truck" and "top" in self.views and not self.top_height_mm[1]:
            raise SimulationError(f"profile {self.name}: a view from above needs top_height_mm")
        if 0 < self.top_height_mm[0] < LOWEST_TOP_MM:
            raise SimulationError(
                f"profile {self.name}: top_height_mm must be {LOWEST_TOP_MM} or more, got {self.top_height_mm}"
            )
        if self.speed_change[1] > 0.4:
            raise SimulationError(f"profile {self.name}: speed_change must be 0.4 at most, got {self.speed_change}")
        others = sorted({name for name, _ in self.rich} - RICHER)
        if others:
            raise SimulationError(f"profile {self.name}: rich may name {sorted(RICHER)}, got {others}")
        for field in fields(self):
            value = getattr(self, field.name)
            if str(field.type).startswith("tuple[float, float]") and not 0 <= value[0] <= value[1]:
                raise SimulationError(f"profile {self.name}: {field.name} must be a rising pair, got {value}")

    @property
    def richer(self) -> "Profile":
        """This scanner as the richer scenes see it."""
        changes: dict[str, Any] = dict(self.rich)
        return replace(self, rich=(), **changes) if changes else self


def parse(text: str) -> Profile:
    """A profile from TOML; unknown and missing keys are refused."""
    table = tomllib.loads(text)
    schema = table.pop("schema", None)
    if schema != SCHEMA:
        raise SimulationError(f"profile schema must be {SCHEMA!r}, got {schema!r}")
    rich = table.pop("rich", {})
    table["rich"] = [(key, tuple(value)) for key, value in sorted(rich.items())]
    table = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    known = {field.name for field in fields(Profile)}
    needed = {field.name for field in fields(Profile) if field.default is MISSING}
    if not needed <= set(table) <= known:
        raise SimulationError(
            f"profile {table.get('name')!r}: unknown keys {sorted(set(table) - known)}, "
            f"missing keys {sorted(needed - set(table))}"
        )
    return Profile(**table)


def shipped() -> tuple[str, ...]:
    """Every profile that ships with Cargoscope."""
    folder = resources.files(__package__).joinpath("profiles")
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def names() -> tuple[str, ...]:
    """The profiles that the released detector learned from: training and retraining make scans of these."""
    return tuple(name for name in shipped() if profile(name).trained_on)


@cache
def profile(name: str) -> Profile:
    if name not in shipped():
        raise SimulationError(f"no scanner profile named {name!r}; there are {list(shipped())}")
    return parse(resources.files(__package__).joinpath("profiles", f"{name}.toml").read_text("utf-8"))


@cache
def beam_of(name: str) -> Beam:
    """The beam of a profile, for the material groups that scenes are drawn in."""
    return beam_for(profile(name), GROUPS)


def beam_for(facts: Profile, materials: tuple[str, ...]) -> Beam:
    """The beam of a profile, for any materials that mass_attenuation knows."""
    if facts.tube:
        return sandwich(tube_spectrum(facts.tube), facts.front_cm, facts.copper_cm, facts.crystal_cm, materials)
    return beam(facts.end_points_mev, facts.filter_steel_cm, facts.crystal_cm, materials, roll_off=facts.roll_off)
