"""A shutter blackens columns before and after what the truth names, and never more."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam import shutter
from cargoscope.datasets.simulation.beam.profiles import profile
from cargoscope.datasets.simulation.beam.shutter import cut, darkened, opened
from cargoscope.datasets.simulation.simulate import Plan, simulate


def test_what_must_stay_in_the_picture_does_and_dark_columns_are_as_frequent_as_the_profile_says():
    facts = profile("linac-6-8bit").richer
    rng = np.random.default_rng(1)
    lit = [opened(facts, rng, 2000, (400.0, 1500.0), (300.0, 1500.0)) for _ in range(2000)]
    assert all(0 <= on.start <= 300 and 1500 <= on.stop <= 2000 for on in lit)
    assert abs(np.mean([on.start > 0 for on in lit]) - facts.shutter[1]) < 0.025
    assert abs(np.mean([on.stop < 2000 for on in lit]) - facts.shutter[0]) < 0.025
    assert profile("linac-6-8bit").shutter == (0.0, 0.0), "scenes of the first release have none"


def test_columns_without_beam_are_black_at_every_energy():
    dark = darkened(np.full((2, 3, 10), 500, np.uint16), slice(2, 9))
    assert (dark.sum(axis=(0, 1)) == [0, 0, 3000, 3000, 3000, 3000, 3000, 3000, 3000, 0]).all()


def test_a_scan_with_a_late_shutter_shows_its_container_and_its_contraband_and_not_the_cab(
    monkeypatch: pytest.MonkeyPatch,
):
    plan = Plan("linac-6-8bit", 6, "test", 0.0, kinds=("ammunition",), places=("tractor",), containers=("22G1",))
    before, told = simulate(plan, 1)
    monkeypatch.setattr(shutter, "opened", lambda facts, rng, width, box, keep: slice(int(keep[0]), width))
    scan, truth = simulate(plan, 1)
    edge = int(min(one.box[0] for one in (*truth.containers, *truth.objects)) - 2)
    pixels = scan.views[0].pixels
    assert pixels[..., :edge].max() == 0
    assert np.array_equal(pixels[..., edge:], before.views[0].pixels[..., edge:])
    assert truth.tractor is None or truth.tractor[0] >= edge
    assert [thing.box for thing in truth.objects] == [thing.box for thing in told.objects]


def test_a_box_ends_where_the_beam_did():
    assert cut((10.0, 1.0, 90.0, 5.0), slice(30, 60)) == (30.0, 1.0, 60.0, 5.0)
    assert cut((10.0, 1.0, 34.0, 5.0), slice(30, 60)) is None
