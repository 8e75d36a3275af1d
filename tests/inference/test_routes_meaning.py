"""Probabilities and anomalies of a scan, over a real service."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cargoscope.models.calibration import Calibration, Curve
from cargoscope.models.card import read_card, write_card
from tests import builders
from tests.inference.rig import keep, rig, wait_for

CURVE = Curve(a=1.0, b=1.0, c=0.0, lowest=0.02, limit=20.0)


def test_scores_become_probabilities_once_the_model_was_calibrated(tmp_path: Path) -> None:
    with rig(tmp_path) as service:
        keep(service.archive, builders.scan(builders.cargo_view((120, 100, 134, 114)), scan_id="s-1"))
        service.worker.wake()
        wait_for(service.archive, "s-1")
        made = service.archive.case("s-1").analysis
        assert made is not None
        assert made.score is not None
        where = "/v1/scans/s-1/probabilities"
        before = service.client.get(where, headers=service.log_in()).json()
        assert (before["model_id"], before["probability"], before["findings"]) == (made.model_id, None, None)

        folder = service.worker.registry.path(made.model_id)
        write_card(folder, replace(read_card(folder), calibration=Calibration(CURVE, CURVE, 100, 100, "manifest", {})))
        rare, often = (
            service.client.get(where, params={"prevalence": share}, headers=service.log_in()).json()
            for share in (0.001, 0.5)
        )
        assert rare["probability"] < often["probability"] == pytest.approx(made.score, abs=1e-6)
        assert len(often["findings"]) == len(made.found)
        refused = service.client.get(where, params={"prevalence": 1.5}, headers=service.log_in())
        assert refused.status_code == 422


def test_the_anomaly_of_a_scan_is_told_with_its_map(tmp_path: Path) -> None:
    with rig(tmp_path) as service:
        keep(service.archive, builders.scan(builders.cargo_view((300, 100, 330, 130)), scan_id="s-1"))
        told = service.client.get("/v1/scans/s-1/anomaly", headers=service.log_in()).json()
        (view,) = told["views"]
        assert told["anomaly"] == view["score"] > 0
        values, (w, h) = np.array(view["values"]), view["cell_wh"]
        row, column = np.unravel_index(values.argmax(), values.shape)
        assert 270 < (column + 0.5) * w < 360
        assert 70 < (row + 0.5) * h < 160
        assert view["strongest"][0] == pytest.approx(column * w)
