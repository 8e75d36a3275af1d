import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from cargoscope.datasets.archive import Archive
from cargoscope.models.registry import Registry
from tests import builders

VIEWER = Path(__file__).resolve().parents[1] / "ui" / "static" / "viewer.js"


@contextmanager
def demo(folder: Path) -> Iterator[tuple[str, Callable[[], str]]]:
    """`cargoscope demo` on a data dir: its address, and how to read what it printed. Ctrl-C ends it, cleanly."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "cargoscope.cli", "demo", "--data-dir", str(folder), "--every", "0.5"]
    printed = folder / f"printed-{port}.txt"
    environment = {name: text for name, text in os.environ.items() if not name.startswith("CARGOSCOPE_")}
    with printed.open("wb") as file:
        process = subprocess.Popen([*command, "--port", str(port)], stdout=file, stderr=file, env=environment)
    try:
        yield f"http://127.0.0.1:{port}", lambda: printed.read_text("utf-8")
        assert process.poll() is None, printed.read_text("utf-8")
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(30)
    assert (code, "Traceback" in printed.read_text("utf-8")) == (0, False), printed.read_text("utf-8")


def until(true: Callable[[], bool], what: Callable[[], str], timeout_s: float = 90.0) -> None:
    end = monotonic() + timeout_s
    while not true():
        assert monotonic() < end, what()
        sleep(0.05)


def examined(folder: Path) -> list[str]:
    with Archive(folder) as archive:
        return sorted(case.scan.scan_id for case in archive.cases("all", 100, 0)[0] if case.status == "analysed")


@pytest.mark.skipif(not VIEWER.is_file(), reason="the viewer is not bundled; make viewer")
def test_the_demo_shows_scans_stops_cleanly_and_goes_on_with_its_data(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    registry.promote(registry.add(builders.tiny_model(tmp_path / "tiny")).model_id)
    with demo(tmp_path) as (url, printed):
        until(lambda: "Ctrl-C stops" in printed(), printed)
        password = re.search(r"password   (\S+)", printed())
        assert password is not None
        assert f"{url}/login" in printed()
        until(lambda: len(examined(tmp_path)) >= 1, printed)
        with httpx.Client(base_url=url, trust_env=False) as client:
            login = {"name": "officer", "password": password[1]}
            assert client.post("/v1/login", json=login).json()["must_change_password"]
            chosen = {"old": password[1], "new": "a password of my own"}
            assert client.post("/v1/password", json=chosen).status_code == 200
            assert client.get("/v1/scans").json()[0]["station_id"] == "sim-linac-6-4"
    before = examined(tmp_path)
    with demo(tmp_path) as (_, printed):
        until(lambda: "the password you chose" in printed(), printed)
        until(lambda: len(examined(tmp_path)) > len(before), printed)
    assert set(before) < set(examined(tmp_path))
    with Archive(tmp_path) as archive:
        assert archive.check() == ([], [])
