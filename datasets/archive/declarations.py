"""What stations declare of scans (which containers, which goods), and which other scans a scan may be held against."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from cargoscope.datasets.archive.database import now, writing
from cargoscope.datasets.archive.projections import made_of, source_of
from cargoscope.datasets.archive.standing import PAST
from cargoscope.datasets.archive.tables import declarations, scans, standing
from cargoscope.datasets.formats.iso6346 import NUMBER, is_valid
from cargoscope.errors import ArchiveError, NotFoundError

Likeness = Literal["container", "empty", "heading", "station"]
"""Why two scans are worth comparing, the most telling first: the same container at another time, an empty one of the
same size and type, goods under the same heading, or merely the same scanner."""

SIZE_TYPE: Final = re.compile(r"[0-9A-Z]{2}[A-Z][0-9A-Z]")
"""ISO 6346: length, height and width, type and its detail, such as 45G1."""

HEADING: Final = re.compile(r"[0-9]{4}")
"""Of the Harmonized System."""

LOOKED_AT: Final = 5000
"""Scans, the newest first, among which like ones are looked for."""


@dataclass(frozen=True)
class DeclaredContainer:
    """number: as painted on it, with the check digit of ISO 6346 right. size_type: ISO 6346, "" where unknown."""

    number: str
    size_type: str = ""

    def __post_init__(self) -> None:
        if not is_valid(self.number):
            raise ArchiveError(f"a container number is like CSQU3054383, check digit right, got {self.number[:20]!r}")
        if self.size_type and not SIZE_TYPE.fullmatch(self.size_type):
            raise ArchiveError(f"container {self.number}: a size-type is like 45G1, got {self.size_type[:20]!r}")


@dataclass(frozen=True)
class Declaration:
    """What was said of one scan. headings: HS, four digits each. declared_empty: None where nobody says."""

    scan_id: str
    containers: tuple[DeclaredContainer, ...] = ()
    headings: tuple[str, ...] = ()
    declared_empty: bool | None = None

    def __post_init__(self) -> None:
        for heading in self.headings:
            if not HEADING.fullmatch(heading):
                raise ArchiveError(f"scan {self.scan_id}: an HS heading has four digits, got {heading[:20]!r}")

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(one.number for one in self.containers)

    @property
    def size_types(self) -> frozenset[str]:
        return frozenset(one.size_type for one in self.containers if one.size_type)


class Declarations:
    """Declarations of scans; the latest of a scan counts. Where there is none, numbers in its names are taken."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def declare(self, declaration: Declaration) -> None:
        """Store a declaration; NotFoundError where there is no such scan."""
        with writing(self._engine) as connection:
            known = sa.select(scans.c.seq).where(scans.c.scan_id == declaration.scan_id)
            if connection.execute(known).first() is None:
                raise NotFoundError(f"no scan {declaration.scan_id!r}")
            row = {
                "scan_id": declaration.scan_id,
                "containers": [vars(one) for one in declaration.containers],
                "headings": list(declaration.headings),
                "declared_empty": declaration.declared_empty,
                "made_at": now(),
            }
            connection.execute(declarations.insert().values(row))

    def of(self, scan_id: str) -> Declaration:
        """What is known of a scan; NotFoundError where there is no such scan."""
        with self._engine.connect() as connection:
            row = connection.execute(_known().where(scans.c.scan_id == scan_id)).first()
        if row is None:
            raise NotFoundError(f"no scan {scan_id!r}")
        return _declaration(row)

    def like(self, scan_id: str, limit: int) -> list[tuple[str, Likeness]]:
        """Other scans worth comparing with this one and why, the most telling likeness first, then the newest.

        A test image and the scan that it was made of are not held against each other: that would give it away. With
        all others it is listed like any scan until it is decided: missing there, it would be known by that.
        """
        wanted = self.of(scan_id)
        with self._engine.connect() as connection:
            station = connection.execute(sa.select(scans.c.station_id).where(scans.c.scan_id == scan_id)).scalar_one()
            past = sa.exists().where(standing.c.scan_id == scans.c.scan_id, standing.c.stage == PAST)
            apart = scans.c.scan_id.not_in((scan_id, sa.func.coalesce(source_of(scan_id), "")))
            fits = apart & ~past & ~made_of(scans.c.scan_id, scan_id)
            others = _known().where(fits).order_by(scans.c.seq.desc()).limit(LOOKED_AT)
            rows = connection.execute(others).all()
        order: Sequence[Likeness] = ("container", "empty", "heading", "station")
        found = [(row.scan_id, like) for row in rows if (like := _likeness(wanted, station, row)) is not None]
        return sorted(found, key=lambda pair: order.index(pair[1]))[:limit]


def _known() -> sa.Select[Any]:
    newest, any_made = declarations.alias("newest"), declarations.alias("any_made")
    latest = sa.select(sa.func.max(any_made.c.seq)).where(any_made.c.scan_id == scans.c.scan_id).scalar_subquery()
    columns = (scans.c.scan_id, scans.c.station_id, scans.c.file_name)
    declared = (newest.c.containers, newest.c.headings, newest.c.declared_empty)
    return sa.select(*columns, *declared).select_from(scans.outerjoin(newest, newest.c.seq == latest))


def _declaration(row: sa.Row[Any]) -> Declaration:
    if row.containers is None:
        return Declaration(row.scan_id, tuple(DeclaredContainer(number) for number in _numbers(row)))
    containers = tuple(DeclaredContainer(**one) for one in row.containers)
    return Declaration(row.scan_id, containers, tuple(row.headings), row.declared_empty)


def _numbers(row: sa.Row[Any]) -> list[str]:
    """Container numbers in the names of a scan: many stations name their files so."""
    text = f"{row.scan_id} {row.file_name}".upper()
    return sorted({number for number in NUMBER.findall(text) if is_valid(number)})


def _likeness(wanted: Declaration, station: str, row: sa.Row[Any]) -> Likeness | None:
    other = _declaration(row)
    if wanted.numbers & other.numbers:
        return "container"
    if other.declared_empty and wanted.size_types & other.size_types:
        return "empty"
    if set(wanted.headings) & set(other.headings):
        return "heading"
    return "station" if row.station_id == station else None
