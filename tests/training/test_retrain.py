from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cargoscope.datasets.manifest import Manifest, from_folder
from cargoscope.datasets.simulation.beam import profiles
from cargoscope.errors import ScanError, TrainingError
from cargoscope.models.card import read_card, write_card
from cargoscope.models.registry import Registry
from cargoscope.review import Feedback, Source, Verdict
from cargoscope.scan import Scan
from cargoscope.training import retrain as retraining
from cargoscope.training.checkpoint import read_checkpoint
from cargoscope.training.export import export
from cargoscope.training.gate import FAR
from cargoscope.training.loop import Watch
from cargoscope.training.recipe import RECIPES, Recipe
from cargoscope.training.retrain import CLEAN, CLEAN_SCANS, THREAT, fixed_held_out, lessons, replayed, retrain
from cargoscope.training.run import export_checkpoint
from tests.builders import CLASSES, cargo_view, confirmed, decision, finding, found, rejected, scan, tiny_model
from tests.training.conftest import toy_folder

WATCH = Watch(workers=0, threads=1)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
GUN = finding((100, 60, 132, 84))
NOTHING = finding((250, 100, 282, 124))
DECIDED = scan(cargo_view((100, 60, 132, 84), width=400, height=200), scan_id="decided-1")


def feedback(*verdicts: Verdict) -> Feedback:
    said = decision(*(verdicts or (confirmed(0), rejected(1))), scan_id=DECIDED.scan_id)
    return Feedback(DECIDED.scan_id, found(GUN, NOTHING), said, None, Source.OFFICER)


def open_decided(scan_id: str) -> Scan:
    assert scan_id == DECIDED.scan_id
    return DECIDED


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    kinds = Recipe.from_toml(RECIPES / "cargoscope-s.toml").classes
    return from_folder(toy_folder(tmp_path_factory.mktemp("held-out"), range(40, 56), "held", kinds))


