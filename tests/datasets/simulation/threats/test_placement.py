"""Contraband displaces goods, and its visibility is measured as written."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import ORGANIC
from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.profiles import beam_of
from cargoscope.datasets.simulation.canvas import Camera, Canvas
from cargoscope.datasets.simulation.threats.placement import hide
from cargoscope.datasets.simulation.threats.scene import Scene
from cargoscope.datasets.simulation.vehicle.container import Hold
from cargoscope.datasets.truth import TruthObject

DAY = Exposure(photons=2e5, electronic=5e-5, jitter=0.001, drift=0.001, scatter=0.0, blur_px=0.5, dead_rows=0)


def filled(density: float) -> Scene:
    """A hold filled from wall to wall with even organic goods of density g/cm³."""
    camera = Camera(1000.0, 6000.0, 6.0, 3000.0)
    structure, cargo = Canvas(camera, (1000, 500)), Canvas(camera, (1000, 500))
    hold = Hold((300.0, 5700.0), (300.0, 2700.0))
    if density:
        cargo.box(ORGANIC, (200, 5800), (200, 2800), (-1100, 1100), density, 0.01, np.random.default_rng(1), goods=True)
    return Scene(structure, cargo, (hold,))


def hidden(scene: Scene, kind: str, seed: int) -> TruthObject:
    found = hide(scene, np.random.default_rng(seed), kind, "train", beam_of("linac-6-4"), DAY, [])
    assert found is not None
    return found


def test_bricks_in_goods_of_their_own_density_add_no_mass():
    scene = filled(1.2)
    before = scene.cargo.mass.sum(axis=0).copy()
    thing = hidden(scene, "narcotics_package", 4)
    x1, y1, x2, y2 = (int(edge) for edge in thing.box)
    change = (scene.cargo.mass.sum(axis=0) - before)[y1:y2, x1:x2][thing.mask].mean()
    assert abs(change) < 0.25 * thing.areal_density_g_cm2


def test_bricks_in_air_add_all_their_mass():
    scene = filled(0.0)
    thing = hidden(scene, "narcotics_package", 4)
    x1, y1, x2, y2 = (int(edge) for edge in thing.box)
    change = scene.cargo.mass.sum(axis=0)[y1:y2, x1:x2][thing.mask].mean()
    assert change >= thing.areal_density_g_cm2 * 0.99


def test_mass_never_becomes_negative():
    for kind in ("firearm", "cigarettes", "narcotics_package", "gas_cylinder"):
        scene = filled(0.3)
        hidden(scene, kind, 2)
        assert scene.cargo.mass.min() >= 0


@pytest.mark.parametrize("kind", ["firearm", "gas_cylinder"])
def test_steel_is_plain_in_light_goods_and_faint_in_dense_ones(kind: str):
    light = [hidden(filled(0.05), kind, seed) for seed in range(6)]
    dense = [hidden(filled(1.1), kind, seed) for seed in range(6)]
    assert np.median([thing.cnr for thing in light]) > 5 * np.median([thing.cnr for thing in dense])
    assert np.mean([thing.hidden_fraction for thing in dense]) > np.mean([thing.hidden_fraction for thing in light])


def test_two_things_never_lie_on_each_other():
    scene = filled(0.1)
    rng = np.random.default_rng(8)
    taken: list[tuple[float, float, float, float]] = []
    for _ in range(8):
        thing = hide(scene, rng, "firearm", "test", beam_of("linac-6-4"), DAY, taken)
        if thing is not None:
            for other in taken:
                apart = thing.box[0] >= other[2] or other[0] >= thing.box[2]
                assert apart or thing.box[1] >= other[3] or other[1] >= thing.box[3]
            taken.append(thing.box)
    assert len(taken) >= 6
