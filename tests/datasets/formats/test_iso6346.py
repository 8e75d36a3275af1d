"""Container numbers and their check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargoscope.datasets.formats.iso6346 import check_digit, is_valid


@pytest.mark.parametrize("number", ["CSQU3054383", "HASU5096871", "MNBU0435706", "GESU8109250"])
def test_real_numbers_are_valid(number: str):
    assert is_valid(number)


@pytest.mark.parametrize("number", ["CSQU3054384", "CSQU305438", "csqu3054383", "CSQX3054383", "", "CSQU30543８3"])
def test_others_are_not(number: str):
    assert not is_valid(number)


@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True), st.integers(0, 9), st.integers(4, 9))
def test_one_wrong_digit_is_noticed_unless_both_digits_are_zero(code: str, digit: int, place: int):
    changed = f"{code[:place]}{digit}{code[place + 1 :]}"
    digits = {check_digit(code), check_digit(changed)}
    assert changed == code or len(digits) == 2 or digits == {0}


def test_what_cannot_be_a_code_is_refused():
    with pytest.raises(ValueError, match="ten characters"):
        check_digit("CSQU30543")
