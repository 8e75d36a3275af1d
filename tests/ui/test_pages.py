"""The pages beside the desk: outcomes, stations, accounts, and who may see which."""

from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests import builders
from tests.browser import OpenPage
from tests.inference.rig import PASSWORD
from tests.ui.house import House
from tests.ui.test_access import AXE, OVERLAPS, faults

BLOB = (120, 100, 134, 114)


def places(page: Page) -> list[str]:
    return page.locator(".cs-nav a").all_inner_texts()


def sent_to_inspection(running: House, page: Page, scan_id: str) -> None:
    running.receive(builders.scan(builders.cargo_view(BLOB), scan_id=scan_id))
    expect(page.locator(".cs-card h1")).to_have_text(scan_id)
    for key in ("c", "e", "1", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("[data-part=said]")).to_have_text(f"Sent to inspection: {scan_id}.")


def test_what_the_examination_found_is_entered_with_its_place_and_a_photograph(
    running: House, page: Page, tmp_path: Path
) -> None:
    photo = tmp_path / "found.png"
    cv2.imwrite(str(photo), np.full((60, 90, 3), (40, 120, 200), np.uint8))
    running.log_in(page)
    for scan_id in ("opened", "empty", "shut"):
        sent_to_inspection(running, page, scan_id)
    page.get_by_role("link", name="Outcomes").click()
    page.locator(".cs-case", has_text="opened").click()
    save = page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    page.get_by_role("button", name="Found", exact=True).press("Enter")
    expect(page.locator(".cs-blocks")).to_have_text("Say what was found.")
    page.get_by_label("What").select_option(label="Firearm")
    page.get_by_label("Where").fill("behind the second pallet")
    page.get_by_label("Photographs").set_input_files(photo)
    expect(page.locator(".cs-photos img")).to_have_count(1)
    assert page.locator(".cs-photos img").evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 90
    page.get_by_label("Note").fill("wrapped in foil")
    save.click()
    expect(page.locator("[data-part=said]")).to_have_text("Saved: opened.")
    page.locator(".cs-case", has_text="empty").click()
    page.get_by_role("button", name="Nothing found").click()
    save.click()
    expect(page.locator("[data-part=said]")).to_have_text("Saved: empty.")
    page.locator(".cs-case", has_text="shut").click()
    page.get_by_role("button", name="Not opened").click()
    save.click()
    expect(page.get_by_text("No scan waits for an outcome.")).to_be_visible()
    found, nothing, shut = (running.archive.case(scan_id).outcome for scan_id in ("opened", "empty", "shut"))
    assert found is not None
    assert nothing is not None
    assert shut is not None
    assert [(item.kind, item.where) for item in found.items] == [("firearm", "behind the second pallet")]
    assert (found.opened, len(found.photos), found.note, found.recorded_by) == (True, 1, "wrapped in foil", "lan")
    assert (nothing.opened, nothing.found) == (True, ())
    assert (shut.opened, shut.found) == (False, ())


@pytest.mark.parametrize(
    ("role", "lands", "sees"),
    [
        ("officer", "/console/", ["Desk", "Outcomes", "Training", "Figures"]),
        ("technician", "/console/stations", ["Stations", "Figures"]),
        ("administrator", "/console/stations", ["Stations", "Accounts", "Figures"]),
        ("auditor", "/console/", ["Desk", "Stations", "Accounts", "Figures"]),
    ],
)
def test_a_role_is_offered_its_pages_and_refused_the_others(
    running: House, open_page: OpenPage, role: str, lands: str, sees: list[str]
) -> None:
    running.hire("kim", role)
    page = open_page()
    running.enter(page, "kim")
    page.wait_for_url(f"**{lands}")
    expect(page.locator(".cs-nav a").first).to_be_visible()
    assert places(page) == sees
    names = {"/console/outcomes": "Outcomes", "/console/stations": "Stations", "/console/accounts": "Accounts"}
    for path, name in names.items():
        answer = page.request.get(running.url + path, headers={"Accept": "text/html"})
        assert (answer.status == 200) == (name in sees), path
    for name in sees:
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".cs-nav a[aria-current=page]")).to_have_text(name)
        expect(page.locator("[data-part=officer]")).to_have_text("kim")
        assert places(page) == sees, f"{name} offers other pages than those before it"


def test_an_administrator_makes_an_account_and_takes_its_access_again(running: House, page: Page) -> None:
    running.hire("ada", "administrator")
    running.enter(page, "ada")
    page.get_by_role("link", name="Accounts").click()
    page.get_by_label("Name").fill("mai")
    page.get_by_role("button", name="Add account").press("Enter")
    one_time = str(page.locator(".cs-secret code").text_content())
    assert running.archive.accounts.check_password("mai", one_time).must_change
    row = page.locator("tbody tr", has_text="mai").first
    row.locator("summary").click()
    row.get_by_label("Supervisor").check()
    row.get_by_role("button", name="Save").click()
    expect(page.locator("[data-part=said]")).to_contain_text("Supervisor")
    assert running.archive.accounts.officer("mai").roles == {"officer", "supervisor"}
    row.get_by_role("button", name="Take access").click()
    expect(row).to_contain_text("may not log in")
    with httpx.Client(base_url=running.url, trust_env=False) as client:
        assert client.post("/v1/login", json={"name": "mai", "password": one_time}).status_code == 401
    expect(page.locator("table").nth(1)).to_contain_text("ada")


def test_the_pages_serve_screen_readers_and_zoom(running: House, page: Page) -> None:
    if not AXE.is_file():
        pytest.skip(f"no {AXE}: run 'npm ci' in ui/viewer")
    running.hire("kim", "officer", "technician", "administrator")
    running.log_in(page, "kim")
    sent_to_inspection(running, page, "opened")
    for name in ("outcomes", "stations", "accounts"):
        page.goto(f"{running.url}/console/{name}")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".cs-case, .cs-table").first).to_be_visible()
        if name == "outcomes":
            page.locator(".cs-case").click()
            page.get_by_role("button", name="Found", exact=True).click()
        for size in ((1600, 900), (640, 400)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            assert faults(page) == [], (name, size)
            assert page.evaluate(OVERLAPS) == [], (name, size)
    assert PASSWORD not in page.content()
