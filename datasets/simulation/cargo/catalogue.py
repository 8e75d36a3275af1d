"""The kinds of goods that a plan can name, each with its HS headings, and how they are put together in a hold."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, WATER
from cargoscope.datasets.simulation.canvas import Canvas
from cargoscope.datasets.simulation.cargo import bags, car, goods, industrial, liquid, loose, machines
from cargoscope.datasets.simulation.cargo.disorder import crumpled_film, disorder
from cargoscope.datasets.simulation.cargo.stacks import Look, paint_stacks
from cargoscope.datasets.simulation.vehicle.container import Hold

Painter = Callable[[Canvas, np.random.Generator, Hold], None]


@dataclass(frozen=True)
class Goods:
    """headings: HS headings, one of which is declared. often: how often drawn, relative to the others. cold: goods that
    travel refrigerated. alone: goods that fill a container by themselves."""

    painter: Painter
    headings: tuple[str, ...]
    often: float = 1.0
    cold: bool = False
    alone: bool = False


def _stacked(look: Look) -> Painter:
    return partial(paint_stacks, look=look)


CARTONS = Look(ORGANIC, (0.06, 0.3), (280, 650), (200, 520), (380, 1100), (0.5, 0.97), 12, 5, 0, 1.2, 0.18, 0.05,
               (0, 40), ("cells", "parts", "slabs"), 0.35, 0.5, 0.35)  # fmt: skip
LIGHT_CARTONS = Look(ORGANIC, (0.03, 0.12), (350, 900), (250, 700), (450, 1150), (0.6, 0.99), 18, 8, 0, 1.2, 0.3, 0.06,
                     (0, 50), ("cells", "parts", "slabs"), 0.5, 0.3, 0.1)  # fmt: skip
ELECTRONICS = Look(ORGANIC, (0.12, 0.3), (380, 800), (160, 500), (390, 620), (0.5, 0.9), 5, 3, 0, 1.2, 0.15, 0.04,
                   (20, 120), ("parts", "cells"), 0.4, 2.2, 0.9)  # fmt: skip
MEAT = Look(WATER, (0.5, 0.72), (350, 560), (120, 175), (500, 800), (0.68, 0.88), 14, 6, 25, 2.5, 0.06, 0.05,
            (0, 45), ("slabs",), 0.18)  # fmt: skip
POULTRY = Look(WATER, (0.42, 0.58), (280, 420), (110, 170), (380, 620), (0.75, 0.94), 10, 9, 15, 2.0, 0.12, 0.05,
               (10, 60), ("slabs",), 0.3)  # fmt: skip
FISH = Look(WATER, (0.55, 0.8), (300, 620), (90, 140), (450, 800), (0.6, 0.9), 8, 5, 0, 1.8, 0.08, 0.03,
            (0, 30), ("slabs", "cells"), 0.15)  # fmt: skip
CITRUS = Look(WATER, (0.38, 0.5), (290, 400), (260, 320), (480, 600), (0.85, 0.97), 12, 4, 0, 1.6, 0.12, 0.03,
              (15, 60), ("round",), 0.28, 0, 0.7)  # fmt: skip
BANANAS = Look(WATER, (0.28, 0.4), (390, 420), (230, 260), (480, 560), (0.85, 0.96), 8, 4, 0, 1.6, 0.15, 0.05,
               (20, 60), ("slabs",), 0.3, 0, 0.8)  # fmt: skip
SUGAR = Look(ORGANIC, (0.75, 0.95), (650, 950), (140, 190), (550, 1100), (0.68, 0.93), 22, 12, 70, 4.0, 0.04, 0.02,
             (0, 50))  # fmt: skip
COFFEE = Look(ORGANIC, (0.5, 0.65), (600, 900), (150, 230), (480, 900), (0.7, 0.95), 25, 14, 80, 5.0, 0.06, 0.03,
              (0, 60))  # fmt: skip
RICE = Look(ORGANIC, (0.65, 0.85), (450, 750), (110, 160), (400, 750), (0.5, 0.75), 20, 12, 45, 3.5, 0.05, 0.02,
            (0, 50))  # fmt: skip
CEMENT = Look(LIGHT, (1.2, 1.5), (380, 620), (100, 150), (500, 1000), (0.28, 0.5), 6, 6, 30, 2.5, 0.05, 0.015,
              (10, 80), on_pallets=0.9)  # fmt: skip
RESIN = Look(ORGANIC, (0.5, 0.62), (1000, 1300), (130, 170), (1000, 1150), (0.5, 0.88), 18, 12, 40, 4.0, 0.05, 0.02,
             (10, 60), on_pallets=0.9)  # fmt: skip
BIG_BAGS = Look(ORGANIC, (0.55, 0.8), (880, 1150), (900, 1250), (1050, 1150), (0.5, 0.95), 35, 15, 260, 5.0, 0.03,
                0.012, (0, 40))  # fmt: skip
COTTON = Look(ORGANIC, (0.38, 0.55), (480, 750), (1000, 1400), (550, 1100), (0.8, 0.97), 12, 15, 70, 4.0, 0.05, 0.03,
              (0, 50))  # fmt: skip
WASTE_PAPER = Look(ORGANIC, (0.3, 0.6), (900, 1300), (700, 1150), (700, 1150), (0.75, 0.95), 30, 35, 90, 5.0, 0.06,
                   0.07, (0, 60))  # fmt: skip
WASTE_PLASTIC = Look(ORGANIC, (0.16, 0.42), (900, 1300), (650, 1150), (700, 1150), (0.7, 0.96), 32, 35, 80, 4.0, 0.08,
                     0.09, (0, 70), ("parts",), 0.5, 0.3)  # fmt: skip
TEXTILES = Look(ORGANIC, (0.18, 0.4), (450, 1000), (380, 700), (450, 1000), (0.6, 0.97), 25, 20, 60, 4.0, 0.08, 0.06,
                (0, 60), ("slabs",), 0.25)  # fmt: skip
TILES = Look(LIGHT, (1.5, 1.9), (900, 1200), (280, 420), (700, 1000), (0.22, 0.42), 5, 4, 0, 1.3, 0.06, 0.02,
             (20, 150), ("cells",), 0.06, 0, 1.0)  # fmt: skip
CANS = Look(WATER, (0.6, 0.85), (280, 400), (90, 160), (380, 500), (0.45, 0.72), 6, 3, 0, 1.3, 0.12, 0.02,
            (10, 80), ("round", "cells"), 0.2, 0.5, 0.9)  # fmt: skip
BOTTLES = Look(WATER, (0.5, 0.75), (250, 400), (260, 360), (300, 450), (0.5, 0.85), 6, 4, 0, 1.4, 0.2, 0.02,
               (10, 80), ("cells", "round"), 0.3, 0.0, 0.9)  # fmt: skip
E_WASTE = Look(ORGANIC, (0.12, 0.3), (900, 1250), (800, 1150), (900, 1100), (0.6, 0.95), 20, 20, 60, 2.5, 0.1, 0.12,
               (10, 90), ("parts",), 0.8, 5.0, 0.6, True)  # fmt: skip
FURNITURE = Look(ORGANIC, (0.03, 0.14), (400, 1600), (250, 900), (500, 1100), (0.7, 0.99), 15, 8, 0, 1.2, 0.35, 0.05,
                 (0, 60), ("cells", "parts"), 0.8, 0.4)  # fmt: skip
HOUSEHOLD = Look(ORGANIC, (0.04, 0.25), (300, 700), (250, 600), (400, 1000), (0.4, 0.95), 35, 30, 0, 1.5, 0.2, 0.1,
                 (0, 90), ("parts", "slabs"), 0.9, 2.5, varied=True)  # fmt: skip
MACHINE_PARTS = Look(ORGANIC, (0.2, 0.45), (600, 1200), (500, 900), (600, 1100), (0.3, 0.8), 8, 8, 0, 1.3, 0.15, 0.06,
                     (20, 200), ("parts",), 0.8, 14.0, 0.7, True)  # fmt: skip


def _bulk_bags(canvas: Canvas, rng: np.random.Generator, hold: Hold) -> None:
    """Bags with plump or with flat tops, or crates with a liner."""
    painters = (_stacked(BIG_BAGS), bags.big_bags, bags.lined_crates)
    painters[int(rng.choice(3, p=[0.2, 0.5, 0.3]))](canvas, rng, hold)


CATALOGUE: Final[dict[str, Goods]] = {
    "cartons": Goods(_stacked(CARTONS), ("6110", "9503", "8516", "3926", "6403"), 3.0),
    "light_cartons": Goods(_stacked(LIGHT_CARTONS), ("9503", "3924", "4202", "6402"), 2.0),
    "electronics": Goods(_stacked(ELECTRONICS), ("8528", "8471", "8517", "8504"), 1.3),
    "bottles": Goods(_stacked(BOTTLES), ("2204", "2203", "2009")),
    "cans": Goods(_stacked(CANS), ("2008", "1604", "2005")),
    "frozen": Goods(_stacked(MEAT), ("0202", "0203"), 1.2, cold=True, alone=True),
    "poultry": Goods(_stacked(POULTRY), ("0207",), 1.0, cold=True, alone=True),
    "fish": Goods(_stacked(FISH), ("0303",), 0.7, cold=True, alone=True),
    "citrus": Goods(_stacked(CITRUS), ("0805",), 1.0, cold=True, alone=True),
    "bananas": Goods(_stacked(BANANAS), ("0803",), 0.7, cold=True, alone=True),
    "sacks": Goods(_stacked(RICE), ("1006", "1202", "1201")),
    "sugar": Goods(_stacked(SUGAR), ("1701",), alone=True),
    "coffee": Goods(_stacked(COFFEE), ("0901",), alone=True),
    "cement": Goods(_stacked(CEMENT), ("2523",), 0.7, alone=True),
    "resin": Goods(_stacked(RESIN), ("3901", "3907", "3902")),
    "big_bags": Goods(_bulk_bags, ("1202", "2833", "2836"), 1.4, alone=True),
    "cotton": Goods(_stacked(COTTON), ("5201",), 1.0, alone=True),
    "waste_paper": Goods(_stacked(WASTE_PAPER), ("4707",), 0.9, alone=True),
    "waste_plastic": Goods(_stacked(WASTE_PLASTIC), ("3915",), 0.6, alone=True),
    "textiles": Goods(_stacked(TEXTILES), ("6309", "5407", "6204")),
    "tiles": Goods(_stacked(TILES), ("6907", "6802"), alone=True),
    "e_waste": Goods(_stacked(E_WASTE), ("8549",), 0.7),
    "machine_parts": Goods(_stacked(MACHINE_PARTS), ("8708", "8431", "8483"), 1.2),
    "furniture": Goods(_stacked(FURNITURE), ("9403", "9401"), 1.3),
    "household": Goods(_stacked(HOUSEHOLD), ("9905", "8518"), 1.2),
    "grain": Goods(loose.heap, ("1001", "2304", "1201"), 1.2, alone=True),
    "coffee_bulk": Goods(loose.heap, ("0901", "1801"), 0.8, alone=True),
    "paper_reels": Goods(loose.reels, ("4802", "4804", "4801"), 1.2),
    "totes": Goods(loose.totes, ("3402", "2905", "1513"), 0.6),
    "drums": Goods(industrial.drums, ("2710", "3907", "3402"), 0.7),
    "steel_coils": Goods(industrial.coils, ("7208", "7605"), 0.7, alone=True),
    "logs": Goods(loose.logs, ("4403",), 0.8, alone=True),
    "boards": Goods(industrial.timber, ("4407", "4412"), 0.9),
    "sheets": Goods(loose.sheets, ("7209", "4412"), 0.6),
    "tyres": Goods(loose.lying_tyres, ("4011",), 0.9, alone=True),
    "pipes": Goods(industrial.pipes, ("7304", "3917"), 0.8),
    "rods": Goods(loose.rods, ("7214", "7216"), 0.5),
    "scrap": Goods(loose.scrap, ("7204", "7404"), 0.8, alone=True),
    "stone": Goods(loose.blocks, ("2515", "2516"), 0.6, alone=True),
    "machinery": Goods(machines.machinery, ("8457", "8429", "8479"), 1.0),
    "engines": Goods(machines.engines, ("8409", "8407"), 0.8),
    "cars": Goods(car.cars, ("8703",), 0.8, alone=True),
    "bicycles": Goods(loose.bicycles, ("8712",), 0.6),
    "liquid": Goods(liquid.flexitank, ("1511", "2204", "2009"), 0.6, alone=True),
}
"""Everything a plan's cargo may name. A tank container takes liquid alone."""

