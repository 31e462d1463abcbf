"""A known show, arranged so that names, seasons and titles are found in it at once. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from episodarr.histories.metadata import KnownEpisode, KnownShow
from episodarr.histories.names import clean, clean_episode, likeness, name_of
from episodarr.histories.titles import behind_mark

_ALIKE = 90.0
"""Names of shows and seasons that are so alike, of 100, are one with a misprint."""
_ALIKE_TITLES = 86.0
_APART = 5.0
"""The second best title must be that much less alike."""
_REMEMBERED = 512


class Way(StrEnum):
    """How an episode was recognised, by the weakest link."""

    IDS = "ids"
    """The file has a service's id of the show."""
    EXACT = "exact"
    ALTERNATIVE = "alternative"
    """By another name of the show."""
    FUZZY = "fuzzy"
    """By a name or a title that is not quite the same."""
    NUMBERS = "numbers"
    """By the numbers of season and episode alone."""


class Named(NamedTuple):
    """How well a name fits a show."""

    way: Way
    certainty: float
    """0 to 1."""


class Shelf:
    """One show; see `shelf_of`."""

    def __init__(self, show: KnownShow) -> None:
        self.show = show
        named = [name_of(show.title), name_of(show.original_title)]
        self._years = {year for year in (show.year, *(one.year for one in named)) if year}
        self._countries = {*show.countries, *(one.country for one in named if one.country)}
        self._names = {one.plain for one in named if one.plain}
        self._others = {clean(one) for one in show.other_titles} | {clean(show.title)} | {one.other for one in named}
        self._others |= {name_of(one).plain for one in show.other_titles}
        self._others -= self._names | {""}
        self.seasons = {one.number: one for one in show.seasons}
        self.numbered: dict[int, dict[int, KnownEpisode]] = defaultdict(dict)
        self._titled: dict[str, list[KnownEpisode]] = defaultdict(list)
        for one in show.episodes:
            self.numbered[one.season][one.number] = one
            titles = {clean_episode(title) for title in one.titles if title}
            titles |= {clean_episode(rest) for title in one.titles if (rest := behind_mark(title))}
            for title in titles:
                self._titled[title].append(one)
        self.regular = sorted(number for number in {*self.seasons, *self.numbered} if number > 0)
        self._season_names = {clean(one.name): one.number for one in show.seasons if one.name}
        self._asked: dict[str, Named | None] = {}

    def named(self, text: str) -> Named | None:
        """How well a name fits; None: it does not."""
        if text not in self._asked:
            if len(self._asked) >= _REMEMBERED:
                self._asked.clear()
            self._asked[text] = self._fit(text)
        return self._asked[text]

    def _fit(self, text: str) -> Named | None:
        name = name_of(text)
        if (name.year and self._years and all(abs(name.year - year) > 1 for year in self._years)) or (
            name.country and self._countries and name.country not in self._countries
        ):
            return None
        if name.plain in self._names:
            return Named(Way.EXACT, 1.0)
        if self._others & {name.plain, name.other, clean(text)} or name.other in self._names:
            return Named(Way.ALTERNATIVE, 0.97)
        best = max((likeness(name.plain, one, _ALIKE) for one in (*self._names, *self._others)), default=0)
        return Named(Way.FUZZY, best / 100 * 0.9) if best else None

    def season_named(self, words: str, *, exactly: bool) -> int | None:
        """The season of that name, such as `Murder House` or `Book One: Water`."""
        wanted = clean(words)
        if exactly or wanted in self._season_names:
            return self._season_names.get(wanted)
        for name, number in self._season_names.items():
            if name.endswith(f" {wanted}") or likeness(name, wanted, _ALIKE):
                return number
        return None

    def titled(self, title: str) -> list[KnownEpisode]:
        """The episodes of exactly that title."""
        return self._titled.get(clean_episode(title), [])

    def alike(self, title: str, seasons: Iterable[int]) -> KnownEpisode | None:
        """The one episode of these seasons whose title is nearly that; None: none, or two that are as near."""
        wanted, within = clean_episode(title), set(seasons)
        near: dict[tuple[int, int], tuple[float, KnownEpisode]] = {}
        for known, episodes in self._titled.items():
            if score := likeness(wanted, known, _ALIKE_TITLES - _APART):
                for one in episodes:
                    key = (one.season, one.number)
                    if one.season in within and score > near.get(key, (0.0, one))[0]:
                        near[key] = (score, one)
        ranked = sorted(near.values(), key=lambda item: -item[0])
        if not ranked or ranked[0][0] < _ALIKE_TITLES or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _APART):
            return None
        return ranked[0][1]

    def is_same(self, other: "Shelf") -> bool:
        """Whether both are one show, as two services know it."""
        one, two = self.show, other.show
        return one.ref == two.ref or any(
            mine and mine == theirs
            for mine, theirs in ((one.tvdb_id, two.tvdb_id), (_tmdb_id(one), _tmdb_id(two)), (one.imdb_id, two.imdb_id))
        )


def _tmdb_id(show: KnownShow) -> int:
    return show.ref.id if show.ref.source == "tmdb" else show.tmdb_id


class _Same:
    """A show as a key: by its identity, for to compare thousands of episodes takes longer than to arrange them."""

    __slots__ = ("show",)

    def __init__(self, show: KnownShow) -> None:
        self.show = show

    def __hash__(self) -> int:
        return id(self.show)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.show is other.show


def shelf_of(show: KnownShow) -> Shelf:
    """The show, arranged; the last ones are remembered."""
    return _arranged(_Same(show))


@lru_cache(maxsize=512)
def _arranged(same: _Same) -> Shelf:
    return Shelf(same.show)


def aired(episode: KnownEpisode, day: date) -> bool:
    """Whether it may have been seen on a day: it had aired, or nobody knows when it did."""
    return episode.aired_on is None or episode.aired_on <= day
