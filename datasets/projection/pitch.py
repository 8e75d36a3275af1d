"""Millimetres per pixel from the boxes of containers, whose sizes ISO 668 fixes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from cargoscope.errors import SimulationError

HEIGHTS_MM: Final = (2591.0, 2896.0)
"""Standard and high-cube containers."""

LENGTHS_MM: Final = (6058.0, 12192.0)
"""20 ft and 40 ft."""

LONG_FROM: Final = 0.56
"""Share of a picture's width from which a box is a 40-ft container's: trucks that carry one are 16 to 20 m long. On
scans of a seaport's portal it parts best those whose corrugations (45 along 40 ft, 22 along 20 ft) can be counted."""

SANE_MM: Final = (1.5, 25.0)

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Boxed:
    """A picture with the boxes (x1 y1 x2 y2, pixels) of its containers."""

    size_wh: tuple[int, int]
    boxes: tuple[Box, ...]


def read_yolo(path: Path, size_wh: tuple[int, int]) -> tuple[Box, ...]:
    """Boxes in pixels from a YOLO label file (class, centre x y, width, height as shares); names file and line."""
    width, height = size_wh
    boxes = []
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
        cells = line.split()
        if not cells:
            continue
        try:
            x, y, w, h = (float(cell) for cell in cells[1:])
        except ValueError as problem:
            raise SimulationError(
                f"{path.name}, line {number}: needs class x y width height, got {line!r}"
            ) from problem
        if not (0 < w <= 1 and 0 < h <= 1 and 0 <= x <= 1 and 0 <= y <= 1):
            raise SimulationError(f"{path.name}, line {number}: shares must be 0..1, got {line!r}")
        x1, x2 = max(0.0, (x - w / 2) * width), min(float(width), (x + w / 2) * width)
        y1, y2 = max(0.0, (y - h / 2) * height), min(float(height), (y + h / 2) * height)
        boxes.append((x1, y1, x2, y2))
    return tuple(boxes)


def row_pitch_mm(pictures: Sequence[Boxed]) -> float:
    """The pitch across travel that the pictures of one scanner share.

    Which containers are high cubes nobody says, so: the pitch for which the boxes' heights lie nearest to the two
    HEIGHTS_MM, each to its own (least absolute logarithm); of two that do, the finer, so that a container alone counts
    as standard. Refused: no box at all.
    """
    heights = np.array([box[3] - box[1] for picture in pictures for box in picture.boxes])
    if not len(heights):
        raise SimulationError("the pitch cannot be told without a container's box")
    candidates = np.exp(np.linspace(np.log(HEIGHTS_MM[0] / heights.max()), np.log(HEIGHTS_MM[1] / heights.min()), 400))
    sizes = np.abs(np.log(candidates[:, None, None] * heights[None, :, None] / np.array(HEIGHTS_MM)[None, None, :]))
    doubt = sizes.min(axis=2).mean(axis=1) + 1e-3 * np.log(candidates)
    return float(candidates[np.argmin(doubt)])


def pitch_of(picture: Boxed, shared_row_mm: float) -> tuple[float, float]:
    """(along travel, across) for one picture: the height nearest to one of HEIGHTS_MM sets the rows, the length the
    columns. Trucks pass at different speeds, so the two may differ by a factor of two."""
    rows, columns = [], []
    for x1, y1, x2, y2 in picture.boxes:
        off = [abs(np.log(shared_row_mm * (y2 - y1) / height)) for height in HEIGHTS_MM]
        tall = HEIGHTS_MM[int(np.argmin(off))]
        rows.append(tall / (y2 - y1))
        columns.append(LENGTHS_MM[(x2 - x1) / picture.size_wh[0] >= LONG_FROM] / (x2 - x1))
    pitch = float(np.mean(columns)), float(np.mean(rows))
    if not all(SANE_MM[0] <= side <= SANE_MM[1] for side in pitch):
        raise SimulationError(
            f"boxes {picture.boxes} in {picture.size_wh} pixels give a pitch of {pitch[0]:.1f} x {pitch[1]:.1f} mm, "
            f"expected {SANE_MM[0]}..{SANE_MM[1]} mm"
        )
    return pitch
