"""What the viewer asks for beside pixels, over a real service."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cargoscope.datasets.archive import Event
from cargoscope.datasets.archive.scenes import KeptScene
from cargoscope.datasets.simulation.beam import colour
from cargoscope.datasets.simulation.beam.profiles import profile
from cargoscope.inference import routes_viewer
from cargoscope.inference.events import _as_heard_by
from cargoscope.review import Disposition
from tests import builders
from tests.inference.rig import PASSWORD, Rig, keep, rig, wait_for

BLOB = (120, 100, 134, 114)
EMPTY_45G1 = {"containers": [{"number": "CSQU3054383", "size_type": "45G1"}], "declared_empty": True}


def examined(service: Rig, scan_id: str, *blobs: tuple[int, int, int, int], **view: Any) -> None:
    keep(service.archive, builders.scan(builders.cargo_view(*blobs, **view), scan_id=scan_id))
    service.worker.wake()
    wait_for(service.archive, scan_id)


def looks(service: Rig, scan_id: str) -> list[dict[str, Any]]:
    answer = service.client.get(f"/v1/scans/{scan_id}/first-looks", headers=service.log_in())
    return list(answer.json())


def test_a_region_is_explained_by_the_pixels_that_its_score_hangs_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig(tmp_path) as service:
        examined(service, "suspect", BLOB)
        answer = service.client.get("/v1/scans/suspect/findings/0/evidence", headers=service.log_in())
        assert answer.status_code == 200, answer.text
        why = answer.json()
        beyond = service.client.get("/v1/scans/suspect/findings/1/evidence", headers=service.log_in())
        with monkeypatch.context() as impatient, routes_viewer.looking():
            impatient.setattr(routes_viewer, "LOOKING_WAIT_S", 0.0)
            for address in ("findings/0/evidence", "anomaly"):
                busy = service.client.get(f"/v1/scans/suspect/{address}", headers=service.log_in())
                assert busy.status_code == 429, busy.text
    assert beyond.status_code == 404
    worth = np.array(why["worth"])
    assert 9 <= worth.size <= 36
    assert why["score"] > 0.5 > why["without"]
    x1, y1, x2, y2 = why["box"]
    row, column = np.unravel_index(worth.argmax(), worth.shape)
    assert BLOB[0] - 8 < x1 + (column + 0.5) * (x2 - x1) / worth.shape[1] < BLOB[2] + 8
    assert BLOB[1] - 8 < y1 + (row + 0.5) * (y2 - y1) / worth.shape[0] < BLOB[3] + 8
    assert worth[0, 0] < worth.max() / 4
    assert np.array(why["heat"]).max() == pytest.approx(why["score"], abs=1e-3)


def test_colours_come_from_the_station_else_from_its_profile_else_from_a_typical_scanner_and_say_so(
    tmp_path: Path,
) -> None:
    with rig(tmp_path) as service:
        headers = service.log_in()
        keep(service.archive, builders.scan(builders.cargo_view(), scan_id="dual"))
        keep(service.archive, builders.scan(builders.cargo_view(energies=("6MV",)), scan_id="single"))
        typical = service.client.get("/v1/scans/dual/colours", headers=headers).json()
        assert (typical["source"], typical["scanner"], typical["made_at"]) == ("typical", "linac-6-4", None)
        cellulose, _, iron = (np.interp(1, typical["areal"]["depths"], row) for row in typical["areal"]["g_cm2"])
        assert typical["areal"]["scanner"] == "linac-6-4"
        assert 20 < cellulose < iron < 30, "an e-fold of 6 MV takes about 3 cm of steel"
        assert service.client.get("/v1/scans/single/colours", headers=headers).json()["source"] == "none"
        own = json.loads(colour.to_json(colour.lookup_of("linac-9-6"))) | {"scanner": "gate-1-calibrated"}
        sent = service.client.put("/v1/stations/me/colours", json=own, headers=service.station)
        assert sent.status_code == 204, sent.text
        found = service.client.get("/v1/scans/dual/colours", headers=headers).json()
        assert (found["source"], found["scanner"], found["lookup"]) == ("station", "gate-1-calibrated", own)
        wrong = service.client.put("/v1/stations/me/colours", json=own | {"depths": [1]}, headers=service.station)
        assert (wrong.status_code, "look-up" in wrong.json()["error"]) == (422, True)
        key = service.archive.accounts.add_station("sim-linac-6-4")
        assert key
        keep(service.archive, builders.scan(builders.cargo_view(seed=1), scan_id="sim", station_id="sim-linac-6-4"))
        assert service.client.get("/v1/scans/sim/colours", headers=headers).json()["source"] == "profile"


@pytest.mark.parametrize("scanner", ["linac-9-6", "linac-6-35-mobile"])
def test_colours_of_each_simulated_scanner_are_its_own_and_typical_ones_those_of_its_energies(
    tmp_path: Path, scanner: str
) -> None:
    view = builders.cargo_view(energies=profile(scanner).energies)
    with rig(tmp_path) as service:
        service.archive.accounts.add_station(f"sim-{scanner}")
        keep(service.archive, builders.scan(view, scan_id="sim", station_id=f"sim-{scanner}"))
        keep(service.archive, builders.scan(view, scan_id="real"))
        headers = service.log_in()
        said = {
            name: service.client.get(f"/v1/scans/{name}/colours", headers=headers).json() for name in ("sim", "real")
        }
    assert {name: (one["source"], one["scanner"]) for name, one in said.items()} == {
        "sim": ("profile", scanner),
        "real": ("typical", scanner),
    }


def test_a_first_look_is_kept_once_with_the_decision_that_followed_it(tmp_path: Path) -> None:
    marked = [{"view": 0, "box": [10, 10, 40, 40], "kind": "firearm"}]
    with rig(tmp_path) as service:
        examined(service, "suspect", BLOB)
        url, body = "/v1/scans/suspect/first-look", {"marked": marked, "looked_s": 7.5}
        assert service.client.post(url, json=body, headers=service.log_in()).status_code == 201
        again = service.client.post(url, json=body, headers=service.log_in())
        assert (again.status_code, "has had a first look" in again.json()["error"]) == (409, True)
        others = service.client.get("/v1/scans/suspect/first-looks", headers=service.log_in("bo")).json()
        assert others == [], "nobody copies from another while the scan is open"
        (mine,) = looks(service, "suspect")
        assert (mine["officer"], mine["looked_s"], mine["marked"], mine["decision_id"]) == ("lan", 7.5, marked, None)
        model_id = service.registry.active_id()
        verdicts = [{"finding": 0, "judgement": "reject", "kind": None}]
        decision = {"model_id": model_id, "verdicts": verdicts, "disposition": Disposition.RELEASE.value}
        decided = service.client.post("/v1/scans/suspect/decisions", json=decision, headers=service.log_in())
        assert decided.status_code == 201, decided.text
        assert looks(service, "suspect")[0]["decision_id"] == decided.json()["decision_id"]
        late = service.client.post(url, json=body, headers=service.log_in("bo"))
        assert (late.status_code, "is decided" in late.json()["error"]) == (409, True)


def test_the_site_says_whether_officers_look_blind_first_and_asks_it_of_nobody_who_may_keep_no_look(
    tmp_path: Path,
) -> None:
    with rig(tmp_path, blind_first=True) as service:
        assert service.client.get("/v1/viewer", headers=service.log_in()).json() == {"blind_first": True}
        assert service.client.get("/v1/viewer").status_code == 401
        one_time = service.archive.accounts.add_officer("eva", "auditor")
        service.archive.accounts.change_password("eva", one_time, PASSWORD, keep_token="")
        assert service.client.get("/v1/viewer", headers=service.log_in("eva")).json() == {"blind_first": False}


@pytest.mark.parametrize("choice", [{"kind": "firearm"}, {"min_score": 0.1}, {"max_score": 0.1}])
def test_where_the_site_wants_a_first_look_nobody_learns_of_the_model_by_choosing(
    tmp_path: Path, choice: dict[str, Any]
) -> None:
    with rig(tmp_path, blind_first=True) as service:
        examined(service, "suspect", BLOB)
        headers = service.log_in()
        for answer in (
            service.client.get("/v1/scans", params=choice, headers=headers),
            service.client.get("/v1/scans", params=choice | {"state": "all"}, headers=headers),
            service.client.post("/v1/scans/next", json={"filters": choice}, headers=headers),
        ):
            assert (answer.status_code, "first look" in answer.json()["error"]) == (403, True)
        assert service.client.get("/v1/scans", params=choice | {"state": "decided"}, headers=headers).json() == []
        assert len(service.client.get("/v1/scans", params={"min_wait_s": 0}, headers=headers).json()) == 1


def test_where_the_site_wants_a_first_look_nothing_of_the_model_is_told_before_it(tmp_path: Path) -> None:
    with rig(tmp_path, blind_first=True) as service:
        examined(service, "suspect", BLOB)
        headers, url = service.log_in(), "/v1/scans/suspect"

        def told() -> list[dict[str, Any]]:
            given = service.client.post("/v1/scans/next", json={}, headers=headers).json()["row"]
            (row,) = service.client.get("/v1/scans", headers=headers).json()
            return [row, given, service.client.get(url, headers=headers).json()]

        for one in told():
            assert (one["score"], one["n_findings"], one["top_kind"]) == (None, 0, None)
        assert (told()[2]["veiled"], told()[2]["findings"], told()[2]["model"]["name"]) == (True, [], "tiny")
        for path in ("findings/0/evidence", "probabilities", "anomaly", "scene"):
            answer = service.client.get(f"{url}/{path}", headers=headers)
            assert (answer.status_code, "first look" in answer.json()["error"]) == (403, True), path
        decision = {"model_id": service.registry.active_id(), "verdicts": [], "disposition": "release"}
        assert service.client.post(f"{url}/decisions", json=decision, headers=headers).status_code == 403
        scored = next(event for event in service.archive.events_after(0) if event.body.get("score"))
        lan = service.archive.accounts.officer("lan")
        assert _as_heard_by(lan, scored, blind=True) == Event(scored.seq, "scan", scored.body | {"score": None})

        assert service.client.post(f"{url}/first-look", json={}, headers=headers).status_code == 201
        for one in told():
            assert (one["score"] > 0.5, one["n_findings"], one["top_kind"]) == (True, 1, "firearm")
        assert (told()[2]["veiled"], len(told()[2]["findings"])) == (False, 1)
        assert service.client.get(f"{url}/probabilities", headers=headers).status_code == 200
        other = service.client.get(url, headers=service.log_in("bo")).json()
        assert (other["veiled"], other["findings"]) == (True, []), "each officer looks for themselves"
        one_time = service.archive.accounts.add_officer("eva", "auditor")
        service.archive.accounts.change_password("eva", one_time, PASSWORD, keep_token="")
        assert len(service.client.get(url, headers=service.log_in("eva")).json()["findings"]) == 1


def test_scans_are_held_against_the_same_container_empties_of_its_type_like_goods_and_the_same_scanner(
    tmp_path: Path,
) -> None:
    def declare(scan_id: str, **parts: Any) -> int:
        url = f"/v1/scans/{scan_id}/declaration"
        return service.client.put(url, json=parts, headers=service.station).status_code

    with rig(tmp_path) as service:
        service.archive.accounts.add_station("gate-2")
        names = ("now", "before-MSKU6011672", "empty", "goods", "other-load")
        for seed, name in enumerate(names):
            keep(service.archive, builders.scan(builders.cargo_view(seed=seed), scan_id=name))
        elsewhere = builders.scan(builders.cargo_view(seed=9), scan_id="elsewhere", station_id="gate-2")
        keep(service.archive, elsewhere)
        box = {"number": "MSKU6011672", "size_type": "45G1"}
        assert declare("now", containers=[box], headings=["0901"]) == 204
        assert declare("empty", **EMPTY_45G1) == 204
        assert declare("goods", headings=["0901", "2523"]) == 204
        assert declare("elsewhere", headings=["9403"]) == 403
        assert declare("now", containers=[{"number": "MSKU6011673"}]) == 400
        seen = ({"containers": [{"box": [10, 20, 500, 200]}]},)
        service.archive.scenes.record(KeptScene("empty", "0" * 64, seen, ()))
        answer = service.client.get("/v1/scans/now/comparable", headers=service.log_in()).json()
        assert service.client.get("/v1/scans/now/comparable").status_code == 401
        assert service.client.get("/v1/scans/none/comparable", headers=service.log_in()).status_code == 404
    assert answer["declaration"]["containers"] == [box]
    assert answer["boxes"] == []
    assert [one["boxes"] for one in answer["scans"]] == [[], [[[10, 20, 500, 200]]], [], []]
    found = [(one["row"]["scan_id"], one["why"]) for one in answer["scans"]]
    assert found == [
        ("before-MSKU6011672", "container"),
        ("empty", "empty"),
        ("goods", "heading"),
        ("other-load", "station"),
    ]
