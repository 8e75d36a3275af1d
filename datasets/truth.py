"""What a scan really holds: boxes, masks and how visible each object is; read and written as COCO."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cargoscope.errors import TruthError

SCHEMA = "cargoscope.truth/1"
Mask = npt.NDArray[np.bool_]

OWN_ATTRIBUTES = ("instance", "box", "cnr", "areal_density_g_cm2", "hidden_fraction")
"""What TruthObject itself holds of COCO's "attributes"; anything else there is facts."""


@dataclass(frozen=True, eq=False)
class TruthObject:
    """One object or one group of objects that is shown as one.

    kind: id of the taxonomy. instance: which article, the same id for the same shape. view: index of the view.
    box: x1 y1 x2 y2 in pixels of the view. mask: bool, cropped to the pixels that the box touches, (ceil(y2) -
    floor(y1), ceil(x2) - floor(x1)). cnr: contrast-to-noise ratio. areal_density_g_cm2: mean over the mask.
    hidden_fraction: share of the mask, 0..1, that no reader of this scan could see. facts: whatever else its maker
    knows of it, such as how a projected article was put in; names other than those above.
    """

    kind: str
    instance: str
    view: int
    box: tuple[float, float, float, float]
    cnr: float
    areal_density_g_cm2: float
    hidden_fraction: float
    mask: Mask
    facts: Mapping[str, str | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        x1, y1, x2, y2 = self.box
        if not (0 <= x1 < x2 and 0 <= y1 < y2):
            raise TruthError(
                f"{self.kind} {self.instance}: box must have 0 <= x1 < x2 and 0 <= y1 < y2, got {self.box}"
            )
        expected = (ceil(y2) - floor(y1), ceil(x2) - floor(x1))
        if self.mask.dtype != np.bool_ or self.mask.shape != expected:
            raise TruthError(
                f"{self.kind} {self.instance}: mask must be bool {expected}, got {self.mask.dtype} {self.mask.shape}"
            )
        if not 0 <= self.hidden_fraction <= 1:
            raise TruthError(f"{self.kind} {self.instance}: hidden_fraction must be 0..1, got {self.hidden_fraction}")
        if not (np.isfinite(self.cnr) and np.isfinite(self.areal_density_g_cm2)):
            raise TruthError(f"{self.kind} {self.instance}: cnr and areal density must be finite numbers")
        if set(self.facts) & set(OWN_ATTRIBUTES):
            raise TruthError(f"{self.kind} {self.instance}: facts may not be named {list(OWN_ATTRIBUTES)}")


@dataclass(frozen=True)
class ContainerTruth:
    """One container in a scan's first view, as it is without contraband.

    size_type: ISO 6346 code. box: x1 y1 x2 y2 in pixels. door_end: "left" or "right" in the picture. cargo: HS headings
    of its goods; kinds: the simulator's names for them. filled_length, filled_volume: shares of the hold, 0..1.
    mass_kg: of the goods. dark_fraction: share of the cargo's pixels that the beam does not get through. unit: box of a
    refrigerated container's cooling unit.
    """

    size_type: str
    box: tuple[float, float, float, float]
    door_end: str
    cargo: tuple[str, ...]
    kinds: tuple[str, ...]
    empty: bool
    filled_length: float
    filled_volume: float
    mass_kg: float
    dark_fraction: float
    unit: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("filled_length", "filled_volume", "dark_fraction"):
            if not 0 <= getattr(self, name) <= 1:
                raise TruthError(f"container {self.size_type}: {name} must be 0..1, got {getattr(self, name)}")
        if self.door_end not in ("left", "right"):
            raise TruthError(f"container {self.size_type}: door_end must be 'left' or 'right', got {self.door_end!r}")


@dataclass(frozen=True, eq=False)
class ScanTruth:
    """All objects of one scan. views: (width, height) of each. cargo: HS headings of what was declared and loaded.

    containers: what is known of each container, empty where the scan's source says nothing of them. tractor: box of
    the tractor in the first view, where it is known.
    """

    scan_id: str
    file_name: str
    views: tuple[tuple[int, int], ...]
    objects: tuple[TruthObject, ...]
    cargo: tuple[str, ...]
    profile: str
    containers: tuple[ContainerTruth, ...] = ()
    tractor: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        for thing in self.objects:
            if not 0 <= thing.view < len(self.views):
                raise TruthError(f"scan {self.scan_id}: {thing.kind} is in view {thing.view} of {len(self.views)}")
            width, height = self.views[thing.view]
            if thing.box[2] > width or thing.box[3] > height:
                raise TruthError(f"scan {self.scan_id}: box {thing.box} of {thing.kind} leaves {width}x{height} pixels")


def write_coco(path: Path, truths: list[ScanTruth]) -> None:
    """Writes truth.json: one COCO image per view, masks as uncompressed run lengths, extras under "attributes".

    The same truths give the same bytes. The file appears whole or not at all.
    """
    kinds = sorted({thing.kind for truth in truths for thing in truth.objects})
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for truth in truths:
        first = len(images) + 1
        for view, (width, height) in enumerate(truth.views):
            images.append(
                {
                    "id": first + view,
                    "file_name": truth.file_name,
                    "width": width,
                    "height": height,
                    "scan_id": truth.scan_id,
                    "view": view,
                    "profile": truth.profile,
                    "cargo": list(truth.cargo),
                    **(_vehicle(truth) if view == 0 else {}),
                }
            )
        for thing in truth.objects:
            size_wh = truth.views[thing.view]
            annotations.append(
                _annotation(thing, len(annotations) + 1, first + thing.view, kinds.index(thing.kind) + 1, size_wh)
            )
    table = {
        "info": {"schema": SCHEMA},
        "categories": [{"id": i + 1, "name": kind} for i, kind in enumerate(kinds)],
        "images": images,
        "annotations": annotations,
    }
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(table, separators=(",", ":")) + "\n", "utf-8")
    os.replace(partial, path)


