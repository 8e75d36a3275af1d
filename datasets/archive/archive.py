"""The archive over SQLite and a folder of scan files. Whatever a method returned from is on the disk."""

import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa

from cargoscope.atomic import make_folder
from cargoscope.datasets.archive import cases as reading
from cargoscope.datasets.archive import leases, records, standing
from cargoscope.datasets.archive.accounts import Accounts
from cargoscope.datasets.archive.database import connect, in_utc, migrate, now, writing
from cargoscope.datasets.archive.deciding import admit
from cargoscope.datasets.archive.declarations import Declarations
from cargoscope.datasets.archive.desk import Desk
from cargoscope.datasets.archive.files import Incoming, ScanFiles
from cargoscope.datasets.archive.library import Library
from cargoscope.datasets.archive.looks import Looks
from cargoscope.datasets.archive.people import Officer, People
from cargoscope.datasets.archive.photos import Photos
from cargoscope.datasets.archive.projections import Projections, is_test
from cargoscope.datasets.archive.records import Analysis, Case, StoredScan
from cargoscope.datasets.archive.scanners import Scanners
from cargoscope.datasets.archive.scenes import Scenes
from cargoscope.datasets.archive.tables import analyses, attempts, decisions, outcomes, scans
from cargoscope.datasets.archive.teams import Teams
from cargoscope.datasets.archive.work import Work
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.read import read_scan
from cargoscope.errors import ConflictError, NotFoundError, ReviewError, ScanError
from cargoscope.review import Decision, Feedback, Outcome, Source
from cargoscope.scan import Scan

DATABASE: Final = "archive.sqlite"

CHECKED: Final = Limits(max_bytes=sys.maxsize)
"""What is in the archive was held against the limits of its time when it came in."""


