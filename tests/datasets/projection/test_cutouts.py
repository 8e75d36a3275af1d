"""Real low-energy images as areal density."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from cargoscope.datasets.projection.articles import Real, folder_articles, simulated_articles
from cargoscope.datasets.projection.cutouts import ORGANIC_CM2_G, STEEL_CM2_G, read_cutout, real_shape
from cargoscope.datasets.simulation.beam.materials import STEEL
from cargoscope.errors import SimulationError
from tests.datasets.real import real


def low_energy_pair(folder: Path, name: str = "gun_1", organic: float = 2.0, steel: float = 1.0) -> tuple[Path, Path]:
    """A T of 120 x 60 pixels in air, with a screw in it, as a tunnel scanner of a few hundred kV shows it."""
    mass = np.zeros((2, 100, 160), np.float32)
    mass[:, 20:40, 20:140] = np.array([organic, steel], np.float32)[:, None, None]
    mass[:, 40:80, 70:90] = np.array([organic, steel], np.float32)[:, None, None]
    mass[1, 28:31, 30:33] += 6
    paths = (folder / f"{name}_high.png", folder / f"{name}_low.png")
    rng = np.random.default_rng(3)
    for path, plane in zip(paths, range(2), strict=True):
        seen = 59500 * np.exp(-(mass[0] * ORGANIC_CM2_G[plane] + mass[1] * STEEL_CM2_G[plane]))
        noisy = np.clip(seen + rng.normal(0, 400, seen.shape), 0, 60000)
        cv2.imwrite(str(path), noisy.astype(np.uint16))
    return paths


def test_two_energies_give_areal_density_and_the_share_of_steel(tmp_path: Path) -> None:
    found = read_cutout(low_energy_pair(tmp_path))
    assert float(np.median(found.areal[found.mask])) == pytest.approx(3.0, rel=0.05)
    assert found.steel_share == pytest.approx(1 / 3, abs=0.05)
    assert found.mask.sum() == pytest.approx(120 * 20 + 20 * 40, rel=0.1)


def test_one_energy_is_taken_for_steel(tmp_path: Path) -> None:
    found = read_cutout(low_energy_pair(tmp_path, organic=0.0)[:1])
    assert float(np.median(found.areal[found.mask])) == pytest.approx(1.0, rel=0.05)
    assert found.steel_share == 1.0


def test_an_article_weighs_and_measures_what_the_real_one_does(tmp_path: Path) -> None:
    shape = real_shape(read_cutout(low_energy_pair(tmp_path)), length_mm=220, mass_kg=0.9, thickness_mm=35)
    assert shape.mass_kg == pytest.approx(0.9, rel=0.02)
    assert not np.delete(shape.mass, STEEL, axis=0).any()
    long = np.flatnonzero(shape.depth_mm.any(axis=0))
    assert (long[-1] - long[0]) * 2.0 == pytest.approx(220, abs=8)


def test_an_article_that_cannot_weigh_so_much_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match="cannot weigh"):
        real_shape(read_cutout(low_energy_pair(tmp_path)), length_mm=100, mass_kg=9, thickness_mm=35)


def test_pictures_without_an_article_and_without_air_are_refused_by_name(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "air.png"), np.full((40, 40), 59000, np.uint16))
    with pytest.raises(SimulationError, match=r"air\.png: shows no article"):
        read_cutout((tmp_path / "air.png",))
    full = np.full((40, 40), 20000, np.uint16)
    full[:1, :] = 59000
    cv2.imwrite(str(tmp_path / "full.png"), full)
    with pytest.raises(SimulationError, match=r"full\.png: an article needs air"):
        read_cutout((tmp_path / "full.png",))


def test_a_folder_says_what_its_articles_are(tmp_path: Path) -> None:
    low_energy_pair(tmp_path, "gun_1")
    low_energy_pair(tmp_path, "saw_7")
    (article,) = folder_articles(tmp_path)
    assert (article.kind, article.instance, article.source) == ("firearm", "real-gun_1", "gun_1_high.png")
    (tmp_path / "articles.toml").write_text('[saw]\nkind = "tool"\nlength_mm = [300, 320]\nmass_kg = [1, 2]\n')
    saw = folder_articles(tmp_path, ["saw"])[0]
    assert isinstance(saw, Real)
    assert (saw.kind, len(saw.paths)) == ("tool", 2)
    assert 1 <= saw.shape(np.random.default_rng(0)).mass_kg <= 2


@pytest.mark.parametrize(
    "text", ["[saw]\nkind = 3", "[saw\n", '[saw]\nkind = "tool"\nlength_mm = [3, 2]\nmass_kg = [1, 2]']
)
def test_a_bad_table_of_articles_names_its_file(tmp_path: Path, text: str) -> None:
    low_energy_pair(tmp_path)
    (tmp_path / "articles.toml").write_text(text)
    with pytest.raises(SimulationError, match=r"articles\.toml"):
        folder_articles(tmp_path)


def test_a_folder_without_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match="no cut-outs"):
        folder_articles(tmp_path)


def test_simulated_articles_come_from_one_split() -> None:
    test, train = (simulated_articles(["firearm"], split) for split in ("test", "train"))
    assert test
    assert not {article.instance for article in test} & {article.instance for article in train}
    with pytest.raises(SimulationError, match="simulated kinds"):
        simulated_articles(["submarine"], "test")


def test_the_real_guns_are_replicas_and_become_as_heavy_as_weapons() -> None:
    articles = folder_articles(real("tip_dualenergy_16bit"), ["gun_2", "rifle"])
    assert {article.kind for article in articles} == {"firearm"}
    for article in articles[::4]:
        assert isinstance(article, Real)
        assert article.cutout.steel_share < 0.2
        low, high = article.facts.mass_kg
        assert low * 0.98 <= article.shape(np.random.default_rng(1)).mass_kg <= high
