from dataclasses import replace
from pathlib import Path

import pytest

from cargoscope.datasets.formats.package import write_package
from cargoscope.datasets.manifest import Label, Manifest, Origin, Sample, from_folder
from cargoscope.datasets.truth import write_coco
from cargoscope.errors import TrainingError
from tests.builders import scan, scan_truth, truth_object


def sample(number: int, **changes: object) -> Sample:
    base = Sample(f"scan-{number}", f"{number * 2654435761 % 2**32:08x}" + "0" * 56, (), Origin.SIMULATED)
    return replace(base, **changes)  # type: ignore[arg-type]


def test_the_id_follows_bytes_and_labels_and_not_order_or_place() -> None:
    one, two = sample(1), sample(2)
    assert Manifest((one, two)).manifest_id == Manifest((two, replace(one, path=Path("x")))).manifest_id
    labelled = replace(two, labels=(Label("firearm", 0, (1, 2, 3, 4)),))
    assert Manifest((one, two)).manifest_id != Manifest((one, labelled)).manifest_id


def test_a_split_keeps_its_scans_when_others_come() -> None:
    few, many = (Manifest(tuple(sample(n) for n in range(count))) for count in (100, 400))
    rest, aside = few.split(0.2)
    assert len(rest) + len(aside) == 100
    assert 8 <= len(aside) <= 35
    assert {s.scan_id for s in aside} <= {s.scan_id for s in many.split(0.2)[1]}


def test_a_scan_stands_in_a_manifest_once() -> None:
    with pytest.raises(TrainingError, match="scan-1 stands twice"):
        Manifest((sample(1),)) + Manifest((sample(1),))


def test_a_folder_of_packages_becomes_a_manifest(tmp_path: Path) -> None:
    write_package(tmp_path / "scan-1.scan", scan())
    write_coco(tmp_path / "truth.json", [scan_truth(truth_object(cnr=2.5))])
    manifest = from_folder(tmp_path)
    assert [(s.scan_id, s.origin, s.path) for s in manifest] == [("scan-1", Origin.SIMULATED, tmp_path / "scan-1.scan")]
    assert manifest.samples[0].objects[0].cnr == 2.5


def test_a_folder_without_truth_or_with_a_scan_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"truth\.json is missing"):
        from_folder(tmp_path)
    write_coco(tmp_path / "truth.json", [scan_truth()])
    with pytest.raises(TrainingError, match=r"scan-1\.scan, which is missing"):
        from_folder(tmp_path)
