"""How fast this machine simulates: finished scans a second, memory, and where the time goes."""

import cProfile
import pstats
import resource
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, process_time
from typing import Final

import cv2

from cargoscope.datasets.formats.package import package_bytes
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.spawned import spawned

STAGES: Final = {
    "scene": ("haul", "first_scene", "draw_parcel", "draw_pallet"),
    "contraband": ("_contraband", "_posted"),
    "truth of containers": ("truths",),
    "view from above": ("seen_from_above",),
    "attenuation": ("moments", "transmission"),
    "detector": ("expose",),
    "package": ("package_bytes",),
}
"""What a scan's time is told by: the functions that do each part. Attenuation is that of the finished picture."""

OF_PICTURE: Final = "_view"
"""The function whose attenuation counts as such; that of other callers belongs to their stage."""

EARLY_SCANS: Final = 20
"""What a process's memory has reached by then should be what it keeps."""

PROFILED_SCANS: Final = 6


@dataclass(frozen=True)
class Pace:
    """Of one plan with so many processes. rate: scans a second, by the clock. cpu_s: processor seconds a scan, which a
    busy machine does not change much. megapixels: pixels of a scan on the mean, of one energy. early_mb, peak_mb: most
    memory of one process up to its EARLY_SCANS-th scan and up to its last. stages: share of the time by STAGES, and
    "other", of a few scans made again under a profiler, which counts for nothing else."""

    processes: int
    scans: int
    rate: float
    cpu_s: float
    megapixels: float
    early_mb: float
    peak_mb: float
    stages: dict[str, float]

    def __str__(self) -> str:
        share = ", ".join(f"{name} {part:.0%}" for name, part in sorted(self.stages.items(), key=lambda one: -one[1]))
        longer = self.scans > self.processes * EARLY_SCANS
        early = f" ({self.early_mb:.0f} by its {EARLY_SCANS}th scan)" if longer else ""
        return (
            f"{self.processes} process{'es' if self.processes > 1 else ''}: {self.rate:.2f} scans/s of "
            f"{self.megapixels:.2f} megapixels by the clock, {self.processes / self.cpu_s:.2f} by processor time "
            f"({self.cpu_s:.2f} s a scan), {self.peak_mb:.0f} MB a process{early}; {share}"
        )


def pace(plan: Plan, scans: int, processes: int) -> Pace:
    """Makes so many scans, packed in memory, and tells how it went. Each process makes one more before, so that what is
    built once counts for nothing, and a few more after, to see where the time goes."""
    shares = [range(first, scans, processes) for first in range(processes)]
    with spawned(processes) as pool:
        told = list(pool.map(_work, [plan] * processes, shares))
    total: dict[str, float] = {}
    for one in told:
        for name, seconds in one.stages.items():
            total[name] = total.get(name, 0.0) + seconds
    total["other"] = max(sum(one.profiled_s for one in told) - sum(total.values()), 0.0)
    return Pace(
        processes=processes,
        scans=scans,
        rate=scans / (max(one.stop for one in told) - min(one.start for one in told)),
        cpu_s=sum(one.cpu_s for one in told) / scans,
        megapixels=sum(one.pixels for one in told) / scans / 1e6,
        early_mb=max(one.early_mb for one in told),
        peak_mb=max(one.peak_mb for one in told),
        stages={name: seconds / sum(total.values()) for name, seconds in total.items()},
    )


@dataclass(frozen=True)
class _Told:
    """What one process says of its share; start and stop are of the machine's monotonic clock."""

    start: float
    stop: float
    cpu_s: float
    pixels: int
    early_mb: float
    peak_mb: float
    profiled_s: float
    stages: dict[str, float]


def _work(plan: Plan, share: range) -> _Told:
    cv2.setNumThreads(1)
    _packed(plan, share.stop + 1)
    start, before, pixels, early_mb = monotonic(), process_time(), 0, 0.0
    for done, index in enumerate(share):
        pixels += _packed(plan, index)
        if done < EARLY_SCANS:
            early_mb = _peak_mb()
    stop, cpu_s = monotonic(), process_time() - before
    peak_mb = _peak_mb()
    watch, before = cProfile.Profile(process_time, builtins=False), process_time()
    watch.enable()
    for index in share[:PROFILED_SCANS]:
        _packed(plan, index)
    watch.disable()
    profiled_s = process_time() - before
    return _Told(start, stop, cpu_s, pixels, early_mb, peak_mb, profiled_s, _stages(pstats.Stats(watch)))


def _packed(plan: Plan, index: int) -> int:
    """Pixels, of one energy, of a scan that is made and packed."""
    scan, _ = simulate(plan, index)
    package_bytes(scan)
    return sum(view.pixels.shape[1] * view.pixels.shape[2] for view in scan.views)


def _peak_mb() -> float:
    """Most memory this process has held. Linux counts into ru_maxrss what the process that started it held before."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (held,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(held) / 1024


def _stages(stats: pstats.Stats) -> dict[str, float]:
    """Seconds by stage, those of what is called inside counted in."""
    seconds = dict.fromkeys(STAGES, 0.0)
    for (_, _, function), (_, _, _, spent, callers) in stats.stats.items():  # type: ignore[attr-defined]
        for stage, names in STAGES.items():
            if function in names and stage == "attenuation":
                seconds[stage] += sum(by[3] for caller, by in callers.items() if caller[2] == OF_PICTURE)
            elif function in names:
                seconds[stage] += spent
    return seconds
