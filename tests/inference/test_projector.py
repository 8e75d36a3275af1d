"""Test images in live work: how they come, that nothing gives them away, and where they never arrive."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from starlette.requests import Request

from cargoscope.datasets.archive import Archive, Planted
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.datasets.from_feedback import from_feedback
from cargoscope.errors import ArchiveError, ConflictError, NotFoundError
from cargoscope.inference import projector
from cargoscope.inference.parts import parts_of
from cargoscope.inference.projector import Projector
from cargoscope.inference.routes_figures import work
from cargoscope.review import Outcome
from cargoscope.scan import Scan
from tests import builders
from tests.inference.rig import Rig, keep, rig, wait_for

BLOB = (300, 100, 330, 130)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("projector")) as running:
        yield running


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scans of this very minute may become tests."""
    monkeypatch.setattr(projector, "NOT_BEFORE", timedelta(0))


def a_scan(number: int, *blobs: tuple[int, int, int, int]) -> Scan:
    taken_at = (datetime.now(UTC) - timedelta(seconds=40)).replace(microsecond=0)
    view = builders.cargo_view(*blobs, seed=number)
    return replace(builders.scan(view, scan_id=f"G1-{taken_at:%Y%m%dT%H%M%S}-{number:03d}"), taken_at=taken_at)


