"""How well a person tells scans that hold something from those that do not: d' and criterion.

Sources: Green and Swets, Signal Detection Theory and Psychophysics (1966); Macmillan and Creelman, Detection Theory
(2nd ed. 2005), chapters 1 and 2; Hautus, Behavior Research Methods 27 (1995) 46-51, for the log-linear correction;
Gourevitch and Galanter, Psychometrika 32 (1967) 25-33, for the variance of d'.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

from cargoscope.models.rates import CONFIDENCE, Rate

NORMAL: Final = NormalDist()


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
