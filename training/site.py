"""A site's own clean scans as material: as they are, with training threats projected in, and with test threats.

Threats for training and for testing are never the same articles, and every background stands in one fold only.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from cargoscope.atomic import write_whole
from cargoscope.datasets.formats.package import SUFFIX, write_package
from cargoscope.datasets.formats.read import read_files
from cargoscope.datasets.manifest import Manifest, Sample, from_folder
from cargoscope.datasets.projection.articles import Article
from cargoscope.datasets.projection.tone import Tone
from cargoscope.datasets.projection.write import Onto, Order, profile_like, projected
from cargoscope.datasets.simulation.beam.profiles import profile
from cargoscope.datasets.truth import ScanTruth, write_coco
from cargoscope.errors import SimulationError, TrainingError
from cargoscope.scan import Scan
from cargoscope.training.evaluate import Weigh

log = logging.getLogger(__name__)

LEAST_SCANS: Final = 4
DONE_FILE: Final = "made.json"


@dataclass(frozen=True)
class Site:
    """A site's scans that are taken for clean, and what may be projected into them.

    pitch_known: whether the pitch of the backgrounds is what the model will be told in service too; False where it was
    only worked out from boxes, so that the projected scans say as little as the site's own files. order: how test
    threats are projected; training draws 1 to most_threats of its own into each of `copies` scans a background.
    look: what a scene model makes of a scan before the detector sees it in service, a pitch where nobody said; weigh:
    what it makes of the findings. None where none serves.
    """

    backgrounds: tuple[Onto, ...]
    training: tuple[Article, ...]
    testing: tuple[Article, ...]
    order: Order
    pitch_known: bool = False
    copies: int = 3
    most_threats: int = 3
    look: Callable[[Scan], Scan] | None = None
    weigh: Weigh | None = None

    def __post_init__(self) -> None:
        both = sorted({a.instance for a in self.training} & {a.instance for a in self.testing})
        if both:
            raise TrainingError(
                f"{len(both)} articles would train and test the model, such as {both[0]}: keep them apart"
            )
        if not self.training or not self.testing:
            raise TrainingError("adaptation needs articles to train with and others to test with")
        if len(self.backgrounds) < LEAST_SCANS:
            raise TrainingError(f"adaptation needs at least {LEAST_SCANS} clean scans, got {len(self.backgrounds)}")


@dataclass(frozen=True, eq=False)
class Material:
    """Manifests whose scan ids name their background: see `background_of`."""

    clean: Manifest
    training: Manifest
    testing: Manifest


def write_material(site: Site, folder: Path) -> Material:
    """Write all scans once; what an earlier run of the same site has written stays. Refused: a folder of another site.

    Backgrounds in which no article finds room are clean scans all the same; too few others are refused.
    """
    facts = json.dumps(
        [
            [_facts(onto) for onto in site.backgrounds],
            sorted(a.instance for a in site.training),
            sorted(a.instance for a in site.testing),
            asdict(site.order),
            [site.copies, site.most_threats, site.pitch_known, site.look is not None],
        ]
    )
    noted = folder / DONE_FILE
    if not noted.is_file():
        for name in ("clean", "training", "testing"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        _write(site, folder)
        write_whole(noted, facts.encode())
    elif noted.read_text("utf-8") != facts:
        raise TrainingError(f"{folder} holds the scans of another site or other settings: choose another work folder")
    return Material(*(from_folder(folder / name) for name in ("clean", "training", "testing")))


def _facts(onto: Onto) -> list[object]:
    """What tells a background from another, or from the same with other containers or another pitch."""
    boxes = [[round(float(edge)) for edge in box] for box in onto.boxes]
    pitch = None if onto.pitch_mm is None else [round(float(side), 3) for side in onto.pitch_mm]
    return [str(onto.files.paths[0].resolve()), boxes, pitch]


def background_of(sample: Sample) -> int:
    """Which of the site's backgrounds a scan was made of."""
    return int(sample.scan_id.split("-")[2])


def of_backgrounds(manifest: Manifest, numbers: set[int]) -> Manifest:
    return Manifest(tuple(sample for sample in manifest if background_of(sample) in numbers))


