"""The XML that a container scanner writes beside its images: which truck, which containers, when, where, which files.

Two families are read, told apart by their root element:

- `DataForm` (versions V01.07 and V01.20 were seen, in UTF-8 and in UTF-16, the later one with the namespace
  dataforms.model.cargovision.smiths.com);
- `manifest` (accession, system, createdate, attributes Container1 and Container2, files).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final

from cargoscope.datasets.formats.iso6346 import is_valid
from cargoscope.datasets.formats.xml_tree import Element, parse_xml
from cargoscope.errors import MetadataError
from cargoscope.scan import SCAN_ID, Scan

MAX_BYTES: Final = 1024 * 1024
MAX_ELEMENTS: Final = 20_000
SCAN_TYPES: Final = ("img", "XRAYJPEG", "XRAY")
"""Resource types of X-ray images; the others are photographs, previews and the vendor's own forms of the data."""


@dataclass(frozen=True)
class ContainerNumber:
    """A container number as the station gave it. check_digit_ok: whether it keeps ISO 6346, never silently repaired.

    confidence: of the reader that read it, 0..100; None where it was typed in or nobody says.
    """

    text: str
    check_digit_ok: bool
    confidence: int | None = None


@dataclass(frozen=True)
class StationFile:
    """One file that belongs to the scan, by its bare name. type: the station's word for what it is."""

    name: str
    type: str
    preview: bool = False


@dataclass(frozen=True)
class StationRecord:
    """What one file says of one scan.

    schema: family and version. taken_at carries a time zone. site, scanner, plate: "" where the file has none.
    declared_empty: what the station was told of the container; None where the file does not say.
    """

    schema: str
    scan_id: str
    taken_at: datetime
    site: str
    scanner: str
    containers: tuple[ContainerNumber, ...]
    plate: str
    trailer_plates: tuple[str, ...]
    declared_empty: bool | None
    files: tuple[StationFile, ...]

    @property
    def scan_images(self) -> tuple[str, ...]:
        """Names of the files that hold the X-ray image, previews left out."""
        return tuple(file.name for file in self.files if file.type in SCAN_TYPES and not file.preview)


def read_station_xml(source: Path | bytes, name: str | None = None, zone: tzinfo | None = None) -> StationRecord:
    """The record in a file; name is what errors call it. zone is that of times that do not say theirs.

    Refused, naming the file and the line or tag: XML that `parse_xml` refuses, an unknown root element, missing or
    empty required tags, times that are none, file names with folders in them.
    """
    label = name or (source.name if isinstance(source, Path) else "station XML")
    root = parse_xml(_bytes(source, label), label, MetadataError, MAX_BYTES, MAX_ELEMENTS)
    if root.tag not in READERS:
        raise MetadataError(
            f"{label}: line {root.line}: the root must be one of {list(READERS)}, got <{root.tag[:80]}>"
        )
    return READERS[root.tag](root, label, zone)


def _data_form(root: Element, name: str, zone: tzinfo | None) -> StationRecord:
    admin = root.first("AdminData")
    vehicle = admin.first("Vehicle") if admin else None
    if vehicle is None:
        raise MetadataError(f"{name}: line {root.line}: <DataForm> needs <AdminData> with a <Vehicle>")
    trailers = [trailer for group in vehicle.all("Trailers") for trailer in group.all("Trailer")]
    scanning = [operation for group in root.all("Operations") for operation in group.all("Operation")]
    resources = [item for operation in scanning for group in operation.all("Resources") for item in group.children]
    empty = root.value("ProcessInstructions", "IsContainerEmpty")
    return StationRecord(
        schema=f"DataForm {root.value('Version')}".strip(),
        scan_id=_required(root, "TruckId", name),
        taken_at=_time(root, "Date", name, zone),
        site=root.value("Site"),
        scanner=next((system for op in scanning if (system := op.value("System"))), ""),
        containers=tuple(
            _container(box.value("ContainerId"), box.value("OCR"))
            for trailer in trailers
            for group in trailer.all("Containers")
            for box in group.all("Container")
            if box.value("ContainerId")
        ),
        plate=vehicle.value("PlateNumber"),
        trailer_plates=tuple(plate for trailer in trailers if (plate := trailer.value("PlateNumber"))),
        declared_empty={"0": False, "1": True}.get(empty),
        files=tuple(
            _file(item, item.attributes.get("Type", ""), item.attributes.get("IsPreview") == "true", name)
            for item in resources
            if item.tag == "Resource" and item.attributes.get("IsDeleted") != "true"
        ),
    )


