"""The case library: scans with known truth to train on, the sessions of officers, and their answers.

Its files lie beside those of the archive and its rows in tables of their own, so no case is ever in a worklist.
"""

import random
import secrets
import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import sqlalchemy as sa

from cargoscope.datasets.archive import records
from cargoscope.datasets.archive.database import in_utc, now, writing
from cargoscope.datasets.archive.files import ScanFiles
from cargoscope.datasets.archive.projections import Planted
from cargoscope.datasets.archive.records import Analysis, StoredScan
from cargoscope.datasets.archive.tables_competence import answers, cases, training_sessions
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.datasets.formats.read import read_scan
from cargoscope.errors import ArchiveError, ConflictError, NotFoundError, ScanError
from cargoscope.review import Decision, complete
from cargoscope.scan import Scan

LEVELS: Final = ("easy", "medium", "hard")
PURPOSES: Final = {"training": 0.3, "warm-up": 0.5}
"""Kinds of sessions, with the share of cases that hold something."""

MOST_CASES: Final = 100
CHECKED: Final = Limits(max_bytes=sys.maxsize)
STATION: Final = "library"


@dataclass(frozen=True, eq=False)
class Case:
    """A scan to train on. objects: what is in it, empty for a clean one. level: one of LEVELS.

    origin: "simulated", or the id's own "archive". analysis: what a model said of it when it came in.
    """

    case_id: str
    stored: StoredScan
    objects: tuple[Planted, ...]
    level: str
    origin: str
    analysis: Analysis


@dataclass(frozen=True)
class Session:
    """One officer's round through some cases. purpose: one of PURPOSES. answers: by case, oldest first."""

    session_id: str
    officer: str
    purpose: str
    level: str
    cases: tuple[str, ...]
    started_at: datetime
    answers: tuple[Decision, ...]


