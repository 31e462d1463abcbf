"""What is done with whatever was read: its episodes are found, and told that they were watched."""

import asyncio
from datetime import datetime, timedelta

from episodarr.connections.failures import Broken
from episodarr.episode.identity import ConnectionId
from episodarr.episode.ledger import Ledger
from episodarr.watching.ports import PlayStore, SeriesNames

_TOLD_AT_ONCE = 2_000
_SERIES_AT_ONCE = 8
_LOOK_AGAIN = timedelta(hours=1)
"""When no series was left to be asked for and nothing new came since: it takes a look at every item."""


class Placing:
    """Finds the episodes of one connection's played items."""

    def __init__(
        self, connection: ConnectionId, label: str, names: SeriesNames, store: PlayStore, ledger: Ledger
    ) -> None:
        self._connection = connection
        self._label = label
        self._names = names
        self._store = store
        self._ledger = ledger
        self._newest = (0, 0)
        self._none_left_at: datetime | None = None

    async def place(self, now: datetime, *, new_items: bool) -> tuple[int, int]:
        """Bring sums up to date, find episodes, and tell of them; how many items were found and facts were news.

        Raises ServiceFailure when the names of a series cannot be asked for.
        """
        await asyncio.to_thread(self._store.settle, self._connection)
        matched = await asyncio.to_thread(self._match, new_items)
        matched += await self._learn(now)
        return matched, await asyncio.to_thread(self._tell)

    def match(self) -> int:
        """Find the episodes of items that had none, now that there are new ones, and tell of them; how many."""
        found = self._match(False)
        self._tell()
        return found

    def find(self) -> int:
        """Find the episodes of new items, without asking anybody for the names of series; how many."""
        return self._match(True)

    def _match(self, certainly: bool) -> int:
        newest = self._store.newest()
        if not certainly and newest == self._newest:
            return 0
        self._newest = newest
        self._none_left_at = None
        return self._store.match(self._connection)

    async def _learn(self, now: datetime) -> int:
        """Ask for the ids of a few series whose plays match nothing; the others have their turn with the next looks."""
        if self._none_left_at is not None and timedelta() <= now - self._none_left_at < _LOOK_AGAIN:
            return 0
        learned = False
        left = await asyncio.to_thread(self._store.unplaced, self._connection, now, _SERIES_AT_ONCE)
        self._none_left_at = None if left else now
        for key in left:
            try:
                ids = await self._names.series_ids(key)
            except Broken:
                break  # the server behind it does not answer: nothing is known, and nothing is kept
            await asyncio.to_thread(self._store.learn, self._connection, key, ids, now)
            learned = learned or ids is not None
        return await asyncio.to_thread(self._match, True) if learned else 0

    def _tell(self) -> int:
        """Tell what plays mean for episodes, some thousand at a time."""
        news = 0
        while True:
            facts, items = self._store.untold(self._connection, self._label, _TOLD_AT_ONCE)
            if not items:
                return news
            news += self._ledger.record(facts)
            self._store.told(items)
