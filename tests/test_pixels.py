"""The road from a view to tiles and back."""

import multiprocessing
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargoscope import pixels
from cargoscope.errors import LimitError, ScanError
from cargoscope.scan import View
from tests.builders import cargo_view, view

pitches = st.floats(1.5, 12.0)
sides = st.integers(1, 90)


def ramp(width: int, height: int, pitch_mm: tuple[float, float] = (4.0, 4.0)) -> View:
    rows = np.linspace(20000, 60000, width).astype(np.uint16)
    return View(np.tile(rows, (1, height, 1)), ("6MV",), (60000,), pitch_mm)


def test_air_has_no_attenuation_and_steel_adds_up():
    air, once, twice = (pixels.attenuation(view(level=level))[0, 0, 0] for level in (60000, 30000, 15000))
    assert air == 0
    assert twice == pytest.approx(2 * once) == pytest.approx(2 * np.log(2))


def test_brighter_than_open_beam_is_air():
    assert not pixels.attenuation(view(level=65535)).any()


def test_black_stops_at_the_last_count_that_the_source_knew():
    assert pixels.attenuation(view(level=0, bits=16)).max() == pytest.approx(np.log(60000), rel=1e-6)
    assert pixels.attenuation(view(level=0, bits=8)).max() == pytest.approx(np.log(60000 / 256), rel=1e-6)


def test_planes_have_the_pitch_of_the_model():
    planes = pixels.to_planes(view(100, 60, pitch_mm=(3.0, 6.0)), 6.0)
    assert planes.size_wh == (50, 60)
    assert planes.pixels_per_px_xy == (2.0, 1.0)


def test_a_view_without_pitch_is_taken_at_the_assumed_one():
    assumed = (pixels.ASSUMED_PITCH_MM,) * 2
    silent, spoken = (pixels.to_planes(cargo_view(pitch_mm=pitch), 6.0) for pitch in (None, assumed))
    assert np.array_equal(silent.values, spoken.values)


def test_an_axis_may_shrink_while_the_other_grows():
    stripes = np.full((1, 40, 80), 60000, np.uint16)
    stripes[:, :, ::2] = 30000
    planes = pixels.to_planes(View(stripes, ("6MV",), (60000,), (1.0, 4.0)), 2.0)
    assert planes.size_wh == (40, 80)
    assert np.allclose(planes.values[0], -np.log(0.75) / 4, atol=1e-5), "pairs of columns are averaged, not skipped"


@pytest.mark.parametrize("pitch_mm", [2.0, 3.0, 4.0, 5.7, 8.0])
def test_things_stay_where_they_are_when_resampled(pitch_mm: float):
    level = np.full((1, 120, 200), 60000, np.uint16)
    level[:, 40:80, 60:140] = 6000
    planes = pixels.to_planes(View(level, ("6MV",), (60000,), (4.0, 4.0)), pitch_mm)
    mass = planes.values[0] / planes.values[0].sum()
    centre_x = float(((np.arange(planes.size_wh[0]) + 0.5) * mass.sum(axis=0)).sum())
    centre_y = float(((np.arange(planes.size_wh[1]) + 0.5) * mass.sum(axis=1)).sum())
    sx, sy = planes.pixels_per_px_xy
    assert (centre_x * sx, centre_y * sy) == (pytest.approx(100, abs=0.2), pytest.approx(60, abs=0.2))


def test_intensities_are_averaged_before_the_logarithm():
    speckle = np.full((1, 40, 40), 2, np.uint16)
    speckle[:, ::2, ::2] = 30
    planes = pixels.to_planes(View(speckle, ("6MV",), (60000,), (2.0, 2.0)), 4.0)
    assert np.allclose(planes.values[0] * 4, np.log(60000 / 9), atol=1e-4)


@pytest.mark.parametrize(("n_energies", "speaks"), [(1, False), (2, True)])
def test_the_ratio_speaks_only_with_two_energies(n_energies: int, speaks: bool):
    planes = pixels.to_planes(cargo_view(energies=("6MV", "4MV")[:n_energies]), 6.0)
    assert planes.values[3].any() == speaks


def test_the_ratio_is_neutral_where_nothing_or_too_little_attenuates():
    for level in (59000, 3, 0):
        assert not pixels.to_planes(view(level=level), 6.0).values[3].any(), level


