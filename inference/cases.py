"""Scans with known truth become cases of the library, with what the model says of them and how hard they are."""

from pathlib import Path
from typing import Final

from cargoscope.datasets.archive import Analysis, Library, Planted
from cargoscope.datasets.formats.package import read_package
from cargoscope.datasets.truth import ScanTruth, read_coco
from cargoscope.errors import ConflictError
from cargoscope.inference.worker import Detector

PLAIN_CNR: Final = 10.0
FAINT_CNR: Final = 4.0
HIDDEN: Final = 0.3


def level_of(objects: tuple[Planted, ...], n_findings: int) -> str:
    """Easy, medium or hard: by the object that is seen best, its contrast to noise and the share of it that is lost.

    A clean scan is the harder the more the model marks in it.
    """
    if not objects:
        return ("easy", "medium")[n_findings] if n_findings < 2 else "hard"
    best = max(objects, key=lambda thing: thing.cnr * (1 - thing.hidden_fraction))
    if best.cnr >= PLAIN_CNR and best.hidden_fraction <= HIDDEN:
        return "easy"
    return "medium" if best.cnr >= FAINT_CNR and best.hidden_fraction <= 2 * HIDDEN else "hard"


def add_folder(library: Library, detector: Detector, folder: Path, by: str) -> tuple[int, int]:
    """Add the scans of a folder with its truth.json; how many were added and how many were there already."""
    added = known = 0
    for truth in read_coco(folder / "truth.json"):
        try:
            add(library, detector, folder, truth, by)
        except ConflictError:
            known += 1
        else:
            added += 1
    return added, known


def add(library: Library, detector: Detector, folder: Path, truth: ScanTruth, by: str) -> str:
    """Add one scan; the id of its case."""
    scan = read_package(folder / truth.file_name)
    found, score = detector.examine(scan)
    objects = tuple(
        Planted(thing.kind, thing.view, thing.box, thing.cnr, thing.hidden_fraction) for thing in truth.objects
    )
    card = detector.card
    analysis = Analysis(scan.scan_id, card.model_id, card.name, detector.provider, found, score)
    return library.add(scan, objects, level_of(objects, len(found)), "simulated", analysis, by)
