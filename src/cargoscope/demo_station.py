"""The process of the demo's simulated scanner station. Apart, so that it starts without what only a service needs.

On its standard input come the job as one line of JSON, then lines "pause" and "go". When the input ends, so does the
process: then its parent has ended, killed or not.
"""

import json
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from cargoscope.datasets.simulation.simulate import Plan
from cargoscope.inference.playing import Outbox, Play, play_simulated
from cargoscope.inference.station import Service
from cargoscope.logs import set_up_logs


@dataclass(frozen=True)
class Job:
    """What the station does. start: index of its first scan. outbox: where scans wait until they are stored."""

    url: str
    key: str
    plan: Plan
    start: int
    every_s: float
    outbox: str
    log_format: str


def launch(job: Job) -> "subprocess.Popen[str]":
    """A process that does the job. It has a session of its own, so the terminal's Ctrl-C does not reach it."""
    command = [sys.executable, "-m", "cargoscope.demo_station"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
    tell(process, json.dumps(asdict(job)))
    return process


def tell(process: "subprocess.Popen[str]", line: str) -> None:
    """Send a line to the process; nothing where it has ended."""
    assert process.stdin is not None
    try:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
    except BrokenPipeError:
        return


def main(lines: IO[str]) -> None:
    """Take scans and send them until the input ends."""
    told = json.loads(lines.readline())
    plan: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told["plan"].items()
    }
    job = Job(**(told | {"plan": Plan(**plan)}))
    set_up_logs(job.log_format)
    ended, paused = threading.Event(), threading.Event()
    threading.Thread(target=_obey, args=(lines, ended, paused), daemon=True).start()
    play = Play(job.plan, job.start, job.every_s)
    play_simulated(Service(job.url, job.key), play, Outbox(Path(job.outbox)), ended, paused)


def _obey(lines: IO[str], ended: threading.Event, paused: threading.Event) -> None:
    for line in lines:
        if line.strip() == "pause":
            paused.set()
        else:
            paused.clear()
    ended.set()


if __name__ == "__main__":
    main(sys.stdin)
