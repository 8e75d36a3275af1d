"""What a real scan tells about itself before anything is put into it: areal density, noise, sharpness."""

from dataclasses import dataclass
from functools import cached_property
from math import erf
from typing import Final

import cv2
import numpy as np

from cargoscope.datasets.projection.tone import Tone
from cargoscope.datasets.simulation.beam.materials import GROUPS, ORGANIC, STEEL
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.canvas import Map
from cargoscope.errors import SimulationError
from cargoscope.scan import View

DEEPEST_G_CM2: Final = 400.0
BLOCK_PX: Final = 16
SMOOTH_PX: Final = 1.2
"""Blur of the transmissions before areal density is read off them: its hardening changes slowly, its noise does not."""

SECOND_DIFFERENCE: Final = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
"""Blind to slopes, edges along an axis and stripes; unit gain for white noise (Immerkaer 1996)."""


@dataclass(frozen=True, eq=False)
class Background:
    """A view, the tone that it was written with, and the beam of its scanner. One or two energies, as the beam has."""

    view: View
    tone: Tone
    beam: Beam

    def __post_init__(self) -> None:
        if len(self.view.energies) != len(self.beam.weights):
            raise SimulationError(
                f"view {self.view.name!r} has {len(self.view.energies)} energies, "
                f"the scanner profile has {len(self.beam.weights)}"
            )
        if len(self.view.energies) > 2:
            raise SimulationError(f"view {self.view.name!r}: one or two energies, got {len(self.view.energies)}")

    @cached_property
    def values(self) -> Map:
        """Transmission (energies, H, W) float32, 1 in air."""
        beams = np.array(self.view.open_beam, np.float32)[:, None, None]
        return self.tone.transmission(self.view.pixels.astype(np.float32) / beams)

    @property
    def floor(self) -> float:
        """Half a level of the export: less counts as that."""
        shown = np.array([2.0 ** (15 - self.view.bits) / min(self.view.open_beam)], np.float32)
        return max(1e-6, float(self.tone.transmission(shown)[0]))

    @cached_property
    def noise(self) -> tuple[float, float]:
        """(k, e2) of the variance k · T + e2 of the highest energy, from the flattest blocks of the view.

        k: the 20th percentile over blocks of (variance - e2) / T, between .1 and .95 of open beam; e2: rounding.
        """
        plane = self.values[0]
        residual = np.abs(cv2.filter2D(plane, cv2.CV_32F, SECOND_DIFFERENCE))
        h, w = (side // BLOCK_PX * BLOCK_PX for side in plane.shape)
        rounding = (2 * self.floor) ** 2 / 12
        if not h or not w:
            return 0.0, rounding
        blocks = (h // BLOCK_PX, BLOCK_PX, w // BLOCK_PX, BLOCK_PX)
        # the mean absolute value, since rounding makes most differences of an 8-bit picture exactly none
        sigma = np.sqrt(np.pi / 2) * residual[:h, :w].reshape(blocks).mean(axis=(1, 3))
        level = plane[:h, :w].reshape(blocks).mean(axis=(1, 3))
        used = (level > 0.1) & (level < 0.95)
        if used.sum() < 10:
            return 0.0, rounding
        k = np.percentile((sigma[used] ** 2 - rounding) / level[used], 20)
        return max(0.0, float(k)), rounding

    def sigma(self, transmission: Map) -> Map:
        """Standard deviation of one pixel's transmission."""
        k, e2 = self.noise
        return np.asarray(np.sqrt(k * np.maximum(transmission, 0) + e2), np.float32)

    @cached_property
    def blur_px(self) -> tuple[float, float]:
        """(along x, along y) standard deviation of the scanner's blur: from the steepest edges of the view.

        On a step behind a Gaussian blur one pixel holds at most erf(1 / (2·sqrt(2)·sigma)) of the whole.
        """
        return _edge_blur(self.values[0]), _edge_blur(self.values[0].T)

    def mass(self, window: tuple[slice, slice]) -> Map:
        """Areal density (groups, h, w) g/cm² that transmits like the view does in a window, as goods and steel.

        With two energies their ratio says how much of it is steel; with one all is goods (cellulose).
        """
        rows, cols = window
        pad = 6
        outer = (slice(max(rows.start - pad, 0), rows.stop + pad), slice(max(cols.start - pad, 0), cols.stop + pad))
        smooth = np.stack([cv2.GaussianBlur(plane[outer], (0, 0), SMOOTH_PX) for plane in self.values])
        r, c = rows.start - outer[0].start, cols.start - outer[1].start
        inner = smooth[:, r : r + rows.stop - rows.start, c : c + cols.stop - cols.start]
        found = -np.log(np.clip(inner, self.floor, 1))
        shares, total = _inverse(self.beam, found)
        mass = np.zeros((len(GROUPS), *total.shape), np.float32)
        mass[ORGANIC], mass[STEEL] = total * (1 - shares), total * shares
        return mass


def _inverse(beam: Beam, attenuation: Map) -> tuple[Map, Map]:
    """(share of steel, g/cm²) for attenuations (energies, h, w): a mix of goods and steel that shows them."""
    grid = np.concatenate([np.linspace(0, 20, 81), np.geomspace(20.5, DEEPEST_G_CM2, 120)]).astype(np.float32)
    mixes = np.linspace(0, 1, 9, dtype=np.float32) if len(attenuation) == 2 else np.zeros(1, np.float32)
    totals, lows = [], []
    for mix in mixes:
        mass = np.zeros((len(GROUPS), 1, len(grid)), np.float32)
        mass[ORGANIC, 0], mass[STEEL, 0] = grid * (1 - mix), grid * mix
        curve = -np.log(np.maximum(beam.transmission(mass)[:, 0], 1e-12))
        total = np.interp(attenuation[0], curve[0], grid)
        totals.append(total)
        lows.append(np.interp(total, grid, curve[-1]))
    if len(mixes) == 1:
        return np.zeros_like(totals[0], np.float32), np.asarray(totals[0], np.float32)
    low, mass_of = np.stack(lows), np.stack(totals)  # steel shows less in the low plane, so low falls with the mix
    behind = np.clip((low > attenuation[1]).sum(axis=0) - 1, 0, len(mixes) - 2)[None]
    first, second = np.take_along_axis(low, behind, 0)[0], np.take_along_axis(low, behind + 1, 0)[0]
    part = np.clip((first - attenuation[1]) / np.maximum(first - second, 1e-6), 0, 1)
    share = (behind[0] + part) / (len(mixes) - 1)
    weigh = (
        np.take_along_axis(mass_of, behind, 0)[0] * (1 - part) + np.take_along_axis(mass_of, behind + 1, 0)[0] * part
    )
    return np.asarray(share, np.float32), np.asarray(weigh, np.float32)


def _edge_blur(plane: Map) -> float:
    if plane.shape[1] < 16:
        return 0.5
    steps = np.abs(np.diff(plane[::2], axis=1))
    wide = np.abs(plane[::2, 7:] - plane[::2, :-7])  # the step from 3 pixels before to 3 after each difference
    middle = steps[:, 3:-3]
    steep = wide > 0.25
    if steep.sum() < 50:
        return 0.5
    ratio = float(np.percentile(middle[steep] / wide[steep], 90))
    sigmas = np.linspace(0.3, 2.0, 35)
    shares = np.array([erf(1 / (2 * np.sqrt(2) * sigma)) for sigma in sigmas])
    return float(np.interp(-ratio, -shares, sigmas))
