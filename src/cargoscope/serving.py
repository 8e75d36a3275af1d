"""Puts a service together and runs it: archive, model registry, worker, HTTP, console, in one process."""

import importlib
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from types import FrameType
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI

from cargoscope.datasets.archive import Archive
from cargoscope.datasets.archive.database import only_process
from cargoscope.errors import ServiceError, SettingsError
from cargoscope.inference.service import make_service
from cargoscope.inference.sighted import SightedEngine
from cargoscope.inference.worker import Worker
from cargoscope.models.registry import Registry
from cargoscope.settings import Settings

log = structlog.get_logger("cargoscope")

LINGER_S: Final = 3
"""How long open pages may take to notice that the service stops."""


@contextmanager
def serving(settings: Settings) -> Iterator[FastAPI]:
    """The app, without the console, over a data dir, which no other service may use meanwhile."""
    with only_process(settings.data_dir / "service.lock"), Archive(settings.data_dir) as archive:
        registry = Registry.seeded(settings.data_dir / "models")
        load = partial(SightedEngine, provider=settings.provider, threads=settings.threads or None)
        yield make_service(settings, archive, Worker(archive, registry, load))


def run(
    settings: Settings,
    with_console: bool = True,
    around: Callable[[FastAPI], AbstractContextManager[None]] = lambda _: nullcontext(),
) -> None:
    """Serve until Ctrl-C or SIGTERM, then stop cleanly. around: entered before the first answer, left after the last.

    Whoever connects while the console is still being loaded waits; nobody is turned away.
    Refused: a data dir that is in use, a port that is in use, a missing console.
    """
    with serving(settings) as app, _listening(settings.host, settings.port) as listener, around(app):
        config = uvicorn.Config(
            _with_console(app, address(settings)) if with_console else app,
            log_config=None,
            access_log=False,
            ws_per_message_deflate=False,
            ws_ping_interval=10,
            ws_ping_timeout=10,
            timeout_graceful_shutdown=LINGER_S,
            server_header=False,
        )
        if not settings.secure_cookie and not _is_this_machine(settings.host):
            log.warning("passwords travel unencrypted; put TLS in front and set secure_cookie", host=settings.host)
        log.info("listening", address=address(settings), data_dir=str(settings.data_dir))
        _Server(config, app).run(sockets=[listener])


def address(settings: Settings) -> str:
    """Where this machine reaches its own service. An IPv6 address stands in brackets (RFC 3986)."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")


class _Server(uvicorn.Server):
    """A server that ends event streams when it is told to stop, and takes Ctrl-C as an order and not as an accident."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._closing = app.state.parts.closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._closing.set()
        super().handle_exit(sig, frame)
        self._captured_signals.clear()


def _with_console(app: FastAPI, service_url: str) -> FastAPI:
    try:
        console = importlib.import_module("cargoscope.ui.console")
    except ModuleNotFoundError as error:
        raise ServiceError(f"the console is not installed ({error}); serve without it: --no-console") from error
    mounted = console.mount(app, service_url)
    assert isinstance(mounted, FastAPI)
    return mounted


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(2048)
        except OSError as error:
            raise SettingsError(f"cannot listen on {host} port {port}: {error.strerror}; choose another") from error
        yield listener
