"""What all commands share: options that mean the same everywhere, and our own errors as sentences."""

import importlib.util
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cargoscope.errors import CargoscopeError

DataDir = Annotated[
    Path | None, typer.Option(help="Archive, scans and models of this machine.  [default: var]", show_default=False)
]


def share(text: str) -> float:
    """A share as people write it: "0.4%" or 0.004. What is no number is refused."""
    text = str(text).strip()
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError as problem:
        raise typer.BadParameter(f"{text!r} is no share; write 0.4% or 0.004") from problem


FalseAlarms = Annotated[
    float | None,
    typer.Option(
        parser=share,
        metavar="SHARE",
        help="Share of clean scans that may alarm, such as 0.4% or 0.004; sets the threshold.",
    ),
]


@contextmanager
def sentences() -> Iterator[None]:
    """Our own errors as one sentence and exit code 1."""
    try:
        yield
    except CargoscopeError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


def need_torch() -> None:
    """Ends the command with a sentence where the extra for training is not installed."""
    if importlib.util.find_spec("torch") is None:
        typer.echo("training needs the extra: pip install 'cargoscope[train]'", err=True)
        raise typer.Exit(1)


@contextmanager
def progress(path: Path | None = None) -> Iterator[None]:
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
