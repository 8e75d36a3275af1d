"""The scan package (.scan): a zip with manifest.json and one 16-bit TIFF per view.

The manifest follows scan_package.schema.json beside this file, which is a public contract ("cargoscope.scan/1").
"""

import hashlib
import io
import json
import zipfile
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO, Final

import jsonschema
import numpy as np

from cargoscope.atomic import write_whole
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.tiff import read_tiff, tiff_shape, write_tiff
from cargoscope.errors import LimitError, ScanError
from cargoscope.scan import Scan, View

SCHEMA: Final = "cargoscope.scan/1"
SUFFIX: Final = ".scan"
MANIFEST: Final = "manifest.json"
MAX_MANIFEST_BYTES: Final = 1024 * 1024
RATIO_MATTERS_BYTES: Final = 1024 * 1024
"""Parts smaller than this once unpacked cannot hurt, however well they compress."""

ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Every part carries this date, so that the same scan gives the same bytes."""


def package_bytes(scan: Scan) -> bytes:
    """The package of a scan. The same scan gives the same bytes."""
    parts = {f"view-{index}.tiff": write_tiff(view.pixels) for index, view in enumerate(scan.views)}
    manifest = {
        "schema": SCHEMA,
        "scan_id": scan.scan_id,
        "station_id": scan.station_id,
        "taken_at": scan.taken_at.isoformat(),
        "views": [
            {
                "name": view.name,
                "file": file,
                "sha256": hashlib.sha256(part).hexdigest(),
                "width": view.size_wh[0],
                "height": view.size_wh[1],
                "bits": view.bits,
                "energies": list(view.energies),
                "open_beam": list(view.open_beam),
                "pitch_mm": None if view.pitch_mm is None else list(view.pitch_mm),
            }
            for view, (file, part) in zip(scan.views, parts.items(), strict=True)
        ],
    }
    _check_manifest(manifest, scan.scan_id)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file, part in {MANIFEST: json.dumps(manifest, indent=2, ensure_ascii=False).encode(), **parts}.items():
            entry = zipfile.ZipInfo(file, ZIP_EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, part)
    return target.getvalue()


def write_package(path: Path, scan: Scan) -> None:
    """Write the package of a scan: the whole file or nothing."""
    write_whole(path, package_bytes(scan))


def read_package(source: Path | BinaryIO, name: str | None = None, limits: Limits | None = None) -> Scan:
    """The scan in a package; name is what errors call it.

    Refused, each in a sentence: what is not a zip, parts that are missing, unknown, double, encrypted or outside of the
    package, sizes or compression ratios beyond the limits, a manifest that breaks its schema, a part whose checksum,
    size, sample type or number of pages is not what the manifest says.
    """
    limits = limits or Limits()
    if isinstance(source, Path):
        name = name or source.name
        limits.check_bytes(name, source.stat().st_size)
        with source.open("rb") as file:
            return _read(file, name, limits)
    return _read(source, name or "package", limits)


def _read(file: BinaryIO, name: str, limits: Limits) -> Scan:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = _checked_entries(archive, name, limits)
            manifest = _manifest(archive.read(entries[MANIFEST]), name)
            expected = {MANIFEST, *(view["file"] for view in manifest["views"])}
            if len(expected) != 1 + len(manifest["views"]):
                raise ScanError(f"{name}: every view needs a file of its own")
            if set(entries) != expected:
                missing, unknown = sorted(expected - set(entries)), sorted(set(entries) - expected)
                raise ScanError(f"{name}: parts missing {missing}, parts that the manifest does not name {unknown}")
            decoded_bytes = sum(
                2 * view["width"] * view["height"] * len(view["energies"]) for view in manifest["views"]
            )
            limits.check_bytes(f"{name}, decoded", decoded_bytes)
            views = [_view(archive.read(entries[view["file"]]), view, name, limits) for view in manifest["views"]]
    except ScanError:
        raise
    except Exception as error:  # on damaged files zipfile raises whatever its parser runs into
        raise ScanError(f"{name}: a damaged scan package ({error})") from error
    try:
        taken_at = datetime.fromisoformat(manifest["taken_at"])
    except ValueError as error:
        raise ScanError(f"{name}: taken_at must be a date and time, got {manifest['taken_at']!r}") from error
    return Scan(manifest["scan_id"], taken_at, manifest["station_id"], tuple(views))


def _checked_entries(archive: zipfile.ZipFile, name: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The parts by name, after every check that needs no unpacking."""
    listed = archive.infolist()
    if len(listed) > limits.max_views + 1:
        raise LimitError(f"{name}: at most {limits.max_views + 1} parts, got {len(listed)}")
    entries = {entry.filename: entry for entry in listed}
    if len(entries) != len(listed):
        raise ScanError(f"{name}: two parts have the same name")
    if MANIFEST not in entries:
        raise ScanError(f"{name}: a scan package needs {MANIFEST}, got {sorted(entries)[:5]}")
    for part, entry in entries.items():
        if entry.flag_bits & 0x1:
            raise ScanError(f"{name}: part {part!r} is encrypted")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ScanError(f"{name}: part {part!r} must be stored or deflated, got method {entry.compress_type}")
        if entry.file_size > RATIO_MATTERS_BYTES and entry.file_size > limits.max_ratio * entry.compress_size:
            raise LimitError(
                f"{name}: part {part!r} may grow at most {limits.max_ratio} times by unpacking, "
                f"got {entry.compress_size} to {entry.file_size} bytes"
            )
    if entries[MANIFEST].file_size > MAX_MANIFEST_BYTES:
        raise LimitError(f"{name}: {MANIFEST} may have {MAX_MANIFEST_BYTES} bytes, got {entries[MANIFEST].file_size}")
    limits.check_bytes(f"{name}, unpacked", sum(entry.file_size for entry in listed))
    return entries


