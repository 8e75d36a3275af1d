"""The worker: a thread that takes scans from the archive and stores what the active model finds.

What it tried least often comes first, among equals the oldest: a scan that ends the service holds up no other.

The database is the queue. A scan leaves it only when its detections, or the reason why there are none, are stored;
so whatever a killed service left undone is done after the next start.
"""

import contextlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

import structlog

from cargoscope.datasets.archive import Analysis, Archive
from cargoscope.datasets.archive.scenes import KeptScene
from cargoscope.detections import Detections
from cargoscope.errors import CargoscopeError
from cargoscope.inference.sighted import Sighted, table_of, zones_of
from cargoscope.models.card import ModelCard
from cargoscope.models.registry import Registry
from cargoscope.scan import Scan

log = structlog.get_logger("cargoscope.worker")

MAX_ATTEMPTS: Final = 3
"""Attempts at one scan that ends in an error."""

MAX_ENDS: Final = 10
"""Attempts at one scan that ended the service, over all its starts: a scan that kills the process must not do so for
ever. So many, because a service that is killed from outside three times may have been at the same scan each time."""

LOOK_S: Final = 0.5
"""How often the worker looks for a newly promoted model, and for work that another process left."""


class Detector(Protocol):
    """What examines a scan: `cargoscope.inference.engine.Engine`, or a few lines in a test."""

    @property
    def card(self) -> ModelCard: ...
    @property
    def provider(self) -> str: ...
    def examine(self, scan: Scan) -> tuple[Detections, float]: ...


Load = Callable[[Path], AbstractContextManager[Detector]]
"""Makes the detector of a model folder."""


class Worker:
    """One thread. ready: a model is loaded. trouble: why the active model could not be loaded, else None.

    idle: called while no scan waits; False where there was nothing to do.
    """

    def __init__(self, archive: Archive, registry: Registry, load: Load) -> None:
        self.archive = archive
        self.registry = registry
        self.ready = threading.Event()
        self.trouble: str | None = None
        self.detector: Detector | None = None
        self.idle: Callable[[Detector], bool] = lambda _: False
        self._load = load
        self._refused: str | None = None
        self._open = contextlib.ExitStack()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cargoscope-worker", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def wake(self) -> None:
        """There is work."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the scan at hand, stop the thread and close the model."""
        self._stop.set()
        self._wake.set()
        self._thread.join()
        self._open.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                busy = self._step()
            except Exception:  # a full disk or a locked database passes
                log.exception("the worker could not go on; it tries again")
                busy = False
            if not busy:
                self._wake.wait(LOOK_S)
                self._wake.clear()

    def _step(self) -> bool:
        """Take over a promoted model, take back leases that ran out, examine one scan. False where none waited."""
        self._follow_registry()
        self.archive.sweep_leases()
        if self.detector is None:
            return False
        scan_id = self.archive.next_pending()
        if scan_id is None:
            return self.idle(self.detector)
        self._examine(scan_id, self.detector)
        return True

    def _follow_registry(self) -> None:
        wanted = self.registry.active_id()
        serving = None if self.detector is None else self.detector.card.model_id
        if wanted is None:
            self.trouble = "no model is active"
            return
        if wanted in (serving, self._refused):
            self.trouble = None if wanted == serving else self.trouble
            return
        stack = contextlib.ExitStack()
        try:
            detector = stack.enter_context(self._load(self.registry.path(wanted)))
        except Exception as error:  # noqa: BLE001 - whatever a model file does, the one that serves goes on
            stack.close()
            self._refused = wanted
            self.trouble = f"model {wanted[:12]} could not be loaded: {error}"
            log.error("model refused", model_id=wanted, serving=serving, error=str(error))
            return
        self._open.close()
        self._open = stack
        self.detector, self.trouble, self._refused = detector, None, None
        self.ready.set()
        log.info("model serves", model_id=wanted, name=detector.card.name, provider=detector.provider)
        self.archive.announce("model", {"model_id": wanted})

    def _examine(self, scan_id: str, detector: Detector) -> None:
        attempt = self.archive.attempt(scan_id)
        found, score, error = Detections.none(detector.card.classes), None, None
        if attempt > MAX_ENDS:
            error = f"examining it ended the service {MAX_ENDS} times"
        else:
            try:
                found, score = self._look(self.archive.open_scan(scan_id), detector)
            except Exception as failure:  # noqa: BLE001 - one scan must not stop the others; it is shown as failed
                error = str(failure) if isinstance(failure, CargoscopeError) else f"{type(failure).__name__}: {failure}"
                log.warning("scan failed", scan_id=scan_id, attempt=attempt, error=error)
                if attempt < MAX_ATTEMPTS:
                    return
        card = detector.card
        self.archive.record(Analysis(scan_id, card.model_id, card.name, detector.provider, found, score, error))
        log.info("scan examined", scan_id=scan_id, findings=len(found), score=score, failed=error is not None)

    def _look(self, scan: Scan, detector: Detector) -> tuple[Detections, float]:
        """Examine a scan; of a detector that sees the whole view, that is kept as well, before its findings are."""
        if not isinstance(detector, Sighted):
            return detector.examine(scan)
        seen = detector.look(scan)
        found, score = detector.examine(scan, seen=seen)
        views, zones = tuple(table_of(one) for one in seen), tuple(zones_of(found, seen))
        self.archive.scenes.record(KeptScene(scan.scan_id, detector.scene_id, views, zones))
        return found, score
