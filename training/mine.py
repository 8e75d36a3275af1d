"""Hard negatives: what a model takes for contraband in scans that hold none."""

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from cargoscope.datasets.manifest import Label, Manifest, Role, Sample
from cargoscope.inference.engine import Engine
from cargoscope.scan import Scan

log = logging.getLogger(__name__)

LOWEST: Final = 0.2
"""Findings below this score are no temptation worth a lesson."""


def mine(model: Path, manifest: Manifest, open_scan: Callable[[Sample], Scan]) -> Manifest:
    """The manifest, with every finding of the model in a scan without objects as a rejected region of that scan."""

    def taught(sample: Sample) -> Sample:
        if sample.objects:
            return sample
        false = engine.detect(open_scan(sample), LOWEST)
        labels = tuple(Label(found.kind, found.view, found.box, role=Role.REJECTED) for found in false)
        return replace(sample, labels=sample.labels + labels)

    with Engine(model, threads=1) as engine, ThreadPoolExecutor(os.cpu_count()) as pool:
        samples = tuple(pool.map(taught, manifest))
    mined = sum(len(after.labels) - len(before.labels) for before, after in zip(manifest, samples, strict=True))
    log.info("%d hard negatives mined with model %s", mined, engine.card.model_id[:12])
    return Manifest(samples)
