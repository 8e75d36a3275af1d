from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from cargoscope.inference.latency import measure, multiplications
from cargoscope.training.halves import with_halves
from tests.builders import tiny_model


def test_multiplications_are_counted_of_kernels_in_floats_and_in_halves(tmp_path: Path) -> None:
    kernel = np.ones((24, 16, 3, 3), np.float32)
    graph = helper.make_graph(
        [helper.make_node("Conv", ["tile", "kernel"], ["heat"], pads=[1, 1, 1, 1])],
        "one",
        [helper.make_tensor_value_info("tile", TensorProto.FLOAT, ["batch", 16, 10, 12])],
        [helper.make_tensor_value_info("heat", TensorProto.FLOAT, ["batch", 24, 10, 12])],
        [numpy_helper.from_array(kernel, "kernel")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.save(model, tmp_path / "floats.onnx")
    onnx.save(with_halves(model), tmp_path / "halves.onnx")
    assert multiplications(tmp_path / "floats.onnx") == 24 * 16 * 9 * 10 * 12
    assert multiplications(tmp_path / "halves.onnx") == 24 * 16 * 9 * 10 * 12


def test_a_model_with_a_second_look_is_timed_with_and_without_it(tmp_path: Path) -> None:
    plain = tiny_model(tmp_path / "plain")
    looks_again = tiny_model(tmp_path / "again", second_look=0.6)
    quiet, other = measure([looks_again, plain], threads=1, rounds=3)
    assert other.everywhere_ms is None
    assert quiet.everywhere_ms is not None
    assert "each tile mirrored too" in str(quiet)
    assert "each tile mirrored too" not in str(other)
