"""From scores to probabilities: how many times more often a score comes from contraband than from clean cargo.

A score says which scan comes first; it is no probability, and none can be told without saying how many of all scans
hold contraband (the prevalence). So a model carries likelihood ratios, and the prevalence is named beside each
probability. The curve is that of beta calibration (Kull, Silva Filho, Flach, 2017): three numbers, monotone.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from cargoscope.errors import ModelError

PREVALENCE: Final = 0.001
"""Share of scans with contraband where nobody names another: ports report fewer than one in a thousand."""


@dataclass(frozen=True)
class Curve:
    """ln(likelihood ratio) = a · ln s − b · ln(1 − s) + c for a score s, a and b not negative.

    lowest: scores below count as it. limit: the logarithm goes no farther than this to either side, since so many
    scans support no more.
    """

    a: float
    b: float
    c: float
    lowest: float
    limit: float

    def __post_init__(self) -> None:
        values = (self.a, self.b, self.c, self.lowest, self.limit)
        if not all(math.isfinite(value) for value in values) or min(self.a, self.b) < 0 or self.limit <= 0:
            raise ModelError(f"a calibration curve must rise and be finite, got {values}")
        if not 0 < self.lowest < 1:
            raise ModelError(f"the lowest score of a calibration curve must be above 0 and below 1, got {self.lowest}")

    def log_ratio(self, score: float) -> float:
        inside = min(max(score, self.lowest), 1 - 1e-6)
        value = self.a * math.log(inside) - self.b * math.log1p(-inside) + self.c
        return min(max(value, -self.limit), self.limit)


@dataclass(frozen=True)
class Calibration:
    """scan: of the highest score of a scan. finding: of each finding; its ratio is that of true findings per scan with
    contraband to false findings per scan. n_clean, n_threat: scans it was fitted on; manifest_id: of them.
    reliability: as measured on other scans ({} before that)."""

    scan: Curve
    finding: Curve
    n_clean: int
    n_threat: int
    manifest_id: str
    reliability: dict[str, Any]

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> "Calibration":
        curves = {name: Curve(**table[name]) for name in ("scan", "finding")}
        return cls(**(table | curves))

    def scan_probability(self, score: float, prevalence: float = PREVALENCE) -> float:
        """Of contraband in a scan with this score, where this share of all scans holds some."""
        return _posterior(self.scan.log_ratio(score), refuse_no_share(prevalence) / (1 - prevalence))

    def finding_probability(self, score: float, prevalence: float = PREVALENCE) -> float:
        """Of contraband where a finding of this score is. False findings are taken as equally frequent in all scans."""
        return _posterior(self.finding.log_ratio(score), refuse_no_share(prevalence))


def refuse_no_share(prevalence: float) -> float:
    """The prevalence; ModelError unless it lies above 0 and below 1."""
    if not 0 < prevalence < 1:
        raise ModelError(f"a prevalence must be above 0 and below 1, got {prevalence}")
    return prevalence


def _posterior(log_ratio: float, odds: float) -> float:
    together = math.exp(log_ratio) * odds
    return together / (1 + together)
