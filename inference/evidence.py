"""Why a region was proposed: which of its pixels the model's score hangs on, by taking them away one patch at a time.

Occlusion (Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014): a patch of the scan is
replaced by what its surroundings suggest, the model looks again, and the fall of its score is what the patch was worth:
the fall of the logarithm of its odds, for a score near 1 hardly moves whatever is taken away.
The patches are replaced in the scanner's own intensities, so that every channel of the model's input follows.

What it does not say: that the model is right, nor what several patches do together. A region whose patches are all
worth little may hang on its whole shape; `without` tells what the score is when all of it is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope import pixels
from cargoscope.detections import Finding
from cargoscope.errors import NotFoundError
from cargoscope.inference.far_look import SHARE
from cargoscope.inference.second_look import mean_logit
from cargoscope.models.card import ModelCard
from cargoscope.scan import View

Floats = npt.NDArray[np.float32]
Patch = tuple[int, int, int, int]

PATCHES: Final = 36
"""How many patches a region falls into at most; each costs one look of the model, two where it looks from far too."""

GROWN: Final = 0.25
"""Surroundings that are looked at too, as a share of the region to each side: what lies beside it may have told."""

INPAINT_RADIUS: Final = 3


@runtime_checkable
class Seer(Protocol):
    """What evidence is asked of: `cargoscope.inference.engine.Engine`."""

    @property
    def card(self) -> ModelCard: ...
    def heat(self, tile: Floats, where: str) -> Floats: ...


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a region's score hangs on.

    box: of the patches together, x1 y1 x2 y2 in pixels of the view. worth: (rows, columns) fall of the score's
    log-odds when that patch is gone, negative where it spoke against. score: the network's, of the region in a tile
    centred on it, which may differ a little from the finding's own, and is not weighed by the zone. without: the score
    when all patches are gone.
    heat: (h, w) the model's own map for the kind over heat_box, 0..1.
    """

    box: tuple[float, float, float, float]
    worth: Floats
    score: float
    without: float
    heat: Floats
    heat_box: tuple[float, float, float, float]


def evidence(seer: Seer, view: View, finding: Finding, where: str) -> Evidence:
    """Looks at one region again, patch by patch. NotFoundError for a kind that the model does not know.

    What counts is the highest score of the whole region, from nearby and, of a model with a far pitch, always from
    farther away too; a finding's own is that of its centre, and of the near looks alone where they see little.
    """
    card = seer.card
    if finding.kind not in card.classes:
        raise NotFoundError(f"{where}: model {card.name} knows no {finding.kind!r}")
    row = card.classes.index(finding.kind)
    near, offset = _neighbourhood(view, finding, card)
    box = (np.array(finding.box) - [*offset, *offset]).astype(np.float32)
    x1, y1, x2, y2 = _grown(box, near.size_wh)
    gone = np.stack([_filled(plane, (x1, y1, x2, y2)) for plane in near.pixels])
    region = _Region(seer, near, box, row, where)
    score = region.score(near.pixels)
    patches = list(_grid(x1, y1, x2, y2))
    rows, columns = len({patch[1] for patch in patches}), len({patch[0] for patch in patches})
    worth = [_log_odds(score) - _log_odds(region.score(_replaced(near.pixels, gone, patch))) for patch in patches]
    without = region.score(_replaced(near.pixels, gone, (x1, y1, x2, y2)))
    heat, heat_box = region.near.around()
    dx, dy = offset
    return Evidence(
        (x1 + dx, y1 + dy, x2 + dx, y2 + dy),
        np.array(worth, np.float32).reshape(rows, columns),
        score,
        without,
        heat,
        (heat_box[0] + dx, heat_box[1] + dy, heat_box[2] + dx, heat_box[3] + dy),
    )


