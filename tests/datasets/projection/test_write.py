"""From a folder of scans to projected scans with truth."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from cargoscope.cli import app
from cargoscope.datasets.formats.package import read_package, write_package
from cargoscope.datasets.formats.read import read_scan
from cargoscope.datasets.projection.articles import simulated_articles
from cargoscope.datasets.projection.pitch import Boxed, pitch_of, read_yolo, row_pitch_mm
from cargoscope.datasets.projection.tone import Tone, estimate_gamma
from cargoscope.datasets.projection.write import Order, backgrounds, gamma_of, write_projected
from cargoscope.datasets.simulation.beam.profiles import beam_of
from cargoscope.datasets.truth import read_coco
from cargoscope.errors import SimulationError
from cargoscope.scan import View
from tests.builders import scan
from tests.datasets.real import real

GUNS = simulated_articles(["firearm"], "test")


def portal(folder: Path, name: str = "truck", quality: int = 95) -> Path:
    """A JPEG of 900 x 300 pixels: a 40-ft container with bare walls and goods below, in air; and its YOLO box."""
    plane = np.full((300, 900), 254.0)
    plane[40:260, 50:850] = 225
    plane[150:250, 70:400] = 120
    plane += np.random.default_rng(1).normal(0, 1.0, plane.shape)
    cv2.imwrite(
        str(folder / f"{name}.jpg"), np.clip(plane, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    (folder / "labels").mkdir(exist_ok=True)
    (folder / "labels" / f"{name}.txt").write_text("0 0.5 0.5 0.888889 0.733333\n")
    return folder


def dual(folder: Path) -> Path:
    """A package of 500 x 400 pixels, two energies, goods of 30 % transmission in air."""
    pixels = np.full((2, 400, 500), 60000.0)
    pixels[:, 60:380, 40:460] *= np.array([0.30, 0.245])[:, None, None]
    pixels += np.random.default_rng(2).normal(0, 60, pixels.shape)
    side = View(np.clip(pixels, 0, 65535).astype(np.uint16), ("6MV", "4MV"), (60000, 60000), (6.0, 6.0))
    write_package(folder / "dual.scan", scan(side, scan_id="dual"))
    return folder


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    folder = dual(tmp_path)
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        write_projected(Order(seed), backgrounds([folder / "dual.scan"]), GUNS, 2, tmp_path / name)
    files = {name: [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in "abc"}
    assert files["a"] == files["b"]
    assert files["a"] != files["c"]


def test_truth_says_where_how_and_how_visible(tmp_path: Path) -> None:
    order = Order(1, ("hardening", "displacement", "naive"), threats=3)
    (made,) = write_projected(order, backgrounds([dual(tmp_path) / "dual.scan"]), GUNS, 1, tmp_path / "out")
    (truth,) = read_coco(tmp_path / "out" / "truth.json")
    assert [thing.facts for thing in truth.objects] == [thing.facts for thing in made.objects]
    before = read_package(tmp_path / "dual.scan").views[0].pixels.astype(int)
    after = read_package(tmp_path / "out" / truth.file_name).views[0].pixels.astype(int)
    changed = (before != after).any(axis=0)
    for thing in truth.objects:
        x1, y1, x2, y2 = (int(edge) for edge in thing.box)
        assert thing.facts["mode"] in order.modes
        assert thing.facts["source"] == "simulated"
        assert 0.25 < float(thing.facts["background_transmission"]) < 1.1
        assert thing.mask.shape == (y2 - y1, x2 - x1)
        assert (after < before)[0, y1:y2, x1:x2][thing.mask].mean() > 0.9
        changed[max(0, y1 - 12) : y2 + 12, max(0, x1 - 12) : x2 + 12] = False
    assert not changed[:, :].any() or changed.sum() < 2000  # a wrap around an article is no part of its box


def test_a_jpeg_stays_a_picture_of_8_bits_and_is_touched_only_near_the_article(tmp_path: Path) -> None:
    ontos = backgrounds([portal(tmp_path) / "truck.jpg"], tmp_path / "labels")
    (truth,) = write_projected(Order(3, jpeg_quality=80), ontos, GUNS, 1, tmp_path / "out", "png")
    before = cv2.imread(str(tmp_path / "truck.jpg"), cv2.IMREAD_GRAYSCALE)
    after = cv2.imread(str(tmp_path / "out" / truth.file_name), cv2.IMREAD_UNCHANGED)
    assert before is not None
    assert after is not None
    assert after.dtype == np.uint8
    ys, xs = np.nonzero(before != after)
    x1, y1, x2, y2 = truth.objects[0].box
    assert len(ys) > 20
    assert xs.min() > x1 - 60
    assert xs.max() < x2 + 60
    assert ys.min() > y1 - 60
    assert ys.max() < y2 + 60
    assert x1 > 50
    assert x2 < 850
    assert y1 > 40
    assert y2 < 260


def test_containers_give_the_pitch_along_and_across(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("0 0.5 0.5 0.6 0.5\n\n0 0.2 0.2 0.1 0.1 \n")
    (first, _) = read_yolo(tmp_path / "x.txt", (2000, 1200))
    assert first == pytest.approx((400, 300, 1600, 900))
    standard, cube = Boxed((2000, 800), ((100, 50, 1700, 650),)), Boxed((2400, 800), ((50, 20, 1050, 690),))
    shared = row_pitch_mm([standard, cube, standard])
    assert shared == pytest.approx(4.32, abs=0.05)
    assert pitch_of(standard, shared) == pytest.approx((12192 / 1600, 2591 / 600))
    assert pitch_of(cube, shared) == pytest.approx((6058 / 1000, 2896 / 670))


def test_bad_boxes_name_file_and_line(tmp_path: Path) -> None:
    for text in ("0 0.5 0.5\n", "0 a b c d\n", "0 .5 .5 1.5 .5\n", "0 .1 .1 .9 .1 .9 .9 .1 .9\n"):
        (tmp_path / "x.txt").write_text("0 0.5 0.5 0.6 0.5\n" + text)
        with pytest.raises(SimulationError, match=r"x\.txt, line 2"):
            read_yolo(tmp_path / "x.txt", (100, 100))
    with pytest.raises(SimulationError, match=r"expected 1\.5"):
        pitch_of(Boxed((100, 100), ((1, 1, 99, 90),)), 28.0)


@pytest.mark.parametrize("tone", [Tone(), Tone(0.8), Tone(1.4, 0.02)])
def test_a_tone_goes_there_and_back(tone: Tone) -> None:
    levels = np.linspace(0.01, 1, 50, dtype=np.float32)
    assert np.allclose(tone.shown(tone.transmission(levels)), levels, atol=1e-5)


@pytest.mark.parametrize("gamma", [0.7, 1.0, 1.5])
def test_bare_walls_tell_the_gamma(gamma: float) -> None:
    walls = np.zeros((5, 1, 1), np.float32)
    walls[3] = 3.0
    seen = beam_of("linac-6-8bit").transmission(walls)[0, 0, 0] ** (1 / gamma)
    containers = [np.full((50, 90), seen, np.float32), np.zeros((50, 90), np.float32)]
    assert estimate_gamma(containers, beam_of("linac-6-8bit")) == pytest.approx(gamma, rel=0.01)
    with pytest.raises(SimulationError, match="none of 1 containers"):
        estimate_gamma(containers[1:], beam_of("linac-6-8bit"))


def test_the_command_projects_and_says_what_it_made(tmp_path: Path) -> None:
    command = ["project", "--threats", "simulated", "--kind", "firearm", "--onto", str(portal(tmp_path) / "truck.jpg")]
    command += [
        "--boxes",
        str(tmp_path / "labels"),
        "--gamma",
        "auto",
        "--mode",
        "naive",
        "--count",
        "2",
        "--seed",
        "7",
    ]
    result = CliRunner().invoke(app, [*command, "--output", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "2 scans with 2 articles" in result.output
    packages = sorted((tmp_path / "out").glob("*.scan"))
    assert len(packages) == 2
    assert read_scan(packages[0]).views[0].pitch_mm == pytest.approx((15.24, 11.77), abs=0.01)
    table = json.loads((tmp_path / "out" / "truth.json").read_text())
    assert table["annotations"][0]["attributes"]["mode"] == "naive"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--threats", "nowhere"], "neither a folder"),
        (["--mode", "magic"], "modes must be"),
        (["--gamma", "dark"], "gamma must be a number"),
        (["--profile", "linac-6-4"], "has 1 energies"),
        (["--format", "gif"], "format must be"),
        (["--boxes", "."], "no boxes for it"),
        (["--jpeg-quality", "3"], "jpeg_quality must be"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(tmp_path: Path, options: list[str], sentence: str) -> None:
    command = ["project", "--threats", "simulated", "--onto", str(portal(tmp_path) / "truck.jpg"), "--output"]
    result = CliRunner().invoke(app, [*command, str(tmp_path / "out"), *options])
    assert result.exit_code == 1
    assert sentence in " ".join(result.output.split())
    assert not list((tmp_path / "out").glob("*.scan"))


def test_a_gamma_is_a_number_or_estimated(tmp_path: Path) -> None:
    ontos = backgrounds([portal(tmp_path) / "truck.jpg"], tmp_path / "labels")
    assert gamma_of("1.3", ontos) == 1.3
    assert 0.5 < gamma_of("auto", ontos) < 2


def test_the_real_portal_exports_about_proportionally() -> None:
    folder = real("ajna_container_bbox")
    names = [path.name for path in sorted((folder / "images").iterdir())[::24]]
    ontos = [onto for name in names for onto in backgrounds([folder / "images" / name], folder / "labels")]
    assert 0.6 < gamma_of("auto", ontos) < 1.5
    assert all(3.8 < onto.pitch_mm[1] < 5.3 for onto in ontos if onto.pitch_mm)
