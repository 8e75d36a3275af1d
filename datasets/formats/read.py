"""Any file that a scanner or an operator hands over, as a Scan. Formats are told by content, never by the name."""

import hashlib
import io
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from cargoscope.datasets.formats.jpeg import read_jpeg
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.package import SUFFIX, read_package
from cargoscope.datasets.formats.png import read_png
from cargoscope.datasets.formats.raster import Raster, intensities, open_beam
from cargoscope.datasets.formats.tiff import read_tiff
from cargoscope.datasets.formats.uff import SUFFIXES as UFF_SUFFIXES
from cargoscope.datasets.formats.uff import read_uff
from cargoscope.errors import ScanError
from cargoscope.scan import Scan, View

READERS: Final[dict[bytes, Callable[[bytes, str, Limits], Raster]]] = {
    b"\x89PNG\r\n\x1a\n": read_png,
    b"\xff\xd8\xff": read_jpeg,
    b"II*\0": read_tiff,
    b"MM\0*": read_tiff,
    b"II+\0": read_tiff,
    b"MM\0+": read_tiff,
}
"""Image formats by the bytes they begin with; the last two are BigTIFF."""

ZIPS: Final = (b"PK\x03\x04", b"PK\x05\x06")
DICOM: Final = (128, b"DICM")
DICOS_SUFFIXES: Final = (".dcs", ".dcm", ".dicos")
SUFFIXES: Final = (SUFFIX, ".png", ".tif", ".tiff", ".jpg", ".jpeg", *DICOS_SUFFIXES, *UFF_SUFFIXES)
"""What is picked out of a folder. A file that is named itself is read whatever its name."""

UNKNOWN_STATION: Final = "unknown"
ENERGIES: Final = {1: ("unknown",), 2: ("high", "low")}
"""Labels where the file has none. Planes come with the highest energy first."""


