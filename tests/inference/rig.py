"""A whole service in a temporary folder: real archive, real engine on a tiny model, FastAPI's test client."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from cargoscope.datasets.archive import Archive, StoredScan
from cargoscope.datasets.formats.package import package_bytes
from cargoscope.inference.engine import Engine
from cargoscope.inference.service import make_service
from cargoscope.inference.worker import Load, Worker
from cargoscope.models.registry import Registry
from cargoscope.scan import Scan
from cargoscope.settings import Settings
from tests import builders

PASSWORD = "a long enough password"


@dataclass
class Rig:
    """client: nobody is logged in. key: of station "gate-1". Officer "lan" has PASSWORD."""

    client: TestClient
    archive: Archive
    registry: Registry
    worker: Worker
    key: str

    @property
    def station(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def log_in(self, name: str = "lan") -> dict[str, str]:
        """Headers of a logged-in officer, so that several can share one client."""
        return {"Authorization": f"Bearer {self.archive.accounts.open_session(name, 1)}"}


@contextmanager
def rig(folder: Path, load: Load = Engine, **settings: object) -> Iterator[Rig]:
    """A running service."""
    registry = Registry(folder / "models")
    if registry.active_id() is None:
        registry.promote(registry.add(builders.tiny_model(folder / "tiny")).model_id)
    with Archive(folder) as archive:
        worker = Worker(archive, registry, load)
        app = make_service(Settings(data_dir=folder).changed(settings, "test"), archive, worker)
        with TestClient(app, base_url="http://localhost") as client:
            yield Rig(client, archive, registry, worker, people(archive))


def people(archive: Archive) -> str:
    """Officers "lan" and "bo" with passwords of their own (cheaply hashed), station "gate-1"; gives its key."""
    archive.accounts.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for name in ("lan", "bo"):
        one_time = archive.accounts.add_officer(name)
        archive.accounts.change_password(name, one_time, PASSWORD, keep_token="")
    return archive.accounts.add_station("gate-1")


def keep(archive: Archive, scan: Scan) -> StoredScan:
    """Put a scan into an archive as if a station had sent it."""
    content = package_bytes(scan)
    with archive.files.receive([content], scan.scan_id, len(content)) as incoming:
        assert incoming.sha256 == hashlib.sha256(content).hexdigest()
        return archive.keep(incoming, scan, f"{scan.scan_id}.scan")[0]


def wait_for(archive: Archive, scan_id: str, status: str = "analysed", timeout_s: float = 20.0) -> None:
    """Wait until a scan has a status."""
    end = monotonic() + timeout_s
    while archive.case(scan_id).status != status:
        assert monotonic() < end, f"{scan_id} is {archive.case(scan_id).status}, expected {status}"
        sleep(0.01)
