"""The archive over SQLite and a folder of scan files. Whatever a method returned from is on the disk."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa

from cargoscope.atomic import make_folder
from cargoscope.datasets.archive import records, worklist
from cargoscope.datasets.archive.accounts import Accounts
from cargoscope.datasets.archive.database import connect, in_utc, migrate, now, writing
from cargoscope.datasets.archive.declarations import Declarations
from cargoscope.datasets.archive.files import Incoming, ScanFiles
from cargoscope.datasets.archive.looks import Looks
from cargoscope.datasets.archive.records import Analysis, Case, Event, StoredScan
from cargoscope.datasets.archive.tables import analyses, attempts, decisions, events, outcomes, scans
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.read import read_scan
from cargoscope.errors import ConflictError, NotFoundError, ScanError
from cargoscope.review import Decision, Feedback, Outcome, Source, complete
from cargoscope.scan import Scan

DATABASE: Final = "archive.sqlite"

CHECKED: Final = Limits(max_bytes=sys.maxsize)
"""What is in the archive was held against the limits of its time when it came in."""


class Archive:
    """The archive in one folder; opening it brings its tables up to date. Any thread may use it.

    events_written: how many events this process wrote, so that a listener knows when it is worth asking.
    """

    def __init__(self, root: Path) -> None:
        make_folder(root)
        self.root = root
        self.files = ScanFiles(root / "scans")
        self.events_written = 0
        self._engine = connect(root / DATABASE)
        try:
            migrate(self._engine, root / "migrate.lock")
        except BaseException:
            self._engine.dispose()
            raise
        self.accounts = Accounts(self._engine)
        self.declarations = Declarations(self._engine)
        self.looks = Looks(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection to the database."""
        self._engine.dispose()

    def keep(self, incoming: Incoming, scan: Scan, file_name: str) -> tuple[StoredScan, bool]:
        """Store a scan that arrived as a file; True where it is new. The same bytes are stored once.

        A known scan whose file went missing, or is shorter than it was, gets its file back.
        ConflictError where the archive holds other bytes under that scan_id.
        """
        row = {
            "scan_id": scan.scan_id,
            "sha256": incoming.sha256,
            "station_id": scan.station_id,
            "taken_at": in_utc(scan.taken_at),
            "received_at": now(),
            "file_name": file_name[:256],
            "size_bytes": incoming.size_bytes,
            "views": records.views_json(scan),
        }
        with writing(self._engine) as connection:
            known = connection.execute(sa.select(scans).where(scans.c.sha256 == incoming.sha256)).first()
            if known is not None:
                if not self.files.holds(known.file, known.size_bytes):
                    self.files.keep(incoming)
                return records.stored_scan(known), False
            if connection.execute(sa.select(scans.c.seq).where(scans.c.scan_id == scan.scan_id)).first() is not None:
                raise ConflictError(f"scan {scan.scan_id}: the archive holds another scan under that id")
            row["file"] = self.files.keep(incoming)
            connection.execute(scans.insert().values(row))
            self._announce_scan(connection, scan.scan_id, "received", None)
        self.events_written += 1
        return self.stored(scan.scan_id), True

    def by_sha256(self, sha256: str) -> StoredScan | None:
        """The scan with these bytes, whether or not its file is still there."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(scans).where(scans.c.sha256 == sha256)).first()
        return None if row is None else records.stored_scan(row)

    def is_whole(self, scan: StoredScan) -> bool:
        """Whether the file of a stored scan is there, as long as it was."""
        return self.files.holds(scan.file, scan.size_bytes)

    def stored(self, scan_id: str) -> StoredScan:
        """A scan without its pixels; NotFoundError where there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(scans).where(scans.c.scan_id == scan_id)).first()
        if row is None:
            raise NotFoundError(f"no scan {scan_id!r}")
        return records.stored_scan(row)

    def count(self, station_id: str | None = None) -> int:
        """How many scans there are, of all stations or of one."""
        query = sa.select(sa.func.count()).select_from(scans)
        if station_id is not None:
            query = query.where(scans.c.station_id == station_id)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def open_scan(self, scan_id: str) -> Scan:
        """A scan with its pixels, read from the bytes that arrived; ScanError where the file is gone or damaged."""
        stored = self.stored(scan_id)
        path = self.files.path(stored.file)
        if not path.is_file():
            raise ScanError(f"scan {scan_id}: its file {stored.file} is missing from the archive")
        scan = read_scan(path, stored.file_name, CHECKED)
        return replace(scan, scan_id=stored.scan_id, station_id=stored.station_id, taken_at=stored.taken_at)

    def case(self, scan_id: str) -> Case:
        """A scan with its latest analysis, its decisions and its latest outcome; NotFoundError where there is none."""
        with self._engine.connect() as connection:
            return _case(connection, scan_id)

    def cases(self, state: str, limit: int, offset: int) -> tuple[list[Case], int]:
        """A page of the worklist, most suspicious first, and how many there are. state: "open", "decided" or "all"."""
        with self._engine.connect() as connection:
            ids, total = worklist.page(connection, state, limit, offset)
            return [_case(connection, scan_id) for scan_id in ids], total

    def count_open(self) -> int:
        """How many scans nobody decided yet."""
        with self._engine.connect() as connection:
            return worklist.page(connection, "open", 0, 0)[1]

    def next_pending(self) -> str | None:
        """The scan that no model has examined yet and that was attempted least often; the oldest of those."""
        done = sa.exists().where(analyses.c.scan_id == scans.c.scan_id)
        tried = sa.select(sa.func.count()).select_from(attempts).where(attempts.c.scan_id == scans.c.scan_id)
        query = sa.select(scans.c.scan_id).where(~done).order_by(tried.scalar_subquery(), scans.c.seq).limit(1)
        with self._engine.connect() as connection:
            scan_id = connection.execute(query).scalar()
        return None if scan_id is None else str(scan_id)

    def attempt(self, scan_id: str) -> int:
        """Note that a model is about to examine a scan; which attempt this is, 1.. ."""
        with writing(self._engine) as connection:
            connection.execute(attempts.insert().values(scan_id=scan_id, started_at=now()))
            query = sa.select(sa.func.count()).select_from(attempts).where(attempts.c.scan_id == scan_id)
            return int(connection.execute(query).scalar_one())

    def record(self, made: Analysis) -> None:
        """Store what a model said, or why it could not."""
        row = {
            "scan_id": made.scan_id,
            "model_id": made.model_id,
            "model_name": made.model_name,
            "provider": made.provider,
            "classes": list(made.found.classes),
            "findings": records.findings_json(made.found),
            "score": made.score,
            "made_at": now(),
            "error": made.error,
        }
        with writing(self._engine) as connection:
            connection.execute(analyses.insert().values(row))
            self._announce_scan(connection, made.scan_id, "failed" if made.error else "analysed", made.score)
        self.events_written += 1

    def decide(self, decision: Decision) -> None:
        """Store a decision. Every finding of the model it names has its verdict, or ReviewError.

        ConflictError: the scan is not examined yet, was examined by another model, or was decided by somebody else
        since; a correction supersedes the latest decision.
        """
        with writing(self._engine) as connection:
            case = _case(connection, decision.scan_id)
            if case.analysis is None:
                raise ConflictError(f"scan {decision.scan_id}: no model has examined it yet")
            if case.analysis.model_id != decision.model_id:
                raise ConflictError(
                    f"scan {decision.scan_id}: its findings are of model {case.analysis.model_id[:12]}, "
                    f"the decision is about those of {decision.model_id[:12]}"
                )
            latest = case.decisions[-1] if case.decisions else None
            if decision.supersedes != (latest and latest.decision_id):
                raise ConflictError(_superseding(decision, latest))
            complete(decision, case.analysis.found)
            connection.execute(decisions.insert().values(_decision_row(connection, decision)))
            self._announce_scan(connection, decision.scan_id, "decided", case.analysis.score)
        self.events_written += 1

    def conclude(self, outcome: Outcome) -> None:
        """Store what the physical examination found. ConflictError while nobody decided on the scan."""
        with writing(self._engine) as connection:
            case = _case(connection, outcome.scan_id)
            if not case.decisions:
                raise ConflictError(f"scan {outcome.scan_id}: an outcome follows a decision, and there is none")
            row = vars(outcome) | {"found": list(outcome.found), "recorded_at": in_utc(outcome.recorded_at)}
            connection.execute(outcomes.insert().values(row))

    def feedback(self) -> Iterator[Feedback]:
        """Every decided scan with its latest decision and outcome, in the order in which the scans arrived.

        found: what the officer had before them, which is not always the latest that a model said of the scan.
        """
        decided = sa.select(decisions.c.scan_id).distinct()
        query = sa.select(scans.c.scan_id).where(scans.c.scan_id.in_(decided)).order_by(scans.c.seq)
        with self._engine.connect() as connection:
            for scan_id in connection.execute(query).scalars().all():
                case = _case(connection, scan_id)
                latest = case.decisions[-1]
                judged = sa.select(decisions.c.analysis).where(decisions.c.decision_id == latest.decision_id)
                shown = sa.select(analyses).where(analyses.c.analysis == judged.scalar_subquery())
                found = records.analysis(connection.execute(shown).one()).found
                opened = case.outcome is not None and case.outcome.opened
                source = Source.OPENED if opened else Source.OFFICER
                yield Feedback(scan_id, found, latest, case.outcome, source)

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

    def check(self) -> tuple[list[str], list[str]]:
        """Files that no scan names (harmless: nobody was told they are stored), and scans whose file is missing."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(scans.c.scan_id, scans.c.file)).all()
        names = self.files.names()
        orphans = sorted(names - {row.file for row in rows})
        return orphans, [row.scan_id for row in rows if row.file not in names]

    def _announce_scan(self, connection: sa.Connection, scan_id: str, status: str, score: float | None) -> None:
        body = {"scan_id": scan_id, "status": status, "score": score}
        connection.execute(events.insert().values(kind="scan", body=body))


def _case(connection: sa.Connection, scan_id: str) -> Case:
    row = connection.execute(sa.select(scans).where(scans.c.scan_id == scan_id)).first()
    if row is None:
        raise NotFoundError(f"no scan {scan_id!r}")
    made = connection.execute(
        sa.select(analyses).where(analyses.c.scan_id == scan_id).order_by(analyses.c.analysis.desc()).limit(1)
    ).first()
    decided = connection.execute(sa.select(decisions).where(decisions.c.scan_id == scan_id).order_by(decisions.c.seq))
    concluded = connection.execute(
        sa.select(outcomes).where(outcomes.c.scan_id == scan_id).order_by(outcomes.c.seq.desc()).limit(1)
    ).first()
    return Case(
        scan=records.stored_scan(row),
        analysis=None if made is None else records.analysis(made),
        decisions=tuple(records.decision(item) for item in decided),
        outcome=None if concluded is None else records.outcome(concluded),
    )


def _decision_row(connection: sa.Connection, decision: Decision) -> dict[str, Any]:
    latest = sa.select(sa.func.max(analyses.c.analysis)).where(analyses.c.scan_id == decision.scan_id)
    return vars(decision) | {
        "analysis": connection.execute(latest).scalar_one(),
        "verdicts": [vars(verdict) for verdict in decision.verdicts],
        "added": [vars(finding) for finding in decision.added],
        "decided_at": in_utc(decision.decided_at),
        "supersedes": decision.supersedes or "",
    }


def _superseding(decision: Decision, latest: Decision | None) -> str:
    if latest is None:
        return f"scan {decision.scan_id}: there is no decision {decision.supersedes!r} to correct"
    by = f"{latest.officer} decided '{latest.disposition}' (decision {latest.decision_id})"
    return f"scan {decision.scan_id}: {by}; a correction must supersede that decision"
