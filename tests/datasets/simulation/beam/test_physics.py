"""The physics against figures that were computed elsewhere from NIST XCOM."""

from importlib.resources import files

import numpy as np
import pytest

from cargoscope.datasets.simulation import beam as profiles
from cargoscope.datasets.simulation.beam.materials import ELEMENTS, GROUPS, density, mass_attenuation, materials
from cargoscope.datasets.simulation.beam.physics import Beam, beam, sandwich, tube_spectrum
from cargoscope.datasets.simulation.beam.profiles import beam_of, names, parse, profile, shipped
from cargoscope.errors import SimulationError

ENERGIES_MEV = np.array([1.25, 2.0, 4.0, 6.0, 9.0])
PUBLISHED = {
    "polyethylene": [0.0649, 0.0506, 0.0344, 0.0276, 0.0225],
    "cellulose": [0.0604, 0.0472, 0.0324, 0.0264, 0.0219],
    "cocaine_hcl": [0.0603, 0.0472, 0.0325, 0.0265, 0.0222],
    "water": [0.0632, 0.0494, 0.0340, 0.0277, 0.0231],
    "aluminium": [0.0549, 0.0432, 0.0311, 0.0265, 0.0237],
    "iron": [0.0532, 0.0425, 0.0331, 0.0306, 0.0299],
    "lead": [0.0568, 0.0453, 0.0418, 0.0438, 0.0482],
    "uranium": [0.0613, 0.0478, 0.0437, 0.0457, 0.0503],
}


def behind(rays: Beam, group: int, g_cm2: float) -> np.ndarray:
    mass = np.zeros((rays.attenuation.shape[1], 1, 1), np.float32)
    mass[group] = g_cm2
    return rays.transmission(mass)[:, 0, 0]


@pytest.mark.parametrize("material", PUBLISHED)
def test_mass_attenuation_is_that_of_nist_to_one_percent(material: str):
    assert mass_attenuation(material, ENERGIES_MEV) == pytest.approx(np.array(PUBLISHED[material]), rel=0.01)


def test_the_table_holds_25_elements_and_30_materials_from_20_kev_to_10_mev():
    assert len(ELEMENTS) >= 25
    assert len(set(materials()) - set(ELEMENTS.values())) >= 30
    ends = np.array([0.02, 10.0])
    for material in materials():
        assert (mass_attenuation(material, ends) > 0).all()
    assert all(0 < density(name) < 12 for name in set(materials()) - set(ELEMENTS.values()))


@pytest.mark.parametrize(
    ("material", "mev", "photoelectric_incoherent_pair"),
    [
        ("lead", 0.0880, (532.4 + 34.16) / 207.2),
        ("lead", 0.08801, (2519 + 34.16) / 207.2),
        ("lead", 0.02, (28890 + 23.73) / 207.2),
        ("lead", 0.06, (1525 + 33.49) / 207.2),
        ("lead", 10.0, (0.179 + 4.193 + 12.63 + 0.09427) * 100 / 20720),
        ("uranium", 0.08, (1161 + 37.62) / 238.029),
    ],
)
def test_the_table_passes_through_what_xcom_gives_per_atom(
    material: str, mev: float, photoelectric_incoherent_pair: float
):
    expected = photoelectric_incoherent_pair * 0.602214076
    assert mass_attenuation(material, np.array([mev]))[0] == pytest.approx(expected, rel=0.01)


def test_a_mixture_attenuates_as_its_parts_do_by_mass():
    at = np.array([0.03, 0.1, 1.0, 6.0])
    mixed = 0.65 * mass_attenuation("copper", at) + 0.35 * mass_attenuation("zinc", at)
    assert mass_attenuation("brass", at) == pytest.approx(mixed, rel=0.001)


def test_between_the_published_points_attenuation_falls_smoothly_for_light_materials():
    fine = mass_attenuation("cellulose", np.geomspace(0.2, 9.9, 300))
    assert (np.diff(fine) < 0).all()


def test_unknown_materials_and_energies_outside_the_table_are_refused():
    with pytest.raises(SimulationError, match="unobtainium"):
        mass_attenuation("unobtainium", ENERGIES_MEV)
    with pytest.raises(SimulationError, match="no density of 'iron'"):
        density("iron")
    with pytest.raises(SimulationError, match="MeV"):
        mass_attenuation("iron", np.array([0.01]))


def test_nothing_in_the_beam_lets_everything_through():
    assert behind(beam_of("linac-6-4"), 0, 0.0) == pytest.approx([1.0, 1.0], abs=1e-5)


@pytest.mark.parametrize(("steel_cm", "expected"), [(5, 0.21), (10, 0.052), (20, 0.0038)])
def test_steel_dims_a_6_mv_beam_as_published(steel_cm: float, expected: float):
    through = behind(beam_of("linac-6-4"), GROUPS.index("iron"), steel_cm * 7.87)[0]
    assert through == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize(
    ("group", "at_30", "at_120"),
    [("polyethylene", 0.841, 0.832), ("cellulose", 0.846, 0.839), ("aluminium", 0.865, 0.867), ("iron", 0.897, 0.911)],
)
def test_the_ratio_of_6_to_4_mv_attenuation_tells_materials_apart_as_published(group: str, at_30: float, at_120: float):
    rays = beam((6.0, 4.0), 4.0, 3.0, (group,))
    for g_cm2, expected in ((30.0, at_30), (120.0, at_120)):
        high, low = np.log(behind(rays, 0, g_cm2))
        assert high / low == pytest.approx(expected, abs=0.022)


