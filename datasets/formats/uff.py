"""The place of the WCO's Unified File Format (UFF). It claims nothing: its specification is not public."""

from typing import Final, NoReturn

from cargoscope.errors import ScanError

SUFFIXES: Final = (".uff",)


def read_uff(name: str) -> NoReturn:
    """Always refused. Whoever has the specification puts a reader that returns a Scan here; nothing else changes."""
    raise ScanError(
        f"{name}: the WCO Unified File Format cannot be read: its specification is not public, and nothing is guessed; "
        f"export scan packages, DICOS, or 16-bit PNG or TIFF from the vendor's software"
    )