def test_organics_and_steel_lie_on_both_sides_of_neutral():
    def ratio(value: float) -> float:
        levels = 60000 * np.exp(-np.array([value, 1.0]))
        planes = np.broadcast_to(levels.round().astype(np.uint16)[:, None, None], (2, 20, 20))
        return float(pixels.to_planes(View(planes.copy(), ("6MV", "4MV"), (60000, 60000)), 4.5).values[3].mean())

    assert ratio(0.84) == pytest.approx(-0.3, abs=0.01)
    assert ratio(0.90) == pytest.approx(0.3, abs=0.01)


def test_sharp_steps_leave_only_numbers():
    steps = np.full((2, 300, 700), 60000, np.uint16)
    steps[:, 100:, 50:300] = 0
    steps[:, :, 400:401] = 65535
    values = pixels.to_planes(View(steps, ("6MV", "4MV"), (60000, 60000), (4.0, 4.0)), 4.0).values
    assert np.isfinite(values).all()
    assert (values.dtype, values.shape) == (np.float32, (4, 300, 700))


@given(sides, sides, pitches, pitches, pitches, st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_planes_are_finite_and_in_range_for_any_view(width, height, pitch_x, pitch_y, pitch_mm, seed):
    noise = np.random.default_rng(seed).integers(0, 65536, (2, height, width), np.uint16)
    planes = pixels.to_planes(View(noise, ("6MV", "4MV"), (60000, 100), (pitch_x, pitch_y)), pitch_mm)
    assert np.isfinite(planes.values).all()
    assert np.abs(planes.values).max() <= 3


def test_the_same_view_gives_the_same_planes():
    first, second = (pixels.to_planes(cargo_view((50, 50, 90, 90)), 4.5).values for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("n_energies", [1, 2])
def test_planes_are_the_same_to_the_bit_with_one_thread_and_with_several(n_energies: int):
    seen = cargo_view((50, 50, 90, 90), energies=("6MV", "4MV")[:n_energies])
    usual = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        alone = pixels.to_planes(seen, 7.3).values
        cv2.setNumThreads(4)
        together = pixels.to_planes(seen, 7.3).values
    finally:
        cv2.setNumThreads(usual)
    np.testing.assert_array_equal(alone, together)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
def test_a_forked_process_makes_planes_too_after_its_parent_did():
    usual = cv2.getNumThreads()
    try:
        cv2.setNumThreads(2)
        pixels.to_planes(cargo_view((50, 50, 90, 90)), 6.0)
        with multiprocessing.get_context("fork").Pool(1) as child:
            seen = child.apply_async(_width_of_planes_with_two_threads).get(timeout=60)
    finally:
        cv2.setNumThreads(usual)
    assert seen > 0


def _width_of_planes_with_two_threads() -> int:
    cv2.setNumThreads(2)
    return pixels.to_planes(cargo_view((50, 50, 90, 90)), 6.0).size_wh[0]


@pytest.mark.parametrize("pitch_mm", [0.0, 0.01, 101, float("nan")])
def test_an_impossible_pitch_is_refused(pitch_mm: float):
    with pytest.raises(ScanError, match=r"pitch must be 0\.05\.\.100 mm"):
        pixels.to_planes(view(), pitch_mm)


def test_a_view_that_would_explode_is_refused_before_it_does():
    with pytest.raises(LimitError, match=r"at most 64000000 pixels.*got 64000×48000 from 640×480"):
        pixels.to_planes(view(640, 480, pitch_mm=(100, 100)), 1.0)


@given(st.integers(1, 3000), st.integers(1, 1500), st.integers(64, 512), st.floats(0, 0.75))
@settings(deadline=None)
def test_tiles_cover_every_pixel_and_share_the_overlap(width, height, tile, share):
    overlap = int(share * tile)
    origins = pixels.tile_origins((width, height), (tile, tile), overlap)
    for length, starts in ((width, sorted({x for x, _ in origins})), (height, sorted({y for _, y in origins}))):
        assert starts[0] == 0
        assert starts[-1] == max(0, length - tile), "the last tile ends where the plane ends"
        assert all(0 < b - a <= tile - overlap for a, b in pairwise(starts))
    assert len(origins) == len(set(origins))


@pytest.mark.parametrize("overlap", [-1, 32, 40])
def test_an_overlap_that_makes_no_progress_is_refused(overlap: int):
    with pytest.raises(ScanError, match=r"overlap must be 0\.\.31"):
        pixels.tile_origins((100, 100), (32, 48), overlap)


def test_a_tile_is_a_piece_of_the_planes_and_air_beyond():
    planes = pixels.to_planes(ramp(100, 60), 4.0)
    tile = pixels.cut(planes, (80, 40), (32, 48))
    assert np.array_equal(tile[:, :20, :20], planes.values[:, 40:, 80:])
    assert not tile[:, 20:].any()
    assert not tile[:, :, 20:].any()
    assert np.array_equal(pixels.cut(planes, (-10, 0), (8, 16))[:, :, 10:], planes.values[:, :8, :6])
    assert not pixels.cut(planes, (500, 500), (8, 8)).any()


@pytest.mark.parametrize("origin", [(30, 10), (-20, 5), (80, 40), (-9, -7), (500, 500), (-500, 0)])
def test_a_tile_that_is_used_again_keeps_nothing_of_what_it_held(origin: tuple[int, int]):
    planes = pixels.to_planes(ramp(100, 60), 4.0)
    tile = np.full((4, 32, 48), 7, np.float32)
    pixels.cut_into(tile, planes, origin)
    around = np.pad(planes.values, ((0, 0), (600, 600), (600, 600)))
    x, y = origin[0] + 600, origin[1] + 600
    assert np.array_equal(tile, around[:, y : y + 32, x : x + 48])


@given(
    st.integers(20, 4000), st.integers(20, 1200), pitches, pitches, pitches,
    st.tuples(*[st.floats(0, 1)] * 4), st.tuples(st.integers(0, 800), st.integers(0, 500)),
)  # fmt: skip
def test_boxes_come_back_where_they_were(width, height, pitch_x, pitch_y, pitch_mm, shares, origin):
    w, h = max(1, round(width * pitch_x / pitch_mm)), max(1, round(height * pitch_y / pitch_mm))
    planes = pixels.Planes(np.broadcast_to(np.float32(0), (4, h, w)), (width / w, height / h))
    (x1, x2), (y1, y2) = sorted(shares[:2]), sorted(shares[2:])
    boxes = np.array([[x1 * width, y1 * height, x2 * width, y2 * height]], np.float32)
    back = pixels.to_scan(pixels.to_input(boxes, origin, planes), origin, planes)
    assert back.dtype == np.float32
    assert np.allclose(back, boxes, atol=0.02)


def test_boxes_are_clipped_to_the_view():
    planes = pixels.to_planes(ramp(100, 60), 8.0)
    boxes = pixels.to_scan(np.array([[-5, -5, 500, 500]], np.float32), (0, 0), planes)
    assert boxes.tolist() == [[0, 0, 100, 60]]


def test_a_box_keeps_its_object_through_planes_of_another_pitch():
    seen = cargo_view((200, 100, 240, 130), pitch_mm=(4.0, 4.0))
    planes = pixels.to_planes(seen, 7.0)
    x1, y1, x2, y2 = pixels.to_input(np.array([[200, 100, 240, 130]], np.float32), (0, 0), planes)[0]
    dense = planes.values[0] > 0.3
    rows, columns = np.nonzero(dense)
    assert (columns.min(), columns.max() + 1) == (pytest.approx(x1, abs=1), pytest.approx(x2, abs=1))
    assert (rows.min(), rows.max() + 1) == (pytest.approx(y1, abs=1), pytest.approx(y2, abs=1))


def test_an_article_put_into_planes_looks_as_it_does_put_into_the_scan():
    """Steel of 3 cm and plastic of 8 cm, with their own attenuation at two energies, before an uneven load."""
    load = cargo_view((100, 60, 180, 120), width=300, height=200)
    more = np.zeros((2, 200, 300), np.float32)
    more[:, 80:110, 140:190] = np.array([0.9, 1.0])[:, None, None]
    more[:, 60:75, 110:160] = np.array([0.42, 0.5])[:, None, None]
    held = np.minimum(load.pixels * np.exp(-more), 65535).round().astype(np.uint16)
    pitch = load.pitch_mm[0]
    expected = pixels.to_planes(replace(load, pixels=held), pitch).values
    made = pixels.with_more(pixels.to_planes(load, pitch).values, more, pitch, deepest=11.0)
    assert np.abs(made[:3] - expected[:3]).max() < 2e-3
    assert np.abs(made[3] - expected[3]).max() < 0.15
    assert np.abs(expected[3, 85:105, 145:185] - pixels.to_planes(load, pitch).values[3, 85:105, 145:185]).min() > 0.05
