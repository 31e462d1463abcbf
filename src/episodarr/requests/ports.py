"""What following requests needs from outside."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from episodarr.episode.facts import Fact
from episodarr.episode.identity import ConnectionId
from episodarr.requests.model import MediaRequest, RequestKey, RequestNumber, Requests, Title, TmdbId


@runtime_checkable
class RequestSource(Protocol):
    """A request system. Raises ServiceFailure when it cannot be asked."""

    async def all_requests(self) -> Requests:
        """Every request, all pages; raises Broken when, asked twice, the pages do not add up."""
        ...

    async def requests_since(self, at: datetime) -> Requests:
        """The requests that were made or changed at `at` or later; what vanished since is not told."""
        ...

    async def title(self, tmdb: TmdbId) -> Title | None:
        """What a title is called; None when the request system cannot find it."""
        ...


@runtime_checkable
class RequestControl(Protocol):
    """What a person can decide about a request. Raises ServiceFailure, or LookupError when it is gone."""

    async def approve(self, request: RequestNumber) -> MediaRequest:
        """Approve it; the request afterwards."""
        ...

    async def decline(self, request: RequestNumber) -> MediaRequest:
        """Decline it; the request afterwards."""
        ...

    async def retry(self, request: RequestNumber) -> MediaRequest:
        """Have it handed on to Sonarr once more; the request afterwards."""
        ...


class RequestStore(Protocol):
    """Where requests are kept, and which episodes they are about."""

    def count(self, connection: ConnectionId) -> int:
        """How many requests of a connection are there, without those that are gone."""
        ...

    def last_change(self, connection: ConnectionId) -> datetime | None:
        """When the request that was changed last was changed; None without any."""
        ...

    def take(self, connection: ConnectionId, label: str, read: Requests, now: datetime, *, whole: bool) -> list[int]:
        """Keep what was read, with a log line for each change; the keys of the requests that changed.

        `whole`: what is not among it is gone.
        """
        ...

    def match(self, connection: ConnectionId, addresses: dict[ConnectionId, str]) -> list[int]:
        """Find each request's series: by TVDB id, else by TMDB id, else by the id of the very Sonarr.

        Where the request system names a Sonarr that holds it (`addresses`: scheme, host and port of each), only that.
        The keys of the requests that are about another series than before.
        """
        ...

    def unlisted(self, requests: Collection[int]) -> bool:
        """Whether one of these requests is granted, and no Sonarr lists what it is about."""
        ...

    def newest(self) -> tuple[int, int]:
        """The latest keys of series and episodes: higher ones mean that there are new ones."""
        ...

    def untold(
        self, connection: ConnectionId, requests: Collection[int] | None, *, after: int = 0, limit: int
    ) -> list[Fact]:
        """What the given requests (None: all) mean for episodes, as far as it was not told; at most `limit` facts.

        `after`: only about episodes with a higher key.
        """
        ...

    def untitled(self, connection: ConnectionId, now: datetime, limit: int) -> Sequence[TmdbId]:
        """Titles that no Sonarr lists, and whose name is neither known nor was looked for of late."""
        ...

    def name(self, connection: ConnectionId, tmdb: TmdbId, title: Title | None, now: datetime) -> None:
        """Keep what a title is called; None: it was looked for in vain."""
        ...

    def place(self, request: RequestKey) -> tuple[ConnectionId, RequestNumber] | None:
        """The connection of a request, and its id there; None when there is no such, or it is gone."""
        ...
