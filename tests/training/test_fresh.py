from dataclasses import replace

import numpy as np
import pytest

from cargoscope import pixels
from cargoscope.datasets.manifest import Label, Origin, Sample
from cargoscope.datasets.simulation.threats.kinds import draw_instance
from cargoscope.errors import RecipeError
from cargoscope.training import fresh
from cargoscope.training.cache import Page
from cargoscope.training.recipe import Recipe
from cargoscope.training.samples import Crops
from tests.builders import cargo_view

KINDS = ("firearm", "gas_cylinder")
HOLD = (20.0, 10.0, 580.0, 290.0)


def page(profile: str = "linac-6-4", *containers: tuple[float, float, float, float], dense: bool = False) -> Page:
    view = cargo_view(*([(0, 0, 600, 300)] if dense else []), width=600, height=300)
    label = Label("firearm", 0, (300.0, 100.0, 330.0, 124.0), cnr=5.0)
    sample = Sample("scan-1", "0" * 64, (label,), Origin.SIMULATED, None, profile, containers)
    return Page(sample, 0, pixels.to_planes(view, 6.0))


@pytest.fixture
def fresh_recipe(recipe: Recipe) -> Recipe:
    return replace(recipe, classes=KINDS, fresh_share=1.0, fresh_kinds=KINDS, crop_px=256, object_share=0.0)


def test_every_crop_shows_an_article_of_its_own_where_its_box_says() -> None:
    bare = page("linac-6-4", HOLD)
    rng = np.random.default_rng(5)
    seen = []
    for put in [put for put in (fresh.put(bare, KINDS, 6.0, rng) for _ in range(30)) if put][:12]:
        w, h = bare.planes.size_wh
        difference = fresh.cut(bare, [put.extra], 6.0, (0, 0), (h, w))[0] - bare.planes.values[0]
        x1, y1, x2, y2 = put.box.astype(int)
        inside = difference[y1:y2, x1:x2].sum()
        assert inside > 0.9 * difference.sum() > 0, "wrapping apart, all that attenuates more lies in the box"
        seen.append((put.kind, inside))
    assert len({round(float(amount), 3) for _, amount in seen}) == 12
    assert {kind for kind, _ in seen} == set(KINDS)


def test_the_network_is_asked_for_it_and_validation_never_sees_one(fresh_recipe: Recipe) -> None:
    pages = [page("linac-6-4", HOLD)]
    crops = Crops(pages, fresh_recipe, 0, 8)
    for number in range(8):
        crop = crops[number]
        assert crop.heat.max() == 1
        assert np.isfinite(crop.tile).all()
        assert np.array_equal(crop.tile, crops[number].tile)
    watched = Crops(pages, fresh_recipe, 0, 8, plain=True)
    assert max(watched[i].tile[1].max() for i in range(8)) < 0.1 < min(crops[i].tile[1].max() for i in range(8))


def test_a_crop_is_the_same_tile_but_for_what_the_article_touches() -> None:
    bare = page("linac-6-4", HOLD)
    put = fresh.put(bare, KINDS, 6.0, np.random.default_rng(1))
    assert put is not None
    x, y = (int(edge) for edge in put.box[:2])
    for origin in ((x - 40, y - 40), (x - 200, y - 200)):
        old, new = pixels.cut(bare.planes, origin, (256, 256)), fresh.cut(bare, [put.extra], 6.0, origin, (256, 256))
        apart = np.ones((256, 256), bool)
        x1, y1, x2, y2 = (int(edge) for edge in put.box - np.array([*origin, *origin]))
        margin = round(pixels.WINDOW_MM / 6.0)
        apart[max(y1 - margin, 0) : y2 + margin, max(x1 - margin, 0) : x2 + margin] = False
        assert np.allclose(old[:, apart], new[:, apart], atol=2e-3)
        w, h = bare.planes.size_wh
        beyond = np.ones((256, 256), bool)
        beyond[max(-origin[1], 0) : max(h - origin[1], 0), max(-origin[0], 0) : max(w - origin[0], 0)] = False
        assert not new[:, beyond].any(), "outside the scan is air"


@pytest.mark.parametrize(
    "kept", [page("linac-6-4"), page("", HOLD), page("nobody-knows-it", HOLD)], ids=["no hold", "no name", "stranger"]
)
def test_no_article_goes_into_a_page_without_containers_or_of_an_unknown_scanner(kept: Page) -> None:
    assert not fresh.has_room(kept)
    assert fresh.has_room(page("linac-6-8bit", HOLD))


def test_what_an_8_bit_scanner_cannot_see_through_holds_nothing() -> None:
    dark = page("linac-6-8bit", HOLD)
    dark.planes.values[0] = 1.2
    assert all(fresh.put(dark, KINDS, 6.0, np.random.default_rng(i)) is None for i in range(6))


def test_an_evened_article_weighs_the_same_and_is_flatter() -> None:
    rifle = draw_instance("firearm", fresh.FIRST)
    flat = fresh.evened(rifle, 0.3)
    assert flat.mass_kg == pytest.approx(rifle.mass_kg, rel=1e-4)
    spread = [mass[mass > 0].std() / mass[mass > 0].mean() for mass in (one.mass.sum(axis=0) for one in (flat, rifle))]
    assert spread[0] < 0.6 * spread[1]
    assert np.array_equal(flat.mass > 0, rifle.mass > 0)


