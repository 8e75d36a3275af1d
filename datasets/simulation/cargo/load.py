"""What a container carries: kinds of goods with their HS headings, and how a load is put together."""

from collections.abc import Callable
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.cargo import goods, industrial, machines
from cargoscope.datasets.simulation.vehicle.container import Hold

Painter = Callable[[Canvas, np.random.Generator, Hold], None]

CARGO: Final[dict[str, tuple[Painter, tuple[str, ...], float]]] = {
    "cartons": (goods.cartons, ("6110", "9503", "8516", "3926", "6403"), 3.0),
    "bottles": (goods.bottles, ("2204", "2203", "2009"), 1.0),
    "frozen": (goods.frozen, ("0202", "0207", "0303"), 0.6),
    "sacks": (goods.sacks, ("1701", "0901", "1006", "1202"), 1.3),
    "drums": (industrial.drums, ("2710", "3907", "3402"), 0.9),
    "coils": (industrial.coils, ("7208", "4802", "7605"), 0.6),
    "timber": (industrial.timber, ("4407", "4412"), 0.9),
    "machinery": (machines.machinery, ("8457", "8429", "8479"), 1.3),
    "engines": (machines.engines, ("8409", "8708", "8407"), 0.9),
    "textiles": (goods.bales, ("5201", "6309", "5407"), 1.0),
    "tyres": (industrial.tyres, ("4011",), 0.8),
    "pipes": (industrial.pipes, ("7304", "3917"), 0.8),
    "bulk": (industrial.bulk, ("2304", "1001", "7204"), 0.8),
    "furniture": (goods.furniture, ("9403", "9401"), 1.3),
    "household": (goods.household, ("9905", "8518"), 1.3),
}
"""Painter, HS headings one of which is declared, and how often it is drawn relative to the others."""

EMPTY_SHARE: Final = 0.1


def load(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> tuple[str, ...]:
    """Fills the hold with one to three kinds of goods, or leaves it empty; returns their HS headings."""
    if rng.random() < EMPTY_SHARE:
        goods.debris(canvas, rng, hold)
        return ()
    count = int(rng.choice([1, 2, 3], p=[0.55, 0.28, 0.17]))
    weights = np.array([entry[2] for entry in CARGO.values()])
    kinds = rng.choice(list(CARGO), size=count, replace=False, p=weights / weights.sum())
    end = hold.x_mm[1] - (rng.uniform(0, 0.45) * (hold.x_mm[1] - hold.x_mm[0]) if rng.random() < 0.4 else 60)
    start = hold.x_mm[0] + rng.uniform(5, 120)
    cuts = np.sort(rng.uniform(start + 600, end - 600, count - 1))
    edges = [start, *cuts, end]
    headings = []
    for kind, x1, x2 in zip(kinds, edges, edges[1:], strict=False):
        painter, hs, _ = CARGO[str(kind)]
        if x2 - x1 > 500:
            painter(canvas, rng, Hold((float(x1), float(x2) - rng.uniform(0, 80)), hold.y_mm))
            headings.append(str(rng.choice(hs)))
    if rng.random() < 0.5:
        goods.debris(canvas, rng, hold)
    return tuple(headings)
