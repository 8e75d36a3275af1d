"""Everything that decides a training run, in one frozen value read from one TOML file."""

import tomllib
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from cargoscope import taxonomy
from cargoscope.datasets.simulation.threats.kinds import KINDS
from cargoscope.errors import RecipeError

RECIPES: Final = Path(__file__).parent / "recipes"
"""The recipes that ship with Cargoscope."""


@dataclass(frozen=True)
class Recipe:
    """One training run. Lengths in pixels are pixels of pitch_mm.

    name: of the model that comes out. detector: one of models.networks.DETECTORS. classes: ids of the taxonomy.
    crop_px, batch: crops are square. object_share: share of crops cut round an object (kinds equally often).
    rejected_share: share cut round regions that officers rejected, where there are any. new_share: share of the
    object crops that come from officers' scans, where there are any. ignore_cnr_below, ignore_hidden_above: objects
    that nobody could see teach nothing, neither that they are there nor that they are not. ignore_visible_below:
    the same for objects of which a crop shows less than this share. single_energy_share: crops that lose the ratio
    channel. gain, noise: spread of the random gain of the attenuation, and of the added noise (in attenuation).
    zoom: largest random change of scale. squeeze: largest share by which half of the crops are squeezed along x, as
    scans are whose pitch along the way is coarser than anybody says. steps: optimiser steps of the whole schedule.
    rate: peak learning rate; backbone_rate: factor on it for the backbone. warm_up: share of the schedule.
    early_blocks: backbone blocks that stop learning after early_until of the schedule (saves a third of the time).
    box_weight: of the box loss. validation_share: of the scans, kept aside to watch the run. tile_px, overlap_px: of
    the exported model. learn_norms: whether the batch norms of the pyramid and the heads go on measuring; off for
    short runs from a trained model. replay_scans: simulated scans mixed in when retraining. public_set: the public set
    (datasets.public.sets) in whose words the classes are and whose folders are trained on; "" for scans with truth.json
    and kinds of the taxonomy. blur: largest spread, in pixels, by which half of the crops are blurred, as other
    detectors and focal spots do. fresh_share: share of all crops that are of a simulated scan or a site's clean one,
    with an article put into it that is drawn for that crop alone (training.fresh), fewer where it is too dark for one;
    fresh_kinds: what it is, each equally often, what stands there twice twice. oddment_share: share of the crops of
    such scans into which harmless things of no particular kind are put, drawn for that crop alone. mirrored: whether
    the exported model looks twice, as it is and mirrored left to right, at tiles in which it sees anything;
    far_pitch_mm: the coarser pitch at which such a model then looks again at what it found, 0 for none. far_share:
    share of the crops that are seen at that pitch.
    """

    name: str
    detector: str
    classes: tuple[str, ...]
    seed: int
    pitch_mm: float
    crop_px: int
    batch: int
    steps: int
    rate: float
    backbone_rate: float
    warm_up: float
    weight_decay: float
    clip_norm: float
    ema: float
    box_weight: float
    early_blocks: int
    early_until: float
    object_share: float
    rejected_share: float
    new_share: float
    ignore_cnr_below: float
    ignore_hidden_above: float
    ignore_visible_below: float
    single_energy_share: float
    gain: float
    noise: float
    zoom: float
    squeeze: float
    validation_share: float
    learn_norms: bool
    replay_scans: int
    tile_px: int
    overlap_px: int
    public_set: str = ""
    blur: float = 0.0
    fresh_share: float = 0.0
    fresh_kinds: tuple[str, ...] = ()
    oddment_share: float = 0.0
    mirrored: bool = False
    far_pitch_mm: float = 0.0
    far_share: float = 0.0

    def __post_init__(self) -> None:
        unknown = [] if self.public_set else sorted(set(self.classes) - set(taxonomy.kinds()))
        if unknown or not self.classes:
            raise RecipeError(
                f"recipe {self.name}: classes {unknown} are not in the taxonomy {sorted(taxonomy.kinds())}"
            )
        for name in ("crop_px", "tile_px"):
            if getattr(self, name) < 64 or getattr(self, name) % 32:
                raise RecipeError(
                    f"recipe {self.name}: {name} must be a multiple of 32 from 64, got {getattr(self, name)}"
                )
        for name in ("batch", "steps"):
            if getattr(self, name) < 1:
                raise RecipeError(f"recipe {self.name}: {name} must be 1 or more, got {getattr(self, name)}")
        for name in ("pitch_mm", "rate", "clip_norm"):
            if not getattr(self, name) > 0:
                raise RecipeError(f"recipe {self.name}: {name} must be above 0, got {getattr(self, name)}")
        if not 0 <= self.blur <= 8:
            raise RecipeError(f"recipe {self.name}: blur must be 0..8 pixels, got {self.blur}")
        if self.far_pitch_mm and not (self.mirrored and self.pitch_mm < self.far_pitch_mm <= 4 * self.pitch_mm):
            raise RecipeError(
                f"recipe {self.name}: far_pitch_mm must be 0, or more than pitch_mm {self.pitch_mm} and at most "
                f"four times that where mirrored is true, got {self.far_pitch_mm} with mirrored {self.mirrored}"
            )
        if self.far_share and not self.far_pitch_mm:
            raise RecipeError(f"recipe {self.name}: far_share {self.far_share} needs a far_pitch_mm, got 0")
        strange = sorted(set(self.fresh_kinds) - (set(self.classes) & set(KINDS)))
        if strange or bool(self.fresh_share) != bool(self.fresh_kinds):
            raise RecipeError(
                f"recipe {self.name}: fresh_share {self.fresh_share} needs fresh_kinds out of "
                f"{sorted(set(self.classes) & set(KINDS))}, got {list(self.fresh_kinds)}"
            )
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise RecipeError(f"recipe {self.name}: {name} must be 0..1, got {getattr(self, name)}")

    @classmethod
    def from_toml(cls, path: Path) -> "Recipe":
        """The recipe of a TOML file; every key must be there, and no other."""
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise RecipeError(f"{path}: {error}") from error
        return cls.from_table(table, str(path))

    @classmethod
    def shipped(cls, name: str, classes: tuple[str, ...]) -> "Recipe":
        """A recipe that ships with Cargoscope, for a model of these classes."""
        return replace(cls.from_toml(RECIPES / f"{name}.toml"), classes=classes)

    @classmethod
    def from_table(cls, table: dict[str, Any], source: str) -> "Recipe":
        """The recipe of a table such as a checkpoint carries; source names it in errors."""
        valid = {item.name: item.type for item in fields(cls)}
        needed = {item.name for item in fields(cls) if item.default is MISSING}
        unknown, missing = sorted(set(table) - set(valid)), sorted(needed - set(table))
        if unknown or missing:
            raise RecipeError(f"{source}: unknown keys {unknown}, missing keys {missing}; valid are {sorted(valid)}")
        values: dict[str, Any] = {}
        for name, kind in valid.items():
            if name not in table:
                continue
            value = tuple(table[name]) if isinstance(table[name], list) else table[name]
            if kind is float and isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
            expected = kind if isinstance(kind, type) else tuple
            if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
                raise RecipeError(f"{source}: {name} must be {getattr(kind, '__name__', kind)}, got {table[name]!r}")
            values[name] = value
        return cls(**values)


_SHARES = (
    "backbone_rate",
    "warm_up",
    "weight_decay",
    "ema",
    "early_until",
    "object_share",
    "rejected_share",
    "new_share",
    "ignore_hidden_above",
    "ignore_visible_below",
    "single_energy_share",
    "gain",
    "zoom",
    "squeeze",
    "validation_share",
    "fresh_share",
    "oddment_share",
    "far_share",
)
