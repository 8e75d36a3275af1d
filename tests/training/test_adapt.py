"""The whole of an adaptation on a yard of four scans, with trainings of a few steps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cargoscope.datasets.formats.package import write_package
from cargoscope.datasets.formats.read import find_scans
from cargoscope.datasets.manifest import from_folder
from cargoscope.datasets.projection.articles import simulated_articles
from cargoscope.datasets.projection.write import Onto, Order
from cargoscope.models.registry import Registry
from cargoscope.training import adapt as adaptation
from cargoscope.training import fresh
from cargoscope.training.cache import Page
from cargoscope.training.loop import Watch, train
from cargoscope.training.recipe import RECIPES, Recipe
from cargoscope.training.run import export_checkpoint
from cargoscope.training.site import Site, background_of, folds_of
from tests.builders import cargo_view, scan
from tests.training.conftest import toy_folder

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_every_scan_is_judged_by_a_model_that_never_saw_it(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard = tmp_path / "yard"
    yard.mkdir()
    for number in range(4):
        bare = cargo_view(width=400, height=250, seed=number)
        write_package(yard / f"{number}.scan", scan(bare, scan_id=f"truck-{number}"))
    ontos = tuple(Onto(files, ((10.0, 10.0, 390.0, 240.0),), (6.0, 6.0)) for files in find_scans([yard]))
    guns = simulated_articles(["firearm"], "train"), simulated_articles(["firearm"], "test")
    site = Site(ontos, *map(tuple, guns), Order(seed=3), copies=1)
    toy_folder(tmp_path / "validation", range(40, 52), "held")
    list(export_checkpoint(trained / "run" / "last.pt", [tmp_path / "validation"], tmp_path / "toy", None, None, NOW))
    registry = Registry.seeded(tmp_path / "registry", tmp_path / "toy")
    seen = list[tuple[set[int], bool]]()

    def watched(recipe: Recipe, lessons: Sequence[Page], *rest: Any) -> Path:
        seen.append(({background_of(page.sample) for page in lessons}, any(fresh.has_room(page) for page in lessons)))
        return train(recipe, lessons, *rest)

    monkeypatch.setattr(adaptation, "train", lambda *given, resume: watched(*given, resume))
    recipe = replace(Recipe.from_toml(RECIPES / "adapt.toml"), crop_px=64, batch=2, steps=2, tile_px=128, overlap_px=32)
    result = adaptation.adapt(
        site, registry, recipe, lambda: from_folder(tmp_path / "validation"), tmp_path / "work", NOW, 2, None,
        Watch(workers=0, threads=1),
    )  # fmt: skip
    aside = folds_of(4, 2, site.order.seed)
    assert [backgrounds for backgrounds, _ in seen] == [*({0, 1, 2, 3} - part for part in aside), {0, 1, 2, 3}]
    assert all(room for _, room in seen), "articles can be drawn for single crops"
    assert (len(result.before.clean), len(result.after.clean), len(result.after.threat)) == (4, 4, 4)
    assert result.candidate.mirrored
    assert (registry.active_id() == result.candidate.model_id) == result.decision.promote
