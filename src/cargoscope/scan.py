"""What a scanner delivered: a scan and its views, before anybody looked at it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from cargoscope.errors import ScanError

SCAN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
"""What an id of a scan or a station may look like: it names files and appears in addresses."""


@dataclass(frozen=True, eq=False)
class View:
    """One projection of the container.

    pixels: (energies, H, W) uint16, dark-subtracted, proportional to transmitted intensity; row 0 is the top.
    energies: one label per plane, the highest energy first, such as ("6MV", "4MV").
    open_beam: intensity of unattenuated beam per plane, 1..65535.
    pitch_mm: (along travel = x, across = y) millimetres at the container per pixel; None where nobody knows.
    bits: bits of intensity the source really had (8 for a JPEG), though pixels always span 16.
    """

    pixels: npt.NDArray[np.uint16]
    energies: tuple[str, ...]
    open_beam: tuple[int, ...]
    pitch_mm: tuple[float, float] | None = None
    name: str = "side"
    bits: int = 16

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint16 or self.pixels.ndim != 3 or 0 in self.pixels.shape:
            raise ScanError(
                f"view {self.name!r}: pixels must be (energies, H, W) uint16 and not empty, "
                f"got {self.pixels.shape} {self.pixels.dtype}"
            )
        planes = self.pixels.shape[0]
        if not (len(self.energies) == len(self.open_beam) == planes):
            raise ScanError(
                f"view {self.name!r}: {planes} planes need as many energies and open-beam levels, "
                f"got {len(self.energies)} and {len(self.open_beam)}"
            )
        if len(set(self.energies)) != planes:
            raise ScanError(f"view {self.name!r}: energies must differ, got {self.energies}")
        for level in self.open_beam:
            if not 1 <= level <= 65535:
                raise ScanError(f"view {self.name!r}: open beam must be 1..65535, got {level}")
        if self.pitch_mm is not None and not all(0.05 <= p <= 100 for p in self.pitch_mm):
            raise ScanError(f"view {self.name!r}: pitch must be 0.05..100 mm, got {self.pitch_mm}")
        if not 8 <= self.bits <= 16:
            raise ScanError(f"view {self.name!r}: bits must be 8..16, got {self.bits}")

    @property
    def size_wh(self) -> tuple[int, int]:
        return self.pixels.shape[2], self.pixels.shape[1]


@dataclass(frozen=True, eq=False)
class Scan:
    """One pass of one container or vehicle: one or more views. taken_at carries a time zone."""

    scan_id: str
    taken_at: datetime
    station_id: str
    views: tuple[View, ...]

    def __post_init__(self) -> None:
        for field, value in (("scan_id", self.scan_id), ("station_id", self.station_id)):
            if not SCAN_ID.fullmatch(value):
                raise ScanError(f"{field} must be 1..128 letters, digits, '.', '_' or '-', got {value[:140]!r}")
        if self.taken_at.tzinfo is None:
            raise ScanError(f"scan {self.scan_id}: taken_at must carry a time zone, got {self.taken_at}")
        try:
            self.taken_at.astimezone(UTC)
        except OverflowError as error:
            raise ScanError(f"scan {self.scan_id}: taken_at {self.taken_at} cannot be told in UTC") from error
        if not self.views:
            raise ScanError(f"scan {self.scan_id}: at least one view, got none")
        names = [view.name for view in self.views]
        if len(set(names)) != len(names):
            raise ScanError(f"scan {self.scan_id}: view names must differ, got {names}")
