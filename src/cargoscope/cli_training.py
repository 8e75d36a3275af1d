"""The commands around training: train, evaluate, export, retrain. torch is imported when one of them runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cargoscope.cli_edge import DataDir, FalseAlarms, need_torch, progress, sentences
from cargoscope.models.registry import Registry
from cargoscope.settings import Settings

app = typer.Typer()

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
    track: Annotated[
        list[str] | None, typer.Option(help="tensorboard or mlflow besides the log; may be repeated.")
    ] = None,
) -> None:
    """Train a model on simulated scans, or on a public set where the recipe names one.

    A GPU is used where there is one, with mixed precision; several by
    torchrun --nproc-per-node 4 -m cargoscope train ... with the same arguments.

    Example: cargoscope train training/recipes/cargoscope-s.toml --data sim/train --output runs/s1 --minutes 60
    Or: cargoscope train training/recipes/pidray.toml --data PIDray --output runs/pidray
    """
    need_torch()
    from cargoscope.training.loop import Watch
    from cargoscope.training.run import train_folders

    watch = Watch(minutes=minutes, threads=threads, trackers=tuple(track or ()))
    with progress(output / "train.log"):
        checkpoint = train_folders(recipe, data, output, watch, start_from, resume, cache, mine)
    typer.echo(f"trained: {checkpoint}; next: cargoscope export {checkpoint} --data VALIDATION --output MODEL")


@app.command()
def export(
    checkpoint: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="last.pt of a training.")],
    data: Annotated[
        list[Path], typer.Option(exists=True, file_okay=False, help="Validation scans; they set the threshold.")
    ],
    output: Annotated[Path, typer.Option(help="Folder for the model.")],
    far: FalseAlarms = None,
    int8: Annotated[Path | None, typer.Option(help="Folder for an INT8 version too; both are measured.")] = None,
    calibrate: Annotated[
        list[Path] | None,
        typer.Option(exists=True, file_okay=False, help="Scans of the training that calibrate the INT8 version."),
    ] = None,
    mean: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Model that the training started from; take the mean of both."),
    ] = None,
    share: Annotated[float, typer.Option(min=0, max=1, help="Of the checkpoint in that mean.")] = 0.5,
) -> None:
    """Export a checkpoint to a model folder: ONNX with facts and threshold inside, card, weights.

    Without --far 1 % of the clean scans may alarm. The card keeps what the scans scored, so that another rate can be
    chosen later, and the curves that turn scores into probabilities. The INT8 version is refused where it finds clearly
    less than the model it comes from.

    Example: cargoscope export runs/s1/last.pt --data sim/validation --output runs/s1/model --far 0.4%
    --int8 runs/s1/int8 --calibrate sim/train
    """
    need_torch()
    from cargoscope.training.run import export_checkpoint

    with progress():
        both = None if mean is None else (mean, share)
        now = datetime.now(UTC)
        for card, scores in export_checkpoint(checkpoint, data, output, far, int8, now, calibrate or (), both):
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
    public_set: Annotated[str, typer.Option(help="Public set that the folders are of: see `data sets`.")] = "",
) -> None:
    """Measure a model: detection rates at fixed false-alarm rates, FROC, average precision.

    Example: cargoscope evaluate --model runs/s1/model --data sim/test --output scores.json --record test
    """
    need_torch()
    from cargoscope.training.run import evaluate_folders

    with progress():
        scores = evaluate_folders(model, data, output, record, public_set)
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
    recipe: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="In TOML.")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder for this retraining.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Time budget of the training.")] = None,
) -> None:
    """Train from the active model on what officers decided; promote the result only if no class gets worse.

    All models examine the same held-out scans: 320 simulated ones, 200 of them clean, that the first retraining leaves
    in the data folder, with some more for each kind that a later model adds; or your own. The candidate may lose no
    class, neither against the active model nor against the one that its line began with. A running service takes a
    promoted model by itself.

    Example: cargoscope retrain --data-dir var
    """
    need_torch()
    from cargoscope.datasets.archive import Archive
    from cargoscope.datasets.manifest import from_folder
    from cargoscope.training.loop import Watch
    from cargoscope.training.recipe import Recipe
    from cargoscope.training.retrain import fixed_held_out
    from cargoscope.training.retrain import retrain as go

    with sentences():
        root = Settings.read(data_dir=data_dir).data_dir
        now = datetime.now(UTC)
        place = work or root / "retraining" / now.strftime("%Y%m%dT%H%M%SZ")
    with progress(place / "train.log"), Archive(root) as archive:
        registry = Registry.seeded(root / "models")
        classes = registry.active().classes
        result = go(
            archive.feedback(),
            archive.open_scan,
            registry,
            from_folder(held_out) if held_out else fixed_held_out(root / "held-out", classes),
            Recipe.from_toml(recipe) if recipe else Recipe.shipped("retrain", classes),
            place,
            now,
            Watch(minutes=minutes),
        )
    left_out = f", {len(result.damaged)} unreadable ({', '.join(result.damaged)})" if result.damaged else ""
    typer.echo(f"{result.n_feedback} decided scans{left_out}")
    typer.echo(f"before:\n{result.old.text()}\nafter:\n{result.new.text()}")
    verdict = "promoted" if result.decision.promote else "not promoted"
    typer.echo(f"model {result.candidate.model_id[:12]} {verdict}: {result.decision.reason}")
