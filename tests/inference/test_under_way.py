"""Trucks that are still in the tunnel, and the status bar."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from starlette.testclient import WebSocketTestSession

from cargoscope.detections import Detections
from cargoscope.errors import CargoscopeError
from cargoscope.scan import Scan
from tests import builders
from tests.inference.rig import Rig, keep, rig, wait_for
from tests.inference.test_streaming import block, finish, hello


def begin(socket: WebSocketTestSession, scan: Scan, n: int) -> None:
    """Announce a scan and send its first columns; back when they are on the disk."""
    socket.send_json(hello(scan))
    assert socket.receive_json()["type"] == "ready"
    socket.send_bytes(block(scan, 0, n))
    assert socket.receive_json() == {"type": "columns", "view": 0, "columns": n}


def rows(r: Rig, **question: Any) -> list[dict[str, Any]]:
    answer = r.client.get("/v1/scans", params={"provisional": True} | question, headers=r.log_in())
    return list(answer.json())


def test_a_truck_in_the_tunnel_is_a_row_with_what_the_model_says_of_it_so_far(tmp_path: Path) -> None:
    with rig(tmp_path, provisional_columns=32) as r:
        keep(r.archive, builders.scan(scan_id="whole"))
        wait_for(r.archive, "whole")
        coming = builders.scan(builders.view(width=64, level=30000), scan_id="coming")
        with r.client.websocket_connect("/v1/stream", headers=r.station) as socket:
            begin(socket, coming, 40)
            end = monotonic() + 20
            while rows(r)[0]["score"] is None:
                assert monotonic() < end, "nobody looked at the columns that arrived"
                sleep(0.05)
            first, second = rows(r)
            assert (first["scan_id"], first["status"], first["provisional"], first["width"]) == (
                "coming",
                "streaming",
                True,
                40,
            )
            assert (first["truck_waits"], first["leased_by"]) == (True, None)
            assert (second["scan_id"], second["provisional"]) == ("whole", False)
            assert [row["scan_id"] for row in rows(r, provisional=False)] == ["whole"]
            assert [row["scan_id"] for row in rows(r, station="gate-9")] == []
            told = [event.body for event in r.archive.events_after(0) if event.kind == "stream"]
            begun = {"scan_id": "coming", "station_id": "gate-1", "columns": 0, "score": None}
            assert told == [begun, begun | {"columns": 40, "score": first["score"]}]
            assert [row["scan_id"] for row in rows(r, state="decided")] == []
            socket.send_bytes(block(coming, 40, 24))
            assert finish(socket, coming)["type"] == "stored"
        wait_for(r.archive, "coming")
        assert all(not row["provisional"] for row in rows(r))


def test_consoles_hear_that_a_stream_broke_off(tmp_path: Path) -> None:
    with rig(tmp_path, provisional_columns=0) as r:
        coming = builders.scan(builders.view(width=64, level=30000), scan_id="coming")
        with r.client.websocket_connect("/v1/stream", headers=r.station) as socket:
            begin(socket, coming, 40)
            assert [row["scan_id"] for row in rows(r)] == ["coming"]
        end = monotonic() + 20
        while len(told := [event.body for event in r.archive.events_after(0) if event.kind == "stream"]) < 2:
            assert monotonic() < end, "nobody was told"
            sleep(0.01)
        assert told[-1] == {"scan_id": "coming", "station_id": "gate-1", "columns": None, "score": None}
        assert rows(r) == []


def test_that_a_stream_broke_off_is_told_before_it_can_begin_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig(tmp_path, provisional_columns=0) as r:
        streams, announce = r.client.app.state.parts.streams, r.archive.announce  # type: ignore[attr-defined]
        is_free: list[bool] = []

        def told(kind: str, body: dict[str, Any]) -> None:
            if body["columns"] is None:
                try:
                    with streams.alone("gate-1", "coming"):
                        is_free.append(True)
                except CargoscopeError:
                    is_free.append(False)
            announce(kind, body)

        monkeypatch.setattr(r.archive, "announce", told)
        coming = builders.scan(builders.view(width=64, level=30000), scan_id="coming")
        with r.client.websocket_connect("/v1/stream", headers=r.station) as socket:
            begin(socket, coming, 40)
        end = monotonic() + 20
        while not is_free:
            assert monotonic() < end, "nobody was told"
            sleep(0.01)
        assert is_free == [False]


def test_a_glimpse_that_fails_is_no_clean_scan(tmp_path: Path) -> None:
    with rig(tmp_path, provisional_columns=32) as r:
        keep(r.archive, builders.scan(scan_id="whole"))
        wait_for(r.archive, "whole")
        assert r.worker.detector is not None

        class Broken:
            def examine(self, scan: Scan) -> tuple[Detections, float]:
                raise ValueError(f"{scan.scan_id} cannot be examined")

        from cargoscope.inference.provisional import Provisional

        streams = r.client.app.state.parts.streams  # type: ignore[attr-defined]
        with r.client.websocket_connect("/v1/stream", headers=r.station) as socket:
            coming = builders.scan(builders.view(level=30000), scan_id="coming")
            begin(socket, coming, 40)
            looking = Provisional(streams, 32)
            assert looking.look(Broken()) is not None
            glimpse = looking.of("gate-1", "coming")
            assert glimpse is not None
            assert (glimpse.columns, glimpse.found, glimpse.score) == (40, None, None)
            assert looking.look(Broken()) is None


def test_the_status_bar_tells_of_model_queue_and_calibration(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        keep(r.archive, builders.scan())
        wait_for(r.archive, "scan-1")
        at = datetime.now(UTC) - timedelta(hours=3)
        told = r.client.put("/v1/stations/me/calibration", json={"calibrated_at": at.isoformat()}, headers=r.station)
        assert told.status_code == 204
        early = {"calibrated_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
        assert r.client.put("/v1/stations/me/calibration", json=early, headers=r.station).status_code == 400
        naked = {"calibrated_at": "2026-11-22T08:00:00"}
        assert r.client.put("/v1/stations/me/calibration", json=naked, headers=r.station).status_code == 422
        status = r.client.get("/v1/status", headers=r.log_in()).json()
        assert (status["model_name"], status["provider"], status["trouble"]) == ("tiny", "CPUExecutionProvider", None)
        assert (status["waiting"], status["not_analysed"], status["pending"]) == (1, 0, 0)
        assert 0 < status["oldest_wait_s"] < 60
        [gate] = status["stations"]
        assert gate["station_id"] == "gate-1"
        assert 3 * 3600 <= gate["calibration_age_s"] < 3 * 3600 + 60
        assert gate["last_scan_at"]
        site = r.client.get("/v1/site", headers=r.log_in()).json()
        assert (site["picking"], site["oidc"], site["codes_required"]) == ("free", False, [])
        assert {"code", "text", "dispositions"} == set(site["reasons"][0])
