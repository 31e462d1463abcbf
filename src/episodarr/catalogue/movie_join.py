"""Which listed movies are the same one, and what they say of it together: pure.

Joined by the id of TheMovieDB, else that of IMDb, else by the spelled title with the year. What has an id is never
joined with what has another one, however both are called. The order in which systems are read does not matter.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from episodarr.catalogue.movies import ListedMovie


class JoinedBy(StrEnum):
    """What makes a copy this movie."""

    TMDB = "tmdb"
    IMDB = "imdb"
    TITLE = "title"
    ALONE = "alone"
    """Neither an id nor a year is told: it is a movie of its own."""


class Copy(msgspec.Struct):
    """What one system says of a movie. `movie_id`: the movie that it was so far."""

    connection: int
    manager: bool
    movie: ListedMovie
    first_seen_at: datetime
    gone_at: datetime | None = None
    movie_id: int | None = None
    joined_by: JoinedBy = JoinedBy.ALONE

    @property
    def key(self) -> tuple[int, str]:
        """What tells copies apart."""
        return self.connection, self.movie.id

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """Whose word counts first: what is still there, managers, the first connection."""
        return self.gone_at is not None, not self.manager, self.connection, self.movie.id


class Joined(msgspec.Struct, frozen=True):
    """One movie: its copies, the one whose word counts first in front. `movie_id` None: it is new."""

    copies: tuple[Copy, ...]
    movie_id: int | None


def join(copies: Iterable[Copy], spelled: Callable[[str], str]) -> list[Joined]:
    """All movies. Sets `joined_by` of each copy. `spelled`: one spelling of a title."""
    ordered = sorted(copies, key=lambda copy: copy.rank)
    tmdb_of = _only(
        (one.movie.imdb_id, one.movie.tmdb_id) for one in ordered if one.movie.imdb_id and one.movie.tmdb_id
    )
    groups: dict[tuple[object, ...], list[Copy]] = {}
    nameless: list[Copy] = []
    for one in ordered:
        place, one.joined_by = _place(one.movie, tmdb_of)
        if place is None:
            nameless.append(one)
            continue
        groups.setdefault(place, []).append(one)
    named: dict[tuple[str, int], set[tuple[object, ...]]] = {}
    years = {one.movie.year for one in nameless}
    for place, held in groups.items():
        for one in held:
            if one.movie.year in years:  # spelling a title takes longer than all the rest
                named.setdefault((spelled(one.movie.title), one.movie.year), set()).add(place)
    for one in nameless:
        title = (spelled(one.movie.title), one.movie.year)
        meant = named.get(title, set()) if one.movie.year else set()
        if len(meant) == 1:
            place, one.joined_by = next(iter(meant)), JoinedBy.TITLE
        elif one.movie.year:
            place, one.joined_by = ("title", *title), JoinedBy.TITLE
        else:
            place = ("alone", *one.key)
        groups.setdefault(place, []).append(one)
    return _claimed([tuple(sorted(held, key=lambda copy: copy.rank)) for held in groups.values()])


def _place(movie: ListedMovie, tmdb_of: dict[str, int]) -> tuple[tuple[object, ...] | None, JoinedBy]:
    if movie.tmdb_id:
        return ("tmdb", movie.tmdb_id), JoinedBy.TMDB
    if movie.imdb_id in tmdb_of:
        return ("tmdb", tmdb_of[movie.imdb_id]), JoinedBy.IMDB
    if movie.imdb_id:
        return ("imdb", movie.imdb_id), JoinedBy.IMDB
    return None, JoinedBy.ALONE


def _only(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """What each name stands for, as long as all say the same of it."""
    found: dict[str, set[int]] = {}
    for name, number in pairs:
        found.setdefault(name, set()).add(number)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


def _claimed(groups: Sequence[tuple[Copy, ...]]) -> list[Joined]:
    """Which group goes on as which movie: the one that holds the copy of it whose word counts first."""
    claims: dict[int, tuple[tuple[bool, bool, int, str], int]] = {}
    for place, group in enumerate(groups):
        for one in group:
            if one.movie_id is not None and (one.movie_id not in claims or one.rank < claims[one.movie_id][0]):
                claims[one.movie_id] = (one.rank, place)
    owned: dict[int, int] = {}
    for movie, (_, place) in claims.items():
        owned[place] = min(movie, owned.get(place, movie))
    return [Joined(group, owned.get(place)) for place, group in enumerate(groups)]


class Movie(msgspec.Struct, frozen=True):
    """What all systems together say of a movie; names as in the table `movies`."""

    tmdb_id: int
    imdb_id: str
    title: str
    sort_title: str
    year: int
    status: str
    overview: str
    runtime: int
    genres: tuple[str, ...]
    studio: str
    rating: float | None
    monitored: bool | None
    root_folder: str
    path: str
    size_on_disk: int
    has_file: bool
    file_added_at: datetime | None
    quality: str
    tags: tuple[str, ...]
    has_poster: bool
    available: bool
    available_since: datetime | None
    gone_at: datetime | None


def merged(copies: Sequence[Copy]) -> Movie:
    """One word of many: of the systems that still list it, managers first. `copies`: as in Joined."""
    live = [one for one in copies if one.gone_at is None]
    told = [one.movie for one in live or copies]
    managed = [one.movie for one in live if one.manager]
    filed = [movie for movie in told if movie.has_file] if live else []
    served = [one for one in live if not one.manager and one.movie.has_file]
    sizes = [movie.size for movie in managed if movie.has_file]
    first = told[0]
    return Movie(
        tmdb_id=next((movie.tmdb_id for movie in told if movie.tmdb_id), 0),
        imdb_id=next((movie.imdb_id for movie in told if movie.imdb_id), ""),
        title=first.title,
        sort_title=(next((movie.sort_title for movie in told if movie.sort_title), "") or first.title).lower(),
        year=next((movie.year for movie in told if movie.year), 0),
        status=next((movie.status for movie in told if movie.status), ""),
        overview=next((movie.overview for movie in told if movie.overview), ""),
        runtime=next((movie.runtime for movie in told if movie.runtime), 0),
        genres=next((movie.genres for movie in told if movie.genres), ()),
        studio=next((movie.studio for movie in told if movie.studio), ""),
        rating=next((movie.rating for movie in told if movie.rating is not None), None),
        monitored=any(movie.monitored for movie in managed) if managed else None,
        root_folder=next((movie.root_folder for movie in told if movie.root_folder), ""),
        path=next((movie.path for movie in (*filed, *told) if movie.path), ""),
        # Two Radarrs hold two files; media servers show the same ones again.
        size_on_disk=sum(sizes) if sizes else max((movie.size for movie in filed), default=0),
        has_file=bool(filed),
        file_added_at=next((movie.added_at for movie in filed if movie.added_at is not None), None),
        quality=next((movie.quality for movie in filed if movie.quality), ""),
        tags=tuple(sorted({tag for movie in managed for tag in movie.tags})),
        has_poster=any(movie.has_poster for movie in told),
        available=bool(served),
        available_since=min((one.movie.added_at or one.first_seen_at for one in served), default=None),
        gone_at=None if live else max(one.gone_at for one in copies if one.gone_at is not None),
    )
