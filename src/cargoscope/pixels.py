"""The one road from a view's pixels to a model's input, and back again from the model's boxes to the view.

A view becomes `Planes` once: four channels resampled to the model's pitch. Tiles are cut from the planes, by the engine
for serving and by the samples for training, so that a tile looks the same to both.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Final, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.errors import LimitError, ScanError
from cargoscope.scan import View

Floats = npt.NDArray[np.float32]
T = TypeVar("T")

CHANNELS: Final = ("attenuation", "contrast", "texture", "ratio")
ASSUMED_PITCH_MM: Final = 4.5
"""Pitch taken where a view does not say: the middle of what linac scanners export (3.5 to 6 mm)."""

WINDOW_MM: Final = 400.0
"""Side of the window whose mean and spread `contrast` and `texture` are measured against."""

MAX_PLANE_PIXELS: Final = 64_000_000
"""Pixels of a view at the model's pitch: a goods wagon of 100 m at 4 mm twice over. More is a wrong pitch."""

NEUTRAL_RATIO: Final = 0.87
"""Ratio of attenuations, high to low energy, between organics (.84) and steel (.90) at 6/4 MV; maps to 0."""


@dataclass(frozen=True, eq=False)
class Planes:
    """A view as the model sees it.

    values: (4, h, w) float32 in the order of CHANNELS. pixels_per_px_xy: view pixels per plane pixel along x and y.
    """

    values: Floats
    pixels_per_px_xy: tuple[float, float]

    @property
    def size_wh(self) -> tuple[int, int]:
        return self.values.shape[2], self.values.shape[1]


def attenuation(view: View) -> Floats:
    """A = -ln(I / open beam) per energy, (energies, H, W) float32, 0 in air, limited by the last count of its bits."""
    planes = zip(view.pixels, view.open_beam, strict=True)
    return np.stack([_attenuation(plane.astype(np.float32), beam, view.bits) for plane, beam in planes])


def to_planes(view: View, pitch_mm: float) -> Planes:
    """The four channels of a view, resampled to pitch_mm per pixel in both directions.

    Intensities are resampled before the logarithm, as a larger detector element would collect them: averaging
    attenuations instead would bias the darkest regions, where noise is of the size of the signal.
    attenuation: of the highest energy, divided by 4. contrast: attenuation less its mean over WINDOW_MM.
    texture: contrast divided by its own spread over WINDOW_MM, divided by 2.
    ratio: (A_high / A_low - NEUTRAL_RATIO) · 10 over a 3×3 neighbourhood, fading to 0 where the object attenuates too
    little to say and where next to nothing penetrates; 0 everywhere with one energy.
    Refused: a pitch out of range, and a view that would need more than MAX_PLANE_PIXELS.
    """
    if not 0.05 <= pitch_mm <= 100:
        raise ScanError(f"the model's pitch must be 0.05..100 mm, got {pitch_mm}")
    pitch_xy = view.pitch_mm or (ASSUMED_PITCH_MM, ASSUMED_PITCH_MM)
    width, height = view.size_wh
    w, h = (max(1, round(n * pitch / pitch_mm)) for n, pitch in zip((width, height), pitch_xy, strict=True))
    if w * h > MAX_PLANE_PIXELS:
        raise LimitError(
            f"view {view.name!r}: at most {MAX_PLANE_PIXELS} pixels at the model's {pitch_mm} mm, "
            f"got {w}×{h} from {width}×{height} at {pitch_xy} mm"
        )
    high, *lower = _together([
        partial(_seen, plane, beam, view.bits, (w, h))
        for plane, beam in zip(view.pixels[:2], view.open_beam[:2], strict=True)
    ])  # fmt: skip
    window = max(3, round(WINDOW_MM / pitch_mm)) | 1
    values = np.empty((len(CHANNELS), h, w), np.float32)

    def shade() -> None:
        _channels(high, high - _blur(high, window), window, values)

    def colour() -> None:
        values[3] = _ratio(high, lower[0], _deepest(view.open_beam[1], view.bits))

    values[3] = 0
    _together([shade, colour] if lower else [shade])
    return Planes(values, (width / w, height / h))


