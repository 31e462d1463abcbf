"""All Sonarr instances together: a failure of one never stops the others."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any

import msgspec

from episodarr.catalogue.ports import CatalogueSource, CatalogueStore
from episodarr.catalogue.sync import CatalogueSync, Report, Steps
from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.connections.model import Connection
from episodarr.episode.identity import ConnectionId, SeriesId

_ROUND = 24
"""Steps in which the rotating re-read gets round once."""
_CHANGED_AT_ONCE = 25

Work = Callable[[CatalogueSync, Report], Awaitable[None]]


class Instances:
    """The catalogue's work over every connected Sonarr."""

    def __init__(self, connections: Connections, store: CatalogueStore, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._store = store
        self._clock = clock

    def ready(self) -> list[ConnectionId]:
        """The instances that may be asked: not switched off, nor left alone for a while after a failure."""
        offering = self._connections.offering(CatalogueSource)
        return [connection.id for connection, _, _ in offering if self._connections.may_ask(connection.id)]

    async def series(self, steps: Steps) -> dict[str, Any]:
        """Phase one everywhere."""
        return await self._each(lambda sync, report: sync.series(report, steps), by_hand=True)

    async def episodes(self, steps: Steps, *, full: bool = False, limit: int | None = None) -> dict[str, Any]:
        """Phase two everywhere: what changed, or with `full` everything; at most `limit` series an instance."""
        return await self._each(lambda sync, report: sync.episodes(report, steps, full=full, limit=limit))

    async def sweep(self, steps: Steps) -> dict[str, Any]:
        """One step of the rotating re-read."""

        async def work(sync: CatalogueSync, report: Report) -> None:
            known = await asyncio.to_thread(self._store.known_series, sync.connection)
            await sync.episodes(report, steps, oldest=-(-len(known) // _ROUND))

        return await self._each(work)

    async def changed(self, steps: Steps) -> dict[str, Any]:
        """Read the series that a hint or the history marked, at once."""

        async def work(sync: CatalogueSync, report: Report) -> None:
            stale = await asyncio.to_thread(self._store.stale_series, sync.connection, _CHANGED_AT_ONCE)
            if stale:
                await sync.read(stale, report, steps)

        return await self._each(work)

    def left_alone(self, series_id: SeriesId) -> str:
        """Why the instance of one series is left alone for a while; empty: it may be asked."""
        place = self._store.place(series_id)
        for connection, _, _ in self._connections.offering(CatalogueSource):
            if place is not None and connection.id == place.connection and not self._connections.may_ask(connection.id):
                return f"{connection.name}: {self._connections.health(connection.id).message}"
        return ""

    async def show(self, series_id: SeriesId) -> Report:
        """Read one series now, whatever is known of it. Raises ServiceFailure; LookupError when there is none."""
        place = await asyncio.to_thread(self._store.place, series_id)
        if place is None:
            raise LookupError(f"There is no show {series_id}")
        report = Report()
        for connection, _, client in self._connections.offering(CatalogueSource):
            if connection.id != place.connection:
                continue
            known = await asyncio.to_thread(self._store.known_series, connection.id)
            sync = CatalogueSync(connection.id, client, self._store, self._clock)
            await self._connections.ask(connection, sync.read([known[place.sonarr_id]], report, Silent()))
            return report
        raise LookupError("The Sonarr instance of this show is switched off or removed; see Settings > Connections")

    async def series_of(self, connection: Connection) -> None:
        """Phase one of one instance. Raises ServiceFailure."""
        for held, _, client in self._connections.offering(CatalogueSource):
            if held.id == connection.id:
                sync = CatalogueSync(held.id, client, self._store, self._clock)
                await self._connections.ask(held, sync.series(Report(), Silent()))

    def mark(self, connection: ConnectionId, sonarr_series_ids: Collection[int]) -> int:
        """Mark series as having news; how many were not marked yet."""
        return self._store.mark_stale(connection, sonarr_series_ids)

    async def _each(self, work: Work, *, by_hand: bool = False) -> dict[str, Any]:
        started = time.monotonic()
        total = Report()
        services: dict[str, str] = {}
        failure: ServiceFailure | None = None
        offering = self._connections.offering(CatalogueSource)
        for connection, _, client in offering:
            if not by_hand and not self._connections.may_ask(connection.id):
                services[connection.name] = "left alone for a while after a failure"
                continue
            failed = await self._one(connection, client, work, total)
            services[connection.name] = str(failed) if failed else "ok"
            failure = failed or failure
        total.milliseconds = round((time.monotonic() - started) * 1000)
        if failure is not None and len(offering) == 1:
            raise failure
        counts: dict[str, Any] = msgspec.to_builtins(total)
        return counts | {"services": services, "message": _summary(total, any_instance=bool(offering))}

    async def _one(
        self, connection: Connection, client: CatalogueSource, work: Work, total: Report
    ) -> ServiceFailure | None:
        sync = CatalogueSync(connection.id, client, self._store, self._clock)
        traffic = getattr(client, "http", None)
        before = (traffic.requests, traffic.bytes) if traffic is not None else (0, 0)
        try:
            await self._connections.ask(connection, work(sync, total))
        except ServiceFailure as failed:
            return failed
        finally:
            if traffic is not None:
                total.requests += traffic.requests - before[0]
                total.bytes += traffic.bytes - before[1]
        return None


class Silent:
    """Steps of a run that nobody watches."""

    def step(self, progress: float | None, message: str) -> None:
        """Say nothing."""


def _summary(report: Report, *, any_instance: bool) -> str:
    if not any_instance:
        return "No Sonarr is connected"
    series, episodes = report.series, report.episodes
    parts = []
    if series.created or series.updated or series.removed:
        parts.append(f"{series.created} new, {series.updated} changed and {series.removed} removed shows")
    if report.read:
        parts.append(f"{report.read} shows read: {episodes.created} new, {episodes.updated} changed episodes")
    if report.failed:
        parts.append(f"{report.failed} failed")
    return "; ".join(parts) or "Nothing has changed"
