"""What verifying availability needs from a media server, and from the database."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from episodarr.availability.match import SoughtEpisode, SoughtSeries
from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries, Playability
from episodarr.episode.facts import InLibrary
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId


@runtime_checkable
class MediaLibrary(Protocol):
    """A media server (Jellyfin, Plex). Raises ServiceFailure when it cannot be asked."""

    async def all_series(self) -> list[LibrarySeries]:
        """Every series of every library with its provider ids, in few requests."""
        ...

    def all_episodes(self) -> AsyncIterator[list[LibraryEpisode]]:
        """Every episode item with a file, in big pages; `series` is told with each.

        It is the whole only once it has ended: raises Broken when the pages do not add up to what the server counts,
        or have shifted while they were read.
        """
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
    """A series whose episodes are to be verified in a media server."""

    series_id: SeriesId
    series: SoughtSeries
    episodes: tuple[SoughtEpisode, ...]
    """Its episodes that have a file in Sonarr, and those of which no file ever came or went through Sonarr."""
    said: Mapping[EpisodeId, InLibrary]
    """What the server said last of each, in the present life of its file."""
    attempts: int = 0
    """Looks in a row that left something open."""


class Look(msgspec.Struct, frozen=True):
    """What a look at a series left: `next_at` None when nothing is open."""

    series_id: SeriesId
    attempts: int = 0
    next_at: datetime | None = None


class AvailabilityStore(Protocol):
    """What is to be verified in one media server (`connection`), and when it was last looked at."""

    def due(self, connection: ConnectionId, now: datetime, limit: int) -> dict[SeriesId, int]:
        """Series to look at now, with their attempts so far: those whose time has come, the freshest first, and those
        with an imported episode that were never looked at."""
        ...

    def expect(self, connection: ConnectionId, series: Collection[SeriesId], now: datetime) -> None:
        """Have series looked at with the next look, whenever that may be."""
        ...

    def some(self, connection: ConnectionId, label: str, series: Mapping[SeriesId, int]) -> list[Awaited]:
        """What is to be verified of the given series (with their attempts)."""
        ...

    def following(self, connection: ConnectionId, label: str, last: SeriesId, limit: int) -> list[Awaited]:
        """The next series after `last`, in the order of their ids, with what is to be verified of each."""
        ...

    def looked(self, connection: ConnectionId, looks: Sequence[Look], at: datetime) -> None:
        """Remember looks that began at `at`. What was expected later than that stays expected."""
        ...

    def lists_anything(self, connection: ConnectionId, label: str) -> bool:
        """Whether the server was known to list any episode at all."""
        ...

    def swept_at(self, connection: ConnectionId) -> datetime | None:
        """When the whole library was last verified; None when it never was."""
        ...

    def swept(self, connection: ConnectionId, at: datetime) -> None:
        """Remember that the whole library was verified."""
        ...
