"""Writes tube-160.csv and tube-300.csv: photons of an X-ray tube per keV, as tunnels for parcels and pallets have one.

Run once by hand (`python -m cargoscope.datasets.simulation.beam.make_tube`); needs `pip install spekpy` (MIT), 2.5.4:
G. Poludniowski, A. Omar, R. Bujila and P. Andreo, "SpekPy v2.0", Medical Physics 48 (2021). Tungsten targets behind
1 mm of beryllium and some aluminium.
"""

from pathlib import Path

import spekpy

TUBES = {"tube-160": (160, 12, 2.0), "tube-300": (300, 20, 3.0)}
"""Kilovolts, the target's angle in degrees, mm of aluminium."""


def main() -> None:
    for name, (kilovolts, degrees, aluminium_mm) in TUBES.items():
        tube = spekpy.Spek(kvp=kilovolts, th=degrees, dk=1.0)
        tube.filter("Be", 1.0)
        tube.filter("Al", aluminium_mm)
        energies_kev, photons = tube.get_spectrum()
        kept = energies_kev > 20
        lines = [f"{kev:g},{value:.5g}" for kev, value in zip(energies_kev[kept], photons[kept], strict=True)]
        Path(__file__).with_name(f"{name}.csv").write_text("\n".join(["kev,photons", *lines]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
