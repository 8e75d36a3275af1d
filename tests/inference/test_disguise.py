from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from cargoscope.inference.disguise import as_exact_as, disguise

AT = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)


def named(*names: str) -> Sequence[tuple[str, datetime]]:
    """The newest first; all were taken an hour before the test."""
    return [(name, AT - timedelta(hours=1)) for name in names]


def made(*names: str) -> str | None:
    return disguise(named(*names), AT, set(names).__contains__, Random(4))


def test_a_name_with_a_time_gets_the_time_of_the_test_on_the_stations_own_clock() -> None:
    name = made("HPH-20260304_180000-a")  # seven hours ahead of UTC
    assert name is not None
    assert name[:13] + name[-2:] == "HPH-20260304_-a"
    shown = datetime.strptime(name[4:19], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    assert shown == AT + timedelta(hours=7), "to the second, as in the station's own names"


@pytest.mark.parametrize("name", ["x-3f9a1b2c4d", "0b5f3f5e-2a53-4c07-9f6b-0d9c4f1f2a77"])
def test_random_parts_are_drawn_anew_in_the_same_form(name: str) -> None:
    other = made(name)
    assert other is not None
    assert other != name
    assert [c if c in "-x" else "h" for c in other] == [c if c in "-x" else "h" for c in name]


def test_a_counter_takes_a_number_that_was_left_out_or_left_behind_but_none_to_come() -> None:
    names = [f"G-{number:06d}" for number in (130, 129, 127, 126)]
    for seed in range(30):
        name = disguise(named(*names), AT, set(names).__contains__, Random(seed))
        assert name is not None
        assert name not in names
        assert len(name) == 8
        assert 0 <= int(name[2:]) < 130


def test_names_without_a_pattern_and_stations_without_scans_get_no_test() -> None:
    assert made("suspect", "clean") is None
    assert made() is None
    assert made(*(f"G-{number}" for number in range(10))) is None


def test_a_time_of_which_every_name_is_taken_gets_no_name_of_another_kind() -> None:
    assert disguise(named("HPH-20260304_180000-7"), AT, lambda _: True, Random(4)) is None


@pytest.mark.parametrize(
    ("microseconds", "expected"), [((0, 0), 0), ((0, 5000), 123000), ((0, 17), 123456), ((), 123456)]
)
def test_a_time_is_as_exact_as_those_of_the_station(microseconds: tuple[int, ...], expected: int) -> None:
    like = [AT.replace(microsecond=one) for one in microseconds]
    assert as_exact_as(like, AT.replace(microsecond=123456)) == AT.replace(microsecond=expected)
