"""Public sets, read as they are published: from fakes of their layout, and from real samples where those are."""

import logging
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargoscope.datasets.formats.read import read_scan
from cargoscope.datasets.labels.images import LabelledImage
from cargoscope.datasets.public.sets import SETS, read_set, samples
from cargoscope.errors import LabelError, ScanError
from tests.datasets.public.fakes import FAKES, SIZE_WH, picture, text, voc
from tests.datasets.real import real

BOX = (4, 6, 24, 16)


def fake(name: str, root: Path) -> dict[str, LabelledImage]:
    FAKES[name](root)
    return {image.file_name: image for image in samples(name, root)}


def kinds(image: LabelledImage) -> list[tuple]:
    return [(label.kind, *label.box) for label in image.labels]


def test_every_set_has_a_fake():
    assert [*FAKES] == [*SETS]


@pytest.mark.parametrize("name", SETS)
def test_every_image_of_a_set_is_there_and_has_its_size(name: str, tmp_path: Path):
    found = fake(name, tmp_path)
    assert found
    for file_name, image in found.items():
        assert (tmp_path / file_name).is_file()
        assert image.size_wh == SIZE_WH
    assert read_set(name, tmp_path).images == tuple(found.values())


@pytest.mark.parametrize("name", SETS)
def test_a_folder_that_is_not_the_set_is_refused(name: str, tmp_path: Path):
    with pytest.raises(LabelError, match=str(tmp_path)):
        read_set(name, tmp_path)
    with pytest.raises(LabelError, match="no folder"):
        read_set(name, tmp_path / "gone")


def test_an_unknown_set_is_refused(tmp_path: Path):
    with pytest.raises(LabelError, match="no set named 'coco'; there are"):
        read_set("coco", tmp_path)


