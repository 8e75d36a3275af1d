"""The commands around the models of this machine: list, add, promote, roll back, calibrate, set a threshold."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from cargoscope.cli_edge import DataDir, FalseAlarms, need_torch, progress, sentences
from cargoscope.errors import ModelError
from cargoscope.models.card import read_card
from cargoscope.models.registry import Registry
from cargoscope.settings import Settings

models = typer.Typer(no_args_is_help=True)
app = typer.Typer()
app.add_typer(models, name="models", help="The models of this machine; one of them is active.")

USUAL_FARS = (0.001, 0.004, 0.01, 0.02, 0.05)


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
            again = " (looks twice)" if card.mirrored else ""
            looks = again if card.second_look is None else " (looks again where it sees something)"
            name = f"{card.model_id[:12]} {card.name}{looks}"
            typer.echo(f"{star} {name} {card.created_at:%Y-%m-%d %H:%M}{parent} {card.notes}")


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


@models.command("threshold")
def threshold(
    model: Annotated[
        str | None, typer.Argument(help="Model folder, or the beginning of an id; else the active one.")
    ] = None,
    far: FalseAlarms = None,
    promote: Annotated[bool, typer.Option(help="Make the new model active at once.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Say what a model finds at which rate of false alarms; with --far, add the model at that operating point.

    Thresholds are a part of the model, so another one makes another model: a child that can be rolled back.

    Example: cargoscope models threshold --far 0.4% --promote --data-dir var
    """
    with sentences():
        registry = _registry(data_dir)
        folder = _folder(model, registry)
        card = read_card(folder)
        works = card.operating
        if works is None:
            raise ModelError(f"model {card.name}: nobody measured it; `cargoscope models calibrate` does")
        if far is None:
            for usual in (one for one in USUAL_FARS if one * len(works.clean) >= 1):
                typer.echo(str(works.at(usual)))
            return
        point = works.at(far)
    need_torch()
    from cargoscope.training.release import at_operating_point

    with sentences(), TemporaryDirectory() as place:
        at_operating_point(folder, Path(place) / "model", point)
        child = registry.add(Path(place) / "model")
        if promote:
            registry.promote(child.model_id)
    typer.echo(f"{'active' if promote else 'added'}: {child.model_id[:12]} {card.name}, {point}")


@models.command("calibrate")
def calibrate(
    model: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Model folder.")],
    data: Annotated[
        list[Path],
        typer.Option(
            exists=True, file_okay=False, help="Scans with truth.json that it was not trained on; may be repeated."
        ),
    ],
) -> None:
    """Measure what a model's scores mean on scans with truth, into its card: probabilities, and thresholds for any rate
    of false alarms. The model stays what it is.

    Example: cargoscope models calibrate runs/s1/model --data sim/validation
    """
    need_torch()
    from cargoscope.training.run import calibrate_folders

    with progress():
        card = calibrate_folders(model, data)
    assert card.operating is not None
    for far in (one for one in USUAL_FARS if one * len(card.operating.clean) >= 1):
        typer.echo(str(card.operating.at(far)))


def _folder(model: str | None, registry: Registry) -> Path:
    if model is None:
        return registry.path(registry.active().model_id)
    return Path(model) if Path(model).is_dir() else registry.path(model)


def _registry(data_dir: Path | None) -> Registry:
    return Registry.seeded(Settings.read(data_dir=data_dir).data_dir / "models")
