"""One article into one view: what the beam would have shown had it been there, and how visible it then is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.projection.background import Background
from cargoscope.datasets.simulation.beam.materials import ORGANIC
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.beam.stripes import LOCAL_PX
from cargoscope.datasets.simulation.canvas import Map
from cargoscope.datasets.simulation.threats.stamps import Stamp
from cargoscope.datasets.simulation.threats.visibility import RING_PX
from cargoscope.datasets.truth import Mask
from cargoscope.errors import SimulationError
from cargoscope.scan import View

DEPTH_MM: Final = 2350.0
"""Inner width of a container, ISO 668: cargo is taken to fill it."""

STRUCTURE_G_CM2: Final = 3.0
"""Steel of both side walls, which nothing displaces."""

MOST_DISPLACED: Final = 0.97


@dataclass(frozen=True, eq=False)
class Projected:
    """pixels: (energies, H, W) uint16 of the whole view. box: x1 y1 x2 y2. mask: (h, w), cropped to the box.

    cnr, hidden_fraction: as the simulator defines them (threats/visibility.py), the background being the real one with
    its own noise. background_transmission: median of the highest energy behind the mask.
    """

    pixels: npt.NDArray[np.uint16]
    box: tuple[float, float, float, float]
    mask: Mask
    cnr: float
    hidden_fraction: float
    areal_density_g_cm2: float
    background_transmission: float


def naive(beam: Beam, behind: Map, stamp: Map, _: Map) -> Map:
    """The article as it transmits in air: T = T_background · T_article. Too dark behind cargo, which hardens."""
    return _ratio(beam, np.zeros_like(behind), stamp)


def hardening(beam: Beam, behind: Map, stamp: Map, _: Map) -> Map:
    """The article as it transmits in the beam that its background leaves."""
    return _ratio(beam, behind, stamp)


def displacement(beam: Beam, behind: Map, stamp: Map, depth_mm: Map) -> Map:
    """As `hardening`, and the article takes the place of as much cargo as it is deep.

    Cargo on the ray is what is behind less the container's walls, evenly over DEPTH_MM.
    """
    share = np.clip(depth_mm / DEPTH_MM, 0, MOST_DISPLACED)
    total = behind.sum(axis=0)
    cargo = behind * (np.maximum(total - STRUCTURE_G_CM2, 0) / np.maximum(total, 1e-6))
    return _ratio(beam, behind, stamp - cargo * share)


MODES: Final[dict[str, Callable[[Beam, Map, Map, Map], Map]]] = {
    "naive": naive,
    "hardening": hardening,
    "displacement": displacement,
}
"""(beam, mass behind, mass of the article, its depth) to the factor on transmission (energies, h, w)."""


def project(
    background: Background,
    stamp: Stamp,
    corner: tuple[int, int],
    mode: str,
    rng: np.random.Generator,
    interlaced: bool = False,
    jpeg_quality: int | None = None,
) -> Projected:
    """The view with a stamp whose top left pixel lies at corner (x, y).

    The view's own pixels are multiplied by the mode's factor, blurred like the view's edges, so that its texture, its
    stripes and its noise stay; the noise that fewer quanta add on top is drawn. interlaced: the second plane sees the
    mean of two columns. jpeg_quality: 8-bit only, the blocks of 8 that change go through JPEG once more, as the others
    did. Refused: an unknown mode, a stamp that leaves the view.
    """
    if mode not in MODES:
        raise SimulationError(f"no projection mode {mode!r}; there are {sorted(MODES)}")
    window, here = _window(background, stamp, corner)
    behind = background.mass(window)
    mass, depth = np.zeros_like(behind), np.zeros(behind.shape[1:], np.float32)
    mass[:, *here] = stamp.mass
    mass[ORGANIC][here] += stamp.wrap
    depth[here] = stamp.depth_mm
    factor = MODES[mode](background.beam, behind, mass, depth)
    if interlaced and len(factor) == 2:
        factor[1] = (factor[1] + np.concatenate([factor[1][:, :1], factor[1][:, :-1]], axis=1)) / 2
    sx, sy = background.blur_px
    factor = np.stack([cv2.GaussianBlur(plane, (0, 0), sigmaX=sx, sigmaY=sy) for plane in factor])
    before = background.values[:, *window]
    after = before * factor
    added = background.sigma(after) ** 2 - factor**2 * background.sigma(before) ** 2
    noisy = after + np.sqrt(np.maximum(added, 0)) * rng.standard_normal(after.shape, np.float32)
    touched = np.abs(factor - 1).max(axis=0) > 1e-3
    pixels = _written(background, np.where(touched, noisy, before), touched, window, jpeg_quality)
    mask = np.zeros(depth.shape, bool)
    mask[here] = stamp.mask
    x1, y1, x2, y2 = _extent(mask)
    cnr, hidden = _visibility(background, before[0], after[0], mask, window)
    left, top = window[1].start, window[0].start
    return Projected(
        pixels,
        (float(left + x1), float(top + y1), float(left + x2), float(top + y2)),
        mask[y1:y2, x1:x2].copy(),
        cnr,
        hidden,
        float(stamp.mass.sum(axis=0)[stamp.mask].mean()),
        float(np.median(before[0][mask])),
    )


def _ratio(beam: Beam, behind: Map, extra: Map) -> Map:
    after = np.maximum(behind + extra, 0)
    return np.asarray(beam.transmission(after) / np.maximum(beam.transmission(behind), 1e-12), np.float32)


def _window(
    background: Background, stamp: Stamp, corner: tuple[int, int]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """The part of the view that is worked on, RING_PX wider where there is room, and where the stamp lies in it."""
    width, height = background.view.size_wh
    h, w = stamp.depth_mm.shape
    x, y = corner
    if x < 0 or y < 0 or x + w > width or y + h > height:
        raise SimulationError(f"a stamp of {w}x{h} at {corner} leaves a view of {width}x{height} pixels")
    if not stamp.mask.any():
        raise SimulationError(f"an article of {w}x{h} pixels shows nothing at this pitch")
    rows = slice(max(0, y - RING_PX), min(height, y + h + RING_PX))
    cols = slice(max(0, x - RING_PX), min(width, x + w + RING_PX))
    r, c = y - rows.start, x - cols.start
    return (rows, cols), (slice(r, r + h), slice(c, c + w))


def _extent(mask: Mask) -> tuple[int, int, int, int]:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def _written(
    background: Background, values: Map, touched: Mask, window: tuple[slice, slice], jpeg_quality: int | None
) -> npt.NDArray[np.uint16]:
    """The view's pixels with new transmissions in a window; what is not touched stays to the bit."""
    view = background.view
    pixels = view.pixels.copy()
    step = _step(view)
    for plane, value, level in zip(pixels, values, view.open_beam, strict=True):
        shown = background.tone.shown(value) * np.float32(level)
        new = np.clip(np.rint(shown / step) * step, 0, 65535).astype(np.uint16)
        plane[window] = np.where(touched, new, plane[window])
        if jpeg_quality is not None:
            if view.bits != 8:
                raise SimulationError(f"view {view.name!r}: only 8-bit views go through JPEG, got {view.bits} bits")
            _recompress(plane, touched, window, jpeg_quality, step)
    return pixels


