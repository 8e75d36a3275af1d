"""A whole service with the console on a port of its own: real archive, tiny real model, uvicorn in a thread."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Page, Route

from cargoscope.datasets.archive import Archive
from cargoscope.inference.engine import Engine
from cargoscope.inference.service import make_service
from cargoscope.inference.worker import Worker
from cargoscope.models.registry import Registry
from cargoscope.scan import Scan
from cargoscope.settings import Settings
from cargoscope.site import Site
from cargoscope.ui.console import mount
from tests import builders
from tests.inference.rig import PASSWORD, keep, people, wait_for

START_S = 30
EXAMINED_S = 60


@dataclass
class House:
    """A running service. Officers "lan" and "bo" have PASSWORD."""

    url: str
    archive: Archive
    worker: Worker
    key: str

    def receive(self, scan: Scan) -> None:
        """A station has sent this scan, and the model has examined it."""
        keep(self.archive, scan)
        self.worker.wake()
        wait_for(self.archive, scan.scan_id, timeout_s=EXAMINED_S)

    def log_in(self, page: Page, name: str = "lan") -> None:
        """The officer's way in: name, password, worklist."""
        self.enter(page, name)
        page.wait_for_selector(".cs-link.is-up")

    def enter(self, page: Page, name: str) -> None:
        """Name and password, to whatever page this person has."""
        page.goto(f"{self.url}/login")
        page.fill("[name=name]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("button")

    def hire(self, name: str, *roles: str) -> None:
        """An account with these roles and PASSWORD."""
        one_time = self.archive.accounts.add_officer(name, *roles)
        self.archive.accounts.change_password(name, one_time, PASSWORD, keep_token="")


class Line:
    """The way from a page to the service: what a test can let fail, one kind of question or several."""

    def __init__(self, page: Page, answer: Callable[[Route], None], *questions: str | re.Pattern[str]) -> None:
        """answer: what is done to these questions while the line is `down`. To be laid before the page asks any:
        a page that stands already may send one more past a new route."""
        self.down = False
        for question in questions:
            page.route(question, lambda route: answer(route) if self.down else route.continue_())


@contextmanager
def house(folder: Path, changed: dict[str, Any] | None = None, port: int = 0, **rules: Any) -> Iterator[House]:
    """A service over an empty archive, until the block ends.

    changed: settings that are not the usual ones; port: 0 for any; rules: those of the site.
    """
    registry = Registry(folder / "models")
    registry.promote(registry.add(builders.tiny_model(folder / "tiny")).model_id)
    with socket.socket() as listener, Archive(folder) as archive:
        listener.bind(("127.0.0.1", port))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        worker = Worker(archive, registry, Engine)
        settings = Settings(data_dir=folder, site=Site.read(rules)).changed(changed or {}, "test")
        app = mount(make_service(settings, archive, worker), url)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=3))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            assert worker.ready.wait(START_S), worker.trouble
            yield House(url, archive, worker, people(archive))
        finally:
            app.state.parts.closing.set()
            server.should_exit = True
            thread.join(START_S)