def _manifest(root: Element, name: str, zone: tzinfo | None) -> StationRecord:
    attributes = {
        item.attributes.get("name", ""): item.text
        for group in root.all("attributes")
        for item in group.all("attribute")
    }
    numbers = [text for key, text in sorted(attributes.items()) if key.startswith("Container") and text]
    return StationRecord(
        schema="manifest",
        scan_id=_required(root, "accession", name),
        taken_at=_time(root, "createdate", name, zone),
        site="",
        scanner=root.value("system"),
        containers=tuple(_container(number, "") for number in numbers),
        plate=attributes.get("ANPR", ""),
        trailer_plates=(),
        declared_empty=None,
        files=tuple(
            _file(item, item.attributes.get("type", ""), False, name)
            for group in root.all("files")
            for item in group.all("file")
        ),
    )


READERS: Final[dict[str, Callable[[Element, str, tzinfo | None], StationRecord]]] = {
    "DataForm": _data_form,
    "manifest": _manifest,
}


@dataclass(frozen=True)
class Joined:
    """Records by the lower-case name of each image that they name; problems: a sentence per file that gave none."""

    by_image: dict[str, StationRecord]
    problems: tuple[str, ...]

    def record_for(self, image: Path) -> StationRecord | None:
        """The record that names this image file, whatever the case of its letters; None where no record does."""
        return self.by_image.get(image.name.lower())


def join_station_xml(paths: Iterable[Path], zone: tzinfo | None = None) -> Joined:
    """Reads XML files and sorts them by the X-ray images that they name. Goes on after a bad file.

    An image that two records name belongs to neither: that is a problem, not a choice.
    """
    found: dict[str, list[tuple[str, StationRecord]]] = {}
    problems = []
    for path in sorted(paths):
        try:
            record = read_station_xml(path, zone=zone)
        except MetadataError as error:
            problems.append(str(error))
            continue
        for image in dict.fromkeys(image.lower() for image in record.scan_images):
            found.setdefault(image, []).append((path.name, record))
    for image, owners in found.items():
        if len(owners) > 1:
            problems.append(f"{image}: named by {' and by '.join(name for name, _ in owners)}")
    return Joined({image: owners[0][1] for image, owners in found.items() if len(owners) == 1}, tuple(problems))


def with_record(scan: Scan, record: StationRecord) -> Scan:
    """The scan with the id and time that its station recorded; pixels and station stay as they are."""
    return replace(scan, scan_id=record.scan_id, taken_at=record.taken_at)


def _bytes(source: Path | bytes, label: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with source.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise MetadataError(f"{source}: cannot be read ({error.strerror})") from error


def _required(root: Element, tag: str, name: str) -> str:
    """The text of a tag that must be an id of ours: it names the scan."""
    text = root.value(tag)
    if not SCAN_ID.fullmatch(text):
        raise MetadataError(
            f"{name}: <{tag}> must be 1..128 letters, digits, '.', '_' or '-', got {text[:140]!r}{_line(root, tag)}"
        )
    return text


def _time(root: Element, tag: str, name: str, zone: tzinfo | None) -> datetime:
    text = root.value(tag)
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        moment.utctimetuple()
    except (ValueError, OverflowError) as error:
        raise MetadataError(f"{name}: <{tag}> must be a date and time, got {text[:80]!r}{_line(root, tag)}") from error
    if moment.tzinfo is None:
        raise MetadataError(f"{name}: <{tag}> says no time zone, got {text[:80]!r}{_line(root, tag)}")
    return moment


def _line(root: Element, tag: str) -> str:
    element = root.first(tag)
    return f" (line {element.line})" if element else " (the tag is missing)"


def _container(text: str, confidence: str) -> ContainerNumber:
    """confidence "-1" is the stations' word for none."""
    number = re.sub(r"[\s-]+", "", text).upper()[:40]
    read = int(confidence) if re.fullmatch(r"\d{1,3}", confidence) else None
    return ContainerNumber(number, is_valid(number), read)


def _file(item: Element, type_: str, preview: bool, name: str) -> StationFile:
    if not item.text or re.search(r"[/\\\0]", item.text) or item.text in (".", ".."):
        raise MetadataError(
            f"{name}: line {item.line}: <{item.tag}> must be a bare file name, without folders, got {item.text[:140]!r}"
        )
    return StationFile(item.text, type_, preview)
