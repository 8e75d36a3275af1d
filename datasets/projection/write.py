"""From backgrounds and articles to scans with truth: the same order and index give the same bytes."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from cargoscope.atomic import write_whole
from cargoscope.datasets.formats.package import SUFFIX, write_package
from cargoscope.datasets.formats.read import ScanFiles, find_scans, read_files
from cargoscope.datasets.projection.articles import Article
from cargoscope.datasets.projection.background import Background
from cargoscope.datasets.projection.compose import MODES, project
from cargoscope.datasets.projection.pitch import Box, Boxed, pitch_of, read_yolo, row_pitch_mm
from cargoscope.datasets.projection.placing import inside_of, place
from cargoscope.datasets.projection.tone import Tone, estimate_gamma
from cargoscope.datasets.simulation.beam.profiles import beam_of, profile
from cargoscope.datasets.simulation.threats.stamps import land
from cargoscope.datasets.truth import ScanTruth, TruthObject, write_coco
from cargoscope.errors import ScanError, SimulationError
from cargoscope.pixels import ASSUMED_PITCH_MM
from cargoscope.scan import Scan, View

log = logging.getLogger(__name__)

PROFILES: Final = {1: "linac-6-8bit", 2: "linac-6-4"}
"""Whose beam is taken where nobody names one, by the number of energies."""

FORMATS: Final = ("package", "png")
ANOTHER: Final = 12
"""Articles and places that are tried before a background counts as one without room."""


@dataclass(frozen=True)
class Onto:
    """One background: its files, and the boxes of its containers where somebody drew them."""

    files: ScanFiles
    boxes: tuple[Box, ...] = ()
    pitch_mm: tuple[float, float] | None = None


@dataclass(frozen=True)
class Order:
    """What to project. seed: any whole number from 0. modes: each projection draws one of them. threats: in each scan.

    tone: of 8-bit exports. tilt: largest turn out of the picture, radians. magnification: range for things nearer to
    or farther from the source than the container's middle. jpeg_quality: for 8-bit views, see compose.project.
    profile: whose beam; None for PROFILES.
    """

    seed: int = 0
    modes: tuple[str, ...] = ("hardening",)
    threats: int = 1
    tone: Tone = field(default_factory=Tone)
    profile: str | None = None
    tilt: float = 0.6
    magnification: tuple[float, float] = (0.9, 1.12)
    jpeg_quality: int | None = None

    def __post_init__(self) -> None:
        unknown = sorted(set(self.modes) - set(MODES))
        if unknown or not self.modes:
            raise SimulationError(f"modes must be some of {sorted(MODES)}, got {list(self.modes)}")
        if self.seed < 0 or self.threats < 1:
            raise SimulationError(f"seed must be 0 or more and threats 1 or more, got {self.seed} and {self.threats}")
        if not 0 <= self.tilt <= 1.3:
            raise SimulationError(f"tilt must be 0..1.3 radians, got {self.tilt}")
        if not 0.5 <= self.magnification[0] <= self.magnification[1] <= 2:
            raise SimulationError(f"magnification must be a rising pair within 0.5..2, got {self.magnification}")
        if self.jpeg_quality is not None and not 30 <= self.jpeg_quality <= 100:
            raise SimulationError(f"jpeg_quality must be 30..100, got {self.jpeg_quality}")


def backgrounds(
    paths: Sequence[Path], labels: Path | None = None, pitch_mm: tuple[float, float] | None = None
) -> list[Onto]:
    """The scans behind files and folders. labels: folder of YOLO files named like the images, one box per container.

    The pitch is the one given, else the scan's own, else that of the boxes, else pixels.ASSUMED_PITCH_MM with a
    warning. Files that cannot be read are left out with a warning. Refused: a scan without its label file, where labels
    are given; nothing that can be read.
    """
    found, pictures = [], []
    for files in find_scans(paths):
        try:
            size_wh = read_files(files).views[0].size_wh
        except (ScanError, OSError) as error:
            log.warning("left out: %s", error)
            continue
        boxes: tuple[Box, ...] = ()
        if labels is not None:
            path = labels / f"{files.paths[0].stem}.txt"
            if not path.is_file():
                raise SimulationError(f"{files.paths[0].name}: no boxes for it, expected {path}")
            boxes = read_yolo(path, size_wh)
        found.append(files)
        pictures.append(Boxed(size_wh, boxes))
    if not found:
        raise SimulationError(f"no scan that can be read in {[str(path) for path in paths]}")
    shared = row_pitch_mm(pictures) if labels is not None and pitch_mm is None else 0.0
    return [
        Onto(files, picture.boxes, pitch_mm or (pitch_of(picture, shared) if picture.boxes else None))
        for files, picture in zip(found, pictures, strict=True)
    ]


def profile_like(view: View) -> str:
    """The scanner of PROFILES whose beam is taken for that of a view."""
    return PROFILES.get(len(view.energies), PROFILES[1])


def projected(order: Order, onto: Onto, articles: Sequence[Article], index: int) -> tuple[Scan, ScanTruth, Scan]:
    """Scan number `index` of an order, its truth, and the background as it was, with the pitch that was taken."""
    rng = np.random.default_rng([order.seed, index])
    scan = read_files(onto.files)
    view = scan.views[0]
    pitch = onto.pitch_mm or view.pitch_mm or (ASSUMED_PITCH_MM, ASSUMED_PITCH_MM)
    if onto.pitch_mm is None and view.pitch_mm is None:
        log.warning("%s: the pixel pitch is unknown, %s mm is assumed", onto.files, ASSUMED_PITCH_MM)
    clean = replace(scan, views=(replace(view, pitch_mm=pitch), *scan.views[1:]))
    name = order.profile or profile_like(view)
    try:
        objects, view = _objects(
            order, Background(clean.views[0], order.tone, beam_of(name)), onto, articles, name, rng
        )
    except SimulationError as error:
        raise SimulationError(f"{onto.files.paths[0].name}: {error}") from error
    digest = hashlib.sha256(scan.scan_id.encode()).hexdigest()[:8]
    scan_id = f"tip-{onto.files.paths[0].stem[:60]}-{digest}-{order.seed}-{index:06d}"
    made = replace(clean, scan_id=scan_id, views=(view, *clean.views[1:]))
    sizes = tuple(each.size_wh for each in made.views)
    return made, ScanTruth(scan_id, f"{scan_id}{SUFFIX}", sizes, tuple(objects), (), name), clean


def write_projected(
    order: Order, ontos: Sequence[Onto], articles: Sequence[Article], count: int, out: Path, form: str = "package"
) -> list[ScanTruth]:
    """Writes scans 0..count-1 and truth.json into a folder, the backgrounds in turns in an order that the seed decides.

    form: package, or png (one energy only; the pitch is then known to nobody but truth.json).
    """
    if count < 1 or not ontos or not articles:
        raise SimulationError(
            f"needs a count from 1, backgrounds and articles, got {count}, {len(ontos)}, {len(articles)}"
        )
    if form not in FORMATS:
        raise SimulationError(f"format must be one of {list(FORMATS)}, got {form!r}")
    out.mkdir(parents=True, exist_ok=True)
    turns = np.random.default_rng(order.seed).permutation(len(ontos))
    truths = []
    for index in range(count):
        scan, truth, _ = projected(order, ontos[int(turns[index % len(turns)])], articles, index)
        if form == "package":
            write_package(out / truth.file_name, scan)
        else:
            truth = replace(truth, file_name=f"{truth.scan_id}.png")
            write_whole(out / truth.file_name, _png(scan))
        truths.append(truth)
    write_coco(out / "truth.json", truths)
    return truths


def _objects(
    order: Order, background: Background, onto: Onto, articles: Sequence[Article], name: str, rng: np.random.Generator
) -> tuple[list[TruthObject], View]:
    """The articles of one scan, put in one after the other; each sees what those before it left."""
    pitch = background.view.pitch_mm
    assert pitch is not None
    objects: list[TruthObject] = []
    refused: SimulationError | None = None
    for _ in range(order.threats * ANOTHER):
        if len(objects) == order.threats:
            break
        article = articles[int(rng.integers(len(articles)))]
        mode = str(rng.choice(order.modes))
        shape = article.shape(rng)
        if rng.random() < 0.5:
            shape = replace(
                shape, mass=shape.mass[:, :, ::-1], depth_mm=shape.depth_mm[:, ::-1], wrap=shape.wrap[:, ::-1]
            )
        angle = rng.uniform(0, 2 * np.pi) if article.kind in ("firearm", "knife") else rng.normal(0, 0.03)
        tilt = rng.uniform(0, order.tilt) if article.kind == "firearm" and rng.random() < 0.5 else 0.0
        magnification = float(rng.uniform(*order.magnification)) * pitch[0] / pitch[1]
        stamp = land(shape, pitch[0], magnification, float(angle), float(tilt))
        try:
            corner = place(background, stamp, onto.boxes, [thing.box for thing in objects], rng)
            made = project(
                background, stamp, corner, mode, rng, profile(name).interlaced,
                order.jpeg_quality if background.view.bits == 8 else None,
            )  # fmt: skip
        except SimulationError as error:
            refused = error
            continue
        view = replace(background.view, pixels=made.pixels)
        background = replace(background, view=view)
        objects.append(
            TruthObject(
                article.kind, article.instance, 0, made.box, round(made.cnr, 3), round(made.areal_density_g_cm2, 3),
                round(made.hidden_fraction, 4), made.mask,
                {
                    "mode": mode,
                    "background_transmission": round(made.background_transmission, 5),
                    "source": article.source,
                    "background": onto.files.paths[0].name,
                    "mass_kg": round(shape.mass_kg, 3),
                    "pitch_x_mm": round(pitch[0], 4),
                    "pitch_y_mm": round(pitch[1], 4),
                },
            )
        )  # fmt: skip
    if not objects:
        raise refused or SimulationError("no article found a place")
    return objects, background.view


def _png(scan: Scan) -> bytes:
    view = scan.views[0]
    if len(view.pixels) != 1:
        raise SimulationError(f"scan {scan.scan_id}: a PNG holds one energy, got {list(view.energies)}")
    plane = (view.pixels[0] >> 8).astype(np.uint8) if view.bits == 8 else view.pixels[0]
    done, packed = cv2.imencode(".png", plane)
    if not done:
        raise SimulationError(f"scan {scan.scan_id}: could not be written as PNG")
    return packed.tobytes()


def gamma_of(asked: str, ontos: Sequence[Onto], name: str | None = None) -> float:
    """A number as given; or "auto": estimated from the containers' bare walls (tone.estimate_gamma)."""
    if asked != "auto":
        try:
            return float(asked)
        except ValueError as problem:
            raise SimulationError(f"gamma must be a number or auto, got {asked!r}") from problem
    inside = []
    for onto in ontos:
        view = read_files(onto.files).views[0]
        shown = view.pixels[0].astype(np.float32) / view.open_beam[0]
        for x1, y1, x2, y2 in (inside_of(box) for box in onto.boxes):
            inside.append(shown[int(y1) : int(y2), int(x1) : int(x2)])
    return estimate_gamma(inside, beam_of(name or PROFILES[1]))
