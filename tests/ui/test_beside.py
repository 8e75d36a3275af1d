"""Two pictures at once, evidence for a region, density and mass, and the blind first look, in a real browser."""

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, Response, expect

from cargoscope.scan import View
from tests import builders
from tests.ui.house import House, house
from tests.ui.test_access import AXE, faults

SLOW_MS = 60_000
BLOB = (120, 100, 134, 114)
STAGE = re.compile("is-beside")
LESS_HERE = """() => {
  const canvas = document.querySelector("[data-part=beside] canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [orange, blue] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] > data[i + 2] + 60) orange++;
    if (data[i + 2] > data[i] + 60) blue++;
  }
  return blue > 30 && blue > orange;
}"""


def load(*blobs: tuple[int, int, int, int], shift: int = 0, name: str = "side", height: int = 240) -> View:
    """Cargo whose attenuation varies along the way, with denser blobs; all of it moved along by a few pixels."""
    x = np.arange(600) - shift
    thickness = np.where((x > 60) & (x < 520), 0.5 + 0.2 * np.sin(x / 17) + 0.1 * np.sin(x / 5), 0.0)
    thickness = np.tile(thickness, (height, 1)) + np.random.default_rng(shift + height).normal(0, 0.01, (height, 600))
    for x1, y1, x2, y2 in blobs:
        thickness[y1:y2, x1 + shift : x2 + shift] += 1.5
    planes = [60000 * np.exp(-np.maximum(thickness, 0) / ratio) for ratio in (1, 0.83)]
    return View(np.stack(planes).round().astype(np.uint16), ("6MV", "4MV"), (60000, 60000), (6.0, 6.0), name)


def open_scan(page: Page, scan_id: str) -> None:
    page.locator(".cs-row", has_text=scan_id).click()
    page.wait_for_selector(f'.cs[data-shown="{scan_id}"]', timeout=SLOW_MS)
    expect(page.locator(".cs-card h1")).to_have_text(scan_id)
    expect(page.locator(".cs-region").first).to_be_visible()


def test_two_pictures_share_the_cursor_and_the_findings_and_another_scan_is_laid_over_and_subtracted(
    running: House, page: Page
) -> None:
    page.set_default_timeout(SLOW_MS)
    expect.set_options(timeout=SLOW_MS)
    press = page.keyboard.press
    top = load((120, 60, 134, 74), name="top", height=160)
    running.receive(builders.scan(load(BLOB), top, scan_id="MSKU6011672-now"))
    running.receive(builders.scan(load(BLOB, (300, 150, 330, 180), shift=24), scan_id="MSKU6011672-before"))
    running.log_in(page)
    open_scan(page, "MSKU6011672-now")
    stage, side, title = page.locator(".cs-stage"), page.locator("[data-part=beside]"), page.locator(".cs-pane-title")
    press("Shift+V")
    expect(stage).to_have_class(STAGE)
    expect(title).to_contain_text("top")
    expect(side.locator("rect[data-region]")).to_have_count(1)
    for over, other in (("pane", "beside"), ("beside", "pane")):
        box = page.locator(f"[data-part={over}]").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)
        expect(page.locator(f"[data-part={other}] .cs-guide")).to_be_visible()
    press("Shift+V")
    expect(title).to_have_text("4MV")
    press("t")
    expect(title).to_have_text("6MV")
    press("Shift+V")
    expect(stage).not_to_have_class(STAGE)
    press("Shift+C")
    expect(page.locator(".cs-scan")).to_have_count(1)
    expect(page.locator("[data-part=scans]")).to_contain_text("Same container")
    press("Enter")
    expect(title).to_contain_text("laid over by its load")
    if AXE.is_file():
        assert faults(page) == []
    press("Shift+X")
    expect(title).to_contain_text("Difference")
    page.wait_for_function(LESS_HERE)
    press("Shift+C")
    expect(stage).not_to_have_class(STAGE)


