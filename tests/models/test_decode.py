import cv2
import numpy as np
import pytest

from cargoscope.errors import ModelError
from cargoscope.models.decode import decode, merge


def maps(k: int = 2, h: int = 6, w: int = 8) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((k, h, w), np.float32), np.full((4, h, w), 10, np.float32)


def test_a_peak_becomes_a_box_around_the_centre_of_its_cell() -> None:
    heat, ltrb = maps()
    heat[1, 2, 3] = 0.9
    ltrb[:, 2, 3] = (4, 5, 6, 7)
    boxes, scores, class_ids = decode(heat, ltrb, 8, 0.5)
    assert boxes.tolist() == [[28 - 4, 20 - 5, 28 + 6, 20 + 7]]
    assert scores.tolist() == pytest.approx([0.9])
    assert class_ids.tolist() == [1]


def test_only_the_highest_cell_of_a_neighbourhood_speaks() -> None:
    heat, ltrb = maps()
    heat[0, 2, 3:5] = (0.9, 0.8)
    heat[0, 5, 7] = 0.6
    _, scores, _ = decode(heat, ltrb, 8, 0.5)
    assert scores.tolist() == pytest.approx([0.9, 0.6])


def test_thresholds_may_differ_by_class() -> None:
    heat, ltrb = maps()
    heat[0, 1, 1] = heat[1, 4, 4] = 0.4
    _, _, class_ids = decode(heat, ltrb, 8, np.array([0.5, 0.3], np.float32))
    assert class_ids.tolist() == [1]


def test_boxes_without_area_are_left_out() -> None:
    heat, ltrb = maps()
    heat[0, 1, 1] = 0.9
    ltrb[:, 1, 1] = 0
    assert len(decode(heat, ltrb, 8, 0.5)[0]) == 0


def test_maps_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ModelError, match="ltrb"):
        decode(np.zeros((2, 4, 4), np.float32), np.zeros((4, 4, 5), np.float32), 8, 0.5)


def test_overlapping_boxes_of_a_class_become_the_best_one_and_other_classes_stay() -> None:
    boxes = np.array([[0, 0, 100, 50], [5, 0, 105, 50], [0, 0, 100, 50], [300, 0, 310, 9]], np.float32)
    scores = np.array([0.6, 0.9, 0.5, 0.7], np.float32)
    assert merge(boxes, scores, np.array([0, 0, 1, 0], np.int32)).tolist() == [1, 3, 2]


def test_a_fragment_inside_a_better_box_goes_but_a_better_part_does_not_remove_the_whole() -> None:
    boxes = np.array([[0, 0, 100, 100], [10, 10, 40, 40]], np.float32)
    ids = np.zeros(2, np.int32)
    assert merge(boxes, np.array([0.9, 0.5], np.float32), ids).tolist() == [0]
    assert merge(boxes, np.array([0.5, 0.9], np.float32), ids).tolist() == [1, 0]


def test_merging_nothing_gives_nothing() -> None:
    assert len(merge(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int32))) == 0


@pytest.mark.parametrize("shape", [(3, 9, 11), (2, 1, 7), (2, 7, 1), (1, 1, 1)])
@pytest.mark.parametrize("threshold", [0.0, 0.35, 0.9])
def test_peaks_are_the_cells_that_a_dilation_leaves_as_they_are_ties_and_edges_included(
    shape: tuple[int, int, int], threshold: float
) -> None:
    heat = np.random.default_rng(5).integers(0, 11, shape).astype(np.float32) / 10
    _, scores, class_ids = decode(heat, np.full((4, *shape[1:]), 10, np.float32), 8, threshold)
    highest = np.stack([cv2.dilate(plane, np.ones((3, 3), np.uint8)) for plane in heat])
    expected = (heat == highest) & (heat >= np.float32(threshold))
    assert np.bincount(class_ids, minlength=len(heat)).tolist() == expected.sum(axis=(1, 2)).tolist()
    assert scores.tolist() == sorted(heat[expected].tolist(), reverse=True)
