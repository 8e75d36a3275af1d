"""Where an article may go: inside containers, or inside of whatever a scan without boxes shows."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from cargoscope.datasets.projection.background import Background
from cargoscope.datasets.projection.pitch import Box
from cargoscope.datasets.simulation.threats.stamps import Stamp
from cargoscope.errors import SimulationError

MARGIN: Final = (0.015, 0.03, 0.015, 0.07)
"""Left, top, right and bottom of a container's box that hold its own posts, roof and floor, as shares of its sides."""

AIR: Final = 0.97
TRIES: Final = 60


def place(
    background: Background, stamp: Stamp, boxes: Sequence[Box], taken: Sequence[Box], rng: np.random.Generator
) -> tuple[int, int]:
    """The top left pixel (x, y) of a stamp: anywhere inside of a container, evenly, not on another article.

    boxes: of the containers; without any, the part of the view that is not air. Refused: no room.
    """
    width, height = background.view.size_wh
    h, w = stamp.depth_mm.shape
    rooms = [inside_of(box) for box in boxes] or [_filled(background)]
    for _ in range(TRIES):
        x1, y1, x2, y2 = rooms[int(rng.integers(len(rooms)))]
        if x2 - x1 < w or y2 - y1 < h:
            continue
        x, y = int(rng.uniform(x1, x2 - w)), int(rng.uniform(y1, y2 - h))
        free = all(x > b[2] + 6 or x + w < b[0] - 6 or y > b[3] + 6 or y + h < b[1] - 6 for b in taken)
        if free and 0 <= x <= width - w and 0 <= y <= height - h:
            return x, y
    raise SimulationError(f"no room for an article of {w}x{h} pixels in {len(rooms)} containers of this view")


def inside_of(box: Box) -> Box:
    """The room within a container's box."""
    x1, y1, x2, y2 = box
    wide, tall = x2 - x1, y2 - y1
    return x1 + MARGIN[0] * wide, y1 + MARGIN[1] * tall, x2 - MARGIN[2] * wide, y2 - MARGIN[3] * tall


def _filled(background: Background) -> Box:
    solid = background.values[0] < AIR
    columns, rows = np.flatnonzero(solid.mean(axis=0) > 0.3), np.flatnonzero(solid.mean(axis=1) > 0.3)
    if not len(columns) or not len(rows):
        raise SimulationError(f"view {background.view.name!r}: shows nothing but air; give the containers' boxes")
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
