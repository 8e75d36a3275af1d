"""Logging in at a real OpenID provider, as a person does it in a browser."""

import socket
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage
from tests.inference.openid_provider import CLIENT_ID, CLIENT_SECRET, PASSWORD, provider
from tests.ui.house import house

pytest.importorskip("canaille", reason="the OpenID provider of the tests is not installed (extra 'dev')")


THEIRS = r"404 \(NOT FOUND\)"
"""The provider's pages ask for files that it does not have; the service would write "Not Found"."""


def test_an_officer_comes_to_the_desk_by_way_of_the_sites_own_login_and_leaves_again(
    tmp_path: Path, open_page: OpenPage
) -> None:
    page = open_page(THEIRS)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    here = f"http://127.0.0.1:{port}"
    (tmp_path / "secret").write_text(CLIENT_SECRET, "utf-8")
    with provider(f"{here}/v1/oidc/callback") as there:
        oidc = {
            "issuer": there,
            "client_id": CLIENT_ID,
            "client_secret_file": str(tmp_path / "secret"),
            "public_url": here,
            "scopes": ["openid", "profile", "groups"],
            "name_claim": "name",
            "roles": {"canteen": ["officer"]},
        }
        with house(tmp_path, {"oidc": oidc}, port) as site:
            page.goto(f"{site.url}/login")
            expect(page.locator("[data-other]")).to_be_visible()
            page.locator("[data-other]").press("Enter")
            page.wait_for_url(f"{there}/**")
            page.fill("[name=login]", "mai")
            page.locator("[name=login]").press("Enter")
            page.fill("[name=password]", PASSWORD)
            page.locator("[name=password]").press("Enter")
            page.wait_for_selector(".cs-link.is-up")
            assert page.url.startswith(f"{site.url}/console")
            expect(page.locator("[data-part=officer]")).to_have_text("mai")
            page.click("[data-part=logout]")
            page.wait_for_url("**/login")
            page.goto(f"{site.url}/console/")
            assert page.url == f"{site.url}/login"
            page.close()
