"""Contraband has the size and the weight of the real thing, and an instance is always the same article."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.threats.kinds import INSTANCES, KINDS, draw_instance
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, land
from cargoscope.errors import SimulationError
from cargoscope.taxonomy import kinds


def test_every_simulated_kind_is_in_the_taxonomy():
    assert set(KINDS) == {"firearm", "cigarettes", "narcotics_package", "gas_cylinder"}
    assert set(KINDS) <= set(kinds())


def test_no_article_is_in_two_splits():
    numbers = [number for split in ("train", "validation", "test") for number in range(*INSTANCES[split])]
    assert len(set(numbers)) == len(numbers)


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
    ],
)
def test_articles_have_real_weights_and_sizes(kind: str, kilograms: tuple[float, float], longest_mm: tuple[int, int]):
    for number in range(0, 300, 13):
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
