"""Which episodes a release means, when its name and the library are all that is known. Pure.

The library's numbers decide between the interpretations of a name. What stays open is answered with no episodes and a
reason, never with a guess.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum

import msgspec

from episodarr.downloads.attribute import Confidence, CoveredEpisode
from episodarr.downloads.release_name import Interpretation, Kind, parse_set
from episodarr.episode.identity import EpisodeId, SeriesId

_YEAR_AT_END = re.compile(r"[ (]*(?P<year>(?:19|20)\d\d)\)?$", re.ASCII)
_ARTICLE = re.compile(r"\b(?:the|and)\b|[^\w]|_")
_APOSTROPHES = re.compile("['`´’]")


class SeriesType(StrEnum):
    """How a series' episodes are numbered in releases, as Sonarr calls it."""

    STANDARD = "standard"
    DAILY = "daily"
    ANIME = "anime"


class Alias(msgspec.Struct, frozen=True):
    """Another title of a series; `season` when it names one season, as `Title 2` does."""

    title: str
    season: int | None = None


class Candidate(msgspec.Struct, frozen=True):
    """A series that a release could be of."""

    series_id: SeriesId
    title: str
    year: int | None = None
    type: SeriesType = SeriesType.STANDARD
    aliases: tuple[Alias, ...] = ()
    episodes: tuple[CoveredEpisode, ...] = ()


class Resolution(msgspec.Struct, frozen=True):
    """The episodes that a release means, how sure that is, and why; no episodes when it stays open."""

    episodes: tuple[EpisodeId, ...]
    confidence: Confidence
    reason: str
    series_id: SeriesId | None = None


class _Match(msgspec.Struct, frozen=True):
    candidate: Candidate
    season: int | None
    """The season that the matching alias names."""


def resolve(found: Sequence[Interpretation], candidates: Sequence[Candidate]) -> Resolution:
    """Resolve a name by its interpretations, the likeliest first."""
    refused: list[Resolution] = []
    for one in found:
        if one.kind is Kind.UNKNOWN:
            refused.append(_open("the name tells no episode"))
            continue
        matches = _matches(one, candidates)
        if not matches:
            refused.append(_open(f"no series is called “{one.title}”" if one.title else "the name tells no series"))
        elif len(matches) > 1:
            refused.append(_open(f"{len(matches)} series are called “{one.title}”, and no year tells them apart"))
        else:
            resolution = _of_series(one, matches[0])
            if resolution.episodes:
                return resolution
            refused.append(resolution)
    return next((one for one in refused if one.series_id is not None), refused[0] if refused else _open("no name"))


def resolve_set(paths: Sequence[str], candidates: Sequence[Candidate]) -> list[Resolution]:
    """Resolve the files of one download, which are read together; one answer a file, in order."""
    return [resolve(found, candidates) for found in parse_set(paths)]


