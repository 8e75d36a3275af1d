"""The pages of figures, training and what a test was, in a real browser over a real service."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Page, expect

from cargoscope.datasets.archive import Analysis, Planted
from cargoscope.detections import Detections
from cargoscope.inference import projector
from cargoscope.inference.attendant import take_reading
from cargoscope.inference.projector import Projector
from cargoscope.review import Decision, Disposition, Judgement, Outcome, Verdict
from cargoscope.scan import Scan
from tests import builders
from tests.inference.rig import PASSWORD
from tests.ui.house import House, house

AXE = Path(__file__).parents[2] / "ui/viewer/node_modules/axe-core/axe.min.js"
BLOB = (300, 100, 330, 130)
GUN = Planted("firearm", 0, (295.0, 95.0, 335.0, 135.0), 12.0, 0.0)
FATES = (Disposition.RELEASE, Disposition.INSPECT, Disposition.RELEASE)


@pytest.fixture(scope="module")
def worked(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service, begun after the browser's event loop: three decided scans, one opened; eight cases; a supervisor."""
    with house(tmp_path_factory.mktemp("insight")) as running:
        accounts = running.archive.accounts
        for name, roles in (("chi", ("supervisor", "data_scientist")), ("an", ("auditor",))):
            accounts.change_password(name, accounts.add_officer(name, *roles), PASSWORD, keep_token="")
        for number, fate in enumerate(FATES):
            scan = a_scan(f"G1-20261122-1{number:02d}", number, *([BLOB] if number else []))
            running.receive(scan)
            decide(running, scan.scan_id, fate)
        running.archive.conclude(Outcome("G1-20261122-101", True, ("firearm",), "", "chi", datetime.now(UTC)))
        while take_reading(running.archive):
            pass
        fill(running)
        yield running


def a_scan(scan_id: str, seed: int, *blobs: tuple[int, int, int, int]) -> Scan:
    return builders.scan(builders.cargo_view(*blobs, seed=seed), scan_id=scan_id)


def decide(running: House, scan_id: str, fate: Disposition) -> None:
    case = running.archive.case(scan_id)
    assert case.analysis is not None
    said = Judgement.REJECT if fate is Disposition.RELEASE else Judgement.CONFIRM
    verdicts = tuple(Verdict(row, said) for row in range(len(case.analysis.found)))
    reason = "" if fate is Disposition.RELEASE else "=1+1 looks odd"
    at = datetime.now(UTC)
    made = Decision(f"d-{scan_id}", scan_id, case.analysis.model_id, "lan", verdicts, (), fate, reason, at, 20.0)
    running.archive.decide(made)


def fill(running: House) -> None:
    model = running.worker.registry.active()
    none = Detections.none(model.classes)
    for number in range(8):
        held = number % 2 == 0
        scan = a_scan(f"case-{number}", 100 + number, *([BLOB] if held else []))
        analysis = Analysis(scan.scan_id, model.model_id, model.name, "CPUExecutionProvider", none, 0.1)
        running.archive.library.add(scan, (GUN,) if held else (), "easy", "simulated", analysis, "chi")


def enter(page: Page, running: House, name: str, path: str) -> None:
    page.goto(f"{running.url}/login")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button")
    page.wait_for_url(re.compile("/console|/insight"))
    page.goto(f"{running.url}{path}")


def faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations.map((v) => [v.impact, v.id, v.nodes[0].html])")
    return [str(one) for one in found if one[0] in ("serious", "critical")]


def test_every_page_of_figures_opens_without_a_fault_and_says_what_it_shows(worked: House, page: Page) -> None:
    enter(page, worked, "chi", "/insight/mine")
    for name, shown in {
        "mine": "My results",
        "training": "Case library",
        "team": "Members",
        "work": "Who decided what and when",
        "tests": "Audit trail",
        "model": "Regions by confusion",
        "scanners": "gate-1",
    }.items():
        page.goto(f"{worked.url}/insight/{name}")
        expect(page.locator("body")).to_contain_text(shown)
        assert faults(page) == [], name


def test_the_supervisors_page_shows_what_was_decided_and_what_opening_found(worked: House, page: Page) -> None:
    enter(page, worked, "chi", "/insight/work")
    row = page.locator("tbody tr", has=page.locator("th", has_text=re.compile("^lan$"))).first
    expect(row).to_contain_text("2 / 0 / 1")
    expect(row).to_contain_text("1/1")
    bars = page.locator("svg rect[data-value]").evaluate_all(
        "all => all.map((e) => [e.className.baseVal, e.dataset.value])"
    )
    assert ["fill-release", "2"] in bars
    assert ["fill-inspect", "1"] in bars
    dot = page.locator("svg circle.dot").first
    assert dot.get_attribute("data-value") == "1.0"
    with page.expect_download() as download:
        page.click("a.button")
    text = download.value.path().read_bytes().decode("utf-8-sig")
    assert len(text.strip().split("\r\n")) == 4
    assert "'=1+1 looks odd" in text


