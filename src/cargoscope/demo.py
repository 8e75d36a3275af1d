"""`cargoscope demo`: a service, its console and a simulated scanner station, on one machine, for a first look."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

from cargoscope.datasets.archive import Accounts, Archive
from cargoscope.datasets.simulation.simulate import Plan
from cargoscope.demo_station import Job, launch, tell
from cargoscope.errors import NotFoundError
from cargoscope.inference.parts import Parts
from cargoscope.inference.playing import Outbox
from cargoscope.serving import address, run
from cargoscope.settings import Settings

OFFICER: Final = "officer"
ROLES: Final = ("officer", "supervisor", "technician", "data_scientist", "administrator")
"""Every page is there to be looked at."""

PLAN: Final = Plan(profile="linac-6-4", seed=1, split="validation", threats=(1, 2))
"""Of this seed the very first scan holds something plain to see: a gas cylinder."""

STATION: Final = f"sim-{PLAN.profile}"
MOST_OPEN: Final = 200
"""Undecided scans at which the simulated station waits for the officers."""

TICK_S: Final = 0.2


def demo(settings: Settings, every_s: float, reset_password: bool = False) -> None:
    """Run until Ctrl-C. A second start goes on with the data of the first."""
    run(settings, around=lambda app: _around(app, settings, every_s, reset_password))


@contextmanager
def _around(app: FastAPI, settings: Settings, every_s: float, reset_password: bool) -> Iterator[None]:
    """The station's process, and a thread that greets and that holds the station back, while the service runs."""
    parts: Parts = app.state.parts
    greeting = _greeting(parts.archive.accounts, address(settings), settings.data_dir, reset_password)
    process = launch(_job(parts.archive, settings, every_s))
    watch = threading.Thread(target=_watch, args=(parts, address(settings), greeting, process), daemon=True)
    watch.start()
    try:
        yield
    finally:
        parts.closing.set()
        watch.join()
        process.terminate()
        process.communicate()


def _job(archive: Archive, settings: Settings, every_s: float) -> Job:
    """A station with a new key, which is written nowhere, and which goes on after the last scan it ever took."""
    folder = settings.data_dir / "station-outbox"
    outbox = Outbox(folder)
    taken = archive.count(STATION) + len(outbox.waiting()) + len(outbox.refused())
    key = archive.accounts.add_station(STATION, replace=True)
    return Job(address(settings), key, PLAN, taken, every_s, str(folder), settings.log_format)


def _greeting(accounts: Accounts, url: str, data_dir: Path, reset_password: bool) -> str:
    """What to tell the person at the terminal; makes the officer at the first start."""
    try:
        own_password = not accounts.officer(OFFICER).must_change
    except NotFoundError:
        password = accounts.add_officer(OFFICER, *ROLES)
    else:
        if own_password and not reset_password:
            secret = "the password you chose (forgotten: start again with --reset-password)"
            return _lines(url, data_dir, secret)
        password = accounts.reset_password(OFFICER)
    return _lines(url, data_dir, f"{password}   (one time; you choose your own at the first login)")


def _lines(url: str, data_dir: Path, secret: str) -> str:
    return (
        f"\n  Cargoscope is running.\n\n"
        f"    address    {url}/login\n"
        f"    officer    {OFFICER}\n"
        f"    password   {secret}\n\n"
        f"  A simulated scanner sends scans. Data: {data_dir.resolve()}. Ctrl-C stops everything.\n"
    )


def _watch(parts: Parts, url: str, greeting: str, station: "subprocess.Popen[str]") -> None:
    """Greet once the service is ready; hold the station back while too many scans wait for a decision."""
    greeted = held_back = False
    while not parts.closing.wait(TICK_S):
        if not greeted and _is_ready(url):
            print(greeting, flush=True)
            greeted = True
        full = parts.archive.count_open() >= MOST_OPEN
        if full != held_back:
            tell(station, "pause" if full else "go")
            held_back = full


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
