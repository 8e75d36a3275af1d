"""Sets of labels for tests, and image files that are no more than their headers."""

import struct
import zlib
from pathlib import Path

from hypothesis import strategies as st

from cargoscope.datasets.labels.images import LabelledImage, LabelSet
from cargoscope.datasets.manifest import Label


def png_head(width: int, height: int) -> bytes:
    """All that tells a PNG's size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def write_images(folder: Path, labels: LabelSet) -> None:
    for image in labels.images:
        path = folder / image.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png_head(*image.size_wh))


def image(
    file_name: str = "truck.png",
    *labels: Label,
    size_wh: tuple[int, int] = (400, 300),
    split: str = "",
) -> LabelledImage:
    return LabelledImage(file_name, size_wh, labels, split=split)


def label(kind: str = "firearm", box: tuple[float, float, float, float] = (10, 20, 110, 70)) -> Label:
    return Label(kind, 0, box)


def label_set(*images: LabelledImage) -> LabelSet:
    return LabelSet.of(images or (image("truck.png", label()),))


@st.composite
def label_sets(draw: st.DrawFn) -> LabelSet:
    """Any set that every form can say: one view, objects only, the split in the folder."""
    words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)
    classes = draw(st.lists(words.filter(lambda word: word == word.strip()), min_size=1, max_size=4, unique=True))
    names = draw(
        st.lists(st.from_regex(r"(train/|val/|deep/er/)?[a-z]{1,4}( [a-z])?", fullmatch=True), unique=True, max_size=4)
    )
    images = []
    for name in names:
        width, height = draw(st.integers(1, 5000)), draw(st.integers(1, 5000))
        labels = []
        for _ in range(draw(st.integers(0, 3))):
            x1, x2 = sorted(draw(st.lists(st.floats(0, width), min_size=2, max_size=2, unique=True)))
            y1, y2 = sorted(draw(st.lists(st.floats(0, height), min_size=2, max_size=2, unique=True)))
            if x2 - x1 > 1e-3 and y2 - y1 > 1e-3:
                labels.append(Label(draw(st.sampled_from(classes)), 0, (x1, y1, x2, y2)))
        split = name.partition("/")[0] if name.startswith(("train/", "val/")) else ""
        images.append(LabelledImage(f"{name}.png", (width, height), tuple(labels), split=split))
    return LabelSet(tuple(images), tuple(classes))


def same(one: LabelSet, other: LabelSet, within_px: float) -> bool:
    """Whether two sets hold the same images and labels, boxes to within so many pixels."""
    ours, theirs = ({image.file_name: image for image in labels.images} for labels in (one, other))
    if ours.keys() != theirs.keys():
        return False
    for name, image in ours.items():
        match = theirs[name]
        if (image.size_wh, image.split, len(image.labels)) != (match.size_wh, match.split, len(match.labels)):
            return False
        for mine, yours in zip(image.labels, match.labels, strict=True):
            far = max(abs(a - b) for a, b in zip(mine.box, yours.box, strict=True))
            if mine.kind != yours.kind or far > within_px:
                return False
    return True
