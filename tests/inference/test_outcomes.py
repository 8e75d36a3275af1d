"""What physical examinations found, and their photographs."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from cargoscope.datasets.archive import Analysis
from tests import builders
from tests.inference.rig import Rig, keep, rig, wait_for

MODEL = "a" * 64
URL = "/v1/scans/scan-1"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
PAGE = b"<!doctype html><script>alert(1)</script>"


@contextmanager
def decided(folder: Path, **settings: Any) -> Iterator[Rig]:
    """A service with a 64×48 scan that lan sent to inspection; a technician, a data scientist and an auditor."""
    with rig(folder, **settings) as r:
        for role in ("technician", "data_scientist", "auditor"):
            r.archive.accounts.add_officer(role, role)
        with r.archive._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE officers SET must_change = 0")
        keep(r.archive, builders.scan())
        wait_for(r.archive, "scan-1")
        r.archive.record(Analysis("scan-1", MODEL, "model", "CPU", builders.found(builders.finding()), 0.9))
        r.archive.decide(builders.decision(builders.confirmed(0), model_id=MODEL))
        yield r


def picture(ending: str = ".jpg", side: int = 40) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 255, (side, side + 10, 3)).astype(np.uint8)
    done, content = cv2.imencode(ending, pixels)
    assert done
    return bytes(content.tobytes())


def send(r: Rig, content: bytes, name: str = "photo.jpg", officer: str = "lan") -> Any:
    return r.client.post(f"{URL}/photos", files={"file": (name, content)}, headers=r.log_in(officer))


def conclude(r: Rig, **body: Any) -> Any:
    return r.client.post(f"{URL}/outcome", json=body, headers=r.log_in())


def test_what_was_found_where_is_kept_with_its_photographs(tmp_path: Path) -> None:
    with decided(tmp_path) as r:
        content = picture()
        sent = send(r, content)
        photo = sent.json()
        assert sent.status_code == 201
        assert photo["photo_id"] == hashlib.sha256(content).hexdigest()
        assert (photo["media_type"], photo["width"], photo["height"]) == ("image/jpeg", 50, 40)
        assert send(r, content, "again.jpg").status_code == 200
        items = [
            {"kind": "cigarettes", "view": 0, "box": [1, 2, 30, 20]},
            {"kind": "firearm", "where": "in the spare wheel"},
        ]
        body = {"found": ["cigarettes"], "items": items, "photos": [photo["photo_id"]], "note": "two places"}
        made = conclude(r, opened=True, **body)
        assert made.status_code == 201
        card = r.client.get(URL, headers=r.log_in("auditor")).json()
        assert card["outcome"]["found"] == ["cigarettes", "firearm"]
        assert card["outcome"]["items"] == [
            {"kind": "cigarettes", "view": 0, "box": [1.0, 2.0, 30.0, 20.0], "where": ""},
            {"kind": "firearm", "view": None, "box": None, "where": "in the spare wheel"},
        ]
        assert [one["photo_id"] for one in card["photos"]] == card["outcome"]["photos"] == [photo["photo_id"]]
        assert r.client.get(URL, headers=r.log_in("data_scientist")).json()["photos"] == []


def test_a_photograph_is_served_as_it_came_and_only_to_who_may_see_it(tmp_path: Path) -> None:
    with decided(tmp_path) as r:
        content = picture(".png")
        address = f"{URL}/photos/{send(r, content).json()['photo_id']}"
        answer = r.client.get(address, headers=r.log_in("auditor"))
        assert answer.content == content
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "private" in answer.headers["cache-control"]
        for role in ("technician", "data_scientist"):
            assert r.client.get(address, headers=r.log_in(role)).status_code == 403
        assert r.client.get(address).status_code == 401
        keep(r.archive, builders.scan(builders.view(level=9), scan_id="scan-2"))
        assert r.client.get(address.replace("scan-1", "scan-2"), headers=r.log_in()).status_code == 404
        assert send(r, content, officer="auditor").status_code == 403


def test_a_photograph_whose_file_went_missing_is_refused_in_words(tmp_path: Path) -> None:
    with decided(tmp_path) as r:
        address = f"{URL}/photos/{send(r, picture('.png')).json()['photo_id']}"
        (file,) = (tmp_path / "photos").glob("??/*.photo")
        file.unlink()
        answer = r.client.get(address, headers=r.log_in())
        assert (answer.status_code, "is missing from the archive" in answer.json()["error"]) == (404, True)


def test_only_whole_pictures_of_a_limited_size_are_taken(tmp_path: Path) -> None:
    with decided(tmp_path, max_photo_bytes=20_000) as r:
        for content, status in (
            (GIF, 400),
            (PAGE, 400),
            (picture()[:400], 400),
            (b"\xff\xd8\xff" + PAGE, 400),
            (b"", 400),
            (picture(".png", 300), 413),
        ):
            answer = send(r, content)
            assert answer.status_code == status, (content[:20], answer.text)
        bomb = bytearray(picture(".png"))
        bomb[16:24] = (60000).to_bytes(4, "big") * 2
        assert send(r, bytes(bomb)).status_code in (400, 413)
        assert r.client.get(URL, headers=r.log_in()).json()["photos"] == []
        assert not [path for path in (tmp_path / "photos").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"opened": False, "found": ["firearm"]}, "not opened, so nothing found"),
        ({"opened": True, "items": [{"kind": "firearm", "view": 3}]}, "the scan has views 0..0, got 3"),
        ({"opened": True, "items": [{"kind": "firearm", "box": [0, 0, 5, 5]}]}, "a box is of a view"),
        ({"opened": True, "items": [{"kind": "firearm", "view": 0, "box": [0, 0, 99, 5]}]}, "within 64×48 pixels"),
        ({"opened": True, "items": [{"kind": "dragon"}]}, "dragon"),
        ({"opened": True, "photos": ["f" * 64]}, "no photograph"),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused(tmp_path: Path, body: dict[str, Any], sentence: str) -> None:
    with decided(tmp_path) as r:
        answer = conclude(r, **body)
        assert (answer.status_code, sentence in answer.json()["error"]) == (422, True), answer.text
        assert r.archive.case("scan-1").outcome is None


def test_nothing_found_and_not_opened_are_different_things(tmp_path: Path) -> None:
    with decided(tmp_path) as r:
        assert conclude(r, opened=False).status_code == 201
        assert [one.source for one in r.archive.feedback()] == ["officer"]
        assert conclude(r, opened=True).status_code == 201
        [feedback] = r.archive.feedback()
        assert (feedback.source, feedback.outcome and feedback.outcome.found) == ("opened", ())
