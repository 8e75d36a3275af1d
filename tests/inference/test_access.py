"""Every route, asked by every role."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute

from cargoscope.datasets.archive.people import ROLES
from cargoscope.inference.access import LOGGED_IN, OPEN, ROUTES, STATION
from cargoscope.inference.service import PARTS
from tests.inference.rig import Rig, rig

OUTSIDE: Final = {("GET", "/alive"), ("GET", "/ready")}
"""Routes of the app itself, which anybody may ask."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A service with one account of each role."""
    with rig(tmp_path_factory.mktemp("rights")) as r:
        for role in ROLES:
            r.archive.accounts.add_officer(f"the-{role}", role)
        with r.archive._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE officers SET must_change = 0")
        yield r


def all_routes() -> set[tuple[str, str]]:
    """(method, path) of every route of the service."""
    found = set()
    for part in PARTS:
        for route in part.router.routes:
            if isinstance(route, APIWebSocketRoute):
                found.add(("WS", route.path))
            else:
                assert isinstance(route, APIRoute)
                found |= {(method, route.path) for method in route.methods}
    return found


def test_every_route_stands_in_the_table_and_nothing_else_does() -> None:
    assert all_routes() | OUTSIDE == set(ROUTES)


def test_whatever_changes_something_is_closed_to_auditors_and_whatever_they_may_read_is_open() -> None:
    own = {"/v1/logout", "/v1/password", "/v1/login"}
    for (method, path), who_may in ROUTES.items():
        if isinstance(who_may, frozenset):
            assert ("auditor" in who_may) == (method == "GET"), (method, path)
        elif method not in ("GET", "WS"):
            assert who_may == STATION or path in own, (method, path)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_the_table_says_and_nothing_else(running: Rig, role: str) -> None:
    wrong = []
    for (method, path), who_may in sorted(ROUTES.items()):
        if method == "WS" or path == "/v1/events" or path == "/v1/logout":
            continue
        answer = running.client.request(method, filled(path), headers=running.log_in(f"the-{role}"), json={})
        by_role = answer.status_code == 403 and "this is for" in answer.text
        if who_may == STATION:
            right = answer.status_code == 401
        elif who_may in (OPEN, LOGGED_IN) or role in who_may:
            right = not by_role and (answer.status_code != 401 or path == "/v1/oidc/callback")
        else:
            right = by_role
        if not right:
            wrong.append((method, path, answer.status_code, answer.text[:90]))
    assert not wrong


def test_nobody_who_is_not_logged_in_gets_anything(running: Rig) -> None:
    for (method, path), who_may in ROUTES.items():
        if method == "WS" or who_may == OPEN:
            continue
        answer = running.client.request(method, filled(path), json={})
        assert answer.status_code == 401, (method, path, answer.text)


def test_a_station_is_no_officer_and_an_officer_no_station(running: Rig) -> None:
    assert running.client.get("/v1/scans", headers=running.station).status_code == 401
    assert running.client.get("/v1/streams", headers=running.log_in()).status_code == 401


def test_a_role_that_is_taken_away_is_gone_for_who_is_logged_in(running: Rig) -> None:
    running.archive.accounts.add_officer("mai", "officer", "administrator")
    with running.archive._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE officers SET must_change = 0")
    mai, chief = running.log_in("mai"), running.log_in("the-administrator")
    assert running.client.get("/v1/accounts", headers=mai).status_code == 200
    own = running.client.post("/v1/accounts/mai/roles", json={"roles": ["supervisor"]}, headers=mai)
    assert (own.status_code, "their own account" in own.text) == (403, True)
    changed = running.client.post("/v1/accounts/mai/roles", json={"roles": ["officer"]}, headers=chief)
    assert changed.json()["roles"] == ["officer"]
    assert running.client.get("/v1/accounts", headers=mai).status_code == 403
    both = running.client.post("/v1/accounts/mai/roles", json={"roles": ["officer", "auditor"]}, headers=chief)
    assert (both.status_code, "the only role" in both.text) == (400, True)
    closed = running.client.post("/v1/accounts/mai/access", json={"allowed": False}, headers=chief)
    assert closed.json()["disabled"]
    assert running.client.get("/v1/me", headers=mai).status_code == 401
    changes = running.client.get("/v1/accounts/changes", headers=running.log_in("the-auditor")).json()
    assert [(one["changed_by"], one["officer"], one["change"]) for one in changes[:2]] == [
        ("the-administrator", "mai", "may not log in any more"),
        ("the-administrator", "mai", "roles: officer"),
    ]


def test_a_new_account_begins_with_a_one_time_password(running: Rig) -> None:
    chief = running.log_in("the-administrator")
    made = running.client.post("/v1/accounts", json={"name": "tam", "roles": ["technician"]}, headers=chief)
    assert made.status_code == 201
    login = {"name": "tam", "password": made.json()["one_time_password"]}
    assert running.client.post("/v1/login", json=login).json() == {
        "name": "tam",
        "roles": ["technician"],
        "must_change_password": True,
    }
    again = running.client.post("/v1/accounts", json={"name": "tam", "roles": ["technician"]}, headers=chief)
    assert again.status_code == 409
    king = running.client.post("/v1/accounts", json={"name": "k", "roles": ["king"]}, headers=chief)
    assert king.status_code == 422


def test_a_page_of_one_officer_does_nothing_in_the_name_of_the_next(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        login = {"name": "lan", "password": "a long enough password"}
        r.client.post("/v1/login", json=login)
        before = r.client.cookies["cargoscope_session"]
        r.client.post("/v1/login", json=login | {"name": "bo"})
        answer = r.client.get("/v1/scans", headers={"X-Cargoscope-Officer": "lan"})
        assert (answer.status_code, answer.json()) == (401, {"error": "bo is logged in now, not lan; nothing was done"})
        assert r.client.get("/v1/scans", headers={"X-Cargoscope-Officer": "bo"}).status_code == 200
        assert r.client.get("/v1/me", headers={"Authorization": f"Bearer {before}"}).status_code == 401


def filled(path: str) -> str:
    """A path whose parts name nothing that there is."""
    for part in ("scan_id", "name", "photo_id", "officer", "station_id", "session_id", "case_id"):
        path = path.replace(f"{{{part}}}", "none")
    for part in ("view", "level", "column", "row", "index"):
        path = path.replace(f"{{{part}}}", "0")
    return path
