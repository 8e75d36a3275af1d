"""Leases: a scan lies before one officer at a time. Who does not renew a lease in time loses it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from cargoscope.datasets.archive import records, worklist
from cargoscope.datasets.archive.database import in_utc, now
from cargoscope.datasets.archive.people import Officer
from cargoscope.datasets.archive.records import Lease
from cargoscope.datasets.archive.standing import IS_OPEN
from cargoscope.datasets.archive.tables import leases, standing
from cargoscope.errors import ConflictError, ForbiddenError
from cargoscope.site import Site


def sweep(connection: sa.Connection) -> list[str]:
    """Take back what ran out; the ids of those scans."""
    gone = connection.execute(sa.select(leases.c.scan_id).where(leases.c.until <= now())).scalars().all()
    if gone:
        connection.execute(leases.delete().where(leases.c.scan_id.in_(gone)))
    return list(gone)


def any_ran_out(connection: sa.Connection) -> bool:
    """Whether there is anything to take back."""
    return connection.execute(sa.select(leases.c.scan_id).where(leases.c.until <= now()).limit(1)).first() is not None


def lease_next(
    connection: sa.Connection, who: Officer, by: worklist.Filters, holding: Sequence[str], site: Site
) -> Lease | None:
    """The most pressing scan that waits for this officer and that nobody has before them; None where there is none.

    What is still leased to them, and not named in `holding`, comes back first: a page that was loaded anew goes on
    where it was. ConflictError where they have as many as they may.
    """
    mine = _of(connection, who)
    forgotten = [scan_id for scan_id in mine if scan_id not in holding]
    if forgotten:
        return _write(connection, forgotten[0], who, site)
    if len(mine) >= site.max_leases:
        raise ConflictError(f"{who.name} has {len(mine)} scans open; decide on one of them, or return it")
    scan_id = worklist.next_for(connection, who, by)
    return None if scan_id is None else _write(connection, scan_id, who, site)


def take(connection: sa.Connection, scan_id: str, who: Officer, site: Site) -> Lease:
    """Take a scan, or keep it for longer. ConflictError where it waits for nobody, not for this officer, lies before
    another one, or they have as many as they may; ForbiddenError where the site forbids to pick."""
    held = _holder(connection, scan_id)
    if held is not None and held.officer != who.name:
        raise ConflictError(f"scan {scan_id}: {held.officer} has it open until {held.until:%H:%M:%S} UTC")
    if held is None:
        if site.picking == "assigned":
            raise ForbiddenError("this site hands scans out; take the next one (POST /v1/scans/next)")
        mine = _of(connection, who)
        if len(mine) >= site.max_leases:
            raise ConflictError(f"{who.name} has {len(mine)} scans open; decide on one of them, or return it")
    waits = (standing.c.stage == "received") if "officer" in who.roles else sa.false()
    fits = sa.and_(IS_OPEN, worklist.may_take(who) | waits, standing.c.scan_id == scan_id)
    if connection.execute(sa.select(standing.c.seq).where(fits)).first() is None:
        raise ConflictError(f"scan {scan_id}: does not wait for a decision by {who.name}")
    return _write(connection, scan_id, who, site)


def give_back(connection: sa.Connection, scan_id: str, who: Officer) -> bool:
    """Return a scan; False where nobody had it. ForbiddenError for another officer's, except to a supervisor."""
    held = _holder(connection, scan_id)
    if held is None:
        return False
    if held.officer != who.name and "supervisor" not in who.roles:
        raise ForbiddenError(f"scan {scan_id}: {held.officer} has it open, and they or a supervisor return it")
    drop(connection, scan_id)
    return True


def check(connection: sa.Connection, scan_id: str, who: str, site: Site, assigned: bool) -> None:
    """Before an opinion is given: ConflictError where another officer has the scan open, ForbiddenError where the site
    hands scans out and this one was not. assigned: whether it is an opinion that a site hands out at all."""
    held = _holder(connection, scan_id)
    if held is not None and held.officer != who:
        raise ConflictError(f"scan {scan_id}: {held.officer} has it open until {held.until:%H:%M:%S} UTC")
    if held is None and assigned and site.picking == "assigned":
        raise ForbiddenError(f"scan {scan_id}: was not handed out to {who}, or too long ago; take the next one")


def drop(connection: sa.Connection, scan_id: str) -> None:
    """Nobody has this scan open any more."""
    connection.execute(leases.delete().where(leases.c.scan_id == scan_id))


def _of(connection: sa.Connection, who: Officer) -> list[str]:
    """The scans that lie before an officer, the most pressing first."""
    query = sa.select(leases.c.scan_id).join(standing, standing.c.scan_id == leases.c.scan_id)
    query = query.where(leases.c.officer == who.name, leases.c.until > now())
    return list(connection.execute(query.order_by(standing.c.place, standing.c.seq)).scalars())


def _holder(connection: sa.Connection, scan_id: str) -> Lease | None:
    query = sa.select(leases).where(leases.c.scan_id == scan_id, leases.c.until > now())
    row = connection.execute(query).first()
    return None if row is None else records.lease(row)


def _write(connection: sa.Connection, scan_id: str, who: Officer, site: Site) -> Lease:
    until = datetime.now(UTC) + timedelta(minutes=site.lease_minutes)
    drop(connection, scan_id)
    row = {"scan_id": scan_id, "officer": who.name, "taken_at": now(), "until": in_utc(until)}
    connection.execute(leases.insert().values(row))
    return Lease(scan_id, who.name, until)
