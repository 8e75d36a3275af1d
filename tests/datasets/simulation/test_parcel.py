"""Parcels are the same things from the side and from above; other scanners keep to what they are for."""

from dataclasses import replace
from typing import get_type_hints

import numpy as np
import pytest

from cargoscope.cli import simulate as command
from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.profiles import beam_of, profile, shipped
from cargoscope.datasets.simulation.parcel import draw_parcel
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.threats.in_parcel import PARCEL_KINDS, hide_in_parcel
from cargoscope.errors import SimulationError

FACTS = profile("parcel-160")
DAY = Exposure(photons=1e5, electronic=1e-4, jitter=0.0, drift=0.0, scatter=0.0, blur_px=0.5, dead_rows=0)


def test_both_views_show_the_same_columns_and_much_the_same_grams():
    for seed in range(2):
        parcel, headings = draw_parcel(FACTS, np.random.default_rng(seed))
        side, top = parcel.views
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


@pytest.mark.parametrize("kind", PARCEL_KINDS)
def test_contraband_in_a_parcel_has_truth_in_both_views_and_keeps_its_columns(kind: str):
    parcel, _ = draw_parcel(FACTS, np.random.default_rng(7))
    before = [canvas.mass.sum() for canvas in parcel.views]
    rng = np.random.default_rng(1)
    side, top = hide_in_parcel(parcel, rng, kind, "test", beam_of("parcel-160"), DAY, [])
    assert (side.view, top.view) == (0, 1)
    assert side.instance == top.instance
    assert 250 <= int(side.instance.rsplit("-", 1)[1]) < 300
    for one, other in ((side.box[0], top.box[0]), (side.box[2], top.box[2])):
        assert one == pytest.approx(other, abs=8)
    for thing, canvas in zip((side, top), parcel.views, strict=True):
        height, width = canvas.depth_mm.shape
        assert thing.box[2] <= width
        assert thing.box[3] <= height
    assert all(canvas.mass.min() >= 0 for canvas in parcel.views)
    if kind.startswith("firearm"):
        assert all(canvas.mass.sum() > grams for canvas, grams in zip(parcel.views, before, strict=True))


def test_a_simulated_parcel_with_contraband_differs_from_its_clean_twin_where_the_truth_says():
    plan = Plan("parcel-160", 5, "test", 0.0, kinds=("firearm",))
    (with_it, truth), (without, clean) = simulate(plan, 0), simulate(replace(plan, clean_share=1.0), 0)
    assert clean.objects == ()
    assert {thing.view for thing in truth.objects} == {0, 1}
    for thing in truth.objects:
        x1, y1, x2, y2 = (int(edge) for edge in thing.box)
        pixels = [scan.views[thing.view].pixels[0].astype(float) for scan in (with_it, without)]
        assert pixels[0][y1:y2, x1:x2][thing.mask].mean() < 0.8 * pixels[1][y1:y2, x1:x2][thing.mask].mean()
        change = abs(pixels[0] - pixels[1])
        change[max(y1 - 6, 0) : y2 + 6, max(x1 - 6, 0) : x2 + 6] = 0
        assert change.mean() < 60


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"kinds": ("vehicle",)}, "kinds must be some of"), ({"kinds": ("firearm",), "places": ("doors",)}, "no places")],
)
def test_what_no_parcel_can_hold_is_refused(arguments: dict[str, tuple[str, ...]], words: str):
    with pytest.raises(SimulationError, match=words):
        Plan("parcel-160", **arguments)  # type: ignore[arg-type]


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
