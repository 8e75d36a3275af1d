"""What label files must not say, and that every refusal names the file and the place."""

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cargoscope.datasets.labels.coco import read_coco
from cargoscope.datasets.labels.files import read_bytes
from cargoscope.datasets.labels.images import LabelledImage, LabelSet, fitted
from cargoscope.datasets.labels.size import image_size
from cargoscope.datasets.labels.voc import read_voc
from cargoscope.datasets.labels.yolo import read_yolo, read_yolo_file
from cargoscope.datasets.manifest import Label
from cargoscope.errors import LabelError
from tests.datasets.labels.builders import image, label, png_head

COCO = {
    "categories": [{"id": 3, "name": "gun"}],
    "images": [{"id": "a", "file_name": "a.png", "width": 40, "height": 30}],
    "annotations": [{"id": 7, "image_id": "a", "category_id": 3, "bbox": [1, 2, 10, 20]}],
}
VOC = """<annotation>
  <filename>a.png</filename>
  <size><width>40</width><height>30</height></size>
  <object><name>gun</name>
    <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>22</ymax></bndbox>
  </object>
</annotation>
"""


def coco(tmp_path: Path, **changes) -> Path:
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(COCO | changes))
    return path


def annotation(**changes) -> list[dict]:
    return [{key: value for key, value in (COCO["annotations"][0] | changes).items() if value != "gone"}]


def yolo(tmp_path: Path, text: str, classes: str = "gun\nknife\n") -> Path:
    (tmp_path / "a.png").write_bytes(png_head(200, 100))
    (tmp_path / "a.txt").write_text(text)
    (tmp_path / "classes.txt").write_text(classes)
    return tmp_path


def test_coco_reads_boxes_and_polygons(tmp_path: Path):
    polygon = annotation(bbox="gone", segmentation=[[5, 6, 9, 6, 7, 12], [1, 8, 2, 8, 2, 9.5]])
    (read,) = read_coco(coco(tmp_path, annotations=COCO["annotations"] + [polygon[0] | {"id": 8}])).images
    assert [found.box for found in read.labels] == [(1, 2, 11, 22), (1, 6, 9, 12)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"images": None}, r"labels\.json: 'images' must be a list of objects, got None"),
        ({"categories": [{"id": 3}]}, r"category 3: 'name' must be a text, got None"),
        ({"images": COCO["images"] * 2}, r"image 'a' stands twice"),
        ({"images": [COCO["images"][0] | {"width": 0}], "annotations": []}, r"image a: .*pixels a side, got 0×30"),
        ({"images": [COCO["images"][0] | {"width": 1.5}]}, r"image a: width and height must be whole pixels"),
        ({"images": [COCO["images"][0] | {"file_name": "../a.png"}]}, r"image a: .*relative name"),
        ({"images": [COCO["images"][0] | {"file_name": "/etc/a.png"}]}, r"relative name"),
        ({"annotations": annotation(image_id="b")}, r"annotation 7: no image 'b'"),
        ({"annotations": annotation(category_id=4)}, r"annotation 7: no category 4"),
        ({"annotations": annotation(category_id=[3])}, r"'category_id' must be a number or a text"),
        ({"annotations": annotation(bbox=[1, 2, 3])}, r"annotation 7: 'bbox' must be 4 number"),
        ({"annotations": annotation(bbox=[1, 2, True, 4])}, r"'bbox' must be 4 number"),
        ({"annotations": annotation(bbox=[1, 2, 0, 4])}, r"a box needs x1 < x2"),
        ({"annotations": annotation(bbox=[1, 2, 100, 4])}, r"leaves 40×30 by 61 pixels"),
        ({"annotations": annotation(bbox=[1, 2, 10**400, 4])}, r"'bbox' must be 4 number"),
        ({"annotations": annotation(bbox="gone", segmentation={"counts": []})}, r"needs a bbox or polygons"),
        ({"annotations": annotation(bbox="gone", segmentation=[[1, 2, 3, 4]])}, r"three points or more, got 4"),
        ({"annotations": annotation(attributes={"role": "maybe"})}, r"'role' must be one of"),
    ],
)
def test_bad_coco_is_refused(changes: dict, sentence: str, tmp_path: Path):
    with pytest.raises(LabelError, match=sentence):
        read_coco(coco(tmp_path, **changes))


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"images": NaN}', '{"a": 1e', "\ud800"])
def test_what_is_no_coco_is_refused(text: str, tmp_path: Path):
    path = tmp_path / "labels.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(LabelError, match=r"labels\.json: "):
        read_coco(path)


def test_voc_counts_pixels_as_it_is_told(tmp_path: Path):
    (tmp_path / "a.xml").write_text(VOC)
    assert read_voc(tmp_path).images[0].labels == (Label("gun", 0, (1, 2, 11, 22)),)
    assert read_voc(tmp_path, first_pixel=1).images[0].labels == (Label("gun", 0, (0, 1, 11, 22)),)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<name>gun</name>", "", r"a\.xml: line 4: <object> needs a <name>"),
        ("</bndbox>", "</bndbx>", r"a\.xml: line 5, column \d+: mismatched tag, inside <bndbox>"),
        ("<xmin>1</xmin>", "<xmin>one</xmin>", r"a\.xml: line 4: <object>, <xmin>: a number is needed, got 'one'"),
        ("<xmin>1</xmin>", "<xmin>nan</xmin>", r"<xmin>: a number is needed, got 'nan'"),
        ("<xmin>1</xmin>", "", r"<xmin>: a number is needed, got ''"),
        ("<xmax>11</xmax>", "<xmax>61</xmax>", r"line 4: <object>: box .* leaves 40×30 by 21 pixels"),
        ("<width>40</width>", "", r"<size>, <width>: a number is needed"),
        ("<filename>a.png</filename>", "<filename>../a.png</filename>", r"<filename> must be a bare file name"),
        ("annotation>", "note>", r"a\.xml: line 1: the root must be <annotation>, got <note>"),
        ("<annotation>", '<!DOCTYPE a [<!ENTITY b "c">]><annotation>', r"document types are refused"),
    ],
)
def test_bad_voc_is_refused(old: str, new: str, sentence: str, tmp_path: Path):
    (tmp_path / "a.xml").write_text(VOC.replace(old, new))
    with pytest.raises(LabelError, match=sentence):
        read_voc(tmp_path)


