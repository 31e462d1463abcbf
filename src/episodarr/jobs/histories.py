"""All parts of viewing histories, put together over the connected services, and their tasks."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol

from episodarr.connections.connect import Connections
from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.history_imports import StoredHistoryImports
from episodarr.database.history_personal import StoredPersonal
from episodarr.database.history_review import StoredMappings
from episodarr.database.history_shows import StoredLibrary
from episodarr.database.lookups import StoredLookups
from episodarr.episode.facts import Fact, Watched
from episodarr.episode.identity import ConnectionId, EpisodeId, Source, source
from episodarr.episode.ledger import Ledger
from episodarr.histories.asking import Unknown
from episodarr.histories.histories import Histories as Facade
from episodarr.histories.import_history import ImportHistory
from episodarr.histories.import_model import report_of
from episodarr.histories.kept_files import KeptFiles
from episodarr.histories.lookup import Lookups
from episodarr.histories.metadata import MetadataSource
from episodarr.histories.totals import next_refresh
from episodarr.jobs.engine import Engine, Run, Task
from episodarr.settings import Settings

IMPORT, COMPLETE, TOTALS = "import-history", "complete-histories", "refresh-totals"
FOLDER = "histories"
"""Of the data folder, where uploaded files are kept until they are imported."""
LABEL = "History"
_COMPLETE_INTERVAL = 600.0
_A_MOMENT = timedelta(seconds=1)
_TOTALS_INTERVAL = 3_600.0
_REFRESH_AT_ONCE = 40
_FORGOTTEN = timedelta(days=7)
"""An uploaded file that nobody imported goes after this."""
_TOLD_AT_ONCE = 2_000


class Follow(Protocol):
    """Has shows followed because somebody's history holds them."""

    def __call__(self, series: Sequence[int], /, *, who: str) -> None: ...


