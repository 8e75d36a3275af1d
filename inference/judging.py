"""What an officer's answer to a scan with known truth was: a hit, a miss, a false alarm, or rightly nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cargoscope.datasets.archive import Planted
from cargoscope.detections import Finding
from cargoscope.review import Decision, Disposition, Judgement

Box = tuple[float, float, float, float]


class Result(StrEnum):
    HIT = "hit"
    MISS = "miss"
    FALSE_ALARM = "false_alarm"
    CLEAR = "clear"


@dataclass(frozen=True)
class Answer:
    """marks: regions that the officer took for something. located: whether one of them lies on what was there."""

    result: Result
    located: bool
    marks: tuple[Finding, ...]


def judge(objects: Sequence[Planted], found: Sequence[Finding], decision: Decision) -> Answer:
    """objects: what was in the scan, none in a clean one. found: the regions that the officer had before them.

    Whoever holds a scan or sends it to inspection raises an alarm. A hit is an alarm on a scan that held something,
    unless the officer marked regions and none of them touches it: then the examination would have looked in the wrong
    place, which is a false alarm. A mark touches a thing where the middle of one lies in the box of the other. Whoever
    releases what held something has missed it, whatever was marked.
    """
    marks = tuple(marked(found, decision))
    located = any(_touch(mark.view, mark.box, thing) for mark in marks for thing in objects)
    alarm = decision.disposition is not Disposition.RELEASE
    if not objects:
        return Answer(Result.FALSE_ALARM if alarm else Result.CLEAR, False, marks)
    if not alarm:
        return Answer(Result.MISS, located, marks)
    return Answer(Result.HIT if located or not marks else Result.FALSE_ALARM, located, marks)


def marked(found: Sequence[Finding], decision: Decision) -> list[Finding]:
    """The regions that an officer took for something: confirmed, reclassed or drawn."""
    kept = [verdict for verdict in decision.verdicts if verdict.judgement is not Judgement.REJECT]
    return [found[verdict.finding] for verdict in kept] + list(decision.added)


def _touch(view: int, box: Box, thing: Planted) -> bool:
    return view == thing.view and (_holds(box, _middle(thing.box)) or _holds(thing.box, _middle(box)))


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