def test_a_folder_without_labels_is_refused(tmp_path: Path):
    with pytest.raises(LabelError, match="a folder without XML files"):
        read_voc(tmp_path)
    with pytest.raises(LabelError, match="no file of class names"):
        read_yolo(tmp_path)
    (tmp_path / "classes.txt").write_text("gun\n")
    with pytest.raises(LabelError, match="a folder without images"):
        read_yolo(tmp_path)
    with pytest.raises(LabelError, match="cannot be read"):
        read_coco(tmp_path / "labels.json")


def test_yolo_reads_boxes_and_polygons(tmp_path: Path):
    (read,) = read_yolo(yolo(tmp_path, "0 0.5 0.5 0.2 0.4\n\n1 0.1 0.2 0.3 0.2 0.2 0.6 0.1 0.5\n")).images
    assert [(found.kind, *found.box) for found in read.labels] == [
        ("gun", pytest.approx(80), 30, 120, 70),
        ("knife", 20, 20, pytest.approx(60), 60),
    ]


def test_an_image_without_a_text_file_has_no_objects(tmp_path: Path):
    folder = yolo(tmp_path, "")
    (folder / "b.png").write_bytes(png_head(10, 10))
    assert [found.labels for found in read_yolo(folder).images] == [(), ()]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0 .5 .5 .1", r"a\.txt: line 1: needs a class and 4 numbers, .* got 4 words"),
        ("0 .5 .5 .1 .1 .9", r"got 6 words"),
        ("0 .5 .5 .1 .1\n2 .5 .5 .1 .1", r"a\.txt: line 2: no class 2; there are 0\.\.1"),
        ("-1 .5 .5 .1 .1", r"no class -1"),
        ("0.5 .5 .5 .1 .1", r"no class 0\.5"),
        ("gun .5 .5 .1 .1", r"line 1: a number is needed, got 'gun'"),
        ("0 nan .5 .1 .1", r"a number is needed, got 'nan'"),
        ("0 1e400 .5 .1 .1", r"a number is needed, got '1e400'"),
        ("0 0.5 .5 1_0 .1", r"a number is needed, got '1_0'"),
        ("0 .5 .5 0 .1", r"x1 < x2"),
        ("0 .9 .5 .4 .1", r"leaves 200×100 by 20 pixels"),
        ("0 1e308 .5 1e308 .1", r"finite"),
    ],
)
def test_bad_yolo_is_refused(text: str, sentence: str, tmp_path: Path):
    with pytest.raises(LabelError, match=sentence):
        read_yolo(yolo(tmp_path, text))


