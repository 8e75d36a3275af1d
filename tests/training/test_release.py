import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch

from cargoscope.datasets.manifest import from_folder
from cargoscope.detections import Finding
from cargoscope.errors import ModelError, TrainingError
from cargoscope.inference.engine import Engine
from cargoscope.models.card import MODEL_FILE, WEIGHTS_FILE, read_card
from cargoscope.models.networks import build
from cargoscope.models.operating import LOWEST
from cargoscope.training import release
from cargoscope.training.cache import open_package
from cargoscope.training.calibrate import operating
from cargoscope.training.evaluate import evaluate, examine
from cargoscope.training.mean import mean_with
from cargoscope.training.parity import awkward, check_parity, without_partner
from cargoscope.training.recipe import Recipe
from cargoscope.training.release import at_operating_point, release_int8
from cargoscope.training.run import evaluate_folders, export_checkpoint, train_folders
from tests.builders import finding, found
from tests.training.conftest import toy_folder

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def released(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """model/ and int8/ released from the toy training, on validation scans in validation/."""
    root = tmp_path_factory.mktemp("released")
    toy_folder(root / "validation", range(20, 32), "validation")
    checkpoint, data = trained / "run" / "last.pt", [trained / "data"]
    list(export_checkpoint(checkpoint, [root / "validation"], root / "model", None, root / "int8", NOW, data))
    return root


def test_a_released_model_runs_in_the_engine_and_finds_what_it_learned(released: Path) -> None:
    manifest = from_folder(released / "validation")
    with Engine(released / "model") as engine:
        for sample in manifest:
            assert len(engine(open_package(sample))) >= 0
    scores = evaluate(released / "model", manifest, open_package)
    assert scores.at(0.05).pd.value > 0.5


def test_the_threshold_in_card_and_onnx_keeps_clean_scans_quiet(released: Path) -> None:
    card = read_card(released / "model")
    assert card.scores["validation"]["n_clean"] == 6
    with Engine(released / "model") as engine:
        for sample in from_folder(released / "validation"):
            if not sample.objects:
                assert len(engine(open_package(sample))) == 0


def test_card_says_what_it_was_trained_on_and_int8_is_small_and_says_so(released: Path, trained: Path) -> None:
    card, small = read_card(released / "model"), read_card(released / "int8")
    assert card.trained_on == from_folder(trained / "data").manifest_id
    assert small.notes.startswith(f"INT8 of {card.name} {card.model_id[:12]}. On 6 clean and 6 other validation scans")
    assert [one.scores["validation"]["model_id"] for one in (card, small)] == [card.model_id, small.model_id]
    assert small.scores["validation"]["n_threat"] == 6
    assert small.parent == card.model_id
    assert small.classes == card.classes
    sizes = [(released / name / MODEL_FILE).stat().st_size for name in ("int8", "model")]
    assert sizes[0] < 0.6 * sizes[1], "a byte a weight instead of two; first and last convolutions stay floats"


def test_the_card_says_what_to_expect_at_its_threshold_and_at_others(released: Path) -> None:
    card = read_card(released / "model")
    assert card.operating is not None
    assert card.calibration is not None
    assert card.operating.chosen["threshold"] == card.thresholds["firearm"]
    assert card.operating.chosen["pd"]["n"] == card.calibration.n_threat == 6
    assert card.operating.at(0.2).alarms.hits <= 1
    assert card.calibration.scan_probability(0.9) > card.calibration.scan_probability(0.1)


def test_another_operating_point_is_another_model_with_its_curves(released: Path, tmp_path: Path) -> None:
    parent = read_card(released / "model")
    assert parent.operating is not None
    point = replace(parent.operating.at(0.34), threshold=0.777)
    child = at_operating_point(released / "model", tmp_path / "loose", point)
    assert child.parent == parent.model_id != child.model_id
    assert set(child.thresholds.values()) == {0.777}
    assert child.calibration == parent.calibration
    assert child.operating is not None
    assert child.operating.chosen == point.table()
    with Engine(tmp_path / "loose") as engine:
        assert engine.card == child


def test_an_int8_version_that_finds_less_than_its_parent_is_not_released(released: Path, trained: Path) -> None:
    data, validation = from_folder(trained / "data"), from_folder(released / "validation")
    recipe = Recipe.from_toml(trained / "recipe.toml")
    scores = evaluate(released / "model", validation, open_package)
    better = replace(scores, froc={key: value + 1 for key, value in scores.froc.items()})
    with pytest.raises(TrainingError, match=r"finds \d\.\d+ of the objects at .05 .* not released"):
        release_int8(released / "model", released / "worse", recipe, data, validation, open_package, better)
    assert sorted(path.name for path in released.iterdir()) == ["int8", "model", "validation"]


def test_an_int8_version_without_scans_to_calibrate_on_is_refused_at_once(released: Path, trained: Path) -> None:
    checkpoint = trained / "run" / "last.pt"
    with pytest.raises(TrainingError, match="needs scans to calibrate on"):
        list(export_checkpoint(checkpoint, [released / "validation"], released / "m", None, released / "i", NOW))
    assert sorted(path.name for path in released.iterdir()) == ["int8", "model", "validation"]


def test_weights_beside_the_model_are_those_that_a_retraining_starts_from(released: Path) -> None:
    weights = torch.load(released / "model" / WEIGHTS_FILE, weights_only=True)
    build("cargoscope-s", 6).load_state_dict(weights)
    served = [onnx.numpy_helper.to_array(one) for one in onnx.load(released / "model" / MODEL_FILE).graph.initializer]
    kernels = [value.float().numpy() for name, value in weights.items() if "backbone" in name and value.ndim == 4]
    assert len(kernels) > 40
    for kernel in kernels:
        assert any(np.array_equal(kernel, other) for other in served), "the served network is this one"


def test_the_mean_of_two_models_is_exported_and_other_classes_are_refused(
    released: Path, trained: Path, tmp_path: Path
) -> None:
    before = torch.load(released / "model" / WEIGHTS_FILE, weights_only=True)
    own = {name: value.float() + 1 if value.is_floating_point() else value for name, value in before.items()}
    classes = read_card(released / "model").classes
    mean = mean_with(own, classes, released / "model", 0.75)
    for name, value in before.items():
        wanted = value.float() + 0.75 if value.is_floating_point() else value
        torch.testing.assert_close(mean[name], wanted)
    with pytest.raises(TrainingError, match="no mean of both"):
        mean_with(own, classes[:2], released / "model", 0.5)
    with pytest.raises(TrainingError, match="another network"):
        mean_with({name: value[None] for name, value in own.items()}, classes, released / "model", 0.5)
    with pytest.raises(TrainingError, match=r"must be 0\.\.1, got 1\.5"):
        mean_with(own, classes, released / "model", 1.5)
    checkpoint, validation = trained / "run" / "last.pt", [released / "validation"]
    nothing_of_it = (released / "model", 0.0)
    ((card, _),) = export_checkpoint(checkpoint, validation, tmp_path / "m", None, None, NOW, mean=nothing_of_it)
    written = torch.load(tmp_path / "m" / WEIGHTS_FILE, weights_only=True)
    assert card.classes == classes
    for name, value in before.items():
        assert torch.equal(written[name], value), name


def test_an_onnx_file_that_answers_differently_is_refused(released: Path) -> None:
    network = build("cargoscope-s", 6).eval()
    with pytest.raises(ModelError, match=r"heat of tile 0 differs by"):
        check_parity(network, released / "model" / MODEL_FILE, [np.zeros((4, 128, 128), np.float32)])


def test_several_tiles_at_once_find_what_one_at_a_time_does(released: Path) -> None:
    threat = next(sample for sample in from_folder(released / "validation") if sample.objects)
    seen = open_package(threat)
    with Engine(released / "model", threads=1) as one, Engine(released / "model", threads=1, batch=3) as three:
        assert (one.batch, three.batch) == (1, 3)
        alone, together = (engine.detect(seen, 0.02) for engine in (one, three))
        assert len(alone) > 0
        assert np.allclose(alone.boxes, together.boxes, atol=0.01)
        assert np.allclose(alone.scores, together.scores, atol=1e-5)


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        (finding((10, 10, 30, 20), 0.9), 0),
        (finding((10.4, 10, 30, 20), 0.9009), 0),
        (finding((10.6, 10, 30, 20), 0.9), 1),
        (finding((10, 10, 30, 20), 0.9021), 1),
        (finding((10, 10, 30, 20), 0.9, "cigarettes"), 1),
        (finding((10, 10, 30, 20), 0.9, view=1), 1),
    ],
)
def test_parity_allows_half_a_pixel_and_a_thousandth_of_score(other: Finding, apart: int) -> None:
    assert len(without_partner(found(finding((10, 10, 30, 20), 0.9)), found(other))) == apart
    assert len(without_partner(found(finding((10, 10, 30, 20), 0.05)), found())) == 0, "too faint to be compared"


