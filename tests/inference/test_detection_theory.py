import pytest
from scipy.stats import norm

from cargoscope.inference.detection_theory import Sensitivity


def test_sensitivity_and_criterion_follow_the_formulas_with_the_log_linear_correction() -> None:
    made = Sensitivity.of(20, 25, 5, 50)
    zh, zf = norm.ppf(20.5 / 26), norm.ppf(5.5 / 51)
    assert made.d_prime == pytest.approx(zh - zf)
    assert made.criterion == pytest.approx(-(zh + zf) / 2)
    h, f = 20.5 / 26, 5.5 / 51
    variance = h * (1 - h) / (25 * norm.pdf(zh) ** 2) + f * (1 - f) / (50 * norm.pdf(zf) ** 2)
    assert made.d_prime_half == pytest.approx(1.959964 * variance**0.5, rel=1e-6)
    assert made.criterion_half == pytest.approx(made.d_prime_half / 2)


def test_a_perfect_officer_is_finite_and_a_guessing_one_is_zero() -> None:
    perfect = Sensitivity.of(10, 10, 0, 10)
    assert perfect.d_prime is not None
    assert 3 < perfect.d_prime < 4
    guessing = Sensitivity.of(5, 10, 5, 10)
    assert guessing.d_prime == pytest.approx(0)
    assert guessing.criterion == pytest.approx(0)


def test_without_clean_scans_nothing_is_said_of_sensitivity() -> None:
    made = Sensitivity.of(5, 10, 0, 0)
    assert (made.d_prime, made.criterion) == (None, None)
    assert made.hits.value == 0.5
