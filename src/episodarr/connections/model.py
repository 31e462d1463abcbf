"""A connected service: its settings, and how it fares."""

from datetime import datetime
from enum import StrEnum

import msgspec

from episodarr.episode.identity import ConnectionId


class FieldKind(StrEnum):
    """How a setting is asked for and kept."""

    URL = "url"
    TEXT = "text"
    SECRET = "secret"  # noqa: S105  # the name of a kind of field
    FLAG = "flag"


class Field(msgspec.Struct, frozen=True):
    """One setting of a service, as its adapter declares it for the form, the API and the environment."""

    name: str
    """Also the end of its environment variable: `api_key` of `sonarr` is EPISODARR_SONARR_API_KEY."""
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = True
    help: str = ""
    example: str = ""
    default: str = ""
    """What it is as long as nobody says otherwise, such as the address of a public service."""


class Rate(msgspec.Struct, frozen=True):
    """At most `most` requests in any `seconds`, whatever process sends them."""

    most: int
    seconds: float


class Connection(msgspec.Struct, frozen=True):
    """One connected service. `settings` holds opened secrets: never log or show it whole."""

    id: ConnectionId
    kind: str
    name: str
    settings: dict[str, str]
    enabled: bool = True
    from_environment: bool = False
    version: int = 1
    """Grows with each edit, so that whoever holds a live client knows when to make it anew."""

    @property
    def url(self) -> str:
        """The address people gave, without a slash at its end."""
        return self.settings.get("url", "").rstrip("/")


class Status(StrEnum):
    """How a service fares."""

    UNKNOWN = "unknown"
    OK = "ok"
    OFFLINE = "offline"
    REFUSED = "refused"
    WRONG_APP = "wrong_app"
    WRONG_PATH = "wrong_path"
    BUSY = "busy"
    ERROR = "error"


class Health(msgspec.Struct, frozen=True):
    """How a connection fares, since when, and what a person can do about it."""

    status: Status = Status.UNKNOWN
    message: str = ""
    fix: str = ""
    since: datetime | None = None
    checked_at: datetime | None = None
    failures: int = 0
    """Failures in a row."""
    retry_at: datetime | None = None
    """Left alone until then."""


class Checked(msgspec.Struct, frozen=True):
    """What a successful Test found."""

    application: str
    version: str
    detail: str = ""
    """One sentence for the person who pressed Test, such as "24 series"."""
