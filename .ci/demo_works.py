"""Starts the demo as a user would, looks at it as an officer would, and stops it with Ctrl-C.

    .ci/demo_works.py venv/bin/cargoscope       that command's demo, once
    .ci/demo_works.py --cold                    `make demo` in a fresh clone of this repository, then once more

Where Playwright and a browser are there, an officer logs in with the printed name and password and waits until a scan
with regions is on the screen; else the same is asked over HTTP. Times count from the start of the command. Exit code 1
where something fails, or takes longer than the README promises.
"""

import argparse
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
COLD_S, WARM_S = 120.0, 10.0
GIVE_UP_S = 900.0
OWN_PASSWORD = "a longer pass phrase for the trial"
ON_SCREEN = """() => {
  const marked = (row) => !row.style.getPropertyValue("--kind").includes("--faint");
  const row = [...document.querySelectorAll(".cs-row")].find(marked);
  if (row && !row.hasAttribute("aria-current") && !row.dataset.tried) { row.dataset.tried = "yes"; row.click(); }
  const canvas = document.querySelector(".cs-pane canvas");
  if (!canvas || !canvas.width || !document.querySelector(".cs-region")) return false;
  const middle = canvas.getContext("2d").getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1).data;
  return new Set(middle).size > 8;
}"""
"""Opens the first row in which the model marked something, as an officer would. True once its regions are listed and
the picture shows more than a few grey levels."""


