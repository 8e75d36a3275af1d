"""The whole circle, every part real: station, service, browser, archive, retraining, and the next scan."""

import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

from playwright.sync_api import Page, expect

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.simulation.simulate import Plan, simulate, write_simulated
from cargoscope.inference.engine import Engine
from cargoscope.inference.station import stream_scan
from cargoscope.models.registry import DEFAULT_RELEASE, RELEASES, Registry
from cargoscope.review import Disposition, Judgement
from cargoscope.scan import Scan
from cargoscope.training.recipe import RECIPES
from tests.inference.process import running
from tests.inference.rig import PASSWORD

SUSPECT = Plan(seed=77, split="test", clean_share=0.0, threats=(4, 6))
RELEASED = RELEASES / DEFAULT_RELEASE
KINDS = ("firearm", "ammunition", "narcotics_package", "cigarettes", "ivory", "gas_cylinder")
HELD_OUT = Plan(seed=78, split="test", clean_share=0.5, threats=(8, 11), kinds=KINDS)  # every class in eight scans


def streamed(index: int) -> Scan:
    """A simulated scan as station "gate-1" sends it."""
    return replace(simulate(SUSPECT, index)[0], station_id="gate-1")


def with_two_regions() -> int:
    """Index of the first scan in which the released model marks at least two regions."""
    with Engine(RELEASED, threads=1) as engine:
        return next(index for index in count() if len(engine(streamed(index))) >= 2)


def tiny_recipe(path: Path) -> Path:
    """Three gentle steps on a few small crops: the candidate hardly differs, so no class can get worse."""
    small = {"steps": "3", "batch": "4", "crop_px": "128", "rate": "1e-6", "replay_scans": "2"}
    lines = (RECIPES / "retrain.toml").read_text("utf-8").splitlines()
    changed = [f"{key} = {small[key]}" if (key := line.split(" =")[0]) in small else line for line in lines]
    path.write_text("\n".join(changed), "utf-8")
    return path


def command(*words: str | Path) -> str:
    """What a `cargoscope` command prints; it must succeed."""
    told = subprocess.run([sys.executable, "-m", "cargoscope.cli", *map(str, words)], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def opened(page: Page, scan: Scan) -> None:
    page.wait_for_selector(f'.cs[data-shown="{scan.scan_id}"]', timeout=60_000)


def examined_by(page: Page, model_id: str) -> None:
    expect(page.locator(f'.cs-card dd[title="{model_id}"]')).to_be_visible(timeout=30_000)


def test_a_scan_becomes_a_decision_and_the_decision_a_model_that_examines_the_next_scan(
    tmp_path: Path, page: Page
) -> None:
    data_dir = tmp_path / "var"
    first = with_two_regions()
    write_simulated(HELD_OUT, 8, tmp_path / "held-out")
    with running(data_dir, RELEASED, console=True) as service:
        registry = Registry(data_dir / "models")
        released = registry.active().model_id
        page.goto(service.service.url)
        page.fill("[name=name]", "lan")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".cs-link.is-up")

        scan = streamed(first)
        stream_scan(service.service, scan)
        opened(page, scan)
        examined_by(page, released)
        page.wait_for_selector(".cs-region")
        proposed = page.locator(".cs-region").count()
        assert proposed >= 2
        page.keyboard.press("c")
        page.keyboard.press("Shift+R")
        page.keyboard.press("d")
        page.keyboard.press("Enter")
        expect(page.locator(".cs-region")).to_have_count(proposed + 1)
        page.keyboard.press("1")
        page.keyboard.press("e")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.locator("[data-part=said]")).to_have_text(f"Sent to inspection: {scan.scan_id}.")

        with Archive(data_dir) as archive:
            case = archive.case(scan.scan_id)
        assert case.analysis is not None
        (decision,) = case.decisions
        assert (decision.officer, decision.model_id, decision.disposition) == ("lan", released, Disposition.INSPECT)
        verdicts = {verdict.finding: verdict.judgement for verdict in decision.verdicts}
        assert sorted(verdicts) == list(range(proposed)) == list(range(len(case.analysis.found)))
        best = int(case.analysis.found.scores.argmax())
        assert verdicts.pop(best) is Judgement.CONFIRM
        assert set(verdicts.values()) == {Judgement.REJECT}
        assert len(decision.added) == 1

        recipe = tiny_recipe(tmp_path / "tiny.toml")
        told = command("retrain", "--data-dir", data_dir, "--held-out", tmp_path / "held-out", "--recipe", recipe)
        assert "1 decided scans" in told
        assert "not promoted" not in told, told
        retrained = registry.active()
        assert retrained.parent == released != retrained.model_id

        following = streamed(first + 1)
        stream_scan(service.service, following)
        opened(page, following)
        examined_by(page, retrained.model_id)
        expect(page.locator("[data-part=model]")).to_contain_text(retrained.model_id[:6])

        command("models", "rollback", "--data-dir", data_dir)
        assert registry.active().model_id == released
        page.keyboard.press("Shift+R")
        page.keyboard.press("l")
        page.keyboard.press("Enter")
        last = streamed(first + 2)
        stream_scan(service.service, last)
        opened(page, last)
        examined_by(page, released)
        page.close()
