"""The detector's noise is as large as its exposure says."""

from dataclasses import replace

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.noise import COMPOUND, Exposure, draw_exposure, expose
from cargoscope.datasets.simulation.beam.profiles import profile

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
