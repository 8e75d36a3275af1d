"""Planes on disk: what `pixels.to_planes` makes of each scan, computed once and memory-mapped while training."""

import hashlib
import inspect
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope import pixels
from cargoscope.datasets.formats.package import SUFFIX, read_package
from cargoscope.datasets.formats.read import read_scan
from cargoscope.datasets.manifest import Manifest, Sample
from cargoscope.errors import ScanError, TrainingError
from cargoscope.scan import Scan

OpenScan = Callable[[Sample], Scan]


@dataclass(frozen=True, eq=False)
class Page:
    """One view ready for cropping. planes: its values are float16, (4, h, w), read from disk as they are touched."""

    sample: Sample
    view: int
    planes: pixels.Planes


def open_package(sample: Sample) -> Scan:
    """The scan of a sample that lies on this machine: a scan package, or an image of a public set, whose colours become
    brightness."""
    if sample.path is None:
        raise TrainingError(f"scan {sample.scan_id} lies nowhere on this machine")
    if sample.path.suffix == SUFFIX:
        return read_package(sample.path)
    return read_scan(sample.path, sample.path.name, pseudo_colour=True)


def pages(manifest: Manifest, pitch_mm: float, folder: Path, open_scan: OpenScan, processes: int = 1) -> list[Page]:
    """A page for every view of every sample; what is not in the folder yet is computed by several processes."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [sample for sample in manifest if not _index(folder, sample, pitch_mm).is_file()]
    jobs = [(sample, pitch_mm, folder, open_scan) for sample in missing]
    if processes > 1 and len(jobs) > processes:
        with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
            list(pool.map(_compute, jobs, chunksize=4))
    else:
        for job in jobs:
            _compute(job)
    return [page for sample in manifest for page in _load(folder, sample, pitch_mm)]


def _compute(job: tuple[Sample, float, Path, OpenScan]) -> None:
    """Channels go last on disk, so that a crop touches few blocks. The index is written when all views are there."""
    sample, pitch_mm, folder, open_scan = job
    cv2.setNumThreads(1)
    index = _index(folder, sample, pitch_mm)
    scales = []
    try:
        scan = open_scan(sample)
    except (ScanError, OSError) as error:
        raise TrainingError(f"scan {sample.scan_id} cannot be read: {error}") from error
    for number, view in enumerate(scan.views):
        planes = pixels.to_planes(view, pitch_mm)
        _save(index.with_suffix(f".{number}.npy"), planes.values.astype(np.float16).transpose(1, 2, 0))
        scales.append(planes.pixels_per_px_xy)
    _save(index, np.array(scales))


def _load(folder: Path, sample: Sample, pitch_mm: float) -> Sequence[Page]:
    index = _index(folder, sample, pitch_mm)
    try:
        return [
            Page(sample, number, pixels.Planes(_mapped(index.with_suffix(f".{number}.npy")), (float(sx), float(sy))))
            for number, (sx, sy) in enumerate(np.load(index))
        ]
    except (OSError, ValueError, EOFError) as error:
        raise TrainingError(f"planes {index} of scan {sample.scan_id} are damaged; delete them: {error}") from error


def _mapped(path: Path) -> npt.NDArray[np.float32]:
    values: npt.NDArray[np.float32] = np.load(path, mmap_mode="r").transpose(2, 0, 1)
    return values


def _save(path: Path, values: npt.NDArray[np.generic]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        np.save(file, np.ascontiguousarray(values))
    os.replace(temporary, path)


def _index(folder: Path, sample: Sample, pitch_mm: float) -> Path:
    return folder / f"{sample.sha256[:32]}-{pitch_mm:g}-{_road()}.npy"


@cache
def _road() -> str:
    """Changes with the code of pixels.py, so that planes cut by an older version are never used."""
    return hashlib.sha256(inspect.getsource(pixels).encode()).hexdigest()[:8]
