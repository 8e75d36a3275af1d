"""For every officer: screen readers, zoom, languages, keys of one's own, presets."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import builders
from tests.ui.house import House

AXE = Path(__file__).parents[2] / "ui/viewer/node_modules/axe-core/axe.min.js"
SERIOUS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => [id, nodes.slice(0, 4).map((node) => node.target.join(" "))])"""
OVERLAPS = """() => {
  const shown = [...document.querySelectorAll(".cs button, .cs input, .cs textarea")].filter((each) =>
    each.checkVisibility({ visibilityProperty: true }) && !each.closest("dialog, .cs-chips, .cs-rows, .cs-regions"));
  const boxes = shown.map((each) => [each.dataset.part ?? each.textContent.trim(), each.getBoundingClientRect()]);
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const pairs = boxes.flatMap(([name, box], i) => boxes.slice(i + 1).map(([other, that]) => [name, other, box, that]));
  const outside = boxes.filter(([, box]) => box.width > 0 && (box.left < -1 || box.right > innerWidth + 1));
  return [...pairs.filter(([, , a, b]) => over(a, b)).map(([a, b]) => `${a} covers ${b}`), ...outside.map(([a]) => `${a} is outside`)];
}"""  # noqa: E501
TWO_BLOBS = ((120, 100, 134, 114), (400, 60, 414, 74))


def faults(page: Page) -> Any:
    """Accessibility faults that axe-core calls serious or critical."""
    page.evaluate(AXE.read_text("utf-8"))
    return page.evaluate(SERIOUS)


@pytest.fixture
def desk(running: House, page: Page) -> Page:
    running.receive(builders.scan(builders.cargo_view(*TWO_BLOBS), scan_id="suspect"))
    if not AXE.is_file():
        pytest.skip(f"no {AXE}: run 'npm ci' in ui/viewer")
    page.goto(f"{running.url}/login")
    assert faults(page) == []
    running.log_in(page)
    expect(page.locator(".cs-region")).to_have_count(2)
    return page


def test_the_console_serves_screen_readers_zoom_languages_and_keys_of_ones_own(desk: Page) -> None:
    press = desk.keyboard.press
    assert faults(desk) == []
    for size in ((1600, 900), (1280, 800), (640, 400)):
        desk.set_viewport_size({"width": size[0], "height": size[1]})
        assert desk.evaluate(OVERLAPS) == [], size
    assert faults(desk) == []
    desk.set_viewport_size({"width": 1600, "height": 900})
    press("p")
    press("a")
    press("Shift+K")
    expect(desk.locator("[data-part=said]")).to_have_text("Scans of this scanner now open like this.")
    press("?")
    shortcuts = desk.locator("[data-part=shortcuts]")
    expect(shortcuts).to_be_visible()
    assert faults(desk) == []
    confirm = shortcuts.locator(".cs-key[aria-label^='Confirm the region']")
    confirm.focus()
    press("Enter")
    press("r")
    expect(shortcuts.locator(".is-said")).to_have_text("R is taken: Reject the region.")
    confirm.focus()
    press("Enter")
    press("F2")
    expect(shortcuts.locator(".cs-key[aria-label='Confirm the region: F2']")).to_be_visible()
    press("?")
    press("c")
    expect(desk.locator("[data-part=left]")).to_have_text("2 to judge")
    press("F2")
    expect(desk.locator("[data-part=left]")).to_have_text("1 to judge")
    press("?")
    shortcuts.locator("select").select_option("vi")
    expect(desk.locator(".cs-work h2")).to_have_text("Danh sách việc")
    expect(desk.locator("html")).to_have_attribute("lang", "vi")
    expect(desk.locator("[data-part=left]")).to_have_text("còn 1 vùng")
    expect(desk.locator("[data-part=modes] [value=colour]")).to_have_attribute("aria-pressed", "true")
    expect(desk.locator("[data-part=local]")).to_have_attribute("aria-pressed", "true")
    press("F2")
    expect(desk.locator("[data-part=left]")).to_have_text("đã đánh giá hết")
