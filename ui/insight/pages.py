"""The pages of figures at /insight/..., each answered whole: what the service says to this person, as HTML.

Which pages are offered to whom stands in `cargoscope.ui.navigation`; who may see figures, the service judges.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cargoscope.errors import AuthError, ServiceError
from cargoscope.ui.client import Client
from cargoscope.ui.insight import model, people, trail, training, work
from cargoscope.ui.insight.markup import LANGUAGES, Html, Words, join, nothing, section, tag
from cargoscope.ui.navigation import FIGURES, figures_of, messages, places_of

PATH: Final = "/insight"
LANGUAGE: Final = "cargoscope_language"
PERIODS: Final = (7, 30, 90, 365)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Inline styles are the widths and shades of figures, which only the service's numbers decide."""

VIEWER_HEADERS: Final = HEADERS | {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "worker-src 'self' blob:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
}
"""The layer that draws regions compiles what it draws with (PixiJS), as it does at the desk."""

BRAND: Final = Html(
    '<svg viewBox="0 0 22 22" aria-hidden="true"><rect x="2" y="6" width="18" height="10" rx="1.5"/>'
    '<path d="M6.5 6v10M11 6v10M15.5 6v10"/><path class="beam" d="M11 1v20"/></svg>'
)

SETTING: Final = frozenset({"supervisor", "administrator"})
"""Who sets how often test images come."""
PERSON: Final = Html(
    '<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="7" r="3.2"/>'
    '<path d="M3.8 17a6.2 6.2 0 0 1 12.4 0"/></svg>'
)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """name: in the address and in the catalogues. ask: what the service is asked. days: None where no time is chosen.

    draw: from words, answer and roles to HTML.
    """

    name: str
    ask: str
    days: int | None
    draw: Callable[[Words, Json, frozenset[str]], Html]


PAGES: Final = (
    Page("mine", "/v1/competence/mine", 365, lambda words, said, _: people.mine(words, said)),
    Page("training", "/v1/training", None, lambda words, said, _: training.training(words, said)),
    Page("team", "/v1/competence/team", 365, lambda words, said, _: people.team(words, said)),
    Page("work", "/v1/figures/work", 30, lambda words, said, _: work.work(words, said)),
    Page("tests", "/v1/projection", None, lambda words, said, roles: trail.trail(words, said, bool(roles & SETTING))),
    Page("model", "/v1/figures/model", 90, lambda words, said, _: model.model(words, said)),
    Page("scanners", "/v1/figures/scanners", 90, lambda words, said, _: model.scanners(words, said)),
)


def add_pages(app: FastAPI, client: Client, stamp: str) -> None:
    """The pages; whoever is not logged in is led to the login. stamp: of the viewer's bundle, which training uses."""

    @app.get(PATH, include_in_schema=False)
    @app.get(f"{PATH}/", include_in_schema=False)
    def front() -> Response:
        return RedirectResponse(FIGURES[0].url)

    @app.get("/training/{session_id}", include_in_schema=False)
    async def session(session_id: str, request: Request) -> Response:
        try:
            who = await client.me(request.headers.get("cookie", ""))
        except AuthError:
            return RedirectResponse("/login")
        page = _session(Words(language_of(request)), session_id, frozenset(who.roles), stamp)
        return HTMLResponse(page, headers=VIEWER_HEADERS)

    for page in PAGES:
        app.add_api_route(f"{PATH}/{page.name}", _answering(page, client), include_in_schema=False)


def _answering(page: Page, client: Client) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        cookie, words = request.headers.get("cookie", ""), Words(language_of(request))
        days = _days(request, page.days)
        try:
            who = await client.me(cookie)
            if who.must_change_password:
                return RedirectResponse("/password")
            roles, status = frozenset(who.roles), 200
            try:
                said = await client.get(page.ask if days is None else f"{page.ask}?days={days}", cookie)
                body = page.draw(words, said, roles)
            except ServiceError as error:
                refusal = words("refused", why=str(error))
                status, body = 403, section(words(f"title.{page.name}"), nothing(refusal))
        except AuthError:
            return RedirectResponse("/login")
        return HTMLResponse(document(words, page, who.name, roles, body, days), status, headers=HEADERS)

    return answer


