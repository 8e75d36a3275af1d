"""Files and folders that are either whole or not there, after a power cut too."""

import contextlib
import os
import secrets
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write data to path in one move: to a temporary name beside it, to the disk, then renamed over it.

    A crash leaves the old file or none, never half of one; when this returns, the new one is there after a power cut
    too. The folder must be there.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        move(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise


def move(source: Path, target: Path) -> None:
    """Rename a file or folder, whose content is on the disk, over target on the same file system, for good."""
    os.replace(source, target)
    sync_folder(target.parent)
    if source.parent != target.parent:
        sync_folder(source.parent)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, that are there after a power cut too. One that is there is no error."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; the content of its files is synced by whoever writes them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
