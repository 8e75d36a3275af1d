"""Figures of people, model and scanners, from small cases that can be counted by hand."""

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cargoscope.datasets.archive import Planted
from cargoscope.datasets.archive.work import Reviewed, Scanned
from cargoscope.detections import Detections, Finding
from cargoscope.inference.export import DECISIONS, csv_text, decisions_csv
from cargoscope.inference.figures_model import BASELINE_DAYS, MIN_BASELINE, chart, confusion, drift, hard_cases
from cargoscope.inference.figures_people import Trial, by_day, competence, officer_work, waiting
from cargoscope.inference.judging import Result, judge
from cargoscope.review import Disposition, Judgement, Verdict
from tests import builders
from tests.builders import NOON

GUN = Planted("firearm", 0, (100.0, 100.0, 140.0, 120.0), 8.0, 0.0)
NEAR = Finding(0, (105.0, 95.0, 150.0, 125.0), 0.9, "firearm")
FAR = Finding(0, (400.0, 10.0, 420.0, 30.0), 0.8, "firearm")


def reviewed(
    *judgements: str,
    score: float = 0.9,
    fate: str = "release",
    added: int = 0,
    kind: str | None = None,
    **changed: object,
) -> Reviewed:
    findings = [Finding(0, (10.0 * i, 0.0, 10.0 * i + 5, 5.0), score, "firearm") for i in range(len(judgements))]
    verdicts = tuple(
        Verdict(i, Judgement(said), kind if said == "reclass" else None) for i, said in enumerate(judgements)
    )
    drawn = tuple(Finding(0, (1.0, 1.0, 2.0, 2.0), 1.0, "ivory") for _ in range(added))
    base = builders.decision(
        *verdicts, added=drawn, disposition=Disposition(fate), reason="" if fate == "release" else "odd"
    )
    facts = {"station_id": "gate-1", "received_at": NOON, "score": score, "corrected": False, "opened": None}
    names = {"decision": base, "found": Detections.of(findings, ("firearm",)), "kinds_found": ()}
    return Reviewed(**(facts | names | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("objects", "marks", "fate", "result", "located"),
    [
        ((GUN,), (NEAR,), "hold", Result.HIT, True),
        ((GUN,), (), "inspect", Result.HIT, False),
        ((GUN,), (FAR,), "inspect", Result.FALSE_ALARM, False),
        ((GUN,), (FAR, NEAR), "inspect", Result.HIT, True),
        ((GUN,), (NEAR,), "release", Result.MISS, True),
        ((GUN,), (replace(NEAR, view=1),), "hold", Result.FALSE_ALARM, False),
        ((), (), "release", Result.CLEAR, False),
        ((), (FAR,), "hold", Result.FALSE_ALARM, False),
    ],
)
def test_an_answer_is_judged_by_what_was_stopped_and_where_it_was_marked(
    objects: tuple[Planted, ...], marks: tuple[Finding, ...], fate: str, result: Result, located: bool
) -> None:
    said = builders.decision(added=marks, disposition=Disposition(fate), reason="odd")
    answer = judge(objects, [], said)
    assert (answer.result, answer.located, answer.marks) == (result, located, marks)


def test_a_region_that_was_rejected_is_no_mark() -> None:
    said = builders.decision(Verdict(0, Judgement.REJECT), disposition=Disposition.HOLD, reason="odd")
    assert judge((GUN,), [NEAR], said).marks == ()


def test_an_alarm_beside_the_threat_is_no_hit_and_no_false_alarm_of_the_clean_ones() -> None:
    def trial(held: bool, result: Result) -> Trial:
        return Trial("lan", "live", held, result, 10.0, NOON)

    trials = [
        trial(True, Result.HIT),
        trial(True, Result.FALSE_ALARM),
        trial(True, Result.MISS),
        trial(False, Result.CLEAR),
        trial(False, Result.FALSE_ALARM),
        replace(trial(True, Result.HIT), officer="bo"),
        replace(trial(True, Result.HIT), source="training"),
    ]
    live, training = competence("lan", trials)
    assert (live.source, training.source) == ("live", "training")
    assert (live.sensitivity.hits.hits, live.sensitivity.hits.n) == (1, 3)
    assert (live.sensitivity.false_alarms.hits, live.sensitivity.false_alarms.n) == (1, 2)
    assert training.times.n == 1


def test_an_officers_work_is_counted_without_what_was_corrected() -> None:
    work = officer_work(
        "lan",
        [
            reviewed("confirm", "reject", fate="hold", opened=True, kinds_found=("firearm",)),
            reviewed("reject"),
            reviewed(fate="inspect", opened=True),
            reviewed(added=1, fate="inspect", opened=False),
            reviewed("reclass", kind="ivory", corrected=True),
            reviewed(),
        ],
    )
    assert (work.n, work.release, work.hold, work.inspect, work.corrected, work.drawn) == (5, 2, 1, 2, 1, 1)
    assert (work.disagreed.hits, work.disagreed.n) == (2, 3)
    assert (work.overruled.hits, work.overruled.n) == (1, 2)
    assert (work.unprompted.hits, work.unprompted.n) == (2, 3)
    assert (work.found.hits, work.found.n) == (1, 2)
    assert work.times.median_s == 21.5


def test_decisions_are_counted_by_day_and_waiting_scans_by_age() -> None:
    later = reviewed(fate="hold")
    later = replace(later, decision=replace(later.decision, decided_at=NOON + timedelta(days=1)))
    first, second = by_day([reviewed(), reviewed(corrected=True), later])
    assert (first.release, first.hold, second.hold) == (1, 0, 1)
    scans = [(f"s{age}", "gate-1", NOON - timedelta(seconds=age)) for age in (10, 400, 400, 100_000)]
    waits = waiting(scans, NOON)
    assert waits.ages == (1, 2, 0, 0, 0, 0, 1)
    assert (waits.n, waits.oldest_s, waits.oldest_scan) == (4, 100_000, "s100000")


def test_the_confusion_counts_what_was_missed_and_what_was_nothing() -> None:
    made = confusion(
        [reviewed("confirm", "reject", "reclass", kind="ivory", added=2), reviewed("confirm", corrected=True)]
    )
    assert made.said == ("firearm", "ivory", "")
    assert made.counts == ((1, 1, 1), (0, 0, 0), (0, 2, 0))


def test_the_hardest_case_is_the_one_that_would_surprise_the_model_most() -> None:
    def named(name: str, one: Reviewed) -> Reviewed:
        return replace(one, decision=replace(one.decision, scan_id=name))

    hard = hard_cases(
        [
            named("sure", reviewed("confirm", score=0.9)),
            named("drawn", reviewed(added=1)),
            named("faint", reviewed("confirm", score=0.2)),
            named("rejected", reviewed("reject", score=0.95)),
            named("empty", reviewed("confirm", score=0.7, fate="hold", opened=True)),
        ]
    )
    assert [(case.scan_id, case.why) for case in hard] == [
        ("drawn", "missed"),
        ("rejected", "rejected"),
        ("faint", "faint"),
        ("empty", "contradicted"),
        ("sure", "faint"),
    ]


def test_a_day_beyond_the_limits_of_the_first_days_stands_out() -> None:
    days = [(f"2026-01-{i + 1:02d}", 9, 1.0 + 0.01 * (i % 2)) for i in range(BASELINE_DAYS)]
    made = chart("air", [*days, ("2026-01-21", 9, 1.2)])
    assert made.centre == pytest.approx(1.005)
    assert made.high == pytest.approx(1.005 + 2.66 * 0.01)
    assert [point.day for point in made.points if point.out] == ["2026-01-21"]
    assert chart("air", days[: MIN_BASELINE - 1]).centre is None


def test_drift_is_told_by_station_and_day_with_failures_apart() -> None:
    def scanned(station: str, at: datetime, score: float | None, air: float | None) -> Scanned:
        return Scanned("s", station, at, score, 0, score is None, air, 0.01)

    tomorrow = NOON + timedelta(days=1)
    stations = drift(
        [
            scanned("b", NOON, 0.2, 0.98),
            scanned("b", NOON, 0.4, None),
            scanned("b", tomorrow, None, 0.9),
            scanned("a", NOON, 0.5, 1.0),
        ]
    )
    assert [one.station_id for one in stations] == ["a", "b"]
    air, _, score = stations[1].charts
    assert [(point.value, point.n) for point in air.points] == [(0.98, 1), (0.9, 1)]
    assert [point.value for point in score.points] == [pytest.approx(0.3)]
    assert [(day.n, day.failed) for day in stations[1].scores] == [(2, 0)]


def test_a_spreadsheet_runs_nothing_of_a_csv_and_reads_it_back() -> None:
    nasty = ["=1+1", "+1", "-1", "@x", "\tx", 'say "so", ok', "two\r\nlines", None, True, -1.5]
    text = csv_text(("a",), [nasty])
    assert text.startswith("a\r\n")
    (_, row) = csv.reader(io.StringIO(text, newline=""))
    assert row[:7] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", 'say "so", ok', "two\r\nlines"]
    assert row[7:] == ["", "yes", "-1.5"]


def test_every_decision_has_its_line_in_the_csv() -> None:
    header, row = csv.reader(io.StringIO(decisions_csv([reviewed("confirm", "reject", opened=False)]), newline=""))
    assert tuple(header) == DECISIONS
    line = dict(zip(header, row, strict=True))
    assert (line["officer"], line["regions"], line["confirmed"], line["rejected"]) == ("lan", "2", "1", "1")
    assert (line["opened"], line["corrected"], line["supersedes"]) == ("no", "no", "")
