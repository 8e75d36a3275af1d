"""Real low-energy images of single articles as areal density: the only form that may go into a scan of megavolts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.formats.raster import open_beam
from cargoscope.datasets.formats.read import ScanFiles, read_files
from cargoscope.datasets.simulation.beam.materials import GROUPS, STEEL
from cargoscope.datasets.simulation.canvas import Map
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape
from cargoscope.errors import SimulationError

ORGANIC_CM2_G: Final = (0.158, 0.205)
STEEL_CM2_G: Final = (0.30, 0.68)
"""Effective attenuation of plastics and of steel, cm²/g, in the high and the low plane of a tunnel scanner of about
160 kV: NIST XCOM without coherent scattering at 110 and 50 keV for plastics, at 110 and 77 keV for steel (which hardens
the softer beam at once). They give ratios of .77 and .44, as plastic replicas and steel blades show."""

NOISE_SIGMAS: Final = 4.0
LEAST: Final = 0.03
"""Attenuation of the high plane from which a pixel may belong to an article: 1 mm of steel shows .24."""

MAX_AREAL_G_CM2: Final = 45.0
"""What no pixel of a weapon exceeds: 57 mm of steel along the beam."""


@dataclass(frozen=True, eq=False)
class Cutout:
    """areal: (h, w) float32 g/cm² as the low-energy scanner saw it, 0 outside of the mask. steel_share: 0..1, of the
    whole mass, that is steel by the two energies; with one energy all is taken for steel."""

    areal: Map
    steel_share: float

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.areal > 0)


def read_cutout(paths: tuple[Path, ...]) -> Cutout:
    """An isolated article in air: a pair (high, low) or one picture.

    The mask is what attenuates clearly more than the air's noise, without specks: parts of less than 2 % of the largest
    are left out. Refused, with the file's name: a picture without an article, and one that is filled by it.
    """
    scan = read_files(ScanFiles(paths))
    planes = scan.views[0].pixels.astype(np.float32)
    name = paths[0].name
    attenuation = [-np.log(np.maximum(plane, 1) / open_beam(plane.astype(np.uint16), name)) for plane in planes]
    high = np.asarray(attenuation[0], np.float32)
    mask = _article(high, name)
    if len(attenuation) == 1:
        return Cutout(np.where(mask, high / STEEL_CM2_G[0], 0).astype(np.float32), 1.0)
    organic, steel = _split(high, np.asarray(attenuation[1], np.float32))
    areal = np.where(mask, organic + steel, 0).astype(np.float32)
    return Cutout(areal, float(steel[mask].sum() / areal.sum()))


def real_shape(cutout: Cutout, length_mm: float, mass_kg: float, thickness_mm: float) -> Shape:
    """The article at FINE_MM with its longest side (of the smallest box around it) length_mm long, of steel, weighing
    mass_kg.

    Images of replicas have the outline and the parts of a weapon but not its mass, so only the pattern of their areal
    density is kept. Peaks above MAX_AREAL_G_CM2 (screws of a replica) are cut and their mass is spread over the rest.
    """
    points = np.argwhere(cutout.mask).astype(np.float32)[:, ::-1]
    (_, sides, _) = cv2.minAreaRect(points)
    scale = length_mm / max(sides) / FINE_MM
    ys, xs = np.flatnonzero(cutout.mask.any(axis=1)), np.flatnonzero(cutout.mask.any(axis=0))
    areal = np.pad(cutout.areal[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1], 2)
    size = (max(1, round(areal.shape[1] * scale)), max(1, round(areal.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    areal = np.asarray(cv2.resize(areal, size, interpolation=how), np.float32)
    wanted = mass_kg * 1000 / (FINE_MM / 10) ** 2
    for _ in range(20):
        areal = np.minimum(areal * np.float32(wanted / areal.sum()), np.float32(MAX_AREAL_G_CM2))
    if abs(float(areal.sum()) / wanted - 1) > 0.02:
        raise SimulationError(
            f"an article {length_mm:.0f} mm long cannot weigh {mass_kg} kg: "
            f"it would exceed {MAX_AREAL_G_CM2} g/cm² everywhere"
        )
    mass = np.zeros((len(GROUPS), *areal.shape), np.float32)
    mass[STEEL] = areal
    depth = np.where(areal > 0, np.float32(thickness_mm), np.float32(0))
    return Shape(mass, depth, np.zeros_like(areal))


def _article(high: Map, name: str) -> npt.NDArray[np.bool_]:
    noise = 1.4826 * float(np.median(np.abs(high[high < 2 * LEAST]))) if (high < 2 * LEAST).any() else LEAST
    solid = cv2.GaussianBlur(high, (3, 3), 0.7) > max(LEAST, NOISE_SIGMAS * noise)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8), connectivity=8)
    if count < 2:
        raise SimulationError(f"{name}: shows no article: nothing in it attenuates more than air")
    if solid.mean() > 0.9:
        raise SimulationError(f"{name}: an article needs air around it, got {solid.mean():.0%} of the picture filled")
    sizes = stats[:, cv2.CC_STAT_AREA]
    keep = np.flatnonzero(sizes >= 0.02 * sizes[1:].max())
    return np.isin(labels, keep[keep > 0])


def _split(high: Map, low: Map) -> tuple[Map, Map]:
    """Areal density of plastics and of steel from two attenuations: two equations, negative parts set to none."""
    (oh, ol), (sh, sl) = ORGANIC_CM2_G, STEEL_CM2_G
    det = oh * sl - sh * ol
    organic = (high * sl - low * sh) / det
    steel = (oh * low - ol * high) / det
    organic, steel = (
        np.where(steel < 0, high / oh, np.where(organic < 0, 0, organic)),
        np.where(organic < 0, high / sh, np.where(steel < 0, 0, steel)),
    )
    return np.asarray(np.maximum(organic, 0), np.float32), np.asarray(np.maximum(steel, 0), np.float32)
