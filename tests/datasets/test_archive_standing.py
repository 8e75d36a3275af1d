"""Where scans stand: an archive of before, and that the row beside the records says what the records say."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from cargoscope.datasets.archive import Analysis, Archive
from cargoscope.datasets.archive.database import MIGRATIONS, connect, writing
from cargoscope.datasets.archive.standing import refresh
from tests import builders
from tests.inference.rig import keep, people

MODEL = "a" * 64
VIEWS = [{"name": "side", "width": 64, "height": 48, "energies": ["6MV"], "open_beam": [60000], "pitch_mm": None,
          "bits": 16}]  # fmt: skip
FOUND = [
    {"view": 0, "box": [1, 1, 9, 9], "score": 0.4, "kind": "cigarettes"},
    {"view": 0, "box": [2, 2, 9, 9], "score": 0.7, "kind": "firearm"},
]


def archive_of_before(folder: Path) -> None:
    """An archive as it was before accounts had several roles: four scans, one of them decided and corrected."""
    engine = connect(folder / "archive.sqlite")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    engine.dispose()
    with closing(sqlite3.connect(folder / "archive.sqlite")) as base, base:
        base.execute("INSERT INTO stations VALUES ('gate-1', 'x', '2026-01-01T00:00:00+00:00')")
        for name, role in (("lan", "officer"), ("root", "administrator")):
            row = (name, "hash", 0, role, "2026-01-01T00:00:00+00:00")
            base.execute("INSERT INTO officers VALUES (?, ?, ?, ?, ?)", row)
        for number, scan_id in enumerate(("decided", "analysed", "failed", "new")):
            at = f"2026-11-22T0{number}:00:00.000000+00:00"
            row = (scan_id, f"{number:064x}", "gate-1", at, at, "f", "f", 1, json.dumps(VIEWS))
            columns = "scan_id, sha256, station_id, taken_at, received_at, file, file_name, size_bytes, views"
            base.execute(f"INSERT INTO scans ({columns}) VALUES (?,?,?,?,?,?,?,?,?)", row)
        for scan_id, score, error in (("decided", 0.7, None), ("analysed", 0.7, None), ("failed", None, "broken")):
            found = "[]" if error else json.dumps(FOUND)
            row = (scan_id, MODEL, "m", "CPU", '["cigarettes", "firearm"]', found, score, "x", error)
            columns = "scan_id, model_id, model_name, provider, classes, findings, score, made_at, error"
            base.execute(f"INSERT INTO analyses ({columns}) VALUES (?,?,?,?,?,?,?,?,?)", row)
        for decision_id, supersedes in (("one", ""), ("two", "one")):
            verdicts = json.dumps([{"finding": n, "judgement": "reject", "kind": None} for n in (0, 1)])
            at = "2026-11-22T05:00:00.000000+00:00"
            row = (decision_id, "decided", 1, MODEL, "lan", verdicts, "[]", "release", "why", at, 9.0, supersedes)
            columns = (
                "decision_id, scan_id, analysis, model_id, officer, verdicts, added, disposition, reason, decided_at, "
                "dwell_s, supersedes"
            )
            base.execute(f"INSERT INTO decisions ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row)


def rows(archive: Archive) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(archive.root / "archive.sqlite")) as base:
        return list(base.execute("SELECT * FROM standing ORDER BY seq"))


def test_an_archive_of_before_keeps_its_decisions_and_its_people_become_officers(tmp_path: Path) -> None:
    archive_of_before(tmp_path)
    with Archive(tmp_path) as archive:
        assert {one.name: set(one.roles) for one in archive.people.all()} == {
            "lan": {"officer"},
            "root": {"officer", "administrator"},
        }
        case = archive.case("decided")
        assert [one.decision_id for one in case.decisions] == ["one", "two"]
        assert case.settled.final is not None
        assert (case.settled.final.decision_id, case.settled.final.reading) == ("two", 1)
        assert [one.scan.scan_id for one in archive.cases("open", 9, 0)[0]] == ["failed", "analysed", "new"]
        assert [one.scan.scan_id for one in archive.cases("decided", 9, 0)[0]] == ["decided"]
        assert archive.next_pending() == "new"
        moved = rows(archive)
        engine = connect(tmp_path / "archive.sqlite")
        archive.follow(archive.site)
        ranked = rows(archive)
        with writing(engine) as connection:
            for scan_id in ("decided", "analysed", "failed", "new"):
                refresh(connection, scan_id, archive.site)
        engine.dispose()
        place = 6
        anew = rows(archive)
        assert [row[:place] + row[place + 1 :] for row in moved] == [row[:place] + row[place + 1 :] for row in anew]
        assert [row[place] for row in anew[1:]] == pytest.approx([row[place] for row in ranked[1:]])
        with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as base:
            assert base.execute("PRAGMA foreign_key_check").fetchall() == []
            for table in ("decisions", "account_changes", "photos", "calibrations"):
                if base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
                    with pytest.raises(sqlite3.IntegrityError, match="only appends"):
                        base.execute(f"DELETE FROM {table}")


def test_whatever_happens_to_a_scan_its_row_says_what_its_records_say(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        people(archive)
        engine = connect(tmp_path / "archive.sqlite")

        def same() -> str:
            before = rows(archive)
            with writing(engine) as connection:
                refresh(connection, "scan-1", archive.site)
            assert rows(archive) == before
            return str(before[0][4])

        stages = []
        keep(archive, builders.scan())
        stages.append(same())
        archive.attempt("scan-1")
        assert rows(archive)[0][8] == 1
        stages.append(same())
        archive.record(Analysis("scan-1", MODEL, "m", "CPU", builders.found(), None, "broken"))
        stages.append(same())
        archive.record(Analysis("scan-1", MODEL, "m", "CPU", builders.found(builders.finding()), 0.4))
        stages.append(same())
        archive.decide(builders.decision(builders.confirmed(0), model_id=MODEL))
        stages.append(same())
        engine.dispose()
        assert stages == ["received", "received", "failed", "analysed", "decided"]
        assert rows(archive)[0][7:] == ("|firearm|", 1, "|lan|")
