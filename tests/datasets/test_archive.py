import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cargoscope.datasets.archive import Analysis, Archive
from cargoscope.datasets.archive.database import HEAD, MIGRATIONS, connect
from cargoscope.datasets.archive.tables import metadata
from cargoscope.datasets.archive.worklist import pending, rows
from cargoscope.detections import Detections
from cargoscope.errors import ConflictError, LimitError, NotFoundError, ReviewError, ScanError
from cargoscope.review import Decision, Outcome, Source
from tests import builders
from tests.inference.rig import keep, people

MODEL = "a" * 64


def analysed(archive: Archive, found: Detections | None = None, scan_id: str = "scan-1", score: float = 0.9) -> None:
    """A scan with an analysis by MODEL."""
    keep(archive, builders.scan(builders.view(level=20000 + archive.count()), scan_id=scan_id))
    archive.record(Analysis(scan_id, MODEL, "tiny", "CPU", found or builders.found(builders.finding()), score))


def deciding(number: int, **changed: object) -> Decision:
    decision = builders.decision(builders.confirmed(0), model_id=MODEL)
    return replace(decision, decision_id=f"d{number}", **changed)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path):  # type: ignore[no-untyped-def]
    with Archive(tmp_path) as opened:
        people(opened)
        yield opened


def test_a_scan_comes_back_as_it_went_in(archive: Archive) -> None:
    scan = builders.scan(builders.cargo_view(), builders.view(name="top", pitch_mm=None, bits=12))
    stored = keep(archive, scan)
    back = archive.open_scan("scan-1")
    for sent, got in zip(scan.views, back.views, strict=True):
        assert np.array_equal(sent.pixels, got.pixels)
        assert (sent.energies, sent.pitch_mm, sent.bits) == (got.energies, got.pitch_mm, got.bits)
    assert (back.taken_at, back.station_id) == (scan.taken_at, scan.station_id)
    assert archive.stored("scan-1") == stored
    assert archive.files.path(stored.file).name == f"{stored.sha256}.scan"
    assert archive.check() == ([], [])


def test_the_same_bytes_are_stored_once(archive: Archive) -> None:
    assert keep(archive, builders.scan()) == keep(archive, builders.scan())
    assert archive.count() == archive.count("gate-1") == 1


def test_other_bytes_under_a_known_id_are_refused(archive: Archive) -> None:
    keep(archive, builders.scan())
    with pytest.raises(ConflictError, match="another scan under that id"):
        keep(archive, builders.scan(builders.view(level=1)))
    assert archive.check() == ([], [])


def test_the_same_picture_sent_under_several_names_at_once_is_stored_once(archive: Archive) -> None:
    together = threading.Barrier(8)

    def send(number: int) -> tuple[str, bool]:
        with archive.files.receive([b"a plain picture"], "x", 100) as incoming:
            together.wait(10)
            stored, new = archive.keep(incoming, builders.scan(scan_id=f"name-{number}"), "x")
            return stored.scan_id, new

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert len({scan_id for scan_id, _ in answers}) == 1
    assert [new for _, new in answers].count(True) == 1
    assert archive.check() == ([], [])


def test_a_file_that_is_too_large_leaves_nothing(archive: Archive) -> None:
    with pytest.raises(LimitError, match="at most 10 bytes"), archive.files.receive([b"12345"] * 3, "x", 10):
        pass
    assert list(archive.files.incoming.iterdir()) == []


def test_what_a_dead_process_left_is_swept_and_what_a_living_one_writes_stays(archive: Archive) -> None:
    incoming = archive.files.incoming
    for number in (2**22 + 1, os.getpid(), os.getppid()):
        (incoming / f"{number}-half").write_bytes(b"half a scan")
    assert archive.files.sweep() == 2
    assert [path.name for path in incoming.iterdir()] == [f"{os.getppid()}-half"]


def test_a_file_without_a_record_is_harmless_and_one_that_is_missing_is_named(archive: Archive) -> None:
    stored = keep(archive, builders.scan())
    path = archive.files.path(stored.file)
    orphan = path.with_name("ff" * 32 + ".scan")
    path.rename(orphan)
    assert archive.check() == ([str(orphan.relative_to(archive.files.root))], ["scan-1"])
    with pytest.raises(ScanError, match="missing from the archive"):
        archive.open_scan("scan-1")


@pytest.mark.parametrize("table", ["scans", "attempts", "analyses", "decisions", "outcomes", "events"])
def test_the_archive_only_appends(archive: Archive, table: str) -> None:
    analysed(archive)
    archive.attempt("scan-1")
    archive.decide(deciding(1))
    archive.conclude(Outcome("scan-1", True, (), "", "lan", builders.NOON))
    engine = connect(archive.root / "archive.sqlite")
    column = metadata.tables[table].columns.keys()[1]
    replace = f"REPLACE INTO {table} SELECT * FROM {table}"
    for change in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}", replace):
        with pytest.raises(sa.exc.IntegrityError, match="the archive only appends"), engine.begin() as connection:
            connection.exec_driver_sql(change)
    engine.dispose()


def test_commits_are_on_the_disk_and_references_are_checked(archive: Archive) -> None:
    engine = connect(archive.root / "archive.sqlite")
    with engine.connect() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert pragmas == ["wal", 2]
        with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
            connection.exec_driver_sql("INSERT INTO attempts (scan_id, started_at) VALUES ('nothing', 'now')")
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_expects(archive: Archive) -> None:
    engine = connect(archive.root / "archive.sqlite")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_the_code_knows_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_processes_that_open_a_new_archive_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    code = "import sys, pathlib, cargoscope.datasets.archive as a; a.Archive(pathlib.Path(sys.argv[1])).close()"
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "new")]) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]


