"""Reading label files within limits, and writing a folder of them whole or not at all."""

import contextlib
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cargoscope.errors import LabelError

MAX_TEXT_BYTES: Final = 16 * 1024 * 1024


def read_bytes(path: Path, max_bytes: int = MAX_TEXT_BYTES) -> bytes:
    """The bytes of a file; one that is larger or cannot be read is refused."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise LabelError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:  # a zero byte in the name
        raise LabelError(f"{str(path)!r}: cannot be read ({error})") from error
    if len(data) > max_bytes:
        raise LabelError(f"{path}: at most {max_bytes} bytes")
    return data


def read_lines(path: Path) -> list[tuple[int, str]]:
    """(number, text) of every line of a UTF-8 file that holds anything, stripped."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabelError(f"{path}: not UTF-8 text (byte {error.start})") from error
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def number(text: str, where: str) -> float:
    """A decimal number; what else float() takes (nan, inf, underscores) is refused."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if "_" in text or not abs(value) < float("inf"):
        raise LabelError(f"{where}: a number is needed, got {text[:40]!r}")
    return value


def write_folder(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Writes (relative name, text) pairs into a new folder: all of them, or no folder. One that is there is refused."""
    if folder.exists():
        raise LabelError(f"{folder}: is there already; name a new folder")
    files = list(files)
    for name, count in Counter(name for name, _ in files).items():
        if count > 1:
            raise LabelError(f"{name}: {count} images would share this file")
    partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    try:
        partial.mkdir()
        for name, text in files:
            path = partial / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        os.rename(partial, folder)
    except OSError as error:
        raise LabelError(f"{folder}: cannot be written ({error.strerror})") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(partial)
