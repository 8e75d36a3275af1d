"""The size of an image file, from its header alone."""

import struct
from pathlib import Path
from typing import Final

from cargoscope.datasets.formats.jpeg import frame_header
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.tiff import tiff_shape
from cargoscope.datasets.labels.files import read_bytes
from cargoscope.errors import LabelError, ScanError

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
HEAD_BYTES: Final = 1024 * 1024
"""Where a JPEG's frame header must begin; before it stand tables and remarks only."""


def image_size(path: Path) -> tuple[int, int]:
    """(width, height) of a PNG, JPEG or TIFF. Refused: other files, files without a readable header."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR" and len(head) >= 24:
            width, height = struct.unpack(">II", head[16:24])
        elif head.startswith(b"\xff\xd8\xff"):
            _, height, width, _ = frame_header(head, path.name)
        elif head[:2] in (b"II", b"MM"):
            _, _, height, width = tiff_shape(read_bytes(path, Limits().max_bytes), path.name, Limits())
        else:
            raise LabelError(f"{path}: must be PNG, JPEG or TIFF, got bytes that begin with {head[:8]!r}")
    except OSError as error:
        raise LabelError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:  # a zero byte in the name
        raise LabelError(f"{str(path)!r}: cannot be read ({error})") from error
    except ScanError as error:
        raise LabelError(str(error)) from error
    if not width or not height:
        raise LabelError(f"{path}: a damaged image: its size is {width}×{height}")
    return width, height


def images_below(folder: Path) -> list[Path]:
    """The image files of a folder and all below it, sorted; hidden ones are left out."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and not path.name.startswith("."))
    return sorted(path for path in found if path.is_file())
