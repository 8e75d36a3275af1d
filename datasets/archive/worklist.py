"""The worklist: which scans wait for an officer, the most suspicious first."""

from typing import Final

import sqlalchemy as sa

from cargoscope.datasets.archive.tables import analyses, decisions, scans
from cargoscope.errors import ArchiveError

STATES: Final = ("open", "decided", "all")


def page(connection: sa.Connection, state: str, limit: int, offset: int) -> tuple[list[str], int]:
    """Ids of one page, and how many scans there are in that state.

    What a model could not examine comes first, then by falling score, then what no model has seen yet; among equals
    the one that waits longest.
    """
    if state not in STATES:
        raise ArchiveError(f"state must be one of {', '.join(STATES)}, got {state!r}")
    latest = sa.select(sa.func.max(analyses.c.analysis)).group_by(analyses.c.scan_id)
    made = sa.select(analyses).where(analyses.c.analysis.in_(latest)).subquery()
    decided = sa.exists().where(decisions.c.scan_id == scans.c.scan_id)
    wanted = {"open": ~decided, "decided": decided, "all": sa.true()}[state]
    failed, score = made.c.error.is_not(None), made.c.score
    urgency = sa.case((failed, 2.0), (score.is_not(None), score), else_=-1.0)
    query = (
        sa.select(scans.c.scan_id)
        .outerjoin(made, made.c.scan_id == scans.c.scan_id)
        .where(wanted)
        .order_by(urgency.desc(), scans.c.seq)
        .limit(limit)
        .offset(offset)
    )
    total = connection.execute(sa.select(sa.func.count()).select_from(scans).where(wanted)).scalar_one()
    return list(connection.execute(query).scalars()), int(total)
