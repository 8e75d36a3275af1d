"""Commands that fill the case library and say who is in which team."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cargoscope.cli_edge import DataDir, sentences

cases = typer.Typer(no_args_is_help=True, help="The case library that officers train on.")
teams = typer.Typer(no_args_is_help=True, help="Teams of officers, whose figures their supervisor sees.")

BY = "command line"


@cases.command("add")
def add_cases(
    folder: Annotated[Path, typer.Argument(help="Scan packages with their truth.json, as 'simulate' writes them.")],
    data_dir: DataDir = None,
) -> None:
    """Bring scans with known truth into the case library; the active model examines each.

    How hard a case is follows from how visible its best visible object is. A case that is there already is left out.

    Example: cargoscope cases add sim/cases --data-dir /srv/cargoscope
    """
    from cargoscope.datasets.archive import Archive
    from cargoscope.inference.cases import add_folder
    from cargoscope.inference.sighted import SightedEngine
    from cargoscope.models.registry import Registry
    from cargoscope.settings import Settings

    with sentences():
        settings = Settings.read(data_dir=data_dir)
        registry = Registry.seeded(settings.data_dir / "models")
        with Archive(settings.data_dir) as archive, SightedEngine(registry.path(registry.active().model_id)) as engine:
            added, known = add_folder(archive.library, engine, folder, BY)
    typer.echo(f"{added} cases added, {known} were there already")


@teams.command("put")
def put(officer: str, team: Annotated[str, typer.Argument()] = "", data_dir: DataDir = None) -> None:
    """Put an officer into a team; without a team, out of any.

    Example: cargoscope teams put n.yildiz gate-north --data-dir /srv/cargoscope
    """
    with sentences(), _archive(data_dir) as archive:
        archive.teams.put(officer, team, BY)
    typer.echo(f"{officer}: {team or 'no team'}")


@teams.command("list")
def listed(data_dir: DataDir = None) -> None:
    """List officers and their teams.

    Example: cargoscope teams list --data-dir /srv/cargoscope
    """
    with sentences(), _archive(data_dir) as archive:
        for officer, team in archive.teams.teams().items():
            typer.echo(f"{officer}: {team or 'no team'}")


def _archive(data_dir: Path | None) -> Any:
    from cargoscope.datasets.archive import Archive
    from cargoscope.settings import Settings

    return Archive(Settings.read(data_dir=data_dir).data_dir)
