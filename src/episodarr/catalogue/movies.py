"""Movies: what each system lists of them, and what reading them needs from outside and from the database.

A movie is followed as a whole: it has no episodes. A Radarr (a manager) decides about it; a media server plays it. What
is only in one of them is a movie all the same.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NewType, Protocol, runtime_checkable

import msgspec

from episodarr.catalogue.model import digest_of
from episodarr.catalogue.ports import Counts
from episodarr.episode.identity import ConnectionId

MovieId = NewType("MovieId", int)
"""Episodarr's own id of a movie, the same over all systems that hold it."""


class ListedMovie(msgspec.Struct, frozen=True, omit_defaults=True):
    """One movie as one system lists it. Empty and 0: not told."""

    id: str
    """The system's own id: Radarr's number, Plex's rating key, Jellyfin's item id."""
    title: str
    year: int = 0
    tmdb_id: int = 0
    imdb_id: str = ""
    guid: str = ""
    """What plays of that system call it, where that is something else than `id`."""
    sort_title: str = ""
    status: str = ""
    """tba, announced, inCinemas, released, deleted; media servers tell none."""
    overview: str = ""
    runtime: int = 0
    """Minutes."""
    genres: tuple[str, ...] = ()
    studio: str = ""
    rating: float | None = None
    """0..10."""
    monitored: bool | None = None
    """None: the system does not decide that."""
    root_folder: str = ""
    path: str = ""
    """Of its file as that system sees it; without a file, of its folder."""
    size: int = 0
    """Bytes of its files."""
    has_file: bool = False
    added_at: datetime | None = None
    """When its file came; a media server: when it was added there."""
    quality: str = ""
    """Such as `Bluray-1080p`."""
    tags: tuple[str, ...] = ()
    """Labels."""
    library: str = ""
    """Name of the media server's library."""
    has_poster: bool = False


class MovieListing(msgspec.Struct, frozen=True):
    """All movies of one system. `unreadable`: id -> why, of those that are there but cannot be understood."""

    movies: tuple[ListedMovie, ...]
    unreadable: dict[str, str] = {}

    @property
    def digest(self) -> str:
        """Equal digests: the list says the same."""
        return digest_of(msgspec.msgpack.encode(self))

    @property
    def ids(self) -> frozenset[str]:
        """Everything that is listed, understood or not."""
        return frozenset([*(one.id for one in self.movies), *self.unreadable])


@runtime_checkable
class MovieSource(Protocol):
    """A system that lists movies. Every call raises ServiceFailure when it cannot be answered."""

    async def movies(self) -> MovieListing:
        """All of them, and never a part: raises Broken when the pages do not add up."""
        ...

    async def movie_poster(self, movie: str) -> bytes | None:
        """The movie's poster as image bytes (at most 5 MB), by the system's own id; None when it has none."""
        ...


@runtime_checkable
class MovieManager(MovieSource, Protocol):
    """A Radarr: it decides which movies are wanted, and manages their files."""


@runtime_checkable
class MovieLibrary(MovieSource, Protocol):
    """A media server that plays movies."""


class MovieReading(msgspec.Struct, frozen=True):
    """How far a system's list was read."""

    digest: str = ""
    """Of the list that was last stored whole; empty: none was."""
    read_at: datetime | None = None
    """When a whole list was last read and believed."""
    doubted: str = ""
    """Digest of the ids that the last list lacked, when that were too many to believe it at once."""
    doubted_at: datetime | None = None


class MoviePlace(msgspec.Struct, frozen=True):
    """Where a movie is held: a connection, and its own id there."""

    connection: ConnectionId
    external_id: str


class MovieStore(Protocol):
    """Where movies are kept. Each call is one transaction."""

    def reading(self, connection: ConnectionId) -> MovieReading:
        """How far a system's list was read."""
        ...

    def note(self, connection: ConnectionId, reading: MovieReading) -> None:
        """Remember how far."""
        ...

    def held(self, connection: ConnectionId) -> Collection[str]:
        """The system's own ids of the movies that it is known to hold now."""
        ...

    def write(self, connection: ConnectionId, listing: MovieListing, now: datetime, *, manager: bool) -> Counts:
        """Store a whole list: what is new and changed in it, and what it lacks. What is the same writes nothing.

        Raises ValueError when the list names a movie twice.
        """
        ...

    def places(self, movie: MovieId) -> list[MoviePlace]:
        """Where a movie with a poster is held, managers first."""
        ...
