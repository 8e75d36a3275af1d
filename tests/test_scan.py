import dataclasses
from datetime import datetime

import numpy as np
import pytest

from cargoscope.errors import ScanError
from cargoscope.scan import Scan, View
from tests.builders import NOON, scan, view


def test_a_view_knows_its_size():
    assert view(width=64, height=48).size_wh == (64, 48)


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 4), np.uint16), np.zeros((1, 4, 4), np.uint8), np.zeros((1, 0, 4), np.uint16)]
)
def test_pixels_of_another_shape_or_type_are_refused(pixels):
    with pytest.raises(ScanError, match="pixels must be"):
        View(pixels, ("6MV",), (60000,))


def test_every_plane_needs_an_energy_and_an_open_beam():
    with pytest.raises(ScanError, match="2 planes need as many"):
        View(np.zeros((2, 4, 4), np.uint16), ("6MV",), (60000, 60000))


@pytest.mark.parametrize(
    ("field", "value"), [("open_beam", (0,)), ("pitch_mm", (0.0, 6.0)), ("pitch_mm", (6.0, 101.0)), ("bits", 7)]
)
def test_facts_out_of_range_are_refused_by_name(field, value):
    good = view(energies=("6MV",))
    with pytest.raises(ScanError, match=field.split("_")[0]):
        dataclasses.replace(good, **{field: value})


@pytest.mark.parametrize("scan_id", ["", "../etc/passwd", "a b", "x" * 129, ".hidden"])
def test_an_id_that_could_name_another_file_is_refused(scan_id):
    with pytest.raises(ScanError, match="scan_id"):
        scan(scan_id=scan_id)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ScanError, match="time zone"):
        Scan("scan-1", datetime(2026, 1, 1), "gate-1", (view(),))


def test_a_scan_without_views_or_with_two_of_one_name_is_refused():
    with pytest.raises(ScanError, match="at least one view"):
        Scan("scan-1", NOON, "gate-1", ())
    with pytest.raises(ScanError, match="names must differ"):
        scan(view(), view())


def test_a_moment_before_the_calendar_of_utc_is_refused():
    first_day = datetime.fromisoformat("0001-01-01T00:00:00+05:00")
    with pytest.raises(ScanError, match="cannot be told in UTC"):
        dataclasses.replace(scan(), taken_at=first_day)