def test_a_recipe_with_kinds_that_it_does_not_find_is_refused(recipe: Recipe) -> None:
    with pytest.raises(RecipeError, match="fresh_kinds"):
        replace(recipe, fresh_share=0.3, fresh_kinds=("vehicle",))
    with pytest.raises(RecipeError, match="fresh_kinds"):
        replace(recipe, fresh_share=0.3)


def test_articles_reach_a_scan_of_one_energy_too() -> None:
    put = fresh.put(page("linac-6-8bit", HOLD), KINDS, 6.0, np.random.default_rng(2))
    assert put is not None
    assert len(put.extra.more) == 1


def test_a_share_of_the_crops_gets_harmless_things_that_the_network_is_not_asked_for(fresh_recipe: Recipe) -> None:
    plain = replace(fresh_recipe, fresh_share=0.0, fresh_kinds=())
    cluttered = replace(plain, oddment_share=1.0)

    def busy(profile: str, recipe: Recipe, validation: bool = False) -> int:
        crops = Crops([page(profile, HOLD)], recipe, 0, 24, plain=validation)
        return sum(crops[i].tile[1].max() > 0.1 for i in range(24))

    assert busy("linac-6-4", cluttered) > 12
    assert busy("linac-6-4", plain) == busy("nobody-knows-it", cluttered) == busy("linac-6-4", cluttered, True) == 0
    asked, before = (
        np.array([crops[i].heat.max() for i in range(24)])
        for crops in (Crops([page("linac-6-4", HOLD)], recipe, 0, 24) for recipe in (cluttered, plain))
    )
    assert (asked <= before).all(), "of nothing more"
    assert (asked < before).sum() <= 4, "and of less only where a load buries what is there"


def test_nobody_is_asked_for_what_a_dark_load_hides() -> None:
    bare = page("linac-6-4", HOLD)
    box = np.array([120, 80, 150, 110], np.float32)

    def load(added: float, corner_xy: tuple[int, int] = (100, 60)) -> fresh.Extra:
        return fresh.Extra(np.full((2, 80, 80), added, np.float32), corner_xy)

    assert not fresh.buried(bare, [], box)
    assert not fresh.buried(bare, [load(1.0)], box)
    assert fresh.buried(bare, [load(6.0)], box)
    assert fresh.buried(bare, [load(2.0), load(2.0)], box), "one in front of the other"
    assert not fresh.buried(bare, [load(6.0, (140, 60))], box), "most of it is seen"
    assert not fresh.buried(bare, [load(6.0, (300, 60))], box)
    assert fresh.buried(bare, [load(6.0, (-30, -30))], np.array([-5, -5, 30, 30], np.float32))
    assert not fresh.buried(bare, [load(6.0)], np.array([-50, -50, -5, -5], np.float32))


def test_a_hidden_article_is_no_lesson(fresh_recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    def wall(bare: Page, *_: object) -> list[fresh.Extra]:
        w, h = bare.planes.size_wh
        return [fresh.Extra(np.full((2, h, w), 8.0, np.float32), (0, 0))]

    cluttered = replace(fresh_recipe, fresh_share=1.0, oddment_share=1.0)
    crops = Crops([page("linac-6-4", HOLD)], cluttered, 0, 12)
    taught = sum(crops[i].weight.any() for i in range(12))
    monkeypatch.setattr(fresh, "oddments", wall)
    assert taught > 6
    assert not any(crops[i].weight.any() for i in range(12))


def test_harmless_things_lie_where_the_crop_looks_and_add_attenuation_only() -> None:
    bare = page("linac-6-4", HOLD)
    rng = np.random.default_rng(3)
    for _ in range(30):
        for extra in fresh.oddments(bare, 6.0, (-20, 200), (256, 256), rng):
            x, y = extra.corner_xy
            assert x >= 0
            assert y >= 0
            assert x < 236
            assert 100 < y + extra.more.shape[1] <= bare.planes.size_wh[1]
            assert extra.more.min() > -1e-4
            assert extra.more.max() > 0


def test_firearms_are_long_guns_handguns_and_patterns_in_the_shares_that_are_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("long_gun", "handgun", "draw_instance"):
        monkeypatch.setattr(fresh, name, lambda *_, name=name: name)
    rng = np.random.default_rng(1)
    drawn = [fresh._firearm(rng) for _ in range(4000)]
    assert drawn.count("long_gun") == pytest.approx(4000 * fresh.LONG_GUNS, abs=150)
    assert drawn.count("handgun") == pytest.approx(4000 * fresh.HANDGUNS, abs=150)
    assert drawn.count("draw_instance") == pytest.approx(4000 * (1 - fresh.LONG_GUNS - fresh.HANDGUNS), abs=150)


def test_half_of_the_articles_lie_along_or_stand_upright_either_way_round() -> None:
    rng = np.random.default_rng(2)
    turns = np.array([fresh._laid(rng) for _ in range(4000)]) % (2 * np.pi)
    quarters = turns / (np.pi / 2)
    off = np.abs(quarters - np.round(quarters)) * np.pi / 2
    near = off < 2 * fresh.ALIGNED
    by_chance = 4 * 4 * fresh.ALIGNED / (2 * np.pi)
    assert near.mean() == pytest.approx(fresh.ALIGNED_SHARE * 0.954 + (1 - fresh.ALIGNED_SHARE) * by_chance, abs=0.03)
    counts = np.bincount((np.round(quarters[near]) % 4).astype(int), minlength=4)
    assert counts.min() > 0.85 * counts.mean()
