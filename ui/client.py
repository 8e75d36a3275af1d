"""The console's way to the service: one HTTP client, and on every call the cookie of the officer who asks."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx

from cargoscope.errors import AuthError, ServiceError
from cargoscope.inference import wire
from cargoscope.ui.navigation import places_of

TIMEOUT_S: Final = 20.0
IDLE_S: Final = 2.0
"""Idle connections are closed after this, well before the service closes them: one that it is just closing answers
nothing, and the officer would read that the service is away."""

PAGE_ROWS: Final = 200
"""Rows of the worklist that are fetched at once."""


class AwayError(ServiceError):
    """The service does not answer: what was asked may be asked again later."""


class Client:
    """Speaks to one service. `cookie` is always the whole Cookie header of the officer's own request.

    Every call raises AuthError where nobody is logged in, and ServiceError with the service's own sentence else.
    """

    def __init__(self, service_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        limits = httpx.Limits(keepalive_expiry=IDLE_S)
        self._http = httpx.AsyncClient(
            base_url=service_url, transport=transport, timeout=TIMEOUT_S, limits=limits, trust_env=False
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def me(self, cookie: str) -> wire.Me:
        """Who is logged in."""
        answer = await self._ask("GET", "/v1/me", cookie)
        return wire.Me.model_validate(answer.json())

    async def arrive(self, cookie: str) -> dict[str, Any]:
        """Who has come to a page, and which pages are open to them."""
        who = await self.me(cookie)
        places = [{"name": place.name, "url": place.url} for place in places_of(who.roles)]
        return {"officer": who.name, "roles": who.roles, "places": places}

    async def opening(self, cookie: str) -> dict[str, Any]:
        """What the desk needs once: who works there, the kinds of contraband, the active model (None without one)."""
        arrival = await self.arrive(cookie)
        kinds = (await self._ask("GET", "/v1/taxonomy", cookie)).json()
        try:
            model = (await self._ask("GET", "/v1/model", cookie)).json()
        except AuthError:
            raise
        except ServiceError:
            return arrival | {"kinds": kinds, "model": None}
        known = list(model["classes"])
        kinds.sort(key=lambda kind: known.index(kind["id"]) if kind["id"] in known else len(known))
        return arrival | {"kinds": kinds, "model": model}

    async def worklist(self, cookie: str, state: str, filters: Mapping[str, Any]) -> dict[str, Any]:
        """The first rows of the worklist that fit, most urgent first, and how many there are in all."""
        params = dict(filters) | {"state": state, "limit": PAGE_ROWS, "provisional": True}
        answer = await self._ask("GET", "/v1/scans", cookie, params=params)
        rows = answer.json()
        return {"rows": rows, "total": int(answer.headers.get("X-Total-Count", len(rows)))}

    async def card(self, cookie: str, scan_id: str) -> dict[str, Any]:
        """Everything about one scan but its pixels."""
        answer = await self._ask("GET", f"/v1/scans/{quote(scan_id, safe='')}", cookie)
        return dict(answer.json())

    async def decide(self, cookie: str, scan_id: str, officer: str, decision: Mapping[str, Any]) -> dict[str, Any]:
        """Store a decision of that officer; the service judges whether it is whole.

        AuthError as well where the cookie is another officer's: a page that was left open must not decide in the name
        of whoever logged in after. The service itself compares them, in the request that stores the decision.
        """
        url = f"/v1/scans/{quote(scan_id, safe='')}/decisions"
        asker = {"X-Cargoscope-Officer": officer}
        return dict((await self._ask("POST", url, cookie, json=dict(decision), headers=asker)).json())

    async def get(self, url: str, cookie: str) -> dict[str, Any]:
        """What the service answers at an address."""
        return dict((await self._ask("GET", url, cookie)).json())

    async def _ask(
        self, method: str, url: str, cookie: str, headers: Mapping[str, str] | None = None, **parts: Any
    ) -> httpx.Response:
        request = self._http.build_request(method, url, headers={"Cookie": cookie, **(headers or {})}, **parts)
        try:
            answer = await self._sent(request)
        except httpx.HTTPError as error:
            raise AwayError("The service does not answer; nothing was saved. Try again.") from error
        if answer.is_success:
            return answer
        if answer.status_code == 401:
            raise AuthError(sentence(answer))
        raise ServiceError(sentence(answer))

    async def _sent(self, request: httpx.Request) -> httpx.Response:
        """The answer; a question that changes nothing is asked again where its connection was closed under it."""
        try:
            return await self._http.send(request)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            if request.method != "GET":
                raise
            return await self._http.send(request)


def sentence(answer: httpx.Response) -> str:
    """What the service said of a refusal, as a sentence for the officer."""
    try:
        said = str(answer.json()["error"]).strip()
    except (ValueError, KeyError, TypeError):
        return f"The service answered {answer.status_code} {answer.reason_phrase}."
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('.', '!', '?')) else '.'}"
