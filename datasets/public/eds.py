"""EDS, the set of three scanners."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from cargoscope.datasets.labels.files import read_lines
from cargoscope.datasets.labels.images import LabelledImage
from cargoscope.datasets.labels.size import image_size
from cargoscope.datasets.labels.voc import read_voc_file
from cargoscope.errors import LabelError

DOMAINS: Final = ("domain1", "domain2", "domain3")
SPLITS: Final = ("train", "val", "test")


def eds(root: Path) -> Iterator[LabelledImage]:
    """EDS: 14,219 bags in pseudo-colour from three machines, 10 classes, Pascal VOC; made to measure the domain shift.

    domain{1,2,3}/images/NAME.jpg, labels/NAME.xml and {train,val,test}.txt with one NAME a line; pixels count from 1.
    Source: the loaders of github.com/DIG-Beihang/PSN (lib/datasets/domain1.py; Tao et al., CVPR 2022). The machine is
    part of the split: "domain1-train".
    """
    lists = [(domain, split) for domain in DOMAINS for split in SPLITS if (root / domain / f"{split}.txt").is_file()]
    if not lists:
        raise LabelError(f"{root}: no domain1..3 with a train.txt, val.txt or test.txt is there")
    for domain, split in lists:
        for row, name in read_lines(root / domain / f"{split}.txt"):
            path = root / domain / "images" / f"{name}.jpg"
            if path.parent != root / domain / "images":
                raise LabelError(f"{domain}/{split}.txt: line {row}: must be the name of an image, got {name[:140]!r}")
            labels = root / domain / "labels" / f"{name}.xml"
            image = read_voc_file(labels, first_pixel=1, clip=True, size_wh=image_size(path))
            yield replace(image, file_name=path.relative_to(root).as_posix(), split=f"{domain}-{split}")
