"""How deleting speaks to the connected services, and what follows from what it did."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TypeVar

from episodarr.catalogue.control import NotConnected
from episodarr.catalogue.instances import Instances
from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.journal import PlanRow, PlanStatus
from episodarr.deletion.plan import PlannedFile
from episodarr.deletion.systems import FileManager
from episodarr.episode.facts import Fact, Removed
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, source
from episodarr.episode.ledger import Ledger

P = TypeVar("P")
T = TypeVar("T")

OURSELVES = source("Episodarr", ConnectionId(0))
Told = Callable[[int, float | None, str], None]
"""Told of a plan that moved: its id, how far it is (0..1), and what it is called."""


class ServiceCalls:
    """`deletion.deeds.Calls` over the connections."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def call(self, connection: int, port: type[P], question: Callable[[P], Awaitable[T]]) -> T:
        """See Calls."""
        for held, _, client in self._connections.offering(port):
            if held.id == connection:
                return await self._connections.ask(held, question(client))
        raise NotConnected("The service", "It is switched off or was removed")

    async def bring_back(self, file: PlannedFile) -> None:
        """See `deletion.delete.Undoer`: only what was monitored before is monitored again."""
        parts = file.monitored or file.part_ids

        async def again(manager: FileManager) -> None:
            await manager.set_monitored(file.owner_id, parts, monitored=True)
            await manager.search(file.owner_id, parts)

        await self.call(file.connection, FileManager, again)


class WhatFollows:
    """`deletion.carry_out.Effects`: facts, a fresh look at the shows, and words for whoever watches."""

    def __init__(
        self,
        ledger: Ledger,
        instances: Instances,
        movies_deleted: Callable[[], None],
        told: Told,
        ended: Callable[[PlanRow], Awaitable[None]],
    ) -> None:
        """`movies_deleted`: called when a movie's file went; `ended`: when a plan has ended."""
        self._ledger = ledger
        self._instances = instances
        self._movies_deleted = movies_deleted
        self._told = told
        self._ended = ended
        self._touched: dict[int, set[int]] = {}

    async def deleted(self, row: PlanRow, places: Collection[int], at: datetime) -> None:
        """See Effects."""
        by = f"the rule “{row.rule}”" if row.rule else row.confirmed_by or row.made_by
        files = [row.plan.files[place] for place in places]
        what = Removed(f"deleted by {by}")
        facts = [Fact(EpisodeId(one.id), at, OURSELVES, what) for file in files for one in file.episodes]
        await asyncio.to_thread(self._ledger.record, facts)
        self._touched.setdefault(row.id, set()).update(one.series_id for one in files if one.series_id is not None)
        if any(one.movie_id is not None for one in files):
            self._movies_deleted()

    async def moved(self, plan_id: int, progress: float | None, message: str) -> None:
        """See Effects."""
        self._told(plan_id, progress, message)

    async def ended(self, row: PlanRow) -> None:
        """See Effects. A show that cannot be read now is read by its own task later."""
        for series_id in sorted(self._touched.pop(row.id, set())):
            try:
                await self._instances.show(SeriesId(series_id))
            except (ServiceFailure, LookupError):
                continue
        self._told(row.id, 1.0 if row.status is PlanStatus.DONE else None, row.plan.title)
        await self._ended(row)
