"""What pictures of containers measure: tone, gradients, power spectrum, stripes of rows and columns, bends of walls."""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Figures = dict[str, float | list[float]]
BANDS = (0.01, 0.02, 0.04, 0.08, 0.12, 0.18, 0.26, 0.36, 0.5)
"""Edges of the bands of the power spectrum, cycles per pixel."""


def statistics(pictures: list[Grey]) -> Figures:
    """Figures of a set of pictures of one height.

    grey: shares of 16 equal ranges of tone. gradient_x, gradient_y: shares of steps of 0, 1, 2, 3-4, 5-8, 9-16 and
    more between neighbours. power_x, power_y: dB in BANDS. detail_*: what a blur of 2 pixels takes away, by tone.
    *_stripes: spread of the jumps from one line's median to the next. bends_*: of the wall of light containers, between
    40 and 76 % of the height, the spread of its columns about their local mean, and how alike columns 2 apart are.
    """
    found: Figures = {"grey": _rounded(np.mean([_shares(one, np.arange(0, 257, 16)) for one in pictures], axis=0))}
    found["below_40"] = round(float(np.mean([(one < 40).mean() for one in pictures])), 4)
    found["above_200"] = round(float(np.mean([(one >= 200).mean() for one in pictures])), 4)
    for name, axis in (("x", 1), ("y", 0)):
        steps = [np.abs(np.diff(one.astype(np.int16), axis=axis)) for one in pictures]
        edges = np.array([0, 1, 2, 3, 5, 9, 17, 256])
        found[f"gradient_{name}"] = _rounded(np.mean([_shares(one, edges) for one in steps], axis=0))
        found[f"power_{name}"] = _rounded(np.mean([_power(one, axis) for one in pictures], axis=0), 2)
    fine, tones = [], []
    for picture in pictures:
        plane = picture.astype(np.float32)
        fine.append((plane - cv2.GaussianBlur(plane, (0, 0), 2)).ravel())
        tones.append(cv2.blur(plane, (9, 9)).ravel())
    detail, tone = np.concatenate(fine), np.concatenate(tones)
    for name, low, high in (("dark", 0, 40), ("middle", 40, 160), ("light", 180, 250)):
        part = detail[(tone >= low) & (tone < high)]
        found[f"detail_{name}"] = round(float(1.4826 * np.median(np.abs(part))), 4) if len(part) else 0.0
        found[f"detail_{name}_rms"] = round(float(part.std()), 4) if len(part) else 0.0
    found["row_stripes"] = round(float(np.mean([_stripes(one) for one in pictures])), 4)
    found["column_stripes"] = round(float(np.mean([_stripes(one.T) for one in pictures])), 4)
    walls = [found_here for one in pictures if (found_here := _bends(one)) is not None]
    if walls:
        spread, alike = np.median(walls, axis=0)
        found |= {"bends_spread": round(float(spread), 3), "bends_alike_2": round(float(alike), 3)}
    return found


def differences(real: Figures, simulated: Figures) -> dict[str, float]:
    """How far two sets are apart: half the summed differences of shares, the mean of those of dB, ratios of spreads."""
    told = {}
    for name in ("grey", "gradient_x", "gradient_y"):
        told[name] = round(float(np.abs(np.subtract(real[name], simulated[name])).sum() / 2), 4)
    for name in ("power_x", "power_y"):
        told[f"{name}_db"] = round(float(np.abs(np.subtract(real[name], simulated[name])).mean()), 2)
    for name in sorted(real.keys() & simulated.keys()):
        one, other = real[name], simulated[name]
        if name.startswith(("detail", "row_", "column_", "bends_spread")) and isinstance(one, float):
            told[f"{name}_ratio"] = round(float(np.divide(other, max(one, 1e-6))), 3)
    return told


def _rounded(values: npt.NDArray[np.floating], digits: int = 4) -> list[float]:
    return [round(float(value), digits) for value in values]


def _shares(values: npt.NDArray[np.integer], edges: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    return np.asarray(np.histogram(values, edges)[0] / values.size)


def _power(picture: Grey, axis: int) -> npt.NDArray[np.float64]:
    """Mean power along an axis in each of BANDS, dB."""
    plane = picture.astype(np.float32) - picture.mean()
    window = np.hanning(plane.shape[axis]).astype(np.float32)
    plane *= window[None, :] if axis == 1 else window[:, None]
    power = (np.abs(np.fft.rfft(plane, axis=axis)) ** 2).mean(axis=1 - axis) / plane.shape[axis]
    where = np.fft.rfftfreq(plane.shape[axis])
    bands = [power[(where >= low) & (where < high)].mean() for low, high in pairwise(BANDS)]
    return np.asarray(10 * np.log10(np.array(bands) + 1e-6))


def _stripes(picture: Grey) -> float:
    """Spread of the jumps from one line's median to the next, among the calm lines."""
    return float(1.4826 * np.median(np.abs(np.diff(np.median(picture.astype(np.float32), axis=1), 2))))


def _bends(picture: Grey) -> tuple[float, float] | None:
    """Of an empty container's wall, the spread of its columns and their likeness 2 apart; None of a loaded one."""
    height, width = picture.shape
    wall = picture[int(0.4 * height) : int(0.76 * height), int(0.12 * width) : int(0.88 * width)]
    if (wall < 190).mean() > 0.05:
        return None
    columns = np.median(wall, axis=0).astype(np.float32)[None, :]
    high = (columns - cv2.blur(columns, (25, 1), borderType=cv2.BORDER_REPLICATE))[0]
    return float(high.std()), float((high[2:] * high[:-2]).mean() / max((high**2).mean(), 1e-6))
