from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from cargoscope.inference.latency import multiplications
from cargoscope.training.halves import with_halves


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
