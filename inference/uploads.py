"""One file of a multipart body, read by the route itself, so that nobody may send more than it allows."""

from collections.abc import AsyncIterator, Iterator
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from cargoscope.errors import LimitError, ScanError

BLOCK: Final = 1024 * 1024
ENVELOPE: Final = 64 * 1024
"""Bytes of a multipart body that are not the file."""


async def receive(request: Request, max_bytes: int, what: str) -> UploadFile:
    """The file in the field `file`. what: is sent, such as "a scan". ScanError for another body, LimitError as soon as
    it is too large."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise ScanError(f"{what} is sent as multipart/form-data, in the field 'file'")

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
        raise LimitError(f"{what} may have {max_bytes} bytes, got {announced}")
    try:
        form = await MultiPartParser(request.headers, limited(), max_files=1, max_fields=4).parse()  # type: ignore[arg-type]
    except (MultiPartException, KeyError) as error:
        if left < 0:
            raise LimitError(f"{what} may have {max_bytes} bytes, got more") from error
        raise ScanError(f"the multipart body is damaged: {getattr(error, 'message', error)}") from error
    file = form.get("file")
    if not isinstance(file, UploadFile):
        await form.close()
        raise ScanError("the multipart body has no file in the field 'file'")
    return file


def blocks(upload: UploadFile) -> Iterator[bytes]:
    """The bytes of a file, piece by piece."""
    while block := upload.file.read(BLOCK):
        yield block
