"""Which tile answers for which part of a view."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def own_parts(origins: Sequence[tuple[int, int]], tile_hw: tuple[int, int]) -> Floats:
    """The part of the plane that each tile answers for, (N, 4) x1 y1 x2 y2.

    Neighbours meet in the middle of their overlap; the outermost tiles own everything beyond the edge too, so that
    the parts cover the whole plane without a gap and without an overlap.
    """
    tile_h, tile_w = tile_hw
    across = _intervals(sorted({x for x, _ in origins}), tile_w)
    down = _intervals(sorted({y for _, y in origins}), tile_h)
    parts = [(across[x][0], down[y][0], across[x][1], down[y][1]) for x, y in origins]
    return np.array(parts, np.float32).reshape(-1, 4)


def centred_in(boxes: Floats, part: Floats, slack: float) -> npt.NDArray[np.bool_]:
    """Whether the centre of each box (N, 4) lies in a part (4,) that was widened by slack to each side."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    return np.asarray(((centres >= part[:2] - slack) & (centres <= part[2:] + slack)).all(axis=1))


def _intervals(starts: Sequence[int], tile: int) -> dict[int, tuple[float, float]]:
    seams = [(left + tile + right) / 2 for left, right in pairwise(starts)]
    return dict(zip(starts, zip([-np.inf, *seams], [*seams, np.inf], strict=True), strict=True))
