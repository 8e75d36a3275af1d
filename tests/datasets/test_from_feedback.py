from dataclasses import replace
from pathlib import Path

import pytest

from cargoscope.datasets.archive import Analysis, Archive
from cargoscope.datasets.from_feedback import content_sha256, from_feedback, labels_of
from cargoscope.datasets.manifest import Label, Origin, Role
from cargoscope.errors import ScanError
from cargoscope.review import Feedback, Judgement, Outcome, Source, Verdict
from cargoscope.scan import Scan
from tests.builders import NOON, confirmed, decision, finding, found, rejected, scan, view
from tests.inference.rig import keep, people

GUN = finding((10, 10, 30, 20))
CASES = finding((40, 10, 60, 40), kind="cigarettes")


def feedback(*verdicts: Verdict, outcome: Outcome | None = None, **more: object) -> Feedback:
    source = Source.OPENED if outcome is not None and outcome.opened else Source.OFFICER
    return Feedback("scan-1", found(GUN, CASES), decision(*verdicts, **more), outcome, source)  # type: ignore[arg-type]


def opened(*kinds: str) -> Outcome:
    return Outcome("scan-1", True, kinds, "", "lan", NOON)


def test_confirmed_reclassed_and_drawn_boxes_are_objects_and_rejected_ones_rejected() -> None:
    drawn = finding((1, 2, 9, 8), kind="gas_cylinder", view=1)
    said = feedback(Verdict(0, Judgement.RECLASS, "narcotics_package"), rejected(1), added=(drawn,))
    assert labels_of(said) == (
        Label("gas_cylinder", 1, drawn.box),
        Label("narcotics_package", 0, GUN.box),
        Label("cigarettes", 0, CASES.box, Role.REJECTED),
    )


def test_the_examination_has_the_last_word() -> None:
    labels = labels_of(feedback(confirmed(0), confirmed(1), outcome=opened("cigarettes")))
    assert labels is not None
    assert {(label.kind, label.role) for label in labels} == {
        ("cigarettes", Role.OBJECT),
        ("firearm", Role.REJECTED),
    }


def test_a_scan_in_which_something_was_found_that_no_box_shows_is_left_out() -> None:
    said = feedback(rejected(0), rejected(1), outcome=opened("firearm"))
    assert labels_of(said) is None
    assert len(from_feedback([said], lambda _: scan()).manifest) == 0


def test_a_container_that_nobody_opened_keeps_the_officers_word() -> None:
    outcome = Outcome("scan-1", False, (), "", "lan", NOON)
    manifest = from_feedback([feedback(confirmed(0), rejected(1), outcome=outcome)], lambda _: scan()).manifest
    assert [sample.origin for sample in manifest] == [Origin.OFFICER]
    assert [label.role for label in manifest.samples[0].labels] == [Role.OBJECT, Role.REJECTED]


def test_labels_that_only_a_model_gave_are_left_out() -> None:
    said = replace(feedback(confirmed(0), confirmed(1)), source=Source.MODEL)
    assert len(from_feedback([said], lambda _: scan()).manifest) == 0


def test_a_released_scan_that_nobody_opened_or_marked_is_unverified_not_clean() -> None:
    said = Feedback("scan-1", found(), decision(), None, Source.OFFICER)
    assert len(from_feedback([said], lambda _: scan()).manifest) == 0


def test_a_container_that_was_opened_and_held_nothing_is_a_clean_scan() -> None:
    said = Feedback("scan-1", found(), decision(), opened(), Source.OPENED)
    (sample,) = from_feedback([said], lambda _: scan()).manifest
    assert (sample.labels, sample.origin) == ((), Origin.OPENED)


def test_a_scan_that_cannot_be_read_is_left_out_and_named(caplog: pytest.LogCaptureFixture) -> None:
    def open_scan(scan_id: str) -> Scan:
        if scan_id == "damaged":
            raise ScanError("damaged: the sha256 of its part side.tif is another one")
        if scan_id == "unreadable":
            raise OSError("Input/output error")
        return scan(scan_id=scan_id)

    said = feedback(confirmed(0), rejected(1))
    lessons = from_feedback((replace(said, scan_id=name) for name in ("damaged", "whole", "unreadable")), open_scan)
    assert [sample.scan_id for sample in lessons.manifest] == ["whole"]
    assert lessons.damaged == ("damaged", "unreadable")
    assert "decided scan damaged cannot be read and teaches nothing: damaged: the sha256" in caplog.text


def test_only_an_opened_container_is_verified_beside_its_labels() -> None:
    for outcome, is_verified in ((opened("firearm"), True), (None, False)):
        (sample,) = from_feedback([feedback(confirmed(0), rejected(1), outcome=outcome)], lambda _: scan()).manifest
        assert sample.is_verified is is_verified


def test_verdicts_belong_to_what_the_officer_saw_whatever_a_model_says_later(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        people(archive)
        keep(archive, scan(scan_id="scan-1"))
        archive.record(Analysis("scan-1", "a" * 64, "old", "CPU", found(GUN, CASES), 0.9))
        archive.decide(decision(confirmed(0), rejected(1), model_id="a" * 64))
        archive.record(Analysis("scan-1", "b" * 64, "new", "CPU", found(CASES), 0.8))
        (said,) = archive.feedback()
    assert labels_of(said) == (
        Label("firearm", 0, GUN.box),
        Label("cigarettes", 0, CASES.box, Role.REJECTED),
    )


@pytest.mark.parametrize("other", [view(level=40001), view(pitch_mm=(5.0, 6.0)), view(name="top"), view(bits=12)])
def test_the_digest_follows_everything_that_a_view_says(other: object) -> None:
    assert content_sha256(scan()) == content_sha256(scan(view()))
    assert content_sha256(scan()) != content_sha256(scan(other))  # type: ignore[arg-type]
