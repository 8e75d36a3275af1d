"""SIXray, the set with a million clean bags."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from cargoscope.datasets.labels.files import read_lines
from cargoscope.datasets.labels.images import LabelledImage
from cargoscope.datasets.labels.size import image_size, images_below
from cargoscope.datasets.labels.voc import read_voc_file
from cargoscope.errors import LabelError

log = logging.getLogger(__name__)

SUBSETS: Final = ("10", "100", "1000")
SPLITS: Final = ("train", "test")


def sixray(root: Path) -> Iterator[LabelledImage]:
    """SIXray: 1,059,231 subway bags in pseudo-colour, 8,929 of them with boxes of 6 classes, Pascal VOC.

    ImageSet/{10,100,1000}/{train,test}.csv (name, then 1 or -1 for each class), Annotation/NAME.xml for the positive
    ones, NAME.jpg in any folder below. Source: github.com/MeioJane/SIXray and MeioJane/CHR (Miao et al., CVPR 2019).
    Subsets share images: an image comes once, with the first subset that lists it; its split is "10-train".
    Images that the lists call positive but that have no boxes are left out with a warning: they must not pass as clean.
    """
    lists = [
        (subset, split, root / "ImageSet" / subset / f"{split}.csv")
        for subset in SUBSETS
        for split in SPLITS
        if (root / "ImageSet" / subset / f"{split}.csv").is_file()
    ]
    if not lists:
        raise LabelError(f"{root}: no ImageSet/10|100|1000/train.csv or test.csv is there")
    pictures = {path.stem: path for path in images_below(root)}
    seen: set[str] = set()
    without_boxes = missing = 0
    for subset, split, file in lists:
        for name, positive in _rows(file):
            if name in seen:
                continue
            seen.add(name)
            path, boxes = pictures.get(name), root / "Annotation" / f"{name}.xml"
            if path is None:
                missing += 1
            elif not boxes.is_file() and positive:
                without_boxes += 1
            else:
                size_wh = image_size(path)
                image = (
                    read_voc_file(boxes, clip=True, size_wh=size_wh)
                    if boxes.is_file()
                    else LabelledImage(path.name, size_wh)
                )
                yield replace(image, file_name=path.relative_to(root).as_posix(), split=f"{subset}-{split}")
    if without_boxes or missing:
        log.warning(
            "%s: left out %d positive images without boxes and %d that are not there", root, without_boxes, missing
        )


def _rows(file: Path) -> Iterator[tuple[str, bool]]:
    """(name, whether any class is there) of each row below the header."""
    for row, line in read_lines(file)[1:]:
        cells = line.split(",")
        if len(cells) < 2 or any(cell.strip() not in ("1", "-1", "0") for cell in cells[1:]):
            raise LabelError(f"{file.name}: line {row}: needs a name and 1, 0 or -1 for each class, got {cells[:8]}")
        yield Path(cells[0].strip()).stem, "1" in (cell.strip() for cell in cells[1:])
