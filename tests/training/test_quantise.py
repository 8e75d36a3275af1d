import logging
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest

from cargoscope.datasets.manifest import from_folder
from cargoscope.errors import ModelError
from cargoscope.models.card import MODEL_FILE, read_card
from cargoscope.training.cache import open_package
from cargoscope.training.checkpoint import read_checkpoint
from cargoscope.training.export import SECOND_LOOK_ABOVE, export
from cargoscope.training.quantise import HEAT_TOLERANCE, check_close, correct_biases, in_floats, quantise
from cargoscope.training.recipe import Recipe
from cargoscope.training.release import calibration_tiles

Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def tiles(trained: Path) -> list[Floats]:
    recipe = Recipe.from_toml(trained / "recipe.toml")
    return calibration_tiles(from_folder(trained / "data"), open_package, recipe, 8)


@pytest.fixture(scope="module")
def model(trained: Path, tiles: list[Floats], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy network, exported to look at tiles twice."""
    folder = tmp_path_factory.mktemp("model")
    state = read_checkpoint(trained / "run" / "last.pt")
    recipe = replace(Recipe.from_table(state["recipe"], "last.pt"), mirrored=True)
    export(recipe, state["average"], folder, tiles[:1], datetime(2026, 11, 22, tzinfo=UTC))
    return folder


@pytest.fixture(scope="module")
def small(model: Path, tiles: list[Floats], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its INT8 version."""
    folder = tmp_path_factory.mktemp("small")
    quantise(model, folder, tiles)
    return folder


def test_int8_keeps_the_heat_of_a_trained_network(model: Path, small: Path, tiles: list[Floats]) -> None:
    assert 0 < check_close(model, small, tiles) < HEAT_TOLERANCE


def test_int8_is_a_child_of_its_model_and_has_no_scores_yet(model: Path, small: Path) -> None:
    parent, child = read_card(model), read_card(small)
    assert child.parent == parent.model_id
    assert child.name == f"{parent.name}-int8"
    assert child.notes == f"INT8 of {parent.name} {parent.model_id[:12]}."
    assert child.mirrored is parent.mirrored is True
    assert child.second_look == parent.second_look == SECOND_LOOK_ABOVE
    assert not child.scores


def test_a_quantisation_that_changes_the_heat_is_refused(model: Path, tiles: list[Floats], tmp_path: Path) -> None:
    quantise(model, tmp_path, [np.zeros_like(tiles[0])])  # air alone: a fraction of the range that cargo needs
    with pytest.raises(ModelError, match=r"the heat of marked cells changes by 0\.\d+ on average over 8 tiles"):
        check_close(model, tmp_path, tiles)


def test_between_the_first_and_the_last_convolutions_nothing_goes_back_to_floats(small: Path, tmp_path: Path) -> None:
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    options.log_severity_level = 3
    ort.InferenceSession(small / MODEL_FILE, options, providers=["CPUExecutionProvider"])
    operators = Counter(node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node)
    assert operators["Conv"] == 3
    assert operators["QLinearConv"] == 66
    assert operators["QuantizeLinear"] == 1
    assert operators["DequantizeLinear"] == 2


def test_first_and_last_convolutions_stay_in_floats(model: Path) -> None:
    graph = onnx.load(model / MODEL_FILE).graph
    kept = in_floats(graph)
    operators = Counter(node.op_type for node in graph.node if node.name in kept)
    assert {"Conv": 3, "Clip": 2, "Exp": 1, "Sigmoid": 1}.items() <= operators.items()
    assert not {"Relu", "Resize"} & set(operators)


def test_biases_make_up_for_rounded_weights() -> None:
    """Weights .31 and 1 round to 39 / 127 and 1; inputs have a mean of 2."""
    names = ["kernel", "bias"]
    values = [np.array([0.31, 1.0], np.float32).reshape(1, 2, 1, 1), np.zeros(1, np.float32)]
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Conv", ["tile", *names], ["heat"], name="only")],
        "one convolution",
        [info("tile", onnx.TensorProto.FLOAT, [1, 2, 4, 4])],
        [info("heat", onnx.TensorProto.FLOAT, [1, 1, 4, 4])],
        [onnx.numpy_helper.from_array(value, name) for name, value in zip(names, values, strict=True)],
    )
    network = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)], ir_version=10)
    correct_biases(network, [], [np.full((2, 4, 4), 2.0, np.float32)])
    bias = onnx.numpy_helper.to_array(network.graph.initializer[1])
    assert bias == pytest.approx([2 * (0.31 - 39 / 127)], abs=1e-5)


def test_quantising_leaves_the_root_logger_alone(model: Path, tiles: list[Floats], tmp_path: Path) -> None:
    root = logging.getLogger()
    before = root.level, list(root.filters)
    quantise(model, tmp_path, tiles[:1])
    assert (root.level, root.filters) == before


def test_without_tiles_there_is_no_quantisation(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="needs calibration tiles, got none"):
        quantise(model, tmp_path / "small", [])
    assert not (tmp_path / "small").exists()
