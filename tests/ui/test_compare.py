"""A scan held against an empty container of its type, and against like goods: chosen, moved, subtracted."""

import json
from collections.abc import Callable, Sequence

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from cargoscope.datasets.archive.scenes import KeptScene
from cargoscope.scan import View
from tests import builders
from tests.ui.house import House
from tests.ui.test_access import AXE, faults
from tests.ui.test_beside import STAGE, open_scan

POSTS = (80, 300, 520)
"""Columns of a container's posts, steel from top to bottom, in a scan of 6 mm a pixel that begins with its truck."""

BLOB = (400, 150, 414, 164)
SHIFT = 30
"""By so many pixels later the other truck drove in."""

SEEN = """(part) => {
  const canvas = document.querySelector(`[data-part=${part}] canvas`);
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, Math.round(0.45 * height), width, 9);
  const dark = (x) => [0, 4, 8].every((y) => data[4 * (y * width + x)] < 12 && data[4 * (y * width + x) + 3] === 255);
  const posts = [];
  for (let x = 0, from = -1; x <= width; x++) {
    if (x < width && dark(x)) from = from < 0 ? x : from;
    else if (from >= 0) {
      posts.push([(from + x) / 2, x - from]);
      from = -1;
    }
  }
  return posts;
}"""
"""Where steel posts stand on the screen, and how wide: [middle, width] of each, left to right."""

ALIKE = f"""(before) => {{
  const [here, there] = ["pane", "beside"].map({SEEN});
  const near = ([x, width], i) => Math.abs(x - there[i][0]) < 2.5 && Math.abs(width - there[i][1]) < 3;
  const still = window.sawLast === JSON.stringify(here);
  window.sawLast = JSON.stringify(here);
  return still && here.length > 0 && here.length === there.length && here.every(near)
    && JSON.stringify(here) !== before && JSON.stringify(here);
}}"""
"""Whether the same posts stand at the same places of both pictures, at rest, and elsewhere than before."""

COLOURS = """() => {
  const canvas = document.querySelector("[data-part=beside] canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [orange, blue, x, y] = [0, 0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] > data[i + 2] + 60) [orange, x, y] = [orange + 1, x + (i / 4) % canvas.width, y + Math.floor(i / 4 / canvas.width)];
    if (data[i + 2] > data[i] + 60) blue++;
  }
  return { orange: orange / (data.length / 4), blue: blue / (data.length / 4), x: x / orange, y: y / orange };
}"""  # noqa: E501
"""Shares of the difference that are more here, and less; and the middle of what is more."""


def container(
    load: Callable[[np.ndarray], np.ndarray] | None, *blobs: tuple[int, int, int, int], shift: int = 0, seed: int = 0
) -> View:
    """A container with three posts and thin walls: empty, or with a load (attenuation by the column, 0 at its front
    wall) that leaves room under the roof. shift: columns by which the truck came later."""
    thickness = np.zeros((240, 600))
    thickness[40:220, POSTS[0] + shift : POSTS[-1] + shift] = 0.15
    if load is not None:
        inside = np.arange(POSTS[-1] - POSTS[0] - 40)
        thickness[70:215, POSTS[0] + shift + 20 : POSTS[-1] + shift - 20] += load(inside)
    for x1, y1, x2, y2 in blobs:
        thickness[y1:y2, x1 + shift : x2 + shift] += 1.5
    for post in POSTS:
        thickness[40:220, post + shift - 3 : post + shift + 3] = 6.0
    thickness += np.random.default_rng(seed).normal(0, 0.004, thickness.shape)
    planes = [60000 * np.exp(-np.maximum(thickness, 0) / ratio) for ratio in (1, 0.83)]
    return View(np.stack(planes).round().astype(np.uint16), ("6MV", "4MV"), (60000, 60000), (6.0, 6.0), "side")


def pallets(column: np.ndarray) -> np.ndarray:
    """Ten pallets with gaps between them."""
    return np.where(column % 40 < 30, 0.7 + 0.2 * np.sin(column / 25), 0.0)


def drums(column: np.ndarray) -> np.ndarray:
    return 0.5 + 0.3 * np.abs(np.sin(column / 12))


def declare(running: House, scan_id: str, number: str, headings: Sequence[str], empty: bool) -> None:
    """What the station says of a scan."""
    body = {"containers": [{"number": number, "size_type": "45G1"}], "headings": headings, "declared_empty": empty}
    url = f"{running.url}/v1/scans/{scan_id}/declaration"
    with httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {running.key}"}) as station:
        station.put(url, json=body).raise_for_status()


