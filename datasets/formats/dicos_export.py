"""From what `cargoscope detect` wrote to DICOS threat detection reports, one file per scan."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cargoscope.atomic import write_whole
from cargoscope.datasets.formats.dicos_report import ThreatReport, uid_for, write_report
from cargoscope.datasets.formats.limits import Limits
from cargoscope.detections import Detections, Finding
from cargoscope.errors import CargoscopeError, ScanError
from cargoscope.scan import SCAN_ID

SCHEMA: Final = "cargoscope.detections/1"
UID: Final = re.compile(r"[0-9]+(\.[0-9]+)+")


def reports_of(path: Path, decided_at: datetime) -> Iterator[ThreatReport]:
    """A report per scan in a file of detections (schema cargoscope.detections/1), decided at that moment.

    A scan that came from a single DICOS image has that image's UID as its id, so the report refers to it; the views of
    other scans get UIDs made of scan id and view. Refused: other files, entries that break the schema.
    """
    try:
        Limits().check_bytes(path.name, path.stat().st_size)
        table = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ScanError(f"{path}: cannot be read as JSON ({str(error)[:200]})") from error
    if not isinstance(table, dict) or table.get("schema") != SCHEMA:
        raise ScanError(f"{path.name}: schema must be {SCHEMA!r}, got {str(table)[:80]!r}")
    for index, entry in enumerate(table.get("scans", [])):
        try:
            yield _report(entry, table["model"], decided_at)
        except (CargoscopeError, KeyError, TypeError, ValueError, IndexError) as error:
            raise ScanError(f"{path.name}: scan number {index}: {type(error).__name__}: {str(error)[:200]}") from error


def write_reports(folder: Path, reports: Iterator[ThreatReport]) -> int:
    """Writes <scan_id>.dcs files into a folder, made where it is missing; how many. One that is there is refused."""
    folder.mkdir(exist_ok=True)
    count = 0
    for report in reports:
        path = folder / f"{report.subject_id}.dcs"
        if path.exists():
            raise ScanError(f"{path}: is there already")
        write_whole(path, write_report(report))
        count += 1
    return count


def _report(entry: dict[str, Any], model: dict[str, Any], decided_at: datetime) -> ThreatReport:
    scan_id, n_views = entry["scan_id"], len(entry["views"])
    if not SCAN_ID.fullmatch(scan_id):
        raise ScanError(f"scan_id must be 1..128 letters, digits, '.', '_' or '-', got {scan_id[:140]!r}")
    findings = []
    for row in entry["detections"]:
        x1, y1, x2, y2 = (float(edge) for edge in row["box"])
        findings.append(Finding(int(row["view"]), (x1, y1, x2, y2), float(row["score"]), str(row["class"])))
    from_dicos = n_views == 1 and len(scan_id) <= 64 and UID.fullmatch(scan_id)
    return ThreatReport(
        subject_id=scan_id,
        found=Detections.of(findings, [str(name) for name in model["classes"]]),
        images=(scan_id,) if from_dicos else tuple(uid_for("image", scan_id, str(view)) for view in range(n_views)),
        source="MACHINE",
        decision="ALARM" if findings else "CLEAR",
        decided_at=decided_at,
        algorithm=("cargoscope", str(model["model_id"])),
    )
