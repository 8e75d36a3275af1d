import json
import os
import struct
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

import numpy as np
import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from cargoscope.inference.streams import Streams
from cargoscope.inference.wire import Hello
from cargoscope.scan import Scan
from cargoscope.settings import Settings
from tests import builders
from tests.inference.rig import Rig, rig, wait_for

HEADER = struct.Struct("<BIH")


def hello(scan: Scan, **changed: Any) -> dict[str, Any]:
    views = [
        {
            "name": view.name,
            "energies": view.energies,
            "open_beam": view.open_beam,
            "height": view.size_wh[1],
            "pitch_mm": view.pitch_mm,
            "bits": view.bits,
        }
        for view in scan.views
    ]
    return {"scan_id": scan.scan_id, "taken_at": scan.taken_at.isoformat(), "views": views} | changed


def block(scan: Scan, first: int, n: int, view: int = 0) -> bytes:
    pixels = scan.views[view].pixels[:, :, first : first + n]
    return HEADER.pack(view, first, pixels.shape[2]) + pixels.astype("<u2").tobytes()


def columns(scan: Scan) -> list[int]:
    return [view.size_wh[0] for view in scan.views]


def finish(socket: WebSocketTestSession, scan: Scan) -> dict[str, Any]:
    """Say that these were all columns; what the service says besides acknowledging columns."""
    socket.send_json({"type": "end", "columns": columns(scan)})
    return told(socket)


def told(socket: WebSocketTestSession) -> dict[str, Any]:
    while True:
        message = dict(socket.receive_json())
        if message["type"] != "columns":
            return message


def stream(r: Rig) -> Any:
    return r.client.websocket_connect("/v1/stream", headers=r.station)


def test_a_streamed_scan_is_stored_exactly_and_examined(tmp_path: Path) -> None:
    top = builders.view(width=33, name="top", energies=("9MV",))
    scan = builders.scan(builders.cargo_view((200, 100, 230, 130)), top)
    with rig(tmp_path) as r:
        with stream(r) as socket:
            socket.send_json(hello(scan))
            assert socket.receive_json() == {"type": "ready", "columns": [0, 0]}
            for first in range(0, 600, 64):
                socket.send_bytes(block(scan, first, 64))
            socket.send_bytes(block(scan, 0, 33, view=1))
            assert finish(socket, scan)["type"] == "stored"
        kept = r.archive.open_scan(scan.scan_id)
        for sent, got in zip(scan.views, kept.views, strict=True):
            assert np.array_equal(sent.pixels, got.pixels)
        assert (kept.taken_at, kept.station_id) == (scan.taken_at, "gate-1")
        wait_for(r.archive, scan.scan_id)
        assert list((tmp_path / "streams" / "gate-1").iterdir()) == []


def test_a_stream_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    scan = builders.scan(builders.cargo_view())
    with rig(tmp_path) as r:
        with stream(r) as socket:
            socket.send_json(hello(scan))
            told(socket)
            socket.send_bytes(block(scan, 0, 100))
            assert socket.receive_json() == {"type": "columns", "view": 0, "columns": 100}
        with stream(r) as socket:
            socket.send_json(hello(scan))
            assert socket.receive_json() == {"type": "ready", "columns": [100]}
            socket.send_bytes(block(scan, 60, 200))
            socket.send_bytes(block(scan, 60, 20))
            socket.send_bytes(block(scan, 260, 340))
            assert finish(socket, scan)["type"] == "stored"
        assert np.array_equal(r.archive.open_scan("scan-1").views[0].pixels, scan.views[0].pixels)
        with stream(r) as socket:
            socket.send_json(hello(scan))
            assert socket.receive_json()["type"] == "stored"


def refused(r: Rig, *messages: bytes | dict[str, Any]) -> str:
    """The sentence with which a stream is refused."""
    with stream(r) as socket:
        for message in messages:
            if isinstance(message, bytes):
                socket.send_bytes(message)
            else:
                socket.send_json(message)
        while (answer := socket.receive_json())["type"] != "error":
            pass
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()
        return str(answer["error"])


