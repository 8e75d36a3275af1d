import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargoscope.datasets.archive import Archive
from cargoscope.errors import NotFoundError
from cargoscope.inference.tiles import TILE_SIZE, Pyramids, halved, n_levels, pyramid, tile
from tests import builders
from tests.inference.rig import keep, people


@given(st.integers(1, 40), st.integers(1, 40))
def test_every_level_is_half_of_the_next_down_to_one_pixel(width: int, height: int) -> None:
    levels = pyramid(np.zeros((2, height, width), np.uint16))
    assert len(levels) == n_levels((width, height))
    assert levels[0].shape == (2, 1, 1)
    for below, above in itertools.pairwise(levels):
        assert below.shape == (2, -(-above.shape[1] // 2), -(-above.shape[2] // 2))


def test_a_pixel_is_the_mean_of_what_it_covers() -> None:
    planes = np.array([[[1, 3, 65535], [5, 7, 65533], [10, 20, 30]]], np.uint16)
    assert halved(planes).tolist() == [[[4, 65534], [15, 30]]]


def test_the_tiles_of_a_level_cover_it_exactly() -> None:
    planes = np.random.default_rng(0).integers(0, 65536, (2, 700, 1100), np.uint16)
    levels = pyramid(planes)
    rows = [[tile(levels, len(levels) - 1, column, row) for column in range(3)] for row in range(2)]
    assert np.array_equal(np.concatenate([np.concatenate(row, axis=2) for row in rows], axis=1), planes)
    assert rows[1][2].shape == (2, 700 - TILE_SIZE, 1100 - 2 * TILE_SIZE)


@pytest.mark.parametrize(("level", "column", "row"), [(-1, 0, 0), (99, 0, 0), (6, 1, 0), (6, 0, 1), (6, -1, 0)])
def test_there_is_nothing_outside_of_the_pyramid(level: int, column: int, row: int) -> None:
    with pytest.raises(NotFoundError, match="level"):
        tile(pyramid(np.zeros((1, 48, 64), np.uint16)), level, column, row)


def test_pyramids_stay_within_their_memory(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        people(archive)
        for number in range(4):
            keep(archive, builders.scan(builders.view(level=number + 1), scan_id=f"scan-{number}"))
        one = sum(level.nbytes for level in pyramid(builders.view().pixels))
        pyramids = Pyramids(archive, 2 * one)
        first = pyramids.get("scan-0", 0)
        assert pyramids.get("scan-0", 0) is first
        for number in range(1, 4):
            pyramids.get(f"scan-{number}", 0)
        assert pyramids.held_bytes == 2 * one
        assert pyramids.get("scan-0", 0) is not first
        with pytest.raises(NotFoundError, match=r"has views 0\.\.0, got 1"):
            pyramids.get("scan-0", 1)
