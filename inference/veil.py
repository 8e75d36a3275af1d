"""Blind first, where the site prescribes it: an officer looks at a scan before they hear what the model says of it.

Until their first look is stored, what the model found is kept back here, at the service, and nothing can be decided.
"""

from dataclasses import replace

from cargoscope.datasets.archive import Case, Officer
from cargoscope.datasets.archive.worklist import Filters
from cargoscope.detections import Detections
from cargoscope.errors import ForbiddenError
from cargoscope.inference.access import DECIDING
from cargoscope.inference.parts import Parts


def prescribed(parts: Parts, who: Officer) -> bool:
    """Whether this person has to look before they hear of the model: whoever may decide, where the site says so."""
    return parts.settings.blind_first and bool(who.roles & DECIDING)


def veiled(parts: Parts, case: Case, who: Officer) -> bool:
    """Whether somebody still has to look at this scan. What has a decision that they may see needs no first look."""
    if not prescribed(parts, who) or case.as_seen_by(who).decisions:
        return False
    return not parts.archive.looks.seen_by(who.name, (case.scan.scan_id,))


def as_shown(parts: Parts, cases: list[Case], who: Officer) -> list[Case]:
    """The scans without what the model found in those that somebody still has to look at."""
    if not prescribed(parts, who):
        return cases
    seen = parts.archive.looks.seen_by(who.name, tuple(case.scan.scan_id for case in cases))
    return [
        case if case.as_seen_by(who).decisions or case.scan.scan_id in seen else without_findings(case)
        for case in cases
    ]


def refuse_veiled(parts: Parts, scan_id: str, who: Officer) -> None:
    """ForbiddenError where somebody still has to look at the scan."""
    if prescribed(parts, who) and veiled(parts, parts.archive.case(scan_id), who):
        raise ForbiddenError(f"scan {scan_id}: this site wants a first look before anything of the model is told")


def refuse_choosing(parts: Parts, who: Officer, by: Filters) -> None:
    """ForbiddenError where somebody would learn of what they still have to look at by asking for a kind or a risk."""
    if prescribed(parts, who) and (by.kind, by.min_score, by.max_score) != (None, None, None):
        raise ForbiddenError("this site wants a first look before any word of the model: choose by other things")


def without_findings(case: Case) -> Case:
    """The scan as if the model had found nothing and given no score."""
    made = case.analysis
    if made is None:
        return case
    return replace(case, analysis=replace(made, found=Detections.none(made.found.classes), score=None))
