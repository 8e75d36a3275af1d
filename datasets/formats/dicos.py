"""DICOS digital X-ray images (NEMA IIC 1, derived from DICOM), read tag by tag with pydicom.

One file is one image at one energy. The images of a series are the energies of one view, the series of a study are the
views of one scan. Only what the public structure says is used; where it leaves the physics open (logarithmic or display
pixels, several frames, a rescale), the file is refused rather than guessed at.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from pydicom import Dataset

from cargoscope.datasets.formats.dicom_tags import moment, numbers, open_dataset, tag_name, uid, value, whole_number
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.raster import open_beam
from cargoscope.errors import LimitError, ScanError
from cargoscope.scan import Scan, View

HEAD_BYTES: Final = 64 * 1024
"""Where the tags that tell a study stand: in front of the pixels."""

DX_CLASSES: Final = ("1.2.840.10008.5.1.4.1.1.501.2.1", "1.2.840.10008.5.1.4.1.1.501.2.2")
"""DICOS Digital X-Ray Image Storage, for presentation and for processing (DICOM PS3.6, table A-1)."""


def read_dicos(files: Sequence[tuple[str, bytes]], limits: Limits | None = None, zone: tzinfo = UTC) -> Scan:
    """The scan of one or more DX files, given as (name for errors, bytes); zone is that of times that say none.

    scan_id is the SOP Instance UID of a single file, the Study Instance UID of several. The open beam is estimated, as
    in plain images; the pitch is Pixel Spacing, or Imager Pixel Spacing over the magnification factor, else unknown.
    Refused, naming the file and the tag: other DICOM objects, compressed pixels, missing or impossible tags, pixels
    that are not linear in intensity, files of several studies, images of a series that differ in size or pitch or that
    no tag tells apart by energy, anything beyond the limits.
    """
    limits = limits or Limits()
    if not files:
        raise ScanError("a DICOS scan needs at least one file")
    if len(files) > limits.max_views * limits.max_energies:
        raise LimitError(f"{files[0][0]}: at most {limits.max_views * limits.max_energies} files, got {len(files)}")
    images = [_image(data, name, limits, zone) for name, data in files]
    first = images[0]
    for image in images:
        if image.study != first.study:
            raise ScanError(
                f"{image.name}: Study Instance UID must be {first.study} as in {first.name}, got {image.study}"
            )
    limits.check_bytes(f"{first.name}, decoded", sum(image.plane.nbytes for image in images))
    series: dict[str, list[_Image]] = defaultdict(list)
    for image in images:
        series[image.series].append(image)
    if len(series) > limits.max_views:
        raise ScanError(f"{first.name}: at most {limits.max_views} views, got {len(series)} series")
    groups = sorted(series.values(), key=lambda group: (group[0].series_number, group[0].series))
    views = tuple(_view(group, index, len(groups), limits) for index, group in enumerate(groups))
    scan_id = first.study if len(images) > 1 else first.instance
    return Scan(scan_id, min(image.taken_at for image in images), first.station, views)


def study_of(path: Path) -> str | None:
    """The Study Instance UID of a DX file, from its beginning alone; None for any other file, and for damaged ones."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        dataset = open_dataset(head, path.name, DX_CLASSES, "a DX image", Limits(), pixels=False)
        return uid(dataset, "StudyInstanceUID", path.name)
    except (OSError, ScanError):
        return None


@dataclass(frozen=True, eq=False)
class _Image:
    """One file. plane: (H, W) uint16, intensity spanning 16 bits."""

    name: str
    study: str
    series: str
    instance: str
    series_number: int
    view_name: str
    station: str
    taken_at: datetime
    plane: npt.NDArray[np.uint16]
    bits: int
    kvp: float
    level: str
    pitch_mm: tuple[float, float] | None


def _image(data: bytes, name: str, limits: Limits, zone: tzinfo) -> _Image:
    dataset = open_dataset(data, name, DX_CLASSES, "DICOS Digital X-Ray Image Storage", limits)
    plane, bits = _plane(dataset, name, limits)
    kvp = (*numbers(dataset, "KVP", name), 0.0)[0]
    high, low = (str(value(dataset, f"{level}EnergyDetectors", name, "")).startswith("Y") for level in ("High", "Low"))
    return _Image(
        name=name,
        study=uid(dataset, "StudyInstanceUID", name),
        series=uid(dataset, "SeriesInstanceUID", name),
        instance=uid(dataset, "SOPInstanceUID", name),
        series_number=int((*numbers(dataset, "SeriesNumber", name), 0.0)[0]),
        view_name=str(value(dataset, "SeriesDescription", name, "")).strip()[:64],
        station=_station(dataset, name),
        taken_at=_taken_at(dataset, name, zone),
        plane=plane,
        bits=bits,
        kvp=max(kvp, 0.0),
        level="" if high == low else ("high" if high else "low"),
        pitch_mm=_pitch_mm(dataset, name),
    )


