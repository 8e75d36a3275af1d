"""The look from farther away, round a made-up network and round a real one of a few kB."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

from cargoscope import pixels
from cargoscope.detections import Detections
from cargoscope.inference.engine import Engine
from cargoscope.inference.evidence import evidence
from cargoscope.inference.far_look import AROUND_CELLS, SHARE, from_farther
from cargoscope.inference.finding import candidates
from cargoscope.inference.second_look import Floats
from cargoscope.models.card import ModelCard, read_card
from cargoscope.scan import View
from tests.builders import cargo_view, finding, found, scan, tiny_model

NEAR, FAR = 6.0, 9.0


class Steady:
    """The first class .9 where the tile's attenuation is high, .2 elsewhere; every other class .5. Counts its tiles."""

    def __init__(self) -> None:
        self.tiles = 0
        self.said: list[str] = []

    def __call__(self, tiles: Floats, where: str) -> tuple[Floats, Floats]:
        self.tiles += int((np.abs(tiles).max(axis=(1, 2, 3)) > 0).sum())
        self.said.append(where)
        cells = tiles[:, 0].reshape(len(tiles), 64, 8, 64, 8).max(axis=(2, 4))
        heat = np.full((len(tiles), 2, 64, 64), 0.5, np.float32)
        heat[:, 0] = np.where(cells > 0.3, 0.9, 0.2)
        return heat, np.ones((len(tiles), 4, 64, 64), np.float32)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> ModelCard:
    folder = tiny_model(tmp_path_factory.mktemp("far"), ("firearm", "ivory"), second_look=0.5, far_pitch_mm=FAR)
    return read_card(folder)


def looked(
    seen: Detections, view: View, card: ModelCard, run: Steady | None = None, batch: int = 1, above: float = 0.3
) -> list[float]:
    again = from_farther(seen, view, card, run or Steady(), above, batch, "scan 1")
    assert np.array_equal(again.boxes, seen.boxes)
    assert np.array_equal(again.class_ids, seen.class_ids)
    return [float(score) for score in again.scores]


def mean(near: float, far: float) -> float:
    return float(expit((1 - SHARE) * logit(near) + SHARE * logit(far)))


def test_what_was_seen_gets_the_mean_with_what_is_seen_from_farther_away(card: ModelCard) -> None:
    view = cargo_view((300, 100, 330, 130), width=900, height=300)
    seen = found(
        finding((300, 100, 330, 130), 0.6),
        finding((600, 100, 630, 130), 0.6),
        finding((300, 100, 330, 130), 0.6, "ivory"),
        classes=("firearm", "ivory"),
    )
    assert looked(seen, view, card) == pytest.approx([mean(0.6, 0.9), mean(0.6, 0.2), mean(0.6, 0.5)], abs=1e-6)


def test_a_score_below_the_line_stays_and_costs_no_look(card: ModelCard) -> None:
    view, run = cargo_view((300, 100, 330, 130)), Steady()
    seen = found(finding((300, 100, 330, 130), 0.29), classes=("firearm", "ivory"))
    assert looked(seen, view, card, run) == [pytest.approx(0.29)]
    assert run.tiles == 0
    assert looked(found(classes=("firearm", "ivory")), view, card, run) == []


def test_a_model_without_a_far_pitch_looks_no_further(card: ModelCard) -> None:
    view, run = cargo_view((300, 100, 330, 130)), Steady()
    seen = found(finding((300, 100, 330, 130), 0.6), classes=("firearm", "ivory"))
    assert looked(seen, view, replace(card, far_pitch_mm=None), run) == [pytest.approx(0.6)]
    assert run.tiles == 0


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("pitch_mm", [(6.0, 6.0), (4.0, 7.0), None])
def test_in_a_long_scan_each_gets_its_own_look_whatever_else_was_found(
    card: ModelCard, batch: int, pitch_mm: tuple[float, float] | None
) -> None:
    """9000 columns, in several strips; every second one of the things is there."""
    boxes = [(x, 60 + x % 200, x + 40, 100 + x % 200) for x in range(70, 8900, 463)]
    view = cargo_view(*boxes[::2], width=9000, height=320, pitch_mm=pitch_mm)
    seen = found(*(finding(box, 0.6) for box in boxes), classes=("firearm", "ivory"))
    run = Steady()
    scores = looked(seen, view, card, run, batch)
    assert scores == pytest.approx([mean(0.6, 0.2 if number % 2 else 0.9) for number in range(len(boxes))], abs=1e-6)
    for number in (0, 7, len(boxes) - 1):
        alone = Steady()
        assert looked(seen.where(np.array([number])), view, card, alone) == [scores[number]]
        assert alone.tiles == 1 < run.tiles


