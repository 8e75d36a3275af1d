"""What a vehicle's speed does to a picture: columns stretch and shrink, and truth goes with them."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.canvas import Map
from cargoscope.datasets.truth import TruthObject


def columns(width: int, change: float, rng: np.random.Generator, wider: float = 1.0) -> npt.NDArray[np.float64]:
    """Which column of the steady picture, 0..width-1, each column shows: rising, by `wider` on the mean.

    change: how far the speed strays from its mean, below 1. wider: pixels along travel, in columns of the steady
    picture: the faster the vehicle, the fewer columns it gets.
    """
    new = max(2, round(width / wider))
    steady: npt.NDArray[np.float64] = np.asarray((np.arange(new) + 0.5) * (width / new) - 0.5, np.float64)
    if change == 0:
        return steady
    knots = rng.uniform(-1, 1, new // 200 + 3)
    speed = 1 + change * np.interp(np.arange(new) / 200, np.arange(len(knots)), knots)
    way = np.cumsum(speed) - speed[0]
    way *= (new - 1) / way[-1]
    return np.asarray(way if new == width else np.interp(way, np.arange(new), steady))


def stretched(planes: Map, shown: npt.NDArray[np.float64]) -> Map:
    """(n, H, W) planes as the moving vehicle shows them: means where columns get fewer, linear between them."""
    height, width = planes.shape[1:]
    new = len(shown)
    if new != width:
        how = cv2.INTER_AREA if new < width else cv2.INTER_LINEAR
        planes = np.stack([cv2.resize(plane, (new, height), interpolation=how) for plane in planes])
        shown = np.clip((shown + 0.5) * (new / width) - 0.5, 0, new - 1)
        if np.abs(shown - np.arange(new)).max() < 0.01:
            return np.asarray(planes, np.float32)
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
    half = (shown[-1] - shown[0]) / (len(shown) - 1) / 2
    edges = np.concatenate([[0.0], (shown[1:] + shown[:-1] + 1) / 2, [shown[-1] + 0.5 + half]])
    x1, x2 = np.interp((box[0], box[2]), edges, np.arange(len(edges)))
    return round(float(x1), 1), box[1], round(float(x2), 1), box[3]
