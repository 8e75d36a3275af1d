"""The richer scenes: every kind of goods, every container, and what is told of them."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from cargoscope.datasets.simulation import haul as hauling
from cargoscope.datasets.simulation import simulate as simulating
from cargoscope.datasets.simulation.beam import motion, profiles
from cargoscope.datasets.simulation.beam.profiles import profile
from cargoscope.datasets.simulation.canvas import Camera, Canvas
from cargoscope.datasets.simulation.cargo.car import car
from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE, fill
from cargoscope.datasets.simulation.cargo.loose import heap
from cargoscope.datasets.simulation.haul import haul
from cargoscope.datasets.simulation.simulate import Plan, simulate, write_simulated
from cargoscope.datasets.simulation.vehicle.container import SIZES_MM, Hold, hold_of
from cargoscope.datasets.simulation.vehicle.hung import spare_wheel
from cargoscope.datasets.simulation.vehicle.partitions import partition
from cargoscope.datasets.simulation.vehicle.wagon import draw_wagon
from cargoscope.datasets.truth import ContainerTruth, read_coco
from cargoscope.errors import SimulationError, TruthError

SHORT = hold_of("22G1", 300.0, 1200.0)


def canvas() -> Canvas:
    return Canvas(Camera(1200.0, 6000.0, 12.0, 4400.0), (560, 300))


def test_there_are_25_kinds_of_goods_and_each_has_a_four_digit_heading():
    assert len(CATALOGUE) >= 25
    for goods in CATALOGUE.values():
        assert all(len(heading) == 4 and heading.isdigit() for heading in goods.headings)


@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_every_kind_fills_a_hold_with_something_that_fits_a_truck(kind: str):
    one = canvas()
    names, headings = fill(one, np.random.default_rng(3), SHORT, (kind,), CATALOGUE[kind].cold)
    mass_kg = float(np.maximum(one.mass, 0).sum()) * 1.2**2 / 1000
    assert names == (kind,)
    assert headings[0] in CATALOGUE[kind].headings
    assert 100 < mass_kg < 45_000


@pytest.mark.parametrize("kind", ["e_waste", "waste_plastic", "undeclared_bottles", "vehicle"])
def test_what_is_contraband_undeclared_travels_as_harmless_goods_too(kind: str):
    assert {"e_waste", "waste_plastic", "bottles", "cars"} <= set(CATALOGUE)
    goods = {"undeclared_bottles": "bottles", "vehicle": "cars"}.get(kind, kind)
    scan, truth = simulate(Plan("linac-6-35-mobile", 2, clean_share=1.0, cargo=(goods,), containers=("22G1",)), 1)
    assert truth.objects == ()
    assert {name for one in truth.containers for name in one.kinds} == {goods}
    assert scan.views[0].pixels.min() < 60000


def test_a_rail_wagon_has_no_tractor_stands_on_rails_and_weighs_what_a_flat_wagon_weighs(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(hauling, "WAGON_SHARE", 1.0)
    made = haul(profile("linac-6-35-mobile"), np.random.default_rng(3), ("cartons",), ("45G1",))
    assert made.tractor is None
    wagon = Canvas(Camera(1200.0, 6000.0, 12.0, 4400.0), (1500, 400))
    draw_wagon(wagon, np.random.default_rng(3), (1500.0, 15_500.0), 1150.0)
    above_rails = wagon.mass[:, : int(wagon.row(10.0, 750.0))]
    assert 9_000 < float(above_rails.sum()) * 1.2**2 / 1000 < 26_000
    buffers = np.flatnonzero(above_rails.any(axis=(0, 1)))
    assert (buffers[0] * 12, buffers[-1] * 12) == pytest.approx((1250, 15_750), abs=30)


def test_a_heap_is_thinner_at_its_top_than_at_its_foot():
    one = canvas()
    heap(one, np.random.default_rng(1), SHORT)
    rows = one.mass.sum(axis=0)[:, 250]
    loaded = np.flatnonzero(rows > 1)
    assert rows[loaded[0]] < 0.7 * rows[loaded[-1] - 20]
    assert rows[: loaded[0] - 5].max() < 1


@pytest.mark.parametrize("seed", range(4))
def test_a_car_weighs_what_a_car_weighs_and_stands_on_its_wheels(seed: int):
    one = canvas()
    car(one, np.random.default_rng(seed), 600.0, 1300.0, 4300.0)
    assert 600 < float(np.maximum(one.mass, 0).sum()) * 1.2**2 / 1000 < 2000
    rows, cols = np.nonzero(one.mass.sum(axis=0) > 0.5)
    assert (cols.min() * 12, cols.max() * 12) == pytest.approx((600, 4900), abs=180)
    assert rows.max() == pytest.approx(one.row(1300.0, -730.0), abs=6)


@pytest.mark.parametrize("size_type", sorted(SIZES_MM))
def test_a_container_of_every_size_is_drawn_where_its_box_says(size_type: str):
    made = haul(profile("linac-6-8bit"), np.random.default_rng(8), ("cartons",), (size_type,))
    height, width = made.scene.structure.depth_mm.shape
    for one in made.containers:
        x1, y1, x2, y2 = one.box
        assert 0 <= x1 < x2 <= width
        assert 0 <= y1 < y2 <= height
        assert (x2 - x1) * 5.4 == pytest.approx(SIZES_MM[size_type][0], rel=0.01)
        inside = made.scene.structure.mass.sum(axis=0)[int(y1 + 15) : int(y2 - 15), int(x1 + 3) : int(x2 - 3)]
        assert np.median(inside) > 1.5
        assert (one.unit is not None) == size_type.endswith("R1")


def test_an_empty_container_is_said_to_be_empty_and_a_full_one_full():
    found = [simulate(Plan(seed=s, clean_share=1.0, cargo=("grain", "cartons")), 0)[1] for s in range(6)]
    containers = [one for truth in found for one in truth.containers]
    assert containers
    for one in containers:
        assert one.empty == (one.kinds == ())
        assert (one.filled_volume > 0.02) == (not one.empty)
        assert one.empty or one.mass_kg > 100


def test_what_is_told_of_containers_survives_the_file(tmp_path: Path):
    plan = Plan(seed=3, clean_share=1.0, cargo=("frozen",), containers=("45R1",))
    (told,) = write_simulated(plan, 1, tmp_path)
    (read,) = read_coco(tmp_path / "truth.json")
    assert read.containers == told.containers
    assert read.tractor == told.tractor
    assert read.containers[0].cargo[0] in CATALOGUE["frozen"].headings


def test_plans_that_name_neither_goods_nor_sizes_say_nothing_of_containers():
    assert simulate(Plan(seed=5, clean_share=1.0), 3)[1].containers == ()


def test_shares_beyond_one_are_refused():
    with pytest.raises(TruthError, match="filled_volume"):
        ContainerTruth("22G1", (0, 0, 9, 9), "right", (), (), True, 0.0, 1.5, 0.0, 0.0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"cargo": ("dragons",)}, "cargo must be"),
        ({"cargo": ()}, "cargo must be"),
        ({"containers": ("99X9",)}, "containers must be"),
        ({"containers": ()}, "containers must be"),
    ],
)
def test_unknown_goods_and_sizes_are_refused(arguments: dict[str, tuple[str, ...]], words: str):
    with pytest.raises(SimulationError, match=words):
        Plan(**arguments)  # type: ignore[arg-type]


def test_goods_stay_within_their_part_of_the_hold():
    one = canvas()
    part = Hold((1500.0, 4000.0), SHORT.y_mm)
    CATALOGUE["cartons"].painter(one, np.random.default_rng(2), part)
    loaded = np.flatnonzero((one.depth_mm > 50).any(axis=0)) * 12.0
    assert loaded[0] > 1350
    assert loaded[-1] < 4450


def test_boxes_of_containers_follow_a_vehicle_that_changes_its_speed(monkeypatch: pytest.MonkeyPatch):
    seen = []

    def columns(*args):
        seen.append(motion_columns(*args))
        return seen[-1]

    motion_columns, draw = motion.columns, simulating.draw_exposure
    monkeypatch.setattr(motion, "columns", columns)
    plan = Plan("linac-6-35-mobile", 3, clean_share=1.0, cargo=("cartons",), containers=("22R1",))
    told = []
    for speed in (0.0, 0.1):
        monkeypatch.setattr(simulating, "draw_exposure", lambda *args, now=speed: replace(draw(*args), speed=now))
        told.append(simulate(plan, 0)[1])
    still, moving = told
    assert moving.containers[0].box == motion.followed_box(still.containers[0].box, seen[0])
    assert moving.containers[0].unit == motion.followed_box(still.containers[0].unit, seen[0])
    assert abs(moving.containers[0].box[0] - still.containers[0].box[0]) > 1


def test_the_8_bit_scanner_sees_richer_scenes_with_pixels_as_wide_as_the_truck_is_fast():
    plan = Plan("linac-6-8bit", 3, clean_share=1.0, cargo=("grain",), containers=("22G1",))
    pitches = set()
    for index in range(3):
        one, truth = simulate(plan, index)
        pitch = one.views[0].pitch_mm
        assert pitch is not None
        assert 4.9 < pitch[0] < 10.7
        assert pitch[1] == profile("linac-6-8bit").pitch_mm
        pitches.add(pitch[0])
        for container in truth.containers:
            long_mm = (container.box[2] - container.box[0]) * pitch[0]
            assert long_mm == pytest.approx(6058, abs=25)
    assert len(pitches) == 3


def test_only_what_richer_scenes_may_change_is_read_from_a_profile():
    text = (files("cargoscope.datasets.simulation.beam") / "profiles" / "linac-6-8bit.toml").read_text("utf-8")
    assert profiles.parse(text).richer.jpeg_quality != profiles.parse(text).jpeg_quality
    assert profile("linac-6-4").richer == profile("linac-6-4")
    with pytest.raises(SimulationError, match="rich may name"):
        profiles.parse(text.replace("travel_pitch_mm", "open_beam"))


def test_a_spare_wheel_that_lies_weighs_what_a_wheel_weighs_and_is_flat():
    one = canvas()
    spare_wheel(one, np.random.default_rng(2), 2500.0, 1900.0)
    rows, columns = np.nonzero(one.mass.sum(axis=0) > 3)
    assert 50 < float(one.mass.sum()) * 1.2**2 / 1000 < 260
    assert np.ptp(columns) * 12 == pytest.approx(1030, abs=220)
    assert np.ptp(rows) < 0.75 * np.ptp(columns)


def test_clean_containers_have_walls_inside_that_hide_nothing():
    with_wall = 0
    for seed in range(40):
        one = canvas()
        partition(one, np.random.default_rng(seed), SHORT, np.arange(300) < 150, bulk=False)
        with_wall += bool(one.mass.max() > 2)
        assert one.depth_mm.max() == 0
    assert 8 < with_wall < 32
    held = canvas()
    partition(held, np.random.default_rng(1), SHORT, np.arange(300) < 200, bulk=True)
    assert held.mass.max() > 2
