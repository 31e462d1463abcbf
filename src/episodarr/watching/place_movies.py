"""Which movie a played item is: pure.

By the server's own id of it, else by what plays call it, else by the ids of other systems, else by title and year. What
fits several movies fits none.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from episodarr.watching.place import spelled

_AGENT = re.compile(r"com\.plexapp\.agents\.(imdb|themoviedb)://([0-9a-z]+)", re.ASCII)
_PLAIN = re.compile(r"(imdb|tmdb)(?:://|:|=)([0-9a-z]+)", re.ASCII)


class ShownMovie(msgspec.Struct, frozen=True):
    """A movie of the library, as far as it tells which one is meant."""

    id: int
    title: str
    year: int = 0
    tmdb_id: int = 0
    imdb_id: str = ""


class ShownCopy(msgspec.Struct, frozen=True):
    """What one system calls a movie."""

    movie_id: int
    connection: int
    external_id: str
    guid: str = ""


class WantedMovie(msgspec.Struct, frozen=True):
    """A played item. `connection`: of the history; `key` and `identity` as in it."""

    connection: int
    key: str
    identity: str
    title: str
    year: int = 0


def ids_of(identity: str) -> tuple[int, str]:
    """The ids of TheMovieDB (0) and IMDb (empty) that a guid tells, such as `com.plexapp.agents.imdb://tt0111161`."""
    told = _AGENT.match(identity) or _PLAIN.match(identity.lower())
    if told is None:
        return 0, ""
    if told[1] == "imdb":
        return 0, told[2]
    return (int(told[2]), "") if told[2].isdecimal() and len(told[2]) < 10 else (0, "")


class MovieShelf:
    """The movies of the library by everything that they are called."""

    def __init__(self, movies: Iterable[ShownMovie], copies: Iterable[ShownCopy]) -> None:
        self._by_tmdb: dict[int, set[int]] = {}
        self._by_imdb: dict[str, set[int]] = {}
        self._by_title: dict[tuple[str, int], set[int]] = {}
        self._by_key: dict[tuple[int, str], set[int]] = {}
        self._by_guid: dict[str, set[int]] = {}
        for one in movies:
            if one.tmdb_id:
                self._by_tmdb.setdefault(one.tmdb_id, set()).add(one.id)
            if one.imdb_id:
                self._by_imdb.setdefault(one.imdb_id, set()).add(one.id)
            if one.year:
                self._by_title.setdefault((spelled(one.title), one.year), set()).add(one.id)
        for copy in copies:
            self._by_key.setdefault((copy.connection, copy.external_id), set()).add(copy.movie_id)
            if copy.guid:
                self._by_guid.setdefault(copy.guid, set()).add(copy.movie_id)

    def place(self, wanted: WantedMovie) -> int | None:
        """The movie that is meant; None when it cannot be told."""
        tmdb, imdb = ids_of(wanted.identity)
        for found in (
            self._by_key.get((wanted.connection, wanted.key)),
            self._by_guid.get(wanted.identity),
            self._by_tmdb.get(tmdb),
            self._by_imdb.get(imdb),
            self._by_title.get((spelled(wanted.title), wanted.year)),
        ):
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None


def places(shelf: MovieShelf, wanted: Mapping[int, WantedMovie]) -> dict[int, int]:
    """Item -> movie, of those that have one."""
    return {item: movie for item, one in wanted.items() if (movie := shelf.place(one)) is not None}
