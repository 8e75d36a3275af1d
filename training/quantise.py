"""INT8 for CPUs: static quantisation of the convolutions, calibrated on real tiles."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from cargoscope.errors import ModelError
from cargoscope.models.card import MODEL_FILE, ModelCard, read_card
from cargoscope.training.export import seal

Floats = npt.NDArray[np.float32]


class _Tiles(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, tiles: Sequence[Floats]) -> None:
        self._rest: Iterator[Floats] = iter(tiles)

    def get_next(self) -> dict[str, Floats] | None:
        tile = next(self._rest, None)
        return None if tile is None else {"tile": tile[None]}


def quantise(folder: Path, output: Path, tiles: Sequence[Floats]) -> ModelCard:
    """The INT8 version of the model in a folder: a model of its own, of the same parent; thresholds stay.

    QDQ format, per channel, convolutions only: the rest costs nothing. tiles: (4, h, w) each; they decide
    the range of every activation, so they must hold dense cargo and air alike.
    """
    if not tiles:
        raise ModelError(f"{folder}: quantisation needs calibration tiles, got none")
    card = read_card(folder)
    output.mkdir(parents=True, exist_ok=True)
    logging.getLogger("root").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(dir=output) as workplace:
        prepared, small = Path(workplace) / "prepared.onnx", Path(workplace) / MODEL_FILE
        quant_pre_process(folder / MODEL_FILE, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            small,
            _Tiles(tiles),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return seal(output, small, replace(card, notes=f"INT8 of {card.model_id[:12]}"))
