"""Parcels are the same things from the side and from above."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.profiles import profile
from cargoscope.datasets.simulation.parcel import draw_parcel
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.errors import SimulationError

FACTS = profile("parcel-160")


def test_both_views_show_the_same_columns_and_much_the_same_grams():
    for seed in range(2):
        (side, top), headings = draw_parcel(FACTS, np.random.default_rng(seed))
        shades = [(canvas.mass.sum(axis=0) > 0.01).any(axis=0) for canvas in (side, top)]
        assert (shades[0] == shades[1]).mean() > 0.98
        grams = [float(canvas.mass.sum()) for canvas in (side, top)]
        assert grams[0] == pytest.approx(grams[1], rel=0.35)
        assert all(len(heading) == 4 for heading in headings)


def test_a_simulated_parcel_has_two_views_two_energies_and_no_contraband():
    scan, truth = simulate(Plan("parcel-160", 2, clean_share=1.0), 0)
    assert [view.name for view in scan.views] == ["side", "top"]
    assert truth.views == tuple(view.size_wh for view in scan.views)
    assert truth.objects == ()
    assert all(len(view.pixels) == 2 and view.pixels.min() < 30000 for view in scan.views)
    assert np.array_equal(scan.views[1].pixels, simulate(Plan("parcel-160", 2, clean_share=1.0), 0)[0].views[1].pixels)


def test_parcels_with_contraband_are_refused():
    with pytest.raises(SimulationError, match="clean parcels only"):
        Plan("parcel-160")


def test_a_held_out_scanner_is_for_the_test_split_alone():
    for split in ("train", "validation"):
        with pytest.raises(SimulationError, match="held out"):
            Plan("linac-6-4-gantry", split=split)
    Plan("linac-6-4-gantry", split="test")
