"""The console in a real browser, over a real service."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from cargoscope.datasets.formats.read import read_scan
from cargoscope.review import Decision, Disposition, Judgement
from cargoscope.scan import Scan
from tests import builders
from tests.browser import OpenPage
from tests.inference.rig import PASSWORD
from tests.ui.house import House, Line

TWO_BLOBS = ((120, 100, 134, 114), (400, 60, 414, 74))
CALLS = re.compile("component_server")
"""Every question that the page asks through Gradio."""

MIDDLE_PIXEL = """() => {
  const canvas = document.querySelector(".cs-pane canvas");
  return [...canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data];
}"""


def a_scan(scan_id: str, *blobs: tuple[int, int, int, int]) -> Scan:
    return builders.scan(builders.cargo_view(*blobs), scan_id=scan_id)


def regions(page: Page) -> Locator:
    return page.locator(".cs-region")


def status(page: Page) -> Locator:
    return page.locator("[data-part=said]")


def rows(page: Page) -> Locator:
    return page.locator(".cs-row-id")


def opened(page: Page, scan_id: str) -> None:
    expect(page.locator(".cs-card h1")).to_have_text(scan_id)


def decisions(running: House, scan_id: str) -> tuple[Decision, ...]:
    return running.archive.case(scan_id).decisions


def test_the_console_leads_to_the_login_page_and_back_and_asks_no_other_host(running: House, page: Page) -> None:
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.goto(running.url)
    assert page.url == f"{running.url}/login"
    page.fill("[name=name]", "lan")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".cs-link.is-up")
    expect(page.locator("[data-part=officer]")).to_have_text("lan")
    expect(page.locator("[data-part=model]")).to_contain_text("tiny")
    page.click("[data-part=logout]")
    page.wait_for_url("**/login")
    page.goto(f"{running.url}/console/")
    assert page.url == f"{running.url}/login"
    assert hosts - {None, ""} == {"127.0.0.1"}


def test_a_wrong_password_is_said_in_words(running: House, open_page: OpenPage) -> None:
    page = open_page(r"status of 401")
    page.goto(f"{running.url}/login")
    page.fill("[name=name]", "lan")
    page.fill("[name=password]", "not this one at all")
    page.click("button")
    expect(page.locator("[data-said]")).to_have_text(re.compile(r"\w+ .*\."))
    expect(page.locator("[name=name]")).to_have_value("lan")


def test_a_one_time_password_must_be_changed_before_anything_is_shown(running: House, page: Page) -> None:
    given = running.archive.accounts.add_officer("mai")
    page.goto(running.url)
    page.fill("[name=name]", "mai")
    page.fill("[name=password]", given)
    page.click("button")
    page.wait_for_url("**/password")
    page.goto(f"{running.url}/console/")
    assert page.url == f"{running.url}/password"
    page.fill("[name=old]", given)
    page.fill("[name=new]", PASSWORD)
    page.fill("[name=again]", PASSWORD + "!")
    page.click("button")
    expect(page.locator("[data-said]")).to_have_text("The new password was typed in two ways.")
    page.fill("[name=again]", PASSWORD)
    page.click("button")
    page.wait_for_selector(".cs-link.is-up")
    expect(page.locator("[data-part=officer]")).to_have_text("mai")


def test_a_scan_that_arrives_appears_by_itself_with_its_regions(running: House, page: Page) -> None:
    running.log_in(page)
    expect(page.locator("[data-part=empty]")).to_contain_text("The worklist is empty")
    running.receive(a_scan("first", *TWO_BLOBS))
    opened(page, "first")
    expect(regions(page)).to_have_count(2)
    expect(page.locator(".cs-chip")).to_have_count(2)
    running.receive(a_scan("second"))
    expect(rows(page)).to_have_text(["first", "second"])
    opened(page, "first")


def test_an_officer_works_by_keyboard_alone_and_the_archive_holds_exactly_that(running: House, page: Page) -> None:
    running.receive(a_scan("suspect", *TWO_BLOBS))
    running.receive(a_scan("clean"))
    running.log_in(page)
    opened(page, "suspect")
    expect(regions(page)).to_have_count(2)
    found = running.archive.case("suspect").analysis
    assert found is not None
    best = int(found.found.scores.argmax())
    press = page.keyboard.press
    press("c")
    press("r")
    press("d")
    press("Enter")
    expect(regions(page)).to_have_count(3)
    expect(regions(page).nth(2)).to_contain_text("No class yet")
    press("4")
    press("ArrowRight")
    press("Shift+ArrowDown")
    press("h")
    press("2")
    press("Enter")
    expect(status(page)).to_have_text("Held: suspect.")
    opened(page, "clean")
    (decision,) = decisions(running, "suspect")
    assert decision.officer == "lan"
    assert decision.disposition is Disposition.HOLD
    assert decision.reason_codes == ("hidden_space",)
    assert decision.reason == ""
    assert decision.model_id == found.model_id
    assert {v.finding: v.judgement for v in decision.verdicts} == {best: Judgement.CONFIRM, 1 - best: Judgement.REJECT}
    (drawn,) = decision.added
    assert drawn.kind == builders.CLASSES[3]
    x1, y1, x2, y2 = drawn.box
    assert 0 <= x1 < 300 < x2 <= 600
    assert 0 <= y1 < 120 < y2 <= 240
    assert 0 < decision.dwell_s < 60
    press("l")
    press("Enter")
    expect(page.locator("[data-part=empty]")).to_contain_text("The worklist is empty")
    assert decisions(running, "clean")[0].disposition is Disposition.RELEASE


def test_a_decision_waits_until_every_region_has_a_verdict_and_holding_has_a_reason(running: House, page: Page) -> None:
    running.receive(a_scan("suspect", *TWO_BLOBS))
    running.log_in(page)
    expect(regions(page)).to_have_count(2)
    page.keyboard.press("l")
    expect(page.locator("[data-part=blocks]")).to_have_text("Still to judge: region 1 (Firearm), region 2 (Firearm).")
    expect(page.locator("[data-part=send]")).to_be_disabled()
    page.keyboard.press("Shift+R")
    expect(page.locator("[data-part=send]")).to_be_enabled()
    page.keyboard.press("z")
    expect(page.locator("[data-part=left]")).to_have_text("2 to judge")
    page.keyboard.press("Shift+R")
    page.keyboard.press("e")
    expect(page.locator("[data-part=blocks]")).to_have_text("To inspect needs a reason.")
    page.fill("[data-part=note]", "jr check n l")
    page.locator("[data-part=note]").press("Enter")
    expect(status(page)).to_have_text("Sent to inspection: suspect.")
    assert decisions(running, "suspect")[0].reason == "jr check n l"


def test_regions_are_drawn_reclassed_moved_and_deleted_with_the_mouse(running: House, page: Page) -> None:
    running.receive(a_scan("suspect", TWO_BLOBS[0]))
    running.log_in(page)
    expect(regions(page)).to_have_count(1)
    pane = page.locator("[data-part=pane]").bounding_box()
    assert pane is not None
    x, y = pane["x"] + pane["width"] * 0.6, pane["y"] + pane["height"] * 0.5
    page.click("[data-part=draw]")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y + 40, steps=4)
    page.mouse.up()
    expect(regions(page)).to_have_count(2)
    page.keyboard.press("m")
    page.locator(".cs-class", has_text="Gas cylinder").click()
    expect(regions(page).nth(1)).to_contain_text("Gas cylinder")
    place = regions(page).nth(1).locator(".cs-region-note")
    before = str(place.text_content())
    page.mouse.move(x + 40, y + 20)
    page.mouse.down()
    page.mouse.move(x + 140, y + 20, steps=5)
    page.mouse.up()
    expect(place).not_to_have_text(before)
    regions(page).nth(0).locator(".is-reclass").click()
    page.locator(".cs-class", has_text="Cigarettes").click()
    expect(regions(page).nth(0)).to_contain_text("model said Firearm")
    regions(page).nth(1).locator(".is-remove").click()
    expect(regions(page)).to_have_count(1)
    page.click("[data-part=fate] [value=release]")
    page.click("[data-part=send]")
    expect(status(page)).to_have_text("Released: suspect.")
    (decision,) = decisions(running, "suspect")
    assert decision.added == ()
    assert [(v.judgement, v.kind) for v in decision.verdicts] == [(Judgement.RECLASS, "cigarettes")]


def test_the_window_and_the_colours_change_without_asking_the_server(running: House, page: Page) -> None:
    running.receive(builders.scan(builders.cargo_view(*TWO_BLOBS, ratio=0.83), scan_id="suspect"))
    running.log_in(page)
    expect(page.locator(".cs-chip")).to_have_count(2)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/scans" in request.url else None)
    seen = {}
    for key in ("g", "i", "p", "]", "[", "=", "-", "o", "0"):
        page.keyboard.press(key)
        page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        if key == "p":
            page.wait_for_function(f"() => new Set(({MIDDLE_PIXEL})().slice(0, 3)).size > 1")
        seen[key] = page.evaluate(MIDDLE_PIXEL)
    assert asked == []
    assert seen["g"][0] + seen["i"][0] == pytest.approx(232, abs=2)
    assert len(set(seen["g"][:3])) == 1
    assert len(set(seen["p"][:3])) > 1, "two energies give a colour"
    assert seen["]"][0] > seen["["][0]
    expect(page.locator("[data-part=legend]")).to_contain_text("organic")


def test_two_officers_never_see_or_overwrite_each_others_state(running: House, open_page: OpenPage) -> None:
    running.receive(a_scan("first", *TWO_BLOBS))
    running.receive(a_scan("second", *TWO_BLOBS))
    lan, bo = open_page(), open_page()
    running.log_in(lan, "lan")
    opened(lan, "first")
    running.log_in(bo, "bo")
    opened(bo, "second")
    lan.keyboard.press("Shift+R")
    lan.keyboard.press("p")
    bo.keyboard.press("c")
    expect(lan.locator("[data-part=left]")).to_have_text("all judged")
    expect(bo.locator("[data-part=left]")).to_have_text("1 to judge")
    expect(bo.locator("[data-part=modes] [value=grey]")).to_have_attribute("aria-pressed", "true")
    running.archive.return_lease("first", running.archive.accounts.officer("lan"))
    running.archive.lease("first", running.archive.accounts.officer("bo"))
    bo.click("li[data-scan=first] .cs-row")
    opened(bo, "first")
    lan.keyboard.press("l")
    lan.keyboard.press("Enter")
    expect(status(lan)).to_contain_text("bo has it open")
    expect(lan.locator("[data-part=left]")).to_have_text("all judged")
    for key in ("c", "c", "e", "1", "Enter"):
        bo.keyboard.press(key)
    expect(status(bo)).to_have_text("Sent to inspection: first.")
    expect(status(lan)).to_contain_text("Somebody else has just decided this scan.")
    (decision,) = decisions(running, "first")
    assert decision.officer == "bo"


def test_a_decision_is_corrected_by_a_new_one_that_says_why(running: House, page: Page) -> None:
    running.receive(a_scan("suspect", TWO_BLOBS[0]))
    running.log_in(page)
    expect(regions(page)).to_have_count(1)
    for key in ("r", "l", "Enter"):
        page.keyboard.press(key)
    expect(status(page)).to_have_text("Released: suspect.")
    page.click("[data-part=filter] [value=decided]")
    page.click(".cs-row")
    expect(page.locator("[data-part=taken]")).to_contain_text("Released by lan")
    expect(page.locator("[data-part=send]")).to_be_hidden()
    page.click("text=Correct this decision")
    page.keyboard.press("c")
    page.keyboard.press("e")
    page.keyboard.press("1")
    expect(page.locator("[data-part=blocks]")).to_have_text("A correction says why: write a note.")
    page.fill("[data-part=note]", "seen on the second look")
    page.locator("[data-part=note]").press("Enter")
    expect(status(page)).to_have_text("Sent to inspection: suspect.")
    first, second = decisions(running, "suspect")
    assert second.supersedes == first.decision_id
    assert second.verdicts[0].judgement is Judgement.CONFIRM


def test_a_failed_call_is_said_in_words_and_keeps_the_marks(running: House, open_page: OpenPage) -> None:
    page = open_page(r"net::ERR_FAILED")
    line = Line(page, lambda route: route.abort(), CALLS)
    running.receive(a_scan("suspect", *TWO_BLOBS))
    running.log_in(page)
    expect(regions(page)).to_have_count(2)
    page.keyboard.press("Shift+R")
    page.keyboard.press("l")
    line.down = True
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("The service does not answer.")
    expect(page.locator("[data-part=left]")).to_have_text("all judged")
    expect(page.locator("[data-part=waiting]")).to_have_text("Decisions waiting to be sent: 1")
    line.down = False
    page.keyboard.press("Enter")
    expect(status(page)).to_have_text("Released: suspect.")


def test_an_officer_whose_session_has_ended_is_led_to_the_login_page(running: House, open_page: OpenPage) -> None:
    page = open_page(r"status of 401")
    running.receive(a_scan("suspect", TWO_BLOBS[0]))
    running.log_in(page)
    expect(regions(page)).to_have_count(1)
    (session,) = (c["value"] for c in page.context.cookies() if c.get("name") == "cargoscope_session")
    running.archive.accounts.close_session(str(session))
    page.keyboard.press("Shift+R")
    page.keyboard.press("l")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/login$"))
    assert decisions(running, "suspect") == ()


def test_a_scan_with_two_views_has_a_tab_for_each_and_regions_lead_to_theirs(running: House, page: Page) -> None:
    side = builders.cargo_view(TWO_BLOBS[0])
    top = builders.cargo_view(TWO_BLOBS[1], name="top", seed=1, height=200)
    running.receive(builders.scan(side, top, scan_id="both"))
    running.log_in(page)
    expect(regions(page)).to_have_count(2)
    first = page.locator("[data-part=views] [aria-pressed=true]").text_content()
    page.keyboard.press("j")
    expect(page.locator("[data-part=views] [aria-pressed=true]")).not_to_have_text(str(first))
    page.keyboard.press("v")
    expect(page.locator("[data-part=views] [aria-pressed=true]")).to_have_text(str(first))


def test_every_shortcut_is_listed_and_none_acts_while_somebody_types(running: House, page: Page) -> None:
    running.receive(a_scan("suspect", TWO_BLOBS[0]))
    running.log_in(page)
    expect(regions(page)).to_have_count(1)
    page.keyboard.press("?")
    expect(page.locator("[data-part=shortcuts]")).to_be_visible()
    for words in ("Confirm the region", "Draw a missed region", "Pseudo-colour", "Inspect", "Next scan"):
        expect(page.locator("[data-part=shortcuts]")).to_contain_text(words)
    page.keyboard.press("?")
    expect(page.locator("[data-part=shortcuts]")).to_be_hidden()
    page.focus("[data-part=note]")
    page.keyboard.type("crdlhe?")
    expect(page.locator("[data-part=note]")).to_have_value("crdlhe?")
    expect(page.locator("[data-part=left]")).to_have_text("1 to judge")


def test_a_real_truck_scan_is_shown_in_density_colours(running: House, page: Page) -> None:
    folder = Path(os.environ.get("CARGOSCOPE_REAL_DATA", Path(__file__).parents[3] / "shared/data"))
    pictures = sorted((folder / "ajna_container_bbox/images").glob("*.jpg"))
    if not pictures:
        pytest.skip(f"real scans are not here: {folder} (set CARGOSCOPE_REAL_DATA)")
    real = read_scan(pictures[0], pictures[0].name)
    running.receive(Scan("truck", real.taken_at, "gate-1", real.views))
    running.log_in(page)
    opened(page, "truck")
    page.keyboard.press("p")
    expect(page.locator("[data-part=legend]")).to_contain_text("density colours, not material")
