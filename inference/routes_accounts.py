"""Logging in and out, the officer's own password, and the accounts of others, for administrators."""

from typing import get_args

from fastapi import APIRouter, Request, Response

from cargoscope.datasets.archive import Officer
from cargoscope.errors import ForbiddenError
from cargoscope.inference import wire, wire_site
from cargoscope.inference.auth import COOKIE, LoggedInDep, OfficerDep, TokenDep, give_session, log_in, slowed_down
from cargoscope.inference.parts import PartsDep

router = APIRouter(prefix="/v1", tags=["accounts"])


@router.post("/login")
def login(body: wire.Login, request: Request, response: Response, parts: PartsDep) -> wire.Me:
    """Check name and password, and set the session cookie."""
    who, token = log_in(parts, body.name, body.password, _address(request))
    give_session(parts, request, response, token)
    return _me(who)


@router.get("/login")
def login_ways(parts: PartsDep) -> wire_site.LoginWays:
    """How one may log in here."""
    return wire_site.LoginWays(oidc=None if parts.settings.oidc is None else parts.settings.oidc.label)


@router.post("/logout")
def logout(token: TokenDep, response: Response, parts: PartsDep) -> wire.Alive:
    """End the session."""
    parts.archive.accounts.close_session(token)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=parts.settings.secure_cookie)
    return wire.Alive(status="logged out")


@router.get("/me")
def me(who: LoggedInDep) -> wire.Me:
    """Who is logged in."""
    return _me(who)


@router.post("/password")
def change_password(
    body: wire.PasswordChange, request: Request, who: LoggedInDep, token: TokenDep, parts: PartsDep
) -> wire.Me:
    """Give the officer a password of their own; their other sessions end."""
    with slowed_down(parts, who.name, _address(request)):
        parts.archive.accounts.change_password(who.name, body.old, body.new, keep_token=token)
    return _me(parts.archive.accounts.officer(who.name))


@router.get("/accounts")
def accounts(parts: PartsDep) -> list[wire_site.AccountCard]:
    """All accounts, by name."""
    return [_account(one) for one in parts.archive.people.all()]


@router.post("/accounts", status_code=201)
def add_account(body: wire_site.NewAccount, who: OfficerDep, parts: PartsDep) -> wire_site.OneTime:
    """A new account with a password here; the one-time password is shown only in this answer."""
    password = parts.archive.accounts.add_officer(body.name, *body.roles, by=who.name)
    return wire_site.OneTime(name=body.name, one_time_password=password)


@router.get("/accounts/changes")
def account_changes(parts: PartsDep) -> list[wire_site.AccountChange]:
    """Who changed what about which account."""
    return [
        wire_site.AccountChange(
            changed_at=one.changed_at.isoformat(), changed_by=one.changed_by, officer=one.officer, change=one.change
        )
        for one in parts.archive.people.changes()
    ]


@router.post("/accounts/{name}/roles")
def give_roles(name: str, body: wire_site.RolesBody, who: OfficerDep, parts: PartsDep) -> wire_site.AccountCard:
    """The roles of an account from now on, also for who is logged in."""
    return _account(parts.archive.people.give_roles(name, body.roles, by=who.name))


@router.post("/accounts/{name}/access")
def give_access(name: str, body: wire_site.AccessBody, who: OfficerDep, parts: PartsDep) -> wire_site.AccountCard:
    """Whether an account may log in."""
    return _account(parts.archive.people.allow(name, body.allowed, by=who.name))


@router.post("/accounts/{name}/password")
def reset_password(name: str, who: OfficerDep, parts: PartsDep) -> wire_site.OneTime:
    """A new one-time password for another account, whose sessions end."""
    if name == who.name:
        raise ForbiddenError("one's own password is changed by POST /v1/password")
    return wire_site.OneTime(name=name, one_time_password=parts.archive.accounts.reset_password(name, by=who.name))


def _me(who: Officer) -> wire.Me:
    return wire.Me(name=who.name, roles=_roles(who), must_change_password=who.must_change)


def _account(one: Officer) -> wire_site.AccountCard:
    return wire_site.AccountCard(
        name=one.name,
        roles=_roles(one),
        disabled=one.disabled,
        origin="local" if one.subject is None else "oidc",
        must_change_password=one.must_change,
        created_at=one.created_at.isoformat(),
    )


def _roles(who: Officer) -> tuple[wire.Role, ...]:
    return tuple(role for role in get_args(wire.Role) if role in who.roles)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
