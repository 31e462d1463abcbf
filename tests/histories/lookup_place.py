"""Lookups over simulated metadata services, with a clock in the hand of the test."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from episodarr.connections.connect import Connections
from episodarr.connections.integration import Integration
from episodarr.connections.model import Connection, Rate
from episodarr.connections.pace import paced
from episodarr.database.connections import StoredConnections
from episodarr.database.engine import Database
from episodarr.database.limits_of_rate import RateLimits
from episodarr.database.lookups import StoredLookups
from episodarr.database.sealing import Sealer
from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.episode.identity import ConnectionId
from episodarr.histories.lookup import PREFERRED, Lookups
from episodarr.integrations import all_integrations
from episodarr.integrations._http import Timeouts, make_session

BOTH = ("tmdb", "tvmaze")
OFTEN = Rate(10_000, 1)


class Place:
    """One stack, one database, and as many workers over them as wanted."""

    def __init__(self, database: Database, folder: Path, stack: Stack, session: Any, kinds: tuple[str, ...]) -> None:
        self.database, self.folder, self.stack, self.session, self.kinds = database, folder, stack, session, kinds
        self.now = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
        self.store = StoredLookups(database)
        self.waits: list[float] = []
        self.connections = self._connections()
        self.lookups = self.worker(self.connections)

    def clock(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)

    def worker(self, connections: Connections | None = None, preferred: tuple[str, ...] = PREFERRED) -> Lookups:
        """Another process, as it were: it shares nothing but the database."""

        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            await asyncio.sleep(0.001)

        return Lookups(connections or self._connections(), self.store, self.clock, sleep, preferred)

    def _connections(self) -> Connections:
        integrations = self._integrations()
        made = Connections(
            StoredConnections(self.database, Sealer.in_folder(self.folder), integrations),
            integrations,
            lambda: self.session,
            self.clock,
            b"secret",
            lambda *_: None,
        )
        made.adopt(self._given())
        for _, _, client in made.offering(_source()):
            client.http.timeouts = Timeouts(total=5, bulk=5)  # type: ignore[attr-defined]  # every adapter has it
        return made

    def _integrations(self) -> Mapping[str, Integration]:
        return paced(all_integrations(), lambda kind, _: RateLimits(self.database).pace(kind, OFTEN))

    def _given(self) -> list[Connection]:
        return [
            Connection(
                ConnectionId(0),
                one.kind,
                one.name,
                {"url": one.url} | ({"api_key": one.api_key} if one.api_key else {}),
                from_environment=True,
            )
            for one in self.stack.services
            if one.kind in self.kinds
        ]

    def asked(self, pattern: str = "", *, of: str = "tmdb") -> int:
        """Requests that a server answered, by a pattern for `METHOD /path`."""
        return self.stack.servers[of].counts.matching(pattern).requests

    def outcomes(self) -> list[str]:
        return [entry.outcome.value for entry in reversed(self.store.latest(1_000))]


def _source() -> type:
    from episodarr.histories.metadata import MetadataSource

    return MetadataSource


@asynccontextmanager
async def a_place(
    folder: Path, migrated: Path, kinds: tuple[str, ...] = BOTH, fill: Callable[[World], Any] = lambda _: None
) -> AsyncIterator[Place]:
    """A place, for as long as it is needed."""
    file = folder / "lookups.db"
    shutil.copyfile(migrated, file)
    database = Database(f"sqlite:///{file}")
    world = World(ManualClock())
    fill(world)
    stack = Stack(world)
    await stack.start()
    try:
        async with make_session() as session:
            yield Place(database, folder, stack, session, kinds)
    finally:
        await stack.stop()
        database.close()
