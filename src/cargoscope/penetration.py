"""What the beam did not get through: one definition for reports, services and training; the viewer hatches the same.

"Clear" never covers such a pixel: whatever lies there, nobody has seen it.
"""

from math import ceil, exp, floor, log
from typing import Final

import numpy as np
import numpy.typing as npt

from cargoscope.scan import View

DEEPEST: Final = 8.0
"""Attenuation beyond which nothing is told of by any scanner: about 25 cm of steel at 6 MV."""

CLEAR: Final = 0.92
"""A pixel with this share of the open beam, or more, has nothing in front of it."""


def opaque_level(open_beam: int, bits: int) -> float:
    """The intensity at and below which a pixel tells nothing: a factor e above the last count of its source, and at
    least the open beam weakened by DEEPEST - 1."""
    return open_beam * exp(1 - min(DEEPEST, log(open_beam / (1 << (16 - bits)))))


def dark_mask(view: View) -> npt.NDArray[np.bool_]:
    """(H, W): where the highest energy, which reaches deepest, did not get through."""
    return np.asarray(view.pixels[0] <= opaque_level(view.open_beam[0], view.bits))


def unpenetrated(view: View, box: tuple[float, float, float, float] | None = None) -> float:
    """Share 0..1, of the pixels in which something stands in the beam, that it did not get through; 0 where none does.

    box: x1 y1 x2 y2 in pixels, the pixels that it touches; without one the whole view.
    """
    width, height = view.size_wh
    x1, y1, x2, y2 = box or (0.0, 0.0, float(width), float(height))
    part = view.pixels[0][max(floor(y1), 0) : ceil(y2), max(floor(x1), 0) : ceil(x2)]
    loaded = int((part < CLEAR * view.open_beam[0]).sum())
    dark = int((part <= opaque_level(view.open_beam[0], view.bits)).sum())
    return dark / loaded if loaded else 0.0
