"""Test images in live work: which scans are tests, what is in them, how often they come. Only they know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from cargoscope.datasets.archive import records
from cargoscope.datasets.archive.database import in_utc, now, writing
from cargoscope.datasets.archive.tables import decisions, outcomes, scans, standing, stations
from cargoscope.datasets.archive.tables_competence import projection_rates, projections
from cargoscope.errors import ArchiveError, NotFoundError
from cargoscope.review import Decision

MAX_RATE: Final = 0.2
"""Tests for each real scan, at most: more would be no live work any more."""

LOOKED_AT: Final = 2000
"""Released scans of a station, the newest first, among which clean ones are looked for."""


@dataclass(frozen=True)
class Planted:
    """One thing that is in a test image or a training case. box: x1 y1 x2 y2 in pixels of the view.

    cnr, hidden_fraction: how visible it is, as `cargoscope.datasets.truth.TruthObject` says.
    """

    kind: str
    view: int
    box: tuple[float, float, float, float]
    cnr: float
    hidden_fraction: float

    @classmethod
    def read(cls, item: dict[str, Any]) -> "Planted":
        x1, y1, x2, y2 = item["box"]
        return cls(item["kind"], item["view"], (x1, y1, x2, y2), item["cnr"], item["hidden_fraction"])


@dataclass(frozen=True)
class Projection:
    """A scan that is a test. objects: empty where it is an unchanged copy, which tests for false alarms.

    rate: that its station had. answer: the first decision on it, None while it waits.
    """

    scan_id: str
    source_scan_id: str
    station_id: str
    objects: tuple[Planted, ...]
    rate: float
    made_at: datetime
    answer: Decision | None


def is_test(scan_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether the scan of a column is a test, for queries about real work."""
    return sa.exists().where(projections.c.scan_id == scan_id)


def source_of(scan_id: str) -> sa.ScalarSelect[str]:
    """The scan that a test was made of, NULL for a real scan."""
    return sa.select(projections.c.source_scan_id).where(projections.c.scan_id == scan_id).scalar_subquery()


def made_of(scan_id: sa.ColumnElement[str], source: str) -> sa.ColumnElement[bool]:
    """Whether the scan of a column is a test that was made of that one."""
    return sa.exists().where(projections.c.scan_id == scan_id, projections.c.source_scan_id == source)


