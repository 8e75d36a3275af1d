"""Hard negatives: what a model takes for contraband in scans that hold none."""

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from cargoscope.datasets.manifest import Label, Manifest, Role, Sample
from cargoscope.inference.engine import Engine
from cargoscope.pixels import ASSUMED_PITCH_MM
from cargoscope.scan import Scan

log = logging.getLogger(__name__)

LOWEST: Final = 0.2
"""Findings below this score are no temptation worth a lesson."""


def mine(model: Path, manifest: Manifest, open_scan: Callable[[Sample], Scan], squeeze: float = 0.0) -> Manifest:
    """The manifest, with every finding of the model in a scan without objects as a rejected region of that scan.

    squeeze: as in the recipe; above 0, each scan is examined once more, squeezed along x by a share of its own.
    """

    def taught(sample: Sample) -> Sample:
        if sample.objects:
            return sample
        scan = open_scan(sample)
        false = [*engine.detect(scan, LOWEST)]
        if squeeze:
            share = np.random.default_rng(int(sample.sha256[:16], 16)).uniform(0, squeeze)
            false += engine.detect(squeezed(scan, share), LOWEST)
        labels = tuple(Label(found.kind, found.view, found.box, role=Role.REJECTED) for found in false)
        return replace(sample, labels=sample.labels + labels)

    with Engine(model, threads=1) as engine, ThreadPoolExecutor(os.cpu_count()) as pool:
        samples = tuple(pool.map(taught, manifest))
    mined = sum(len(after.labels) - len(before.labels) for before, after in zip(manifest, samples, strict=True))
    log.info("%d hard negatives mined with model %s", mined, engine.card.model_id[:12])
    return Manifest(samples)


def squeezed(scan: Scan, share: float) -> Scan:
    """The same pixels, said to lie closer together along x by this share: the model sees everything that much narrower.

    Boxes stay where they are, since they are in pixels of the scan.
    """
    pitches = (view.pitch_mm or (ASSUMED_PITCH_MM, ASSUMED_PITCH_MM) for view in scan.views)
    pairs = zip(scan.views, pitches, strict=True)
    return replace(scan, views=tuple(replace(view, pitch_mm=(x * (1 - share), y)) for view, (x, y) in pairs))
