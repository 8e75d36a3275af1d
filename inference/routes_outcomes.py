"""What physical examinations found, with photographs; entered after the decision, often by somebody else."""

from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse

from cargoscope import taxonomy
from cargoscope.datasets.archive import StoredScan
from cargoscope.errors import NotFoundError, ReviewError
from cargoscope.inference import cards, wire
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.parts import PartsDep
from cargoscope.inference.uploads import blocks, receive
from cargoscope.review import FoundItem, Outcome

log = structlog.get_logger("cargoscope.outcomes")

router = APIRouter(prefix="/v1", tags=["outcomes"])


@router.post("/scans/{scan_id}/outcome", status_code=201)
def conclude(scan_id: str, body: wire.OutcomeBody, who: OfficerDep, parts: PartsDep) -> wire.OutcomeCard:
    """Store what the physical examination found."""
    stored = parts.archive.stored(scan_id)
    items = tuple(FoundItem(**item.model_dump()) for item in body.items)
    for item in items:
        _check_place(item, stored)
    found = tuple(dict.fromkeys((*body.found, *(item.kind for item in items))))
    for kind in found:
        taxonomy.kind(kind)
    outcome = Outcome(scan_id, body.opened, found, body.note, who.name, datetime.now(UTC), items, body.photos)
    parts.archive.conclude(outcome)
    return cards.outcome(outcome)


@router.post("/scans/{scan_id}/photos", status_code=201)
async def add_photo(
    scan_id: str, request: Request, who: OfficerDep, parts: PartsDep, response: Response
) -> wire.PhotoCard:
    """Store a photograph, sent as `multipart/form-data` in the field `file`: PNG or JPEG. 200 for one that is known."""
    max_bytes = parts.settings.max_photo_bytes
    upload = await receive(request, max_bytes, "a photograph")
    try:
        stored, new = await run_in_threadpool(
            parts.archive.photos.add, scan_id, blocks(upload), "the photograph", who.name, max_bytes
        )
    finally:
        await upload.close()
    response.status_code = 201 if new else 200
    return cards.photo(stored)


@router.get("/scans/{scan_id}/photos/{photo_id}")
def photo(scan_id: str, photo_id: str, parts: PartsDep) -> FileResponse:
    """A photograph as it arrived."""
    one, files = parts.archive.photos.of(scan_id, photo_id), parts.archive.photos.files
    if not files.holds(one.file, one.size_bytes):
        log.error("the file of a photograph is missing", scan_id=scan_id, photo_id=photo_id, file=one.file)
        raise NotFoundError(f"scan {scan_id}: the file of photograph {photo_id[:12]} is missing from the archive")
    headers = {"Cache-Control": "private, max-age=3600", "Vary": "Cookie, Authorization"}
    return FileResponse(files.path(one.file), media_type=one.media_type, headers=headers)


def _check_place(item: FoundItem, stored: StoredScan) -> None:
    """ReviewError for a place that is not in the scan."""
    if item.view is None:
        return
    if item.view >= len(stored.views):
        raise ReviewError(f"{item.kind}: the scan has views 0..{len(stored.views) - 1}, got {item.view}")
    view = stored.views[item.view]
    if item.box is not None:
        x1, y1, x2, y2 = item.box
        if not (0 <= x1 <= x2 - 1 <= view.width - 1 and 0 <= y1 <= y2 - 1 <= view.height - 1):
            raise ReviewError(f"{item.kind}: a box lies within {view.width}×{view.height} pixels, got {item.box}")
