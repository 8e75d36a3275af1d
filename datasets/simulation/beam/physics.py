"""Polychromatic Beer-Lambert: how much of each beam gets through grams of material."""

from dataclasses import dataclass
from importlib import resources
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam.materials import Floats, density, mass_attenuation
from cargoscope.errors import SimulationError

COPPER_G_CM3 = 8.96

CHUNK_PX = 1 << 14
"""Pixels worked on at once: bins times this stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Beam:
    """What a scanner's pulses and detector do at each energy bin.

    weights: (energies, bins) float32, share of the open-beam signal per bin, each row sums to 1.
    attenuation: (bins, groups) float32, cm²/g of each material group.
    quanta: (energies, bins) float32, what each bin adds to the signal's variance, times the open beam's number of
    detected photons: a signal that adds up energy is compound Poisson, so in open beam each row sums to <E²>/<E>².
    """

    weights: npt.NDArray[np.float32]
    attenuation: npt.NDArray[np.float32]
    quanta: npt.NDArray[np.float32]

    def transmission(self, mass: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(energies, H, W) share of the open-beam signal behind mass (groups, H, W) in g/cm², without scatter."""
        return self._behind(mass, self.weights)

    def moments(self, mass: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """transmission(mass), and its variance times the photons that one pixel detects in open beam, alike in shape.

        The variance falls more slowly than the signal: what comes through thick steel is fewer, harder photons.
        """
        both = self._behind(mass, np.concatenate([self.weights, self.quanta]))
        return both[: len(self.weights)], both[len(self.weights) :]

    def _behind(self, mass: npt.NDArray[np.float32], rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        groups, height, width = mass.shape
        flat = mass.reshape(groups, -1)
        out = np.empty((len(rows), flat.shape[1]), np.float32)
        for start in range(0, flat.shape[1], CHUNK_PX):
            depth = self.attenuation @ flat[:, start : start + CHUNK_PX]
            np.negative(depth, out=depth)
            np.exp(depth, out=depth)
            np.matmul(rows, depth, out=out[:, start : start + CHUNK_PX])
        return out.reshape(-1, height, width)


def bin_edges_mev(end_point_mev: float, bins: int) -> Floats:
    """Edges from 0.2 MeV to the end point, denser at the soft end, where attenuation changes fastest."""
    return np.asarray(0.2 + (end_point_mev - 0.2) * np.linspace(0.0, 1.0, bins + 1) ** 1.5)


def bremsstrahlung(energies_mev: Floats, end_point_mev: float, roll_off: float = 0.5) -> Floats:
    """Photons per MeV straight ahead of a linac's target, none above the end point E0: (1 - E / E0)^roll_off / E.

    roll_off 1 is a thick target (Kramers), 0 a thin one; 0.5, between, gives behind a steel filter the published ratios
    of 6/4 MV attenuation to 0.02 (metals to 0.03) and 5 % through 10 cm of steel; 0 gives those of 9/6 MV to 0.01.
    """
    below = np.maximum(1.0 - energies_mev / end_point_mev, 0.0)
    shape = np.sqrt(below) if roll_off == 0.5 else np.where(below > 0, below**roll_off, 0.0)
    return np.asarray(shape / energies_mev)


def beam(
    end_points_mev: tuple[float, ...],
    filter_steel_cm: float,
    crystal_cm: float,
    groups: tuple[str, ...],
    bins: int = 14,
    roll_off: float = 0.5,
) -> Beam:
    """The beam of a linac with one end point per energy, behind a flattening filter, on cadmium tungstate.

    The signal integrates energy: S(E)·eps(E)·E with eps = 1 - exp(-mu·rho·crystal_cm), mu and rho of CdWO4 (7.9 g/cm³).
    """
    edges = bin_edges_mev(max(end_points_mev), bins)
    fine = np.concatenate([np.linspace(a, b, 9)[:-1] + (b - a) / 16 for a, b in pairwise(edges)])
    step = np.repeat(np.diff(edges) / 8, 8)
    efficiency = 1.0 - np.exp(-mass_attenuation("cadmium_tungstate", fine) * 7.9 * crystal_cm)
    hardening = np.exp(-mass_attenuation("iron", fine) * 7.87 * filter_steel_cm)
    spectra = np.stack([bremsstrahlung(fine, e, roll_off) for e in end_points_mev])
    return _in_bins(fine, spectra * efficiency * hardening * fine * step, groups, bins)


def sandwich(
    spectrum: tuple[Floats, Floats], front_cm: float, copper_cm: float, back_cm: float, groups: tuple[str, ...]
) -> Beam:
    """The beam of a tube on two layers of caesium iodide with copper between: the back one is the high energy.

    spectrum: energies in MeV, evenly spaced, and photons at each; their number must be a multiple of 7, which become
    one bin. Refuses other numbers. Both signals integrate the energy that their layer absorbs.
    """
    fine, photons = spectrum
    if len(fine) % 7:
        raise SimulationError(f"a tube's spectrum must have a multiple of 7 energies, got {len(fine)}")
    crystal = mass_attenuation("caesium_iodide", fine) * density("caesium_iodide")
    between = np.exp(-crystal * front_cm - mass_attenuation("copper", fine) * COPPER_G_CM3 * copper_cm)
    front, back = 1.0 - np.exp(-crystal * front_cm), between * (1.0 - np.exp(-crystal * back_cm))
    return _in_bins(fine, np.stack([back, front]) * photons * fine, groups, len(fine) // 7)


def tube_spectrum(name: str) -> tuple[Floats, Floats]:
    """Energies in MeV and photons of a tube that ships with Cargoscope; refuses other names."""
    file = resources.files(__package__).joinpath(f"{name}.csv")
    if not name.startswith("tube-") or not file.is_file():
        raise SimulationError(f"no spectrum of a tube named {name!r}")
    rows = np.array([[float(cell) for cell in line.split(",")] for line in file.read_text("utf-8").splitlines()[1:]])
    return rows[:, 0] / 1000, rows[:, 1]


def _in_bins(fine: Floats, signal: Floats, groups: tuple[str, ...], bins: int) -> Beam:
    """A beam from the signal (energies, fine) at fine energies, of which equally many neighbours become one bin."""
    weights = signal.reshape(len(signal), bins, -1)
    shared = weights.sum(axis=0)
    shared /= shared.sum(axis=1, keepdims=True)
    mu = np.stack([mass_attenuation(group, fine).reshape(bins, -1) for group in groups], axis=2)
    attenuation = (mu * shared[:, :, None]).sum(axis=1)
    per_bin = weights.sum(axis=2)
    total = per_bin.sum(axis=1, keepdims=True)
    one_photon = total / (signal / fine).sum(axis=1, keepdims=True)
    quanta = (signal * fine).reshape(weights.shape).sum(axis=2) / total / one_photon
    return Beam((per_bin / total).astype(np.float32), attenuation.astype(np.float32), quanta.astype(np.float32))
