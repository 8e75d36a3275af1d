"""The scene network's maps: what becomes a part, where its edges are, and where two containers meet."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from cargoscope.models.scene_canvas import CANVAS_HW, DEEPEST, OVERVIEW_HW, canvas, overview
from cargoscope.models.scene_decode import REACH_PX, STRIDE, parts, pool_of
from tests import builders

Floats = npt.NDArray[np.float32]
H, W = CANVAS_HW[0] // STRIDE, CANVAS_HW[1] // STRIDE
Box = tuple[float, float, float, float]


def maps(*boxes: Box) -> tuple[Floats, Floats]:
    """What a network says that is sure of containers at these boxes (canvas pixels)."""
    heat, ltrb = np.full((3, H, W), 0.01, np.float32), np.full((12, H, W), np.log(REACH_PX), np.float32)
    x, y = np.meshgrid((np.arange(W) + 0.5) * STRIDE, (np.arange(H) + 0.5) * STRIDE)
    for x1, y1, x2, y2 in boxes:
        inside = (x > x1) & (x < x2) & (y > y1) & (y < y2)
        heat[0][inside] = 0.98
        for side, distance in enumerate((x - x1, y - y1, x2 - x, y2 - y)):
            ltrb[side][inside] = np.log(np.clip(distance[inside], 1, REACH_PX))
    return heat, ltrb


def test_a_container_longer_than_any_cell_can_see_is_found_to_the_pixel() -> None:
    (only,) = parts(*maps((37.0, 21.5, 440.3, 99.0)))
    assert only.kind == 0
    assert np.allclose(only.box, (37.0, 21.5, 440.3, 99.0), atol=0.5)
    assert only.score == pytest.approx(0.98, abs=0.01)


def test_containers_that_touch_are_two_and_a_gap_parts_them_too() -> None:
    for gap in (0.0, 3.0, 30.0):
        first, second = (40.0, 20.0, 240.0, 100.0), (240.0 + gap, 20.0, 460.0, 100.0)
        found = sorted(part.box for part in parts(*maps(first, second)))
        assert len(found) == 2
        assert np.allclose(found, (first, second), atol=1.0)


def test_three_containers_in_a_row_are_three() -> None:
    boxes = [(10.0, 20.0, 160.0, 100.0), (162.0, 20.0, 320.0, 100.0), (322.0, 20.0, 480.0, 100.0)]
    assert np.allclose(sorted(part.box for part in parts(*maps(*boxes))), boxes, atol=1.0)


def test_crumbs_beside_a_container_are_nothing() -> None:
    heat, ltrb = maps((37.0, 21.5, 440.3, 99.0))
    heat[0, 15, 60:63] = 0.9
    assert len(parts(heat, ltrb)) == 1


def test_where_nothing_is_likely_nothing_is_found() -> None:
    assert parts(*maps()) == []


def test_cells_are_weighed_by_how_much_of_them_a_box_covers() -> None:
    weights = pool_of((4.0, 0.0, 16.0, 8.0))
    assert weights.sum() == pytest.approx(1)
    assert weights[0, :3].tolist() == pytest.approx([1 / 3, 2 / 3, 0])


def test_the_canvas_is_the_same_for_a_view_and_for_one_of_twice_the_pixels() -> None:
    small = builders.cargo_view((300, 100, 330, 130))
    large = small.pixels.repeat(2, axis=1).repeat(2, axis=2)
    doubled = replace(small, pixels=large)
    assert overview(small).shape == OVERVIEW_HW
    one, other = canvas(overview(small)), canvas(overview(doubled))
    assert one.shape == (4, *CANVAS_HW)
    assert np.abs(one[:2] - other[:2]).mean() < 0.02


def test_the_canvas_ends_where_an_8_bit_export_ends() -> None:
    dark = canvas(np.zeros(OVERVIEW_HW, np.float32))
    assert dark[0].max() == 1
    assert dark[1].max() == pytest.approx(1)
    faint = canvas(np.full(OVERVIEW_HW, np.exp(-DEEPEST / 2), np.float32))
    assert faint[1].mean() == pytest.approx(0.5, abs=1e-3)
