"""Kernels in half precision inside an ONNX file: half as large, and the network computes in floats as before."""

from typing import Final

import numpy as np
import onnx
from onnx import helper, numpy_helper

LEAST_ITEMS: Final = 256
"""Smaller tensors stay as they are: a node each would cost more than it saves."""

_SUFFIX: Final = "_half"


def with_halves(model: onnx.ModelProto) -> onnx.ModelProto:
    """Each large tensor of floats that half precision holds exactly becomes one of halves, with a Cast behind it.

    In place. Nothing is rounded: onnxruntime casts them back when it loads the file, and answers bit for bit as before.
    """
    casts = []
    given = {item.name for item in model.graph.input}
    for item in model.graph.initializer:
        if item.name in given or item.data_type != onnx.TensorProto.FLOAT or np.prod(item.dims) < LEAST_ITEMS:
            continue
        floats = numpy_helper.to_array(item)
        with np.errstate(over="ignore"):
            halves = floats.astype(np.float16)
        if np.array_equal(halves.astype(np.float32), floats):
            name = item.name
            item.CopyFrom(numpy_helper.from_array(halves, name + _SUFFIX))
            casts.append(helper.make_node("Cast", [item.name], [name], name=f"{name}_cast", to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def with_floats(model: onnx.ModelProto) -> onnx.ModelProto:
    """The inverse of `with_halves`, for what works on the kernels themselves. In place; other casts stay."""
    ours = {item.name: item for item in model.graph.initializer if item.name.endswith(_SUFFIX)}
    nodes = []
    for node in model.graph.node:
        item = ours.get(node.input[0]) if node.op_type == "Cast" else None
        if item is None or node.name != f"{item.name.removesuffix(_SUFFIX)}_cast":
            nodes.append(node)
            continue
        floats = numpy_helper.to_array(item).astype(np.float32)
        item.CopyFrom(numpy_helper.from_array(floats, node.output[0]))
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model