def test_the_worklist_shows_failures_first_then_the_most_suspicious(archive: Archive) -> None:
    for scan_id, score in (("low", 0.1), ("high", 0.8), ("middle", 0.5)):
        analysed(archive, scan_id=scan_id, score=score)
    keep(archive, builders.scan(builders.view(level=5), scan_id="waiting"))
    keep(archive, builders.scan(builders.view(level=6), scan_id="broken"))
    none = builders.found()
    archive.record(Analysis("broken", MODEL, "tiny", "CPU", none, None, "it is no scan"))
    cases, total = archive.cases("open", 10, 0)
    assert [case.scan.scan_id for case in cases] == ["broken", "high", "middle", "low", "waiting"]
    assert total == archive.count_open() == 5
    assert archive.next_pending() == "waiting"
    page, total = archive.cases("open", 2, 1)
    assert [case.scan.scan_id for case in page] == ["high", "middle"]
    archive.decide(deciding(1, scan_id="high"))
    assert [case.scan.scan_id for case in archive.cases("decided", 10, 0)[0]] == ["high"]
    assert archive.cases("all", 10, 0)[1] == 5


@pytest.mark.parametrize(
    ("query", "index"),
    [(rows("open"), "ix_standing_open"), (pending(), "ix_standing_pending"), (rows("decided"), "ix_standing_urgency")],
)
def test_no_list_walks_or_sorts_all_scans(archive: Archive, query: sa.Select[str], index: str) -> None:
    engine = connect(archive.root / "archive.sqlite")
    sql = str(query.limit(9).compile(engine, compile_kwargs={"literal_binds": True}))
    with engine.connect() as connection:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    engine.dispose()
    assert len(plan) == 1, plan
    assert index in plan[0], plan


def test_a_decision_needs_a_verdict_on_every_region(archive: Archive) -> None:
    analysed(archive, builders.found(builders.finding(), builders.finding(kind="cigarettes")))
    with pytest.raises(ReviewError, match="region 1 of 2 has no verdict"):
        archive.decide(deciding(1))
    assert archive.case("scan-1").status == "analysed"


def test_a_decision_is_about_the_model_whose_findings_are_shown(archive: Archive) -> None:
    analysed(archive)
    with pytest.raises(ConflictError, match="findings are of model aaaaaaaaaaaa"):
        archive.decide(deciding(1, model_id="b" * 64))
    keep(archive, builders.scan(builders.view(level=9), scan_id="new"))
    with pytest.raises(ConflictError, match="no model has examined it yet"):
        archive.decide(deciding(1, scan_id="new"))
    with pytest.raises(NotFoundError, match="no scan 'other'"):
        archive.decide(deciding(1, scan_id="other"))


def test_a_decided_scan_is_decided_again_only_by_a_correction_of_the_latest(archive: Archive) -> None:
    analysed(archive)
    with pytest.raises(ConflictError, match="no decision 'd0' to correct"):
        archive.decide(deciding(1, supersedes="d0"))
    archive.decide(deciding(1))
    with pytest.raises(ConflictError, match="lan decided 'inspect'"):
        archive.decide(deciding(2, officer="bo"))
    archive.decide(deciding(2, officer="bo", supersedes="d1", added=(builders.finding(score=1.0),)))
    with pytest.raises(ConflictError, match="bo decided 'inspect' \\(decision d2\\)"):
        archive.decide(deciding(3, supersedes="d1"))
    [feedback] = archive.feedback()
    assert feedback.decision == deciding(2, officer="bo", supersedes="d1", added=(builders.finding(score=1.0),))
    assert feedback.source is Source.OFFICER


def test_of_officers_who_decide_at_the_same_moment_one_wins(archive: Archive) -> None:
    analysed(archive)
    outcomes: list[str] = []
    ready = threading.Barrier(6)

    def decide(number: int) -> None:
        ready.wait()
        try:
            archive.decide(deciding(number))
        except ConflictError:
            outcomes.append("refused")
        else:
            outcomes.append("stored")

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 5 + ["stored"]
    assert len(archive.case("scan-1").decisions) == 1


def test_the_physical_examination_makes_feedback_of_the_most_trusted_kind(archive: Archive) -> None:
    analysed(archive)
    outcome = Outcome("scan-1", True, ("cigarettes",), "behind the pallets", "bo", builders.NOON)
    with pytest.raises(ConflictError, match="an outcome follows a decision"):
        archive.conclude(outcome)
    archive.decide(deciding(1))
    archive.conclude(replace(outcome, opened=False, found=()))
    assert [item.source for item in archive.feedback()] == [Source.OFFICER]
    archive.conclude(outcome)
    [feedback] = archive.feedback()
    assert (feedback.source, feedback.outcome) == (Source.OPENED, outcome)
    assert list(feedback.found) == list(builders.found(builders.finding()))


def test_events_come_in_order_and_from_where_a_listener_was(archive: Archive) -> None:
    analysed(archive)
    seen = archive.last_event()
    archive.decide(deciding(1))
    archive.announce("model", {"model_id": MODEL})
    scan, model = archive.events_after(seen)
    assert (scan.kind, scan.body["status"]) == ("scan", "decided")
    assert (model.kind, model.body, model.seq) == ("model", {"model_id": MODEL}, seen + 2)
