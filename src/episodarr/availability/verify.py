"""Asking a media server for the episodes themselves: is it listed, under which item, and can it be played.

Whatever the state of an episode, the question is asked until the server lists it, with growing pauses: nothing that
happened before can leave an episode stuck at "importing".
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from episodarr.availability.match import match_episodes, match_series
from episodarr.availability.model import LibraryEpisode, LibrarySeries
from episodarr.availability.ports import AvailabilityStore, Awaited, MediaLibrary
from episodarr.connections.failures import Broken
from episodarr.episode.facts import Fact, InLibrary
from episodarr.episode.identity import ConnectionId, SeriesId, source
from episodarr.episode.ledger import Ledger

_AT_ONCE = 25
"""Series of one look; the rest follows in the next ones."""
_FIRST_PAUSE = timedelta(seconds=5)
_QUICK_LOOKS = 6
"""Looks at the first pause before the pauses grow: a library scan usually takes less than half a minute."""
_LONGEST_PAUSE = timedelta(minutes=30)
_SETTLED_PAUSE = timedelta(hours=24)
_LIST_AGE = timedelta(minutes=10)
_LIST_AGE_WHEN_MISSING = timedelta(seconds=5)


class Verify:
    """Verifies against one media server."""

    def __init__(
        self,
        connection: ConnectionId,
        label: str,
        library: MediaLibrary,
        store: AvailabilityStore,
        ledger: Ledger,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._label = label
        self._library = library
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._source = source(label, connection)
        self._series: list[LibrarySeries] = []
        self._series_at: datetime | None = None

    async def look(self, urgent: Collection[SeriesId] = ()) -> int:
        """One look at what is due, `urgent` series in any case; how many series. Raises ServiceFailure."""
        now = self._clock()
        due = await asyncio.to_thread(
            self._store.awaited, self._connection, self._label, now, _AT_ONCE, frozenset(urgent)
        )
        for awaited in due:
            await self._verify(awaited, attempts=0 if awaited.series_id in urgent else awaited.attempts)
        return len(due)

    async def _verify(self, awaited: Awaited, attempts: int) -> None:
        items = await self._items(awaited)
        now = self._clock()
        if items is None:
            items = []
        facts, open_questions = self._facts(awaited, items, now)
        await asyncio.to_thread(self._ledger.observe, facts)
        attempts = attempts + 1 if open_questions else 0
        pause = _pause(attempts) if attempts else _SETTLED_PAUSE
        await asyncio.to_thread(self._store.looked, self._connection, awaited.series_id, now, now + pause, attempts)

    def _facts(self, awaited: Awaited, items: list[LibraryEpisode], now: datetime) -> tuple[list[Fact], int]:
        matched = {one.episode: one.item for one in match_episodes(awaited.episodes, items)}
        facts, open_questions = [], 0
        for one in awaited.episodes:
            item = matched.get(one.id)
            if item is None or item.virtual:
                what = InLibrary()  # a virtual item is known from metadata only: there is no file behind it
            elif item.has_source:
                what = InLibrary(item_id=item.id, playable=True)
            else:
                what = InLibrary(item_id=item.id, playable=False, detail="no media source")
            if not what.playable and not one.has_file and one.id not in awaited.listed:
                continue  # nobody expects it there
            open_questions += not what.playable and one.has_file
            facts.append(Fact(one.id, now, self._source, what))
        return facts, open_questions

    async def _items(self, awaited: Awaited) -> list[LibraryEpisode] | None:
        """All items of the series there; None when the server does not have the series."""
        for age in (_LIST_AGE, _LIST_AGE_WHEN_MISSING):
            found = match_series(awaited.series, await self._all_series(age))
            if found:
                break
        else:
            return None
        items: list[LibraryEpisode] = []
        for series in found:
            listed = await self._library.episodes_of(series.id)
            if listed is None:  # the list of series is out of date: ask for it anew next time
                self._series_at = None
                continue
            items += listed
        return items

    async def _all_series(self, age: timedelta) -> list[LibrarySeries]:
        now = self._clock()
        if self._series_at is None or now - self._series_at > age:
            listed = await self._library.all_series()
            if not listed and self._series:
                # A server that is starting, or whose disks are not mounted, answers an empty library.
                raise Broken(self._label, f"It lists no series at all, though it listed {len(self._series)} before")
            self._series, self._series_at = listed, now
        return self._series

    async def rescan(self, path: str) -> None:
        """Have the server look at a path soon."""
        await self._library.rescan(path)


def _pause(attempts: int) -> timedelta:
    doublings = min(max(attempts - _QUICK_LOOKS, 0), 12)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)
