"""DICOS threat detection reports (TDR, NEMA IIC 1): detections for other vendors' systems, and theirs for ours.

The public part of the structure is used: the tags of group 4010 as DICOM's data dictionary lists them, nested as the
open toolkits for DICOS (Stratovan's SDICOS headers, pyDICOS) nest them: a threat sequence of potential threat objects,
each with assessments and, per image, a region. Conformance to the paid standard is not claimed.
"""

import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from pydicom import Dataset
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from cargoscope import taxonomy
from cargoscope.datasets.formats.dicom_tags import UID_FORM, items, moment, numbers, open_dataset, tag_name, uid, value
from cargoscope.datasets.formats.dicos import DX_CLASSES
from cargoscope.datasets.formats.limits import Limits
from cargoscope.detections import Detections, Finding
from cargoscope.errors import DetectionError, ScanError

TDR_CLASS: Final = "1.2.840.10008.5.1.4.1.1.501.3"
"""DICOS Threat Detection Report Storage (DICOM PS3.6, table A-1)."""

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_OBJECTS: Final = 10_000
AGREE_PX: Final = 1.0
LO_CHARACTERS: Final = 63
"""Of a text of VR LO: 64, less the space that makes its length even."""

REFERENCES: Final = "ReferencedInstanceSequence"
NAMESPACE: Final = uuid.UUID("6b8d6a64-6f0e-4d0b-9a3c-0c8d3a2f5b11")


@dataclass(frozen=True, eq=False)
class ThreatReport:
    """One report. images: SOP Instance UID of each view, so that found.view is an index into it.

    subject_id: the object of inspection, our scan_id. source: MACHINE, OPERATOR, AGGREGATE or GROUND_TRUTH. decision:
    ALARM or CLEAR; readers keep other words of other vendors. decided_at carries a time zone. algorithm: name, version.
    """

    subject_id: str
    found: Detections
    images: tuple[str, ...]
    source: str
    decision: str
    decided_at: datetime
    algorithm: tuple[str, str]

    def __post_init__(self) -> None:
        if len({*self.images}) != len(self.images) or not all(UID_FORM.fullmatch(image) for image in self.images):
            raise ScanError(f"report on {self.subject_id}: images need UIDs of their own, got {self.images[:4]}")
        if len(self.found) and int(self.found.view.max()) >= len(self.images):
            raise ScanError(f"report on {self.subject_id}: view {self.found.view.max()} of {len(self.images)} images")
        if self.decided_at.tzinfo is None:
            raise ScanError(f"report on {self.subject_id}: decided_at must carry a time zone")


def uid_for(*words: str) -> str:
    """A UID for something that has none, the same for the same words (2.25 and a UUID, PS3.5 annex B.2)."""
    return f"2.25.{uuid.uuid5(NAMESPACE, '/'.join(words)).int}"


def write_report(report: ThreatReport) -> bytes:
    """The report as a DICOM file, explicit little endian. The same report gives the same bytes.

    Regions are written as base and extents in pixels and as a polygon of four corners, z = 0. The kind goes into the
    description of the assessment; its category is PI (prohibited item) for weapons, else CONTRABAND. Name and version
    of the algorithm are cut off after LO_CHARACTERS.
    """
    at = report.decided_at.astimezone(UTC)
    instance = uid_for("report", report.subject_id, report.source, at.isoformat(), *report.images)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(TDR_CLASS)
    meta.MediaStorageSOPInstanceUID = UID(instance)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(uid_for("cargoscope"))
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = TDR_CLASS
    dataset.SOPInstanceUID = instance
    dataset.Modality = "TDR"
    dataset.PatientID = report.subject_id
    dataset.StudyInstanceUID = uid_for("study", report.subject_id)
    dataset.SeriesInstanceUID = uid_for("series", report.subject_id, report.source)
    dataset.ContentDate, dataset.ContentTime = at.strftime("%Y%m%d"), at.strftime("%H%M%S.%f")
    dataset.InstanceNumber = 1
    dataset.TDRType = report.source
    dataset.ThreatDetectionAlgorithmAndVersion = [part[:LO_CHARACTERS] for part in report.algorithm]
    dataset.AlarmDecision = report.decision
    dataset.AlarmDecisionTime = at.strftime("%Y%m%d%H%M%S.%f+0000")
    dataset.AbortFlag = "SUCCESS"
    dataset.NumberOfTotalObjects = dataset.NumberOfAlarmObjects = len(report.found)
    dataset.ReferencedInstanceSequence = [_reference(image) for image in report.images]
    dataset.ThreatSequence = [
        _threat(index, finding, report.images[finding.view]) for index, finding in enumerate(report.found)
    ]
    target = io.BytesIO()
    dataset.save_as(target, enforce_file_format=True)
    return target.getvalue()


