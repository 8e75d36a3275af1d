"""The training loop, in sight: AdamW, warm-up and cosine, an averaged copy, checkpoints that a kill survives."""

import logging
import math
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from cargoscope.errors import TrainingError
from cargoscope.models.card import read_card
from cargoscope.models.networks import HEAT_BIAS, HEAT_WEIGHT, Detector, build
from cargoscope.training.cache import Page
from cargoscope.training.checkpoint import (
    Run,
    checkpoint_in,
    load_checkpoint,
    save_checkpoint,
)
from cargoscope.training.crew import ALONE, Crew, assembled
from cargoscope.training.losses import box_loss, heat_loss
from cargoscope.training.recipe import Recipe
from cargoscope.training.samples import Crop, Crops
from cargoscope.training.trackers import tracker

log = logging.getLogger(__name__)

MEASURED_BATCHES: Final = 12
"""Batches on which the batch norms of the ImageNet backbone are measured before they are folded."""

VALIDATION_CROPS: Final = 128


@dataclass(frozen=True)
class Watch:
    """How a run is watched. minutes: time budget of the training, over all resumes; None: recipe.steps decide.

    trackers: names of training.trackers. mixed: whether layers run in bfloat16 where that is safe; None: on a GPU.
    """

    minutes: float | None = None
    checkpoint_s: float = 180.0
    line_steps: int = 25
    threads: int = 2
    workers: int = 1
    trackers: tuple[str, ...] = ()
    mixed: bool | None = None


WATCH: Final = Watch()


def train(
    recipe: Recipe,
    pages: Sequence[Page],
    validation: Sequence[Page],
    output: Path,
    watch: Watch = WATCH,
    start_from: Path | None = None,
    resume: bool = False,
) -> Path:
    """Train, and return the checkpoint, output/last.pt, which holds the averaged weights under "average".

    start_from: weights.pt of a model to go on from, its card beside it; else ImageNet. resume: go on where
    output/last.pt stopped, on the same schedule; without it a folder that holds a checkpoint is refused.
    """
    with assembled() as crew:
        return _train(recipe, pages, validation, output, watch, start_from, resume, crew)


def _train(
    recipe: Recipe,
    pages: Sequence[Page],
    validation: Sequence[Page],
    output: Path,
    watch: Watch,
    start_from: Path | None,
    resume: bool,
    crew: Crew,
) -> Path:
    torch.set_num_threads(watch.threads)
    torch.manual_seed(recipe.seed)
    output.mkdir(parents=True, exist_ok=True)
    checkpoint = checkpoint_in(output, resume)
    run = new_run(recipe, crew)
    if checkpoint.exists():
        load_checkpoint(run, checkpoint, recipe)
        log.info("going on at step %d after %.1f min", run.step, run.spent_s / 60)
    else:
        first_weights(run, recipe, pages, start_from)
    tell = [tracker(name, output) for name in watch.trackers if crew.leads]
    batches = iter(batches_of(pages, recipe, run.step, watch, crew))
    began, saved, recent = time.monotonic() - run.spent_s, time.monotonic(), list[tuple[float, float]]()
    lap, lap_step = time.monotonic(), run.step
    while (done := crew.agreed(progress(run, recipe, watch))) < 1:
        recent.append(one_step(run, next(batches), recipe, done, crew, watch.mixed))
        run.spent_s = time.monotonic() - began
        if not crew.leads:
            continue
        if run.step % watch.line_steps == 0:
            speed = (run.step - lap_step) * recipe.batch / (time.monotonic() - lap)
            left_min = run.spent_s * (1 - done) / max(done, 1e-6) / 60
            mean_heat, mean_box = np.mean(recent, axis=0)
            log.info(
                "step %d · %.1f %% · heat %.3f box %.3f · %.1f crops/s · %.0f min left",
                run.step, 100 * done, mean_heat, mean_box, speed, left_min,
            )  # fmt: skip
            for track in tell:
                track(run.step, {"loss/heat": mean_heat, "loss/box": mean_box, "crops_per_s": speed})
            recent, lap, lap_step = [], time.monotonic(), run.step
        if time.monotonic() - saved > watch.checkpoint_s:
            save_checkpoint(run, checkpoint, recipe)
            if validation:
                log.info("step %d · %s", run.step, validate(run.average, validation, recipe))
            saved = time.monotonic()
    if crew.leads:
        save_checkpoint(run, checkpoint, recipe)
        if validation:
            log.info("step %d · %s", run.step, validate(run.average, validation, recipe))
    return checkpoint


