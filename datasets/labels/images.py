"""What every form of labels comes down to: images by name, their sizes, and the boxes on them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from cargoscope.datasets.manifest import Box, Label, Role
from cargoscope.datasets.truth import ScanTruth
from cargoscope.errors import LabelError

EDGE_PX: Final = 1.0
"""How far a box may leave its image and still be brought back without asking: rounding, and inclusive last pixels."""

MAX_SIDE: Final = 1_000_000
MAX_NAME: Final = 1_000


@dataclass(frozen=True)
class LabelledImage:
    """One image, which is one view of a scan, and the objects on it.

    file_name: relative, with forward slashes. size_wh: pixels. labels: their view is this view; kinds are ids of the
    taxonomy, or the words of the set they came from. split: "train", "test" ..., "" where nobody said. group: what
    images of the same bag or container share, "" for an image on its own. cargo: HS headings of the load, where known.
    No label says that nothing of the set's own classes was seen, not that nothing is there.
    """

    file_name: str
    size_wh: tuple[int, int]
    labels: tuple[Label, ...] = ()
    split: str = ""
    view: int = 0
    group: str = ""
    cargo: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        path = PurePosixPath(self.file_name)
        if (
            not 1 <= len(self.file_name) <= MAX_NAME
            or not self.file_name.isprintable()
            or path.is_absolute()
            or str(path) != self.file_name
            or {"..", "."} & {*path.parts}
            or "\\" in self.file_name
            or not path.name.strip() == path.name != ""
        ):
            raise LabelError(f"an image needs a relative name with forward slashes, got {self.file_name[:140]!r}")
        width, height = self.size_wh
        if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
            raise LabelError(f"{self.file_name}: an image has 1..{MAX_SIDE} pixels a side, got {width}×{height}")
        for label in self.labels:
            x1, y1, x2, y2 = label.box
            if not (0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height):
                raise LabelError(f"{self.file_name}: box {label.box} of {label.kind!r} is not inside {width}×{height}")
            if label.view != self.view:
                raise LabelError(f"{self.file_name}: a label of view {label.view} in view {self.view}")


@dataclass(frozen=True)
class LabelSet:
    """Images and the classes that their labels come from, in an order that numbers may refer to.

    An image may stand in it once, and every label must be of one of the classes.
    """

    images: tuple[LabelledImage, ...]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.classes)) != len(self.classes):
            raise LabelError(f"classes must differ, got {_some(self.classes)}")
        for name in self.classes:
            if not 1 <= len(name) <= MAX_NAME or name != name.strip() or not name.isprintable():
                raise LabelError(f"a class needs a printable name, got {name[:140]!r}")
        seen: set[tuple[str, int]] = set()
        known = {*self.classes}
        for image in self.images:
            key = (image.file_name, image.view)
            if key in seen:
                raise LabelError(f"{image.file_name}: stands twice among the images")
            seen.add(key)
            for label in image.labels:
                if label.kind not in known:
                    raise LabelError(f"{image.file_name}: no class {label.kind!r}; there are {_some(self.classes)}")

    @classmethod
    def of(cls, images: Iterable[LabelledImage]) -> "LabelSet":
        """A set whose classes are those that occur, sorted."""
        images = tuple(images)
        return cls(images, tuple(sorted({label.kind for image in images for label in image.labels})))

    @property
    def n_labels(self) -> int:
        return sum(len(image.labels) for image in self.images)


def from_truth(truths: Iterable[ScanTruth]) -> LabelSet:
    """The boxes of simulated scans: one image per view, views of a scan in one group."""
    return LabelSet.of(
        LabelledImage(
            file_name=truth.file_name,
            size_wh=size_wh,
            labels=tuple(
                Label(thing.kind, view, thing.box, cnr=thing.cnr, hidden_fraction=thing.hidden_fraction)
                for thing in truth.objects
                if thing.view == view
            ),
            view=view,
            group=truth.scan_id if len(truth.views) > 1 else "",
            cargo=truth.cargo,
        )
        for truth in truths
        for view, size_wh in enumerate(truth.views)
    )


def fitted(box: Sequence[float], size_wh: tuple[int, int], where: str, clip: bool = False) -> Box:
    """The box x1 y1 x2 y2 inside its image. Up to EDGE_PX outside is cut off; more only where clip asks for it.

    Refused: numbers that are none, boxes without an inside, boxes that lie outside.
    """
    width, height = size_wh
    x1, y1, x2, y2 = box
    if not all(math.isfinite(edge) for edge in (x1, y1, x2, y2)):
        raise LabelError(f"{where}: a box needs finite numbers, got {_short(box)}")
    if not (x1 < x2 and y1 < y2):
        raise LabelError(f"{where}: a box needs x1 < x2 and y1 < y2, got {_short(box)}")
    beyond = max(-x1, -y1, x2 - width, y2 - height)
    if beyond > EDGE_PX and not clip:
        raise LabelError(f"{where}: box {_short(box)} leaves {width}×{height} by {beyond:.6g} pixels")
    x1, y1, x2, y2 = max(x1, 0.0), max(y1, 0.0), min(x2, float(width)), min(y2, float(height))
    if not (x1 < x2 and y1 < y2):
        raise LabelError(f"{where}: box {_short(box)} lies outside of {width}×{height}")
    return x1, y1, x2, y2


def objects_only(labels: LabelSet, form: str) -> None:
    """Refuses labels that say that a box holds nothing: most forms cannot, and would make objects of them."""
    for image in labels.images:
        if any(label.role is not Role.OBJECT for label in image.labels):
            raise LabelError(f"{image.file_name}: {form} cannot say that a box was rejected; write COCO instead")


def _short(box: Sequence[float]) -> str:
    return "(" + ", ".join(f"{edge:.6g}" for edge in box) + ")"


def _some(names: Sequence[str]) -> str:
    return f"{list(names[:12])}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")
