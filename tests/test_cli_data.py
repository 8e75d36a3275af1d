"""The commands around data of other tools."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cargoscope.cli import app
from cargoscope.cli_data import EXAMPLE
from cargoscope.datasets.formats.dicos_report import read_report
from tests.datasets.formats.test_station_xml import MANIFEST
from tests.datasets.public.fakes import FAKES


def run(*words: object):
    return CliRunner().invoke(app, ["data", *map(str, words)])


def yolo(root: Path) -> Path:
    FAKES["molit"](root)
    (root / "classes_1based.txt").rename(root / "classes.txt")
    return root


def test_yolo_becomes_coco_with_a_mapping(tmp_path: Path):
    pairs = ["--map", "Gun=firearm", "--map", "Bullet=", "--map", "Magazin="]
    result = run("convert", yolo(tmp_path / "bags"), tmp_path / "bags.json", "--from", "yolo", "--to", "coco", *pairs)
    assert result.exit_code == 0, result.output
    assert "2 images, 1 labels of 1 classes" in result.output
    assert "1 labels were left out, as the mapping says" in result.output
    table = json.loads((tmp_path / "bags.json").read_text())
    assert table["categories"] == [{"id": 1, "name": "firearm"}]
    assert table["annotations"][0]["bbox"] == [24, 18, 16, 12]


def test_unknown_classes_are_refused_in_words(tmp_path: Path):
    result = run("convert", yolo(tmp_path / "bags"), tmp_path / "bags.json", "--from", "yolo", "--to", "coco")
    assert result.exit_code == 1
    assert "error: no kind is known for 'Gun', 'Bullet', 'Magazin': map each with --map" in result.output
    assert not (tmp_path / "bags.json").exists()


def test_forms_go_round(tmp_path: Path):
    steps = [
        ("yolo", tmp_path / "bags", "voc", tmp_path / "voc"),
        ("voc", tmp_path / "voc", "coco", tmp_path / "a.json"),
        ("coco", tmp_path / "a.json", "yolo", tmp_path / "again"),
    ]
    yolo(tmp_path / "bags")
    for source_form, source, form, output in steps:
        result = run("convert", source, output, "--from", source_form, "--to", form, "--keep-names", "--to-base", 1)
        assert result.exit_code == 0, result.output
    assert (tmp_path / "again/labels/train/train.txt").read_text() == "1 0.5 0.5 0.25 0.25\n"
    assert (tmp_path / "again/classes.txt").read_text() == "1\tGun\n2\tMagazin\n"


def test_public_sets_are_sources_and_are_listed(tmp_path: Path):
    FAKES["dvxray"](tmp_path / "dv")
    result = run(
        "convert", tmp_path / "dv", tmp_path / "dv.json", "--from", "dvxray", "--to", "coco", "--map", "Battery="
    )
    assert result.exit_code == 0, result.output
    listed = run("sets").output
    for name in FAKES:
        assert name in listed


@pytest.mark.parametrize(("option", "value"), [("--from", "voc2"), ("--to", "csv")])
def test_unknown_forms_are_refused(option: str, value: str, tmp_path: Path):
    options = {"--from": "yolo", "--to": "coco"} | {option: value}
    result = run("convert", tmp_path, tmp_path / "out", *[word for pair in options.items() for word in pair])
    assert result.exit_code == 1
    assert f"error: {option}: no form" in result.output


def test_the_help_has_an_example():
    assert EXAMPLE.startswith("cargoscope data convert ")
    assert "Example: cargoscope data convert" in run("convert", "--help").output


def detections(path: Path, *rows: dict) -> Path:
    scan = {"path": "a.scan", "scan_id": "truck-7", "score": 0.9, "views": [{"width": 64, "height": 48}]}
    table = {
        "schema": "cargoscope.detections/1",
        "model": {"model_id": "0" * 64, "classes": ["firearm"]},
        "scans": [scan | {"detections": rows}],
    }
    path.write_text(json.dumps(table))
    return path


def test_detections_become_threat_detection_reports(tmp_path: Path):
    row = {"view": 0, "box": [1, 2, 30, 40], "score": 0.75, "class": "firearm"}
    result = run("tdr", detections(tmp_path / "d.json", row), tmp_path / "reports")
    assert result.exit_code == 0, result.output
    report = read_report((tmp_path / "reports/truck-7.dcs").read_bytes(), "truck-7.dcs")
    assert (report.decision, report.found.boxes.tolist(), report.found.scores.tolist()) == (
        "ALARM",
        [[1, 2, 30, 40]],
        [0.75],
    )
    again = run("tdr", tmp_path / "d.json", tmp_path / "reports")
    assert "truck-7.dcs: is there already" in again.output


@pytest.mark.parametrize("row", [{}, {"view": 0, "box": [1], "score": 1, "class": "firearm"}, {"view": 3}])
def test_detections_that_break_their_schema_are_refused(row: dict, tmp_path: Path):
    result = run("tdr", detections(tmp_path / "d.json", row), tmp_path / "reports")
    assert result.exit_code == 1
    assert "error: d.json: scan number 0: " in result.output


def test_station_files_are_printed_and_bad_ones_named(tmp_path: Path):
    (tmp_path / "a.xml").write_text(MANIFEST)
    (tmp_path / "b.xml").write_text("<html/>")
    result = run("station", tmp_path)
    assert result.exit_code == 1
    assert json.loads(result.stdout.splitlines()[0])["scan_id"] == "77001"
    assert "error: b.xml: line 1: the root must be one of" in result.output
