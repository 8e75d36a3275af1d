from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cargoscope.datasets.from_feedback import content_sha256
from cargoscope.datasets.manifest import Label, Manifest, Origin, Role, Sample
from cargoscope.training.cache import Page, pages
from cargoscope.training.recipe import RECIPES, Recipe
from tests.builders import cargo_view, scan


@pytest.fixture
def recipe() -> Recipe:
    """The default recipe, made small enough for a test."""
    default = Recipe.from_toml(RECIPES / "cargoscope-s.toml")
    return replace(default, crop_px=64, batch=2, steps=4, tile_px=128, overlap_px=32, validation_share=0.0)


def pages_of(folder: Path, *labels: Label, n: int = 1) -> list[Page]:
    """Pages of n scans of even cargo, with a dense object at each label's box."""
    blobs: Sequence[tuple[int, int, int, int]] = [
        (int(x.box[0]), int(x.box[1]), int(x.box[2]), int(x.box[3])) for x in labels if x.role is Role.OBJECT
    ]
    scans = {f"scan-{i}": scan(cargo_view(*blobs, seed=i), scan_id=f"scan-{i}") for i in range(n)}
    samples = [Sample(name, content_sha256(one), labels, Origin.SIMULATED) for name, one in scans.items()]
    return pages(Manifest(tuple(samples)), 6.0, folder, lambda sample: scans[sample.scan_id])
