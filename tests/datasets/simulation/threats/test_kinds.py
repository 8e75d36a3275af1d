"""Contraband has the size and the weight of the real thing, and an instance is always the same article."""

import hashlib

import numpy as np
import pytest

from cargoscope.datasets.simulation.threats.kinds import FIRST_KINDS, INSTANCES, KINDS, draw_instance
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, land
from cargoscope.errors import SimulationError
from cargoscope.taxonomy import kinds


def test_every_kind_of_the_taxonomy_is_simulated_and_a_plan_begins_with_four_of_them():
    assert set(KINDS) == set(kinds())
    assert FIRST_KINDS == ("firearm", "cigarettes", "narcotics_package", "gas_cylinder")
    assert len({number for number, _ in KINDS.values()}) == len(KINDS)


def geometry(shape: Shape) -> str:
    """A hash of what an article looks like, whatever its number."""
    seen = np.round(shape.mass.sum(axis=0), 2)
    return hashlib.sha256(repr(seen.shape).encode() + seen.tobytes()).hexdigest()


def test_no_article_is_in_two_splits():
    numbers = [number for split in ("train", "validation", "test") for number in range(*INSTANCES[split])]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("kind", KINDS)
def test_thirty_articles_differ_and_none_of_another_split_is_among_them(kind: str):
    def shapes(split: str, count: int) -> list[str]:
        first, _ = INSTANCES[split]
        return [geometry(draw_instance(kind, number)) for number in range(first, first + count)]

    learned, held_out = shapes("train", 30), shapes("validation", 5) + shapes("test", 5)
    assert len(set(learned)) == 30
    assert len(set(held_out)) == 10
    assert not set(learned) & set(held_out)


@pytest.mark.parametrize("kind", KINDS)
def test_an_instance_is_always_the_same_article_and_two_numbers_are_two(kind: str):
    one, again, other = draw_instance(kind, 7), draw_instance(kind, 7), draw_instance(kind, 8)
    assert np.array_equal(one.mass, again.mass)
    assert one.mass.shape != other.mass.shape or not np.array_equal(one.mass, other.mass)


@pytest.mark.parametrize(
    ("kind", "kilograms", "longest_mm"),
    [
        ("firearm", (0.7, 4.6), (140, 1300)),
        ("cigarettes", (5, 1500), (180, 2700)),
        ("narcotics_package", (3, 65), (80, 2000)),
        ("gas_cylinder", (1, 1600), (100, 2600)),
        ("firearm_part", (0.05, 12), (70, 1500)),
        ("ammunition", (1, 220), (100, 1300)),
        ("ivory", (1, 130), (200, 2200)),
        ("animal_scales", (15, 480), (600, 3000)),
        ("lithium_battery", (1, 400), (120, 1800)),
        ("waste_plastic", (90, 2300), (800, 3200)),
        ("e_waste", (30, 700), (700, 1300)),
        ("currency", (2, 110), (120, 1500)),
        ("vehicle", (110, 2100), (1800, 4900)),
        ("stowaway", (35, 250), (700, 2000)),
        ("undeclared_bottles", (5, 1900), (250, 2400)),
    ],
)
def test_articles_have_real_weights_and_sizes(kind: str, kilograms: tuple[float, float], longest_mm: tuple[int, int]):
    for number in range(0, 300, 23):
        shape = draw_instance(kind, number)
        assert kilograms[0] <= shape.mass_kg <= kilograms[1]
        assert longest_mm[0] <= max(shape.depth_mm.shape) * FINE_MM <= longest_mm[1]
        assert (shape.mass >= 0).all()


def test_an_unknown_kind_is_refused():
    with pytest.raises(SimulationError, match="no simulated kind named 'dragon'"):
        draw_instance("dragon", 1)


@pytest.mark.parametrize("tilt", [0.0, 0.6, 1.1])
def test_turning_and_tilting_keep_the_mass(tilt: float):
    shape = draw_instance("firearm", 3)
    stamp = land(shape, 6.0, 1.0, 0.8, tilt)
    assert stamp.mass.sum() * 0.6**2 / 1000 == pytest.approx(shape.mass_kg, rel=0.03)


def test_a_tilted_article_is_shorter_and_darker():
    shape = draw_instance("firearm", 3)
    flat, tilted = land(shape, 6.0, 1.0, 0.0, 0.0), land(shape, 6.0, 1.0, 0.0, 1.0)
    assert tilted.mask.shape[1] < 0.75 * flat.mask.shape[1]
    assert tilted.mass.sum(axis=0).max() > flat.mass.sum(axis=0).max()


def test_the_wrapping_of_an_article_is_no_part_of_its_mask():
    shape = next(s for s in (draw_instance("firearm", n) for n in range(40)) if s.wrap.any())
    stamp = land(shape, 6.0, 1.0, 0.0, 0.0)
    assert ((stamp.wrap > 0.05) & ~stamp.mask).any()


def test_densities_are_those_of_the_stuff_itself():
    """Mass over the room that an article takes: grams per cubic centimetre of packed goods, ivory and people."""
    for kind, low, high in (
        ("animal_scales", 0.25, 0.5),
        ("waste_plastic", 0.18, 0.5),
        ("ivory", 0.9, 1.85),
        ("currency", 0.6, 1.1),
        ("e_waste", 0.1, 0.45),
        ("ammunition", 0.8, 4.5),
    ):
        for number in (1, 6, 9):
            shape = draw_instance(kind, number)
            litres = float(shape.depth_mm.sum()) * FINE_MM**2 / 1e6
            assert low <= shape.mass_kg / litres <= high, (kind, number)
