"""JPEG: 8 bits, grey or three equal channels."""

import struct
from typing import Final

from cargoscope.datasets.formats.decoder import decoded
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.raster import Raster
from cargoscope.errors import ScanError

FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers that begin a frame header (SOF), ITU-T T.81 table B.1."""

LONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""


def read_jpeg(data: bytes, name: str, limits: Limits) -> Raster:
    """Refused: other than 8 bits, other than 1 or 3 channels, truncated files, sizes beyond the limits.

    JPEG has no checksums: damage in the middle of the data shows as a wrong patch, which no reader can notice.
    """
    precision, height, width, channels = frame_header(data, name)
    if not width or not height:
        raise ScanError(f"{name}: a damaged JPEG file: its size is {width}×{height}")
    limits.check_size(name, width, height, channels)
    if precision != 8 or channels not in (1, 3):
        raise ScanError(
            f"{name}: a JPEG must have 8 bits and 1 or 3 channels, got {precision} bits, {channels} channels"
        )
    return decoded(data, name, "JPEG", (width, height))


def frame_header(data: bytes, name: str) -> tuple[int, int, int, int]:
    """(precision, height, width, channels), found by walking from marker to marker."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in LONE:
            at += 2
        elif marker in FRAMES and at + 10 <= len(data):
            precision, height, width, channels = struct.unpack(">BHHB", data[at + 4 : at + 10])
            return precision, height, width, channels
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise ScanError(f"{name}: a damaged JPEG file: no frame header within {len(data)} bytes")
