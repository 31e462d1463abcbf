"""Reading movies: the whole list of a Radarr or media server at once; nothing of a part of it is ever believed."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec

from episodarr.catalogue.model import digest_of
from episodarr.catalogue.movies import (
    MovieLibrary,
    MovieManager,
    MovieReading,
    MovieSource,
    MovieStore,
)
from episodarr.catalogue.ports import Counts
from episodarr.catalogue.sync import Steps
from episodarr.connections.connect import Connections
from episodarr.connections.failures import Broken, ServiceFailure
from episodarr.connections.model import Connection
from episodarr.episode.identity import ConnectionId

_BELIEVED_SHARE = 10
"""A list that lacks more than one in so many of the known movies is not believed at once."""
_BELIEVED_AFTER = timedelta(minutes=10)
"""A second list that lacks the same is believed when it comes at least so long after the first."""

Changed = Callable[[], None]
"""Told that movies have changed. Called from any thread."""


class MoviesReport(msgspec.Struct):
    """What a run did."""

    movies: Counts = msgspec.field(default_factory=Counts)
    failed: int = 0
    failures: list[str] = []
    """The first few, one sentence each."""

    def failure(self, text: str) -> None:
        """Count a failure and keep its sentence while there are few."""
        self.failed += 1
        if len(self.failures) < 20:
            self.failures.append(text)


class MovieSync:
    """Reads the movies of one system."""

    def __init__(
        self,
        connection: ConnectionId,
        label: str,
        client: MovieSource,
        store: MovieStore,
        clock: Callable[[], datetime],
        *,
        manager: bool,
    ) -> None:
        """`label`: the application's name, for what is said of it. `manager`: it is a Radarr."""
        self._connection, self._label, self._manager = connection, label, manager
        self._client, self._store, self._clock = client, store, clock

    async def run(self, report: MoviesReport) -> bool:
        """Read the list and store what is new in it; whether anything was. Raises ServiceFailure."""
        listing = await self._client.movies()
        now = self._clock()
        for movie, why in listing.unreadable.items():
            report.failure(f"{self._label}: movie {movie} of the list is not readable: {why}")
        digest = listing.digest
        reading = await asyncio.to_thread(self._store.reading, self._connection)
        if digest == reading.digest:
            report.movies.unchanged += len(listing.movies)
            await self._note(MovieReading(digest, now))
            return False
        known = await asyncio.to_thread(self._store.held, self._connection)
        await self._believe(listing.ids, known, reading, now)
        try:
            counts = await asyncio.to_thread(
                self._store.write, self._connection, listing, self._clock(), manager=self._manager
            )
        except ValueError as problem:
            raise Broken(self._label, f"{problem}; nothing was changed") from problem
        report.movies.add(counts)
        # What could not be read is asked for again with the next run, whether the list has changed by then or not.
        await self._note(MovieReading("" if listing.unreadable else digest, now))
        return bool(counts.created or counts.updated or counts.removed)

    async def _believe(
        self, listed: Collection[str], known: Collection[str], reading: MovieReading, now: datetime
    ) -> None:
        """Raise Broken when the list lacks too much to be taken at its word."""
        vanished = sorted(set(known) - set(listed))
        if len(vanished) * _BELIEVED_SHARE <= len(known):
            return
        if not listed:
            raise Broken(
                self._label,
                f"It lists no movies at all, though {len(known)} are known; nothing was changed",
                fix="If all movies were really removed, remove this connection; otherwise look into its log.",
            )
        doubted = digest_of(*(one.encode() for one in vanished))
        at = reading.doubted_at
        if doubted == reading.doubted and at is not None and now - at >= _BELIEVED_AFTER:
            return
        if doubted != reading.doubted:
            await self._note(msgspec.structs.replace(reading, doubted=doubted, doubted_at=now))
        raise Broken(
            self._label,
            f"{len(vanished)} of {len(known)} known movies are missing in its list; nothing was changed",
            fix="It is believed when a later sync finds the same. If they should be there, look at its disks and log.",
        )

    async def _note(self, reading: MovieReading) -> None:
        await asyncio.to_thread(self._store.note, self._connection, reading)


class Movies:
    """The movies of all connected systems: a failure of one never stops the others."""

    def __init__(
        self,
        connections: Connections,
        store: MovieStore,
        changed: Changed,
        library_interval: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        """`library_interval`: the time between two readings of a media server."""
        self._connections = connections
        self._store = store
        self._changed = changed
        self._library_interval = library_interval
        self._clock = clock
        self._hinted: set[ConnectionId] = set()

    def expect(self, connection: ConnectionId) -> None:
        """Read this media server with the next run: it has told that its library changed. On the event loop."""
        self._hinted.add(connection)

    async def sync(self, steps: Steps, *, everything: bool) -> dict[str, Any]:
        """Read every Radarr, and the media servers whose time has come (`everything`: all of them).

        Raises ServiceFailure when the only system that was asked failed.
        """
        report = MoviesReport()
        services: dict[str, str] = {}
        failure: ServiceFailure | None = None
        news = False
        asked = [*await self._due(everything=everything)]
        for place, (connection, label, client, manager) in enumerate(asked):
            steps.step(place / len(asked), f"Reading the movies of {connection.name}")
            sync = MovieSync(connection.id, label, client, self._store, self._clock, manager=manager)
            self._hinted.discard(connection.id)
            try:
                news = await self._connections.ask(connection, sync.run(report)) or news
                services[connection.name] = "ok"
            except ServiceFailure as failed:
                failure = failed
                services[connection.name] = str(failed)
        if news:
            self._changed()
        if failure is not None and len(asked) == 1:
            raise failure
        counts: dict[str, Any] = msgspec.to_builtins(report)
        return counts | {"services": services, "message": _summary(report, any_system=bool(self._offering()))}

    def _offering(self) -> list[tuple[Connection, str, MovieSource, bool]]:
        managers = [
            (held, integration.label, client, True)
            for held, integration, client in self._connections.offering(MovieManager)
        ]
        libraries = [
            (held, integration.label, client, False)
            for held, integration, client in self._connections.offering(MovieLibrary)
        ]
        return [*managers, *libraries]

    async def _due(self, *, everything: bool) -> list[tuple[Connection, str, MovieSource, bool]]:
        due = []
        for one in self._offering():
            connection, _, _, manager = one
            if everything:
                due.append(one)
                continue
            if not self._connections.may_ask(connection.id):
                continue
            if manager or connection.id in self._hinted:
                due.append(one)
                continue
            reading = await asyncio.to_thread(self._store.reading, connection.id)
            if reading.read_at is None or self._clock() - reading.read_at >= self._library_interval:
                due.append(one)
        return due


def _summary(report: MoviesReport, *, any_system: bool) -> str:
    if not any_system:
        return "Nothing that lists movies is connected"
    counts, parts = report.movies, []
    if counts.created or counts.updated or counts.removed:
        parts.append(f"{counts.created} new, {counts.updated} changed and {counts.removed} removed entries")
    if report.failed:
        parts.append(f"{report.failed} failed")
    return "; ".join(parts) or "Nothing has changed"
