"""The card of a scene model: what is needed to read its maps, and where it comes from. card.json beside model.onnx.

What is needed to run stands in the ONNX file too, under the key "cargoscope", as for the detector.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cargoscope.atomic import write_whole
from cargoscope.errors import ModelError
from cargoscope.models.card import CARD_FILE, MODEL_FILE, sha256_of
from cargoscope.models.scene_canvas import CANVAS_HW, CHANNELS
from cargoscope.models.scene_decode import FACTS, PARTS, STRIDE

SCHEMA: Final = "cargoscope.scene/1"
RUNNING: Final = ("kinds", "temperatures", "threshold")
FIXED: Final = {
    "channels": list(CHANNELS),
    "input_hw": list(CANVAS_HW),
    "stride": STRIDE,
    "parts": list(PARTS),
    "facts": list(FACTS),
}
"""What this Cargoscope makes and reads; a model that was made for anything else is refused."""

TEMPERED: Final = ("empty", "doors_right", "kinds")


@dataclass(frozen=True)
class SceneCard:
    """One scene model.

    model_id: sha256 (hex) of the ONNX file. kinds: each kind of goods that it knows, in the order of its map, with the
    HS headings that such goods travel under and the share of each. temperatures: what the logits of TEMPERED are
    divided by, fitted on scans that it did not learn from, so that its probabilities hold. threshold: probability from
    which a cell belongs to a part. trained_on: what it learnt from. scores: as measured.
    """

    model_id: str
    name: str
    kinds: Mapping[str, Mapping[str, float]]
    temperatures: Mapping[str, float]
    threshold: float
    created_at: datetime
    trained_on: str
    scores: Mapping[str, Any] = field(default_factory=dict)
    notes: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", self.model_id):
            raise ModelError(f"model_id must be a sha256 in hex, got {self.model_id!r}")
        for kind, headings in self.kinds.items():
            if not headings or abs(sum(headings.values()) - 1) > 1e-3:
                raise ModelError(f"scene model {self.name}: shares of {kind} must sum to 1, got {dict(headings)}")
        if set(self.temperatures) != set(TEMPERED) or not all(value > 0 for value in self.temperatures.values()):
            raise ModelError(
                f"scene model {self.name}: temperatures above 0 are needed for {list(TEMPERED)}, "
                f"got {dict(self.temperatures)}"
            )
        if not 0 < self.threshold < 1:
            raise ModelError(f"scene model {self.name}: threshold must be between 0 and 1, got {self.threshold}")
        if self.created_at.tzinfo is None:
            raise ModelError(f"scene model {self.name}: created_at must carry a time zone, got {self.created_at}")


def running_facts(card: SceneCard) -> str:
    """The JSON text for the ONNX metadata."""
    return json.dumps({"schema": SCHEMA} | FIXED | {key: getattr(card, key) for key in RUNNING}, sort_keys=True)


def check_facts(card: SceneCard, text: str | None) -> None:
    """ModelError unless the ONNX metadata says the same as the card and as this Cargoscope; names what differs."""
    if text is None:
        raise ModelError(f"scene model {card.name}: the ONNX file carries no metadata")
    inside, expected = json.loads(text), json.loads(running_facts(card))
    for key, value in expected.items():
        if inside.get(key) != value:
            raise ModelError(
                f"scene model {card.name}: {key} is {inside.get(key)!r} in the ONNX file, expected {value!r}"
            )


def read_scene_card(folder: Path) -> SceneCard:
    """The card of a scene model's folder. Refused: a missing file, other keys, an ONNX with another sha256."""
    path = folder / CARD_FILE
    for file in (path, folder / MODEL_FILE):
        if not file.is_file():
            raise ModelError(f"{folder} is no scene model: {file.name} is missing")
    try:
        table = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ModelError(f"{path} is no JSON: {error}") from error
    valid = {item.name for item in fields(SceneCard)}
    if not isinstance(table, dict) or table.pop("schema", None) != SCHEMA or set(table) != valid:
        raise ModelError(f"{path}: schema must be {SCHEMA!r} and keys {sorted(valid)}")
    try:
        card = SceneCard(**(table | {"created_at": datetime.fromisoformat(table["created_at"])}))
    except (TypeError, ValueError) as error:
        raise ModelError(f"{path}: {error}") from error
    if (actual := sha256_of(folder / MODEL_FILE)) != card.model_id:
        raise ModelError(f"{folder}: the card is of model {card.model_id[:12]}, the ONNX file is {actual[:12]}")
    return card


def write_scene_card(folder: Path, card: SceneCard) -> None:
    """Write card.json into a scene model's folder, whole or not at all."""
    table = {"schema": SCHEMA} | asdict(card) | {"created_at": card.created_at.isoformat()}
    write_whole(folder / CARD_FILE, (json.dumps(table, indent=1) + "\n").encode())
