"""A loaded pallet is the same from the side and from above, weighs what pallets weigh, and takes contraband."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from cargoscope.datasets.simulation import pallet
from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.physics import tube_spectrum
from cargoscope.datasets.simulation.beam.profiles import beam_of, profile
from cargoscope.datasets.simulation.pallet import DECK_MM, LOADS, draw_pallet
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.threats.in_parcel import PALLET_KINDS, hide_in_parcel
from cargoscope.errors import SimulationError

FACTS = replace(profile("pallet-300"), pitch_mm=4.0)
DAY = Exposure(photons=1e5, electronic=1e-4, jitter=0.0, drift=0.0, scatter=0.0, blur_px=0.5, dead_rows=0)


@pytest.mark.parametrize("load", sorted(LOADS))
def test_every_load_is_the_same_from_both_sides_and_as_heavy_as_a_forklift_takes(
    load: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pallet, "LOADS", {load: LOADS[load]})
    made, headings = draw_pallet(FACTS, np.random.default_rng(5))
    side, top = made.views
    shades = [(canvas.mass.sum(axis=0) > 0.02).any(axis=0) for canvas in (side, top)]
    assert (shades[0] == shades[1]).mean() > 0.98
    magnified = [float(canvas.mass.sum()) * (FACTS.pitch_mm / 10) ** 2 / 1000 for canvas in (side, top)]
    assert magnified[0] == pytest.approx(magnified[1], rel=0.4)
    assert 25 < min(magnified) < 1800, "kg, each as large as its view magnifies it"
    assert headings
    assert all(len(heading) == 4 and heading.isdigit() for heading in headings)


def test_a_wooden_pallet_weighs_what_one_weighs_and_goods_stand_on_it():
    for long, wide in ((1200.0, 800.0), (800.0, 1200.0), (1200.0, 1000.0)):
        parts = pallet._wooden(np.array([0.0, DECK_MM, -wide / 2]), np.array([long, wide]), np.random.default_rng(1))
        kg = sum(grams * 8 * float(np.prod(thing.half_mm)) / 1e6 for _, thing, grams in parts if thing.shape == "box")
        assert 11 < kg < 40
        corners = np.concatenate([thing.corners_mm() for _, thing, _ in parts])
        assert corners.min(axis=0) == pytest.approx([0, 0, -wide / 2], abs=3)
        assert corners.max(axis=0) == pytest.approx([long, DECK_MM, wide / 2], abs=3)


def test_a_simulated_pallet_has_two_views_two_energies_and_no_contraband():
    scan, truth = simulate(Plan("pallet-300", 2, clean_share=1.0), 7)
    assert [view.name for view in scan.views] == ["side", "top"]
    assert truth.views == tuple(view.size_wh for view in scan.views)
    assert truth.objects == ()
    assert truth.cargo
    assert all(len(view.pixels) == 2 and view.pixels.min() < 30000 for view in scan.views)
    again, _ = simulate(Plan("pallet-300", 2, clean_share=1.0), 7)
    assert np.array_equal(scan.views[1].pixels, again.views[1].pixels)


@pytest.mark.parametrize("kind", PALLET_KINDS)
def test_contraband_on_a_pallet_has_truth_in_both_views_and_keeps_its_columns(
    kind: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pallet, "LOADS", {"machine": LOADS["machine"]})
    found = []
    for seed in range(12):
        made, _ = draw_pallet(FACTS, np.random.default_rng(seed))
        found = hide_in_parcel(made, np.random.default_rng(seed), kind, "test", beam_of("pallet-300"), DAY, [])
        if found:
            break
    side, top = found
    assert (side.view, top.view) == (0, 1)
    assert side.instance == top.instance
    assert 250 <= int(side.instance.rsplit("-", 1)[1]) < 300
    assert side.box[0] == pytest.approx(top.box[0], abs=8)
    assert side.box[2] == pytest.approx(top.box[2], abs=8)
    for thing, canvas in zip(found, made.views, strict=True):
        height, width = canvas.depth_mm.shape
        assert 0 <= thing.box[0] < thing.box[2] <= width
        assert 0 <= thing.box[1] < thing.box[3] <= height


def test_contraband_on_a_simulated_pallet_darkens_where_the_truth_says():
    plan = Plan("pallet-300", 5, "test", 0.0, kinds=("gas_cylinder",))
    (with_it, truth), (without, clean) = simulate(plan, 7), simulate(replace(plan, clean_share=1.0), 7)
    assert clean.objects == ()
    assert {thing.view for thing in truth.objects} == {0, 1}
    for thing in truth.objects:
        x1, y1, x2, y2 = (int(edge) for edge in thing.box)
        pixels = [scan.views[thing.view].pixels[0].astype(float) for scan in (with_it, without)]
        assert pixels[0][y1:y2, x1:x2][thing.mask].mean() < 0.8 * pixels[1][y1:y2, x1:x2][thing.mask].mean()
        change = abs(cv2.blur(pixels[0] - pixels[1], (9, 9)))
        change[max(y1 - 12, 0) : y2 + 12, max(x1 - 12, 0) : x2 + 12] = 0
        assert change.mean() < 200, "scatter alone"


def test_a_pallets_tube_is_harder_than_a_parcels():
    energies, photons = tube_spectrum("tube-300")
    soft, few = tube_spectrum("tube-160")
    assert energies[-1] == pytest.approx(0.2995)
    assert (energies * photons).sum() / photons.sum() > 1.3 * (soft * few).sum() / few.sum()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"kinds": ("vehicle",)}, "kinds must be some of"), ({"containers": ("22G1",)}, "a pallet has no places")],
)
def test_what_no_pallet_can_hold_is_refused(arguments: dict[str, tuple[str, ...]], words: str):
    with pytest.raises(SimulationError, match=words):
        Plan("pallet-300", **arguments)  # type: ignore[arg-type]
