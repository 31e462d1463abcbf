"""Which episodes a played item is: pure.

By the ids of other systems where they are told, else by the exact title of the series; among series of one title, by
the day that the episode aired, else by the year.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from episodarr.watching.model import SeriesIds

_YEAR_AT_END = re.compile(r"\s*\((?:19|20)\d\d\)\s*$", re.ASCII)
_SMALL_WORDS = re.compile(r"\b(?:the|a|an)\b")
_BETWEEN_WORDS = re.compile(r"[^0-9a-z]+")
_FAR = 400
"""Days between two air dates that cannot be those of one episode."""


class Shown(msgspec.Struct, frozen=True, gc=False):
    """A series that Sonarr lists, as far as it tells which one is meant."""

    id: int
    titles: tuple[str, ...]
    year: int = 0
    tvdb_id: int = 0
    tmdb_id: int = 0


class Known(msgspec.Struct, frozen=True, gc=False):
    """An episode of such a series."""

    id: int
    tvdb_id: int = 0
    aired_on: str = ""


class Wanted(msgspec.Struct, frozen=True, gc=False):
    """A played item."""

    series_title: str
    season: int
    number: int
    year: int = 0
    aired_on: str = ""
    tvdb_id: int = 0
    series_tvdb_id: int = 0
    series_tmdb_id: int = 0


Places = Mapping[tuple[int, int, int], Known]
"""Episodes by series, season and number."""


def spelled(title: str) -> str:
    """One spelling of a title: case, accents, punctuation, articles and a year at its end do not count."""
    plain = _YEAR_AT_END.sub("", title).casefold()
    if plain.isascii():  # nearly all are: the same, in a tenth of the time
        words = _BETWEEN_WORDS.sub(" ", plain.replace("&", " and ").replace("'", ""))
    else:
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(one for one in plain if not unicodedata.combining(one)).replace("&", " and ")
        words = "".join(one if one.isalnum() else " " for one in plain.replace("'", "").replace("\u2019", ""))
    return " ".join(_SMALL_WORDS.sub(" ", words).split()) or title.strip().casefold()


class Shelf:
    """The listed series by their ids and titles."""

    def __init__(self, shown: Iterable[Shown]) -> None:
        self._of: dict[int, Shown] = {}
        self._by_tvdb: dict[int, list[int]] = {}
        self._by_tmdb: dict[int, list[int]] = {}
        self._by_title: dict[str, list[int]] = {}
        for one in shown:
            self._of[one.id] = one
            for shelf, number in ((self._by_tvdb, one.tvdb_id), (self._by_tmdb, one.tmdb_id)):
                if number:
                    shelf.setdefault(number, []).append(one.id)
            for title in {spelled(title) for title in one.titles}:
                self._by_title.setdefault(title, []).append(one.id)

    def candidates(self, wanted: Wanted, ids: SeriesIds | None) -> tuple[list[int], bool]:
        """The series that may be meant, and whether it is certain that it is one of them."""
        told = ids or SeriesIds()
        for shelf, numbers in (
            (self._by_tvdb, (wanted.series_tvdb_id, told.tvdb_id)),
            (self._by_tmdb, (wanted.series_tmdb_id, told.tmdb_id)),
        ):
            for number in numbers:
                if number and number in shelf:
                    return shelf[number], True
        if wanted.series_tvdb_id or told.tvdb_id:
            # It is another series than the listed ones, however it is called; those without an id may still be meant.
            named = self._by_title.get(spelled(wanted.series_title), [])
            return [one for one in named if not self._of[one].tvdb_id], False
        named = self._by_title.get(spelled(wanted.series_title), [])
        if told.year:
            of_the_year = [one for one in named if self._of[one].year == told.year]
            named = of_the_year or [one for one in named if not self._of[one].year]
        return named, False

    def choose(self, wanted: Wanted, candidates: Sequence[int], places: Places, *, certain: bool) -> list[int]:
        """The episodes that are meant: one in each Sonarr that holds the series; none when it cannot be told."""
        found = [
            (series, known)
            for series in candidates
            if (known := places.get((series, wanted.season, wanted.number))) is not None
        ]
        exact = [known.id for _, known in found if wanted.tvdb_id and known.tvdb_id == wanted.tvdb_id]
        if exact or certain:
            return exact or [known.id for _, known in found]
        found = [one for one in found if not _apart(wanted.aired_on, one[1].aired_on)]
        if len(found) < 2:
            return [known.id for _, known in found]
        if len({self._title_of(series) for series, _ in found}) > 1:
            of_the_day = [one for one in found if wanted.aired_on and one[1].aired_on == wanted.aired_on]
            found = of_the_day or self._begun(found, wanted.year)
        if len({self._title_of(series) for series, _ in found}) > 1:
            return []
        return [known.id for _, known in found]

    def _title_of(self, series: int) -> tuple[object, ...]:
        """What tells series apart: the same one may be listed by several Sonarrs."""
        shown = self._of[series]
        return ("tvdb", shown.tvdb_id) if shown.tvdb_id else (spelled(shown.titles[0]), shown.year)

    def _begun(self, found: list[tuple[int, Known]], year: int) -> list[tuple[int, Known]]:
        """Those of the series that began last when the item came out."""
        begun = [one for one in found if 0 < self._of[one[0]].year <= year]
        latest = max((self._of[series].year for series, _ in begun), default=0)
        return [one for one in begun if self._of[one[0]].year == latest]


def _apart(one: str, other: str) -> bool:
    """Whether two air dates are too far from each other to be of one episode; unknown ones are not."""
    try:
        return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) > _FAR
    except ValueError:
        return False
