"""The commands that say how fast this machine is: bench detect."""

from pathlib import Path
from typing import Annotated

import typer

from cargoscope.cli_edge import sentences

app = typer.Typer()
bench = typer.Typer(no_args_is_help=True, help="How fast this machine is.")
app.add_typer(bench, name="bench")


@bench.callback()
def speed() -> None:
    """How fast this machine is."""


@bench.command()
def detect(
    model: Annotated[
        list[Path] | None,
        typer.Option(exists=True, file_okay=False, help="Model folder, may be repeated; else the packaged ones."),
    ] = None,
    provider: Annotated[str, typer.Option(help="Execution provider of onnxruntime.")] = "CPUExecutionProvider",
    threads: Annotated[int, typer.Option(min=0, help="Of the models; 0: one per core.")] = 0,
    rounds: Annotated[int, typer.Option(min=1, help="Examinations of each model, in turns.")] = 10,
) -> None:
    """Time the examination of a 40-ft container of 2500 x 600 pixels and two energies, models in turns.

    For each model: milliseconds a scan, how much of it is the network alone on the same tiles, and the network's rate
    as a share of the machine's matrix products in floats. The first model is what the others are compared with.

    Example: cargoscope bench detect --threads 2
    """
    from cargoscope.inference.latency import measure
    from cargoscope.models.registry import PACKAGED

    with sentences():
        timed = measure(model or [folder for folder in PACKAGED if folder.is_dir()], provider, threads or None, rounds)
    for one in timed:
        typer.echo(str(one))
    for other in timed[1:]:
        typer.echo(f"{other.name} takes {other.scan_ms / timed[0].scan_ms:.2f} of the time of {timed[0].name}")
