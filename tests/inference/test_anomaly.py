from dataclasses import replace

import numpy as np
import pytest

from cargoscope.inference.anomaly import anomaly, anomaly_map
from cargoscope.scan import View
from tests.builders import scan, view


def stacked(odd: tuple[int, int] | None, seed: int = 0, width: int = 1600, height: int = 420) -> View:
    """Cartons of 40 x 30 pixels with edges, all alike; at odd (x, y) something rounder and denser between them."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    thickness = 0.8 + 0.25 * (((x % 40) < 3) | ((y % 30) < 3)) + rng.normal(0, 0.01, (height, width))
    if odd is not None:
        thickness += 0.5 * np.exp(-(((x - odd[0]) / 16) ** 2 + ((y - odd[1]) / 12) ** 2))
    planes = [60000 * np.exp(-thickness / factor) for factor in (1.0, 0.87)]
    return View(np.stack(planes).astype(np.uint16), ("6MV", "4MV"), (60000, 60000), (6.0, 6.0), "side")


@pytest.mark.parametrize("odd", [(400, 200), (1203, 120), (810, 300)])
def test_what_does_not_fit_a_regular_load_stands_out_where_it_is(odd: tuple[int, int]) -> None:
    seen = stacked(odd)
    box = anomaly_map(seen).strongest(seen.size_wh)
    assert box is not None
    assert abs((box[0] + box[2]) / 2 - odd[0]) < 40
    assert abs((box[1] + box[3]) / 2 - odd[1]) < 40


def test_a_load_with_something_odd_in_it_scores_higher_than_without() -> None:
    clean = [anomaly(scan(stacked(None, seed))) for seed in range(4)]
    odd = [anomaly(scan(stacked((500 + 100 * seed, 210), seed))) for seed in range(4)]
    assert min(odd) > 1.2 * max(clean)


def test_air_and_views_too_small_to_compare_have_no_anomaly() -> None:
    for nothing in (view(level=60000, width=900, height=300), view(width=9, height=7)):
        found = anomaly_map(nothing)
        assert found.score == 0
        assert found.strongest(nothing.size_wh) is None


def test_the_oddest_view_speaks_for_the_scan() -> None:
    views = (stacked(None), replace(stacked((400, 200), 1), name="top"))
    assert anomaly(scan(*views)) == max(anomaly_map(one).score for one in views)


def test_only_the_inside_of_containers_is_compared_where_they_are_known() -> None:
    both = stacked((1203, 210))
    tractor = both.pixels.copy()
    tractor[:, 150:300, 100:240] = 9000
    seen = replace(both, pixels=tractor)
    box = anomaly_map(seen, [(300.0, 0.0, 1600.0, 420.0)]).strongest(seen.size_wh)
    assert box is not None
    assert abs((box[0] + box[2]) / 2 - 1203) < 40
    assert not anomaly_map(seen, [(300.0, 0.0, 1600.0, 420.0)]).values[:, :3].any()
