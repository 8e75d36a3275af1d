"""The commands around training: train, evaluate, export, retrain, models. torch is imported when one of them runs."""

import importlib.util
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cargoscope.errors import CargoscopeError

app = typer.Typer()


@app.command()
def train(
    recipe: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Recipe in TOML.")],
    data: Annotated[
        list[Path],
        typer.Option(exists=True, file_okay=False, help="Folder of .scan files and truth.json; may be repeated."),
    ],
    output: Annotated[Path, typer.Option(help="Folder for checkpoints, log and planes.")],
    minutes: Annotated[float | None, typer.Option(help="Time budget; without it the recipe's steps decide.")] = None,
    start_from: Annotated[Path | None, typer.Option(help="weights.pt of a model to go on from.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder for the planes, to share between runs.")] = None,
    resume: Annotated[bool, typer.Option(help="Go on where the output folder stopped.")] = False,
    threads: Annotated[int, typer.Option(help="Threads of the training itself.")] = 2,
) -> None:
    """Train a model on simulated scans.

    Example: cargoscope train training/recipes/cargoscope-s.toml --data sim/train --output runs/s1 --minutes 60
    """
    _need_torch()
    from cargoscope.training.loop import Watch
    from cargoscope.training.run import train_folders

    output.mkdir(parents=True, exist_ok=True)
    _log_to(output / "train.log")
    watch = Watch(minutes=minutes, threads=threads)
    try:
        checkpoint = train_folders(recipe, data, output, watch, start_from, resume, cache)
    except CargoscopeError as error:
        raise _failed(error) from error
    typer.echo(f"trained: {checkpoint}; next: cargoscope export {checkpoint} --data VALIDATION --output MODEL")


@app.command()
def export(
    checkpoint: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="last.pt of a training.")],
    data: Annotated[
        list[Path], typer.Option(exists=True, file_okay=False, help="Validation scans; they set the threshold.")
    ],
    output: Annotated[Path, typer.Option(help="Folder for the model.")],
    far: Annotated[float, typer.Option(help="Share of clean scans that may alarm: .001, .004, .01 or .05.")] = 0.01,
    int8: Annotated[Path | None, typer.Option(help="Folder for an INT8 version too; both are measured.")] = None,
) -> None:
    """Export a checkpoint to a model folder: ONNX with facts and threshold inside, card, weights.

    Example: cargoscope export runs/s1/last.pt --data sim/validation --output runs/s1/model --int8 runs/s1/int8
    """
    _need_torch()
    from cargoscope.training.run import export_checkpoint

    _log_to(None)
    try:
        for card, scores in export_checkpoint(checkpoint, data, output, far, int8, datetime.now(UTC)):
            typer.echo(f"model {card.model_id} {card.notes}")
            typer.echo(scores.text())
    except CargoscopeError as error:
        raise _failed(error) from error


@app.command()
def evaluate(
    model: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Model folder.")],
    data: Annotated[
        list[Path], typer.Option(exists=True, file_okay=False, help="Folder of .scan files and truth.json.")
    ],
    output: Annotated[Path, typer.Option(help="scores.json to write.")],
    record: Annotated[
        str | None, typer.Option(help="Also write the scores into the model's card, by this name.")
    ] = None,
) -> None:
    """Measure a model: detection rates at fixed false-alarm rates, FROC, average precision.

    Example: cargoscope evaluate --model runs/s1/model --data sim/test --output scores.json --record test
    """
    _need_torch()
    from cargoscope.training.run import evaluate_folders

    _log_to(None)
    try:
        scores = evaluate_folders(model, data, output, record)
    except CargoscopeError as error:
        raise _failed(error) from error
    typer.echo(scores.text())


def _need_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        typer.echo("training needs the extra: pip install 'cargoscope[train]'", err=True)
        raise typer.Exit(1)


def _failed(error: CargoscopeError) -> typer.Exit:
    typer.echo(f"error: {error}", err=True)
    return typer.Exit(1)


def _log_to(path: Path | None) -> None:
    """Progress lines go to the terminal, and to a file where there is one."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if path is not None:
        handlers.append(logging.FileHandler(path))
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", handlers=handlers)
    logging.getLogger("cargoscope").setLevel(logging.INFO)
