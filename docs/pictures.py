"""Takes the pictures in the documents: the released model on simulated scans, in a real browser.

Run as `python -m docs.pictures` in the environment that `make test` makes. It leaves one picture of every page in
`docs/images`, each as the person sees it whose page it is.
"""

import io
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.inference.station import stream_scan
from cargoscope.models.registry import DEFAULT_RELEASE, RELEASES
from tests import browser
from tests.inference.process import Running, running
from tests.inference.rig import PASSWORD, wait_for

IMAGES = Path(os.environ.get("CARGOSCOPE_PICTURES", Path(__file__).parent / "images"))
PLAN = Plan(seed=31, split="test", clean_share=0.3, threats=(1, 3))
SCANS = 8
DECIDED = 5
"""Scans that the officer decides on the way, so that the pages of figures have something to tell."""

SETTLED_MS = 1500
PEOPLE = {"mai": ("officer", "supervisor"), "tuan": ("technician",), "ada": ("administrator",)}
"""Beside the officer lan; each has PASSWORD."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), RELEASES / DEFAULT_RELEASE, True) as service:
        hire(Path(folder))
        send(service, Path(folder))
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
            take_officer(chromium, service.service.url)
            for name, places in (
                ("mai", ("insight/work",)),
                ("tuan", ("console/stations",)),
                ("ada", ("console/accounts",)),
            ):
                take_pages(chromium, service.service.url, name, places)
            chromium.close()


def hire(folder: Path) -> None:
    """The accounts of PEOPLE."""
    with Archive(folder) as archive:
        for name, roles in PEOPLE.items():
            one_time = archive.accounts.add_officer(name, *roles)
            archive.accounts.change_password(name, one_time, PASSWORD, keep_token="")


def send(service: Running, folder: Path) -> None:
    """The scans of a morning, the last one a minute ago."""
    for index in range(SCANS):
        taken_at = datetime.now(UTC) - timedelta(minutes=1 + 4 * (SCANS - 1 - index))
        scan = replace(simulate(PLAN, index)[0], scan_id=f"{taken_at:%Y%m%d}-{1207 + index}", station_id="gate-1")
        stream_scan(service.service, replace(scan, taken_at=taken_at))
        with Archive(folder) as archive:
            wait_for(archive, scan.scan_id, timeout_s=120)


def take_officer(chromium: Browser, url: str) -> None:
    """The login, the desk at work, and the outcome of a scan that was sent to inspection."""
    page = chromium.new_page(viewport=browser.SIZE)
    page.goto(f"{url}/login")
    shoot(page, "login")
    enter(page, url, "lan")
    page.wait_for_selector(".cs-region")
    shoot(page, "console")
    page.keyboard.press("p")
    shoot(page, "console-colour")
    for key in ("g", "Shift+V"):
        page.keyboard.press(key)
    page.wait_for_selector(".cs-stage.is-beside")
    shoot(page, "console-two")
    for key in ("Shift+V", "c", "Shift+R", "e", "1"):
        page.keyboard.press(key)
    shoot(page, "console-decision")
    page.keyboard.press("?")
    shoot(page, "shortcuts")
    page.keyboard.press("?")
    for scan in range(DECIDED):
        if scan > 0:
            for key in ("Shift+R", "l") if scan % 2 else ("c", "Shift+R", "e", "1"):
                page.keyboard.press(key)
        before = page.locator(".cs-card h1").inner_text()
        page.keyboard.press("Enter")
        page.wait_for_selector(f".cs[data-shown]:not([data-shown='{before}'])")
    page.goto(f"{url}/console/outcomes")
    page.locator(".cs-case").first.click()
    page.get_by_role("button", name="Nothing found").click()
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector(".cs-said.is-good")
    page.locator(".cs-case").first.click()
    page.get_by_role("button", name="Found", exact=True).click()
    page.get_by_label("What").select_option(index=1)
    page.get_by_label("Where").fill("between the second and third pallet, at the floor")
    shoot(page, "outcomes")
    page.close()


def take_pages(chromium: Browser, url: str, name: str, places: Sequence[str]) -> None:
    """Pages that one person sees; each picture has the name of its page."""
    page = chromium.new_context(viewport=browser.SIZE).new_page()
    enter(page, url, name)
    for place in places:
        page.goto(f"{url}/{place}")
        page.wait_for_selector("h1")
        shoot(page, place.rsplit("/", 1)[1])
    page.context.close()


def enter(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/login")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=officer]")


def shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(SETTLED_MS)
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
