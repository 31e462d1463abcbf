"""Signing in, users and keys, on a real database (S4, S17, S18)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hand import Hand

from episodarr.accounts.accounts import SESSION_AGE, Accounts
from episodarr.accounts.model import AlreadySetUp, BadCredentials, NameTaken, TooManyAttempts
from episodarr.database.accounts import StoredAccounts
from episodarr.database.engine import Database


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def accounts(tmp_path: Path, clock: Hand):
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    database.migrate()
    yield Accounts(StoredAccounts(database), clock)
    database.close()


def test_the_first_admin_is_made_once(accounts: Accounts) -> None:
    assert not accounts.any_user()

    def set_up(number: int) -> bool:
        try:
            return accounts.create_first_admin(f"admin{number}", "correct horse").is_admin
        except AlreadySetUp:
            return False

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(set_up, range(8)))
    assert made.count(True) == 1, "eight at once make one admin"
    assert len(accounts.users()) == 1
    with pytest.raises(AlreadySetUp):
        accounts.create_first_admin("late", "correct horse")


@pytest.mark.parametrize(
    ("name", "password"), [("", "correct horse"), ("a\nb", "correct horse"), ("ada", "short"), ("ada", "x" * 2000)]
)
def test_a_weak_start_is_refused_with_a_sentence(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(ValueError, match="must have"):
        accounts.create_first_admin(name, password)
    assert not accounts.any_user()


def test_sessions_begin_end_and_expire(accounts: Accounts, clock: Hand) -> None:
    accounts.create_first_admin("Ada", "correct horse")
    token = accounts.sign_in("ADA", "correct horse", "1.1.1.1")
    assert accounts.of_session(token).name == "Ada"
    assert accounts.of_session(token + "x") is None
    assert accounts.of_session("") is None
    accounts.sign_out(token)
    assert accounts.of_session(token) is None
    token = accounts.sign_in("ada", "correct horse", "1.1.1.1")
    clock.now += SESSION_AGE + timedelta(seconds=1)
    assert accounts.of_session(token) is None


def test_guessing_is_slowed_down_per_address(accounts: Accounts, clock: Hand) -> None:
    accounts.create_first_admin("ada", "correct horse")
    for name in ("ada", "nobody", "ada", "ada", "ada"):
        with pytest.raises(BadCredentials):
            accounts.sign_in(name, "wrong horse", "1.1.1.1")
    with pytest.raises(TooManyAttempts) as slow:
        accounts.sign_in("ada", "correct horse", "1.1.1.1")
    assert slow.value.retry_after > 0
    assert accounts.sign_in("ada", "correct horse", "2.2.2.2")
    clock.forward(minutes=6)
    assert accounts.sign_in("ada", "correct horse", "1.1.1.1")


def test_a_changed_password_ends_the_other_sessions(accounts: Accounts) -> None:
    user = accounts.create_first_admin("ada", "correct horse")
    here = accounts.sign_in("ada", "correct horse", "1.1.1.1")
    there = accounts.sign_in("ada", "correct horse", "2.2.2.2")
    with pytest.raises(BadCredentials):
        accounts.change_password(user.id, "wrong", "battery staple", here)
    accounts.change_password(user.id, "correct horse", "battery staple", here)
    assert accounts.of_session(here) is not None
    assert accounts.of_session(there) is None
    with pytest.raises(BadCredentials):
        accounts.sign_in("ada", "correct horse", "3.3.3.3")


def test_keys_are_shown_once_and_can_be_revoked(accounts: Accounts) -> None:
    key, text = accounts.create_key("dashboard", "read")
    assert accounts.of_key(text) == key
    assert accounts.of_key(text[:-1]) is None
    accounts.revoke_key(key.id)
    assert accounts.of_key(text) is None
    with pytest.raises(ValueError, match="name"):
        accounts.create_key(" ", "read")
    with pytest.raises(ValueError, match="root"):
        accounts.create_key("x", "root")


def test_a_preset_key_is_replaced_by_the_next(accounts: Accounts) -> None:
    accounts.preset_key("a" * 32)
    accounts.preset_key("a" * 32)
    accounts.preset_key("b" * 32)
    assert [key.preset for key in list(accounts.keys())] == [True]
    assert accounts.of_key("b" * 32).scope == "admin"
    assert accounts.of_key("a" * 32) is None


def test_names_are_taken_whatever_their_case(accounts: Accounts) -> None:
    accounts.create_first_admin("Ada", "correct horse")
    with pytest.raises(NameTaken):
        accounts.add_user("ADA", "correct horse", "viewer")
    assert accounts.add_user("Bob", "correct horse", "viewer").role == "viewer"
