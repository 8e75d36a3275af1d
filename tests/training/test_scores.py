import numpy as np
import pytest

from cargoscope.datasets.manifest import Label
from cargoscope.detections import Detections, Finding
from cargoscope.errors import TrainingError
from cargoscope.models.operating import LOWEST, threshold_for
from cargoscope.models.rates import Rate
from cargoscope.training.scores import Examined, average_precision, score
from tests.builders import CLASSES

BOX = (100.0, 100.0, 140.0, 130.0)


def clean(*scores: float) -> list[Examined]:
    """Clean scans whose highest finding has that score; 0 for none."""
    return [
        Examined(f"clean-{n}", Detections.of([Finding(0, BOX, s, "firearm")] if s else [], CLASSES), ())
        for n, s in enumerate(scores)
    ]


def threat(
    score: float, box: tuple[float, float, float, float] = BOX, kind: str = "firearm", said: str = "", cnr: float = 5
) -> Examined:
    """A scan with one object at BOX and one finding at box."""
    return Examined(
        "threat", Detections.of([Finding(0, box, score, said or kind)], CLASSES), (Label(kind, 0, BOX, cnr=cnr),)
    )


def test_the_threshold_is_the_smallest_that_keeps_the_false_alarm_rate() -> None:
    scores = np.arange(100, dtype=np.float32).astype(np.float64) / 100
    for far in (0.001, 0.01, 0.05):
        threshold = threshold_for(far, scores)
        assert (scores >= threshold).sum() == np.floor(far * 100)


def test_a_detection_counts_only_above_the_threshold_of_the_rate() -> None:
    examined = [*clean(*[0.1] * 98, 0.6, 0.8), threat(0.7), threat(0.5), threat(0.9)]
    scores = score(examined, CLASSES, "a" * 64, "b" * 64)
    assert scores.at(0.001).pd.hits == 1
    assert scores.at(0.01).pd.hits == 2
    assert scores.at(0.05).pd.hits == 3
    assert scores.at(0.01).alarms.hits == 1


def test_scans_that_share_a_score_alarm_together_or_not_at_all() -> None:
    scores = score([*clean(*[0.1] * 95, *[0.5] * 5), threat(0.5), threat(0.9)], CLASSES, "a" * 64, "b" * 64)
    assert (scores.at(0.01).alarms.hits, scores.at(0.01).pd.hits) == (0, 1)
    assert (scores.at(0.05).alarms.hits, scores.at(0.05).pd.hits) == (5, 2)


def test_no_threshold_lies_below_what_an_examination_looks_at() -> None:
    scores = score([*clean(0, 0, 0), threat(0.9)], CLASSES, "a" * 64, "b" * 64)
    assert scores.at(0.01).threshold == LOWEST
    assert scores.at(0.01).pd.hits == 1


def test_nothing_counts_as_found_where_no_threshold_keeps_the_rate() -> None:
    point = score([*clean(1.0, 0.1), threat(1.0)], CLASSES, "a" * 64, "b" * 64).at(0.01)
    assert point.threshold > 1
    assert (point.alarms.hits, point.pd.hits) == (0, 0)


@pytest.mark.parametrize(
    ("box", "hits"),
    [
        (BOX, 1),
        ((120, 100, 190, 130), 1),
        ((110, 110, 115, 115), 1),
        ((0, 0, 400, 400), 0),
        ((150, 100, 190, 130), 0),
    ],
)
def test_a_finding_hits_by_overlap_or_by_a_centre_inside(box: tuple[float, float, float, float], hits: int) -> None:
    scores = score([*clean(0.1), threat(0.9, box)], CLASSES, "a" * 64, "b" * 64)
    assert scores.at(0.05).pd.hits == hits


def test_any_class_hits_but_the_right_one_is_counted_apart() -> None:
    scores = score([*clean(0.1), threat(0.9, said="cigarettes"), threat(0.9)], CLASSES, "a" * 64, "b" * 64)
    point = scores.at(0.01)
    assert (point.by_class["firearm"].hits, point.by_class["firearm"].n) == (2, 2)
    assert (point.right_class.hits, point.right_class.n) == (1, 2)
    assert point.by_class["cigarettes"].n == 0


def test_faint_objects_count_in_the_figure_for_all_and_not_in_the_clear_one() -> None:
    point = score([*clean(0.1), threat(0.05, cnr=1.5), threat(0.9)], CLASSES, "a" * 64, "b" * 64).at(0.01)
    assert (point.pd.hits, point.pd.n) == (1, 2)
    assert (point.pd_clear.hits, point.pd_clear.n) == (1, 1)


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    rate = Rate.of(90, 100)
    assert (rate.low, rate.high) == (pytest.approx(0.8238, abs=1e-4), pytest.approx(0.9510, abs=1e-4))
    assert (Rate.of(0, 10).low, Rate.of(10, 10).high) == (0, 1)


def test_average_precision_loses_by_false_findings_above_the_true_ones() -> None:
    assert average_precision([threat(0.9)], "firearm") == 1
    assert average_precision([*clean(0.95), threat(0.9)], "firearm") == pytest.approx(0.5)
    assert average_precision([threat(0.9, (100, 100, 400, 130))], "firearm") == 0
    assert np.isnan(average_precision([threat(0.9)], "cigarettes"))


def test_scores_without_clean_scans_are_refused() -> None:
    with pytest.raises(TrainingError, match="clean scans"):
        score([threat(0.9)], CLASSES, "a" * 64, "b" * 64)


def test_the_json_table_says_values_and_holds_no_nan() -> None:
    table = score([*clean(0.1), threat(0.9)], CLASSES, "a" * 64, "b" * 64).table()
    assert table["points"][2]["pd"]["value"] == 1
    assert table["points"][2]["by_class"]["cigarettes"]["value"] is None
    assert table["ap"]["cigarettes"] is None
