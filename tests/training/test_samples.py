from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cargoscope import pixels
from cargoscope.datasets.manifest import Label, Origin, Role
from cargoscope.errors import TrainingError
from cargoscope.models.decode import decode
from cargoscope.training.recipe import Recipe
from cargoscope.training.samples import STRIDE, Crops
from tests.builders import cargo_view
from tests.training.conftest import pages_of

GUN = Label("firearm", 0, (300.0, 100.0, 330.0, 124.0), cnr=5.0)


def test_targets_decode_to_the_boxes_they_were_made_of(tmp_path: Path, recipe: Recipe) -> None:
    crops = Crops(pages_of(tmp_path, GUN), replace(recipe, object_share=1.0), 0, 20, plain=True)
    for crop in (crops[number] for number in range(20)):
        boxes, scores, class_ids = decode(crop.heat, crop.ltrb, STRIDE, 0.99)
        assert scores.tolist() == [1.0]
        assert class_ids.tolist() == [0]
        x1, y1, x2, y2 = boxes[0].round().astype(int)
        assert crop.tile[1, y1 + 2 : y2 - 2, x1 + 2 : x2 - 2].min() > 0.5, "the box lies on the dense object"
        assert 20 <= x2 - x1 <= 31
        assert crop.weight.sum() == pytest.approx(1, abs=1e-5)


def test_a_crop_is_cut_from_the_planes_of_the_one_road(tmp_path: Path, recipe: Recipe) -> None:
    planes = pixels.to_planes(cargo_view((300, 100, 330, 124)), recipe.pitch_mm)
    crop = Crops(pages_of(tmp_path, GUN), replace(recipe, object_share=0.0), 0, 1, plain=True)[0]
    w, h = planes.size_wh
    origins = [(x, y) for y in range(-32, h - 31) for x in range(-32, w - 31)]
    row = crop.tile[0, 32]
    assert any(np.allclose(pixels.cut(planes, (x, y + 32), (1, 64))[0, 0], row, atol=1e-3) for x, y in origins), (
        "half precision apart, the same numbers"
    )


def test_the_same_number_is_the_same_crop_and_another_number_another(tmp_path: Path, recipe: Recipe) -> None:
    pages = pages_of(tmp_path, GUN)
    one, again = Crops(pages, recipe, 0, 9)[4], Crops(pages, recipe, 3, 9)[1]
    other = Crops(pages, recipe, 0, 9)[5]
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one.tile, other.tile)


@pytest.mark.parametrize("label", [replace(GUN, cnr=0.4), replace(GUN, hidden_fraction=0.97)])
def test_what_nobody_could_see_is_neither_there_nor_missing(tmp_path: Path, recipe: Recipe, label: Label) -> None:
    clear = replace(GUN, box=(100.0, 100.0, 130.0, 124.0))
    crops = Crops(pages_of(tmp_path, label, clear), replace(recipe, object_share=0.0), 0, 300, plain=True)
    ignored = [crop for crop in (crops[number] for number in range(300)) if crop.care.min() == 0]
    assert ignored
    for crop in ignored:
        assert crop.heat[:, crop.care[0] == 0].max() < 1


def test_a_rejected_region_is_shown_and_asks_for_nothing(tmp_path: Path, recipe: Recipe) -> None:
    rejected = Label("firearm", 0, (480.0, 60.0, 520.0, 100.0), Role.REJECTED)
    hard = replace(recipe, object_share=0.0, rejected_share=1.0)
    crops = Crops(pages_of(tmp_path, GUN, rejected), hard, 0, 10, plain=True)
    for crop in (crops[number] for number in range(10)):
        assert crop.heat.max() < 1
        assert crop.care.min() == 1


def test_of_a_scan_that_nobody_opened_only_the_boxes_teach(tmp_path: Path, recipe: Recipe) -> None:
    """A crop of 64 pixels is 8 cells wide; a box of 40 holds 5 to 7 of them, with those that it touches."""
    rejected = Label("firearm", 0, (480.0, 60.0, 520.0, 100.0), Role.REJECTED)
    hard = replace(recipe, object_share=0.0, rejected_share=1.0)
    crops = Crops(pages_of(tmp_path, GUN, rejected, origin=Origin.OFFICER), hard, 0, 10, plain=True)
    for crop in (crops[number] for number in range(10)):
        assert crop.heat.max() < 1
        assert 0 < crop.care.mean() < 0.8
    shown = Crops(pages_of(tmp_path, GUN, origin=Origin.OFFICER), replace(recipe, object_share=1.0), 0, 10, plain=True)
    for crop in (shown[number] for number in range(10)):
        assert crop.care[0][(crop.heat == 1).any(axis=0)].all()
        assert (crop.care[0][crop.weight[0] > 0.01] == 1).all()
        assert 0 < crop.care.mean() < 0.8


