"""Reading the catalogue from Sonarr in two phases: the series list, then the episodes of what changed in it.

The list costs one request and, when it is unchanged, no decoding and no writes. What the list does not show (a
monitored flag or a title of one episode) comes through the history and through `sweep`, which reads everything again
over time. One series that cannot be read or understood never stops the others.
"""

import asyncio
import gc
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from episodarr.catalogue.model import EpisodesAnswer, ListedSeries, SeriesEntry
from episodarr.catalogue.ports import CatalogueSource, CatalogueStore, Counts, KnownSeries, ReadSeries
from episodarr.connections.failures import Broken, Busy, Offline, Refused, ServiceFailure, WrongApp, WrongPath
from episodarr.episode.identity import ConnectionId, SeriesId, source

_AHEAD = 24
"""Series fetched ahead of the one being stored; how many requests run at once is the adapter's business."""
_BATCH_BYTES = 6_000_000
_BATCH_SERIES = 100
_CONFIRM_GONE = 25
"""Vanished series that one run asks for one by one; the rest waits for the next run."""
_OVERLAP = timedelta(minutes=2)
_WHOLE_SERVICE = (Offline, Refused, WrongApp, WrongPath, Busy)
"""Failures that no other series of the same service would escape, if it is not this series alone that fails so."""
_IN_A_ROW = 3
"""Series that may fail so one after another before the run ends: what is asked for them works for none."""


class Report(msgspec.Struct):
    """What a run did. Milliseconds and bytes are those of the run as a whole."""

    series: Counts = msgspec.field(default_factory=Counts)
    episodes: Counts = msgspec.field(default_factory=Counts)
    read: int = 0
    """Series whose episodes were read."""
    failed: int = 0
    requests: int = 0
    bytes: int = 0
    milliseconds: int = 0
    failures: list[str] = []
    """The first few, one sentence each."""

    def add(self, other: "Report") -> None:
        """Sum up, but for the milliseconds: runs may go on side by side."""
        self.series.add(other.series)
        self.episodes.add(other.episodes)
        self.read += other.read
        self.failed += other.failed
        self.requests += other.requests
        self.bytes += other.bytes
        self.failures = [*self.failures, *other.failures][:20]

    def failure(self, text: str) -> None:
        """Count a failure and keep its sentence while there are few."""
        self.failed += 1
        if len(self.failures) < 20:
            self.failures.append(text)


class Steps(Protocol):
    """Where a run tells how far it is, and asks whether it is to go on."""

    def step(self, progress: float | None, message: str) -> None:
        """`progress` 0..1, None when unknown; raises asyncio.CancelledError when the run is to stop."""
        ...


def list_read(connection: ConnectionId) -> str:
    """The name under which it is remembered when the series list was last read to its end, in ISO 8601."""
    return f"series-list-read:{connection}"


