"""Scans with everything that was said of them, read from the tables: one, or a page of them with a few queries."""

from collections.abc import Sequence

import sqlalchemy as sa

from cargoscope.datasets.archive import records
from cargoscope.datasets.archive.database import now
from cargoscope.datasets.archive.records import Case
from cargoscope.datasets.archive.tables import analyses, decisions, leases, outcomes, photos, scans
from cargoscope.errors import NotFoundError
from cargoscope.review import Decision


def case(connection: sa.Connection, scan_id: str) -> Case:
    """One scan; NotFoundError where there is none."""
    found = cases(connection, [scan_id])
    if not found:
        raise NotFoundError(f"no scan {scan_id!r}")
    return found[0]


def cases(connection: sa.Connection, scan_ids: Sequence[str]) -> list[Case]:
    """These scans, in this order; those that are not there are left out."""
    stored = {row.scan_id: row for row in connection.execute(sa.select(scans).where(scans.c.scan_id.in_(scan_ids)))}
    newest = sa.select(sa.func.max(analyses.c.analysis)).where(analyses.c.scan_id.in_(scan_ids))
    newest = newest.group_by(analyses.c.scan_id)
    made = {row.scan_id: row for row in connection.execute(sa.select(analyses).where(analyses.c.analysis.in_(newest)))}
    last = sa.select(sa.func.max(outcomes.c.seq)).where(outcomes.c.scan_id.in_(scan_ids)).group_by(outcomes.c.scan_id)
    concluded = {row.scan_id: row for row in connection.execute(sa.select(outcomes).where(outcomes.c.seq.in_(last)))}
    leased = sa.select(leases).where(leases.c.scan_id.in_(scan_ids), leases.c.until > now())
    held = {row.scan_id: records.lease(row) for row in connection.execute(leased)}
    decided = sa.select(decisions).where(decisions.c.scan_id.in_(scan_ids)).order_by(decisions.c.seq)
    opinions: dict[str, list[Decision]] = {}
    for row in connection.execute(decided):
        opinions.setdefault(row.scan_id, []).append(records.decision(row))
    shots: dict[str, list[records.Photo]] = {}
    for row in connection.execute(sa.select(photos).where(photos.c.scan_id.in_(scan_ids)).order_by(photos.c.seq)):
        shots.setdefault(row.scan_id, []).append(records.photo(row))
    return [
        Case(
            scan=records.stored_scan(stored[one]),
            analysis=records.analysis(made[one]) if one in made else None,
            decisions=tuple(opinions.get(one, ())),
            outcome=records.outcome(concluded[one]) if one in concluded else None,
            lease=held.get(one),
            photos=tuple(shots.get(one, ())),
        )
        for one in scan_ids
        if one in stored
    ]
