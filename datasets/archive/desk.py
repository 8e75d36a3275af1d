"""What lies on the officers' desk: the worklist, leases, and the events that tell of all that happens.

`Archive` is a desk with records behind it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cargoscope.datasets.archive import cases as reading
from cargoscope.datasets.archive import leases, standing, worklist
from cargoscope.datasets.archive.database import in_utc, writing
from cargoscope.datasets.archive.people import Officer
from cargoscope.datasets.archive.records import Case, Event, Lease
from cargoscope.datasets.archive.tables import events
from cargoscope.site import Site


class Desk:
    """Lists, leases and events over the archive's database. Any thread may use it.

    events_written: how many events this process wrote, so that a listener knows when it is worth asking. site: the
    rules that decisions and the worklist follow; see `follow`.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.events_written = 0
        self.site = Site.read({})

    def cases(
        self,
        state: str,
        limit: int,
        offset: int,
        who: Officer | None = None,
        by: worklist.Filters = worklist.EVERYTHING,
    ) -> tuple[list[Case], int]:
        """A page of the worklist as somebody may see it, and how many there are: see `worklist.page`."""
        with self._engine.connect() as connection:
            ids, total = worklist.page(connection, state, limit, offset, who, by)
            found = reading.cases(connection, ids)
        return [one if who is None else one.as_seen_by(who) for one in found], total

    def count_open(self) -> int:
        """How many scans wait for a decision."""
        with self._engine.connect() as connection:
            return worklist.page(connection, "open", 0, 0)[1]

    def open_counts(self) -> tuple[dict[str, int], datetime | None]:
        """How many open scans there are in each stage, and since when the oldest waits: see `worklist.open_counts`."""
        with self._engine.connect() as connection:
            return worklist.open_counts(connection)

    def follow(self, site: Site) -> None:
        """From now on the rules of this site hold."""
        self.site = site
        with writing(self._engine) as connection:
            standing.rank_open(connection, site)

    def lease_next(
        self, who: Officer, by: worklist.Filters = worklist.EVERYTHING, holding: Sequence[str] = ()
    ) -> Lease | None:
        """Lease the most pressing scan that waits for somebody, and that nobody has: see `leases.lease_next`."""
        with writing(self._engine) as connection:
            self._sweep(connection)
            lease = leases.lease_next(connection, who, by, holding, self.site)
            if lease is not None:
                self._announce_lease(connection, lease.scan_id, lease)
        self.events_written += 1
        return lease

    def count_for(self, who: Officer, by: worklist.Filters = worklist.EVERYTHING) -> int:
        """How many scans wait for somebody."""
        with self._engine.connect() as connection:
            return worklist.count_for(connection, who, by)

    def lease(self, scan_id: str, who: Officer) -> Lease:
        """Take a scan, or keep it for longer: see `leases.take`."""
        with writing(self._engine) as connection:
            self._sweep(connection)
            before = reading.case(connection, scan_id).lease
            lease = leases.take(connection, scan_id, who, self.site)
            if before is None:
                self._announce_lease(connection, scan_id, lease)
        self.events_written += before is None
        return lease

    def return_lease(self, scan_id: str, who: Officer) -> None:
        """Give a scan back to the worklist. One that nobody has is no error."""
        with writing(self._engine) as connection:
            if leases.give_back(connection, scan_id, who):
                self._announce_lease(connection, scan_id, None)
        self.events_written += 1

    def sweep_leases(self) -> None:
        """Take back the scans that nobody touched for too long, and tell so."""
        with self._engine.connect() as connection:
            if not leases.any_ran_out(connection):
                return
        with writing(self._engine) as connection:
            self._sweep(connection)
        self.events_written += 1

    def next_pending(self) -> str | None:
        """The scan that no model has examined yet and that was attempted least often; the oldest of those."""
        with self._engine.connect() as connection:
            return worklist.next_pending(connection)

    def announce(self, kind: str, body: dict[str, Any]) -> None:
        """Tell the listeners something that is not about one scan."""
        with writing(self._engine) as connection:
            connection.execute(events.insert().values(kind=kind, body=body))
        self.events_written += 1

    def events_after(self, seq: int, limit: int = 500) -> list[Event]:
        """What happened after event seq, oldest first."""
        query = sa.select(events).where(events.c.seq > seq).order_by(events.c.seq).limit(limit)
        with self._engine.connect() as connection:
            return [Event(row.seq, row.kind, row.body) for row in connection.execute(query)]

    def last_event(self) -> int:
        """The number of the latest event, 0 before the first."""
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.max(events.c.seq))).scalar() or 0)

    def _sweep(self, connection: sa.Connection) -> None:
        for scan_id in leases.sweep(connection):
            self._announce_lease(connection, scan_id, None)

    def _announce_lease(self, connection: sa.Connection, scan_id: str, lease: Lease | None) -> None:
        body = {
            "scan_id": scan_id,
            "officer": None if lease is None else lease.officer,
            "until": None if lease is None else in_utc(lease.until),
        }
        connection.execute(events.insert().values(kind="lease", body=body))

    def _announce_scan(self, connection: sa.Connection, scan_id: str, status: str, score: float | None) -> None:
        body = {"scan_id": scan_id, "status": status, "score": score}
        connection.execute(events.insert().values(kind="scan", body=body))
