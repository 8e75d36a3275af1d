import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.formats.package import package_bytes, write_package
from cargoscope.datasets.simulation.simulate import Plan
from cargoscope.errors import AuthError, RefusedError, ServiceError
from cargoscope.inference.gate import deliveries
from cargoscope.inference.playing import Outbox, Play, play_folder, play_simulated
from cargoscope.inference.station import Service, deliver, send_file, stream_scan
from tests import builders
from tests.datasets.formats.test_station_xml import MANIFEST, data_form
from tests.inference.process import Running, running


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("live")) as r:
        yield r


@contextmanager
def archive_of(live: Running) -> Iterator[Archive]:
    with Archive(live.folder) as archive:
        yield archive


def failing(times: int, error: Exception, stop: threading.Event | None = None) -> Any:
    """Something to deliver that fails a few times."""
    left = [times]

    def send() -> str:
        if left[0]:
            left[0] -= 1
            if stop and not left[0]:
                stop.set()
            raise error
        return "scan-1"

    return send


class Impatient(threading.Event):
    """An event on which nobody waits; it notes how long they would have."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0)
        return self.is_set()


def test_a_station_tries_again_ever_more_slowly_until_the_scan_is_stored() -> None:
    stop = Impatient()
    assert deliver(failing(9, ServiceError("down")), "x", stop) == "scan-1"
    assert len(stop.waits) == 9
    assert stop.waits[0] < 0.4
    assert stop.waits[0] < stop.waits[3] < stop.waits[6]
    assert max(stop.waits) <= 15 * 1.25


def test_a_station_that_is_told_to_stop_does_not_claim_that_the_scan_is_stored() -> None:
    stop = Impatient()
    assert deliver(failing(5, ServiceError("down"), stop), "x", stop) is None


@pytest.mark.parametrize("error", [RefusedError("no"), AuthError("who?")])
def test_what_will_never_be_taken_is_not_tried_again(error: Exception) -> None:
    with pytest.raises(type(error)):
        deliver(failing(1, error), "x", Impatient())


def test_streamed_and_sent_scans_arrive_whole(live: Running) -> None:
    scan = builders.scan(builders.cargo_view(width=333), builders.view(width=70, name="top"), scan_id="streamed")
    assert stream_scan(live.service, scan) == "streamed"
    assert stream_scan(live.service, scan) == "streamed"
    sent = builders.scan(builders.cargo_view(seed=5), scan_id="sent")
    assert send_file(live.service, package_bytes(sent), "sent.scan") == "sent"
    with archive_of(live) as archive:
        for expected in (scan, sent):
            views = archive.open_scan(expected.scan_id).views
            assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(views, expected.views, strict=True))


@pytest.mark.parametrize(
    ("url", "by_proxy"),
    [("http://127.0.0.1:8400", False), ("http://localhost", False), ("http://[::1]:1", False), ("http://hub:1", True)],
)
def test_the_way_to_this_machine_itself_needs_no_proxy(url: str, by_proxy: bool) -> None:
    assert Service(url, "x").by_proxy is by_proxy


def test_a_wrong_key_and_a_wrong_scan_are_told_apart_from_a_service_that_is_away(live: Running) -> None:
    scan = builders.scan(scan_id="mine")
    stranger = Service(live.service.url, "csk_wrong")
    away = Service("http://127.0.0.1:9", "x")
    theirs = replace(scan, station_id="gate-9")
    with pytest.raises(AuthError):
        stream_scan(stranger, scan)
    with pytest.raises(AuthError):
        send_file(stranger, package_bytes(scan), "x")
    with pytest.raises(ServiceError, match="broke off"):
        stream_scan(away, scan)
    with pytest.raises(ServiceError, match="cannot be reached"):
        send_file(away, b"", "x")
    with pytest.raises(RefusedError, match="is a scan of station 'gate-9'"):
        send_file(live.service, package_bytes(theirs), "x.scan")
    stream_scan(live.service, scan)
    with pytest.raises(RefusedError, match="another scan under that id"):
        stream_scan(live.service, builders.scan(builders.view(height=7), scan_id="mine"))


def test_a_stream_that_is_refused_midway_says_why(live: Running) -> None:
    wide = builders.scan(builders.view(width=70_000, height=2, energies=("9MV",)), scan_id="wide")
    with pytest.raises(RefusedError, match="at most 65536 columns"):
        stream_scan(live.service, wide)


@pytest.mark.parametrize("streamed", [True, False])
def test_a_folder_is_played_past_files_that_are_no_scans(live: Running, tmp_path: Path, streamed: bool) -> None:
    names = [f"played-{streamed}-{number}" for number in range(2)]
    for number, name in enumerate(names):
        level = 1000 * number + 1 + streamed
        write_package(tmp_path / f"{name}.scan", builders.scan(builders.view(level=level), scan_id=name))
    (tmp_path / "notes.txt").write_text("no scan")
    files, problems = deliveries(sorted(tmp_path.iterdir()))
    assert problems == ()
    [(path, why)] = play_folder(live.service, files, 0, streamed, threading.Event())
    assert path.name == "notes.txt"
    assert "notes.txt" in why
    with archive_of(live) as archive:
        assert {archive.stored(name).scan_id for name in names} == set(names)


def picture(path: Path, level: int) -> None:
    grey = np.full((40, 60), 250, np.uint8)
    grey[10:30, 20:40] = level
    cv2.imwrite(str(path), grey)


@pytest.mark.parametrize("streamed", [True, False])
def test_what_a_scanners_xml_says_goes_with_its_scan_and_a_damaged_xml_loses_none(
    live: Running, tmp_path: Path, streamed: bool
) -> None:
    truck = f"xml-{streamed}"
    picture(tmp_path / "with.jpg", 90 + streamed)
    picture(tmp_path / "snap.jpg", 10)
    picture(tmp_path / "orphan.jpg", 120 + streamed)
    (tmp_path / "with.xml").write_text(data_form(truck, date="2026-11-22T12:00:00", image="WITH.JPG"))
    damaged = data_form("other", image="orphan.jpg").replace("</Site>", "</Sight>")
    (tmp_path / "orphan.xml").write_text(damaged)
    found, (problem,) = deliveries(sorted(tmp_path.iterdir()), timezone(timedelta(hours=7)))
    assert problem.startswith("orphan.xml: line 2")
    assert [one.name for one in found] == ["orphan.jpg", "with.jpg"], "photographs are no scans"
    assert play_folder(live.service, found, 0, streamed, threading.Event(), (4.5, 4.0)) == []
    with archive_of(live) as archive:
        stored = archive.stored(truck)
        assert stored.taken_at.astimezone(UTC) == datetime(2026, 11, 22, 5, tzinfo=UTC)
        told = archive.declarations.of(truck)
        assert told.numbers == {"CSQU3054383"}
        assert told.declared_empty is True
        assert archive.open_scan(truck).views[0].pitch_mm == (4.5, 4.0)
        assert archive.count("gate-1") >= 2


def test_images_of_one_record_are_views_of_one_scan(tmp_path: Path) -> None:
    for name, level in (("a.jpg", 90), ("b.jpg", 120)):
        picture(tmp_path / name, level)
    second = '</Resource><Resource Type="img" IsPreview="false">b.jpg'
    (tmp_path / "x.xml").write_text(data_form("pair", image=f"a.jpg{second}"))
    [one], problems = deliveries(sorted(tmp_path.iterdir()))
    assert problems == ()
    scan = one.scan()
    assert (scan.scan_id, len(scan.views), len({view.name for view in scan.views})) == ("pair", 2, 2)


def test_a_container_number_with_a_wrong_check_digit_is_never_declared(live: Running, tmp_path: Path) -> None:
    picture(tmp_path / "77001-xray.jpg", 77)
    (tmp_path / "m.xml").write_text(MANIFEST)
    found, _ = deliveries(sorted(tmp_path.iterdir()))
    assert play_folder(live.service, found, 0, False, threading.Event()) == []
    with archive_of(live) as archive:
        assert archive.stored("77001").scan_id == "77001"
        assert archive.declarations.of("77001").numbers == frozenset()


def test_a_scan_in_the_outbox_that_cannot_be_read_is_kept_aside_and_holds_up_no_other(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.put(builders.scan()).write_bytes(b"half a pack")
    outbox.deliver(Service("http://127.0.0.1:9", "x"), tmp_path / "scan-1.scan", True, Impatient())
    assert (outbox.waiting(), [path.name for path in outbox.refused()]) == ([], ["scan-1.scan"])


def test_a_simulated_station_keeps_its_scans_until_they_are_stored(live: Running, tmp_path: Path) -> None:
    plan = Plan(profile="linac-6-4", seed=3)
    with archive_of(live) as archive:
        key = archive.accounts.add_station("sim-linac-6-4")
    outbox = Outbox(tmp_path / "outbox")
    never = threading.Event()
    away = Service("http://127.0.0.1:9", key)
    stopping = Stopping(after=3)
    play_simulated(away, Play(plan, 0, 0, count=1), outbox, stopping, never)
    [waiting] = outbox.waiting()
    assert waiting.name == "sim-linac-6-4-train-3-000000.scan"
    play_simulated(Service(live.service.url, key), Play(plan, 1, 0, count=1), outbox, threading.Event(), never)
    assert outbox.waiting() == []
    with archive_of(live) as archive:
        assert archive.count("sim-linac-6-4") == 2


class Stopping(Impatient):
    """Set once it was waited for a few times."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def wait(self, timeout: float | None = None) -> bool:
        if len(self.waits) + 1 >= self.after:
            self.set()
        return super().wait(timeout)


def test_a_refused_scan_is_kept_aside(live: Running, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    path = outbox.put(builders.scan(scan_id="refused-1", station_id="gate-9"))
    outbox.deliver(live.service, path, False, threading.Event())
    assert outbox.waiting() == []
    assert [path.name for path in outbox.refused()] == ["refused-1.scan"]