@pytest.fixture(scope="module")
def toy(trained: Path, held_out: Manifest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy model, released."""
    assert held_out.samples[0].path is not None
    folder = tmp_path_factory.mktemp("toy")
    list(export_checkpoint(trained / "run" / "last.pt", [held_out.samples[0].path.parent], folder, None, None, NOW))
    return folder


@pytest.fixture
def registry(toy: Path, tmp_path: Path) -> Registry:
    """With the toy model as the active one."""
    return Registry.seeded(tmp_path / "registry", toy)


@pytest.fixture
def gentle(trained: Path) -> Recipe:
    """Two small steps: the model hardly changes."""
    recipe = Recipe.from_toml(trained / "recipe.toml")
    return replace(
        recipe,
        steps=2,
        rate=1e-6,
        learn_norms=False,
        new_share=0.5,
        rejected_share=0.2,
        object_share=0.5,
        replay_scans=2,
    )


def test_a_candidate_that_is_no_worse_is_promoted_and_traceable(
    registry: Registry, held_out: Manifest, gentle: Recipe, tmp_path: Path
) -> None:
    active = registry.active()
    result = retrain([feedback()], open_decided, registry, held_out, gentle, tmp_path / "work", NOW, WATCH)
    assert result.decision.promote, result.decision.reason
    assert result.n_feedback == 1
    promoted = registry.active()
    assert promoted.model_id == result.candidate.model_id != active.model_id
    assert promoted.parent == active.model_id
    assert promoted.trained_on != active.trained_on
    assert promoted.notes.startswith("promoted: no class lost")
    assert registry.first(promoted) == active
    again = retrain([feedback()], open_decided, registry, held_out, gentle, tmp_path / "again", NOW, WATCH)
    assert again.decision.promote, again.decision.reason
    assert "nor against the first of its line" in again.decision.reason
    assert registry.first(registry.active()) == active
    assert registry.rollback() == promoted
    assert registry.rollback() == active


@pytest.mark.parametrize("looks_twice", [False, True])
def test_a_candidate_looks_at_each_tile_as_often_as_the_active_model(
    registry: Registry, held_out: Manifest, gentle: Recipe, looks_twice: bool, tmp_path: Path
) -> None:
    active = registry.active()
    write_card(registry.path(active.model_id), replace(active, mirrored=looks_twice))
    other = replace(gentle, mirrored=not looks_twice, far_pitch_mm=0.0 if looks_twice else 9.0)
    result = retrain([feedback()], open_decided, registry, held_out, other, tmp_path / "work", NOW, WATCH)
    assert result.candidate.mirrored is looks_twice
    assert result.candidate.far_pitch_mm is None


def test_a_candidate_looks_from_as_far_as_the_active_model(
    trained: Path, held_out: Manifest, gentle: Recipe, tmp_path: Path
) -> None:
    state = read_checkpoint(trained / "run" / "last.pt")
    from_afar = replace(Recipe.from_table(state["recipe"], "last.pt"), mirrored=True, far_pitch_mm=10.0)
    export(from_afar, state["average"], tmp_path / "far", [], NOW)
    registry = Registry.seeded(tmp_path / "registry", tmp_path / "far")
    result = retrain([feedback()], open_decided, registry, held_out, gentle, tmp_path / "work", NOW, WATCH)
    assert (result.candidate.mirrored, result.candidate.far_pitch_mm) == (True, 10.0)


def test_a_model_that_became_active_meanwhile_stays(
    registry: Registry, held_out: Manifest, gentle: Recipe, tmp_path: Path
) -> None:
    newer = registry.add(tiny_model(tmp_path / "newer"))

    def open_while_somebody_promotes(scan_id: str) -> Scan:
        registry.promote(newer.model_id)
        return open_decided(scan_id)

    work = tmp_path / "work"
    result = retrain([feedback()], open_while_somebody_promotes, registry, held_out, gentle, work, NOW, WATCH)
    assert not result.decision.promote
    assert "became active meanwhile" in result.decision.reason
    assert registry.active() == newer


def test_a_candidate_that_forgot_its_trade_is_kept_aside_with_the_reason(
    registry: Registry, held_out: Manifest, gentle: Recipe, tmp_path: Path
) -> None:
    active = registry.active()
    wild = replace(gentle, rate=3.0, warm_up=0.0, clip_norm=1e6)
    result = retrain([feedback()], open_decided, registry, held_out, wild, tmp_path / "work", NOW, WATCH)
    assert not result.decision.promote
    assert "detection of firearm fell" in result.decision.reason
    assert registry.active() == active
    assert read_card(registry.path(result.candidate.model_id)).notes.startswith(
        "not promoted: detection of firearm fell"
    )


def test_scans_of_the_held_out_set_teach_nothing(held_out: Manifest, gentle: Recipe) -> None:
    said = replace(feedback(), scan_id=held_out.samples[0].scan_id)
    with pytest.raises(TrainingError, match="feedback on 0 scans holds no box"):
        lessons([said], open_decided, gentle, held_out)


def test_the_fixed_held_out_set_is_simulated_once_for_every_scanner_and_then_kept(tmp_path: Path) -> None:
    n = len(profiles.names())
    first = fixed_held_out(tmp_path / "held-out", ("firearm",), clean=n, threat=1)
    clean = [sample for sample in first if f"-test-{CLEAN.seed}-" in sample.scan_id]
    (threat,) = (sample for sample in first if f"-test-{THREAT.seed}-" in sample.scan_id)
    assert {sample.scan_id.split("-test-")[0] for sample in clean} == {f"sim-{name}" for name in profiles.names()}
    assert (len(first), len(clean), len(threat.objects)) == (n + 1, n, 1)
    assert not any(sample.objects for sample in clean)
    assert [path.name for path in tmp_path.iterdir()] == ["held-out"]
    assert fixed_held_out(tmp_path / "held-out", ("firearm",), clean=9, threat=9) == first


def test_a_model_of_more_kinds_is_judged_by_the_same_scans_and_by_some_with_the_new_kinds(tmp_path: Path) -> None:
    def held_out(*kinds: str) -> list[tuple[str, list[str]]]:
        made = fixed_held_out(tmp_path / "held-out", kinds, clean=1, threat=2)
        return [(sample.scan_id, [thing.kind for thing in sample.objects]) for sample in made]

    first = held_out("firearm")
    second = held_out("firearm", "ivory")
    third = held_out("cigarettes", "ivory", "firearm")
    assert second[: len(first)] == first
    assert [kinds for _, kinds in second[len(first) :]] == [["ivory"]]
    assert sorted(kinds for _, kinds in third[len(first) :]) == [["cigarettes"], ["ivory"]]
    assert all(one in third for one in second)


def test_the_default_held_out_set_can_tell_one_false_alarm_in_a_hundred() -> None:
    assert FAR * CLEAN_SCANS >= 2


def test_scans_that_cannot_be_read_are_counted_and_too_many_of_them_stop_the_retraining(
    held_out: Manifest, gentle: Recipe
) -> None:
    said = [replace(feedback(), scan_id=name) for name in ("a", "b", "c", "d")]

    def open_but(*damaged: str) -> Callable[[str], Scan]:
        def open_scan(scan_id: str) -> Scan:
            if scan_id in damaged:
                raise ScanError("damaged")
            return replace(DECIDED, scan_id=scan_id)

        return open_scan

    learnt = lessons(said, open_but("b"), gentle, held_out)
    assert (len(learnt.manifest), learnt.damaged) == (3, ("b",))
    with pytest.raises(TrainingError, match=r"2 of 4 decided scans cannot be read, at most 10% may be; .* b, c"):
        lessons(said, open_but("b", "c"), gentle, held_out)


def test_a_held_out_set_that_was_not_finished_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(retraining, "write_simulated", break_off)
    with pytest.raises(KeyboardInterrupt):
        fixed_held_out(tmp_path / "held-out", CLASSES, clean=1, threat=1)
    assert list(tmp_path.iterdir()) == []


def test_scans_that_judge_are_not_replayed(gentle: Recipe, tmp_path: Path) -> None:
    replay = replayed(gentle, tmp_path / "replay")
    assert len(replay) == 2
    assert len(replay.without(Manifest(replay.samples[:1]))) == 1


def test_held_out_scans_that_cannot_judge_are_refused_before_any_training(
    registry: Registry, gentle: Recipe, tmp_path: Path
) -> None:
    clean = from_folder(toy_folder(tmp_path / "clean", [2, 4], "clean"))
    with pytest.raises(TrainingError, match="scans with contraband"):
        retrain([feedback()], open_decided, registry, clean, gentle, tmp_path / "work", NOW, WATCH)
    assert not (tmp_path / "work").exists()


def test_a_recipe_of_other_classes_is_refused(
    registry: Registry, held_out: Manifest, gentle: Recipe, tmp_path: Path
) -> None:
    other = replace(gentle, classes=("firearm", "ivory"))
    with pytest.raises(TrainingError, match="the active model knows"):
        retrain([feedback()], open_decided, registry, held_out, other, tmp_path / "work", NOW)
    assert not (tmp_path / "work").exists()
