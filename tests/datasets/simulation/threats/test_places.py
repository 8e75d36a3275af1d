"""Contraband outside the goods: where it is said to be, without going through what carries it."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import STEEL
from cargoscope.datasets.simulation.beam.profiles import beam_of
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.threats.kinds import KINDS
from cargoscope.datasets.simulation.threats.placement import OPEN_PLACES, PLACES
from cargoscope.datasets.simulation.threats.places import ALL_PLACES, HIDEOUTS, hide_at, places_of
from cargoscope.datasets.simulation.threats.scene import Scene
from cargoscope.datasets.simulation.vehicle.container import Hold
from cargoscope.datasets.truth import TruthObject
from cargoscope.errors import SimulationError
from tests.datasets.simulation.threats.test_placement import DAY, filled


def put(scene: Scene, kind: str, place: str, seed: int = 3) -> list[TruthObject]:
    return hide_at(scene, np.random.default_rng(seed), kind, place, "train", beam_of("linac-6-4"), DAY, [])


def far_tractor(density: float) -> Scene:
    """A hold with a metre and a half of picture in front of it, refrigerated."""
    plain = filled(density)
    hold = Hold((1700.0, 5700.0), (300.0, 2700.0))
    return Scene(plain.structure, plain.cargo, (hold,), (hold,))


def test_every_kind_has_habits_and_hideouts_hold_known_kinds():
    assert set(PLACES) == set(KINDS)
    for habits in PLACES.values():
        assert set(habits) <= set(OPEN_PLACES)
        assert sum(habits.values()) == pytest.approx(1)
    assert all(set(held) <= set(KINDS) for _, held in HIDEOUTS.values())
    assert all(places_of(kind, ALL_PLACES) for kind in KINDS)


@pytest.mark.parametrize("place", [*HIDEOUTS, "doors", "cargo"])
def test_an_object_lies_where_its_placement_says(place: str):
    tries = ((scene, put(scene, "narcotics_package", place, seed)) for seed in range(8) for scene in [far_tractor(0.3)])
    scene, found = next((scene, found) for scene, found in tries if found)
    assert [thing.facts for thing in found] == [{"placement": place}]
    (hold,) = scene.holds
    x = (found[0].box[0] + found[0].box[2]) / 2 * 6.0
    y = 3000 - (found[0].box[1] + found[0].box[3]) / 2 * 6.0
    where = {
        "rip_off": hold.x_mm[1] - x < 1300,
        "under_floor": y < hold.y_mm[0] + 40,
        "in_roof": y > hold.y_mm[1] - 260,
        "reefer_unit": x < hold.x_mm[0],
        "tractor": x < hold.x_mm[0] - 500,
        "false_wall": hold.x_mm[0] - 30 < x < hold.x_mm[0] + 900,
        "double_floor": y < hold.y_mm[0] + 320,
    }
    assert where.get(place, True)


def test_parts_are_spread_over_several_places_of_the_load():
    found = [thing for seed in range(3) for thing in put(filled(0.1), "firearm_part", "spread", seed)]
    assert len(found) >= 5
    assert {thing.facts["placement"] for thing in found} == {"spread"}


def test_a_false_wall_is_steel_across_the_hold_with_no_goods_behind_it():
    scene = filled(0.4)
    put(scene, "cigarettes", "false_wall")
    wall = int(np.argmax(scene.structure.mass[STEEL].sum(axis=0)))
    assert 90 < wall < 220
    behind = scene.cargo.depth_mm[100:440, 52 : wall - 2]
    assert (behind == 0).mean() > 0.9


def test_things_in_the_structure_take_no_goods_away():
    scene = filled(0.4)
    before = scene.cargo.mass.copy()
    for thing in put(scene, "firearm", "in_wall"):
        assert thing.facts["placement"] == "in_wall"
    assert (scene.cargo.mass >= before - 1e-5).all()


def test_a_container_without_cooling_hides_nothing_in_its_unit():
    assert put(filled(0.2), "narcotics_package", "reefer_unit") == []


def test_a_plan_says_where_and_its_truth_repeats_it():
    plan = Plan(seed=21, clean_share=0.0, kinds=("narcotics_package",), places=("rip_off",))
    _, truth = simulate(plan, 0)
    assert [thing.facts["placement"] for thing in truth.objects] == ["rip_off"]
    _, plain = simulate(Plan(seed=21, clean_share=0.0, kinds=("narcotics_package",)), 0)
    assert all("placement" not in thing.facts for thing in plain.objects)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"places": ("attic",)}, "places must be some of"),
        ({"kinds": ("vehicle",), "places": ("in_roof",)}, "never hidden in any of"),
    ],
)
def test_an_impossible_place_is_refused(arguments: dict[str, tuple[str, ...]], words: str):
    with pytest.raises(SimulationError, match=words):
        Plan(**arguments)  # type: ignore[arg-type]
