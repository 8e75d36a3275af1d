"""A second source above sees the same vehicle: the same grams, and each article in the same columns."""

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.beam.noise import Exposure
from cargoscope.datasets.simulation.beam.profiles import beam_of, profile
from cargoscope.datasets.simulation.canvas import Camera
from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE, fill
from cargoscope.datasets.simulation.overhead import MIDDLE_MM, Doubled, Overhead, height_of, magnified
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.threats.above import seen_from_above, turned_over
from cargoscope.datasets.simulation.threats.kinds import KINDS, draw_instance
from cargoscope.datasets.simulation.threats.placement import hide
from cargoscope.datasets.simulation.threats.scene import Scene
from cargoscope.datasets.simulation.threats.stamps import Pose, land
from cargoscope.datasets.simulation.vehicle.container import hold_of
from cargoscope.errors import SimulationError

SIDE = Camera(1200.0, 6000.0, 12.0, 4400.0)
OVER = Overhead(7500.0, 150.0)
DAY = Exposure(photons=2e5, electronic=5e-5, jitter=0.001, drift=0.001, scatter=0.0, blur_px=0.5, dead_rows=0)
BOTH = ("side", "top")
TWO_VIEWS = {"split": "test", "clean_share": 0.0, "threats": (2, 2), "views": BOTH, "containers": ("22G1", "22R1")}


def empty() -> Doubled:
    return Doubled(SIDE, (560, 300), OVER)


@pytest.mark.parametrize("kind", ["cans", "drums", "grain", "rods", "scrap", "sheets", "tyres"])
def test_goods_weigh_from_above_what_they_weigh_from_the_side(kind: str):
    canvas = empty()
    fill(canvas, np.random.default_rng(3), hold_of("22G1", 300.0, 1200.0), (kind,), CATALOGUE[kind].cold)
    rows = canvas.mass.sum(axis=(0, 2), dtype=np.float64)
    heights = [height_of(SIDE, row + 0.5, 0.0) for row in range(len(rows))]
    expected = sum(
        grams * magnified(canvas.above.camera, MIDDLE_MM - y) for grams, y in zip(rows, heights, strict=True)
    )
    assert canvas.above.mass.sum() == pytest.approx(expected, rel=0.05)
    columns = [part.mass.sum(axis=(0, 1)) for part in (canvas, canvas.above)]
    assert np.corrcoef(columns[0], columns[1])[0, 1] > 0.98


