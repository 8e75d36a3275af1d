"""Who has which scan before them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cargoscope.datasets.archive import Analysis, Archive, Officer
from cargoscope.datasets.archive.database import in_utc
from cargoscope.errors import ConflictError, ForbiddenError
from cargoscope.inference.access import HANDING_OUT, ROUTES, SCAN
from cargoscope.site import Site
from tests import builders
from tests.inference.rig import Rig, keep, people, rig, wait_for
from tests.inference.test_access import filled

MODEL = "a" * 64


@contextmanager
def three_scans(folder: Path, **site: Any) -> Iterator[Rig]:
    """A service with scans "low", "high" and "middle" of one finding each; "high" is of station gate-2."""
    with rig(folder, site=Site.read(site)) as r:
        r.archive.accounts.add_station("gate-2")
        for number, (scan_id, score) in enumerate((("low", 0.1), ("high", 0.9), ("middle", 0.5))):
            station = "gate-2" if scan_id == "high" else "gate-1"
            scan = builders.scan(builders.view(level=20000 + number), scan_id=scan_id, station_id=station)
            keep(r.archive, scan)
            wait_for(r.archive, scan_id)
            kind = "cigarettes" if scan_id == "middle" else "firearm"
            found = builders.found(builders.finding(score=score, kind=kind))
            r.archive.record(Analysis(scan_id, MODEL, "model", "CPU", found, score))
        yield r


def take_next(r: Rig, officer: str = "lan", **body: Any) -> str | None:
    answer = r.client.post("/v1/scans/next", json=body, headers=r.log_in(officer))
    assert answer.status_code == 200, answer.text
    row = answer.json()["row"]
    assert row is None or (row["leased_by"] == officer and row["lease_until"])
    return None if row is None else str(row["scan_id"])


def decide(r: Rig, scan_id: str, officer: str = "lan", **changed: Any) -> Any:
    body = {"model_id": MODEL, "verdicts": [{"finding": 0, "judgement": "reject"}], "disposition": "release"}
    return r.client.post(f"/v1/scans/{scan_id}/decisions", json=body | changed, headers=r.log_in(officer))


def test_the_riskiest_scan_goes_to_one_officer_and_the_next_one_to_another(tmp_path: Path) -> None:
    with three_scans(tmp_path) as r:
        assert take_next(r, "lan") == "high"
        assert take_next(r, "bo") == "middle"
        refused = decide(r, "high", "bo")
        assert (refused.status_code, "lan has it open until" in refused.json()["error"]) == (409, True)
        assert r.client.post("/v1/scans/high/lease", headers=r.log_in("bo")).status_code == 409
        rows = r.client.get("/v1/scans", headers=r.log_in("bo")).json()
        assert [(row["scan_id"], row["leased_by"]) for row in rows] == [
            ("high", "lan"),
            ("middle", "bo"),
            ("low", None),
        ]
        assert decide(r, "high").status_code == 201
        assert take_next(r, "lan") == "low"
        assert take_next(r, "bo", holding=["middle"]) is None


def test_a_page_that_is_loaded_anew_gets_back_what_its_officer_had_open(tmp_path: Path) -> None:
    with three_scans(tmp_path) as r:
        assert take_next(r) == "high"
        assert take_next(r) == "high"
        assert take_next(r, holding=["high"]) == "middle"
        body = {"holding": ["high", "middle"]}
        full = r.client.post("/v1/scans/next", json=body, headers=r.log_in())
        assert (full.status_code, "lan has 2 scans open" in full.json()["error"]) == (409, True)


def test_an_officer_returns_a_scan_and_nobody_elses_but_a_supervisor_may(tmp_path: Path) -> None:
    with three_scans(tmp_path) as r:
        r.archive.people.give_roles("bo", ["supervisor"], by="test")
        r.archive.accounts.add_officer("mai")
        with r.archive._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE officers SET must_change = 0")
        assert take_next(r) == "high"
        assert r.client.delete("/v1/scans/high/lease", headers=r.log_in("mai")).status_code == 403
        assert r.client.delete("/v1/scans/high/lease", headers=r.log_in("bo")).status_code == 204
        assert take_next(r, "mai") == "high"
        assert r.client.delete("/v1/scans/high/lease", headers=r.log_in("mai")).status_code == 204
        assert r.client.delete("/v1/scans/high/lease", headers=r.log_in("mai")).status_code == 204
        leases = [event.body for event in r.archive.events_after(0) if event.kind == "lease"]
        assert [body["officer"] for body in leases] == ["lan", None, "mai", None]


def test_a_lease_that_runs_out_returns_the_scan(tmp_path: Path) -> None:
    with three_scans(tmp_path) as r:
        assert take_next(r) == "high"
        with r.archive._engine.begin() as connection:
            past = in_utc(datetime.now(UTC) - timedelta(seconds=1))
            connection.exec_driver_sql("UPDATE leases SET until = ?", (past,))
        r.archive.sweep_leases()
        assert r.archive.events_after(0)[-1].body == {"scan_id": "high", "officer": None, "until": None}
        assert take_next(r, "bo") == "high"
        assert decide(r, "high", "lan").status_code == 409


def test_filters_choose_by_station_kind_risk_and_age(tmp_path: Path) -> None:
    with three_scans(tmp_path) as r:
        for question, expected in (
            ({"station": "gate-1"}, ["middle", "low"]),
            ({"kind": "firearm"}, ["high", "low"]),
            ({"min_score": 0.3}, ["high", "middle"]),
            ({"max_score": 0.3}, ["low"]),
            ({"max_wait_s": 3600}, ["high", "middle", "low"]),
            ({"min_wait_s": 3600}, []),
            ({"status": "failed"}, []),
        ):
            answer = r.client.get("/v1/scans", params=question, headers=r.log_in())
            assert [row["scan_id"] for row in answer.json()] == expected, question
            assert answer.headers["X-Total-Count"] == str(len(expected))
        assert take_next(r, filters={"kind": "cigarettes"}) == "middle"
        wrong = r.client.get("/v1/scans", params={"stations": "x"}, headers=r.log_in())
        assert wrong.status_code == 422


def test_where_scans_are_handed_out_nobody_picks(tmp_path: Path) -> None:
    with three_scans(tmp_path, picking="assigned") as r:
        lan = r.log_in()
        assert r.client.post("/v1/scans/low/lease", headers=lan).status_code == 403
        assert r.client.get("/v1/scans/low", headers=lan).status_code == 403
        assert r.client.get("/v1/scans/low/views/0/tiles/0/0_0", headers=lan).status_code == 403
        assert decide(r, "low").status_code == 403
        by_kind = r.client.post("/v1/scans/next", json={"filters": {"kind": "firearm"}}, headers=lan)
        assert by_kind.status_code == 403
        assert take_next(r) == "high"
        assert r.client.get("/v1/scans/high", headers=lan).status_code == 200
        assert r.client.get("/v1/scans/high/views/0/tiles/0/0_0", headers=lan).status_code == 200
        assert r.client.post("/v1/scans/high/lease", headers=lan).status_code == 200
        made = decide(r, "high")
        assert made.status_code == 201
        again = decide(r, "high", supersedes=made.json()["decision_id"], reason="a slip of the key")
        assert again.status_code == 201


def test_where_scans_are_handed_out_no_address_of_another_scan_answers(tmp_path: Path) -> None:
    asked = [
        (method, path)
        for (method, path), who_may in ROUTES.items()
        if path.startswith(SCAN) and path not in HANDING_OUT and isinstance(who_may, frozenset)
    ]
    assert len(asked) >= 15
    with three_scans(tmp_path, picking="assigned") as r:
        assert take_next(r) == "high"
        lan = r.log_in()
        for method, path in asked:
            for scan_id, refused in (("low", True), ("high", False)):
                address = filled(path.replace("{scan_id}", scan_id))
                answer = r.client.request(method, address, headers=lan, json={})
                assert ("was not handed out to lan" in answer.text) == refused, (method, address, answer.text)
                assert (answer.status_code == 403) == refused, (method, address, answer.text)
        keep(r.archive, builders.scan(builders.view(level=23000), scan_id="low-2"))
        near = r.client.get(f"{SCAN.replace('{scan_id}', 'high')}/comparable", headers=lan).json()
        assert near["scans"] == []
        r.archive.accounts.add_officer("aud", "auditor")
        with r.archive._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE officers SET must_change = 0")
        near = r.client.get("/v1/scans/low/comparable", headers=r.log_in("aud")).json()
        assert {one["row"]["scan_id"] for one in near["scans"]} == {"middle", "low-2"}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path) as one:
        people(one)
        yield one


def test_officers_who_ask_at_once_never_get_the_same_scan(archive: Archive) -> None:
    for number in range(12):
        keep(archive, builders.scan(builders.view(width=8, height=8, level=20000 + number), scan_id=f"scan-{number}"))
        archive.record(Analysis(f"scan-{number}", MODEL, "model", "CPU", builders.found(), number / 20))
    who = [archive.accounts.officer(name) for name in ("lan", "bo")]
    archive.follow(replace(archive.site, max_leases=1000))
    begin, got, lock = threading.Barrier(8), [], threading.Lock()

    def work(number: int) -> None:
        begin.wait()
        mine: list[str] = []
        while (lease := archive.lease_next(who[number % 2], holding=everything)) is not None:
            mine.append(lease.scan_id)
        with lock:
            got.extend(mine)

    everything = [f"scan-{number}" for number in range(12)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert sorted(got) == sorted(everything)


def test_of_two_who_take_one_scan_at_once_one_gets_it(archive: Archive) -> None:
    keep(archive, builders.scan())
    archive.record(Analysis("scan-1", MODEL, "model", "CPU", builders.found(), 0.5))
    begin = threading.Barrier(2)

    def take(who: Officer) -> str:
        begin.wait()
        try:
            return archive.lease("scan-1", who).officer
        except ConflictError as error:
            return str(error).split(" until ")[0]

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(take, [archive.accounts.officer(name) for name in ("lan", "bo")]))
    winner = next(one for one in told if one in ("lan", "bo"))
    assert sorted(told) == sorted([winner, f"scan scan-1: {winner} has it open"])


def test_waiting_and_a_waiting_truck_count_as_much_as_the_site_says(archive: Archive) -> None:
    archive.accounts.add_station("gate-2")
    for scan_id, station, score in (("old", "gate-1", 0.3), ("risky", "gate-1", 0.6), ("truck", "gate-2", 0.55)):
        keep(archive, builders.scan(builders.view(level=int(score * 60000)), scan_id=scan_id, station_id=station))
        archive.record(Analysis(scan_id, MODEL, "model", "CPU", builders.found(), score))
    with archive._engine.begin() as connection:
        past = in_utc(datetime.now(UTC) - timedelta(hours=2))
        connection.exec_driver_sql("UPDATE standing SET received_at = ? WHERE scan_id = 'old'", (past,))

    def order(**site: Any) -> list[str]:
        archive.follow(Site.read(site))
        return [case.scan.scan_id for case in archive.cases("open", 9, 0)[0]]

    assert order(age_per_hour=0) == ["risky", "truck", "old"]
    assert order(age_per_hour=0, truck_stations=["gate-2"]) == ["truck", "risky", "old"]
    assert order(age_per_hour=0.2) == ["old", "risky", "truck"]


def test_a_site_that_hands_out_refuses_a_decision_without_a_lease(archive: Archive) -> None:
    keep(archive, builders.scan())
    archive.record(Analysis("scan-1", MODEL, "model", "CPU", builders.found(), 0.5))
    archive.follow(Site.read({"picking": "assigned"}))
    with pytest.raises(ForbiddenError, match="was not handed out to lan"):
        archive.decide(builders.decision(model_id=MODEL))