class Demo:
    """A running demo. lines: what it printed, with the seconds at which it did."""

    def __init__(self, command: list[str], folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.began = time.monotonic()
        self.lines: list[tuple[float, str]] = []
        settings = {"CARGOSCOPE_PORT": str(port)}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.began

    def said(self, pattern: str) -> re.Match[str]:
        """The first match in what was printed, waited for."""
        return until(
            lambda: next((m for _, line in self.lines if (m := re.search(pattern, line))), None), pattern, self
        )

    def note(self, what: str) -> float:
        age_s = self.age_s
        print(f"{age_s:7.1f} s  {what}", flush=True)
        return age_s

    def stop(self) -> int:
        """Ctrl-C, as a terminal sends it: to every process of the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(timeout=60)
        self._reader.join(10)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append((self.age_s, line.rstrip()))
            print(f"{self.age_s:7.1f} s  | {line.rstrip()}", flush=True)


def until(found: Callable[[], Any], what: str, demo: Demo) -> Any:
    """What `found` gives once it gives something."""
    while not (result := found()):
        if demo.process.poll() is not None:
            sys.exit(f"the demo ended with code {demo.process.returncode} before there was {what!r}")
        if demo.age_s > GIVE_UP_S:
            sys.exit(f"no {what!r} after {GIVE_UP_S:.0f} s")
        time.sleep(0.05)
    return result


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], folder: Path, port: int, may_end_with: set[int]) -> Iterator[Demo]:
    """A demo that must end with Ctrl-C and without a traceback."""
    demo = Demo(command, folder, port)
    try:
        yield demo
        code = demo.stop()
        if code not in may_end_with or any("Traceback" in line for _, line in demo.lines):
            sys.exit(f"Ctrl-C must end the demo cleanly, it ended with code {code}")
    finally:
        if demo.process.poll() is None:
            os.killpg(demo.process.pid, signal.SIGKILL)


class OverHttp:
    """Looks without a browser."""

    def __init__(self) -> None:
        self.client = httpx.Client(trust_env=False, timeout=30)

    def log_in(self, demo: Demo, password: str) -> None:
        self.client.base_url = httpx.URL(demo.url)
        until(lambda: self._get("/ready").status_code == 200, "readiness", demo)
        self.client.post("/v1/login", json={"name": "officer", "password": password}).raise_for_status()
        self.client.post("/v1/password", json={"old": password, "new": OWN_PASSWORD}).raise_for_status()

    def come_back(self, demo: Demo) -> None:
        self.client.base_url = httpx.URL(demo.url)
        until(lambda: self._get("/ready").status_code == 200, "readiness", demo)

    def first_regions(self, demo: Demo) -> None:
        for page in ("/static/viewer.js", "/console/"):
            self.client.get(page).raise_for_status()
        rows = "/v1/scans?state=open"
        until(lambda: any(row["n_findings"] for row in self._get(rows).raise_for_status().json()), "regions", demo)

    def _get(self, path: str) -> httpx.Response:
        try:
            return self.client.get(path)
        except httpx.TransportError:
            return httpx.Response(503, request=httpx.Request("GET", path))


class OnScreen:
    """Looks through a browser that was open before the demo began."""

    def __init__(self, page: Any) -> None:
        self.page = page
        page.set_default_timeout(GIVE_UP_S * 1000)

    def log_in(self, demo: Demo, password: str) -> None:
        self.page.goto(f"{demo.url}/login")
        self.page.fill("[name=name]", "officer")
        self.page.fill("[name=password]", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("[name=again]")
        demo.note("logged in; a password of one's own is asked for")
        for name, text in (("old", password), ("new", OWN_PASSWORD), ("again", OWN_PASSWORD)):
            self.page.fill(f"[name={name}]", text)
        self.page.keyboard.press("Enter")

    def come_back(self, demo: Demo) -> None:
        self.page.goto(f"{demo.url}/console/")

    def first_regions(self, demo: Demo) -> None:
        self.page.wait_for_selector(".cs-link.is-up")
        demo.note("the console is there")
        self.page.wait_for_selector(".cs-row")
        demo.note("the first row of the worklist")
        self.page.wait_for_function(ON_SCREEN, polling=50)


@contextmanager
def officer() -> Iterator[OverHttp | OnScreen]:
    """With a browser where there is one."""
    sys.path.insert(0, str(ROOT))
    found = None
    if importlib.util.find_spec("playwright") is not None and importlib.util.find_spec("tests") is not None:
        from tests import browser

        found = browser.find()
    if found is None:
        print("no browser: asked over HTTP")
        yield OverHttp()
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(browser.FLAGS))
        print(f"browser: {found}")
        yield OnScreen(chromium.new_page(viewport=browser.SIZE))
        chromium.close()


def look(who: OverHttp | OnScreen, command: list[str], folder: Path, port: int, again: bool, codes: set[int]) -> float:
    """Seconds from the command to a scan with regions, in one start of the demo."""
    with running(command, folder, port, codes) as demo:
        told = demo.said(r"password\s+(\S+)")
        if again:
            who.come_back(demo)
        else:
            who.log_in(demo, told.group(1))
        who.first_regions(demo)
        return demo.note("a scan with regions is on the screen")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", nargs="?", help="a cargoscope to try")
    parser.add_argument(
        "--cold", action="store_true", help="make demo in a fresh clone, twice, held against the limits"
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to stop"))
    print(f"load before: {os.getloadavg()[0]:.1f}, processors: {os.cpu_count()}")
    with tempfile.TemporaryDirectory() as name, officer() as who:
        folder, port = Path(name), free_port()
        if not given.cold:
            demo = [str(Path(given.command).absolute()), "demo", "--data-dir", str(folder), "--every", "2"]
            look(who, demo, folder, port, again=False, codes={0})
            return
        clone = folder / "cargoscope"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        make, codes = [shutil.which("make") or "make", "demo"], {0, 2, 130, -signal.SIGINT}
        cold_s = look(who, make, clone, port, again=False, codes=codes)
        warm_s = look(who, make, clone, port, again=True, codes=codes)
        print(f"cold {cold_s:.1f} s (limit {COLD_S:.0f}), warm {warm_s:.1f} s (limit {WARM_S:.0f})")
        print(f"load after: {os.getloadavg()[0]:.1f}")
        if cold_s > COLD_S or warm_s > WARM_S:
            sys.exit("too slow")


main()
