import dataclasses

import pytest

from cargoscope.errors import ReviewError
from cargoscope.review import Disposition, Judgement, Outcome, Verdict, complete
from tests.builders import NOON, confirmed, decision, finding, found, rejected


def test_a_decision_with_a_verdict_for_every_region_is_complete():
    made = decision(confirmed(0), rejected(1))
    assert complete(made, found(finding(), finding())) is made


def test_a_region_without_a_verdict_is_named():
    with pytest.raises(ReviewError, match="region 1 of 2 has no verdict"):
        complete(decision(confirmed(0)), found(finding(), finding()))


def test_a_verdict_on_a_region_that_is_not_there_is_refused():
    with pytest.raises(ReviewError, match="there is no region 1"):
        complete(decision(confirmed(0), rejected(1)), found(finding()))


def test_two_verdicts_on_one_region_are_refused():
    with pytest.raises(ReviewError, match="two verdicts"):
        decision(confirmed(0), rejected(0))


@pytest.mark.parametrize(("judgement", "kind"), [(Judgement.RECLASS, None), (Judgement.CONFIRM, "ivory")])
def test_a_kind_goes_with_reclass_and_only_with_it(judgement, kind):
    with pytest.raises(ReviewError, match="only with it"):
        Verdict(0, judgement, kind)


@pytest.mark.parametrize("disposition", [Disposition.HOLD, Disposition.INSPECT])
def test_holding_or_inspecting_needs_a_reason_and_releasing_does_not(disposition):
    with pytest.raises(ReviewError, match="needs a reason"):
        decision(disposition=disposition, reason=" ")
    assert decision(disposition=Disposition.RELEASE, reason="").reason == ""


def test_a_correction_needs_a_reason():
    with pytest.raises(ReviewError, match="correction needs a reason"):
        decision(disposition=Disposition.RELEASE, reason="", supersedes="decision-0")


def test_a_decision_takes_no_negative_time():
    with pytest.raises(ReviewError, match="dwell_s"):
        dataclasses.replace(decision(), dwell_s=-1.0)


def test_nothing_is_found_in_a_container_that_nobody_opened():
    with pytest.raises(ReviewError, match="not opened"):
        Outcome("scan-1", False, ("ivory",), "", "lan", NOON)
