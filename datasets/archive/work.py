"""What is known of real work, for figures: decisions with what the model said and what examinations found, readings.

Test images are no real work: none of these queries gives one unless it is asked for by name.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cargoscope.datasets.archive import records
from cargoscope.datasets.archive.database import in_utc, now, writing
from cargoscope.datasets.archive.projections import is_test
from cargoscope.datasets.archive.standing import IS_OPEN, IS_PENDING
from cargoscope.datasets.archive.tables import analyses, decisions, outcomes, scans, standing
from cargoscope.datasets.archive.tables_competence import scanner_readings
from cargoscope.detections import Detections
from cargoscope.review import Decision


@dataclass(frozen=True, eq=False)
class Reviewed:
    """One decision on a real scan. found: what the officer had before them. score: of the scan, None where it failed.

    corrected: a later decision took its place. opened, kinds_found: what the examination said, None where nothing is
    known of one.
    """

    decision: Decision
    station_id: str
    received_at: datetime
    found: Detections
    score: float | None
    corrected: bool
    opened: bool | None
    kinds_found: tuple[str, ...]


@dataclass(frozen=True)
class Scanned:
    """One real scan, for the drift of its scanner. air, noise: as `tables_competence.scanner_readings` says."""

    scan_id: str
    station_id: str
    received_at: datetime
    score: float | None
    n_findings: int
    failed: bool
    air: float | None
    noise: float | None


class Work:
    """Queries over real work, and the readings that are taken of it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def reviewed(self, since: datetime, until: datetime, officers: Collection[str] | None = None) -> list[Reviewed]:
        """Decisions of a time by these officers, or by all, oldest first."""
        later, newest, any_made = decisions.alias("later"), outcomes.alias("newest"), outcomes.alias("any_made")
        last = sa.select(sa.func.max(any_made.c.seq)).where(any_made.c.scan_id == decisions.c.scan_id).scalar_subquery()
        replaced = sa.exists().where(later.c.supersedes == decisions.c.decision_id)
        query = (
            sa.select(
                decisions,
                scans.c.station_id,
                scans.c.received_at,
                analyses.c.classes,
                analyses.c.findings,
                analyses.c.model_name,
                analyses.c.provider,
                analyses.c.score,
                analyses.c.error,
                replaced.label("corrected"),
                newest.c.opened,
                newest.c.found,
            )
            .join(scans, scans.c.scan_id == decisions.c.scan_id)
            .join(analyses, analyses.c.analysis == decisions.c.analysis)
            .outerjoin(newest, newest.c.seq == last)
            .where(decisions.c.decided_at.between(in_utc(since), in_utc(until)), ~is_test(decisions.c.scan_id))
            .where(sa.true() if officers is None else decisions.c.officer.in_(officers))
            .order_by(decisions.c.seq)
        )
        with self._engine.connect() as connection:
            return [_reviewed(row) for row in connection.execute(query)]

    def shown(self, decision_id: str) -> Detections:
        """The regions that the officer had before them at a decision, be it on a real scan or a test."""
        judged = sa.select(decisions.c.analysis).where(decisions.c.decision_id == decision_id)
        query = sa.select(analyses).where(analyses.c.analysis == judged.scalar_subquery())
        with self._engine.connect() as connection:
            return records.analysis(connection.execute(query).one()).found

    def waiting(self, tests: bool = False) -> list[tuple[str, str, datetime]]:
        """(scan_id, station_id, received_at) of the scans that no final decision was made on, the oldest first.

        tests: with those among them that are tests, for whoever might tell tests from real scans by the difference.
        """
        columns = (standing.c.scan_id, standing.c.station_id, standing.c.received_at)
        real = sa.true() if tests else ~is_test(standing.c.scan_id)
        query = sa.select(*columns).where(IS_OPEN, real).order_by(standing.c.seq)
        with self._engine.connect() as connection:
            rows = connection.execute(query)
            return [(row.scan_id, row.station_id, datetime.fromisoformat(row.received_at)) for row in rows]

    def scanned(self, since: datetime, until: datetime) -> list[Scanned]:
        """Scans that arrived in a time, with their latest analysis and their reading, oldest first."""
        made, any_made = analyses.alias("made"), analyses.alias("any_made")
        latest = sa.select(sa.func.max(any_made.c.analysis)).where(any_made.c.scan_id == scans.c.scan_id)
        columns = (
            scans.c.scan_id,
            scans.c.station_id,
            scans.c.received_at,
            made.c.score,
            made.c.findings,
            made.c.error,
        )
        query = (
            sa.select(*columns, scanner_readings.c.air, scanner_readings.c.noise)
            .select_from(scans)
            .outerjoin(made, made.c.analysis == latest.scalar_subquery())
            .outerjoin(scanner_readings, scanner_readings.c.scan_id == scans.c.scan_id)
            .where(scans.c.received_at.between(in_utc(since), in_utc(until)), ~is_test(scans.c.scan_id))
            .order_by(scans.c.seq)
        )
        with self._engine.connect() as connection:
            return [
                Scanned(
                    row.scan_id,
                    row.station_id,
                    datetime.fromisoformat(row.received_at),
                    row.score,
                    len(row.findings or ()),
                    row.error is not None,
                    row.air,
                    row.noise,
                )
                for row in connection.execute(query)
            ]

    def read_to(self) -> int:
        """Where `unread` need not look again once it found nothing: before the oldest scan that waits for the model."""
        with self._engine.connect() as connection:
            oldest = connection.execute(sa.select(sa.func.min(standing.c.seq)).where(IS_PENDING)).scalar()
            return oldest - 1 if oldest else connection.execute(sa.select(sa.func.max(scans.c.seq))).scalar() or 0

    def unread(self, after_seq: int = 0) -> str | None:
        """The newest examined real scan after scan number `after_seq` of which no reading was taken."""
        read = sa.exists().where(scanner_readings.c.scan_id == scans.c.scan_id)
        examined = sa.exists().where(analyses.c.scan_id == scans.c.scan_id)
        query = sa.select(scans.c.scan_id).where(scans.c.seq > after_seq, ~read, examined)
        query = query.where(~is_test(scans.c.scan_id))
        with self._engine.connect() as connection:
            return connection.execute(query.order_by(scans.c.seq.desc()).limit(1)).scalar()

    def keep_reading(self, scan_id: str, air: float | None, noise: float | None) -> None:
        """Store what a scan says about its scanner; the first reading of a scan counts."""
        with writing(self._engine) as connection:
            known = sa.select(scanner_readings.c.scan_id).where(scanner_readings.c.scan_id == scan_id)
            if connection.execute(known).first() is not None:
                return
            row = {"scan_id": scan_id, "air": air, "noise": noise, "made_at": now()}
            connection.execute(scanner_readings.insert().values(row))


def _reviewed(row: sa.Row[Any]) -> Reviewed:
    return Reviewed(
        decision=records.decision(row),
        station_id=row.station_id,
        received_at=datetime.fromisoformat(row.received_at),
        found=records.analysis(row).found,
        score=row.score,
        corrected=bool(row.corrected),
        opened=row.opened,
        kinds_found=tuple(row.found or ()),
    )
