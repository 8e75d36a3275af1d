"""Mass attenuation of the materials that the simulator knows, and the few groups that a scene is drawn in."""

from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cargoscope.errors import SimulationError

Floats = npt.NDArray[np.floating[Any]]
"""Any floating array; maps are float32, tables are float64."""

GROUPS: Final = ("cellulose", "water", "aluminium", "iron", "lead")
"""What a scene's areal-density maps hold, in this order; other stuff is drawn as the group or the mix next to it."""

ORGANIC, WATER, LIGHT, STEEL, HEAVY = range(5)
"""Rows of the maps: paper, wood, textiles, plastics; food and liquids; aluminium, glass, minerals; steel; lead."""


@cache
def _table() -> dict[str, Floats]:
    text = resources.files(__package__).joinpath("attenuation.csv").read_text("utf-8")
    names = text.splitlines()[0].split(",")
    values = np.array([[float(cell) for cell in line.split(",")] for line in text.splitlines()[1:]])
    return dict(zip(names, values.T, strict=True))


def mass_attenuation(material: str, energies_mev: Floats) -> Floats:
    """cm²/g without coherent scattering (NIST XCOM), interpolated in log-log between 0.15 and 10 MeV.

    Refuses an unknown material, and energies outside the table.
    """
    table = _table()
    if material not in table or material == "mev":
        raise SimulationError(f"no material {material!r}; there are {sorted(set(table) - {'mev'})}")
    low, high = table["mev"][0], table["mev"][-1]
    if energies_mev.min() < low or energies_mev.max() > high:
        raise SimulationError(
            f"{material}: energies must be {low}..{high} MeV, got {energies_mev.min()}..{energies_mev.max()}"
        )
    return np.asarray(np.exp(np.interp(np.log(energies_mev), np.log(table["mev"]), np.log(table[material]))))
