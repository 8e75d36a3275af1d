"""PNG: 8 or 16 bits, grey or three equal channels."""

import struct
from typing import Final

from cargoscope.datasets.formats.decoder import decoded
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.raster import Raster
from cargoscope.errors import ScanError

CHANNELS: Final = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
"""By colour type; a palette (3) becomes red, green, blue."""


def read_png(data: bytes, name: str, limits: Limits) -> Raster:
    """Refused: fewer than 8 bits, damaged or truncated files, sizes beyond the limits (read from the header)."""
    if len(data) < 33 or data[12:16] != b"IHDR":
        raise ScanError(f"{name}: a damaged PNG file: it does not begin with its header")
    width, height, depth, colour_type = struct.unpack(">IIBB", data[16:26])
    if not width or not height:
        raise ScanError(f"{name}: a damaged PNG file: its size is {width}×{height}")
    if colour_type not in CHANNELS or depth not in (8, 16):
        raise ScanError(f"{name}: a PNG must have 8 or 16 bits a sample, got {depth} (colour type {colour_type})")
    limits.check_size(name, width, height, CHANNELS[colour_type])
    return decoded(data, name, "PNG", (width, height))
