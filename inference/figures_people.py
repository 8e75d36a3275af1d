"""Figures about people's work: how well each finds what is known to be there, how fast, and what became of it.

Pure functions over what the archive gives; test images and training are counted apart from real work throughout.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import numpy as np

from cargoscope.datasets.archive.library import Case, Session
from cargoscope.datasets.archive.projections import Projection
from cargoscope.datasets.archive.work import Reviewed
from cargoscope.detections import Finding
from cargoscope.inference.detection_theory import Sensitivity
from cargoscope.inference.judging import Result, judge
from cargoscope.models.rates import Rate
from cargoscope.review import Decision, Disposition, Judgement

Source = Literal["live", "training", "warm-up"]
SOURCES: Final[tuple[Source, ...]] = ("live", "training", "warm-up")

AGES_S: Final = (300.0, 900.0, 1800.0, 3600.0, 4 * 3600.0, 24 * 3600.0)
"""Upper ends of the classes of waiting times; the last class has none."""


@dataclass(frozen=True)
class Trial:
    """One answer to a scan with known truth. held: it held something. source: test in live work, or which session."""

    officer: str
    source: Source
    held: bool
    result: Result
    dwell_s: float
    at: datetime


@dataclass(frozen=True)
class Times:
    """Seconds per scan; None where there was none."""

    n: int
    median_s: float | None
    p90_s: float | None

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Times":
        if not seconds:
            return cls(0, None, None)
        median, p90 = np.percentile(seconds, (50, 90))
        return cls(len(seconds), float(median), float(p90))


@dataclass(frozen=True)
class Competence:
    """One officer in one sort of trials."""

    officer: str
    source: Source
    sensitivity: Sensitivity
    times: Times


@dataclass(frozen=True)
class OfficerWork:
    """One officer's real decisions, those that were corrected later left out but for `corrected`.

    disagreed: regions of the model that were rejected or given another class, of all judged. overruled: scans with
    regions of the model that were released all the same, of all scans with regions. unprompted: scans without any
    region that were held or sent to inspection, of all such scans. found: of the opened scans that this officer had
    stopped, those in which something was found.
    """

    officer: str
    n: int
    release: int
    hold: int
    inspect: int
    corrected: int
    drawn: int
    times: Times
    disagreed: Rate
    overruled: Rate
    unprompted: Rate
    found: Rate


@dataclass(frozen=True)
class Day:
    """Decisions of one day (UTC)."""

    day: str
    release: int
    hold: int
    inspect: int


@dataclass(frozen=True)
class Waiting:
    """Real scans that nobody decided. ages: how many in each class of AGES_S, and one more for older ones."""

    n: int
    median_s: float | None
    p90_s: float | None
    oldest_s: float | None
    oldest_scan: str | None
    ages: tuple[int, ...]


def live_trials(tests: Iterable[Projection], found_in: dict[str, list[Finding]]) -> list[Trial]:
    """Of the test images that were decided. found_in: what the model had marked, by scan."""
    return [
        _trial("live", one.answer, judge(one.objects, found_in[one.scan_id], one.answer).result, one.objects)
        for one in tests
        if one.answer is not None
    ]


def session_trials(sessions: Iterable[Session], cases: dict[str, Case]) -> list[Trial]:
    """Of training sessions."""
    trials = []
    for session in sessions:
        source: Source = "warm-up" if session.purpose == "warm-up" else "training"
        for answer in session.answers:
            case = cases[answer.scan_id]
            result = judge(case.objects, list(case.analysis.found), answer).result
            trials.append(_trial(source, answer, result, case.objects))
    return trials


def competence(officer: str, trials: Iterable[Trial]) -> list[Competence]:
    """The officer's figures for each sort of trials that there were. A false alarm beside what was there is no hit."""
    mine = [trial for trial in trials if trial.officer == officer]
    made = []
    for source in SOURCES:
        of = [trial for trial in mine if trial.source == source]
        if not of:
            continue
        held, clean = [t for t in of if t.held], [t for t in of if not t.held]
        hits = sum(trial.result is Result.HIT for trial in held)
        alarms = sum(trial.result is Result.FALSE_ALARM for trial in clean)
        times = Times.of([trial.dwell_s for trial in of])
        made.append(Competence(officer, source, Sensitivity.of(hits, len(held), alarms, len(clean)), times))
    return made


def officer_work(officer: str, reviewed: Iterable[Reviewed]) -> OfficerWork:
    """Figures over the decisions given, whoever made them; `officer` is only the name on the line."""
    every = list(reviewed)
    standing = [one for one in every if not one.corrected]
    fates = [one.decision.disposition for one in standing]
    judged = [verdict for one in standing for verdict in one.decision.verdicts]
    disagreed = sum(verdict.judgement is not Judgement.CONFIRM for verdict in judged)
    prompted = [one for one in standing if len(one.found)]
    silent = [one for one in standing if not len(one.found)]
    opened = [one for one in standing if one.opened and _stopped(one)]
    return OfficerWork(
        officer=officer,
        n=len(standing),
        release=fates.count(Disposition.RELEASE),
        hold=fates.count(Disposition.HOLD),
        inspect=fates.count(Disposition.INSPECT),
        corrected=len(every) - len(standing),
        drawn=sum(len(one.decision.added) for one in standing),
        times=Times.of([one.decision.dwell_s for one in standing]),
        disagreed=Rate.of(disagreed, len(judged)),
        overruled=Rate.of(sum(not _stopped(one) for one in prompted), len(prompted)),
        unprompted=Rate.of(sum(_stopped(one) for one in silent), len(silent)),
        found=Rate.of(sum(bool(one.kinds_found) for one in opened), len(opened)),
    )


def by_day(reviewed: Iterable[Reviewed]) -> list[Day]:
    """Decisions per day (UTC), days without any left out."""
    days: dict[str, list[str]] = {}
    for one in reviewed:
        if not one.corrected:
            days.setdefault(one.decision.decided_at.date().isoformat(), []).append(one.decision.disposition.value)
    return [
        Day(day, fates.count("release"), fates.count("hold"), fates.count("inspect"))
        for day, fates in sorted(days.items())
    ]


def waiting(scans: Sequence[tuple[str, str, datetime]], now: datetime) -> Waiting:
    """scans: (scan_id, station, received at)."""
    if not scans:
        return Waiting(0, None, None, None, None, (0,) * (len(AGES_S) + 1))
    ages = [max(0.0, (now - received).total_seconds()) for _, _, received in scans]
    times, oldest = Times.of(ages), int(np.argmax(ages))
    classes = np.bincount(np.searchsorted(AGES_S, ages, side="right"), minlength=len(AGES_S) + 1)
    return Waiting(len(ages), times.median_s, times.p90_s, ages[oldest], scans[oldest][0], tuple(map(int, classes)))


def _trial(source: Source, answer: Decision, result: Result, objects: Sequence[object]) -> Trial:
    return Trial(answer.officer, source, bool(objects), result, answer.dwell_s, answer.decided_at)


def _stopped(one: Reviewed) -> bool:
    return one.decision.disposition is not Disposition.RELEASE
