"""What mounting the console adds to the service, and what it needs."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from cargoscope.errors import ServiceError
from cargoscope.ui import console


def test_without_the_viewers_bundle_the_console_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "HERE", tmp_path)
    with pytest.raises(ServiceError, match="npm run build"):
        console.mount(FastAPI(), "http://localhost")


def test_the_login_pages_let_no_other_site_frame_or_script_them() -> None:
    with TestClient(console.mount(FastAPI(), "http://localhost")) as client:
        for path in ("/login", "/password"):
            page = client.get(path)
            assert page.status_code == 200
            assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
            assert "http" not in page.text
        assert client.get("/", follow_redirects=False).headers["Location"] == "/console/"


def test_a_service_that_is_away_is_an_answer_and_not_a_crash() -> None:
    with TestClient(console.mount(FastAPI(), "http://127.0.0.1:9")) as client:
        answer = client.get("/console/", headers={"Accept": "text/html"})
    assert answer.status_code == 503
    assert "does not answer" in answer.json()["detail"]
