"""The one way into the archive: bytes to the disk, read as a scan, moved into place, recorded; then acknowledged."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from cargoscope.datasets.archive import StoredScan
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.read import UNKNOWN_STATION, read_scan
from cargoscope.errors import ConflictError, ScanError
from cargoscope.inference.parts import Parts
from cargoscope.scan import Scan

log = structlog.get_logger("cargoscope.ingest")


def ingest(parts: Parts, blocks: Iterable[bytes], file_name: str, station_id: str) -> tuple[StoredScan, bool]:
    """Store a scan that a station sent; True where it is new.

    When this returns, file and record are on the disk: a known scan whose file went missing gets it back.
    ScanError for what is no scan, or names another station; LimitError for what is too large; ConflictError where the
    archive holds another scan under that id, or has those bytes from another station.
    """
    archive = parts.archive
    with archive.files.receive(blocks, file_name, parts.settings.max_scan_bytes) as incoming:
        known = archive.by_sha256(incoming.sha256)
        if known is None or not archive.is_whole(known):
            limits = Limits(max_bytes=parts.settings.max_scan_bytes)
            with parts.assembling:
                scan = _own_name(parts, _read(incoming.path, file_name, station_id, limits))
            stored, new = archive.keep(incoming, scan, file_name)
        else:
            stored, new = known, False
    if stored.station_id != station_id:
        raise ConflictError(f"{file_name}: station {stored.station_id} has sent that scan already")
    parts.worker.wake()
    return stored, new


def _own_name(parts: Parts, scan: Scan) -> Scan:
    """No real scan is ever refused because a test image has its name: it is stored under that name and ".2"."""
    if parts.archive.projections.of(scan.scan_id) is None:
        return scan
    log.warning("a test image has the name of a scan that arrived", scan_id=scan.scan_id)
    return replace(scan, scan_id=f"{scan.scan_id[:126]}.2")


def _read(path: Path, file_name: str, station_id: str, limits: Limits) -> Scan:
    """A package says whose it is; for a plain image, the station and the time of its arrival are supplied."""
    scan = read_scan(path, file_name, limits, taken_at=datetime.now(UTC))
    if scan.station_id == UNKNOWN_STATION:
        return replace(scan, station_id=station_id)
    if scan.station_id != station_id:
        raise ScanError(f"{file_name}: is a scan of station {scan.station_id!r}, the key is that of {station_id!r}")
    return scan
