"""COCO: one JSON file of images, annotations and categories (cocodataset.org/#format-data).

Beyond COCO, images may carry split, view, group and cargo, and annotations "attributes" with cnr, hidden_fraction and
role; they are written where they say something, and read where they stand. The truth.json of a simulated set is COCO
as well, so it is read here too, without its masks.
"""

import json
import math
from pathlib import Path
from typing import Any, Final

from cargoscope.atomic import write_whole
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.labels.files import read_bytes
from cargoscope.datasets.labels.images import LabelledImage, LabelSet, fitted
from cargoscope.datasets.manifest import Label, Role
from cargoscope.errors import LabelError

Table = dict[str, Any]

SAME_PX: Final = 1e-6
"""How far bbox and the box of our own may differ by rounding; beyond it somebody has moved bbox, and bbox counts."""


def read_coco(path: Path, clip: bool = False) -> LabelSet:
    """The labels of a COCO file. An annotation without bbox gets the box around its polygons.

    Refused, naming the file and the entry: what is not JSON, missing or wrongly typed fields, ids that name nothing or
    stand twice, boxes that `fitted` refuses.
    """
    name = path.name
    table = _json(read_bytes(path, Limits().max_bytes), name)
    categories = _by_id(_entries(table, "categories", name), f"{name}: category")
    classes = {key: _text(entry, "name", f"{name}: category {key}") for key, entry in categories.items()}
    images = _by_id(_entries(table, "images", name), f"{name}: image")
    labels: dict[int | str, list[Label]] = {key: [] for key in images}
    sizes = {key: _size(entry, f"{name}: image {key}") for key, entry in images.items()}
    for index, entry in enumerate(_entries(table, "annotations", name)):
        where = f"{name}: annotation {_short(entry.get('id', f'number {index}'))}"
        image, category = _key(entry, "image_id", where), _key(entry, "category_id", where)
        if image not in images:
            raise LabelError(f"{where}: no image {image!r}")
        if category not in classes:
            raise LabelError(f"{where}: no category {category!r}")
        labels[image].append(_label(entry, classes[category], _view(images[image], where), sizes[image], where, clip))
    return LabelSet(
        tuple(_image(entry, sizes[key], tuple(labels[key]), f"{name}: image {key}") for key, entry in images.items()),
        tuple(dict.fromkeys(classes.values())),
    )


