"""Shows that Sonarr lists, beside those of metadata services: which is which, and which episode is which. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from episodarr.histories.import_model import LIBRARY
from episodarr.histories.metadata import KnownEpisode, KnownSeason, KnownShow, ShowRef
from episodarr.histories.names import clean, clean_episode, name_of

_NEAR = timedelta(days=1)
"""Services tell the air dates of different time zones."""


class LibraryTitle(msgspec.Struct, frozen=True, gc=False):
    """A show that a Sonarr lists, as far as it tells which one is meant."""

    series_id: int
    title: str
    others: tuple[str, ...] = ()
    year: int = 0
    status: str = ""
    """`running`, `ended`, or empty."""
    tvdb_id: int = 0
    tmdb_id: int = 0
    tvmaze_id: int = 0
    imdb_id: str = ""

    @property
    def ref(self) -> ShowRef:
        """How it is named among the shows of all sources."""
        return ShowRef(LIBRARY, self.series_id)


class LibraryEpisode(msgspec.Struct, frozen=True, gc=False):
    """An episode of it. `id`: Episodarr's own."""

    id: int
    season: int
    number: int
    title: str = ""
    aired_on: date | None = None


class LibraryShow(msgspec.Struct, frozen=True):
    """A show with its episodes."""

    about: LibraryTitle
    episodes: tuple[LibraryEpisode, ...] = ()

    def known(self) -> KnownShow:
        """The same as a metadata service would tell it."""
        about = self.about
        counts: dict[int, int] = {}
        for one in self.episodes:
            counts[one.season] = counts.get(one.season, 0) + 1
        return KnownShow(
            about.ref,
            about.title,
            other_titles=about.others,
            year=about.year,
            status=about.status,
            tvdb_id=about.tvdb_id,
            imdb_id=about.imdb_id,
            tmdb_id=about.tmdb_id,
            seasons=tuple(KnownSeason(number, "", count) for number, count in sorted(counts.items())),
            episodes=tuple(
                KnownEpisode(one.season, one.number, (one.title,) if one.title else (), one.aired_on, one.id)
                for one in self.episodes
            ),
        )


class LibraryIndex:
    """All shows that are listed, found by ids and by names."""

    def __init__(self, titles: Iterable[LibraryTitle]) -> None:
        self._by_id: dict[tuple[str, int | str], LibraryTitle] = {}
        self._by_name: dict[str, list[LibraryTitle]] = {}
        for one in titles:
            for kind, number in (("tvdb", one.tvdb_id), ("tmdb", one.tmdb_id), ("tvmaze", one.tvmaze_id)):
                if number:
                    self._by_id.setdefault((kind, number), one)
            if one.imdb_id:
                self._by_id.setdefault(("imdb", one.imdb_id), one)
            self._by_id[LIBRARY, one.series_id] = one
            names = {clean(name) for name in (one.title, *one.others)}
            for name in names | {name_of(one.title).plain}:
                self._by_name.setdefault(name, []).append(one)

    def of_ids(self, *, tvdb_id: int = 0, tmdb_id: int = 0, imdb_id: str = "") -> LibraryTitle | None:
        """The show that one of these ids names."""
        for key in (("tvdb", tvdb_id), ("tmdb", tmdb_id), ("imdb", imdb_id)):
            if key[1] and (found := self._by_id.get(key)) is not None:
                return found
        return None

    def of_show(self, show: KnownShow) -> LibraryTitle | None:
        """The show that another source tells of; None: no Sonarr lists it."""
        if (found := self._by_id.get((show.ref.source, show.ref.id))) is not None:
            return found
        return self.of_ids(tvdb_id=show.tvdb_id, tmdb_id=show.tmdb_id, imdb_id=show.imdb_id)

    def named(self, names: Iterable[str]) -> list[LibraryTitle]:
        """The shows with one of these names, each once."""
        found: dict[int, LibraryTitle] = {}
        for name in names:
            for key in {clean(name), name_of(name).plain}:
                for one in self._by_name.get(key, ()):
                    found[one.series_id] = one
        return [*found.values()]


def episode_in(show: LibraryShow, wanted: KnownEpisode) -> LibraryEpisode | None:
    """The library's own episode that a service's one is; None: it cannot be told.

    By its numbers, unless title and air date both say otherwise; else by the only one of its air date, or of its title.
    """
    titles = {clean_episode(title) for title in wanted.titles if title}
    same = [one for one in show.episodes if (one.season, one.number) == (wanted.season, wanted.number)]
    if same and _agrees(same[0], wanted, titles):
        return same[0]
    regular = [one for one in show.episodes if (one.season > 0) == (wanted.season > 0)]
    of_the_day = [one for one in regular if wanted.aired_on is not None and one.aired_on == wanted.aired_on]
    if len(of_the_day) == 1:
        return of_the_day[0]
    of_the_title = [one for one in of_the_day or regular if clean_episode(one.title) in titles]
    return of_the_title[0] if len(of_the_title) == 1 else None


def _agrees(one: LibraryEpisode, wanted: KnownEpisode, titles: set[str]) -> bool:
    if clean_episode(one.title) in titles:
        return True
    if one.aired_on is None or wanted.aired_on is None:
        return True
    return abs(one.aired_on - wanted.aired_on) <= _NEAR
