import numpy as np

from cargoscope.datasets.manifest import Label
from cargoscope.detections import Detections, Finding
from cargoscope.training.equalise import FARTHEST, LEAST_CLEAN, RARITY, shifted, shifts
from cargoscope.training.scores import Examined, score
from tests.builders import CLASSES

BOX = (100.0, 100.0, 140.0, 130.0)
LOUD, CALM = CLASSES[:2]


def clean(seed: int, count: int, centre: dict[str, float]) -> list[Examined]:
    """Clean scans with a finding of each class, whose logits are scattered about a centre."""
    rng = np.random.default_rng(seed)

    def found() -> Detections:
        logits = {kind: rng.normal(middle, 1) for kind, middle in centre.items()}
        return Detections.of([Finding(0, BOX, float(1 / (1 + np.exp(-s))), k) for k, s in logits.items()], CLASSES)

    return [Examined(f"clean-{number}", found(), ()) for number in range(count)]


def threat(kind: str, probability: float) -> Examined:
    return Examined(
        "threat", Detections.of([Finding(0, BOX, probability, kind)], CLASSES), (Label(kind, 0, BOX, cnr=5),)
    )


def share_above(examined: list[Examined], kind: str, threshold: float) -> float:
    return float(np.mean([any(f.kind == kind and f.score > threshold for f in scan.found) for scan in examined]))


def test_after_the_shift_every_class_reaches_a_score_on_as_few_clean_scans() -> None:
    examined = clean(1, 2000, {LOUD: 0.0, CALM: -1.5})
    added = shifts(examined, CLASSES)
    after = shifted(examined, added)
    threshold = float(np.quantile([max(f.score for f in scan.found if f.kind == LOUD) for scan in after], 1 - RARITY))
    assert abs(share_above(after, CALM, threshold) - RARITY) < 0.005
    assert abs((added[1] - added[0]) - 1.5) < 0.3


def test_a_loud_class_no_longer_decides_for_the_others() -> None:
    examined = [*clean(2, 1000, {LOUD: 0.0, CALM: -2.0}), threat(CALM, 0.8)]
    assert score(examined, CLASSES, "a" * 64, "b" * 64).at(0.01).pd.hits == 0
    after = shifted(examined, shifts(examined, CLASSES))
    assert score(after, CLASSES, "a" * 64, "b" * 64).at(0.01).pd.hits == 1


def test_nothing_is_shifted_where_clean_scans_are_few() -> None:
    assert not shifts(clean(3, LEAST_CLEAN - 1, {LOUD: 0.0, CALM: -2.0}), CLASSES).any()


def test_a_class_that_never_alarms_stays_as_it_is_and_moves_no_other() -> None:
    examined = clean(4, 500, {LOUD: 0.0, CALM: -1.0})
    added = shifts(examined, CLASSES)
    assert not added[2:].any()
    assert abs(added[0] + added[1]) < 1e-9


def test_no_class_is_moved_without_end() -> None:
    added = shifts(clean(5, 500, {LOUD: 7.0, CALM: -1.0}), CLASSES)
    np.testing.assert_array_equal(added[:2], [-FARTHEST, FARTHEST])


def test_findings_stay_best_first_and_keep_their_boxes() -> None:
    one = Examined("s", Detections.of([Finding(0, BOX, 0.6, LOUD), Finding(0, BOX, 0.5, CALM)], CLASSES), ())
    added = np.zeros(len(CLASSES))
    added[1] = 2.0
    (after,) = shifted([one], added)
    assert [finding.kind for finding in after.found] == [CALM, LOUD]
    np.testing.assert_array_equal(after.found.boxes[0], BOX)