def _step(view: View) -> int:
    """One level of the source on the scale of 16 bits. Pictures of 8 bits span it (v · 257), the simulator's shift."""
    spread = view.bits == 8 and not (view.pixels[:, ::7] % 257).any()
    return 257 if spread else 1 << (16 - view.bits)


def _recompress(
    plane: npt.NDArray[np.uint16], touched: Mask, window: tuple[slice, slice], quality: int, step: int
) -> None:
    """The blocks of 8 x 8, counted from the view's corner, that hold touched pixels go through JPEG."""
    ys, xs = np.flatnonzero(touched.any(axis=1)), np.flatnonzero(touched.any(axis=0))
    if not len(ys):
        return
    top, left = (window[0].start + int(ys[0])) // 8 * 8, (window[1].start + int(xs[0])) // 8 * 8
    rows = slice(top, min(plane.shape[0], -(-(window[0].start + int(ys[-1]) + 1) // 8) * 8))
    cols = slice(left, min(plane.shape[1], -(-(window[1].start + int(xs[-1]) + 1) // 8) * 8))
    part = plane[rows, cols]
    _, packed = cv2.imencode(".jpg", (part // step).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
    unpacked = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    assert unpacked is not None
    full = np.zeros(plane.shape, bool)
    full[window] = touched
    blocks = full[rows, cols]
    high, wide = (-(-side // 8) * 8 for side in blocks.shape)
    padded = np.pad(blocks, ((0, high - blocks.shape[0]), (0, wide - blocks.shape[1])))
    changed = padded.reshape(high // 8, 8, wide // 8, 8).any(axis=(1, 3)).repeat(8, axis=0).repeat(8, axis=1)
    changed = changed[: blocks.shape[0], : blocks.shape[1]]
    plane[rows, cols] = np.where(changed, unpacked.astype(np.uint16) * np.uint16(step), part)


def _visibility(
    background: Background, before: Map, after: Map, mask: Mask, window: tuple[slice, slice]
) -> tuple[float, float]:
    """(contrast to noise, share of the mask that is lost), noise of the background being its own."""
    x1, y1, x2, y2 = _extent(mask)
    frame = (
        slice(max(y1 - RING_PX, 0), min(y2 + RING_PX, mask.shape[0])),
        slice(max(x1 - RING_PX, 0), min(x2 + RING_PX, mask.shape[1])),
    )
    floor = np.float32(background.floor)
    without = -np.log(np.maximum(before[frame], floor))
    difference = np.abs(-np.log(np.maximum(after[frame], floor)) - without)
    residual = without - cv2.blur(without, (LOCAL_PX, LOCAL_PX), borderType=cv2.BORDER_REFLECT)
    spread = max(1.4826 * float(np.median(np.abs(residual))), _least_spread(background, before[frame])) + 1e-6
    lost = (after[frame] < 3 * background.sigma(after[frame])) | (difference < spread)
    inside = mask[frame]
    return float(difference[inside].mean()) / spread, float(lost[inside].mean())


def _least_spread(background: Background, before: Map) -> float:
    """What rounding alone leaves of doubt: where an 8-bit export shows one level all over, its residual is none."""
    level = max(float(np.median(before)), background.floor)
    return float(background.sigma(np.array([level], np.float32))[0]) / level
