import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI

from cargoscope.errors import AuthError, ThrottledError
from cargoscope.inference.auth import log_in
from cargoscope.inference.parts import Parts
from cargoscope.inference.throttle import Throttle
from tests.inference.rig import PASSWORD, rig

LOGIN = {"name": "lan", "password": PASSWORD}


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        cookie = r.client.post("/v1/login", json=LOGIN).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.lower()
        assert "Max-Age=43200" in cookie
        assert r.client.get("/v1/me").json()["name"] == "lan"
        assert r.client.post("/v1/logout").status_code == 200
        assert r.client.get("/v1/me").status_code == 401


def test_a_logged_out_session_is_gone_even_for_who_kept_its_cookie(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        r.client.post("/v1/login", json=LOGIN)
        token = r.client.cookies["cargoscope_session"]
        r.client.post("/v1/logout")
        assert r.client.get("/v1/me", headers={"Cookie": f"cargoscope_session={token}"}).status_code == 401


def test_a_one_time_password_opens_nothing_but_its_own_change(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        password = r.archive.accounts.reset_password("lan")
        assert r.client.post("/v1/login", json={"name": "lan", "password": password}).json()["must_change_password"]
        assert r.client.get("/v1/me").status_code == 200
        answer = r.client.get("/v1/scans")
        assert (answer.status_code, answer.json()) == (
            403,
            {"error": "change the one-time password first (POST /v1/password)"},
        )
        weak = r.client.post("/v1/password", json={"old": password, "new": "short"})
        assert (weak.status_code, "at least 10 characters" in weak.json()["error"]) == (422, True)
        wrong = r.client.post("/v1/password", json={"old": "x", "new": "my own long password"})
        assert (wrong.status_code, wrong.json()["error"]) == (403, "the old password is wrong")
        changed = r.client.post("/v1/password", json={"old": password, "new": "my own long password"})
        assert changed.json() == {"name": "lan", "roles": ["officer"], "must_change_password": False}
        assert r.client.get("/v1/scans").status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({}, 200),
    ],
)
def test_another_sites_page_cannot_act_with_the_officers_cookie(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    with rig(tmp_path) as r:
        assert r.client.post("/v1/login", json=LOGIN, headers=headers).status_code == status
        r.client.post("/v1/login", json=LOGIN)
        assert r.client.post("/v1/logout", headers=headers).status_code == status


def test_guessing_passwords_is_slowed_down(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        wrong = {"name": "lan", "password": "a wrong password"}
        statuses = [r.client.post("/v1/login", json=wrong).status_code for _ in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        assert r.client.post("/v1/login", json=LOGIN).status_code == 429
        assert r.client.post("/v1/login", json=LOGIN | {"name": "bo"}).status_code == 200


def test_many_logins_at_once_guess_no_faster_than_one_after_the_other(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        parts: Parts = cast(FastAPI, r.client.app).state.parts
        begin = threading.Barrier(40)

        def guess(_: int) -> type[Exception]:
            begin.wait()
            try:
                log_in(parts, "lan", "a wrong password", "10.0.0.1")
            except AuthError as error:
                return type(error)
            raise AssertionError("the wrong password was taken")

        with ThreadPoolExecutor(40) as pool:
            told = list(pool.map(guess, range(40)))
        assert 1 <= told.count(AuthError) <= 5
        assert set(told) == {AuthError, ThrottledError}


def test_waits_double_up_to_a_limit_and_end_with_success() -> None:
    throttle = Throttle(free=2, longest_s=8)
    key = ("lan", "10.0.0.1")
    now_s, waits = 100.0, []
    for _ in range(6):
        throttle.begin(key, now_s)
        throttle.failed(key, now_s)
        waits.append(next(wait for wait in (0, 1, 2, 4, 8) if _passes(throttle, key, now_s + wait)))
        now_s += waits[-1]
    assert waits == [0, 1, 2, 4, 8, 8]
    throttle.begin(key, now_s)
    throttle.end(key, forgive=True)
    assert _passes(throttle, key, 100.0)


def test_mistakes_now_and_then_never_lock_an_address_out() -> None:
    throttle = Throttle(free=3, longest_s=300, forgives=False)
    key = ("10.0.0.1",)
    for number in range(20):
        throttle.begin(key, 301.0 * number)
        throttle.failed(key, 301.0 * number)
        assert _passes(throttle, key, 301.0 * number)


def test_whoever_guesses_as_often_as_allowed_soon_waits_the_longest_time_for_each() -> None:
    throttle = Throttle(free=2, longest_s=8)
    key = ("lan", "10.0.0.1")
    guessed = 0
    for now_s in range(100, 900):
        if _passes(throttle, key, now_s):
            throttle.begin(key, now_s)
            throttle.failed(key, now_s)
            guessed += 1
    assert guessed <= 800 / 8 + 6


def test_tries_that_run_count_until_they_end() -> None:
    throttle = Throttle(free=2)
    key = ("lan", "10.0.0.1")
    throttle.begin(key, 0.0)
    throttle.begin(key, 0.0)
    assert not _passes(throttle, key, 0.0)
    throttle.end(key)
    assert _passes(throttle, key, 0.0)
    throttle.failed(key, 0.0)
    throttle.begin(key, 0.0)
    assert not _passes(throttle, key, 0.0)


def _passes(throttle: Throttle, key: tuple[str, ...], now_s: float) -> bool:
    try:
        throttle.begin(key, now_s)
    except ThrottledError:
        return False
    throttle.end(key)
    return True


def test_the_memory_of_failures_is_bounded() -> None:
    throttle = Throttle(free=1, max_keys=3)
    for number in range(10):
        throttle.begin((str(number),), 0.0)
        throttle.failed((str(number),), 0.0)
    kept = [number for number in range(9, -1, -1) if not _passes(throttle, (str(number),), 0.0)]
    assert kept == [9, 8, 7]


def test_a_refused_body_does_not_repeat_what_was_sent(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        answer = r.client.post("/v1/login", json={"name": "lan", "pasword": "my secret"})
        assert answer.status_code == 422
        assert "password: Field required" in answer.json()["error"]
        assert "my secret" not in answer.text


def test_every_answer_of_the_interface_carries_security_headers(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        for path in ("/v1/me", "/v1/none"):
            headers = r.client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
            assert "default-src 'none'" in headers["content-security-policy"]
        for path in ("/alive", "/console/"):
            headers = r.client.get(path).headers
            assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")
            assert (headers["content-security-policy"], headers["referrer-policy"]) == (
                "frame-ancestors 'none'",
                "no-referrer",
            )
