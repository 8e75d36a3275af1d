"""How visible an article is where it lies: contrast over noise and texture, and what of it no reader could see."""

from typing import Final

import cv2
import numpy as np

from cargoscope.datasets.simulation.beam.noise import BLOCK_PX, SCATTER_BLOCKS, Exposure
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.beam.stripes import LOCAL_PX
from cargoscope.datasets.simulation.canvas import Map
from cargoscope.datasets.simulation.threats.scene import Scene, Window, box_of, displaced
from cargoscope.datasets.simulation.threats.stamps import Stamp
from cargoscope.datasets.truth import Mask, TruthObject

RING_PX: Final = 14
"""Width of the frame around an object in which its background is judged."""

Reading = tuple[Map, Map]
"""Transmission (H, W) of the highest energy, and its standard deviation in one pixel."""


def judge(
    scene: Scene,
    rng: np.random.Generator,
    kind: str,
    instance: str,
    stamp: Stamp,
    corner: tuple[int, int],
    beam: Beam,
    exposure: Exposure,
) -> TruthObject:
    """What is true of an article that is about to be put into the first view's goods, with its corner at a pixel.

    The contrast-to-noise ratio is the mean over the mask of |A with - A without| (noise-free, highest energy) divided
    by the spread of (A without + one draw of the detector's noise) in the object's box and a frame of RING_PX around
    it, after removing its local mean over LOCAL_PX x LOCAL_PX pixels. The spread is the standard deviation as 1.4826
    times the median absolute residual, so both noise and the cargo's own texture count, but a single edge in the box
    does not drown them. Transmission below half a level of the export counts as that, so what the export shows as
    black has no contrast. On a scanner of compound quanta both signals hold the scatter of the scene, and the noise is
    Exposure.seen_sigma's; on others it is Exposure.sigma's.

    hidden_fraction is the share of the mask where the signal is below three standard deviations of its noise, or the
    single pixel's contrast is below that same spread.
    """
    x1, y1, x2, y2 = (int(edge) for edge in box_of(stamp, corner))
    height, width = scene.cargo.depth_mm.shape
    frame = (
        slice(max(y1 - RING_PX, 0), min(y2 + RING_PX, height)),
        slice(max(x1 - RING_PX, 0), min(x2 + RING_PX, width)),
    )
    structure = scene.structure.mass[:, *frame]
    glow = _glow(scene, frame, beam, exposure)
    without = _read(structure + scene.cargo.mass[:, *frame], glow, beam, exposure)
    after = scene.cargo.mass[:, *frame].copy()
    here, goods = displaced(scene.cargo, stamp, corner, frame)
    after[:, *here] = goods
    within = _read(structure + after, glow, beam, exposure)
    mask = np.zeros((height, width), bool)[frame]
    inner = stamp.mask[y1 - corner[1] : y2 - corner[1], x1 - corner[0] : x2 - corner[0]]
    mask[y1 - frame[0].start : y2 - frame[0].start, x1 - frame[1].start : x2 - frame[1].start] = inner
    contrast, spread, lost = _visibility(without, within, mask, exposure, rng)
    mass = stamp.mass.sum(axis=0)[stamp.mask]
    return TruthObject(
        kind=kind,
        instance=instance,
        view=0,
        box=(float(x1), float(y1), float(x2), float(y2)),
        cnr=round(contrast / spread, 3),
        areal_density_g_cm2=round(float(mass.mean()), 3),
        hidden_fraction=round(lost, 4),
        mask=inner.copy(),
    )


def _glow(scene: Scene, frame: Window, beam: Beam, exposure: Exposure) -> Reading | None:
    """Scatter that falls on a window, (1, 1): signal, and variance times photons; None where it is not counted.

    From one pixel of every block of the scene, of which scatter is the mean over about a metre.
    """
    if not exposure.compound:
        return None
    coarse = (slice(None, None, BLOCK_PX), slice(None, None, BLOCK_PX))
    moments = beam.moments(scene.structure.mass[:, *coarse] + scene.cargo.mass[:, *coarse])
    middle = tuple(slice(at.start // BLOCK_PX, (at.stop - 1) // BLOCK_PX + 1) for at in frame)
    signal, quanta = (
        cv2.blur(both[0], (SCATTER_BLOCKS, SCATTER_BLOCKS))[middle].mean(keepdims=True) * np.float32(exposure.scatter)
        for both in moments
    )
    return signal, quanta


def _read(mass: Map, glow: Reading | None, beam: Beam, exposure: Exposure) -> Reading:
    if glow is None:
        transmission = beam.transmission(mass)[0]
        return transmission, exposure.sigma(transmission)
    signal, quanta = (both[0] + more for both, more in zip(beam.moments(mass), glow, strict=True))
    return signal, exposure.seen_sigma(signal, quanta)


def _visibility(
    without: Reading, within: Reading, mask: Mask, exposure: Exposure, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Mean contrast over the mask, spread of the background, share of the mask that is lost."""
    floor = np.float32(max(1e-7, exposure.black + exposure.step / 2))
    background = -np.log(np.maximum(without[0], floor))
    difference = np.abs(-np.log(np.maximum(within[0], floor)) - background)
    noise = without[1] / np.maximum(without[0], floor)
    noisy = background + np.minimum(noise, 1.5) * rng.standard_normal(background.shape, np.float32)
    residual = noisy - cv2.blur(noisy, (LOCAL_PX, LOCAL_PX), borderType=cv2.BORDER_REFLECT)
    spread = 1.4826 * float(np.median(np.abs(residual))) + 1e-6
    lost = (within[0] < 3 * within[1]) | (difference < spread)
    return float(difference[mask].mean()), spread, float(lost[mask].mean())
