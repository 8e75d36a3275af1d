"""The rules of a site: who may take which scan, which reasons a decision may have, when a second officer reads.

They stand in the table [site] of the settings file; what it does not say stands in `site.toml` beside this module.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any, Final

from cargoscope.errors import SettingsError

DISPOSITIONS: Final = ("release", "hold", "inspect")
"""Of `cargoscope.review.Disposition`, the mildest first."""

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True)
class Reason:
    """One reason that a decision may have. dispositions: those that it may explain."""

    code: str
    text: str
    dispositions: tuple[str, ...]

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise SettingsError(f"a reason code is of small letters, digits and '_', got {self.code!r}")
        if not self.text.strip():
            raise SettingsError(f"reason {self.code}: has no text")
        _check_dispositions(f"reason {self.code}", self.dispositions)
        if not self.dispositions:
            raise SettingsError(f"reason {self.code}: explains no disposition")


@dataclass(frozen=True)
class Site:
    """The rules; `site.toml` says what each means, and their defaults."""

    picking: str
    lease_minutes: float
    max_leases: int
    age_per_hour: float
    truck_bonus: float
    truck_stations: tuple[str, ...]
    codes_required: tuple[str, ...]
    second_share: float
    second_scores: tuple[float, ...]
    second_dispositions: tuple[str, ...]
    disagreement: str
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        ranges = {
            "lease_minutes": (0.01, 24 * 60),
            "max_leases": (1, 1000),
            "age_per_hour": (0, 1000),
            "truck_bonus": (0, 1000),
            "second_share": (0, 1),
        }
        for name, (low, high) in ranges.items():
            if not low <= getattr(self, name) <= high:
                raise SettingsError(f"site: {name} must be {low}..{high}, got {getattr(self, name)}")
        for name, valid in (("picking", ("free", "assigned")), ("disagreement", ("supervisor", "stricter"))):
            if getattr(self, name) not in valid:
                raise SettingsError(f"site: {name} must be {' or '.join(valid)}, got {getattr(self, name)!r}")
        for name in ("codes_required", "second_dispositions"):
            _check_dispositions(f"site: {name}", getattr(self, name))
        scores = self.second_scores
        if scores and not (len(scores) == 2 and 0 <= scores[0] <= scores[1] <= 1):
            raise SettingsError(f"site: second_scores must be [low, high] within 0..1, got {list(scores)}")
        codes = [reason.code for reason in self.reasons]
        if len(set(codes)) != len(codes):
            raise SettingsError(f"site: reason codes must differ, got {codes}")
        for disposition in self.codes_required:
            if not any(disposition in reason.dispositions for reason in self.reasons):
                raise SettingsError(f"site: {disposition} needs a reason code, and no reason may explain it")

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> "Site":
        """The defaults, with what a table says in their place; SettingsError names unknown keys and wrong types."""
        defaults = _defaults()
        unknown = sorted(set(table) - set(defaults))
        if unknown:
            raise SettingsError(f"site: no rule named {', '.join(unknown)}; there are {', '.join(sorted(defaults))}")
        values = {
            field.name: _cast(field.name, table.get(field.name, defaults[field.name]), defaults[field.name])
            for field in fields(cls)
        }
        return cls(**values)

    def truck_waits(self, station_id: str) -> bool:
        """Whether the truck stands at that scanner until the decision."""
        return "*" in self.truck_stations or station_id in self.truck_stations


@cache
def _defaults() -> dict[str, Any]:
    return tomllib.loads((resources.files("cargoscope") / "site.toml").read_text("utf-8"))


def _cast(name: str, value: Any, default: Any) -> Any:
    """A value of TOML as the field wants it; SettingsError where it is of another type than the default."""
    if name == "reasons":
        return _reasons(value)
    if isinstance(default, list):
        kind: type | tuple[type, ...] = (int, float) if name == "second_scores" else str
        if not isinstance(value, list) or not all(isinstance(one, kind) and one is not True for one in value):
            raise SettingsError(f"site: {name} must be a list, got {value!r}")
        return tuple(value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not type(default):
        raise SettingsError(f"site: {name} must be {type(default).__name__}, got {value!r}")
    return value


def _reasons(value: Any) -> tuple[Reason, ...]:
    if not isinstance(value, list):
        raise SettingsError(f"site: reasons must be a list of tables, got {value!r}")
    for one in value:
        if not isinstance(one, dict) or set(one) != {"code", "text", "dispositions"}:
            raise SettingsError(f"site: a reason has code, text and dispositions, got {one!r}")
        if not (isinstance(one["code"], str) and isinstance(one["text"], str) and _is_words(one["dispositions"])):
            raise SettingsError(f"site: a reason has two texts and a list of dispositions, got {one!r}")
    return tuple(Reason(one["code"], one["text"], tuple(one["dispositions"])) for one in value)


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _check_dispositions(where: str, got: tuple[str, ...]) -> None:
    unknown = [word for word in got if word not in DISPOSITIONS]
    if unknown:
        raise SettingsError(f"{where}: a disposition is one of {', '.join(DISPOSITIONS)}, got {', '.join(unknown)}")
