"""The officers' console: Gradio's page around the viewer, the pages to log in, and the bundle they load.

The page asks through named functions that Gradio calls with the officer's own request; each ends in one call of the
service with that officer's cookie. Nothing about an officer is kept here.
"""

import hashlib
import warnings
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import gradio as gr
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from cargoscope.errors import AuthError, ServiceError
from cargoscope.ui.client import AwayError, Client
from cargoscope.ui.insight import pages as insight
from cargoscope.ui.navigation import DESK, place_at, places_of

HERE: Final = Path(__file__).resolve().parent
PATH: Final = "/console"
PAGES: Final = ("outcomes", "stations", "accounts")
"""What the bundle pages.js draws, each at its name under PATH."""

FONTS: Final = ("system-ui", "sans-serif")
CSS: Final = "html, body { background: #0b0d10 !important; } .nav-holder { display: none; }"
"""Dark before anything is drawn; Gradio's own navigation gives way to the console's."""

PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def mount(app: FastAPI, service_url: str) -> FastAPI:
    """The app with the console at /console/ and its pages and files. ServiceError where no viewer is built."""
    bundle = HERE / "static" / "viewer.js"
    if not bundle.is_file():
        raise ServiceError(f"the viewer is not built: no {bundle}; run 'npm ci' and 'npm run build' in ui/viewer")
    stamp = _stamp(bundle.parent)
    client = Client(service_url)
    _add_pages(app)
    insight.add_pages(app, client, stamp)
    head = f'<meta name="color-scheme" content="dark"><link rel="stylesheet" href="/static/viewer.css?v={stamp}">'
    with warnings.catch_warnings():
        # Gradio tells whoever mounts several pages that it renders none of them beforehand; none is to be.
        warnings.filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
        mounted: FastAPI = gr.mount_gradio_app(
            app,
            pages(client, stamp),
            path=PATH,
            auth_dependency=_officer_by(client),
            footer_links=[],
            run_history=False,
            ssr_mode=False,
            pwa=False,
            show_error=False,
            max_file_size=1,
            theme=gr.themes.Base(font=FONTS, font_mono=("ui-monospace", "monospace")),
            css=CSS,
            head=head,
        )
    _close_with(mounted, client)
    return mounted


def pages(client: Client, stamp: str) -> Any:
    """The desk and the pages beside it (gr.Blocks with routes)."""
    page = desk(client, stamp)

    async def arrive(_: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """Who has come, and which pages are open to them."""
        return await _answered(client.arrive(_cookie(request)))

    head = (
        f'<link rel="stylesheet" href="/static/pages.css?v={stamp}"><script src="/static/pages.js?v={stamp}"></script>'
    )
    for name in PAGES:
        with page.route(name, name, show_in_navbar=False):
            gr.HTML(
                html_template='<div class="cs"></div>',
                js_on_load=f"CargoscopePages.mount(element, server, {name!r});",
                head=head,
                server_functions=[arrive],
                apply_default_css=False,
            )
    return page


def desk(client: Client, stamp: str) -> Any:
    """The page (gr.Blocks): the viewer's component, and the functions that it may call."""

    async def opening(_: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """Who works here, which kinds of contraband there are, which model looks."""
        return await _answered(client.opening(_cookie(request)))

    async def worklist(question: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """Rows of the worklist that are open, decided or all."""
        filters = question.get("filters") or {}
        return await _answered(client.worklist(_cookie(request), str(question["state"]), filters))

    async def scan_card(question: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """One scan with its views, regions and decisions."""
        return await _answered(client.card(_cookie(request), str(question["scan_id"])))

    async def decide(question: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """Sends the officer's decision on one scan."""
        officer, scan_id = str(question["officer"]), str(question["scan_id"])
        return await _answered(client.decide(_cookie(request), scan_id, officer, question["decision"]))

    with gr.Blocks(title="Cargoscope", analytics_enabled=False, fill_height=True) as page:
        gr.HTML(
            html_template='<div class="cs"></div>',
            js_on_load="CargoscopeViewer.mount(element, server);",
            head=f'<script src="/static/viewer.js?v={stamp}"></script>',
            server_functions=[opening, worklist, scan_card, decide],
            apply_default_css=False,
            elem_id="desk",
        )
    return page


async def _answered(call: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """What the service answered; a refusal as {error, status}, which the page shows in words."""
    try:
        return await call
    except AuthError as error:
        return {"error": str(error), "status": 401}
    except AwayError as error:
        return {"error": str(error), "status": 503}
    except ServiceError as error:
        return {"error": str(error), "status": 400}


def _cookie(request: gr.Request) -> str:
    return str(request.headers.get("cookie", ""))


def _officer_by(client: Client) -> Any:
    """Gradio's question who is asking: the officer's name, or None. A page that nobody may see yet leads to another.

    So does the desk where somebody comes whose role has none; any other page is refused to whom it is not for.
    """

    async def officer(request: Request) -> str | None:
        is_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        try:
            who = await client.me(request.headers.get("cookie", ""))
        except AuthError:
            if is_page:
                raise HTTPException(303, headers={"Location": "/login"}) from None
            return None
        except ServiceError as error:
            raise HTTPException(503, str(error)) from error
        if who.must_change_password:
            if is_page:
                raise HTTPException(303, headers={"Location": "/password"})
            return None
        place = place_at(request.url.path) if is_page else None
        own = places_of(who.roles)
        if place is None or place.name in {one.name for one in own}:
            return who.name
        if place is DESK and own:
            raise HTTPException(303, headers={"Location": own[0].url})
        raise HTTPException(403, f"the page {place.name} is not for {', '.join(who.roles)}")

    return officer


def _add_pages(app: FastAPI) -> None:
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.mount("/messages", StaticFiles(directory=HERE / "messages"), name="messages")
    app.mount("/pages", StaticFiles(directory=HERE / "pages"), name="pages")

    @app.get("/", include_in_schema=False)
    def front() -> Response:
        return RedirectResponse(f"{PATH}/")

    @app.get("/login", include_in_schema=False)
    def login() -> Response:
        return FileResponse(HERE / "pages" / "login.html", headers=PAGE_HEADERS)

    @app.get("/password", include_in_schema=False)
    def password() -> Response:
        return FileResponse(HERE / "pages" / "password.html", headers=PAGE_HEADERS)

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return FileResponse(HERE / "pages" / "icon.svg", media_type="image/svg+xml")


def _close_with(app: FastAPI, client: Client) -> None:
    """Closes the client when the app stops."""
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(started: FastAPI) -> AsyncIterator[Any]:
        async with inner(started) as state:
            try:
                yield state
            finally:
                await client.close()

    app.router.lifespan_context = lifespan


def _stamp(folder: Path) -> str:
    """A name for this build of the bundles, so that browsers do not keep an older one."""
    files = sorted(file for file in folder.iterdir() if file.suffix in (".js", ".css"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
