"""Contraband by kind: an instance number gives the article, always the same one."""

from collections.abc import Callable
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.threats.cylinders import cylinders
from cargoscope.datasets.simulation.threats.firearms import firearm
from cargoscope.datasets.simulation.threats.large import stowaway, vehicle
from cargoscope.datasets.simulation.threats.packages import cigarettes, narcotics
from cargoscope.datasets.simulation.threats.packed import bottles, currency, lithium_batteries
from cargoscope.datasets.simulation.threats.stamps import Shape
from cargoscope.datasets.simulation.threats.waste import e_waste, waste_plastic
from cargoscope.datasets.simulation.threats.weapons import ammunition, firearm_parts
from cargoscope.datasets.simulation.threats.wildlife import animal_scales, ivory
from cargoscope.errors import SimulationError

KINDS: Final[dict[str, tuple[int, Callable[[np.random.Generator], Shape]]]] = {
    "firearm": (1, firearm),
    "cigarettes": (2, cigarettes),
    "narcotics_package": (3, narcotics),
    "gas_cylinder": (4, cylinders),
    "firearm_part": (5, firearm_parts),
    "ammunition": (6, ammunition),
    "ivory": (7, ivory),
    "animal_scales": (8, animal_scales),
    "lithium_battery": (9, lithium_batteries),
    "waste_plastic": (10, waste_plastic),
    "e_waste": (11, e_waste),
    "currency": (12, currency),
    "vehicle": (13, vehicle),
    "stowaway": (14, stowaway),
    "undeclared_bottles": (15, bottles),
}
"""Number that seeds the kind's instances, and what draws one."""

FIRST_KINDS: Final = ("firearm", "cigarettes", "narcotics_package", "gas_cylinder")
"""What a plan draws from unless it says otherwise; their order is part of what a seed gives."""

INSTANCES: Final = {"train": (0, 200), "validation": (200, 250), "test": (250, 300)}
"""Instance numbers of each split: no article is ever in two."""


def draw_instance(kind: str, number: int) -> Shape:
    """Article `number` of a kind; the same number gives the same article."""
    if kind not in KINDS:
        raise SimulationError(f"no simulated kind named {kind!r}; there are {sorted(KINDS)}")
    seed, drawer = KINDS[kind]
    return drawer(np.random.default_rng([seed, number]))