def with_room(clean: Manifest, site: Site) -> Manifest:
    """The clean scans, with containers, pitch and the scanner whose beam threats are projected with: `fresh` then
    puts articles into them that are drawn for one crop alone.

    Not told where such an article would come out another than a projected one: an export with a tone of its own, or of
    other bits than that scanner's.
    """

    def told(sample: Sample) -> Sample:
        onto = site.backgrounds[background_of(sample)]
        view = read_files(onto.files).views[0]
        name = site.order.profile or profile_like(view)
        if not onto.boxes or site.order.tone != Tone() or view.bits != profile(name).bits:
            return sample
        boxes = tuple((float(x1), float(y1), float(x2), float(y2)) for x1, y1, x2, y2 in onto.boxes)
        return replace(sample, containers=boxes, profile=name, true_pitch_mm=onto.pitch_mm)

    ready = Manifest(tuple(told(sample) for sample in clean))
    log.info(
        "articles can be drawn for single crops of %d of %d clean scans",
        sum(bool(s.containers) for s in ready),
        len(ready),
    )
    return ready


def folds_of(n: int, folds: int, seed: int) -> list[set[int]]:
    """Backgrounds 0..n-1 in so many parts of nearly equal size, drawn once. Refused: fewer than 2, more than n."""
    if not 2 <= folds <= n:
        raise TrainingError(f"folds must be 2..{n}, as many as there are clean scans at most, got {folds}")
    return [{int(one) for one in part} for part in np.array_split(np.random.default_rng(seed).permutation(n), folds)]


def _write(site: Site, folder: Path) -> None:
    clean, training, testing = list[ScanTruth](), list[ScanTruth](), list[ScanTruth]()
    for number, onto in enumerate(site.backgrounds):
        scan = read_files(onto.files)
        clean.append(_package(_as_served(scan, onto, site), f"site-clean-{number:05d}", folder / "clean", None))
        for copy in range(site.copies):
            few = 1 + (number + copy) % site.most_threats
            order = replace(site.order, seed=site.order.seed + 1, threats=few)
            training += _with_threats(site, order, onto, site.training, f"training-{number:05d}-{copy}", folder)
        testing += _with_threats(site, site.order, onto, site.testing, f"testing-{number:05d}-0", folder)
        if (number + 1) % 20 == 0:
            log.info("threats projected into %d of %d clean scans", number + 1, len(site.backgrounds))
    if 2 * len(testing) < len(site.backgrounds):
        raise TrainingError(f"threats found room in {len(testing)} of {len(site.backgrounds)} clean scans only")
    for name, truths in (("clean", clean), ("training", training), ("testing", testing)):
        write_coco(folder / name / "truth.json", truths)


def _with_threats(
    site: Site, order: Order, onto: Onto, articles: Sequence[Article], name: str, folder: Path
) -> list[ScanTruth]:
    """The scan of one background with threats, as a list of one; none where no article finds room."""
    what, number, copy = name.split("-")
    try:
        made, truth, _ = projected(order, onto, articles, int(number) * 1000 + int(copy))
    except SimulationError as error:
        log.warning("left out: %s", error)
        return []
    return [_package(_as_served(made, onto, site), f"site-{name}", folder / what, truth)]


def _as_served(scan: Scan, onto: Onto, site: Site) -> Scan:
    """The scan with the pitch that it will have in service: the known one, else the file's own, else none."""
    own = read_files(onto.files).views[0].pitch_mm
    pitch = onto.pitch_mm if site.pitch_known and onto.pitch_mm else own
    served = replace(scan, views=(replace(scan.views[0], pitch_mm=pitch), *scan.views[1:]))
    return served if site.look is None else site.look(served)


def _package(scan: Scan, name: str, folder: Path, truth: ScanTruth | None) -> ScanTruth:
    file_name = f"{name}{SUFFIX}"
    write_package(folder / file_name, replace(scan, scan_id=name))
    sizes = tuple(view.size_wh for view in scan.views)
    if truth is None:
        return ScanTruth(name, file_name, sizes, (), (), "site")
    return replace(truth, scan_id=name, file_name=file_name, profile="site")
