"""How often an outside service may be asked, counted over all processes that ask it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import msgspec

from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, Rate


class LeftAlone(Exception):
    """It will be a while before the service may be asked again: nobody should wait for it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"left alone for {seconds:.0f} s")
        self.seconds = seconds


class Pace(Protocol):
    """Whose turn it is to ask one service."""

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Wait for a turn and hold it as long as the request lasts. Raises LeftAlone when that would be too long."""
        ...

    async def leave_alone(self, seconds: float | None) -> None:
        """The service asked not to be asked for so long; None: it did not say how long."""
        ...


def paced(integrations: Mapping[str, Integration], pace_of: Callable[[str, Rate], Pace]) -> dict[str, Integration]:
    """The integrations; the clients of those with a rate, of the Test button too, wait for their turn."""
    return {kind: _paced(found, pace_of) for kind, found in integrations.items()}


def _paced(integration: Integration, pace_of: Callable[[str, Rate], Pace]) -> Integration:
    if integration.rate is None:
        return integration
    pace, connect = pace_of(integration.kind, integration.rate), integration.connect

    def connect_paced(connection: Connection, session: Any) -> Any:
        client = connect(connection, session)
        client.http.pace = pace
        return client

    return msgspec.structs.replace(integration, connect=connect_paced)