def test_a_class_number_below_the_base_is_refused(tmp_path: Path):
    folder = yolo(tmp_path, "0 .5 .5 .1 .1")
    with pytest.raises(LabelError, match=r"no class 0; there are 1\.\.2"):
        read_yolo(folder, base=1)


def test_labels_without_an_image_are_refused(tmp_path: Path):
    folder = yolo(tmp_path, "")
    (folder / "b.txt").write_text("")
    with pytest.raises(LabelError, match=r"b\.txt: labels of an image that is not in"):
        read_yolo(folder)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path):
    folder = yolo(tmp_path, "")
    (folder / "a.txt").write_bytes(b"0 \xff")
    with pytest.raises(LabelError, match=r"a\.txt: not UTF-8 text \(byte 2\)"):
        read_yolo(folder)


def test_a_pixel_outside_is_cut_off_and_more_only_when_asked():
    assert fitted((-0.9, 0, 40.5, 30), (40, 30), "a") == (0, 0, 40, 30)
    with pytest.raises(LabelError, match=r"a: box \(-5, 0, 10, 30\) leaves 40×30 by 5 pixels"):
        fitted((-5, 0, 10, 30), (40, 30), "a")
    assert fitted((-5, 0, 10, 30), (40, 30), "a", clip=True) == (0, 0, 10, 30)
    with pytest.raises(LabelError, match="lies outside of 40×30"):
        fitted((50, 0, 60, 30), (40, 30), "a", clip=True)


@pytest.mark.parametrize(
    "name", ["", "/a.png", "a/../b.png", "./a.png", "a\\b.png", "a\n.png", "a//b.png", "a/", " a.png"]
)
def test_names_of_images_are_relative(name: str):
    with pytest.raises(LabelError, match="relative name"):
        LabelledImage(name, (1, 1))


def test_a_set_holds_each_image_once_and_its_classes_only():
    with pytest.raises(LabelError, match=r"a\.png: stands twice"):
        LabelSet((image("a.png"), image("a.png")), ())
    with pytest.raises(LabelError, match=r"a\.png: no class 'firearm'; there are \['knife'\]"):
        LabelSet((image("a.png", label()),), ("knife",))
    with pytest.raises(LabelError, match="classes must differ"):
        LabelSet((), ("a", "a"))


def test_sizes_come_from_headers(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(png_head(123, 45))
    assert image_size(tmp_path / "a.png") == (123, 45)
    for data in (b"", b"GIF89a", png_head(0, 4), b"\xff\xd8\xff\xe0", b"II*\0\0\0\0\0"):
        (tmp_path / "bad").write_bytes(data)
        with pytest.raises(LabelError, match="bad"):
            image_size(tmp_path / "bad")


damage = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(damage)
def test_damaged_files_never_raise_anything_else(changes: list[tuple[int, int]]):
    files = {
        "labels.json": json.dumps(COCO).encode(),
        "a.xml": VOC.encode(),
        "a.txt": b"0 0.5 0.5 0.2 0.4\n1 0.1 0.2 0.3 0.2 0.2 0.6\n",
    }
    with TemporaryDirectory() as folder:
        for name, good in files.items():
            data = bytearray(good)
            for place, byte in changes:
                data[place % len(data)] = byte
            Path(folder, name).write_bytes(data)
        with suppress(LabelError):
            read_coco(Path(folder, "labels.json"))
        with suppress(LabelError):
            read_voc(Path(folder))
        with suppress(LabelError):
            read_yolo_file(Path(folder, "a.txt"), (40, 30), ["a", "b"])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["categories", "images", "annotations"]),
    st.sampled_from(
        [*COCO["annotations"][0], *COCO["images"][0], "name", "segmentation", "attributes", "cargo", "view"]
    ),
    json_values,
)
def test_any_value_in_any_field_of_coco_is_read_or_refused(part: str, field: str, value: object):
    table = COCO | {part: [COCO[part][0] | {field: value}]}
    with TemporaryDirectory() as folder:
        path = Path(folder, "labels.json")
        path.write_text(json.dumps(table))
        with suppress(LabelError):
            read_coco(path)


def test_a_zero_byte_in_a_name_is_refused_in_words(tmp_path: Path) -> None:
    for read in (image_size, read_bytes):
        with pytest.raises(LabelError, match="embedded null byte"):
            read(tmp_path / "a\0b.jpg")
