import pytest

from cargoscope.errors import ModelError
from cargoscope.models.calibration import Calibration, Curve
from cargoscope.models.operating import Operating
from cargoscope.models.rates import Rate

CURVE = Curve(a=1.0, b=1.0, c=0.5, lowest=0.02, limit=5.0)


def works(n_clean: int = 250) -> Operating:
    """Clean scans score 0, 1/n, 2/n ...; contraband scores .5 and .999."""
    return Operating(tuple(i / n_clean for i in range(n_clean)), (0.999, 0.5), (0.999,), "manifest")


def test_the_threshold_lets_as_many_clean_scans_alarm_as_the_rate_allows() -> None:
    point = works().at(0.004)
    assert (point.alarms.hits, point.alarms.n) == (1, 250)
    assert 248 / 250 < point.threshold < 249 / 250
    assert (point.pd.hits, point.pd.n, point.pd_clear.hits, point.pd_clear.n) == (1, 2, 1, 1)
    assert works().at(0.5).pd.hits == 2


def test_clean_scans_that_score_1_alarm_at_any_threshold_and_are_counted() -> None:
    point = Operating((1.0,) * 3 + (0.5,) * 97, (1.0, 0.5), (), "manifest").at(0.01)
    assert (point.threshold, point.alarms.hits, point.pd.hits) == (1.0, 3, 1)


@pytest.mark.parametrize(("far", "needed"), [(0.001, 1000), (0.0039, 257), (0.00399, 251)])
def test_a_rate_that_the_clean_scans_cannot_show_is_refused_and_says_how_many_it_takes(far: float, needed: int) -> None:
    with pytest.raises(ModelError, match=rf"needs at least {needed} clean scans, there are 250, which resolve 0\.400%"):
        works().at(far)


@pytest.mark.parametrize("far", [0.0, -0.01, 0.51, float("nan")])
def test_a_rate_that_is_none_is_refused(far: float) -> None:
    with pytest.raises(ModelError, match="above 0 and at most 50%"):
        works().at(far)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 5, 0.0, 0.52182), (3, 250, 0.00248, 0.03467), (139, 139, 0.97381, 1.0), (450, 500, 0.87029, 0.92486)],
)
def test_intervals_are_those_of_clopper_and_pearson(hits: int, n: int, low: float, high: float) -> None:
    rate = Rate.of(hits, n)
    assert (rate.low, rate.high) == (pytest.approx(low, abs=1e-5), pytest.approx(high, abs=1e-5))


def test_probabilities_rise_with_score_and_prevalence_and_follow_bayes() -> None:
    told = Calibration(CURVE, CURVE, 100, 100, "manifest", {})
    low, high = told.scan_probability(0.2, 0.01), told.scan_probability(0.6, 0.01)
    assert low < high < told.scan_probability(0.6, 0.1)
    ratio = high / (1 - high) / (0.01 / 0.99)
    assert ratio == pytest.approx(0.6 / 0.4 * 2.718281828**0.5, rel=1e-6)


def test_no_score_is_more_certain_than_the_number_of_scans_allows() -> None:
    assert CURVE.log_ratio(1.0) == 5.0
    assert CURVE.log_ratio(0.0) == CURVE.log_ratio(0.02)


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -1.0, 7.0])
def test_a_prevalence_that_is_no_share_is_refused(prevalence: float) -> None:
    with pytest.raises(ModelError, match="above 0 and below 1"):
        Calibration(CURVE, CURVE, 1, 1, "manifest", {}).finding_probability(0.5, prevalence)


def test_a_curve_that_falls_is_refused() -> None:
    with pytest.raises(ModelError, match="must rise"):
        Curve(a=-0.1, b=1.0, c=0.0, lowest=0.02, limit=5.0)
