"""The worklist: which scans wait for an officer, the most suspicious first."""

from typing import Final

import sqlalchemy as sa

from cargoscope.datasets.archive.tables import analyses, decisions, scans
from cargoscope.errors import ArchiveError

STATES: Final = ("open", "decided", "all")


def page(connection: sa.Connection, state: str, limit: int, offset: int) -> tuple[list[str], int]:
    """Ids of one page, and how many scans there are in that state."""
    wanted = _in_state(state)
    total = connection.execute(sa.select(sa.func.count()).select_from(scans).where(wanted)).scalar_one()
    ids = connection.execute(by_urgency().where(wanted).limit(limit).offset(offset)).scalars()
    return list(ids), int(total)


def by_urgency() -> sa.Select[str]:
    """Ids of all scans: what a model could not examine, then by falling score, then what no model has seen yet.

    Among equals the one that waits longest comes first.
    """
    made, any_made = analyses.alias("made"), analyses.alias("any_made")
    latest = sa.select(sa.func.max(any_made.c.analysis)).where(any_made.c.scan_id == scans.c.scan_id).scalar_subquery()
    urgency = sa.case((made.c.error.is_not(None), 2.0), (made.c.score.is_not(None), made.c.score), else_=-1.0)
    joined = sa.select(scans.c.scan_id).outerjoin(made, made.c.analysis == latest)
    return joined.order_by(urgency.desc(), scans.c.seq)


def _in_state(state: str) -> sa.ColumnElement[bool]:
    if state not in STATES:
        raise ArchiveError(f"state must be one of {', '.join(STATES)}, got {state!r}")
    decided = sa.exists().where(decisions.c.scan_id == scans.c.scan_id)
    return {"open": ~decided, "decided": decided, "all": sa.true()}[state]
