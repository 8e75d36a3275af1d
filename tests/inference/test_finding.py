"""Strips, zones and memory, on a real ONNX model of a few kilobytes."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cargoscope.errors import ScanError
from cargoscope.inference.engine import Engine
from cargoscope.inference.tiling import STRIP_TILES, strips
from cargoscope.models.card import read_card
from tests.builders import cargo_view, scan, tiny_model, view

PEAK = """
import resource, sys
from pathlib import Path
import numpy as np
from cargoscope.inference.engine import Engine
from cargoscope.scan import View
from tests.builders import scan
columns = int(sys.argv[2])
pixels = np.full((2, 600, columns), 30000, np.uint16)
pixels[:, ::7, ::5] += 900
engine = Engine(Path(sys.argv[1]), threads=1)
engine.examine(scan(View(pixels, ("6MV", "4MV"), (60000, 60000), (5.0, 5.0))))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return Engine(folder, threads=1)


def test_a_scan_of_twenty_thousand_columns_takes_hardly_more_memory_than_one_of_two_thousand(folder: Path) -> None:
    """The pixels themselves, two energies of 16 bits, are 43 MB more; what is made of them must not grow."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    peaks_mb = [
        int(subprocess.check_output([sys.executable, "-c", PEAK, str(folder), columns], text=True, env=environment))
        for columns in ("2000", "20000")
    ]
    assert peaks_mb[1] - peaks_mb[0] < 50


@pytest.mark.parametrize("pitch_mm", [6.0, 4.7])
def test_objects_along_a_long_scan_are_found_once_and_where_they_are(engine: Engine, pitch_mm: float) -> None:
    lefts = list(range(90, 4300, 211))
    size = round(27 * 6 / pitch_mm)
    seen = cargo_view(*((x, 100, x + size, 100 + size) for x in lefts), width=4400, pitch_mm=(pitch_mm, pitch_mm))
    assert len(list(strips(seen, engine.card))) > 1
    found = engine(scan(seen))
    middles = np.sort((found.boxes[:, 0] + found.boxes[:, 2]) / 2)
    assert len(middles) == len(lefts)
    assert np.allclose(middles, np.array(lefts) + size / 2, atol=6)


def test_strips_meet_without_gap_and_hold_the_tiles_that_the_whole_view_has(folder: Path) -> None:
    card = read_card(folder)
    every = list(strips(view(width=9000, height=100, pitch_mm=(6.0, 6.0)), card))
    columns = [strip.first_column + x for strip in every for x, _ in strip.origins]
    assert columns == [round(i * (9000 - 512) / 23) for i in range(24)]
    assert {len(strip.origins) for strip in every} == {STRIP_TILES}
    owned = [
        (strip.first_column + x + left, strip.first_column + x + right)
        for strip in every
        for (x, _), (left, _, right, _) in zip(strip.origins, strip.parts, strict=True)
    ]
    assert (owned[0][0], owned[-1][1]) == (-np.inf, np.inf)
    assert all(one[1] == other[0] for one, other in pairwise(owned))


def test_only_zones_are_looked_at_where_zones_are_given(engine: Engine) -> None:
    seen = scan(cargo_view((300, 100, 330, 130), (2900, 100, 2930, 130), width=3200))
    (inside,) = engine.detect(seen, zones=[[(2500.0, 40.0, 3100.0, 200.0)]])
    assert inside.box == pytest.approx((2895, 95, 2935, 135), abs=6)
    assert len(engine.detect(seen, zones=[[(100.0, 0.0, 700.0, 240.0), (2500.0, 0.0, 3100.0, 240.0)]])) == 2
    assert len(engine.detect(seen, zones=[[]])) == 0


def test_zones_that_meet_give_an_object_between_them_once(engine: Engine) -> None:
    seen = scan(cargo_view((985, 100, 1015, 130), width=2400))
    assert len(engine.detect(seen, zones=[[(200.0, 0.0, 1000.0, 240.0), (1000.0, 0.0, 1900.0, 240.0)]])) == 1


def test_a_view_whose_pitch_must_be_wrong_is_refused(engine: Engine) -> None:
    with pytest.raises(ScanError, match=r"at most 64000000 pixels at the model.s 6\.0 mm, got 10667×8000"):
        engine(scan(view(640, 480, pitch_mm=(100, 100))))
