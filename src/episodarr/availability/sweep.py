"""Verifying a whole library at once: few big pages instead of a request for each of thousands of series.

Nothing is told before the whole listing has arrived and adds up. What a listing says is as old as its beginning: a
quicker look that saw more meanwhile is never overruled by it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from episodarr.availability.listing import Listing
from episodarr.availability.match import Search, SeriesDirectory, SoughtEpisode, match_episodes
from episodarr.availability.pauses import pause_after_sweep
from episodarr.availability.ports import AvailabilityStore, Awaited, Look, MediaLibrary
from episodarr.availability.verdict import as_listed, expected, in_doubt
from episodarr.connections.failures import Broken
from episodarr.episode.facts import Fact, InLibrary
from episodarr.episode.identity import ConnectionId, SeriesId, source
from episodarr.episode.ledger import Ledger

_BATCH = 100
"""Series matched and written in one transaction."""
_FACTS_AT_ONCE = 10_000
"""Facts of one transaction: webhooks and polls wait no longer than it takes to write them."""


class _Held(msgspec.Struct):
    """An episode that its series does not hold: the whole library is searched for it before that is said."""

    series: SeriesId
    one: SoughtEpisode
    said: InLibrary | None


class Sweep:
    """One verification of everything in one media server."""

    def __init__(
        self,
        connection: ConnectionId,
        label: str,
        library: MediaLibrary,
        store: AvailabilityStore,
        ledger: Ledger,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection, self._label = connection, label
        self._library, self._store, self._ledger, self._clock = library, store, ledger, clock
        self._source = source(label, connection)
        self._held: list[_Held] = []
        self._attempts: dict[SeriesId, int] = {}
        self._open: dict[SeriesId, int] = {}

    async def run(self, between: Callable[[], Awaitable[object]]) -> int:
        """Verify everything; how many series. `between` is awaited after each page, for what cannot wait so long.

        Raises ServiceFailure when the listing cannot be had as a whole; then nothing was told.
        """
        if not await asyncio.to_thread(self._store.following, self._connection, self._label, SeriesId(0), 1):
            return 0
        began = self._clock()
        directory = SeriesDirectory(await self._library.all_series())
        listing = Listing()
        async for page in self._library.all_episodes():
            listing.add(page)
            await between()
        if not listing.count and await asyncio.to_thread(self._store.lists_anything, self._connection, self._label):
            # A server that is starting, or whose disks are not mounted, answers an empty library.
            raise Broken(self._label, "It lists no episodes at all, though it listed some before")
        series = await self._tell(directory, listing, began)
        await asyncio.to_thread(self._store.swept, self._connection, began)
        return series

    async def _tell(self, directory: SeriesDirectory, listing: Listing, at: datetime) -> int:
        series, last = 0, SeriesId(0)
        search = Search()
        while True:
            batch = await asyncio.to_thread(self._tell_batch, directory, listing, search, last, at)
            if not batch:
                break
            series += len(batch)
            last = batch[-1].series_id
        await asyncio.to_thread(self._tell_held, listing, search, at)
        return series

    def _tell_batch(
        self, directory: SeriesDirectory, listing: Listing, search: Search, last: SeriesId, at: datetime
    ) -> Sequence[Awaited]:
        batch = self._store.following(self._connection, self._label, last, _BATCH)
        facts: list[Fact] = []
        looks: list[Look] = []
        for awaited in batch:
            items = listing.of(found.id for found in directory.find(awaited.series))
            matched = {match.episode: match.item for match in match_episodes(awaited.episodes, items)}
            still_open, held = 0, 0
            for one in awaited.episodes:
                item, said = matched.get(one.id), awaited.said.get(one.id)
                if item is None and expected(one, said) and search.want(awaited.series.path, one):
                    self._held.append(_Held(awaited.series_id, one, said))
                    held += 1
                    continue
                still_open += self._judge(one, as_listed(item), said, at, facts)
            if held:
                self._open[awaited.series_id], self._attempts[awaited.series_id] = still_open, awaited.attempts
            else:
                looks.append(_look(awaited.series_id, awaited.attempts, still_open, at))
        self._write(facts, looks, at)
        return batch

    def _tell_held(self, listing: Listing, search: Search, at: datetime) -> None:
        """Say of the episodes that were held back whether the library has them anywhere."""
        if len(search):
            for item in listing:
                search.see(item)
        facts: list[Fact] = []
        for held in self._held:
            self._open[held.series] += self._judge(held.one, as_listed(search.found(held.one.id)), held.said, at, facts)
        looks = [_look(series, self._attempts[series], still_open, at) for series, still_open in self._open.items()]
        self._write(facts, looks, at)

    def _judge(
        self, one: SoughtEpisode, what: InLibrary, said: InLibrary | None, at: datetime, facts: list[Fact]
    ) -> bool:
        """Add what is to be told of an episode to `facts`; whether something about it is still open."""
        if not what.playable and not expected(one, said):
            return False
        if what.playable and said is not None and in_doubt(what, said) == said.item_id:
            return True  # the item itself said that it cannot be played: it is asked again, not the listing
        if what != said:
            facts.append(Fact(one.id, at, self._source, what))
        return one.has_file and not what.playable

    def _write(self, facts: list[Fact], looks: list[Look], at: datetime) -> None:
        for first in range(0, len(facts), _FACTS_AT_ONCE):
            self._ledger.observe(facts[first : first + _FACTS_AT_ONCE])
        self._store.looked(self._connection, looks, at)


def _look(series: SeriesId, attempts: int, still_open: int, at: datetime) -> Look:
    if not still_open:
        return Look(series)
    attempts, pause = pause_after_sweep(attempts)
    return Look(series, attempts, at + pause)
