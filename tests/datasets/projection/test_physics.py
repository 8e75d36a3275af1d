"""Projecting into a simulated clean scan against simulating with the article in place."""

from functools import cache

import numpy as np
import pytest

from cargoscope.datasets.projection.background import Background
from cargoscope.datasets.projection.compose import hardening, naive, project
from cargoscope.datasets.projection.tone import Tone
from cargoscope.datasets.simulation.beam.materials import GROUPS, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.beam.noise import Exposure, expose
from cargoscope.datasets.simulation.beam.physics import beam
from cargoscope.datasets.simulation.beam.profiles import beam_of, profile
from cargoscope.datasets.simulation.canvas import Map, grain
from cargoscope.datasets.simulation.threats.stamps import Stamp
from cargoscope.scan import View

CORNER = (70, 60)
STILL = Exposure(
    photons=4e5, electronic=5e-5, jitter=0.0, drift=0.0, scatter=0.0, blur_px=0.5, dead_rows=0, step=2.0**-16
)


def cargo(goods_g_cm2: float, steel_g_cm2: float = 3.0) -> Map:
    """Goods with a texture of 5 %, between steel walls, beside air."""
    mass = np.zeros((len(GROUPS), 160, 200), np.float32)
    texture = 1 + 0.05 * grain(np.random.default_rng(2), 160, 150)
    mass[ORGANIC, :, 50:] = goods_g_cm2 * 0.7 * texture
    mass[WATER, :, 50:] = goods_g_cm2 * 0.3 * texture
    mass[STEEL, :, 50:] = steel_g_cm2
    return mass


def block(group: int, g_cm2: float, depth_mm: float = 40.0) -> Stamp:
    """A plate of 30 x 24 pixels and one material."""
    mass = np.zeros((len(GROUPS), 24, 30), np.float32)
    mass[group] = g_cm2
    solid = np.ones((24, 30), np.float32)
    return Stamp(mass, solid * np.float32(depth_mm), solid * 0, solid > 0, solid * np.float32(depth_mm))


def taken(mass: Map, name: str, gamma: float = 1.0) -> View:
    """The scan of a scene; the same noise each time."""
    facts = profile(name)
    day = Exposure(**{**vars(STILL), "gamma": gamma, "step": 2.0**-facts.bits})
    pixels = expose(beam_of(name).transmission(mass), facts, day, np.random.default_rng(5))
    levels = (facts.open_beam,) * len(pixels)
    return View(pixels, facts.energies, levels, (facts.pitch_mm, facts.pitch_mm), bits=facts.bits)


@cache
def contrasts(name: str, group: int, g_cm2: float, goods: float, mode: str, gamma: float = 1.0) -> tuple[float, ...]:
    """ln of (projected / simulated in place) per energy, mean over the article's middle; and the article's contrast."""
    clean, stamp = cargo(goods), block(group, g_cm2)
    x, y = CORNER
    with_it = clean.copy()
    if mode == "displacement":
        with_it[:, y : y + 24, x : x + 30] -= (
            clean[:, y : y + 24, x : x + 30]
            * np.array([1, 1, 1, 0, 0])[:, None, None].astype(np.float32)
            * np.float32(40 / 2350)
        )
    with_it[:, y : y + 24, x : x + 30] += stamp.mass
    before, wanted = taken(clean, name, gamma), taken(with_it, name, gamma)
    background = Background(before, Tone(1 / gamma), beam_of(name))
    made = project(background, stamp, CORNER, mode, np.random.default_rng(1), profile(name).interlaced)
    middle = (slice(y + 4, y + 20), slice(x + 4, x + 26))

    def transmission(pixels: np.ndarray) -> np.ndarray:
        levels = np.array(before.open_beam, np.float32)[:, None, None]
        return background.tone.transmission(pixels.astype(np.float32) / levels)[:, *middle].mean(axis=(1, 2))

    error = np.log(transmission(made.pixels) / transmission(wanted.pixels))
    contrast = np.log(transmission(before.pixels) / transmission(wanted.pixels))
    return (*(float(value) for value in error), float(contrast[0]))


