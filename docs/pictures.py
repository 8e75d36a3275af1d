"""Takes the pictures in the documents: the released model on simulated scans, in a real browser.

Run as `python -m docs.pictures` in the environment that `make test` makes. It leaves one picture of every page in
`docs/images`, each as the person sees it whose page it is. `python -m docs.pictures team work` keeps those two alone.
The pages of figures show the invented month of `docs/month.py`.
"""

import io
import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.archive.declarations import Declaration, DeclaredContainer
from cargoscope.datasets.simulation.simulate import Plan, simulate, write_simulated
from cargoscope.inference.cases import add_folder
from cargoscope.inference.sighted import SightedEngine
from cargoscope.inference.station import stream_scan
from cargoscope.models.registry import DEFAULT_RELEASE, RELEASES
from cargoscope.review import Decision, Disposition, Judgement, Verdict
from docs import month
from tests import browser
from tests.inference.process import Running, running
from tests.inference.rig import PASSWORD, wait_for

IMAGES = Path(os.environ.get("CARGOSCOPE_PICTURES", Path(__file__).parent / "images"))
PLAN = Plan(seed=31, split="test", clean_share=0.3, threats=(1, 3))
CLEAN = replace(PLAN, clean_share=1.0)
"""The same scenes without contraband."""

CASES = Plan(seed=33, split="validation", clean_share=0.5, threats=(1, 1))
SCANS = 8
DECIDED = 5
"""Scans that the officer decides on the way."""

COMPARED = 4
"""The scan that stands first in the worklist; its container was here before, with the same goods alone."""

BOX = DeclaredContainer("MSKU6011672", "45G1")
SETTLED_MS = 1500
COLOURS = 255
"""Of a picture's palette: four bytes in five less than full colour, and nobody sees it."""

PEOPLE = {
    "mai": ("officer", "supervisor"),
    "khoa": ("officer",),
    "thu": ("officer",),
    "dana": ("data_scientist",),
    "tuan": ("technician",),
    "ada": ("administrator",),
    "an": ("auditor",),
}
"""Beside the officers lan and bo; each has PASSWORD."""

PAGES = {
    "lan": ("insight/mine", "insight/training"),
    "mai": ("insight/team", "insight/work", "insight/tests"),
    "dana": ("insight/model", "insight/scanners"),
    "tuan": ("console/stations",),
    "ada": ("console/accounts",),
}
"""Who is shown at which pages; each picture has the name of its page."""


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), RELEASES / DEFAULT_RELEASE, True, prepare) as service,
    ):
        send(service, Path(folder))
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
            take_desk(chromium, service.service.url)
            take_training(chromium, service.service.url)
            for name, places in PAGES.items():
                page = come(chromium, service.service.url, name)
                for place in places:
                    page.goto(f"{service.service.url}/{place}")
                    page.wait_for_selector("h1")
                    shoot(page, place.rsplit("/", 1)[1], whole=True)
                page.context.close()
            chromium.close()


def prepare(folder: Path) -> None:
    """The accounts, their month, and a case library."""
    with Archive(folder) as archive, SightedEngine(RELEASES / DEFAULT_RELEASE) as engine:
        for name, roles in PEOPLE.items():
            one_time = archive.accounts.add_officer(name, *roles)
            archive.accounts.change_password(name, one_time, PASSWORD, keep_token="")
        archive.accounts.add_station("gate-2")
        month.fill(archive, engine.card, "gate-north")
        write_simulated(CASES, 8, folder / "cases")
        add_folder(archive.library, engine, folder / "cases", "mai")
        month.train(archive)


