import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import AbstractContextManager, closing
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.archive.database import only_process
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.inference.station import announcement, block, deliver, send_file, stream_scan
from cargoscope.scan import Scan
from tests import builders
from tests.inference.process import TICK_S, Running, running


def all_examined(folder: Path, scan_ids: list[str], timeout_s: float = 60.0) -> None:
    """Wait until each of these scans has the detections of a model."""
    end = monotonic() + timeout_s
    with Archive(folder) as archive:
        while any(archive.case(scan_id).status != "analysed" for scan_id in scan_ids):
            statuses = {scan_id: archive.case(scan_id).status for scan_id in scan_ids}
            assert monotonic() < end, statuses
            sleep(TICK_S)


def begin(r: Running, scan: Scan, columns: int) -> int:
    """Stream the first columns of a scan; how many the service says are on its disk. Then it is killed."""
    with opened(r) as socket:
        socket.send(json.dumps(announcement(scan)))
        assert json.loads(socket.recv(timeout=10))["type"] == "ready"
        for first in range(0, columns, 50):
            socket.send(block(scan, 0, first, 50))
        held = 0
        while held < columns:
            held = json.loads(socket.recv(timeout=10))["columns"]
        r.kill()
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=10)
    return held


def opened(r: Running) -> AbstractContextManager[ClientConnection]:
    url = r.service.url.replace("http", "ws")
    return connect(f"{url}/v1/stream", additional_headers=r.service.headers, compression=None)


def test_a_stream_survives_kill_9_and_goes_on_where_it_was(tmp_path: Path) -> None:
    scan = builders.scan(builders.cargo_view((300, 100, 330, 130)))
    whole = builders.scan(builders.cargo_view(seed=1), scan_id="whole")
    with running(tmp_path) as r:
        stream_scan(r.service, whole)
        held = begin(r, scan, 400)
        r.start()
        with opened(r) as socket:
            socket.send(json.dumps(announcement(scan)))
            assert json.loads(socket.recv(timeout=10)) == {"type": "ready", "columns": [held]}
        assert deliver(lambda: stream_scan(r.service, scan), "scan-1", threading.Event()) == "scan-1"
        all_examined(tmp_path, ["whole", "scan-1"])
        with Archive(tmp_path) as archive:
            assert np.array_equal(archive.open_scan("scan-1").views[0].pixels, scan.views[0].pixels)


def test_a_station_that_streams_on_its_own_outlives_kill_9_of_the_service(tmp_path: Path) -> None:
    scans = [builders.scan(builders.cargo_view(seed=i, width=1500), scan_id=f"scan-{i}") for i in range(5)]
    stored: list[str | None] = []
    stop = threading.Event()

    def play(r: Running) -> None:
        stored.extend(deliver(partial(stream_scan, r.service, scan), scan.scan_id, stop) for scan in scans)

    with running(tmp_path) as r:
        station = threading.Thread(target=play, args=(r,))
        station.start()
        try:
            while len(stored) < 2 and station.is_alive():
                sleep(TICK_S)
            r.kill()
            r.start()
            station.join(60)
        finally:
            stop.set()
            station.join()
        assert stored == [scan.scan_id for scan in scans]
        all_examined(tmp_path, [scan.scan_id for scan in scans])
        with Archive(tmp_path) as archive:
            for scan in scans:
                assert np.array_equal(archive.open_scan(scan.scan_id).views[0].pixels, scan.views[0].pixels)


def test_every_acknowledged_scan_gets_its_detections_after_kill_9_during_inference(tmp_path: Path) -> None:
    scans = [builders.scan(builders.cargo_view(seed=i, width=3000), scan_id=f"scan-{i}") for i in range(5)]
    with running(tmp_path) as r:
        acknowledged = [send_file(r.service, package_bytes(scan), f"{scan.scan_id}.scan") for scan in scans]
        while_examining(tmp_path)
        r.kill()
        with Archive(tmp_path) as archive:
            left = archive.next_pending()
        assert left is not None, "the service was faster than the kill: nothing was left to be examined"
        r.start()
        all_examined(tmp_path, acknowledged)
        with Archive(tmp_path) as archive:
            assert archive.check() == ([], [])
            assert archive.count() == len(scans)


def while_examining(folder: Path) -> None:
    """Wait until the worker has begun a scan and not finished it."""
    begun = "SELECT (SELECT count(*) FROM attempts) > (SELECT count(*) FROM analyses)"
    with closing(sqlite3.connect(folder / "archive.sqlite")) as connection:
        while not connection.execute(begun).fetchone()[0]:
            pass


def test_the_service_stops_on_ctrl_c_with_an_officer_listening(tmp_path: Path) -> None:
    with running(tmp_path) as r:
        with Archive(tmp_path) as archive:
            token = archive.accounts.open_session("lan", 1)
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.stream("GET", f"{r.service.url}/v1/events", headers=headers, timeout=20) as events:
            lines = events.iter_lines()
            assert next(lines) == "retry: 1000"
            began = monotonic()
            assert r.stop() == 0
            assert monotonic() - began < 5
            list(lines)
        assert "Traceback" not in r.log.read_text("utf-8")


def test_a_second_service_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with only_process(tmp_path / "service.lock"):
        command = [sys.executable, "-m", "cargoscope.cli", "serve", "--data-dir", str(tmp_path), "--no-console"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "another service runs on" in done.stderr
    assert "Traceback" not in done.stderr
