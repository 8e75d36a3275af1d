"""The command line. Every command is thin: read the arguments, call one function of a room, print a sentence."""

import typer

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


if __name__ == "__main__":
    app()
