"""Examining a model by the very engine that would serve it."""

import json
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from cargoscope.atomic import write_whole
from cargoscope.datasets.manifest import Manifest, Sample
from cargoscope.detections import Detections
from cargoscope.inference.engine import Engine
from cargoscope.models.card import read_card
from cargoscope.models.operating import LOWEST
from cargoscope.scan import Scan
from cargoscope.training.breakdown import details
from cargoscope.training.calibrate import reliabilities
from cargoscope.training.scores import Examined, Scores, refuse_one_sided, score

log = logging.getLogger(__name__)


Weigh = Callable[[Scan, Detections], Detections]
"""What a scene model that serves beside the detector makes of its findings: the same rows, scores as they count."""


def examine(
    folder: Path, manifest: Manifest, open_scan: Callable[[Sample], Scan], weigh: Weigh | None = None
) -> list[Examined]:
    """What the model in a folder finds in every scan of a manifest, at the threshold LOWEST. One scan per core at once.

    weigh: None for the network's own scores. Refused at once: a manifest that cannot judge a model.
    """
    refuse_unfit(manifest)

    def one(sample: Sample) -> Examined:
        scan = open_scan(sample)
        found, _ = engine.examine(scan, LOWEST, weigh=lambda rows: rows if weigh is None else weigh(scan, rows))
        return Examined(sample.scan_id, found, sample.objects, sample.profile)

    examined = []
    with Engine(folder, threads=1) as engine, ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, result in enumerate(pool.map(one, manifest), 1):
            examined.append(result)
            if number % 50 == 0:
                log.info("examined %d of %d scans", number, len(manifest))
    return examined


def evaluate(folder: Path, manifest: Manifest, open_scan: Callable[[Sample], Scan]) -> Scores:
    """The scores of the model in a folder on a manifest, with details, and how its probabilities hold there.

    Refused at once: a manifest that cannot judge it.
    """
    card = read_card(folder)
    examined = examine(folder, manifest, open_scan)
    scores = score(examined, card.classes, card.model_id, manifest.manifest_id)
    stated = {} if card.calibration is None else {"reliability": reliabilities(examined, card.calibration)}
    return replace(scores, details=details(examined, scores) | stated)


def refuse_unfit(manifest: Manifest) -> None:
    """TrainingError unless a manifest can judge a model: it holds clean scans and scans with contraband."""
    n_threat = sum(bool(sample.objects) for sample in manifest)
    refuse_one_sided(len(manifest) - n_threat, n_threat)


def write_scores(path: Path, scores: Scores) -> None:
    """scores.json, whole or not at all; where there are details, they stand beside the scores."""
    table = scores.table() | ({"details": scores.details} if scores.details else {})
    write_whole(path, (json.dumps(table, indent=2) + "\n").encode())
