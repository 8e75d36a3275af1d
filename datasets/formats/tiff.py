"""TIFF: grey pages, one per energy."""

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import tifffile

from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.raster import Raster
from cargoscope.errors import ScanError

COMPRESSIONS = {
    tifffile.COMPRESSION.NONE,
    tifffile.COMPRESSION.LZW,
    tifffile.COMPRESSION.ADOBE_DEFLATE,
    tifffile.COMPRESSION.DEFLATE,
    tifffile.COMPRESSION.PACKBITS,
    tifffile.COMPRESSION.ZSTD,
}
"""Lossless codecs that are read. A lossy one would cost the last bits, where penetration is decided."""

MAX_PAGES = 64
PHOTOMETRICS = {tifffile.PHOTOMETRIC.MINISBLACK, tifffile.PHOTOMETRIC.MINISWHITE, tifffile.PHOTOMETRIC.RGB}


def write_tiff(planes: npt.NDArray[np.uint16]) -> bytes:
    """(energies, H, W) uint16 as a TIFF of one page per energy: deflate, horizontal predictor; no date, no name."""
    target = io.BytesIO()
    with tifffile.TiffWriter(target, byteorder="<") as writer:
        for plane in planes:
            writer.write(
                plane,
                photometric="minisblack",
                compression="zlib",
                compressionargs={"level": 4},
                predictor=True,
                metadata=None,
                software=False,
            )
    return target.getvalue()


def read_tiff(data: bytes, name: str, limits: Limits) -> Raster:
    """All pages of a TIFF, or the samples of its only page.

    Refused: other sample types than unsigned 8 and 16 bit, lossy compression, pages of different sizes, more samples
    on several pages, anything beyond the limits (read from the tags, before decoding), files that end early.
    """
    with _opened(data, name) as tiff:
        pages = _checked_pages(tiff, name, limits)
        first, planes = pages[0], [page.asarray(maxworkers=1) for page in pages]
    if first.samplesperpixel == 1:
        samples = np.stack(planes)
    elif first.planarconfig == tifffile.PLANARCONFIG.SEPARATE:
        samples = planes[0]
    else:
        samples = np.moveaxis(planes[0], 2, 0)
    if first.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        samples = np.iinfo(samples.dtype).max - samples
    native = samples.astype(samples.dtype.newbyteorder("="), copy=False)
    return Raster(np.ascontiguousarray(native), colour=first.photometric == tifffile.PHOTOMETRIC.RGB)


def tiff_shape(data: bytes, name: str, limits: Limits) -> tuple[int, int, int, int]:
    """(pages, samples a pixel, height, width) from the tags alone, after the same checks as `read_tiff`."""
    with _opened(data, name) as tiff:
        pages = _checked_pages(tiff, name, limits)
        return len(pages), pages[0].samplesperpixel, pages[0].imagelength, pages[0].imagewidth


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[tifffile.TiffFile]:
    """The TIFF, with whatever its library trips over turned into one sentence."""
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as tiff:
            yield tiff
    except ScanError:
        raise
    except Exception as error:  # on damaged files the library raises whatever its parser runs into
        raise ScanError(f"{name}: a damaged TIFF file ({type(error).__name__}: {str(error)[:200]})") from error


def _checked_pages(tiff: tifffile.TiffFile, name: str, limits: Limits) -> list[tifffile.TiffPage]:
    if len(tiff.pages) > MAX_PAGES:
        raise ScanError(f"{name}: at most {MAX_PAGES} pages, got {len(tiff.pages)}")
    pages = [page for page in tiff.pages if isinstance(page, tifffile.TiffPage) and not page.is_reduced]
    if not pages:
        raise ScanError(f"{name}: a TIFF without a page")
    first = pages[0]
    limits.check_energies(name, len(pages))
    for page in pages:
        where = f"{name}, page {page.index}"
        _check_sizes(page, where, len(pages), limits)
        if page.dtype not in (np.uint8, np.uint16):
            raise ScanError(f"{where}: samples must be unsigned 8 or 16 bit, got {page.bitspersample} bit {page.dtype}")
        if page.compression not in COMPRESSIONS:
            raise ScanError(f"{where}: needs lossless compression, got {_name(page.compression)}")
        if page.photometric not in PHOTOMETRICS:
            raise ScanError(f"{where}: needs grey intensities, got {_name(page.photometric)}")
        if (page.shape, page.dtype, page.photometric) != (first.shape, first.dtype, first.photometric):
            raise ScanError(
                f"{where}: all pages must be alike, got {page.shape} {page.dtype} after {first.shape} {first.dtype}"
            )
        _check_segments(page, where, tiff.filehandle.size)
    return pages


def _check_sizes(page: tifffile.TiffPage, where: str, n_pages: int, limits: Limits) -> None:
    """All that decoding would reserve memory for."""
    numbers = (page.imagewidth, page.imagelength, page.imagedepth, page.samplesperpixel)
    if not all(isinstance(number, int) and number > 0 for number in numbers):
        raise ScanError(f"{where}: a damaged TIFF file: its size is {str(numbers)[:80]}")
    limits.check_size(where, page.imagewidth, page.imagelength, n_pages * page.samplesperpixel)
    if page.is_tiled:
        limits.check_size(f"{where}, one tile", page.tilewidth, page.tilelength, page.samplesperpixel)
    if page.imagedepth != 1:
        raise ScanError(f"{where}: needs flat pages, got depth {page.imagedepth}")
    if page.samplesperpixel > (limits.max_energies if n_pages == 1 else 1):
        raise ScanError(f"{where}: {page.samplesperpixel} samples a pixel on {n_pages} page(s); needs 1 per page")
    if tuple(page.shape) != _stored_shape(page):
        raise ScanError(f"{where}: a damaged TIFF file: its tags promise {_stored_shape(page)}, got {page.shape}")


def _stored_shape(page: tifffile.TiffPage) -> tuple[int, ...]:
    samples, size = page.samplesperpixel, (page.imagelength, page.imagewidth)
    if samples == 1:
        return size
    return (samples, *size) if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE else (*size, samples)


def _check_segments(page: tifffile.TiffPage, where: str, file_size: int) -> None:
    """Every strip or tile must lie inside the file, and there must be as many as the size of the image needs."""
    per_plane = math.prod(page.chunked)
    if len(page.dataoffsets) != per_plane or len(page.databytecounts) != per_plane:
        raise ScanError(f"{where}: needs {per_plane} strips or tiles, got {len(page.dataoffsets)}")
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        if offset <= 0 or count <= 0 or offset + count > file_size:
            raise ScanError(f"{where}: pixels from byte {offset} to {offset + count}, but the file ends at {file_size}")


def _name(value: object) -> str:
    return str(getattr(value, "name", value))
