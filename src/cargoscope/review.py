"""What people said about a scan: the officer's decision, the physical examination's outcome, and both as feedback."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cargoscope.detections import Detections, Finding
from cargoscope.errors import ReviewError


class Judgement(StrEnum):
    """What an officer says of one region that the model proposed."""

    CONFIRM = "confirm"
    REJECT = "reject"
    RECLASS = "reclass"


class Disposition(StrEnum):
    RELEASE = "release"
    HOLD = "hold"
    INSPECT = "inspect"


class Source(StrEnum):
    """Where a label comes from, the most trusted first."""

    OPENED = "opened"
    OFFICER = "officer"
    MODEL = "model"


@dataclass(frozen=True)
class Verdict:
    """Of one region. finding: its row in the model's detections. kind: what it is instead, only with RECLASS."""

    finding: int
    judgement: Judgement
    kind: str | None = None

    def __post_init__(self) -> None:
        if self.finding < 0:
            raise ReviewError(f"a verdict names a finding by its row 0.., got {self.finding}")
        if (self.judgement is Judgement.RECLASS) != (self.kind is not None):
            raise ReviewError(
                f"finding {self.finding}: a kind goes with 'reclass' and only with it, "
                f"got {self.judgement} {self.kind!r}"
            )


@dataclass(frozen=True)
class Decision:
    """An officer's decision on one scan, made looking at one model's findings.

    added: regions that the officer drew (score 1). dwell_s: seconds from opening the scan to deciding.
    supersedes: the decision that this one corrects; a correction says why in its reason.
    """

    decision_id: str
    scan_id: str
    model_id: str
    officer: str
    verdicts: tuple[Verdict, ...]
    added: tuple[Finding, ...]
    disposition: Disposition
    reason: str
    decided_at: datetime
    dwell_s: float
    supersedes: str | None = None

    def __post_init__(self) -> None:
        if self.decided_at.tzinfo is None:
            raise ReviewError(f"decision {self.decision_id}: decided_at must carry a time zone")
        rows = [verdict.finding for verdict in self.verdicts]
        if len(set(rows)) != len(rows):
            raise ReviewError(f"decision {self.decision_id}: a finding has two verdicts, rows {rows}")
        if self.dwell_s < 0:
            raise ReviewError(f"decision {self.decision_id}: dwell_s must not be negative, got {self.dwell_s}")
        if self.disposition is not Disposition.RELEASE and not self.reason.strip():
            raise ReviewError(f"decision {self.decision_id}: {self.disposition} needs a reason")
        if self.supersedes is not None and not self.reason.strip():
            raise ReviewError(f"decision {self.decision_id}: a correction needs a reason")


def complete(decision: Decision, found: Detections) -> Decision:
    """The decision, once every finding has exactly one verdict; ReviewError names the first row that does not fit."""
    rows = {verdict.finding for verdict in decision.verdicts}
    for row in range(len(found)):
        if row not in rows:
            raise ReviewError(f"scan {decision.scan_id}: region {row} of {len(found)} has no verdict")
    for row in sorted(rows):
        if row >= len(found):
            raise ReviewError(f"scan {decision.scan_id}: there is no region {row}, the model found {len(found)}")
    return decision


@dataclass(frozen=True)
class Outcome:
    """What the physical examination said. opened False: nobody looked, nothing is known. found: kinds, may be empty."""

    scan_id: str
    opened: bool
    found: tuple[str, ...]
    note: str
    recorded_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        if self.recorded_at.tzinfo is None:
            raise ReviewError(f"outcome of scan {self.scan_id}: recorded_at must carry a time zone")
        if self.found and not self.opened:
            raise ReviewError(f"outcome of scan {self.scan_id}: not opened, so nothing found, got {self.found}")


@dataclass(frozen=True)
class Feedback:
    """One decided scan as the archive gives it to training.

    source: OPENED where a physical examination stands behind the labels, OFFICER where only the officer does.
    """

    scan_id: str
    found: Detections
    decision: Decision
    outcome: Outcome | None
    source: Source
