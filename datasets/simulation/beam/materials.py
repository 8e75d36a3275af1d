"""Mass attenuation of the materials that the simulator knows, and the few groups that a scene is drawn in."""

import tomllib
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

ELEMENTS: Final = {
    "H": "hydrogen",
    "Li": "lithium",
    "C": "carbon",
    "N": "nitrogen",
    "O": "oxygen",
    "F": "fluorine",
    "Na": "sodium",
    "Mg": "magnesium",
    "Al": "aluminium",
    "Si": "silicon",
    "P": "phosphorus",
    "S": "sulphur",
    "Cl": "chlorine",
    "Ar": "argon",
    "K": "potassium",
    "Ca": "calcium",
    "Ti": "titanium",
    "Cr": "chromium",
    "Mn": "manganese",
    "Fe": "iron",
    "Co": "cobalt",
    "Ni": "nickel",
    "Cu": "copper",
    "Zn": "zinc",
    "As": "arsenic",
    "Ag": "silver",
    "Cd": "cadmium",
    "Sn": "tin",
    "Sb": "antimony",
    "I": "iodine",
    "Cs": "caesium",
    "Ba": "barium",
    "Gd": "gadolinium",
    "W": "tungsten",
    "Au": "gold",
    "Pb": "lead",
    "U": "uranium",
}
"""The elements of the attenuation table, by symbol, as they are called there."""


@cache
def facts_of_materials() -> dict[str, dict[str, object]]:
    """materials.toml: density in g/cm³ and either formula or mass (shares by mass), of every material by name."""
    return tomllib.loads(resources.files(__package__).joinpath("materials.toml").read_text("utf-8"))


def density(material: str) -> float:
    """g/cm³ of a material of materials.toml; refuses others, elements among them."""
    facts = facts_of_materials()
    if material not in facts:
        raise SimulationError(f"no density of {material!r}; there are {sorted(facts)}")
    return float(str(facts[material]["density"]))


@cache
def _table() -> dict[str, Floats]:
    text = resources.files(__package__).joinpath("attenuation.csv").read_text("utf-8")
    names = text.splitlines()[0].split(",")
    values = np.array([[float(cell) for cell in line.split(",")] for line in text.splitlines()[1:]])
    return dict(zip(names, values.T, strict=True))


def materials() -> tuple[str, ...]:
    """Every element and material whose attenuation is known."""
    return tuple(sorted(set(_table()) - {"mev"}))


def mass_attenuation(material: str, energies_mev: Floats) -> Floats:
    """cm²/g without coherent scattering (NIST XCOM), interpolated in log-log between 0.02 and 10 MeV.

    Refuses an unknown material, and energies outside the table.
    """
    table = _table()
    if material not in table or material == "mev":
        raise SimulationError(f"no material {material!r}; there are {list(materials())}")
    low, high = table["mev"][0], table["mev"][-1]
    if energies_mev.min() < low or energies_mev.max() > high:
        raise SimulationError(
            f"{material}: energies must be {low}..{high} MeV, got {energies_mev.min()}..{energies_mev.max()}"
        )
    return np.asarray(np.exp(np.interp(np.log(energies_mev), np.log(table["mev"]), np.log(table[material]))))
