"""Scans that arrive column by column while the truck still moves: WS /v1/stream."""

import asyncio
import time
from collections.abc import MutableMapping
from typing import Any, Final, TypeVar

import structlog
from fastapi import APIRouter, WebSocket
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from cargoscope.datasets.archive import StoredScan, ViewFacts
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.errors import AuthError, CargoscopeError, ConflictError, NotFoundError, ScanError, ServiceError
from cargoscope.inference.auth import station
from cargoscope.inference.ingest import ingest
from cargoscope.inference.parts import Parts, parts_of
from cargoscope.inference.spool import Spool, taken_at
from cargoscope.inference.wire import End, Hello

log = structlog.get_logger("cargoscope.streaming")

router = APIRouter(prefix="/v1", tags=["stations"])

HELLO_WAIT_S: Final = 10.0
SYNC_S: Final = 0.25
"""Longest time between the arrival of a block and the acknowledgement that it is on the disk."""

Message = TypeVar("Message", Hello, End)

REFUSED: Final = 1008
"""WebSocket close code: what was sent breaks a rule."""


@router.websocket("/stream")
async def stream(socket: WebSocket) -> None:
    """One scan. The station may break off at any time and go on later, after a restart of the service too."""
    parts = parts_of(socket)
    try:
        station_id = await run_in_threadpool(station, socket)
    except AuthError:
        await socket.close(REFUSED)
        return
    await socket.accept()
    try:
        async with asyncio.timeout(HELLO_WAIT_S):
            hello = _parsed(Hello, await socket.receive())
        with parts.streams.alone(station_id, hello.scan_id):
            stored = await run_in_threadpool(_already_stored, parts, hello, station_id)
            if stored is None:
                try:
                    stored = await _take(socket, parts, hello, station_id)
                except BaseException:
                    # While nobody can begin it again. Not awaited, for a task that is being cancelled may await nothing
                    # more; and it is one short write.
                    gone = {"scan_id": hello.scan_id, "station_id": station_id, "columns": None, "score": None}
                    parts.archive.announce("stream", gone)
                    raise
        await socket.send_json({"type": "stored", "scan_id": stored.scan_id, "sha256": stored.sha256})
        await socket.close()
    except WebSocketDisconnect:
        log.info("stream broke off", station_id=station_id)
    except TimeoutError:
        await _refuse(socket, station_id, f"nothing was announced within {HELLO_WAIT_S:.0f} s", retry=True)
    except CargoscopeError as error:
        await _refuse(socket, station_id, str(error), retry=isinstance(error, ServiceError))


async def _take(socket: WebSocket, parts: Parts, hello: Hello, station_id: str) -> StoredScan:
    """Take columns until the station says that these were all; the stored scan."""
    spool = await run_in_threadpool(parts.streams.open, hello, station_id)
    try:
        begun = {"scan_id": hello.scan_id, "station_id": station_id, "columns": min(spool.columns), "score": None}
        await run_in_threadpool(parts.archive.announce, "stream", begun)
        await socket.send_json({"type": "ready", "columns": spool.columns})
        end = await _columns(socket, spool)
        return await run_in_threadpool(_finish, parts, spool, end)
    finally:
        spool.close()


async def _columns(socket: WebSocket, spool: Spool) -> End:
    """Write blocks as they come, acknowledge them once they are on the disk; the announcement of the end."""
    told, synced_at = list(spool.columns), time.monotonic()
    message = asyncio.ensure_future(socket.receive())
    try:
        while True:
            await asyncio.wait({message}, timeout=SYNC_S)
            if message.done():
                got = message.result()
                if got.get("bytes") is None:
                    return _parsed(End, got)
                await run_in_threadpool(spool.add, got["bytes"])
                message = asyncio.ensure_future(socket.receive())
            if spool.columns != told and time.monotonic() - synced_at >= SYNC_S:
                await run_in_threadpool(spool.sync)
                for view, (before, held) in enumerate(zip(told, spool.columns, strict=True)):
                    if held != before:
                        await socket.send_json({"type": "columns", "view": view, "columns": held})
                told, synced_at = list(spool.columns), time.monotonic()
    finally:
        message.cancel()


def _finish(parts: Parts, spool: Spool, end: End) -> StoredScan:
    with parts.assembling:
        content = package_bytes(spool.scan(end.columns))
    stored, _ = ingest(parts, [content], f"{spool.hello.scan_id}.scan", spool.station_id)
    spool.remove()
    return stored


def is_stored(parts: Parts, hello: Hello, station_id: str) -> bool:
    """Whether the very scan that a station announced is stored, its file too."""
    try:
        return _already_stored(parts, hello, station_id) is not None
    except ConflictError:
        return False


def _already_stored(parts: Parts, hello: Hello, station_id: str) -> StoredScan | None:
    """The scan, where it is stored and the station announces the very same: it missed the acknowledgement.

    None where its file went missing, so that it is stored again, and where a test image has its name. ConflictError
    where the station announces another one under that id.
    """
    try:
        stored = parts.archive.stored(hello.scan_id)
    except NotFoundError:
        return None
    if parts.archive.projections.of(hello.scan_id) is not None:
        return None
    widths = [view.width for view in stored.views]
    said = tuple(
        ViewFacts(view.name, width, view.height, view.energies, view.open_beam, view.pitch_mm, view.bits)
        for view, width in zip(hello.views, widths, strict=False)
    )
    if (stored.station_id, stored.taken_at, stored.views) != (station_id, taken_at(hello), said):
        raise ConflictError(f"scan {hello.scan_id}: the archive holds another scan under that id")
    return stored if parts.archive.is_whole(stored) else None


def _parsed(kind: type[Message], got: MutableMapping[str, Any]) -> Message:
    """A text message of one kind; ScanError for anything else, WebSocketDisconnect where the station has gone."""
    if got["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(got.get("code", 1006))
    try:
        return kind.model_validate_json(got.get("text") or "")
    except ValidationError as error:
        places = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        raise ScanError(f"no {kind.__name__.lower()} message: {'; '.join(places[:5])}") from error


async def _refuse(socket: WebSocket, station_id: str, sentence: str, retry: bool) -> None:
    """Say why and close. retry: the same may be accepted later."""
    log.warning("stream refused", station_id=station_id, error=sentence)
    await socket.send_json({"type": "error", "error": sentence, "retry": retry})
    await socket.close(REFUSED)
