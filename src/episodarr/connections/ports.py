"""What connections need from the database, and from whoever keeps secrets sealed."""

from datetime import datetime
from typing import Protocol

from episodarr.connections.model import Connection, Health
from episodarr.episode.identity import ConnectionId


class ConnectionStore(Protocol):
    """Where connections are kept; secrets are sealed on their way in and opened on their way out."""

    def all(self) -> list[Connection]:
        """Every connection, by id."""
        ...

    def add(self, connection: Connection, now: datetime) -> ConnectionId:
        """Keep a new connection (its `id` is ignored); its id, which no other connection ever had."""
        ...

    def change(self, connection: Connection, now: datetime) -> None:
        """Replace a connection's name, settings and flags; its version grows."""
        ...

    def remove(self, connection: ConnectionId) -> None:
        """Forget a connection, with everything read through it. One that is gone leaves nothing to do."""
        ...

    def health(self) -> dict[ConnectionId, Health]:
        """How each connection fares, as last noted."""
        ...

    def note_health(self, connection: ConnectionId, health: Health) -> None:
        """Remember how a connection fares."""
        ...