@dataclass(frozen=True)
class ScanFiles:
    """The files of one scan: one file, the high-energy and the low-energy image of a pair, or a DICOS study."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return " + ".join(str(path) for path in self.paths)


def find_scans(paths: Iterable[Path]) -> list[ScanFiles]:
    """The scans behind files and folders (searched through), in order, each once; *_high and *_low become one scan,
    and so do the DICOS images of a study.

    A folder without scans stays in the list as it is, so that reading it says so.
    """
    files = dict.fromkeys(file for path in paths for file in (_inside(path) if path.is_dir() else [path]))
    scans = []
    studies = _studies(files)
    for file in files:
        if file in studies:
            scans += [ScanFiles(studies[file])] if studies[file][0] == file else []
            continue
        low, high = _partner(file, "high", "low"), _partner(file, "low", "high")
        if low in files:
            scans.append(ScanFiles((file, low)))
        elif high not in files:
            scans.append(ScanFiles((file,)))
    return scans


def read_files(files: ScanFiles, limits: Limits | None = None, pseudo_colour: bool = False) -> Scan:
    """The scan of one file, a pair or a study. Of a pair, each file must hold one plane, and both the same size."""
    limits = limits or Limits()
    if len(files.paths) == 1:
        return read_scan(files.paths[0], limits=limits, pseudo_colour=pseudo_colour)
    parts: list[bytes] = []
    for path in files.paths:
        parts.append(_bytes(path, path.name, limits))
        limits.check_bytes(f"{path.name} and the files before it", sum(map(len, parts)))
    if _is_dicom(parts[0]):
        return _dicos([(path.name, part) for path, part in zip(files.paths, parts, strict=True)], limits)
    views = [_view(part, path.name, limits, pseudo_colour) for part, path in zip(parts, files.paths, strict=True)]
    high, low = views
    names = " + ".join(path.name for path in files.paths)
    if high.pixels.shape[0] != 1 or high.pixels.shape != low.pixels.shape or high.bits != low.bits:
        raise ScanError(
            f"{names}: a pair needs one plane each of the same size and depth, got {high.pixels.shape} {high.bits} bit "
            f"and {low.pixels.shape} {low.bits} bit"
        )
    pair = View(
        np.concatenate([high.pixels, low.pixels]), ENERGIES[2], (*high.open_beam, *low.open_beam), bits=high.bits
    )
    stem = re.sub(r"[_-]?high$", "", files.paths[0].stem, flags=re.IGNORECASE)
    return Scan(_scan_id(stem, parts), _modified(files.paths[0]), UNKNOWN_STATION, (pair,))


def read_scan(
    source: Path | BinaryIO,
    name: str | None = None,
    limits: Limits | None = None,
    pseudo_colour: bool = False,
    taken_at: datetime | None = None,
) -> Scan:
    """The scan in a scan package, DICOS image, PNG, TIFF or JPEG; name is what errors call it.

    A plain image says nothing about itself, so: scan_id is its name and the beginning of its sha256; taken_at is the
    argument, else the time of the file's last change, else (a stream) now; the station is UNKNOWN_STATION; the pitch
    is None; energies have general labels; the open beam is estimated (see `raster.open_beam`).
    Refused with file, rule and value: other formats, damaged files, colours, anything beyond the limits.
    """
    limits = limits or Limits()
    label = name or (source.name if isinstance(source, Path) else "upload")
    data = _bytes(source, label, limits)
    if data.startswith(ZIPS):
        return read_package(io.BytesIO(data), label, limits)
    if _is_dicom(data):
        return _dicos([(label, data)], limits)
    view = _view(data, label, limits, pseudo_colour)
    moment = taken_at or (_modified(source) if isinstance(source, Path) else datetime.now(UTC))
    return Scan(_scan_id(Path(label).stem, [data]), moment, UNKNOWN_STATION, (view,))


def _view(data: bytes, name: str, limits: Limits, pseudo_colour: bool) -> View:
    reader = next((reader for signature, reader in READERS.items() if data.startswith(signature)), None)
    if reader is None and name.lower().endswith(UFF_SUFFIXES):
        read_uff(name)
    if reader is None:
        raise ScanError(
            f"{name}: must be a scan package, PNG, TIFF or JPEG, or a DICOS image, "
            f"got {len(data)} bytes that begin with {data[:8]!r}"
        )
    pixels, bits = intensities(reader(data, name, limits), name, pseudo_colour)
    energies = ENERGIES.get(len(pixels)) or tuple(f"energy-{index + 1}" for index in range(len(pixels)))
    return View(pixels, energies, tuple(open_beam(plane, name) for plane in pixels), bits=bits)


def _is_dicom(data: bytes) -> bool:
    at, magic = DICOM
    return data[at : at + len(magic)] == magic


def _dicos(files: list[tuple[str, bytes]], limits: Limits) -> Scan:
    from cargoscope.datasets.formats.dicos import read_dicos  # pydicom is slow to load, and few stations need it

    return read_dicos(files, limits)


def _studies(files: Iterable[Path]) -> dict[Path, tuple[Path, ...]]:
    """All files of its study, for each DICOS image of several."""
    images = [file for file in files if file.suffix.lower() in DICOS_SUFFIXES]
    if not images:
        return {}
    from cargoscope.datasets.formats.dicos import study_of

    studies: dict[str, tuple[Path, ...]] = {}
    of_file = {file: study for file in images if (study := study_of(file))}
    for file, study in of_file.items():
        studies[study] = (*studies.get(study, ()), file)
    return {file: studies[study] for file, study in of_file.items()}


def _bytes(source: Path | BinaryIO, name: str, limits: Limits) -> bytes:
    if not isinstance(source, Path):
        data = source.read(limits.max_bytes + 1)
        limits.check_bytes(name, len(data))
        return data
    if source.is_dir():
        raise ScanError(f"{source}: a folder without scans ({', '.join(SUFFIXES)})")
    try:
        limits.check_bytes(name, source.stat().st_size)
        return source.read_bytes()
    except OSError as error:
        raise ScanError(f"{source}: cannot be read ({error.strerror})") from error


def _scan_id(stem: str, parts: Sequence[bytes]) -> str:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")[:100] or "scan"
    return f"{safe}-{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _inside(folder: Path) -> list[Path]:
    """The files of a folder that look like scans, sorted; links to folders are not followed."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        found += [
            Path(parent, name) for name in sorted(names) if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        ]
    return found or [folder]


def _partner(file: Path, own: str, other: str) -> Path | None:
    """The name that the other half of a pair has; None where the name does not say that it is a half."""
    stem = re.fullmatch(rf"(.*[_-]){own}", file.stem)
    return file.with_name(f"{stem[1]}{other}{file.suffix}") if stem else None
