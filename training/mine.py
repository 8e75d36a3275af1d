"""Hard negatives: what a model takes for contraband in scans that hold none."""

import logging
from collections.abc import Callable
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
    samples, mined = [], 0
    with Engine(model) as engine:
        for sample in manifest:
            if sample.objects:
                samples.append(sample)
                continue
            false = engine.detect(open_scan(sample), LOWEST)
            labels = tuple(Label(found.kind, found.view, found.box, role=Role.REJECTED) for found in false)
            samples.append(replace(sample, labels=sample.labels + labels))
            mined += len(labels)
    log.info("%d hard negatives mined with model %s", mined, engine.card.model_id[:12])
    return Manifest(tuple(samples))
