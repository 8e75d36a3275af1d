from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cargoscope.inference.service import MAX_BODY
from tests import builders
from tests.inference.rig import PASSWORD, keep, rig, wait_for


def test_an_officer_logs_in_sees_the_worklist_and_decides(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        scan = builders.scan(builders.cargo_view((200, 100, 230, 130)))
        keep(r.archive, scan)
        wait_for(r.archive, scan.scan_id)
        assert r.client.post("/v1/login", json={"name": "lan", "password": PASSWORD}).json() == {
            "name": "lan",
            "roles": ["officer"],
            "must_change_password": False,
        }
        [row] = r.client.get("/v1/scans").json()
        assert row["status"] == "analysed"
        assert row["top_kind"] == "firearm"
        card = r.client.get("/v1/scans/scan-1").json()
        body = {
            "model_id": card["model"]["model_id"],
            "verdicts": [{"finding": f["index"], "judgement": "confirm"} for f in card["findings"]],
            "added": [{"view": 0, "box": [1, 2, 30, 40], "kind": "cigarettes"}],
            "disposition": "inspect",
            "reason": "dense object",
            "dwell_s": 4.5,
        }
        made = r.client.post("/v1/scans/scan-1/decisions", json=body)
        assert made.status_code == 201, made.text
        assert r.client.get("/v1/scans").json() == []
        [row] = r.client.get("/v1/scans?state=decided").json()
        assert (row["disposition"], row["officer"]) == ("inspect", "lan")
        [feedback] = r.archive.feedback()
        assert feedback.decision.decision_id == made.json()["decision_id"]


def test_a_tile_is_the_raw_pixels(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        view = builders.cargo_view(width=600, height=240)
        keep(r.archive, builders.scan(view))
        card = r.client.get("/v1/scans/scan-1", headers=r.log_in()).json()
        top = card["views"][0]["levels"] - 1
        answer = r.client.get(f"/v1/scans/scan-1/views/0/tiles/{top}/1_0", headers=r.log_in())
        planes = np.frombuffer(answer.content, "<u2").reshape(2, 240, 88)
        assert np.array_equal(planes, view.pixels[:, :, 512:])
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "Cookie, Authorization"
        tag = {"If-None-Match": answer.headers["etag"]}
        again = r.client.get(f"/v1/scans/scan-1/views/0/tiles/{top}/1_0", headers=r.log_in() | tag)
        assert again.status_code == 304


def test_a_page_of_the_worklist_beyond_all_numbers_is_refused(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        assert r.client.get(f"/v1/scans?offset={10**30}", headers=r.log_in()).status_code == 422


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc"])
def test_the_interface_does_not_describe_itself_to_strangers(tmp_path: Path, path: str) -> None:
    with rig(tmp_path) as r:
        assert r.client.get(path).status_code == 404


def test_a_body_that_would_fill_the_memory_is_refused_before_anybody_reads_it(tmp_path: Path) -> None:
    def blocks() -> Iterator[bytes]:
        yield from (bytes(1024 * 1024) for _ in range(8))

    with rig(tmp_path) as r:
        for path in ("/v1/login", "/v1/scans/x/decisions"):
            answer = r.client.post(path, content=bytes(MAX_BODY + 1), headers={"Content-Type": "application/json"})
            assert (answer.status_code, "at most" in answer.json()["error"]) == (413, True)
        assert r.client.post("/v1/login", content=blocks()).status_code == 413


@pytest.mark.parametrize("path", ["/v1/scans", "/v1/scans/x", "/v1/model", "/v1/taxonomy", "/v1/me", "/v1/events"])
def test_nothing_is_open_to_a_stranger(tmp_path: Path, path: str) -> None:
    with rig(tmp_path) as r:
        answer = r.client.get(path)
        assert answer.status_code == 401
        assert "logged in" in answer.json()["error"]