def look_whole(running: House, scan_id: str, shift: int) -> None:
    """Somebody has looked at the scan as a whole, and seen where its container is."""
    box = [POSTS[0] + shift - 3, 40, POSTS[-1] + shift + 3, 220]
    running.archive.scenes.record(KeptScene(scan_id, "0" * 64, ({"containers": [{"box": box}]},), ()))


@pytest.fixture
def yard(running: House) -> House:
    """A scan of coffee with something in it, and three others: an empty of its type, coffee, and something else."""
    for scan_id, view, number, headings in (
        ("suspect", container(pallets, BLOB), "MSKU6011672", ["0901"]),
        ("void", container(None, shift=SHIFT, seed=1), "CSQU3054383", []),
        ("coffee", container(pallets, shift=SHIFT, seed=2), "TCLU1234568", ["0901", "2101"]),
        ("paint", container(drums, seed=3), "", []),
    ):
        running.receive(builders.scan(view, scan_id=scan_id))
        if number:
            declare(running, scan_id, number, headings, empty=not headings)
    look_whole(running, "suspect", 0)
    look_whole(running, "void", SHIFT)
    return running


def wait_for_more(page: Page, at_least: float, at_most: float) -> None:
    """Until such a share of the difference says more is here, and next to nothing says less."""
    enough = f"orange > {at_least} && orange < {at_most} && blue < 0.002"
    page.wait_for_function(f"() => {{ const {{ orange, blue }} = ({COLOURS})(); return {enough}; }}")


@pytest.mark.parametrize(
    ("other", "why", "laid", "steps"),
    [
        ("void", "Empty of the same type", "laid over by the container", 0),
        ("coffee", "Like goods", "laid over by its load", 1),
    ],
)
def test_a_scan_is_held_by_keyboard_against_another_that_moves_with_it_and_is_subtracted(
    yard: House, page: Page, other: str, why: str, laid: str, steps: int
) -> None:
    press = page.keyboard.press
    yard.log_in(page)
    open_scan(page, "suspect")
    press("Shift+C")
    rows = page.locator(".cs-scan")
    expect(page.locator("[data-part=scans] h3")).to_have_text(["Empty of the same type", "Like goods", "Same scanner"])
    assert rows.evaluate_all("all => all.map((e) => e.dataset.scan)") == ["void", "coffee", "paint"]
    expect(rows.locator("canvas")).to_have_count(3)
    if AXE.is_file():
        assert faults(page) == []
    for _ in range(steps):
        press("ArrowDown")
    expect(rows.nth(steps)).to_be_focused()
    press("Enter")
    title = page.locator(".cs-pane-title")
    expect(title).to_contain_text(other)
    expect(title).to_contain_text(f"{why} · ")
    expect(title).to_contain_text(laid)

    def moved(before: str = "") -> str:
        return str(page.wait_for_function(ALIKE, arg=before, polling=150).json_value())

    navigator = page.locator("[data-part=pane] .navigator")
    expect(navigator).to_be_hidden()
    at = whole = moved()
    assert len(json.loads(whole)) == len(POSTS)
    for keys in (["."] * 4, ["ArrowLeft"], ["Shift+ArrowDown", "ArrowRight", "ArrowRight"], [","]):
        for key in keys:
            press(key)
        at = moved(at)
    assert json.loads(at)[0][1] > 2 * json.loads(whole)[0][1], "enlarged, in both"
    expect(navigator).to_be_visible()
    side = page.locator("[data-part=beside]").bounding_box()
    assert side is not None
    page.mouse.move(side["x"] + side["width"] / 2, side["y"] + side["height"] / 2)
    page.mouse.wheel(0, 300)
    at = moved(at)
    page.mouse.down()
    page.mouse.move(side["x"] + side["width"] / 2 + 60, side["y"] + side["height"] / 2, steps=5)
    page.mouse.up()
    at = moved(at)
    press("f")
    whole = moved(at)
    assert len(json.loads(whole)) == len(POSTS)

    press("Shift+X")
    expect(title).to_contain_text("Difference")
    expect(title).to_contain_text(other)
    if other == "void":
        wait_for_more(page, at_least=0.15, at_most=1)
    else:
        wait_for_more(page, at_least=0.0005, at_most=0.02)
        posts = [middle for middle, _ in json.loads(whole)]
        scale = (posts[-1] - posts[0]) / (POSTS[-1] - POSTS[0])
        x1, y1, x2, y2 = BLOB
        more = page.evaluate(COLOURS)
        assert abs(more["x"] - posts[0] - ((x1 + x2) / 2 - POSTS[0]) * scale) < 4 * scale
        assert abs(more["y"] - side["height"] / 2 - ((y1 + y2) / 2 - 120) * scale) < 4 * scale
    press("Shift+X")
    expect(title).not_to_contain_text("Difference")
    press("Shift+C")
    expect(page.locator(".cs-stage")).not_to_have_class(STAGE)
