"""Projects test images into live work: copies of clean scans of the same station, most of them with a threat in it.

A test comes a while after a real scan did, under a name and with times like that station's own; from there on it goes
the way of every scan. Only `archive.projections` knows.
"""

import logging
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic
from typing import Final

from cargoscope.datasets.archive import Archive, Planted
from cargoscope.datasets.archive.declarations import DeclaredContainer
from cargoscope.datasets.formats.iso6346 import check_digit
from cargoscope.datasets.formats.package import package_bytes, write_package
from cargoscope.datasets.formats.read import ScanFiles
from cargoscope.datasets.projection.articles import simulated_articles
from cargoscope.datasets.projection.write import Onto, Order, projected
from cargoscope.errors import CargoscopeError, SimulationError
from cargoscope.inference.disguise import as_exact_as, disguise
from cargoscope.scan import Scan

log = logging.getLogger(__name__)

SECONDS_TRIED: Final = 5
CLEAN_SHARE: Final = 0.25
"""Of the tests, those that hold nothing: without them an officer's false alarms could not be counted."""

KINDS: Final = (
    "firearm", "cigarettes", "narcotics_package", "gas_cylinder", "ammunition", "ivory", "lithium_battery", "currency",
)  # fmt: skip
MODES: Final = ("hardening", "displacement")
LEAST_CNR: Final = 3.0
MOST_HIDDEN: Final = 0.5
MOST_LIGHT: Final = 0.75
"""What nobody could see is no fair test, and what hangs in the air before a bare wall (by the transmission behind it)
is too easily known for one: both are drawn again."""

DRAWS: Final = 12
MOST_WAITING: Final = 3
"""Tests of one station that may wait for an officer at a time."""

NOT_BEFORE: Final = timedelta(hours=1)
NOT_AFTER: Final = timedelta(days=60)
"""How long ago a scan was received that a test is made of: an officer may still remember the latest ones."""

CHOICE: Final = 25
"""Clean scans among which a test's is drawn."""

LONGEST_GAP_S: Final = 900.0


class Projector:
    """Decides when tests come and makes them. `step` is called again and again, by one thread."""

    def __init__(self, archive: Archive, rng: Random) -> None:
        self.archive = archive
        self._rng = rng
        self._seen = archive.projections.last_seq()
        self._due: list[tuple[datetime, str]] = []

    def step(self, now: datetime) -> list[str]:
        """Draw for every scan that arrived since the last step, and make what is due; ids of the tests made."""
        arrived = self.archive.projections.arrivals(self._seen)
        if arrived:
            self._seen = arrived[-1][0]
            rates = self.archive.projections.rates()
            for _, _, station_id in arrived:
                if self._rng.random() < rates.get(station_id, 0.0):
                    self._due.append((now + timedelta(seconds=self._gap_s(station_id)), station_id))
        ready = [station_id for due, station_id in self._due if due <= now]
        self._due = [(due, station_id) for due, station_id in self._due if due > now]
        made = [self.make(station_id, now) for station_id in ready]
        return [scan_id for scan_id in made if scan_id is not None]

    def make(self, station_id: str, now: datetime) -> str | None:
        """Make one test for a station; None, with the reason in the log, where none can be made."""
        projections = self.archive.projections
        if projections.n_waiting(station_id) >= MOST_WAITING:
            log.info("no test for %s: %d wait already", station_id, MOST_WAITING)
            return None
        clean = projections.clean(station_id, now - NOT_AFTER, now - NOT_BEFORE)[:CHOICE]
        if not clean:
            log.warning("no test for %s: it has no clean scan that is old enough", station_id)
            return None
        source, begun = self._rng.choice(clean), monotonic()
        try:
            scan, objects = self._picture(source)
            arrives = now + timedelta(seconds=monotonic() - begun)
            named = self._named(station_id, arrives)
            if named is None:
                log.warning("no test for %s: its names have no pattern", station_id)
                return None
            scan_id, taken_at = named
            self._store(replace(scan, scan_id=scan_id, station_id=station_id, taken_at=taken_at), source, objects)
        except CargoscopeError as error:
            log.warning("no test for %s: %s", station_id, error)
            return None
        log.info("a test image was projected for %s", station_id)
        return scan_id

    def _named(self, station_id: str, arrives: datetime) -> tuple[str, datetime] | None:
        """An id like the station's, and when the scan will seem to have been taken: as long ago as one of its own, or a
        little longer where the names of that second are taken."""
        recent = self.archive.projections.recent(station_id)
        taken_at = arrives - self._rng.choice([received - taken for _, taken, received in recent] or [timedelta()])
        known = [(name, taken) for name, taken, _ in recent]
        taken_at = as_exact_as([taken for _, taken in known], taken_at)
        for _ in range(SECONDS_TRIED):
            scan_id = disguise(known, taken_at, self.archive.projections.is_taken, self._rng)
            if scan_id is not None:
                return scan_id, taken_at
            taken_at -= timedelta(seconds=1)
        return None

    def _picture(self, source: str) -> tuple[Scan, tuple[Planted, ...]]:
        scan = self.archive.open_scan(source)
        if self._rng.random() < CLEAN_SHARE:
            return scan, ()
        return plant(scan, self._rng)

    def _store(self, scan: Scan, source: str, objects: tuple[Planted, ...]) -> None:
        archive = self.archive
        content, name = package_bytes(scan), f"{scan.scan_id}.scan"
        also = archive.projections.mark(scan.scan_id, source, objects, archive.projections.rates()[scan.station_id])
        with archive.files.receive([content], name, len(content)) as incoming:
            archive.keep(incoming, scan, name, also)
        declared = archive.declarations.of(source)
        if declared.containers or declared.headings or declared.declared_empty is not None:
            containers = tuple(_other_number(one, self._rng) for one in declared.containers)
            archive.declarations.declare(replace(declared, scan_id=scan.scan_id, containers=containers))

    def _gap_s(self, station_id: str) -> float:
        """Until the test comes: anything up to twice the usual time between two scans of the station."""
        at = [received for _, _, received in self.archive.projections.recent(station_id)]
        gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(at)]
        return self._rng.uniform(0, 2 * min(median(gaps), LONGEST_GAP_S)) if gaps else 0.0


def plant(scan: Scan, rng: Random) -> tuple[Scan, tuple[Planted, ...]]:
    """The scan with one simulated article in its first view, and where it is. SimulationError where none is fair."""
    articles = simulated_articles(KINDS, "validation")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clean.scan"
        write_package(path, scan)
        onto = Onto(ScanFiles((path,)))
        for _ in range(DRAWS):
            order = Order(seed=rng.getrandbits(32), modes=MODES)
            made, truth, _ = projected(order, onto, articles, 0)
            (thing,) = truth.objects
            light = float(thing.facts["background_transmission"])
            if thing.cnr >= LEAST_CNR and thing.hidden_fraction <= MOST_HIDDEN and light <= MOST_LIGHT:
                view = replace(made.views[0], pitch_mm=scan.views[0].pitch_mm)
                planted = Planted(thing.kind, 0, thing.box, thing.cnr, thing.hidden_fraction)
                return replace(scan, views=(view, *scan.views[1:])), (planted,)
    raise SimulationError(f"scan {scan.scan_id}: no place in which a threat would be a fair test")


def _other_number(container: DeclaredContainer, rng: Random) -> DeclaredContainer:
    """A container of the same owner and type that is another one."""
    code = container.number[:4] + f"{rng.randrange(10**6):06d}"
    return replace(container, number=f"{code}{check_digit(code)}")
