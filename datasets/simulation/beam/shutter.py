"""Columns that a scan has from before the beam was let out or after it was shut off: black."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam.profiles import Profile
from cargoscope.datasets.truth import ContainerTruth, TruthObject

Span = tuple[float, float]
Box = tuple[float, float, float, float]

CLOSE_PX = 60
"""A shutter is worked by hand or by a light barrier: so near to the container it may open or close."""


def lit(
    facts: Profile,
    rng: np.random.Generator,
    width: int,
    containers: Sequence[ContainerTruth],
    objects: Sequence[TruthObject],
) -> slice:
    """Columns during which the beam was on; everything that the truth names is among them, but for the tractor."""
    boxes = [one.box for one in containers]
    named = [*boxes, *(thing.box for thing in objects)]
    keep = min(box[0] for box in named) - 2, max(box[2] for box in named) + 2
    return opened(facts, rng, width, (min(box[0] for box in boxes), max(box[2] for box in boxes)), keep)


def opened(facts: Profile, rng: np.random.Generator, width: int, box: Span, keep: Span) -> slice:
    """Columns during which the beam was on. box: where the containers are; keep: what must stay in the picture.

    A late shutter leaves the cab dark, for its driver's sake, and begins shortly before the container.
    """
    first = last = 0
    late, early = rng.random(2)
    if late < facts.shutter[1]:
        first = int(box[0] - rng.uniform(0, 1) * CLOSE_PX)
    if early < facts.shutter[0]:
        last = int(width - box[1] - rng.uniform(0.05, 1) * (width - box[1]))
    return slice(max(min(first, int(keep[0])), 0), width - max(min(last, int(width - keep[1])), 0))


def darkened(pixels: npt.NDArray[np.uint16], on: slice) -> npt.NDArray[np.uint16]:
    """Pixels (energies, H, W) with black columns where the beam was off."""
    dark = np.zeros_like(pixels)
    dark[..., on] = pixels[..., on]
    return dark


def cut(box: Box, on: slice) -> Box | None:
    """A box cut to the columns that the beam was on for; None where too little of it is left."""
    left, right = max(box[0], float(on.start)), min(box[2], float(on.stop))
    return (left, box[1], right, box[3]) if right - left >= 8 else None