def batches_of(pages: Sequence[Page], recipe: Recipe, step: int, watch: Watch, crew: Crew) -> DataLoader[Crop]:
    """The crops that are left from a step on. Of each batch every process of the crew gets its share of the crops."""
    if recipe.batch % crew.size:
        raise TrainingError(f"a batch of {recipe.batch} crops cannot be shared by {crew.size} processes")
    crops = Crops(pages, recipe, step * recipe.batch, (recipe.steps - step) * recipe.batch)
    workers = workers_here(watch.workers)
    return DataLoader(
        crops,
        batch_size=recipe.batch // crew.size,
        sampler=range(crew.rank, len(crops), crew.size),
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        pin_memory=crew.device.type == "cuda",
    )


def workers_here(wanted: int) -> int:
    """Processes that cut crops: none where processes are not forked (macOS; Linux from Python 3.14).

    A forked process shares the memory maps of the pages. To any other they would be sent whole, gigabytes of them.
    """
    return wanted if multiprocessing.get_start_method() == "fork" else 0


def new_run(recipe: Recipe, crew: Crew = ALONE) -> Run:
    """A network with random weights, its averaged copy and an optimizer with two speeds."""
    network, average = (
        build(recipe.detector, len(recipe.classes)).to(crew.device).to(memory_format=torch.channels_last)
        for _ in range(2)
    )
    average.requires_grad_(False)
    body = list(network.backbone.parameters())
    ids = {id(parameter) for parameter in body}
    head = [parameter for parameter in network.parameters() if id(parameter) not in ids]
    groups = [
        {"params": body, "factor": recipe.backbone_rate},
        {"params": head, "factor": 1.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=recipe.weight_decay)
    return Run(network, average, optimizer, crew.together(network))


def first_weights(run: Run, recipe: Recipe, pages: Sequence[Page], start_from: Path | None) -> None:
    """The weights of another model, or ImageNet's with norms measured on crops of these pages.

    Classes that the other model does not know start anew in the last layer of the heat.
    """
    if start_from is not None:
        state = torch.load(start_from, map_location="cpu", weights_only=True)
        known, own = read_card(start_from.parent).classes, run.network.state_dict()
        for name in (HEAT_WEIGHT, HEAT_BIAS):
            taught = state[name]
            state[name] = own[name].clone()
            for row, kind in enumerate(recipe.classes):
                if kind in known:
                    state[name][row] = taught[known.index(kind)]
        run.network.load_state_dict(state)
    else:
        crops = Crops(pages, recipe, 0, MEASURED_BATCHES * recipe.batch)
        loader = DataLoader(crops, batch_size=recipe.batch)
        device = next(run.network.parameters()).device
        run.network.start_from_imagenet(
            batch.tile.to(device).contiguous(memory_format=torch.channels_last) for batch in loader
        )
    run.average.load_state_dict(run.network.state_dict())


def one_step(
    run: Run, batch: Crop, recipe: Recipe, done: float, crew: Crew = ALONE, mixed: bool | None = None
) -> tuple[float, float]:
    """One optimiser step; (heat loss, box loss). Stops the run when the loss is no longer a number."""
    on_gpu = crew.device.type == "cuda"
    for group in run.optimizer.param_groups:
        group["lr"] = recipe.rate * group["factor"] * rate_factor(done, recipe.warm_up)
    learns = done < recipe.early_until
    for parameter in run.network.early(recipe.early_blocks):
        parameter.requires_grad_(learns)
    run.network.train(recipe.learn_norms)
    tile, heat, care, ltrb, weight = (torch.as_tensor(part).to(crew.device, non_blocking=True) for part in batch)
    with torch.autocast(crew.device.type, torch.bfloat16, enabled=on_gpu if mixed is None else mixed):
        logits, answer = run.forward(tile.contiguous(memory_format=torch.channels_last))
    heat_part, box_part = heat_loss(logits.float(), heat, care), box_loss(answer.float(), ltrb, weight)
    loss = heat_part + recipe.box_weight * box_part
    if not torch.isfinite(loss):
        raise TrainingError(f"the loss became {loss.item()} at step {run.step}")
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(run.network.parameters(), recipe.clip_norm)
    run.optimizer.step()
    run.step += 1
    keep = min(recipe.ema, (1 + run.step) / (10 + run.step))
    blend(run.average, run.network, keep)
    return heat_part.item(), box_part.item()


@torch.no_grad()
def blend(average: nn.Module, network: nn.Module, keep: float) -> None:
    """average = keep · average + (1 - keep) · network, for weights and the measured statistics; counters are copied."""
    for old, new in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if old.is_floating_point():
            old.lerp_(new, 1 - keep)
        else:
            old.copy_(new)


def rate_factor(done: float, warm_up: float) -> float:
    """Linear from 0 to 1 over warm_up, then half a cosine down to 0.01. done: 0..1 of the schedule."""
    if done < warm_up:
        return max(done / warm_up, 0.01)
    return 0.01 + 0.99 * (1 + math.cos(math.pi * (done - warm_up) / (1 - warm_up))) / 2


def progress(run: Run, recipe: Recipe, watch: Watch) -> float:
    """How much of the schedule is behind the run, 0..1: of its steps, or of its time if that is nearer the end."""
    by_time = 0.0 if watch.minutes is None else run.spent_s / 60 / watch.minutes
    return max(run.step / recipe.steps, by_time)


@torch.no_grad()
def validate(network: Detector, pages: Sequence[Page], recipe: Recipe) -> str:
    """A cheap look while training: the heat loss on fixed crops, and how many objects rise above clean crops.

    An object counts as seen where its own class peaks, within its core, higher than 95 % of the crops without objects.
    """
    network.eval()
    device = next(network.parameters()).device
    losses, seen, clean = [], list[float](), list[float]()
    loader = DataLoader(Crops(pages, recipe, 0, VALIDATION_CROPS, plain=True), batch_size=recipe.batch)
    for batch in loader:
        answers, _ = network(batch.tile.to(device).contiguous(memory_format=torch.channels_last))
        logits = answers.cpu()
        losses.append(float(heat_loss(logits, batch.heat, batch.care)))
        for answer, heat, care, weight in zip(logits.sigmoid(), batch.heat, batch.care, batch.weight, strict=True):
            if (heat == 1).any():
                seen.extend(_peaks(answer, heat, weight))
            elif bool(care.all()):
                clean.append(float(answer.max()))
    bar = float(np.quantile(clean, 0.95)) if clean else 0.0
    share = float(np.mean([peak > bar for peak in seen])) if seen else 0.0
    return (
        f"validation: heat {np.mean(losses):.3f}, "
        f"{share:.2f} of {len(seen)} objects above 95 % of {len(clean)} clean crops"
    )


def _peaks(answer: Tensor, heat: Tensor, weight: Tensor) -> Iterator[float]:
    for kind, row, column in torch.nonzero(heat == 1):
        near = (slice(max(int(row) - 1, 0), int(row) + 2), slice(max(int(column) - 1, 0), int(column) + 2))
        yield float(answer[int(kind)][near].max())
