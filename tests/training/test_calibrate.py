from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from cargoscope.datasets.manifest import Label
from cargoscope.detections import Detections
from cargoscope.errors import TrainingError
from cargoscope.training.calibrate import calibrate, operating, reliability
from cargoscope.training.scores import Examined
from tests.builders import finding, found

GUN = Label("firearm", 0, (10.0, 10.0, 30.0, 20.0), cnr=5.0)


def scans(n: int, seed: int) -> Sequence[Examined]:
    """n clean with scores of Beta(1, 4), n with a gun and Beta(4, 1) on it: ln ratio = 3 · ln(s / (1 − s))."""
    rng = np.random.default_rng(seed)
    clean = [Examined(f"clean-{i}", one(float(rng.beta(1, 4))), ()) for i in range(n)]
    return clean + [Examined(f"gun-{i}", one(float(rng.beta(4, 1))), (GUN,)) for i in range(n)]


def one(score: float) -> Detections:
    return found(finding(box=(10, 10, 30, 20), score=max(min(score, 0.999), 0.021)))


@pytest.mark.parametrize("of", ["scan", "finding"])
@pytest.mark.parametrize("prevalence", [0.5, 0.01])
def test_stated_probabilities_come_true_on_other_scans(of: str, prevalence: float) -> None:
    told = calibrate(scans(600, seed=1), "one")
    assert told.scan.log_ratio(0.7) == pytest.approx(3 * np.log(0.7 / 0.3), abs=0.5)
    held = reliability(scans(600, seed=2), told, prevalence, of)
    assert held.ece < 0.06 * prevalence / 0.5 + 0.005
    assert held.low <= held.ece <= held.high
    assert sum(share for _, _, share in held.bins) == pytest.approx(1)


def test_scores_that_mean_something_else_are_found_out() -> None:
    told = calibrate(scans(600, seed=1), "one")
    bolder = [replace(scan, found=one(float(scan.found.scores[0]) ** 0.3)) for scan in scans(600, seed=2)]
    assert reliability(bolder, told, 0.5).ece > 0.1


def test_operating_points_count_the_hits_of_scans_with_contraband() -> None:
    beside = Examined("missed", found(finding(box=(200, 200, 220, 220), score=0.9)), (replace(GUN, cnr=1.0),))
    works = operating([*scans(50, seed=3), beside], "one")
    assert (len(works.clean), len(works.threat), len(works.clear)) == (50, 51, 50)
    assert works.threat[-1] == 0.0


def test_scans_of_one_side_only_say_nothing() -> None:
    for few in (scans(3, 1)[:3], scans(3, 1)[3:]):
        with pytest.raises(TrainingError, match="clean scans and scans with contraband"):
            calibrate(few, "one")
