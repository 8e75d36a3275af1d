import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import STEEL
from cargoscope.datasets.simulation.threats.long_guns import MASS_KG, long_gun
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, land


@pytest.mark.parametrize("seed", range(24))
def test_a_long_gun_is_as_heavy_long_and_slim_as_a_real_one(seed: int) -> None:
    gun = long_gun(np.random.default_rng(seed))
    height_mm, width_mm = (side * FINE_MM for side in gun.depth_mm.shape)
    assert MASS_KG[0] <= gun.mass_kg <= MASS_KG[1]
    assert 500 < width_mm < 1300
    assert 1.5 * height_mm < width_mm
    assert (gun.mass >= 0).all()
    assert gun.mass[STEEL].sum() > 0.2 * gun.mass.sum()


def test_no_two_are_alike_and_the_same_generator_gives_the_same_one() -> None:
    guns = [long_gun(np.random.default_rng(seed)) for seed in range(12)]
    assert len({gun.mass.tobytes() for gun in guns}) == 12
    widths = [gun.depth_mm.shape[1] for gun in guns]
    assert max(widths) > 1.3 * min(widths)
    again = long_gun(np.random.default_rng(3))
    assert np.array_equal(again.mass, guns[3].mass)


@pytest.mark.parametrize("seed", range(8))
def test_a_long_gun_turned_back_by_its_longest_axis_lies(seed: int) -> None:
    shape = long_gun(np.random.default_rng(seed))
    angle = seed * 0.7
    turned = land(shape, 2.0, 1.0, angle, 0.0)
    again = Shape(turned.mass, turned.depth_mm, turned.wrap)
    off = (again.longest_axis() - angle - shape.longest_axis()) % np.pi
    assert min(off, np.pi - off) < 0.02
    rows, cols = np.nonzero(land(again, 2.0, 1.0, -again.longest_axis(), 0.0).mask)
    assert np.ptp(cols) > 1.3 * np.ptp(rows)
