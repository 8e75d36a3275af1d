"""What mounting the console adds to the service, and what it needs."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from cargoscope.errors import ServiceError
from cargoscope.ui import console
from tests.inference.rig import PASSWORD
from tests.ui.house import house

pytestmark = pytest.mark.usefixtures("chromium")
"""Where no event loop runs, Gradio makes some that it never closes; Playwright's runs."""


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


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.localhost"}])
def test_another_sites_page_cannot_use_the_console_with_the_officers_cookie(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    with house(tmp_path) as service, httpx.Client(base_url=service.url, trust_env=False) as client:
        client.post("/v1/login", json={"name": "lan", "password": PASSWORD}).raise_for_status()
        desk = next(part["id"] for part in client.get("/console/config").json()["components"] if part["type"] == "html")
        question = {"fn_name": "worklist", "component_id": desk, "session_hash": "x", "data": {"state": "open"}}
        own = client.post("/console/gradio_api/component_server", json=question)
        assert own.json() == {"rows": [], "total": 0}
        other = client.post("/console/gradio_api/component_server", json=question, headers=headers)
        assert (other.status_code, "another site" in other.text) == (403, True)
