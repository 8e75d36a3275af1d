"""Whole stories in a real browser: the service restarted in the middle, and the largest scan at 200 % zoom."""

from pathlib import Path

from playwright.sync_api import Page, expect

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.inference.station import send_file
from tests import builders
from tests.browser import OpenPage
from tests.inference.process import running
from tests.inference.rig import PASSWORD, wait_for
from tests.ui.house import House
from tests.ui.test_access import OVERLAPS

TWO_BLOBS = ((120, 100, 134, 114), (400, 60, 414, 74))
LONG_MS = 60_000
"""While a process starts or stops."""

AWAY = r"net::ERR_|Failed to fetch|status of 50[023]"
"""What the browser, and the picture whose tiles are on their way, say while nobody answers."""

GREYS = """() => {
  const canvas = document.querySelector(".cs-pane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, canvas.height / 2, canvas.width, 1);
  return new Set(data).size;
}"""


def test_a_restart_in_the_middle_loses_no_mark_no_lease_and_no_decision(tmp_path: Path, open_page: OpenPage) -> None:
    page = open_page(AWAY)
    with running(tmp_path, console=True) as service:
        for scan_id, blobs in (("suspect", TWO_BLOBS), ("clean", ())):
            scan = builders.scan(builders.cargo_view(*blobs), scan_id=scan_id)
            send_file(service.service, package_bytes(scan), f"{scan_id}.scan")
            with Archive(tmp_path) as archive:
                wait_for(archive, scan_id)
        page.goto(f"{service.service.url}/login")
        page.fill("[name=name]", "lan")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".cs-card h1")).to_have_text("suspect", timeout=LONG_MS)
        page.keyboard.press("c")
        service.stop()
        expect(page.locator(".cs-link.is-down")).to_be_visible(timeout=LONG_MS)
        for key in ("r", "e", "1", "Enter"):
            page.keyboard.press(key)
        expect(page.locator("[data-part=said]")).to_contain_text("is kept here and goes out when it returns")
        expect(page.locator("[data-part=waiting]")).to_have_text("Decisions waiting to be sent: 1")
        service.start()
        expect(page.locator(".cs-card h1")).to_have_text("clean", timeout=LONG_MS)
        expect(page.locator("[data-part=waiting]")).to_be_hidden()
        page.keyboard.press("l")
        page.keyboard.press("Enter")
        expect(page.locator("[data-part=empty]")).to_contain_text("The worklist is empty")
    with Archive(tmp_path) as archive:
        decided = {scan_id: archive.case(scan_id).decisions for scan_id in ("suspect", "clean")}
    assert [len(of) for of in decided.values()] == [1, 1]
    assert decided["suspect"][0].reason_codes == ("contraband_suspected",)
    assert sorted(verdict.judgement for verdict in decided["suspect"][0].verdicts) == ["confirm", "reject"]


def test_the_largest_scan_is_seen_and_decided_by_keyboard_at_twice_the_zoom(running: House, page: Page) -> None:
    large = builders.cargo_view((2000, 500, 2014, 514), width=4000, height=1100)
    running.receive(builders.scan(large, scan_id="large"))
    page.set_viewport_size({"width": 800, "height": 450})
    running.log_in(page)
    expect(page.locator(".cs-card h1")).to_have_text("large")
    page.wait_for_selector(".cs[data-shown=large]")
    page.wait_for_function(f"() => ({GREYS})() > 2")  # even cargo; an empty canvas has one value, a black one two
    assert page.evaluate(OVERLAPS) == []
    for key in ("Shift+R", "]", "l", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("[data-part=said]")).to_have_text("Released: large.")
    assert len(running.archive.case("large").decisions) == 1