class Library:
    """Cases, sessions and answers. Any thread may use it."""

    def __init__(self, engine: sa.Engine, root: Path) -> None:
        self._engine = engine
        self.files = ScanFiles(root)

    def add(
        self, scan: Scan, objects: tuple[Planted, ...], level: str, origin: str, analysis: Analysis, by: str
    ) -> str:
        """Store a case and give its id, which says nothing about it. The same pixels are stored once.

        ArchiveError for an unknown level, ConflictError for a case that is there already.
        """
        if level not in LEVELS:
            raise ArchiveError(f"a level is one of {', '.join(LEVELS)}, got {level!r}")
        content = package_bytes(replace(scan, station_id=STATION))
        row = {
            "case_id": f"case-{secrets.token_hex(5)}",
            "taken_at": in_utc(scan.taken_at),
            "file_name": f"{scan.scan_id}.scan",
            "views": records.views_json(scan),
            "objects": [vars(one) for one in objects],
            "level": level,
            "origin": origin,
            "model_id": analysis.model_id,
            "model_name": analysis.model_name,
            "provider": analysis.provider,
            "classes": list(analysis.found.classes),
            "findings": records.findings_json(analysis.found),
            "score": analysis.score,
            "added_at": now(),
            "added_by": by,
        }
        with self.files.receive([content], scan.scan_id, sys.maxsize) as incoming, writing(self._engine) as connection:
            row |= {"sha256": incoming.sha256, "size_bytes": incoming.size_bytes}
            if connection.execute(sa.select(cases.c.seq).where(cases.c.sha256 == incoming.sha256)).first() is not None:
                raise ConflictError(f"scan {scan.scan_id}: the library holds it already")
            row["file"] = self.files.keep(incoming)
            connection.execute(cases.insert().values(row))
        return str(row["case_id"])

    def case(self, case_id: str) -> Case:
        """One case; NotFoundError where there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(cases).where(cases.c.case_id == case_id)).first()
        if row is None:
            raise NotFoundError(f"no case {case_id!r}")
        return _case(row)

    def cases(self) -> list[Case]:
        """All cases, the newest first."""
        with self._engine.connect() as connection:
            return [_case(row) for row in connection.execute(sa.select(cases).order_by(cases.c.seq.desc()))]

    def open_scan(self, case_id: str) -> Scan:
        """A case with its pixels, under the id of the case; ScanError where its file is gone or damaged."""
        stored = self.case(case_id).stored
        path = self.files.path(stored.file)
        if not path.is_file():
            raise ScanError(f"case {case_id}: its file {stored.file} is missing from the library")
        return replace(read_scan(path, stored.file_name, CHECKED), scan_id=case_id)

    def start(self, officer: str, purpose: str, count: int, level: str, rng: random.Random) -> Session:
        """A new session of an officer. level: one of LEVELS, or "mixed".

        Every place draws for itself whether its case holds something, so that the last ones cannot be told from those
        before; what the officer has seen least often comes first. ConflictError where the library has too few cases.
        """
        if purpose not in PURPOSES:
            raise ArchiveError(f"a session is for one of {', '.join(PURPOSES)}, got {purpose!r}")
        if level not in (*LEVELS, "mixed"):
            raise ArchiveError(f"a level is one of {', '.join(LEVELS)} or mixed, got {level!r}")
        if not 1 <= count <= MOST_CASES:
            raise ArchiveError(f"a session has 1..{MOST_CASES} cases, got {count}")
        seen: dict[str, int] = {}
        for session in self.sessions(officer):
            for answer in session.answers:
                seen[answer.scan_id] = seen.get(answer.scan_id, 0) + 1
        known = [case for case in self.cases() if level in (case.level, "mixed")]
        rng.shuffle(known)
        known.sort(key=lambda case: seen.get(case.case_id, 0))
        held = [case.case_id for case in known if case.objects]
        clean = [case.case_id for case in known if not case.objects]
        chosen = []
        for _ in range(count):
            pool = held if rng.random() < PURPOSES[purpose] else clean
            if not pool:
                n_held, n_clean = (sum(bool(case.objects) == is_held for case in known) for is_held in (True, False))
                raise ConflictError(
                    f"the library has {n_held} cases of level {level} that hold something and {n_clean} clean ones: "
                    f"too few for a {purpose} of {count}"
                )
            chosen.append(pool.pop(0))
        rng.shuffle(chosen)
        session = Session(secrets.token_hex(8), officer, purpose, level, tuple(chosen), _moment(now()), ())
        row = vars(session) | {"cases": chosen, "started_at": in_utc(session.started_at)}
        del row["answers"]
        with writing(self._engine) as connection:
            connection.execute(training_sessions.insert().values(row))
        return session

    def session(self, session_id: str, officer: str) -> Session:
        """An officer's session; NotFoundError where there is none, or it is another officer's."""
        query = training_sessions.c.session_id == session_id
        found = self._sessions(query & (training_sessions.c.officer == officer))
        if not found:
            raise NotFoundError(f"{officer} has no training session {session_id!r}")
        return found[0]

    def sessions(self, officer: str | None = None) -> list[Session]:
        """Sessions of one officer or of all, the oldest first."""
        return self._sessions(sa.true() if officer is None else training_sessions.c.officer == officer)

    def answer(self, session: Session, answer: Decision) -> None:
        """Store an answer; `answer.scan_id` names the case. ConflictError where the case was answered already."""
        if answer.scan_id not in session.cases:
            raise NotFoundError(f"session {session.session_id} has no case {answer.scan_id!r}")
        analysis = self.case(answer.scan_id).analysis
        if answer.model_id != analysis.model_id:
            raise ConflictError(f"case {answer.scan_id}: its findings are of another model")
        complete(answer, analysis.found)
        row = {
            "session_id": session.session_id,
            "case_id": answer.scan_id,
            "verdicts": [vars(verdict) for verdict in answer.verdicts],
            "added": [vars(finding) for finding in answer.added],
            "disposition": answer.disposition,
            "reason": answer.reason,
            "answered_at": in_utc(answer.decided_at),
            "dwell_s": answer.dwell_s,
        }
        with writing(self._engine) as connection:
            same = (answers.c.session_id == session.session_id) & (answers.c.case_id == answer.scan_id)
            if connection.execute(sa.select(answers.c.seq).where(same)).first() is not None:
                raise ConflictError(f"case {answer.scan_id}: answered already")
            connection.execute(answers.insert().values(row))

    def _sessions(self, wanted: sa.ColumnElement[bool]) -> list[Session]:
        joined = sa.select(answers, training_sessions.c.officer, cases.c.model_id)
        joined = joined.join(training_sessions, training_sessions.c.session_id == answers.c.session_id)
        joined = joined.join(cases, cases.c.case_id == answers.c.case_id)
        with self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(training_sessions).where(wanted).order_by(training_sessions.c.seq)
            ).all()
            given: dict[str, list[Decision]] = {}
            for row in connection.execute(joined.where(wanted).order_by(answers.c.seq)):
                given.setdefault(row.session_id, []).append(_answer(row))
        return [
            Session(
                row.session_id,
                row.officer,
                row.purpose,
                row.level,
                tuple(row.cases),
                _moment(row.started_at),
                tuple(given.get(row.session_id, ())),
            )
            for row in rows
        ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _row(columns: dict[str, Any]) -> Any:
    """Columns of a joined row under the names that `records` knows."""
    return SimpleNamespace(**columns)


def _answer(row: Any) -> Decision:
    item = dict(row._mapping)
    item |= {"decision_id": f"{row.session_id}-{row.case_id}", "scan_id": row.case_id, "decided_at": row.answered_at}
    return records.decision(_row(item | {"supersedes": "", "reason_codes": (), "reading": 1, "rule": ""}))


def _case(row: Any) -> Case:
    item = dict(row._mapping)
    known = {"scan_id": row.case_id, "station_id": STATION, "received_at": row.taken_at, "error": None}
    joined = _row(item | known)
    return Case(
        row.case_id,
        records.stored_scan(joined),
        tuple(Planted.read(one) for one in row.objects),
        row.level,
        row.origin,
        records.analysis(joined),
    )
