"""How well a person tells scans that hold something from those that do not: rates, intervals, d' and criterion.

Sources: Green and Swets, Signal Detection Theory and Psychophysics (1966); Macmillan and Creelman, Detection Theory
(2nd ed. 2005), chapters 1 and 2; Hautus, Behavior Research Methods 27 (1995) 46-51, for the log-linear correction;
Gourevitch and Galanter, Psychometrika 32 (1967) 25-33, for the variance of d'; Clopper and Pearson, Biometrika 26
(1934) 404-413, for the intervals of rates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

CONFIDENCE: Final = 0.95
NORMAL: Final = NormalDist()
HALVINGS: Final = 50
"""Steps of bisection: the ends of an interval are right to 2 ** -50."""


@dataclass(frozen=True)
class Rate:
    """k of n, with the Clopper-Pearson interval at 95 %. value: nan where n is 0."""

    k: int
    n: int
    low: float
    high: float

    @classmethod
    def of(cls, k: int, n: int) -> "Rate":
        if not 0 <= k <= n:
            raise ValueError(f"a rate is k of n with 0 <= k <= n, got {k} of {n}")
        tail = (1 - CONFIDENCE) / 2
        low = _solve(lambda p: _at_least(k, n, p) < tail) if k else 0.0
        high = _solve(lambda p: _at_least(k + 1, n, p) < 1 - tail) if k < n else 1.0
        return cls(k, n, low, high)

    @property
    def value(self) -> float:
        return self.k / self.n if self.n else float("nan")


@dataclass(frozen=True)
class Sensitivity:
    """hits: of the scans that held something; false_alarms: of the clean ones.

    d_prime = z(H') - z(F') and criterion = -(z(H') + z(F')) / 2, with the log-linear correction
    H' = (hits + 0.5) / (n + 1), F' = (false alarms + 0.5) / (m + 1), always applied, so that neither is ever infinite.
    criterion above 0: the officer rather says "nothing there". Half widths of 95 % intervals beside both. None where
    there was no scan of either sort: then nothing can be said.
    """

    hits: Rate
    false_alarms: Rate
    d_prime: float | None
    d_prime_half: float | None
    criterion: float | None
    criterion_half: float | None

    @classmethod
    def of(cls, hits: int, n: int, false_alarms: int, m: int) -> "Sensitivity":
        rates = Rate.of(hits, n), Rate.of(false_alarms, m)
        if not n or not m:
            return cls(*rates, None, None, None, None)
        h, f = (hits + 0.5) / (n + 1), (false_alarms + 0.5) / (m + 1)
        zh, zf = NORMAL.inv_cdf(h), NORMAL.inv_cdf(f)
        variance = h * (1 - h) / (n * NORMAL.pdf(zh) ** 2) + f * (1 - f) / (m * NORMAL.pdf(zf) ** 2)
        half = NORMAL.inv_cdf((1 + CONFIDENCE) / 2) * sqrt(variance)
        return cls(*rates, zh - zf, half, -(zh + zf) / 2, half / 2)


def _at_least(k: int, n: int, p: float) -> float:
    """The probability of k or more of n."""
    counts = np.arange(n + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    terms = logs[n] - logs[counts] - logs[n - counts] + counts * np.log(p) + (n - counts) * np.log1p(-p)
    return float(np.exp(terms[k:]).sum())


def _solve(below: Callable[[float], bool]) -> float:
    """The p in 0..1 up to which `below` holds."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2
