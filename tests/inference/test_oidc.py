"""Logging in at a real OpenID provider that runs on loopback, in a process of its own."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cargoscope.errors import AuthError, SettingsError
from cargoscope.inference.oidc import OpenId
from cargoscope.provider import Provider
from tests.inference.openid_provider import CLIENT_ID, CLIENT_SECRET, PASSWORD, provider
from tests.inference.rig import Rig, rig

pytest.importorskip("canaille", reason="the OpenID provider of the tests is not installed (extra 'dev')")

CALLBACK: Final = "http://localhost/v1/oidc/callback"
ROLES: Final = {"customs-officers": ["officer"], "customs-chiefs": ["supervisor"]}


@dataclass
class Over:
    """The provider. table: the settings that a service needs to use it."""

    url: str
    table: dict[str, Any]


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Over]:
    secret = tmp_path_factory.mktemp("secret") / "client-secret"
    secret.write_text(CLIENT_SECRET + "\n", "utf-8")
    with provider(CALLBACK) as url:
        table = {
            "issuer": url,
            "client_id": CLIENT_ID,
            "client_secret_file": str(secret),
            "public_url": "http://localhost",
            "scopes": ["openid", "profile", "groups"],
            "name_claim": "name",
            "roles": ROLES,
        }
        yield Over(url, table)


@contextmanager
def service(folder: Path, over: Over) -> Iterator[Rig]:
    with rig(folder, oidc=over.table) as r:
        yield r


def begin(r: Rig) -> str:
    """Press the button; where the browser is sent."""
    answer = r.client.get("/v1/oidc/login", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    return str(answer.headers["location"])


def over_there(address: str, name: str, password: str = PASSWORD) -> str:
    """Log in at the provider's own pages, as a person does, and agree; where it sends the browser back to."""
    with httpx.Client(trust_env=False, timeout=60) as browser:
        answer = browser.get(address)
        for _ in range(10):
            if answer.is_redirect:
                to = str(answer.url.join(answer.headers["location"]))
                if to.startswith(CALLBACK):
                    return to
                answer = browser.get(to)
                continue
            fields = set(re.findall(r'name="(\w+)"', answer.text))
            told = {"login": name} if "login" in fields else {"password": password}
            answer = browser.post(answer.url, data=told if fields & {"login", "password"} else {"answer": "accept"})
            assert "Login failed" not in answer.text
    raise AssertionError(f"the provider never came to an end, last at {answer.url}")


def test_who_is_in_none_of_the_groups_does_not_come_in(tmp_path: Path, over: Over) -> None:
    with service(tmp_path, over) as r:
        assert r.client.get("/v1/login").json()["oidc"]
        address = begin(r)
        assert "code_challenge_method=S256" in address
        back = over_there(address, "mai")
        refused = r.client.get(back)
        assert (refused.status_code, "gives you no role here" in refused.text) == (403, True)
        assert r.client.get("/v1/me").status_code == 401


def test_an_officer_logs_in_over_there_and_has_the_roles_of_their_groups(tmp_path: Path, over: Over) -> None:
    with service(tmp_path, over) as r:
        with r.archive._engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM officer_roles")
            connection.exec_driver_sql("DELETE FROM officers")
        back = over_there(begin(r), "lan")
        planted = r.client.cookies.get("cargoscope_oidc")
        answer = r.client.get(back)
        assert (answer.status_code, "Logged in as lan" in answer.text) == (200, True), answer.text
        cookie = answer.headers.get_list("set-cookie")[0].lower()
        assert "samesite=strict" in cookie
        assert r.client.get("/v1/me").json() == {
            "name": "lan",
            "roles": ["officer", "supervisor"],
            "must_change_password": False,
        }
        r.client.cookies.set("cargoscope_oidc", str(planted), path="/v1/oidc")
        again = r.client.get(back)
        assert (again.status_code, "did not accept the code" in again.text) == (401, True), again.text
        [account] = [one for one in r.archive.people.all() if one.name == "lan"]
        assert account.subject == f"{over.url}|lan"
        for body in ({"name": "lan", "password": "none"}, {"name": "lan", "password": PASSWORD}):
            assert r.client.post("/v1/login", json=body).status_code == 401
        r.archive.people.allow("lan", False, by="test")
        closed = r.client.get(over_there(begin(r), "lan"))
        assert (closed.status_code, "may not log in" in closed.text) == (401, True)