def test_crops_of_anywhere_come_from_verified_scans(tmp_path: Path, recipe: Recipe) -> None:
    cleared = pages_of(tmp_path / "cleared", GUN, origin=Origin.OFFICER)
    known = pages_of(tmp_path / "known", GUN, n=2)
    crops = Crops(
        [cleared[0], known[1]], replace(recipe, object_share=0.0, ignore_visible_below=0.0), 0, 30, plain=True
    )
    assert all(crops[number].care.all() for number in range(30))
    alone = Crops(cleared, replace(recipe, object_share=0.0), 0, 10, plain=True)
    assert all(alone[number].care.any() for number in range(10))


def test_boxes_follow_a_flip(tmp_path: Path, recipe: Recipe) -> None:
    crops = Crops(pages_of(tmp_path, GUN), replace(recipe, object_share=1.0, zoom=0.0, noise=0.0), 0, 12)
    for crop in (crops[number] for number in range(12)):
        boxes, _, _ = decode(crop.heat, crop.ltrb, STRIDE, 0.99)
        x1, y1, x2, y2 = boxes[0].round().astype(int)
        assert crop.tile[1, y1 + 2 : y2 - 2, x1 + 2 : x2 - 2].min() > 0.4


def test_boxes_follow_a_squeeze_along_the_way(tmp_path: Path, recipe: Recipe) -> None:
    squeezing = replace(recipe, object_share=1.0, zoom=0.0, noise=0.0, squeeze=0.6, ignore_visible_below=0.0)
    crops = Crops(pages_of(tmp_path, GUN), squeezing, 0, 30)
    shapes = []
    for crop in (crops[number] for number in range(30)):
        boxes, _, _ = decode(crop.heat, crop.ltrb, STRIDE, 0.99)
        x1, y1, x2, y2 = boxes[0].round().astype(int)
        assert crop.tile[1, y1 + 2 : y2 - 2, x1 + 2 : x2 - 2].min() > 0.4
        shapes.append((x2 - x1) / (y2 - y1))
    true = (GUN.box[2] - GUN.box[0]) / (GUN.box[3] - GUN.box[1])
    assert 0.35 * true < min(shapes) < 0.75 * true
    assert sum(abs(shape / true - 1) < 0.1 for shape in shapes) > 8


def test_a_share_of_the_crops_is_seen_from_farther_away(tmp_path: Path, recipe: Recipe) -> None:
    still = {"object_share": 1.0, "zoom": 0.0, "squeeze": 0.0, "blur": 0.0, "noise": 0.0, "gain": 0.0}
    afar = replace(recipe, mirrored=True, far_pitch_mm=2 * recipe.pitch_mm, far_share=0.3, **still)
    crops = Crops(pages_of(tmp_path, GUN), afar, 0, 200)
    widths = []
    for crop in (crops[number] for number in range(200)):
        boxes, _, _ = decode(crop.heat, crop.ltrb, STRIDE, 0.99)
        widths += [round(float(x2 - x1)) for x1, _, x2, _ in boxes]
    near = (GUN.box[2] - GUN.box[0]) * 6 / recipe.pitch_mm  # a view of 6 mm; at an edge some are cut off
    far = [width for width in widths if width <= near / 2 + 1]
    assert min(width for width in widths if width not in far) >= near - 4
    assert 0.2 < len(far) / len(widths) < 0.4


def test_a_blurred_crop_keeps_its_boxes_and_loses_its_edges(tmp_path: Path, recipe: Recipe) -> None:
    sharp = replace(recipe, object_share=1.0, zoom=0.0, noise=0.0, gain=0.0)
    pages = pages_of(tmp_path, GUN)
    before, after = Crops(pages, sharp, 0, 20), Crops(pages, replace(sharp, blur=3.0), 0, 20)
    edges = []
    for number in range(20):
        steps = [float(np.abs(np.diff(crops[number].tile[0], axis=1)).max()) for crops in (before, after)]
        edges.append(steps[1] / steps[0])
        assert np.array_equal(before[number].heat, after[number].heat)
    assert min(edges) < 0.6
    assert max(edges) == pytest.approx(1)


def test_about_a_quarter_of_the_crops_have_one_energy_only(tmp_path: Path, recipe: Recipe) -> None:
    crops = Crops(pages_of(tmp_path, GUN), replace(recipe, single_energy_share=0.25), 0, 80)
    single = sum(not crops[number].tile[3].any() for number in range(80))
    assert 8 <= single <= 34


def test_scans_without_anything_to_learn_are_refused(tmp_path: Path, recipe: Recipe) -> None:
    with pytest.raises(TrainingError, match="visible enough"):
        Crops(pages_of(tmp_path, replace(GUN, cnr=0.1)), recipe, 0, 1)
    with pytest.raises(TrainingError, match="no scans"):
        Crops([], recipe, 0, 1)
