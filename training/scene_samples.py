"""Simulated scans as samples for the scene network: small overviews, augmented anew each time, and their targets."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.formats.package import read_package
from cargoscope.datasets.truth import ScanTruth, read_coco
from cargoscope.errors import TrainingError
from cargoscope.models.card import sha256_of
from cargoscope.models.scene import HEIGHT_MM
from cargoscope.models.scene_canvas import CANVAS_HW, OVERVIEW_HW, canvas, overview
from cargoscope.models.scene_decode import FACTS, LENGTHS_MM, PARTS, REACH_PX, STRIDE, pool_of

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
Box = tuple[float, float, float, float]

WHOLE: Final = 0.97
"""Share of a container's length in the picture from which its length class can be told."""

MOSTLY: Final = 0.6
"""Share of a container in the picture from which it tells how full it is and with what."""


@dataclass(frozen=True)
class Held:
    """One container of a scan. box, unit: shares 0..1 of the view. facts: (FACTS + kinds) targets, NaN unknown."""

    box: Box
    unit: Box | None
    facts: Floats


@dataclass(frozen=True)
class Scene:
    """One scan. transmission: (256, 1024) uint16. tractor: as shares of the view."""

    transmission: npt.NDArray[np.uint16]
    containers: tuple[Held, ...]
    tractor: Box | None
    n_facts: int


@dataclass(frozen=True, eq=False)
class Sample:
    """canvas (4, H, W). heat (3, h, w): 0, 1, or NaN where nobody knows. ltrb (12, h, w): logarithms, NaN elsewhere.

    pools (N, h, w): weights over the cells of each container, sum 1. facts (N, F).
    """

    canvas: Floats
    heat: Floats
    ltrb: Floats
    pools: Floats
    facts: Floats


def read_scenes(folders: Sequence[Path], kinds: Sequence[str], cache: Path | None = None) -> list[Scene]:
    """Scenes of folders with truth.json; overviews are kept in cache (one .npz for each truth), where one is given."""
    scenes: list[Scene] = []
    for folder in folders:
        truths = read_coco(folder / "truth.json")
        kept = None if cache is None else cache / f"{folder.name}-{sha256_of(folder / 'truth.json')[:12]}.npz"
        if kept is None or not kept.is_file():
            views = [read_package(folder / truth.file_name).views[0] for truth in truths]
            pictures = np.stack([np.round(overview(view) * 65535).astype(np.uint16) for view in views])
            rows_mm = np.array([view.pitch_mm[1] if view.pitch_mm else np.nan for view in views])
            if kept is not None:
                kept.parent.mkdir(parents=True, exist_ok=True)
                np.savez(kept, pictures=pictures, rows_mm=rows_mm)
        else:
            with np.load(kept) as table:
                pictures, rows_mm = table["pictures"], table["rows_mm"]
            if len(pictures) != len(truths):
                raise TrainingError(f"{kept} holds {len(pictures)} overviews, {folder} has {len(truths)} scans")
        log.info("%s: %d scans", folder, len(truths))
        scenes += [
            scene_of(truth, picture, float(row_mm), kinds)
            for truth, picture, row_mm in zip(truths, pictures, rows_mm, strict=True)
        ]
    return scenes


def scene_of(truth: ScanTruth, transmission: npt.NDArray[np.uint16], row_mm: float, kinds: Sequence[str]) -> Scene:
    """What the truth of a scan says of its first view, in shares of the view. row_mm: its pitch across travel."""
    width, height = truth.views[0]
    size = np.array([width, height, width, height], np.float64)

    def shares(box: Box) -> Box:
        x1, y1, x2, y2 = (float(v) for v in np.array(box) / size)
        return x1, y1, x2, y2

    held = []
    for one in truth.containers:
        facts = np.full(len(FACTS) + len(kinds), np.nan, np.float32)
        facts[FACTS.index("empty")] = one.empty
        facts[FACTS.index("fill")] = one.filled_volume
        facts[FACTS.index("doors_right")] = one.door_end == "right"
        facts[FACTS.index("height")] = np.log((one.box[3] - one.box[1]) * row_mm / HEIGHT_MM)
        for number, letter in enumerate(LENGTHS_MM):
            facts[FACTS.index("length_20") + number] = one.size_type[0] == letter
        if one.kinds:
            facts[len(FACTS) :] = [kind in one.kinds for kind in kinds]
            facts[len(FACTS) :] /= facts[len(FACTS) :].sum()
        held.append(Held(shares(one.box), one.unit and shares(one.unit), facts))
    return Scene(transmission, tuple(held), truth.tractor and shares(truth.tractor), len(FACTS) + len(kinds))


