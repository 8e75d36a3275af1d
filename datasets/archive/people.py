"""Accounts of people and their roles, as an administrator sees and changes them. Every change is written down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from cargoscope.datasets.archive.database import now, writing
from cargoscope.datasets.archive.tables import account_changes, officer_roles, officers, sessions
from cargoscope.errors import ArchiveError, ConflictError, ForbiddenError, NotFoundError

ROLES: Final = ("officer", "supervisor", "technician", "data_scientist", "administrator", "auditor")
"""auditor: reads everything and changes nothing, so it goes with no other role."""


@dataclass(frozen=True)
class Officer:
    """Somebody's account. must_change: the password is a one-time password. disabled: may not log in. subject: who this
    is at the OpenID provider, None for an account with a password here."""

    name: str
    roles: frozenset[str]
    must_change: bool
    disabled: bool
    subject: str | None
    created_at: datetime

    @property
    def reads_blind(self) -> bool:
        """Whether the first opinion on a scan is kept from this person until the second is given: an officer may have
        to give the second one. Supervisors settle what others read, data scientists see figures of all opinions; they
        never read second."""
        return "officer" in self.roles and not self.roles & {"supervisor", "data_scientist"}


@dataclass(frozen=True)
class AccountChange:
    """What was changed about an account. changed_by: an account, or in brackets what else it was."""

    changed_at: datetime
    changed_by: str
    officer: str
    change: str


class People:
    """The accounts of a service."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def all(self) -> list[Officer]:
        """Every account, by name."""
        with self._engine.connect() as connection:
            names = connection.execute(sa.select(officers.c.name).order_by(officers.c.name)).scalars().all()
            return [officer(connection, name) for name in names]

    def give_roles(self, name: str, roles: Iterable[str], by: str) -> Officer:
        """Exactly these roles from now on, also for sessions that are open. ForbiddenError for one's own account,
        ConflictError for an account whose roles the OpenID provider says, or where no administrator would be left."""
        wanted = frozenset(roles)
        with writing(self._engine) as connection:
            known = self._others(connection, name, by)
            if known.subject is not None:
                raise ConflictError(f"the OpenID provider says the roles of {name}")
            if wanted != known.roles:
                set_roles(connection, name, wanted)
                note(connection, by, name, listed(wanted))
            self._keep_one_administrator(connection, known)
            return officer(connection, name)

    def allow(self, name: str, allowed: bool, by: str) -> Officer:
        """Whether an account may log in; when not, its sessions end. ForbiddenError for one's own account,
        ConflictError where no administrator would be left."""
        with writing(self._engine) as connection:
            known = self._others(connection, name, by)
            if known.disabled == allowed:
                connection.execute(officers.update().where(officers.c.name == name).values(disabled=not allowed))
                note(connection, by, name, "may log in" if allowed else "may not log in any more")
            if not allowed:
                connection.execute(sessions.delete().where(sessions.c.officer == name))
            self._keep_one_administrator(connection, known)
            return officer(connection, name)

    def changes(self, limit: int = 500) -> list[AccountChange]:
        """What was changed about accounts, newest first."""
        query = sa.select(account_changes).order_by(account_changes.c.seq.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [
                AccountChange(datetime.fromisoformat(row.changed_at), row.changed_by, row.officer, row.change)
                for row in connection.execute(query)
            ]

    def _others(self, connection: sa.Connection, name: str, by: str) -> Officer:
        if name == by:
            raise ForbiddenError("nobody changes the rights of their own account; ask another administrator")
        return officer(connection, name)

    def _keep_one_administrator(self, connection: sa.Connection, changed: Officer) -> None:
        if "administrator" not in changed.roles:
            return
        left = sa.select(sa.func.count()).select_from(officers).join(officer_roles)
        left = left.where(officer_roles.c.role == "administrator", ~officers.c.disabled)
        if not connection.execute(left).scalar_one():
            raise ConflictError(f"{changed.name} is the last administrator")


def officer(connection: sa.Connection, name: str) -> Officer:
    """An account; NotFoundError where there is none."""
    row = connection.execute(sa.select(officers).where(officers.c.name == name)).first()
    if row is None:
        raise NotFoundError(f"no officer named {name!r}")
    made_at = datetime.fromisoformat(row.created_at)
    return Officer(row.name, roles_of(connection, name), row.must_change, row.disabled, row.subject, made_at)


def roles_of(connection: sa.Connection, name: str) -> frozenset[str]:
    """The roles of an account."""
    query = sa.select(officer_roles.c.role).where(officer_roles.c.officer == name)
    return frozenset(connection.execute(query).scalars())


def set_roles(connection: sa.Connection, name: str, roles: Iterable[str]) -> None:
    """Exactly these roles. ArchiveError for none, an unknown one, or an auditor who is something else too."""
    wanted = frozenset(roles)
    unknown = sorted(wanted - set(ROLES))
    if unknown or not wanted:
        raise ArchiveError(f"a role is one of {', '.join(ROLES)}, got {', '.join(unknown) or 'none'}")
    if "auditor" in wanted and len(wanted) > 1:
        raise ArchiveError(f"an auditor changes nothing, so it is the only role, got {listed(wanted)}")
    connection.execute(officer_roles.delete().where(officer_roles.c.officer == name))
    connection.execute(officer_roles.insert(), [{"officer": name, "role": role} for role in sorted(wanted)])


def note(connection: sa.Connection, by: str, name: str, change: str) -> None:
    """Write down what was changed about an account."""
    connection.execute(account_changes.insert().values(changed_at=now(), changed_by=by, officer=name, change=change))


def listed(roles: Iterable[str]) -> str:
    """Roles for people, in a fixed order."""
    wanted = set(roles)
    return f"roles: {', '.join(sorted(wanted, key=lambda role: ROLES.index(role) if role in ROLES else 99))}"
