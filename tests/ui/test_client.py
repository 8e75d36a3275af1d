"""The console's client, against the real service in the same process, and against one that fails."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from cargoscope.errors import AuthError, ServiceError
from cargoscope.ui.client import AwayError, Client
from tests import builders
from tests.inference.rig import Rig, keep, rig, wait_for

T = TypeVar("T")


def ask(service: Rig, question: Callable[[Client], Awaitable[T]]) -> T:
    """One question through a client that speaks to the rig's app."""

    async def run() -> T:
        client = Client("http://localhost", httpx.ASGITransport(service.client.app))  # type: ignore[arg-type]
        try:
            return await question(client)
        finally:
            await client.close()

    return asyncio.run(run())


def cookie(service: Rig, name: str = "lan") -> str:
    return f"other=1; cargoscope_session={service.archive.accounts.open_session(name, 1)}"


def test_the_client_asks_as_the_officer_whose_cookie_it_was_given(tmp_path: Path) -> None:
    with rig(tmp_path) as service:
        assert ask(service, lambda client: client.me(cookie(service, "lan"))).name == "lan"
        assert ask(service, lambda client: client.me(cookie(service, "bo"))).name == "bo"


def test_without_a_cookie_nothing_is_answered(tmp_path: Path) -> None:
    with rig(tmp_path) as service, pytest.raises(AuthError, match="Not logged in"):
        ask(service, lambda client: client.worklist("", "open", {}))


def test_the_kinds_that_the_model_knows_come_first(tmp_path: Path) -> None:
    with rig(tmp_path) as service:
        opening = ask(service, lambda client: client.opening(cookie(service)))
    assert [kind["id"] for kind in opening["kinds"]][:4] == list(builders.CLASSES)
    assert opening["officer"] == "lan"
    assert opening["model"]["name"] == "tiny"


def test_worklist_card_and_decision_pass_through(tmp_path: Path) -> None:
    with rig(tmp_path) as service:
        keep(service.archive, builders.scan(builders.cargo_view((120, 100, 134, 114)), scan_id="a.b-1"))
        service.worker.wake()
        wait_for(service.archive, "a.b-1")
        worklist = ask(service, lambda client: client.worklist(cookie(service), "open", {}))
        card = ask(service, lambda client: client.card(cookie(service), "a.b-1"))
        decision = {
            "model_id": card["model"]["model_id"],
            "verdicts": [{"finding": 0, "judgement": "reject", "kind": None}],
            "added": [],
            "disposition": "release",
            "reason": "",
            "dwell_s": 3.5,
            "supersedes": None,
        }
        with pytest.raises(AuthError, match="Bo is logged in now, not lan"):
            ask(service, lambda client: client.decide(cookie(service, "bo"), "a.b-1", "lan", decision))
        assert service.archive.case("a.b-1").decisions == ()
        answer = ask(service, lambda client: client.decide(cookie(service), "a.b-1", "lan", decision))
        with pytest.raises(ServiceError, match=r"decided.*\.$"):
            ask(service, lambda client: client.decide(cookie(service, "bo"), "a.b-1", "bo", decision))
        held = service.archive.case("a.b-1").decisions
    assert [row["scan_id"] for row in worklist["rows"]] == ["a.b-1"]
    assert worklist["total"] == 1
    assert [each.decision_id for each in held] == [answer["decision_id"]]


@pytest.mark.parametrize("scan_id", ["none", "../me", "a/b", "?x"])
def test_a_scan_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path, scan_id: str) -> None:
    with rig(tmp_path) as service, pytest.raises(ServiceError, match=r"^[A-Z].*\.$"):
        ask(service, lambda client: client.card(cookie(service), scan_id))


def answering(status: int, content: bytes) -> Client:
    return Client("http://localhost", httpx.MockTransport(lambda _: httpx.Response(status, content=content)))


@pytest.mark.parametrize(
    ("status", "content", "sentence"),
    [
        (409, b'{"error": "somebody else decided"}', "Somebody else decided."),
        (503, b'{"error": "The model is loading!"}', "The model is loading!"),
        (502, b"<html>", "The service answered 502 Bad Gateway."),
        (500, b'["error"]', "The service answered 500 Internal Server Error."),
    ],
)
def test_every_refusal_becomes_a_sentence(status: int, content: bytes, sentence: str) -> None:
    with pytest.raises(ServiceError) as refused:
        asyncio.run(answering(status, content).card("c=1", "x"))
    assert str(refused.value) == sentence


def test_a_service_that_is_away_is_said_so() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(ServiceError, match="does not answer"):
        asyncio.run(Client("http://localhost", httpx.MockTransport(away)).worklist("c=1", "open", {}))


def test_a_question_is_asked_again_where_its_connection_was_closed_and_a_decision_is_not() -> None:
    asked: list[str] = []

    def closing(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        if asked.count(request.method) == 1:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return httpx.Response(200, json={"name": "lan"})

    async def run() -> None:
        client = Client("http://localhost", httpx.MockTransport(closing))
        assert await client.get("/v1/me", "") == {"name": "lan"}
        with pytest.raises(AwayError):
            await client.decide("", "scan-1", "lan", {})
        await client.close()

    asyncio.run(run())
    assert asked == ["GET", "GET", "POST"]
