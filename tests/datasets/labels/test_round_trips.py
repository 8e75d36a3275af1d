"""What is written in a form is read back from it: the same images, classes and boxes."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cargoscope.datasets.labels.coco import read_coco, write_coco
from cargoscope.datasets.labels.images import LabelledImage, LabelSet, from_truth
from cargoscope.datasets.labels.voc import read_voc, write_voc
from cargoscope.datasets.labels.yolo import read_yolo, write_yolo
from cargoscope.datasets.manifest import Label, Role
from cargoscope.datasets.truth import read_coco as read_truth
from cargoscope.datasets.truth import write_coco as write_truth
from cargoscope.errors import LabelError
from tests.builders import scan_truth, truth_object
from tests.datasets.labels.builders import image, label_set, label_sets, same, write_images

quick = settings(max_examples=25, deadline=None)


@quick
@given(label_sets())
def test_coco_keeps_everything(labels: LabelSet):
    with TemporaryDirectory() as folder:
        path = Path(folder, "labels.json")
        write_coco(path, labels)
        assert read_coco(path) == labels


def test_a_box_that_another_tool_has_moved_is_read_where_it_is_now(tmp_path: Path):
    path = tmp_path / "labels.json"
    write_coco(path, label_set(image("truck.png", Label("firearm", 0, (0.1, 20.0, 0.3 + 50, 70.0)))))
    table = json.loads(path.read_text("utf-8"))
    table["annotations"][0] |= {"bbox": [200, 30, 40, 20], "attributes": {"box": [0.1, 20.0, 50.3, 70.0]}}
    path.write_text(json.dumps(table), "utf-8")
    assert read_coco(path).images[0].labels[0].box == (200, 30, 240, 50)


@quick
@given(label_sets(), st.sampled_from([0, 1]))
def test_voc_keeps_images_and_boxes(labels: LabelSet, first_pixel: int):
    assume(labels.images)
    with TemporaryDirectory() as folder:
        write_voc(Path(folder, "voc"), labels, first_pixel)
        assert same(read_voc(Path(folder, "voc"), first_pixel), labels, within_px=1e-11)


@quick
@given(label_sets(), st.sampled_from([0, 1, 5]))
def test_yolo_keeps_images_classes_and_boxes(labels: LabelSet, base: int):
    assume(labels.images)
    with TemporaryDirectory() as folder:
        try:
            write_yolo(Path(folder, "yolo"), labels, base)
        except LabelError as error:
            assert "begin with a number" in str(error)  # noqa: PT017
            return
        write_images(Path(folder, "images"), labels)
        back = read_yolo(Path(folder, "yolo"), Path(folder, "images"), base=base)
        assert same(back, labels, within_px=1e-8)
        assert back.classes == labels.classes


def test_yolo_that_counts_from_one_says_so_itself(tmp_path: Path):
    write_yolo(tmp_path / "yolo", label_set(), base=1)
    assert (tmp_path / "yolo" / "classes.txt").read_text() == "1\tfirearm\n"
    assert (tmp_path / "yolo" / "labels" / "truck.txt").read_text().startswith("1 0.15 0.15 0.25 ")
    write_images(tmp_path / "images", label_set())
    assert same(read_yolo(tmp_path / "yolo", tmp_path / "images"), label_set(), within_px=1e-9)
    with pytest.raises(LabelError, match=r"classes\.txt: line 1: counts from 1, but .* count from 0"):
        read_yolo(tmp_path / "yolo", tmp_path / "images", base=0)


def test_coco_keeps_what_only_we_say(tmp_path: Path):
    rejected = Label("firearm", 1, (0.1, 0.2, 0.30000000000000004, 5.0), Role.REJECTED, 4.5, 0.25)
    labels = LabelSet((LabelledImage("a/b.scan", (40, 30), (rejected,), "train", 1, "bag-7", ("0901",)),), ("firearm",))
    write_coco(tmp_path / "labels.json", labels)
    assert read_coco(tmp_path / "labels.json") == labels


@pytest.mark.parametrize("write", [write_voc, write_yolo])
def test_a_rejected_box_never_becomes_an_object(write, tmp_path: Path):
    labels = label_set(image("a.png", Label("firearm", 0, (1, 2, 3, 4), Role.REJECTED)))
    with pytest.raises(LabelError, match=r"a\.png: .* cannot say that a box was rejected"):
        write(tmp_path / "out", labels)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_voc, write_yolo])
def test_images_that_would_share_a_label_file_are_refused(write, tmp_path: Path):
    with pytest.raises(LabelError, match=r"2 images would share this file"):
        write(tmp_path / "out", label_set(image("a.png"), image("a.jpg")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_voc, write_yolo])
def test_a_folder_that_is_there_is_not_written_over(write, tmp_path: Path):
    with pytest.raises(LabelError, match=r"is there already"):
        write(tmp_path, label_set())


def test_the_truth_of_simulated_scans_is_coco_too(tmp_path: Path):
    write_truth(tmp_path / "truth.json", [scan_truth(truth_object(box=(10.1, 5.0, 30.3, 17.0)))])
    assert read_coco(tmp_path / "truth.json").images == from_truth(read_truth(tmp_path / "truth.json")).images
