"""What verifying availability needs from a media server."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from episodarr.availability.match import SoughtEpisode, SoughtSeries
from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries, Playability
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId


@runtime_checkable
class MediaLibrary(Protocol):
    """A media server (Jellyfin, Plex). Raises ServiceFailure when it cannot be asked."""

    async def all_series(self) -> list[LibrarySeries]:
        """Every series with its provider ids, in few requests."""
        ...

    async def episodes_of(self, series: LibraryItemId) -> list[LibraryEpisode] | None:
        """All episode items of a series, virtual ones included and marked; None when the series is unknown there."""
        ...

    async def playability(self, item: LibraryItemId) -> Playability | None:
        """Whether the item has a source to play; None when the item is unknown there."""
        ...

    async def rescan(self, path: str) -> None:
        """Have the server look at `path` (a folder or file, as the server sees it) soon."""
        ...


class Awaited(msgspec.Struct, frozen=True):
    """A series with episodes whose presence in a media server is to be verified."""

    series_id: SeriesId
    series: SoughtSeries
    episodes: tuple[SoughtEpisode, ...]
    """Its episodes that have a file in Sonarr, and those of which no file ever came or went through Sonarr."""
    listed: frozenset[EpisodeId]
    """Those that the server was last known to list."""
    attempts: int
    """Looks in a row that left something open."""


class AvailabilityStore(Protocol):
    """What is to be verified, and when it was last looked at."""

    def awaited(
        self, connection: ConnectionId, label: str, now: datetime, limit: int, urgent: Collection[SeriesId]
    ) -> list[Awaited]:
        """Series to look at now: `urgent` ones, those with unverified files whose time has come, and a few that were
        verified longest ago."""
        ...

    def looked(
        self, connection: ConnectionId, series: SeriesId, now: datetime, next_at: datetime, attempts: int
    ) -> None:
        """Remember a look and when the next one is due."""
        ...
