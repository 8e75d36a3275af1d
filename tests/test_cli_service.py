import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import structlog
from typer.testing import CliRunner

from cargoscope.cli import app
from cargoscope.datasets.archive import Archive
from cargoscope.datasets.archive.database import only_process
from cargoscope.inference.blocks import pack
from cargoscope.inference.streams import Streams
from cargoscope.inference.wire import Hello, HelloView
from cargoscope.settings import Settings

run = CliRunner()


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """What commands do to the log is undone."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_officer_and_a_station_are_added_and_can_come_in(tmp_path: Path) -> None:
    password = run.invoke(app, ["users", "add", "lan", "--data-dir", str(tmp_path)]).output.split(": ")[1].strip()
    key = run.invoke(app, ["stations", "add", "gate-1", "--data-dir", str(tmp_path)]).output.split(": ")[1].strip()
    again = run.invoke(app, ["stations", "add", "gate-1", "--data-dir", str(tmp_path)])
    assert (again.exit_code, again.output) == (1, "error: station 'gate-1' has a key already\n")
    with Archive(tmp_path) as archive:
        assert archive.accounts.check_password("lan", password).must_change
        assert archive.accounts.station_of(key) == "gate-1"


def test_roles_are_given_and_taken_on_the_command_line(tmp_path: Path) -> None:
    def said(*words: str) -> str:
        return run.invoke(app, ["users", *words, "--data-dir", str(tmp_path)]).output.strip()

    said("add", "mai", "--role", "officer", "--role", "administrator")
    said("add", "lan")
    assert said("roles", "lan", "supervisor", "data_scientist") == "lan: data_scientist, supervisor"
    assert said("disable", "lan") == "lan may not log in any more"
    assert said("list").splitlines() == [
        "lan: data_scientist, supervisor (may not log in; one-time password)",
        "mai: administrator, officer (one-time password)",
    ]
    assert said("disable", "mai") == "error: mai is the last administrator"
    assert said("roles", "mai", "officer") == "error: mai is the last administrator"
    with Archive(tmp_path) as archive:
        assert archive.accounts.officer("mai").roles == {"officer", "administrator"}
        assert [one.change for one in archive.people.changes()][:2] == [
            "may not log in any more",
            "roles: supervisor, data_scientist",
        ]


def test_the_technician_sees_what_arrived_of_a_broken_stream_and_where_it_lies(tmp_path: Path) -> None:
    view = HelloView(name="side", energies=("6MV",), open_beam=(60000,), height=4)
    hello = Hello(scan_id="scan-1", taken_at="2026-11-22T12:00:00+00:00", views=(view,))
    spool = Streams(Settings(data_dir=tmp_path)).open(hello, "gate-1")
    spool.add(pack(0, 0, np.ones((1, 4, 9), np.uint16)))
    spool.close()
    told = run.invoke(app, ["stations", "streams", "--data-dir", str(tmp_path)]).output
    assert told.startswith("gate-1 scan-1: 9 columns, unfinished since ")
    assert told.endswith(f"{tmp_path / 'streams' / 'gate-1' / 'scan-1'}\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["station"], "either --folder DIR or --simulate PROFILE"),
        (["station", "--simulate", "linac-6-4"], "a station needs its --key"),
        (["serve", "--settings", "none.toml"], "cannot be read"),
        (["users", "reset", "nobody", "--data-dir", "DATA"], "no officer named 'nobody'"),
        (["users", "add", "x", "--role", "king", "--data-dir", "DATA"], "a role is one of officer, supervisor"),
        (["users", "roles", "x", "officer", "--data-dir", "DATA"], "no officer named 'x'"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.delenv("CARGOSCOPE_STATION_KEY", raising=False)
    result = run.invoke(app, [str(tmp_path) if word == "DATA" else word for word in arguments])
    assert result.exit_code == 1
    assert sentence in result.output


def test_data_that_another_service_uses_is_left_alone(tmp_path: Path) -> None:
    with only_process(tmp_path / "service.lock"):
        result = run.invoke(app, ["serve", "--data-dir", str(tmp_path), "--no-console"])
    assert result.exit_code == 1
    assert "another service runs on" in result.output
