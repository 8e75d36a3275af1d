"""The picture that an officer is shown after a test: the part that matters, what was there and what was marked."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.scan import View

Box = tuple[float, float, float, float]

WIDTH: Final = 960
HEIGHT: Final = 420
THERE: Final = (140, 181, 99)
MARKED: Final = (78, 166, 217)
"""BGR: the green of what is there, the amber of what was marked."""

DEEPEST: Final = 6.0
"""Attenuation that is drawn black."""


def picture(view: View, there: Sequence[Box], marked: Sequence[Box]) -> bytes:
    """PNG of at most WIDTH x HEIGHT: the surroundings of what was there, or all of the view where nothing was.

    What was there has a full frame, what was marked a dashed one: not told by colour alone.
    """
    left, top, right, bottom = _window(view.size_wh, there)
    plane = view.pixels[0][top:bottom, left:right].astype(np.float32) / view.open_beam[0]
    depth = np.clip(-np.log(np.maximum(plane, 1e-4)) / DEEPEST, 0, 1)
    grey = np.rint(255 * (1 - depth**0.6)).astype(np.uint8)
    scale = min(WIDTH / grey.shape[1], HEIGHT / grey.shape[0])
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    shown = cv2.cvtColor(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), cv2.COLOR_GRAY2BGR)

    def corners(box: Box, grown: int) -> tuple[int, int, int, int]:
        x1, y1, x2, y2 = box
        at = ((x1 - left) * scale, (y1 - top) * scale, (x2 - left) * scale, (y2 - top) * scale)
        return round(at[0]) - grown, round(at[1]) - grown, round(at[2]) + grown, round(at[3]) + grown

    for box in there:
        x1, y1, x2, y2 = corners(box, 4)
        cv2.rectangle(shown, (x1, y1), (x2, y2), THERE, 2, cv2.LINE_AA)
    for box in marked:
        _dashed(shown, corners(box, 8))
    done, packed = cv2.imencode(".png", shown)
    assert done
    return packed.tobytes()


def _window(size_wh: tuple[int, int], there: Sequence[Box]) -> tuple[int, int, int, int]:
    """left, top, right, bottom: five times as large as what was there, at least a quarter of the view."""
    width, height = size_wh
    if not there:
        return 0, 0, width, height
    x1, y1 = min(box[0] for box in there), min(box[1] for box in there)
    x2, y2 = max(box[2] for box in there), max(box[3] for box in there)
    high = min(height, max((y2 - y1) * 5, height / 2, (x2 - x1) * 5 * HEIGHT / WIDTH))
    wide = min(width, max(high * WIDTH / HEIGHT, (x2 - x1) * 1.5))
    left = int(np.clip((x1 + x2) / 2 - wide / 2, 0, width - wide))
    top = int(np.clip((y1 + y2) / 2 - high / 2, 0, height - high))
    return left, top, left + int(wide), top + int(high)


def _dashed(shown: npt.NDArray[np.uint8], corners: tuple[int, int, int, int]) -> None:
    x1, y1, x2, y2 = corners
    for x in range(x1, x2, 12):
        for y in (y1, y2):
            cv2.line(shown, (x, y), (min(x + 7, x2), y), MARKED, 2)
    for y in range(y1, y2, 12):
        for x in (x1, x2):
            cv2.line(shown, (x, y), (x, min(y + 7, y2)), MARKED, 2)
