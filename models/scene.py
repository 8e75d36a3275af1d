"""What is seen of a view as a whole: containers and what they hold, the tractor, and in which zone a thing lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the view."""

Zone = Literal["container", "doors", "reefer_unit", "tractor", "chassis", "outside", "unknown"]
"""Where the centre of a finding lies. doors: the last DOORS_MM of a container. chassis: below a container's floor, or
beside the containers down there: wheels, tanks, spare wheels, the road. outside: above or beside, in the air.
unknown: no container was found in that view."""

DOORS_MM: Final = 1200.0
"""Depth behind the doors within which "rip-off" loads are put."""

SANE_MM: Final = (1.5, 25.0)
"""Pitch of scanners for containers; what lies beyond is a wrong box."""

WIDEST: Final = 2.0
"""Pixels of drive-through and portal scanners are up to so many times wider than high, as each truck has its speed."""

HEIGHT_MM: Final = 2591.0
EDGE_PX: Final = 3.0


@dataclass(frozen=True)
class SeenContainer:
    """One container.

    score, empty: probabilities. fill: share 0..1 of the hold that is filled. cargo: (HS heading, probability), the most
    probable first, each the chance that an article taken blindly from the load is of that heading, if it is loaded.
    door_end: "left" or "right", with its probability. length_mm: nominal, of 20, 40 or 45 ft. apparent_mm: how tall the
    box looks in millimetres of the container's middle plane. unit: box of the cooling unit. unpenetrated: share
    0..1 of what stands in the beam, inside of the box, that it did not get through.
    """

    box: Box
    score: float
    empty: float
    fill: float
    cargo: tuple[tuple[str, float], ...]
    door_end: Literal["left", "right"]
    door_probability: float
    length_mm: float
    apparent_mm: float
    unit: Box | None = None
    unpenetrated: float = 0.0

    @property
    def pitch_mm(self) -> tuple[float, float]:
        """(along travel, across) millimetres per pixel, as ISO 668 fixes the container's size."""
        x1, y1, x2, y2 = self.box
        return self.length_mm / (x2 - x1), self.apparent_mm / (y2 - y1)


@dataclass(frozen=True)
class SeenView:
    """One view. size_wh: in pixels. containers: from left to right. unpenetrated: share 0..1 of what stands in the
    beam that it did not get through: of the containers, or of all the view where there is none."""

    size_wh: tuple[int, int]
    containers: tuple[SeenContainer, ...]
    tractor: Box | None
    unpenetrated: float

    @property
    def empty(self) -> float | None:
        """The probability that all containers are empty; None without one."""
        return float(np.prod([one.empty for one in self.containers])) if self.containers else None

    @property
    def fill(self) -> float | None:
        """How full the containers are, each weighted by its length; None without one."""
        if not self.containers:
            return None
        return float(
            np.average([one.fill for one in self.containers], weights=[one.length_mm for one in self.containers])
        )

    @property
    def cargo(self) -> tuple[tuple[str, float], ...]:
        """HS headings with probabilities, the mean over the containers weighted by how likely each is loaded."""
        total: dict[str, float] = {}
        weights = [max(1 - one.empty, 1e-3) for one in self.containers]
        for one, weight in zip(self.containers, weights, strict=True):
            for heading, probability in one.cargo:
                total[heading] = total.get(heading, 0.0) + probability * weight / sum(weights)
        return tuple(sorted(total.items(), key=lambda pair: -pair[1]))

    def pitch_mm(self) -> tuple[float, float] | None:
        """The pitch that the containers give: of those that no edge of the picture cuts, the longest, else of all.

        Of one that an edge cuts, the height tells the pitch across all the same. Pictures often begin right at a
        container, so it is taken for whole, unless its pixels then were wider than WIDEST times their height: then it
        is not, and they are taken for square. None without a container, or with one of no sane size.
        """
        whole = [one for one in self.containers if one.box[0] > EDGE_PX and one.box[2] < self.size_wh[0] - EDGE_PX]
        if not self.containers:
            return None
        best = max(whole or self.containers, key=lambda one: (one.box[2] - one.box[0]) * one.score)
        along, across = best.pitch_mm
        pitch = (along if whole or along <= WIDEST * across else across, across)
        return pitch if all(SANE_MM[0] <= side <= SANE_MM[1] for side in pitch) else None

    def zone(self, box: Sequence[float] | npt.NDArray[np.float32]) -> Zone:
        """Where the centre of a box lies."""
        x, y = (float(box[0]) + float(box[2])) / 2, (float(box[1]) + float(box[3])) / 2
        if not self.containers:
            return "unknown"
        for one in self.containers:
            x1, y1, x2, y2 = one.box
            if not (x1 <= x <= x2 and y1 <= y <= y2):
                continue
            if one.unit is not None and one.unit[0] <= x <= one.unit[2]:
                return "reefer_unit"
            depth = x - x1 if one.door_end == "left" else x2 - x
            return "doors" if depth * one.pitch_mm[0] <= DOORS_MM else "container"
        if self.tractor is not None and self.tractor[0] <= x <= self.tractor[2] and self.tractor[1] <= y:
            return "tractor"
        nearest = min(self.containers, key=lambda one: max(one.box[0] - x, x - one.box[2], 0.0))
        return "chassis" if y > nearest.box[3] - 0.15 * (nearest.box[3] - nearest.box[1]) else "outside"