def test_what_breaks_the_rules_is_refused_with_a_sentence(tmp_path: Path) -> None:
    scan = builders.scan(builders.view(width=40))
    with rig(tmp_path, max_height=100, max_columns=50) as r:
        assert "column 0 is next, got 10" in refused(r, hello(scan), block(scan, 10, 5))
        assert "views 0..0" in refused(r, hello(scan), b"\x07" + block(scan, 0, 5)[1:])
        assert "bytes, got" in refused(r, hello(scan), block(scan, 0, 5)[:-1])
        assert "[40] columns announced, [0] arrived" in refused(r, hello(scan), {"type": "end", "columns": [40]})
        assert "begun with another taken_at" in refused(r, hello(scan, taken_at="2026-01-01T00:00:00+00:00"))
        assert "time zone" in refused(r, hello(scan, scan_id="x", taken_at="2026-01-01T00:00:00"))
        assert "scan_id must be" in refused(r, hello(scan, scan_id="../x"))
        assert "no hello message" in refused(r, {"scan_id": 3})
        nameless = [hello(scan)["views"][0] | {"energies": [""] * len(scan.views[0].energies)}]
        assert "energies" in refused(r, hello(scan, scan_id="x", views=nameless))
        seconds = "2026-11-22T12:00:00+07:00:30"
        assert "taken_at" in refused(r, hello(scan, scan_id="x", taken_at=seconds))
        assert not (tmp_path / "streams" / "gate-1" / "x").exists()
        high = builders.scan(builders.view(height=101), scan_id="high")
        assert "at most 100 pixels high" in refused(r, hello(high))
        wide = builders.scan(builders.view(width=60), scan_id="wide")
        assert "at most 50 columns" in refused(r, hello(wide), block(wide, 0, 60))
        assert r.archive.count() == 0


def test_one_scan_is_streamed_by_one_connection_at_a_time(tmp_path: Path) -> None:
    scan = builders.scan()
    with rig(tmp_path) as r, stream(r) as socket:
        socket.send_json(hello(scan))
        told(socket)
        assert "is being streamed already" in refused(r, hello(scan))
        socket.send_bytes(block(scan, 0, 64))
        assert finish(socket, scan)["type"] == "stored"
        other = builders.scan(builders.view(height=20))
        assert "another scan under that id" in refused(r, hello(other))