def send(service: Running, folder: Path) -> None:
    """The scans of a morning, the last one a minute ago; and of last week one of the container that is looked at."""
    for index in range(-1, SCANS):
        plan, number = (PLAN, index) if index >= 0 else (CLEAN, COMPARED)
        taken_at = datetime.now(UTC) - timedelta(minutes=1 + 4 * (SCANS - 1 - index), days=0 if index >= 0 else 6)
        scan = replace(simulate(plan, number)[0], scan_id=f"{taken_at:%Y%m%d}-{1207 + number}", station_id="gate-1")
        stream_scan(service.service, replace(scan, taken_at=taken_at))
        with Archive(folder) as archive:
            wait_for(archive, scan.scan_id, timeout_s=300)
            if number == COMPARED:
                archive.declarations.declare(Declaration(scan.scan_id, (BOX,), ("4012",)))
            if index < 0:
                case = archive.case(scan.scan_id)
                rejected = tuple(Verdict(row, Judgement.REJECT) for row in range(len(case.analysis.found)))
                said = (case.analysis.model_id, "bo", rejected, (), Disposition.RELEASE, "", datetime.now(UTC), 12.0)
                archive.decide(Decision("d-before", scan.scan_id, *said))


def take_desk(chromium: Browser, url: str) -> None:
    """The login, the desk at work, and the outcome of a scan that was sent to inspection."""
    page = chromium.new_page(viewport=browser.SIZE)
    page.goto(f"{url}/login")
    shoot(page, "login")
    page = come(chromium, url, "lan")
    press = page.keyboard.press
    page.locator(f"li[data-scan$='{1207 + COMPARED}'] .cs-row").click()
    page.wait_for_selector(f".cs[data-shown$='{1207 + COMPARED}']")
    page.mouse.move(800, 880)
    shoot(page, "console")
    press("p")
    shoot(page, "console-colour")
    for key in ("g", "Shift+V"):
        press(key)
    page.wait_for_selector(".cs-stage.is-beside")
    shoot(page, "console-two")
    for key in ("Shift+V", "Shift+C"):
        press(key)
    page.wait_for_function("() => document.querySelectorAll('.cs-scan canvas').length > 11")
    shoot(page, "console-choose")
    press("Enter")
    page.wait_for_selector(".cs-stage.is-beside")
    shoot(page, "console-compare")
    press("Shift+X")
    shoot(page, "console-difference")
    for key in ("Shift+C", "c", "Shift+R", "e", "1"):
        press(key)
    shoot(page, "console-decision")
    press("?")
    shoot(page, "shortcuts")
    press("?")
    for scan in range(DECIDED):
        if scan > 0:
            for key in ("Shift+R", "l") if scan % 2 else ("c", "Shift+R", "e", "1"):
                press(key)
        before = page.locator(".cs-card h1").inner_text()
        press("Enter")
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
    page.context.close()


def take_training(chromium: Browser, url: str) -> None:
    """A case of a training session, and what was there."""
    page = come(chromium, url, "lan")
    page.goto(f"{url}/insight/training")
    page.locator("form[data-session=warm-up] input").fill("5")
    page.locator("form[data-session=warm-up] input").press("Enter")
    page.wait_for_selector(".cs-card h1")
    shoot(page, "training-case")
    for key in ("Shift+R", "l", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector(".cs-reveal img")
    while "In it" not in page.locator(".cs-reveal").inner_text() and page.locator(".cs-lesson .is-waits").count():
        before = page.locator(".cs-card h1").inner_text()
        page.keyboard.press("Enter")
        page.wait_for_function("(id) => document.querySelector('.cs-card h1')?.textContent !== id", arg=before)
        for key in ("Shift+R", "l", "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector(".cs-reveal img")
    shoot(page, "training-answer")
    page.context.close()


def come(chromium: Browser, url: str, name: str) -> Page:
    """A window of somebody's own, logged in."""
    page = chromium.new_context(viewport=browser.SIZE).new_page()
    page.goto(f"{url}/login")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-part=officer]")
    return page


def shoot(page: Page, name: str, whole: bool = False) -> None:
    """whole: not only what fits into the window."""
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        return
    page.wait_for_timeout(SETTLED_MS)
    seen = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    seen.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE).save(
        IMAGES / f"{name}.png", optimize=True
    )


if __name__ == "__main__":
    main()