def test_a_data_scientist_sees_regions_by_confusion_and_opens_a_hard_case_at_the_desk(
    worked: House, page: Page
) -> None:
    enter(page, worked, "chi", "/insight/model")
    counts = page.locator(".confusion [data-count]").evaluate_all("all => all.map((e) => Number(e.dataset.count))")
    assert sum(counts) >= 2, "a region was confirmed and another rejected"
    case = page.locator("tbody a[href*='?scan=']").first
    scan_id = case.inner_text()
    case.press("Enter")
    expect(page.locator(".cs-card h1")).to_have_text(scan_id)
    expect(page.locator(".cs-region").first).to_be_visible()


def test_a_figure_is_defined_on_hover_and_by_keyboard(worked: House, page: Page) -> None:
    enter(page, worked, "chi", "/insight/work")
    label = page.locator(".def", has_text="Hit rate after opening").first
    tip = page.locator(".tip", has_text="Clopper").first
    expect(tip).to_be_hidden()
    label.hover()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(0, 0)
    label.focus()
    expect(tip).to_be_visible()


def test_a_page_that_is_not_for_somebody_is_refused_in_words_and_not_offered(worked: House, page: Page) -> None:
    enter(page, worked, "lan", "/insight/mine")
    assert page.locator(".tabs a").count() == 0
    answer = page.request.get(f"{worked.url}/insight/work")
    assert answer.status == 403
    assert "This is for auditor, supervisor; lan is officer." in answer.text()
    assert page.request.get(f"{worked.url}/v1/figures/work").status == 403
    page.click("[data-logout]")
    page.wait_for_url("**/login")
    enter(page, worked, "chi", "/insight/mine")
    assert page.locator(".tabs a").all_inner_texts() == [
        "My results",
        "Team",
        "Work",
        "Test images",
        "Model",
        "Scanners",
    ]


def test_a_rate_is_set_by_keyboard(worked: House, page: Page) -> None:
    enter(page, worked, "chi", "/insight/tests")
    field = page.locator("input[name=rate]")
    field.fill("2.5")
    field.press("Enter")
    expect(page.locator("td", has_text="chi")).to_be_visible()
    assert worked.archive.projections.rates() == {"gate-1": 0.025}
    worked.archive.projections.set_rate("gate-1", 0.0, "chi")


@pytest.mark.parametrize(("language", "title"), [("vi", "Kết quả của tôi"), ("es", "Mis resultados")])
def test_the_pages_speak_the_language_that_was_chosen(worked: House, page: Page, language: str, title: str) -> None:
    enter(page, worked, "chi", "/insight/mine")
    page.evaluate(f"localStorage.setItem('cargoscope.language', '{language}')")
    page.reload()
    expect(page.locator("h1")).to_have_text(title)
    assert page.locator("html").get_attribute("lang") == language


def test_a_session_is_worked_by_keyboard_with_the_answer_after_each_case(worked: House, page: Page) -> None:
    enter(page, worked, "lan", "/insight/training")
    page.locator("form[data-session=warm-up] input").fill("2")
    page.locator("form[data-session=warm-up] input").press("Enter")
    page.wait_for_url(re.compile("/training/"))
    before = "none yet"
    for _ in range(2):
        case = page.locator(".cs-card h1")
        expect(case).to_contain_text("case-")
        expect(case).not_to_have_text(before)
        before = case.inner_text()
        page.keyboard.press("l")
        page.keyboard.press("Enter")
        dialog = page.locator(".cs-reveal")
        expect(dialog).to_contain_text("The answer")
        expect(dialog.locator("img")).to_be_visible()
        assert dialog.locator("img").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
        assert faults(page) == []
        page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
    expect(page.locator("[data-part=empty]")).to_contain_text("of 2 right")
    (session,) = worked.archive.library.sessions("lan")
    assert len(session.answers) == 2
    assert worked.archive.cases("open", 10, 0)[1] == 0
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/insight/training"))
    expect(page.locator("tbody")).to_have_count(2)


def test_the_officer_is_told_at_once_that_it_was_a_test(
    worked: House, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "NOT_BEFORE", timedelta(0))
    rng = Random(5)
    monkeypatch.setattr(rng, "random", lambda: 0.9)
    test = Projector(worked.archive, rng).make("gate-1", datetime.now(UTC))
    assert test is not None
    worked.worker.wake()
    enter(page, worked, "bo", "/console/")
    expect(page.locator(".cs-card h1")).to_have_text(test, timeout=20000)
    page.keyboard.press("Shift+R")
    page.keyboard.press("l")
    page.keyboard.press("Enter")
    dialog = page.locator(".cs-reveal")
    expect(dialog).to_contain_text("That was a test image", timeout=20000)
    expect(dialog).to_contain_text("Missed. In it:")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.goto(f"{worked.url}/insight/mine")
    expect(page.locator(".tests")).to_contain_text("Miss")
    page.locator(".tests summary").click()
    expect(page.locator(".tests img")).to_be_visible()
