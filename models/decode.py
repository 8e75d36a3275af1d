"""From the network's two maps to boxes, and from overlapping boxes to one box per object. numpy only."""

from typing import Final

import numpy as np
import numpy.typing as npt

from cargoscope.errors import ModelError

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]

CONTAINED: Final = 0.75
"""A box of which at least this share lies inside a better box of its class is a part of that object, not another."""


def decode(
    heat: Floats, ltrb: Floats, stride: int, threshold: float | Floats
) -> tuple[Floats, Floats, npt.NDArray[np.int32]]:
    """Boxes at the local maxima (3×3) of the heat map, best first.

    heat: (K, h, w) probabilities. ltrb: (4, h, w) distances in tile pixels from the centre of the cell,
    ((i + 0.5) · stride), to the left, top, right and bottom edge. threshold: one, or one per class (K,).
    Returns boxes_input (N, 4) x1 y1 x2 y2 in tile pixels, scores (N,) and class_ids (N,), without boxes of no area.
    """
    if heat.ndim != 3 or ltrb.shape != (4, *heat.shape[1:]):
        raise ModelError(f"heat must be (K, h, w) and ltrb (4, h, w), got {heat.shape} and {ltrb.shape}")
    thresholds = np.broadcast_to(np.asarray(threshold, np.float32), (len(heat),))
    class_ids, rows, columns = np.nonzero(heat >= thresholds[:, None, None])
    peaks = _highest_around(heat, class_ids, rows, columns)
    class_ids, rows, columns = class_ids[peaks], rows[peaks], columns[peaks]
    scores = heat[class_ids, rows, columns]
    left, top, right, bottom = ltrb[:, rows, columns]
    x, y = (columns + 0.5) * stride, (rows + 0.5) * stride
    boxes_input = np.stack([x - left, y - top, x + right, y + bottom], axis=1).astype(np.float32)
    sound = (boxes_input[:, 2] > boxes_input[:, 0]) & (boxes_input[:, 3] > boxes_input[:, 1])
    order = np.argsort(-scores, kind="stable")
    order = order[sound[order]]
    return boxes_input[order], scores[order].astype(np.float32), class_ids[order].astype(np.int32)


def _highest_around(heat: Floats, class_ids: Indices, rows: Indices, columns: Indices) -> npt.NDArray[np.bool_]:
    """Whether no neighbour of each cell is higher. A cell at the edge is its own neighbour there."""
    _, h, w = heat.shape
    above_to_below = np.clip(rows + np.array([[-1], [0], [1]]), 0, h - 1)
    left_to_right = np.clip(columns + np.array([[-1], [0], [1]]), 0, w - 1)
    around = heat[class_ids, above_to_below[:, None], left_to_right]
    return np.asarray(heat[class_ids, rows, columns] >= around.max(axis=(0, 1)))


def merge(boxes: Floats, scores: Floats, class_ids: npt.NDArray[np.int32], iou: float = 0.5) -> Indices:
    """Indices of the boxes to keep, best first: of each class, no two overlap by `iou` or more (greedy).

    A box that lies mostly (CONTAINED) inside a better one of its class goes too: tiles and large objects leave such
    fragments, whose IoU with the whole is small.
    """
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    alive = np.ones(len(order), np.bool_)
    for position, index in enumerate(order):
        if not alive[position]:
            continue
        kept.append(int(index))
        later = order[position + 1 :]
        shared = intersections(boxes[index], boxes[later])
        own = _areas(boxes[later])
        union = np.maximum(own + _areas(boxes[index][None]) - shared, 1e-6)
        same = class_ids[later] == class_ids[index]
        doubled = (shared / union >= iou) | (shared / np.maximum(own, 1e-6) >= CONTAINED)
        alive[position + 1 :] &= ~(same & doubled)
    return np.array(kept, np.intp)


def intersections(box: Floats, boxes: Floats) -> Floats:
    """Areas that one box (4,) shares with each of boxes (N, 4)."""
    width = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0])
    height = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    return np.asarray(np.maximum(width, 0) * np.maximum(height, 0), np.float32)


def _areas(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.float32)
