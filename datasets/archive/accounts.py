"""Who may speak to the service: stations by key, officers by name and password, and the officers' sessions.

What an administrator changes about accounts stands in `people.py`.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cargoscope.datasets.archive import people
from cargoscope.datasets.archive.database import in_utc, now, writing
from cargoscope.datasets.archive.people import Officer
from cargoscope.datasets.archive.tables import officers, sessions, stations
from cargoscope.errors import ArchiveError, AuthError, ConflictError, ForbiddenError, PasswordError
from cargoscope.scan import SCAN_ID

MIN_PASSWORD: Final = 10

SYSTEM: Final = "(command line)"
OPENID: Final = "(OpenID provider)"
"""Who changed an account, where it was no account: these are no names that an account can have."""

NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$E6M5g2fd98KKzSRrc9vA8g$LE8dy94/fcZo9AhmlLrOcIy4z3XIMJ50eNVfjx2XdiI"
"""Hash of a password that nobody knows, checked for an unknown name: it takes as long as for a known one."""

NO_PASSWORD: Final = "none"
"""In place of the hash of an account without a password."""


class Accounts:
    """Stations, officers and sessions. Keys and session tokens are stored as sha256, passwords as argon2id.

    hasher: how passwords are hashed from now on; what is stored carries its own cost.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.hasher = PasswordHasher()

    def add_station(self, station_id: str, replace: bool = False) -> str:
        """A new key for a station, given out only here. A known station is refused unless its key is to be replaced."""
        if not SCAN_ID.fullmatch(station_id):
            raise ArchiveError(f"a station is named by letters, digits, '.', '_' and '-', got {station_id!r}")
        key = f"csk_{secrets.token_urlsafe(32)}"
        with writing(self._engine) as connection:
            known = connection.execute(sa.select(stations).where(stations.c.station_id == station_id)).first()
            if known is None:
                row = {"station_id": station_id, "key_hash": _digest(key), "created_at": now()}
                connection.execute(stations.insert().values(row))
            elif replace:
                change = stations.update().where(stations.c.station_id == station_id).values(key_hash=_digest(key))
                connection.execute(change)
            else:
                raise ConflictError(f"station {station_id!r} has a key already")
        return key

    def station_of(self, key: str) -> str:
        """The station that a key belongs to; AuthError where it belongs to none."""
        with self._engine.connect() as connection:
            query = sa.select(stations.c.station_id).where(stations.c.key_hash == _digest(key))
            station_id = connection.execute(query).scalar()
        if station_id is None:
            raise AuthError("the station key is not known")
        return str(station_id)

    def add_officer(self, name: str, *roles: str, by: str = SYSTEM) -> str:
        """A new account, of an officer where no role is given; gives the one-time password, which is stored nowhere.

        by: who adds it, for the list of changes.
        """
        password = _one_time_password()
        with writing(self._engine) as connection:
            _insert(connection, name, self.hasher.hash(password), True, None)
            people.set_roles(connection, name, roles or ("officer",))
            people.note(connection, by, name, f"added, {people.listed(roles or ('officer',))}")
        return password

    def reset_password(self, name: str, by: str = SYSTEM) -> str:
        """A new one-time password for an officer, whose sessions end. ConflictError for one of the OpenID provider."""
        password = _one_time_password()
        self._set_password(name, password, must_change=True, keep_token=None, note=(by, "one-time password"))
        return password

    def change_password(self, name: str, old: str, new: str, keep_token: str) -> None:
        """The officer's own password; every other session of the officer ends.

        ForbiddenError where the old one is wrong, PasswordError where the new one is too weak.
        """
        try:
            self.check_password(name, old)
        except AuthError as error:
            raise ForbiddenError("the old password is wrong") from error
        if len(new) < MIN_PASSWORD:
            raise PasswordError(f"a password needs at least {MIN_PASSWORD} characters, got {len(new)}")
        if new == old:
            raise PasswordError("the new password must differ from the old one")
        self._set_password(name, new, must_change=False, keep_token=keep_token, note=(name, "own password"))

    def officer(self, name: str) -> Officer:
        """An officer's account; NotFoundError where there is none."""
        with self._engine.connect() as connection:
            return people.officer(connection, name)

    def check_password(self, name: str, password: str) -> Officer:
        """The officer whose password this is; AuthError says the same, as slowly, for a wrong name or password, and
        for an account that may not log in, or not with a password."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(officers).where(officers.c.name == name)).first()
        usable = row is not None and row.subject is None and not row.disabled
        try:
            self.hasher.verify(row.password_hash if row is not None and usable else NOBODY, password)
        except (VerificationError, InvalidHashError) as error:
            raise AuthError("name or password is wrong") from error
        if row is None or not usable:
            raise AuthError("name or password is wrong")
        return self.officer(name)

    def enter(self, subject: str, name: str, roles: Sequence[str]) -> Officer:
        """The account of somebody whom the OpenID provider vouches for, with the roles that it says, from now on; made
        at the first time.

        subject: who that is at the provider, for ever. ConflictError where another account has the name: nobody takes
        over an account by being called like it. AuthError where the account may not log in.
        """
        with writing(self._engine) as connection:
            row = connection.execute(sa.select(officers).where(officers.c.subject == subject)).first()
            if row is None:
                _insert(connection, name, NO_PASSWORD, False, subject)
                people.note(connection, OPENID, name, f"added, {people.listed(roles)}")
            elif row.disabled:
                raise AuthError(f"the account {row.name} may not log in")
            known = name if row is None else row.name
            before = people.roles_of(connection, known)
            people.set_roles(connection, known, roles)
            if row is not None and before != frozenset(roles):
                people.note(connection, OPENID, known, people.listed(roles))
            return people.officer(connection, known)

    def open_session(self, name: str, hours: float) -> str:
        """A session token for an officer. Sessions that ended are swept out."""
        token = secrets.token_urlsafe(32)
        expires = in_utc(datetime.now(UTC) + timedelta(hours=hours))
        with writing(self._engine) as connection:
            connection.execute(sessions.delete().where(sessions.c.expires_at <= now()))
            connection.execute(sessions.insert().values(token_hash=_digest(token), officer=name, expires_at=expires))
        return token

    def session(self, token: str) -> Officer:
        """The officer of a session; AuthError where it ended or never was."""
        query = sa.select(sessions.c.officer).where(
            sessions.c.token_hash == _digest(token), sessions.c.expires_at > now()
        )
        with self._engine.connect() as connection:
            name = connection.execute(query).scalar()
            found = None if name is None else people.officer(connection, name)
        if found is None or found.disabled:
            raise AuthError("not logged in, or the session ended; log in again")
        return found

    def close_session(self, token: str) -> None:
        """End a session. One that is not there is no error."""
        with writing(self._engine) as connection:
            connection.execute(sessions.delete().where(sessions.c.token_hash == _digest(token)))

    def _set_password(
        self, name: str, password: str, must_change: bool, keep_token: str | None, note: tuple[str, str]
    ) -> None:
        values = {"password_hash": self.hasher.hash(password), "must_change": must_change}
        others = sessions.c.officer == name
        if keep_token is not None:
            others &= sessions.c.token_hash != _digest(keep_token)
        with writing(self._engine) as connection:
            if people.officer(connection, name).subject is not None:
                raise ConflictError(f"{name} logs in at the OpenID provider and has no password here")
            connection.execute(officers.update().where(officers.c.name == name).values(**values))
            connection.execute(sessions.delete().where(others))
            people.note(connection, note[0], name, note[1])


def _insert(connection: sa.Connection, name: str, password_hash: str, must_change: bool, subject: str | None) -> None:
    if not SCAN_ID.fullmatch(name):
        raise ArchiveError(f"an officer is named by letters, digits, '.', '_' and '-', got {name[:140]!r}")
    if connection.execute(sa.select(officers.c.name).where(officers.c.name == name)).first():
        raise ConflictError(f"there is an officer named {name!r} already")
    row = {"name": name, "password_hash": password_hash, "must_change": must_change, "subject": subject}
    connection.execute(officers.insert().values(**row, disabled=False, created_at=now()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _one_time_password() -> str:
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