def augmented(scene: Scene, rng: np.random.Generator) -> Sample:
    """The scene as another scanner, another cut and another day might show it."""
    window = _window(scene, rng)
    turned = bool(rng.random() < 0.5)
    slope = float(rng.normal(0, 0.02)) if rng.random() < 0.7 else 0.0
    h, w = OVERVIEW_HW
    x0, y0, x1, y1 = window
    across = (1.0 if not turned else -1.0) / (x1 - x0)
    left = -x0 / (x1 - x0) if not turned else x1 / (x1 - x0)
    down = 1 / (y1 - y0)
    # shares of the view -> shares of the picture: u = across·x + left, v = down·y - y0·down + slope·(u - 1/2)
    share = np.array([[across, 0, left], [slope * across, down, -y0 * down + slope * (left - 0.5)]])
    to_px = share * np.array([[1, w / h, w], [h / w, 1, h]])
    margin = 1.0 if rng.random() < 0.8 else float(rng.choice([0.0, rng.uniform(0.9, 1.0)]))
    picture = cv2.warpAffine(
        scene.transmission.astype(np.float32) / 65535, to_px, (w, h), flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=margin,
    )  # fmt: skip
    picture = _photographed(np.asarray(picture, np.float32), rng)
    if rng.random() < 0.15:
        _blacken(picture, [_moved(held.box, share)[1] for held in scene.containers], rng)
    return targets(scene, share, turned, canvas(picture))


def plain(scene: Scene) -> Sample:
    """The scene as it is."""
    share = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    return targets(scene, share, False, canvas(scene.transmission.astype(np.float32) / np.float32(65535)))


def _window(scene: Scene, rng: np.random.Generator) -> Box:
    """The part of the view, in shares, that the picture shows: all of it, a cut around the load, or one container."""
    boxes = [held.box for held in scene.containers]
    way = rng.random()
    if not boxes or way < 0.3:
        beside = rng.uniform(0, 0.25, 2) * (rng.random(2) < 0.5)
        over = rng.uniform(0, 0.12, 2) * (rng.random(2) < 0.4)
        return -beside[0], -over[0], 1 + beside[1], 1 + over[1]
    if way < 0.78:
        x1, y1 = min(box[0] for box in boxes), min(box[1] for box in boxes)
        x2, y2 = max(box[2] for box in boxes), max(box[3] for box in boxes)
        left = rng.uniform(-0.1, x1 + 0.01) if rng.random() < 0.9 else x1 + rng.uniform(0, 0.15)
        right = rng.uniform(x2 - 0.01, 1.1) if rng.random() < 0.9 else x2 - rng.uniform(0, 0.15)
        top = rng.uniform(-0.08, y1 + 0.01)
        low = rng.uniform(y2 - 0.02, 1.05)
        return left, top, right, low
    if way < 0.95:
        x1, y1, x2, y2 = boxes[int(rng.integers(len(boxes)))]
        long, tall = x2 - x1, y2 - y1
        cut = rng.uniform(0, 0.6) if rng.random() < 0.3 else 0.0
        x1, x2 = (x1 + cut * long, x2) if rng.random() < 0.5 else (x1, x2 - cut * long)
        grow = rng.uniform(-0.015, 0.08, 4)
        return x1 - grow[0] * long, y1 - grow[1] * tall, x2 + grow[2] * long, y2 + grow[3] * tall
    start, above = rng.uniform(0, 0.6), rng.uniform(-0.2, 0.4)
    return start, above, start + rng.uniform(0.2, 0.6), above + rng.uniform(0.5, 0.9)


