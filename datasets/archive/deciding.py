"""Whether a decision may be made, and as whose reading: the rules around it, without a clock or a disk."""

from dataclasses import replace
from typing import Final

from cargoscope.datasets.archive.people import Officer
from cargoscope.datasets.archive.records import Case
from cargoscope.errors import ConflictError, ForbiddenError, ReviewError
from cargoscope.review import Decision, Reading, complete
from cargoscope.site import Site

BY_SCORE: Final = "score"
BY_DISPOSITION: Final = "disposition"
BY_LOT: Final = "lot"


def admit(case: Case, decision: Decision, who: Officer, site: Site, lot: float, recheck: bool = False) -> Decision:
    """The decision as it is to be stored, with its reading and the rule that holds for it.

    lot: drawn evenly from 0..1, against the share of scans that a second officer reads. recheck: it is a supervisor's.
    ReviewError where it is half-filled or has a reason code that does not fit; ForbiddenError where this person may not
    make it; ConflictError where the scan is not examined yet, was examined by another model, or stands otherwise than
    the decision supposes.
    """
    _check_examined(case, decision)
    _check_reasons(decision, site)
    assert case.analysis is not None
    complete(decision, case.analysis.found)
    reading = _recheck(case, decision, who) if recheck else _reading(case, decision, who)
    if reading is Reading.FIRST:
        return replace(decision, reading=reading, rule=_asks_second(case, decision, site, lot))
    return replace(decision, reading=reading, rule=site.disagreement if reading is Reading.SECOND else "")


def _reading(case: Case, decision: Decision, who: Officer) -> Reading:
    """Whose opinion this is: the first, the second, or a correction of one of them."""
    if "officer" not in who.roles:
        raise ForbiddenError(f"{who.name} is no officer; a supervisor decides by a re-check")
    seen = case.as_seen_by(who).decisions
    latest = {one.reading: one for one in seen}
    if decision.supersedes is None:
        return _opinion(case, who, seen)
    corrected = next((one for one in seen if one.decision_id == decision.supersedes), None)
    if corrected is None:
        raise ConflictError(f"scan {case.scan.scan_id}: there is no decision {decision.supersedes!r} to correct")
    if latest[corrected.reading] is not corrected or Reading.RECHECK in latest:
        raise ConflictError(_superseding(case, seen[-1]))
    shared = corrected.rule or corrected.reading is Reading.SECOND
    if shared and corrected.officer != who.name:
        raise ForbiddenError(
            f"scan {case.scan.scan_id}: this opinion is {corrected.officer}'s; only they correct it, "
            "or a supervisor re-checks the scan"
        )
    return corrected.reading


def _opinion(case: Case, who: Officer, seen: tuple[Decision, ...]) -> Reading:
    """A new opinion: the first, or the second of somebody who does not know the first."""
    if not case.decisions:
        return Reading.FIRST
    if case.status != "second":
        raise ConflictError(_superseding(case, seen[-1]))
    if not who.reads_blind:
        raise ForbiddenError(
            f"scan {case.scan.scan_id}: waits for a second reader, who must not know the first opinion"
        )
    if seen:
        raise ConflictError(
            f"scan {case.scan.scan_id}: the first opinion is {who.name}'s; another officer reads second"
        )
    return Reading.SECOND


def _recheck(case: Case, decision: Decision, who: Officer) -> Reading:
    """A supervisor's decision on what others read. Another supervisor, or the same, may correct it."""
    scan_id = case.scan.scan_id
    if "supervisor" not in who.roles:
        raise ForbiddenError(f"scan {scan_id}: a re-check is a supervisor's")
    if case.status not in ("decided", "recheck"):
        raise ConflictError(f"scan {scan_id}: a re-check follows the officers' decisions, and they are not complete")
    if any(one.officer == who.name and one.reading is not Reading.RECHECK for one in case.decisions):
        raise ForbiddenError(f"scan {scan_id}: {who.name} read it; another supervisor re-checks it")
    before = next((one for one in reversed(case.decisions) if one.reading is Reading.RECHECK), None)
    if decision.supersedes != (before and before.decision_id):
        raise ConflictError(
            f"scan {scan_id}: {before.officer} re-checked it; a correction supersedes decision {before.decision_id}"
            if before
            else f"scan {scan_id}: there is no re-check {decision.supersedes!r} to correct"
        )
    if not decision.reason.strip():
        raise ReviewError(f"scan {scan_id}: a re-check says why in its reason")
    return Reading.RECHECK


def _asks_second(case: Case, decision: Decision, site: Site, lot: float) -> str:
    """Why a second officer must read the scan, "" where none need. A correction never takes the question back."""
    before = next((one.rule for one in reversed(case.decisions) if one.reading is Reading.FIRST), "")
    if before:
        return before
    if decision.disposition.value in site.second_dispositions:
        return BY_DISPOSITION
    score = None if case.analysis is None else case.analysis.score
    if score is not None and site.second_scores and site.second_scores[0] <= score <= site.second_scores[1]:
        return BY_SCORE
    return BY_LOT if not case.decisions and lot < site.second_share else ""


def _check_examined(case: Case, decision: Decision) -> None:
    if case.analysis is None:
        raise ConflictError(f"scan {decision.scan_id}: no model has examined it yet")
    if case.analysis.model_id != decision.model_id:
        raise ConflictError(
            f"scan {decision.scan_id}: its findings are of model {case.analysis.model_id[:12]}, "
            f"the decision is about those of {decision.model_id[:12]}"
        )


def _check_reasons(decision: Decision, site: Site) -> None:
    known = {reason.code: reason for reason in site.reasons}
    disposition = decision.disposition.value
    for code in decision.reason_codes:
        if code not in known:
            raise ReviewError(f"no reason code {code!r}; there are {', '.join(known)}")
        if disposition not in known[code].dispositions:
            raise ReviewError(f"reason {code} explains {', '.join(known[code].dispositions)}, not {disposition}")
    if disposition in site.codes_required and not decision.reason_codes:
        fitting = ", ".join(code for code, reason in known.items() if disposition in reason.dispositions)
        raise ReviewError(f"{disposition} needs a reason code at this site: {fitting}")


def _superseding(case: Case, latest: Decision) -> str:
    by = f"{latest.officer} decided '{latest.disposition}' (decision {latest.decision_id})"
    return f"scan {case.scan.scan_id}: {by}; a correction must supersede that decision"
