"""What people said about a scan: the officer's decision, the physical examination's outcome, and both as feedback."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final

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


SEVERITY: Final = (Disposition.RELEASE, Disposition.HOLD, Disposition.INSPECT)
"""The mildest first."""


class Reading(IntEnum):
    """Whose opinion a decision is: the first officer's, the second's who did not know it, or a supervisor's."""

    FIRST = 1
    SECOND = 2
    RECHECK = 3


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
    supersedes: the decision of the same reading that this one corrects; a correction says why in its reason.
    reason_codes: of the site's catalogue. rule: the site's rule that held when it was made: of a first opinion why a
    second reader is asked ("" for none), of a second one who settles a disagreement ("supervisor" or "stricter").
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
    reason_codes: tuple[str, ...] = ()
    reading: Reading = Reading.FIRST
    rule: str = ""

    def __post_init__(self) -> None:
        if self.decided_at.tzinfo is None:
            raise ReviewError(f"decision {self.decision_id}: decided_at must carry a time zone")
        rows = [verdict.finding for verdict in self.verdicts]
        if len(set(rows)) != len(rows):
            raise ReviewError(f"decision {self.decision_id}: a finding has two verdicts, rows {rows}")
        if self.dwell_s < 0:
            raise ReviewError(f"decision {self.decision_id}: dwell_s must not be negative, got {self.dwell_s}")
        if len(set(self.reason_codes)) != len(self.reason_codes):
            raise ReviewError(f"decision {self.decision_id}: a reason code stands twice, {self.reason_codes}")
        if self.disposition is not Disposition.RELEASE and not self.reason.strip() and not self.reason_codes:
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
class Settled:
    """How far the opinions on a scan have come. final: the decision that holds. awaits: "" where it is final, else
    "first", "second" for a second reader, "recheck" for a supervisor."""

    final: Decision | None
    awaits: str


def settle(decisions: Sequence[Decision]) -> Settled:
    """Which decision on a scan holds, of all that were made, oldest first.

    Of each reading the latest counts. A supervisor's re-check holds before all others. A first opinion holds alone
    where no second reader was asked. Two opinions of one disposition hold together, the second stands for both. Where
    they differ, the site's rule says whether the stricter one holds, or a supervisor must decide.
    """
    latest = {decision.reading: decision for decision in decisions}
    if Reading.RECHECK in latest:
        return Settled(latest[Reading.RECHECK], "")
    if Reading.FIRST not in latest:
        return Settled(None, "first")
    first, second = latest[Reading.FIRST], latest.get(Reading.SECOND)
    if second is None:
        return Settled(None, "second") if first.rule else Settled(first, "")
    if first.disposition is second.disposition:
        return Settled(second, "")
    if second.rule == "stricter":
        return Settled(max(second, first, key=lambda decision: SEVERITY.index(decision.disposition)), "")
    return Settled(None, "recheck")


@dataclass(frozen=True)
class FoundItem:
    """One thing that a physical examination found. view, box: where in the scan, x1 y1 x2 y2 in pixels of the view;
    where: in words. Each may be missing."""

    kind: str
    view: int | None = None
    box: tuple[float, float, float, float] | None = None
    where: str = ""

    def __post_init__(self) -> None:
        if self.box is not None and self.view is None:
            raise ReviewError(f"{self.kind}: a box is of a view, and none is named")


@dataclass(frozen=True)
class Outcome:
    """What the physical examination said. opened False: nobody looked, nothing is known. found: kinds, may be empty.

    items: the same with their places; a kind of an item is in found too. photos: sha256 of photographs.
    """

    scan_id: str
    opened: bool
    found: tuple[str, ...]
    note: str
    recorded_by: str
    recorded_at: datetime
    items: tuple[FoundItem, ...] = ()
    photos: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.recorded_at.tzinfo is None:
            raise ReviewError(f"outcome of scan {self.scan_id}: recorded_at must carry a time zone")
        if self.found and not self.opened:
            raise ReviewError(f"outcome of scan {self.scan_id}: not opened, so nothing found, got {self.found}")
        if {item.kind for item in self.items} - set(self.found):
            raise ReviewError(f"outcome of scan {self.scan_id}: an item's kind is missing in found, {self.found}")


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