def _plane(dataset: Dataset, name: str, limits: Limits) -> tuple[npt.NDArray[np.uint16], int]:
    """(intensity spanning 16 bits, bits it had). Photometric Interpretation is for screens; Pixel Intensity
    Relationship and its sign say what a value means."""
    rows, columns, allocated, stored, high = (
        whole_number(dataset, keyword, name)
        for keyword in ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit")
    )
    limits.check_size(name, columns, rows, 1)
    if not rows or not columns:
        raise ScanError(f"{name}: an image of {columns}×{rows} pixels")
    if allocated not in (8, 16) or not 8 <= stored <= allocated or high != stored - 1:
        raise ScanError(f"{name}: needs 8..16 bits in 8 or 16, got {stored} (high bit {high}) in {allocated}")
    for keyword, expected in (
        ("SamplesPerPixel", ("1",)),
        ("PixelRepresentation", ("0",)),
        ("PhotometricInterpretation", ("MONOCHROME1", "MONOCHROME2")),
        ("PixelIntensityRelationship", ("LIN",)),
        ("PixelIntensityRelationshipSign", ("1", "-1")),
    ):
        found = str(value(dataset, keyword, name)).strip()
        if found not in expected:
            raise ScanError(f"{name}: {tag_name(keyword)} must be {' or '.join(expected)}, got {found[:40]!r}")
    for keyword, neutral in (("NumberOfFrames", 1.0), ("RescaleSlope", 1.0), ("RescaleIntercept", 0.0)):
        if numbers(dataset, keyword, name) not in ((), (neutral,)):
            raise ScanError(f"{name}: {tag_name(keyword)} must be {neutral:g}, got {value(dataset, keyword, name)}")
    pixels = value(dataset, "PixelData", name)
    needed = rows * columns * allocated // 8
    if not isinstance(pixels, bytes) or len(pixels) not in (needed, needed + needed % 2):
        raise ScanError(f"{name}: {tag_name('PixelData')} must be {needed} bytes, got {len(pixels)}")
    plane = np.frombuffer(pixels, f"<u{allocated // 8}", rows * columns).reshape(rows, columns)
    top = 2**stored - 1
    if plane.max() > top:
        raise ScanError(f"{name}: {stored} bits are stored, but a pixel is {plane.max()}")
    if str(value(dataset, "PixelIntensityRelationshipSign", name)).strip() == "-1":
        plane = top - plane
    if stored < 16:
        plane = np.rint(plane * (65535 / top))
    return plane.astype(np.uint16), stored


def _view(images: list[_Image], index: int, n_views: int, limits: Limits) -> View:
    images = sorted(images, key=lambda image: (image.level == "low", -image.kvp))
    first = images[0]
    limits.check_energies(first.name, len(images))
    for image in images:
        if (image.plane.shape, image.pitch_mm) != (first.plane.shape, first.pitch_mm):
            raise ScanError(
                f"{image.name}: size and pitch must be those of {first.name} in the same series, "
                f"got {image.plane.shape[::-1]} {image.pitch_mm} after {first.plane.shape[::-1]} {first.pitch_mm}"
            )
    labels = [_kilovolts(image.kvp) for image in images]
    if len({*labels}) < len(images) or "" in labels:
        labels = [image.level for image in images]
    if images[1:] and (len({*labels}) < len(images) or "" in labels):
        names = " and ".join(image.name for image in images)
        raise ScanError(
            f"{names}: neither {tag_name('KVP')} nor {tag_name('HighEnergyDetectors')} tells their energies apart"
        )
    described = first.view_name if n_views == 1 or not first.view_name else f"{first.view_name} {index + 1}"
    return View(
        pixels=np.stack([image.plane for image in images]),
        energies=tuple(label or "unknown" for label in labels),
        open_beam=tuple(open_beam(image.plane, image.name) for image in images),
        pitch_mm=first.pitch_mm,
        name=described or ("side" if n_views == 1 else f"view {index + 1}"),
        bits=min(image.bits for image in images),
    )


def _kilovolts(kvp: float) -> str:
    if not kvp:
        return ""
    return f"{kvp / 1000:g}MV" if kvp >= 1000 else f"{kvp:g}kV"


def _pitch_mm(dataset: Dataset, name: str) -> tuple[float, float] | None:
    """(x, y): DICOM gives the spacing of rows first. Spacing at the detector counts only with a magnification."""
    spacing = numbers(dataset, "PixelSpacing", name)
    if not spacing:
        at_detector = numbers(dataset, "ImagerPixelSpacing", name)
        factor = numbers(dataset, "EstimatedRadiographicMagnificationFactor", name)
        if not at_detector or not factor:
            return None
        if factor[0] <= 0:
            raise ScanError(
                f"{name}: {tag_name('EstimatedRadiographicMagnificationFactor')} must be positive, got {factor[0]}"
            )
        spacing = tuple(distance / factor[0] for distance in at_detector)
    if len(spacing) != 2:
        raise ScanError(f"{name}: a pixel spacing is two numbers, got {spacing}")
    return spacing[1], spacing[0]


def _taken_at(dataset: Dataset, name: str, zone: tzinfo) -> datetime:
    offset = str(value(dataset, "TimezoneOffsetFromUTC", name, "")).strip()
    text = str(value(dataset, "AcquisitionDateTime", name, "")).strip()
    keyword = "AcquisitionDateTime"
    if not text:
        keyword = "AcquisitionDate"
        clock = str(value(dataset, "AcquisitionTime", name, "")).strip()
        text = str(value(dataset, keyword, name)).strip() + clock
    return moment(text if re.search(r"[+-]\d{4}$", text) else text + offset, name, keyword, zone)


def _station(dataset: Dataset, name: str) -> str:
    told = str(value(dataset, "StationName", name, "") or value(dataset, "DeviceSerialNumber", name, ""))
    return re.sub(r"[^A-Za-z0-9._-]+", "-", told).strip("-._")[:100] or "unknown"
