"""What trailers carry besides their load: twist locks, boxes, guards; as heavy as such parts are."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import LIGHT, STEEL
from cargoscope.datasets.simulation.canvas import Camera, Canvas
from cargoscope.datasets.simulation.vehicle.brackets import battery_box, extinguisher, hook, underside
from cargoscope.datasets.simulation.vehicle.chassis import draw_rig
from cargoscope.datasets.simulation.vehicle.fittings import lay
from cargoscope.datasets.simulation.vehicle.locks import bolster, pair
from cargoscope.datasets.simulation.vehicle.rear import draw_rear
from cargoscope.datasets.simulation.vehicle.roof import roof_parts

PITCH_MM = 5.0
DECK_MM = 1300.0
FRAME = (500.0, 3500.0, 1250.0)


def canvas(width: int = 800, height: int = 400) -> Canvas:
    return Canvas(Camera(1300.0, 6000.0, PITCH_MM, 2200.0), (width, height))


def steel_kg(one: Canvas) -> float:
    return float(one.mass[STEEL].sum()) * (PITCH_MM / 10) ** 2 / 1000


def above_deck(one: Canvas) -> np.ndarray:
    return np.asarray(one.mass[STEEL][: int(one.row(DECK_MM + 20))].sum(axis=0))


@pytest.mark.parametrize("seed", range(5))
def test_a_bolster_with_its_two_locks_weighs_what_cast_and_welded_steel_of_that_size_weighs(seed: int):
    one = canvas()
    bolster(one, np.random.default_rng(seed), 2000.0, DECK_MM, FRAME, True)
    assert 60 < steel_kg(one) < 420


def test_the_head_of_a_free_lock_stands_above_the_deck_and_that_of_a_lock_in_use_does_not():
    free, used = canvas(), canvas()
    bolster(free, np.random.default_rng(4), 2000.0, DECK_MM, FRAME, True)
    bolster(used, np.random.default_rng(4), 2000.0, DECK_MM, FRAME, False)
    assert above_deck(free).max() > 10
    assert above_deck(used).max() == 0
    where = np.flatnonzero(above_deck(free)) * PITCH_MM
    assert where.min() > 1850
    assert where.max() < 2150


def test_a_pair_of_bolsters_shows_two_like_heads_side_by_side():
    one = canvas()
    pair(one, np.random.default_rng(2), 2000.0, DECK_MM, FRAME, True)
    seen = above_deck(one) > 5
    starts = np.flatnonzero(seen[1:] & ~seen[:-1])
    assert len(starts) == 2
    assert 200 < (starts[1] - starts[0]) * PITCH_MM < 400


@pytest.mark.parametrize("seed", range(6))
def test_a_trailer_longer_than_its_container_shows_free_locks_in_front_of_it(seed: int):
    one = canvas(3000, 420)
    draw_rig(one, np.random.default_rng(seed), (1000.0, 13_000.0), DECK_MM, [5000.0, 10_800.0])
    front = np.array(one.mass[STEEL][int(one.row(DECK_MM + 45, -1130.0)) : int(one.row(DECK_MM + 15, -1130.0))])
    assert front[:, int(one.col(1050.0)) : int(one.col(1600.0))].max() > 10


@pytest.mark.parametrize("seed", range(4))
def test_parts_that_hang_under_a_frame_weigh_what_they_weigh(seed: int):
    lead, bottle, cast = canvas(), canvas(), canvas()
    battery_box(lead, np.random.default_rng(seed), 1000.0, 1100.0)
    extinguisher(bottle, np.random.default_rng(seed), 1000.0, 1100.0)
    hook(cast, np.random.default_rng(seed), 1000.0, 1100.0, 0.0)
    assert 12 < steel_kg(lead) < 110
    assert 1 < steel_kg(bottle) < 9
    assert 4 < float(bottle.mass[LIGHT].sum()) * (PITCH_MM / 10) ** 2 / 1000 < 14
    assert 1 < steel_kg(cast) < 14


@pytest.mark.parametrize("seed", range(4))
def test_an_underside_stays_between_its_ends_and_below_its_frame(seed: int):
    one = canvas()
    underside(one, np.random.default_rng(seed), (1000.0, 3000.0), (900.0, 1250.0))
    rows, cols = np.nonzero(one.mass.sum(axis=0))
    assert len(rows)
    assert rows.min() > one.row(1350.0)
    assert cols.min() * PITCH_MM > 500
    assert cols.max() * PITCH_MM < 3950


@pytest.mark.parametrize("seed", range(6))
def test_a_rear_end_weighs_less_than_half_a_ton_and_its_bar_hangs_low(seed: int):
    one = canvas()
    draw_rear(one, np.random.default_rng(seed), 3000.0, DECK_MM)
    assert 35 < steel_kg(one) < 500
    assert one.mass[STEEL][int(one.row(520.0)) :].max() > 3


@pytest.mark.parametrize("seed", range(8))
def test_parts_of_a_roof_are_light_and_stay_inside_their_container(seed: int):
    one = canvas(1600, 800)
    roof_parts(one, np.random.default_rng(seed), (1000.0, 7000.0), (-900.0, 1700.0))
    assert float(one.mass.sum()) * (PITCH_MM / 10) ** 2 / 1000 < 120
    rows, cols = np.nonzero(one.mass.sum(axis=0))
    if len(rows):
        assert rows.min() > one.row(1900.0)
        assert cols.min() * PITCH_MM > 1000
        assert cols.max() * PITCH_MM < 7500


@pytest.mark.parametrize(
    ("start", "stop", "laid"), [(-1.5, 2.5, 2.5), (8.5, 14.0, 1.5), (-4.0, -1.0, 0.0), (2.25, 2.75, 0.5)]
)
def test_a_wave_of_a_wall_that_reaches_over_its_end_is_cut_there(start: float, stop: float, laid: float) -> None:
    row = np.zeros(10, np.float32)
    lay(row, start, stop, 2.0)
    assert row.sum() == pytest.approx(2 * laid, abs=1e-5)
