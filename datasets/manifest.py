"""What a model is trained or examined on: scans by content hash, with their labels. The manifest's id hashes it all."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from cargoscope.datasets.truth import TruthObject, read_coco
from cargoscope.errors import TrainingError

Box = tuple[float, float, float, float]


class Role(StrEnum):
    """What a label says of its box: contraband lies there, or somebody looked and none does."""

    OBJECT = "object"
    REJECTED = "rejected"


class Origin(StrEnum):
    """Who stands behind the labels of a sample."""

    SIMULATED = "simulated"
    OPENED = "opened"
    OFFICER = "officer"


@dataclass(frozen=True)
class Label:
    """One box (x1 y1 x2 y2 in pixels of the view) and what is known of it.

    cnr: contrast to noise of the object, None where nobody measured. hidden_fraction: share of it that nobody can see.
    areal_density_g_cm2 and placement (where it is hidden) only sort results: they are no part of a manifest's id.
    """

    kind: str
    view: int
    box: Box
    role: Role = Role.OBJECT
    cnr: float | None = None
    hidden_fraction: float = 0.0
    areal_density_g_cm2: float | None = None
    placement: str = ""


@dataclass(frozen=True)
class Sample:
    """One scan with its labels. sha256: of its bytes. path: where it lies on this machine, no part of its identity.

    profile: of the scanner, where it is known; containers: their boxes in the first view; true_pitch_mm: of that view,
    (along travel, across), where it is known better than the scan says it. None of these is part of its identity.
    """

    scan_id: str
    sha256: str
    labels: tuple[Label, ...]
    origin: Origin
    path: Path | None = None
    profile: str = ""
    containers: tuple[Box, ...] = ()
    true_pitch_mm: tuple[float, float] | None = None

    @property
    def objects(self) -> tuple[Label, ...]:
        return tuple(label for label in self.labels if label.role is Role.OBJECT)

    @property
    def is_verified(self) -> bool:
        """Whether nothing lies where no label does: simulated, or opened. What an officer cleared is not verified."""
        return self.origin is not Origin.OFFICER


@dataclass(frozen=True)
class Manifest:
    """Samples in order. A scan may stand in it once."""

    samples: tuple[Sample, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for sample in self.samples:
            if sample.scan_id in seen:
                raise TrainingError(f"scan {sample.scan_id} stands twice in the manifest")
            seen.add(sample.scan_id)

    def __len__(self) -> int:
        return len(self.samples)

    def __iter__(self) -> Iterator[Sample]:
        return iter(self.samples)

    def __add__(self, other: "Manifest") -> "Manifest":
        return Manifest(self.samples + other.samples)

    def without(self, other: "Manifest") -> "Manifest":
        """The samples whose scans do not stand in the other manifest."""
        aside = {sample.scan_id for sample in other}
        return Manifest(tuple(sample for sample in self.samples if sample.scan_id not in aside))

    @cached_property
    def manifest_id(self) -> str:
        """sha256 (hex) over the samples: their bytes, labels and origin, whatever their order and place on disk."""
        rows = sorted(
            json.dumps(
                [s.sha256, s.origin, [[x.kind, x.view, x.box, x.role, x.cnr, x.hidden_fraction] for x in s.labels]]
            )
            for s in self.samples
        )
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    def split(self, share: float) -> tuple["Manifest", "Manifest"]:
        """(the rest, about `share` of the samples), chosen by the hash of the scan: the same scans in every run."""
        aside = {s.scan_id for s in self.samples if int(s.sha256[:8], 16) < share * 2**32}
        return (
            Manifest(tuple(s for s in self.samples if s.scan_id not in aside)),
            Manifest(tuple(s for s in self.samples if s.scan_id in aside)),
        )


def from_folder(folder: Path) -> Manifest:
    """The manifest of a folder of simulated scans: `<scan_id>.scan` files and their truth.json.

    A folder of such folders, as a part of the benchmark is, counts as all of them together.
    """
    truth = folder / "truth.json"
    inner = () if truth.is_file() else sorted(path.parent for path in folder.glob("*/truth.json"))
    if inner:
        return Manifest(tuple(sample for one in inner for sample in from_folder(one)))
    if not truth.is_file():
        raise TrainingError(f"{folder}: truth.json is missing; `cargoscope simulate` writes such folders")
    samples = []
    for scan in read_coco(truth):
        path = folder / scan.file_name
        if not path.is_file():
            raise TrainingError(f"{folder}: truth.json names {scan.file_name}, which is missing")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        labels = tuple(_label(thing) for thing in scan.objects)
        held = tuple(container.box for container in scan.containers)
        samples.append(Sample(scan.scan_id, digest, labels, Origin.SIMULATED, path, scan.profile, held))
    return Manifest(tuple(samples))


def _label(thing: TruthObject) -> Label:
    return Label(
        thing.kind,
        thing.view,
        thing.box,
        cnr=thing.cnr,
        hidden_fraction=thing.hidden_fraction,
        areal_density_g_cm2=thing.areal_density_g_cm2,
        placement=str(thing.facts.get("placement", "")),
    )
