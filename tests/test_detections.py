import dataclasses

import numpy as np
import pytest

from cargoscope.detections import Detections, Finding
from cargoscope.errors import DetectionError
from tests.builders import CLASSES, finding, found


def test_rows_come_back_as_they_went_in():
    rows = [finding((1, 2, 3, 4), 0.5, "firearm"), finding((5, 6, 9, 9), 0.25, "cigarettes", view=1)]
    assert list(found(*rows)) == rows


def test_none_is_empty_and_keeps_the_classes():
    nothing = Detections.none(CLASSES)
    assert len(nothing) == 0
    assert nothing.classes == CLASSES


def test_where_keeps_by_mask_and_orders_by_index():
    two = found(finding(score=0.2), finding(score=0.9))
    assert two.where(two.scores > 0.5).scores.tolist() == pytest.approx([0.9])
    assert two.where(np.argsort(-two.scores)).scores.tolist() == pytest.approx([0.9, 0.2])


def test_a_kind_outside_the_classes_is_refused():
    with pytest.raises(DetectionError, match="no class 'submarine'"):
        found(Finding(0, (0, 0, 1, 1), 0.5, "submarine"))


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("boxes", np.zeros((1, 3), np.float32), "boxes must be"),
        ("boxes", np.zeros((1, 4), np.float64), "boxes must be"),
        ("boxes", np.array([[3, 0, 1, 1]], np.float32), "x1 < x2"),
        ("boxes", np.array([[0, 0, np.nan, 1]], np.float32), "finite"),
        ("scores", np.array([1.5], np.float32), "0..1"),
        ("scores", np.array([np.nan], np.float32), "0..1"),
        ("class_ids", np.array([4], np.int32), "class_ids"),
        ("view", np.array([-1], np.int32), "negative"),
    ],
)
def test_columns_that_make_no_sense_are_refused_at_birth(column, value, words):
    one = found(finding())
    with pytest.raises(DetectionError, match=words):
        dataclasses.replace(one, **{column: value})
