from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cargoscope.datasets.archive import Analysis
from tests import builders
from tests.inference.rig import Rig, keep, rig, wait_for

MODEL = "a" * 64
WHOLE = {
    "model_id": MODEL,
    "verdicts": [{"finding": 0, "judgement": "confirm"}, {"finding": 1, "judgement": "reclass", "kind": "cigarettes"}],
    "added": [{"view": 0, "box": [0, 0, 64, 48], "kind": "gas_cylinder"}],
    "disposition": "hold",
    "reason": "two objects behind the doors",
    "dwell_s": 12.5,
}


@contextmanager
def two_findings(folder: Path) -> Iterator[Rig]:
    """A service with a 64×48 scan of two findings by MODEL."""
    with rig(folder) as r:
        keep(r.archive, builders.scan())
        wait_for(r.archive, "scan-1")
        found = builders.found(builders.finding(), builders.finding((5, 5, 9, 9), 0.6, "narcotics_package"))
        r.archive.record(Analysis("scan-1", MODEL, "model", "CPU", found, 0.9))
        yield r


def decide(r: Rig, officer: str = "lan", **changed: Any) -> tuple[int, dict[str, Any]]:
    answer = r.client.post("/v1/scans/scan-1/decisions", json=WHOLE | changed, headers=r.log_in(officer))
    return answer.status_code, answer.json()


def test_the_card_shows_findings_with_the_colours_of_their_kinds(tmp_path: Path) -> None:
    with two_findings(tmp_path) as r:
        card = r.client.get("/v1/scans/scan-1", headers=r.log_in()).json()
        colours = {kind["id"]: kind["colour"] for kind in r.client.get("/v1/taxonomy", headers=r.log_in()).json()}
        first, second = card["findings"]
        assert first == {
            "index": 0,
            "view": 0,
            "box": [10, 10, 30, 20],
            "score": pytest.approx(0.9),
            "kind": "firearm",
            "colour": colours["firearm"],
        }
        assert second["index"] == 1
        assert card["model"] == {"model_id": MODEL, "name": "model", "provider": "CPU"}
        assert (card["n_findings"], card["top_kind"], card["status"]) == (2, "firearm", "analysed")
        assert (card["width"], card["height"], card["views"][0]["levels"]) == (64, 48, 7)


def test_a_decision_is_shown_as_it_was_made(tmp_path: Path) -> None:
    with two_findings(tmp_path) as r:
        status, made = decide(r)
        assert status == 201
        card = r.client.get("/v1/scans/scan-1", headers=r.log_in("bo")).json()
        [decision] = card["decisions"]
        assert decision["decision_id"] == made["decision_id"]
        assert decision["officer"] == "lan"
        assert decision["verdicts"] == [WHOLE["verdicts"][0] | {"kind": None}, WHOLE["verdicts"][1]]  # type: ignore[index]
        assert {key: decision[key] for key in ("added", "disposition", "reason", "dwell_s")} == {
            key: WHOLE[key] for key in ("added", "disposition", "reason", "dwell_s")
        }
        assert (card["status"], card["disposition"], card["officer"]) == ("decided", "hold", "lan")


def test_of_two_officers_the_second_learns_who_was_first_and_may_correct(tmp_path: Path) -> None:
    with two_findings(tmp_path) as r:
        first = decide(r)[1]["decision_id"]
        status, refused = decide(r, "bo")
        assert status == 409
        assert f"lan decided 'hold' (decision {first})" in refused["error"]
        assert decide(r, "bo", supersedes=first, disposition="release", reason="seen from the other side")[0] == 201
        assert decide(r, "lan", supersedes=first)[0] == 409
        assert r.client.get("/v1/scans?state=all", headers=r.log_in()).json()[0]["officer"] == "bo"


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"verdicts": []}, 422, "region 0 of 2 has no verdict"),
        ({"verdicts": [*WHOLE["verdicts"], {"finding": 2, "judgement": "reject"}]}, 422, "there is no region 2"),  # type: ignore[misc]
        ({"verdicts": [{"finding": 0, "judgement": "reclass"}]}, 422, "a kind goes with 'reclass'"),
        ({"verdicts": [{"finding": 0, "judgement": "reclass", "kind": "x"}]}, 422, "no kind of contraband named 'x'"),
        ({"verdicts": [{"finding": 0, "judgement": "maybe"}]}, 422, "Input should be 'confirm', 'reject' or 'reclass'"),
        ({"added": [{"view": 1, "box": [0, 0, 5, 5], "kind": "firearm"}]}, 422, "the scan has views 0..0, got 1"),
        ({"added": [{"view": 0, "box": [0, 0, 65, 5], "kind": "firearm"}]}, 422, "within 64×48 pixels"),
        ({"added": [{"view": 0, "box": [5, 0, 5, 5], "kind": "firearm"}]}, 422, "x1 < x2"),
        ({"added": [{"view": 0, "box": [5, 0, 5.0000001, 5], "kind": "firearm"}]}, 422, "by a pixel at least"),
        ({"added": [{"view": 0, "box": [0, 0, 5, 5], "kind": "fire"}]}, 422, "no kind of contraband named 'fire'"),
        ({"reason": " "}, 422, "hold needs a reason"),
        ({"disposition": "burn"}, 422, "disposition"),
        ({"dwell_s": -1}, 422, "dwell_s"),
        ({"model_id": "b" * 64}, 409, "findings are of model aaaaaaaaaaaa"),
        ({"supersedes": "nothing", "reason": "x"}, 409, "no decision 'nothing' to correct"),
        ({"colour": "red"}, 422, "Extra inputs are not permitted"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_with_a_sentence(
    tmp_path: Path, changed: dict[str, Any], status: int, sentence: str
) -> None:
    with two_findings(tmp_path) as r:
        got, body = decide(r, **changed)
        assert (got, sentence in body["error"]) == (status, True), body
        assert r.archive.case("scan-1").status == "analysed"


def test_the_outcome_of_the_examination_is_shown_with_the_scan(tmp_path: Path) -> None:
    with two_findings(tmp_path) as r:
        outcome = {"opened": True, "found": ["cigarettes"], "note": "40 cases"}
        url, headers = "/v1/scans/scan-1/outcome", r.log_in()
        assert r.client.post(url, json=outcome, headers=headers).status_code == 409
        decide(r)
        assert r.client.post(url, json=outcome | {"found": ["x"]}, headers=headers).status_code == 422
        assert r.client.post(url, json=outcome | {"opened": False}, headers=headers).status_code == 422
        assert r.client.post(url, json=outcome, headers=headers).status_code == 201
        shown = r.client.get("/v1/scans/scan-1", headers=headers).json()["outcome"]
        assert {key: shown[key] for key in outcome} == outcome
        assert shown["recorded_by"] == "lan"


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with two_findings(tmp_path) as r:
        headers = r.log_in()
        for path in ("/v1/scans/none", "/v1/scans/none/views/0/tiles/0/0_0", "/v1/scans/scan-1/views/0/tiles/7/0_0"):
            answer = r.client.get(path, headers=headers)
            assert answer.status_code == 404
            assert "no scan 'none'" in answer.json()["error"] or "level must be 0..6" in answer.json()["error"]
        assert r.client.get("/v1/scans?state=lost", headers=headers).status_code == 422
        pages = [r.client.get(f"/v1/scans?offset={offset}", headers=headers) for offset in (0, 1)]
        assert [len(page.json()) for page in pages] == [1, 0]
        assert [page.headers["x-total-count"] for page in pages] == ["1", "1"]