def document(words: Words, page: Page, name: str, roles: frozenset[str], body: Html, days: int | None) -> str:
    """A whole page."""
    tabs = figures_of(roles) if any(one.name == page.name for one in FIGURES) else ()
    head = tag(
        "div",
        tag("div", tag("h1", words(f"title.{page.name}")), tag("p", words(f"lead.{page.name}"), class_="lead")),
        "" if days is None else _periods(words, page, days),
        class_="head",
    )
    offered = (_link(words(f"nav.{one.name}"), one.url, one.name == page.name) for one in tabs)
    also = tag("nav", *offered, class_="tabs", aria_label=messages(words.language)["nav.figures"])
    said = tag("p", role="status", aria_live="polite", data_said=True, class_="said")
    main = tag("main", also if len(tabs) > 1 else "", head, body, said)
    return join(
        Html(f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="dark">'),
        tag("title", f"{words(f'title.{page.name}')} · Cargoscope"),
        Html('<link rel="icon" href="/pages/icon.svg"><link rel="stylesheet" href="/pages/insight.css">'),
        Html('<script src="/pages/insight.js" defer></script></head><body>'),
        _top(words.language, name, roles, "training" if page.name == "training" else "figures"),
        main,
        Html("</body></html>"),
    )


def _top(language: str, name: str, roles: frozenset[str], here: str) -> Html:
    """The line that stands over every page of the console: its places for this person, who that is, and the way out."""
    said, places = messages(language), places_of(roles)
    links = (_link(said[f"nav.{place.name}"], place.url, place.name == here) for place in places)
    role = ", ".join(said[f"role.{one}"] for one in sorted(roles))
    refusals = {"data_waits": said["logout.waiting"], "data_away": said["ask.away"]}
    return tag(
        "header",
        tag("div", BRAND, "Cargoscope", class_="brand"),
        tag("nav", *links, class_="cs-nav", aria_label=said["nav"], hidden=len(places) < 2),
        tag("span", PERSON, tag("span", name, data_part="officer"), tag("span", role, class_="role"), class_="who"),
        tag("button", said["logout"], type="button", data_logout=True, class_="plain", **refusals),
        class_="top",
    )


def _link(words: str, url: str, is_here: bool) -> Html:
    return tag("a", words, href=url, aria_current="page" if is_here else None)


def _session(words: Words, session_id: str, roles: frozenset[str], stamp: str) -> str:
    """The page around a training session; the viewer's bundle draws it."""
    places = json.dumps([{"name": place.name, "url": place.url} for place in places_of(roles)])
    return join(
        Html(f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'),
        Html('<meta name="color-scheme" content="dark">'),
        tag("title", f"{words('title.training')} · Cargoscope"),
        Html('<link rel="icon" href="/pages/icon.svg">'),
        Html(f'<link rel="stylesheet" href="/static/viewer.css?v={stamp}">'),
        Html(f'<script src="/static/viewer.js?v={stamp}" defer></script>'),
        Html('<script src="/pages/training.js" defer></script></head><body>'),
        tag("div", class_="cs", data_session=session_id, data_places=places),
        Html("</body></html>"),
    )


def language_of(request: Request) -> str:
    """The language that was chosen on this machine, else the browser's, else English."""
    asked = [request.cookies.get(LANGUAGE, ""), *request.headers.get("accept-language", "").split(",")]
    return next((name for name in (one.strip()[:2].lower() for one in asked) if name in LANGUAGES), "en")


def _days(request: Request, usual: int | None) -> int | None:
    asked = request.query_params.get("days", "")
    return usual if usual is None or not asked.isdecimal() or not 0 < int(asked) <= 3660 else int(asked)


def _periods(words: Words, page: Page, days: int) -> Html:
    links = (
        tag(
            "a",
            words("period.days", n=n),
            href=f"{PATH}/{page.name}?days={n}",
            aria_current="true" if n == days else None,
        )
        for n in PERIODS
    )
    return tag("nav", *links, class_="segments", aria_label=words("period"))
