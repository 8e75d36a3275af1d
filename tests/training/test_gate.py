from dataclasses import replace

import pytest

from cargoscope.errors import TrainingError
from cargoscope.training.gate import gate
from cargoscope.training.scores import Point, Rate, Scores


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


def test_a_class_that_no_held_out_scan_shows_decides_nothing() -> None:
    old, new = scores(firearm=0), scores()
    point = old.points[0]
    empty = replace(old, points=(replace(point, by_class={**point.by_class, "firearm": Rate.of(0, 0)}),))
    assert gate(empty, new).promote


def test_scores_on_different_scans_cannot_be_compared() -> None:
    with pytest.raises(TrainingError, match="different sets"):
        gate(scores(), scores(manifest_id="c" * 64))
