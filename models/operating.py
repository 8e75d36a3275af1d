"""Where a model works: thresholds by the share of clean scans that may alarm, and the detection to expect there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cargoscope.errors import ModelError
from cargoscope.models.rates import Rate

Floats = npt.NDArray[np.float64]

LOWEST: Final = 0.02
"""Threshold of an examination: findings below it count as nothing found, so no threshold may be lower."""

MAX_FAR: Final = 0.5


@dataclass(frozen=True)
class OperatingPoint:
    """One threshold for all classes. far: share of clean scans that was asked for. alarms: of the clean scans of the
    examination at this threshold. pd: of its scans with contraband that are detected; pd_clear: counting only objects
    of CNR 3 and more."""

    far: float
    threshold: float
    alarms: Rate
    pd: Rate
    pd_clear: Rate

    def __str__(self) -> str:
        return (
            f"threshold {self.threshold:.4f} for {self.far:.2%} false alarms: expect Pd {self.pd_clear} for CNR 3 and "
            f"more, {self.pd} over all; {self.alarms.hits} of {self.alarms.n} clean scans alarmed, "
            f"at most {self.alarms.high:.2%} with 95 % confidence"
        )

    def table(self) -> dict[str, Any]:
        """For JSON."""
        rates = {"alarms": self.alarms, "pd": self.pd, "pd_clear": self.pd_clear}
        return {
            "far": self.far,
            "threshold": self.threshold,
            **{name: {**vars(rate), "value": rate.value if rate.n else None} for name, rate in rates.items()},
        }


@dataclass(frozen=True)
class Operating:
    """What an examination on validation scans scored: enough to set a threshold for any rate of false alarms later.

    clean: the loudest finding of each clean scan. threat: of each scan with contraband, the best finding that hits an
    object; clear: the same for its objects of CNR 3 and more, where it has some. 0 where nothing was found.
    manifest_id: of the scans. chosen: the table of the point that the model's thresholds were set to, {} where they
    were set otherwise.
    """

    clean: tuple[float, ...]
    threat: tuple[float, ...]
    clear: tuple[float, ...]
    manifest_id: str
    chosen: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("clean", "threat", "clear"):
            values = getattr(self, name)
            if not all(isinstance(value, float) and 0 <= value <= 1 for value in values):
                raise ModelError(f"operating: {name} must be scores 0..1")
        if not self.clean or not self.threat:
            raise ModelError(
                f"operating: needs clean scans and scans with contraband, got {len(self.clean)} and {len(self.threat)}"
            )

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> "Operating":
        scores = {name: tuple(float(value) for value in table[name]) for name in ("clean", "threat", "clear")}
        return cls(**scores, manifest_id=table["manifest_id"], chosen=table["chosen"])

    def at(self, far: float) -> OperatingPoint:
        """The operating point of a false-alarm rate. Refused: a rate that so few clean scans cannot show."""
        refuse_unresolved(far, len(self.clean))
        return self.strictest(far)

    def strictest(self, far: float) -> OperatingPoint:
        """The same, and without an alarm where the clean scans are too few to show the rate. Where too many of them
        score 1, the threshold is 1 and more of them alarm."""
        threshold = min(threshold_for(far, np.array(self.clean, np.float64)), 1.0)
        counted = [Rate.of(sum(value >= threshold for value in values), len(values)) for values in self._columns()]
        return OperatingPoint(far, threshold, *counted)

    def _columns(self) -> Sequence[Sequence[float]]:
        return self.clean, self.threat, self.clear


def refuse_unresolved(far: float, n_clean: int) -> None:
    """ModelError unless n clean scans can show the false-alarm rate: one of them or more may alarm."""
    if not 0 < far <= MAX_FAR:
        raise ModelError(f"a false-alarm rate must be above 0 and at most {MAX_FAR:.0%}, got {far:.6g}")
    if math.floor(far * n_clean + 1e-9) < 1:
        raise ModelError(
            f"a false-alarm rate of {far:.3%} needs at least {math.ceil(1 / far - 1e-9)} clean scans, there are "
            f"{n_clean}, which resolve {1 / max(n_clean, 1):.3%} and more"
        )


def threshold_for(far: float, clean: Floats) -> float:
    """The smallest threshold from LOWEST at which at most far · n of the clean scans (their highest scores) alarm.

    Above 1 where there is none: too many clean scans score 1.
    """
    allowed = int(np.floor(far * len(clean) + 1e-9))
    loudest = np.sort(clean)[::-1][allowed]
    return max(float(np.nextafter(np.float32(loudest), np.float32(2))), LOWEST)
