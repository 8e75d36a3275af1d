import copy

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from cargoscope.training.halves import with_floats, with_halves

RNG = np.random.default_rng(3)
KERNELS = {
    "exact": RNG.normal(size=(32, 32, 3, 3)).astype(np.float16).astype(np.float32),
    "inexact": RNG.normal(size=(32, 32, 3, 3)).astype(np.float32),
    "beyond": np.full((32, 32, 3, 3), 1e6, np.float32),
    "few": np.ones((1, 32, 1, 1), np.float32),
}


def network() -> onnx.ModelProto:
    """Four convolutions, one after the other."""
    names = list(KERNELS)
    nodes = [
        helper.make_node("Conv", [source, name], [f"after_{name}"], name=name)
        for source, name in zip(["tile", *(f"after_{name}" for name in names)], names, strict=False)
    ]
    graph = helper.make_graph(
        nodes,
        "convolutions",
        [helper.make_tensor_value_info("tile", TensorProto.FLOAT, [1, 32, 12, 12])],
        [helper.make_tensor_value_info("after_few", TensorProto.FLOAT, [1, 1, 6, 6])],
        [numpy_helper.from_array(kernel, name) for name, kernel in KERNELS.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def test_only_large_kernels_that_halves_hold_exactly_become_halves() -> None:
    model = with_halves(network())
    onnx.checker.check_model(model, full_check=True)
    kinds = {item.name: item.data_type for item in model.graph.initializer}
    whole = TensorProto.FLOAT
    assert kinds == {"exact_half": TensorProto.FLOAT16, "inexact": whole, "beyond": whole, "few": whole}
    assert model.ByteSize() < network().ByteSize() - KERNELS["exact"].nbytes // 2 + 500


def test_the_network_answers_bit_for_bit_as_before_and_comes_back_whole() -> None:
    before = network()
    halved = with_halves(copy.deepcopy(before))
    tile = RNG.normal(size=(1, 32, 12, 12)).astype(np.float32)
    answers = [
        ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"tile": tile})[0]
        for model in (before, halved)
    ]
    assert np.array_equal(*answers)
    assert with_floats(halved) == before


def test_what_a_caller_may_replace_stays_as_it_is_and_so_do_casts_of_others() -> None:
    model = network()
    model.graph.input.append(helper.make_tensor_value_info("exact", TensorProto.FLOAT, KERNELS["exact"].shape))
    assert with_halves(copy.deepcopy(model)) == model
    model.graph.initializer.append(numpy_helper.from_array(KERNELS["few"].astype(np.float16), "theirs"))
    model.graph.node.append(helper.make_node("Cast", ["theirs"], ["cast"], name="theirs_cast", to=TensorProto.FLOAT))
    assert with_floats(copy.deepcopy(model)) == model


def test_a_kernel_of_two_convolutions_is_cast_once() -> None:
    before = network()
    before.graph.node[1].input[1] = "exact"
    halved = with_halves(copy.deepcopy(before))
    onnx.checker.check_model(halved, full_check=True)
    assert [node.op_type for node in halved.graph.node].count("Cast") == 1
    assert with_floats(halved) == before
