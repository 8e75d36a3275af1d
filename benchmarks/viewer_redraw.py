"""How long a change of the picture takes in the officer's browser: `python -m benchmarks.viewer_redraw`.

A dual-energy scan of 4000 x 1100 pixels, a window of 1600 x 900, the whole scan in sight and then at full size. Each
key is pressed --rounds times; the time runs from the change to the drawn picture, waiting for the browser's next frame
included. "empty" is the same redraw without painting a tile: what the frame and OpenSeadragon cost alone. First, the
two ways to paint a tile are compared: tables on typed arrays, and a WebGL2 shader.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any, Final

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
TIMEOUT_MS: Final = 120_000


def timed(page: Page, key: str, rounds: int) -> tuple[float, float]:
    """Median milliseconds of a redraw after a key, and of the same redraw without painting."""
    whole, empty = [], []
    for _ in range(rounds):
        page.evaluate(FORGET)
        page.keyboard.press(key)
        redraw_ms, paint_ms = page.evaluate(REDRAWN)
        whole.append(redraw_ms)
        empty.append(redraw_ms - paint_ms)
    return statistics.median(whole), statistics.median(empty)


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
    parser.add_argument("--rounds", type=int, default=9)
    rounds: int = parser.parse_args().rounds
    view = builders.cargo_view(width=4000, height=1100)
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as service, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
        page = chromium.new_page(viewport=browser.SIZE)
        page.set_default_timeout(TIMEOUT_MS)
        typed, shaded, renderer = page.evaluate((Path(__file__).parent / "viewer_backends.js").read_text("utf-8"))
        print(json.dumps({"typed_arrays_ms": typed, "webgl2_ms": shaded, "renderer": renderer}))
        service.receive(builders.scan(view, scan_id="large"))
        service.log_in(page)
        page.wait_for_selector(".cs-chips")
        for name, (whole, empty) in measure(page, rounds).items():
            print(f"{name:30} {whole:7.1f} ms  empty {empty:6.1f} ms  ratio {whole / max(empty, 0.1):5.1f}")
        chromium.close()


if __name__ == "__main__":
    main()