@pytest.mark.parametrize(
    ("material", "at_30", "at_120"), [("polyethylene", 0.839, 0.835), ("iron", 0.915, 0.935), ("lead", 0.990, 1.019)]
)
def test_the_ratio_of_9_to_6_mv_attenuation_is_the_published_one_to_twelve_thousandths(
    material: str, at_30: float, at_120: float
):
    rays = beam((9.0, 6.0), 3.0, 3.0, (material,), roll_off=0.0)
    for g_cm2, expected in ((30.0, at_30), (120.0, at_120)):
        high, low = np.log(behind(rays, 0, g_cm2))
        assert high / low == pytest.approx(expected, abs=0.012)


@pytest.mark.parametrize(
    ("material", "at_30", "at_120"),
    [
        ("polyethylene", 0.841, 0.832),
        ("cellulose", 0.846, 0.839),
        ("aluminium", 0.865, 0.867),
        ("iron", 0.897, 0.911),
        ("copper", 0.904, 0.919),
        ("lead", 0.960, 0.992),
        ("uranium", 0.951, 0.993),
    ],
)
def test_a_thin_target_gives_the_published_ratios_of_6_to_4_mv_for_metals_too(
    material: str, at_30: float, at_120: float
):
    rays = beam((6.0, 4.0), 3.0, 3.0, (material,), roll_off=0.0)
    for g_cm2, expected in ((30.0, at_30), (120.0, at_120)):
        high, low = np.log(behind(rays, 0, g_cm2))
        assert high / low == pytest.approx(expected, abs=0.024)


@pytest.mark.parametrize(("steel_cm", "expected"), [(5, 0.21), (10, 0.052), (20, 0.0038), (30, 3.1e-4), (40, 2.7e-5)])
def test_steel_dims_a_thin_targets_6_mv_beam_as_published_down_to_the_last_counts(steel_cm: float, expected: float):
    through = behind(beam((6.0,), 3.0, 3.0, ("iron",), roll_off=0.0), 0, steel_cm * 7.87)[0]
    assert through == pytest.approx(expected, rel=0.13)


def test_a_tubes_two_layers_tell_plastic_from_steel_better_than_any_linac():
    rays = sandwich(tube_spectrum("tube-160"), 0.04, 0.06, 0.4, ("polyethylene", "iron"))
    ratios = []
    for group, g_cm2 in ((0, 10.0), (1, 1.0)):
        high, low = np.log(behind(rays, group, g_cm2))
        ratios.append(high / low)
    assert ratios[0] - ratios[1] > 0.15
    with pytest.raises(SimulationError, match="no spectrum of a tube named 'tube-9'"):
        tube_spectrum("tube-9")


def test_a_signal_that_adds_up_energy_is_noisier_than_a_count_and_more_so_behind_steel():
    rays = beam_of("linac-6-4")
    mass = np.zeros((len(GROUPS), 1, 2), np.float32)
    mass[GROUPS.index("iron"), 0, 1] = 160
    signal, variance = rays.moments(mass)
    assert signal == pytest.approx(rays.transmission(mass))
    assert 1.2 < variance[0, 0, 0] < 2.5
    assert (variance / signal)[0, 0, 1] > 1.2 * (variance / signal)[0, 0, 0]


def test_the_beam_hardens_so_the_second_layer_takes_less_than_the_first():
    rays = beam_of("linac-6-4")
    first, both = behind(rays, 3, 20.0)[0], behind(rays, 3, 40.0)[0]
    assert both > first * first


def test_every_shipped_profile_is_readable_and_has_one_plane_an_energy():
    assert len(shipped()) >= 6
    for name in shipped():
        assert profile(name).name == name
        assert len(beam_of(name).weights) == len(profile(name).energies)


def test_a_profile_with_an_unknown_or_missing_key_is_refused():
    with pytest.raises(SimulationError, match=r"unknown keys \['colour'\].*missing keys"):
        parse('schema = "cargoscope.scanner/1"\nname = "x"\ncolour = "red"\n')
    with pytest.raises(SimulationError, match="schema"):
        parse('schema = "other/1"\n')
    with pytest.raises(SimulationError, match="no scanner profile named 'linac-99'"):
        profile("linac-99")


def test_training_makes_scans_of_what_the_released_detector_learned_from_and_never_of_what_is_held_out():
    assert names() == ("linac-6-35-mobile", "linac-6-4", "linac-6-8bit", "linac-9-6")
    held_out = [name for name in shipped() if profile(name).held_out]
    assert held_out
    assert not set(held_out) & set(names())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('scene = "ship"', "scene and views must be one of"),
        ('views = ["top"]', "scene and views must be one of"),
        ("held_out = true", "not both"),
        ("speed_change = [0.1, 0.9]", "speed_change must be 0.4 at most"),
        ("wobble = [0.2, 0.1]", "wobble must be a rising pair"),
        ("module_gain = [0.1, 0.2]", "module_gain needs module_rows"),
    ],
)
def test_a_profile_of_an_impossible_scanner_is_refused(line: str, words: str):
    text = (files(profiles) / "profiles" / "linac-6-4.toml").read_text("utf-8")
    with pytest.raises(SimulationError, match=words):
        parse(text + line + "\n")
    with pytest.raises(SimulationError, match="bits must be 8 or 12"):
        parse(text.replace("bits = 16", "bits = 9"))
