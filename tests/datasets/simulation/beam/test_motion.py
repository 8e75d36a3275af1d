"""Columns stretch, and boxes and masks go with them."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.motion import columns, followed, followed_box, stretched
from cargoscope.datasets.truth import TruthObject


def thing(x1: int, x2: int) -> TruthObject:
    mask = np.zeros((6, x2 - x1), bool)
    mask[:, ::2] = True
    mask[:, -1] = True
    box = (float(x1), 10.0, float(x2), 16.0)
    return TruthObject("firearm", "firearm-1", 0, box, 5.0, 10.0, 0.0, mask)


def test_columns_rise_from_the_first_to_the_last_and_stray_no_faster_than_the_speed_does():
    shown = columns(900, 0.2, np.random.default_rng(1))
    assert shown[0] == 0
    assert shown[-1] == pytest.approx(899)
    assert np.diff(shown).min() > 0.6
    assert np.diff(shown).max() < 1.5
    assert np.abs(shown - np.arange(900)).max() > 3


@pytest.mark.parametrize("seed", range(6))
def test_truth_lies_on_what_it_marks_after_the_stretch(seed: int):
    shown = columns(900, 0.3, np.random.default_rng(seed))
    x1, x2 = 500, 560
    picture = np.zeros((1, 30, 900), np.float32)
    picture[0, 10:16, x1:x2] = 1
    moved = np.flatnonzero(stretched(picture, shown)[0, 12] > 0.5)
    after = followed(thing(x1, x2), shown)
    assert after.box[0] == pytest.approx(moved[0], abs=1)
    assert after.box[2] == pytest.approx(moved[-1] + 1, abs=1)
    assert after.mask.shape == (6, after.box[2] - after.box[0])


def test_a_thing_of_one_column_is_not_lost():
    for seed in range(20):
        shown = columns(400, 0.39, np.random.default_rng(seed))
        after = followed(thing(399 - seed, 400 - seed), shown)
        assert after.mask.any()
        assert 0 <= after.box[0] < after.box[2] <= 400


def test_standing_columns_stay():
    picture = np.random.default_rng(2).random((2, 5, 50)).astype(np.float32)
    assert stretched(picture, np.arange(50.0)) == pytest.approx(picture)


@pytest.mark.parametrize("seed", range(6))
def test_a_box_follows_as_a_thing_does(seed: int):
    shown = columns(900, 0.3, np.random.default_rng(seed))
    after = followed(thing(500, 560), shown).box
    assert followed_box((500.0, 10.0, 560.0, 16.0), shown) == pytest.approx(after, abs=1.01)
    assert followed_box((0.0, 1.0, 900.0, 2.0), shown) == (0.0, 1.0, 900.0, 2.0)
    assert followed_box((20.0, 1.0, 50.0, 2.0), np.arange(900.0)) == (20.0, 1.0, 50.0, 2.0)


@pytest.mark.parametrize("wider", [0.8, 1.0, 1.7])
def test_wider_pixels_show_things_narrower_and_truth_follows(wider: float):
    shown = columns(900, 0.0, np.random.default_rng(1), wider)
    picture = np.zeros((1, 30, 900), np.float32)
    picture[0, 10:16, 500:560] = 1
    seen = stretched(picture, shown)
    assert seen.shape == (1, 30, round(900 / wider))
    assert seen[0, 12].sum() * wider == pytest.approx(60, rel=0.02)
    moved = np.flatnonzero(seen[0, 12] > 0.5)
    after = followed(thing(500, 560), shown)
    assert (after.box[0], after.box[2]) == pytest.approx((moved[0], moved[-1] + 1), abs=1)
    assert followed_box((0.0, 1.0, 900.0, 2.0), shown) == (0.0, 1.0, round(900 / wider), 2.0)


def test_a_fast_vehicle_may_change_its_speed_too():
    shown = columns(900, 0.2, np.random.default_rng(1), 1.5)
    assert len(shown) == 600
    assert 0 <= shown[0] < shown[-1] <= 899
    assert np.diff(shown).min() > 0
    assert np.abs(np.diff(shown) - 1.5).max() > 0.05
