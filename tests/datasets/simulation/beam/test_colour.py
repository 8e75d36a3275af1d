"""Colours by a calibrated look-up, and the honesty to name none."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.colour import Stuff, classify, from_json, lookup_of, to_json
from cargoscope.datasets.simulation.beam.profiles import beam_for, profile
from cargoscope.errors import SimulationError

KNOWN = {
    "polyethylene": Stuff.ORGANIC,
    "cellulose": Stuff.ORGANIC,
    "cocaine_hcl": Stuff.ORGANIC,
    "aluminium": Stuff.LIGHT_METAL_OR_MIXED,
    "concrete": Stuff.LIGHT_METAL_OR_MIXED,
    "iron": Stuff.METAL,
    "copper": Stuff.METAL,
}
MANY = 1e6
"""Pixels averaged where a test is about the borders and not about noise."""


def through(name: str, material: str, g_cm2: list[float]) -> np.ndarray:
    return beam_for(profile(name), (material,)).transmission(np.array(g_cm2, np.float32)[None, None, :])


@pytest.mark.parametrize("name", ["linac-6-4", "linac-9-6", "linac-6-35-mobile"])
@pytest.mark.parametrize("material", KNOWN)
def test_pure_stuff_is_called_by_its_name_at_every_thickness(name: str, material: str):
    stuff, sure = classify(through(name, material, [10, 30, 60, 90]), lookup_of(name), MANY)
    assert stuff.tolist() == [[KNOWN[material]] * 4]
    assert (sure > 0.8).all()


@pytest.mark.parametrize(("material", "g_cm2"), [("polyethylene", [1, 5, 20]), ("aluminium", [1, 5]), ("iron", [1, 4])])
def test_a_tube_tells_them_apart_too(material: str, g_cm2: list[float]):
    stuff, _ = classify(through("parcel-160", material, g_cm2), lookup_of("parcel-160"), MANY)
    assert (stuff == KNOWN[material]).all()


def test_the_borders_drift_with_thickness_so_a_constant_would_be_wrong():
    found = lookup_of("linac-6-4")
    for border in found.borders:
        thick = np.interp([0.3, 3.0], found.depths, border)
        assert abs(thick[0] - thick[1]) > 0.003


def test_noise_of_one_percent_in_ln_t_tells_plastic_from_steel_and_five_do_not():
    found = lookup_of("linac-6-4")
    rng = np.random.default_rng(1)
    named = {}
    for share in (0.01, 0.05):
        averaged = (float(found.noise(through("linac-6-4", "iron", [30.0]))[0, 0, 0]) / (share * 1.3)) ** 2
        right = []
        for material in ("polyethylene", "iron"):
            clean = np.log(np.repeat(through("linac-6-4", material, [30.0]), 4000, axis=2))
            noisy = np.exp(clean * (1 + share * rng.standard_normal(clean.shape)))
            stuff, _ = classify(noisy, found, averaged)
            right.append((stuff == KNOWN[material]).mean())
            assert (stuff == (Stuff.METAL if material == "polyethylene" else Stuff.ORGANIC)).mean() < 0.1
        named[share] = min(right)
    assert named[0.01] > 2 * named[0.05]
    assert named[0.01] > 0.5


def test_air_is_not_named_and_what_lets_nothing_through_is_black():
    found = lookup_of("linac-6-4")
    stuff, _ = classify(np.array([[[1.0, 1.02, 1e-6]], [[1.0, 0.99, 1e-6]]]), found)
    assert stuff.tolist() == [[Stuff.NOT_DISTINGUISHABLE, Stuff.NOT_DISTINGUISHABLE, Stuff.NOT_PENETRATED]]


def test_sureness_is_the_share_of_names_that_are_right():
    found = lookup_of("linac-6-4")
    clean = np.repeat(through("linac-6-4", "iron", [25.0]), 20000, axis=2)
    noise = found.noise(clean)
    noisy = np.exp(np.log(clean) + noise * np.random.default_rng(2).standard_normal(clean.shape))
    stuff, sure = classify(noisy, found)
    named = stuff < Stuff.NOT_DISTINGUISHABLE
    assert (stuff[named] == Stuff.METAL).mean() > sure[named].mean() - 0.06


def test_a_lookup_survives_its_few_kilobytes_of_text():
    found = lookup_of("linac-9-6")
    text = to_json(found)
    assert len(text) < 8000
    again = from_json(text)
    assert to_json(again) == text
    pixels = through("linac-9-6", "aluminium", [5, 40])
    assert classify(pixels, again)[0].tolist() == classify(pixels, found)[0].tolist()


def test_one_energy_and_broken_lookups_are_refused():
    with pytest.raises(SimulationError, match="colours need two energies, got 1"):
        lookup_of("linac-6-8bit")
    with pytest.raises(SimulationError, match=r"transmission \(2, H, W\)"):
        classify(np.ones((1, 4, 4)), lookup_of("linac-6-4"))
    whole = to_json(lookup_of("linac-6-4"))
    for broken in ("{", "[]", whole.replace("/1", "/9"), whole.replace('"scanner"', '"x"'), whole.replace("[", "", 1)):
        with pytest.raises(SimulationError, match="look-up"):
            from_json(broken)