def test_awkward_images_are_sixty_to_one_and_one_tile(released: Path) -> None:
    card = read_card(released / "model")
    long, single = awkward(card).values()
    assert long.views[0].size_wh[0] == 60 * long.views[0].size_wh[1]
    assert single.views[0].size_wh == card.input_hw[::-1]


def test_what_a_scene_model_makes_of_findings_is_what_is_examined(released: Path) -> None:
    scans = from_folder(released / "validation")
    plain = examine(released / "model", scans, open_package)
    halved = examine(
        released / "model", scans, open_package, lambda scan, found: replace(found, scores=found.scores / 2)
    )
    loudest = [max((finding.score for finding in one.found), default=0) for one in plain]
    assert max(loudest) > 0.1
    for whole, half in zip(loudest, halved, strict=True):
        assert max((finding.score for finding in half.found), default=0) == pytest.approx(
            whole / 2 if whole >= 2 * LOWEST else 0
        )


def test_scores_go_to_json_and_into_the_card_without_changing_the_model(released: Path, tmp_path: Path) -> None:
    before = read_card(released / "model")
    scores = evaluate_folders(released / "model", [released / "validation"], tmp_path / "scores.json", "test")
    after = read_card(released / "model")
    assert (tmp_path / "scores.json").is_file()
    assert after.model_id == before.model_id == scores.model_id
    assert after.scores["test"]["n_threat"] == 6
    assert after.scores["validation"] == before.scores["validation"]
    assert after.calibration is not None
    stated = after.calibration.reliability["test"]
    assert [row["of"] for row in stated] == ["scan", "scan", "finding", "finding"]
    assert json.loads((tmp_path / "scores.json").read_text())["details"]["reliability"] == stated


