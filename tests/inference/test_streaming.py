import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from cargoscope.scan import Scan
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
        assert list((tmp_path / "streams").iterdir()) == []


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
        assert not (tmp_path / "streams" / "x").exists()
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
