"""Photographs of physical examinations: files named by their sha256, and a table that says whose they are."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from cargoscope.datasets.archive import records
from cargoscope.datasets.archive.database import now, writing
from cargoscope.datasets.archive.files import Incoming, ScanFiles
from cargoscope.datasets.archive.records import Photo
from cargoscope.datasets.archive.tables import photos, scans
from cargoscope.datasets.formats.jpeg import read_jpeg
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.png import read_png
from cargoscope.errors import ConflictError, LimitError, NotFoundError, ScanError

MAX_PHOTOS: Final = 40
"""Of one scan."""

DECODED: Final = Limits(max_bytes=1024**3, max_pixels=60_000_000)
"""How large a photograph may be once it is decoded: the largest of today's telephones fit."""

READERS: Final = {b"\x89PNG\r\n\x1a\n": ("image/png", read_png), b"\xff\xd8\xff": ("image/jpeg", read_jpeg)}
"""By the bytes that a file begins with."""


_DECODING = threading.Lock()
"""A photograph that is decoded may take half a gigabyte; one at a time."""


class Photos:
    """The photographs of an archive. Nothing of them is ever changed."""

    def __init__(self, engine: sa.Engine, root: Path) -> None:
        self._engine = engine
        self.files = ScanFiles(root, ".photo")

    def add(self, scan_id: str, blocks: Iterable[bytes], name: str, by: str, max_bytes: int) -> tuple[Photo, bool]:
        """Store a photograph as it arrives, whole and readable; True where it is new to its scan.

        ScanError for what is no PNG or JPEG, or damaged; LimitError for what is too large, ConflictError for more than
        MAX_PHOTOS; NotFoundError where there is no such scan.
        """
        with self.files.receive(blocks, name, max_bytes) as incoming:
            with _DECODING:
                media_type, width, height = _examined(incoming, name)
            row = {
                "scan_id": scan_id,
                "sha256": incoming.sha256,
                "media_type": media_type,
                "size_bytes": incoming.size_bytes,
                "width": width,
                "height": height,
                "added_by": by,
                "added_at": now(),
            }
            with writing(self._engine) as connection:
                if connection.execute(sa.select(scans.c.seq).where(scans.c.scan_id == scan_id)).first() is None:
                    raise NotFoundError(f"no scan {scan_id!r}")
                mine = sa.select(photos).where(photos.c.scan_id == scan_id)
                known = [records.photo(one) for one in connection.execute(mine)]
                same = next((one for one in known if one.sha256 == incoming.sha256), None)
                if same is not None:
                    return same, False
                if len(known) >= MAX_PHOTOS:
                    raise ConflictError(f"scan {scan_id}: has {len(known)} photographs, and no more are taken")
                connection.execute(photos.insert().values(row | {"file": self.files.keep(incoming)}))
        return self.of(scan_id, incoming.sha256), True

    def of(self, scan_id: str, sha256: str) -> Photo:
        """A photograph of a scan; NotFoundError where there is none."""
        query = sa.select(photos).where(photos.c.scan_id == scan_id, photos.c.sha256 == sha256)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFoundError(f"scan {scan_id}: no photograph {sha256[:64]!r}")
        return records.photo(row)


def _examined(incoming: Incoming, name: str) -> tuple[str, int, int]:
    """(media type, width, height) of a photograph that can be decoded."""
    content = incoming.path.read_bytes()
    for magic, (media_type, read) in READERS.items():
        if content.startswith(magic):
            try:
                height, width = read(content, name, DECODED).samples.shape[1:]
            except LimitError as error:
                raise LimitError(f"a photograph: {error}") from error
            return media_type, width, height
    raise ScanError(f"{name}: a photograph is a PNG or a JPEG file")
