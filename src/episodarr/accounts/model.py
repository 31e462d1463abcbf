"""Who may use Episodarr, and how they prove it."""

from datetime import datetime
from enum import StrEnum

import msgspec

SESSION_COOKIE = "episodarr_session"


class Role(StrEnum):
    """What a user may do."""

    ADMIN = "admin"
    VIEWER = "viewer"


class Scope(StrEnum):
    """What an API key may do."""

    ADMIN = "admin"
    READ = "read"


class User(msgspec.Struct, frozen=True):
    """Somebody who signs in."""

    id: int
    name: str
    role: str
    created_at: datetime
    last_seen_at: datetime | None = None

    @property
    def is_admin(self) -> bool:
        """Whether the user may change things."""
        return self.role == Role.ADMIN.value


class ApiKey(msgspec.Struct, frozen=True):
    """A key of a program. The key itself is shown once and never kept."""

    id: int
    name: str
    scope: str
    created_at: datetime
    last_used_at: datetime | None = None
    preset: bool = False
    """Given by EPISODARR_API_KEY."""


class StoredUser(msgspec.Struct, frozen=True):
    """A user with the hash of their password."""

    user: User
    password_hash: str


class AlreadySetUp(Exception):
    """The first admin exists: nobody may set the service up again."""


class BadCredentials(Exception):
    """Name or password is wrong; which of the two is not told."""


class TooManyAttempts(Exception):
    """Too many failed attempts; `retry_after` in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Too many failed attempts; try again in {round(retry_after)} seconds")
        self.retry_after = retry_after


class NameTaken(ValueError):
    """There is a user of this name."""
