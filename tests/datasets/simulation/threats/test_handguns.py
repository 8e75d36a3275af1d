import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import STEEL
from cargoscope.datasets.simulation.threats.handguns import MACHINE_PISTOL, MASS_KG, handgun
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, VISIBLE_G_CM2


@pytest.mark.parametrize("seed", range(24))
def test_a_handgun_is_as_heavy_and_as_large_as_a_real_one(seed: int) -> None:
    gun = handgun(np.random.default_rng(seed))
    seen = gun.mass.sum(axis=0) > VISIBLE_G_CM2
    height_mm, width_mm = (np.count_nonzero(seen.any(axis=axis)) * FINE_MM for axis in (1, 0))
    assert MASS_KG[0] <= gun.mass_kg <= MASS_KG[1] * MACHINE_PISTOL
    assert 130 < width_mm < 640
    assert 90 < height_mm < 420
    assert (gun.mass >= 0).all()
    assert gun.mass[STEEL].sum() > 0.3 * gun.mass.sum()


def test_no_two_are_alike_and_the_same_generator_gives_the_same_one() -> None:
    guns = [handgun(np.random.default_rng(seed)) for seed in range(12)]
    assert len({gun.mass.tobytes() for gun in guns}) == 12
    again = handgun(np.random.default_rng(3))
    assert np.array_equal(again.mass, guns[3].mass)


def test_most_have_a_grip_below_the_barrel_and_at_the_rear() -> None:
    """As a pistol does: where the mass below the bore lies, on the mean, nearer to the rear than to the muzzle."""
    at = []
    for seed in range(40):
        mass = handgun(np.random.default_rng(seed)).mass.sum(axis=0)
        low = mass[mass.shape[0] // 2 :].sum(axis=0)
        at.append(float((low * np.arange(low.size)).sum() / low.sum() / low.size))
    assert np.mean(at) > 0.55
