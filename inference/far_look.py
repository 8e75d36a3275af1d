"""A look from farther away at what was found: the network once more, at a coarser pitch, where it saw something.

Whatever is larger in the scan than its pitch says, as things near the source are, is nearer there to what the network
learnt, and more of what it belongs to is in sight.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from cargoscope import pixels
from cargoscope.detections import Detections
from cargoscope.inference.second_look import Run, mean_logit
from cargoscope.inference.tiling import Box, Strip, centred_in, strips
from cargoscope.models.card import ModelCard
from cargoscope.scan import View

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

AROUND_CELLS: Final = 1
"""How far from the cell of a box's centre its score is looked for: a centre lies otherwise in coarser cells."""

SHARE: Final = 1 / 3
"""Of this look in the mean: one of three, as the model looks twice from nearby."""

SEAM_PX: Final = 2
"""How far a tile answers beyond its own part: strips round their columns each in its way, and without it a centre on a
seam of two could be left to the other by both."""


def from_farther(
    found: Detections,
    view: View,
    card: ModelCard,
    run: Run,
    above: float,
    batch: int,
    where: str,
    zones: Sequence[Box] | None = None,
) -> Detections:
    """The findings of one view; each of a score of `above` and more gets the mean logit of it and, with a weight of
    SHARE, of the highest that run gives its kind at its centre (AROUND_CELLS) in a tile at card.far_pitch_mm. A run
    that looks at tiles twice where it sees something does so from farther away as well.

    The tiles are those that the whole view would be cut into at that pitch, so no finding's score hangs on the others.
    Only those that hold the centre of such a finding are looked at, `batch` at once.
    """
    if card.far_pitch_mm is None:
        return found
    far = replace(card, pitch_mm=card.far_pitch_mm, far_pitch_mm=None)
    pitch_xy = view.pitch_mm or (pixels.ASSUMED_PITCH_MM, pixels.ASSUMED_PITCH_MM)
    scores = found.scores.copy()
    rest = found.scores >= above
    for strip in strips(view, far, zones) if rest.any() else ():
        held = _held(found.boxes, rest, strip, np.array(pitch_xy) / far.pitch_mm, far)
        if not held:
            continue
        planes = pixels.to_planes(strip.view, far.pitch_mm)
        shift = np.array([strip.first_column, 0, strip.first_column, 0], np.float32)
        for first in range(0, len(held), batch):
            tiles = np.zeros((batch, len(pixels.CHANNELS), *far.input_hw), np.float32)
            some = held[first : first + batch]
            for tile, (origin_xy, _) in zip(tiles, some, strict=False):
                pixels.cut_into(tile, planes, origin_xy)
            heat, _ = run(tiles, f"{where}, from farther away, tiles at {[origin_xy for origin_xy, _ in some]}")
            for answer, (origin_xy, rows) in zip(heat, some, strict=False):
                boxes_input = pixels.to_input(found.boxes[rows] - shift, origin_xy, planes)
                seen = _at_centres(answer, boxes_input, found.class_ids[rows], far.stride)
                scores[rows] = mean_logit(found.scores[rows], seen, SHARE)
    return replace(found, scores=scores)


def _held(
    boxes: Floats, rest: npt.NDArray[np.bool_], strip: Strip, scale_xy: npt.NDArray[np.float64], far: ModelCard
) -> list[tuple[tuple[int, int], Indices]]:
    """The tiles of a strip that hold centres of the boxes in `rest`, and the rows of those; they leave `rest`."""
    height, width = far.input_hw
    held = []
    centred = (boxes - np.array([strip.first_column, 0, strip.first_column, 0])) * np.tile(scale_xy, 2)
    for (x, y), part in zip(strip.origins, strip.parts, strict=True):
        in_tile = (centred - np.array([x, y, x, y])).astype(np.float32)
        whole = np.array([0, 0, width, height], np.float32)
        rows = np.flatnonzero(rest & centred_in(in_tile, part, SEAM_PX) & centred_in(in_tile, whole, SEAM_PX))
        rest[rows] = False
        if len(rows):
            held.append(((x, y), rows))
    return held


def _at_centres(heat: Floats, boxes_input: Floats, class_ids: npt.NDArray[np.int32], stride: int) -> Floats:
    """Highest score of each box's kind at its centre and AROUND_CELLS beside it, (N,). heat: (K, h, w) of one tile."""
    _, h, w = heat.shape
    middles = np.floor((boxes_input[:, :2] + boxes_input[:, 2:]) / 2 / stride).astype(np.intp)
    beside = np.arange(-AROUND_CELLS, AROUND_CELLS + 1)
    columns, rows = (np.clip(middles[:, axis, None] + beside, 0, size - 1) for axis, size in enumerate((w, h)))
    around = heat[class_ids[:, None, None], rows[:, :, None], columns[:, None, :]]
    return np.asarray(around.max(axis=(1, 2)), np.float32)
