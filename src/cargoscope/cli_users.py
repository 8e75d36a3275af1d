"""Commands about the accounts of people: who there is, which roles they have, who may log in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cargoscope.cli_edge import DataDir, sentences

if TYPE_CHECKING:
    from cargoscope.datasets.archive import Archive

app = typer.Typer(
    no_args_is_help=True,
    help="People: officers, supervisors, technicians, data scientists, administrators, auditors.",
)

HERE: Final = "(command line)"
"""Who changed an account, for the list of changes: no name that an account can have."""

Roles = Annotated[
    list[str],
    typer.Argument(help="officer, supervisor, technician, data_scientist, administrator; or auditor alone."),
]


@app.command("add")
def add(
    name: str,
    data_dir: DataDir = None,
    role: Annotated[
        list[str] | None, typer.Option(help="May be repeated.  [default: officer]", show_default=False)
    ] = None,
) -> None:
    """Add an account; prints the one-time password.

    Example: cargoscope users add n.yildiz --role officer --role supervisor --data-dir /srv/cargoscope
    """
    with _archive(data_dir) as archive:
        typer.echo(f"one-time password of {name}: {archive.accounts.add_officer(name, *(role or ()))}")


@app.command("roles")
def roles(name: str, roles: Roles, data_dir: DataDir = None) -> None:
    """Give an account exactly these roles, from now on.

    Example: cargoscope users roles n.yildiz supervisor data_scientist --data-dir /srv/cargoscope
    """
    with _archive(data_dir) as archive:
        known = archive.people.give_roles(name, roles, by=HERE)
        typer.echo(f"{name}: {', '.join(sorted(known.roles))}")


@app.command("list")
def listing(data_dir: DataDir = None) -> None:
    """List all accounts and their roles.

    Example: cargoscope users list --data-dir /srv/cargoscope
    """
    with _archive(data_dir) as archive:
        for one in archive.people.all():
            notes = [
                *(["may not log in"] if one.disabled else []),
                *(["one-time password"] if one.must_change else []),
                *(["of the OpenID provider"] if one.subject else []),
            ]
            typer.echo(f"{one.name}: {', '.join(sorted(one.roles))}" + (f" ({'; '.join(notes)})" if notes else ""))


@app.command("reset")
def reset(name: str, data_dir: DataDir = None) -> None:
    """Give an account a new one-time password and end its sessions.

    Example: cargoscope users reset n.yildiz --data-dir /srv/cargoscope
    """
    with _archive(data_dir) as archive:
        typer.echo(f"one-time password of {name}: {archive.accounts.reset_password(name)}")


@app.command("disable")
def disable(name: str, data_dir: DataDir = None) -> None:
    """Let an account log in no more, and end its sessions. What it decided stays.

    Example: cargoscope users disable n.yildiz --data-dir /srv/cargoscope
    """
    with _archive(data_dir) as archive:
        archive.people.allow(name, False, by=HERE)
        typer.echo(f"{name} may not log in any more")


@app.command("enable")
def enable(name: str, data_dir: DataDir = None) -> None:
    """Let an account log in again.

    Example: cargoscope users enable n.yildiz --data-dir /srv/cargoscope
    """
    with _archive(data_dir) as archive:
        archive.people.allow(name, True, by=HERE)
        typer.echo(f"{name} may log in")


@contextmanager
def _archive(data_dir: Path | None) -> "Iterator[Archive]":
    from cargoscope.datasets.archive import Archive
    from cargoscope.settings import Settings

    with sentences(), Archive(Settings.read(data_dir=data_dir).data_dir) as archive:
        yield archive
