"""The station's side: sends a scan to a service, whole or by columns, until it is told that it is stored."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit

import httpx
import structlog
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from cargoscope.datasets.formats.station_xml import StationRecord
from cargoscope.errors import AuthError, RefusedError, ServiceError
from cargoscope.inference.blocks import pack
from cargoscope.scan import Scan

log = structlog.get_logger("cargoscope.station")

BLOCK_COLUMNS: Final = 64
ANSWER_S: Final = 60.0
FIRST_WAIT_S: Final = 0.25
LONGEST_WAIT_S: Final = 15.0


class Stop(Protocol):
    """What a threading.Event or a multiprocessing.Event offers, to end a wait early."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float | None = None, /) -> bool: ...


@dataclass(frozen=True)
class Service:
    """A service as a station reaches it. url: http://host:port. key: the station's."""

    url: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    @property
    def by_proxy(self) -> bool:
        """Whether a proxy named in the environment is to be asked: never for this machine itself."""
        host = urlsplit(self.url).hostname or ""
        return not (host in ("localhost", "::1") or host.startswith("127."))


def send_file(service: Service, content: bytes, file_name: str) -> str:
    """Send a scan as a file; the scan_id, once it is stored.

    RefusedError where the service does not want it, AuthError for a wrong key, ServiceError where trying again helps.
    """
    try:
        answer = httpx.post(
            f"{service.url}/v1/scans",
            files={"file": (file_name, content)},
            headers=service.headers,
            timeout=ANSWER_S,
            trust_env=service.by_proxy,
        )
    except httpx.HTTPError as error:
        raise ServiceError(f"{service.url} cannot be reached: {error}") from error
    _accepted(answer)
    return str(answer.json()["scan_id"])


def declare(service: Service, scan_id: str, record: StationRecord) -> None:
    """Tell the service what the scanner's XML says of a stored scan: its containers, and whether they are empty.

    A number whose check digit is wrong is left out and logged, never repaired. Errors as in `send_file`.
    """
    for one in record.containers:
        if not one.check_digit_ok:
            log.warning("container number with a wrong check digit is not declared", scan_id=scan_id, number=one.text)
    numbers = [{"number": one.text} for one in record.containers if one.check_digit_ok]
    if not numbers and record.declared_empty is None:
        return
    try:
        answer = httpx.put(
            f"{service.url}/v1/scans/{scan_id}/declaration",
            json={"containers": numbers, "declared_empty": record.declared_empty},
            headers=service.headers,
            timeout=ANSWER_S,
            trust_env=service.by_proxy,
        )
    except httpx.HTTPError as error:
        raise ServiceError(f"{service.url} cannot be reached: {error}") from error
    _accepted(answer)


def _accepted(answer: httpx.Response) -> None:
    """Nothing where the service took it; else the error that says whether trying again helps."""
    if answer.is_success:
        return
    sentence = _sentence(answer)
    if answer.status_code in (401, 403):
        raise AuthError(sentence)
    if answer.status_code >= 500 or answer.status_code in (408, 429):
        raise ServiceError(sentence)
    raise RefusedError(sentence)


def stream_scan(service: Service, scan: Scan) -> str:
    """Send a scan in blocks of columns, from where the service holds it; the scan_id, once it is stored.

    Errors as in `send_file`.
    """
    url = f"{service.url.replace('http', 'ws', 1)}/v1/stream"
    try:
        proxy: Literal[True] | None = True if service.by_proxy else None
        with connect(
            url, additional_headers=service.headers, compression=None, proxy=proxy, open_timeout=ANSWER_S
        ) as socket:
            return _stream(socket, scan)
    except InvalidStatus as error:
        if error.response.status_code in (401, 403):
            raise AuthError("the station key is not known") from error
        raise ServiceError(f"{service.url} answered {error.response.status_code}") from error
    except (WebSocketException, InvalidHandshake, OSError, TimeoutError) as error:
        raise ServiceError(f"the stream to {service.url} broke off: {error}") from error


def deliver(send: Callable[[], str], what: str, stop: Stop) -> str | None:
    """Send until it is stored, waiting longer after each failure; None where `stop` was set before it was."""
    wait_s = FIRST_WAIT_S
    while not stop.is_set():
        try:
            scan_id = send()
        except RefusedError:
            raise
        except ServiceError as error:
            log.warning("not stored yet, trying again", scan=what, wait_s=round(wait_s, 2), error=str(error))
            stop.wait(wait_s * random.uniform(0.75, 1.25))
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
        else:
            log.info("stored", scan_id=scan_id)
            return scan_id
    return None


def _stream(socket: ClientConnection, scan: Scan) -> str:
    socket.send(json.dumps(announcement(scan)))
    answer = _answer(socket)
    if answer["type"] == "ready":
        held = list(answer["columns"])
        try:
            for index, view in enumerate(scan.views):
                for first in range(held[index], view.size_wh[0], BLOCK_COLUMNS):
                    socket.send(block(scan, index, first))
                    _drain(socket)
            socket.send(json.dumps({"type": "end", "columns": [view.size_wh[0] for view in scan.views]}))
        except ConnectionClosed:
            log.info("the service hung up", scan_id=scan.scan_id)
        while (answer := _answer(socket))["type"] == "columns":
            pass
    if answer["type"] != "stored":
        raise ServiceError(f"expected 'stored', the service said {answer['type']!r}")
    return str(answer["scan_id"])


def announcement(scan: Scan) -> dict[str, Any]:
    """The first message of a stream."""
    views = [
        {
            "name": view.name,
            "energies": view.energies,
            "open_beam": view.open_beam,
            "height": view.size_wh[1],
            "pitch_mm": view.pitch_mm,
            "bits": view.bits,
        }
        for view in scan.views
    ]
    return {"scan_id": scan.scan_id, "taken_at": scan.taken_at.isoformat(), "views": views}


def block(scan: Scan, view: int, first: int, n: int = BLOCK_COLUMNS) -> bytes:
    """Up to n columns of a view as one binary message."""
    return pack(view, first, scan.views[view].pixels[:, :, first : first + n])


def _answer(socket: ClientConnection) -> dict[str, Any]:
    return _checked(socket.recv(timeout=ANSWER_S))


def _drain(socket: ClientConnection) -> None:
    """Read the acknowledgements that have come, so that they do not pile up."""
    try:
        while True:
            _checked(socket.recv(timeout=0))
    except TimeoutError:
        return


def _checked(text: str | bytes) -> dict[str, Any]:
    message = json.loads(text)
    if message["type"] == "error":
        raise (ServiceError if message.get("retry") else RefusedError)(message["error"])
    return dict(message)


def _sentence(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.url} answered {answer.status_code}"
