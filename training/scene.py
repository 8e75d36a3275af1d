"""The training of the scene network, in sight: recipe, losses, loop."""

import io
import logging
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader, Dataset

from cargoscope.atomic import write_whole
from cargoscope.errors import RecipeError, TrainingError
from cargoscope.models.card import WEIGHTS_FILE
from cargoscope.models.scene_decode import FACTS, LENGTHS_MM
from cargoscope.models.scene_network import CargoscopeScene
from cargoscope.training.scene_samples import Sample, Scene, augmented

log = logging.getLogger(__name__)

SAY_EVERY: Final = 25
KEEP_EVERY: Final = 100
SEVERAL: Final = 2.5


@dataclass(frozen=True)
class SceneRecipe:
    """Everything that decides a training of the scene network.

    steps, batch: of the whole schedule. rate: peak learning rate; warm_up: share of the schedule until then. ema: of
    the averaged weights, which are kept. threshold: of the exported model.
    """

    name: str
    seed: int
    steps: int
    batch: int
    rate: float
    warm_up: float
    weight_decay: float
    clip_norm: float
    ema: float
    threshold: float

    @classmethod
    def from_toml(cls, path: Path) -> "SceneRecipe":
        """The recipe of a TOML file; every key must be there, and no other."""
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise RecipeError(f"{path}: {error}") from error
        valid = {item.name: item.type for item in fields(cls)}
        if set(table) != set(valid):
            raise RecipeError(f"{path}: keys must be {sorted(valid)}, got {sorted(table)}")
        for name, kind in valid.items():
            if not isinstance(table[name], kind if isinstance(kind, type) else object):
                raise RecipeError(f"{path}: {name} must be {kind}, got {table[name]!r}")
        return cls(**table)

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "rate", "clip_norm"):
            if not getattr(self, name) > 0:
                raise RecipeError(f"recipe {self.name}: {name} must be above 0, got {getattr(self, name)}")
        for name in ("warm_up", "weight_decay", "ema", "threshold"):
            if not 0 <= getattr(self, name) < 1:
                raise RecipeError(f"recipe {self.name}: {name} must be from 0 to below 1, got {getattr(self, name)}")


class Augmented(Dataset[Sample]):
    """Draws from scenes: item i of a seed is always the same scene, cut and tone.

    Scenes with several containers come SEVERAL times as often: two close to each other are hard to part.
    """

    def __init__(self, scenes: Sequence[Scene], seed: int, length: int) -> None:
        self.scenes, self.seed, self.length = scenes, seed, length
        often = np.array([SEVERAL if len(scene.containers) > 1 else 1.0 for scene in scenes])
        self.chances = often / often.sum()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: int) -> Sample:
        rng = np.random.default_rng([self.seed, index])
        return augmented(self.scenes[int(rng.choice(len(self.scenes), p=self.chances))], rng)


def collate(samples: Sequence[Sample]) -> dict[str, Tensor]:
    """One batch; owner: which of its pictures each container is in."""
    return {
        "canvas": torch.from_numpy(np.stack([one.canvas for one in samples])),
        "heat": torch.from_numpy(np.stack([one.heat for one in samples])),
        "ltrb": torch.from_numpy(np.stack([one.ltrb for one in samples])),
        "pools": torch.from_numpy(np.concatenate([one.pools for one in samples])),
        "facts": torch.from_numpy(np.concatenate([one.facts for one in samples])),
        "owner": torch.tensor([i for i, one in enumerate(samples) for _ in one.facts], dtype=torch.long),
    }


