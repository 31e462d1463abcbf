"""What TMDB's API v3 sends, and what it means. Missing translations come as empty texts, unknown days as null or ""."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from episodarr.histories.metadata import FoundShow, KnownEpisode, KnownSeason, KnownShow, ShowRef
from episodarr.histories.seasons_read import is_complete
from episodarr.integrations._untrusted import count, day, is_id, text, whole_number

SOURCE = "tmdb"
_STATUS = {
    "Returning Series": "running",
    "In Production": "running",
    "Ended": "ended",
    "Canceled": "ended",
}


class _Wire(msgspec.Struct, gc=False):
    pass


class Found(_Wire):
    """A show in a list."""

    id: int
    name: str | None = None
    original_name: str | None = None
    first_air_date: Any = None
    origin_country: list[str] | None = None
    original_language: str | None = None
    overview: str | None = None
    poster_path: str | None = None


class Page(_Wire):
    """One page of a search."""

    results: list[Found]


class FoundById(_Wire):
    """The answer of /find."""

    tv_results: list[Found]


class _SeasonCard(_Wire):
    season_number: int
    name: str | None = None
    episode_count: Any = None


class _ExternalIds(_Wire):
    imdb_id: str | None = None
    tvdb_id: Any = None


class _Title(_Wire):
    title: str | None = None


class _Titles(_Wire):
    results: list[_Title] = []


class Details(Found):
    """A show."""

    status: str | None = None
    seasons: list[_SeasonCard] = []
    external_ids: _ExternalIds | None = None
    alternative_titles: _Titles | None = None


class _Episode(_Wire):
    id: Any = None
    episode_number: Any = None
    name: str | None = None
    air_date: Any = None


class Season(_Wire):
    """A season with its episodes; None: the list was left out."""

    name: str | None = None
    episodes: list[_Episode] | None = None


PAGE = msgspec.json.Decoder(Page)
FOUND_BY_ID = msgspec.json.Decoder(FoundById)
DETAILS = msgspec.json.Decoder(Details)
PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
SEASON = msgspec.json.Decoder(Season)


def found_show(told: Found) -> FoundShow | None:
    """A show of a list; None when it has no usable id or name."""
    title = text(told.name) or text(told.original_name)
    if not is_id(told.id) or not title:
        return None
    return FoundShow(
        ref=ShowRef(SOURCE, told.id),
        title=title,
        original_title=text(told.original_name),
        year=_year(told.first_air_date),
        countries=tuple(told.origin_country or ()),
        language=text(told.original_language),
        overview=text(told.overview),
        poster=text(told.poster_path),
    )


def known_show(told: Details, lists: Sequence[Mapping[int, Season]], asked: Iterable[int]) -> KnownShow:
    """A show with the episodes of those seasons that were `asked` for; `lists`: of each language, the wanted first."""
    first = lists[0] if lists else {}
    seasons = tuple(
        KnownSeason(one.season_number, text(one.name), whole_number(one.episode_count))
        for one in sorted(told.seasons, key=lambda one: one.season_number)
        if one.season_number >= 0
    )
    numbers = {one.number for one in seasons}
    # What was asked for and is neither listed nor among the seasons certainly is not there.
    read = tuple(
        sorted(
            number
            for number in {*asked}
            if (number not in first and number not in numbers)
            or (number in first and first[number].episodes is not None)
        )
    )
    ids = told.external_ids or _ExternalIds()
    others = (text(one.title) for one in (told.alternative_titles or _Titles()).results)
    title = text(told.name) or text(told.original_name)
    return KnownShow(
        ref=ShowRef(SOURCE, told.id),
        title=title,
        original_title=text(told.original_name),
        other_titles=tuple(dict.fromkeys(one for one in others if one and one != title)),
        year=_year(told.first_air_date),
        countries=tuple(told.origin_country or ()),
        status=_STATUS.get(text(told.status), ""),
        tvdb_id=whole_number(ids.tvdb_id),
        imdb_id=text(ids.imdb_id),
        tmdb_id=told.id,
        seasons=seasons,
        episodes=tuple(one for number in sorted(first) for one in _episodes(number, lists)),
        complete=is_complete(seasons, read),
        poster=text(told.poster_path),
        read_seasons=read,
    )


def _episodes(season: int, lists: Sequence[Mapping[int, Season]]) -> list[KnownEpisode]:
    """The episodes of a season in their order, each with its titles in every language."""
    titles: dict[int, list[str]] = {}
    for one in lists:
        told = one.get(season)
        for episode in (told.episodes if told is not None else None) or ():
            titles.setdefault(count(episode.episode_number), []).append(text(episode.name))
    return [
        KnownEpisode(
            season=season,
            number=whole_number(one.episode_number),
            titles=tuple(dict.fromkeys(filter(None, titles[count(one.episode_number)]))),
            aired_on=day(one.air_date),
            id=whole_number(one.id),
        )
        for one in lists[0][season].episodes or ()
    ]


def _year(first_air_date: object) -> int:
    first = day(first_air_date)
    return first.year if first is not None else 0