def test_sixray_keeps_clean_bags_and_leaves_out_what_nobody_boxed(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        found = fake("sixray", tmp_path)
    assert [*found] == ["20/P00001.jpg", "0/N0000001.jpg", "20/P00002.jpg"]
    assert [image.split for image in found.values()] == ["10-train", "10-train", "10-test"]
    assert [kinds(image) for image in found.values()] == [[("firearm", *BOX)], [], [("Knife", *BOX)]]
    assert "left out 1 positive images without boxes and 0 that are not there" in caplog.text


def test_opixray_cuts_boxes_off_at_the_edge(tmp_path: Path):
    found = fake("opixray", tmp_path)
    assert kinds(found["train/train_image/009.jpg"]) == [("Folding_Knife", *BOX)]
    assert kinds(found["test/test_image/010.jpg"]) == [("Multi-tool_Knife", 0, 6, 24, 48)]
    assert found["test/test_image/010.jpg"].split == "test"


def test_hixray_calls_portable_chargers_lithium_batteries(tmp_path: Path):
    (image,) = fake("hixray", tmp_path).values()
    assert [label.kind for label in image.labels] == ["lithium_battery", "Water"]


def test_pidray_has_the_splits_that_are_there(tmp_path: Path):
    found = fake("pidray", tmp_path)
    assert Counter(image.split for image in found.values()) == {"train": 2, "test-hidden": 2}
    assert kinds(found["hidden/xray_test_hidden_1.png"]) == [("firearm", *BOX)]
    assert kinds(found["train/xray_train_2.png"]) == [("Baton", *BOX)]


def test_clcxray_has_three_splits(tmp_path: Path):
    found = fake("clcxray", tmp_path)
    assert Counter(image.split for image in found.values()) == {"train": 2, "val": 2, "test": 2}
    assert kinds(found["val2017/val2.jpg"]) == [("Cans", *BOX)]


def test_eds_tells_the_machine_and_counts_pixels_from_one(tmp_path: Path):
    found = fake("eds", tmp_path)
    assert {image.split for image in found.values()} == {f"domain{n}-{s}" for n in (1, 2) for s in ("train", "val")}
    assert kinds(found["domain2/images/domain2-a.jpg"]) == [("lithium_battery", 0, 0, 64, 48)]


def test_dvxray_groups_the_views_of_a_bag_and_leaves_out_views_that_nobody_could_box(tmp_path: Path):
    found = fake("dvxray", tmp_path)
    positive = {name.rpartition("/")[2]: image for name, image in found.items()}
    assert [*positive] == ["P00001_OL.png", "P00001_SD.png", "P00002_OL.png", "N00001_OL.png", "N00001_SD.png"]
    assert kinds(positive["P00001_OL.png"]) == [("firearm", *BOX)]
    assert kinds(positive["P00001_SD.png"]) == [("firearm", 10, 10, 20, 20)]
    assert kinds(positive["P00002_OL.png"]) == [("Battery", *BOX)]
    assert kinds(positive["N00001_SD.png"]) == []
    assert positive["P00001_OL.png"].group == positive["P00001_SD.png"].group == "P00001"


def test_gdxray_boxes_are_x1_x2_y1_y2_and_named_by_the_series(tmp_path: Path):
    found = fake("gdxray", tmp_path)
    assert [*found] == [f"Baggages/{name}.png" for name in ("B0046/B0046_0001", "B0046/B0046_0002", "B0048/B0048_0001")]
    assert kinds(found["Baggages/B0046/B0046_0001.png"]) == [("firearm", *BOX)]
    assert kinds(found["Baggages/B0048/B0048_0001.png"]) == [("razor blade", *BOX), ("razor blade", 30, 6, 40, 16)]


def test_molit_counts_classes_from_one(tmp_path: Path):
    found = fake("molit", tmp_path)
    assert kinds(found["images/train/train.png"]) == [("firearm", 24, 18, 40, 30)]
    assert kinds(found["images/val/val.png"]) == [("firearm_part", 24, 18, 40, 30)]


def test_ajna_has_boxes_of_containers_and_headings_of_cargo(tmp_path: Path):
    (boxed,) = fake("ajna-boxes", tmp_path / "boxes").values()
    assert kinds(boxed) == [("Container", 8, 12, 56, 36)]
    found = fake("ajna-cargo", tmp_path / "cargo")
    assert {name: image.cargo for name, image in found.items()} == {"hs4/0000/a.jpg": (), "hs4/0901/b.jpg": ("0901",)}


def test_tip_pairs_are_named_by_their_high_energy_half(tmp_path: Path):
    found = fake("tip", tmp_path)
    assert {image.group: (image.split, kinds(image)) for image in found.values()} == {
        "background_0": ("background", []),
        "Result_0": ("composites", [("firearm", 24, 18, 40, 30)]),
        "gun_1": ("gun", [("firearm", 0, 0, *SIZE_WH)]),
    }


def test_pseudo_colour_stays_refused_unless_it_is_asked_for(tmp_path: Path):
    (name, *_) = fake("hixray", tmp_path)
    with pytest.raises(ScanError, match="pseudo-colour"):
        read_scan(tmp_path / name)
    assert read_scan(tmp_path / name, pseudo_colour=True).views[0].bits == 8


@pytest.mark.parametrize(
    ("name", "file", "content", "sentence"),
    [
        (
            "sixray",
            "ImageSet/10/train.csv",
            "name,Gun\nP00001,yes\n",
            r"train\.csv: line 2: needs a name and 1, 0 or -1",
        ),
        ("sixray", "Annotation/P00001.xml", "<annotation>", r"P00001\.xml: line 1"),
        (
            "opixray",
            "train/train_annotation/009.txt",
            "009.jpg Folding_Knife 1 2 3",
            r"009\.txt: line 1: needs image, class",
        ),
        ("opixray", "train/train_annotation/009.txt", "009.jpg Fork 1 2 3 4", r"009\.txt: line 1: no class 'Fork'"),
        ("pidray", "annotations/xray_train.json", "{", r"xray_train\.json: not JSON"),
        ("eds", "domain1/train.txt", "../../secret", r"domain1/train\.txt: line 1: must be the name of an image"),
        (
            "eds",
            "domain1/labels/domain1-a.xml",
            voc("a", "Knife", (9, 9, 3, 3)),
            r"domain1-a\.xml: line 1: <object>: a box",
        ),
        ("dvxray", "DvXray_Positive_Samples/P00001.json", "[]", r"P00001\.json: must be JSON with 'objects'"),
        ("dvxray", "DvXray_Positive_Samples/P00001.json", '{"objects": [{}]}', r"P00001\.json: object 0 needs label"),
        ("dvxray", "DvXray_Positive_Samples/P00001.json", '{"objects": "Some"}', r"'objects' must be a list or 'None'"),
        ("gdxray", "Baggages/B0046/ground_truth.txt", "1 2 3 4", r"B0046/ground_truth\.txt: line 1: needs the number"),
        ("gdxray", "Baggages/B0046/ground_truth.txt", "9 1 2 3 4", r"B0046_0009\.png: cannot be read"),
        ("molit", "labels/val/val.txt", "4 .5 .5 .1 .1", r"val\.txt: line 1: no class 4; there are 1\.\.3"),
        ("tip", "composites/Result_0_high.txt", "3 .5 .5 .1 .1", r"Result_0_high\.txt: line 1: no class 3"),
    ],
)
def test_a_damaged_file_of_a_set_is_named(name: str, file: str, content: str, sentence: str, tmp_path: Path):
    FAKES[name](tmp_path)
    text(tmp_path / file, content)
    with pytest.raises(LabelError, match=sentence):
        read_set(name, tmp_path)


def test_a_missing_label_file_does_not_make_a_clean_bag(tmp_path: Path):
    fake("opixray", tmp_path)
    picture(tmp_path / "train/train_image/011.jpg")
    with pytest.raises(LabelError, match=r"011\.txt: cannot be read"):
        read_set("opixray", tmp_path)


@pytest.mark.parametrize(
    ("name", "folder", "n_images", "n_labels", "n_firearms"),
    [
        ("pidray", "pidray_samples", 6, 9, 1),
        ("gdxray", "gdxray_baggage_b46", 75, 93, 93),
        ("molit", "molit_airport_yolo30", 20, 27, 3),
        ("ajna-boxes", "ajna_container_bbox", 189, 207, 0),
        ("ajna-cargo", "ajna_cargo_hs", 21, 0, 0),
        ("tip", "tip_dualenergy_16bit", 108, 117, 44),
    ],
)
def test_real_samples_are_read(name: str, folder: str, n_images: int, n_labels: int, n_firearms: int):
    root = real(folder)
    found = read_set(name, root)
    assert (len(found.images), found.n_labels) == (n_images, n_labels)
    assert sum(label.kind == "firearm" for image in found.images for label in image.labels) == n_firearms
    assert all((root / image.file_name).is_file() for image in found.images)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(SETS)),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_damaged_label_files_never_raise_anything_else(name: str, damage: list[tuple[int, int]]):
    with TemporaryDirectory() as folder:
        FAKES[name](Path(folder))
        for path in Path(folder).rglob("*"):
            if path.suffix in (".txt", ".json", ".xml", ".csv"):
                data = bytearray(path.read_bytes())
                for place, byte in damage:
                    data[place % len(data)] = byte
                path.write_bytes(data)
        with suppress(LabelError):
            read_set(name, Path(folder))
