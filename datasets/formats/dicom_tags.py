"""DICOM files from strangers: opened within limits, their tags read one by one, every failure a sentence."""

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.datadict import tag_for_keyword
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from cargoscope.datasets.formats.limits import Limits
from cargoscope.errors import ScanError

MAGIC: Final = b"DICM"
MAGIC_AT: Final = 128
SYNTAXES: Final = (ImplicitVRLittleEndian, ExplicitVRLittleEndian)
"""Uncompressed forms. A compressed one is unpacked before its size can be checked, or needs a codec of its own."""

UID_FORM: Final = re.compile(r"[0-9][0-9.]{0,63}")


def is_dicom(data: bytes) -> bool:
    return data[MAGIC_AT : MAGIC_AT + len(MAGIC)] == MAGIC


def open_dataset(
    data: bytes, name: str, classes: Sequence[str], what: str, limits: Limits, pixels: bool = True
) -> Dataset:
    """The data set of a DICOM file of one of these SOP classes, with or without pixels; what names them in errors.

    Whatever the library trips over on damaged files becomes one sentence. Values are still raw: read them with
    `value`, which does the same.
    """
    limits.check_bytes(name, len(data))
    if not is_dicom(data):
        raise ScanError(f"{name}: not a DICOM file: no DICM at byte {MAGIC_AT}")
    syntax = _transfer_syntax(data, name)
    if syntax not in SYNTAXES:
        raise ScanError(
            f"{name}: (0002,0010) Transfer Syntax must be uncompressed little endian, got {_uid_name(syntax)}"
        )
    try:
        dataset = dcmread(io.BytesIO(data), stop_before_pixels=not pixels)
    except Exception as error:  # on damaged files the library raises whatever its parser runs into
        raise ScanError(f"{name}: a damaged DICOM file ({type(error).__name__}: {str(error)[:200]})") from error
    found = str(value(dataset, "SOPClassUID", name))
    if found not in classes:
        raise ScanError(f"{name}: {tag_name('SOPClassUID')} must be {what}, got {_uid_name(found)}")
    return dataset


def value(dataset: Dataset, keyword: str, name: str, default: Any = ...) -> Any:
    """The value of a tag. Missing or empty: the default, or refused where there is none."""
    try:
        found = dataset.get(keyword)
    except Exception as error:  # converting a damaged value raises whatever its VR runs into
        raise ScanError(f"{name}: {tag_name(keyword)} cannot be read ({str(error)[:200]})") from error
    if found is None or (isinstance(found, str | bytes) and not found):
        if default is ...:
            raise ScanError(f"{name}: {tag_name(keyword)} is missing")
        return default
    return found


def items(dataset: Dataset, keyword: str, name: str) -> list[Dataset]:
    """The items of a sequence; [] where it is missing."""
    found = value(dataset, keyword, name, ())
    try:
        listed = list(found)
    except Exception as error:
        raise ScanError(f"{name}: {tag_name(keyword)} cannot be read ({str(error)[:200]})") from error
    if not all(isinstance(item, Dataset) for item in listed):
        raise ScanError(f"{name}: {tag_name(keyword)} must be a sequence, got {str(found)[:80]!r}")
    return listed


def numbers(dataset: Dataset, keyword: str, name: str) -> tuple[float, ...]:
    """The numbers of a tag, finite; () where it is missing."""
    found = value(dataset, keyword, name, ())
    listed = [found] if isinstance(found, int | float | str) else found
    try:
        read = tuple(float(number) for number in listed)
    except (TypeError, ValueError, OverflowError) as error:
        raise ScanError(f"{name}: {tag_name(keyword)} must be numbers, got {str(found)[:80]!r}") from error
    if not np.isfinite(read).all():
        raise ScanError(f"{name}: {tag_name(keyword)} must be finite numbers, got {str(found)[:80]!r}")
    return read


def moment(text: str, name: str, keyword: str, zone: tzinfo) -> datetime:
    """A DICOM date and time YYYYMMDD[HHMMSS[.FFFFFF]][&ZZXX] (PS3.5, VR DT, cut no shorter than the day)."""
    parts = re.fullmatch(r"(\d{8})(\d{6})?(?:\.(\d{1,6}))?(?:([+-])(\d\d)(\d\d))?\s*", text)
    try:
        if parts is None:
            raise ValueError
        day, clock, fraction, sign, hours, minutes = parts.groups()
        read = datetime.strptime(f"{day}{clock or '000000'}", "%Y%m%d%H%M%S").replace(
            microsecond=int((fraction or "0").ljust(6, "0"))
        )
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            zone = timezone(offset if sign == "+" else -offset)
        read = read.replace(tzinfo=zone)
        read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ScanError(f"{name}: {tag_name(keyword)} must be a date and time, got {text[:40]!r}") from error
    return read


def whole_number(dataset: Dataset, keyword: str, name: str) -> int:
    found = value(dataset, keyword, name)
    if not isinstance(found, int) or found < 0:
        raise ScanError(f"{name}: {tag_name(keyword)} must be a whole number, got {str(found)[:40]!r}")
    return found


def uid(dataset: Dataset, keyword: str, name: str) -> str:
    found = str(value(dataset, keyword, name))
    if not UID_FORM.fullmatch(found):
        raise ScanError(f"{name}: {tag_name(keyword)} must be a UID, got {found[:80]!r}")
    return found


def tag_name(keyword: str) -> str:
    """A tag for people: (0018,0060) KVP."""
    number = tag_for_keyword(keyword) or 0
    return f"({number >> 16:04X},{number & 0xFFFF:04X}) {keyword}"


def _uid_name(uid: str) -> str:
    return f"{UID(uid).name} ({uid})" if UID_FORM.fullmatch(uid) else repr(uid[:80])


def _transfer_syntax(data: bytes, name: str) -> str:
    """(0002,0010) of the file meta information, which is always explicit little endian (PS3.10, 7.1).

    Read by hand, since the library would unpack a deflated file, of whatever size, before it can be asked.
    """
    at = MAGIC_AT + len(MAGIC)
    while at + 8 <= len(data) and data[at : at + 2] == b"\x02\x00":
        tag, vr = data[at : at + 4], data[at + 4 : at + 6]
        long = vr in (b"OB", b"OW", b"SQ", b"UN", b"UT", b"UC", b"UR")
        length = int.from_bytes(data[at + 8 : at + 12] if long else data[at + 6 : at + 8], "little")
        at += 12 if long else 8
        if tag == b"\x02\x00\x10\x00":
            return data[at : at + length].decode("ascii", "replace").rstrip("\0 ")
        at += length
    raise ScanError(f"{name}: a damaged DICOM file: no (0002,0010) TransferSyntaxUID")
