"""What the archive tells of real work: which scans count as clean, and which no reading was taken of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cargoscope.datasets.archive import Analysis, Archive
from cargoscope.inference.attendant import Attendant
from cargoscope.review import Disposition
from cargoscope.site import Site
from tests import builders
from tests.inference.rig import keep, people

MODEL = "a" * 64


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path) as one:
        people(one)
        yield one


def examined(archive: Archive, scan_id: str, level: int) -> None:
    keep(archive, builders.scan(builders.view(level=level), scan_id=scan_id))
    archive.record(Analysis(scan_id, MODEL, "model", "CPU", builders.found(), 0.1))


def clean(archive: Archive) -> list[str]:
    now = datetime.now(UTC)
    return archive.projections.clean("gate-1", now - timedelta(hours=1), now + timedelta(hours=1))


def test_a_scan_on_which_readers_differ_or_that_waits_for_a_second_is_not_clean(archive: Archive) -> None:
    archive.follow(Site.read({"second_share": 1.0, "disagreement": "stricter"}))
    said = builders.decision(model_id=MODEL)

    def decide(scan_id: str, officer: str, fate: str, supersedes: str | None = None) -> str:
        name = f"{scan_id}-{officer}-{fate}"
        parts = {"scan_id": scan_id, "officer": officer, "decision_id": name, "supersedes": supersedes}
        archive.decide(replace(said, **parts, disposition=Disposition(fate), reason="why"))  # type: ignore[arg-type]
        return name

    for number, scan_id in enumerate(("agreed", "differ", "waits", "corrected")):
        examined(archive, scan_id, 20000 + number)
    for scan_id, fate in (("agreed", "release"), ("differ", "inspect"), ("waits", "release")):
        decide(scan_id, "lan", fate)
    for scan_id in ("agreed", "differ"):
        decide(scan_id, "bo", "release")
    decide("corrected", "lan", "release", decide("corrected", "lan", "hold"))
    decide("corrected", "bo", "release")
    assert clean(archive) == ["corrected", "agreed"]


def test_scans_are_read_once_and_those_behind_are_not_looked_through_again(archive: Archive) -> None:
    for number in range(3):
        examined(archive, f"old-{number}", 20000 + number)
    keep(archive, builders.scan(builders.view(level=30000), scan_id="late"))
    examined(archive, "new", 30001)
    assert archive.work.read_to() == 3
    attendant = Attendant(archive, lambda: None)
    assert [attendant.step() for _ in range(5)] == [True, True, True, True, False]
    assert attendant._read_to == 3
    archive.record(Analysis("late", MODEL, "model", "CPU", builders.found(), 0.1))
    assert [attendant.step() for _ in range(2)] == [True, False]
    assert attendant._read_to == archive.work.read_to() == 5
