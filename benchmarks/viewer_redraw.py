"""How long a first view and a change of the picture take in the browser: `python -m benchmarks.viewer_redraw`.

Dual-energy scans of 4000 x 1100 pixels, a window of 1600 x 900. First views: from the key to the painted picture of a
scan that nobody has opened since the service began. Then one scan, the whole of it in sight and at full size: each key
is pressed --rounds times; the time runs from the change to the drawn picture, waiting for the browser's next frame
included; its median, its 95th percentile and the longest. "empty" is the median of the same redraw without painting a
tile: what the frame and OpenSeadragon cost alone. Before all that, the two ways to paint a tile are compared: tables on
typed arrays, and a WebGL2 shader.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests import browser, builders
from tests.ui.house import house

CHANGES: Final = {
    "window": "]",
    "gamma": "'",
    "inverse": "i",
    "grey": "g",
    "log or linear": "o",
    "penetrate": "s",
    "energy": "t",
    "local contrast": "a",
    "edges": "w",
    "colour": "p",
    "strip": "q",
    "hatching": "y",
}
REDRAWN: Final = """() => new Promise((done) => {
  const pane = document.querySelector("[data-part=pane]");
  const { dataset } = pane;
  const look = () => dataset.redrawMs ? done([+dataset.redrawMs, +dataset.paintMs]) : setTimeout(look, 2);
  look();
})"""
FORGET: Final = "() => { delete document.querySelector('[data-part=pane]').dataset.redrawMs; }"
SHOWN: Final = """(before) => {
  const { shown } = document.querySelector(".cs").dataset;
  return shown !== undefined && shown !== before;
}"""
TIMEOUT_MS: Final = 120_000


def timed(page: Page, key: str, rounds: int) -> tuple[list[float], float]:
    """Milliseconds of each redraw after a key, and the median of the same redraws without painting."""
    whole, empty = [], []
    for _ in range(rounds):
        page.evaluate(FORGET)
        page.keyboard.press(key)
        redraw_ms, paint_ms = page.evaluate(REDRAWN)
        whole.append(redraw_ms)
        empty.append(redraw_ms - paint_ms)
    return whole, statistics.median(empty)


def first_views(page: Page, count: int) -> list[float]:
    """Milliseconds from the key that asks for the next scan to its painted picture; no scan twice."""
    taken = []
    for _ in range(count):
        before = page.locator(".cs").get_attribute("data-shown")
        from_s = time.monotonic()
        page.keyboard.press("n")
        page.wait_for_function(SHOWN, arg=before)
        taken.append(1000 * (time.monotonic() - from_s))
    return taken


def spread(taken: list[float]) -> str:
    """Median, 95th percentile and longest."""
    median, high, longest = np.percentile(taken, (50, 95, 100))
    return f"median {median:6.1f}  p95 {high:6.1f}  longest {longest:6.1f} ms"


def measure(page: Page, rounds: int) -> dict[str, Any]:
    """Every change, with the whole scan in sight and at full size."""
    found: dict[str, Any] = {}
    for place, zooms in (("whole scan", 0), ("full size", 5)):
        for _ in range(zooms):
            page.keyboard.press(".")
        page.wait_for_timeout(2000)
        for name, key in CHANGES.items():
            found[f"{place}: {name}"] = timed(page, key, rounds)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--views", type=int, default=12, help="scans for the first views")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as service, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
        page = chromium.new_page(viewport=browser.SIZE)
        page.set_default_timeout(TIMEOUT_MS)
        typed, shaded, renderer = page.evaluate((Path(__file__).parent / "viewer_backends.js").read_text("utf-8"))
        print(json.dumps({"typed_arrays_ms": typed, "webgl2_ms": shaded, "renderer": renderer}))
        for seed in range(given.views + 1):
            view = builders.cargo_view(width=4000, height=1100, seed=seed)
            service.receive(builders.scan(view, scan_id=f"large-{seed}"))
        service.log_in(page)
        page.wait_for_selector(".cs[data-shown]")
        print(f"{'first view':30} {spread(first_views(page, given.views))}", flush=True)
        every = []
        for name, (whole, empty) in measure(page, given.rounds).items():
            every += whole
            print(f"{name:30} {spread(whole)}  empty {empty:6.1f} ms", flush=True)
        print(f"{'all changes':30} {spread(every)}")
        chromium.close()


if __name__ == "__main__":
    main()