def _photographed(picture: Floats, rng: np.random.Generator) -> Floats:
    """Another tone, haze, noise, blur, dead rows, JPEG."""
    if rng.random() < 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.3, 1.2))), np.float32)
    picture = picture ** np.float32(np.exp(rng.normal(0, 0.22)))
    picture = picture * np.float32(rng.uniform(0.93, 1.05))
    if rng.random() < 0.4:
        floor = np.float32(rng.uniform(0, 0.06))
        picture = floor + (1 - floor) * picture
    elif rng.random() < 0.4:
        black = np.float32(rng.uniform(0, 0.06))
        picture = (picture - black) / (1 - black)
    h, w = picture.shape
    picture = picture + rng.standard_normal((h, w), np.float32) * np.float32(rng.uniform(0, 0.008))
    for _ in range(int(rng.integers(0, 3))):
        row = int(rng.integers(h))
        picture[row] = picture[row] * np.float32(0.5) + np.float32(rng.uniform(0, 0.5))
    picture = np.clip(picture, 0, 1)
    if rng.random() < 0.5:
        quality = int(rng.integers(35, 96))
        _, coded = cv2.imencode(".jpg", (picture * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.float32) / np.float32(255)
    return np.asarray(picture, np.float32)


def _blacken(picture: Floats, boxes: Sequence[Box], rng: np.random.Generator) -> None:
    """A black margin on one side, as exports of a fixed width have; it ends where the containers begin. In place."""
    w = picture.shape[1]
    per_px = w / CANVAS_HW[1]
    level = np.float32(rng.uniform(0, 0.05))
    if rng.random() < 0.5:
        free = min((box[0] for box in boxes), default=CANVAS_HW[1] / 2) * per_px
        picture[:, : int(free * rng.uniform(0.3, 0.99))] = level
    else:
        free = w - max((box[2] for box in boxes), default=CANVAS_HW[1] / 2) * per_px
        picture[:, w - int(free * rng.uniform(0.3, 0.99)) :] = level


def targets(scene: Scene, share: npt.NDArray[np.float64], turned: bool, picture: Floats) -> Sample:
    """Maps and facts of a scene whose shares of the view went through the affine (2, 3) share."""
    h, w = CANVAS_HW[0] // STRIDE, CANVAS_HW[1] // STRIDE
    heat, ltrb = np.zeros((len(PARTS), h, w), np.float32), np.full((4 * len(PARTS), h, w), np.nan, np.float32)
    pools, facts = [], []
    if scene.tractor is not None:
        _paint(heat, ltrb, 1, *_moved(scene.tractor, share))
    for held in scene.containers:
        whole, seen = _moved(held.box, share)
        shown = _area(seen) / _area(whole)
        _paint(heat, ltrb, 0, whole, seen)
        if held.unit is not None:
            _paint(heat, ltrb, 2, *_moved(held.unit, share))
        if shown < 0.3:
            continue
        told = held.facts.copy()
        if turned:
            told[FACTS.index("doors_right")] = 1 - told[FACTS.index("doors_right")]
        if seen[2] - seen[0] < WHOLE * (whole[2] - whole[0]):
            told[FACTS.index("length_20") : FACTS.index("length_20") + len(LENGTHS_MM)] = np.nan
        if seen[3] - seen[1] < WHOLE * (whole[3] - whole[1]):
            told[FACTS.index("height")] = np.nan
        if shown < MOSTLY:
            told[len(FACTS) :] = np.nan
        if shown < 0.9:
            told[FACTS.index("fill")] = np.nan
            if not told[FACTS.index("empty")]:
                told[FACTS.index("empty")] = np.nan
        pools.append(pool_of(seen))
        facts.append(told)
    n = len(pools)
    return Sample(picture, heat, ltrb, np.array(pools, np.float32).reshape(n, h, w),
                  np.array(facts, np.float32).reshape(n, scene.n_facts))  # fmt: skip


def _moved(box: Box, share: npt.NDArray[np.float64]) -> tuple[Box, Box]:
    """A box in canvas pixels after the affine: all of it, and what of it the picture shows."""
    x1, y1, x2, y2 = box
    corners = share @ np.array([[x1, x2, x1, x2], [y1, y1, y2, y2], [1, 1, 1, 1]])
    u, v = corners[0] * CANVAS_HW[1], corners[1] * CANVAS_HW[0]
    whole = (float(u.min()), float(v.min()), float(u.max()), float(v.max()))
    seen = (max(whole[0], 0.0), max(whole[1], 0.0), min(whole[2], CANVAS_HW[1]), min(whole[3], CANVAS_HW[0]))
    return whole, seen


def _paint(heat: Floats, ltrb: Floats, part: int, whole: Box, seen: Box) -> None:
    """The cells whose centres lie in what is seen of a part; of a part hardly seen they are nobody's."""
    x1, y1, x2, y2 = seen
    if x2 - x1 < 1 or y2 - y1 < 1:
        return
    h, w = heat.shape[1:]
    x, y = (np.arange(w, dtype=np.float32) + 0.5) * STRIDE, (np.arange(h, dtype=np.float32) + 0.5) * STRIDE
    inside_x, inside_y = (x > x1) & (x < x2), (y > y1) & (y < y2)
    if not inside_x.any() and part == 2:  # a unit may be thinner than a cell
        inside_x[min(w - 1, max(0, int((x1 + x2) / 2 / STRIDE)))] = True
    inside = inside_y[:, None] & inside_x[None, :]
    heat[part][inside] = 1.0 if _area(seen) >= 0.3 * _area(whole) else np.nan
    grid_x, grid_y = np.broadcast_to(x[None, :], (h, w)), np.broadcast_to(y[:, None], (h, w))
    for side, distance in enumerate((grid_x - x1, grid_y - y1, x2 - grid_x, y2 - grid_y)):
        ltrb[4 * part + side][inside] = np.log(np.clip(distance[inside], 1.0, REACH_PX))


def _area(box: Box) -> float:
    return max(box[2] - box[0], 1e-6) * max(box[3] - box[1], 1e-6)
