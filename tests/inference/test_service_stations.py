import io
from collections.abc import Iterator
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from cargoscope.datasets.formats.package import package_bytes
from cargoscope.scan import Scan
from tests import builders
from tests.inference.rig import Rig, rig, wait_for


def send(r: Rig, content: bytes, name: str = "x.scan", **headers: str) -> httpx.Response:
    return r.client.post("/v1/scans", files={"file": (name, io.BytesIO(content))}, headers=r.station | headers)  # type: ignore[return-value]


def test_a_scan_is_acknowledged_once_it_is_stored_and_again_for_the_same_bytes(tmp_path: Path) -> None:
    content = package_bytes(builders.scan())
    with rig(tmp_path) as r:
        first = send(r, content)
        assert first.status_code == 201
        assert first.json()["scan_id"] == "scan-1"
        assert first.json()["sha256"] == r.archive.stored("scan-1").sha256
        wait_for(r.archive, "scan-1")
        again = send(r, content, "other-name.scan")
        assert (again.status_code, again.json()["status"]) == (200, "analysed")
        assert r.archive.count() == 1


def test_a_scan_whose_file_went_missing_is_stored_again_before_it_is_acknowledged(tmp_path: Path) -> None:
    content = package_bytes(builders.scan())
    with rig(tmp_path) as r:
        send(r, content)
        wait_for(r.archive, "scan-1")
        file = r.archive.files.path(r.archive.stored("scan-1").file)
        for damage in (file.unlink, lambda: file.write_bytes(content[:-1])):
            damage()
            assert send(r, content).status_code == 200
            assert file.read_bytes() == content
        assert r.archive.count() == 1


def test_a_plain_image_gets_station_and_time_and_keeps_its_bytes(tmp_path: Path) -> None:
    pixels = np.full((40, 60), 30000, np.uint16)
    content = cv2.imencode(".png", pixels)[1].tobytes()
    with rig(tmp_path) as r:
        answer = send(r, content, "lane 3/truck.png")
        assert answer.status_code == 201, answer.text
        scan = r.archive.open_scan(answer.json()["scan_id"])
        assert scan.station_id == "gate-1"
        assert np.array_equal(scan.views[0].pixels[0], pixels)
        stored = r.archive.stored(scan.scan_id)
        assert r.archive.files.path(stored.file).read_bytes() == content
        assert send(r, content, "renamed.png").status_code == 200


def other_station(scan: Scan) -> bytes:
    return package_bytes(Scan(scan.scan_id, scan.taken_at, "gate-2", scan.views))


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (package_bytes(builders.scan(builders.view(level=1))), 409, "the archive holds another scan under that id"),
        (other_station(builders.scan(scan_id="new")), 400, "is a scan of station 'gate-2', the key is that of"),
        (b"nothing", 400, "must be a scan package, PNG, TIFF or JPEG"),
        (b"PK\x03\x04", 400, "damaged scan package"),
        (b"x" * 300_000, 413, "a scan may have 100000 bytes"),
        (b"x" * 120_000, 413, "at most 100000 bytes"),
    ],
)
def test_what_cannot_be_stored_is_refused_and_leaves_nothing(
    tmp_path: Path, content: bytes, status: int, sentence: str
) -> None:
    with rig(tmp_path, max_scan_bytes=100_000) as r:
        send(r, package_bytes(builders.scan()))
        answer = send(r, content)
        assert (answer.status_code, sentence in answer.json()["error"]) == (status, True), answer.text
        assert r.archive.count() == 1
        assert r.archive.check() == ([], [])
        assert list(r.archive.files.incoming.iterdir()) == []


def test_the_same_bytes_from_another_station_are_refused(tmp_path: Path) -> None:
    content = cv2.imencode(".png", np.full((40, 60), 30000, np.uint16))[1].tobytes()
    with rig(tmp_path) as r:
        send(r, content, "x.png")
        other = {"Authorization": f"Bearer {r.archive.accounts.add_station('gate-2')}"}
        answer = send(r, content, "x.png", **other)
        assert (answer.status_code, answer.json()["error"]) == (409, "x.png: station gate-1 has sent that scan already")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"json": {}}, "a scan is sent as multipart/form-data"),
        ({"files": {"wrong": b"x"}}, "no file in the field 'file'"),
        ({"data": {"file": "text"}, "files": {"other": b"x"}}, "no file in the field 'file'"),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, "the multipart body is damaged"),
        (
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary=b"}},
            "the multipart body is damaged",
        ),
    ],
)
def test_a_body_without_a_file_is_refused(tmp_path: Path, body: dict[str, object], sentence: str) -> None:
    with rig(tmp_path) as r:
        headers = body.pop("headers", {})
        assert isinstance(headers, dict)
        answer = r.client.post("/v1/scans", headers=r.station | headers, **body)  # type: ignore[arg-type]
        assert answer.status_code == 400
        assert sentence in answer.json()["error"]


def test_a_body_that_does_not_say_how_long_it_is_ends_at_the_limit(tmp_path: Path) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.scan"\r\n\r\n'
        while taken < 1000:
            taken += 1
            yield b"x" * 65536

    with rig(tmp_path, max_scan_bytes=100_000) as r:
        headers = r.station | {"Content-Type": "multipart/form-data; boundary=b"}
        answer = r.client.post("/v1/scans", headers=headers, content=endless())
        assert (answer.status_code, answer.json()["error"]) == (413, "a scan may have 100000 bytes, got more")


def test_a_station_needs_a_key_and_cannot_look(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        content = {"file": ("x.scan", b"x")}
        assert r.client.post("/v1/scans", files=content).status_code == 401
        wrong = {"Authorization": "Bearer csk_wrong"}
        assert r.client.post("/v1/scans", files=content, headers=wrong).status_code == 401
        assert r.client.post("/v1/scans", files=content, headers=r.log_in()).status_code == 401
        assert r.client.get("/v1/scans", headers=r.station).status_code == 401
