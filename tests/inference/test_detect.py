"""The public report: what `cargoscope detect` writes, and how it goes on after a bad file."""

import json
import os
from dataclasses import replace
from pathlib import Path

import cv2
import jsonschema
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from cargoscope.cli import app
from cargoscope.datasets.formats.package import write_package
from cargoscope.datasets.formats.read import find_scans
from cargoscope.inference.detect import detect_files, write_report
from cargoscope.inference.engine import Engine, scan_score
from cargoscope.models.calibration import Calibration, Curve
from cargoscope.models.card import read_card, write_card
from cargoscope.models.operating import Operating
from cargoscope.models.registry import Registry
from tests.builders import CLASSES, cargo_view, scan, tiny_model, view

SCHEMA = json.loads((Path(__file__).parents[2] / "inference/detections.schema.json").read_text())


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def yard(tmp_path: Path) -> Path:
    """A folder with a suspicious scan, a clean one, a pair of files, a broken file and a coloured one."""
    folder = tmp_path / "yard"
    folder.mkdir()
    suspicious = cargo_view((300, 100, 330, 130))
    write_package(folder / "a.scan", scan(cargo_view(name="top"), suspicious, scan_id="a"))
    write_package(folder / "b.scan", scan(cargo_view(), scan_id="b"))
    for energy, plane in zip(("high", "low"), suspicious.pixels, strict=True):
        cv2.imwrite(str(folder / f"c_{energy}.png"), plane)
    (folder / "d.tif").write_bytes(b"II*\0 not a picture")
    cv2.imwrite(str(folder / "e.png"), np.full((40, 40, 3), (200, 100, 0), np.uint8))
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["detect", *(str(argument) for argument in arguments)])


def test_the_published_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_report_is_the_public_contract(model: Path, yard: Path):
    output = yard.parent / "detections.json"
    result = run(yard, "--model", model, "--output", output, "--pitch-mm", 6, "--threads", 1)
    assert result.exit_code == 1, "two files are bad"
    report = json.loads(output.read_text())
    jsonschema.validate(report, SCHEMA)
    assert report["schema"] == "cargoscope.detections/1"
    assert report["model"] == {"model_id": read_card(model).model_id, "classes": list(CLASSES)}
    assert report["provider"] == "CPUExecutionProvider"
    assert [Path(one["path"]).name for one in report["scans"]] == ["a.scan", "b.scan", "c_high.png"]
    suspicious, clean, pair = report["scans"]
    assert suspicious["scan_id"] == "a"
    assert [(view["width"], view["height"], view["pitch_mm"]) for view in suspicious["views"]] == [
        (600, 240, [6, 6])
    ] * 2
    (only,) = suspicious["detections"]
    assert (only["view"], only["class"]) == (1, CLASSES[0])
    assert np.allclose(only["box"], (295, 95, 335, 135), atol=6)
    assert clean["detections"] == []
    assert clean["score"] < suspicious["score"] == only["score"]
    assert len(pair["detections"]) == 1
    assert [Path(one["path"]).name for one in report["errors"]] == ["d.tif", "e.png"]
    assert "d.tif" in report["errors"][0]["error"]
    assert "pseudo-colour" in report["errors"][1]["error"]


def test_good_files_give_exit_code_zero_and_a_sentence(model: Path, yard: Path):
    output = yard.parent / "out.json"
    result = run(yard / "a.scan", yard / "b.scan", "--model", model, "--output", output)
    assert result.exit_code == 0
    assert f"2 scans, 1 findings, 0 errors: {output}" in result.stdout
    assert "pixel pitch" not in result.stdout


def test_an_assumed_pitch_is_said_once(model: Path, yard: Path):
    result = run(yard / "c_high.png", yard / "e.png", "--pseudo-colour", "--model", model, "--output", yard / "o.json")
    assert result.exit_code == 0
    assert result.stdout.count("2 scans do not say their pixel pitch; 4.5 mm was assumed") == 1


