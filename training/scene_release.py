"""From trained weights to a scene model's folder: temperatures fitted on scans kept aside, ONNX, card, scores."""

import json
import logging
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn

from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
from cargoscope.errors import ModelError
from cargoscope.models.card import METADATA_KEY, MODEL_FILE, sha256_of
from cargoscope.models.scene_canvas import CANVAS_HW, CHANNELS
from cargoscope.models.scene_card import SceneCard, running_facts, write_scene_card
from cargoscope.models.scene_decode import FACTS
from cargoscope.models.scene_network import CargoscopeScene
from cargoscope.training.export import without_traces
from cargoscope.training.scene import SceneRecipe, keep
from cargoscope.training.scene_samples import Scene, augmented, plain

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

OPSET: Final = 20
TOLERANCE: Final = 1e-3
TEMPERATURES: Final = np.exp(np.linspace(np.log(0.1), np.log(5.0), 80))


def kinds_of_goods() -> dict[str, dict[str, float]]:
    """The simulator's kinds of goods with their HS headings, each as often as it declares them."""
    return {kind: dict.fromkeys(goods.headings, 1 / len(goods.headings)) for kind, goods in CATALOGUE.items()}


@dataclass(frozen=True, eq=False)
class Said:
    """What the network says of containers, and what is true: (N, F) each, logits and targets (NaN unknown)."""

    logits: Floats
    true: Floats


def said_of(network: CargoscopeScene, scenes: Sequence[Scene], seed: int) -> Said:
    """Each scene as it is and once augmented: pooled facts of every container, at its true box."""
    logits, true = [], []
    for number, scene in enumerate(scenes):
        for sample in (plain(scene), augmented(scene, np.random.default_rng([seed, number]))):
            with torch.no_grad():
                facts = network(torch.from_numpy(sample.canvas[None]))[2][0].numpy()
            logits.append(np.einsum("fhw,nhw->nf", facts, sample.pools))
            true.append(sample.facts)
    return Said(np.concatenate(logits), np.concatenate(true))


def temperatures(said: Said) -> dict[str, float]:
    """For each kind of statement the temperature with the least cross-entropy."""
    found = {}
    for name in ("empty", "doors_right"):
        column = FACTS.index(name)
        rows = ~np.isnan(said.true[:, column])
        logits, true = said.logits[rows, column], said.true[rows, column]
        found[name] = _best(lambda t, z=logits, y=true: float(np.mean(np.logaddexp(0, z / t) - y * z / t)))
    known = np.flatnonzero(~np.isnan(said.true[:, len(FACTS) :]).any(axis=1))
    logits, true = said.logits[known, len(FACTS) :], said.true[known, len(FACTS) :]

    def surprise(t: float) -> float:
        z = logits / t
        return float(np.mean(np.logaddexp.reduce(z, axis=1) - (true * z).sum(axis=1)))

    return found | {"kinds": _best(surprise)}


def release(
    recipe: SceneRecipe, network: CargoscopeScene, aside: Sequence[Scene], output: Path, now: datetime,
    trained_on: str, scores: dict[str, Any] | None = None, notes: str = "",
) -> SceneCard:  # fmt: skip
    """Write model.onnx, weights.pt and card.json. aside: scans that the network did not learn from, for temperatures.

    ModelError where ONNX and PyTorch disagree; then nothing is written.
    """
    network = network.eval()
    card = SceneCard(
        model_id="0" * 64, name=recipe.name, kinds=kinds_of_goods(),
        temperatures={name: round(value, 4) for name, value in temperatures(said_of(network, aside, 7)).items()},
        threshold=recipe.threshold, created_at=now, trained_on=trained_on, scores=scores or {}, notes=notes,
    )  # fmt: skip
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output) as folder:
        path = Path(folder) / MODEL_FILE
        served = _Served(network).eval()
        torch.onnx.export(
            served, (torch.zeros(1, len(CHANNELS), *CANVAS_HW),), path, input_names=["canvas"],
            output_names=["heat", "ltrb", "facts"], opset_version=OPSET, dynamo=True, external_data=False,
            verbose=False,
        )  # fmt: skip
        _check_parity(served, path, [plain(scene).canvas for scene in aside[:4]])
        model = without_traces(onnx.load(path))
        onnx.helper.set_model_props(model, {METADATA_KEY: running_facts(card)})
        onnx.checker.check_model(model)
        onnx.save(model, path)
        card = replace(card, model_id=sha256_of(path))
        os.replace(path, output / MODEL_FILE)
    keep(network, output)
    write_scene_card(output, card)
    log.info("scene model %s: %s", card.model_id[:12], json.dumps(card.temperatures))
    return card


class _Served(nn.Module):
    """The network as it is served: probabilities of parts, not logits."""

    def __init__(self, network: CargoscopeScene) -> None:
        super().__init__()
        self.network = network

    def forward(self, canvas: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        heat, ltrb, facts = self.network(canvas)
        return heat.sigmoid(), ltrb, facts


def _check_parity(served: nn.Module, path: Path, pictures: Sequence[Floats]) -> None:
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    for number, picture in enumerate(pictures):
        with torch.no_grad():
            expected = [part.numpy() for part in served(torch.from_numpy(picture[None]))]
        got = session.run(["heat", "ltrb", "facts"], {"canvas": picture[None]})
        for name, one, other in zip(("heat", "ltrb", "facts"), expected, got, strict=True):
            apart = float((np.abs(one - other) / np.maximum(1, np.abs(one))).max())
            if not apart <= TOLERANCE:
                raise ModelError(f"export: {name} of scene {number} differs by {apart:.4g}, allowed {TOLERANCE}")


def _best(surprise: Any) -> float:
    return float(min(TEMPERATURES, key=surprise))
