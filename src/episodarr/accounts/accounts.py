"""Signing in and out, users and API keys."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from threading import Lock

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from episodarr.accounts.model import (
    AlreadySetUp,
    ApiKey,
    BadCredentials,
    NameTaken,
    Role,
    Scope,
    TooManyAttempts,
    User,
)
from episodarr.accounts.ports import AccountStore

SESSION_AGE = timedelta(days=30)
_FREE_ATTEMPTS = 5
_WINDOW = timedelta(minutes=5)
_MOST_ADDRESSES = 10_000
_KEY_NOTED = timedelta(minutes=1)
MIN_PASSWORD = 8


class Accounts:
    """Who may use the service."""

    def __init__(self, store: AccountStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._attempts: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()
        self._known_keys: dict[str, tuple[ApiKey, datetime]] = {}

    # ------------------------------------------------------------------ users

    def any_user(self) -> bool:
        """Whether the first admin exists."""
        return self._store.any_user()

    def create_first_admin(self, name: str, password: str) -> User:
        """Set the service up. Raises AlreadySetUp, or ValueError with a sentence."""
        name = _good_name(name)
        _good_password(password)
        user = self._store.add_first_user(name, _hasher().hash(password), self._clock())
        if user is None:
            raise AlreadySetUp("The first admin exists already; sign in instead")
        return user

    def add_user(self, name: str, password: str, role: str) -> User:
        """Make a user. Raises NameTaken or ValueError with a sentence."""
        name = _good_name(name)
        _good_password(password)
        return self._store.add_user(name, _hasher().hash(password), Role(role).value, self._clock())

    def users(self) -> list[User]:
        """All users."""
        return self._store.users()

    def change_password(self, user_id: int, old: str, new: str, keep_token: str = "") -> None:
        """Change one's own password; other sessions of the user end. Raises BadCredentials or ValueError."""
        stored = self._store.user(user_id)
        if stored is None or not _hasher().verify(old, stored.password_hash):
            raise BadCredentials("The present password is wrong")
        _good_password(new)
        self._store.set_password(user_id, _hasher().hash(new), _hash(keep_token) if keep_token else "")

    def set_password(self, name: str, new: str) -> None:
        """Set a user's password without the old one, from the command line. Raises LookupError or ValueError."""
        stored = self._store.user_named(name)
        if stored is None:
            raise LookupError(f"There is no user named {name}")
        _good_password(new)
        self._store.set_password(stored.user.id, _hasher().hash(new), "")

    # ------------------------------------------------------------------ sessions

    def sign_in(self, name: str, password: str, address: str) -> str:
        """A session token. Raises BadCredentials, or TooManyAttempts before any password is tried."""
        self._check_attempts(address)
        nobody = _password_of_nobody()  # before the name is looked up: who waits for it learns nothing
        stored = self._store.user_named(name.strip())
        right = _hasher().verify(password[:1024], stored.password_hash if stored else nobody)
        if stored is None or not right:
            self._note_attempt(address)
            raise BadCredentials("Name or password is wrong")
        with self._lock:
            self._attempts.pop(address, None)
        return self.session_for(stored.user)

    def session_for(self, user: User) -> str:
        """A new session token of a user who has proven who they are."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        self._store.add_session(_hash(token), user.id, now, now + SESSION_AGE)
        return token

    def of_session(self, token: str) -> User | None:
        """Whose session it is; None when there is none."""
        return self._store.session(_hash(token), self._clock()) if token else None

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._store.end_session(_hash(token))

    def _check_attempts(self, address: str) -> None:
        now = self._clock()
        with self._lock:
            recent = [at for at in self._attempts.get(address, []) if now - at < _WINDOW]
        if len(recent) >= _FREE_ATTEMPTS:
            raise TooManyAttempts((recent[0] + _WINDOW - now).total_seconds())

    def _note_attempt(self, address: str) -> None:
        now = self._clock()
        with self._lock:
            recent = [at for at in self._attempts.pop(address, []) if now - at < _WINDOW]
            self._attempts[address] = [*recent, now]
            while len(self._attempts) > _MOST_ADDRESSES:
                self._attempts.popitem(last=False)

    # ------------------------------------------------------------------ API keys

    def keys(self) -> list[ApiKey]:
        """All API keys."""
        return self._store.keys()

    def create_key(self, name: str, scope: str) -> tuple[ApiKey, str]:
        """A new key and its text, which is shown this once. Raises ValueError with a sentence."""
        if not name.strip():
            raise ValueError("A key needs a name that says who uses it")
        text = secrets.token_hex(16)
        key = self._store.add_key(name.strip()[:100], Scope(scope).value, _hash(text), self._clock(), preset=False)
        return key, text

    def preset_key(self, text: str) -> None:
        """Make the key of EPISODARR_API_KEY valid, as an admin key."""
        self._store.add_key("EPISODARR_API_KEY", Scope.ADMIN.value, _hash(text), self._clock(), preset=True)

    def revoke_key(self, key_id: int) -> None:
        """Make a key invalid."""
        self._store.remove_key(key_id)
        self._known_keys.clear()

    def remembered_key(self, text: str) -> ApiKey | None:
        """The key when it was seen a moment ago; asks no database, so that the event loop may ask."""
        held = self._known_keys.get(_hash(text))
        return held[0] if held is not None and self._clock() - held[1] < _KEY_NOTED else None

    def of_key(self, text: str) -> ApiKey | None:
        """Which key it is; None when it is none. A hit is remembered for a moment: programs poll."""
        remembered = self.remembered_key(text)
        if remembered is not None:
            return remembered
        hashed = _hash(text)
        now = self._clock()
        key = self._store.key(hashed)
        if key is not None:
            self._store.used_key(key.id, now)
            self._known_keys[hashed] = (key, now)
        return key


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _password_of_nobody() -> str:
    """Checked against when a name is unknown, so that it takes as long as a wrong password.

    Made when somebody signs in for the first time: a start, and every command, would wait for it.
    """
    return _hasher().hash(secrets.token_urlsafe(16))


def _hash(token: str) -> str:
    """Tokens and keys are long and random: a plain digest is enough, and quick."""
    return sha256(token.encode()).hexdigest()


def _good_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise ValueError("The name must have 1 to 60 printable characters")
    return name


def _good_password(password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise ValueError(f"The password must have at least {MIN_PASSWORD} characters")
    if len(password) > 1024:
        raise ValueError("The password must have at most 1024 characters")


__all__ = ["SESSION_AGE", "Accounts", "NameTaken"]
