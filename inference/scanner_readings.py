"""What a scan says about its scanner: the level of the open beam and its noise, from the air round the container."""

from typing import Final

import numpy as np

from cargoscope.scan import View

AIR_SHARE: Final = 0.92
"""Of the brightest level: what is that bright is air."""

LEAST: Final = 0.01
"""Share of a view that must be air for a reading."""

STEP: Final = 2
"""Every so many rows are read; drift is slow and scans are large."""


def read_air(view: View) -> tuple[float | None, float | None]:
    """(level, noise) of the highest energy, both as shares of the view's open beam; None where it shows no air.

    Level: the median of the air's pixels. Noise: the standard deviation of one pixel from the differences of
    neighbours in a row, by their median absolute value, which cargo's edges and slow gain do not move:
    1.4826 · median |d| / sqrt(2). An 8-bit export may show none.
    """
    plane = view.pixels[0][::STEP].astype(np.float32) / view.open_beam[0]
    air = plane >= AIR_SHARE * np.percentile(plane, 99.5)
    if air.mean() < LEAST:
        return None, None
    both = air[:, 1:] & air[:, :-1]
    steps = np.abs(np.diff(plane, axis=1)[both])
    noise = float(1.4826 * np.median(steps) / np.sqrt(2)) if steps.size else None
    return float(np.median(plane[air])), noise