def read_coco(path: Path) -> list[ScanTruth]:
    """Truths from a file that write_coco wrote; anything else is refused."""
    try:
        table = json.loads(path.read_text("utf-8"))
        schema = table["info"]["schema"]
    except (ValueError, KeyError, TypeError) as problem:
        raise TruthError(f"{path.name}: not a truth file in COCO form ({problem})") from problem
    if schema != SCHEMA:
        raise TruthError(f"{path.name}: schema must be {SCHEMA!r}, got {schema!r}")
    kinds = {entry["id"]: entry["name"] for entry in table["categories"]}
    by_scan: dict[str, list[dict[str, Any]]] = {}
    objects: dict[str, list[TruthObject]] = {}
    image_of = {image["id"]: image for image in table["images"]}
    for image in table["images"]:
        by_scan.setdefault(image["scan_id"], []).append(image)
    for entry in table["annotations"]:
        image = image_of.get(entry["image_id"])
        if image is None:
            raise TruthError(
                f"{path.name}: annotation {entry['id']} names image {entry['image_id']}, which is not there"
            )
        objects.setdefault(image["scan_id"], []).append(_object(entry, kinds, image["view"]))
    return [
        ScanTruth(
            scan_id=scan_id,
            file_name=images[0]["file_name"],
            views=tuple((image["width"], image["height"]) for image in sorted(images, key=lambda image: image["view"])),
            objects=tuple(objects.get(scan_id, ())),
            cargo=tuple(images[0]["cargo"]),
            profile=images[0]["profile"],
            containers=tuple(_container(entry) for entry in images[0].get("attributes", {}).get("containers", ())),
            tractor=_box(images[0].get("attributes", {}).get("tractor")),
        )
        for scan_id, images in by_scan.items()
    ]


def _vehicle(truth: ScanTruth) -> dict[str, Any]:
    """What is said of containers and tractor; nothing where nothing is known."""
    if not truth.containers and truth.tractor is None:
        return {}
    return {"attributes": {"containers": [asdict(one) for one in truth.containers], "tractor": truth.tractor}}


def _container(entry: dict[str, Any]) -> ContainerTruth:
    box, unit = _box(entry["box"]), _box(entry["unit"])
    if box is None:
        raise TruthError(f"container {entry['size_type']}: has no box")
    cargo, kinds = tuple(entry["cargo"]), tuple(entry["kinds"])
    return ContainerTruth(**{**entry, "box": box, "unit": unit, "cargo": cargo, "kinds": kinds})


def _box(edges: list[float] | None) -> tuple[float, float, float, float] | None:
    if edges is None:
        return None
    x1, y1, x2, y2 = (float(edge) for edge in edges)
    return x1, y1, x2, y2


def _annotation(thing: TruthObject, number: int, image: int, category: int, size_wh: tuple[int, int]) -> dict[str, Any]:
    x1, y1, x2, y2 = thing.box
    return {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": [x1, y1, x2 - x1, y2 - y1],
        "area": int(thing.mask.sum()),
        "iscrowd": 0,
        "segmentation": {
            "size": [size_wh[1], size_wh[0]],
            "counts": run_lengths(thing.mask, (floor(x1), floor(y1)), size_wh),
        },
        "attributes": {
            "instance": thing.instance,
            "box": [x1, y1, x2, y2],
            "cnr": thing.cnr,
            "areal_density_g_cm2": thing.areal_density_g_cm2,
            "hidden_fraction": thing.hidden_fraction,
            **thing.facts,
        },
    }


def _object(entry: dict[str, Any], kinds: dict[int, str], view: int) -> TruthObject:
    extra = entry["attributes"]
    x1, y1, x2, y2 = (float(edge) for edge in extra["box"])
    height, width = entry["segmentation"]["size"]
    full = mask_of(entry["segmentation"]["counts"], (width, height))
    return TruthObject(
        kind=kinds[entry["category_id"]],
        instance=extra["instance"],
        view=view,
        box=(x1, y1, x2, y2),
        cnr=extra["cnr"],
        areal_density_g_cm2=extra["areal_density_g_cm2"],
        hidden_fraction=extra["hidden_fraction"],
        mask=full[floor(y1) : ceil(y2), floor(x1) : ceil(x2)].copy(),
        facts={name: value for name, value in extra.items() if name not in OWN_ATTRIBUTES},
    )


def run_lengths(mask: Mask, corner_xy: tuple[int, int], size_wh: tuple[int, int]) -> list[int]:
    """COCO's uncompressed run lengths of a cropped mask in its full picture: column by column, zeros first."""
    width, height = size_wh
    x, y = corner_xy
    columns = np.zeros((mask.shape[1], height), np.int8)
    columns[:, y : y + mask.shape[0]] = mask.T
    flat = np.concatenate([[0], columns.ravel(), [0]])
    edges = np.flatnonzero(np.diff(flat)) + x * height
    runs = np.diff(np.concatenate([[0], edges, [width * height]]))
    return [int(run) for run in (runs if runs[-1] else runs[:-1])]


def mask_of(counts: list[int], size_wh: tuple[int, int]) -> Mask:
    """The full (H, W) mask of COCO's uncompressed run lengths; counts that do not fill the picture are refused."""
    width, height = size_wh
    if sum(counts) != width * height:
        raise TruthError(f"run lengths sum to {sum(counts)}, a {width}x{height} mask needs {width * height}")
    values = np.arange(len(counts)) % 2 == 1
    return np.repeat(values, counts).reshape(width, height).T
