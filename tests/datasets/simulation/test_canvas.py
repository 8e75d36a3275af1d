"""Drawing keeps grams where they belong."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Camera, Canvas, coverage, grain

PITCH_MM = 6.0


def canvas(distance_mm: float = 1e9) -> Canvas:
    return Canvas(Camera(0.0, distance_mm, PITCH_MM, 1200.0), (300, 200))


def kilograms(drawn: Canvas, group: int) -> float:
    return float(drawn.mass[group].sum()) * (PITCH_MM / 10) ** 2 / 1000


def test_a_box_weighs_what_its_volume_says():
    sheet = canvas()
    sheet.box(ORGANIC, (101.0, 703.5), (200.0, 611.0), (-500, 500), 0.25)
    assert kilograms(sheet, ORGANIC) == pytest.approx(60.25 * 41.1 * 100 * 0.25 / 1000, rel=0.02)


def test_goods_fill_the_depth_that_they_take():
    sheet = canvas()
    sheet.box(ORGANIC, (102.0, 702.0), (198.0, 612.0), (-500, 500), 0.25, goods=True)
    assert sheet.depth_mm.max() == pytest.approx(1000)


def test_a_disc_weighs_what_its_area_says():
    sheet = canvas()
    sheet.disc(STEEL, (150.3, 99.8), (40, 40), 10.0)
    assert kilograms(sheet, STEEL) == pytest.approx(np.pi * 24**2 * 10 / 1000, rel=0.035)


def test_a_nearer_thing_looks_taller_but_not_longer():
    near, far = canvas(5000), canvas(5000)
    near.rectangle(STEEL, (300, 600), (near.row(600, -1000), near.row(0, -1000)), 1.0)
    far.rectangle(STEEL, (300, 600), (far.row(600, 1000), far.row(0, 1000)), 1.0)
    tall = [(sheet.mass[STEEL] > 0.5).any(axis=1).sum() for sheet in (near, far)]
    long = [(sheet.mass[STEEL] > 0.5).any(axis=0).sum() for sheet in (near, far)]
    assert tall[0] > 1.4 * tall[1]
    assert long[0] == long[1]


def test_what_falls_outside_is_cut_off():
    sheet = canvas()
    sheet.box(STEEL, (-900, 900), (-900, 3000), (-1, 1), 7.0)
    sheet.disc(STEEL, (-20, 500), (30, 30), 5.0)
    sheet.disc(STEEL, (4000, 50), (30, 30), 5.0)
    assert np.isfinite(sheet.mass).all()


def test_pixels_at_an_edge_count_for_their_share():
    assert coverage(2.25, 4.5).tolist() == pytest.approx([0.75, 1.0, 0.5])


def test_the_texture_of_a_window_depends_on_the_generator_alone():
    one, two = (grain(np.random.default_rng(5), 40, 700) for _ in range(2))
    assert np.array_equal(one, two)
    assert one.shape == (40, 700)
