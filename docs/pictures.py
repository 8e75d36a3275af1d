"""Takes the pictures in the documents: the released model on simulated scans, in a real browser.

Run as `python -m docs.pictures` in the environment that `make test` makes.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.inference.station import stream_scan
from cargoscope.models.registry import DEFAULT_RELEASE, RELEASES
from tests import browser
from tests.inference.process import running
from tests.inference.rig import PASSWORD, wait_for

IMAGES = Path(__file__).parent / "images"
PLAN = Plan(seed=31, split="test", clean_share=0.3, threats=(1, 3))
SCANS = 8


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), RELEASES / DEFAULT_RELEASE, True) as service:
        for index in range(SCANS):
            scan = replace(simulate(PLAN, index)[0], station_id="gate-1")
            stream_scan(service.service, scan)
            with Archive(Path(folder)) as archive:
                wait_for(archive, scan.scan_id, timeout_s=60)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
            page = chromium.new_page(viewport=browser.SIZE)
            page.goto(service.service.url)
            page.screenshot(path=IMAGES / "login.png")
            page.fill("[name=name]", "lan")
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_selector(".cs-region")
            page.wait_for_timeout(1500)
            page.screenshot(path=IMAGES / "console.png")
            page.keyboard.press("p")
            page.wait_for_timeout(800)
            page.screenshot(path=IMAGES / "console-colour.png")
            chromium.close()


if __name__ == "__main__":
    main()