def write_coco(path: Path, labels: LabelSet) -> None:
    """Writes a COCO file: categories from 1 in the order of the classes, area that of the box. Whole or not at all."""
    numbers = {name: index for index, name in enumerate(labels.classes, 1)}
    images: list[Table] = []
    annotations: list[Table] = []
    for index, image in enumerate(labels.images, 1):
        width, height = image.size_wh
        extras = {"split": image.split, "view": image.view, "group": image.group, "cargo": list(image.cargo)}
        images.append(
            {"id": index, "file_name": image.file_name, "width": width, "height": height}
            | {key: value for key, value in extras.items() if value}
        )
        for label in image.labels:
            x1, y1, x2, y2 = label.box
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": index,
                    "category_id": numbers[label.kind],
                    "bbox": [x1, y1, x2 - x1, y2 - y1],
                    "area": (x2 - x1) * (y2 - y1),
                    "iscrowd": 0,
                }
                | _attributes(label)
            )
    table = {
        "categories": [{"id": number, "name": name} for name, number in numbers.items()],
        "images": images,
        "annotations": annotations,
    }
    write_whole(path, (json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n").encode())


def _attributes(label: Label) -> Table:
    """The box as well: x1 + width need not give x2 back to the last bit."""
    x1, y1, x2, y2 = label.box
    told: Table = {} if x1 + (x2 - x1) == x2 and y1 + (y2 - y1) == y2 else {"box": list(label.box)}
    told |= {} if label.cnr is None else {"cnr": label.cnr}
    told |= {"hidden_fraction": label.hidden_fraction} if label.hidden_fraction else {}
    told |= {"role": label.role.value} if label.role is not Role.OBJECT else {}
    return {"attributes": told} if told else {}


def _json(data: bytes, name: str) -> Table:
    try:
        table = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{name}: not JSON ({str(error)[:200]})") from error
    if not isinstance(table, dict):
        raise LabelError(f"{name}: COCO is an object with images, annotations and categories, got {_short(table)}")
    return table


def _entries(table: Table, key: str, name: str) -> list[Table]:
    entries = table.get(key)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise LabelError(f"{name}: {key!r} must be a list of objects, got {_short(entries)}")
    return entries


def _by_id(entries: list[Table], what: str) -> dict[int | str, Table]:
    found: dict[int | str, Table] = {}
    for index, entry in enumerate(entries):
        key = _key(entry, "id", f"{what} number {index}")
        if key in found:
            raise LabelError(f"{what} {key!r} stands twice")
        found[key] = entry
    return found


def _key(entry: Table, key: str, where: str) -> int | str:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise LabelError(f"{where}: {key!r} must be a number or a text, got {_short(value)}")
    return value


def _text(entry: Table, key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str):
        raise LabelError(f"{where}: {key!r} must be a text, got {_short(value)}")
    return value


def _size(entry: Table, where: str) -> tuple[int, int]:
    width, height = (_numbers([entry.get(key)], 1, f"{where}: {key!r}")[0] for key in ("width", "height"))
    if not (width.is_integer() and height.is_integer()):
        raise LabelError(f"{where}: width and height must be whole pixels, got {width} and {height}")
    return int(width), int(height)


def _view(entry: Table, where: str) -> int:
    view = entry.get("view", 0)
    if isinstance(view, bool) or not isinstance(view, int) or not 0 <= view < 1000:
        raise LabelError(f"{where}: 'view' must be 0..999, got {_short(view)}")
    return view


def _image(entry: Table, size_wh: tuple[int, int], labels: tuple[Label, ...], where: str) -> LabelledImage:
    cargo = entry.get("cargo", [])
    if not isinstance(cargo, list) or not all(isinstance(heading, str) for heading in cargo):
        raise LabelError(f"{where}: 'cargo' must be a list of texts, got {_short(cargo)}")
    extras = {key: _text(entry, key, where) for key in ("split", "group") if key in entry}
    file_name = _text(entry, "file_name", where)
    try:
        return LabelledImage(file_name, size_wh, labels, view=_view(entry, where), cargo=tuple(cargo), **extras)
    except LabelError as error:
        raise LabelError(f"{where}: {error}") from error


def _label(entry: Table, kind: str, view: int, size_wh: tuple[int, int], where: str, clip: bool) -> Label:
    told = entry.get("attributes", {})
    if not isinstance(told, dict):
        raise LabelError(f"{where}: 'attributes' must be an object, got {_short(told)}")
    if entry.get("bbox") is not None:
        x, y, width, height = _numbers(entry["bbox"], 4, f"{where}: 'bbox'")
        box = [x, y, x + width, y + height]
    else:
        box = _around(entry.get("segmentation"), where)
    if "box" in told:
        exact = _numbers(told["box"], 4, f"{where}: 'box'")
        if max(abs(a - b) for a, b in zip(exact, box, strict=True)) <= SAME_PX:
            box = exact
    role = told.get("role", Role.OBJECT.value)
    if role not in {*Role}:
        raise LabelError(f"{where}: 'role' must be one of {[*Role]}, got {_short(role)}")
    cnr = told.get("cnr")
    hidden = _numbers([told.get("hidden_fraction", 0.0)], 1, f"{where}: 'hidden_fraction'")[0]
    if not 0 <= hidden <= 1:
        raise LabelError(f"{where}: 'hidden_fraction' must be 0..1, got {hidden:.6g}")
    return Label(
        kind=kind,
        view=view,
        box=fitted(box, size_wh, where, clip),
        role=Role(role),
        cnr=None if cnr is None else _numbers([cnr], 1, f"{where}: 'cnr'")[0],
        hidden_fraction=hidden,
    )


def _around(segmentation: object, where: str) -> list[float]:
    """The box around polygons [[x, y, x, y, ...], ...]."""
    if not isinstance(segmentation, list) or not segmentation:
        raise LabelError(f"{where}: needs a bbox or polygons, got segmentation {_short(segmentation)}")
    xs, ys = [], []
    for polygon in segmentation:
        points = _numbers(polygon, None, f"{where}: 'segmentation'")
        if len(points) < 6 or len(points) % 2:
            raise LabelError(f"{where}: a polygon needs three points or more, got {len(points)} numbers")
        xs += points[0::2]
        ys += points[1::2]
    return [min(xs), min(ys), max(xs), max(ys)]


def _numbers(values: object, count: int | None, where: str) -> list[float]:
    if not isinstance(values, list) or (count is not None and len(values) != count):
        raise LabelError(f"{where} must be {count or 'a list of'} number(s), got {_short(values)}")
    for value in values:
        finite = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
        if not finite or math.isnan(value):
            raise LabelError(f"{where} must be {count or 'a list of'} number(s), got {_short(values)}")
    return [float(value) for value in values]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
