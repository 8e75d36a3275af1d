"""A scripted officer works through the worklist by keyboard alone: `python -m benchmarks.officer_300`.

A real `cargoscope serve` in a process of its own examines simulated scans with the released model; a real browser shows
the console. The officer confirms a region whose score is high, rejects the others, sends a scan with a confirmed region
to inspection with a reason, and releases what is clean. It looks at every scan for --look seconds (0: as fast as the
console lets it), and never touches the mouse. Printed: keys and seconds per scan, from the last key to the saved
decision, from there to the picture of the next scan, a change of the window, and the page's memory on the way.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.inference.station import send_file
from cargoscope.models.registry import DEFAULT_RELEASE, RELEASES
from cargoscope.scan import Scan
from tests import browser, builders
from tests.inference.process import Running, running
from tests.inference.rig import PASSWORD

PLAN: Final = Plan(seed=300, split="test", clean_share=0.7, threats=(1, 2))
PLANTED: Final = 24
"""Different scenes; each is sent often enough under another name."""

WIDTH: Final = 1100
"""Columns that are kept of each scene, so that its examination does not take longer than the officer."""

SURE: Final = 0.9
"""Score from which the scripted officer confirms."""

WATCH: Final = """() => {
  const seen = (window.seen = { saved: [], shown: [], keys: 0, mouse: 0 });
  let pressed = 0, savedAt = 0;
  addEventListener("keydown", (event) => {
    seen.keys++;
    if (event.key === "Enter") pressed = performance.now();
  }, true);
  addEventListener("pointerdown", () => seen.mouse++, true);
  const ask = window.fetch;
  window.fetch = async (input, init) => {
    const decides = typeof init?.body === "string" && init.body.includes('"decide"');
    const from = pressed;
    const answer = await ask(input, init);
    if (decides) {
      savedAt = performance.now();
      seen.saved.push(savedAt - from);
    }
    return answer;
  };
  new MutationObserver(() => {
    if (savedAt) seen.shown.push(performance.now() - savedAt);
    savedAt = 0;
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-shown"] });
}"""
SHOWN: Final = (
    "(before) => { const at = document.querySelector('.cs')?.dataset.shown; return at && at !== before ? at : null; }"
)
SCORES: Final = "() => [...document.querySelectorAll('.cs-region-score')].map((cell) => Number(cell.textContent))"
REDRAWN: Final = "() => document.querySelector('[data-part=pane]').dataset.redrawMs ?? null"
FORGET: Final = "() => { delete document.querySelector('[data-part=pane]').dataset.redrawMs; }"


def scenes(count: int) -> Iterator[Scan]:
    """Simulated scans, `WIDTH` columns of each, under names of their own."""
    planted = [simulate(PLAN, index)[0] for index in range(min(PLANTED, count))]
    for index in range(count):
        scene = planted[index % len(planted)]
        views = tuple(
            replace(view, pixels=np.ascontiguousarray(view.pixels[:, :, 300 : 300 + WIDTH])) for view in scene.views
        )
        yield Scan(f"truck-{index:04d}", datetime.now(UTC), "gate-1", views)


def send(service: Running, count: int) -> None:
    """Send the scans, and wait until the model has examined all of them."""
    for scan in scenes(count):
        send_file(service.service, package_bytes(scan), f"{scan.scan_id}.scan")
    with Archive(service.folder) as archive:
        while any(case.status == "received" for case in archive.cases("open", 500, 0)[0]):
            sleep(0.2)


def work(page: Page, memory: CDPSession, count: int, look_s: float, minutes: float) -> dict[str, Any]:
    """Decide `count` scans, or as many as there is time for; what was measured on the way."""
    end = monotonic() + 60 * minutes
    keys, seconds, windows, heap_mb = [], [], [], []
    before = None
    for done in range(count):
        began = monotonic()
        if began > end:
            break
        before = page.wait_for_function(SHOWN, arg=before, timeout=60_000).json_value()
        if done % 10 == 0:
            windows.append(window_change(page))
        pressed = page.evaluate("() => seen.keys")
        page.wait_for_timeout(1000 * look_s)
        decide(page)
        page.wait_for_function("(n) => seen.saved.length > n", arg=done, timeout=60_000)
        keys.append(page.evaluate("() => seen.keys") - pressed)
        seconds.append(monotonic() - began)
        if done % 50 == 49:
            memory.send("HeapProfiler.collectGarbage")
            metrics = {item["name"]: item["value"] for item in memory.send("Performance.getMetrics")["metrics"]}
            heap_mb.append(round(metrics["JSHeapUsedSize"] / 1e6, 1))
            print(json.dumps({"done": done + 1, "heap_mb": heap_mb[-1], "nodes": metrics["Nodes"]}), flush=True)
    seen = page.evaluate("() => seen")
    clean = [pressed for pressed in keys if pressed == min(keys)]
    return {
        "scans": len(keys),
        "keys_per_scan": round(statistics.mean(keys), 2),
        "keys_for_a_clean_scan": min(keys),
        "clean_scans": len(clean),
        "most_keys": max(keys),
        "mouse": seen["mouse"],
        "seconds_per_scan": round(statistics.mean(seconds) - look_s, 2),
        "key_to_saved_ms": spread(seen["saved"]),
        "saved_to_next_picture_ms": spread(seen["shown"]),
        "window_change_ms": spread(windows),
        "heap_mb": heap_mb,
    }


def decide(page: Page) -> None:
    """One scan: its regions from the most suspicious on, then what becomes of the truck."""
    scores = page.evaluate(SCORES)
    sure = [score for score in scores if score >= SURE]
    for _ in sure:
        page.keyboard.press("c")
    if len(scores) > len(sure):
        page.keyboard.press("Shift+R")
    for key in ("e", "1", "Enter") if sure else ("l", "Enter"):
        page.keyboard.press(key)


def window_change(page: Page) -> float:
    """Milliseconds from a change of the window to the redrawn picture; it is changed back."""
    took = 0.0
    for key in ("]", "["):
        page.evaluate(FORGET)
        page.keyboard.press(key)
        took = float(page.wait_for_function(REDRAWN, timeout=30_000).json_value())
    return took


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, 95th percentile and the worst."""
    ordered = np.percentile(values, (50, 95, 100))
    return dict(zip(("p50", "p95", "worst"), (round(float(value), 1) for value in ordered), strict=True))


def large(service: Running, page: Page, rounds: int) -> dict[str, float]:
    """The window changed on a dual-energy scan of 4000 x 1100 pixels."""
    view = builders.cargo_view(width=4000, height=1100)
    scan = Scan("large", datetime.now(UTC), "gate-1", (view,))
    send_file(service.service, package_bytes(scan), "large.scan")
    page.wait_for_function("() => document.querySelector('.cs')?.dataset.shown === 'large'", timeout=60_000)
    page.wait_for_timeout(3000)
    return spread([window_change(page) for _ in range(rounds)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=300)
    parser.add_argument("--look", type=float, default=0.0)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=60.0, help="no further scan is begun after so long")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), RELEASES / DEFAULT_RELEASE, True) as service:
        send(service, asked.scans)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
            page = chromium.new_page(viewport=browser.SIZE)
            page.add_init_script(f"({WATCH})()")
            memory = page.context.new_cdp_session(page)
            memory.send("Performance.enable")
            page.goto(service.service.url)
            page.fill("[name=name]", "lan")
            page.fill("[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            print(json.dumps(work(page, memory, asked.scans, asked.look, asked.minutes), indent=2), flush=True)
            print(json.dumps({"window_change_4000x1100_ms": large(service, page, asked.rounds)}))
            chromium.close()


if __name__ == "__main__":
    main()
