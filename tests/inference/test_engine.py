"""The engine, on a real ONNX model of a few kilobytes."""

import json
import logging
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cargoscope import pixels
from cargoscope.detections import Detections
from cargoscope.errors import ModelError
from cargoscope.inference.engine import Engine, scan_score
from cargoscope.inference.tiling import centred_in, own_parts
from cargoscope.models.card import CARD_FILE, METADATA_KEY, MODEL_FILE, read_card, sha256_of
from tests.builders import CLASSES, cargo_view, finding, found, scan, tiny_model, view


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return Engine(folder, threads=1)


def altered(folder: Path, target: Path, change) -> Path:
    """A copy of a model whose ONNX was changed, with a card that knows the new file."""
    shutil.copytree(folder, target)
    model = onnx.load(target / MODEL_FILE)
    change(model)
    onnx.save(model, target / MODEL_FILE)
    card = json.loads((target / CARD_FILE).read_text())
    (target / CARD_FILE).write_text(json.dumps(card | {"model_id": sha256_of(target / MODEL_FILE)}))
    return target


def test_a_dense_object_is_found_where_it_is(engine: Engine):
    (only,) = engine(scan(cargo_view((300, 100, 330, 130))))
    assert only.kind == CLASSES[0]
    assert np.allclose(only.box, (295, 95, 335, 135), atol=6)
    assert only.view == 0
    assert only.score > 0.9


def test_even_cargo_and_air_give_nothing(engine: Engine):
    assert len(engine(scan(cargo_view()))) == 0
    assert len(engine(scan(view(level=60000)))) == 0


def test_a_second_look_finds_the_same_and_looks_only_where_something_is(engine: Engine, tmp_path: Path):
    again = Engine(tiny_model(tmp_path, second_look=0.6), threads=1)
    seen = scan(cargo_view((300, 100, 330, 130)))
    (one,), (other,) = engine(seen), again(seen)
    assert other.kind == one.kind
    assert np.allclose(other.box, one.box, atol=9), "a cell to the side at most"
    assert other.score == pytest.approx(one.score, abs=0.05)
    quiet = scan(cargo_view())
    assert again.examine(quiet)[1] == engine.examine(quiet)[1], "the first look alone"


@pytest.mark.parametrize("x", range(330, 500, 7))
def test_an_object_at_a_seam_is_found_once(engine: Engine, x: int):
    """A view of 800 pixels has two tiles, which share the columns 288 to 512 and meet at 400."""
    assert len(engine(scan(cargo_view((x, 100, x + 25, 125), width=800)))) == 1


def test_boxes_are_in_pixels_of_the_view_whatever_its_pitch(engine: Engine):
    (only,) = engine(scan(cargo_view((300, 100, 360, 160), pitch_mm=(3.0, 3.0))))
    x1, y1, x2, y2 = only.box
    assert ((x1 + x2) / 2, (y1 + y2) / 2) == (pytest.approx(330, abs=12), pytest.approx(130, abs=12))
    assert x2 - x1 == pytest.approx(80, abs=1), "40 tile pixels of 6 mm are 80 of 3 mm"


def test_boxes_do_not_leave_the_view(engine: Engine):
    found = engine(scan(cargo_view((0, 0, 25, 25), (570, 210, 600, 240))))
    assert len(found) == 2
    assert found.boxes.min() >= 0
    assert found.boxes[:, 2].max() <= 600
    assert found.boxes[:, 3].max() <= 240


def test_every_view_is_looked_at_and_the_best_comes_first(engine: Engine):
    found = engine(
        scan(
            cargo_view(name="side"), cargo_view((80, 80, 110, 110), name="top"), cargo_view((9, 9, 40, 40), name="end")
        )
    )
    assert sorted(found.view.tolist()) == [1, 2]
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)


def test_a_low_threshold_shows_more(engine: Engine):
    seen = scan(cargo_view((300, 100, 330, 130)))
    assert len(engine.detect(seen, threshold=0.01)) > len(engine.detect(seen)) > len(engine.detect(seen, threshold=1))


def test_thresholds_of_the_card_decide(tmp_path: Path):
    with Engine(tiny_model(tmp_path, threshold=1.0), threads=1) as strict:
        assert len(strict(scan(cargo_view((300, 100, 330, 130))))) == 0


def test_the_same_scan_gives_the_same_detections(engine: Engine):
    seen = scan(cargo_view((300, 100, 330, 130), (70, 30, 95, 60)))
    first, second = engine.detect(seen, 0.05), engine.detect(seen, 0.05)
    assert np.array_equal(first.boxes, second.boxes)
    assert np.array_equal(first.scores, second.scores)