def read_report(data: bytes, name: str, images: Sequence[str] = (), limits: Limits | None = None) -> ThreatReport:
    """The report in a DICOM file called name. images: the UIDs of the scan's views, in order, where they are known.

    Objects assessed as NO_THREAT are left out. The kind is the description of the assessment, else its category in
    lower case; an object without a probability gets the score 1. A region's base and extents are pixels of the image;
    its polygon is taken where it says the same, or where it stands alone.
    Refused, naming the file and the tag: other DICOM objects, missing tags, regions that are no box, images that are
    not among those given, more than MAX_OBJECTS objects.
    """
    limits = limits or Limits()
    limits = replace(limits, max_bytes=min(limits.max_bytes, MAX_BYTES))
    dataset = open_dataset(data, name, (TDR_CLASS,), "DICOS Threat Detection Report Storage", limits)
    threats = items(dataset, "ThreatSequence", name)
    if len(threats) > MAX_OBJECTS:
        raise ScanError(f"{name}: at most {MAX_OBJECTS} objects, got {len(threats)}")
    known = [*images] or [uid(item, "ReferencedSOPInstanceUID", name) for item in items(dataset, REFERENCES, name)]
    findings: list[Finding] = []
    for number, threat in enumerate(threats):
        where = f"{name}: object {number}"
        assessment = _assessment(threat, where)
        if assessment is None:
            continue
        kind, score = assessment
        for region in items(threat, "PTORepresentationSequence", where):
            for reference in items(region, REFERENCES, where) or [Dataset()]:
                image = uid(reference, "ReferencedSOPInstanceUID", where)
                if image not in known and images:
                    raise ScanError(
                        f"{where}: {tag_name('ReferencedSOPInstanceUID')} is no image of the scan, got {image}"
                    )
                if len(findings) >= MAX_OBJECTS:
                    raise ScanError(f"{where}: at most {MAX_OBJECTS} regions")
                known += [] if image in known else [image]
                findings.append(Finding(known.index(image), _box(region, where), score, kind))
    told = [str(part) for part in _texts(value(dataset, "ThreatDetectionAlgorithmAndVersion", name, ""))]
    try:
        found = Detections.of(findings, tuple(dict.fromkeys(finding.kind for finding in findings)))
    except DetectionError as error:
        raise ScanError(f"{name}: {error}") from error
    return ThreatReport(
        subject_id=str(value(dataset, "PatientID", name, "")).strip(),
        found=found,
        images=tuple(dict.fromkeys(known)),
        source=str(value(dataset, "TDRType", name)).strip(),
        decision=str(value(dataset, "AlarmDecision", name)).strip(),
        decided_at=moment(str(value(dataset, "AlarmDecisionTime", name)), name, "AlarmDecisionTime", UTC),
        algorithm=(told[0] if told else "", told[1] if len(told) > 1 else ""),
    )


def _reference(image: str) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = DX_CLASSES[1]
    reference.ReferencedSOPInstanceUID = image
    return reference


def _threat(index: int, finding: Finding, image: str) -> Dataset:
    x1, y1, x2, y2 = finding.box
    voxels = Dataset()
    voxels.ThreatROIBase = [x1, y1, 0.0]
    voxels.ThreatROIExtents = [x2 - x1, y2 - y1, 1.0]
    region = Dataset()
    region.ReferencedInstanceSequence = [_reference(image)]
    region.ThreatROIVoxelSequence = [voxels]
    region.BoundingPolygon = [x1, y1, 0.0, x2, y1, 0.0, x2, y2, 0.0, x1, y2, 0.0]
    kinds = taxonomy.kinds()
    assessment = Dataset()
    assessment.ThreatCategory = (
        "PI" if finding.kind in kinds and kinds[finding.kind].family == "weapons" else "CONTRABAND"
    )
    assessment.ThreatCategoryDescription = finding.kind
    assessment.ATDAbilityAssessment = "NO_INTERFERENCE"
    assessment.ATDAssessmentFlag = "THREAT"
    assessment.ATDAssessmentProbability = finding.score
    threat = Dataset()
    threat.PotentialThreatObjectID = index
    threat.PTORepresentationSequence = [region]
    threat.ATDAssessmentSequence = [assessment]
    return threat


def _assessment(threat: Dataset, where: str) -> tuple[str, float] | None:
    """(kind, score) of the most probable assessment as a threat; None where all say NO_THREAT."""
    told = []
    for item in items(threat, "ATDAssessmentSequence", where):
        if str(value(item, "ATDAssessmentFlag", where)).strip() == "NO_THREAT":
            continue
        kind = str(value(item, "ThreatCategoryDescription", where, "")).strip()
        kind = kind or str(value(item, "ThreatCategory", where, "other")).strip().lower()
        (probability,) = numbers(item, "ATDAssessmentProbability", where)[:1] or (-1.0,)
        if probability > 1:
            raise ScanError(f"{where}: {tag_name('ATDAssessmentProbability')} must be 0..1, got {probability}")
        told.append((kind[:200], probability if probability >= 0 else 1.0))
    return max(told, key=lambda entry: entry[1], default=None)


def _box(region: Dataset, where: str) -> tuple[float, float, float, float]:
    polygon = numbers(region, "BoundingPolygon", where)
    if len(polygon) % 3 or len(polygon) == 3:
        raise ScanError(f"{where}: {tag_name('BoundingPolygon')} needs two points or more, got {len(polygon)} numbers")
    around = (min(polygon[0::3]), min(polygon[1::3]), max(polygon[0::3]), max(polygon[1::3])) if polygon else None
    voxels = items(region, "ThreatROIVoxelSequence", where)
    if not voxels:
        if around is None:
            raise ScanError(f"{where}: needs {tag_name('ThreatROIVoxelSequence')} or {tag_name('BoundingPolygon')}")
        return around
    base, extents = (numbers(voxels[0], keyword, where) for keyword in ("ThreatROIBase", "ThreatROIExtents"))
    if len(base) != 3 or len(extents) != 3:
        raise ScanError(f"{where}: a region needs three numbers of base and of extents, got {base} and {extents}")
    box = (base[0], base[1], base[0] + extents[0], base[1] + extents[1])
    same = around is not None and all(abs(a - b) <= AGREE_PX for a, b in zip(box, around, strict=True))
    return around if around is not None and same else box


def _texts(told: object) -> list[object]:
    return [told] if isinstance(told, str) else list(told) if isinstance(told, Sequence) else []