@pytest.mark.parametrize("goods", [5.0, 30.0, 60.0, 120.0])
@pytest.mark.parametrize(("group", "g_cm2"), [(STEEL, 8.0), (STEEL, 23.6), (ORGANIC, 24.0)])
def test_hardening_aware_projection_is_what_the_simulator_shows_with_the_article_in_place(
    goods: float, group: int, g_cm2: float
) -> None:
    *errors, contrast = contrasts("linac-6-4", group, g_cm2, goods, "hardening")
    assert max(abs(error) for error in errors) < 0.006 * contrast


@pytest.mark.parametrize("goods", [5.0, 30.0])
@pytest.mark.parametrize("gamma", [1.0, 0.8])
def test_one_energy_of_8_bits_is_right_to_1_percent_of_the_contrast(goods: float, gamma: float) -> None:
    error, contrast = contrasts("linac-6-8bit", STEEL, 8.0, goods, "hardening", gamma)
    assert abs(error) < 0.01 * contrast


@pytest.mark.parametrize("goods", [30.0, 60.0, 120.0])
@pytest.mark.parametrize(
    ("group", "g_cm2", "least", "most"),
    [(STEEL, 7.87, 1.03, 1.07), (STEEL, 23.6, 1.07, 1.18), (ORGANIC, 24.0, 1.1, 1.25)],
)
def test_the_naive_product_is_too_dark_by_the_known_factor(
    goods: float, group: int, g_cm2: float, least: float, most: float
) -> None:
    error, _, _ = contrasts("linac-6-4", group, g_cm2, goods, "naive")
    assert least < np.exp(-error) < most


@pytest.mark.parametrize(
    ("group", "g_cm2", "least", "most"),
    [(STEEL, 7.87, 1.04, 1.08), (STEEL, 23.6, 1.11, 1.22), (ORGANIC, 24.0, 1.14, 1.29)],
)
def test_behind_a_thinner_filter_the_naive_factor_is_the_published_one(
    group: int, g_cm2: float, least: float, most: float
) -> None:
    bare = beam((6.0, 4.0), 2.5, 3.0, GROUPS)
    article = np.zeros((len(GROUPS), 1, 1), np.float32)
    article[group] = g_cm2
    factors = []
    for goods in (30.0, 120.0):
        behind = np.zeros_like(article)
        behind[ORGANIC] = goods
        depth = np.zeros((1, 1), np.float32)
        factors.append(float((hardening(bare, behind, article, depth) / naive(bare, behind, article, depth))[0, 0, 0]))
    assert factors == pytest.approx([least, most], abs=0.015)


def test_displacing_projection_takes_the_cargo_of_its_depth_out() -> None:
    *errors, contrast = contrasts("linac-6-4", STEEL, 8.0, 60.0, "displacement")
    assert max(abs(error) for error in errors) < 0.006 * contrast
    overlaid = contrasts("linac-6-4", STEEL, 8.0, 60.0, "hardening")
    assert overlaid[-1] > contrast


def test_bricks_as_dense_as_the_cargo_nearly_vanish_when_they_displace_it() -> None:
    clean = cargo(0.8 * 235)
    background = Background(taken(clean, "linac-6-4"), Tone(), beam_of("linac-6-4"))
    bricks = block(ORGANIC, 16.0, depth_mm=200.0)
    shown = {
        mode: project(background, bricks, CORNER, mode, np.random.default_rng(1)).cnr
        for mode in ("hardening", "displacement")
    }
    assert shown["displacement"] < 0.35 * shown["hardening"]


def test_noise_behind_the_article_is_that_of_fewer_quanta() -> None:
    clean = cargo(20.0)
    clean[ORGANIC, :, 50:], clean[WATER, :, 50:] = 20.0, 0.0
    stamp = block(STEEL, 30.0)
    x, y = CORNER
    with_it = clean.copy()
    with_it[:, y : y + 24, x : x + 30] += stamp.mass
    background = Background(taken(clean, "linac-6-4"), Tone(), beam_of("linac-6-4"))
    made = project(background, stamp, CORNER, "hardening", np.random.default_rng(1))
    spread = [
        pixels[0, y + 4 : y + 20, x + 4 : x + 26].std() for pixels in (made.pixels, taken(with_it, "linac-6-4").pixels)
    ]
    assert 0.75 < spread[0] / spread[1] < 1.3