def test_a_region_says_where_it_is_why_it_was_proposed_and_what_it_weighs(running: House, page: Page) -> None:
    page.set_default_timeout(SLOW_MS)
    expect.set_options(timeout=SLOW_MS)
    running.receive(builders.scan(builders.cargo_view(BLOB), scan_id="known"))
    running.log_in(page)
    expect(page.locator(".cs-region-note")).to_have_text(re.compile(r"left third, half height, 0\.[78] m"))
    page.keyboard.press("Shift+W")
    expect(page.locator("[data-part=said]")).to_have_text(
        re.compile(r"Score 0\.\d\d; with the region taken away 0\.\d\d")
    )
    expect(page.locator(".cs-why-map")).to_be_visible()
    page.keyboard.press("Shift+W")
    expect(page.locator(".cs-why-map")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator("[data-part=legend]")).to_contain_text("scanner not calibrated: borders of linac-6-4")
    page.keyboard.press("Shift+D")
    page.keyboard.press("Enter")
    readout = page.locator("[data-part=readout]")
    expect(readout).to_contain_text(re.compile(r"Areal density\d+\.\d g/cm²\d+\.\d – \d+\.\d"))
    expect(readout).to_contain_text(re.compile(r"Mass[\d.]+ kg[\d.]+ kg – [\d.]+ kg"))
    expect(readout).to_contain_text("Spectrum of linac-6-4")


def test_an_officer_who_looks_blind_first_sees_no_region_of_the_model_until_the_own_marks_are_kept(
    running: House, page: Page
) -> None:
    page.set_default_timeout(SLOW_MS)
    expect.set_options(timeout=SLOW_MS)
    press = page.keyboard.press
    for scan_id in ("first", "second"):
        running.receive(builders.scan(builders.cargo_view(BLOB, seed=len(scan_id)), scan_id=scan_id))
    running.log_in(page)
    expect(page.locator(".cs-region")).to_have_count(1)
    press("Shift+F")
    press("n")
    expect(page.locator("[data-part=blind]")).to_be_visible()
    scan_id = page.locator(".cs-card h1").inner_text()
    expect(page.locator(".cs-region")).to_have_count(0)
    expect(page.locator(".cs-card-score")).to_be_hidden()
    press("l")
    expect(page.locator("[data-part=blocks]")).to_contain_text("still hidden")
    press("Enter")
    assert running.archive.case(scan_id).decisions == ()
    for key in ("d", "Enter", "2"):
        press(key)
    expect(page.locator(".cs-region")).to_have_count(1)
    press("Shift+B")
    expect(page.locator(".cs-region")).to_have_count(2)
    expect(page.locator("[data-part=looked]")).to_be_visible()
    (look,) = running.archive.looks.of(scan_id)
    assert (look.officer, [one.kind for one in look.marked]) == ("lan", ["narcotics_package"])


def test_where_the_site_wants_a_first_look_the_regions_come_only_after_it(tmp_path: Path, page: Page) -> None:
    page.set_default_timeout(SLOW_MS)
    expect.set_options(timeout=SLOW_MS)
    answers: list[Response] = []
    with house(tmp_path, {"blind_first": True}) as strict:
        strict.receive(builders.scan(builders.cargo_view(BLOB), scan_id="suspect"))
        page.on("response", lambda answer: answers.append(answer) if "component_server" in answer.url else None)
        strict.log_in(page)
        expect(page.locator("[data-part=blind]")).to_be_visible()
        expect(page.locator("[data-part=filters] label[hidden]")).to_have_count(2)
        cards = [answer.text() for answer in answers]
        assert any('"suspect"' in card for card in cards)
        assert not any("firearm" in card and '"box"' in card for card in cards)
        for key in ("d", "Enter", "2", "Shift+B"):
            page.keyboard.press(key)
        expect(page.locator(".cs-region")).to_have_count(2)
        expect(page.locator("[data-part=blind]")).to_be_hidden()
        expect(page.locator("[data-part=left]")).to_have_text("1 to judge")
        for key in ("Shift+R", "l", "Enter"):
            page.keyboard.press(key)
        expect(page.locator("[data-part=said]")).to_have_text("Released: suspect.")
        (decision,) = strict.archive.case("suspect").decisions
        assert (len(decision.verdicts), [one.kind for one in decision.added]) == (1, ["narcotics_package"])
        page.close()
