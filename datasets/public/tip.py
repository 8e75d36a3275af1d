"""Raw 16-bit pairs for threat image projection: backgrounds, isolated threats, composites."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cargoscope.datasets.labels.images import LabelledImage
from cargoscope.datasets.labels.size import image_size, images_below
from cargoscope.datasets.labels.yolo import read_yolo_file
from cargoscope.datasets.manifest import Label
from cargoscope.errors import LabelError

CLASSES: Final = ("knife", "gun", "rifle")


def tip(root: Path) -> Iterator[LabelledImage]:
    """TIP pairs: raw 16-bit high and low energy; backgrounds, isolated knives, guns and rifles, boxed composites.

    background/, composites/, knife/, gun/, rifle/ with NAME_high.png and NAME_low.png; composites have NAME_high.txt in
    YOLO's form (0 knife, 1 gun, 2 rifle; loose boxes), as in the copies that circulate. An image here is the high half
    of a pair; its group names the pair. An isolated threat fills its image.
    """
    folders = [folder for folder in ("background", "composites", *CLASSES) if (root / folder).is_dir()]
    if not folders:
        raise LabelError(f"{root}: none of background, composites, {', '.join(CLASSES)} is there")
    for folder in folders:
        for path in images_below(root / folder):
            if not path.stem.endswith("_high"):
                continue
            width, height = image_size(path)
            labels: tuple[Label, ...] = ()
            if folder in CLASSES:
                labels = (Label(folder, 0, (0.0, 0.0, float(width), float(height))),)
            elif folder == "composites":
                labels = read_yolo_file(path.with_suffix(".txt"), (width, height), CLASSES, clip=True)
            yield LabelledImage(
                path.relative_to(root).as_posix(),
                (width, height),
                labels,
                folder,
                group=path.stem.removesuffix("_high"),
            )
