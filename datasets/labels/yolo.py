"""YOLO: one text file per image, one line per object: class, then box or polygon in shares of width and height.

`class x_centre y_centre width height`, or `class x1 y1 x2 y2 x3 y3 ...` with three corners or more, of which the box
around them is taken. Classes are numbers from base on (0 by the form; one real set counts from 1), named by the lines
of classes.txt. Images lie in images/ and labels in labels/, or side by side; an image without a text file, or with an
empty one, has no objects.
"""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from cargoscope.datasets.labels.files import number, read_lines, write_folder
from cargoscope.datasets.labels.images import LabelledImage, LabelSet, fitted, objects_only
from cargoscope.datasets.labels.size import image_size, images_below
from cargoscope.datasets.manifest import Label
from cargoscope.errors import LabelError

CLASS_FILES: Final = ("classes.txt", "obj.names", "labels/classes.txt")
SPLITS: Final = ("train", "val", "valid", "test")


def read_yolo(
    folder: Path,
    images: Path | None = None,
    classes: Path | None = None,
    base: int | None = None,
    clip: bool = False,
) -> LabelSet:
    """The labels of a folder. images: where the images lie, if neither in folder/images nor in the folder itself.
    classes: the file of names, if it is none of CLASS_FILES. base: the number of the first class; None takes what the
    file of names says, else 0.

    Refused, naming the file and the line: labels without an image, unknown classes, numbers that are none, boxes that
    `fitted` refuses, a base that contradicts the file of names, folders without images.
    """
    images = images or (folder / "images" if (folder / "images").is_dir() else folder)
    labels = folder / "labels" if (folder / "labels").is_dir() else folder
    file = classes or next((folder / name for name in CLASS_FILES if (folder / name).is_file()), None)
    if file is None:
        raise LabelError(f"{folder}: no file of class names ({', '.join(CLASS_FILES)})")
    names, base = read_classes(file, base)
    pictures = images_below(images)
    if not pictures:
        raise LabelError(f"{images}: a folder without images; their sizes are needed")
    wanted = {labels / path.relative_to(images).with_suffix(".txt"): path for path in pictures}
    if len(wanted) != len(pictures):
        raise LabelError(f"{images}: two images would share a label file (same name, other suffix)")
    for path in sorted(labels.rglob("*.txt")):
        if path not in wanted and path.name not in {PurePosixPath(name).name for name in CLASS_FILES} | {file.name}:
            raise LabelError(f"{path}: labels of an image that is not in {images}")
    return LabelSet(
        tuple(_image(label, path, images, names, base, clip) for label, path in sorted(wanted.items())), tuple(names)
    )


def read_classes(path: Path, base: int | None = None) -> tuple[list[str], int]:
    """(names, number of the first). A line is a name; or each is a number, counting up from 0 or 1, and a name."""
    lines = [line for _, line in read_lines(path)]
    names, first = _names(lines)
    if first is not None and base not in (None, first):
        raise LabelError(f"{path.name}: line 1: counts from {first}, but the classes were said to count from {base}")
    return names, (base or 0) if first is None else first


def _names(lines: list[str]) -> tuple[list[str], int | None]:
    split = [line.split(maxsplit=1) for line in lines]
    first = split[0][0] if split else ""
    numbered = first in ("0", "1") and all(
        len(parts) == 2 and parts[0] == str(int(first) + index) for index, parts in enumerate(split)
    )
    return ([parts[1].strip() for parts in split], int(first)) if numbered else (lines, None)


def read_yolo_file(
    path: Path, size_wh: tuple[int, int], names: Sequence[str], base: int = 0, clip: bool = False
) -> tuple[Label, ...]:
    """The labels of one text file for an image of that size. Refused as in `read_yolo`."""
    return tuple(_label(line, f"{path.name}: line {row}", size_wh, names, base, clip) for row, line in read_lines(path))


def write_yolo(folder: Path, labels: LabelSet, base: int = 0) -> None:
    """Writes a new folder: classes.txt, and below labels/ one text file per image, also where it has no objects.

    Images are not copied. Classes that count from 1 are written with their numbers, so that the file says it.
    Refused: rejected boxes, other views than the first of a file, two images that would share a file.
    """
    objects_only(labels, "YOLO")
    for image in labels.images:
        if image.view:
            raise LabelError(f"{image.file_name}: view {image.view}: YOLO knows one image per file")
    numbers = {name: base + index for index, name in enumerate(labels.classes)}
    lines = [f"{index}\t{name}" if base == 1 else name for name, index in numbers.items()]
    if _names(lines)[0] != [*labels.classes]:
        raise LabelError(f"classes that begin with a number would be misread in classes.txt: {lines[:3]}")
    texts = [("classes.txt", "".join(f"{line}\n" for line in lines))]
    for image in labels.images:
        name = str(PurePosixPath("labels") / PurePosixPath(image.file_name).with_suffix(".txt"))
        texts.append((name, "".join(_line(label, numbers[label.kind], image.size_wh) for label in image.labels)))
    write_folder(folder, texts)


def _image(label: Path, path: Path, images: Path, names: Sequence[str], base: int, clip: bool) -> LabelledImage:
    size_wh = image_size(path)
    name = path.relative_to(images).as_posix()
    split = name.partition("/")[0]
    labels = read_yolo_file(label, size_wh, names, base, clip) if label.is_file() else ()
    return LabelledImage(name, size_wh, labels, split=split if split in SPLITS else "")


def _label(line: str, where: str, size_wh: tuple[int, int], names: Sequence[str], base: int, clip: bool) -> Label:
    parts = line.split()
    if len(parts) != 5 and (len(parts) < 7 or len(parts) % 2 == 0):
        raise LabelError(
            f"{where}: needs a class and 4 numbers, or a class and the corners of a polygon, got {len(parts)} words"
        )
    index = number(parts[0], where)
    if not index.is_integer() or not 0 <= index - base < len(names):
        raise LabelError(f"{where}: no class {parts[0][:40]}; there are {base}..{base + len(names) - 1}")
    width, height = size_wh
    values = [number(part, where) for part in parts[1:]]
    if len(values) == 4:
        x, y, w, h = values
        box = [(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height]
    else:
        xs, ys = values[0::2], values[1::2]
        box = [min(xs) * width, min(ys) * height, max(xs) * width, max(ys) * height]
    return Label(names[int(index) - base], 0, fitted(box, size_wh, where, clip))


def _line(label: Label, index: int, size_wh: tuple[int, int]) -> str:
    (x1, y1, x2, y2), (width, height) = label.box, size_wh
    shares = ((x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height)
    return " ".join([str(index), *(f"{share!r}" for share in shares)]) + "\n"
