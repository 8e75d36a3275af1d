"""From attenuation to areal density: how many grams a square centimetre stand in the beam where so much was lost.

A = -ln(I / I₀) of a wide spectrum rises less than in proportion to what stands in it, for the soft part is lost first.
So the table is computed as a scan is simulated: the scanner's spectrum behind so much of one material, with the mass
attenuation of NIST's XCOM tables (`datasets/simulation/beam`). Which material it is, the attenuation does not say; the
table holds one of each colour, and their spread is part of every figure made with it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.profiles import beam_for, profile

MATERIALS: Final = ("cellulose", "aluminium", "iron")
"""One of each colour: organic, light metal, metal."""

DEPTHS: Final = np.round(np.concatenate([np.linspace(0, 1, 11), np.linspace(1.25, 9, 32)]), 3)
"""-ln T of the highest energy at which the table stands."""

MOST_G_CM2: Final = 1200.0


@dataclass(frozen=True)
class Areal:
    """scanner: whose spectrum. depths: (n,) rising. g_cm2: (materials, n) areal density of each at those depths."""

    scanner: str
    materials: tuple[str, ...]
    depths: tuple[float, ...]
    g_cm2: tuple[tuple[float, ...], ...]


@cache
def areal(scanner: str) -> Areal:
    """The table of a profile; its first energy is that of the attenuation."""
    grid = np.concatenate([[0.0], np.geomspace(0.01, MOST_G_CM2, 600)]).astype(np.float32)
    rows = []
    for material in MATERIALS:
        rays = beam_for(profile(scanner), (material,))
        mass = np.zeros((1, 1, len(grid)), np.float32)
        mass[0, 0] = grid
        depth = -np.log(np.maximum(rays.transmission(mass)[0, 0].astype(np.float64), 1e-30))
        rows.append(tuple(round(float(value), 3) for value in np.interp(DEPTHS, depth, grid)))
    return Areal(scanner, MATERIALS, tuple(float(depth) for depth in DEPTHS), tuple(rows))
