"""What screens ask about movies, and the answers. Times are aware UTC, sizes bytes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from episodarr.overview.answers import Page
from episodarr.watching.model import EpisodePlay, Watching


@dataclass(frozen=True, slots=True)
class MovieFilter:
    """Which movies, in which order. `show` one of SHOWS, `sort` one of SORTS."""

    search: str = ""
    show: str = "all"
    sort: str = "title"

    SHOWS = ("all", "available", "missing", "unserved", "unwatched")
    SORTS = ("title", "added", "size", "watched")


@dataclass(frozen=True, slots=True)
class MovieCard:
    """One movie in the grid, and the head of its page."""

    id: int
    title: str
    year: int
    tmdb_id: int
    imdb_id: str
    status: str
    """As Radarr says: tba, announced, inCinemas, released, deleted; empty: no Radarr holds it."""
    monitored: bool | None
    """None: no Radarr holds it."""
    has_file: bool
    """A Radarr or a media server has a file of it."""
    available: bool
    """A media server lists it with a file."""
    available_since: datetime | None
    size_on_disk: int
    quality: str
    runtime: int
    """Minutes."""
    rating: float | None
    """0..10."""
    studio: str
    has_poster: bool
    file_added_at: datetime | None
    synced_at: datetime | None
    """When what is known of it last changed."""
    plays: int
    watched_plays: int
    """Those that reached the end."""
    viewers: int
    last_played_at: datetime | None
    last_watched_at: datetime | None


@dataclass(frozen=True, slots=True)
class MovieCopyView:
    """Where a movie is held, and what that system says of it."""

    connection_id: int
    connection: str
    kind: str
    """radarr, plex, jellyfin."""
    manager: bool
    external_id: str
    path: str
    """As that system sees it."""
    size: int
    has_file: bool
    monitored: bool | None
    library: str
    added_at: datetime | None
    joined_by: str
    """tmdb, imdb, title, or alone: what makes it this movie."""
    read_at: datetime | None
    """When the system's list was last read and believed; None: never."""


@dataclass(frozen=True, slots=True)
class MovieDetail:
    """Everything about one movie."""

    movie: MovieCard
    overview: str
    genres: list[str]
    tags: list[str]
    """Labels that Radarr holds."""
    path: str
    root_folder: str
    state: str
    """One sentence."""
    problems: list[str] = field(default_factory=list)
    """What does not fit together, one sentence each."""
    copies: list[MovieCopyView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MovieTotals:
    """The movies in numbers."""

    movies: int
    available: int
    missing: int
    """Monitored, and without any file."""
    size_on_disk: int
    last_synced_at: datetime | None
    """When a system's list was last read."""


@dataclass(frozen=True, slots=True)
class MovieWatching:
    """How a movie was watched, with its latest plays."""

    movie_id: int
    watching: Watching
    synced_at: datetime | None
    """When the histories were last read to their ends; None: never, so that nothing may be concluded."""
    plays: list[EpisodePlay] = field(default_factory=list)
    viewers: list[str] | None = None
    """Names, for administrators."""


class MovieQuestions(Protocol):
    """Reads over the movies. `None` answers: there is no such movie."""

    def totals(self) -> MovieTotals:
        """The movies in numbers."""
        ...

    def movies(self, wanted: MovieFilter, limit: int, cursor: str | None) -> Page[MovieCard]:
        """A page of movies; raises ValueError on a cursor that this list did not give."""
        ...

    def cards(self, ids: list[int]) -> list[MovieCard]:
        """Some movies, in the order of their ids; unknown ones are left out."""
        ...

    def movie(self, movie_id: int) -> MovieDetail | None:
        """Everything about one movie."""
        ...

    def plays(self, movie_id: int, *, names: bool, limit: int) -> MovieWatching | None:
        """Sums and latest plays. `names`: whether viewers are named."""
        ...


_COMING = {
    "announced": "It is announced; Radarr looks for it once it is out.",
    "inCinemas": "It is in cinemas; Radarr looks for it once it can be bought.",
    "tba": "Nobody knows yet when it comes out.",
}


def state_of(movie: MovieCard, copies: list[MovieCopyView]) -> str:
    """What is the case with a movie, in one sentence. Pure."""
    servers = sorted({one.connection for one in copies if not one.manager and one.has_file})
    if servers:
        return f"It can be played in {_and(servers)}."
    if movie.has_file:
        listening = any(not one.manager for one in copies)
        return "Radarr has its file; " + (
            "a media server lists it, but without a file." if listening else "no media server lists it yet."
        )
    if movie.monitored is None:
        return "A media server lists it, but has no file of it."
    if not movie.monitored:
        return "It has no file, and Radarr does not look for one: it is unmonitored."
    return _COMING.get(movie.status, "It is missing: Radarr looks for it.")


def problems_of(copies: list[MovieCopyView]) -> list[str]:
    """What does not fit together. Pure."""
    found = []
    managed = any(one.manager for one in copies)
    holding = [one for one in copies if one.has_file]
    if managed and holding and not any(one.manager for one in holding):
        found.append("A media server has a file that no Radarr knows of.")
    by_title = [one.connection for one in copies if one.joined_by == "title"]
    if by_title and len(copies) > 1:
        found.append(f"{_and(sorted(set(by_title)))} tells no id of it: it was recognised by title and year only.")
    sizes = {one.size for one in holding if one.size}
    if len(sizes) > 1 and max(sizes) > min(sizes) * 1.02:
        found.append("The systems tell different sizes: they may hold different files.")
    return found


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