class _Sight:
    """The tile of the model at one pitch that is centred on a region of a view."""

    def __init__(self, seer: Seer, view: View, box: Floats, row: int, where: str, pitch_mm: float) -> None:
        self.seer, self.view, self.row, self.where, self.pitch_mm = seer, view, row, where, pitch_mm
        self.planes = pixels.to_planes(view, pitch_mm)
        height, width = seer.card.input_hw
        scale = np.array(self.planes.pixels_per_px_xy)
        centre = (box[:2] + box[2:]) / 2 / scale
        self.origin = (round(float(centre[0]) - width / 2), round(float(centre[1]) - height / 2))
        self.box_input = pixels.to_input(box[None], self.origin, self.planes)[0]
        self.first: Floats | None = None

    def score(self, intensities: npt.NDArray[np.uint16]) -> Floats:
        """The highest score of the kind in the region, one cell of slack to each side."""
        planes = pixels.to_planes(replace(self.view, pixels=intensities), self.pitch_mm)
        heat = self.seer.heat(pixels.cut(planes, self.origin, self.seer.card.input_hw), self.where)[self.row]
        if self.first is None:
            self.first = heat
        x1, y1, x2, y2 = self._cells(self.box_input, 1)
        return np.asarray(heat[y1:y2, x1:x2].max())

    def around(self) -> tuple[Floats, tuple[float, float, float, float]]:
        """The map of the first look over the region and as much again to each side, and its box in the view."""
        assert self.first is not None
        x1, y1, x2, y2 = self.box_input
        wide, high = (x2 - x1) / 2, (y2 - y1) / 2
        cells = self._cells(np.array([x1 - wide, y1 - high, x2 + wide, y2 + high], np.float32), 1)
        stride = self.seer.card.stride
        corner = (np.array(cells, np.float32) * stride)[None]
        scale, shift = self.planes.pixels_per_px_xy, self.origin
        a, b, c, d = ((float(value) + shift[axis % 2]) * scale[axis % 2] for axis, value in enumerate(corner[0]))
        return self.first[cells[1] : cells[3], cells[0] : cells[2]], (a, b, c, d)

    def _cells(self, box_input: Floats, slack: int) -> Patch:
        """The cells of the map that a box touches."""
        height, width = (side // self.seer.card.stride for side in self.seer.card.input_hw)
        low = np.floor(box_input[:2] / self.seer.card.stride).astype(int) - slack
        high = np.ceil(box_input[2:] / self.seer.card.stride).astype(int) + slack
        x1, y1 = max(0, min(int(low[0]), width - 1)), max(0, min(int(low[1]), height - 1))
        return x1, y1, max(x1 + 1, min(int(high[0]), width)), max(y1 + 1, min(int(high[1]), height))


class _Region:
    """A region as the model scores it: from nearby, and from farther away where the model looks again from there."""

    def __init__(self, seer: Seer, view: View, box: Floats, row: int, where: str) -> None:
        card = seer.card
        self.near = _Sight(seer, view, box, row, where, card.pitch_mm)
        self.far = None if card.far_pitch_mm is None else _Sight(seer, view, box, row, where, card.far_pitch_mm)

    def score(self, intensities: npt.NDArray[np.uint16]) -> float:
        near = self.near.score(intensities)
        return float(near if self.far is None else mean_logit(near, self.far.score(intensities), SHARE))


def _log_odds(score: float) -> float:
    """Of a score that is kept away from 0 and 1, where a float ends before the odds do."""
    kept = min(max(score, 1e-6), 1 - 1e-6)
    return float(np.log(kept / (1 - kept)))


def _neighbourhood(view: View, finding: Finding, card: ModelCard) -> tuple[View, tuple[int, int]]:
    """The part of a view that the tiles round a finding can see, and where its corner lies."""
    pitch = view.pitch_mm or (pixels.ASSUMED_PITCH_MM,) * 2
    x1, y1, x2, y2 = finding.box
    coarsest = card.far_pitch_mm or card.pitch_mm
    reach = [(side * coarsest / 2 + pixels.WINDOW_MM / 2) for side in card.input_hw[::-1]]
    width, height = view.size_wh
    left = max(0, int((x1 + x2) / 2 - reach[0] / pitch[0]))
    right = min(width, int((x1 + x2) / 2 + reach[0] / pitch[0]) + 1)
    top = max(0, int((y1 + y2) / 2 - reach[1] / pitch[1]))
    bottom = min(height, int((y1 + y2) / 2 + reach[1] / pitch[1]) + 1)
    return replace(view, pixels=view.pixels[:, top:bottom, left:right]), (left, top)


def _grown(box: Floats, size_wh: tuple[int, int]) -> Patch:
    """Whole pixels of a box with its surroundings, within the picture."""
    x1, y1, x2, y2 = (float(edge) for edge in box)
    wide, high = GROWN * (x2 - x1), GROWN * (y2 - y1)
    width, height = size_wh
    left, top = max(0, int(x1 - wide)), max(0, int(y1 - high))
    return left, top, min(width, max(left + 1, int(x2 + wide + 1))), min(height, max(top + 1, int(y2 + high + 1)))


def _grid(x1: int, y1: int, x2: int, y2: int) -> Iterator[Patch]:
    """Patches of about the same size, about square, row by row."""
    width, height = x2 - x1, y2 - y1
    side = max(1.0, (width * height / PATCHES) ** 0.5)
    columns = max(1, min(width, PATCHES, int(width / side)))
    rows = max(1, min(height, PATCHES // columns, round(height / side)))
    across = np.linspace(x1, x2, columns + 1).round().astype(int)
    down = np.linspace(y1, y2, rows + 1).round().astype(int)
    for row in range(rows):
        for column in range(columns):
            yield int(across[column]), int(down[row]), int(across[column + 1]), int(down[row + 1])


def _filled(plane: npt.NDArray[np.uint16], patch: Patch) -> npt.NDArray[np.uint16]:
    """The plane with a patch filled from its rim (Telea's method, on the logarithm: goods add up there)."""
    x1, y1, x2, y2 = patch
    rim = INPAINT_RADIUS + 2
    top, left = max(0, y1 - rim), max(0, x1 - rim)
    near = np.log(np.maximum(plane[top : y2 + rim, left : x2 + rim], 1)).astype(np.float32)
    mask = np.zeros(near.shape, np.uint8)
    mask[y1 - top : y2 - top, x1 - left : x2 - left] = 1
    if mask.all():
        return np.full_like(plane, np.median(plane))
    filled = plane.copy()
    painted = cv2.inpaint(near, mask, INPAINT_RADIUS, cv2.INPAINT_TELEA)
    filled[top : y2 + rim, left : x2 + rim] = np.exp(np.clip(painted, 0, 11.09)).round()
    return filled


def _replaced(
    intensities: npt.NDArray[np.uint16], gone: npt.NDArray[np.uint16], patch: Patch
) -> npt.NDArray[np.uint16]:
    x1, y1, x2, y2 = patch
    changed = intensities.copy()
    changed[:, y1:y2, x1:x2] = gone[:, y1:y2, x1:x2]
    return changed
