"""Pascal VOC: one XML file per image (host.robots.ox.ac.uk/pascal/VOC, development kit, section "Annotations").

In the development kit pixels count from 1 and xmax belongs to the box; labelImg, CVAT and most sets since then write
edges that count from 0. Nothing in a file tells which, so first_pixel says it: 0 takes the numbers as edges, 1 makes
the edges (xmin - 1, ymin - 1, xmax, ymax) of them.
"""

from pathlib import Path, PurePosixPath
from typing import Final
from xml.sax.saxutils import escape

from cargoscope.datasets.formats.xml_tree import Element, parse_xml
from cargoscope.datasets.labels.files import number, read_bytes, write_folder
from cargoscope.datasets.labels.images import LabelledImage, LabelSet, fitted, objects_only
from cargoscope.datasets.manifest import Label
from cargoscope.errors import LabelError

EDGES: Final = ("xmin", "ymin", "xmax", "ymax")


def read_voc(folder: Path, first_pixel: int = 0, clip: bool = False) -> LabelSet:
    """The labels of a folder of XML files and all below it. An image is named by the folder of its file and <filename>.

    Refused, naming the file and the line: what `read_voc_file` refuses, a folder without XML.
    """
    files = sorted(path for path in folder.rglob("*.xml") if not path.name.startswith("."))
    if not files:
        raise LabelError(f"{folder}: a folder without XML files")
    images = []
    for path in files:
        image = read_voc_file(path, first_pixel, clip)
        parent = path.relative_to(folder).parent.as_posix()
        name = image.file_name if parent == "." else f"{parent}/{image.file_name}"
        images.append(LabelledImage(name, image.size_wh, image.labels, split=_split(parent)))
    return LabelSet.of(images)


def read_voc_file(
    path: Path, first_pixel: int = 0, clip: bool = False, size_wh: tuple[int, int] | None = None
) -> LabelledImage:
    """The image that one XML file describes; size_wh replaces the size that the file states.

    Refused: XML that `parse_xml` refuses, another root than <annotation>, missing tags, sizes and edges that are no
    numbers, boxes that `fitted` refuses. Parts of objects (<part>) are left out: they lie inside of their object.
    """
    root = parse_xml(read_bytes(path), path.name, LabelError)
    if root.tag != "annotation":
        raise LabelError(f"{path.name}: line {root.line}: the root must be <annotation>, got <{root.tag[:80]}>")
    size_wh = size_wh or _size(root, path.name)
    labels = tuple(_label(item, size_wh, path.name, first_pixel, clip) for item in root.all("object"))
    file_name = root.value("filename")
    if not file_name or PurePosixPath(file_name).name != file_name:
        raise LabelError(f"{path.name}: <filename> must be a bare file name, got {file_name[:140]!r}")
    return LabelledImage(file_name, size_wh, labels)


def write_voc(folder: Path, labels: LabelSet, first_pixel: int = 0) -> None:
    """Writes a new folder with one XML file per image, below the folders of the image's name; all or nothing.

    Refused: rejected boxes, images of one file's other views, two images that would share a file.
    """
    objects_only(labels, "Pascal VOC")
    for image in labels.images:
        if image.view:
            raise LabelError(f"{image.file_name}: view {image.view}: Pascal VOC knows one image per file")
    write_folder(
        folder,
        (
            (str(PurePosixPath(image.file_name).with_suffix(".xml")), _xml(image, first_pixel))
            for image in labels.images
        ),
    )


def _xml(image: LabelledImage, first_pixel: int) -> str:
    path = PurePosixPath(image.file_name)
    width, height = image.size_wh
    lines = [
        "<annotation>",
        f"  <folder>{escape(path.parent.name)}</folder>",
        f"  <filename>{escape(path.name)}</filename>",
        f"  <size><width>{width}</width><height>{height}</height><depth>1</depth></size>",
    ]
    for label in image.labels:
        edges = (label.box[0] + first_pixel, label.box[1] + first_pixel, label.box[2], label.box[3])
        box = "".join(f"<{tag}>{_decimal(edge)}</{tag}>" for tag, edge in zip(EDGES, edges, strict=True))
        name = f"<name>{escape(label.kind)}</name>"
        lines.append(f"  <object>{name}<difficult>0</difficult><bndbox>{box}</bndbox></object>")
    return "\n".join([*lines, "</annotation>", ""])


def _size(root: Element, name: str) -> tuple[int, int]:
    width, height = (number(root.value("size", side), f"{name}: <size>, <{side}>") for side in ("width", "height"))
    if not (width.is_integer() and height.is_integer()):
        raise LabelError(f"{name}: <size> must be whole pixels, got {width}×{height}")
    return int(width), int(height)


def _label(item: Element, size_wh: tuple[int, int], name: str, first_pixel: int, clip: bool) -> Label:
    where = f"{name}: line {item.line}: <object>"
    kind = item.value("name")
    if not kind:
        raise LabelError(f"{where} needs a <name>")
    if item.first("bndbox") is None:
        raise LabelError(f"{where} {kind[:80]!r} needs a <bndbox>")
    x1, y1, x2, y2 = (number(item.value("bndbox", edge), f"{where}, <{edge}>") for edge in EDGES)
    return Label(kind, 0, fitted((x1 - first_pixel, y1 - first_pixel, x2, y2), size_wh, where, clip))


def _split(parent: str) -> str:
    first = parent.partition("/")[0]
    return first if first in ("train", "val", "test") else ""


def _decimal(edge: float) -> str:
    return str(int(edge)) if edge.is_integer() else repr(edge)
