from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from scipy.special import logit

from cargoscope.inference.engine import Engine
from cargoscope.inference.latency import multiplications
from cargoscope.models.card import MODEL_FILE, WEIGHTS_FILE, read_card
from cargoscope.training.checkpoint import read_checkpoint
from cargoscope.training.export import SECOND_LOOK_ABOVE, export
from cargoscope.training.quantise import in_floats
from cargoscope.training.recipe import Recipe


def test_a_mirrored_model_answers_with_the_mean_of_a_tile_and_its_mirror_image(trained: Path, tmp_path: Path) -> None:
    state = read_checkpoint(trained / "run" / "last.pt")
    recipe = Recipe.from_table(state["recipe"], "last.pt")
    for mirrored in (False, True):
        folder = tmp_path / str(mirrored)
        once_or_twice = replace(recipe, mirrored=mirrored)
        card = export(once_or_twice, state["average"], folder, [], datetime(2026, 11, 22, tzinfo=UTC))
        assert card.mirrored is read_card(folder).mirrored is mirrored
        assert card.second_look == read_card(folder).second_look == (SECOND_LOOK_ABOVE if mirrored else None)
        sizes = [(folder / file).stat().st_size for file in (MODEL_FILE, WEIGHTS_FILE)]
        assert sizes[0] < 1.1 * sizes[1], "kernels in halves in both"
    counts = [multiplications(tmp_path / name / MODEL_FILE) for name in ("False", "True")]
    assert counts[0] == counts[1], "the second look is the engine's"
    side = recipe.tile_px
    tile = np.random.default_rng(1).normal(0.3, 0.5, (4, side, side)).astype(np.float32)
    back = np.ascontiguousarray(tile[..., ::-1])
    with Engine(tmp_path / "False", second_look=0.0) as once, Engine(tmp_path / "True", second_look=0.0) as twice:
        first, mirror = once.heat(tile, "tile"), once.heat(back, "mirror image")[..., ::-1]
        assert logit(twice.heat(tile, "tile")) == pytest.approx((logit(first) + logit(mirror)) / 2, abs=1e-3)
        assert twice.heat(back, "mirror image")[..., ::-1] == pytest.approx(twice.heat(tile, "tile"), abs=1e-6)
        assert np.abs(first - mirror).max() > 1e-3, "the network alone does not see both alike"
    with Engine(tmp_path / "True", second_look=1.0) as never:
        assert np.array_equal(never.heat(tile, "tile"), first)
    graph = onnx.load(tmp_path / "True" / MODEL_FILE).graph
    kept = in_floats(graph)
    operators = Counter(node.op_type for node in graph.node if node.name in kept)
    assert operators == {"Conv": 3, "Clip": 2, "Exp": 1, "Mul": 1, "Sigmoid": 1}


def test_kernels_are_kept_with_eight_bits_and_everything_else_as_it_is(trained: Path, tmp_path: Path) -> None:
    state = read_checkpoint(trained / "run" / "last.pt")
    recipe = Recipe.from_table(state["recipe"], "last.pt")
    export(recipe, state["average"], tmp_path, [], datetime(2026, 11, 22, tzinfo=UTC))
    kept = torch.load(tmp_path / WEIGHTS_FILE, map_location="cpu", weights_only=True)
    assert kept.keys() == state["average"].keys()
    rounded = 0
    for name, value in kept.items():
        before = state["average"][name]
        if before.ndim < 2:
            assert torch.equal(value, before), name
            continue
        assert value.dtype == torch.float16, name
        assert torch.equal(value, value.bfloat16().half()), f"{name}: more than eight bits"
        normal = before.abs() > 2**-14
        assert torch.allclose(value[normal].float(), before[normal], rtol=2**-8, atol=0), name
        rounded += int((value[normal].float() != before[normal]).sum())
    assert rounded > 1000


def test_kernels_that_are_halves_already_stay_as_they_are(trained: Path, tmp_path: Path) -> None:
    state = read_checkpoint(trained / "run" / "last.pt")
    recipe = Recipe.from_table(state["recipe"], "last.pt")
    halves = {
        name: value.half() if value.is_floating_point() and value.ndim > 1 else value
        for name, value in state["average"].items()
    }
    assert any(value.ndim > 1 and not torch.equal(value, value.bfloat16().half()) for value in halves.values())
    for name, weights in (("halves", halves), ("floats", {name: value.float() for name, value in halves.items()})):
        export(recipe, weights, tmp_path / name, [], datetime(2026, 11, 22, tzinfo=UTC))
        kept = torch.load(tmp_path / name / WEIGHTS_FILE, map_location="cpu", weights_only=True)
        assert all(torch.equal(kept[key].float(), value.float()) for key, value in halves.items()), name
