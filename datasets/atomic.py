"""Moved to `cargoscope.atomic`."""

from cargoscope.atomic import write_whole as write_whole
