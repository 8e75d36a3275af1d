"""Writes tube-160.csv: photons of an X-ray tube per keV, as a parcel scanner has one.

Run once by hand (`python -m cargoscope.datasets.simulation.beam.make_tube`); needs `pip install spekpy` (MIT), 2.5.4:
G. Poludniowski, A. Omar, R. Bujila and P. Andreo, "SpekPy v2.0", Medical Physics 48 (2021). Tungsten target of 12
degrees at 160 kV behind 1 mm of beryllium and 2 mm of aluminium.
"""

from pathlib import Path

import spekpy


def main() -> None:
    tube = spekpy.Spek(kvp=160, th=12, dk=1.0)
    tube.filter("Be", 1.0)
    tube.filter("Al", 2.0)
    energies_kev, photons = tube.get_spectrum()
    kept = energies_kev > 20
    lines = [f"{kev:g},{value:.5g}" for kev, value in zip(energies_kev[kept], photons[kept], strict=True)]
    Path(__file__).with_name("tube-160.csv").write_text("\n".join(["kev,photons", *lines]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
