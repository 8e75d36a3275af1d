"""The process of the demo's simulated scanner station. Apart, so that it starts without what only a service needs."""

import multiprocessing
import threading
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from cargoscope.inference.playing import Outbox, Play, play_simulated
from cargoscope.inference.station import Service
from cargoscope.logs import set_up_logs


@dataclass(frozen=True)
class DemoStation:
    """What the process needs to know. Scans wait in the folder outbox until they are stored."""

    service: Service
    play: Play
    outbox: Path
    log_format: str


def play(station: DemoStation, paused: Event) -> None:
    """Take scans and send them until the parent process ends this one, or ends itself, killed or not."""
    set_up_logs(station.log_format)
    parent = multiprocessing.parent_process()
    assert parent is not None
    orphaned = threading.Event()
    threading.Thread(target=_tell, args=(parent, orphaned), daemon=True).start()
    play_simulated(station.service, station.play, Outbox(station.outbox), orphaned, paused)


def _tell(parent: BaseProcess, orphaned: threading.Event) -> None:
    parent.join()
    orphaned.set()