class Archive(Desk):
    """The archive in one folder; opening it brings its tables up to date. Any thread may use it."""

    def __init__(self, root: Path) -> None:
        make_folder(root)
        self.root = root
        self.files = ScanFiles(root / "scans")
        super().__init__(connect(root / DATABASE))
        try:
            migrate(self._engine, root / "migrate.lock")
        except BaseException:
            self._engine.dispose()
            raise
        self.accounts = Accounts(self._engine)
        self.people = People(self._engine)
        self.scanners = Scanners(self._engine)
        self.photos = Photos(self._engine, root / "photos")
        self.declarations = Declarations(self._engine)
        self.scenes = Scenes(self._engine)
        self.looks = Looks(self._engine)
        self.projections = Projections(self._engine)
        self.library = Library(self._engine, root / "library")
        self.teams = Teams(self._engine)
        self.work = Work(self._engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection to the database."""
        self._engine.dispose()

    def keep(
        self,
        incoming: Incoming,
        scan: Scan,
        file_name: str,
        also: Callable[[sa.Connection], None] = lambda _: None,
    ) -> tuple[StoredScan, bool]:
        """Store a scan that arrived as a file; True where it is new. The same bytes are stored once.

        A known scan whose file went missing, or is shorter than it was, gets its file back. also: what is written in
        the same transaction as a new scan.
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
            also(connection)
            standing.refresh(connection, scan.scan_id, self.site)
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
            return reading.case(connection, scan_id)

    def attempt(self, scan_id: str) -> int:
        """Note that a model is about to examine a scan; which attempt this is, 1.. ."""
        with writing(self._engine) as connection:
            connection.execute(attempts.insert().values(scan_id=scan_id, started_at=now()))
            standing.refresh(connection, scan_id, self.site)
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
            standing.refresh(connection, made.scan_id, self.site)
            self._announce_scan(connection, made.scan_id, "failed" if made.error else "analysed", made.score)
        self.events_written += 1

    def decide(self, decision: Decision, who: Officer | None = None, recheck: bool = False) -> Decision:
        """Store a decision; as it is stored, with its reading. Every finding of the model it names has its verdict, or
        ReviewError. who: the account behind it, else that of its officer. recheck: it is a supervisor's.

        ConflictError: the scan is not examined yet, was examined by another model, lies before somebody else, or was
        decided by somebody else since; a correction supersedes the latest decision of its reading. Other errors as
        `admit` says.
        """
        who = self.accounts.officer(decision.officer) if who is None else who
        with writing(self._engine) as connection:
            case = reading.case(connection, decision.scan_id)
            test = self._is_test(connection, decision.scan_id)
            site = replace(self.site, second_share=0.0, second_scores=(), second_dispositions=()) if test else self.site
            admitted = admit(case, decision, who, site, secrets.SystemRandom().random(), recheck)
            if test and case.decisions:
                raise ConflictError(f"scan {decision.scan_id}: was a test image, whose first answer counts")
            if decision.supersedes is None:
                leases.check(connection, decision.scan_id, who.name, self.site, assigned=not recheck)
            connection.execute(decisions.insert().values(_decision_row(connection, admitted)))
            leases.drop(connection, decision.scan_id)
            status = standing.refresh(connection, decision.scan_id, self.site).status
            self._announce_scan(connection, decision.scan_id, status, case.analysis.score if case.analysis else None)
        self.events_written += 1
        return admitted

    def conclude(self, outcome: Outcome) -> None:
        """Store what the physical examination found. ConflictError while no decision on the scan is final, ReviewError
        for a photograph that nobody sent."""
        with writing(self._engine) as connection:
            case = reading.case(connection, outcome.scan_id)
            if case.settled.final is None:
                raise ConflictError(f"scan {outcome.scan_id}: an outcome follows a decision, and there is none")
            if self._is_test(connection, outcome.scan_id):
                raise ConflictError(f"scan {outcome.scan_id}: was a test image; there is nothing to open")
            unknown = set(outcome.photos) - {photo.sha256 for photo in case.photos}
            if unknown:
                raise ReviewError(f"scan {outcome.scan_id}: no photograph {min(unknown)[:64]!r} was sent")
            connection.execute(outcomes.insert().values(_outcome_row(outcome)))

    def feedback(self) -> Iterator[Feedback]:
        """Every finally decided scan but the tests, with the decision that holds and the latest outcome, in the order
        in which they arrived.

        found: what the officer had before them, which is not always the latest that a model said of the scan.
        """
        decided = sa.select(decisions.c.scan_id).where(~is_test(decisions.c.scan_id)).distinct()
        query = sa.select(scans.c.scan_id).where(scans.c.scan_id.in_(decided)).order_by(scans.c.seq)
        with self._engine.connect() as connection:
            for scan_id in connection.execute(query).scalars().all():
                case = reading.case(connection, scan_id)
                final = case.settled.final
                if final is None:
                    continue
                judged = sa.select(decisions.c.analysis).where(decisions.c.decision_id == final.decision_id)
                shown = sa.select(analyses).where(analyses.c.analysis == judged.scalar_subquery())
                found = records.analysis(connection.execute(shown).one()).found
                opened = case.outcome is not None and case.outcome.opened
                source = Source.OPENED if opened else Source.OFFICER
                yield Feedback(scan_id, found, final, case.outcome, source)

    def check(self) -> tuple[list[str], list[str]]:
        """Files that no scan names (harmless: nobody was told they are stored), and scans whose file is missing."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(scans.c.scan_id, scans.c.file)).all()
        names = self.files.names()
        orphans = sorted(names - {row.file for row in rows})
        return orphans, [row.scan_id for row in rows if row.file not in names]

    def _is_test(self, connection: sa.Connection, scan_id: str) -> bool:
        return bool(connection.execute(sa.select(is_test(sa.literal(scan_id)))).scalar())


def _decision_row(connection: sa.Connection, decision: Decision) -> dict[str, Any]:
    latest = sa.select(sa.func.max(analyses.c.analysis)).where(analyses.c.scan_id == decision.scan_id)
    return vars(decision) | {
        "analysis": connection.execute(latest).scalar_one(),
        "verdicts": [vars(verdict) for verdict in decision.verdicts],
        "added": [vars(finding) for finding in decision.added],
        "reason_codes": list(decision.reason_codes),
        "decided_at": in_utc(decision.decided_at),
        "supersedes": decision.supersedes or "",
    }


def _outcome_row(outcome: Outcome) -> dict[str, Any]:
    return vars(outcome) | {
        "found": list(outcome.found),
        "items": [vars(item) for item in outcome.items],
        "photos": list(outcome.photos),
        "recorded_at": in_utc(outcome.recorded_at),
    }
