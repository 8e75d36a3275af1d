"""Server-sent events: what happens to scans and to the model, as it happens."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from typing import Annotated, Final

from fastapi import APIRouter, Header
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from cargoscope.datasets.archive import Event, Officer
from cargoscope.errors import AuthError
from cargoscope.inference import veil
from cargoscope.inference.access import LOOKING
from cargoscope.inference.auth import OfficerDep, TokenDep
from cargoscope.inference.parts import Parts, PartsDep

router = APIRouter(prefix="/v1", tags=["officers"])

TICK_S: Final = 0.2
HEARTBEAT_S: Final = 15.0


@router.get("/events")
async def events(
    who: OfficerDep, token: TokenDep, parts: PartsDep, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """`event: scan`, `event: lease` and `event: model`. After a break the browser sends Last-Event-ID and misses
    nothing. Of scans learns who may look at them; of a first opinion nobody who may have to give the second."""
    known = last_event_id is not None and last_event_id.isdecimal() and len(last_event_id) < 20
    start = int(last_event_id) if last_event_id is not None and known else None
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(listen(parts, start, token, who), media_type="text/event-stream", headers=headers)


async def listen(parts: Parts, start: int | None, token: str, who: Officer) -> AsyncGenerator[str, None]:
    """The text of the stream, from after event `start`, or from now on. Ends when the service is closing, or
    the officer's session has ended, or their roles have changed.

    Between events it only compares a number in memory.
    """
    archive = parts.archive
    newest = await run_in_threadpool(archive.last_event)
    seen = newest if start is None else min(start, newest)
    written = -1
    checked_at = time.monotonic()
    yield "retry: 1000\n\n"
    while not parts.closing.is_set():
        if time.monotonic() - checked_at > HEARTBEAT_S:
            if not await run_in_threadpool(_is_open, parts, token, who):
                return
            yield ": still here\n\n"
            checked_at = time.monotonic()
        if written != archive.events_written:
            written = archive.events_written
            news = await run_in_threadpool(archive.events_after, seen)
            for event in news:
                heard = _as_heard_by(who, event, veil.prescribed(parts, who))
                if heard is not None:
                    yield f"id: {heard.seq}\nevent: {heard.kind}\ndata: {json.dumps(heard.body)}\n\n"
                seen = event.seq
            if news:
                written = -1
            continue
        await asyncio.sleep(TICK_S)


def _as_heard_by(who: Officer, event: Event, blind: bool = False) -> Event | None:
    """An event as somebody may hear it, None for nothing. blind: without scores, where they have to look first.

    That a scan waits for a second reader tells that somebody gave a first opinion. Who may have to give the second
    hears instead that the scan was given back: were there silence, the gap in the numbers would tell.
    """
    if event.kind == "model":
        return event
    if not who.roles & LOOKING:
        return None
    if who.reads_blind and event.body.get("status") == "second":
        return Event(event.seq, "lease", {"scan_id": event.body["scan_id"], "officer": None, "until": None})
    return Event(event.seq, event.kind, event.body | {"score": None}) if blind and "score" in event.body else event


def _is_open(parts: Parts, token: str, who: Officer) -> bool:
    try:
        return parts.archive.accounts.session(token).roles == who.roles
    except AuthError:
        return False
