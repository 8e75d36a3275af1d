"""How much of a scanner's stripes is left to the eye: what a local mean does not take away."""

from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

LOCAL_PX: Final = 25
"""Window of the local mean that is taken off before a background's spread is measured: 150 mm at 6 mm."""

KNOTS_PX: Final = 24
"""Lines between two of the random values that a wandering gain is interpolated from."""

SINGLE: Final = 1 - 1 / LOCAL_PX
"""Share of the variance that is left where every line is random for itself."""


@cache
def wandering() -> float:
    """Share of the variance of the random values that is left where lines are interpolated between them."""
    lines = np.arange(12 * KNOTS_PX)
    knots = np.eye(13)
    return _left(np.stack([np.interp(lines / KNOTS_PX, np.arange(13), knot) for knot in knots], axis=1))


@cache
def boards(rows: int) -> float:
    """Share of the variance that is left where so many neighbouring rows share one random gain."""
    return _left(np.repeat(np.eye(LOCAL_PX * 4 // rows + 4), rows, axis=0))


def _left(weights: npt.NDArray[np.float64]) -> float:
    """weights: (lines, random values of unit variance). Lines near the ends are not asked."""
    residual = weights - cv2.blur(weights, (1, LOCAL_PX))
    inner = residual[LOCAL_PX // 2 : len(weights) - LOCAL_PX // 2]
    return float((inner**2).sum(axis=1).mean())