def with_more(values: Floats, more: Floats, pitch_mm: float, deepest: float) -> Floats:
    """Channels as `to_planes` would have made them had something attenuated more: of an article put into the scan.

    values: (4, h, w). more: (energies, h, w), what is added to the attenuation at the highest energy, and at the lower
    one where the view has two. deepest: attenuation that the source reads as nothing getting through. Only what lies
    WINDOW_MM and more from the edge is right (texture is the spread of a contrast that sees half of that itself), for
    the rest sees a neighbourhood that ends there. Of the second energy it knows what the ratio channel says: neutral
    where that had faded.
    """
    values = np.asarray(values, np.float32)
    old = values[0] * np.float32(4)
    high = np.minimum(old + more[0], max(deepest, float(old.max())))
    added = high - old
    window = max(3, round(WINDOW_MM / pitch_mm)) | 1
    new = values.copy()
    _channels(high, values[1] + added - _blur(added, window), window, new)
    if len(more) > 1 and values[3].any():
        smooth = _blur(old, 3)
        faded = _trust(smooth / np.float32(NEUTRAL_RATIO), deepest)
        low = smooth / (NEUTRAL_RATIO + values[3] / 10 / np.maximum(faded, 0.2))
        both = smooth + _blur(added, 3), low + _blur(more[1], 3)
        new[3] = np.where(_blur(added, 3) > 1e-4, _coloured(*both, deepest), values[3])
    return new


def tile_origins(size_wh: tuple[int, int], tile_hw: tuple[int, int], overlap: int) -> list[tuple[int, int]]:
    """(x, y) of tiles that cover a plane with at least `overlap` pixels in common, row by row, evenly spread."""
    (w, h), (tile_h, tile_w) = size_wh, tile_hw
    if not 0 <= overlap < min(tile_hw):
        raise ScanError(f"overlap must be 0..{min(tile_hw) - 1}, got {overlap}")
    return [(x, y) for y in _starts(h, tile_h, overlap) for x in _starts(w, tile_w, overlap)]


def cut(planes: Planes, origin_xy: tuple[int, int], tile_hw: tuple[int, int]) -> Floats:
    """One tile, (4, tile_h, tile_w) float32; what lies outside the planes is air (0 in every channel)."""
    tile = np.empty((len(CHANNELS), *tile_hw), np.float32)
    cut_into(tile, planes, origin_xy)
    return tile


def cut_into(tile: Floats, planes: Planes, origin_xy: tuple[int, int]) -> None:
    """As `cut`, into a tile that is there already, whatever it holds."""
    _, tile_h, tile_w = tile.shape
    (x, y), (w, h) = origin_xy, planes.size_wh
    left, right = (min(max(edge - x, 0), tile_w) for edge in (0, w))
    top, bottom = (min(max(edge - y, 0), tile_h) for edge in (0, h))
    tile[:, :top] = tile[:, bottom:] = 0
    tile[:, top:bottom, :left] = tile[:, top:bottom, right:] = 0
    if left < right and top < bottom:
        tile[:, top:bottom, left:right] = planes.values[:, top + y : bottom + y, left + x : right + x]


def to_scan(boxes_input: Floats, origin_xy: tuple[int, int], planes: Planes) -> Floats:
    """Boxes of a tile, (N, 4) in tile pixels, as boxes in pixels of the view, clipped to it."""
    sx, sy = planes.pixels_per_px_xy
    w, h = planes.size_wh
    shifted = boxes_input + np.array([*origin_xy, *origin_xy], np.float32)
    limits = np.array([w, h, w, h], np.float32)
    scaled = np.clip(shifted, 0, limits) * np.array([sx, sy, sx, sy], np.float32)
    return scaled.astype(np.float32)


def to_input(boxes: Floats, origin_xy: tuple[int, int], planes: Planes) -> Floats:
    """Boxes in pixels of the view, (N, 4), as boxes in tile pixels: the inverse of `to_scan`, without clipping."""
    sx, sy = planes.pixels_per_px_xy
    scaled = boxes / np.array([sx, sy, sx, sy], np.float32)
    return (scaled - np.array([*origin_xy, *origin_xy], np.float32)).astype(np.float32)


