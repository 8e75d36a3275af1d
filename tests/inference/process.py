"""A real `cargoscope serve` in a process of its own, which a test may kill."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import httpx

from cargoscope.datasets.archive import Archive
from cargoscope.inference.station import Service
from cargoscope.models.registry import Registry
from tests import builders
from tests.inference.rig import people

TICK_S = 0.02


@dataclass
class Running:
    """A data dir and the service on it. service: as the station "gate-1" reaches it."""

    folder: Path
    service: Service
    process: "subprocess.Popen[bytes] | None" = None
    console: bool = False
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "serve.log"

    def start(self, timeout_s: float = 300.0) -> None:
        """Start the service and wait until it is ready."""
        port = self.service.url.rsplit(":", 1)[1]
        parts = [] if self.console else ["--no-console"]
        command = [sys.executable, "-m", "cargoscope.cli", "serve", "--data-dir", str(self.folder), "--port", port]
        environment = {name: text for name, text in os.environ.items() if not name.startswith("CARGOSCOPE_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, *parts], stderr=log, stdout=log, env=environment)
        end = monotonic() + timeout_s
        while not self._is_ready():
            assert self.process.poll() is None, self.log.read_text("utf-8")
            assert monotonic() < end, self.log.read_text("utf-8")
            sleep(TICK_S)

    def kill(self) -> None:
        """kill -9."""
        self.stop(signal.SIGKILL)

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, wait for the end; the exit code."""
        assert self.process is not None
        self.process.send_signal(with_signal)
        code = self.process.wait(20)
        self.process = None
        return code

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.service.url}/ready", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False


@contextmanager
def running(
    folder: Path,
    model: Path | None = None,
    console: bool = False,
    prepare: Callable[[Path], None] = lambda folder: None,
) -> Iterator[Running]:
    """A data dir with officers "lan" and "bo" and station "gate-1"; a service that runs on it.

    model: folder of the active model, the tiny one if None. console: whether officers can look in. prepare: is called
    with the data dir before the service starts.
    """
    registry = Registry(folder / "models")
    registry.promote(registry.add(model or builders.tiny_model(folder / "tiny")).model_id)
    with Archive(folder) as archive:
        key = people(archive)
    prepare(folder)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    service = Running(folder, Service(f"http://127.0.0.1:{port}", key), console=console)
    try:
        service.start()
        yield service
    finally:
        if service.process is not None:
            service.kill()