def losses(outputs: tuple[Tensor, Tensor, Tensor], batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """heat: binary cross-entropy. ltrb: error of the logarithms. Each fact, as the mean over its container's cells, in
    its own way; what the truth leaves open (NaN) counts for nothing."""
    heat, ltrb, facts = outputs
    known, sides = ~batch["heat"].isnan(), ~batch["ltrb"].isnan()
    result = {
        "heat": F.binary_cross_entropy_with_logits(heat[known], batch["heat"][known]),
        "ltrb": F.smooth_l1_loss(ltrb[sides], batch["ltrb"][sides], beta=0.05),
    }
    said, true = torch.einsum("nfhw,nhw->nf", facts[batch["owner"]], batch["pools"]), batch["facts"]
    at = FACTS.index
    for name in ("empty", "fill", "doors_right", "height"):
        rows = ~true[:, at(name)].isnan()
        if not rows.any():
            continue
        pair = said[rows, at(name)], true[rows, at(name)]
        if name == "height":
            result[name] = 5 * F.smooth_l1_loss(*pair, beta=0.05)
        else:
            result[name] = F.binary_cross_entropy_with_logits(*pair)
    lengths = slice(at("length_20"), at("length_20") + len(LENGTHS_MM))
    for name, columns, weight in (("length", lengths, 0.3), ("kinds", slice(len(FACTS), None), 0.5)):
        rows = ~true[:, columns].isnan().any(dim=1)
        if rows.any():
            result[name] = weight * F.cross_entropy(said[rows, columns], true[rows, columns])
    return result


def train(
    recipe: SceneRecipe, scenes: Sequence[Scene], n_kinds: int, output: Path, start_from: Path | None = None
) -> CargoscopeScene:
    """Train on scenes; the averaged weights go to output/weights.pt now and then, and at the end.

    start_from: weights.pt to go on from. TrainingError where there are no scenes or the loss is no number any more.
    """
    if not scenes:
        raise TrainingError("the scene network needs at least one scene to learn from")
    output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    network = CargoscopeScene(len(FACTS) + n_kinds)
    if start_from is not None:
        network.load_state_dict(torch.load(start_from, map_location="cpu", weights_only=True))
    network.to(memory_format=torch.channels_last)
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(recipe.ema), use_buffers=True)  # type: ignore[no-untyped-call]
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps=recipe.steps, pct_start=recipe.warm_up
    )
    samples = Augmented(scenes, recipe.seed, recipe.steps * recipe.batch)
    batches = DataLoader(samples, recipe.batch, num_workers=1, collate_fn=collate, worker_init_fn=_alone)
    started, smooth = time.monotonic(), dict[str, float]()
    network.train()
    for step, batch in enumerate(batches, 1):
        pieces = losses(network(batch["canvas"].contiguous(memory_format=torch.channels_last)), batch)
        loss = torch.stack(list(pieces.values())).sum()
        if not torch.isfinite(loss):
            raise TrainingError(f"loss became {loss.item()} at step {step}")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip_norm)
        optimizer.step()
        schedule.step()
        average.update_parameters(network)
        for name, piece in pieces.items():
            smooth[name] = 0.95 * smooth.get(name, piece.item()) + 0.05 * piece.item()
        if step % SAY_EVERY == 0:
            spent = time.monotonic() - started
            log.info(
                "step %d of %d, %.0f s, %.0f s to go: %s", step, recipe.steps, spent,
                spent * (recipe.steps / step - 1), " ".join(f"{name} {value:.3f}" for name, value in smooth.items()),
            )  # fmt: skip
        if step % KEEP_EVERY == 0 or step == recipe.steps:
            keep(average.module, output)
    trained = average.module
    assert isinstance(trained, CargoscopeScene)
    return trained.eval()


def keep(network: torch.nn.Module, output: Path) -> None:
    """Write weights.pt, whole or not at all; kernels in half precision, from which a training goes on as well."""
    buffer = io.BytesIO()
    state = network.state_dict().items()
    kernels = {name: value.half() for name, value in state if value.is_floating_point() and value.ndim > 1}
    torch.save({name: kernels.get(name, value).contiguous() for name, value in state}, buffer)
    write_whole(output / WEIGHTS_FILE, buffer.getvalue())


def _alone(_worker: int) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
