"""What a pixel of two energies is made of, as officers know it by colour: a look-up calibrated for one scanner.

R = ln T_high / ln T_low rises with the atomic number in a linac's beam and falls with it in a tube's, but it also
drifts with thickness. So the borders between the colours are curves over thickness, computed from the scanner's
spectra, never constants; and a pixel is only called by a name where its noise allows it.
"""

import json
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.beam.profiles import beam_for, profile
from cargoscope.errors import SimulationError

SCHEMA: Final = "cargoscope.colours/1"
CONFIDENCE: Final = 0.8
"""Probability from which a pixel is called by a material's name."""

THINNEST: Final = 0.02
"""-ln T below which there is too little in the beam to speak of a material."""

BORDERS: Final = (("fluorine", "sodium"), ("calcium",))
"""The materials whose mean R parts organic from light metal (atomic number 10), and light metal from metal (20)."""

Reals = npt.NDArray[np.float64]
Maps = npt.NDArray[np.floating[Any]]


class Stuff(IntEnum):
    """What a pixel can be. Officers know the first three as orange, green and blue, and NOT_PENETRATED as black."""

    ORGANIC = 0
    LIGHT_METAL_OR_MIXED = 1
    METAL = 2
    NOT_DISTINGUISHABLE = 3
    NOT_PENETRATED = 4


@dataclass(frozen=True, eq=False)
class Lookup:
    """The borders of one scanner.

    depths: (n,) rising -ln T of the high energy. borders: (2, n) R on the border from organic to light metal and from
    there to metal. photons, electronic: the detector's noise, as in Exposure; electronic is a share of the open beam.
    quanta: variance that one detected photon adds, per energy, high first.
    """

    scanner: str
    depths: Reals
    borders: Reals
    photons: float
    electronic: float
    quanta: tuple[float, float]

    def __post_init__(self) -> None:
        if self.borders.shape != (2, len(self.depths)) or len(self.depths) < 2 or (np.diff(self.depths) <= 0).any():
            raise SimulationError(
                f"look-up of {self.scanner}: depths must rise and borders be (2, {len(self.depths)}), "
                f"got {self.borders.shape}"
            )
        if min(self.photons, self.electronic, *self.quanta) <= 0:
            raise SimulationError(f"look-up of {self.scanner}: photons, electronic and quanta must be above 0")

    def noise(self, transmission: Maps, averaged: float = 1.0) -> Maps:
        """Standard deviation of ln T (2, H, W) for a mean over so many pixels."""
        safe = np.maximum(transmission, self.electronic)
        quanta = np.array(self.quanta)[:, None, None] / self.photons
        return np.asarray(np.sqrt((safe * quanta + self.electronic**2) / averaged) / safe)


def calibrate(scanner: str, rays: Beam, borders: tuple[Beam, ...], photons: float, electronic: float) -> Lookup:
    """A look-up from beams of two energies. borders: one beam a border, whose materials' R is averaged at equal depth.

    Refuses a beam of one energy: one number cannot tell thickness from material.
    """
    if len(rays.weights) != 2:
        raise SimulationError(f"{scanner}: colours need two energies, got {len(rays.weights)}")
    depths = np.geomspace(THINNEST / 2, 12.0, 96)
    curves = []
    for materials in borders:
        shares = []
        for material in range(materials.attenuation.shape[1]):
            mass = np.zeros((materials.attenuation.shape[1], 1, 400), np.float32)
            mass[material, 0] = np.geomspace(0.01, 600.0, 400)
            depth = -np.log(np.maximum(materials.transmission(mass)[:, 0].astype(np.float64), 1e-30))
            shares.append(np.interp(depths, depth[0], depth[0] / depth[1]))
        curves.append(np.mean(shares, axis=0))
    quanta = rays.quanta.sum(axis=1)
    return Lookup(scanner, depths, np.stack(curves), photons, electronic, (float(quanta[0]), float(quanta[1])))


@cache
def lookup_of(name: str) -> Lookup:
    """The look-up of a profile of two energies, for the middle of the noise that the profile allows."""
    facts = profile(name)
    return calibrate(
        name,
        beam_for(facts, ("iron",)),
        tuple(beam_for(facts, materials) for materials in BORDERS),
        float(np.sqrt(facts.photons[0] * facts.photons[1])),
        float(np.mean(facts.electronic_counts)) / facts.open_beam,
    )


def classify(
    transmission: Maps, lookup: Lookup, averaged: float = 1.0
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """What every pixel is (H, W) uint8 of Stuff, and how sure that is (H, W) float32, 0..1.

    transmission: (2, H, W) shares of the open beam, high energy first. averaged: how many pixels each is the mean of;
    more of them make less noise. R's uncertainty follows from that of both logarithms: telling plastic from steel takes
    about 1 % in ln T. Sureness is the probability of the stuff named; of NOT_DISTINGUISHABLE, that of the likeliest.
    A pixel is not penetrated where either signal is below three standard deviations of the electronic noise.
    """
    if transmission.ndim != 3 or len(transmission) != 2:
        raise SimulationError(f"colours need transmission (2, H, W), got {transmission.shape}")
    floor = 3 * lookup.electronic / np.sqrt(averaged)
    dark = (transmission < floor).any(axis=0)
    high, low = -np.log(np.clip(transmission, lookup.electronic / 10, 1 - 1e-4))
    spread_high, spread_low = lookup.noise(transmission, averaged)
    ratio = high / low
    spread = ratio * np.hypot(spread_high / high, spread_low / low)
    way = np.sign((lookup.borders[1] - lookup.borders[0]).mean())
    reached = [_below(way * (np.interp(high, lookup.depths, border) - ratio) / spread) for border in lookup.borders]
    chances = np.stack([reached[0], np.maximum(reached[1] - reached[0], 0), 1 - reached[1]])
    stuff = chances.argmax(axis=0).astype(np.uint8)
    sure = chances.max(axis=0)
    stuff[(sure < CONFIDENCE) | (high < THINNEST)] = Stuff.NOT_DISTINGUISHABLE
    stuff[dark] = Stuff.NOT_PENETRATED
    sure[dark] = 1.0
    return stuff, sure.astype(np.float32)


def _below(deviations: Maps) -> Maps:
    """Probability of a normal value below so many standard deviations, by the logistic curve; good to 0.01."""
    return np.asarray(1 / (1 + np.exp(-np.clip(1.702 * deviations, -60, 60))))


def to_json(lookup: Lookup) -> str:
    """A few kB of text, the same for the same look-up."""
    return json.dumps(
        {
            "schema": SCHEMA,
            "scanner": lookup.scanner,
            "photons": round(lookup.photons, 1),
            "electronic": float(f"{lookup.electronic:.4g}"),
            "quanta": [round(value, 4) for value in lookup.quanta],
            "depths": [round(float(value), 5) for value in lookup.depths],
            "borders": [[round(float(value), 5) for value in row] for row in lookup.borders],
        }
    )


def from_json(text: str) -> Lookup:
    """The look-up that to_json wrote; unknown, missing and misshapen parts are refused."""
    try:
        table = json.loads(text)
        schema = table.pop("schema", None)
        if schema != SCHEMA:
            raise SimulationError(f"a look-up's schema must be {SCHEMA!r}, got {schema!r}")
        depths, borders = np.array(table.pop("depths"), np.float64), np.array(table.pop("borders"), np.float64)
        one, two = table.pop("quanta")
        return Lookup(depths=depths, borders=borders, quanta=(float(one), float(two)), **table)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SimulationError(f"not a look-up of colours: {error}") from error