class Histories:
    """`facade` is what the doors ask; `lookups` is what asks metadata services; the rest runs as tasks."""

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        connections: Connections,
        ledger: Ledger,
        engine: Engine,
        clock: Callable[[], datetime],
        lookups: Lookups | None = None,
        follow: Follow = lambda _series, who: None,  # noqa: ARG005  # nobody follows anything
    ) -> None:
        """`lookups`: for tests that ask another source. `follow`: told of the shows in a history, and whose it is."""
        self._follow = follow
        self._clock = clock
        self._ledger = ledger
        self._engine, self._connections = engine, connections
        self._count_for_server = settings.histories_count_for_server
        self._began = False
        self.lookups = lookups or Lookups(connections, StoredLookups(database), clock)
        self.store = StoredHistoryImports(database, clock)
        self._personal = StoredPersonal(database)
        library, mappings = StoredLibrary(database), StoredMappings(database)
        self.importing = ImportHistory(
            self.store,
            mappings,
            KeptFiles(settings.data_dir / FOLDER),
            library,
            self.lookups,
            clock,
            self._changed,
            settings.history_largest_mb << 20,
        )
        self.facade = Facade(
            self.importing,
            self.store,
            mappings,
            self._personal,
            library,
            self.lookups,
            self.lookups,
            lambda import_id: engine.run(IMPORT, "person", {"import": import_id}),
            lambda: engine.wake(COMPLETE),
            clock,
        )

    def tasks(self) -> list[Task]:
        """What runs by hand and by the clock."""
        return [
            Task(
                IMPORT,
                "Import a viewing history",
                "Stores the rows of an uploaded file and finds out which episodes they are.",
                0,
                self._import,
            ),
            Task(
                COMPLETE,
                "Complete viewing histories",
                "Goes on with imports that a stop interrupted, and with rows that waited for a metadata service.",
                _COMPLETE_INTERVAL,
                self._complete,
                recorded=False,
                at_start=True,
            ),
            Task(
                TOTALS,
                "Refresh totals of shows",
                "Reads how many episodes the shows of histories have: weekly, more often of those that run.",
                _TOTALS_INTERVAL,
                self._refresh,
                recorded=False,
            ),
        ]

    async def _import(self, run: Run) -> Mapping[str, Any]:
        if "import" not in run.params:  # somebody has it run by hand
            went_on = await self.importing.go_on(run.step)
            return {"imports": went_on, "message": "" if went_on else "No import waits: upload a file first"}
        report = report_of(await self.importing.run(int(run.params["import"]), run.step))
        told = f"{report.episodes:,} episodes, {report.films:,} films, {report.already_known:,} known already"
        self._engine.wake(TOTALS)  # of shows that are new with it
        series, who = await asyncio.to_thread(self.store.series_in, report.import_id)
        if series:
            await asyncio.to_thread(self._follow, series, who=who)
        if report.waiting:
            told += f"; {report.waiting:,} wait for a metadata service"
            self._complete_soon()
        return {"import": report.import_id, "status": report.status.value, "message": report.message or told}

    async def _complete(self, run: Run) -> Mapping[str, Any]:
        if not self._began:
            await asyncio.to_thread(self.lookups.begin)
            await asyncio.to_thread(self.agree)
            self._began = True
        went_on = await self.importing.go_on(run.step)
        joined = await asyncio.to_thread(self.store.join_library)
        if joined:  # what users saw of these shows may be episodes of the server now
            await asyncio.to_thread(self.agree)
        settled = await self.importing.complete(run.step)
        if await asyncio.to_thread(self.store.with_waiting, 1):
            self._complete_soon()
        await self.lookups.look_for_lost()
        await asyncio.to_thread(self.importing.tidy, self._clock() - _FORGOTTEN)
        return {"imports": went_on, "settled": settled, "joined": joined}

    def _complete_soon(self) -> None:
        """Have rows that wait completed as soon as a service that failed may be asked again."""
        now = self._clock()
        asked = [self._connections.health(one.id).retry_at for one, _, _ in self._connections.offering(MetadataSource)]
        # One that might have been asked just now is not what they wait for.
        if times := [at for at in asked if at is not None and at > now]:
            self._engine.wake_at(COMPLETE, min(times) + _A_MOMENT)

    async def _refresh(self, _run: Run) -> Mapping[str, Any]:
        return {"refreshed": await self.refresh()}

    async def refresh(self, limit: int = _REFRESH_AT_ONCE) -> int:
        """Read the totals that are due; how many could be."""
        now = self._clock()
        done = 0
        for show_id, ref in await asyncio.to_thread(self.store.to_refresh, now, limit):
            answer = await self.lookups.show(ref)
            if isinstance(answer, Unknown):
                again = max(answer.retry_at or now, now + timedelta(hours=1))
                await asyncio.to_thread(self.store.refreshed, show_id, None, now, again)
                continue
            due = next_refresh(answer.value, now)
            await asyncio.to_thread(self.store.refreshed, show_id, answer.value, now, due)
            done += 1
        await asyncio.to_thread(self.lookups.tidy)
        return done

    # ------------------------------------------------------------------ the server's own sums

    def _changed(self, user_id: int, taken_back: bool) -> None:  # a port of the use case
        """Where imports count for the server, tell the ledger what a user saw."""
        if not self._count_for_server:
            return
        self._personal.count_for_server(counted=True)
        if taken_back:
            self._ledger.replace(_source(user_id), self._facts(user_id))
            return
        for some in batches(self._facts(user_id), _TOLD_AT_ONCE):
            self._ledger.observe(some)

    def agree(self) -> None:
        """At a start: the ledger knows what users saw, or nothing of it, as the setting says now.

        The setting may be another one than before, and a stop may have come between a change and its telling.
        """
        if self._count_for_server:
            for user_id in self._personal.users():
                self._changed(user_id, True)
        elif self._personal.counts_for_server():
            self._ledger.forget(source(LABEL, ConnectionId(0)))
            self._personal.count_for_server(counted=False)

    def _facts(self, user_id: int) -> list[Fact]:
        speaks = _source(user_id)
        return [
            Fact(EpisodeId(one), datetime.combine(day, time(12), UTC), speaks, Watched(plays))
            for one, (plays, day) in sorted(self._personal.episodes_of(user_id).items())
        ]


def _source(user_id: int) -> Source:
    return source(LABEL, ConnectionId(0), str(user_id))
