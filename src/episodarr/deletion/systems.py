"""What deleting needs from the outside systems, one small port for each kind of them.

All of them are asked live, right before anything is done: nothing that was read earlier lets a file go. Every call
raises ServiceFailure when it cannot be answered; only a system's own plain "not found" is a definite no (None). Ids are
the system's own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class ManagedPart:
    """An episode that a file holds, as Sonarr tells it; of a movie's file the movie itself, with no numbers."""

    id: int
    monitored: bool
    season_number: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class ManagedFile:
    """A file in the library as its manager tells it now."""

    id: int
    owner_id: int
    """The series or movie that it belongs to."""
    path: str
    """Whole, as the manager sees it."""
    size: int
    """Bytes."""
    parts: tuple[ManagedPart, ...]
    """Every episode that it holds, by id; one part, the movie, of a movie's file."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A series or movie as its manager tells it now."""

    id: int
    title: str
    path: str
    """Its folder."""
    tags: frozenset[str]
    """Labels in lower case."""
    tvdb_id: int = 0
    tmdb_id: int = 0
    monitored: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that holds the library, as its manager sees it."""

    path: str
    """Without a slash at its end."""
    accessible: bool
    """Whether it is there and can be read. A manager that does not tell: it is not."""


@dataclass(frozen=True, slots=True)
class WasteBin:
    """Where a manager puts what it deletes."""

    path: str = ""
    """Empty: it has none, and what it deletes is gone at once."""
    days: int = 0
    """After so many it is emptied; 0: never by itself."""


@runtime_checkable
class FileManager(Protocol):
    """A Sonarr or Radarr as the one that deletes files of the library."""

    async def managed_file(self, file_id: int) -> ManagedFile | None:
        """A file, with all episodes it holds."""
        ...

    async def managed_files(self, owner_id: int) -> list[ManagedFile]:
        """All files of a series or movie."""
        ...

    async def owner(self, owner_id: int) -> Owner | None:
        """A series or movie, with the labels of its tags."""
        ...

    async def roots(self) -> list[Root]:
        """The library folders."""
        ...

    async def waste_bin(self) -> WasteBin:
        """Where deleted files go."""
        ...

    async def arriving(self, owner_id: int) -> set[int]:
        """Parts (see ManagedPart) that are in its queue: downloading, or waiting to be imported."""
        ...

    async def set_monitored(self, owner_id: int, part_ids: Collection[int], *, monitored: bool) -> None:
        """Have it look for better files of these parts, or no longer. Never touches other parts of the owner."""
        ...

    async def search(self, owner_id: int, part_ids: Collection[int]) -> None:
        """Have it search for releases of these parts now."""
        ...

    async def delete_file(self, file_id: int) -> None:
        """Delete one file from the disk, or into the recycle bin. One that is gone already is a Broken failure."""
        ...


@dataclass(frozen=True, slots=True)
class HeldTorrent:
    """A torrent as its client tells it now."""

    hash: str
    """In lower case."""
    name: str
    content_path: str
    """Its file, or the folder of its files, as the client sees it; empty as long as it has no metadata.

    The save path itself when it has several files and no folder of its own: others may lie there, too.
    """
    save_path: str
    size: int
    """Bytes of its selected files."""
    complete: bool
    ratio: float | None
    """Uploaded by downloaded; None: not told, or beyond what the client counts."""
    seeding_seconds: int
    private: bool | None
    """None: the client does not tell (before 5.0), or has no metadata yet."""


@dataclass(frozen=True, slots=True)
class HeldFile:
    """One file of a torrent."""

    name: str
    """Path within the save path, with `/`."""
    size: int
    wanted: bool
    """Whether it is downloaded at all."""


@runtime_checkable
class TorrentKeeper(Protocol):
    """A download client as the one that keeps and seeds torrents."""

    async def torrents(self) -> list[HeldTorrent]:
        """All of them: what shares files with what can be told of the whole list only."""
        ...

    async def torrent_files(self, torrent_hash: str) -> list[HeldFile] | None:
        """The files of one; None when the client does not have it, empty while metadata is missing."""
        ...

    async def remove_torrent(self, torrent_hash: str, *, with_files: bool) -> None:
        """Remove one torrent, and its files from the disk with it. Raises ValueError on what is no info hash."""
        ...


@runtime_checkable
class LibraryShelf(Protocol):
    """A media server as the one that lists what was deleted. It is never asked to delete anything."""

    async def files_gone(self, paths: Sequence[str]) -> None:
        """Have it look at these paths (as the server sees them), whose files were deleted."""
        ...

    async def listed(self, item_ids: Collection[str]) -> set[str]:
        """Those of the items that it still lists with a file. Complete, or it raises."""
        ...

    async def paths_of(self, item_ids: Collection[str]) -> set[str]:
        """Paths, as the server itself sees them, of the files of those items that it still lists."""
        ...


@runtime_checkable
class LeavingShelf(Protocol):
    """A media server that can show what leaves soon as a collection of its own."""

    async def show_leaving(self, name: str, item_ids: Collection[str]) -> None:
        """Have the collection of that name hold exactly these items (shows, seasons, episodes or movies).

        Makes it when it is missing; without items it is left empty. Never touches another collection.
        """
        ...


@dataclass(frozen=True, slots=True)
class SeasonTruth:
    """What a request system says of a season."""

    number: int
    status: str
    """available, partially_available, deleted, unknown, pending, processing, blocklisted; another: as it is told."""


@dataclass(frozen=True, slots=True)
class TitleTruth:
    """What a request system says of a show or movie."""

    media_id: int
    status: str
    """See SeasonTruth."""
    seasons: tuple[SeasonTruth, ...] = ()


@runtime_checkable
class RequestTruth(Protocol):
    """A request system as the one that tells people what is available. Only ever asked to look again by itself."""

    async def title_truth(self, kind: str, tmdb_id: int) -> TitleTruth | None:
        """A `tv` or `movie` title; None when it was never requested nor scanned."""
        ...

    async def look_again(self) -> None:
        """Have it compare what it calls available with the managers and media servers. It goes on by itself."""
        ...

    async def partly_there(self, media_id: int) -> None:
        """Have a show that is called available be called partially available. Its seasons and requests stay."""
        ...


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What an importer such as Shoko remembers of a file."""

    id: int
    size: int
    paths: tuple[str, ...]
    """Relative path within its folder of each place where the file lies, with `/`."""


@runtime_checkable
class FileRecords(Protocol):
    """An importer (Shoko) as the one that remembers files which are gone."""

    async def records_of(self, path_end: str) -> list[FileRecord]:
        """The records of files whose path ends with this one."""
        ...

    async def record(self, record_id: int) -> FileRecord | None:
        """One of them."""
        ...

    async def forget_record(self, record_id: int) -> None:
        """Forget a record. Never deletes a file from the disk."""
        ...
