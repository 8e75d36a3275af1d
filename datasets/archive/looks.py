"""First looks: what officers marked before they saw the model's regions; and the look-ups of colours of stations."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from cargoscope.datasets.archive.database import now, writing
from cargoscope.datasets.archive.tables import first_looks, lookups, scans
from cargoscope.detections import Finding
from cargoscope.errors import ConflictError, NotFoundError


@dataclass(frozen=True)
class FirstLook:
    """One officer's, of one scan, made blind. marked: regions (score 1), none where nothing was seen."""

    scan_id: str
    officer: str
    marked: tuple[Finding, ...]
    looked_s: float
    made_at: datetime


class Looks:
    """First looks and look-ups; both only grow."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def keep(self, scan_id: str, officer: str, marked: tuple[Finding, ...], looked_s: float) -> FirstLook:
        """Store a first look. ConflictError where the officer has had one: after it nobody is blind any more."""
        row = {
            "scan_id": scan_id,
            "officer": officer,
            "marked": [vars(finding) for finding in marked],
            "looked_s": looked_s,
            "made_at": now(),
        }
        with writing(self._engine) as connection:
            if connection.execute(sa.select(scans.c.seq).where(scans.c.scan_id == scan_id)).first() is None:
                raise NotFoundError(f"no scan {scan_id!r}")
            mine = (first_looks.c.scan_id == scan_id) & (first_looks.c.officer == officer)
            if connection.execute(sa.select(first_looks.c.seq).where(mine)).first() is not None:
                raise ConflictError(f"scan {scan_id}: {officer} has had a first look at it")
            connection.execute(first_looks.insert().values(row))
        return self.of(scan_id)[-1]

    def of(self, scan_id: str) -> list[FirstLook]:
        """First looks at a scan, oldest first."""
        query = sa.select(first_looks).where(first_looks.c.scan_id == scan_id).order_by(first_looks.c.seq)
        with self._engine.connect() as connection:
            return [
                FirstLook(
                    row.scan_id,
                    row.officer,
                    tuple(Finding(**{**item, "box": tuple(item["box"])}) for item in row.marked),
                    row.looked_s,
                    datetime.fromisoformat(row.made_at),
                )
                for row in connection.execute(query)
            ]

    def seen_by(self, officer: str, scan_ids: tuple[str, ...]) -> set[str]:
        """Those of some scans that an officer has had a first look at."""
        mine = (first_looks.c.officer == officer) & first_looks.c.scan_id.in_(scan_ids)
        with self._engine.connect() as connection:
            return set(connection.execute(sa.select(first_looks.c.scan_id).where(mine)).scalars())

    def keep_lookup(self, station_id: str, lookup: str) -> None:
        """Store a station's look-up of colours (JSON); the latest counts."""
        with writing(self._engine) as connection:
            connection.execute(lookups.insert().values(station_id=station_id, lookup=lookup, made_at=now()))

    def lookup(self, station_id: str) -> tuple[str, datetime] | None:
        """A station's latest look-up and when it came, None where it has delivered none."""
        query = sa.select(lookups).where(lookups.c.station_id == station_id).order_by(lookups.c.seq.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.lookup, datetime.fromisoformat(row.made_at))
