"""Scans that are being streamed, and those that broke off: a folder for every station, in it one for every scan.

streams/gate-1/scan-17/           may go on any moment; a station has a limited number of these
streams/gate-1/.stale/scan-3/     not touched for long; may go on too, and counts no more
"""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from cargoscope.atomic import make_folder, move, sync_folder
from cargoscope.errors import ServiceError
from cargoscope.inference.spool import HELLO_FILE, Spool, check
from cargoscope.inference.wire import Hello
from cargoscope.settings import Settings

STALE: Final = ".stale"
"""No scan can have this name."""

State = Literal["streaming", "unfinished", "stale"]


@dataclass(frozen=True)
class Unfinished:
    """A scan of which columns wait on the disk. columns: whole ones of each view. touched_at: when the last came."""

    station_id: str
    hello: Hello
    columns: tuple[int, ...]
    touched_at: datetime
    state: State
    folder: Path


class Streams:
    """All streams of a service. Any thread may use it. Nothing is deleted but columns of scans that are stored."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.root = settings.data_dir / "streams"
        self._busy: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def alone(self, station_id: str, scan_id: str) -> Iterator[None]:
        """One connection per scan at a time; ServiceError for a second one."""
        with self._lock:
            if (station_id, scan_id) in self._busy:
                raise ServiceError(f"scan {scan_id} is being streamed already")
            self._busy.add((station_id, scan_id))
        try:
            yield
        finally:
            with self._lock:
                self._busy.remove((station_id, scan_id))

    def open(self, hello: Hello, station_id: str) -> Spool:
        """Begin a scan, or go on with it, stale or not. Only within `alone`.

        ServiceError where it is new and the station has as many unfinished ones as it may; other errors as `Spool`.
        """
        check(hello, station_id, self.settings)
        here = self.root / station_id
        folder, stale = here / hello.scan_id, here / STALE / hello.scan_id
        with self._lock:
            self._set_aside(station_id)
            if not folder.is_dir():
                if stale.is_dir():
                    move(stale, folder)
                else:
                    self._refuse_more(station_id)
                    make_folder(folder)
            spool = Spool(folder, hello, station_id, self.settings)
        for name in (here, self.root):
            sync_folder(name)
        return spool

    def unfinished(self, station_id: str | None = None) -> list[Unfinished]:
        """What waits on the disk, of all stations or of one, the one that waits longest first. Nothing is moved: other
        processes may ask too."""
        with self._lock:
            stations = sorted(_folders(self.root)) if station_id is None else [self.root / station_id]
            found = [
                self._read(folder)
                for station in stations
                for within in (station, station / STALE)
                for folder in _folders(within)
            ]
        return sorted((one for one in found if one is not None), key=lambda one: one.touched_at)

    def under_way(self) -> list[Unfinished]:
        """What is being streamed this moment, in the order in which the latest columns came."""
        with self._lock:
            if not self._busy:
                return []
        return [one for one in self.unfinished() if one.state == "streaming"]

    def sweep(self, is_stored: Callable[[Hello, str], bool]) -> list[Unfinished]:
        """Remove the columns of scans that are stored meanwhile, at the start of the service; what is left."""
        left = []
        for one in self.unfinished():
            if is_stored(one.hello, one.station_id):
                shutil.rmtree(one.folder)
            else:
                left.append(one)
        return left

    def _refuse_more(self, station_id: str) -> None:
        count = len(_folders(self.root / station_id))
        if count >= self.settings.max_streams:
            raise ServiceError(
                f"station {station_id} has {count} unfinished streams; finish one of them, or wait: after "
                f"{self.settings.stream_stale_hours:g} h without a column it counts no more"
            )

    def _set_aside(self, station_id: str) -> None:
        """Move what nobody touched for long to the stale ones."""
        for folder in _folders(self.root / station_id):
            aside = folder.parent / STALE / folder.name
            left = (station_id, folder.name) not in self._busy and self._is_old(_touched_at(folder))
            if left and not aside.exists():
                make_folder(aside.parent)
                move(folder, aside)

    def _is_old(self, touched_at: datetime) -> bool:
        return touched_at < datetime.now(UTC) - timedelta(hours=self.settings.stream_stale_hours)

    def _read(self, folder: Path) -> Unfinished | None:
        """None for a folder that is just being begun or removed, or in which nothing was announced or acknowledged."""
        try:
            said: dict[str, Any] = json.loads((folder / HELLO_FILE).read_text("utf-8"))
            station_id = str(said.pop("station_id"))
            hello = Hello.model_validate(said)
            columns = tuple(
                _size(folder / f"view-{index}.columns") // (2 * len(view.energies) * view.height)
                for index, view in enumerate(hello.views)
            )
            touched_at = _touched_at(folder)
        except (OSError, ValueError, KeyError):
            return None
        busy, stale = (station_id, hello.scan_id) in self._busy, folder.parent.name == STALE or self._is_old(touched_at)
        state: State = "streaming" if busy else "stale" if stale else "unfinished"
        return Unfinished(station_id, hello, columns, touched_at, state, folder)


def _folders(within: Path) -> list[Path]:
    """The folders of scans, or of stations, in a folder that may not be there."""
    return [path for path in within.iterdir() if path.is_dir() and path.name != STALE] if within.is_dir() else []


def _touched_at(folder: Path) -> datetime:
    newest = max((path.stat().st_mtime for path in (folder, *folder.iterdir())), default=0.0)
    return datetime.fromtimestamp(newest, UTC)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
