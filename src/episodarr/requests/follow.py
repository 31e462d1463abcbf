"""Following a request system: who asked for which seasons, and what became of it.

In between whole readings only what changed is read. A whole reading alone tells that a request is gone, and that the
request system thinks otherwise of a title: neither changes the request itself.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from episodarr.connections.failures import Broken
from episodarr.episode.identity import ConnectionId
from episodarr.episode.ledger import Ledger
from episodarr.requests.model import RequestNumber, Requests
from episodarr.requests.ports import RequestControl, RequestSource, RequestStore

_OVERLAP = timedelta(minutes=2)
_EMPTY_READINGS = 3
"""Readings in a row that must find nothing, where something was, before it is believed."""
_FACTS_AT_ONCE = 5_000
_TITLES_AT_ONCE = 8

Changed = Callable[[Collection[int]], None]
"""Told of the requests (Episodarr's own ids) that changed."""


class FollowRequests:
    """Follows one request system."""

    def __init__(
        self,
        connection: ConnectionId,
        label: str,
        client: RequestSource,
        store: RequestStore,
        ledger: Ledger,
        changed: Changed,
        addresses: Callable[[], dict[ConnectionId, str]],
        whole_every: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        """`addresses`: scheme, host and port of each connected Sonarr. `whole_every`: between whole readings."""
        self._connection = connection
        self._label = label
        self._client = client
        self._store = store
        self._ledger = ledger
        self._changed = changed
        self._addresses = addresses
        self._whole_every = whole_every
        self._clock = clock
        self._whole_at: datetime | None = None
        self._empty = 0
        self._newest = (0, 0)

    async def poll(self) -> int:
        """One look; the number of news. Raises ServiceFailure when the service cannot be asked."""
        now = self._clock()
        whole = self._whole_at is None or now - self._whole_at >= self._whole_every
        last = None if whole else await asyncio.to_thread(self._store.last_change, self._connection)
        read = await (self._client.all_requests() if last is None else self._client.requests_since(last - _OVERLAP))
        whole = last is None
        if whole:
            if await self._doubtful(read):
                return 0
            self._whole_at = now
        news = await asyncio.to_thread(self._take, read, whole)
        await self._learn_titles(now)
        return news

    def tell(self) -> int:
        """Tell of episodes that came to exist since the last look, whether the service answers or not."""
        newest = self._store.newest()
        if newest == self._newest:
            return 0
        (series_before, episodes_before), self._newest = self._newest, newest
        found = self._store.match(self._connection, self._addresses()) if newest[0] != series_before else []
        news = self._tell(None, after=episodes_before)
        if found:
            self._changed(found)
        return news

    async def decide(self, verb: str, request: RequestNumber) -> None:
        """Approve, decline or retry a request. Raises ServiceFailure, or LookupError when it is gone."""
        assert isinstance(self._client, RequestControl)  # noqa: S101  # who offers the buttons has looked
        match verb:
            case "approve":
                after = await self._client.approve(request)
            case "decline":
                after = await self._client.decline(request)
            case _:
                after = await self._client.retry(request)
        await asyncio.to_thread(self._take, Requests((after,)), False)

    async def _doubtful(self, read: Requests) -> bool:
        """Whether nothing was found where something was: a fresh database answers so, and one that is being restored.

        It is believed when it stays so.
        """
        if read.series or not await asyncio.to_thread(self._store.count, self._connection):
            self._empty = 0
            return False
        self._empty += 1
        return self._empty < _EMPTY_READINGS

    def _take(self, read: Requests, whole: bool) -> int:
        now = self._clock()
        changed = self._store.take(self._connection, self._label, read, now, whole=whole)
        found = self._store.match(self._connection, self._addresses()) if whole or changed else []
        news = self._tell(None if whole else {*changed, *found})
        if changed or found:
            self._changed({*changed, *found})
        return news + len(changed)

    def _tell(self, requests: Collection[int] | None, after: int = 0) -> int:
        """Tell what is untold of the given requests (None: of all), some thousand facts a transaction."""
        news = 0
        if requests is not None and not requests:
            return news
        while facts := self._store.untold(self._connection, requests, after=after, limit=_FACTS_AT_ONCE):
            told = self._ledger.observe(facts)
            news += told
            if told == 0 or len(facts) < _FACTS_AT_ONCE:
                break
        return news

    async def _learn_titles(self, now: datetime) -> None:
        """Ask what a few titles are called that no Sonarr lists; the others have their turn with the next looks."""
        for tmdb in await asyncio.to_thread(self._store.untitled, self._connection, now, _TITLES_AT_ONCE):
            try:
                title = await self._client.title(tmdb)
            except Broken:
                title = None  # it asks TMDB itself, and says so with an error: not the fault of the request
            await asyncio.to_thread(self._store.name, self._connection, tmdb, title, now)


def address_of(url: str) -> str:
    """Scheme, host and port of an address, in one spelling; empty when it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    return f"{parts.scheme}://{parts.hostname}:{port}"
