"""DvXray, the set with two views of every bag."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cargoscope.datasets.labels.files import read_bytes
from cargoscope.datasets.labels.images import LabelledImage, fitted
from cargoscope.datasets.labels.size import image_size
from cargoscope.datasets.manifest import Label
from cargoscope.errors import LabelError

FOLDERS: Final = ("DvXray_Positive_Samples", "DvXray_Negative_Samples", "DvXray", ".")
VIEWS: Final = (("OL", "ol_bb"), ("SD", "sd_bb"))


def dvxray(root: Path) -> Iterator[LabelledImage]:
    """DvXray: 16,000 pairs (overlook and side view) of bags in pseudo-colour, 15 classes, one JSON per bag.

    NAME.json {"name", "objects": [{"label", "ol_bb": [x1, y1, x2, y2], "sd_bb": [...]}]}, or "objects": "None" for a
    clean bag, beside NAME_OL.png and NAME_SD.png in DvXray_Positive_Samples/ and DvXray_Negative_Samples/. Source:
    github.com/Mbwslib/DvXray (get_split.py; Ma et al., IEEE TIFS 2024) and its users. Each view is an image, both in
    one group; there is no published split. A box may be the word "difficult": the thing is in the bag, but nobody
    could box it in that view. Such a view is left out, since it would pass as free of it.
    """
    files = [
        file for folder in FOLDERS for file in sorted((root / folder).glob("*.json")) if not file.name.startswith(".")
    ]
    if not files:
        raise LabelError(f"{root}: no JSON file in any of {list(FOLDERS)}")
    for file in files:
        objects = _objects(file)
        for suffix, key in VIEWS:
            if any(thing[key] == "difficult" for thing in objects):
                continue
            path = file.with_name(f"{file.stem}_{suffix}.png")
            size_wh = image_size(path)
            labels = tuple(
                _label(thing, key, f"{file.name}: object {index}", size_wh) for index, thing in enumerate(objects)
            )
            yield LabelledImage(path.relative_to(root).as_posix(), size_wh, labels, group=file.stem)


def _objects(file: Path) -> list[dict[str, Any]]:
    try:
        objects = json.loads(read_bytes(file))["objects"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LabelError(
            f"{file.name}: must be JSON with 'objects' ({type(error).__name__}: {str(error)[:100]})"
        ) from error
    if objects == "None":
        return []
    if not isinstance(objects, list):
        raise LabelError(f"{file.name}: 'objects' must be a list or 'None', got {str(objects)[:80]!r}")
    for index, thing in enumerate(objects):
        if not isinstance(thing, dict) or not {"label", "ol_bb", "sd_bb"} <= set(thing):
            raise LabelError(f"{file.name}: object {index} needs label, ol_bb and sd_bb, got {str(thing)[:80]}")
    return objects


def _label(thing: dict[str, Any], key: str, where: str, size_wh: tuple[int, int]) -> Label:
    """Corners come in any order."""
    kind, corners = thing["label"], thing[key]
    good = isinstance(corners, list) and len(corners) == 4 and all(type(edge) in (int, float) for edge in corners)
    if not isinstance(kind, str) or not good or any(abs(edge) > 1e9 for edge in corners):
        raise LabelError(
            f"{where}: needs a label and four numbers in {key!r}, got {str(kind)[:40]!r}, {str(corners)[:80]}"
        )
    xs, ys = sorted(corners[0::2]), sorted(corners[1::2])
    return Label(kind, 0, fitted((xs[0], ys[0], xs[1], ys[1]), size_wh, where, clip=True))
