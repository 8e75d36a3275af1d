from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from scipy.special import expit, logit

from cargoscope.datasets.manifest import Label
from cargoscope.detections import Detections, Finding
from cargoscope.training import equalise
from cargoscope.training.equalise import FARTHEST, LEAST_CLEAN, LEAST_OBJECTS, shifts
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


def threats(seed: int, kind: str, count: int, centre: float, cnr: float | None = 5) -> list[Examined]:
    """Scans with an object of a class that is found, its logits scattered about a centre."""
    logits = np.random.default_rng(seed).normal(centre, 1, count)
    return [
        Examined(
            f"{kind}-{number}",
            Detections.of([Finding(0, BOX, float(1 / (1 + np.exp(-logit))), kind)], CLASSES),
            (Label(kind, 0, BOX, cnr=cnr),),
        )
        for number, logit in enumerate(logits)
    ]


def shifted(examined: Sequence[Examined], added: npt.NDArray[np.float64]) -> list[Examined]:
    """The same findings, their logits moved."""
    logits = [logit(scan.found.scores.astype(np.float64)) + added[scan.found.class_ids] for scan in examined]
    return [
        replace(scan, found=replace(scan.found, scores=expit(moved).astype(np.float32)))
        for scan, moved in zip(examined, logits, strict=True)
    ]


def some(seed: int) -> list[Examined]:
    """Both classes tell contraband from goods equally well, but one says everything two logits louder."""
    return [
        *clean(seed, 600, {LOUD: 0.0, CALM: -2.0}),
        *threats(seed + 1, LOUD, 60, 3.0),
        *threats(seed + 2, CALM, 60, 1.0),
    ]


def test_a_loud_class_no_longer_decides_for_the_others_on_scans_that_it_was_not_fitted_to() -> None:
    added, others = shifts(some(1), CLASSES), some(100)
    assert 1.2 < added[1] - added[0] < 2.8, "about what the one is louder"
    before, after = (
        score(examined, CLASSES, "a" * 64, "b" * 64).at(0.01) for examined in (others, shifted(others, added))
    )
    assert before.by_class[CALM].value < 0.2
    assert after.by_class[CALM].value > 0.5
    assert after.pd.value > before.pd.value + 0.1


def test_nothing_is_shifted_where_clean_scans_are_few() -> None:
    contraband = [*threats(4, CALM, 50, 1.0), *threats(5, LOUD, 50, 3.0)]
    for count, moved in ((LEAST_CLEAN - 1, False), (LEAST_CLEAN, True)):
        assert shifts([*clean(3, count, {LOUD: 0.0, CALM: -2.0}), *contraband], CLASSES).any() == moved


def test_nothing_is_shifted_where_any_class_that_is_found_has_few_objects() -> None:
    goods = clean(5, 400, {LOUD: 0.0, CALM: -2.0})
    for count, moved in ((0, False), (LEAST_OBJECTS - 1, False), (LEAST_OBJECTS, True)):
        added = shifts([*goods, *threats(6, CALM, 50, 1.0), *threats(7, LOUD, count, 3.0)], CLASSES)
        assert added.any() == moved, count
        assert not added[2:].any(), "classes that are neither found nor there"


def test_objects_that_nobody_could_see_do_not_count_and_those_of_unknown_visibility_do() -> None:
    rest = [*clean(7, 400, {LOUD: 0.0, CALM: -2.0}), *threats(8, LOUD, 50, 3.0)]
    assert not shifts([*rest, *threats(9, CALM, 50, 1.0, cnr=2.9)], CLASSES).any()
    assert shifts([*rest, *threats(9, CALM, 50, 1.0, cnr=None)], CLASSES).any()


def test_a_shift_that_brings_less_than_its_price_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    goods = clean(14, 1000, {LOUD: 0.0, CALM: -0.5})
    nearly = [*goods, *threats(15, LOUD, 300, 4.0), *threats(16, CALM, 300, 3.5)]
    moved = {}
    for price in (0.0, equalise.PRICE, 1.0):
        monkeypatch.setattr(equalise, "PRICE", price)
        moved[price] = float(np.abs(shifts(nearly, CLASSES)).sum())
    assert list(moved) == [0.0, 0.03, 1.0]
    assert moved[0.0] > moved[0.03] > moved[1.0] == 0


def test_the_best_shift_is_found_to_a_tenth_of_a_logit(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = shifts(some(1), CLASSES)
    monkeypatch.setattr(equalise, "STEPS", (0.8,))
    coarse = shifts(some(1), CLASSES)
    assert not np.array_equal(fine, coarse)
    np.testing.assert_allclose(coarse / 0.8, np.round(coarse / 0.8), atol=1e-9)
    np.testing.assert_allclose(fine / 0.1, np.round(fine / 0.1), atol=1e-9)


def test_classes_that_are_in_balance_stay_as_they_are() -> None:
    even = [
        *clean(9, 600, {LOUD: 0.0, CALM: 0.0}),
        *threats(10, LOUD, 60, 3.0),
        *threats(11, CALM, 60, 3.0),
    ]
    assert np.abs(shifts(even, CLASSES)).max() <= 0.3


@pytest.mark.parametrize(("goods", "calm", "loud", "end"), [(0.5, 0.2, 9.0, 1), (1.0, 1.0, 10.0, 0)])
def test_no_class_is_moved_without_end(goods: float, calm: float, loud: float, end: int) -> None:
    """end: which of the classes comes to the end of what is allowed, the calm one upwards or the loud one downwards."""
    contraband = [*threats(13, CALM, 50, calm), *threats(14, LOUD, 50, loud)]
    added = shifts([*clean(12, 500, {LOUD: goods, CALM: -5.0}), *contraband], CLASSES)
    assert added[end] == (-FARTHEST, FARTHEST)[end]
    assert np.abs(added).max() == FARTHEST
