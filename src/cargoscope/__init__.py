"""Cargoscope: open-source inspection of cargo X-ray scans."""

from importlib.metadata import version

__version__ = version("cargoscope")
