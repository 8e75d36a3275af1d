import multiprocessing
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch.utils.data import default_collate

from cargoscope.datasets.manifest import Label
from cargoscope.errors import TrainingError
from cargoscope.models.card import WEIGHTS_FILE
from cargoscope.models.networks import HEAT_BIAS, HEAT_WEIGHT, PRIOR
from cargoscope.training import checkpoint, loop
from cargoscope.training.losses import box_loss, heat_loss
from cargoscope.training.recipe import Recipe
from cargoscope.training.samples import Crops
from tests.builders import tiny_model
from tests.training.conftest import pages_of

GUN = Label("firearm", 0, (300.0, 100.0, 330.0, 124.0), cnr=5.0)
HERE = loop.Watch(workers=0, threads=1)


def test_a_killed_run_goes_on_to_the_weights_it_would_have_had(tmp_path: Path, recipe: Recipe) -> None:
    pages = pages_of(tmp_path / "planes", GUN)
    torch.manual_seed(recipe.seed)
    started = loop.new_run(recipe)
    weights = tiny_model(tmp_path / "model", classes=recipe.classes) / WEIGHTS_FILE
    torch.save(started.network.state_dict(), weights)
    whole = checkpoint.read_checkpoint(loop.train(recipe, pages, [], tmp_path / "whole", HERE, start_from=weights))

    (tmp_path / "killed").mkdir()
    half = loop.new_run(recipe)
    loop.first_weights(half, recipe, pages, weights)
    for step in range(2):
        crops = Crops(pages, recipe, step * recipe.batch, recipe.batch)
        loop.one_step(half, default_collate([crops[0], crops[1]]), recipe, step / recipe.steps)
    checkpoint.save_checkpoint(half, tmp_path / "killed" / checkpoint.CHECKPOINT, recipe)
    resumed = checkpoint.read_checkpoint(loop.train(recipe, pages, [], tmp_path / "killed", HERE, resume=True))

    assert resumed["step"] == whole["step"] == recipe.steps
    for name, value in whole["average"].items():
        assert torch.allclose(value, resumed["average"][name], atol=1e-5), name


def test_a_model_of_other_classes_teaches_the_ones_that_both_know(tmp_path: Path, recipe: Recipe) -> None:
    older = loop.new_run(replace(recipe, classes=("gas_cylinder", "firearm")))
    weights = tiny_model(tmp_path / "model", classes=("gas_cylinder", "firearm")) / WEIGHTS_FILE
    taught = older.network.state_dict() | {HEAT_BIAS: torch.tensor([-1.0, -2.0])}
    torch.save(taught, weights)

    run = loop.new_run(replace(recipe, classes=("firearm", "ivory", "gas_cylinder")))
    loop.first_weights(run, replace(recipe, classes=("firearm", "ivory", "gas_cylinder")), [], weights)
    state = run.network.state_dict()
    assert state[HEAT_BIAS].tolist() == [-2.0, PRIOR, -1.0]
    assert torch.equal(state[HEAT_WEIGHT][[2, 0]], taught[HEAT_WEIGHT])
    assert torch.equal(state["from_8.0.weight"], taught["from_8.0.weight"])


def test_a_checkpoint_is_not_overwritten_and_not_resumed_with_another_recipe(tmp_path: Path, recipe: Recipe) -> None:
    checkpoint.save_checkpoint(loop.new_run(recipe), tmp_path / checkpoint.CHECKPOINT, recipe)
    pages = pages_of(tmp_path / "planes", GUN)
    with pytest.raises(TrainingError, match="resume it"):
        loop.train(recipe, pages, [], tmp_path, HERE)
    with pytest.raises(TrainingError, match="another recipe"):
        loop.train(replace(recipe, seed=7), pages, [], tmp_path, HERE, resume=True)
    from_afar = replace(recipe, mirrored=True, far_pitch_mm=1.5 * recipe.pitch_mm)
    checkpoint.load_checkpoint(loop.new_run(from_afar), tmp_path / checkpoint.CHECKPOINT, from_afar)


