"""What an export did to transmission before it wrote grey levels, and back again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import GROUPS, STEEL
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.canvas import Map
from cargoscope.errors import SimulationError

WALLS_G_CM2: Final = 3.0
"""Two side walls of 1.6 mm of steel, a fifth more for their corrugation."""

EMPTY_SHARE: Final = (0.75, 0.97)
"""Of open beam: where the lightest part of a container must lie to be taken for its bare walls."""


@dataclass(frozen=True)
class Tone:
    """transmission = black + (1 - black) · shown ** gamma, shown being the value as a share of open beam.

    The default is an export that is proportional to intensity.
    """

    gamma: float = 1.0
    black: float = 0.0

    def __post_init__(self) -> None:
        if not (0.2 <= self.gamma <= 5 and 0 <= self.black < 0.5):
            raise SimulationError(
                f"tone: gamma must be 0.2..5 and black 0 or more and below 0.5, got {self.gamma} and {self.black}"
            )

    def transmission(self, shown: Map) -> Map:
        return np.asarray(self.black + (1 - self.black) * np.power(np.maximum(shown, 0), self.gamma), np.float32)

    def shown(self, transmission: Map) -> Map:
        rest = np.maximum(transmission - self.black, 0) / (1 - self.black)
        return np.asarray(np.power(rest, 1 / self.gamma), np.float32)


def estimate_gamma(containers: Iterable[Map], beam: Beam) -> float:
    """The gamma at which the bare walls of containers attenuate as steel walls do (WALLS_G_CM2), black being 0.

    containers: what is inside of each container's box, (h, w) as shares of open beam. Of each the 90th percentile is
    taken for bare wall if it lies within EMPTY_SHARE; the median over containers counts. An estimate to about a third,
    since cargo may stand everywhere and walls differ. Refused: no container with a bare wall.
    """
    walls = np.zeros((len(GROUPS), 1, 1), np.float32)
    walls[STEEL] = WALLS_G_CM2
    expected = float(beam.transmission(walls)[0, 0, 0])
    lightest = [float(np.percentile(inside, 90)) for inside in containers]
    bare = [value for value in lightest if EMPTY_SHARE[0] <= value <= EMPTY_SHARE[1]]
    if not bare:
        raise SimulationError(
            f"gamma cannot be estimated: none of {len(lightest)} containers has a bare wall of "
            f"{EMPTY_SHARE[0]:.0%}..{EMPTY_SHARE[1]:.0%} of open beam"
        )
    return float(np.log(expected) / np.log(np.median(bare)))
