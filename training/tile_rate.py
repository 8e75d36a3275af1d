"""How fast this machine cuts training tiles with threats."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time

import cv2

from cargoscope.datasets.manifest import from_folder
from cargoscope.datasets.simulation.simulate import Plan, write_simulated
from cargoscope.datasets.simulation.spawned import spawned
from cargoscope.training.cache import open_package, pages
from cargoscope.training.recipe import Recipe
from cargoscope.training.samples import Crops


@dataclass(frozen=True)
class TileRate:
    """rate: crops a second, with their targets, by the clock; cpu_ms: processor time a crop. with_threats: share of the
    crops that show an object which teaches."""

    processes: int
    crop_px: int
    rate: float
    cpu_ms: float
    with_threats: float

    def __str__(self) -> str:
        many = f"{self.processes} process{'es' if self.processes > 1 else ''}"
        return (
            f"{many}: {self.rate:.0f} tiles/s of {self.crop_px} px "
            f"by the clock, {1000 * self.processes / self.cpu_ms:.0f} by processor time ({self.cpu_ms:.1f} ms a tile), "
            f"{self.with_threats:.0%} of them with a threat"
        )


def tile_rate(recipe: Recipe, crops: int, processes: tuple[int, ...]) -> list[TileRate]:
    """Cuts so many crops from the planes of six simulated scans, kept on disk as training keeps them."""
    with TemporaryDirectory() as folder:
        kinds = tuple(kind for kind in recipe.classes)
        write_simulated(Plan(seed=1, clean_share=0.2, threats=(2, 4), kinds=kinds), 6, Path(folder) / "scans")
        return [_rate(recipe, crops, count, Path(folder)) for count in processes]


def _rate(recipe: Recipe, crops: int, processes: int, folder: Path) -> TileRate:
    each = crops // processes
    with spawned(processes) as pool:
        told = list(pool.map(_cut, *zip(*((recipe, folder, i * each, each) for i in range(processes)), strict=True)))
    clock = max(stop for _, stop, _, _ in told) - min(start for start, _, _, _ in told)
    done = each * processes
    seconds, threats = (sum(one[place] for one in told) for place in (2, 3))
    return TileRate(processes, recipe.crop_px, done / clock, 1000 * seconds / done, threats / done)


def _cut(recipe: Recipe, folder: Path, first: int, count: int) -> tuple[float, float, float, int]:
    """When it began and ended, processor seconds, and how many crops show a threat."""
    cv2.setNumThreads(1)
    ready = pages(from_folder(folder / "scans"), recipe.pitch_mm, folder / "planes", open_package)
    crops = Crops(ready, recipe, first, count + 1)
    crops[count]
    start, before = monotonic(), process_time()
    threats = sum(bool(crops[index].weight.any()) for index in range(count))
    return start, monotonic(), process_time() - before, threats
