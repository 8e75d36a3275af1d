"""The connection to SQLite: how it is opened, locked and brought up to date."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from cargoscope.errors import ArchiveError

MIGRATIONS: Final = Path(__file__).parent / "migrations"
HEAD: Final = max(path.stem[1:5] for path in (MIGRATIONS / "versions").glob("r[0-9]*.py"))
"""The newest of the migrations: their files are named in the order in which they follow each other."""

BUSY_MS: Final = 20_000
"""How long a writer waits for another one before it gives up."""

WRITING: Final = "cargoscope_writing"


def connect(path: Path) -> sa.Engine:
    """An engine on a SQLite file: WAL, every commit on the disk before it returns, foreign keys checked."""
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=40)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA recursive_triggers = ON")  # else REPLACE deletes past the triggers that forbid it

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        """A transaction that is going to write takes the write lock first, so that what it reads stays true."""
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITING) else "BEGIN")

    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that holds the write lock from its beginning and commits at the end."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        yield connection


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def migrate(engine: sa.Engine, lock: Path) -> None:
    """Bring the tables up to date. Only one process at a time does, the others wait for it.

    Alembic takes a while to import, so it is asked only where there is something to do.
    """
    if _version(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with writing(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def only_process(lock: Path) -> Iterator[None]:
    """Hold a lock file; ArchiveError where another process holds it. The lock goes when the process dies."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError(f"another service runs on {lock.parent}; stop it or take another data dir") from error
        yield


def now() -> str:
    """This moment as the tables hold it: ISO 8601, UTC, microseconds."""
    return in_utc(datetime.now(UTC))


def in_utc(moment: datetime) -> str:
    """A moment as the tables hold it; texts of two moments compare like the moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_before(seconds: float) -> datetime:
    """The moment so many seconds ago."""
    return datetime.now(UTC) - timedelta(seconds=seconds)
