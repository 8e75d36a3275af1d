"""GDXray, the laboratory set of the Pontificia Universidad Católica de Chile: its baggage group."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from cargoscope.datasets.labels.coco import read_coco
from cargoscope.datasets.labels.files import number, read_lines
from cargoscope.datasets.labels.images import LabelledImage, fitted
from cargoscope.datasets.labels.size import image_size
from cargoscope.datasets.manifest import Box, Label
from cargoscope.errors import LabelError

CLASSES: Final = {
    "B0046": "handgun",
    "B0047": "shuriken",
    "B0048": "razor blade",
    "B0049": "handgun",
    "B0050": "shuriken",
    "B0051": "razor blade",
}
"""What is boxed in a series; other threats in those bags are not labelled."""

COCO_COPY: Final = "annotations_coco.json"


def gdxray(root: Path) -> Iterator[LabelledImage]:
    """GDXray, group Baggages: laboratory scans of bags in grey; handguns, shuriken and razor blades, one a series.

    [Baggages/]B0046/B0046_0001.png and B0046/ground_truth.txt with rows `image x1 x2 y1 y2`. Source: Mery et al.,
    Journal of Nondestructive Evaluation 34 (2015), and the loader pyxvis/io/gdxraydb.py of its author's group. A copy
    in COCO's form (annotations_coco.json, images/) is read as well. Images without a row are left out: in these series
    that says only that nobody boxed them.
    """
    if (root / COCO_COPY).is_file():
        for image in read_coco(root / COCO_COPY).images:
            yield replace(image, file_name=f"images/{image.file_name}", group=image.file_name.partition("_")[0])
        return
    group = root / "Baggages" if (root / "Baggages").is_dir() else root
    series = [name for name in CLASSES if (group / name / "ground_truth.txt").is_file()]
    if not series:
        raise LabelError(f"{root}: neither {COCO_COPY} nor a series {'|'.join(CLASSES)} with ground_truth.txt is there")
    for name in series:
        for index, rows in sorted(_rows(group / name / "ground_truth.txt").items()):
            path = group / name / f"{name}_{index:04d}.png"
            size_wh = image_size(path)
            labels = tuple(Label(CLASSES[name], 0, fitted(box, size_wh, where, clip=True)) for where, box in rows)
            yield LabelledImage(path.relative_to(root).as_posix(), size_wh, labels, group=name)


def _rows(file: Path) -> dict[int, list[tuple[str, Box]]]:
    """(where, box) by the number of the image."""
    found: dict[int, list[tuple[str, Box]]] = defaultdict(list)
    for row, line in read_lines(file):
        where = f"{file.parent.name}/{file.name}: line {row}"
        values = [number(part, where) for part in line.split()]
        if len(values) != 5 or not values[0].is_integer() or not 0 <= values[0] < 100_000:
            raise LabelError(f"{where}: needs the number of an image, x1, x2, y1 and y2, got {line[:80]!r}")
        index, x1, x2, y1, y2 = values
        found[int(index)].append((where, (x1, y1, x2, y2)))
    return found
