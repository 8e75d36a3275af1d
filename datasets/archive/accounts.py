"""Who may speak to the service: stations by key, officers by name and password, and the officers' sessions."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cargoscope.datasets.archive.database import in_utc, now, writing
from cargoscope.datasets.archive.tables import officers, sessions, stations
from cargoscope.errors import ArchiveError, AuthError, ConflictError, ForbiddenError, NotFoundError, PasswordError
from cargoscope.scan import SCAN_ID

ROLES: Final = ("officer", "administrator")
MIN_PASSWORD: Final = 10

NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$E6M5g2fd98KKzSRrc9vA8g$LE8dy94/fcZo9AhmlLrOcIy4z3XIMJ50eNVfjx2XdiI"
"""Hash of a password that nobody knows, checked for an unknown name: it takes as long as for a known one."""


@dataclass(frozen=True)
class Officer:
    """An officer's account. must_change: the password is a one-time password."""

    name: str
    role: str
    must_change: bool


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

    def add_officer(self, name: str, role: str = "officer") -> str:
        """A new officer; gives the one-time password, which is stored nowhere."""
        if not SCAN_ID.fullmatch(name):
            raise ArchiveError(f"an officer is named by letters, digits, '.', '_' and '-', got {name!r}")
        if role not in ROLES:
            raise ArchiveError(f"a role is one of {', '.join(ROLES)}, got {role!r}")
        password = _one_time_password()
        row = {"name": name, "password_hash": self.hasher.hash(password), "must_change": True, "role": role}
        with writing(self._engine) as connection:
            if connection.execute(sa.select(officers.c.name).where(officers.c.name == name)).first():
                raise ConflictError(f"there is an officer named {name!r} already")
            connection.execute(officers.insert().values(**row, created_at=now()))
        return password

    def reset_password(self, name: str) -> str:
        """A new one-time password for an officer, whose sessions end."""
        password = _one_time_password()
        self._set_password(name, password, must_change=True, keep_token=None)
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
        self._set_password(name, new, must_change=False, keep_token=keep_token)

    def officer(self, name: str) -> Officer:
        """An officer's account; NotFoundError where there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(officers).where(officers.c.name == name)).first()
        if row is None:
            raise NotFoundError(f"no officer named {name!r}")
        return Officer(row.name, row.role, row.must_change)

    def check_password(self, name: str, password: str) -> Officer:
        """The officer whose password this is; AuthError says the same, as slowly, for a wrong name or password."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(officers).where(officers.c.name == name)).first()
        try:
            self.hasher.verify(NOBODY if row is None else row.password_hash, password)
        except (VerificationError, InvalidHashError) as error:
            raise AuthError("name or password is wrong") from error
        if row is None:
            raise AuthError("name or password is wrong")
        return Officer(row.name, row.role, row.must_change)

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
        query = (
            sa.select(officers)
            .join(sessions, sessions.c.officer == officers.c.name)
            .where(sessions.c.token_hash == _digest(token), sessions.c.expires_at > now())
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise AuthError("not logged in, or the session ended; log in again")
        return Officer(row.name, row.role, row.must_change)

    def close_session(self, token: str) -> None:
        """End a session. One that is not there is no error."""
        with writing(self._engine) as connection:
            connection.execute(sessions.delete().where(sessions.c.token_hash == _digest(token)))

    def _set_password(self, name: str, password: str, must_change: bool, keep_token: str | None) -> None:
        values = {"password_hash": self.hasher.hash(password), "must_change": must_change}
        others = sessions.c.officer == name
        if keep_token is not None:
            others &= sessions.c.token_hash != _digest(keep_token)
        with writing(self._engine) as connection:
            if connection.execute(officers.update().where(officers.c.name == name).values(**values)).rowcount != 1:
                raise NotFoundError(f"no officer named {name!r}")
            connection.execute(sessions.delete().where(others))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _one_time_password() -> str:
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))
