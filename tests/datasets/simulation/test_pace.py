"""The simulator's pace is measured of whole scans, and says where the time goes."""

import pytest

from cargoscope.datasets.simulation.pace import STAGES, pace
from cargoscope.datasets.simulation.simulate import Plan


def test_two_processes_share_the_scans_and_their_time_is_told_by_stages():
    measured = pace(Plan("linac-6-35-mobile", 3, clean_share=0.0), 3, 2)
    assert (measured.processes, measured.scans) == (2, 3)
    assert measured.rate > 0
    assert measured.cpu_s > 0
    assert 0.2 < measured.megapixels < 5
    assert 50 < measured.early_mb <= measured.peak_mb < 1500
    assert set(measured.stages) == {*STAGES, "other"}
    assert sum(measured.stages.values()) == pytest.approx(1)
    assert min(measured.stages[name] for name in ("scene", "contraband", "attenuation", "detector", "package")) > 0
    assert "by the clock" in str(measured)
