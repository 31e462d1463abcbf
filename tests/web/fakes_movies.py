"""Movies for the pages' tests."""

from dataclasses import replace
from datetime import timedelta

from invented import NOW

from episodarr.overview.answers import Page
from episodarr.overview.movies import (
    MovieCard,
    MovieCopyView,
    MovieDetail,
    MovieFilter,
    MovieTotals,
    MovieWatching,
    problems_of,
    state_of,
)
from episodarr.watching.model import EpisodePlay, Watching

GIB = 2**30


def card(number: int, title: str, year: int, **more: object) -> MovieCard:
    plain = MovieCard(
        id=number,
        title=title,
        year=year,
        tmdb_id=800_000 + number,
        imdb_id="",
        status="released",
        monitored=True,
        has_file=True,
        available=True,
        available_since=NOW - timedelta(days=90),
        size_on_disk=9 * GIB,
        quality="Bluray-1080p",
        runtime=116,
        rating=7.8,
        studio="FilmNation",
        has_poster=False,
        file_added_at=NOW - timedelta(days=90),
        synced_at=NOW - timedelta(hours=1),
        plays=0,
        watched_plays=0,
        viewers=0,
        last_played_at=None,
        last_watched_at=None,
    )
    return replace(plain, **more)


class FakeMovies:
    """A few movies."""

    def __init__(self, *, empty: bool = False) -> None:
        seen = NOW - timedelta(days=3)
        watched = {"plays": 2, "watched_plays": 1, "viewers": 2, "last_played_at": seen, "last_watched_at": seen}
        none = {"has_file": False, "available": False, "size_on_disk": 0, "quality": ""}
        self.all = [
            card(1, "Arrival", 2016, **watched),
            card(2, "Dune <i>", 2021, **none),
            card(3, "Heat", 1995, available=False, monitored=False),
        ]
        if empty:
            self.all = []

    def totals(self) -> MovieTotals:
        return MovieTotals(len(self.all), 1, 1, sum(one.size_on_disk for one in self.all), NOW - timedelta(minutes=4))

    def movies(self, wanted: MovieFilter, limit: int, cursor: str | None) -> Page[MovieCard]:
        if cursor and not cursor.isdecimal():
            raise ValueError("cursor is not one that this list gave")
        found = [one for one in self.all if wanted.search.lower() in one.title.lower()]
        if wanted.show == "missing":
            found = [one for one in found if not one.has_file]
        start = int(cursor or 0)
        following = str(start + limit) if start + limit < len(found) else None
        return Page(found[start : start + limit], len(found), following)

    def cards(self, ids: list[int]) -> list[MovieCard]:
        return [one for one in self.all if one.id in ids]

    def movie(self, movie_id: int) -> MovieDetail | None:
        found = next((one for one in self.all if one.id == movie_id), None)
        if found is None:
            return None
        path = f"/movies/{found.title}.mkv" if found.has_file else ""
        radarr = MovieCopyView(
            1, "Radarr", "radarr", True, "5", path, found.size_on_disk, found.has_file, found.monitored, "",
            found.file_added_at, "tmdb", NOW,
        )  # fmt: skip
        plex = replace(radarr, connection_id=2, connection="Plex", kind="plex", manager=False, monitored=None)
        copies = [radarr, plex] if found.available else [radarr]
        state, problems = state_of(found, copies), problems_of(copies)
        return MovieDetail(found, "A linguist learns.", ["Drama"], ["keep"], path, "/movies", state, problems, copies)

    def plays(self, movie_id: int, *, names: bool, limit: int) -> MovieWatching | None:
        found = next((one for one in self.all if one.id == movie_id), None)
        if found is None:
            return None
        if not found.plays:
            return MovieWatching(movie_id, Watching(), None)
        at = NOW - timedelta(days=3)
        play = EpisodePlay(2, at - timedelta(hours=2), at, 6900, 99, True, "Anna" if names else None)
        sums = Watching(2, 1, 1, 2, 6900, at, at)
        return MovieWatching(movie_id, sums, NOW, [play][:limit], ["Anna", "Ben"] if names else None)