def _manifest(data: bytes, name: str) -> dict[str, Any]:
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ScanError(f"{name}: {MANIFEST} is not JSON ({error})") from error
    _check_manifest(manifest, name)
    return dict(manifest)


def _check_manifest(manifest: object, name: str) -> None:
    if isinstance(manifest, dict) and manifest.get("schema") != SCHEMA:
        raise ScanError(f"{name}: {MANIFEST}: schema must be {SCHEMA!r}, got {str(manifest.get('schema'))[:80]!r}")
    error = jsonschema.exceptions.best_match(_validator().iter_errors(manifest))
    if error is not None:
        raise ScanError(f"{name}: {MANIFEST}: {error.json_path}: {error.message[:300]}")


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = resources.files("cargoscope.datasets.formats").joinpath("scan_package.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(schema))


def _view(part: bytes, described: dict[str, Any], name: str, limits: Limits) -> View:
    where = f"{name}: {described['file']}"
    digest = hashlib.sha256(part).hexdigest()
    if digest != described["sha256"]:
        raise ScanError(f"{where}: sha256 must be {described['sha256']}, got {digest}")
    expected = (len(described["energies"]), 1, described["height"], described["width"])
    shape = tiff_shape(part, where, limits)
    if shape != expected:
        raise ScanError(
            f"{where}: (pages, samples, height, width) must be {expected} by the manifest, the TIFF holds {shape}"
        )
    pixels = read_tiff(part, where, limits).samples
    if pixels.dtype != np.uint16:
        raise ScanError(f"{where}: samples must have 16 bits, got {pixels.dtype}")
    pitch = described["pitch_mm"]
    return View(
        pixels=pixels.astype(np.uint16, copy=False),
        energies=tuple(described["energies"]),
        open_beam=tuple(described["open_beam"]),
        pitch_mm=None if pitch is None else (float(pitch[0]), float(pitch[1])),
        name=described["name"],
        bits=described["bits"],
    )
