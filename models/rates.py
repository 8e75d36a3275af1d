"""Shares that were counted, with how sure they are. numpy only, so that serving can say it too."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Rate:
    """hits of n, with the Clopper-Pearson interval at 95 % (Clopper and Pearson, Biometrika 26 (1934) 404-413).

    value: nan where n is 0.
    """

    hits: int
    n: int
    low: float
    high: float

    @classmethod
    def of(cls, hits: int, n: int) -> "Rate":
        """Refused: hits out of 0..n."""
        if not 0 <= hits <= n:
            raise ValueError(f"a rate is hits of n with 0 <= hits <= n, got {hits} of {n}")
        tail = (1 - CONFIDENCE) / 2
        low = _root(lambda p: _at_least(hits, n, p), tail) if hits else 0.0
        high = _root(lambda p: 1 - _at_least(hits + 1, n, p), tail, falling=True) if hits < n else 1.0
        return cls(hits, n, low, high)

    @property
    def value(self) -> float:
        return self.hits / self.n if self.n else float("nan")

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]" if self.n else "unknown"


def _at_least(hits: int, n: int, p: float) -> float:
    """Chance of `hits` or more of n at chance p each, 0 < p < 1."""
    k = np.arange(hits, n + 1)
    return float(np.exp(_log_ways(n)[hits:] + k * math.log(p) + (n - k) * math.log1p(-p)).sum())


@lru_cache(maxsize=64)
def _log_ways(n: int) -> npt.NDArray[np.float64]:
    """Logarithms of the binomial coefficients of n."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    return np.asarray(logs[n] - logs - logs[::-1])


def _root(chance: Callable[[float], float], wanted: float, falling: bool = False) -> float:
    """The p at which a chance that rises (or falls) with p is `wanted`."""
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if (chance(middle) < wanted) != falling:
            low = middle
        else:
            high = middle
    return (low + high) / 2