def test_a_box_is_seen_from_above_as_wide_as_it_is_deep_and_where_its_perspective_puts_it():
    canvas = empty()
    canvas.box(STEEL, (1200, 1800), (2000, 2200), (-300, 500), 7.87)
    rows = np.flatnonzero(canvas.above.mass[STEEL, :, 125] > 0)
    above = canvas.above.camera
    far, near = (above.height(z, MIDDLE_MM - 2100) for z in (-300.0, 500.0))
    assert len(rows) * 12 == pytest.approx(near - far, abs=40)
    assert canvas.above.mass[STEEL, rows[len(rows) // 2], 125] == pytest.approx(7.87 * 20, rel=0.01)


def test_what_is_drawn_at_a_wall_lies_there_from_above_and_an_end_wall_reaches_from_wall_to_wall():
    canvas = empty()
    rows = (canvas.row(2400, 1219), canvas.row(2200, 1219))
    canvas.rectangle(STEEL, (1200, 1800), rows, 1.0)
    seen = np.flatnonzero(canvas.above.mass[STEEL, :, 125])
    assert seen.mean() == pytest.approx(canvas.above.row(1219, MIDDLE_MM - 2300), abs=3)
    rows = (canvas.row(3600, -1219), canvas.row(1300, -1219))
    canvas.rectangle(STEEL, (2400, 2440), rows, 78.0)
    assert np.flatnonzero(canvas.above.mass[STEEL, :, 201]).size * 12 > 2200


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_article_keeps_its_columns_and_its_grams_from_above(kind: str):
    pose = Pose(400.0, 0.3, 0.8 if kind == "firearm" else 0.0)
    scale = magnified(SIDE, pose.z_mm)
    stamp = land(draw_instance(kind, 3), SIDE.pitch_mm, scale, pose.angle, pose.tilt)
    above = empty().above
    seen, (col, row) = turned_over(SIDE, above, stamp, (100, 150), pose)
    assert col == 100
    assert (seen.mask.any(axis=0) <= stamp.mask.any(axis=0)).all()
    if stamp.mask.sum() > 30:
        assert seen.mask.any(axis=0).sum() >= 0.9 * stamp.mask.any(axis=0).sum()
    middle = height_of(SIDE, 150 + stamp.mask.shape[0] / 2, pose.z_mm)
    grams = [
        float(stamp.mass.sum()) / scale,
        float(seen.mass.sum()) / magnified(above.camera, MIDDLE_MM - middle),
    ]
    assert grams[1] == pytest.approx(grams[0], rel=0.1)
    assert above.row(0, MIDDLE_MM - middle) > row


@pytest.mark.parametrize("name", ["linac-6-4", "linac-6-4-gantry"])
def test_both_views_of_a_truck_show_every_article_in_the_same_columns(name: str):
    scan, truth = simulate(Plan(name, 3, **TWO_VIEWS), 1)
    assert [view.name for view in scan.views] == list(BOTH)
    assert truth.views == tuple(view.size_wh for view in scan.views)
    side, top = ([thing for thing in truth.objects if thing.view == view] for view in (0, 1))
    assert [thing.instance for thing in side] == [thing.instance for thing in top]
    assert side
    for one, other in zip(side, top, strict=True):
        assert other.box[0] == pytest.approx(one.box[0], abs=3)
        assert other.box[2] == pytest.approx(one.box[2], abs=3)
        assert other.mask.any()


def test_the_side_view_is_the_same_with_and_without_a_source_above():
    alone, truth = simulate(Plan("linac-9-6", 3, **{**TWO_VIEWS, "views": ()}), 2)
    both, more = simulate(Plan("linac-9-6", 3, **TWO_VIEWS), 2)
    assert len(alone.views) == 1
    assert np.array_equal(alone.views[0].pixels, both.views[0].pixels)
    assert [thing.box for thing in truth.objects] == [thing.box for thing in more.objects if thing.view == 0]


def test_an_article_changes_the_view_from_above_where_its_mask_is_and_makes_goods_there_give_way():
    pictures = []
    for is_hidden in (False, True):
        structure, goods = empty(), empty()
        goods.box(ORGANIC, (400, 6200), (1400, 3600), (-1100, 1100), 0.2, goods=True)
        scene = Scene(structure, goods, (hold_of("22G1", 300.0, 1200.0),))
        rng, rays = np.random.default_rng(4), beam_of("linac-9-6")
        thing = hide(scene, rng, "ammunition", "test", rays, DAY, []) if is_hidden else None
        canvas, objects = seen_from_above(scene, [thing] if thing else [], rng, rays, DAY)
        pictures.append(canvas.mass.sum(axis=0))
    (seen,) = objects
    x1, y1, x2, y2 = (int(edge) for edge in seen.box)
    change = pictures[1] - pictures[0]
    grams = change[y1:y2, x1:x2][seen.mask].mean()
    assert 0.5 * seen.areal_density_g_cm2 < grams < seen.areal_density_g_cm2
    assert seen.cnr > 3
    change[max(y1 - 3, 0) : y2 + 3, max(x1 - 3, 0) : x2 + 3] = 0
    assert abs(change).max() < 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"views": BOTH}, "richer scenes"),
        ({"profile": "linac-6-35-mobile", "views": BOTH, "containers": ("22G1",)}, "views must be one of"),
        ({"views": ("top",), "containers": ("22G1",)}, "views must be one of"),
    ],
)
def test_a_view_that_a_scanner_lacks_is_refused(arguments: dict[str, object], words: str):
    with pytest.raises(SimulationError, match=words):
        Plan(**arguments)  # type: ignore[arg-type]


def test_a_mobile_scanner_has_no_source_above():
    assert profile("linac-6-35-mobile").top_height_mm == (0.0, 0.0)
