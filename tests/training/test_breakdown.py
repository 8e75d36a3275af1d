"""Results by class, visibility, density, scanner and placement; AP against COCO's."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cargoscope.datasets.manifest import Label
from cargoscope.detections import Detections, Finding
from cargoscope.errors import TrainingError
from cargoscope.training.breakdown import coco_ap, details
from cargoscope.training.evaluate import write_scores
from cargoscope.training.report import write_report
from cargoscope.training.scores import Examined, Scores, average_precision, score
from tests.builders import CLASSES


def some(seed: int = 1) -> list[Examined]:
    """120 clean scans and 80 with one object, of two scanners; the visible ones are found more often."""
    rng = np.random.default_rng(seed)
    examined = []
    for n in range(200):
        objects: tuple[Label, ...] = ()
        rows = [Finding(0, at(rng.uniform(0, 400), 300.0), float(rng.uniform(0.02, 0.6)), CLASSES[n % 2])]
        if n >= 120:
            cnr, box = float(rng.choice([0.5, 2.0, 5.0, 20.0])), at(rng.uniform(0, 400), 50.0)
            place = "rip_off" if n % 2 else "cargo"
            objects = (Label(CLASSES[n % 2], 0, box, cnr=cnr, areal_density_g_cm2=4.0 * cnr, placement=place),)
            if rng.random() < min(1, cnr / 5):
                shift = float(rng.uniform(0, 12))
                seen = (box[0] + shift, box[1], box[2] + shift, box[3])
                rows.append(Finding(0, seen, float(rng.uniform(0.4, 1)), CLASSES[n % 2]))
        profile = "linac-6-4" if n % 3 else "linac-9-6"
        examined.append(Examined(f"s{n}", Detections.of(rows, CLASSES), objects, profile))
    return examined


def at(x: float, y: float) -> tuple[float, float, float, float]:
    return (x, y, x + 40, y + 30)


def scores_of(examined: list[Examined]) -> Scores:
    return score(examined, CLASSES, "a" * 64, "b" * 64)


def test_bands_share_out_the_scans_and_agree_with_the_scores():
    examined = some()
    scores = scores_of(examined)
    by = details(examined, scores)["by"]
    assert set(by) == {"class", "cnr", "areal_density", "placement", "profile", "profile_own_threshold"}
    assert list(by["cnr"]) == ["0-1", "1-3", "3-10", "10+"]
    for axis in ("class", "cnr", "areal_density", "placement", "profile"):
        for number, point in enumerate(scores.points):
            assert sum(points[number]["hits"] for points in by[axis].values()) == point.pd.hits
            assert sum(points[number]["n"] for points in by[axis].values()) == point.pd.n
    for kind, rate in scores.points[2].by_class.items():
        if kind in by["class"]:
            assert by["class"][kind][2]["hits"] == rate.hits
    assert by["cnr"]["10+"][2]["value"] > by["cnr"]["0-1"][2]["value"]


def test_a_scanner_is_judged_at_the_common_threshold_and_at_its_own():
    examined = some()
    by = details(examined, scores_of(examined))["by"]
    common = [points[3]["threshold"] for points in by["profile"].values()]
    own = [points[3]["threshold"] for points in by["profile_own_threshold"].values()]
    assert len(set(common)) == 1
    assert len(set(own)) == 2
    assert sum(points[3]["alarms"]["n"] for points in by["profile"].values()) == 120


def test_curves_rise_with_the_false_alarms():
    examined = some()
    curves = details(examined, scores_of(examined))["curves"]
    for curve in curves.values():
        across, up = np.array(curve).T
        assert (np.diff(across) >= 0).all()
        assert (np.diff(up) >= 0).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_our_average_precision_is_cocos_but_for_its_101_recalls(seed: int):
    examined = some(seed)
    coco = coco_ap(examined)
    for kind, value in coco.items():
        assert value["ap50"] == pytest.approx(average_precision(examined, kind), abs=0.02)


def test_scores_are_written_with_their_details_and_laid_out(tmp_path: Path):
    examined = some()
    scores = scores_of(examined)
    assert "details" not in scores.table()
    write_scores(tmp_path / "scores.json", replace(scores, details=details(examined, scores)))
    table = json.loads((tmp_path / "scores.json").read_text("utf-8"))
    assert table["schema"] == "cargoscope.scores/1"
    assert {key: table[key] for key in scores.table()} == json.loads(json.dumps(scores.table()))
    text = write_report(tmp_path / "scores.json", tmp_path / "report")
    assert "rip_off" in text
    assert "linac-9-6" in text
    assert "Simulated" in text
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == [
        "detection.png",
        "froc.png",
        "roc.png",
        "table.txt",
    ]


def test_scores_without_details_make_no_report(tmp_path: Path):
    write_scores(tmp_path / "old.json", scores_of(some()))
    with pytest.raises(TrainingError, match="no scores with details"):
        write_report(tmp_path / "old.json", tmp_path / "report")
