"""The mean of two models' weights: of one line of training, it often finds more than either of them alone."""

from pathlib import Path

import torch

from cargoscope.errors import TrainingError
from cargoscope.models.card import WEIGHTS_FILE, read_card

Weights = dict[str, torch.Tensor]


def mean_with(weights: Weights, classes: tuple[str, ...], other: Path, share: float) -> Weights:
    """share times the weights and 1 - share times those of a model folder, which the first were trained from (WiSE-FT,
    Wortsman et al. 2022). Refused: a share out of 0..1, and a model of other classes or of another network."""
    if not 0 <= share <= 1:
        raise TrainingError(f"the share of the checkpoint's weights must be 0..1, got {share}")
    card = read_card(other)
    if card.classes != classes:
        raise TrainingError(
            f"model {other} knows {list(card.classes)}, the checkpoint {list(classes)}: no mean of both"
        )
    if not (other / WEIGHTS_FILE).is_file():
        raise TrainingError(f"model {other} has no {WEIGHTS_FILE}")
    before: Weights = torch.load(other / WEIGHTS_FILE, map_location="cpu", weights_only=True)
    shapes = [{name: tuple(value.shape) for name, value in one.items()} for one in (weights, before)]
    if shapes[0] != shapes[1]:
        raise TrainingError(f"model {other} is another network than the checkpoint's")
    return {
        name: torch.lerp(before[name].to(value), value, share) if value.is_floating_point() else value
        for name, value in weights.items()
    }
