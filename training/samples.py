"""Training crops and what the network should answer to them. Crop number i of a seed is always the same crop."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from torch.utils.data import Dataset

from cargoscope import pixels
from cargoscope.datasets.manifest import Label, Origin, Role
from cargoscope.errors import TrainingError
from cargoscope.models.networks import STRIDE
from cargoscope.training import fresh
from cargoscope.training.cache import Page
from cargoscope.training.recipe import Recipe

Floats = npt.NDArray[np.float32]

SLACK_PX: Final = 32
"""How far a crop may reach over the edge of the planes: tiles do so when a scan is lower than a tile."""

AIR: Final = 0.02
AIR_TRIES: Final = 3
"""A crop of anywhere whose mean attenuation channel stays below AIR shows next to nothing, and is drawn again."""

CORE: Final = 0.05
"""Cells where the bell of an object is at least this high answer with its box."""


SPREAD: Final = 0.28
LEAST_SPREAD: Final = 0.8
"""Of a bell, as a share of the half axes and in cells. A narrower one asks which of two cells holds the centre, which
nobody can tell of an object that lies on their border, nor of a rifle of which a part is hidden: it would be answered
with a part of the score in each."""


class Crop(NamedTuple):
    """One crop and its targets, with h = w = crop / STRIDE.

    tile: (4, crop, crop). heat: (K, h, w), a bell on each object, exactly 1 at its centre. care: (1, h, w), 0 where the
    network may answer what it likes. ltrb: (4, h, w) in pixels. weight: (1, h, w), above 0 where ltrb counts.
    """

    tile: Floats
    heat: Floats
    care: Floats
    ltrb: Floats
    weight: Floats


@dataclass(frozen=True, eq=False)
class Spot:
    """A labelled box of a page, in pixels of its planes."""

    page: int
    label: Label
    box: Floats
    teaches: bool


@dataclass(frozen=True, eq=False)
class Article:
    """What is put into one crop of a page, and the spot it is."""

    put: fresh.Put
    page: int
    spot: Spot


class Crops(Dataset[Crop]):
    """Crops numbered first, first + 1, ... of pages. plain: without augmentation, for validation."""

    def __init__(self, pages: Sequence[Page], recipe: Recipe, first: int, count: int, plain: bool = False) -> None:
        if not pages:
            raise TrainingError("there are no scans to train on")
        self.pages, self.recipe, self.first, self.count, self.plain = pages, recipe, first, count, plain
        self.spots = [_spots(number, page, recipe) for number, page in enumerate(pages)]
        self.old: dict[str, list[Spot]] = defaultdict(list)
        self.new: dict[str, list[Spot]] = defaultdict(list)
        self.rejected: list[Spot] = []
        self.room = [n for n, page in enumerate(pages) if recipe.fresh_share and fresh.has_room(page)]
        self.verified = [number for number, page in enumerate(pages) if page.sample.is_verified]
        for spot in (spot for spots in self.spots for spot in spots):
            if spot.label.role is Role.REJECTED:
                self.rejected.append(spot)
            elif spot.teaches:
                simulated = pages[spot.page].sample.origin is Origin.SIMULATED
                (self.old if simulated else self.new)[spot.label.kind].append(spot)
        if not self.old and not self.new:
            raise TrainingError(f"no object of {list(recipe.classes)} in {len(pages)} views is visible enough to teach")

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Crop:
        rng = np.random.default_rng((self.recipe.seed, int(self.plain), self.first + index))
        article = self._fresh(rng)
        page, box = self._place(rng) if article is None else (article.page, article.spot.box)
        zoom = 1.0 if self.plain else float(np.exp(rng.uniform(-1, 1) * np.log1p(self.recipe.zoom)))
        if not self.plain and self.recipe.far_share and rng.random() < self.recipe.far_share:
            zoom *= self.recipe.far_pitch_mm / self.recipe.pitch_mm
        crop = self.recipe.crop_px
        side_wh = (round(crop * zoom * self._squeeze(rng)), round(crop * zoom))
        planes = self.pages[page].planes
        for _ in range(AIR_TRIES):
            origin_xy = _origin(planes.size_wh, side_wh, box, rng)
            tile = pixels.cut(planes, origin_xy, (side_wh[1], side_wh[0]))
            if box is not None or tile[0].mean() > AIR:
                break
        spots, extras = self.spots[page], self._oddments(page, origin_xy, side_wh, rng)
        if article is not None:
            spots = [*spots, article.spot]
        if extras:
            spots = [self._asked(spot, extras) for spot in spots]
        if article is not None:
            extras = [*extras, article.put.extra]
        if extras:
            tile = fresh.cut(self.pages[page], extras, self.recipe.pitch_mm, origin_xy, (side_wh[1], side_wh[0]))
        if side_wh != (crop, crop):
            way = cv2.INTER_AREA if side_wh[0] > 1.25 * crop else cv2.INTER_LINEAR
            tile = np.stack([cv2.resize(plane, (crop, crop), interpolation=way) for plane in tile])
        shift = np.array([*origin_xy, *origin_xy], np.float32)
        scale = np.array([crop / side for side in side_wh * 2], np.float32)
        seen = [(spot, (spot.box - shift) * scale) for spot in spots]
        if not self.plain:
            tile, seen = augment(tile, seen, self.recipe, rng)
        verified = self.pages[page].sample.is_verified
        return Crop(np.ascontiguousarray(tile), *targets(seen, self.recipe, verified))

    def _asked(self, spot: Spot, extras: Sequence[fresh.Extra]) -> Spot:
        """The spot, of which the network may say what it likes where harmless things hide it."""
        hidden = spot.teaches and fresh.buried(self.pages[spot.page], extras, spot.box)
        return replace(spot, teaches=False) if hidden else spot

    def _squeeze(self, rng: np.random.Generator) -> float:
        """How many times more of the scan a crop shows along x than along y, 1 or more."""
        if self.plain or not self.recipe.squeeze or rng.random() < 0.5:
            return 1.0
        return float(np.exp(rng.uniform(0, -np.log1p(-self.recipe.squeeze))))

    def _fresh(self, rng: np.random.Generator) -> Article | None:
        """An article of its own for a share of the crops, in one of the pages that have room for one."""
        if self.plain or not self.room or rng.random() >= self.recipe.fresh_share:
            return None
        page = self.room[rng.integers(len(self.room))]
        put = fresh.put(self.pages[page], self.recipe.fresh_kinds, self.recipe.pitch_mm, rng)
        if put is None:
            return None
        label = Label(put.kind, 0, (0.0, 0.0, 0.0, 0.0), cnr=put.cnr)
        return Article(put, page, Spot(page, label, put.box, _visible(label, self.recipe)))

    def _oddments(
        self, page: int, origin_xy: tuple[int, int], side_wh: tuple[int, int], rng: np.random.Generator
    ) -> list[fresh.Extra]:
        """Harmless things for a share of the crops, in pages with room (`fresh.has_room`)."""
        share = self.recipe.oddment_share
        if self.plain or not share or rng.random() >= share or not fresh.has_room(self.pages[page]):
            return []
        return fresh.oddments(self.pages[page], self.recipe.pitch_mm, origin_xy, side_wh, rng)

    def _place(self, rng: np.random.Generator) -> tuple[int, Floats | None]:
        """Which page, and a box that the crop must show: an object, a rejected region, or None for anywhere.

        Anywhere is in a verified scan: of another one, only the labelled boxes teach.
        """
        chance = rng.random()
        spot = None
        if chance < self.recipe.object_share:
            by_kind = self.new if self.new and (not self.old or rng.random() < self.recipe.new_share) else self.old
            kinds = sorted(by_kind)
            spots = by_kind[kinds[rng.integers(len(kinds))]]
            spot = spots[rng.integers(len(spots))]
        elif self.rejected and chance < self.recipe.object_share + self.recipe.rejected_share:
            spot = self.rejected[rng.integers(len(self.rejected))]
        if spot is None and self.verified:
            return self.verified[rng.integers(len(self.verified))], None
        if spot is None:
            every = [one for spots in self.spots for one in spots]
            spot = every[rng.integers(len(every))]
        return spot.page, spot.box


def targets(
    seen: Sequence[tuple[Spot, Floats]], recipe: Recipe, verified: bool = True
) -> tuple[Floats, Floats, Floats, Floats]:
    """(heat, care, ltrb, weight) for the boxes of a crop, in crop pixels; boxes that reach outside are clipped.

    verified: whether nothing lies beside the boxes. Where nobody knows, only the boxes count: confirmed and rejected.
    The bell follows TTFNet (Liu et al., 2020) with a wider spread, SPREAD of the half axes and at least LEAST_SPREAD
    cells; small objects win where boxes overlap.
    """
    cells = recipe.crop_px // STRIDE
    heat = np.zeros((len(recipe.classes), cells, cells), np.float32)
    care = np.full((1, cells, cells), verified, np.float32)
    ltrb = np.ones((4, cells, cells), np.float32)
    weight = np.zeros((1, cells, cells), np.float32)
    middle = (np.arange(cells, dtype=np.float32) + 0.5) * STRIDE
    x, y = middle[None, :], middle[:, None]
    for spot, box in sorted(seen, key=lambda pair: -_area(pair[1])):
        clipped = np.clip(box, 0, recipe.crop_px)
        if _area(clipped) <= 0:
            continue
        x1, y1, x2, y2 = (float(edge) for edge in clipped)
        inside = (x > x1 - STRIDE) & (x < x2 + STRIDE) & (y > y1 - STRIDE) & (y < y2 + STRIDE)
        if spot.label.role is Role.REJECTED:
            if not verified:
                care[0][inside] = 1
            continue
        if not spot.teaches or _area(clipped) < recipe.ignore_visible_below * _area(box):
            care[0][inside & (heat.max(axis=0) < 1)] = 0
            continue
        if not verified:
            care[0][inside] = 1
        column = min(int((x1 + x2) / 2 / STRIDE), cells - 1)
        row = min(int((y1 + y2) / 2 / STRIDE), cells - 1)
        spread_x, spread_y = (max(SPREAD * (side / 2), LEAST_SPREAD * STRIDE) for side in (x2 - x1, y2 - y1))
        bell = np.exp(-(((x - middle[column]) / spread_x) ** 2 + ((y - middle[row]) / spread_y) ** 2) / 2)
        plane = heat[recipe.classes.index(spot.label.kind)]
        np.maximum(plane, bell, out=plane)
        care[0, row, column] = 1
        core = bell >= CORE
        distances = np.broadcast_arrays(x - x1, y - y1, x2 - x, y2 - y)
        ltrb[:, core] = np.maximum(np.stack(distances)[:, core], 1)
        weight[0][core] = bell[core] / bell[core].sum()
    return heat, care, ltrb, weight


def augment(
    tile: Floats, seen: list[tuple[Spot, Floats]], recipe: Recipe, rng: np.random.Generator
) -> tuple[Floats, list[tuple[Spot, Floats]]]:
    """Flip left to right, blur, change gain and offset of the attenuation, add noise, take the second energy away."""
    tile = tile.copy()
    if rng.random() < 0.5:
        tile = tile[:, :, ::-1]
        width = np.float32(recipe.crop_px)
        seen = [(spot, np.array([width - b[2], b[1], width - b[0], b[3]], np.float32)) for spot, b in seen]
    if recipe.blur and rng.random() < 0.5:
        sigma = max(rng.uniform(0, recipe.blur), 0.1)
        tile = np.stack([cv2.GaussianBlur(plane, (0, 0), sigma) for plane in tile])
    gain = np.float32(np.exp(rng.normal(0, recipe.gain)))
    tile[:2] *= gain
    tile[0] = np.maximum(tile[0] + np.float32(rng.normal(0, recipe.gain / 8)), 0)
    noise = rng.standard_normal(tile.shape[1:], np.float32) * np.float32(rng.uniform(0, recipe.noise))
    per_contrast = np.abs(tile[2]).mean() / (np.abs(tile[1]).mean() + 1e-3)
    for channel, scale in enumerate((0.25, 1.0, min(float(per_contrast), 5.0))):
        tile[channel] += noise * np.float32(scale)
    if rng.random() < recipe.single_energy_share:
        tile[3] = 0
    return tile, seen


def _spots(number: int, page: Page, recipe: Recipe) -> list[Spot]:
    labels = [label for label in page.sample.labels if label.view == page.view and label.kind in recipe.classes]
    boxes = pixels.to_input(np.array([label.box for label in labels], np.float32).reshape(-1, 4), (0, 0), page.planes)
    return [Spot(number, label, box, teaches=_visible(label, recipe)) for label, box in zip(labels, boxes, strict=True)]


def _visible(label: Label, recipe: Recipe) -> bool:
    bright = label.cnr is None or label.cnr >= recipe.ignore_cnr_below
    return bright and label.hidden_fraction <= recipe.ignore_hidden_above


def _origin(
    size_wh: tuple[int, int], side_wh: tuple[int, int], box: Floats | None, rng: np.random.Generator
) -> tuple[int, int]:
    """Upper left corner of a crop that shows most of the box, or lies anywhere; not far outside the planes."""
    origin = []
    for axis, (length, side) in enumerate(zip(size_wh, side_wh, strict=True)):
        lowest, highest = min(0, length - side) - SLACK_PX, max(0, length - side) + SLACK_PX
        if box is None:
            wish = rng.uniform(lowest, highest)
        else:
            margin = float(np.clip(0.4 * (box[axis + 2] - box[axis]) / side, 0.1, 0.5))
            wish = (box[axis] + box[axis + 2]) / 2 - side * rng.uniform(margin, 1 - margin)
        origin.append(int(np.clip(round(wish), lowest, highest)))
    return origin[0], origin[1]


def _area(box: Floats) -> float:
    return float(max(box[2] - box[0], 0) * max(box[3] - box[1], 0))
