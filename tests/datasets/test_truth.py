"""What a scan holds, checked when built, and the same after a trip through COCO."""

import json
from pathlib import Path

import numpy as np
import pytest

from cargoscope.datasets.truth import ScanTruth, mask_of, read_coco, run_lengths, write_coco
from cargoscope.errors import TruthError
from tests.builders import scan_truth, truth_object


def test_truths_come_back_from_coco_as_they_were(tmp_path: Path):
    rng = np.random.default_rng(3)
    first = truth_object(box=(10.0, 5.0, 30.0, 17.0), mask=rng.random((12, 20)) > 0.4)
    second = truth_object(kind="gas_cylinder", box=(0.5, 0.0, 4.25, 48.0), mask=np.ones((48, 5), bool), cnr=0.4)
    write_coco(tmp_path / "truth.json", [scan_truth(first, second), scan_truth(scan_id="scan-2", cargo=())])
    one, two = read_coco(tmp_path / "truth.json")
    assert (one.scan_id, one.file_name, one.views, one.cargo, one.profile) == (
        "scan-1",
        "scan-1.scan",
        ((64, 48),),
        ("4407",),
        "linac-6-4",
    )
    assert two.objects == ()
    for wrote, read in zip((first, second), one.objects, strict=True):
        assert (wrote.kind, wrote.instance, wrote.view, wrote.box) == (read.kind, read.instance, read.view, read.box)
        assert (wrote.cnr, wrote.areal_density_g_cm2, wrote.hidden_fraction) == (
            read.cnr,
            read.areal_density_g_cm2,
            read.hidden_fraction,
        )
        assert np.array_equal(wrote.mask, read.mask)


def test_the_same_truths_give_the_same_bytes(tmp_path: Path):
    for name in ("a.json", "b.json"):
        write_coco(tmp_path / name, [scan_truth(truth_object())])
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "b.json"]


def test_masks_are_run_lengths_down_the_columns_of_the_whole_picture():
    mask = np.array([[True, False], [True, True]])
    assert run_lengths(mask, (1, 1), (3, 4)) == [5, 2, 3, 1, 1]
    full = mask_of([5, 2, 3, 1, 1], (3, 4))
    assert full.sum() == 3
    assert full[1, 1]
    assert full[2, 1]
    assert full[2, 2]


def test_run_lengths_that_do_not_fill_the_picture_are_refused():
    with pytest.raises(TruthError, match="sum to 7"):
        mask_of([5, 2], (3, 4))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"box": (5.0, 5.0, 5.0, 9.0)}, "x1 < x2"),
        ({"mask": np.ones((3, 3), bool)}, "mask must be bool"),
        ({"hidden_fraction": 1.2}, "hidden_fraction"),
        ({"cnr": float("nan")}, "finite"),
    ],
)
def test_an_impossible_object_is_refused(change: dict[str, object], words: str):
    with pytest.raises(TruthError, match=words):
        truth_object(**change)  # type: ignore[arg-type]


def test_a_box_outside_its_view_is_refused():
    with pytest.raises(TruthError, match="leaves 64x48"):
        scan_truth(truth_object(box=(60.0, 5.0, 70.0, 17.0), mask=np.ones((12, 10), bool)))
    with pytest.raises(TruthError, match="view 1 of 1"):
        scan_truth(truth_object(view=1))


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"info": {"schema": "coco"}})])
def test_another_file_is_refused_by_name(tmp_path: Path, text: str):
    (tmp_path / "other.json").write_text(text, "utf-8")
    with pytest.raises(TruthError, match=r"other\.json"):
        read_coco(tmp_path / "other.json")


def test_two_views_of_one_scan_stay_one_truth(tmp_path: Path):
    truth = ScanTruth("scan-1", "scan-1.scan", ((64, 48), (32, 48)), (truth_object(view=1, box=(1, 1, 3, 3)),), (), "p")
    write_coco(tmp_path / "truth.json", [truth])
    (back,) = read_coco(tmp_path / "truth.json")
    assert back.views == truth.views
    assert back.objects[0].view == 1
