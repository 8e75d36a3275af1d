"""The pages of figures at /insight/..., each answered whole: what the service says to this person, as HTML.

Which pages there are for whom is only an offer: whether a person may see figures, the service judges.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cargoscope.errors import AuthError, ServiceError
from cargoscope.ui.client import Client
from cargoscope.ui.insight import model, people, trail, training, work
from cargoscope.ui.insight.markup import LANGUAGES, Html, Words, join, nothing, section, tag

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

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """name: in the address and in the catalogues. ask: what the service is asked. days: None where no time is chosen.

    draw: from words, answer and roles to HTML.
    """

    name: str
    roles: frozenset[str] | None
    ask: str
    days: int | None
    draw: Callable[[Words, Json, frozenset[str]], Html]


PAGES: Final = (
    Page("mine", None, "/v1/competence/mine", 365, lambda words, said, _: people.mine(words, said)),
    Page("training", None, "/v1/training", None, lambda words, said, _: training.training(words, said)),
    Page(
        "team",
        frozenset({"supervisor", "auditor"}),
        "/v1/competence/team",
        365,
        lambda words, said, _: people.team(words, said),
    ),
    Page("work", frozenset({"supervisor", "auditor"}), "/v1/figures/work", 30, lambda w, said, _: work.work(w, said)),
    Page(
        "tests",
        frozenset({"supervisor", "auditor", "administrator"}),
        "/v1/projection",
        None,
        lambda words, said, roles: trail.trail(words, said, bool(roles & {"supervisor", "administrator"})),
    ),
    Page(
        "model",
        frozenset({"data_scientist", "auditor"}),
        "/v1/figures/model",
        90,
        lambda words, said, _: model.model(words, said),
    ),
    Page(
        "scanners",
        frozenset({"data_scientist", "technician", "auditor"}),
        "/v1/figures/scanners",
        90,
        lambda words, said, _: model.scanners(words, said),
    ),
)


def add_pages(app: FastAPI, client: Client, stamp: str) -> None:
    """The pages; whoever is not logged in is led to the login. stamp: of the viewer's bundle, which training uses."""

    @app.get(PATH, include_in_schema=False)
    @app.get(f"{PATH}/", include_in_schema=False)
    def front() -> Response:
        return RedirectResponse(f"{PATH}/mine")

    @app.get("/training/{session_id}", include_in_schema=False)
    async def session(session_id: str, request: Request) -> Response:
        try:
            await client.me(request.headers.get("cookie", ""))
        except AuthError:
            return RedirectResponse("/login")
        return HTMLResponse(_session(Words(language_of(request)), session_id, stamp), headers=VIEWER_HEADERS)

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
    places = [one for one in PAGES if one.roles is None or one.roles & roles]
    links = [
        tag("a", words("nav.desk"), href="/console/"),
        *(
            tag("a", words(f"nav.{one.name}"), href=f"{PATH}/{one.name}", aria_current="page" if one is page else None)
            for one in places
        ),
    ]
    top = tag(
        "header",
        tag("div", BRAND, "Cargoscope", class_="brand"),
        tag("nav", *links, aria_label=words("nav")),
        tag("span", name, class_="who"),
        tag("button", words("logout"), type="button", data_logout=True, class_="plain"),
        class_="top",
    )
    head = tag(
        "div",
        tag("div", tag("h1", words(f"title.{page.name}")), tag("p", words(f"lead.{page.name}"), class_="lead")),
        "" if days is None else _periods(words, page, days),
        class_="head",
    )
    main = tag("main", head, body, tag("p", role="status", aria_live="polite", data_said=True, class_="said"))
    return join(
        Html(f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="dark">'),
        tag("title", f"{words(f'title.{page.name}')} · Cargoscope"),
        Html('<link rel="icon" href="/pages/icon.svg"><link rel="stylesheet" href="/pages/insight.css">'),
        Html('<script src="/pages/insight.js" defer></script></head><body>'),
        top,
        main,
        Html("</body></html>"),
    )


def _session(words: Words, session_id: str, stamp: str) -> str:
    """The page around a training session; the viewer's bundle draws it."""
    return join(
        Html(f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">'),
        Html('<meta name="color-scheme" content="dark">'),
        tag("title", f"{words('title.training')} · Cargoscope"),
        Html('<link rel="icon" href="/pages/icon.svg">'),
        Html(f'<link rel="stylesheet" href="/static/viewer.css?v={stamp}">'),
        Html(f'<script src="/static/viewer.js?v={stamp}" defer></script>'),
        Html('<script src="/pages/training.js" defer></script></head><body>'),
        tag("div", class_="cs", data_session=session_id),
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
