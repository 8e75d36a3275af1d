"""PNG: 8 or 16 bits, grey or three equal channels."""

import struct
import zlib
from typing import Final

from cargoscope.datasets.formats.decoder import decoded
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.raster import Raster
from cargoscope.errors import ScanError

CHANNELS: Final = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
"""By colour type; a palette (3) becomes red, green, blue."""


def read_png(data: bytes, name: str, limits: Limits) -> Raster:
    """Refused: fewer than 8 bits, animations, sizes beyond the limits, files with a truncated or a damaged chunk."""
    if len(data) < 33 or data[8:16] != b"\0\0\0\rIHDR":
        raise ScanError(f"{name}: a damaged PNG file: it does not begin with its header")
    width, height, depth, colour_type = struct.unpack(">IIBB", data[16:26])
    if not width or not height:
        raise ScanError(f"{name}: a damaged PNG file: its size is {width}×{height}")
    if colour_type not in CHANNELS or depth not in (8, 16):
        raise ScanError(f"{name}: a PNG must have 8 or 16 bits a sample, got {depth} (colour type {colour_type})")
    limits.check_size(name, width, height, CHANNELS[colour_type])
    _check_chunks(data, name)
    return decoded(data, name, "PNG", (width, height))


def _check_chunks(data: bytes, name: str) -> None:
    """Every chunk lies inside the file and has its checksum: the decoder would reserve memory by the length alone."""
    at, kind = 8, b""
    whole = memoryview(data)
    while kind != b"IEND":
        if at + 12 > len(data):
            raise ScanError(f"{name}: a truncated PNG file: {len(data)} bytes, and no end of the picture")
        length, kind = int.from_bytes(whole[at : at + 4], "big"), bytes(whole[at + 4 : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise ScanError(f"{name}: a truncated PNG file: chunk {kind!r} goes to byte {end} of {len(data)}")
        if zlib.crc32(whole[at + 4 : end - 4]) != int.from_bytes(whole[end - 4 : end], "big"):
            raise ScanError(f"{name}: a damaged PNG file: chunk {kind!r} at byte {at} has another checksum")
        if kind == b"acTL":
            raise ScanError(f"{name}: an animated PNG; a scan is one picture")
        at = end
