from pathlib import Path

from cargoscope.datasets.manifest import Manifest, Origin, Role, Sample
from cargoscope.scan import Scan
from cargoscope.training.mine import mine
from tests.builders import cargo_view, scan, tiny_model

BLOB = (120, 100, 134, 114)
WITH_BLOB = scan(cargo_view(BLOB), scan_id="with-blob")


def open_blob(sample: Sample) -> Scan:
    assert sample.scan_id == "with-blob"
    return WITH_BLOB


def test_what_a_model_finds_in_a_clean_scan_becomes_a_hard_negative(tmp_path: Path) -> None:
    clean = Sample("with-blob", "0" * 64, (), Origin.SIMULATED)
    (mined,) = mine(tiny_model(tmp_path), Manifest((clean,)), open_blob)
    assert mined.objects == ()
    (label,) = mined.labels
    assert label.role is Role.REJECTED
    x1, y1, x2, y2 = label.box
    assert x1 < 127 < x2
    assert y1 < 107 < y2
