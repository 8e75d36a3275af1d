"""The picture's display in a real browser: every change is computed there."""

import numpy as np
from playwright.sync_api import Page, expect

from cargoscope.scan import View
from tests import builders
from tests.ui.house import House

DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
PICTURE = """() => {
  const canvas = document.querySelector(".cs-pane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 41) sum = (sum * 31 + data[i]) % 1000000007;
  return sum;
}"""
EVERY_CHANGE = (*"][=-';oigss0awawtp", "Shift+P", "q", "q", "y")
BACK_TO_THE_FIRST = ("t", "q", "Shift+P", "y", "g", "o", "0")


def two_materials() -> View:
    """Cargo that gets denser downwards, organic left and steel right, and a block that lets nothing through."""
    thickness = np.random.default_rng(1).normal(0.5, 0.01, (300, 900)) + np.linspace(0, 5.5, 300)[:, None]
    ratio = np.where(np.arange(900) < 450, 0.83, 0.92)
    thickness[40:140, 600:700] = 12
    planes = np.stack([60000 * np.exp(-thickness), 60000 * np.exp(-thickness / ratio)])
    return View(planes.round().astype(np.uint16), ("6MV", "4MV"), (60000, 60000), (6.0, 6.0), "side")


def shown(page: Page) -> int:
    page.evaluate(DRAWN)
    return int(page.evaluate(PICTURE))


def test_every_change_of_the_picture_is_seen_and_none_asks_the_server(running: House, page: Page) -> None:
    running.receive(builders.scan(two_materials(), scan_id="dense"))
    running.log_in(page)
    expect(page.locator(".cs-card h1")).to_have_text("dense")
    expect(page.locator("[data-part=energy] [aria-pressed=true]")).to_have_text("6MV")
    expect(page.locator("[data-part=lost]")).to_have_text("3.7 % of the load not penetrated")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/scans" in request.url else None)
    before = first = shown(page)
    for key in EVERY_CHANGE:
        page.keyboard.press(key)
        after = shown(page)
        assert after != before, f"{key} changed nothing that can be seen"
        before = after
    expect(page.locator("[data-part=legend]")).to_contain_text("organic")
    expect(page.locator("[data-part=strip] [aria-pressed=true]")).to_have_text("Metal")
    expect(page.locator("[data-part=lost]")).to_be_hidden()
    for key in BACK_TO_THE_FIRST:
        page.keyboard.press(key)
    assert shown(page) == first
    assert asked == []
    page.keyboard.press("s")
    page.keyboard.press("s")
    expect(page.locator("[data-part=stage]")).to_have_text("2/5")
