"""Every public set by name. An adapter is a function: the folder of the set as published -> its labelled images."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from cargoscope.datasets.labels.images import LabelledImage, LabelSet
from cargoscope.datasets.public.ajna import ajna_boxes, ajna_cargo
from cargoscope.datasets.public.coco_sets import clcxray, pidray
from cargoscope.datasets.public.dvxray import dvxray
from cargoscope.datasets.public.eds import eds
from cargoscope.datasets.public.gdxray import gdxray
from cargoscope.datasets.public.kinds import in_our_words
from cargoscope.datasets.public.line_sets import hixray, opixray
from cargoscope.datasets.public.molit import molit
from cargoscope.datasets.public.sixray import sixray
from cargoscope.datasets.public.tip import tip
from cargoscope.errors import LabelError

Adapter = Callable[[Path], Iterator[LabelledImage]]

SETS: Final[dict[str, Adapter]] = {
    "sixray": sixray,
    "opixray": opixray,
    "hixray": hixray,
    "pidray": pidray,
    "clcxray": clcxray,
    "eds": eds,
    "dvxray": dvxray,
    "gdxray": gdxray,
    "molit": molit,
    "ajna-boxes": ajna_boxes,
    "ajna-cargo": ajna_cargo,
    "tip": tip,
}


def samples(name: str, root: Path) -> Iterator[LabelledImage]:
    """The images of a public set below root, one by one; words that name a kind of the taxonomy become it.

    file_name is relative to root. Most sets hold pseudo-colour pictures: reading their pixels is refused as everywhere
    (`read_scan`) unless it is asked for. Refused: an unknown set, a folder that does not look like it.
    """
    if name not in SETS:
        raise LabelError(f"no set named {name!r}; there are {list(SETS)}")
    if not root.is_dir():
        raise LabelError(f"{root}: no folder, so it cannot hold the set {name}")
    yield from in_our_words(SETS[name](root))


def read_set(name: str, root: Path) -> LabelSet:
    """The whole set; one without an image is refused."""
    labels = LabelSet.of(samples(name, root))
    if not labels.images:
        raise LabelError(f"{root}: not one image of the set {name}")
    return labels
