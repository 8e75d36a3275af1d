"""Examining a model by the very engine that would serve it."""

import json
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cargoscope.atomic import write_whole
from cargoscope.datasets.manifest import Manifest, Sample
from cargoscope.inference.engine import Engine
from cargoscope.scan import Scan
from cargoscope.training.scores import LOWEST, Examined, Scores, refuse_one_sided, score

log = logging.getLogger(__name__)


def examine(engine: Engine, manifest: Manifest, open_scan: Callable[[Sample], Scan]) -> list[Examined]:
    """What the engine finds in every scan of a manifest, at the threshold LOWEST. As many scans at once as cores."""

    def one(sample: Sample) -> Examined:
        return Examined(sample.scan_id, engine.detect(open_scan(sample), LOWEST), sample.objects)

    examined = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, result in enumerate(pool.map(one, manifest), 1):
            examined.append(result)
            if number % 50 == 0:
                log.info("examined %d of %d scans", number, len(manifest))
    return examined


def evaluate(folder: Path, manifest: Manifest, open_scan: Callable[[Sample], Scan]) -> Scores:
    """The scores of the model in a folder on a manifest. Refused at once: one that cannot judge it."""
    refuse_unfit(manifest)
    with Engine(folder, threads=1) as engine:
        examined = examine(engine, manifest, open_scan)
        return score(examined, engine.card.classes, engine.card.model_id, manifest.manifest_id)


def refuse_unfit(manifest: Manifest) -> None:
    """TrainingError unless a manifest can judge a model: it holds clean scans and scans with contraband."""
    n_threat = sum(bool(sample.objects) for sample in manifest)
    refuse_one_sided(len(manifest) - n_threat, n_threat)


def write_scores(path: Path, scores: Scores) -> None:
    """scores.json, whole or not at all."""
    write_whole(path, (json.dumps(scores.table(), indent=2) + "\n").encode())
