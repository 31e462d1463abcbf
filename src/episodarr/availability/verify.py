"""Asking a media server for the episodes themselves: is it listed, under which item, and can it be played.

Whatever the state of an episode, the question is asked until the server lists it, with growing pauses: nothing that
happened before can leave an episode stuck at "importing". What few series await is asked series by series; the whole
library is verified in bulk, at first, regularly, and whenever much is awaited (`sweep`).
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from episodarr.availability.match import SeriesDirectory, match_episodes
from episodarr.availability.model import LibraryEpisode, LibraryItemId
from episodarr.availability.pauses import (
    AFTER_A_FAILED_SWEEP,
    AFTER_NEWS,
    FOR_LOST_ONES,
    LONG_OPEN,
    REGULARLY,
    pause_after,
    rest_after_sweep,
)
from episodarr.availability.ports import AvailabilityStore, Awaited, Look, MediaLibrary
from episodarr.availability.sweep import Sweep
from episodarr.availability.verdict import as_asked, as_listed, expected, in_doubt
from episodarr.connections.failures import Broken, ServiceFailure
from episodarr.episode.facts import Fact, InLibrary
from episodarr.episode.identity import ConnectionId, SeriesId, source
from episodarr.episode.ledger import Ledger

_AT_ONCE = 25
"""Series of one look; the rest follows in the next ones."""
_FEW = 50
"""Awaited series beyond which one look at the whole library is cheaper."""
_ITEMS_ASKED = 40
"""Items that one look asks about by themselves."""
_LIST_AGE = timedelta(minutes=10)
_LIST_AGE_WHEN_MISSING = timedelta(seconds=5)
_BETWEEN_PAGES = timedelta(seconds=5)


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
        self._directory = SeriesDirectory(())
        self._listed_series = 0
        self._series_at: datetime | None = None
        self._rests_until: datetime | None = None
        self._looked_at: datetime | None = None
        self._questions = 0
        self._news = False

    def changed(self) -> None:
        """The server has told that its library changed: look at the whole of it before long."""
        self._news = True

    async def expect(self, series: Collection[SeriesId]) -> None:
        """Have series looked at with the next look, even if the server cannot be asked just now."""
        if series:
            await asyncio.to_thread(self._store.expect, self._connection, series, self._clock())

    async def look(self) -> int:
        """One look at what is due; how many series. Raises ServiceFailure."""
        due = await self._due()
        if not await self._may_sweep(due):
            return await self._look_at(due)
        try:
            looked = await self._sweep()
        except ServiceFailure:
            await self._look_at(due)
            raise
        return looked + await self._look_at(await self._due())

    async def _due(self) -> dict[SeriesId, int]:
        return await asyncio.to_thread(self._store.due, self._connection, self._clock(), _FEW + 1)

    # ------------------------------------------------------------------ the whole library

    async def _may_sweep(self, due: dict[SeriesId, int]) -> bool:
        now = self._clock()
        if self._rests_until is not None and now < self._rests_until:
            return False
        last = await asyncio.to_thread(self._store.swept_at, self._connection)
        if last is None or now - last >= REGULARLY or len(due) > _FEW or (self._news and now - last >= AFTER_NEWS):
            return True
        return now - last >= FOR_LOST_ONES and any(attempts >= LONG_OPEN for attempts in due.values())

    async def _sweep(self) -> int:
        sweep = Sweep(self._connection, self._label, self._library, self._store, self._ledger, self._clock)
        began = self._looked_at = self._clock()
        self._rests_until = began + AFTER_A_FAILED_SWEEP
        self._news = False
        looked = await sweep.run(self._meanwhile)
        ended = self._clock()
        self._rests_until = ended + rest_after_sweep(ended - began)
        return looked

    async def _meanwhile(self) -> None:
        """Look at what is awaited while a large library is being listed."""
        if self._looked_at is None or self._clock() - self._looked_at < _BETWEEN_PAGES:
            return
        self._looked_at = self._clock()
        await self._look_at(await self._due())

    # ------------------------------------------------------------------ series by series

    async def _look_at(self, due: dict[SeriesId, int]) -> int:
        chosen = dict(list(due.items())[:_AT_ONCE])
        if not chosen:
            return 0
        self._questions = _ITEMS_ASKED
        for awaited in await asyncio.to_thread(self._store.some, self._connection, self._label, chosen):
            await self._verify(awaited)
        return len(chosen)

    async def _verify(self, awaited: Awaited) -> None:
        began = self._clock()
        items = await self._items(awaited)
        matched = {match.episode: match.item for match in match_episodes(awaited.episodes, items)}
        facts: list[Fact] = []
        still_open = 0
        for one in awaited.episodes:
            said = awaited.said.get(one.id)
            what = as_listed(matched.get(one.id))
            if not what.playable and not expected(one, said):
                continue  # nobody expects it there
            known = await self._known(what, said) if expected(one, said) else what
            if known is None:
                still_open += 1
                continue
            still_open += one.has_file and not known.playable
            facts.append(Fact(one.id, self._clock(), self._source, known))
        await asyncio.to_thread(self._ledger.observe, facts)
        look = Look(awaited.series_id)
        if still_open:
            attempts = awaited.attempts + 1
            look = Look(awaited.series_id, attempts, self._clock() + pause_after(attempts))
        await asyncio.to_thread(self._store.looked, self._connection, [look], began)

    async def _known(self, what: InLibrary, said: InLibrary | None) -> InLibrary | None:
        """What is certain about an episode, its item itself asked where the listing leaves doubt; None: it is not
        known now, and what was said before stays."""
        doubtful = in_doubt(what, said)
        if not doubtful:
            return what
        if self._questions > 0:
            self._questions -= 1
            return as_asked(doubtful, await self._library.playability(LibraryItemId(doubtful)))
        # Many new items at once: the listing is believed for them, but never over what an item itself said.
        return what if what.playable and (said is None or said.item_id != what.item_id) else None

    async def _items(self, awaited: Awaited) -> list[LibraryEpisode]:
        """All items of the series there; none when the server does not have the series."""
        found = (await self._series(_LIST_AGE)).find(awaited.series)
        if not found:
            found = (await self._series(_LIST_AGE_WHEN_MISSING)).find(awaited.series)
        items: list[LibraryEpisode] = []
        for series in found:
            listed = await self._library.episodes_of(series.id)
            if listed is None:  # the list of series is out of date: ask for it anew next time
                self._series_at = None
                continue
            items += listed
        return items

    async def _series(self, age: timedelta) -> SeriesDirectory:
        now = self._clock()
        if self._series_at is None or now - self._series_at > age:
            listed = await self._library.all_series()
            if not listed and self._listed_series:
                # A server that is starting, or whose disks are not mounted, answers an empty library.
                raise Broken(self._label, f"It lists no series at all, though it listed {self._listed_series} before")
            self._directory, self._listed_series, self._series_at = SeriesDirectory(listed), len(listed), now
        return self._directory

    async def rescan(self, path: str) -> None:
        """Have the server look at a path soon."""
        await self._library.rescan(path)
