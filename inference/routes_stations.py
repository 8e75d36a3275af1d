"""What a scanner station sends: whole scans as files. (Streams: see streaming.py.)"""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from cargoscope.inference import wire
from cargoscope.inference.auth import StationDep
from cargoscope.inference.ingest import ingest
from cargoscope.inference.parts import Parts, PartsDep
from cargoscope.inference.uploads import blocks, receive

router = APIRouter(tags=["stations"])

SCANS: Final = "/v1/scans"
"""Where whole scans are sent: the one path whose bodies may be large."""


@router.post(SCANS, status_code=201)
async def send_scan(request: Request, station_id: StationDep, parts: PartsDep, response: Response) -> wire.Stored:
    """Store a scan, sent as `multipart/form-data` in the field `file`. 201 when new, 200 for bytes that are known.

    The body is read here and not by the framework, so that nobody without a key can send anything, and nobody more
    than a scan may have.
    """
    upload = await receive(request, parts.settings.max_scan_bytes, "a scan")
    try:
        answer, new = await run_in_threadpool(_store, parts, upload, station_id)
    finally:
        await upload.close()
    response.status_code = 201 if new else 200
    return answer


@router.get("/v1/streams")
def unfinished_streams(station_id: StationDep, parts: PartsDep) -> list[wire.UnfinishedStream]:
    """The station's own streams that are not finished, the one that waits longest first; each may go on."""
    return [
        wire.UnfinishedStream(
            scan_id=one.hello.scan_id,
            station_id=one.station_id,
            columns=one.columns,
            touched_at=one.touched_at.isoformat(),
            state=one.state,
        )
        for one in parts.streams.unfinished(station_id)
    ]


def _store(parts: Parts, upload: UploadFile, station_id: str) -> tuple[wire.Stored, bool]:
    stored, new = ingest(parts, blocks(upload), upload.filename or "scan", station_id)
    status = parts.archive.case(stored.scan_id).status
    return wire.Stored(scan_id=stored.scan_id, sha256=stored.sha256, status=status), new
