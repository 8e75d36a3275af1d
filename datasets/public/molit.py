"""The airport set of the Korean Ministry of Land, Infrastructure and Transport, in YOLO's form."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cargoscope.datasets.labels.images import LabelledImage
from cargoscope.datasets.labels.yolo import read_yolo
from cargoscope.errors import LabelError


def molit(root: Path) -> Iterator[LabelledImage]:
    """MOLIT airport bags in pseudo-colour, 66 classes, YOLO with classes that count from 1.

    classes_1based.txt, images/{train,val}/NAME.png, labels/{train,val}/NAME.txt, as in the samples that circulate. The
    labels of at least one image disagree with its name; names are not used.
    """
    classes = root / "classes_1based.txt"
    if not classes.is_file():
        raise LabelError(f"{root}: classes_1based.txt is not there")
    for image in read_yolo(root, classes=classes, base=1, clip=True).images:
        yield replace(image, file_name=f"images/{image.file_name}")
