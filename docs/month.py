"""An invented month of a site, so that the pictures of figures have something to show. Nothing in it was measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from unittest.mock import patch

import numpy as np
import sqlalchemy as sa

from cargoscope.datasets.archive import Analysis, Archive, Planted
from cargoscope.datasets.archive.database import in_utc
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.detections import Detections, Finding
from cargoscope.inference.attendant import take_reading
from cargoscope.models.card import ModelCard
from cargoscope.review import Decision, Disposition, Judgement, Outcome, Verdict
from cargoscope.scan import Scan, View

DAYS = 26
A_DAY = 6
STATIONS = ("gate-1", "gate-2")
SUPERVISOR = "mai"
TEST_SHARE = 0.3
"""Of the scans that were tests: many more than a site would set, so that the intervals are no wider than the plot."""

WIDTH, HEIGHT = 160, 64
PLACE = (60.0, 30.0, 78.0, 42.0)
"""Of whatever was planted or marked: no picture shows these scans large."""


@dataclass(frozen=True)
class Worker:
    """How an invented officer works: the share of threats that they stop, and of clean scans; their usual seconds."""

    name: str
    stops: float
    alarms: float
    pace_s: float


WORKERS = (
    Worker("lan", 0.90, 0.10, 14.0),
    Worker("bo", 0.78, 0.05, 19.0),
    Worker("khoa", 0.68, 0.16, 11.0),
    Worker("thu", 0.94, 0.24, 23.0),
)


def fill(archive: Archive, card: ModelCard, team: str) -> None:
    """Puts the month into an archive whose service is stopped. The officers' accounts are there already."""
    rng = Random(7)
    for name in (SUPERVISOR, *(worker.name for worker in WORKERS)):
        archive.teams.put(name, team, SUPERVISOR)
    for station_id, share in (*((name, 0.02) for name in STATIONS), (STATIONS[0], 0.04)):
        archive.projections.set_rate(station_id, share, SUPERVISOR)
    today, source = datetime.now(UTC).replace(hour=7, minute=12, second=0, microsecond=0), ""
    for day in range(DAYS):
        for number in range(A_DAY if day % 7 < 5 else A_DAY // 2):
            at = today - timedelta(days=DAYS - day) + timedelta(minutes=97 * number, seconds=rng.randrange(3000))
            station_id = STATIONS[rng.random() < 0.35]
            is_test = source != "" and rng.random() < TEST_SHARE
            kind = rng.choice(card.classes) if rng.random() < (0.7 if is_test else 0.3) else None
            planted = (Planted(kind, 0, PLACE, rng.uniform(3.5, 12), 0.1),) if kind else ()
            scan = Scan(f"{at:%Y%m%d}-{1000 + number}", at, station_id, (picture(rng, day, station_id),))
            with patch("cargoscope.datasets.archive.projections.now", lambda at=at: in_utc(at)):
                also = archive.projections.mark(scan.scan_id, source, planted, 0.04) if is_test else None
            keep(archive, scan, also)
            with patch("cargoscope.datasets.archive.archive.now", lambda at=at: in_utc(at)):
                work_on(archive, card, scan, kind, rng, is_test)
            source = source if is_test else scan.scan_id
    while take_reading(archive):
        pass
    for station_id, hours in zip(STATIONS, (3, 31), strict=True):
        archive.scanners.calibrated(station_id, datetime.now(UTC) - timedelta(hours=hours))


def keep(archive: Archive, scan: Scan, also: Callable[[sa.Connection], None] | None) -> None:
    """A scan arrives twenty seconds after it was taken."""
    content = package_bytes(scan)
    arrived = in_utc(scan.taken_at + timedelta(seconds=20))
    with (
        patch("cargoscope.datasets.archive.archive.now", lambda: arrived),
        archive.files.receive([content], scan.scan_id, len(content)) as incoming,
    ):
        archive.keep(incoming, scan, f"{scan.scan_id}.scan", also or (lambda _: None))


def work_on(archive: Archive, card: ModelCard, scan: Scan, kind: str | None, rng: Random, is_test: bool) -> None:
    """The model marks what is there, mostly, and what is not; an officer decides; most of what is stopped is opened."""
    right = [Finding(0, PLACE, rng.uniform(0.55, 0.99), rng.choice([*[kind] * 12, *card.classes]))] if kind else []
    wrong = [
        Finding(0, (20.0 + 40 * n, 20.0, 34.0 + 40 * n, 30.0), rng.betavariate(3, 2), rng.choice(card.classes))
        for n in range(rng.choice((0, 0, 0, 0, 0, 0, 1, 1, 2)))
    ]
    found = [*(right if rng.random() < 0.85 else []), *wrong]
    score = max((one.score for one in found), default=rng.uniform(0.02, 0.3))
    provider = "CPUExecutionProvider"
    detections = Detections.of(found, card.classes)
    archive.record(Analysis(scan.scan_id, card.model_id, card.name, provider, detections, score))
    worker = rng.choice(WORKERS)
    stopped = rng.random() < (worker.stops if kind else worker.alarms)
    made = decision(scan, card, worker, kind, found, stopped, rng)
    archive.decide(made)
    if stopped and not is_test and rng.random() < 0.8:
        opened = rng.random() < 0.85
        what = (kind,) if kind and opened else ()
        archive.conclude(Outcome(scan.scan_id, opened, what, "", worker.name, made.decided_at + timedelta(hours=2)))


def decision(
    scan: Scan, card: ModelCard, worker: Worker, kind: str | None, found: Sequence[Finding], stopped: bool, rng: Random
) -> Decision:
    """What an officer says: of what is there that it is there, of most else that it is not."""
    verdicts, is_marked = [], False
    for row, one in enumerate(found):
        if not stopped or one.box != PLACE:
            verdicts.append(Verdict(row, Judgement.REJECT))
        elif one.kind == kind:
            verdicts.append(Verdict(row, Judgement.CONFIRM))
        else:
            verdicts.append(Verdict(row, Judgement.RECLASS, kind))
        is_marked |= one.box == PLACE
    added = () if is_marked or not (stopped and kind) else (Finding(0, PLACE, 1.0, kind),)
    stops = (Disposition.INSPECT, Disposition.INSPECT, Disposition.INSPECT, Disposition.HOLD)
    fate = rng.choice(stops) if stopped else Disposition.RELEASE
    dwell_s = worker.pace_s * rng.lognormvariate(0.0, 0.45)
    at = scan.taken_at + timedelta(seconds=90 + dwell_s)
    reason = "" if fate is Disposition.RELEASE else "dense object between the pallets"
    return Decision(
        f"d-{scan.scan_id}", scan.scan_id, card.model_id, worker.name, tuple(verdicts), added, fate, reason, at, dwell_s
    )


def train(archive: Archive) -> None:
    """The officers' sessions on the cases that the library holds."""
    rng, library = Random(11), archive.library
    cases = {case.case_id: case for case in library.cases()}
    for worker in WORKERS:
        for days, purpose, level in ((9, "training", "mixed"), (2, "warm-up", "mixed")):
            at = datetime.now(UTC) - timedelta(days=days, minutes=rng.randrange(300))
            with patch("cargoscope.datasets.archive.library.now", lambda at=at: in_utc(at)):
                session = library.start(worker.name, purpose, 4, level, rng)
            for number, case_id in enumerate(session.cases):
                case = cases[case_id]
                stopped = rng.random() < (worker.stops if case.objects else worker.alarms)
                rejected = tuple(Verdict(row, Judgement.REJECT) for row in range(len(case.analysis.found)))
                drawn = tuple(Finding(one.view, one.box, 1.0, one.kind) for one in case.objects) if stopped else ()
                fate, why = (Disposition.INSPECT, "seen") if stopped else (Disposition.RELEASE, "")
                when, dwell_s = at + timedelta(seconds=40 * (number + 1)), worker.pace_s * rng.lognormvariate(0, 0.4)
                said = (case.analysis.model_id, worker.name, rejected, drawn, fate, why, when, dwell_s)
                library.answer(session, Decision(f"t-{session.session_id}-{number}", case_id, *said))


def picture(rng: Random, day: int, station_id: str) -> View:
    """A load in air. gate-1's tube ages in the last week, gate-2 gets noisy."""
    level = (
        60000
        * (1.002 - (0.003 * max(0, day - DAYS + 6) if station_id == STATIONS[0] else 0.0))
        * rng.uniform(0.998, 1.002)
    )
    noise = 0.0023 * rng.uniform(0.9, 1.1) * (1.9 if station_id == STATIONS[1] and day > DAYS - 6 else 1.0)
    draw = np.random.default_rng(rng.getrandbits(32))
    light = level * (1 + draw.normal(0, noise, (2, HEIGHT, WIDTH)))
    light[:, 12:56, 20:140] *= np.exp(-0.8 - 0.3 * draw.random((44, 1)))
    pixels = np.clip(light, 0, 65535).round().astype(np.uint16)
    return View(pixels, ("6MV", "4MV"), (60000, 60000), (6.0, 6.0), "side")
