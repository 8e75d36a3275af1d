"""Columns of a scan that is still being streamed, on the disk, so that a stream goes on where it broke off."""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from cargoscope.atomic import sync_folder, write_whole
from cargoscope.datasets.formats.limits import Limits
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.errors import ConflictError, LimitError, ScanError
from cargoscope.inference.blocks import HEADER
from cargoscope.inference.wire import Hello, HelloView
from cargoscope.scan import Scan, View
from cargoscope.settings import Settings

HELLO_FILE: Final = "hello.json"


class Spool:
    """One unfinished scan: what was announced, and a file of whole columns per view. Close it, or remove it.

    folder: of this scan, is there; what is in it is gone on with. ConflictError where another announcement began it.
    columns: how many of each view are written.
    """

    def __init__(self, folder: Path, hello: Hello, station_id: str, settings: Settings) -> None:
        self.hello = hello
        self.station_id = station_id
        self.settings = settings
        self.folder = folder
        self._announce()
        self._files = ExitStack()
        self._views = [self._open(index) for index in range(len(hello.views))]
        sync_folder(folder)
        self.columns = [file.tell() // self._column_bytes(index) for index, file in enumerate(self._views)]

    def add(self, block: bytes) -> int:
        """Write the columns of one block that are not there yet; the index of its view.

        ScanError for a block that is not what the announcement says, or that leaves a gap; LimitError beyond the
        limits. A block that came before is no error.
        """
        if len(block) < HEADER.size:
            raise ScanError(f"scan {self.hello.scan_id}: a block has a header of {HEADER.size} bytes, got {len(block)}")
        index, first, n = (int(number) for number in HEADER.unpack_from(block))
        if index >= len(self._views):
            raise ScanError(f"scan {self.hello.scan_id}: views 0..{len(self._views) - 1} are announced, got {index}")
        view, held = self.hello.views[index], self.columns[index]
        where = f"scan {self.hello.scan_id}, view {view.name!r}"
        expected = n * self._column_bytes(index)
        if n < 1 or len(block) - HEADER.size != expected:
            raise ScanError(f"{where}: {n} columns are {expected} bytes, got {len(block) - HEADER.size}")
        if first > held:
            raise ScanError(f"{where}: column {held} is next, got {first}")
        if first + n <= held:
            return index
        self._check_room(index, first + n, where)
        pixels = np.frombuffer(block, "<u2", offset=HEADER.size).reshape(len(view.energies), view.height, n)
        self._views[index].write(pixels.transpose(2, 0, 1)[held - first :].tobytes())
        self.columns[index] = first + n
        return index

    def sync(self) -> None:
        """Bring what was added to the disk."""
        for file in self._views:
            file.flush()
            os.fsync(file.fileno())

    def scan(self, columns: Sequence[int]) -> Scan:
        """The whole scan. ScanError where other columns are announced at the end than have arrived."""
        if list(columns) != self.columns:
            raise ScanError(f"scan {self.hello.scan_id}: {list(columns)} columns announced, {self.columns} arrived")
        self.sync()
        arrays = [
            np.fromfile(self._path(index), "<u2").reshape(n, len(view.energies), view.height).transpose(1, 2, 0)
            for index, (view, n) in enumerate(zip(self.hello.views, columns, strict=True))
        ]
        views = tuple(
            view_of(view, np.ascontiguousarray(array, np.uint16))
            for view, array in zip(self.hello.views, arrays, strict=True)
        )
        return Scan(self.hello.scan_id, taken_at(self.hello), self.station_id, views)

    def close(self) -> None:
        """Keep what is there for later."""
        self._files.close()

    def remove(self) -> None:
        """The scan is stored: forget the columns."""
        self.close()
        shutil.rmtree(self.folder)

    def _announce(self) -> None:
        file = self.folder / HELLO_FILE
        said = {"station_id": self.station_id, **self.hello.model_dump(mode="json")}
        if not file.is_file():
            write_whole(file, json.dumps(said).encode())
            return
        before: Any = json.loads(file.read_text("utf-8"))
        if before != said:
            differs = sorted(key for key in said if before.get(key) != said[key])
            raise ConflictError(f"scan {self.hello.scan_id}: was begun with another {' and '.join(differs)}")
        file.touch()

    def _open(self, index: int) -> BinaryIO:
        """The view's file, without the part of a column that a kill may have left, at its end."""
        file = self._files.enter_context(self._path(index).open("ab"))
        whole = file.tell() - file.tell() % self._column_bytes(index)
        file.truncate(whole)
        file.seek(whole)
        return file

    def _path(self, index: int) -> Path:
        return self.folder / f"view-{index}.columns"

    def _column_bytes(self, index: int) -> int:
        view = self.hello.views[index]
        return 2 * len(view.energies) * view.height

    def _check_room(self, index: int, columns: int, where: str) -> None:
        if columns > self.settings.max_columns:
            raise LimitError(f"{where}: at most {self.settings.max_columns} columns, got {columns}")
        view = self.hello.views[index]
        limits = Limits(max_bytes=self.settings.max_scan_bytes)
        limits.check_size(where, columns, view.height, len(view.energies))
        after = [*self.columns[:index], columns, *self.columns[index + 1 :]]
        total = sum(n * self._column_bytes(i) for i, n in enumerate(after))
        if total > self.settings.max_scan_bytes:
            raise LimitError(f"{where}: a scan may have {self.settings.max_scan_bytes} bytes, got {total}")


def view_of(said: HelloView, pixels: np.ndarray[Any, np.dtype[np.uint16]]) -> View:
    """A view as announced, with its pixels."""
    return View(pixels, said.energies, said.open_beam, said.pitch_mm, said.name, said.bits)


def taken_at(hello: Hello) -> datetime:
    """When the scan was taken; ScanError for what is no time."""
    try:
        return datetime.fromisoformat(hello.taken_at)
    except ValueError as error:
        raise ScanError(f"taken_at must be a date and time, got {hello.taken_at[:80]!r}") from error


def check(hello: Hello, station_id: str, settings: Settings) -> None:
    """ScanError where no scan, and no package of it, could ever come of this announcement; LimitError beyond limits."""
    for view in hello.views:
        if view.height > settings.max_height:
            raise LimitError(f"view {view.name!r}: at most {settings.max_height} pixels high, got {view.height}")
    views = tuple(view_of(view, np.zeros((len(view.energies), 1, 1), np.uint16)) for view in hello.views)
    package_bytes(Scan(hello.scan_id, taken_at(hello), station_id, views))
