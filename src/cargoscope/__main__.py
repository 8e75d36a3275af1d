"""`python -m cargoscope`: the command line, for launchers that start modules, such as torchrun."""

from cargoscope.cli import app

app()
