"""The model card: what a model needs to run, and where it comes from. card.json beside model.onnx.

What is needed to run stands in the ONNX file too, as one JSON text under METADATA_KEY, so that a lone file is enough.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cargoscope import pixels
from cargoscope.atomic import write_whole
from cargoscope.errors import ModelError
from cargoscope.models.calibration import Calibration
from cargoscope.models.operating import Operating

SCHEMA: Final = "cargoscope.model/1"
METADATA_KEY: Final = "cargoscope"
MODEL_FILE: Final = "model.onnx"
CARD_FILE: Final = "card.json"
WEIGHTS_FILE: Final = "weights.pt"

LATER: Final = frozenset({"calibration", "operating", "mirrored", "second_look", "far_pitch_mm"})
"""Keys that cards of older models lack."""

RUNNING: Final = (
    "classes", "input_hw", "pitch_mm", "channels", "stride", "overlap", "thresholds", "second_look", "far_pitch_mm",
)  # fmt: skip


@dataclass(frozen=True)
class ModelCard:
    """One model.

    model_id: sha256 (hex) of the ONNX file. name: for people, such as "cargoscope-s". classes: ids of the taxonomy, in
    the order of the heat map. input_hw: of a tile in pixels of pitch_mm. stride: tile pixels per cell of the maps.
    overlap: least pixels that neighbouring tiles share. thresholds: score from which a finding is shown, per class.
    trained_on: id of the manifest. parent: model_id that it was trained or quantised from. scores: as `evaluate` wrote
    them. calibration: what its scores mean as probabilities; operating: thresholds for other rates of false alarms;
    None where nobody measured. mirrored: whether it looks at tiles twice, as they are and mirrored left to right.
    second_look: heat that the first look must reach somewhere in a tile for the second; None: the ONNX file looks at
    each tile as often as `mirrored` says. far_pitch_mm: coarser pitch at which it looks again at what scores as much;
    None: it does not.
    """

    model_id: str
    name: str
    classes: tuple[str, ...]
    input_hw: tuple[int, int]
    pitch_mm: float
    stride: int
    overlap: int
    thresholds: Mapping[str, float]
    created_at: datetime
    channels: tuple[str, ...] = pixels.CHANNELS
    trained_on: str | None = None
    parent: str | None = None
    scores: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""
    calibration: Calibration | None = None
    operating: Operating | None = None
    mirrored: bool = False
    second_look: float | None = None
    far_pitch_mm: float | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", self.model_id):
            raise ModelError(f"model_id must be a sha256 in hex, got {self.model_id!r}")
        if not self.classes or len(set(self.classes)) != len(self.classes):
            raise ModelError(f"model {self.name}: classes must differ and not be none, got {list(self.classes)}")
        if set(self.thresholds) != set(self.classes):
            raise ModelError(
                f"model {self.name}: thresholds must name the classes {sorted(self.classes)}, "
                f"got {sorted(self.thresholds)}"
            )
        if not all(0 <= value <= 1 for value in self.thresholds.values()):
            raise ModelError(f"model {self.name}: thresholds must be 0..1, got {dict(self.thresholds)}")
        if self.stride < 1 or any(side < self.stride or side % self.stride for side in self.input_hw):
            raise ModelError(
                f"model {self.name}: input {self.input_hw} must be whole multiples of stride {self.stride}"
            )
        if not 0 <= self.overlap < min(self.input_hw):
            raise ModelError(f"model {self.name}: overlap must be 0..{min(self.input_hw) - 1}, got {self.overlap}")
        if not 0.05 <= self.pitch_mm <= 100:
            raise ModelError(f"model {self.name}: pitch must be 0.05..100 mm, got {self.pitch_mm}")
        bare = isinstance(self.second_look, bool) or isinstance(self.far_pitch_mm, bool)
        if bare or (self.second_look is not None and not (self.mirrored and 0 <= self.second_look <= 1)):
            raise ModelError(
                f"model {self.name}: second_look must be 0..1 and of a mirrored model, got {self.second_look} "
                f"with mirrored {self.mirrored}"
            )
        far = self.far_pitch_mm
        if far is not None and (self.second_look is None or not self.pitch_mm < far <= 4 * self.pitch_mm):
            raise ModelError(
                f"model {self.name}: far_pitch_mm must be more than the pitch of {self.pitch_mm} mm, four times that "
                f"at most, and of a model with a second look, got {far} with second_look {self.second_look}"
            )
        if self.created_at.tzinfo is None:
            raise ModelError(f"model {self.name}: created_at must carry a time zone, got {self.created_at}")


def running_facts(card: ModelCard) -> str:
    """The JSON text for the ONNX metadata: what an engine needs to run the model."""
    return json.dumps({"schema": SCHEMA} | {key: _plain(getattr(card, key)) for key in RUNNING}, sort_keys=True)


def check_facts(card: ModelCard, text: str | None) -> None:
    """ModelError unless the ONNX metadata says the same as the card; it names the first fact that differs."""
    if text is None:
        raise ModelError(f"model {card.name}: the ONNX file carries no metadata {METADATA_KEY!r}")
    inside, beside = json.loads(text), json.loads(running_facts(card))
    for key in ("schema", *RUNNING):
        if inside.get(key) != beside[key]:
            raise ModelError(
                f"model {card.name}: {key} is {inside.get(key)!r} in the ONNX file, {beside[key]!r} in the card"
            )


def sha256_of(path: Path) -> str:
    """sha256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_card(folder: Path) -> ModelCard:
    """The card of a model folder. Refused: a missing file, unknown or missing keys, an ONNX with another sha256."""
    path = folder / CARD_FILE
    for file in (path, folder / MODEL_FILE):
        if not file.is_file():
            raise ModelError(f"{folder} is no model: {file.name} is missing")
    try:
        table = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ModelError(f"{path} is no JSON: {error}") from error
    card = _from_table(table, path)
    actual = sha256_of(folder / MODEL_FILE)
    if actual != card.model_id:
        raise ModelError(f"{folder}: the card is of model {card.model_id[:12]}, the ONNX file is {actual[:12]}")
    return card


def write_card(folder: Path, card: ModelCard) -> None:
    """Write card.json into a model folder, whole or not at all."""
    text = json.dumps({"schema": SCHEMA} | {key: _plain(value) for key, value in asdict(card).items()}, indent=2)
    write_whole(folder / CARD_FILE, (text + "\n").encode())


def _from_table(table: Any, path: Path) -> ModelCard:
    if not isinstance(table, dict) or table.get("schema") != SCHEMA:
        raise ModelError(f"{path}: schema must be {SCHEMA!r}")
    valid = {item.name for item in fields(ModelCard)}
    got = set(table) - {"schema"}
    if not valid - LATER <= got <= valid:
        raise ModelError(
            f"{path}: keys must be {sorted(valid)}, unknown {sorted(got - valid)}, "
            f"missing {sorted(valid - LATER - got)}"
        )
    values = {key: table[key] for key in got}
    for key in ("classes", "channels", "input_hw"):
        values[key] = tuple(values[key])
    if not isinstance(values.get("mirrored", False), bool):
        raise ModelError(f"{path}: mirrored must be true or false, got {values['mirrored']!r}")
    try:
        values["created_at"] = datetime.fromisoformat(values["created_at"])
        for key, kind in (("calibration", Calibration), ("operating", Operating)):
            values[key] = None if values.get(key) is None else kind.from_table(values[key])
        return ModelCard(**values)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
