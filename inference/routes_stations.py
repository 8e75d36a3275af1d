"""What a scanner station sends: whole scans as files. (Streams: see streaming.py.)"""

from collections.abc import AsyncIterator, Iterator
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from cargoscope.errors import LimitError, ScanError
from cargoscope.inference import wire
from cargoscope.inference.auth import StationDep
from cargoscope.inference.ingest import ingest
from cargoscope.inference.parts import Parts, PartsDep

router = APIRouter(tags=["stations"])

SCANS: Final = "/v1/scans"
"""Where whole scans are sent: the one path whose bodies may be large."""

BLOCK: Final = 1024 * 1024
ENVELOPE: Final = 64 * 1024
"""Bytes of a multipart body that are not the file."""


@router.post(SCANS, status_code=201)
async def send_scan(request: Request, station_id: StationDep, parts: PartsDep, response: Response) -> wire.Stored:
    """Store a scan, sent as `multipart/form-data` in the field `file`. 201 when new, 200 for bytes that are known.

    The body is read here and not by the framework, so that nobody without a key can send anything, and nobody more
    than a scan may have.
    """
    upload = await _upload(request, parts.settings.max_scan_bytes)
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


async def _upload(request: Request, max_bytes: int) -> UploadFile:
    """The file of a multipart body. ScanError for another body, LimitError as soon as it is too large."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise ScanError("a scan is sent as multipart/form-data, in the field 'file'")

    left = max_bytes + ENVELOPE

    async def limited() -> AsyncIterator[bytes]:
        """The parser cleans up after its own exception only, so that is what ends it."""
        nonlocal left
        async for block in request.stream():
            left -= len(block)
            if left < 0:
                raise MultiPartException("too large")
            yield block

    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes + ENVELOPE:
        raise LimitError(f"a scan may have {max_bytes} bytes, got {announced}")
    try:
        form = await MultiPartParser(request.headers, limited(), max_files=1, max_fields=4).parse()  # type: ignore[arg-type]
    except (MultiPartException, KeyError) as error:
        if left < 0:
            raise LimitError(f"a scan may have {max_bytes} bytes, got more") from error
        raise ScanError(f"the multipart body is damaged: {getattr(error, 'message', error)}") from error
    file = form.get("file")
    if not isinstance(file, UploadFile):
        await form.close()
        raise ScanError("the multipart body has no file in the field 'file'")
    return file


def _store(parts: Parts, upload: UploadFile, station_id: str) -> tuple[wire.Stored, bool]:
    stored, new = ingest(parts, _blocks(upload), upload.filename or "scan", station_id)
    status = parts.archive.case(stored.scan_id).status
    return wire.Stored(scan_id=stored.scan_id, sha256=stored.sha256, status=status), new


def _blocks(upload: UploadFile) -> Iterator[bytes]:
    while block := upload.file.read(BLOCK):
        yield block
