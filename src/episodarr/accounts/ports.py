"""What accounts need from the database."""

from datetime import datetime
from typing import Protocol

from episodarr.accounts.model import ApiKey, StoredUser, User


class AccountStore(Protocol):
    """Where users, sessions and keys are kept; tokens and keys only as hashes."""

    def any_user(self) -> bool:
        """Whether somebody is set up."""
        ...

    def add_first_user(self, name: str, password_hash: str, now: datetime) -> User | None:
        """Make the first user, an admin; None when there is one already (decided in one transaction)."""
        ...

    def add_user(self, name: str, password_hash: str, role: str, now: datetime) -> User:
        """Make a user. Raises NameTaken."""
        ...

    def user_named(self, name: str) -> StoredUser | None:
        """A user by name, whatever its case."""
        ...

    def user(self, user_id: int) -> StoredUser | None:
        """A user by id."""
        ...

    def users(self) -> list[User]:
        """All users."""
        ...

    def set_password(self, user_id: int, password_hash: str, keep_session: str) -> None:
        """Change a password and end the user's other sessions."""
        ...

    def add_session(self, token_hash: str, user_id: int, now: datetime, expires_at: datetime) -> None:
        """Keep a session, and drop expired ones."""
        ...

    def session(self, token_hash: str, now: datetime) -> User | None:
        """The user of a session that has not expired."""
        ...

    def end_session(self, token_hash: str) -> None:
        """Forget a session."""
        ...

    def keys(self) -> list[ApiKey]:
        """All API keys."""
        ...

    def add_key(self, name: str, scope: str, key_hash: str, now: datetime, *, preset: bool) -> ApiKey:
        """Keep a key's hash. A preset key replaces the former preset."""
        ...

    def key(self, key_hash: str) -> ApiKey | None:
        """The key of this hash."""
        ...

    def used_key(self, key_id: int, now: datetime) -> None:
        """Remember when a key was used last."""
        ...

    def remove_key(self, key_id: int) -> None:
        """Revoke a key."""
        ...
