"""The state of a training run, on disk: what a kill cannot take away."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

from cargoscope.errors import TrainingError
from cargoscope.models.networks import Detector
from cargoscope.training.recipe import Recipe

CHECKPOINT: Final = "last.pt"


@dataclass(eq=False)
class Run:
    """The state of a run: all that a checkpoint holds. forward: the network, as it is called in training."""

    network: Detector
    average: Detector
    optimizer: torch.optim.Optimizer
    forward: nn.Module
    step: int = 0
    spent_s: float = 0.0


def checkpoint_in(output: Path, resume: bool) -> Path:
    """Where the run of a folder keeps its checkpoint; TrainingError where there is one that nobody asked to resume."""
    checkpoint = output / CHECKPOINT
    if checkpoint.exists() and not resume:
        raise TrainingError(f"{checkpoint} exists: resume it, or choose another output")
    return checkpoint


def save_checkpoint(run: Run, path: Path, recipe: Recipe) -> None:
    """Write the whole state beside the old checkpoint, then replace it."""
    state = {
        "recipe": asdict(recipe),
        "step": run.step,
        "spent_s": run.spent_s,
        "network": run.network.state_dict(),
        "average": run.average.state_dict(),
        "optimizer": run.optimizer.state_dict(),
    }
    temporary = path.with_name(f".{path.name}.tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def load_checkpoint(run: Run, path: Path, recipe: Recipe) -> None:
    """Take up the state of a checkpoint of the same recipe. How often the export looks may differ: no training asks
    for it."""
    state = read_checkpoint(path)
    theirs = Recipe.from_table(state["recipe"], str(path))
    if _taught(theirs) != _taught(recipe):
        raise TrainingError(f"{path} belongs to another recipe than {recipe.name!r}; nothing was changed")
    run.network.load_state_dict(state["network"])
    run.average.load_state_dict(state["average"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.step, run.spent_s = state["step"], state["spent_s"]


def _taught(recipe: Recipe) -> dict[str, Any]:
    """What a training asks for of its recipe."""
    return {key: value for key, value in asdict(recipe).items() if key not in ("mirrored", "far_pitch_mm")}


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The dict that `save_checkpoint` wrote."""
    if not path.is_file():
        raise TrainingError(f"there is no checkpoint {path}")
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state
