"""DICOS threat detection reports go out and come back."""

import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread

from cargoscope.datasets.formats.dicos_report import ThreatReport, read_report, uid_for, write_report
from cargoscope.detections import Detections, Finding
from cargoscope.errors import ScanError
from tests.builders import NOON, finding, found
from tests.datasets.formats.dicos_files import dx, saved

IMAGES = ("1.2.3.1", "1.2.3.2")


def report(*rows: Finding, **changes) -> ThreatReport:
    kinds = tuple(dict.fromkeys(row.kind for row in rows))
    facts = {
        "subject_id": "scan-1",
        "found": found(*rows, classes=kinds),
        "images": IMAGES,
        "source": "MACHINE",
        "decision": "ALARM" if rows else "CLEAR",
        "decided_at": NOON,
        "algorithm": ("cargoscope-s", "1"),
    }
    return ThreatReport(**facts | changes)


def same(one: Detections, other: Detections) -> bool:
    return one.classes == other.classes and all(
        np.array_equal(getattr(one, column), getattr(other, column))
        for column in ("boxes", "view", "scores", "class_ids")
    )


def changed(**tags) -> bytes:
    """A report of one firearm in the first image, its first object's tags replaced."""
    dataset = dcmread(io.BytesIO(write_report(report(finding()))))
    threat = dataset.ThreatSequence[0]
    places = {
        "region": threat.PTORepresentationSequence[0],
        "assessment": threat.ATDAssessmentSequence[0],
        "top": dataset,
    }
    for where, values in tags.items():
        for keyword, value in values.items():
            if value is None:
                delattr(places[where], keyword)
            else:
                setattr(places[where], keyword, value)
    return saved(dataset)


@pytest.mark.filterwarnings("ignore::UserWarning")  # the library warns of values that break their form
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.tuples(st.floats(0, 4000, width=32), st.floats(0, 900, width=32)),
            st.tuples(st.floats(1, 500, width=32), st.floats(1, 500, width=32)),
            st.floats(0, 1, width=32),
            st.sampled_from(["firearm", "cigarettes", "Fächer 扇"]),
        ),
        max_size=4,
    )
)
def test_detections_come_back_as_they_were(rows: list[tuple]):
    findings = [Finding(v, (x, y, x + w, y + h), score, kind) for v, (x, y), (w, h), score, kind in rows]
    sent = report(*findings)
    back = read_report(write_report(sent), "a.dcs")
    assert same(back.found, sent.found)
    facts = ("subject_id", "images", "source", "decision", "decided_at", "algorithm")
    assert [getattr(back, fact) for fact in facts] == [getattr(sent, fact) for fact in facts]


def test_the_same_report_gives_the_same_bytes():
    assert write_report(report(finding())) == write_report(report(finding()))
    assert uid_for("a") == uid_for("a") != uid_for("b")


def test_others_can_read_our_report_tag_by_tag():
    dataset = dcmread(io.BytesIO(write_report(report(finding(box=(10, 10, 30, 20))))))
    threat = dataset.ThreatSequence[0]
    region, assessment = threat.PTORepresentationSequence[0], threat.ATDAssessmentSequence[0]
    assert (dataset.Modality, dataset.AlarmDecision, dataset.NumberOfAlarmObjects) == ("TDR", "ALARM", 1)
    assert (assessment.ThreatCategory, assessment.ThreatCategoryDescription) == ("PI", "firearm")
    assert region.ReferencedInstanceSequence[0].ReferencedSOPInstanceUID == "1.2.3.1"
    assert list(region.ThreatROIVoxelSequence[0].ThreatROIExtents) == [20, 10, 1]


def test_two_corners_are_a_box_and_voxels_win_over_a_polygon_in_other_units():
    corners = changed(region={"ThreatROIVoxelSequence": None, "BoundingPolygon": [30.0, 20, 0, 10, 10, 0]})
    assert read_report(corners, "a.dcs").found.boxes.tolist() == [[10, 10, 30, 20]]
    millimetres = changed(region={"BoundingPolygon": [500.0, 500, 0, 900, 700, 0]})
    assert read_report(millimetres, "a.dcs").found.boxes.tolist() == [[10, 10, 30, 20]]


def test_objects_without_a_word_or_a_probability_get_their_category_and_one():
    bare = changed(assessment={"ThreatCategoryDescription": None, "ATDAssessmentProbability": -1.0})
    read = read_report(bare, "a.dcs").found
    assert (read.classes, read.scores.tolist()) == (("pi",), [1.0])


def test_objects_that_are_no_threat_are_left_out():
    read = read_report(changed(assessment={"ATDAssessmentFlag": "NO_THREAT"}), "a.dcs")
    assert len(read.found) == 0
    assert read.images == IMAGES


def test_images_that_are_known_keep_their_order_and_strangers_are_refused():
    data = write_report(report(finding(view=1)))
    assert read_report(data, "a.dcs", images=["1.2.3.2", "1.2.3.1"]).found.view.tolist() == [0]
    with pytest.raises(ScanError, match=r"a\.dcs: object 0: .* is no image of the scan, got 1\.2\.3\.2"):
        read_report(data, "a.dcs", images=["9.9"])


def test_a_decision_keeps_its_moment():
    at = datetime(2026, 11, 22, 12, 30, tzinfo=timezone(timedelta(hours=7)))
    assert read_report(write_report(report(decided_at=at)), "a.dcs").decided_at == at.astimezone(UTC)


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        ({"region": {"BoundingPolygon": None, "ThreatROIVoxelSequence": None}}, r"object 0: needs \(4010,1001\)"),
        ({"region": {"BoundingPolygon": [1.0, 2, 0, 4]}}, r"needs two points or more, got 4 numbers"),
        ({"region": {"ThreatROIVoxelSequence": [Dataset()]}}, r"three numbers of base and of extents"),
        ({"region": {"ReferencedInstanceSequence": None}}, r"ReferencedSOPInstanceUID is missing"),
        ({"assessment": {"ATDAssessmentFlag": None}}, r"\(4010,1015\) ATDAssessmentFlag is missing"),
        ({"assessment": {"ATDAssessmentProbability": 1.5}}, r"must be 0\.\.1, got 1\.5"),
        ({"top": {"AlarmDecision": None}}, r"a\.dcs: \(4010,1031\) AlarmDecision is missing"),
        (
            {"top": {"AlarmDecisionTime": "2026"}},
            r"\(4010,102B\) AlarmDecisionTime must be a date and time, got '2026'",
        ),
    ],
)
def test_reports_with_holes_are_refused(tags: dict, sentence: str):
    with pytest.raises(ScanError, match=sentence):
        read_report(changed(**tags), "a.dcs")


def test_an_image_is_no_report_and_a_report_needs_its_images():
    with pytest.raises(ScanError, match=r"must be DICOS Threat Detection Report Storage, got DICOS Digital X-Ray"):
        read_report(dx(), "a.dcs")
    with pytest.raises(ScanError, match=r"view 1 of 1 images"):
        report(finding(view=1), images=("1.2",))
    with pytest.raises(ScanError, match="UIDs of their own"):
        report(images=("1.2", "1.2"))


GOOD = write_report(report(finding(), finding(view=1, kind="cigarettes")))


@pytest.mark.filterwarnings("ignore::UserWarning")  # the library warns of values that break their form
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(128, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_damaged_reports_never_raise_anything_else(damage: list[tuple[int, int]]):
    data = bytearray(GOOD)
    for place, byte in damage:
        data[place] = byte
    with suppress(ScanError):
        read_report(bytes(data), "a.dcs")
