import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cargoscope.datasets.archive import Accounts, Archive
from cargoscope.errors import ArchiveError, AuthError, ConflictError, ForbiddenError, NotFoundError, PasswordError


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    with Archive(tmp_path) as archive:
        yield archive.accounts


def test_a_station_is_known_by_its_key_until_the_key_is_replaced(accounts: Accounts) -> None:
    key = accounts.add_station("gate-1")
    assert accounts.station_of(key) == "gate-1"
    with pytest.raises(ConflictError, match="has a key already"):
        accounts.add_station("gate-1")
    new = accounts.add_station("gate-1", replace=True)
    assert accounts.station_of(new) == "gate-1"
    with pytest.raises(AuthError, match="not known"):
        accounts.station_of(key)


def test_an_officer_begins_with_a_one_time_password(accounts: Accounts) -> None:
    one_time = accounts.add_officer("lan")
    assert accounts.check_password("lan", one_time).must_change
    token = accounts.open_session("lan", 1)
    other = accounts.open_session("lan", 1)
    with pytest.raises(ForbiddenError, match="the old password is wrong"):
        accounts.change_password("lan", "not the old one", "a long enough one", token)
    with pytest.raises(PasswordError, match="at least 10 characters, got 5"):
        accounts.change_password("lan", one_time, "short", token)
    with pytest.raises(PasswordError, match="must differ"):
        accounts.change_password("lan", one_time, one_time, token)
    accounts.change_password("lan", one_time, "a long enough one", token)
    assert not accounts.session(token).must_change
    with pytest.raises(AuthError, match="log in again"):
        accounts.session(other)
    with pytest.raises(AuthError, match="name or password is wrong"):
        accounts.check_password("lan", one_time)


def test_a_reset_ends_every_session(accounts: Accounts) -> None:
    accounts.add_officer("lan")
    token = accounts.open_session("lan", 1)
    password = accounts.reset_password("lan")
    assert accounts.check_password("lan", password).must_change
    with pytest.raises(AuthError):
        accounts.session(token)
    with pytest.raises(NotFoundError, match="no officer named 'bo'"):
        accounts.reset_password("bo")


def test_a_session_ends_by_logging_out_and_by_time(accounts: Accounts) -> None:
    accounts.add_officer("lan")
    token, expired = accounts.open_session("lan", 1), accounts.open_session("lan", -1)
    assert accounts.session(token).name == "lan"
    with pytest.raises(AuthError):
        accounts.session(expired)
    accounts.close_session(token)
    with pytest.raises(AuthError):
        accounts.session(token)


def test_a_wrong_name_is_answered_like_a_wrong_password(accounts: Accounts) -> None:
    accounts.add_officer("lan")
    for name in ("lan", "nobody"):
        with pytest.raises(AuthError, match=r"^name or password is wrong$"):
            accounts.check_password(name, "wrong password")


@pytest.mark.parametrize("name", ["", "a b", "../x", "ä", "-x"])
def test_names_that_do_not_fit_an_address_are_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(ArchiveError, match="is named by letters"):
        accounts.add_officer(name)
    with pytest.raises(ArchiveError, match="is named by letters"):
        accounts.add_station(name)


def test_no_secret_is_in_the_database(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        accounts = archive.accounts
        secrets = [accounts.add_station("gate-1"), accounts.add_officer("lan"), accounts.open_session("lan", 1)]
    with closing(sqlite3.connect(tmp_path / "archive.sqlite")) as connection:
        dump = "\n".join(connection.iterdump())
    assert "$argon2id$" in dump
    for secret in secrets:
        assert secret not in dump
