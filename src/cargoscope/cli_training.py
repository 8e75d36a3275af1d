"""The commands around training: train, evaluate, export, retrain, models. torch is imported when one of them runs."""

import importlib.util
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cargoscope.cli_edge import DataDir, sentences
from cargoscope.models.registry import Registry
from cargoscope.settings import Settings

app = typer.Typer()
models = typer.Typer(no_args_is_help=True, help="The models of this machine; one of them is active.")
app.add_typer(models, name="models")

Folders = Annotated[
    list[Path],
    typer.Option(exists=True, file_okay=False, help="Folder of .scan files and truth.json; may be repeated."),
]


@app.command()
def train(
    recipe: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Recipe in TOML.")],
    data: Folders,
    output: Annotated[Path, typer.Option(help="Folder for checkpoints, log and planes.")],
    minutes: Annotated[float | None, typer.Option(help="Time budget; without it the recipe's steps decide.")] = None,
    start_from: Annotated[Path | None, typer.Option(help="weights.pt of a model to go on from.")] = None,
    cache: Annotated[Path | None, typer.Option(help="Folder for the planes, to share between runs.")] = None,
    mine: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Model folder whose false alarms become hard negatives."),
    ] = None,
    resume: Annotated[bool, typer.Option(help="Go on where the output folder stopped.")] = False,
    threads: Annotated[int, typer.Option(help="Threads of the training itself.")] = 2,
) -> None:
    """Train a model on simulated scans.

    Example: cargoscope train training/recipes/cargoscope-s.toml --data sim/train --output runs/s1 --minutes 60
    """
    _need_torch()
    from cargoscope.training.loop import Watch
    from cargoscope.training.run import train_folders

    watch = Watch(minutes=minutes, threads=threads)
    with _progress(output / "train.log"):
        checkpoint = train_folders(recipe, data, output, watch, start_from, resume, cache, mine)
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
    calibrate: Annotated[
        list[Path] | None,
        typer.Option(exists=True, file_okay=False, help="Scans of the training that calibrate the INT8 version."),
    ] = None,
) -> None:
    """Export a checkpoint to a model folder: ONNX with facts and threshold inside, card, weights.

    The INT8 version is refused where it finds clearly less than the model it comes from.

    Example: cargoscope export runs/s1/last.pt --data sim/validation --output runs/s1/model
    --int8 runs/s1/int8 --calibrate sim/train
    """
    _need_torch()
    from cargoscope.training.run import export_checkpoint

    with _progress():
        for card, scores in export_checkpoint(checkpoint, data, output, far, int8, datetime.now(UTC), calibrate or ()):
            typer.echo(f"model {card.model_id} {card.notes}")
            typer.echo(scores.text())


@app.command()
def evaluate(
    model: Annotated[Path, typer.Option(exists=True, file_okay=False, help="Model folder.")],
    data: Folders,
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

    with _progress():
        scores = evaluate_folders(model, data, output, record)
    typer.echo(scores.text())


@app.command()
def retrain(
    data_dir: DataDir = None,
    held_out: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Scans with truth that judge both models, in place of the data folder's own.",
        ),
    ] = None,
    recipe: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Recipe in TOML.")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder for this retraining.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Time budget of the training.")] = None,
) -> None:
    """Train from the active model on what officers decided; promote the result only if no class gets worse.

    All models examine the same held-out scans: 320 simulated ones, 200 of them clean, that the first retraining leaves
    in the data folder, or your own. The candidate may lose no class, neither against the active model nor against the
    one that its line began with. A running service takes a promoted model by itself.

    Example: cargoscope retrain --data-dir var
    """
    _need_torch()
    from cargoscope.datasets.archive import Archive
    from cargoscope.datasets.manifest import from_folder
    from cargoscope.training.loop import Watch
    from cargoscope.training.recipe import RECIPES, Recipe
    from cargoscope.training.retrain import fixed_held_out
    from cargoscope.training.retrain import retrain as go

    with sentences():
        root = Settings.read(data_dir=data_dir).data_dir
        now = datetime.now(UTC)
        place = work or root / "retraining" / now.strftime("%Y%m%dT%H%M%SZ")
    with _progress(place / "train.log"), Archive(root) as archive:
        result = go(
            archive.feedback(),
            archive.open_scan,
            Registry.seeded(root / "models"),
            from_folder(held_out) if held_out else fixed_held_out(root / "held-out"),
            Recipe.from_toml(recipe or RECIPES / "retrain.toml"),
            place,
            now,
            Watch(minutes=minutes),
        )
    left_out = f", {len(result.damaged)} unreadable ({', '.join(result.damaged)})" if result.damaged else ""
    typer.echo(f"{result.n_feedback} decided scans{left_out}")
    typer.echo(f"before:\n{result.old.text()}\nafter:\n{result.new.text()}")
    verdict = "promoted" if result.decision.promote else "not promoted"
    typer.echo(f"model {result.candidate.model_id[:12]} {verdict}: {result.decision.reason}")


@models.command("list")
def list_models(data_dir: DataDir = None) -> None:
    """List the models of this machine, oldest first; a star marks the active one.

    Example: cargoscope models list --data-dir var
    """
    with sentences():
        registry = _registry(data_dir)
        active = registry.active_id()
        for card in registry.list():
            star = "*" if card.model_id == active else " "
            parent = f" from {card.parent[:12]}" if card.parent else ""
            typer.echo(f"{star} {card.model_id[:12]} {card.name} {card.created_at:%Y-%m-%d %H:%M}{parent} {card.notes}")


@models.command("add")
def add_model(folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)], data_dir: DataDir = None) -> None:
    """Add a model folder to this machine's models without making it active.

    Example: cargoscope models add runs/s1/model --data-dir var
    """
    with sentences():
        typer.echo(f"added {_registry(data_dir).add(folder).model_id}")


@models.command("promote")
def promote_model(model_id: str, data_dir: DataDir = None) -> None:
    """Make a model active, named by its id or the beginning of it. A running service takes it by itself.

    Example: cargoscope models promote 3f2a91c0 --data-dir var
    """
    with sentences():
        card = _registry(data_dir).promote(model_id)
        typer.echo(f"active: {card.model_id[:12]} {card.name}")


@models.command("rollback")
def roll_back_model(data_dir: DataDir = None) -> None:
    """Make the parent of the active model active again.

    Example: cargoscope models rollback --data-dir var
    """
    with sentences():
        card = _registry(data_dir).rollback()
        typer.echo(f"active: {card.model_id[:12]} {card.name}")


def _registry(data_dir: Path | None) -> Registry:
    return Registry.seeded(Settings.read(data_dir=data_dir).data_dir / "models")


def _need_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        typer.echo("training needs the extra: pip install 'cargoscope[train]'", err=True)
        raise typer.Exit(1)


@contextmanager
def _progress(path: Path | None = None) -> Iterator[None]:
    """Our own errors as sentences; progress lines to the terminal, and to a file where there is one."""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stdout)]
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(logging.FileHandler(path))
    log = logging.getLogger("cargoscope")
    log.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)
    try:
        with sentences():
            yield
    finally:
        for handler in handlers:
            log.removeHandler(handler)
            handler.close()
