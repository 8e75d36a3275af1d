"""The two addresses that a browser visits when somebody logs in at the OpenID provider. They answer pages, not JSON."""

from html import escape
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from cargoscope.errors import ArchiveError, AuthError, CargoscopeError, ForbiddenError, NotFoundError
from cargoscope.inference.auth import give_session
from cargoscope.inference.oidc import SECONDS, OpenId
from cargoscope.inference.parts import Parts, PartsDep

router = APIRouter(prefix="/v1/oidc", tags=["accounts"])

COOKIE: Final = "cargoscope_oidc"
PATH: Final = "/v1/oidc"

PAGE: Final = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cargoscope</title>{head}</head>'
    "<body><p>{text}</p><p><a href={to}>{go}</a></p></body></html>"
)


@router.get("/login")
def begin(parts: PartsDep) -> Response:
    """Send the browser to the provider."""
    try:
        address, kept = _provider(parts).begin()
    except CargoscopeError as error:
        return _refused(error)
    answer = RedirectResponse(address, 303)
    secure = parts.settings.secure_cookie
    answer.set_cookie(COOKIE, kept, max_age=SECONDS, path=PATH, httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/callback")
def finish(request: Request, parts: PartsDep) -> Response:
    """Where the provider sends the browser back to. The session begins with a new token.

    The page leads on by itself: a redirect would still count as the provider's, and the session cookie, which is only
    for this site, would not go along.
    """
    try:
        person = _provider(parts).finish(dict(request.query_params), request.cookies.get(COOKIE, ""))
        who = parts.archive.accounts.enter(person.subject, person.name, person.roles)
    except CargoscopeError as error:
        answer: Response = _refused(error)
    else:
        head = '<meta http-equiv="refresh" content="0; url=/">'
        answer = HTMLResponse(PAGE.format(head=head, text=f"Logged in as {escape(who.name)}.", to="/", go="Go on"))
        give_session(
            parts, request, answer, parts.archive.accounts.open_session(who.name, parts.settings.session_hours)
        )
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax", secure=parts.settings.secure_cookie)
    return answer


def _provider(parts: Parts) -> OpenId:
    if parts.oidc is None:
        raise NotFoundError("no OpenID provider is set up here")
    return parts.oidc


def _refused(error: CargoscopeError) -> HTMLResponse:
    known = {ForbiddenError: 403, AuthError: 401, NotFoundError: 404, ArchiveError: 409}
    status = next((known[kind] for kind in type(error).__mro__ if kind in known), 503)
    text = PAGE.format(head="", text=escape(str(error)), to="/login", go="Back to the login")
    return HTMLResponse(text, status)
