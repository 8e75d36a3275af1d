"""Jumbo bags and lined crates: how heavy, how uneven their tops, and what is between them."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import ORGANIC
from cargoscope.datasets.simulation.canvas import Camera, Canvas
from cargoscope.datasets.simulation.cargo.bags import big_bags, lined_crates
from cargoscope.datasets.simulation.vehicle.container import hold_of

PITCH_MM = 8.0
SHORT = hold_of("22G1", 300.0, 1200.0)


def canvas() -> Canvas:
    return Canvas(Camera(1500.0, 6000.0, PITCH_MM, 4400.0), (840, 440))


def tops_mm(one: Canvas) -> np.ndarray:
    """Height of the goods' upper edge per column, from the first to the last loaded column."""
    dense = one.mass[ORGANIC] > 15
    return np.asarray((dense.shape[0] - dense.argmax(axis=0))[dense.any(axis=0)] * PITCH_MM)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("painter", [big_bags, lined_crates])
def test_a_load_of_bags_weighs_what_a_container_may_carry_and_stays_below_the_roof(painter, seed: int):
    one = canvas()
    painter(one, np.random.default_rng(seed), SHORT)
    mass_kg = float(one.mass.sum()) * (PITCH_MM / 10) ** 2 / 1000
    assert 5_000 < mass_kg < 30_000
    rows, cols = np.nonzero(one.depth_mm > 100)
    assert rows.min() > one.row(SHORT.y_mm[1] + 60, -1100.0)
    assert cols.min() >= one.col(SHORT.x_mm[0]) - 1
    assert cols.max() <= one.col(SHORT.x_mm[1]) + 1


def test_no_two_bags_have_the_same_top():
    one = canvas()
    big_bags(one, np.random.default_rng(3), SHORT)
    assert np.std(tops_mm(one)) > 25


def test_light_comes_through_between_crates_from_top_to_floor():
    one = canvas()
    lined_crates(one, np.random.default_rng(1), SHORT)
    body = one.depth_mm[int(one.row(2000.0)) : int(one.row(1500.0))]
    loaded = np.flatnonzero(body.max(axis=0) > 1500)
    between = body[:, loaded[0] : loaded[-1]].max(axis=0)
    assert (between < 100).sum() >= 4


def test_a_bag_is_thinner_just_below_its_top_than_further_down():
    one = canvas()
    big_bags(one, np.random.default_rng(7), SHORT)
    column = one.mass[ORGANIC][:, int(one.col(1500.0))]
    first = int(np.flatnonzero(column > 1)[0])
    assert column[first + 2] < 0.75 * column[first + 60]
