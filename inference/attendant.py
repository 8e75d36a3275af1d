"""The attendant: a thread that projects test images and reads the scanners' state off scans; nobody waits for it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from random import SystemRandom
from typing import Final

import structlog

from cargoscope.datasets.archive import Archive
from cargoscope.errors import CargoscopeError
from cargoscope.inference.projector import Projector
from cargoscope.inference.scanner_readings import read_air

log = structlog.get_logger("cargoscope.attendant")

LOOK_S: Final = 5.0
"""How often it looks for something to do."""

PAUSE_S: Final = 0.5
"""Between two readings while there is a backlog: the model and the officers come first."""


class Attendant:
    """One thread. made: called when a test image has come in."""

    def __init__(self, archive: Archive, made: Callable[[], None]) -> None:
        self.archive = archive
        self.projector = Projector(archive, SystemRandom())
        self._made = made
        self._read_to = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cargoscope-attendant", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is at hand and stop the thread."""
        self._stop.set()
        self._thread.join()

    def step(self) -> bool:
        """Make the tests that are due and take one reading. False where there was nothing to read."""
        if self.projector.step(datetime.now(UTC)):
            self._made()
        read_to = self.archive.work.read_to()
        if take_reading(self.archive, self._read_to):
            return True
        self._read_to = read_to
        return False

    def _run(self) -> None:
        busy = False
        while not self._stop.wait(PAUSE_S if busy else LOOK_S):
            try:
                busy = self.step()
            except Exception:  # a full disk or a locked database passes
                log.exception("the attendant could not go on; it tries again")
                busy = False


def take_reading(archive: Archive, after_seq: int = 0) -> bool:
    """Read the newest scan after number `after_seq` of which there is no reading yet; False where there is none."""
    scan_id = archive.work.unread(after_seq)
    if scan_id is None:
        return False
    try:
        air, noise = read_air(archive.open_scan(scan_id).views[0])
    except CargoscopeError as error:
        log.warning("no reading", scan_id=scan_id, error=str(error))
        air = noise = None
    archive.work.keep_reading(scan_id, air, noise)
    return True
