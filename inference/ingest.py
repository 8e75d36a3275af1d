"""The one way into the archive: bytes to the disk, read as a scan, moved into place, recorded; then acknowledged."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cargoscope.datasets.archive import StoredScan
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.package import read_package
from cargoscope.errors import ConflictError, ScanError
from cargoscope.inference.parts import Parts
from cargoscope.scan import Scan

ZIP: Final = b"PK\x03\x04"


def ingest(parts: Parts, blocks: Iterable[bytes], file_name: str, station_id: str) -> tuple[StoredScan, bool]:
    """Store a scan that a station sent; True where it is new.

    When this returns, file and record are on the disk. ScanError for what is no scan, or names another station;
    LimitError for what is too large; ConflictError where the archive holds another scan under that id, or has those
    bytes from another station.
    """
    archive = parts.archive
    with archive.files.receive(blocks, file_name, parts.settings.max_scan_bytes) as incoming:
        known = archive.by_sha256(incoming.sha256)
        if known is None:
            limits = Limits(max_bytes=parts.settings.max_scan_bytes)
            scan = _read(incoming.path, file_name, station_id, incoming.sha256, limits)
            stored, new = archive.keep(incoming, scan, file_name)
        else:
            stored, new = known, False
    if stored.station_id != station_id:
        raise ConflictError(f"{file_name}: station {stored.station_id} has sent that scan already")
    parts.worker.wake()
    return stored, new


def _read(path: Path, file_name: str, station_id: str, sha256: str, limits: Limits) -> Scan:
    """A package says whose it is; for a plain image, the service supplies id, station and time."""
    scan = read_package(path, file_name, limits)
    with path.open("rb") as file:
        is_package = file.read(len(ZIP)) == ZIP
    if not is_package:
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file_name).stem).strip("-._")[:80] or "scan"
        return replace(scan, scan_id=f"{stem}-{sha256[:12]}", station_id=station_id, taken_at=datetime.now(UTC))
    if scan.station_id != station_id:
        raise ScanError(f"{file_name}: is a scan of station {scan.station_id!r}, the key is that of {station_id!r}")
    return scan
