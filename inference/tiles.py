"""Tiles of a view for deep zoom: raw 16-bit planes, so that the browser does window, level and colour itself."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from cargoscope.errors import NotFoundError
from cargoscope.scan import Scan

TILE_SIZE: Final = 512

Planes16 = npt.NDArray[np.uint16]


class Source(Protocol):
    """Where scans come from: the archive, or the case library."""

    def open_scan(self, scan_id: str, /) -> Scan: ...


def n_levels(size_wh: tuple[int, int]) -> int:
    """Levels of the pyramid as Deep Zoom counts them: level 0 is one pixel, the last one full size."""
    return (max(size_wh) - 1).bit_length() + 1


def halved(planes: Planes16) -> Planes16:
    """Half as wide and high, rounded up, by the mean of 2×2 pixels (of what there is at an odd edge)."""
    _, height, width = planes.shape
    even = np.pad(planes, ((0, 0), (0, height % 2), (0, width % 2)), mode="edge")
    total = even[:, 0::2, 0::2].astype(np.uint32)
    for rows, columns in ((0, 1), (1, 0), (1, 1)):
        total += even[:, rows::2, columns::2]
    return ((total + 2) // 4).astype(np.uint16)


def pyramid(planes: Planes16) -> list[Planes16]:
    """All levels of (energies, H, W), one pixel first, full size last."""
    levels = [planes]
    while max(levels[-1].shape[1:]) > 1:
        levels.append(halved(levels[-1]))
    return levels[::-1]


def tile(levels: Sequence[Planes16], level: int, column: int, row: int) -> Planes16:
    """One tile (energies, h, w), smaller at the right and lower edge; NotFoundError outside of the pyramid."""
    if not 0 <= level < len(levels):
        raise NotFoundError(f"level must be 0..{len(levels) - 1}, got {level}")
    planes = levels[level]
    x, y = column * TILE_SIZE, row * TILE_SIZE
    if not (0 <= x < planes.shape[2] and 0 <= y < planes.shape[1]):
        raise NotFoundError(f"level {level} is {planes.shape[2]}×{planes.shape[1]}, it has no tile {column}_{row}")
    return planes[:, y : y + TILE_SIZE, x : x + TILE_SIZE]


class Pyramids:
    """The pyramids of the views that were looked at last, within max_bytes of memory (at least one stays)."""

    def __init__(self, source: Source, max_bytes: int) -> None:
        self.source = source
        self.max_bytes = max_bytes
        self._held: OrderedDict[tuple[str, int], list[Planes16]] = OrderedDict()
        self.held_bytes = 0
        self._lock = threading.Lock()
        self._building = threading.Lock()

    def get(self, scan_id: str, view: int) -> list[Planes16]:
        """The pyramid of one view; NotFoundError where there is no such scan or view."""
        found = self._get(scan_id, view)
        if found is not None:
            return found
        with self._building:
            found = self._get(scan_id, view)
            if found is None:
                found = self._build(scan_id, view)
        return found

    def _get(self, scan_id: str, view: int) -> list[Planes16] | None:
        with self._lock:
            found = self._held.get((scan_id, view))
            if found is not None:
                self._held.move_to_end((scan_id, view))
            return found

    def _build(self, scan_id: str, view: int) -> list[Planes16]:
        views = self.source.open_scan(scan_id).views
        if not 0 <= view < len(views):
            raise NotFoundError(f"scan {scan_id} has views 0..{len(views) - 1}, got {view}")
        levels = pyramid(views[view].pixels)
        with self._lock:
            self._held[scan_id, view] = levels
            self.held_bytes += sum(level.nbytes for level in levels)
            while self.held_bytes > self.max_bytes and len(self._held) > 1:
                _, dropped = self._held.popitem(last=False)
                self.held_bytes -= sum(level.nbytes for level in dropped)
        return levels
