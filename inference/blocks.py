"""A block of columns as one binary message of a stream: see docs/service.md."""

import struct
from typing import Final

import numpy as np
import numpy.typing as npt

HEADER: Final = struct.Struct("<BIH")
"""View index, first column, number of columns. Then uint16 little-endian (energies, H, columns)."""


def pack(view: int, first: int, pixels: npt.NDArray[np.uint16]) -> bytes:
    """Columns `first` onwards of a view, (energies, H, columns), as a message."""
    return HEADER.pack(view, first, pixels.shape[2]) + pixels.astype("<u2").tobytes()
