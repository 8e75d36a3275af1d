"""Ruler, area, profile, attenuation and loupe in a real browser, by mouse and by keyboard alone."""

import re

from playwright.sync_api import Page, expect

from tests import builders
from tests.ui.house import House

DENSE_IN_THE_MIDDLE_OF_THE_LOUPE = """() => {
  const glass = document.querySelector(".cs-loupe").getContext("2d");
  const grey = (x, y) => glass.getImageData(x, y, 1, 1).data[0];
  return grey(120, 120) < 5 && grey(60, 120) > 60 && grey(180, 120) > 60;
}"""
DENSITY = (r"0\.5\d\d0\.[45]", r"0\.5\d\d0\.[56]", r"\d g/cm²\d+\.\d – \d+\.\d", r"\d kg\d+ kg – \d+ kg")
"""Attenuation at both energies, areal density and mass, each with its bounds."""


def test_every_tool_measures_by_keyboard_alone_and_by_mouse(running: House, page: Page) -> None:
    running.receive(builders.scan(builders.cargo_view((120, 100, 134, 114)), scan_id="known"))
    running.log_in(page)
    expect(page.locator(".cs-region")).to_have_count(1)
    readout = page.locator("[data-part=readout]")
    press = page.keyboard.press
    press("Escape")
    press("Shift+M")
    expect(readout).to_contain_text("Ruler")
    press("Enter")
    expect(readout).to_have_text(re.compile(r"Ruler\d+ mm\d+ px"))
    before = readout.text_content()
    press("ArrowRight")
    expect(readout).not_to_have_text(str(before))
    press("Shift+L")
    expect(readout.locator("polyline")).to_have_count(2)
    press("Shift+D")
    press("Enter")
    expect(readout.locator("dd")).to_have_text([re.compile(pattern) for pattern in DENSITY])
    press("Shift+A")
    expect(readout).to_contain_text("m²")
    press("Escape")
    expect(readout).to_be_hidden()
    pane = page.locator("[data-part=pane]").bounding_box()
    assert pane is not None
    x, y = pane["x"] + pane["width"] / 2, pane["y"] + pane["height"] / 2
    page.click("[data-part=ruler]")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y, steps=3)
    page.mouse.up()
    expect(readout).to_contain_text(re.compile(r"mm|\d m"))
    expect(page.locator(".cs-region")).to_have_count(1)
    press("Escape")
    press("j")
    press("u")
    expect(page.locator(".cs-loupe")).to_be_visible()
    page.wait_for_function(DENSE_IN_THE_MIDDLE_OF_THE_LOUPE)
    press("u")
    expect(page.locator(".cs-loupe")).to_be_hidden()


def test_a_scan_of_unknown_pitch_is_measured_in_pixels_and_says_so(running: House, page: Page) -> None:
    running.receive(builders.scan(builders.cargo_view(pitch_mm=None), scan_id="unknown"))
    running.log_in(page)
    expect(page.locator(".cs-card h1")).to_have_text("unknown")
    page.keyboard.press("Shift+A")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=readout]")).to_contain_text("The pixel pitch of this scan is unknown")
    expect(page.locator("[data-part=readout]")).not_to_contain_text("mm²")
