"""Parcels are the same things from the side and from above; other scanners keep to what they are for."""

from typing import get_type_hints

import numpy as np
import pytest

from cargoscope.cli import simulate as command
from cargoscope.datasets.simulation.beam.profiles import profile, shipped
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


def test_the_commands_help_names_every_profile():
    (option,) = get_type_hints(command, include_extras=True)["profile"].__metadata__
    assert all(f"{name}" in option.help for name in shipped())


@pytest.mark.parametrize("name", ["linac-9-6", "linac-6-35-mobile", "linac-6-4-gantry"])
def test_other_scanners_make_scans_whose_truth_lies_inside_them(name: str):
    facts = profile(name)
    scan, truth = simulate(Plan(name, 3, "test", 0.0, (1, 2)), 0)
    (view,) = scan.views
    assert (view.energies, view.bits) == (facts.energies, facts.bits)
    assert (view.pixels % (1 << (16 - facts.bits)) == 0).all()
    width, height = view.size_wh
    for thing in truth.objects:
        x1, y1, x2, y2 = (int(edge) for edge in thing.box)
        assert 0 <= x1 < x2 <= width
        assert 0 <= y1 < y2 <= height
        assert thing.mask.shape == (y2 - y1, x2 - x1)
