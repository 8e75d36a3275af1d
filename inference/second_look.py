"""A second look at a tile, mirrored left to right, where the first one saw anything at all."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

Run = Callable[[Floats, str], tuple[Floats, Floats]]
"""(tiles (B, 4, h, w), where they come from) to heat (B, K, h, w) probabilities and ltrb (B, 4, h, w)."""

_OTHER_WAY: Final = [2, 1, 0, 3]
"""Left and right change places in ltrb when a tile is mirrored."""


def with_second_look(run: Run, above: float) -> Run:
    """run, and once more on the mirrored tiles of a batch where the heat of any of them reaches `above` somewhere.

    Such a tile gets the heat of both looks' mean logit and the mean of their ltrb; every other one of the batch keeps
    the first look's answer, so that no tile's answer hangs on its neighbours.
    """

    def looked(tiles: Floats, where: str) -> tuple[Floats, Floats]:
        heat, ltrb = run(tiles, where)
        again = heat.max(axis=(1, 2, 3)) >= above
        if not again.any():
            return heat, ltrb
        heat_back, ltrb_back = run(np.ascontiguousarray(tiles[..., ::-1]), where)
        both_heat, both_ltrb = heat.copy(), ltrb.copy()
        both_heat[again] = mean_logit(heat[again], heat_back[again, ..., ::-1])
        both_ltrb[again] = (ltrb[again] + ltrb_back[again][:, _OTHER_WAY, :, ::-1]) / 2
        return both_heat, both_ltrb

    return looked


def mean_logit(one: Floats, other: Floats, share: float = 0.5) -> Floats:
    """The probability whose logit is the mean of two probabilities' logits, `share` of it the other's: the weighted
    geometric mean of their odds."""
    yes, no = (a ** (1 - share) * b**share for a, b in ((one, other), (1 - one, 1 - other)))
    return np.asarray(yes / np.maximum(yes + no, np.finfo(np.float32).tiny), np.float32)
