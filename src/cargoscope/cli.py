"""The command line. Every command is thin: read the arguments, call one function of a room, print a sentence."""

import typer

from cargoscope import cli_training

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(cli_training.app)


if __name__ == "__main__":
    app()