def test_a_threshold_takes_the_place_of_the_models_own(model: Path, yard: Path):
    shown = {}
    for threshold in (0.02, 1.0):
        run(yard / "a.scan", "--model", model, "--output", yard / "o.json", "--threshold", threshold)
        (entry,) = json.loads((yard / "o.json").read_text())["scans"]
        shown[threshold] = entry
    assert len(shown[0.02]["detections"]) > 1
    assert shown[1.0]["detections"] == []
    assert shown[1.0]["score"] == shown[0.02]["score"] > 0.9, "the score of a scan does not hang on what is shown"


def test_a_scan_without_findings_still_has_a_score(model: Path):
    with Engine(model, threads=1) as engine:
        faint = cargo_view((300, 100, 307, 107))
        found, score = engine.examine(scan(faint))
        everything = engine.detect(scan(faint), 0.01)
        shown, _ = engine.examine(scan(faint), 0.05)
    assert len(found) == 0
    assert 0 < score < 0.5
    assert score == scan_score(everything)
    assert shown.scores.tolist() == [value for value in everything.scores.tolist() if value >= 0.05]


def test_models_are_named_by_folder_or_by_id(model: Path, yard: Path, tmp_path: Path):
    card = Registry(tmp_path / "var/models").add(model)
    named = ("--model", card.model_id[:8], "--data-dir", tmp_path / "var")
    assert run(yard / "b.scan", *named, "--output", tmp_path / "o.json").exit_code == 0
    unknown = run(
        yard / "b.scan", "--model", "fedcba98", "--data-dir", tmp_path / "var", "--output", tmp_path / "p.json"
    )
    assert unknown.exit_code == 1
    assert "0 models begin with 'fedcba98'" in unknown.stderr
    assert not (tmp_path / "p.json").exists()


def test_a_provider_that_is_not_there_is_refused(model: Path, yard: Path, tmp_path: Path):
    refused = run(yard, "--model", model, "--provider", "TeapotExecutionProvider", "--output", tmp_path / "o.json")
    assert refused.exit_code == 1
    assert "asked for TeapotExecutionProvider" in refused.stderr
    assert not (tmp_path / "o.json").exists()


def test_an_impossible_output_is_said_before_the_work(model: Path, yard: Path, tmp_path: Path):
    refused = run(yard, "--model", model, "--output", tmp_path / "nowhere/o.json")
    assert refused.exit_code == 1
    assert "nowhere is not there" in refused.stderr


def test_an_error_of_the_model_is_listed_and_the_rest_goes_on(model: Path, yard: Path):
    huge = view(640, 480, pitch_mm=(100, 100))
    write_package(yard / "a2.scan", scan(huge, scan_id="huge"))
    with Engine(model, threads=1) as engine:
        report = detect_files(find_scans([yard]), engine)
    assert [Path(one["path"]).name for one in report["errors"]] == ["a2.scan", "d.tif", "e.png"]
    assert len(report["scans"]) == 3


def test_the_same_scans_give_the_same_bytes(model: Path, yard: Path, tmp_path: Path):
    with Engine(model, threads=1) as engine:
        for name in ("one.json", "two.json"):
            write_report(tmp_path / name, detect_files(find_scans([yard]), engine))
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


@pytest.mark.parametrize(("name", "title"), [("scan", "manifest.json"), ("detections", "Cargoscope detections")])
def test_schemas_can_be_printed(name: str, title: str):
    result = CliRunner().invoke(app, ["schema", name])
    assert title in json.loads(result.stdout)["title"]


def test_an_unknown_schema_is_refused():
    result = CliRunner().invoke(app, ["schema", "teapot"])
    assert result.exit_code == 1
    assert "there are ['detections', 'scan']" in result.stderr


def real_data() -> Path:
    folder = Path(os.environ.get("CARGOSCOPE_REAL_DATA", Path(__file__).parents[3] / "shared/data"))
    if not folder.is_dir():
        pytest.skip(f"real scans are not here: {folder} (set CARGOSCOPE_REAL_DATA)")
    return folder


def test_real_truck_scans_are_examined(model: Path):
    files = find_scans([real_data() / "ajna_container_bbox/images"])
    with Engine(model, threads=1) as engine:
        report = detect_files(files[::60], engine, threshold=0.9)
    jsonschema.validate(report, SCHEMA)
    assert len(report["scans"]) == len(files[::60])
    assert all(entry["views"][0]["width"] > 1000 for entry in report["scans"])