def normalised(title: str) -> str:
    """A title without what people write differently: case, accents, punctuation, `the`, `and` and `&`."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", title.casefold()))
    plain = "".join(one for one in plain if not unicodedata.combining(one)).replace("_", " ")
    return _ARTICLE.sub("", plain) or re.sub(r"\s", "", plain)


def _open(reason: str, series_id: SeriesId | None = None) -> Resolution:
    return Resolution((), Confidence.NONE, reason, series_id)


def _matches(one: Interpretation, candidates: Sequence[Candidate]) -> list[_Match]:
    """The series that go by the title; with a year in it, those of that year."""
    exact = _titled(normalised(one.title), candidates)
    if len(exact) > 1 and one.year is not None:
        return [match for match in exact if match.candidate.year == one.year]
    if exact or one.year is None:
        return exact
    without = normalised(_YEAR_AT_END.sub("", one.title))
    return [match for match in _titled(without, candidates) if match.candidate.year in {one.year, None}]


def _titled(wanted: str, candidates: Sequence[Candidate]) -> list[_Match]:
    matches = []
    for candidate in candidates if wanted else ():
        names = (Alias(candidate.title), Alias(_YEAR_AT_END.sub("", candidate.title)), *candidate.aliases)
        name = next((name for name in names if normalised(name.title) == wanted), None)
        if name is not None:
            matches.append(_Match(candidate, name.season))
    return matches


def _of_series(one: Interpretation, match: _Match) -> Resolution:
    series = match.candidate
    if one.kind is Kind.SEASON_EXTRA:
        return _open("extras of a season, none of its episodes", series.series_id)
    if one.kind is Kind.PARTIAL_SEASON:
        return _open(f"a part of season {one.season}, and the name does not tell which episodes", series.series_id)
    if one.air_date and not one.episodes:
        return _aired(one.air_date, series)
    if any(not isinstance(number, int) for number in one.absolute) and not one.episodes:
        return _open(f"{one.absolute[0]} lies between two episodes: a recap, which has no number", series.series_id)
    if one.kind in {Kind.SEASON_PACK, Kind.MULTI_SEASON} and not one.episodes:
        return _seasons(one.seasons, series)
    if one.season is not None and one.episodes:
        return _in_season(one.season, one.episodes, series)
    numbers = one.episodes or tuple(int(number) for number in one.absolute)
    if not numbers:
        return _open("a special, and the name does not tell which", series.series_id)
    if one.kind is Kind.SPECIAL:
        return _in_season(0, numbers, series)
    if match.season is not None:
        return _in_season(match.season, numbers, series)
    return _without_season(numbers, series)


def _aired(date: str, series: Candidate) -> Resolution:
    found = [one.id for one in series.episodes if one.air_date == date]
    if len(found) == 1:
        return Resolution(tuple(found), Confidence.SURE, f"the one episode that aired on {date}", series.series_id)
    how_many = "no episode" if not found else f"{len(found)} episodes"
    return _open(f"{how_many} aired on {date}", series.series_id)


def _seasons(seasons: Sequence[int], series: Candidate) -> Resolution:
    """All episodes of seasons; by scene numbers where the series has them."""
    scened = any(one.scene_season is not None for one in series.episodes)
    found = [
        one.id
        for one in series.episodes
        if (one.scene_season if scened and one.scene_season is not None else one.season) in seasons
    ]
    named = f"season {seasons[0]}" if len(seasons) == 1 else f"seasons {seasons[0]} to {seasons[-1]}"
    if not found:
        return _open(f"the series has no {named}", series.series_id)
    return Resolution(tuple(found), Confidence.SURE, f"all episodes of {named}", series.series_id)


def _in_season(season: int, numbers: Sequence[int], series: Candidate) -> Resolution:
    """By season and number. Where scene and season numbers differ, releases follow the scene's."""
    named = f"S{season:02}E{numbers[0]:02}" + (f" to E{numbers[-1]:02}" if len(numbers) > 1 else "")
    scene = _all_of(numbers, ((one.scene_number, one.id) for one in series.episodes if one.scene_season == season))
    plain = _all_of(numbers, ((one.number, one.id) for one in series.episodes if one.season == season))
    if scene and scene != plain:
        confidence = Confidence.LIKELY if plain else Confidence.SURE
        return Resolution(scene, confidence, f"{named}, by the scene's numbers", series.series_id)
    if plain:
        return Resolution(plain, Confidence.SURE, named, series.series_id)
    absolute = _all_of(numbers, _by(series, lambda one: one.absolute)) if series.type is SeriesType.ANIME else ()
    if absolute and season == 1:
        return Resolution(
            absolute, Confidence.LIKELY, f"{named}: season 1 ends before, so it is counted through", series.series_id
        )
    return _open(f"the series has no {named}", series.series_id)


def _without_season(numbers: Sequence[int], series: Candidate) -> Resolution:
    """By absolute number, or by the number in the only season."""
    word = f"number {numbers[0]}" + (f" to {numbers[-1]}" if len(numbers) > 1 else "")
    regular = {one.season for one in series.episodes if one.season > 0}
    if series.type is SeriesType.ANIME:
        scene = _all_of(numbers, _by(series, lambda one: one.scene_absolute))
        absolute = _all_of(numbers, _by(series, lambda one: one.absolute))
        if scene and scene != absolute:
            confidence = Confidence.LIKELY if absolute else Confidence.SURE
            return Resolution(scene, confidence, f"{word}, as the scene's absolute number", series.series_id)
        if absolute:
            return Resolution(absolute, Confidence.SURE, f"{word}, as absolute number", series.series_id)
    if len(regular) == 1:
        only = next(iter(regular))
        found = _all_of(numbers, ((one.number, one.id) for one in series.episodes if one.season == only))
        if found:
            return Resolution(found, Confidence.LIKELY, f"{word}, in the only season", series.series_id)
        return _open(f"the only season has no {word}", series.series_id)
    return _open(f"{word}, and the name does not tell the season", series.series_id)


def _by(series: Candidate, number: Callable[[CoveredEpisode], int | None]) -> Iterable[tuple[int | None, EpisodeId]]:
    return ((number(one), one.id) for one in series.episodes)


def _all_of(numbers: Sequence[int], known: Iterable[tuple[int | None, EpisodeId]]) -> tuple[EpisodeId, ...]:
    """The episodes of all numbers; none when one of them is missing."""
    ids: dict[int | None, list[EpisodeId]] = {}
    for number, episode in known:
        ids.setdefault(number, []).append(episode)
    if not all(number in ids for number in numbers):
        return ()
    return tuple(episode for number in numbers for episode in ids[number])  # split episodes share a number
