import importlib.util
import multiprocessing
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cargoscope.datasets.manifest import Label
from cargoscope.errors import TrainingError
from cargoscope.training import checkpoint, loop, trackers
from cargoscope.training.recipe import Recipe
from tests.training.conftest import pages_of

GUN = Label("firearm", 0, (300.0, 100.0, 330.0, 124.0), cnr=5.0)


def member(rank: int, size: int, port: int, recipe: Recipe, folder: Path) -> None:
    """One process as torchrun would start it."""
    os.environ.update(RANK=str(rank), WORLD_SIZE=str(size), LOCAL_RANK=str(rank))
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    loop.train(recipe, pages_of(folder / "planes", GUN), [], folder / "run", loop.Watch(workers=0, threads=1))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked")
def test_two_processes_learn_together_and_one_of_them_writes(tmp_path: Path, recipe: Recipe) -> None:
    shared = replace(recipe, batch=4, steps=2)
    pages_of(tmp_path / "planes", GUN)
    port = 20000 + os.getpid() % 20000
    together = multiprocessing.get_context("forkserver")
    crew = [together.Process(target=member, args=(rank, 2, port, shared, tmp_path)) for rank in range(2)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    assert [one.exitcode for one in crew] == [0, 0]
    state = checkpoint.read_checkpoint(tmp_path / "run" / checkpoint.CHECKPOINT)
    assert state["step"] == 2
    assert all(torch.isfinite(value).all() for value in state["network"].values() if value.is_floating_point())


def test_each_process_gets_its_share_of_every_batch(tmp_path: Path, recipe: Recipe) -> None:
    shared, pages = replace(recipe, batch=4, steps=3), pages_of(tmp_path, GUN)
    watch = loop.Watch(workers=0)
    (alone,) = (list(loop.batches_of(pages, shared, 1, watch, loop.ALONE)),)
    halves = [list(loop.batches_of(pages, shared, 1, watch, replace(loop.ALONE, rank=r, size=2))) for r in (0, 1)]
    for whole, even, odd in zip(alone, *halves, strict=True):
        assert torch.equal(whole.tile[::2], even.tile)
        assert torch.equal(whole.tile[1::2], odd.tile)
    with pytest.raises(TrainingError, match="a batch of 4 crops cannot be shared by 3 processes"):
        loop.batches_of(pages, shared, 0, watch, replace(loop.ALONE, size=3))


def test_mixed_precision_learns_the_same(tmp_path: Path, recipe: Recipe) -> None:
    pages = pages_of(tmp_path, GUN)
    losses = []
    for mixed in (False, True):
        torch.manual_seed(0)
        run = loop.new_run(recipe)
        batch = next(iter(loop.batches_of(pages, recipe, 0, loop.Watch(workers=0), loop.ALONE)))
        losses.append(sum(loop.one_step(run, batch, recipe, 0.5, mixed=mixed)))
    assert losses[1] == pytest.approx(losses[0], rel=0.05)
    assert losses[1] != losses[0]


def test_an_unknown_tracker_is_refused_and_a_missing_one_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"no tracker named 'wandb'; there are \['mlflow', 'tensorboard'\]"):
        trackers.tracker("wandb", tmp_path)


@pytest.mark.parametrize("name", sorted(trackers.TRACKERS))
def test_a_tracker_takes_figures_or_says_what_to_install(name: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(name) is None:
        with pytest.raises(TrainingError, match=rf"pip install 'cargoscope\[{name}\]'"):
            trackers.tracker(name, tmp_path)
    else:
        trackers.tracker(name, tmp_path)(1, {"loss/heat": 0.5})
        assert any(tmp_path.rglob("*"))
