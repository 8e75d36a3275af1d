"""What the archive gives out, and how rows of its tables become values."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from cargoscope.datasets.archive.people import Officer
from cargoscope.detections import Detections, Finding
from cargoscope.review import Decision, Disposition, FoundItem, Judgement, Outcome, Reading, Settled, Verdict, settle
from cargoscope.scan import Scan, View

Status = Literal["received", "analysed", "failed", "second", "recheck", "decided"]


@dataclass(frozen=True)
class ViewFacts:
    """A stored view without its pixels. width, height in pixels; the rest as in `cargoscope.scan.View`."""

    name: str
    width: int
    height: int
    energies: tuple[str, ...]
    open_beam: tuple[int, ...]
    pitch_mm: tuple[float, float] | None
    bits: int

    @classmethod
    def of(cls, view: View) -> "ViewFacts":
        return cls(view.name, *view.size_wh, view.energies, view.open_beam, view.pitch_mm, view.bits)


@dataclass(frozen=True)
class StoredScan:
    """A scan that is on the disk and in the database. file: below the archive's folder of scans."""

    scan_id: str
    sha256: str
    station_id: str
    taken_at: datetime
    received_at: datetime
    file: str
    file_name: str
    size_bytes: int
    views: tuple[ViewFacts, ...]


@dataclass(frozen=True, eq=False)
class Analysis:
    """What one model said of one scan. error: why it could not; then there are no findings and no score."""

    scan_id: str
    model_id: str
    model_name: str
    provider: str
    found: Detections
    score: float | None
    error: str | None = None


@dataclass(frozen=True)
class Lease:
    """An officer has a scan before them, until then unless they renew it; nobody else gets it."""

    scan_id: str
    officer: str
    until: datetime


@dataclass(frozen=True)
class Photo:
    """A photograph of a physical examination. width, height in pixels. file: below the folder of photographs."""

    scan_id: str
    sha256: str
    media_type: str
    size_bytes: int
    width: int
    height: int
    file: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, eq=False)
class Case:
    """One scan with everything that was said of it. decisions: oldest first. lease: where it has not run out."""

    scan: StoredScan
    analysis: Analysis | None
    decisions: tuple[Decision, ...]
    outcome: Outcome | None
    lease: Lease | None = None
    photos: tuple[Photo, ...] = ()

    @property
    def settled(self) -> Settled:
        """Which decision holds, or whose opinion is missing."""
        return settle(self.decisions)

    @property
    def status(self) -> Status:
        """How far it is. failed: the model could not examine it. second: waits for a second reader. recheck: two
        readers disagree, a supervisor must decide."""
        settled = self.settled
        if settled.final is not None:
            return "decided"
        if settled.awaits == "second":
            return "second"
        if settled.awaits == "recheck":
            return "recheck"
        if self.analysis is None:
            return "received"
        return "failed" if self.analysis.error else "analysed"

    def as_seen_by(self, who: Officer) -> "Case":
        """The scan as somebody may see it: until the second opinion is given, whoever may have to give it sees neither
        the first one nor that there is one, nor photographs of what came after it."""
        if self.status != "second" or not who.reads_blind:
            return self
        own = tuple(one for one in self.decisions if one.officer == who.name)
        return replace(self, decisions=own, photos=tuple(one for one in self.photos if one.added_by == who.name))


@dataclass(frozen=True)
class Event:
    """Something that happened, in the order of seq. kind: "scan" or "model"."""

    seq: int
    kind: str
    body: dict[str, Any]


def views_json(scan: Scan) -> list[dict[str, Any]]:
    """The facts of a scan's views as JSON."""
    return [vars(ViewFacts.of(view)) for view in scan.views]


def findings_json(found: Detections) -> list[dict[str, Any]]:
    """Detections as JSON rows."""
    return [vars(finding) for finding in found]


def stored_scan(row: sa.Row[Any]) -> StoredScan:
    """A row of `scans`."""
    return StoredScan(
        scan_id=row.scan_id,
        sha256=row.sha256,
        station_id=row.station_id,
        taken_at=datetime.fromisoformat(row.taken_at),
        received_at=datetime.fromisoformat(row.received_at),
        file=row.file,
        file_name=row.file_name,
        size_bytes=row.size_bytes,
        views=tuple(_view_facts(view) for view in row.views),
    )


def analysis(row: sa.Row[Any]) -> Analysis:
    """A row of `analyses`."""
    found = Detections.of([_finding(item) for item in row.findings], row.classes)
    return Analysis(row.scan_id, row.model_id, row.model_name, row.provider, found, row.score, row.error)


def decision(row: sa.Row[Any]) -> Decision:
    """A row of `decisions`."""
    return Decision(
        decision_id=row.decision_id,
        scan_id=row.scan_id,
        model_id=row.model_id,
        officer=row.officer,
        verdicts=tuple(Verdict(item["finding"], Judgement(item["judgement"]), item["kind"]) for item in row.verdicts),
        added=tuple(_finding(item) for item in row.added),
        disposition=Disposition(row.disposition),
        reason=row.reason,
        decided_at=datetime.fromisoformat(row.decided_at),
        dwell_s=row.dwell_s,
        supersedes=row.supersedes or None,
        reason_codes=tuple(row.reason_codes),
        reading=Reading(row.reading),
        rule=row.rule,
    )


def outcome(row: sa.Row[Any]) -> Outcome:
    """A row of `outcomes`."""
    at = datetime.fromisoformat(row.recorded_at)
    items = tuple(FoundItem(**{**item, "box": item["box"] and tuple(item["box"])}) for item in row.items)
    found = tuple(row.found)
    return Outcome(row.scan_id, row.opened, found, row.note, row.recorded_by, at, items, tuple(row.photos))


def lease(row: sa.Row[Any]) -> Lease:
    """A row of `leases`."""
    return Lease(row.scan_id, row.officer, datetime.fromisoformat(row.until))


def photo(row: sa.Row[Any]) -> Photo:
    """A row of `photos`."""
    size = (row.size_bytes, row.width, row.height)
    return Photo(
        row.scan_id, row.sha256, row.media_type, *size, row.file, row.added_by, datetime.fromisoformat(row.added_at)
    )


def _view_facts(item: dict[str, Any]) -> ViewFacts:
    pitch = item["pitch_mm"]
    tuples = {"energies": tuple(item["energies"]), "open_beam": tuple(item["open_beam"])}
    return ViewFacts(**{**item, **tuples, "pitch_mm": None if pitch is None else (pitch[0], pitch[1])})


def _finding(item: dict[str, Any]) -> Finding:
    x1, y1, x2, y2 = item["box"]
    return Finding(item["view"], (x1, y1, x2, y2), item["score"], item["kind"])
