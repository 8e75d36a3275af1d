"""What the routes share: one object that the service makes once and hands to them."""

import threading
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from cargoscope.datasets.archive import Archive
from cargoscope.inference.oidc import OpenId
from cargoscope.inference.provisional import Provisional
from cargoscope.inference.streams import Streams
from cargoscope.inference.throttle import Throttle
from cargoscope.inference.tiles import Pyramids
from cargoscope.inference.worker import Worker
from cargoscope.settings import Settings


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of a running service. case_pyramids: of training cases. provisional: what is known of trucks in the
    tunnel. oidc: where officers may log in besides.

    closing: set when it is about to stop, so that open event streams end. assembling: held while a scan that arrives is
    whole in memory, so that many at once do not fill it.
    """

    settings: Settings
    archive: Archive
    worker: Worker
    pyramids: Pyramids
    case_pyramids: Pyramids
    streams: Streams
    provisional: Provisional
    oidc: OpenId | None = None
    closing: threading.Event = field(default_factory=threading.Event)
    by_name: Throttle = field(default_factory=Throttle)
    by_address: Throttle = field(default_factory=lambda: Throttle(free=50, forgives=False))
    assembling: threading.Lock = field(default_factory=threading.Lock)


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the service that a request or a socket came to."""
    return cast(Parts, connection.app.state.parts)


PartsDep = Annotated[Parts, Depends(parts_of)]