class CatalogueSync:
    """Reads one Sonarr instance."""

    def __init__(
        self,
        connection: ConnectionId,
        client: CatalogueSource,
        store: CatalogueStore,
        clock: Callable[[], datetime],
        ahead: int = _AHEAD,
    ) -> None:
        """`ahead`: series that are fetched at once at most."""
        self.connection = connection
        self._ahead = ahead
        self._client = client
        self._store = store
        self._clock = clock
        self._source = source("Sonarr", connection)

    async def series(self, report: Report, steps: Steps) -> None:
        """Phase one: the series list with the seasons in it, and which series have news in the history."""
        await self._history()
        steps.step(None, "Reading the series list")
        listing = await self._client.series_listing()
        if listing.digest == await asyncio.to_thread(self._store.listing_digest, self.connection):
            report.series.unchanged += 1
            await self._read_whole()
            return
        known = await asyncio.to_thread(self._store.known_series, self.connection)
        try:
            entries = listing.entries()
        except msgspec.DecodeError as problem:
            raise Broken("Sonarr", f"The series list is not readable: {problem}") from problem
        present = sum(not one.gone for one in known.values())
        if not entries and present:
            raise Broken(
                "Sonarr",
                f"The series list is empty, though {present} series are known; nothing was changed",
                fix="If all series were really removed, remove this connection; otherwise look into Sonarr's log.",
            )
        changed, whole = self._changed(entries, known, report)
        ids = frozenset(entry.id for entry in entries)
        for start in range(0, len(changed), 500):
            steps.step(start / max(len(changed), 1), f"Storing {len(changed)} changed series")
            batch = changed[start : start + 500]
            report.series.add(
                await asyncio.to_thread(self._store.write_listing, self.connection, batch, ids, self._clock())
            )
        if report.series.created or report.series.updated:  # a series that was added anew took its former row over
            known = await asyncio.to_thread(self._store.known_series, self.connection)
        whole = await self._gone(entries, known, report) and whole
        if whole:
            await asyncio.to_thread(self._store.finish_listing, self.connection, listing.digest)
            await self._read_whole()

    async def _read_whole(self) -> None:
        """Remember that the list was read to its end; and the tags, on which rules of deletion rest."""
        tags = await self._client.tag_labels()
        await asyncio.to_thread(self._store.write_tags, self.connection, tags)
        name, now = list_read(self.connection), self._clock()
        held = await asyncio.to_thread(self._store.cursor, name)
        if held is None or now - datetime.fromisoformat(held) >= _OVERLAP:
            await asyncio.to_thread(self._store.set_cursor, name, now.isoformat())

    def _changed(
        self, entries: Iterable[SeriesEntry], known: dict[int, KnownSeries], report: Report
    ) -> tuple[list[tuple[SeriesEntry, ListedSeries]], bool]:
        changed, whole = [], True
        for entry in entries:
            held = known.get(entry.id)
            if held is not None and held.list_digest == entry.digest and not held.gone:
                report.series.unchanged += 1
                continue
            try:
                changed.append((entry, entry.decode()))
            except msgspec.DecodeError as problem:
                whole = False
                report.failure(f"Series {entry.id} of the list is not readable: {problem}")
        return changed, whole

    async def _gone(self, entries: Iterable[SeriesEntry], known: dict[int, KnownSeries], report: Report) -> bool:
        """Ask for vanished series one by one: a list that lacks them proves nothing."""
        listed = {entry.id for entry in entries}
        vanished = [one for one in known.values() if one.sonarr_id not in listed and not one.gone]
        gone: list[SeriesId] = [
            one.id for one in vanished[:_CONFIRM_GONE] if not await self._client.series_exists(one.sonarr_id)
        ]
        if gone:
            await asyncio.to_thread(self._store.mark_gone, gone, self._clock())
            report.series.removed += len(gone)
        return len(gone) == len(vanished)

    async def _history(self) -> None:
        """Mark series with news that the list may not show. A first run needs none: it reads everything."""
        name = f"catalogue-history:{self.connection}"
        held = await asyncio.to_thread(self._store.cursor, name)
        started = self._clock()
        if held is not None:
            since = datetime.fromisoformat(held)
            news = await self._client.series_changed_since(since - _OVERLAP)
            await asyncio.to_thread(self._store.mark_stale, self.connection, news)
            if started - since < _OVERLAP:
                return
        await asyncio.to_thread(self._store.set_cursor, name, started.isoformat())

    async def episodes(
        self, report: Report, steps: Steps, *, full: bool = False, limit: int | None = None, oldest: int | None = None
    ) -> None:
        """Phase two: the episodes of series that changed.

        `full`: of all series, unmonitored ones too; `limit`: of so many at most; `oldest`: instead, of so many that
        were read longest ago.
        """
        known = await asyncio.to_thread(self._store.known_series, self.connection)
        now = self._clock()
        present = [one for one in known.values() if not one.gone]
        if oldest is not None:
            read = [one for one in present if one.synced_at is not None]
            chosen = sorted(read, key=lambda one: (one.synced_at, one.id))[:oldest]
        else:
            wanted = (one for one in present if full or (one.monitored and one.stale))
            ready = [one for one in wanted if one.retry_at is None or one.retry_at <= now]
            chosen = sorted(ready, key=lambda one: (not one.monitored, one.synced_at is not None, one.id))[:limit]
        await self.read(chosen, report, steps)

    async def read(self, chosen: Collection[KnownSeries], report: Report, steps: Steps) -> None:
        """Read the episodes of the given series and store them, batch by batch, while the next ones are under way."""
        if len(chosen) < _BATCH_SERIES:
            await self._read(chosen, report, steps)
            return
        # Rows by the ten thousand would have Python's collector walk the whole program over and over, which costs a
        # quarter of a first sync: what is there at the start is set aside for the length of the run.
        gc.freeze()
        try:
            await self._read(chosen, report, steps)
        finally:
            gc.unfreeze()
            gc.collect()
            gc.freeze()  # what lives on is set aside again, as at the start of the service

    async def _read(self, chosen: Collection[KnownSeries], report: Report, steps: Steps) -> None:
        waiting: list[tuple[KnownSeries, ReadSeries]] = []
        unchanged: list[SeriesId] = []
        size = done = in_a_row = 0
        async for series, answer in self._answers(chosen):
            done += 1
            if isinstance(answer, ServiceFailure):
                in_a_row = in_a_row + 1 if isinstance(answer, _WHOLE_SERVICE) else 0
                if in_a_row and (in_a_row > _IN_A_ROW or not await self._answers_at_all()):
                    await self._store_batch(waiting, unchanged, report)
                    raise answer
                await self._failed(series, str(answer), report)
                continue
            in_a_row = 0
            report.read += 1
            if answer.digest == series.episodes_digest:
                unchanged.append(series.id)
            else:
                waiting.append((series, ReadSeries(series.id, answer)))
                size += answer.bytes
            if size > _BATCH_BYTES or len(waiting) >= _BATCH_SERIES or len(unchanged) >= 1000:
                await self._store_batch(waiting, unchanged, report)
                waiting, unchanged, size = [], [], 0
            try:
                steps.step(done / len(chosen), f"{done} of {len(chosen)} series read")
            except asyncio.CancelledError:
                await self._store_batch(waiting, unchanged, report)  # what was read is kept
                raise
        await self._store_batch(waiting, unchanged, report)
        steps.step(1.0, f"{done} of {len(chosen)} series read")

    async def _answers(
        self, chosen: Collection[KnownSeries]
    ) -> AsyncIterator[tuple[KnownSeries, EpisodesAnswer | ServiceFailure]]:
        """The answers in order, while up to `ahead` further ones are already being fetched."""
        waiting = iter(chosen)
        under_way: deque[tuple[KnownSeries, asyncio.Task[EpisodesAnswer | ServiceFailure]]] = deque()
        try:
            while True:
                while len(under_way) < self._ahead and (series := next(waiting, None)) is not None:
                    under_way.append((series, asyncio.create_task(self._ask(series))))
                if not under_way:
                    return
                series, task = under_way.popleft()
                yield series, await task
        finally:
            for _, task in under_way:
                task.cancel()

    async def _answers_at_all(self) -> bool:
        """Whether the service answers another question: one series that hangs is no reason to read no other."""
        try:
            await self._client.tag_labels()
        except ServiceFailure:
            return False
        return True

    async def _ask(self, series: KnownSeries) -> EpisodesAnswer | ServiceFailure:
        try:
            return await self._client.episodes(series.sonarr_id)
        except ServiceFailure as failure:
            return failure

    async def _store_batch(
        self, waiting: list[tuple[KnownSeries, ReadSeries]], unchanged: list[SeriesId], report: Report
    ) -> None:
        if unchanged:
            await asyncio.to_thread(self._store.note_read, unchanged, self._clock())
            report.episodes.unchanged += len(unchanged)
        if not waiting:
            return
        try:
            counts, refused = await asyncio.to_thread(
                self._store.write_episodes, self._source, [one for _, one in waiting], self._clock()
            )
        except msgspec.DecodeError as problem:
            if len(waiting) == 1:
                await self._failed(waiting[0][0], f"The episodes are not readable: {problem}", report)
                return
            for one in waiting:  # one of them is unreadable: find it, and keep the others
                await self._store_batch([one], [], report)
            return
        report.episodes.add(counts)
        for series, _ in waiting:
            if series.id in refused:
                await self._failed(series, refused[series.id], report)

    async def _failed(self, series: KnownSeries, message: str, report: Report) -> None:
        report.failure(f"{series.title}: {message}")
        wait = timedelta(minutes=min(2 ** min(series.failures, 9), 360))
        await asyncio.to_thread(self._store.note_failure, series.id, message, self._clock() + wait)
