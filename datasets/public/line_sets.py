"""Sets of Beihang University with one line of text per object: image, class, x1, y1, x2, y2."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cargoscope.datasets.labels.files import number, read_lines
from cargoscope.datasets.labels.images import LabelledImage, fitted
from cargoscope.datasets.labels.size import image_size, images_below
from cargoscope.datasets.manifest import Label
from cargoscope.errors import LabelError

OPIXRAY_CLASSES: Final = ("Folding_Knife", "Straight_Knife", "Scissor", "Utility_Knife", "Multi-tool_Knife")
HIXRAY_CLASSES: Final = (
    "Portable_Charger_1",
    "Portable_Charger_2",
    "Water",
    "Laptop",
    "Mobile_Phone",
    "Tablet",
    "Cosmetic",
    "Nonmetallic_Lighter",
)
SPLITS: Final = ("train", "test")


def opixray(root: Path) -> Iterator[LabelledImage]:
    """OPIXray: 8,885 bags in pseudo-colour, 5 kinds of knives.

    {train,test}/{train,test}_image/NAME.jpg with {train,test}_annotation/NAME.txt. Source: the loader of
    github.com/OPIXray-author/OPIXray (DOAM/data/OPIXray.py; Wei et al., ACM MM 2020), which cuts boxes off at the edge
    of the image as this one does.
    """
    yield from _images(root, OPIXRAY_CLASSES)


def hixray(root: Path) -> Iterator[LabelledImage]:
    """HiXray: 45,364 airport bags in pseudo-colour, 8 classes of electronics and liquids; layout of OPIXray.

    Source: the loader of github.com/HiXray-author/HiXray (MuBo/data/HiXray.py; Tao et al., ICCV 2021).
    """
    yield from _images(root, HIXRAY_CLASSES)


def _images(root: Path, classes: tuple[str, ...]) -> Iterator[LabelledImage]:
    folders = [split for split in SPLITS if (root / split / f"{split}_image").is_dir()]
    if not folders:
        raise LabelError(f"{root}: neither train/train_image nor test/test_image is there")
    for split in folders:
        pictures = root / split / f"{split}_image"
        for path in images_below(pictures):
            relative = path.relative_to(pictures).with_suffix(".txt")
            size_wh = image_size(path)
            file = root / split / f"{split}_annotation" / relative
            labels = tuple(_label(line, f"{file.name}: line {row}", size_wh, classes) for row, line in read_lines(file))
            yield LabelledImage(path.relative_to(root).as_posix(), size_wh, labels, split)


def _label(line: str, where: str, size_wh: tuple[int, int], classes: tuple[str, ...]) -> Label:
    parts = line.split()
    if len(parts) != 6:
        raise LabelError(f"{where}: needs image, class and four edges, got {len(parts)} words")
    if parts[1] not in classes:
        raise LabelError(f"{where}: no class {parts[1][:80]!r}; there are {list(classes)}")
    box = [number(part, where) for part in parts[2:]]
    return Label(parts[1], 0, fitted(box, size_wh, where, clip=True))
