"""The commands around data of other tools: labels, public sets, station files, threat detection reports."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cargoscope.errors import CargoscopeError, LabelError

if TYPE_CHECKING:
    from cargoscope.datasets.labels.images import LabelSet

app = typer.Typer(no_args_is_help=True)

FORMS: Final = ("coco", "voc", "yolo")
EXAMPLE: Final = "cargoscope data convert bags/ bags.json --from yolo --to coco --base 1 --map Gun=firearm --map Knife="


@app.callback()
def data() -> None:
    """Data of other tools: labels, public sets, station files, threat detection reports."""


@app.command(epilog=f"Example: {EXAMPLE}")
def convert(
    source: Annotated[Path, typer.Argument(help="A COCO file, or the folder of a VOC, YOLO or public set.")],
    output: Annotated[Path, typer.Argument(help="The COCO file, or a new folder for VOC or YOLO.")],
    from_: Annotated[
        str, typer.Option("--from", help="coco, voc, yolo, or a public set as published: see `cargoscope data sets`.")
    ],
    to: Annotated[str, typer.Option(help="coco, voc or yolo.")],
    images: Annotated[
        Path | None, typer.Option(help="YOLO: where the images lie, if neither in images/ nor beside the labels.")
    ] = None,
    classes: Annotated[Path | None, typer.Option(help="YOLO: the file of class names, if not classes.txt.")] = None,
    base: Annotated[
        int | None, typer.Option(min=0, help="YOLO: number of the first class read; else as classes.txt says, or 0.")
    ] = None,
    to_base: Annotated[int, typer.Option(min=0, help="YOLO: number of the first class written.")] = 0,
    first_pixel: Annotated[
        int, typer.Option(min=0, max=1, help="VOC: 0 if numbers are edges, 1 if pixels count from 1 and xmax belongs.")
    ] = 0,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="THEIR-WORD=KIND; an empty kind leaves the class out. Repeatable.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file with a table [classes] of such pairs.")] = None,
    keep_names: Annotated[bool, typer.Option(help="Let classes through that are no kinds of the taxonomy.")] = False,
    clip: Annotated[bool, typer.Option(help="Cut off what lies outside of the image instead of refusing it.")] = False,
) -> None:
    """Convert labels between COCO, Pascal VOC and YOLO, and from public sets.

    Classes must be kinds of the taxonomy or be mapped to them; others are refused. Images are not copied.
    """
    from cargoscope.datasets.labels.mapping import mapped, parse_pairs, read_mapping

    try:
        if to not in FORMS:
            raise LabelError(f"--to: no form {to!r}; there are {list(FORMS)}")
        pairs = (read_mapping(mapping) if mapping else {}) | parse_pairs(map_ or [])
        labels = _read(source, from_, images, classes, base, first_pixel, clip)
        labels, left_out = mapped(labels, pairs, keep_names)
        _write(output, to, labels, to_base, first_pixel)
    except (CargoscopeError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{len(labels.images)} images, {labels.n_labels} labels of {len(labels.classes)} classes in {output}")
    if left_out:
        typer.echo(f"{left_out} labels were left out, as the mapping says")


@app.command()
def sets() -> None:
    """List the public sets that `convert --from` reads as published.

    Example: cargoscope data sets
    """
    from cargoscope.datasets.public.sets import SETS

    for name, adapter in SETS.items():
        typer.echo(f"{name:14}{(adapter.__doc__ or '').splitlines()[0]}")


def _read(
    source: Path, form: str, images: Path | None, classes: Path | None, base: int | None, first_pixel: int, clip: bool
) -> "LabelSet":
    from cargoscope.datasets.labels.coco import read_coco
    from cargoscope.datasets.labels.voc import read_voc
    from cargoscope.datasets.labels.yolo import read_yolo
    from cargoscope.datasets.public.sets import SETS, read_set

    if form == "coco":
        return read_coco(source, clip)
    if form == "voc":
        return read_voc(source, first_pixel, clip)
    if form == "yolo":
        return read_yolo(source, images, classes, base, clip)
    if form in SETS:
        return read_set(form, source)
    raise LabelError(f"--from: no form or set {form!r}; there are {[*FORMS, *SETS]}")


def _write(output: Path, form: str, labels: "LabelSet", base: int, first_pixel: int) -> None:
    from cargoscope.datasets.labels.coco import write_coco
    from cargoscope.datasets.labels.voc import write_voc
    from cargoscope.datasets.labels.yolo import write_yolo

    if form == "coco":
        write_coco(output, labels)
    elif form == "voc":
        write_voc(output, labels, first_pixel)
    else:
        write_yolo(output, labels, base)


@app.command()
def station(
    paths: Annotated[list[Path], typer.Argument(help="XML files of a scanner, or folders of them.")],
) -> None:
    """Print what scanners wrote beside their images, as one JSON object per file. Goes on after a bad file.

    Example: cargoscope data station /mnt/scanner/2026-11-22
    """
    from cargoscope.datasets.formats.station_xml import read_station_xml
    from cargoscope.errors import MetadataError

    bad = 0
    for file in [file for path in paths for file in (sorted(path.rglob("*.xml")) if path.is_dir() else [path])]:
        try:
            record = read_station_xml(file)
        except MetadataError as error:
            typer.echo(f"error: {error}", err=True)
            bad += 1
        else:
            typer.echo(json.dumps({"file": str(file), **asdict(record)}, default=str, ensure_ascii=False))
    if bad:
        raise typer.Exit(1)


@app.command()
def tdr(
    detections: Annotated[Path, typer.Argument(help="The report that `cargoscope detect` wrote.")],
    output: Annotated[Path, typer.Argument(help="A new folder: one DICOS threat detection report per scan.")],
) -> None:
    """Turn detections into DICOS threat detection reports, for systems of other vendors.

    Example: cargoscope data tdr detections.json reports/
    """
    from cargoscope.datasets.formats.dicos_export import reports_of, write_reports

    try:
        n_reports = write_reports(output, reports_of(detections, datetime.now(UTC)))
    except (CargoscopeError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{n_reports} reports in {output}")