def test_a_stranger_cannot_stream(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        with pytest.raises(WebSocketDisconnect), r.client.websocket_connect("/v1/stream"):
            pass
        wrong = {"Authorization": f"Bearer {json.dumps('x')}"}
        with pytest.raises(WebSocketDisconnect), r.client.websocket_connect("/v1/stream", headers=wrong):
            pass


def begin(r: Rig, scan: Scan, **station: str) -> dict[str, Any]:
    """Announce a scan, send its first 64 columns, wait until they are on the disk, break off; the first answer."""
    with r.client.websocket_connect("/v1/stream", headers=station or r.station) as socket:
        socket.send_json(hello(scan))
        answer = dict(socket.receive_json())
        if answer["type"] == "ready" and answer["columns"] == [0]:
            socket.send_bytes(block(scan, 0, 64))
            assert socket.receive_json() == {"type": "columns", "view": 0, "columns": 64}
    return answer


def unfinished(r: Rig) -> dict[str, tuple[str, list[int]]]:
    answer = r.client.get("/v1/streams", headers=r.station)
    assert answer.status_code == 200, answer.text
    return {row["scan_id"]: (row["state"], row["columns"]) for row in answer.json()}


def lay_untouched(folder: Path, hours: float) -> None:
    """Make it that long since anything came for the stream in a folder."""
    for path in (*folder.iterdir(), folder):
        os.utime(path, (time() - 3600 * hours,) * 2)


def test_one_stations_unfinished_streams_do_not_stop_another_station(tmp_path: Path) -> None:
    one, two, three = (builders.scan(builders.cargo_view(seed=i), scan_id=f"scan-{i}") for i in range(3))
    with rig(tmp_path, max_streams=2) as r:
        begin(r, one)
        begin(r, two)
        answer = begin(r, three)
        assert answer["retry"]
        assert "station gate-1 has 2 unfinished streams" in answer["error"]
        assert begin(r, two) == {"type": "ready", "columns": [64]}
        other = {"Authorization": f"Bearer {r.archive.accounts.add_station('gate-2')}"}
        assert begin(r, replace(three, station_id="gate-2"), **other) == {"type": "ready", "columns": [0]}
        assert unfinished(r) == {"scan-0": ("unfinished", [64]), "scan-1": ("unfinished", [64])}
        assert r.client.get("/v1/streams").status_code == 401


def test_a_stream_that_nobody_touched_for_long_makes_room_and_can_still_go_on(tmp_path: Path) -> None:
    one, two = (builders.scan(builders.cargo_view(seed=i), scan_id=f"scan-{i}") for i in range(2))
    with rig(tmp_path, max_streams=1, stream_stale_hours=3) as r:
        begin(r, one)
        lay_untouched(tmp_path / "streams" / "gate-1" / "scan-0", 2.9)
        assert begin(r, two)["retry"]
        lay_untouched(tmp_path / "streams" / "gate-1" / "scan-0", 3.1)
        assert begin(r, two) == {"type": "ready", "columns": [0]}
        assert unfinished(r) == {"scan-0": ("stale", [64]), "scan-1": ("unfinished", [64])}
        with stream(r) as socket:
            socket.send_json(hello(one))
            assert socket.receive_json() == {"type": "ready", "columns": [64]}
            assert unfinished(r)["scan-0"] == ("streaming", [64])
            socket.send_bytes(block(one, 64, 536))
            assert finish(socket, one)["type"] == "stored"
        assert np.array_equal(r.archive.open_scan("scan-0").views[0].pixels, one.views[0].pixels)
    waiting = Streams(Settings(data_dir=tmp_path)).unfinished()
    assert [(one.hello.scan_id, one.columns) for one in waiting] == [("scan-1", (64,))]


def test_listing_streams_beside_a_running_service_moves_nothing(tmp_path: Path) -> None:
    streams = Streams(Settings(data_dir=tmp_path))
    spool = streams.open(Hello.model_validate(hello(builders.scan())), "gate-1")
    lay_untouched(spool.folder, 3)
    listed = Streams(Settings(data_dir=tmp_path)).unfinished()
    assert [(one.state, one.folder) for one in listed] == [("stale", spool.folder)]
    assert spool.folder.is_dir()
    spool.close()


def test_at_the_start_only_columns_of_the_very_scan_that_is_stored_are_forgotten(tmp_path: Path) -> None:
    mine = builders.scan(builders.cargo_view())
    theirs = replace(mine, station_id="gate-2", views=(builders.cargo_view(seed=1),))
    hellos = {"gate-1": Hello.model_validate(hello(mine)), "gate-2": Hello.model_validate(hello(theirs))}
    streams = Streams(Settings(data_dir=tmp_path))
    for station_id, said in hellos.items():
        streams.open(said, station_id).close()
    left = streams.sweep(lambda _, station_id: station_id == "gate-1")
    assert [one.station_id for one in left] == ["gate-2"]
    assert [one.station_id for one in streams.unfinished()] == ["gate-2"]


def test_the_folders_of_a_stream_are_on_the_disk_before_a_column_is_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    really = os.fsync

    def fsync(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        really(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    streams = Streams(Settings(data_dir=tmp_path))
    spool = streams.open(Hello.model_validate(hello(builders.scan())), "gate-1")
    spool.close()
    for folder in (spool.folder, spool.folder.parent, streams.root, tmp_path):
        assert folder.stat().st_ino in synced, folder


def test_a_streamed_scan_whose_file_went_missing_is_streamed_again(tmp_path: Path) -> None:
    scan = builders.scan(builders.cargo_view())
    with rig(tmp_path) as r:
        for _ in range(2):
            with stream(r) as socket:
                socket.send_json(hello(scan))
                assert told(socket) == {"type": "ready", "columns": [0]}
                socket.send_bytes(block(scan, 0, 600))
                assert finish(socket, scan)["type"] == "stored"
            wait_for(r.archive, scan.scan_id)
            file = r.archive.files.path(r.archive.stored(scan.scan_id).file)
            assert file.is_file()
            file.unlink()
