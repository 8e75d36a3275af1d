"""Who is asking: the dependencies of the routes, the session cookie, and the check against forged requests."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from cargoscope.datasets.archive import Officer
from cargoscope.errors import AuthError, ForbiddenError, ThrottledError
from cargoscope.inference.parts import Parts, PartsDep, parts_of

COOKIE: Final = "cargoscope_session"

ASKER: Final = "X-Cargoscope-Officer"

_HASHING = threading.Semaphore(2)
"""Each check of a password takes 64 MB; more at a time would let anybody fill the memory."""

_QUEUE = threading.Semaphore(8)
"""Who waits holds a thread of the service; more at a time would let anybody hold all of them."""

HASHING_WAIT_S: Final = 5.0
"""How long one waits for the others."""


def bearer(connection: HTTPConnection) -> str | None:
    """The token of the Authorization header, None where there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def session_token(connection: HTTPConnection) -> str:
    """The officer's session token; AuthError without one."""
    token = bearer(connection)
    if token is not None:
        return token
    token = connection.cookies.get(COOKIE)
    if not token:
        raise AuthError("not logged in")
    return token


def refuse_foreign_page(request: Request) -> None:
    """ForbiddenError where a browser says that another site's page sent this request."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign:
        raise ForbiddenError("this request came from another site's page")


def anyone_logged_in(
    connection: HTTPConnection, parts: PartsDep, token: Annotated[str, Depends(session_token)]
) -> Officer:
    """The officer, even before the one-time password is changed.

    A page names in the header ASKER whom it shows as logged in: AuthError where that is not whose session this is,
    because somebody else has logged in with the same browser since.
    """
    known: Officer | None = getattr(connection.state, "who", None)
    if known is not None:
        return known
    who = parts.archive.accounts.session(token)
    asker = connection.headers.get(ASKER)
    if asker is not None and asker != who.name:
        raise AuthError(f"{who.name} is logged in now, not {asker[:128]}; nothing was done")
    connection.state.who = who
    return who


def officer(who: Annotated[Officer, Depends(anyone_logged_in)]) -> Officer:
    """The officer, once the password is an own one."""
    if who.must_change:
        raise ForbiddenError("change the one-time password first (POST /v1/password)")
    return who


def station(connection: HTTPConnection) -> str:
    """The station whose key came in the Authorization header."""
    key = bearer(connection)
    if key is None:
        raise AuthError("a station sends its key as 'Authorization: Bearer KEY'")
    return parts_of(connection).archive.accounts.station_of(key)


def log_in(parts: Parts, name: str, password: str, address: str) -> tuple[Officer, str]:
    """The officer and a new session token. AuthError for a wrong name or password, ThrottledError for guessing."""
    with slowed_down(parts, name, address):
        who = parts.archive.accounts.check_password(name, password)
    return who, parts.archive.accounts.open_session(who.name, parts.settings.session_hours)


def give_session(parts: Parts, request: Request, response: Response, token: str) -> None:
    """Set the session cookie. Whose session the browser had before ends: one browser, one officer."""
    before = request.cookies.get(COOKIE)
    if before:
        parts.archive.accounts.close_session(before)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(parts.settings.session_hours * 3600),
        httponly=True,
        samesite="strict",
        secure=parts.settings.secure_cookie,
    )


@contextmanager
def slowed_down(parts: Parts, name: str, address: str) -> Iterator[None]:
    """Around the check of a password: every AuthError makes the next one from there wait longer."""
    with parts.by_address.trying((address,)), parts.by_name.trying((name, address)), _turn():
        yield


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few places in which passwords are checked; ThrottledError where too many wait for one."""
    with ExitStack() as places:
        for place, wait_s in ((_QUEUE, 0.0), (_HASHING, HASHING_WAIT_S)):
            if not place.acquire(timeout=wait_s):
                raise ThrottledError("too many logins at once; try again")
            places.callback(place.release)
        yield


OfficerDep = Annotated[Officer, Depends(officer)]
StationDep = Annotated[str, Depends(station)]
TokenDep = Annotated[str, Depends(session_token)]
LoggedInDep = Annotated[Officer, Depends(anyone_logged_in)]
