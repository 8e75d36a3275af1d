import shutil
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from time import monotonic, sleep

import pytest

from cargoscope.datasets.archive import Archive
from cargoscope.detections import Detections
from cargoscope.errors import ModelError
from cargoscope.inference.engine import Engine, scan_score
from cargoscope.inference.worker import MAX_ATTEMPTS, MAX_ENDS, Load, Worker
from cargoscope.models.card import ModelCard, read_card
from cargoscope.models.registry import Registry
from cargoscope.scan import Scan
from tests import builders
from tests.inference.rig import keep, people, rig, wait_for


class Fake:
    """A detector that does what it is told."""

    provider = "fake"

    def __init__(self, folder: Path, act: Callable[[Scan], Detections]) -> None:
        self.card: ModelCard = read_card(folder)
        self.act = act

    def examine(self, scan: Scan) -> tuple[Detections, float]:
        found = self.act(scan)
        return found, scan_score(found)


def loading(act: Callable[[Scan], Detections]) -> Load:
    return lambda folder: nullcontext(Fake(folder, act))


def until(true: Callable[[], bool], timeout_s: float = 20.0) -> None:
    end = monotonic() + timeout_s
    while not true():
        assert monotonic() < end
        sleep(0.01)


def test_scans_are_examined_in_the_order_of_their_arrival(tmp_path: Path) -> None:
    seen: list[str] = []

    def look(scan: Scan) -> Detections:
        seen.append(scan.scan_id)
        return builders.found(builders.finding(score=0.7))

    registry = Registry(tmp_path / "models")
    registry.promote(registry.add(builders.tiny_model(tmp_path / "tiny")).model_id)
    with Archive(tmp_path) as archive:
        people(archive)
        for number in range(3):
            keep(archive, builders.scan(builders.view(level=number + 1), scan_id=f"scan-{number}"))
        worker = Worker(archive, registry, loading(look))
        worker.start()
        wait_for(archive, "scan-2")
        worker.stop()
        assert seen == ["scan-0", "scan-1", "scan-2"]
        made = archive.case("scan-0").analysis
        assert made is not None
        assert (made.provider, made.model_name, made.error) == ("fake", "tiny", None)
        assert made.score == pytest.approx(0.7)


def test_a_scan_that_breaks_the_model_is_shown_as_failed_and_the_others_go_on(tmp_path: Path) -> None:
    tries: list[str] = []

    def look(scan: Scan) -> Detections:
        tries.append(scan.scan_id)
        if scan.scan_id == "bad":
            raise RuntimeError("out of luck")
        return builders.found()

    with rig(tmp_path, loading(look)) as r:
        keep(r.archive, builders.scan(scan_id="bad"))
        keep(r.archive, builders.scan(builders.view(level=9), scan_id="good"))
        wait_for(r.archive, "good")
        wait_for(r.archive, "bad", "failed")
        assert sorted(tries) == ["bad"] * MAX_ATTEMPTS + ["good"]
        headers = r.log_in()
        card = r.client.get("/v1/scans/bad", headers=headers).json()
        assert (card["status"], card["error"], card["score"]) == ("failed", "RuntimeError: out of luck", None)
        assert [row["scan_id"] for row in r.client.get("/v1/scans", headers=headers).json()] == ["bad", "good"]
        body = {"model_id": card["model"]["model_id"], "verdicts": [], "disposition": "hold", "reason": "not examined"}
        assert r.client.post("/v1/scans/bad/decisions", json=body, headers=headers).status_code == 201


def test_a_scan_whose_file_is_damaged_is_shown_as_failed(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        key = people(archive)
        stored = keep(archive, builders.scan())
        archive.files.path(stored.file).write_bytes(b"PK\x03\x04 no more")
        registry = Registry(tmp_path / "models")
        registry.promote(registry.add(builders.tiny_model(tmp_path / "tiny")).model_id)
        worker = Worker(archive, registry, Engine)
        worker.start()
        wait_for(archive, "scan-1", "failed")
        worker.stop()
        made = archive.case("scan-1").analysis
        assert made is not None
        assert "scan-1.scan: a damaged scan package" in str(made.error)
        assert key


def test_a_scan_that_kills_the_process_does_not_do_so_for_ever(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        people(archive)
        keep(archive, builders.scan())
        for _ in range(MAX_ENDS):
            archive.attempt("scan-1")
    registry = Registry(tmp_path / "models")
    registry.promote(registry.add(builders.tiny_model(tmp_path / "tiny")).model_id)
    with Archive(tmp_path) as archive:
        worker = Worker(archive, registry, loading(lambda _: pytest.fail("it was examined")))
        worker.start()
        wait_for(archive, "scan-1", "failed")
        worker.stop()
        made = archive.case("scan-1").analysis
        assert made is not None
        assert made.error == f"examining it ended the service {MAX_ENDS} times"


def test_a_promoted_model_takes_over_and_only_new_scans_are_examined_with_it(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        keep(r.archive, builders.scan(scan_id="before"))
        wait_for(r.archive, "before")
        old = r.registry.active().model_id
        new = r.registry.add(builders.tiny_model(tmp_path / "next", name="next", parent=old)).model_id
        seen = r.archive.last_event()
        r.registry.promote(new)
        until(lambda: any(event.body == {"model_id": new} for event in r.archive.events_after(seen)))
        keep(r.archive, builders.scan(builders.view(level=9), scan_id="after"))
        wait_for(r.archive, "after")
        headers = r.log_in()
        assert r.client.get("/v1/model", headers=headers).json()["model_id"] == new
        for scan_id, model_id in (("before", old), ("after", new)):
            assert r.client.get(f"/v1/scans/{scan_id}", headers=headers).json()["model"]["model_id"] == model_id
        r.registry.rollback()
        until(lambda: bool(r.client.get("/v1/model", headers=headers).json()["model_id"] == old))


def test_a_model_that_cannot_be_loaded_leaves_the_old_one_serving_and_says_so(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        until(r.worker.ready.is_set)
        old = r.registry.active().model_id
        broken = r.registry.add(builders.tiny_model(tmp_path / "next", name="next")).model_id
        r.registry.promote(broken)
        (r.registry.path(broken) / "model.onnx").write_bytes(b"no model")
        until(lambda: r.worker.trouble is not None)
        answer = r.client.get("/v1/model", headers=r.log_in()).json()
        assert answer["model_id"] == old
        assert answer["trouble"].startswith(f"model {broken[:12]} could not be loaded")
        assert r.client.get("/ready").status_code == 200
        r.registry.promote(old)
        until(lambda: r.worker.trouble is None)


def test_the_service_is_not_ready_before_a_model_is_loaded(tmp_path: Path) -> None:
    def load(folder: Path) -> nullcontext[Fake]:
        raise ModelError(f"{folder.name[:4]} is too heavy")

    with rig(tmp_path, load) as r:
        assert r.client.get("/alive").json() == {"status": "alive"}
        until(lambda: r.worker.trouble is not None)
        answer = r.client.get("/ready")
        assert answer.status_code == 503
        assert "could not be loaded" in answer.json()["error"]
        assert r.client.get("/v1/model", headers=r.log_in()).status_code == 503


def test_a_registry_whose_files_are_gone_does_not_stop_the_service(tmp_path: Path) -> None:
    with rig(tmp_path) as r:
        until(r.worker.ready.is_set)
        shutil.rmtree(tmp_path / "models")
        keep(r.archive, builders.scan())
        wait_for(r.archive, "scan-1")
        assert r.worker.trouble == "no model is active"
