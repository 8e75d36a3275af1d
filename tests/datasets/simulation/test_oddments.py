import numpy as np
import pytest

from cargoscope.datasets.simulation.cargo import oddments
from cargoscope.datasets.simulation.cargo.oddments import DENSITY_G_CM2, DRAWERS, LARGEST_MM, LUMP_G_CM2, oddment
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, blank


@pytest.mark.parametrize("seed", range(30))
def test_an_oddment_is_no_larger_and_no_denser_than_said(seed: int) -> None:
    shape = oddment(np.random.default_rng(seed))
    h, w = shape.depth_mm.shape
    assert w * FINE_MM <= LARGEST_MM[0] + 16
    assert h * FINE_MM <= LARGEST_MM[1] + 16
    total = shape.mass.sum(axis=0)
    assert DENSITY_G_CM2[0] * 0.99 <= total[total > 0].mean() <= LUMP_G_CM2[1] * 1.01
    assert (shape.mass >= 0).all()


@pytest.mark.parametrize("name", sorted(DRAWERS))
def test_every_kind_of_oddment_draws_something_of_its_own_each_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oddments, "DRAWERS", {name: DRAWERS[name]})
    size = (700.0, 500.0)
    for seed in range(8):
        canvas = blank(size)
        DRAWERS[name].drawer(canvas, np.random.default_rng(seed), (size[0] / FINE_MM, size[1] / FINE_MM))
        assert (canvas.mass.sum(axis=0) > 0).mean() > 0.01, "the drawer itself draws"
    drawn = [oddment(np.random.default_rng(seed)) for seed in range(8)]
    assert len({shape.mass.tobytes() for shape in drawn}) == 8
    least, most = DRAWERS[name].density
    densities = [total[total > 0].mean() for total in (shape.mass.sum(axis=0) for shape in drawn)]
    assert least * 0.99 <= min(densities) < max(densities) <= most * 1.01
    assert all((shape.mass.sum(axis=0) > 0).sum() > 40 for shape in drawn)


def test_bags_that_are_lifted_by_slings_show_them_thin_above_their_shoulders() -> None:
    canvas = blank((800.0, 800.0))
    middle, radii = (200.0, 240.0), (120.0, 150.0)
    oddments._slings(canvas, np.random.default_rng(3), middle, radii, 4.0)
    above = canvas.mass.sum(axis=0)[: int(middle[1] - radii[1] * 0.9)]
    assert (above[:, :200] > 0).any()
    assert (above[:, 200:] > 0).any()
    assert above.max() < 0.1


def test_tubes_are_hollow_their_sides_are_thicker_than_what_lies_between() -> None:
    def ratio(seed: int) -> float:
        canvas = blank((900.0, 500.0))
        oddments._tubes(canvas, np.random.default_rng(seed), (900.0 / FINE_MM, 500.0 / FINE_MM))
        across = canvas.mass.sum(axis=0)[len(canvas.depth_mm) // 2]
        return float(across.max() / np.median(across[across > 0]))

    assert min(ratio(seed) for seed in range(12)) > 1.2


def test_the_seams_of_columns_hardly_show_where_they_are_full() -> None:
    def trough(seed: int) -> float:
        canvas = blank((600.0, 900.0))
        oddments._columns(canvas, np.random.default_rng(seed), (600.0 / FINE_MM, 900.0 / FINE_MM))
        down = np.median(canvas.mass.sum(axis=0), axis=1)[-150:-10]
        return float(down.min() / np.median(down))

    assert np.median([trough(seed) for seed in range(40)]) > 0.82


def test_tubes_stand_whole_on_their_canvas() -> None:
    for seed in range(20):
        canvas = blank((900.0, 500.0))
        oddments._tubes(canvas, np.random.default_rng(seed), (900.0 / FINE_MM, 500.0 / FINE_MM))
        total = canvas.mass.sum(axis=0)
        assert total[[0, -1]].max() < total.max() / 2
