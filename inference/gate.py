"""A folder that a scanner fills with images and XML: which images are one scan, and what its XML says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path

from cargoscope.datasets.formats.read import read_scan
from cargoscope.datasets.formats.station_xml import StationRecord, join_station_xml, with_record
from cargoscope.scan import Scan

Pitch = tuple[float, float]


@dataclass(frozen=True)
class Delivery:
    """One scan as it lies in the folder. files: its images; of a scan without a record always one. record: what the
    scanner's XML says of it, None where no XML names it."""

    files: tuple[Path, ...]
    record: StationRecord | None = None

    @property
    def name(self) -> str:
        return self.files[0].name

    def scan(self, pitch_mm: Pitch | None = None) -> Scan:
        """The scan with its record's id and time, each image a view; pitch_mm is that of views that do not say theirs.

        Raises ScanError, naming the file, for an image that is none.
        """
        scans = [read_scan(path, path.name) for path in self.files]
        views = [view for scan in scans for view in scan.views]
        named = [replace(view, name=f"{view.name}-{n + 1}") if n else view for n, view in enumerate(views)]
        views = [view if view.pitch_mm or pitch_mm is None else replace(view, pitch_mm=pitch_mm) for view in named]
        scan = replace(scans[0], views=tuple(views))
        return with_record(scan, self.record) if self.record else scan


def deliveries(paths: Sequence[Path], zone: tzinfo | None = None) -> tuple[list[Delivery], tuple[str, ...]]:
    """The scans among files, in order, and a sentence for each XML that says nothing, with its line or tag.

    Images whose XML cannot be read are scans all the same. Photographs and previews that a record names are left out.
    zone: of times in XML that do not say theirs.
    """
    joined = join_station_xml([path for path in paths if path.suffix.lower() == ".xml"], zone)
    records = list({id(record): record for record in joined.by_image.values()}.values())
    beside = {file.name.lower() for record in records for file in record.files} - set(joined.by_image)
    images = [path for path in paths if path.suffix.lower() != ".xml" and path.name.lower() not in beside]
    found: list[Delivery] = []
    place: dict[int, int] = {}
    for path in images:
        record = joined.record_for(path)
        if record is not None and id(record) in place:
            earlier = found[place[id(record)]]
            found[place[id(record)]] = replace(earlier, files=(*earlier.files, path))
            continue
        if record is not None:
            place[id(record)] = len(found)
        found.append(Delivery((path,), record))
    return found, joined.problems
