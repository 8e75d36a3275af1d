"""The judges that tell real tiles from simulated ones, on pictures of which it is known."""

import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield
    for name in ("realism", "realism_judges", "realism_measures"):
        sys.modules.pop(name, None)


def pictures(count: int, seed: int, fine: float) -> list[np.ndarray]:
    """Smooth clouds of any tone, with noise of so many grey levels."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        slow = np.kron(rng.uniform(40, 200, (6, 10)), np.ones((40, 40)))
        made.append(np.clip(slow + rng.normal(0, fine, slow.shape), 0, 255).astype(np.uint8))
    return made


def test_pictures_of_one_kind_cannot_be_told_and_those_of_two_can():
    from realism_judges import judged, regression, tiles_of, verdict

    for fine, low, high in ((4.0, 0.3, 0.7), (7.0, 0.95, 1.0)):
        tiles = tiles_of(pictures(10, 1, 4.0), pictures(10, 2, fine), np.random.default_rng(3), 8)
        told = verdict(tiles, judged(tiles, regression), np.random.default_rng(4), draws=60)
        assert low <= told["auc"] <= high
        assert told["interval"][0] <= told["auc"] <= told["interval"][1]


def test_no_scan_gives_tiles_to_both_sides():
    from realism_judges import tiles_of

    tiles = tiles_of(pictures(7, 1, 4.0), pictures(9, 2, 4.0), np.random.default_rng(3), 5)
    for scan in range(16):
        assert len(set(tiles.fold[tiles.scan == scan])) == 1
    assert tiles.real.sum() == 35


def test_figures_see_more_noise_and_more_dark():
    from realism_measures import differences, statistics

    one, other = statistics(pictures(3, 1, 2.0)), statistics(pictures(3, 1, 6.0))
    apart = differences(one, other)
    assert apart["detail_middle_ratio"] > 2
    assert apart["gradient_x"] > 0.2
    assert differences(one, one)["grey"] == 0


def test_loads_are_compared_with_loads_as_dark():
    from realism import darkness, matched

    empty, full = np.full((480, 900), 220, np.uint8), np.full((480, 900), 10, np.uint8)
    half = empty.copy()
    half[:, :450] = 10
    taken = matched([empty, full], [half, full, empty, half])
    assert [darkness(one) for one in taken] == [0.0, 1.0]


def test_a_sheet_with_real_scans_is_not_drawn_inside_the_repository():
    from realism import beside

    with pytest.raises(SystemExit, match="outside the repository"):
        beside([], [], BENCHMARKS.parent / "docs" / "beside.png")
