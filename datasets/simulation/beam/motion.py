"""What a vehicle that changes its speed does to a picture: columns stretch and shrink, and truth goes with them."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.canvas import Map
from cargoscope.datasets.truth import TruthObject


def columns(width: int, change: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Which column of the steady picture, 0..width-1, each column shows: rising, by 1 on the mean.

    change: how far the speed strays from its mean, below 1.
    """
    knots = rng.uniform(-1, 1, width // 200 + 3)
    speed = 1 + change * np.interp(np.arange(width) / 200, np.arange(len(knots)), knots)
    way = np.cumsum(speed) - speed[0]
    return np.asarray(way * ((width - 1) / way[-1]))


def stretched(planes: Map, shown: npt.NDArray[np.float64]) -> Map:
    """(n, H, W) planes as the moving vehicle shows them, linear between columns."""
    first = np.minimum(shown.astype(np.intp), planes.shape[2] - 2)
    share = (shown - first).astype(np.float32)
    return np.asarray(planes[:, :, first] * (1 - share) + planes[:, :, first + 1] * share)


def followed(thing: TruthObject, shown: npt.NDArray[np.float64]) -> TruthObject:
    """The object's box and mask in the stretched picture; at least one column stays."""
    first, stop = int(thing.box[0]), int(thing.box[2])
    nearest = np.rint(shown).astype(np.intp)
    begin, end = np.searchsorted(nearest, [first, stop])
    begin = min(int(begin), len(shown) - 1)
    end = max(int(end), begin + 1)
    source = np.clip(nearest[begin:end], first, stop - 1) - first
    box = (float(begin), thing.box[1], float(end), thing.box[3])
    return replace(thing, box=box, mask=thing.mask[:, source].copy())


def followed_box(
    box: tuple[float, float, float, float], shown: npt.NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """A box of the steady picture, x1 y1 x2 y2, in the stretched one, to a tenth of a pixel."""
    edges = np.concatenate([[0.0], (shown[1:] + shown[:-1] + 1) / 2, [len(shown)]])
    x1, x2 = np.interp((box[0], box[2]), edges, np.arange(len(edges)))
    return round(float(x1), 1), box[1], round(float(x2), 1), box[3]
