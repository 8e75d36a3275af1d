"""The service: the routes of stations and officers over one archive, one worker and the active model."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cargoscope import errors
from cargoscope.datasets.archive import Archive
from cargoscope.inference import (
    events,
    routes_accounts,
    routes_compare,
    routes_competence,
    routes_figures,
    routes_meaning,
    routes_officers,
    routes_oidc,
    routes_outcomes,
    routes_scene,
    routes_site,
    routes_stations,
    routes_training,
    routes_viewer,
    streaming,
    wire,
)
from cargoscope.inference.access import permitted
from cargoscope.inference.attendant import Attendant
from cargoscope.inference.auth import refuse_foreign_page
from cargoscope.inference.oidc import OpenId
from cargoscope.inference.parts import Parts, PartsDep
from cargoscope.inference.provisional import Examiner, Provisional
from cargoscope.inference.streams import Streams
from cargoscope.inference.tiles import Pyramids
from cargoscope.inference.worker import Worker
from cargoscope.settings import Settings

log = structlog.get_logger("cargoscope.service")

STATUS: dict[type[errors.CargoscopeError], int] = {
    errors.LimitError: 413,
    errors.ScanError: 400,
    errors.ReviewError: 422,
    errors.TaxonomyError: 422,
    errors.DetectionError: 422,
    errors.PasswordError: 422,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.ArchiveError: 400,
    errors.ThrottledError: 429,
    errors.ForbiddenError: 403,
    errors.AuthError: 401,
    errors.ModelError: 503,
    errors.ServiceError: 503,
}
"""Of each kind of error the HTTP status; the nearest ancestor counts."""


PARTS: Final = (
    routes_accounts,
    routes_oidc,
    routes_officers,
    routes_outcomes,
    routes_site,
    routes_stations,
    routes_compare,
    routes_viewer,
    routes_meaning,
    routes_scene,
    routes_competence,
    routes_figures,
    routes_training,
    events,
    streaming,
)
"""Modules with a `router`. Each of their routes stands in `access.ROUTES`."""

UPLOADS: Final = re.compile(r"/v1/scans(/[^/]+/photos)?")
"""Paths of files, whose routes keep to limits of their own."""

MAX_BODY: Final = 2 * 1024 * 1024
"""Bytes of a body that is no file: a decision on a thousand regions is smaller."""


def make_service(settings: Settings, archive: Archive, worker: Worker) -> FastAPI:
    """The service. The worker runs from start to stop of the app; whoever opened the archive closes it."""
    archive.follow(settings.site)
    streams = Streams(settings)
    oidc = None if settings.oidc is None else OpenId(settings.oidc)
    pyramids, of_cases = (Pyramids(source, settings.tile_cache_bytes) for source in (archive, archive.library))
    provisional = Provisional(streams, settings.provisional_columns)
    parts = Parts(settings, archive, worker, pyramids, of_cases, streams, provisional, oidc)
    worker.idle = partial(_glimpse, parts)
    app = FastAPI(title="Cargoscope", version="1", lifespan=_lifespan, openapi_url=None)
    app.state.parts = parts
    app.add_middleware(_Gate)
    app.add_middleware(_Headers)
    app.add_exception_handler(errors.CargoscopeError, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_body)
    app.add_exception_handler(HTTPException, _refuse_http)
    for part in PARTS:
        app.include_router(part.router, dependencies=[Depends(permitted)])

    @app.get("/alive")
    def alive() -> wire.Alive:
        """The process answers."""
        return wire.Alive(status="alive")

    @app.get("/ready")
    def ready(parts: PartsDep) -> wire.Alive:
        """A model is loaded and warm, and the archive is open."""
        if not parts.worker.ready.is_set():
            raise errors.ModelError(parts.worker.trouble or "the model is being loaded")
        return wire.Alive(status="ready")

    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
    folders = (parts.archive.files, parts.archive.photos.files, parts.archive.library.files)
    swept = sum(files.sweep() for files in folders)
    orphans, missing = parts.archive.check()
    if swept or orphans:
        log.info("left over by an earlier stop, harmless", unfinished_uploads=swept, files_without_scan=orphans)
    unfinished = parts.streams.sweep(partial(streaming.is_stored, parts))
    if unfinished:
        log.info("streams that may go on where they broke off", scan_ids=[one.hello.scan_id for one in unfinished])
    if missing:
        log.error("files of stored scans are missing", scan_ids=missing)
    parts.worker.start()
    attendant = Attendant(parts.archive, parts.worker.wake)
    attendant.start()
    try:
        yield
    finally:
        parts.closing.set()
        attendant.stop()
        parts.worker.stop()


def _glimpse(parts: Parts, examiner: Examiner) -> bool:
    """Look at a truck that is still in the tunnel, and tell the consoles."""
    seen = parts.provisional.look(examiner)
    if seen is None:
        return False
    glimpse = parts.provisional.of(seen.station_id, seen.hello.scan_id)
    score = None if glimpse is None else glimpse.score
    body = {"scan_id": seen.hello.scan_id, "station_id": seen.station_id, "columns": min(seen.columns), "score": score}
    parts.archive.announce("stream", body)
    return True


def _sentence(status: int, text: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(wire.Problem(error=text).model_dump(), status, headers)


async def _refuse(request: Request, error: Exception) -> Response:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    log.info("refused", method=request.method, path=request.url.path, status=status, error=str(error))
    return _sentence(status, str(error), {"WWW-Authenticate": "Bearer"} if status == 401 else None)


async def _refuse_body(_: Request, error: Exception) -> Response:
    """What does not fit the body's model, without repeating what was sent: it may be a password."""
    assert isinstance(error, RequestValidationError)
    places = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
    return _sentence(422, "; ".join(places[:5]))


async def _refuse_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _sentence(error.status_code, str(error.detail), dict(error.headers or {}))


class _Gate:
    """Refuses what no route should ever see: orders from another site's page, and bodies that would fill the memory.

    It stands before the console too, whose framework answers pages of any origin. A scan has limits of its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            try:
                refuse_foreign_page(Request(scope))
            except errors.ForbiddenError as error:
                await _sentence(403, str(error))(scope, receive, send)
                return
        left = MAX_BODY

        async def limited() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0 and not UPLOADS.fullmatch(scope["path"]):
                raise HTTPException(413, f"a body may have at most {MAX_BODY} bytes, got more")
            return message

        await self.app(scope, limited, send)


class _Headers:
    """Security headers. No page of ours stands in another site's frame; what is under /v1 is never a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "no-referrer"
                if scope["path"].startswith("/v1/"):
                    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
                    headers.setdefault("Cache-Control", "no-store")
                else:
                    headers.setdefault("Content-Security-Policy", "frame-ancestors 'none'")
            await send(message)

        await self.app(scope, receive, send_with_headers)