def _together(works: Sequence[Callable[[], T]]) -> list[T]:
    """What the works give, done side by side unless OpenCV was told to use one thread."""
    if len(works) == 1 or cv2.getNumThreads() == 1:
        return [work() for work in works]
    others = [_helpers(os.getpid()).submit(work) for work in works[1:]]
    return [works[0](), *(other.result() for other in others)]


@cache
def _helpers(process_id: int) -> ThreadPoolExecutor:
    """Threads that stay, of one process: those of its parent do not come along into a fork."""
    return ThreadPoolExecutor(thread_name_prefix=f"planes of {process_id}")


def _seen(plane: npt.NDArray[np.uint16], open_beam: int, bits: int, size_wh: tuple[int, int]) -> Floats:
    return _attenuation(_resample(plane, *size_wh), open_beam, bits)


def _attenuation(intensity: Floats, open_beam: int, bits: int) -> Floats:
    """Takes the place of the intensity."""
    beam = np.float32(open_beam)
    transmission = np.clip(intensity, _last_count(bits), beam, out=intensity)
    transmission /= beam
    return np.subtract(0, np.log(transmission, out=transmission), out=transmission)  # air is 0, where -log makes it -0


def _channels(high: Floats, contrast: Floats, window: int, values: Floats) -> None:
    """The first three channels into values (4, h, w), from the attenuation and its contrast."""
    dark, uneven, texture = values[:3]
    spread = _blur(np.multiply(contrast, contrast, out=texture), window)
    np.clip(spread, 0, np.inf, out=spread)  # running sums may end just below zero
    np.sqrt(spread, out=spread)
    spread += 0.02
    spread *= 2.0
    np.clip(np.divide(high, 4.0, out=dark), 0.0, 3.0, out=dark)
    np.clip(contrast, -2.0, 2.0, out=uneven)
    np.clip(np.divide(contrast, spread, out=texture), -2.0, 2.0, out=texture)


def _last_count(bits: int) -> np.float32:
    """The smallest step of intensity that the source knew, on the scale of 16 bits."""
    return np.float32(1 << (16 - bits))


def _deepest(open_beam: int, bits: int) -> float:
    """The largest attenuation that can be told from none getting through."""
    return float(np.log(open_beam / _last_count(bits)))


def _resample(plane: npt.NDArray[np.uint16], w: int, h: int) -> Floats:
    """Area means along an axis that shrinks, linear interpolation along one that grows; edges stay where they are."""
    resampled = plane.astype(np.float32)
    height, width = plane.shape
    smaller_wh = (min(w, width), min(h, height))
    if smaller_wh != (width, height):
        resampled = np.asarray(cv2.resize(resampled, smaller_wh, interpolation=cv2.INTER_AREA), np.float32)
    if smaller_wh != (w, h):
        resampled = np.asarray(cv2.resize(resampled, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)
    return resampled


def _blur(plane: Floats, window: int) -> Floats:
    return np.asarray(cv2.blur(plane, (window, window), borderType=cv2.BORDER_REPLICATE))


def _ratio(high: Floats, low: Floats, deepest: float) -> Floats:
    return _coloured(_blur(high, 3), _blur(low, 3), deepest)


def _coloured(high: Floats, low: Floats, deepest: float) -> Floats:
    """The ratio channel from attenuations without their noise."""
    ratio = high / np.maximum(low, 0.1)
    return np.asarray(np.clip((ratio - NEUTRAL_RATIO) * 10.0, -2.0, 2.0) * _trust(low, deepest), np.float32)


def _trust(low: Floats, deepest: float) -> Floats:
    """From A_low = 0.1 (not yet) .. 0.3 (fully) up to three (fully) .. two (no more) below the deepest."""
    return np.asarray(np.clip((low - 0.1) * 5.0, 0.0, 1.0) * np.clip(deepest - 2.0 - low, 0.0, 1.0), np.float32)


def _starts(length: int, tile: int, overlap: int) -> list[int]:
    if length <= tile:
        return [0]
    count = -(-(length - overlap) // (tile - overlap))
    return [round(i * (length - tile) / (count - 1)) for i in range(count)]
