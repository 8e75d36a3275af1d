"""What the model says of trucks that are still in the tunnel: a look at the columns that have arrived, when it is idle.

Nothing of it is stored. It says where a look will be needed; the whole scan is examined when it is there.
"""

import threading
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import structlog

from cargoscope.detections import Detections
from cargoscope.errors import CargoscopeError
from cargoscope.inference.spool import taken_at, view_of
from cargoscope.inference.streams import Streams, Unfinished
from cargoscope.scan import Scan

log = structlog.get_logger("cargoscope.provisional")


class Examiner(Protocol):
    """What examines a scan."""

    def examine(self, scan: Scan) -> tuple[Detections, float]: ...


@dataclass(frozen=True, eq=False)
class Glimpse:
    """What the model said of the first `columns` columns of a scan; found and score are None where it could not."""

    columns: int
    found: Detections | None
    score: float | None


class Provisional:
    """The latest glimpse of each scan under way. Any thread may read; one looks.

    every: columns that must have arrived since the last look, 0 for no looks at all.
    """

    def __init__(self, streams: Streams, every: int) -> None:
        self._streams = streams
        self._every = every
        self._glimpses: dict[tuple[str, str], Glimpse] = {}
        self._lock = threading.Lock()

    def of(self, station_id: str, scan_id: str) -> Glimpse | None:
        """The latest glimpse of a scan, None before the first."""
        with self._lock:
            return self._glimpses.get((station_id, scan_id))

    def look(self, examiner: Examiner) -> Unfinished | None:
        """Look at the scan of which most has arrived since the last look; None where none is due."""
        if not self._every:
            return None
        going = self._streams.under_way()
        keys = {(one.station_id, one.hello.scan_id) for one in going}
        with self._lock:
            self._glimpses = {key: glimpse for key, glimpse in self._glimpses.items() if key in keys}
        due = max(going, key=self._news, default=None)
        if due is None or self._news(due) < self._every:
            return None
        glimpse = Glimpse(min(due.columns), None, None)
        try:
            glimpse = Glimpse(glimpse.columns, *examiner.examine(arrived(due)))
        except (CargoscopeError, OSError, ValueError) as error:
            log.info("no glimpse", scan_id=due.hello.scan_id, error=str(error))
        with self._lock:
            self._glimpses[due.station_id, due.hello.scan_id] = glimpse
        return due

    def _news(self, one: Unfinished) -> int:
        before = self.of(one.station_id, one.hello.scan_id)
        return min(one.columns) - (0 if before is None else before.columns)


def arrived(one: Unfinished) -> Scan:
    """What has arrived of a scan: of every view the columns that all views have."""
    n = min(one.columns)
    views = []
    for index, view in enumerate(one.hello.views):
        column = len(view.energies) * view.height
        stored = np.fromfile(one.folder / f"view-{index}.columns", "<u2", count=n * column)
        planes = stored.reshape(n, len(view.energies), view.height).transpose(1, 2, 0)
        views.append(view_of(view, np.ascontiguousarray(planes, np.uint16)))
    return Scan(one.hello.scan_id, taken_at(one.hello), one.station_id, tuple(views))