def test_nobody_takes_over_a_local_account_by_being_called_like_it(tmp_path: Path, over: Over) -> None:
    with service(tmp_path, over) as r:
        answer = r.client.get(over_there(begin(r), "bo"))
        assert answer.status_code == 409, answer.text
        assert r.client.get("/v1/me").status_code == 401
        assert r.client.post("/v1/login", json={"name": "bo", "password": "a long enough password"}).status_code == 200


def test_an_answer_that_this_browser_did_not_ask_for_opens_no_session(tmp_path: Path, over: Over) -> None:
    with service(tmp_path, over) as r:
        back = over_there(begin(r), "bo")
        mine = r.client.cookies.get("cargoscope_oidc")
        r.client.cookies.clear()
        stolen = r.client.get(back)
        assert (stolen.status_code, "began no login" in stolen.text) == (401, True)
        begin(r)
        other = r.client.get(back)
        assert (other.status_code, "belongs to another login" in other.text) == (401, True)
        r.client.cookies.clear()
        r.client.cookies.set("cargoscope_oidc", str(mine)[:-1] + "0", path="/v1/oidc")
        assert r.client.get(back).status_code == 401
        r.client.cookies.set("cargoscope_oidc", str(mine), path="/v1/oidc")
        elsewhere = r.client.get(re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back))
        assert (elsewhere.status_code, "another OpenID provider" in elsewhere.text) == (401, True)
        assert r.client.get("/v1/me").status_code == 401
        r.client.cookies.clear()
        r.client.cookies.set("cargoscope_oidc", str(mine), path="/v1/oidc")
        assert r.client.get(back).status_code == 409, "the browser that asked gets its answer: bo is a local account"


def test_a_token_for_another_service_or_of_another_login_does_not_hold(over: Over) -> None:
    openid = OpenId(Provider.read(over.table))
    address, kept = openid.begin()
    back = httpx.URL(over_there(address, "bo"))
    login = openid._unsealed(kept)
    known, _ = openid._description()
    tokens = openid._exchange(known, back.params["code"], login["verifier"])
    assert openid._claims(tokens, login["nonce"])["sub"] == "bo"
    with pytest.raises(AuthError, match="nonce"):
        openid._claims(tokens, "another nonce")
    head, body, seal = tokens["id_token"].split(".")
    for wrong in (f"{head}.{body}.{seal[:-8]}AAAAAAAA", f"eyJhbGciOiJub25lIn0.{body}.", ""):
        with pytest.raises(AuthError, match="does not hold"):
            openid._claims(tokens | {"id_token": wrong}, login["nonce"])
    other = OpenId(Provider.read(over.table | {"client_id": "another-service"}))
    with pytest.raises(AuthError, match=r"azp|aud|somebody else"):
        other._claims(tokens, login["nonce"])


def test_without_the_provider_local_accounts_go_on(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
    table = {"issuer": issuer, "client_id": "c", "public_url": "http://localhost", "roles": ROLES}
    with rig(tmp_path, oidc=table) as r:
        answer = r.client.get("/v1/oidc/login", follow_redirects=False)
        assert (answer.status_code, "log in with a local account" in answer.text) == (503, True)
        assert r.client.post("/v1/login", json={"name": "lan", "password": "a long enough password"}).status_code == 200
    with rig(tmp_path / "none") as r:
        assert r.client.get("/v1/oidc/login", follow_redirects=False).status_code == 404
        assert r.client.get("/v1/login").json() == {"oidc": None}


def test_a_provider_cannot_give_roles_that_there_are_not() -> None:
    with pytest.raises(SettingsError, match="a role is one of officer"):
        OpenId(Provider.read({"issuer": "https://x.example", "client_id": "c", "public_url": "https://y.example",
                              "roles": {"a": ["king"]}}))  # fmt: skip
