from dataclasses import replace

import pytest

from cargoscope.errors import TrainingError
from cargoscope.models.rates import Rate
from cargoscope.training.gate import gate
from cargoscope.training.scores import Point, Scores


def scores(firearm: int = 90, cigarettes: int = 80, over_all: int = 170, manifest_id: str = "a" * 64) -> Scores:
    """Scores on 100 scans with each class."""
    by_class = {"firearm": Rate.of(firearm, 100), "cigarettes": Rate.of(cigarettes, 100)}
    all_rate = Rate.of(over_all, 200)
    point = Point(0.01, 0.5, Rate.of(1, 100), all_rate, all_rate, by_class, by_class, all_rate)
    return Scores("b" * 64, manifest_id, 100, 200, (point,), {}, {})


def test_a_model_that_is_better_is_promoted_with_both_figures() -> None:
    decision = gate(scores(), scores(firearm=95, over_all=175))
    assert decision.promote
    assert "0.850 (170 of 200) to 0.875 (175 of 200)" in decision.reason


def test_retraining_is_refused_when_a_class_gets_worse() -> None:
    decision = gate(scores(), scores(firearm=99, cigarettes=70))
    assert not decision.promote
    assert decision.reason == "detection of cigarettes fell from 0.800 (80 of 100) to 0.700 (70 of 100) at 1.0%"


def test_a_class_may_differ_by_the_tolerance() -> None:
    assert gate(scores(), scores(firearm=88)).promote
    assert not gate(scores(), scores(firearm=87)).promote


def test_retraining_is_refused_when_the_figure_over_all_falls() -> None:
    decision = gate(scores(), scores(over_all=160))
    assert not decision.promote
    assert "over all" in decision.reason


def changed(old: Scores, **point: object) -> Scores:
    return replace(old, points=(replace(old.points[0], **point),))  # type: ignore[arg-type]


def test_a_class_that_no_held_out_scan_shows_may_have_been_forgotten() -> None:
    unseen = changed(scores(), by_class={"firearm": Rate.of(0, 0), "cigarettes": Rate.of(80, 100)})
    decision = gate(unseen, unseen)
    assert not decision.promote
    assert decision.reason == "no held-out scan holds firearm, so nothing says that it did not get worse"


def test_a_model_that_finds_as_much_and_confuses_the_classes_is_refused() -> None:
    old = changed(scores(), right_class=Rate.of(160, 170))
    decision = gate(old, changed(old, right_class=Rate.of(90, 170)))
    assert not decision.promote
    assert decision.reason.startswith("the share of hits with the right name fell from 0.941")


def test_a_share_that_cannot_be_said_any_more_is_a_fall() -> None:
    assert not gate(scores(), changed(scores(), right_class=Rate.of(0, 0))).promote


def test_small_losses_do_not_add_up() -> None:
    first, active = scores(firearm=90), scores(firearm=88)
    assert gate(first, active).promote
    candidate = scores(firearm=86)
    assert gate(active, candidate).promote
    decision = gate(active, candidate, first)
    assert not decision.promote
    assert decision.reason == (
        "detection of firearm fell from 0.900 (90 of 100) of the model that this line began with "
        "to 0.860 (86 of 100) at 1.0%"
    )
    assert gate(active, scores(firearm=89), first).reason.startswith(
        "no class lost more than 2%, neither against the active model nor against the first of its line; over all 0.850"
    )
    with pytest.raises(TrainingError, match="different sets"):
        gate(active, candidate, scores(manifest_id="c" * 64))


def test_scores_on_different_scans_cannot_be_compared() -> None:
    with pytest.raises(TrainingError, match="different sets"):
        gate(scores(), scores(manifest_id="c" * 64))