def deciding(r: Rig, scan_id: str, fate: str, officer: str = "lan", judgement: str = "reject") -> dict[str, object]:
    """The officer judges all regions alike."""
    headers = r.log_in(officer)
    card = r.client.get(f"/v1/scans/{scan_id}", headers=headers).json()
    verdicts = [{"finding": one["index"], "judgement": judgement} for one in card["findings"]]
    body = {"model_id": card["model"]["model_id"], "verdicts": verdicts, "disposition": fate, "dwell_s": 12.0}
    body |= {"reason": "" if fate == "release" else "looks odd"}
    answer = r.client.post(f"/v1/scans/{scan_id}/decisions", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def released(r: Rig, number: int) -> str:
    """A clean scan that an officer released."""
    scan = a_scan(number)
    keep(r.archive, scan)
    r.worker.wake()
    wait_for(r.archive, scan.scan_id)
    deciding(r, scan.scan_id, "release")
    return scan.scan_id


def projected(r: Rig, with_threat: bool = True) -> str:
    """A test image that the model has examined."""
    rng = Random(3)
    rng.random = lambda: 0.9 if with_threat else 0.0  # type: ignore[method-assign]
    made = Projector(r.archive, rng).make("gate-1", datetime.now(UTC))
    assert made is not None
    r.worker.wake()
    wait_for(r.archive, made)
    return made


def rows(r: Rig, state: str) -> list[dict[str, object]]:
    return list(r.client.get(f"/v1/scans?state={state}", headers=r.log_in("bo")).json())


def test_nothing_tells_a_test_from_a_real_scan_until_it_is_decided(service: Rig, unhurried: None) -> None:
    r = service
    source = released(r, 1)
    real = a_scan(2, BLOB)
    keep(r.archive, real)
    r.worker.wake()
    wait_for(r.archive, real.scan_id)
    test = projected(r)
    headers = r.log_in("bo")
    listed = {row["scan_id"]: row for row in rows(r, "open")}
    assert {test, real.scan_id} <= set(listed)
    assert set(listed[test]) == set(listed[real.scan_id])
    cards = [r.client.get(f"/v1/scans/{name}", headers=headers).json() for name in (test, real.scan_id)]
    assert set(cards[0]) == set(cards[1])
    for field in ("status", "station_id", "views", "model", "decisions", "outcome", "error"):
        assert cards[0][field] == cards[1][field]
    for card in cards:
        lag = datetime.fromisoformat(card["received_at"]) - datetime.fromisoformat(card["taken_at"])
        assert timedelta(seconds=20) < lag < timedelta(seconds=120)
        shown = datetime.strptime(card["scan_id"][3:18], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        assert shown == datetime.fromisoformat(card["taken_at"])
    for name in (test, real.scan_id):
        assert r.client.get(f"/v1/scans/{name}/test", headers=headers).json() is None
        assert r.client.get(f"/v1/scans/{name}/test/picture", headers=headers).status_code == 404
        comparable = r.client.get(f"/v1/scans/{name}/comparable", headers=headers)
        assert comparable.status_code == 200
        other = {test: real.scan_id, real.scan_id: test}[name]
        assert other in comparable.text, "what is missing there alone would be known by that"
        assert name != test or source not in comparable.text
    assert test not in r.client.get(f"/v1/scans/{source}/comparable", headers=headers).text
    r.archive.accounts.add_officer("eva", "officer", "supervisor")
    eva = replace(r.archive.accounts.officer("eva"), must_change=False)
    counted = work((), eva, parts_of(Request({"type": "http", "app": r.client.app}))).waiting.n
    assert counted == r.archive.count_open()
    assert counted == len(r.archive.work.waiting()) + 1
    taken = [r.archive.stored(name).taken_at for name in (test, real.scan_id)]
    assert [one.microsecond for one in taken] == [0, 0], "the station's scans are taken at whole seconds"
    events = {event.body["scan_id"]: set(event.body) for event in r.archive.events_after(0) if event.kind == "scan"}
    assert events[test] == events[real.scan_id]
    deciding(r, test, "release", "bo")
    assert test not in r.client.get(f"/v1/scans/{real.scan_id}/comparable", headers=headers).text
    deciding(r, real.scan_id, "release", "bo")


def test_a_test_differs_from_its_source_only_where_the_threat_is(service: Rig, unhurried: None) -> None:
    source = released(service, 11)
    test = projected(service)
    made = service.archive.projections.of(test)
    assert made is not None
    before = service.archive.open_scan(made.source_scan_id).views[0].pixels
    after = service.archive.open_scan(test).views[0].pixels
    (thing,) = made.objects
    x1, y1, x2, y2 = (round(edge) for edge in thing.box)
    changed = (before != after).any(axis=0)
    assert changed[y1:y2, x1:x2].mean() > 0.3
    changed[max(0, y1 - 40) : y2 + 40, max(0, x1 - 40) : x2 + 40] = False  # its wrapping and the beam's blur
    assert not changed.any()
    assert source
    deciding(service, test, "release")


@pytest.mark.parametrize(("fate", "expected"), [("release", "miss"), ("hold", "hit")])
def test_the_officer_learns_at_once_what_the_test_was_and_nobody_else_does(
    service: Rig, unhurried: None, fate: str, expected: str
) -> None:
    released(service, 20 + len(fate))
    test = projected(service)
    deciding(service, test, fate)
    told = service.client.get(f"/v1/scans/{test}/test", headers=service.log_in("lan")).json()
    assert told["result"] == expected
    (thing,) = told["objects"]
    made = service.archive.projections.of(test)
    assert made is not None
    assert tuple(thing["box"]) == made.objects[0].box
    picture = service.client.get(told["picture"], headers=service.log_in("lan"))
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert service.client.get(f"/v1/scans/{test}/test", headers=service.log_in("bo")).json() is None


def test_stopping_an_unchanged_copy_is_a_false_alarm(service: Rig, unhurried: None) -> None:
    released(service, 31)
    test = projected(service, with_threat=False)
    deciding(service, test, "inspect")
    told = service.client.get(f"/v1/scans/{test}/test", headers=service.log_in("lan")).json()
    assert (told["result"], told["objects"]) == ("false_alarm", [])


def test_a_decided_test_is_gone_from_every_list_figure_and_lesson(service: Rig, unhurried: None) -> None:
    r = service
    released(r, 41)
    before = len(list(r.archive.feedback()))
    test = projected(r)
    deciding(r, test, "inspect", judgement="confirm")
    assert all(test not in {row["scan_id"] for row in rows(r, state)} for state in ("open", "decided", "all"))
    said = list(r.archive.feedback())
    assert len(said) == before
    assert test not in {sample.scan_id for sample in from_feedback(said, r.archive.open_scan).manifest.samples}
    hour = datetime.now(UTC) - timedelta(hours=1)
    assert test not in {one.decision.scan_id for one in r.archive.work.reviewed(hour, datetime.now(UTC))}
    assert test not in {one.scan_id for one in r.archive.work.scanned(hour, datetime.now(UTC))}
    outcome = Outcome(test, True, ("firearm",), "", "lan", datetime.now(UTC))
    with pytest.raises(ConflictError, match="test image"):
        r.archive.conclude(outcome)
    decided = r.archive.case(test).decisions[0]
    again = replace(decided, decision_id="again", supersedes=decided.decision_id, reason="I was wrong")
    with pytest.raises(ConflictError, match="first answer"):
        r.archive.decide(again)


def test_a_site_that_lets_two_officers_read_asks_for_one_answer_to_a_test(service: Rig, unhurried: None) -> None:
    released(service, 51)
    test = projected(service)
    service.archive.follow(replace(service.archive.site, second_share=1.0))
    try:
        deciding(service, test, "release")
        assert service.archive.case(test).status == "decided"
    finally:
        service.archive.follow(replace(service.archive.site, second_share=0.0))


def test_no_test_comes_at_a_rate_of_zero_and_about_as_many_as_the_rate_says(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        archive.accounts.add_station("gate-1")
        drawn: list[str] = []
        worker = Projector(archive, Random(1))
        worker.make = lambda station, now: drawn.append(station)  # type: ignore[method-assign,assignment]
        later = datetime.now(UTC)

        def arrive(first: int, count: int) -> None:
            for number in range(first, first + count):
                keep(archive, builders.scan(builders.view(level=20000 + number), scan_id=f"s{number}"))
            worker.step(later)
            worker.step(later + timedelta(days=1))

        arrive(0, 20)
        assert drawn == []
        archive.projections.set_rate("gate-1", 0.2, "chi")
        arrive(20, 60)
        assert 6 <= len(drawn) <= 18


def test_a_rate_is_set_by_a_supervisor_and_written_down(service: Rig) -> None:
    r = service
    for name, role in (("chi", "supervisor"), ("an", "auditor")):
        r.archive.accounts.add_officer(name, role)
        r.archive.accounts.change_password(name, r.archive.accounts.reset_password(name), "a long enough one", "")
    refused = r.client.put("/v1/projection/gate-1", json={"rate": 0.1}, headers=r.log_in("lan"))
    assert refused.status_code == 403
    given = r.client.put("/v1/projection/gate-1", json={"rate": 0.1}, headers=r.log_in("chi"))
    assert given.json() == {"gate-1": 0.1}
    shown = r.client.get("/v1/projection", headers=r.log_in("an")).json()
    assert shown["changes"][0]["set_by"] == "chi"
    assert r.client.put("/v1/projection/gate-1", json={"rate": 0.9}, headers=r.log_in("chi")).status_code == 400
    r.archive.projections.set_rate("gate-1", 0.0, "chi")
    with pytest.raises(NotFoundError):
        r.archive.projections.set_rate("nowhere", 0.1, "chi")
    with pytest.raises(ArchiveError):
        r.archive.projections.set_rate("gate-1", -0.1, "chi")


def test_only_one_who_decides_on_no_scans_is_told_of_tests_that_wait(service: Rig, unhurried: None) -> None:
    released(service, 61)
    test = projected(service)
    watching = {name: service.client.get("/v1/projection", headers=service.log_in(name)).text for name in ("chi", "an")}
    assert test not in watching["chi"]
    assert test in watching["an"]
    deciding(service, test, "release")
    trail = service.client.get("/v1/projection/trail.csv", headers=service.log_in("chi"))
    assert test in trail.text
    assert "miss" in trail.text


def test_a_real_scan_with_the_name_of_a_test_is_not_refused(service: Rig) -> None:
    r = service
    scan = replace(a_scan(71), scan_id="twin-1")
    mark = r.archive.projections.mark("twin-1", rows(r, "all")[0]["scan_id"], (), 0.1)  # type: ignore[arg-type]
    content = package_bytes(scan)
    with r.archive.files.receive([content], "twin-1", len(content)) as incoming:
        r.archive.keep(incoming, scan, "twin-1.scan", mark)
    real = replace(a_scan(72), scan_id="twin-1")
    answer = r.client.post("/v1/scans", files={"file": ("twin.scan", package_bytes(real))}, headers=r.station)
    assert answer.status_code == 201
    assert answer.json()["scan_id"] == "twin-1.2"
    again = r.client.post("/v1/scans", files={"file": ("twin.scan", package_bytes(real))}, headers=r.station)
    assert again.json()["scan_id"] == "twin-1.2"


def test_a_scan_is_never_a_test_without_its_mark(tmp_path: Path) -> None:
    """The mark is written with the scan or neither is."""
    with Archive(tmp_path) as archive:
        archive.accounts.add_station("gate-1")
        scan = builders.scan(builders.cargo_view(), scan_id="broken")
        content = package_bytes(scan)
        mark = archive.projections.mark(
            "broken", "there is no such source", (Planted("x", 0, (0, 0, 1, 1), 1, 0),), 0.1
        )
        with (
            archive.files.receive([content], "broken", len(content)) as incoming,
            pytest.raises(Exception, match="FOREIGN KEY"),
        ):
            archive.keep(incoming, scan, "broken.scan", mark)
        assert archive.count() == 0
