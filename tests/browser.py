"""Which browser the console's tests drive: the system's Chromium or Chrome, else Playwright's own.

`python -m tests.browser` finds one or installs one: with apt where that works, else with Playwright's download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, ViewportSize, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OpenPage = Callable[..., Page]
"""`open_page(provoked="")`, the fixture of tests/conftest.py."""

SIZE: Final[ViewportSize] = {"width": 1600, "height": 900}


def find() -> str | None:
    """Path of the browser to run, or None: CARGOSCOPE_BROWSER, the system's, Playwright's own, in this order."""
    if named := os.environ.get("CARGOSCOPE_BROWSER"):
        return named
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for app in MAC_APPS:
        if Path(app).exists():
            return app
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def complaints(page: Page) -> list[str]:
    """What the page throws, and every error in its console, from now on: the list grows."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return said


def install() -> None:
    """Brings a browser to a machine that has none."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=True, stdout=subprocess.DEVNULL)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if find() is None:
        install()
    print(f"browser: {find()}")
    sys.exit(0 if find() else "no browser could be installed; set CARGOSCOPE_BROWSER to the path of a Chromium")