@pytest.mark.parametrize(("pitch_mm", "width"), [((6.0, 6.0), 6011), ((4.0, 7.0), 9001), ((5.3, 4.1), 4001)])
def test_no_finding_falls_between_two_strips(card: ModelCard, pitch_mm: tuple[float, float], width: int) -> None:
    view = cargo_view(width=width, height=320, pitch_mm=pitch_mm)
    seen = found(
        *(finding((x - 10, 60, x + 10, 80), 0.6) for x in np.arange(10, width - 10, 0.25)), classes=("firearm", "ivory")
    )
    again = from_farther(seen, view, card, Steady(), 0.3, 1, "scan 1")
    assert (again.scores < 0.55).all(), "each has been looked at"


def test_one_tile_serves_all_that_lie_in_it(card: ModelCard) -> None:
    view, run = cargo_view((300, 100, 330, 130), width=500, height=300), Steady()
    seen = found(*(finding((x, 100, x + 30, 130), 0.6) for x in (20, 300, 460)), classes=("firearm", "ivory"))
    looked(seen, view, card, run)
    assert run.tiles == 1
    assert "scan 1, from farther away" in run.said[0]


def test_zones_bound_what_is_seen_but_a_finding_beyond_them_keeps_its_score(card: ModelCard) -> None:
    view = cargo_view((300, 100, 330, 130), width=9000, height=320)
    seen = found(finding((300, 100, 330, 130), 0.6), finding((8000, 100, 8030, 130), 0.6), classes=("firearm", "ivory"))
    again = from_farther(seen, view, card, Steady(), 0.3, 1, "scan 1", [(100.0, 0.0, 700.0, 320.0)])
    assert again.scores.tolist() == pytest.approx([mean(0.6, 0.9), 0.6], abs=1e-6)


@pytest.mark.parametrize(("threshold", "shown"), [(0.45, True), (0.65, False)])
def test_what_the_near_look_left_below_the_threshold_is_shown_where_the_far_one_is_sure(
    card: ModelCard, threshold: float, shown: bool
) -> None:
    def run(tiles: Floats, where: str) -> tuple[Floats, Floats]:
        heat = np.full((1, 2, 64, 64), 0.01, np.float32)
        heat[0, 0, 20:24, 30:34] = 0.9 if "from farther away" in where else 0.0
        heat[0, 0, 33, 48] = 0.0 if "from farther away" in where else 0.4
        return heat, np.full((1, 4, 64, 64), 10, np.float32)

    thresholds = np.full(2, threshold, np.float32)
    seen = candidates(scan(cargo_view(width=512, height=512)), card, run, thresholds, again_above=0.3)
    expected = [mean(0.4, 0.9)] if shown else []
    assert seen.scores.tolist() == pytest.approx(expected, abs=1e-6)
    assert mean(0.4, 0.9) > 0.45
    assert len(candidates(scan(cargo_view(width=512, height=512)), card, run, thresholds)) == 0


def test_the_engine_shows_what_both_looks_find_together(tmp_path: Path) -> None:
    """A thing of one cell: from farther away it is smaller, and the tiny model less sure of it."""
    near = Engine(tiny_model(tmp_path / "near", second_look=0.3), threads=1)
    both = Engine(tiny_model(tmp_path / "both", second_look=0.3, far_pitch_mm=FAR), threads=1)
    seen = scan(cargo_view((300, 100, 314, 114)))
    (one,), (two,) = near.detect(seen, 0.05), both.detect(seen, 0.05)
    planes = pixels.to_planes(seen.views[0], FAR)
    tile = pixels.cut(planes, (0, 0), near.card.input_hw)
    x, y = (int((low + high) / 2 * NEAR / FAR / 8) for low, high in zip(one.box[:2], one.box[2:], strict=True))
    around = slice(y - AROUND_CELLS, y + AROUND_CELLS + 1), slice(x - AROUND_CELLS, x + AROUND_CELLS + 1)
    far = float(near.heat(tile, "far")[0][around].max())
    assert far < one.score - 0.1
    assert two.score == pytest.approx(mean(one.score, far), abs=2e-3)
    assert two.box == one.box
    between = (one.score + two.score) / 2
    assert len(near.detect(seen, between)) == 1
    assert len(both.detect(seen, between)) == 0
    assert both.examine(seen, between)[1] == pytest.approx(two.score)
    alone, together = (evidence(engine, seen.views[0], one, "here") for engine in (near, both))
    assert together.score == pytest.approx(mean(alone.score, far), abs=0.05), "the evidence is of the score shown"
    assert together.score < alone.score - 0.05
    assert max(alone.without, together.without) < 0.3