class Projections:
    """The tests of an archive, and how often they come. All of it only grows: it is its own audit trail."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def rates(self) -> dict[str, float]:
        """Of every station, how many tests come for each real scan; 0 unless somebody set it."""
        with self._engine.connect() as connection:
            known = dict.fromkeys(connection.execute(sa.select(stations.c.station_id)).scalars(), 0.0)
            for row in connection.execute(sa.select(projection_rates).order_by(projection_rates.c.seq)):
                known[row.station_id] = row.rate
        return known

    def set_rate(self, station_id: str, rate: float, by: str) -> None:
        """Set a station's rate. ArchiveError beyond 0..MAX_RATE, NotFoundError for an unknown station."""
        if not 0 <= rate <= MAX_RATE:
            raise ArchiveError(f"a rate of tests must be 0..{MAX_RATE}, got {rate}")
        with writing(self._engine) as connection:
            if connection.execute(sa.select(stations).where(stations.c.station_id == station_id)).first() is None:
                raise NotFoundError(f"no station {station_id!r}")
            row = {"station_id": station_id, "rate": rate, "set_by": by, "set_at": now()}
            connection.execute(projection_rates.insert().values(row))

    def changes(self) -> list[dict[str, Any]]:
        """Who set which rate when, the newest first."""
        columns = (projection_rates.c.station_id, projection_rates.c.rate, projection_rates.c.set_by)
        query = sa.select(*columns, projection_rates.c.set_at).order_by(projection_rates.c.seq.desc())
        with self._engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]

    def mark(
        self, scan_id: str, source_scan_id: str, objects: tuple[Planted, ...], rate: float
    ) -> Callable[[sa.Connection], None]:
        """What makes a scan a test, to be done in the very transaction that stores the scan."""
        row = {
            "scan_id": scan_id,
            "source_scan_id": source_scan_id,
            "objects": [vars(one) for one in objects],
            "rate": rate,
            "made_at": now(),
        }

        def write(connection: sa.Connection) -> None:
            connection.execute(projections.insert().values(row))

        return write

    def of(self, scan_id: str) -> Projection | None:
        """The test that a scan is, None for a real scan."""
        found = self._read(projections.c.scan_id == scan_id)
        return found[0] if found else None

    def trail(self) -> list[Projection]:
        """Every test there ever was, the newest first."""
        return self._read(sa.true())

    def answered(self, officer: str) -> list[Projection]:
        """The tests that an officer decided first, the oldest first."""
        return [one for one in reversed(self.trail()) if one.answer is not None and one.answer.officer == officer]

    def n_waiting(self, station_id: str) -> int:
        """Tests of a station that nobody decided yet."""
        open_ones = projections.c.scan_id.not_in(sa.select(decisions.c.scan_id))
        query = sa.select(sa.func.count()).select_from(
            projections.join(scans, scans.c.scan_id == projections.c.scan_id)
        )
        with self._engine.connect() as connection:
            return int(connection.execute(query.where(open_ones, scans.c.station_id == station_id)).scalar_one())

    def arrivals(self, after_seq: int) -> list[tuple[int, str, str]]:
        """(seq, scan_id, station_id) of the real scans that arrived after scan number `after_seq`, oldest first."""
        query = sa.select(scans.c.seq, scans.c.scan_id, scans.c.station_id)
        query = query.where(scans.c.seq > after_seq, ~is_test(scans.c.scan_id)).order_by(scans.c.seq)
        with self._engine.connect() as connection:
            return [(row.seq, row.scan_id, row.station_id) for row in connection.execute(query)]

    def last_seq(self) -> int:
        """The number of the scan that arrived last, 0 before the first."""
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.max(scans.c.seq))).scalar() or 0)

    def clean(self, station_id: str, since: datetime, until: datetime) -> list[str]:
        """Real scans of a station, received in that time and never the source of a test, that count as clean.

        Clean is what was finally released without anybody marking anything in it, a second reader or an opinion that
        was overruled included, and in which no examination found anything. Those that an examination opened come
        first, then the newest.
        """
        latest, later = decisions.alias("latest"), decisions.alias("later")
        newest = sa.select(sa.func.max(later.c.seq)).where(later.c.scan_id == scans.c.scan_id).scalar_subquery()
        concluded, any_made = outcomes.alias("concluded"), outcomes.alias("any_made")
        last = sa.select(sa.func.max(any_made.c.seq)).where(any_made.c.scan_id == scans.c.scan_id).scalar_subquery()
        used = sa.exists().where(projections.c.source_scan_id == scans.c.scan_id)
        said, corrected = decisions.alias("said"), decisions.alias("corrected")
        replaced = sa.exists().where(
            corrected.c.supersedes == said.c.decision_id, corrected.c.scan_id == said.c.scan_id
        )
        stopped = sa.exists().where(said.c.scan_id == scans.c.scan_id, said.c.disposition != "release", ~replaced)
        is_final = sa.exists().where(standing.c.scan_id == scans.c.scan_id, standing.c.stage == "decided")
        query = (
            sa.select(scans.c.scan_id, latest.c.verdicts, latest.c.added, concluded.c.opened, concluded.c.found)
            .select_from(scans)
            .join(latest, latest.c.seq == newest)
            .outerjoin(concluded, concluded.c.seq == last)
            .where(scans.c.station_id == station_id, scans.c.received_at.between(in_utc(since), in_utc(until)))
            .where(is_final, ~stopped, ~used, ~is_test(scans.c.scan_id))
            .order_by(sa.func.coalesce(concluded.c.opened, False).desc(), scans.c.seq.desc())
            .limit(LOOKED_AT)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            row.scan_id
            for row in rows
            if not row.added and not row.found and all(item["judgement"] == "reject" for item in row.verdicts)
        ]

    def recent(self, station_id: str, limit: int = 200) -> list[tuple[str, datetime, datetime]]:
        """(scan_id, taken at, received at) of a station's newest scans, the newest first."""
        columns = (scans.c.scan_id, scans.c.taken_at, scans.c.received_at)
        query = sa.select(*columns).where(scans.c.station_id == station_id).order_by(scans.c.seq.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [
                (row.scan_id, datetime.fromisoformat(row.taken_at), datetime.fromisoformat(row.received_at))
                for row in connection.execute(query)
            ]

    def is_taken(self, scan_id: str) -> bool:
        """Whether the archive holds a scan under that id."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(scans.c.seq).where(scans.c.scan_id == scan_id)).first() is not None

    def _read(self, wanted: sa.ColumnElement[bool]) -> list[Projection]:
        query = sa.select(projections, scans.c.station_id).join(scans, scans.c.scan_id == projections.c.scan_id)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(wanted).order_by(projections.c.seq.desc())).all()
            ids = sa.select(projections.c.scan_id).where(wanted)
            first = sa.select(decisions).where(decisions.c.scan_id.in_(ids), decisions.c.supersedes == "")
            made = {row.scan_id: records.decision(row) for row in connection.execute(first)}
        return [
            Projection(
                row.scan_id,
                row.source_scan_id,
                row.station_id,
                tuple(Planted.read(item) for item in row.objects),
                row.rate,
                datetime.fromisoformat(row.made_at),
                made.get(row.scan_id),
            )
            for row in rows
        ]
