from math import isnan

import pytest
from scipy.stats import beta

from cargoscope.models.rates import Rate


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (10, 10), (1, 1), (50, 1000), (1999, 2000)])
def test_the_interval_is_that_of_clopper_and_pearson(hits: int, n: int) -> None:
    rate = Rate.of(hits, n)
    assert rate.low == pytest.approx(beta.ppf(0.025, hits, n - hits + 1) if hits else 0.0, abs=1e-9)
    assert rate.high == pytest.approx(beta.ppf(0.975, hits + 1, n - hits) if hits < n else 1.0, abs=1e-9)


def test_nothing_of_nothing_is_no_rate_and_could_be_anything() -> None:
    rate = Rate.of(0, 0)
    assert isnan(rate.value)
    assert (rate.low, rate.high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="3 of 2"):
        Rate.of(3, 2)
