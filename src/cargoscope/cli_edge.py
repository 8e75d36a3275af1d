"""What all commands share: options that mean the same everywhere, and our own errors as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cargoscope.errors import CargoscopeError

DataDir = Annotated[
    Path | None, typer.Option(help="Archive, scans and models of this machine.  [default: var]", show_default=False)
]


@contextmanager
def sentences() -> Iterator[None]:
    """Our own errors as one sentence and exit code 1."""
    try:
        yield
    except CargoscopeError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
