"""Marks outlive a reload and an outage, belong to one officer, and can be undone and done again."""

import re

from playwright.sync_api import Page, Route, expect

from cargoscope.review import Disposition
from tests import builders
from tests.browser import OpenPage
from tests.ui.house import House, Line

CALLS = re.compile("component_server")
AWAY = r"status of 502"
"""What the browser itself says while the service answers nothing but that."""

TWO_BLOBS = ((120, 100, 134, 114), (400, 60, 414, 74))
LEFT_BEHIND = "() => Object.keys(localStorage).filter((key) => key.startsWith('cargoscope.work'))"


def no(route: Route) -> None:
    """As a proxy answers whose service is away."""
    route.fulfill(status=502, body="no")


def receive(running: House, scan_id: str) -> None:
    running.receive(builders.scan(builders.cargo_view(*TWO_BLOBS), scan_id=scan_id))


def test_marks_survive_a_reload_with_their_undo_and_another_officer_sees_none(running: House, page: Page) -> None:
    receive(running, "suspect")
    running.log_in(page)
    expect(page.locator(".cs-region")).to_have_count(2)
    left = page.locator("[data-part=left]")
    for key in ("c", "d", "Enter", "3"):
        page.keyboard.press(key)
    expect(page.locator(".cs-region")).to_have_count(3)
    expect(left).to_have_text("1 to judge")
    page.reload()
    expect(page.locator(".cs-region")).to_have_count(3)
    expect(left).to_have_text("1 to judge")
    for key in ("z", "z"):
        page.keyboard.press(key)
    expect(page.locator(".cs-region")).to_have_count(2)
    for key in ("Shift+Z", "Shift+Z"):
        page.keyboard.press(key)
    expect(page.locator(".cs-region")).to_have_count(3)
    assert page.evaluate(LEFT_BEHIND) != []
    page.goto("about:blank")
    page.context.clear_cookies()
    running.archive.return_lease("suspect", running.archive.accounts.officer("lan"))
    running.log_in(page, "bo")
    expect(page.locator(".cs-region")).to_have_count(2)
    expect(left).to_have_text("2 to judge")
    page.keyboard.press("c")
    page.click("[data-part=logout]")
    page.wait_for_url("**/login")
    assert page.evaluate(LEFT_BEHIND) == []


def released_while_away(running: House, open_page: OpenPage) -> tuple[Page, Line]:
    """An officer's page on which "suspect" was released just after its line to the service broke."""
    page = open_page(AWAY)
    line = Line(page, no, CALLS, "**/v1/me")
    receive(running, "suspect")
    running.log_in(page)
    expect(page.locator(".cs-region")).to_have_count(2)
    line.down = True
    for key in ("Shift+R", "l", "Enter"):
        page.keyboard.press(key)
    return page, line


def test_a_decision_made_while_the_service_is_away_is_kept_and_sent_when_it_returns(
    running: House, open_page: OpenPage
) -> None:
    page, line = released_while_away(running, open_page)
    said = page.locator("[data-part=said]")
    expect(said).to_contain_text("The decision on suspect is kept here and goes out when it returns.")
    expect(page.locator("[data-part=waiting]")).to_have_text("Decisions waiting to be sent: 1")
    assert running.archive.case("suspect").decisions == ()
    line.down = False
    expect(said).to_have_text("Released: suspect.", timeout=30_000)
    expect(page.locator("[data-part=waiting]")).to_be_hidden()
    (decision,) = running.archive.case("suspect").decisions
    assert decision.disposition is Disposition.RELEASE
    assert decision.officer == "lan"


def test_a_picture_that_cannot_be_fetched_leaves_no_other_scans_picture_behind(
    running: House, open_page: OpenPage
) -> None:
    page = open_page(AWAY)
    line = Line(page, no, "**/tiles/**")
    receive(running, "first")
    receive(running, "second")
    running.log_in(page)
    name = page.locator("[data-part=card] h1")
    page.mouse.move(700, 400)
    pointer = page.locator("[data-part=pointer]")
    expect(pointer).not_to_be_empty()
    before = name.inner_text()
    line.down = True
    page.keyboard.press("n")
    expect(name).not_to_have_text(before)
    expect(page.locator("[data-part=said]")).to_contain_text("502")
    page.mouse.move(720, 420)
    expect(pointer).to_be_empty()


def test_logging_out_sends_what_waits_first(running: House, open_page: OpenPage) -> None:
    page, line = released_while_away(running, open_page)
    expect(page.locator("[data-part=waiting]")).to_be_visible()
    line.down = False
    page.click("[data-part=logout]")
    page.wait_for_url("**/login")
    assert len(running.archive.case("suspect").decisions) == 1
    assert page.evaluate(LEFT_BEHIND) == []


def test_nobody_logs_out_while_a_decision_cannot_be_sent(running: House, open_page: OpenPage) -> None:
    page, line = released_while_away(running, open_page)
    said = page.locator("[data-part=said]")
    expect(said).to_contain_text("is kept here")
    page.click("[data-part=logout]")
    expect(said).not_to_contain_text("is kept here")
    assert "/console" in page.url
    line.down = False
    expect(page.locator("[data-part=waiting]")).to_be_hidden(timeout=30_000)
    assert len(running.archive.case("suspect").decisions) == 1