def test_real_pairs_are_dual_energy_and_real_pseudo_colour_is_refused(model: Path):
    pairs = find_scans([real_data() / "tip_dualenergy_16bit/background"])
    assert all(len(files.paths) == 2 for files in pairs)
    coloured = find_scans([real_data() / "pidray_samples/class_named", real_data() / "molit_airport_yolo30/images"])
    with Engine(model, threads=1) as engine:
        report = detect_files([*pairs[:1], *coloured[:3], *coloured[-2:]], engine)
    assert len(report["scans"]) == 1
    assert all("pseudo-colour picture" in error["error"] for error in report["errors"])
    assert len(report["errors"]) == 5


@pytest.fixture(scope="module")
def calibrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, measured on 250 clean scans and 2 with contraband."""
    folder = tiny_model(tmp_path_factory.mktemp("calibrated"))
    curve = Curve(a=1.0, b=1.0, c=0.0, lowest=0.02, limit=20.0)
    works = Operating(tuple(i / 300 for i in range(250)), (0.9, 0.3), (0.9,), "manifest")
    card = replace(read_card(folder), calibration=Calibration(curve, curve, 250, 2, "manifest", {}), operating=works)
    write_card(folder, card)
    return folder


def test_a_calibrated_model_says_how_probable_contraband_is_at_a_stated_prevalence(calibrated: Path, yard: Path):
    output = yard.parent / "out.json"
    reports = []
    for prevalence in ("1%", "0.1"):
        assert (
            run(yard / "a.scan", "--model", calibrated, "--output", output, "--prevalence", prevalence).exit_code == 0
        )
        reports.append(json.loads(output.read_text()))
        jsonschema.validate(reports[-1], SCHEMA)
    assert [report["prevalence"] for report in reports] == [0.01, 0.1]
    rare, often = (report["scans"][0] for report in reports)
    assert rare["score"] == often["score"]
    assert rare["probability"] < often["probability"] < rare["score"]
    odds = often["score"] / (1 - often["score"]) * 0.1 / 0.9
    assert often["probability"] == pytest.approx(odds / (1 + odds), rel=1e-3)
    assert rare["detections"][0]["probability"] < often["detections"][0]["probability"]


def test_a_rate_of_false_alarms_sets_the_threshold_and_says_what_to_expect(calibrated: Path, yard: Path):
    output = yard.parent / "out.json"
    found = {}
    for far in ("0.4%", "0.2"):
        result = run(yard / "a.scan", "--model", calibrated, "--output", output, "--far", far)
        assert result.exit_code == 0
        found[far] = json.loads(output.read_text())["scans"][0]["detections"]
        assert "false alarms: expect Pd 1.000 [0.025, 1.000] for CNR 3 and more" in result.stderr
    assert [one["score"] >= 248 / 300 for one in found["0.4%"]] == [True] * len(found["0.4%"])
    assert len(found["0.2"]) >= len(found["0.4%"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--far", "0.1%"], "0.100% needs at least 1000 clean scans, there are 250"),
        (["--far", "0.4%", "--threshold", "0.5"], "leave --threshold out"),
        (["--prevalence", "0"], "above 0 and below 1"),
    ],
)
def test_a_rate_that_cannot_be_kept_ends_with_a_sentence(calibrated: Path, yard: Path, options: list[str], said: str):
    result = run(yard / "a.scan", "--model", calibrated, "--output", yard.parent / "o.json", *options)
    assert result.exit_code == 1
    assert said in result.stderr
    assert not (yard.parent / "o.json").exists()


def test_a_model_that_nobody_measured_gives_no_probability_and_knows_no_rate(model: Path, yard: Path):
    output = yard.parent / "out.json"
    assert run(yard / "a.scan", "--model", model, "--output", output).exit_code == 0
    report = json.loads(output.read_text())
    assert (report["prevalence"], report["scans"][0]["probability"]) == (None, None)
    refused = run(yard / "a.scan", "--model", model, "--output", output, "--far", "1%")
    assert "nobody measured its false alarms" in refused.stderr