def test_what_a_card_says_was_examined_after_the_classes_were_balanced(
    trained: Path, released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[float] = []

    def shifts(_: object, classes: Sequence[str]) -> npt.NDArray[np.float64]:
        return np.array(added[:1] * len(classes))

    monkeypatch.setattr(release, "shifts", shifts)
    validation, models = released / "validation", {}
    for shift in (0.0, -1.5):
        added[:] = [shift]
        models[shift] = tmp_path / f"{shift}"
        list(export_checkpoint(trained / "run" / "last.pt", [validation], models[shift], None, None, NOW))
    said, before = (read_card(models[shift]).operating for shift in (-1.5, 0.0))
    manifest = from_folder(validation)
    seen = operating(examine(models[-1.5], manifest, open_package), manifest.manifest_id)
    assert said is not None
    assert before is not None
    assert (said.clean, said.threat) == (seen.clean, seen.threat)
    assert said.threat != before.threat


def test_scans_without_contraband_cannot_set_a_threshold(trained: Path, tmp_path: Path) -> None:
    toy_folder(tmp_path / "clean", [2, 4], "clean")
    with pytest.raises(TrainingError, match="scans with contraband"):
        list(export_checkpoint(trained / "run" / "last.pt", [tmp_path / "clean"], tmp_path / "m", None, None, NOW))
    assert [path.name for path in tmp_path.iterdir()] == ["clean"]


def test_a_false_alarm_rate_that_so_few_clean_scans_cannot_show_is_refused_at_once(
    released: Path, trained: Path
) -> None:
    with pytest.raises(ModelError, match=r"2.000% needs at least 50 clean scans, there are 6, which resolve 16.667%"):
        list(export_checkpoint(trained / "run" / "last.pt", [released / "validation"], released / "m", 0.02, None, NOW))
    assert not (released / "m").exists()


def test_a_release_that_breaks_off_leaves_the_older_model_as_it_was(
    released: Path, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_card(released / "model")

    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(release, "examine", break_off)
    with pytest.raises(KeyboardInterrupt):
        list(
            export_checkpoint(
                trained / "run" / "last.pt", [released / "validation"], released / "model", None, None, NOW
            )
        )
    assert read_card(released / "model") == before
    assert sorted(path.name for path in released.iterdir()) == ["int8", "model", "validation"]


def test_a_training_into_a_folder_that_is_taken_changes_nothing_there(trained: Path, tmp_path: Path) -> None:
    toy_folder(tmp_path / "other", [3], "other")
    kept = (trained / "run" / "manifest_id.txt").read_text()
    with pytest.raises(TrainingError, match="resume it"):
        train_folders(trained / "recipe.toml", [tmp_path / "other"], trained / "run")
    with pytest.raises(TrainingError, match="was trained on manifest"):
        train_folders(trained / "recipe.toml", [tmp_path / "other"], trained / "run", resume=True)
    assert (trained / "run" / "manifest_id.txt").read_text() == kept
