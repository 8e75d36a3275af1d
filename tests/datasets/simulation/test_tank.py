"""Tank containers are barrels with a level of liquid, in a frame, and hold nothing behind walls that they lack."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import STEEL, WATER
from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.profiles import beam_of, profile
from cargoscope.datasets.simulation.canvas import Camera, Canvas
from cargoscope.datasets.simulation.cargo.liquid import LONGEST_MM, flexitank
from cargoscope.datasets.simulation.haul import haul, truths
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.solids import Solid, paths_mm
from cargoscope.datasets.simulation.threats.places import HIDEOUTS
from cargoscope.datasets.simulation.vehicle.container import SIZES_MM, hold_of
from cargoscope.datasets.simulation.vehicle.tank import LIQUIDS, Barrel, chords, draw_tank

CAMERA = Camera(1900.0, 4500.0, 5.4, 4200.0)


def canvas() -> Canvas:
    return Canvas(CAMERA, (1300, 760))


def test_a_barrels_chords_are_those_of_a_cylinder():
    radius, axis = 1050.0, 2500.0
    found = chords(canvas(), np.full(3, radius), axis, None, range(760))[:, 1]
    lying = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    exact, _, row = paths_mm(
        Solid("cylinder", (500.0, axis, 0.0), (radius, 500.0, radius), lying), CAMERA, 0.0, (40, 760)
    )
    expected = np.zeros(760)
    expected[row : row + len(exact)] = exact[:, 20]
    assert found == pytest.approx(expected, abs=0.1)
    assert found.max() == pytest.approx(2 * radius, rel=0.01)


def test_liquid_ends_at_its_level_which_a_slanted_ray_crosses_on_its_way():
    one, radius, axis = canvas(), 1000.0, 2500.0
    level = axis + 400.0
    whole, below = (chords(one, np.full(1, radius), axis, to, range(760))[:, 0] for to in (None, level))
    z = np.array([-800.0, 800.0])
    near, far = sorted(one.row(level, float(at)) for at in z)
    assert np.all(below[: int(near) - 40] == 0)
    assert below[int(far) + 60 :] == pytest.approx(whole[int(far) + 60 :])
    partly = (below > 1) & (below < whole - 1)
    assert partly.sum() * 5.4 > 200, "a level surface is seen at a slant, not as an edge"


@pytest.mark.parametrize("seed", range(4))
def test_a_tank_lies_in_its_frame_and_holds_as_many_tonnes_as_a_road_carries(seed: int):
    structure, goods = canvas(), canvas()
    rng = np.random.default_rng(seed)
    hold, (heading,) = draw_tank(structure, goods, rng, "22T6", 300.0, 1200.0, loaded=True)
    length, height = SIZES_MM["22T6"]
    assert 300 < hold.x_mm[0] < hold.x_mm[1] < 300 + length
    assert 1200 < hold.y_mm[0] < hold.y_mm[1] < 1200 + height
    assert heading in LIQUIDS
    tonnes = float(goods.mass.sum()) * 0.54**2 / 1e6
    assert 0.5 < tonnes < 36
    assert goods.mass[WATER].sum() == pytest.approx(goods.mass.sum())
    assert 1.2 < float(structure.mass.sum()) * 0.54**2 / 1e6 < 8, "tonnes of an empty tank container"
    cols = np.flatnonzero(structure.mass[STEEL].any(axis=0))
    assert (cols[0] + 1) * 5.4 >= 200
    assert cols[-1] * 5.4 <= 300 + length + 150


@pytest.mark.parametrize("seed", range(4))
def test_rings_around_a_barrel_are_no_walls_across_it(seed: int):
    structure = canvas()
    hold, _ = draw_tank(structure, canvas(), np.random.default_rng(seed), "22T6", 300.0, 1200.0, loaded=False)
    middle = structure.mass[STEEL][int(structure.row(sum(hold.y_mm) / 2))]
    between = middle[int(structure.col(hold.x_mm[0] + 100)) : int(structure.col(hold.x_mm[1] - 100))]
    assert 4 < np.median(between) < between.max() < 60, "g/cm²: two shells of 4 to 6 mm, and rings on them"


def test_a_tank_that_is_not_loaded_is_told_to_be_empty():
    made = haul(profile("linac-6-8bit"), np.random.default_rng(8), ("tyres",), ("22T6",))
    for one in made.containers:
        assert (one.kinds, one.cargo) == ((), ())
    assert made.scene.cargo.mass.max() == 0
    assert made.scene.tanks == made.scene.holds


def test_the_truth_weighs_all_of_a_tanks_liquid_its_domes_too():
    facts, clear = profile("linac-6-8bit"), Exposure(1e5, 1e-4, 0.0, 0.0, 0.0, 0.5, 0)
    made = haul(facts, np.random.default_rng(2), ("liquid",), ("22T6",))
    told = truths(made.containers, made.scene.cargo, made.scene.structure, beam_of(facts.name), clear)
    drawn_kg = float(made.scene.cargo.mass.sum()) * (facts.pitch_mm / 10) ** 2 / 1000
    assert sum(one.mass_kg for one in told) == pytest.approx(drawn_kg, rel=0.01)


def test_a_tanks_truth_names_its_liquid_and_how_much_of_it_stays_dark():
    scan, truth = simulate(Plan("linac-6-8bit", 3, clean_share=1.0, cargo=("liquid",), containers=("22T6",)), 2)
    one = truth.containers[0]
    assert one.size_type == "22T6"
    assert one.kinds == ("liquid",)
    assert set(one.cargo) <= set(LIQUIDS)
    assert not one.empty
    assert one.mass_kg > 300
    assert 0 <= one.dark_fraction <= 1
    assert scan.views[0].pixels.min() < 4000


@pytest.mark.parametrize("place", [name for name in HIDEOUTS if name not in ("tractor", "reefer_unit")])
def test_nothing_is_hidden_in_walls_that_a_tank_lacks(place: str):
    plan = Plan("linac-6-4", 4, "test", 0.0, kinds=("narcotics_package",), places=(place,), containers=("22T6",))
    for index in range(2):
        truth = simulate(plan, index)[1]
        assert [thing.facts["placement"] for thing in truth.objects] == ["cargo"]


def test_a_barrel_ends_in_domes():
    barrel = Barrel((0.0, 6000.0), 400.0, 1000.0, 2000.0)
    radii = barrel.radii(np.array([-50.0, 0.0, 100.0, 400.0, 3000.0, 5900.0, 6100.0]))
    assert radii == pytest.approx([0, 0, 661.4, 1000, 1000, 661.4, 0], abs=1)
    assert barrel.radii(np.array([3000.0]), less_mm=60.0) == pytest.approx([940])


def test_a_flexitank_lies_on_the_floor_round_and_no_longer_than_a_short_container():
    for size in ("22G1", "45G1"):
        one, hold = canvas() if size == "22G1" else Canvas(CAMERA, (2500, 760)), hold_of(size, 300.0, 1200.0)
        flexitank(one, np.random.default_rng(4), hold)
        cols = np.flatnonzero(one.depth_mm.max(axis=0) > 100)
        assert np.ptp(cols) * 5.4 <= LONGEST_MM + 6
        assert 10 < one.mass[WATER].sum() * 0.54**2 / 1e6 < 27, "tonnes"
        top = np.array([np.flatnonzero(one.depth_mm[:, col] > 100)[0] for col in (cols[3], cols[len(cols) // 2])])
        assert top[0] > top[1] + 20, "its ends are rounded"
