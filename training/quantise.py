"""INT8 for CPUs: static quantisation of the network between its first and its last convolutions, on real tiles."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from cargoscope.errors import ModelError
from cargoscope.models.card import MODEL_FILE, ModelCard, read_card
from cargoscope.training.export import seal
from cargoscope.training.halves import with_floats

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

QUANTISED: Final = ("Conv", "Relu", "Clip", "Add", "Resize")
"""With Conv alone each convolution's output is quantised before its ReLU, over a range of which the ReLU keeps a small
part: that loses most detections. With the others too, the ReLU becomes the range itself and nothing in between goes
back to floats."""

ACTIVATIONS: Final = ("Relu", "Clip")
MARKED: Final = 0.1
"""Heat from which a cell counts as marked by a model."""

HEAT_TOLERANCE: Final = 0.04
"""How much the heat of marked cells may change on average. Good quantisations measured .01 to .02, useless ones .15."""


class _Tiles(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, tiles: Sequence[Floats]) -> None:
        self._rest: Iterator[Floats] = iter(tiles)

    def get_next(self) -> dict[str, Floats] | None:
        tile = next(self._rest, None)
        return None if tile is None else {"tile": tile[None]}


def quantise(folder: Path, output: Path, tiles: Sequence[Floats]) -> ModelCard:
    """The INT8 version of the model in a folder: a model of its own, child of that one; thresholds stay.

    QDQ format, weights per channel. tiles: (4, h, w) each; they decide the range of every activation, so they must
    hold dense cargo, air and contraband alike.
    """
    if not tiles:
        raise ModelError(f"{folder}: quantisation needs calibration tiles, got none")
    card = read_card(folder)
    model = with_floats(onnx.load(folder / MODEL_FILE))
    floats = in_floats(model.graph)
    correct_biases(model, floats, tiles)
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output) as workplace, _without_chatter():
        prepared, small = Path(workplace) / "prepared.onnx", Path(workplace) / MODEL_FILE
        quant_pre_process(model, prepared, skip_optimization=True, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            small,
            _Tiles(tiles),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(QUANTISED),
            nodes_to_exclude=floats,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        notes = f"INT8 of {card.name} {card.model_id[:12]}."
        child = replace(
            card,
            name=f"{card.name}-int8",
            parent=card.model_id,
            scores={},
            notes=notes,
            calibration=None,
            operating=None,
        )
        return seal(output, small, child)


def in_floats(graph: onnx.GraphProto) -> list[str]:
    """Names of the nodes that stay in floats: the first convolutions with their activations, and from the last ones on.

    The input's channels differ in scale a hundredfold, and one range for all of them would swallow the faint contrasts;
    behind the last convolutions lie a sigmoid and an exponential.
    """
    makers = {name: node for node in graph.node for name in node.output}
    kept, before, behind = list[onnx.NodeProto](), {graph.input[0].name}, set[str]()
    for node in graph.node:
        if before & set(node.input):
            kept.append(node)
            (behind if node.op_type == "Conv" else before).update(node.output)
    kept += [node for node in graph.node if node.op_type in ACTIVATIONS and behind & set(node.input)]
    rest = [output.name for output in graph.output]
    while rest:
        last = makers.get(rest.pop())
        if last is not None and last not in kept:
            kept.append(last)
            rest += [] if last.op_type == "Conv" else last.input
    return [node.name for node in kept]


def correct_biases(model: onnx.ModelProto, floats: Sequence[str], tiles: Sequence[Floats]) -> None:
    """Move each bias by what the rounding of its weights would shift its output by on average over tiles. In place.

    Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.2, with the
    means measured. The rounding is that of `quantize_static`: symmetric, 8 bits, one step per output channel.
    """
    convolutions = [node for node in model.graph.node if node.op_type == "Conv" and node.name not in floats]
    means = _channel_means(model, sorted({node.input[0] for node in convolutions}), tiles)
    weights = {item.name: item for item in model.graph.initializer}
    for node in convolutions:
        source, kernel_name, bias_name = node.input
        kernel = onnx.numpy_helper.to_array(weights[kernel_name])
        largest = np.abs(kernel).max(axis=(1, 2, 3), keepdims=True)
        step = np.maximum(largest, np.finfo(np.float32).tiny) / 127
        lost = (kernel - np.round(kernel / step) * step).sum(axis=(2, 3))
        mean = means[source]
        shift = lost @ mean if lost.shape[1] == len(mean) else lost[:, 0] * mean
        bias = (onnx.numpy_helper.to_array(weights[bias_name]) + shift).astype(np.float32)
        weights[bias_name].CopyFrom(onnx.numpy_helper.from_array(bias, bias_name))


def _channel_means(model: onnx.ModelProto, names: Sequence[str], tiles: Sequence[Floats]) -> dict[str, Floats]:
    """Mean of each channel (C,) of the named activations over all tiles."""
    measured = onnx.ModelProto()
    measured.CopyFrom(model)
    graph = measured.graph
    del graph.output[:]
    graph.initializer.append(onnx.numpy_helper.from_array(np.array([0, 2, 3], np.int64), "mean_axes"))
    for name in names:
        graph.node.append(onnx.helper.make_node("ReduceMean", [name, "mean_axes"], [f"{name}_mean"], keepdims=0))
        graph.output.append(onnx.helper.make_tensor_value_info(f"{name}_mean", onnx.TensorProto.FLOAT, None))
    session = ort.InferenceSession(measured.SerializeToString(), providers=["CPUExecutionProvider"])
    rows = [session.run(None, {"tile": tile[None]}) for tile in tiles]
    return {name: np.mean(row, axis=0) for name, row in zip(names, zip(*rows, strict=True), strict=True)}


def check_close(folder: Path, small: Path, tiles: Sequence[Floats]) -> float:
    """By how much the heat of the cells that either of two models marks differs on average over tiles.

    ModelError where that is more than HEAT_TOLERANCE. Models of two folders, the one in floats first.
    """
    sessions = [ort.InferenceSession(one / MODEL_FILE, providers=["CPUExecutionProvider"]) for one in (folder, small)]
    differences = [np.zeros(0, np.float32)]
    for tile in tiles:
        exact, rounded = (session.run(["heat"], {"tile": tile[None]})[0] for session in sessions)
        differences.append(np.abs(exact - rounded)[np.maximum(exact, rounded) >= MARKED])
    together = np.concatenate(differences)
    apart = float(together.mean()) if len(together) else 0.0
    if not apart <= HEAT_TOLERANCE:
        raise ModelError(
            f"INT8 of {read_card(folder).name}: the heat of marked cells changes by {apart:.3f} on average over "
            f"{len(tiles)} tiles, allowed {HEAT_TOLERANCE}"
        )
    log.info("INT8: the heat of %d marked cells changes by %.3f on average", len(together), apart)
    return apart


@contextmanager
def _without_chatter() -> Iterator[None]:
    """onnxruntime's quantiser tells its progress through the root logger itself; its warnings still come through."""
    root = logging.getLogger()
    chatter = _WarningsOnly()
    root.addFilter(chatter)
    try:
        yield
    finally:
        root.removeFilter(chatter)


class _WarningsOnly(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING
