"""What an image file held, and the rules by which it becomes planes of intensity."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cargoscope.errors import ScanError

Samples = npt.NDArray[Any]

GREY_TOLERANCE: Final = 8
"""How many of 255 grey levels the three channels of a grey picture may differ by: JPEG's colour rounding, no more."""

LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in brightness, ITU-R BT.601, as JPEG itself uses them."""


@dataclass(frozen=True, eq=False)
class Raster:
    """samples: (channels, H, W) uint8 or uint16, as stored. colour: channels are red, green, blue and perhaps alpha,
    or grey and alpha; otherwise every channel is one energy, the highest first."""

    samples: Samples
    colour: bool

    def __post_init__(self) -> None:
        if self.samples.ndim != 3 or self.samples.dtype not in (np.uint8, np.uint16):
            raise ScanError(
                f"samples must be (channels, H, W) uint8 or uint16, got {self.samples.shape} {self.samples.dtype}"
            )


def intensities(raster: Raster, name: str, pseudo_colour: bool) -> tuple[npt.NDArray[np.uint16], int]:
    """(energies, H, W) uint16 and the bits that the file had. 8-bit values v become 257·v, so that 255 is 65535.

    Equal colour channels are one energy. Colours are refused unless pseudo_colour asks for their brightness as the one
    energy; so is alpha that is not the same everywhere.
    """
    samples = _grey(raster.samples, name, pseudo_colour) if raster.colour else raster.samples
    if samples.dtype == np.uint8:
        return samples.astype(np.uint16) * np.uint16(257), 8
    return samples.astype(np.uint16, copy=False), 16


def open_beam(plane: npt.NDArray[np.uint16], name: str) -> int:
    """The intensity of air in a picture that does not say: the median of what lies within 5 % of the 99.5th percentile.

    The percentile ignores a few hot detector rows, the median the noise of the air. A picture that shows no air gets
    too low a value: its attenuation is then relative to the lightest thing in it. All black is refused.
    """
    bright = 0.95 * float(np.percentile(plane, 99.5))
    if bright <= 0:
        raise ScanError(
            f"{name}: all black, so the open beam cannot be estimated; the brightest value is {plane.max()}"
        )
    return max(1, int(np.median(plane[plane >= bright])))


def _grey(samples: Samples, name: str, pseudo_colour: bool) -> Samples:
    if len(samples) in (2, 4):
        alpha = samples[-1]
        if alpha.min() != alpha.max():
            raise ScanError(
                f"{name}: alpha must be the same everywhere, got {alpha.min()}..{alpha.max()}: a picture cut out or "
                f"blended by an image editor is no measurement"
            )
        samples = samples[:-1]
    if len(samples) == 1 or (np.array_equal(samples[0], samples[1]) and np.array_equal(samples[0], samples[2])):
        return samples[:1]
    difference = samples.max(axis=0) - samples.min(axis=0)
    step = 1 if samples.dtype == np.uint8 else 257
    if difference.max() > GREY_TOLERANCE * step and not pseudo_colour:
        share = float((difference > GREY_TOLERANCE * step).mean())
        if share < 0.1:
            raise ScanError(
                f"{name}: a grey picture with colours on {share:.1%} of it: curves or text drawn over the scan hide "
                f"what is behind them; ask for pseudo-colour to take the brightness all the same"
            )
        raise ScanError(
            f"{name}: a pseudo-colour picture ({share:.0%} of it is coloured): its colours were computed for eyes, and "
            f"the attenuation cannot be recovered from them; export raw intensities (16-bit PNG, TIFF), or ask for "
            f"pseudo-colour to take the brightness as one energy"
        )
    brightness = np.tensordot(LUMA, samples.astype(np.float32), axes=1).round()
    return brightness.astype(samples.dtype)[None]