def test_an_unknown_pitch_is_said(engine: Engine, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        engine(scan(cargo_view(pitch_mm=None), scan_id="scan-7"))
    assert "scan-7" in caplog.text
    assert f"{pixels.ASSUMED_PITCH_MM} mm is assumed" in caplog.text


def test_the_score_of_a_scan_is_that_of_its_strongest_finding():
    assert scan_score(Detections.none(CLASSES)) == 0
    assert scan_score(found(finding(score=0.3), finding(score=0.75))) == 0.75


def test_the_engine_says_what_it_runs_on(engine: Engine, folder: Path):
    assert engine.provider == "CPUExecutionProvider"
    assert engine.card == read_card(folder)


def test_a_provider_that_is_not_there_is_refused_by_name(folder: Path):
    with pytest.raises(ModelError, match=r"asked for TeapotExecutionProvider, this onnxruntime offers .*CPU"):
        Engine(folder, provider="TeapotExecutionProvider")


def test_a_model_that_was_swapped_is_refused(folder: Path, tmp_path: Path):
    swapped = shutil.copytree(folder, tmp_path / "model")
    (swapped / MODEL_FILE).write_bytes((folder / MODEL_FILE).read_bytes() + b"\0")
    with pytest.raises(ModelError, match="the card is of model"):
        Engine(swapped)


def test_a_file_that_is_no_network_is_refused(folder: Path, tmp_path: Path):
    broken = shutil.copytree(folder, tmp_path / "model")
    (broken / MODEL_FILE).write_bytes(b"not a network")
    card = json.loads((broken / CARD_FILE).read_text())
    (broken / CARD_FILE).write_text(json.dumps(card | {"model_id": sha256_of(broken / MODEL_FILE)}))
    with pytest.raises(ModelError, match="onnxruntime cannot load it on CPUExecutionProvider"):
        Engine(broken)


def test_a_card_that_disagrees_with_the_file_is_refused(folder: Path, tmp_path: Path):
    doctored = shutil.copytree(folder, tmp_path / "model")
    card = json.loads((doctored / CARD_FILE).read_text())
    (doctored / CARD_FILE).write_text(json.dumps(card | {"pitch_mm": 4.0}))
    with pytest.raises(ModelError, match=r"pitch_mm is 6\.0 in the ONNX file, 4\.0 in the card"):
        Engine(doctored)


def test_a_file_without_facts_is_refused(folder: Path, tmp_path: Path):
    bare = altered(folder, tmp_path / "model", lambda model: model.ClearField("metadata_props"))
    with pytest.raises(ModelError, match=f"carries no metadata {METADATA_KEY!r}"):
        Engine(bare)


def test_maps_of_another_size_are_refused(folder: Path, tmp_path: Path):
    def shrink(model: onnx.ModelProto) -> None:
        model.graph.input[0].type.tensor_type.shape.dim[3].dim_value = 256
        model.graph.output[0].type.tensor_type.shape.dim[3].dim_value = 32

    with pytest.raises(ModelError, match=r"tile must be \[1, 4, 512, 512\].*got \[1, 4, 512, 256\]"):
        Engine(altered(folder, tmp_path / "model", shrink))


def test_outputs_of_another_name_are_refused(folder: Path, tmp_path: Path):
    def rename(model: onnx.ModelProto) -> None:
        model.graph.output[0].name = model.graph.node[1].output[0] = "scores"

    with pytest.raises(ModelError, match=r"must have \['heat', 'ltrb', 'tile'\]"):
        Engine(altered(folder, tmp_path / "model", rename))


def test_a_model_that_gives_no_numbers_is_refused_not_believed(folder: Path, tmp_path: Path):
    def poison(model: onnx.ModelProto) -> None:
        bias = next(one for one in model.graph.initializer if one.name == "b")
        bias.CopyFrom(onnx.numpy_helper.from_array(np.full(len(CLASSES), np.nan, np.float32), "b"))

    with pytest.raises(ModelError, match="not a number for warm-up"):
        Engine(altered(folder, tmp_path / "model", poison))


def test_a_closed_engine_refuses_to_work(folder: Path):
    with Engine(folder, threads=1) as engine:
        engine(scan())
    with pytest.raises(ModelError, match="closed"):
        engine(scan(cargo_view()))


@given(
    st.integers(1, 5000), st.integers(1, 1500), st.integers(0, 400), st.tuples(st.floats(0, 1), st.floats(0, 1))
)  # fmt: skip
def test_every_point_of_a_plane_is_owned_by_a_tile_that_shows_it(width, height, overlap, at):
    origins = pixels.tile_origins((width, height), (512, 512), overlap)
    x, y = at[0] * (width - 1) + 0.25, at[1] * (height - 1) + 0.25
    point = np.array([[x, y, x, y]], np.float32)
    owners = [
        origin
        for origin, part in zip(origins, own_parts(origins, (512, 512)), strict=True)
        if centred_in(point, part, slack=0)[0]
    ]
    assert 1 <= len(owners) <= 4, "more than one only on a seam"
    assert all(left <= x <= left + 512 and top <= y <= top + 512 for left, top in owners)
