"""Logging in and out, and the officer's own password."""

from fastapi import APIRouter, Request, Response

from cargoscope.inference import wire
from cargoscope.inference.auth import COOKIE, LoggedInDep, TokenDep, log_in, slowed_down
from cargoscope.inference.parts import PartsDep

router = APIRouter(prefix="/v1", tags=["accounts"])


@router.post("/login")
def login(body: wire.Login, request: Request, response: Response, parts: PartsDep) -> wire.Me:
    """Check name and password, and set the session cookie."""
    who, token = log_in(parts, body.name, body.password, _address(request))
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(parts.settings.session_hours * 3600),
        httponly=True,
        samesite="strict",
        secure=parts.settings.secure_cookie,
    )
    return wire.Me(name=who.name, role=who.role, must_change_password=who.must_change)


@router.post("/logout")
def logout(token: TokenDep, response: Response, parts: PartsDep) -> wire.Alive:
    """End the session."""
    parts.archive.accounts.close_session(token)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=parts.settings.secure_cookie)
    return wire.Alive(status="logged out")


@router.get("/me")
def me(who: LoggedInDep) -> wire.Me:
    """Who is logged in."""
    return wire.Me(name=who.name, role=who.role, must_change_password=who.must_change)


@router.post("/password")
def change_password(
    body: wire.PasswordChange, request: Request, who: LoggedInDep, token: TokenDep, parts: PartsDep
) -> wire.Me:
    """Give the officer a password of their own; their other sessions end."""
    with slowed_down(parts, who.name, _address(request)):
        parts.archive.accounts.change_password(who.name, body.old, body.new, keep_token=token)
    return wire.Me(name=who.name, role=who.role, must_change_password=False)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
