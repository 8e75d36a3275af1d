"""What the beam did not get through: the one definition, and that the viewer's is the same."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cargoscope.penetration import CLEAR, DEEPEST, dark_mask, opaque_level, unpenetrated
from tests import builders

LUT = (Path(__file__).parents[1] / "ui/viewer/src/lut.ts").read_text("utf-8")


def test_the_viewer_hatches_by_the_same_numbers() -> None:
    assert float(re.findall(r"const DEEPEST = ([0-9.]+)", LUT)[0]) == DEEPEST
    assert float(re.findall(r"const CLEAR = ([0-9.]+)", LUT)[0]) == CLEAR
    assert "Math.min(DEEPEST, Math.log(open / floor)) - 1" in LUT


@pytest.mark.parametrize(("bits", "level"), [(8, 695.9), (16, 54.7)])
def test_a_pixel_tells_nothing_a_factor_e_above_the_last_count_of_its_source(bits: int, level: float) -> None:
    assert opaque_level(60000, bits) == pytest.approx(level, rel=1e-3)


def test_the_share_counts_what_stands_in_the_beam_and_a_box_limits_it() -> None:
    view = builders.view(100, 50, level=60000)
    assert unpenetrated(view) == 0
    pixels = view.pixels.copy()
    pixels[:, :, :30] = 20000
    pixels[:, :, :10] = 0
    loaded = replace(view, pixels=pixels)
    assert unpenetrated(loaded) == pytest.approx(1 / 3)
    assert unpenetrated(loaded, (0, 0, 20, 50)) == pytest.approx(1 / 2)
    assert unpenetrated(loaded, (50, 0, 100, 50)) == 0
    assert dark_mask(loaded)[:, :10].all()
    assert not dark_mask(loaded)[:, 10:].any()


def test_a_second_energy_does_not_make_a_dark_pixel_clear() -> None:
    view = builders.view(10, 10, level=60000)
    pixels = view.pixels.copy()
    pixels[0] = 0
    assert dark_mask(replace(view, pixels=pixels)).all()
    assert np.asarray(dark_mask(view)).sum() == 0
