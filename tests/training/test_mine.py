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


def test_a_squeezed_scan_tempts_at_the_same_place(tmp_path: Path) -> None:
    clean = Sample("with-blob", "0" * 64, (), Origin.SIMULATED)
    (mined,) = mine(tiny_model(tmp_path), Manifest((clean,)), open_blob, squeeze=0.4)
    as_it_is, narrower = (label.box for label in mined.labels)
    assert narrower[0] < 127 < narrower[2]
    assert narrower[1] < 107 < narrower[3]
    assert narrower[2] - narrower[0] > 1.01 * (as_it_is[2] - as_it_is[0])