def test_a_loss_that_is_no_number_stops_the_run(tmp_path: Path, recipe: Recipe) -> None:
    run = loop.new_run(recipe)
    crops = Crops(pages_of(tmp_path, GUN), recipe, 0, 2)
    batch = default_collate([crops[0], crops[1]])
    with pytest.raises(TrainingError, match="the loss became nan at step 0"):
        loop.one_step(run, batch._replace(tile=batch.tile * float("nan")), recipe, 0.5)


def test_the_loss_falls_on_a_batch_seen_again_and_again(tmp_path: Path, recipe: Recipe) -> None:
    fast = replace(recipe, warm_up=0.0, object_share=1.0)
    run = loop.new_run(fast)
    crops = Crops(pages_of(tmp_path, GUN), fast, 0, 2)
    batch = default_collate([crops[0], crops[1]])
    losses = [sum(loop.one_step(run, batch, fast, 0.1)) for _ in range(12)]
    assert losses[-1] < losses[0] / 2


def test_early_blocks_stop_learning_when_their_time_is_over(tmp_path: Path, recipe: Recipe) -> None:
    crops = Crops(pages_of(tmp_path, GUN), recipe, 0, 2)
    batch = default_collate([crops[0], crops[1]])
    run = loop.new_run(recipe)
    loop.one_step(run, batch, recipe, 0.5)
    stem = run.network.backbone.conv_stem.weight.clone()
    loop.one_step(run, batch, recipe, 0.5)
    assert torch.equal(stem, run.network.backbone.conv_stem.weight)
    loop.one_step(run, batch, recipe, 0.2)
    assert not torch.equal(stem, run.network.backbone.conv_stem.weight)


def test_the_rate_warms_up_and_comes_down() -> None:
    rates = [loop.rate_factor(done / 100, 0.1) for done in range(101)]
    assert rates[0] < 0.02
    assert max(rates) == rates[10] == pytest.approx(1)
    assert rates[100] == pytest.approx(0.01)
    assert all(one >= two for one, two in pairwise(rates[10:]))


def test_a_perfect_answer_costs_little_and_an_ignored_one_nothing() -> None:
    heat = torch.zeros(1, 2, 4, 4)
    heat[0, 1, 2, 2] = 1
    care = torch.ones(1, 1, 4, 4)
    right = torch.where(heat == 1, 9.0, -9.0)
    assert heat_loss(right, heat, care) < 1e-3
    wrong = right.clone()
    wrong[0, 0, 0, 0] = 9
    assert heat_loss(wrong, heat, care) > 5
    care[0, 0, 0, 0] = 0
    assert heat_loss(wrong, heat, care) < 1e-3


def test_the_box_loss_is_zero_for_the_box_itself_and_without_objects() -> None:
    ltrb, weight = torch.full((1, 4, 3, 3), 8.0), torch.zeros(1, 1, 3, 3)
    assert box_loss(ltrb * 2, ltrb, weight) == 0
    weight[0, 0, 1, 1] = 1
    assert box_loss(ltrb, ltrb, weight) == pytest.approx(0, abs=1e-5)
    assert box_loss(ltrb / 2, ltrb, weight) == pytest.approx(0.75)


def test_a_checkpoint_carries_its_recipe(tmp_path: Path, recipe: Recipe) -> None:
    checkpoint.save_checkpoint(loop.new_run(recipe), tmp_path / "last.pt", recipe)
    assert Recipe.from_table(asdict(recipe), "x") == Recipe.from_table(
        checkpoint.read_checkpoint(tmp_path / "last.pt")["recipe"], "last.pt"
    )
    with pytest.raises(TrainingError, match="no checkpoint"):
        checkpoint.read_checkpoint(tmp_path / "none.pt")


@pytest.mark.parametrize(("method", "workers"), [("fork", 3), ("spawn", 0), ("forkserver", 0)])
def test_pages_are_never_sent_to_another_process(method: str, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda: method)
    assert loop.workers_here(3) == workers
