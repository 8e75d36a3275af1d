"""The worklist and its leases: several officers, filters, sites that hand scans out, trucks still in the tunnel."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from websockets.sync.client import connect

from cargoscope.datasets.archive import Analysis
from cargoscope.detections import Detections
from tests import builders
from tests.browser import OpenPage
from tests.inference.test_streaming import block, hello
from tests.ui.house import House, house

TWO_BLOBS = ((120, 100, 134, 114), (400, 60, 414, 74))
ONE_BLOB = TWO_BLOBS[:1]


def row(page: Page, scan_id: str) -> Locator:
    return page.locator(f"li[data-scan='{scan_id}'] .cs-row")


def opened(page: Page, scan_id: str) -> None:
    expect(page.locator(".cs-card h1")).to_have_text(scan_id)


def test_a_scan_lies_before_one_officer_and_goes_back_when_they_leave(running: House, open_page: OpenPage) -> None:
    running.receive(builders.scan(builders.cargo_view(*TWO_BLOBS), scan_id="suspect"))
    running.receive(builders.scan(builders.cargo_view(), scan_id="clean"))
    lan, bo = open_page(), open_page()
    running.log_in(lan, "lan")
    opened(lan, "suspect")
    running.log_in(bo, "bo")
    opened(bo, "clean")
    expect(row(bo, "suspect")).to_contain_text("with lan")
    row(bo, "suspect").click()
    opened(bo, "suspect")
    expect(bo.locator("[data-part=taken]")).to_contain_text("lan has this scan now")
    expect(bo.locator("[data-part=send]")).to_be_hidden()
    bo.keyboard.press("n")
    opened(bo, "clean")
    lan.goto(f"{running.url}/login")
    expect(row(bo, "suspect")).not_to_contain_text("with lan")
    bo.keyboard.press("n")
    opened(bo, "suspect")
    for key in ("Shift+R", "l", "Enter"):
        bo.keyboard.press(key)
    expect(bo.locator("[data-part=said]")).to_have_text("Released: suspect.")
    assert running.archive.case("suspect").decisions[0].officer == "bo"


def test_a_look_at_anothers_scan_that_answers_late_does_not_give_back_the_scan_picked_since(
    running: House, page: Page
) -> None:
    for name in ("suspect", "clean", "third"):
        running.receive(builders.scan(builders.cargo_view(), scan_id=name))
    running.archive.lease("suspect", running.archive.accounts.officer("bo"))
    running.log_in(page)
    expect(row(page, "suspect")).to_contain_text("with bo")
    picked = "third" if page.locator(".cs-card h1").text_content() == "clean" else "clean"
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route) if "suspect" in (route.request.post_data or "") else route.continue_()

    page.route(re.compile("component_server"), hold)
    row(page, "suspect").click()
    row(page, picked).click()
    opened(page, picked)
    assert len(late) == 1
    with page.expect_response(lambda answer: answer.request == late[0].request):
        late[0].continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done, 100)).then(() => fetch('/v1/me'))")
    lease = running.archive.case(picked).lease
    assert lease is not None
    assert lease.officer == "lan"


def test_a_scan_that_nobody_touches_goes_back_and_the_marks_stay(tmp_path: Path, page: Page) -> None:
    with house(tmp_path, lease_minutes=0.1) as short:
        short.receive(builders.scan(builders.cargo_view(*TWO_BLOBS), scan_id="suspect"))
        short.log_in(page)
        opened(page, "suspect")
        page.keyboard.press("c")
        expect(page.locator("[data-part=empty]")).to_contain_text("the scan went back to the list", timeout=30_000)
        assert short.archive.case("suspect").lease is None
        page.keyboard.press("Control")
        opened(page, "suspect")
        expect(page.locator("[data-part=left]")).to_have_text("1 to judge")
        page.close()


def test_where_the_site_hands_scans_out_nobody_picks_one(tmp_path: Path, page: Page) -> None:
    with house(tmp_path, picking="assigned") as strict:
        for name, blobs in (("worst", TWO_BLOBS), ("bad", ONE_BLOB), ("clean", ())):
            strict.receive(builders.scan(builders.cargo_view(*blobs), scan_id=name))
        strict.log_in(page)
        first = str(page.locator(".cs-card h1").text_content())
        other = next(name for name in ("clean", "bad") if name != first)
        expect(row(page, other)).to_have_attribute("aria-disabled", "true")
        row(page, other).click(force=True)
        opened(page, first)
        for key in ("Shift+R", "l", "Enter"):
            page.keyboard.press(key)
        expect(page.locator(".cs-card h1")).not_to_have_text(first)
        assert len(strict.archive.case(first).decisions) == 1
        page.close()


def test_the_worklist_is_filtered_and_shown_whole_again_by_keyboard(running: House, page: Page) -> None:
    running.receive(builders.scan(builders.cargo_view(*TWO_BLOBS), scan_id="suspect"))
    running.receive(builders.scan(builders.cargo_view(), scan_id="clean"))
    running.log_in(page)
    expect(page.locator(".cs-row")).to_have_count(2)
    page.keyboard.press("/")
    risk = page.get_by_label("Risk")
    risk.focus()
    risk.select_option(label="0.3 and less")
    expect(page.locator(".cs-row-id")).to_have_text(["clean"])
    expect(page.locator("[data-part=filtering]")).to_have_text("Filter: 1")
    opened(page, "suspect")
    page.get_by_role("button", name="Show all").press("Enter")
    expect(page.locator(".cs-row")).to_have_count(2)
    page.get_by_label("Found").select_option(label="Firearm")
    expect(page.locator(".cs-row-id")).to_have_text(["suspect"])


def test_a_truck_in_the_tunnel_is_a_row_that_cannot_be_opened_yet(tmp_path: Path, page: Page) -> None:
    with house(tmp_path, {"provisional_columns": 64}) as site:
        site.log_in(page)
        coming = builders.scan(builders.cargo_view(ONE_BLOB[0]), scan_id="coming")
        url = site.url.replace("http", "ws", 1) + "/v1/stream"
        with connect(url, additional_headers={"Authorization": f"Bearer {site.key}"}) as socket:
            socket.send(json.dumps(hello(coming)))
            assert json.loads(socket.recv())["type"] == "ready"
            socket.send(block(coming, 0, 200))
            expect(row(page, "coming")).to_contain_text("in the tunnel", timeout=30_000)
            expect(row(page, "coming").locator(".cs-row-score")).to_have_text(re.compile(r"0\.[5-9]\d"))
            row(page, "coming").click()
            expect(page.locator("[data-part=said]")).to_contain_text("still in the tunnel")
            socket.send(block(coming, 200, 400))
            socket.send(json.dumps({"type": "end", "columns": [600]}))
            opened(page, "coming")
        page.close()


def test_the_status_bar_tells_of_the_model_the_queue_and_what_was_not_analysed(running: House, page: Page) -> None:
    running.receive(builders.scan(builders.cargo_view(*TWO_BLOBS), scan_id="suspect"))
    running.receive(builders.scan(builders.cargo_view(), scan_id="clean"))
    running.log_in(page)
    bar = page.locator(".cs-status")
    expect(bar.locator("[data-part=model]")).to_contain_text("tiny")
    expect(bar.locator("[data-part=model]")).to_contain_text("CPU")
    expect(bar.locator("[data-part=queue]")).to_contain_text("2 waiting")
    expect(bar.locator("[data-part=calibration]")).to_contain_text("gate-1")
    expect(bar.locator("[data-part=unseen]")).to_be_hidden()
    for key in ("Shift+R", "l", "Enter"):
        page.keyboard.press(key)
    expect(bar.locator("[data-part=queue]")).to_contain_text("1 waiting")
    model = running.worker.registry.active()
    failed = Analysis("clean", model.model_id, model.name, "CPU", Detections.none(model.classes), None, "no memory")
    running.archive.record(failed)
    running.archive.scanners.calibrated("gate-1", datetime.now(UTC) - timedelta(hours=30))
    page.reload()
    expect(bar.locator("[data-part=calibration]")).to_contain_text("gate-1 1 d")
    expect(bar.locator("[data-part=calibration]")).to_have_class(re.compile("is-late"))
    bar.get_by_role("button", name="1 not analysed").press("Enter")
    expect(page.locator("[data-part=filtering]")).to_have_text("Filter: 1")
    expect(row(page, "clean")).to_contain_text("not analysed")


@pytest.mark.parametrize("agree", [True, False])
def test_a_second_officer_reads_blind_and_where_they_differ_a_supervisor_decides(
    tmp_path: Path, open_page: OpenPage, agree: bool
) -> None:
    with house(tmp_path, second_share=1.0) as twice:
        twice.hire("su", "supervisor")
        twice.receive(builders.scan(builders.cargo_view(*ONE_BLOB), scan_id="suspect"))
        lan, bo, su = open_page(), open_page(), open_page()
        twice.log_in(lan, "lan")
        opened(lan, "suspect")
        for key in ("r", "l", "Enter"):
            lan.keyboard.press(key)
        expect(lan.locator("[data-part=said]")).to_have_text("Released: suspect.")
        twice.log_in(bo, "bo")
        opened(bo, "suspect")
        expect(bo.locator("[data-part=left]")).to_have_text("1 to judge")
        expect(bo.locator("[data-part=taken]")).to_be_hidden()
        for key in ("r", "l", "Enter") if agree else ("c", "e", "1", "Enter"):
            bo.keyboard.press(key)
        expect(bo.locator("[data-part=said]")).to_contain_text("suspect.")
        bo.click("[data-part=filter] [value=all]")
        row(bo, "suspect").click()
        if not agree:
            expect(bo.locator("[data-part=taken]")).to_contain_text("The opinions differ")
            twice.log_in(su, "su")
            su.click("[data-part=tabRecheck]")
            row(su, "suspect").click()
            expect(su.locator(".cs-opinion")).to_have_count(2)
            expect(su.locator(".cs-opinion").nth(0)).to_contain_text("Released by lan")
            expect(su.locator(".cs-opinion").nth(1)).to_contain_text("Sent to inspection by bo")
            for key in ("c", "e", "1"):
                su.keyboard.press(key)
            expect(su.locator("[data-part=blocks]")).to_contain_text("says why")
            su.fill("[data-part=note]", "bo is right")
            su.locator("[data-part=note]").press("Enter")
            expect(su.locator("[data-part=said]")).to_have_text("Sent to inspection: suspect.")
            bo.reload()
            bo.click("[data-part=filter] [value=all]")
            row(bo, "suspect").click()
        expect(bo.locator(".cs-opinion")).to_have_count(2 if agree else 3)
        expect(bo.locator(".cs-opinion", has_text="holds")).to_have_count(1)
        assert len(twice.archive.case("suspect").decisions) == (2 if agree else 3)
        for page in (lan, bo, su):
            page.context.close()
