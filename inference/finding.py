"""From a scan to findings, whatever runs the network: the one road of serving, examinations and the parity gate."""

import logging
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cargoscope import pixels
from cargoscope.detections import Detections
from cargoscope.inference.far_look import from_farther
from cargoscope.inference.second_look import Run
from cargoscope.inference.tiling import Box, Strip, centred_in, strips
from cargoscope.models.card import ModelCard
from cargoscope.models.decode import decode, merge
from cargoscope.scan import Scan, View

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
Zones = Sequence[Sequence[Box]]
"""Boxes for each view of a scan, in its pixels."""

SLACK_CELLS = 2
"""How far, in cells of the map, a tile answers beyond its own part. Two tiles see one object at centres that differ by
a little; without slack, each could leave it to the other. `merge` then drops the double."""


def candidates(
    scan: Scan,
    card: ModelCard,
    run: Run,
    thresholds: Floats,
    batch: int = 1,
    zones: Zones | None = None,
    again_above: float | None = None,
) -> Detections:
    """What every tile answers for, with the doubles of neighbouring tiles still in it. thresholds: (K,).

    batch: tiles that run takes at once; the last batch is filled up with air, so that all have one shape. Boxes are
    clipped to the view; one that lies outside of it, in the air that fills up a tile, is dropped. again_above: score
    from which a model with a far pitch looks again from farther away; None: it does not.
    """
    asked = thresholds if again_above is None else np.minimum(thresholds, np.float32(again_above))
    parts = [Detections.none(card.classes)]
    for index, view in enumerate(scan.views):
        _warn_of_unknown_pitch(scan, view)
        zone = None if zones is None else zones[index]
        of_view = [Detections.none(card.classes)]
        for strip in strips(view, card, zone):
            of_view += _in_strip(scan, index, strip, card, run, asked, batch)
        found = joined(of_view)
        if again_above is not None:
            where = f"scan {scan.scan_id}, view {view.name!r}"
            found = from_farther(found, view, card, run, again_above, batch, where, zone)
        parts.append(found.where(found.scores >= thresholds[found.class_ids]))
    return joined(parts)


def _in_strip(
    scan: Scan, index: int, strip: Strip, card: ModelCard, run: Run, thresholds: Floats, batch: int
) -> list[Detections]:
    whole = scan.views[index]
    planes = pixels.to_planes(strip.view, card.pitch_mm)
    tiles = np.empty((batch, len(pixels.CHANNELS), *card.input_hw), np.float32)
    found = []
    for first in range(0, len(strip.origins), batch):
        origins = strip.origins[first : first + batch]
        for tile, origin_xy in zip(tiles, origins, strict=False):
            pixels.cut_into(tile, planes, origin_xy)
        tiles[len(origins) :] = 0
        where = f"scan {scan.scan_id}, view {whole.name!r}, column {strip.first_column}, tiles at {list(origins)}"
        heat, ltrb = run(tiles, where)
        for number, origin_xy in enumerate(origins):
            boxes_input, scores, class_ids = decode(heat[number], ltrb[number], card.stride, thresholds)
            own = centred_in(boxes_input, strip.parts[first + number], SLACK_CELLS * card.stride)
            boxes = strip.in_view(boxes_input, origin_xy, planes, whole)
            keep = own & (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
            views = np.full(len(scores), index, np.int32)
            found.append(Detections(boxes[keep], views[keep], scores[keep], class_ids[keep], card.classes))
    return found


def joined(parts: Sequence[Detections]) -> Detections:
    """All rows, in the order of the parts, which are of the same classes."""
    return Detections(
        boxes=np.concatenate([one.boxes for one in parts]),
        view=np.concatenate([one.view for one in parts]),
        scores=np.concatenate([one.scores for one in parts]),
        class_ids=np.concatenate([one.class_ids for one in parts]),
        classes=parts[0].classes,
    )


def merged(found: Detections) -> Detections:
    """One detection per object and view, best first."""
    kept = [np.zeros(0, np.intp)]
    for view in np.unique(found.view):
        rows = np.flatnonzero(found.view == view)
        kept.append(rows[merge(found.boxes[rows], found.scores[rows], found.class_ids[rows])])
    rows = np.concatenate(kept)
    return found.where(rows[np.argsort(-found.scores[rows], kind="stable")])


def _warn_of_unknown_pitch(scan: Scan, view: View) -> None:
    if view.pitch_mm is None:
        log.warning(
            "scan %s, view %r: the pixel pitch is unknown, %s mm is assumed; sizes may be off",
            scan.scan_id, view.name, pixels.ASSUMED_PITCH_MM,
        )  # fmt: skip