EMPTY_SHARE: Final = 0.3
"""Share of containers that travel empty."""

LITTERED: Final = 0.25
"""Share of empty ones in which something was left behind."""


def fill(
    canvas: Canvas, rng: np.random.Generator, hold: Hold, kinds: tuple[str, ...], cold: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Loads a hold with one to three of the kinds, or leaves it empty; returns their names and their HS headings.

    cold: a refrigerated hold takes goods that need it, where the kinds have some.
    """
    if rng.random() < EMPTY_SHARE and len(kinds) > 1:
        if rng.random() < LITTERED:
            disorder(canvas, rng, hold, float(rng.uniform(*hold.x_mm)))
        return (), ()
    fitting = [kind for kind in kinds if CATALOGUE[kind].cold == cold] or list(kinds)
    weights = np.array([CATALOGUE[kind].often for kind in fitting])
    first = str(rng.choice(fitting, p=weights / weights.sum()))
    parts = [first]
    if not CATALOGUE[first].alone and len(fitting) > 1 and rng.random() < 0.45:
        others = [kind for kind in fitting if kind != first and not CATALOGUE[kind].alone]
        count = min(len(others), int(rng.integers(1, 3)))
        parts += [str(kind) for kind in rng.choice(others, count, replace=False)]
    whole = hold.x_mm[1] - hold.x_mm[0]
    end = hold.x_mm[1] - (rng.uniform(0.05, 0.5) * whole if rng.random() < 0.3 else rng.uniform(30, 400))
    start = hold.x_mm[0] + rng.uniform(5, 80)
    cuts = np.sort(rng.uniform(start, end, len(parts) - 1))
    edges = [start, *cuts, end]
    names, headings = [], []
    for kind, x1, x2 in zip(parts, edges, edges[1:], strict=False):
        if x2 - x1 < min(900, whole * 0.5):
            continue
        CATALOGUE[kind].painter(canvas, rng, Hold((float(x1), float(x2)), hold.y_mm))
        names.append(kind)
        headings.append(str(rng.choice(CATALOGUE[kind].headings)))
        if rng.random() < 0.3:
            at = (rng.uniform(x1, x2), rng.uniform(hold.y_mm[0] + 800, hold.y_mm[1] - 100))
            crumpled_film(canvas, rng, at, rng.uniform(300, 900))
    if not names:
        goods.debris(canvas, rng, hold)
    disorder(canvas, rng, hold, float(end))
    return tuple(names), tuple(headings)
