"""The second look, round a made-up network that sees things on the left better than on the right."""

import numpy as np
import pytest
from scipy.special import expit, logit

from cargoscope.inference.finding import Floats
from cargoscope.inference.second_look import mean_logit, with_second_look


class Squinting:
    """heat: the tile's first channel, less of it to the right. ltrb: 1, 2, 3, 4 everywhere."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, tiles: Floats, where: str) -> tuple[Floats, Floats]:
        self.calls += 1
        fading = np.linspace(1.0, 0.5, tiles.shape[-1], dtype=np.float32)
        ltrb = np.ones((len(tiles), 4, *tiles.shape[2:]), np.float32) * np.array([1, 2, 3, 4]).reshape(1, 4, 1, 1)
        return tiles[:, :1] * fading, ltrb.astype(np.float32)


def tiles(*highest: float) -> Floats:
    """Tiles of 5 × 5 with one bright cell, near the upper right corner."""
    made = np.full((len(highest), 4, 5, 5), 0.01, np.float32)
    made[:, :, 1, 3] = np.array(highest)[:, None]
    return made


def test_a_tile_in_which_nothing_is_seen_is_looked_at_once() -> None:
    run = Squinting()
    seen = tiles(0.2)
    heat, ltrb = with_second_look(run, 0.2)(seen, "here")
    assert run.calls == 1
    expected_heat, expected_ltrb = Squinting()(seen, "here")
    assert np.array_equal(heat, expected_heat)
    assert np.array_equal(ltrb, expected_ltrb)


def test_another_is_looked_at_from_both_sides_and_its_neighbours_keep_their_answer() -> None:
    run = Squinting()
    seen = tiles(0.9, 0.1, 0.6)
    heat, ltrb = with_second_look(run, 0.3)(seen, "here")
    assert run.calls == 2
    first, first_ltrb = Squinting()(seen, "here")
    mirror = np.linspace(0.5, 1.0, 5) * seen[:, :1]
    for number in (0, 2):
        assert heat[number] == pytest.approx(expit((logit(first[number]) + logit(mirror[number])) / 2), abs=1e-6)
        assert ltrb[number, :, 0, 0].tolist() == [2, 2, 2, 4], "left and right are means of each other"
        alone, _ = with_second_look(Squinting(), 0.3)(seen[number : number + 1], "here")
        assert np.array_equal(alone[0], heat[number]), "whatever else is in the batch"
    assert np.array_equal(heat[1], first[1])
    assert np.array_equal(ltrb[1], first_ltrb[1])


def test_the_answer_of_a_mirrored_tile_is_the_mirrored_answer() -> None:
    look = with_second_look(Squinting(), 0.0)
    seen = tiles(0.9)
    heat, _ = look(seen, "here")
    back, _ = look(np.ascontiguousarray(seen[..., ::-1]), "here")
    assert back[..., ::-1] == pytest.approx(heat, abs=1e-7)


def test_certainties_have_a_mean() -> None:
    ends = np.array([0.0, 1.0, 0.0, 1.0, 0.5], np.float32)
    others = np.array([0.0, 1.0, 0.7, 0.7, 0.5], np.float32)
    assert mean_logit(ends, others).tolist() == [0.0, 1.0, 0.0, 1.0, 0.5]
    assert np.isfinite(mean_logit(np.zeros(1, np.float32), np.ones(1, np.float32))).all()
