"""What verifying availability needs from a media server."""

from typing import Protocol, runtime_checkable

from episodarr.availability.model import LibraryEpisode, LibraryItemId, LibrarySeries, Playability


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
