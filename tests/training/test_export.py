from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
import torch
from scipy.special import logit

from cargoscope.inference.latency import multiplications
from cargoscope.models.card import MODEL_FILE, WEIGHTS_FILE, read_card
from cargoscope.training.checkpoint import read_checkpoint
from cargoscope.training.export import export
from cargoscope.training.quantise import in_floats
from cargoscope.training.recipe import Recipe

Floats = npt.NDArray[np.float32]


def test_a_mirrored_model_answers_with_the_mean_of_a_tile_and_its_mirror_image(trained: Path, tmp_path: Path) -> None:
    state = read_checkpoint(trained / "run" / "last.pt")
    recipe = Recipe.from_table(state["recipe"], "last.pt")
    sessions = []
    for mirrored in (False, True):
        folder = tmp_path / str(mirrored)
        once_or_twice = replace(recipe, mirrored=mirrored)
        card = export(once_or_twice, state["average"], folder, [], datetime(2026, 11, 22, tzinfo=UTC))
        assert card.mirrored is read_card(folder).mirrored is mirrored
        sizes = [(folder / file).stat().st_size for file in (MODEL_FILE, WEIGHTS_FILE)]
        assert sizes[0] < 1.1 * sizes[1], "kernels in halves in both"
        sessions.append(ort.InferenceSession(folder / MODEL_FILE, providers=["CPUExecutionProvider"]))
    counts = [multiplications(tmp_path / name / MODEL_FILE) or 0 for name in ("False", "True")]
    assert counts[1] == 2 * counts[0] > 0
    once, twice = sessions
    side = recipe.tile_px
    tiles = np.random.default_rng(1).normal(0.3, 0.5, (3, 4, side, side)).astype(np.float32)

    def answer(session: ort.InferenceSession, seen: Floats) -> tuple[Floats, Floats]:
        heat, ltrb = session.run(["heat", "ltrb"], {"tile": seen})
        return heat, ltrb

    (heat, ltrb), (heat_back, ltrb_back) = answer(once, tiles), answer(once, np.ascontiguousarray(tiles[..., ::-1]))
    right, left, top, bottom = (ltrb_back[:, edge, :, ::-1] for edge in (2, 0, 1, 3))
    both_heat, both_ltrb = answer(twice, tiles)
    assert logit(both_heat) == pytest.approx((logit(heat) + logit(heat_back[..., ::-1])) / 2, abs=1e-3)
    assert both_ltrb == pytest.approx((ltrb + np.stack([right, top, left, bottom], axis=1)) / 2, abs=1e-2)
    graph = onnx.load(tmp_path / "False" / MODEL_FILE).graph
    kept = in_floats(graph)
    operators = Counter(node.op_type for node in graph.node if node.name in kept)
    assert operators == {"Conv": 3, "Clip": 2, "Exp": 1, "Mul": 1, "Sigmoid": 1}, "of a model that looks once"
    assert np.abs(heat - heat_back[..., ::-1]).max() > 1e-3, "the network alone does not see both alike"


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
