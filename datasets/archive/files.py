"""The files of the archive: what arrives is written aside, and moved into place once it is whole and on the disk."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cargoscope.atomic import make_folder, move, sync_folder
from cargoscope.errors import LimitError


@dataclass(frozen=True)
class Incoming:
    """A file that arrived whole and is on the disk, but has no place yet."""

    path: Path
    sha256: str
    size_bytes: int


class ScanFiles:
    """A folder of files named by their sha256: `aa/aabbcc….scan`, or another ending. Nothing in it is ever changed."""

    def __init__(self, root: Path, ending: str = ".scan") -> None:
        self.root = root
        self.ending = ending
        self.incoming = root / "incoming"
        make_folder(self.incoming)

    @contextmanager
    def receive(self, blocks: Iterable[bytes], name: str, max_bytes: int) -> Iterator[Incoming]:
        """Write what arrives to the disk; LimitError beyond max_bytes. What nobody kept is removed at the end."""
        path = self.incoming / f"{os.getpid()}-{secrets.token_hex(8)}"
        digest, size = hashlib.sha256(), 0
        try:
            with path.open("xb") as file:
                for block in blocks:
                    size += len(block)
                    if size > max_bytes:
                        raise LimitError(f"{name}: at most {max_bytes} bytes, got more")
                    digest.update(block)
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            yield Incoming(path, digest.hexdigest(), size)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, incoming: Incoming) -> str:
        """Move a file to its place; when this returns, it is there after a power cut too. Its name below root."""
        name = f"{incoming.sha256[:2]}/{incoming.sha256}{self.ending}"
        target = self.root / name
        target.parent.mkdir(exist_ok=True)
        move(incoming.path, target)
        sync_folder(self.root)
        return name

    def path(self, name: str) -> Path:
        """Where a kept file lies."""
        return self.root / name

    def holds(self, name: str, size_bytes: int) -> bool:
        """Whether a kept file is there, as long as it was."""
        try:
            return self.path(name).stat().st_size == size_bytes
        except FileNotFoundError:
            return False

    def names(self) -> set[str]:
        """The names of all kept files."""
        return {str(path.relative_to(self.root)) for path in self.root.glob(f"??/*{self.ending}")}

    def sweep(self) -> int:
        """Remove what a dead process left in `incoming`; how many files that were. Nobody was told they arrived.

        To be asked before this process receives anything; what another one that lives is writing stays.
        """
        left = [path for path in self.incoming.iterdir() if not _is_being_written(path)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _is_being_written(path: Path) -> bool:
    """Whether another process that lives began this file; its number stands before the name."""
    number = path.name.partition("-")[0]
    if not number.isdecimal() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
