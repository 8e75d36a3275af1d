"""Where each scan stands, kept beside the tables that only grow, so that no list walks all scans.

Nothing is decided by it that those tables do not say: whatever changes a scan's standing refreshes its row in the same
transaction, and the row can be made anew at any time.
"""

from typing import Final

import sqlalchemy as sa

from cargoscope.datasets.archive.cases import case
from cargoscope.datasets.archive.projections import is_test
from cargoscope.datasets.archive.records import Case
from cargoscope.datasets.archive.tables import attempts, scans, standing
from cargoscope.site import Site

FAILED_URGENCY: Final = 2.0
UNSEEN_URGENCY: Final = -1.0
"""Beside scores of 0..1: what the model could not examine comes first, what it has not seen yet last."""

PAST: Final = "past"
"""Stage of a test image that is decided: it leaves every list."""

IS_OPEN: Final = sa.text("standing.stage NOT IN ('decided', 'past')")
IS_PENDING: Final = sa.text("standing.stage = 'received'")
"""Word for word as the partial indices say it, else SQLite does not use them."""


def refresh(connection: sa.Connection, scan_id: str, site: Site) -> Case:
    """Make a scan's row anew; the scan as it stands."""
    now_is = case(connection, scan_id)
    seq = connection.execute(sa.select(scans.c.seq).where(scans.c.scan_id == scan_id)).scalar_one()
    tried = sa.select(sa.func.count()).select_from(attempts).where(attempts.c.scan_id == scan_id)
    test = connection.execute(sa.select(is_test(sa.literal(scan_id)))).scalar()
    row = {
        "scan_id": scan_id,
        "seq": seq,
        "station_id": now_is.scan.station_id,
        "received_at": now_is.scan.received_at.isoformat(timespec="microseconds"),
        "stage": PAST if test and now_is.status == "decided" else now_is.status,
        "urgency": urgency(now_is),
        "place": 0.0,
        "kinds": _listed({} if now_is.analysis is None else {one.kind: None for one in now_is.analysis.found}),
        "tried": connection.execute(tried).scalar_one(),
        "readers": _listed({one.officer: None for one in now_is.decisions}),
    }
    connection.execute(standing.delete().where(standing.c.scan_id == scan_id))
    connection.execute(standing.insert().values(row))
    _rank(connection, site, standing.c.scan_id == scan_id)
    return now_is


def rank_open(connection: sa.Connection, site: Site) -> None:
    """Order the open scans as the site wants it."""
    _rank(connection, site, IS_OPEN)


def urgency(of: Case) -> float:
    """How suspicious a scan is: its score, or above all scores, or below them."""
    if of.analysis is None:
        return UNSEEN_URGENCY
    if of.analysis.error is not None:
        return FAILED_URGENCY
    return UNSEEN_URGENCY if of.analysis.score is None else of.analysis.score


def has(column: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Whether a list of words, as `standing` holds it, has a word."""
    return sa.func.instr(column, f"|{word}|") > 0


def _rank(connection: sa.Connection, site: Site, which: sa.ColumnElement[bool] | sa.TextClause) -> None:
    """Risk plus what waiting adds. All scans gain alike in time, so their order, and with it an index, stays as it is:
    what counts is when a scan came, in hours since some day."""
    truck = sa.true() if "*" in site.truck_stations else standing.c.station_id.in_(site.truck_stations)
    hours = (sa.func.julianday(standing.c.received_at) - 2461000.0) * 24.0
    bonus = sa.case((truck, site.truck_bonus), else_=0.0)
    connection.execute(
        standing.update().where(which).values(place=site.age_per_hour * hours - standing.c.urgency - bonus)
    )


def _listed(words: dict[str, None]) -> str:
    return f"|{'|'.join(words)}|" if words else ""
