"""The archive: every scan, what models found in it, what officers decided. It only grows."""

from cargoscope.datasets.archive.accounts import Accounts
from cargoscope.datasets.archive.archive import Archive
from cargoscope.datasets.archive.library import Library, Session
from cargoscope.datasets.archive.people import Officer
from cargoscope.datasets.archive.projections import Planted, Projection
from cargoscope.datasets.archive.records import Analysis, Case, Event, StoredScan, ViewFacts

__all__ = [
    "Accounts",
    "Analysis",
    "Archive",
    "Case",
    "Event",
    "Library",
    "Officer",
    "Planted",
    "Projection",
    "Session",
    "StoredScan",
    "ViewFacts",
]
