"""Truck and container scans of the AJNA project (Brazilian customs)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cargoscope.datasets.labels.images import LabelledImage
from cargoscope.datasets.labels.size import image_size, images_below
from cargoscope.datasets.labels.yolo import read_yolo
from cargoscope.errors import LabelError


def ajna_boxes(root: Path) -> Iterator[LabelledImage]:
    """AJNA, boxes: grey 8-bit truck scans with a box around each container, YOLO. No contraband is labelled.

    classes.txt, images/NAME.jpg, labels/NAME.txt. Source: the AJNA project, github.com/IvanBrasilico.
    """
    if not (root / "classes.txt").is_file():
        raise LabelError(f"{root}: classes.txt is not there")
    for image in read_yolo(root, clip=True).images:
        yield replace(image, file_name=f"images/{image.file_name}")


def ajna_cargo(root: Path) -> Iterator[LabelledImage]:
    """AJNA, cargo: grey 8-bit scans cropped to the container, by the HS heading of their load. No boxes.

    hs4/HHHH/NAME.jpg; 0000 is empty. cargo holds the heading, nothing for the empty ones.
    """
    folders = sorted(path for path in (root / "hs4").glob("[0-9][0-9][0-9][0-9]") if path.is_dir())
    if not folders:
        raise LabelError(f"{root}: no folder hs4/0000 .. hs4/9999 is there")
    for folder in folders:
        cargo = () if folder.name == "0000" else (folder.name,)
        for path in images_below(folder):
            yield LabelledImage(path.relative_to(root).as_posix(), image_size(path), cargo=cargo)
