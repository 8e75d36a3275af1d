"""What officers and examinations said of scans, as labels to train on."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cargoscope.datasets.manifest import Label, Manifest, Origin, Role, Sample
from cargoscope.detections import Finding
from cargoscope.errors import ScanError
from cargoscope.review import Feedback, Judgement, Source
from cargoscope.scan import Scan

log = logging.getLogger(__name__)

ORIGINS = {Source.OPENED: Origin.OPENED, Source.OFFICER: Origin.OFFICER}


@dataclass(frozen=True)
class Lessons:
    """What feedback teaches. damaged: ids of scans that would teach, but whose files cannot be read any more."""

    manifest: Manifest
    damaged: tuple[str, ...]


def from_feedback(feedback: Iterable[Feedback], open_scan: Callable[[str], Scan]) -> Lessons:
    """One sample per decided scan: confirmed, reclassed and drawn boxes as objects, rejected ones as rejected.

    A scan that open_scan cannot read (ScanError, OSError) is left out with a warning that names it, and counted.

    Where the container was opened, the examination has the last word: a box of a kind that was not found there becomes
    rejected. Left out are scans that labels would teach wrongly: those where the examination found a kind that no box
    shows, those whose labels only a model gave, and those that nobody opened and in which nobody judged or drew a
    region: they are unverified, not clean.
    """
    samples, damaged = [], []
    for said in feedback:
        if said.source not in ORIGINS:
            continue
        labels = labels_of(said)
        if labels is None or not (labels or said.source is Source.OPENED):
            continue
        try:
            digest = content_sha256(open_scan(said.scan_id))
        except (ScanError, OSError) as error:
            log.warning("decided scan %s cannot be read and teaches nothing: %s", said.scan_id, error)
            damaged.append(said.scan_id)
            continue
        samples.append(Sample(said.scan_id, digest, labels, ORIGINS[said.source]))
    return Lessons(Manifest(tuple(samples)), tuple(damaged))


def labels_of(said: Feedback) -> tuple[Label, ...] | None:
    """The labels of one decided scan; None where something was found in it that no box shows."""
    findings = list(said.found)
    objects = list(said.decision.added)
    rejected = []
    for verdict in said.decision.verdicts:
        finding = findings[verdict.finding]
        if verdict.judgement is Judgement.REJECT:
            rejected.append(finding)
        else:
            objects.append(Finding(finding.view, finding.box, finding.score, verdict.kind or finding.kind))
    if said.outcome is not None and said.outcome.opened:
        found = set(said.outcome.found)
        if found - {finding.kind for finding in objects}:
            return None
        rejected += [finding for finding in objects if finding.kind not in found]
        objects = [finding for finding in objects if finding.kind in found]
    return (*_labels(objects, Role.OBJECT), *_labels(rejected, Role.REJECTED))


def content_sha256(scan: Scan) -> str:
    """sha256 (hex) of what a scan holds: its pixels and what is needed to read them."""
    digest = hashlib.sha256()
    for view in scan.views:
        facts = [view.name, view.energies, view.open_beam, view.pitch_mm, view.bits, view.pixels.shape]
        digest.update(json.dumps(facts).encode())
        digest.update(view.pixels.astype("<u2").tobytes())
    return digest.hexdigest()


def _labels(findings: Iterable[Finding], role: Role) -> list[Label]:
    return [Label(finding.kind, finding.view, finding.box, role) for finding in findings]
