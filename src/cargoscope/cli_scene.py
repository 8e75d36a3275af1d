"""The command around the scene model: train-scene. torch is imported when it runs."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cargoscope.cli_edge import need_torch, progress

app = typer.Typer()

Folders = list[Path]


@app.command("train-scene")
def train_scene(
    recipe: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Recipe in TOML.")],
    data: Annotated[
        Folders,
        typer.Option(exists=True, file_okay=False, help="Folder of simulated scans to learn from; may be repeated."),
    ],
    aside: Annotated[
        Folders,
        typer.Option(exists=True, file_okay=False, help="Others, by which its probabilities are set; may be repeated."),
    ],
    output: Annotated[Path, typer.Option(help="Folder for the model, the log and the overviews.")],
    start_from: Annotated[Path | None, typer.Option(help="weights.pt of a scene model to go on from.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the training itself.")] = 2,
) -> None:
    """Train the model that sees containers, what they hold, and the zones of a scan.

    Example: cargoscope simulate --cargo all --containers all --profile linac-6-8bit --count 400 --output sim/scenes

    Then: cargoscope train-scene training/recipes/scene.toml --data sim/scenes --aside sim/others --output runs/scene
    """
    need_torch()
    from cargoscope.training.scene_run import train_scene as go

    with progress(output / "train.log"):
        card = go(recipe, data, aside, output, datetime.now(UTC), threads, start_from)
    typer.echo(f"scene model {card.model_id}: {output / 'model'}; next: python benchmarks/scene.py {output / 'model'}")
