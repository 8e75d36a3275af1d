"""Whether the viewer's memory stays flat: `python -m benchmarks.viewer_memory --scans 300`.

One page steps through the worklist again and again, by keyboard; every --every scans Chromium collects its garbage and
tells the size of its JavaScript heap, its array buffers (raw tiles lie there) and how many nodes and listeners there
are (Chrome DevTools Protocol: HeapProfiler.collectGarbage, Runtime.getHeapUsage, Memory.getDOMCounters). The time from
the key to the first painted picture of each scan is told too. The scans differ; there are --different of them.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import CDPSession, Page, TimeoutError, sync_playwright

from tests import browser, builders
from tests.inference.rig import keep
from tests.ui.house import house

TIMEOUT_MS: Final = 240_000
WARM: Final = 0.2
"""Share of the scans after which caches are full: growth is counted from there."""


def measure(session: CDPSession) -> dict[str, Any]:
    """MB of heap and of array buffers, DOM nodes and listeners, after a garbage collection."""
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")
    counters = session.send("Memory.getDOMCounters")
    return {
        "heap_mb": heap["usedSize"] / 1e6,
        "buffers_mb": heap.get("backingStorageSize", 0) / 1e6,
        "nodes": counters["nodes"],
        "listeners": counters["jsEventListeners"],
    }


def step(page: Page) -> float:
    """Opens the next scan; milliseconds until its picture stands. Ends with what the page says where none comes."""
    before = page.locator(".cs-card h1").inner_text()
    from_s = time.monotonic()
    page.keyboard.press("n")
    try:
        page.wait_for_function(
            """(before) => {
              const { shown } = document.querySelector(".cs").dataset;
              return shown !== undefined && shown !== before;
            }""",
            arg=before,
        )
    except TimeoutError as error:
        states = [page.locator(f"[data-part={name}]").inner_text() for name in ("said", "empty", "taken", "link")]
        raise SystemExit(f"after {before} no other scan was shown; the page says {states}") from error
    return 1000 * (time.monotonic() - from_s)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=300)
    parser.add_argument("--different", type=int, default=12)
    parser.add_argument("--every", type=int, default=20)
    parser.add_argument("--size", type=int, nargs=2, default=(1200, 400), metavar=("WIDTH", "HEIGHT"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as service, sync_playwright() as playwright:
        for seed in range(given.different):
            view = builders.cargo_view(width=given.size[0], height=given.size[1], seed=seed)
            keep(service.archive, builders.scan(view, scan_id=f"scan-{seed:02}"))
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=list(browser.FLAGS))
        page = chromium.new_page(viewport=browser.SIZE)
        page.set_default_timeout(TIMEOUT_MS)
        service.log_in(page)
        page.wait_for_selector(".cs-card h1")
        session = page.context.new_cdp_session(page)
        session.send("HeapProfiler.enable")
        taken, opened_ms = [], []
        for number in range(1, given.scans + 1):
            opened_ms.append(step(page))
            if number % given.every == 0:
                taken.append(measure(session))
                print(number, {name: round(value, 1) for name, value in taken[-1].items()}, flush=True)
        settled = taken[int(WARM * len(taken)) :]
        for name in settled[0]:
            first, last = settled[0][name], settled[-1][name]
            print(f"{name:10} {first:10.1f} -> {last:10.1f} ({100 * (last / max(first, 0.1) - 1):+.1f} %)")
        print(f"opened in {statistics.median(opened_ms):.0f} ms (median), {max(opened_ms):.0f} ms at most")
        chromium.close()


if __name__ == "__main__":
    main()
