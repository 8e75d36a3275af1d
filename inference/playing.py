"""Stations that play: a folder of scans, or simulated ones that wait in an outbox until they are stored."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

import structlog

from cargoscope.datasets.formats.package import package_bytes, read_package, write_package
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.errors import RefusedError, ScanError
from cargoscope.inference.gate import Delivery, Pitch
from cargoscope.inference.station import Service, Stop, declare, deliver, send_file, stream_scan
from cargoscope.scan import Scan

log = structlog.get_logger("cargoscope.station")

PAUSE_TICK_S: Final = 0.5


class Outbox:
    """Scans that this station took and nobody acknowledged yet, as packages in a folder; they survive the station.

    What the service refuses for good is kept in `refused/`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "refused").mkdir(parents=True, exist_ok=True)

    def put(self, scan: Scan) -> Path:
        """Keep a scan until it is stored."""
        path = self.folder / f"{scan.scan_id}.scan"
        write_package(path, scan)
        return path

    def waiting(self) -> list[Path]:
        """What is to be sent, in the order of the ids."""
        return sorted(self.folder.glob("*.scan"))

    def refused(self) -> list[Path]:
        """What the service refused for good."""
        return sorted((self.folder / "refused").glob("*.scan"))

    def deliver(self, service: Service, path: Path, streamed: bool, stop: Stop) -> None:
        """Send one scan and remove it from the outbox once it is stored. One that cannot be read counts as refused."""
        try:
            done = deliver(sender(service, path, streamed), path.name, stop)
        except (RefusedError, ScanError) as error:
            log.error("refused, kept aside", scan=path.name, error=str(error))
            path.rename(self.folder / "refused" / path.name)
            return
        if done is not None:
            path.unlink()


def sender(service: Service, path: Path, streamed: bool) -> Callable[[], str]:
    """What sends a file: as it is, or, a package, column by column."""
    if streamed:
        scan = read_package(path)
        return lambda: stream_scan(service, scan)
    return lambda: send_file(service, path.read_bytes(), path.name)


def play_folder(
    service: Service,
    found: Iterable[Delivery],
    every_s: float,
    streamed: bool,
    stop: Stop,
    pitch_mm: Pitch | None = None,
) -> list[tuple[Path, str]]:
    """Send scans one after the other; those that are no scans or are refused, with the sentence why.

    What a scanner's XML says of a scan goes with it: id and time in it, containers as its declaration.
    """
    refused: list[tuple[Path, str]] = []
    for one in found:
        try:
            deliver(_sender_of(service, one, streamed, pitch_mm), one.name, stop)
        except (RefusedError, ScanError, OSError) as error:
            log.error("refused", scan=one.name, error=str(error))
            refused.append((one.files[0], str(error)))
        if stop.wait(every_s):
            break
    return refused


def _sender_of(service: Service, one: Delivery, streamed: bool, pitch_mm: Pitch | None) -> Callable[[], str]:
    record = one.record
    if record is None and pitch_mm is None:
        return sender(service, one.files[0], streamed)
    scan = one.scan(pitch_mm)
    packed = b"" if streamed else package_bytes(scan)

    def send() -> str:
        scan_id = stream_scan(service, scan) if streamed else send_file(service, packed, f"{scan.scan_id}.scan")
        if record is not None:
            declare(service, scan_id, record)
        return scan_id

    return send


@dataclass(frozen=True)
class Play:
    """How a simulated station behaves. start: index of its first scan. count: how many, None for no end."""

    plan: Plan
    start: int
    every_s: float
    count: int | None = None
    streamed: bool = True


def play_simulated(service: Service, play: Play, outbox: Outbox, stop: Stop, paused: Stop) -> None:
    """Take a simulated scan every few seconds and send it; none is taken while `paused` is set.

    What an earlier start left in the outbox is sent first. Scans carry the time at which they are taken here.
    """
    for path in outbox.waiting():
        outbox.deliver(service, path, play.streamed, stop)
    indices = count(play.start) if play.count is None else range(play.start, play.start + play.count)
    for index in indices:
        while paused.is_set() and not stop.wait(PAUSE_TICK_S):
            pass
        if stop.is_set():
            return
        began = time.monotonic()
        scan, _ = simulate(play.plan, index)
        path = outbox.put(replace(scan, taken_at=datetime.now(UTC)))
        outbox.deliver(service, path, play.streamed, stop)
        if stop.wait(max(0.0, play.every_s - (time.monotonic() - began))):
            return
