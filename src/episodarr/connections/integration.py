"""What one adapter file declares about itself; everything else (form, wizard, health, jobs) follows from it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from episodarr.connections.hint import ReadHint
from episodarr.connections.model import Checked, Connection, Field, Rate


def no_problems(_settings: Mapping[str, str]) -> dict[str, str]:
    """Settings that need no check beyond being there."""
    return {}


class Integration(msgspec.Struct, frozen=True):
    """One kind of outside service. An adapter module offers it as `INTEGRATION`, and is found by that alone."""

    kind: str
    """Lower case, such as `qbittorrent`; part of URLs and environment variables."""
    label: str
    """As people know it, such as `qBittorrent`; part of what they read."""
    purpose: str
    """One line for the wizard: what Episodarr gets from it."""
    fields: tuple[Field, ...]
    ports: tuple[type, ...]
    """The capability ports that a connected client implements."""
    connect: Callable[[Connection, Any], Any]
    """(connection, http session) -> client. Makes no request."""
    check: Callable[[Any], Awaitable[Checked]]
    """Asks the client whether it reaches the right application and may use it; raises ServiceFailure."""
    close: Callable[[Any], Awaitable[None]] | None = None
    problems: Callable[[Mapping[str, str]], dict[str, str]] = no_problems
    """What is wrong with settings by their form alone: field -> what to mend."""
    sample: Callable[[Any, Sequence[str]], Awaitable[str]] | None = None
    """Looks up a few files, by the paths that Sonarr gives them, and says how many it knows; for the Test button."""
    hint: ReadHint | None = None
    """Reads the webhooks of a service that can send them."""
    tells_plays_of: str = ""
    """The kind of service whose plays this one tells, better than that service does by itself."""
    rate: Rate | None = None
    """How often the service may be asked; None: nobody says so. Its clients hold an `HttpService` as `http`."""
    order: int = 100
    """Place in the wizard."""

    @property
    def webhook(self) -> bool:
        """Whether the service can send webhooks that hint at a change."""
        return self.hint is not None


def missing_fields(integration: Integration, settings: Mapping[str, str]) -> list[Field]:
    """The required fields that `settings` leaves empty."""
    return [field for field in integration.fields if field.required and not settings.get(field.name, "").strip()]
