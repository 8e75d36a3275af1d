"""The worklist: which scans wait for whom, the most pressing first, and which of them somebody may take."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from cargoscope.datasets.archive.database import in_utc, moment_before
from cargoscope.datasets.archive.people import Officer
from cargoscope.datasets.archive.standing import FAILED_URGENCY, IS_OPEN, IS_PENDING, has
from cargoscope.datasets.archive.tables import leases, standing
from cargoscope.errors import ArchiveError

STATES: Final = ("open", "decided", "all")


@dataclass(frozen=True)
class Filters:
    """Which rows. min_score, max_score: risk; what the model could not examine counts as the highest. min_wait_s,
    max_wait_s: since the scan came in. kind: of any finding. None: whatever it is."""

    station: str | None = None
    status: str | None = None
    kind: str | None = None
    min_score: float | None = None
    max_score: float | None = None
    min_wait_s: float | None = None
    max_wait_s: float | None = None


EVERYTHING: Final = Filters()


def page(
    connection: sa.Connection, state: str, limit: int, offset: int, who: Officer | None = None, by: Filters = EVERYTHING
) -> tuple[list[str], int]:
    """Ids of one page, and how many scans there are. A test image leaves the list once it is decided.

    state: "open" is what still waits, the most pressing first; for an officer that a second opinion is asked of, what
    waits for that looks like any other, and what they have read themselves is no longer open. "decided" and "all" come
    by suspicion alone. who: None for one who sees everything.
    """
    query = rows(state, who, by)
    total = connection.execute(query.with_only_columns(sa.func.count(standing.c.seq)).order_by(None)).scalar_one()
    return list(connection.execute(query.limit(limit).offset(offset)).scalars()), int(total)


def rows(state: str, who: Officer | None = None, by: Filters = EVERYTHING) -> sa.Select[str]:
    """Ids of all scans of a list, in its order."""
    query = sa.select(standing.c.scan_id).where(_in_state(state, who), *_conditions(by, who))
    if state == "open":
        return query.order_by(standing.c.place, standing.c.seq)
    return query.order_by(standing.c.urgency.desc(), standing.c.seq.desc())


def next_for(connection: sa.Connection, who: Officer, by: Filters) -> str | None:
    """The most pressing scan that somebody may decide and that nobody has before them."""
    free = ~sa.exists().where(leases.c.scan_id == standing.c.scan_id)
    wanted = sa.and_(IS_OPEN, may_take(who), free, *_conditions(by, who))
    query = sa.select(standing.c.scan_id).where(wanted).order_by(standing.c.place, standing.c.seq).limit(1)
    return connection.execute(query).scalar()


def count_for(connection: sa.Connection, who: Officer, by: Filters) -> int:
    """How many scans somebody may decide, those before others too."""
    query = sa.select(sa.func.count()).select_from(standing)
    return int(connection.execute(query.where(IS_OPEN, may_take(who), *_conditions(by, who))).scalar_one())


def open_counts(connection: sa.Connection) -> tuple[dict[str, int], datetime | None]:
    """How many open scans there are in each stage, and when the one came in that waits longest."""
    columns = (standing.c.stage, sa.func.count().label("n"), sa.func.min(standing.c.received_at).label("oldest"))
    rows = connection.execute(sa.select(*columns).where(IS_OPEN).group_by(standing.c.stage)).all()
    oldest = min((row.oldest for row in rows), default=None)
    return {row.stage: row.n for row in rows}, None if oldest is None else datetime.fromisoformat(oldest)


def may_take(who: Officer) -> sa.ColumnElement[bool]:
    """Whether a scan waits for the opinion of somebody: first and second opinions are officers' (the second not of one
    who knows the first), a re-check is a supervisor's who gave neither."""
    not_mine = ~has(standing.c.readers, who.name)
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    if "officer" in who.roles:
        ways.append(standing.c.stage.in_(("analysed", "failed")))
    if who.reads_blind:
        ways.append((standing.c.stage == "second") & not_mine)
    if "supervisor" in who.roles:
        ways.append((standing.c.stage == "recheck") & not_mine)
    return sa.or_(*ways)


def next_pending(connection: sa.Connection) -> str | None:
    """The scan that no model has examined yet and that was attempted least often; the oldest of those."""
    return connection.execute(pending().limit(1)).scalar()


def pending() -> sa.Select[str]:
    """Ids of the scans that no model has examined yet, in the order in which they are examined."""
    return sa.select(standing.c.scan_id).where(IS_PENDING).order_by(standing.c.tried, standing.c.seq)


def _in_state(state: str, who: Officer | None) -> sa.ColumnElement[bool]:
    if state not in STATES:
        raise ArchiveError(f"state must be one of {', '.join(STATES)}, got {state!r}")
    if state == "all":
        return standing.c.stage != "past"
    if state == "open":
        if who is None or not who.reads_blind:
            return sa.and_(IS_OPEN)
        return sa.and_(IS_OPEN, ~_read_by(who))
    if who is None or not who.reads_blind:
        return standing.c.stage == "decided"
    return (standing.c.stage == "decided") | _read_by(who)


def _read_by(who: Officer) -> sa.ColumnElement[bool]:
    """Whether there is nothing left to do for an officer, though the scan is not decided yet."""
    return ((standing.c.stage == "second") & has(standing.c.readers, who.name)) | (standing.c.stage == "recheck")


def _conditions(by: Filters, who: Officer | None) -> list[sa.ColumnElement[bool]]:
    made: list[sa.ColumnElement[bool]] = []
    if by.station is not None:
        made.append(standing.c.station_id == by.station)
    if by.status is not None:
        made.append(_has_status(by.status, who))
    if by.kind is not None:
        made.append(has(standing.c.kinds, by.kind))
    if by.min_score is not None:
        made.append(standing.c.urgency >= by.min_score)
    if by.max_score is not None:
        made.append(standing.c.urgency <= by.max_score)
    if by.min_wait_s is not None:
        made.append(standing.c.received_at <= in_utc(moment_before(by.min_wait_s)))
    if by.max_wait_s is not None:
        made.append(standing.c.received_at >= in_utc(moment_before(by.max_wait_s)))
    return made


def _has_status(status: str, who: Officer | None) -> sa.ColumnElement[bool]:
    """For one who reads blind, what waits for a second opinion has the status that it had before the first."""
    same = standing.c.stage == status
    if who is None or not who.reads_blind or status not in ("analysed", "failed", "second"):
        return same
    mine = has(standing.c.readers, who.name)
    if status == "second":
        return same & mine
    failed = standing.c.urgency >= FAILED_URGENCY
    return same | ((standing.c.stage == "second") & ~mine & (failed if status == "failed" else ~failed))
