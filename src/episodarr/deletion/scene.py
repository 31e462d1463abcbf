"""Everything that a plan is made of, as the systems said it just now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from episodarr.deletion.model import Target
from episodarr.deletion.systems import HeldFile, HeldTorrent, ManagedFile, Owner, Root, WasteBin


@dataclass(frozen=True, slots=True)
class KnownEpisode:
    """What is stored of an episode (or of a movie, whose numbers are 0)."""

    id: int
    manager_id: int
    """Sonarr's id of the episode, or Radarr's of the movie."""
    season: int
    number: int
    title: str
    selected: bool
    """Whether somebody wants it to go."""
    stays: tuple[str, ...] = ()
    """What forbids that it goes, such as a protection: one sentence each."""
    cautions: tuple[str, ...] = ()
    """What speaks against it."""
    items: tuple[tuple[int, str], ...] = ()
    """What media servers call it: (connection, item id)."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the disk says of a path: which file it is, and how many names that has."""

    device: int
    inode: int
    links: int
    size: int


@dataclass(frozen=True, slots=True)
class SceneTitle:
    """A show or movie of which something was selected."""

    connection: int
    manager: str
    owner: Owner
    roots: tuple[Root, ...]
    waste_bin: WasteBin
    files: tuple[ManagedFile, ...]
    """All that its manager has of it, not only what was selected."""
    episodes: tuple[KnownEpisode, ...]
    """Every one that is known of it; of a movie one, the movie itself."""
    arriving: frozenset[int] = frozenset()
    """Parts (the manager's ids) of which a download is on its way."""
    series_id: int | None = None
    movie_id: int | None = None
    doubts: tuple[str, ...] = ()
    """Why nothing of it may go now: who is watching could not be asked, say."""


@dataclass(frozen=True, slots=True)
class TorrentPart:
    """A video of a torrent with the episodes it is known to hold."""

    name: str
    episodes: tuple[int, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class SceneTorrent:
    """A torrent that brought something that was selected."""

    connection: int
    client: str
    torrent: HeldTorrent
    files: tuple[HeldFile, ...]
    parts: tuple[TorrentPart, ...]
    """Its wanted videos."""


@dataclass(frozen=True, slots=True)
class SceneSystem:
    """A media server, request system or importer that is told."""

    connection: int
    name: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What a plan is made of."""

    titles: tuple[SceneTitle, ...]
    torrents: tuple[SceneTorrent, ...] = ()
    all_torrents: dict[int, tuple[HeldTorrent, ...]] = field(default_factory=dict)
    """By connection, every torrent of each client that could be asked."""
    silent_clients: tuple[str, ...] = ()
    """Download clients that could not be asked, with the reason."""
    shelves: tuple[SceneSystem, ...] = ()
    requests: tuple[SceneSystem, ...] = ()
    importers: tuple[SceneSystem, ...] = ()
    disk: dict[str, Names] = field(default_factory=dict)
    """Paths that can be seen from here: library files by the manager's path, torrents' files by the client's."""
    unmanaged: tuple[str, ...] = ()
    """What was selected and no Sonarr or Radarr manages."""
    library_files: int = 0


@dataclass(frozen=True, slots=True)
class StoredEpisode:
    """What is stored of an episode; of a movie one, with the numbers 0."""

    id: int
    manager_id: int
    season: int
    number: int
    title: str
    selected: bool
    file_id: int | None
    """Episodarr's own id of its file (see Level.EPISODE); None: it has none."""
    items: tuple[tuple[int, str], ...] = ()
    """What media servers call it: (connection, item id)."""


@dataclass(frozen=True, slots=True)
class StoredTitle:
    """What is stored of a show or movie of which something was selected."""

    connection: int
    """The Sonarr or Radarr that manages it; 0: none does."""
    owner_id: int
    title: str
    episodes: tuple[StoredEpisode, ...]
    series_id: int | None = None
    movie_id: int | None = None


class SceneStore(Protocol):
    """What is stored of what is to go."""

    def titles(self, targets: Sequence[Target]) -> list[StoredTitle]:
        """The shows and movies of targets, with all their episodes. Raises LookupError on what does not exist."""
        ...

    def playing(self, episodes: Collection[int], movie_id: int | None, title: str) -> set[int]:
        """Those of the episodes of a show, or the movie, that anybody watches, as the services told last.

        What plays under that title and is not known to be any of its episodes may be each of them.
        """
        ...

    def files(self) -> int:
        """Files of the whole library."""
        ...
