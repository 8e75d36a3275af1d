import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cargoscope.datasets.formats.package import write_package
from cargoscope.datasets.from_feedback import content_sha256
from cargoscope.datasets.manifest import Label, Manifest, Origin, Role, Sample
from cargoscope.datasets.truth import ScanTruth, write_coco
from cargoscope.training.cache import Page, pages
from cargoscope.training.loop import Watch
from cargoscope.training.recipe import RECIPES, Recipe
from cargoscope.training.run import train_folders
from tests.builders import cargo_view, scan, truth_object

SMALL = {
    "crop_px": 96,
    "batch": 4,
    "steps": 60,
    "tile_px": 128,
    "overlap_px": 64,
    "validation_share": 0.0,
    "early_until": 1.0,
    "ema": 0.9,
}


@pytest.fixture
def recipe() -> Recipe:
    """The default recipe, made small enough for a test."""
    default = Recipe.from_toml(RECIPES / "cargoscope-s.toml")
    return replace(default, crop_px=64, batch=2, steps=4, tile_px=128, overlap_px=32, validation_share=0.0)


def pages_of(folder: Path, *labels: Label, n: int = 1, origin: Origin = Origin.SIMULATED) -> list[Page]:
    """Pages of n scans of even cargo, with a dense object at each label's box."""
    blobs: Sequence[tuple[int, int, int, int]] = [
        (int(x.box[0]), int(x.box[1]), int(x.box[2]), int(x.box[3])) for x in labels if x.role is Role.OBJECT
    ]
    scans = {f"scan-{i}": scan(cargo_view(*blobs, seed=i), scan_id=f"scan-{i}") for i in range(n)}
    samples = [Sample(name, content_sha256(one), labels, origin) for name, one in scans.items()]
    return pages(Manifest(tuple(samples)), 6.0, folder, lambda sample: scans[sample.scan_id])


def toy_folder(folder: Path, seeds: Sequence[int], prefix: str, kinds: Sequence[str] = ("firearm",)) -> Path:
    """Scan packages of even cargo with truth.json: odd seeds hold one dense object, called by the kinds in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    truths = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        x, y = int(rng.integers(20, 340)), int(rng.integers(20, 150))
        blobs = [(x, y, x + 32, y + 24)] if seed % 2 else []
        name = f"{prefix}-{seed}"
        write_package(folder / f"{name}.scan", scan(cargo_view(*blobs, width=400, height=200, seed=seed), scan_id=name))
        kind = kinds[seed // 2 % len(kinds)]
        objects = [truth_object(kind, box=(float(x), float(y), x + 32.0, y + 24.0), cnr=5.0) for x, y, *_ in blobs]
        truths.append(ScanTruth(name, f"{name}.scan", ((400, 200),), tuple(objects), ("4407",), "linac-6-4"))
    write_coco(folder / "truth.json", truths)
    return folder


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data/ (toy scans) and run/last.pt: a real network that has begun to find dense objects."""
    root = tmp_path_factory.mktemp("trained")
    toy_folder(root / "data", range(8), "train")
    text = (RECIPES / "cargoscope-s.toml").read_text()
    for key, value in SMALL.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    (root / "recipe.toml").write_text(text)
    train_folders(root / "recipe.toml", [root / "data"], root / "run", Watch(workers=0, threads=1))
    return root
