"""Second readers, supervisors who settle, and what each of them may know when."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from cargoscope.datasets.archive import Analysis
from cargoscope.inference.events import _as_heard_by
from cargoscope.site import Site
from tests import builders
from tests.inference.rig import Rig, keep, rig, wait_for

MODEL = "a" * 64
URL = "/v1/scans/scan-1"


@contextmanager
def site(folder: Path, **rules: Any) -> Iterator[Rig]:
    """A service with officers lan, bo and mai, supervisors eva and ian, an auditor, and a scan of one finding."""
    with rig(folder, site=Site.read(rules)) as r:
        for name, role in (("mai", "officer"), ("eva", "supervisor"), ("ian", "supervisor"), ("aud", "auditor")):
            r.archive.accounts.add_officer(name, role)
        with r.archive._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE officers SET must_change = 0")
        keep(r.archive, builders.scan())
        wait_for(r.archive, "scan-1")
        r.archive.record(Analysis("scan-1", MODEL, "model", "CPU", builders.found(builders.finding()), 0.6))
        yield r


def decide(r: Rig, officer: str, disposition: str = "release", judgement: str = "reject", **more: Any) -> Any:
    body = {
        "model_id": MODEL,
        "verdicts": [{"finding": 0, "judgement": judgement}],
        "disposition": disposition,
        "reason": f"as {officer} sees it",
    }
    return r.client.post(f"{URL}/decisions", json=body | more, headers=r.log_in(officer))


def card(r: Rig, officer: str) -> dict[str, Any]:
    return dict(r.client.get(URL, headers=r.log_in(officer)).json())


def listed(r: Rig, officer: str, state: str) -> list[str]:
    answer = r.client.get("/v1/scans", params={"state": state}, headers=r.log_in(officer))
    return [row["scan_id"] for row in answer.json()]


def test_a_second_reader_learns_nothing_of_the_first_opinion_until_both_are_given(tmp_path: Path) -> None:
    with site(tmp_path, second_share=1.0) as r:
        before = card(r, "bo")
        assert decide(r, "lan", "inspect", "confirm").status_code == 201
        seen = card(r, "bo")
        assert seen.pop("waiting_s") >= before.pop("waiting_s")
        assert seen == before
        assert (listed(r, "bo", "open"), listed(r, "bo", "decided")) == (["scan-1"], [])
        assert (listed(r, "lan", "open"), listed(r, "lan", "decided")) == ([], ["scan-1"])
        own = card(r, "lan")
        assert (own["status"], own["final"], own["disposition"], own["officer"]) == ("second", False, "inspect", "lan")
        for reader in ("eva", "aud"):
            assert [one["officer"] for one in card(r, reader)["decisions"]] == ["lan"]
        assert r.client.get("/v1/status", headers=r.log_in("bo")).json()["second"] is None
        assert r.client.get("/v1/status", headers=r.log_in("eva")).json()["second"] == 1
        guessed = decide(r, "bo", supersedes=own["decisions"][0]["decision_id"])
        assert (guessed.status_code, "lan" in guessed.text, "inspect" in guessed.text) == (409, False, False)
        early = r.client.post(f"{URL}/outcome", json={"opened": False}, headers=r.log_in("bo"))
        assert (early.status_code, "lan" in early.text) == (409, False)

        assert decide(r, "bo", "inspect", "confirm").status_code == 201
        both = card(r, "mai")
        assert [(one["officer"], one["reading"]) for one in both["decisions"]] == [("lan", 1), ("bo", 2)]
        assert (both["status"], both["final"], both["final_decision"]) == (
            "decided",
            True,
            both["decisions"][1]["decision_id"],
        )


def test_a_first_opinion_is_told_to_nobody_who_may_have_to_give_the_second(tmp_path: Path) -> None:
    with site(tmp_path, second_share=1.0) as r:
        failed = Analysis("scan-1", MODEL, "model", "CPU", builders.found(), None, "broken")
        r.archive.record(failed)
        lan, bo = r.log_in("lan"), r.log_in("bo")
        look = r.client.post(f"{URL}/first-look", json={}, headers=bo)
        assert look.status_code == 201
        before = r.client.get("/v1/status", headers=bo).json()
        assert decide(r, "lan", "inspect", verdicts=[]).status_code == 201
        after = r.client.get("/v1/status", headers=bo).json()
        assert (before["not_analysed"], after["not_analysed"], after["waiting"]) == (1, 1, before["waiting"])

        (told,) = [event for event in r.archive.events_after(0) if event.body.get("status") == "second"]
        assert _as_heard_by(r.archive.accounts.officer("eva"), told) == told
        heard = _as_heard_by(r.archive.accounts.officer("bo"), told)
        assert heard is not None, "a gap in the numbers of the events would tell"
        given_back = {"scan_id": "scan-1", "officer": None, "until": None}
        assert (heard.seq, heard.kind, heard.body) == (told.seq, "lease", given_back)

        done, jpeg = cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))
        assert done
        sent = r.client.post(f"{URL}/photos", files={"file": ("a.jpg", jpeg.tobytes())}, headers=lan)
        assert sent.status_code == 201
        assert (len(card(r, "lan")["photos"]), len(card(r, "bo")["photos"])) == (1, 0)
        assert r.client.get(f"{URL}/first-looks", headers=lan).json() == [], "nor does the first reader learn of bo's"
        assert decide(r, "bo", "inspect", verdicts=[]).status_code == 201
        assert len(r.client.get(f"{URL}/first-looks", headers=lan).json()) == 1
        assert len(card(r, "bo")["photos"]) == 1


def test_nobody_reads_second_who_read_first_or_who_knows_the_first_opinion(tmp_path: Path) -> None:
    with site(tmp_path, second_share=1.0) as r:
        r.archive.people.give_roles("eva", ["officer", "supervisor"], by="test")
        decide(r, "lan", "inspect", "confirm")
        assert decide(r, "lan").status_code == 409
        assert decide(r, "eva").status_code == 403
        assert decide(r, "ian").status_code == 403
        assert decide(r, "aud").status_code == 403
        assert decide(r, "eva", recheck=True).status_code == 409
        answer = r.client.post("/v1/scans/next", json={}, headers=r.log_in("lan")).json()
        assert (answer["row"], answer["waiting"]) == (None, 0)
        answer = r.client.post("/v1/scans/next", json={}, headers=r.log_in("bo")).json()
        assert (answer["row"]["status"], answer["row"]["officer"], answer["waiting"]) == ("analysed", None, 1)


def test_two_opinions_that_differ_go_to_a_supervisor_who_gave_neither(tmp_path: Path) -> None:
    with site(tmp_path, second_scores=[0.5, 0.7]) as r:
        decide(r, "lan", "inspect", "confirm")
        decide(r, "bo", "release")
        shown = card(r, "mai")
        assert (shown["status"], shown["final"], len(shown["decisions"])) == ("recheck", False, 2)
        assert list(r.archive.feedback()) == []
        assert listed(r, "bo", "open") == []
        assert listed(r, "eva", "open") == ["scan-1"]
        assert decide(r, "mai", recheck=True).status_code == 403
        row = r.client.post("/v1/scans/next", json={}, headers=r.log_in("eva")).json()["row"]
        assert (row["scan_id"], row["status"]) == ("scan-1", "recheck")
        assert decide(r, "ian", recheck=True).status_code == 409
        assert decide(r, "eva", "hold", "confirm", recheck=True, reason="").status_code == 422
        assert decide(r, "eva", "hold", "confirm", recheck=True).status_code == 201
        shown = card(r, "lan")
        assert (shown["status"], shown["disposition"], shown["officer"]) == ("decided", "hold", "eva")
        assert [one["reading"] for one in shown["decisions"]] == [1, 2, 3]
        [feedback] = r.archive.feedback()
        assert (feedback.decision.officer, feedback.decision.disposition) == ("eva", "hold")


def test_a_site_may_let_the_stricter_opinion_hold(tmp_path: Path) -> None:
    with site(tmp_path, second_dispositions=["release"], disagreement="stricter") as r:
        decide(r, "lan", "release")
        assert card(r, "lan")["status"] == "second"
        decide(r, "bo", "inspect", "confirm")
        shown = card(r, "mai")
        assert (shown["status"], shown["disposition"], shown["officer"]) == ("decided", "inspect", "bo")
        [feedback] = r.archive.feedback()
        assert feedback.decision.officer == "bo"


def test_what_a_site_does_not_ask_to_be_read_twice_is_final_at_once(tmp_path: Path) -> None:
    with site(tmp_path, second_dispositions=["release"], second_scores=[0.9, 1.0]) as r:
        first = decide(r, "lan", "inspect", "confirm").json()["decision_id"]
        assert card(r, "bo")["final"]
        assert decide(r, "bo", "hold", "confirm", supersedes=first).status_code == 201
        assert (card(r, "lan")["disposition"], card(r, "lan")["officer"]) == ("hold", "bo")


def test_an_opinion_of_two_is_corrected_by_its_own_reader_alone(tmp_path: Path) -> None:
    with site(tmp_path, second_share=1.0) as r:
        first = decide(r, "lan", "inspect", "confirm").json()["decision_id"]
        corrected = decide(r, "lan", "hold", "confirm", supersedes=first)
        assert corrected.status_code == 201
        assert card(r, "bo")["decisions"] == []
        second = decide(r, "bo", "hold", "confirm").json()["decision_id"]
        assert card(r, "mai")["final"]
        assert decide(r, "mai", "release", supersedes=second).status_code == 403
        assert decide(r, "bo", "release", supersedes=second).status_code == 201
        assert card(r, "mai")["status"] == "recheck"


def test_a_supervisor_rechecks_what_is_decided_and_only_supervisors_correct_that(tmp_path: Path) -> None:
    with site(tmp_path) as r:
        first = decide(r, "lan").json()["decision_id"]
        checked = decide(r, "eva", "inspect", "confirm", recheck=True)
        assert checked.status_code == 201
        assert decide(r, "lan", supersedes=first).status_code == 409
        assert decide(r, "ian", recheck=True).status_code == 409
        again = decide(r, "ian", "hold", "confirm", recheck=True, supersedes=checked.json()["decision_id"])
        assert again.status_code == 201
        assert (card(r, "lan")["officer"], card(r, "lan")["disposition"]) == ("ian", "hold")


def test_reason_codes_must_be_of_the_catalogue_and_fit_and_stand_where_the_site_wants_them(tmp_path: Path) -> None:
    with site(tmp_path, codes_required=["release"]) as r:
        for codes, sentence in (
            ([], "release needs a reason code at this site: nothing_suspicious"),
            (["no_such"], "no reason code 'no_such'"),
            (["hidden_space"], "reason hidden_space explains hold, inspect, not release"),
            (["as_declared", "as_declared"], "a reason code stands twice"),
        ):
            answer = decide(r, "lan", reason_codes=codes)
            assert (answer.status_code, sentence in answer.json()["error"]) == (422, True), answer.text
        assert card(r, "lan")["decisions"] == []
        assert decide(r, "lan", reason_codes=["as_declared"], reason="").status_code == 201
        assert card(r, "lan")["decisions"][0]["reason_codes"] == ["as_declared"]


def test_a_code_stands_for_a_reason_in_words_but_not_for_why_a_decision_is_corrected(tmp_path: Path) -> None:
    with site(tmp_path) as r:
        assert decide(r, "lan", "hold", "confirm", reason="").status_code == 422
        first = decide(r, "lan", "hold", "confirm", reason="", reason_codes=["anomaly"])
        assert first.status_code == 201
        again = {"supersedes": first.json()["decision_id"], "reason_codes": ["anomaly"]}
        assert decide(r, "lan", "hold", "confirm", reason="", **again).status_code == 422
