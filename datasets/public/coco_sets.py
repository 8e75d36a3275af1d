"""Sets that are published as COCO files, one per split."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from cargoscope.datasets.labels.coco import read_coco
from cargoscope.datasets.labels.images import LabelledImage
from cargoscope.datasets.labels.yolo import read_yolo
from cargoscope.errors import LabelError

PIDRAY: Final = (
    ("train", "xray_train.json", "train"),
    ("test-easy", "xray_test_easy.json", "easy"),
    ("test-hard", "xray_test_hard.json", "hard"),
    ("test-hidden", "xray_test_hidden.json", "hidden"),
)
CLCXRAY: Final = tuple((split, f"instances_{split}2017.json", f"{split}2017") for split in ("train", "val", "test"))


def pidray(root: Path) -> Iterator[LabelledImage]:
    """PIDray: 124,486 bags in pseudo-colour, 12 classes, COCO with masks; test split into easy, hard and hidden.

    annotations/xray_train.json, xray_test_{easy,hard,hidden}.json; images in train/, easy/, hard/, hidden/. Layout:
    github.com/bywang2018/security-dataset and lutao2021/PIDray (arXiv:2108.07020). Copies of it in YOLO's
    form (classes.txt, images/, labels/, at the top or in yolo/) are read as well.
    """
    for folder in (root, root / "yolo"):
        if (folder / "classes.txt").is_file() and not (root / "annotations").is_dir():
            prefix = "yolo/" if folder != root else ""
            for image in read_yolo(folder).images:
                yield replace(image, file_name=f"{prefix}images/{image.file_name}")
            return
    yield from _splits(root, PIDRAY)


def clcxray(root: Path) -> Iterator[LabelledImage]:
    """CLCXray: 9,565 bags in pseudo-colour, 5 kinds of cutters and 7 of liquid containers, COCO.

    annotations/instances_{train,val,test}2017.json; images in {train,val,test}2017/. Source:
    github.com/GreysonPhoenix/CLCXray (Zhao et al., IEEE TIFS 2022); file names as its users report them.
    """
    yield from _splits(root, CLCXRAY)


def _splits(root: Path, splits: Sequence[tuple[str, str, str]]) -> Iterator[LabelledImage]:
    """Splits that are not there are left out (they are downloaded one by one), but one must be."""
    present = [(split, root / "annotations" / file, folder) for split, file, folder in splits]
    present = [(split, file, folder) for split, file, folder in present if file.is_file()]
    if not present:
        raise LabelError(f"{root}: none of {[f'annotations/{file}' for _, file, _ in splits]} is there")
    for split, file, folder in present:
        for image in read_coco(file, clip=True).images:
            yield replace(image, file_name=f"{folder}/{image.file_name}", split=split)
