from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cargoscope.datasets.formats.package import write_package
from cargoscope.datasets.formats.read import find_scans
from cargoscope.datasets.projection.articles import simulated_articles
from cargoscope.datasets.projection.tone import Tone
from cargoscope.datasets.projection.write import Onto, Order
from cargoscope.errors import TrainingError
from cargoscope.models.card import read_card
from cargoscope.models.operating import Operating
from cargoscope.models.registry import PACKAGED
from cargoscope.training import fresh
from cargoscope.training.adapt import claim, of_model, site_gate
from cargoscope.training.cache import open_package, pages
from cargoscope.training.recipe import RECIPES, Recipe
from cargoscope.training.site import Site, background_of, folds_of, of_backgrounds, with_room, write_material
from tests.builders import cargo_view, scan


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Four clean scans of even cargo, of which nobody knows the pitch."""
    yard = tmp_path / "yard"
    yard.mkdir()
    for number in range(4):
        bare = cargo_view(width=700, height=400, pitch_mm=None, seed=number)
        write_package(yard / f"{number}.scan", scan(bare, scan_id=f"truck-{number}"))
    ontos = tuple(Onto(files, ((20.0, 20.0, 680.0, 380.0),), (6.0, 6.0)) for files in find_scans([yard]))
    guns = simulated_articles(["firearm"], "train"), simulated_articles(["firearm"], "test")
    return Site(ontos, *map(tuple, guns), Order(seed=3), copies=2)


def test_every_clean_scan_becomes_one_to_test_and_some_to_learn_from(site: Site, tmp_path: Path) -> None:
    material = write_material(site, tmp_path / "work")
    assert [background_of(sample) for sample in material.clean] == [0, 1, 2, 3]
    assert [background_of(sample) for sample in material.testing] == [0, 1, 2, 3]
    assert [background_of(sample) for sample in material.training] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert not any(sample.objects for sample in material.clean)
    assert all(len(sample.objects) == 1 for sample in material.testing)
    changed = open_package(material.testing.samples[0]).views[0].pixels
    assert (changed != open_package(material.clean.samples[0]).views[0].pixels).any()
    assert {background_of(sample) for sample in of_backgrounds(material.training, {1, 3})} == {1, 3}


def test_projected_scans_say_no_more_of_their_pitch_than_the_site_does(site: Site, tmp_path: Path) -> None:
    silent = write_material(site, tmp_path / "silent")
    assert all(open_package(sample).views[0].pitch_mm is None for sample in silent.training)
    known = write_material(replace(site, pitch_known=True), tmp_path / "known")
    assert all(open_package(sample).views[0].pitch_mm == (6.0, 6.0) for sample in known.clean + known.testing)


def test_a_work_folder_goes_on_and_refuses_another_site(site: Site, tmp_path: Path) -> None:
    first = write_material(site, tmp_path / "work")
    assert write_material(site, tmp_path / "work").training.manifest_id == first.training.manifest_id
    elsewhere = tuple(replace(onto, boxes=((20.0, 20.0, 600.0, 380.0),)) for onto in site.backgrounds)
    for other in (
        replace(site, copies=1),
        replace(site, order=replace(site.order, jpeg_quality=80)),
        replace(site, order=replace(site.order, tone=Tone(2.2))),
        replace(site, backgrounds=elsewhere),
    ):
        with pytest.raises(TrainingError, match="another site or other settings"):
            write_material(other, tmp_path / "work")


def test_articles_that_train_never_test(site: Site) -> None:
    with pytest.raises(TrainingError, match="articles would train and test the model, such as firearm-"):
        replace(site, testing=site.training[:1])


def test_a_site_with_too_few_scans_is_refused(site: Site) -> None:
    with pytest.raises(TrainingError, match="at least 4 clean scans, got 3"):
        replace(site, backgrounds=site.backgrounds[:3])


def test_articles_of_their_own_are_put_into_the_clean_scans_of_a_site(site: Site, tmp_path: Path) -> None:
    clean = write_material(site, tmp_path / "work").clean
    told = with_room(clean, site)
    bare, page = (pages(those, 6.0, tmp_path / "planes", open_package)[0] for those in (clean, told))
    assert not fresh.has_room(bare)
    put = fresh.put(page, ("firearm",), 6.0, np.random.default_rng(1))
    assert put is not None
    x1, y1, x2, y2 = put.box.astype(int)
    w, h = page.planes.size_wh
    more = fresh.cut(page, [put.extra], 6.0, (0, 0), (h, w))[0] - page.planes.values[0]
    assert more[y1:y2, x1:x2].sum() > 0.9 * more.sum() > 0
    assert told.manifest_id == clean.manifest_id


def test_a_recipe_draws_the_kinds_that_the_site_trains_with_and_the_model_knows() -> None:
    recipe = Recipe.from_toml(RECIPES / "adapt.toml")
    card = read_card(PACKAGED[0])
    taken = of_model(replace(recipe, pitch_mm=5.0), card, {"firearm", "cigarettes", "knife"})
    assert set(taken.fresh_kinds) == {"firearm", "cigarettes"}
    assert (taken.classes, taken.pitch_mm, taken.fresh_share) == (card.classes, card.pitch_mm, recipe.fresh_share)
    assert taken.far_pitch_mm == pytest.approx(recipe.far_pitch_mm * card.pitch_mm / 5.0)
    assert of_model(recipe, card, {"knife"}).fresh_share == 0
    few = replace(card, classes=("firearm",), thresholds={"firearm": 0.5})
    assert set(of_model(recipe, few, {"firearm", "cigarettes"}).fresh_kinds) == {"firearm"}


def test_articles_are_as_large_as_the_true_pitch_makes_them_and_stay_out_of_exports_of_another_tone(
    site: Site, tmp_path: Path
) -> None:
    clean = write_material(site, tmp_path / "work").clean
    page, *_ = pages(with_room(clean, site), 6.0, tmp_path / "planes", open_package)
    sizes = []
    for pitch in ((6.0, 6.0), (12.0, 6.0)):
        told = replace(page, sample=replace(page.sample, true_pitch_mm=pitch))
        boxes = [fresh.put(told, ("firearm",), 6.0, np.random.default_rng(seed)) for seed in range(12)]
        sizes.append([one.box[2] - one.box[0] for one in boxes if one is not None])
    scale = page.planes.pixels_per_px_xy[0]
    assert scale != pytest.approx(1), "the planes are resampled, as the view says nothing of its pitch"
    assert np.mean(sizes[1]) == pytest.approx(np.mean(sizes[0]) / 2, rel=0.25)
    toned = replace(site, order=replace(site.order, tone=Tone(2.2)))
    assert not any(sample.containers for sample in with_room(clean, toned))


@pytest.mark.parametrize(("n", "folds"), [(189, 5), (4, 4), (7, 2)])
def test_folds_hold_every_scan_once(n: int, folds: int) -> None:
    parts = folds_of(n, folds, seed=1)
    assert sorted(number for part in parts for number in part) == list(range(n))
    assert np.ptp([len(part) for part in parts]) <= 1
    assert folds_of(n, folds, seed=1) == parts != folds_of(n, folds, seed=2)


@pytest.mark.parametrize("folds", [1, 5])
def test_a_number_of_folds_that_leaves_one_empty_is_refused(folds: int) -> None:
    with pytest.raises(TrainingError, match=r"folds must be 2\.\.4"):
        folds_of(4, folds, seed=1)


def test_a_work_folder_is_of_one_model_one_split_and_one_recipe(tmp_path: Path) -> None:
    """A model of a five-fold run would else be judged on scans that it learnt from, were the folds three."""
    recipe = Recipe.from_toml(RECIPES / "adapt.toml")
    kept = ("a" * 64, 5, recipe, True)
    claim(tmp_path / "work", *kept)
    claim(tmp_path / "work", *kept)
    for at, other in enumerate(("b" * 64, 3, replace(recipe, steps=7), False)):
        with pytest.raises(
            TrainingError, match="another model, other folds, another recipe or scores weighed otherwise"
        ):
            claim(tmp_path / "work", *kept[:at], other, *kept[at + 1 :])  # type: ignore[arg-type]


def test_the_site_must_gain() -> None:
    clean = tuple(i / 100 for i in range(50))
    before, after = (Operating(clean, threat, (), "scans").at(0.02) for threat in ((0.9, 0.1), (0.9, 0.8)))
    assert site_gate(before, after).promote
    assert "from 0.500 [0.013, 0.987] to 1.000" in site_gate(before, after).reason
    assert not site_gate(before, before).promote
