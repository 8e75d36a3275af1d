"""The detector's noise is as large as its exposure says."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from scipy.stats import poisson

from cargoscope.datasets.simulation.beam.materials import GROUPS, STEEL
from cargoscope.datasets.simulation.beam.noise import COMPOUND, Exposure, _poisson, draw_exposure, expose
from cargoscope.datasets.simulation.beam.profiles import beam_of, profile
from cargoscope.datasets.simulation.beam.stripes import LOCAL_PX

QUIET = Exposure(photons=1e5, electronic=5e-5, jitter=0.0, drift=0.0, scatter=0.0, blur_px=0.01, dead_rows=0)
FACTS = profile("linac-6-4")


def flat(level: float) -> np.ndarray:
    return np.full((2, 120, 160), level, np.float32)


@pytest.mark.parametrize("level", [1.0, 0.1, 0.001])
def test_quanta_and_electronics_give_the_noise_that_sigma_promises(level: float):
    pixels = expose(flat(level), FACTS, QUIET, np.random.default_rng(1))
    expected = np.sqrt(level * COMPOUND / 1e5 + 5e-5**2)
    assert pixels[0].std() / FACTS.open_beam == pytest.approx(expected, rel=0.05)
    assert pixels[0].mean() / FACTS.open_beam == pytest.approx(level, rel=0.01)


def test_pulses_stripe_columns_and_gains_stripe_rows():
    striped = expose(flat(1.0), FACTS, replace(QUIET, jitter=0.05), np.random.default_rng(1))[0].astype(float)
    assert striped.mean(axis=0).std() > 10 * striped.mean(axis=1).std()
    striped = expose(flat(1.0), FACTS, replace(QUIET, drift=0.05), np.random.default_rng(1))[0].astype(float)
    assert striped.mean(axis=1).std() > 10 * striped.mean(axis=0).std()


def test_scatter_lifts_the_dark_beside_the_bright():
    scene = flat(1.0)
    scene[:, :, 60:100] = 0.0
    dark = expose(scene.copy(), FACTS, QUIET, np.random.default_rng(1))[0, :, 80].mean()
    lifted = expose(scene.copy(), FACTS, replace(QUIET, scatter=0.02), np.random.default_rng(1))[0, :, 80].mean()
    assert lifted > dark + 100


def test_interlaced_energies_see_a_sharp_edge_half_a_pixel_apart():
    scene = flat(1.0)
    scene[:, :, 80:] = 0.2
    high, low = expose(scene, FACTS, QUIET, np.random.default_rng(1)) / FACTS.open_beam
    assert high[:, 80].mean() == pytest.approx(0.2, abs=0.02)
    assert low[:, 80].mean() == pytest.approx(0.6, abs=0.02)


def test_dead_rows_are_filled_and_lame_ones_shine():
    rows = expose(flat(0.5), FACTS, replace(QUIET, dead_rows=9, drift=0.02), np.random.default_rng(2))[0].mean(axis=1)
    assert (rows > 1.03 * np.median(rows)).any()
    assert rows.min() > 0.8 * np.median(rows)


def test_an_8_bit_export_holds_at_most_256_levels():
    facts = profile("linac-6-8bit")
    ramp = np.linspace(0, 1, 160, dtype=np.float32)[None, None, :] * np.ones((1, 120, 1), np.float32)
    pixels = expose(ramp, facts, QUIET, np.random.default_rng(1))
    assert (pixels % 256 == 0).all()


def test_a_day_at_the_scanner_is_drawn_from_its_profile():
    for seed in range(20):
        day = draw_exposure(FACTS, np.random.default_rng(seed))
        assert FACTS.photons[0] <= day.photons <= FACTS.photons[1]
        assert FACTS.dead_rows[0] <= day.dead_rows <= FACTS.dead_rows[1]


SPREAD = 1.6
"""What one quantum adds to the variance of these flat scenes."""


def test_compound_quanta_have_the_variance_that_the_beam_promises_and_come_in_lumps_where_they_are_few():
    facts = replace(FACTS, compound=True)
    for level in (1.0, 0.01, 0.0005):
        scene = flat(level)
        pixels = expose(scene, facts, QUIET, np.random.default_rng(3), scene * SPREAD)[0] / facts.open_beam
        assert pixels.mean() == pytest.approx(level, rel=0.02)
        assert pixels.std() == pytest.approx(np.sqrt(level * SPREAD / 1e5 + 5e-5**2), rel=0.05)
    few = replace(QUIET, photons=2e3, electronic=1e-6)
    pixels = expose(flat(0.001), facts, few, np.random.default_rng(3), flat(0.001) * SPREAD)[0]
    assert len(np.unique(pixels[20:60, 20:60] // 20)) < 12


def test_boards_of_detectors_show_as_bands():
    facts = replace(FACTS, module_rows=20)
    rows = expose(flat(1.0), facts, replace(QUIET, module=0.02), np.random.default_rng(1))[0].mean(axis=1) / 60000
    bands = rows[: 20 * (len(rows) // 20)].reshape(-1, 20)
    assert bands.std(axis=1).max() < 0.001
    assert bands.mean(axis=1).std() > 0.008


def test_a_swaying_boom_changes_columns_slowly():
    columns = expose(flat(1.0), FACTS, replace(QUIET, wobble=0.02), np.random.default_rng(1))[0].mean(axis=0) / 60000
    assert columns.std() > 0.004
    assert np.abs(np.diff(columns)).max() < 0.2 * columns.std()


def test_calibration_from_few_lines_leaves_rows_that_differ_by_their_dark_signal():
    facts = replace(FACTS, calibration_lines=4)
    dim = replace(QUIET, electronic=1e-3, photons=1e9)
    rows = [expose(flat(0.01), f, dim, np.random.default_rng(1))[0].mean(axis=1).std() for f in (FACTS, facts)]
    assert rows[1] > 3 * rows[0]
    assert rows[1] / 60000 == pytest.approx(1e-3 / 2, rel=0.25)


def test_hot_rows_read_full_scale_and_dead_rows_may_stay_dark():
    facts = replace(FACTS, dead_rows_filled=False)
    rows = expose(flat(0.5), facts, replace(QUIET, dead_rows=4, hot_rows=2), np.random.default_rng(2))[0].mean(axis=1)
    assert (rows > 0.85 * 60000).any()
    assert (rows == 0).any()


@pytest.mark.parametrize("bits", [12, 14])
def test_an_export_of_fewer_bits_keeps_the_scale_and_drops_levels(bits: int):
    ramp = np.linspace(0, 1.2, 160, dtype=np.float32)[None, None, :] * np.ones((1, 120, 1), np.float32)
    pixels = expose(ramp, replace(FACTS, bits=bits), QUIET, np.random.default_rng(1))
    assert (pixels % (1 << (16 - bits)) == 0).all()
    assert pixels[0, :, 100].mean() == pytest.approx(ramp[0, 0, 100] * 60000, rel=0.01)


def test_what_a_profile_lacks_costs_no_random_number():
    one, two = np.random.default_rng(1), np.random.default_rng(1)
    draw_exposure(FACTS, one)
    draw_exposure(replace(FACTS, calibration_lines=8, dead_rows_filled=False), two)
    assert one.random() == two.random()
    assert draw_exposure(profile("linac-6-35-mobile"), two).wobble > 0


@pytest.mark.parametrize("name", ["linac-9-6", "linac-6-35-mobile", "linac-6-4-gantry"])
@pytest.mark.parametrize("steel_g_cm2", [0.0, 20.0, 80.0])
def test_what_a_reader_sees_of_compound_noise_is_what_repeated_draws_show(name: str, steel_g_cm2: float):
    facts, rng = profile(name), np.random.default_rng(5)
    day = replace(draw_exposure(facts, rng), dead_rows=0, hot_rows=0)
    mass = np.zeros((len(GROUPS), 128, 200), np.float32)
    mass[STEEL] = steel_g_cm2
    transmission, quanta = beam_of(name).moments(mass)
    left = []
    for _ in range(30):
        shown = expose(transmission, facts, day, rng, quanta)[0] / np.float32(facts.open_beam)
        left.append((shown - cv2.blur(shown, (LOCAL_PX, LOCAL_PX)))[LOCAL_PX:-LOCAL_PX, LOCAL_PX:-LOCAL_PX])
    lit = 1 + day.scatter
    expected = day.seen_sigma(transmission[0] * lit, quanta[0] * lit).mean()
    assert np.std(left) == pytest.approx(expected, rel=0.1)


def test_stripes_count_in_what_a_reader_sees_and_an_old_scanners_noise_is_what_it_was():
    facts = replace(profile("linac-6-4-gantry"), gain_drift=(0.02, 0.02))
    one, two = (draw_exposure(kind, np.random.default_rng(1)) for kind in (profile("linac-6-4-gantry"), facts))
    level = np.ones((1, 1), np.float32)
    assert two.seen_sigma(level, level) > 1.5 * one.seen_sigma(level, level)
    assert draw_exposure(FACTS, np.random.default_rng(1)).stripes == 0


@pytest.mark.parametrize("gamma", [0.8, 1.2])
def test_rounding_to_8_bits_counts_where_the_tone_makes_levels_wide(gamma: float):
    rng, facts = np.random.default_rng(2), replace(profile("linac-6-8bit"), compound=True)
    loud = replace(QUIET, photons=600.0, gamma=gamma, black=0.02, step=2.0**-8, compound=True)
    scene = flat(0.6)
    shown = expose(scene, facts, loud, rng, scene)[0] / 65280
    signal = 0.02 + 0.98 * shown ** (1 / gamma)
    assert signal.std() == pytest.approx(float(loud.seen_sigma(scene[0], scene[0]).mean()), rel=0.1)
    wide = [replace(loud, photons=1e9, step=step).seen_sigma(scene[0], scene[0]).mean() for step in (2**-8, 2**-9)]
    assert wide[0] == pytest.approx(2 * wide[1], rel=0.05)


@pytest.mark.parametrize("expected", [0.02, 0.3, 1.0, 4.9, 5.1, 20.0, 150.0])
def test_photons_follow_the_law_of_poisson(expected: float) -> None:
    rng = np.random.default_rng(4)
    share, normal = rng.random(200_000), rng.standard_normal(200_000, np.float32)
    numbers = _poisson(np.full(normal.shape, expected, np.float32), share, normal)
    shares = np.bincount(numbers.astype(int)) / len(numbers)
    law = poisson.pmf(np.arange(len(shares)), expected)
    assert np.abs(shares - law).max() < 0.005
    assert numbers.mean() == pytest.approx(expected, rel=0.05 if expected < 0.1 else 0.02)
    assert numbers.var() == pytest.approx(expected, rel=0.05)


def test_no_share_however_near_to_one_gives_photons_that_nobody_would_see() -> None:
    share = np.array([1 - 2.0**-53])
    assert _poisson(np.array([1e-3], np.float32), share, np.zeros(1, np.float32))[0] < 8


def test_a_plane_with_few_photons_leaves_the_next_one_its_draws() -> None:
    facts = replace(FACTS, compound=True)
    dim = replace(QUIET, photons=2e3, electronic=1e-6)
    bright = np.stack([flat(0.5)[0], flat(0.001)[0]])
    dark = bright.copy()
    dark[0, 50:55, 50:55] = 0.001
    one, other = (expose(s, facts, dim, np.random.default_rng(3), s * SPREAD)[1] for s in (bright, dark))
    assert np.array_equal(one, other)


def test_a_pixel_that_a_machine_rounds_otherwise_changes_no_other_pixel() -> None:
    facts = replace(FACTS, compound=True)
    dim = replace(QUIET, photons=2e3, electronic=1e-6)
    scene = flat(0.001)
    nearly = scene.copy()
    nearly[0, 50, 50] *= np.float32(3)
    one, other = (expose(s, facts, dim, np.random.default_rng(3), s * SPREAD)[0].astype(int) for s in (scene, nearly))
    rows, columns = np.nonzero(one != other)
    assert len(rows) > 0
    assert np.abs(rows - 50).max() <= 3
    assert np.abs(columns - 50).max() <= 3
