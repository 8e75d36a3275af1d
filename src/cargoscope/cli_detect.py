"""The commands around inference on files: detect, schema. They work without a service and without a network."""

import logging
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cargoscope.cli_edge import FalseAlarms, share
from cargoscope.errors import CargoscopeError, ModelError
from cargoscope.models.calibration import PREVALENCE
from cargoscope.models.card import ModelCard
from cargoscope.models.operating import OperatingPoint
from cargoscope.pixels import ASSUMED_PITCH_MM
from cargoscope.scan import Scan

app = typer.Typer()

SCHEMAS: Final = {
    "scan": ("cargoscope.datasets.formats", "scan_package.schema.json"),
    "detections": ("cargoscope.inference", "detections.schema.json"),
}


@app.command()
def detect(
    paths: Annotated[list[Path], typer.Argument(help="Scan packages, PNG, TIFF, JPEG; folders are searched through.")],
    output: Annotated[Path, typer.Option(help="The JSON report (schema: cargoscope schema detections).")],
    model: Annotated[
        str | None, typer.Option(help="Model folder, or the beginning of an id in the registry; else the packaged one.")
    ] = None,
    data_dir: Annotated[Path, typer.Option(help="Whose registry knows the id.")] = Path("var"),
    provider: Annotated[str, typer.Option(help="Execution provider of onnxruntime.")] = "CPUExecutionProvider",
    threads: Annotated[int, typer.Option(min=0, help="Of the model; 0: one per core.")] = 0,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="For every class, in place of the model's own thresholds.")
    ] = None,
    far: FalseAlarms = None,
    prevalence: Annotated[
        float, typer.Option(parser=share, metavar="SHARE", help="Of all scans that hold contraband, for probabilities.")
    ] = PREVALENCE,
    pitch_mm: Annotated[
        float | None, typer.Option(min=0.05, max=100, help="Millimetres per pixel of images that do not say.")
    ] = None,
    pseudo_colour: Annotated[bool, typer.Option(help="Take the brightness of coloured pictures.")] = False,
    scene: Annotated[
        bool,
        typer.Option(help="Look for containers too: their load, zones, and the pitch of views that do not say it."),
    ] = True,
) -> None:
    """Examine scans and write what was found. Goes on after a bad file; the exit code is then 1.

    --far sets the threshold by what the model's validation scans scored, and says what to expect there.

    Example: cargoscope detect scans/ truck.png --output detections.json
    """
    from cargoscope.datasets.formats.read import find_scans
    from cargoscope.inference.detect import detect_files, write_report
    from cargoscope.inference.engine import Engine
    from cargoscope.inference.sighted import SightedEngine

    console = Console(stderr=True)
    logging.basicConfig(level=logging.ERROR)  # the assumed pitch is said once, below
    assumed = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        if not output.parent.is_dir():
            raise CargoscopeError(f"--output: the folder {output.parent} is not there")
        files = find_scans(paths)
        kind = SightedEngine if scene else Engine
        with (
            kind(_model_folder(model, data_dir), provider, threads or None) as engine,
            Progress(*columns, console=console) as progress,
        ):
            task = progress.add_task("examining", total=len(files))

            def done(outcome: Scan | CargoscopeError) -> None:
                nonlocal assumed
                progress.advance(task)
                if isinstance(outcome, Scan):
                    assumed += any(view.pitch_mm is None for view in outcome.views)
                else:
                    progress.console.print(f"error: {outcome}", markup=False, highlight=False, soft_wrap=True)

            if far is not None:
                point = _operating_point(engine.card, far, threshold)
                threshold = point.threshold
                progress.console.print(str(point), markup=False, highlight=False, soft_wrap=True)
            report = detect_files(files, engine, threshold, pitch_mm, pseudo_colour, prevalence, done)
        write_report(output, report)
    except (CargoscopeError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    findings = sum(len(scan["detections"]) for scan in report["scans"])
    typer.echo(f"{len(report['scans'])} scans, {findings} findings, {len(report['errors'])} errors: {output}")
    if assumed:
        typer.echo(f"{assumed} scans do not say their pixel pitch; {ASSUMED_PITCH_MM} mm was assumed, see --pitch-mm")
    if report["errors"]:
        raise typer.Exit(1)


@app.command()
def schema(name: Annotated[str, typer.Argument(help="scan (the manifest of a scan package) or detections.")]) -> None:
    """Print the JSON Schema of a public format.

    Example: cargoscope schema detections
    """
    if name not in SCHEMAS:
        typer.echo(f"error: no schema named {name!r}; there are {sorted(SCHEMAS)}", err=True)
        raise typer.Exit(1)
    package, file = SCHEMAS[name]
    typer.echo(resources.files(package).joinpath(file).read_text("utf-8"), nl=False)


def _operating_point(card: ModelCard, far: float, threshold: float | None) -> OperatingPoint:
    if threshold is not None:
        raise ModelError("--far sets the threshold: leave --threshold out")
    if card.operating is None:
        raise ModelError(f"model {card.name}: nobody measured its false alarms; `cargoscope models calibrate` does")
    return card.operating.at(far)


def _model_folder(model: str | None, data_dir: Path) -> Path:
    """A folder as given, else an id in the registry of data_dir, else the release that came with the package."""
    from cargoscope.models.registry import DEFAULT_RELEASE, RELEASES, Registry

    if model is None:
        release = RELEASES / DEFAULT_RELEASE
        if not release.is_dir():
            raise ModelError(f"this installation carries no model ({release} is missing): name one with --model")
        return release
    return Path(model) if Path(model).is_dir() else Registry(data_dir / "models").path(model)
