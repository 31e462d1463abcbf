"""Which episode of which known show a row means; what is ambiguous stays so. Pure.

Each hypothesis about the title is tried on each show. A title that is the same weighs more than a number, for
services number differently: “Star Trek: Discovery: Season 1: Brother” is episode 1 of season 2, with a lower
confidence and a sentence that says so. Titles that many episodes have (“Pilot”, “Episode 1”) never cross seasons.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec

from episodarr.histories.metadata import KnownEpisode, KnownShow, ShowRef
from episodarr.histories.model import HistoryRow, RowKind
from episodarr.histories.names import clean_episode
from episodarr.histories.shelf import Named, Shelf, Way, aired, shelf_of
from episodarr.histories.titles import Hypothesis, Shape, behind_mark, hypotheses

_SLACK = timedelta(days=1)
_EARLY = timedelta(days=7)
"""Air dates of a service are those of one country."""
_MARGIN = 0.06
"""Two readings whose confidence differs by less are both possible."""
_COMMON_WORDS = (
    "pilot|pilote|piloto|pilotti|finale|series finale|season finale|the end|the beginning|special|christmas special"
    "|home|homecoming|halloween|thanksgiving|christmas|reunion|part 1|part 2|part 3"
)
_COMMON = frozenset(map(clean_episode, _COMMON_WORDS.split("|")))
"""Titles that say nothing about the season."""
_SHAPE_TRUST = {Shape.COMPANY: 0.97, Shape.LAYERS: 0.97, Shape.PAIR: 0.92, Shape.ALONE: 0.9}


class Match(msgspec.Struct, frozen=True, gc=False):
    """The episode that a row means, numbered as its metadata service numbers it."""

    show: ShowRef
    title: str
    """Of the show."""
    season: int
    number: int
    way: Way
    confidence: float
    """0 to 1; below 0.7 somebody should look."""
    why: str


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """What a row may mean."""

    show: ShowRef
    title: str
    season: int | None
    """None: the show may be meant, but the episode was not found in it."""
    number: int | None
    why: str


class Ambiguous(msgspec.Struct, frozen=True, gc=False):
    """Several are possible: somebody has to choose."""

    candidates: tuple[Candidate, ...]
    why: str


class Unmatched(msgspec.Struct, frozen=True, gc=False):
    """An episode, but of what is known none."""

    why: str
    show: ShowRef | None = None
    """The show, when at least that is certain."""


class Film(msgspec.Struct, frozen=True, gc=False):
    """No episode, as far as anyone can tell."""

    why: str


Result = Match | Ambiguous | Unmatched | Film


class _Fit(NamedTuple):
    shelf: Shelf
    season: int
    number: int
    episode: KnownEpisode | None
    way: Way
    trust: float
    why: str


def hypotheses_of(row: HistoryRow, company: frozenset[str] = frozenset()) -> tuple[Hypothesis, ...]:
    """What a row may mean: what its columns say, or else every way to take its title apart."""
    if row.season is None and row.number is None and not row.episode_title:
        return hypotheses(row.title, company)
    words = "" if row.season is None else f"season {row.season}"
    return (
        Hypothesis(
            row.title, words, row.season, row.episode_title, row.number, Shape.SEASON, generic=not row.episode_title
        ),
    )


def match(row: HistoryRow, made: Sequence[Hypothesis], shows: Sequence[KnownShow], today: date) -> Result:
    """The episode of one of the shows that a row means; nothing is an episode that airs after `today`."""
    if row.kind is RowKind.FILM:
        return Film("the file says that it is a film")
    if not any(one.episode_words or one.episode_number is not None for one in made):
        return _nameless(row, made)
    told = made[0].shape <= Shape.LAYERS or row.kind is RowKind.EPISODE
    shelves = [shelf_of(show) for show in shows]
    has_ids = row.tmdb_id or row.tvdb_id or row.imdb_id
    by_id = [shelf for shelf in shelves if _has_id(shelf.show, row)] if has_ids else []
    fits: list[_Fit] = []
    best_named: list[Shelf] = []
    reasons: list[str] = []
    for one in made:
        named = [(shelf, Named(Way.IDS, 1.0)) for shelf in by_id] or [
            (shelf, fit) for shelf in shelves if (fit := _named(shelf, one, row)) is not None
        ]
        best_named = best_named or [shelf for shelf, _ in named]
        for shelf, fit in named:
            found = _find(shelf, one, today)
            if isinstance(found, str):
                reasons.append(found)
            else:
                fits.extend(_weighed(each, fit, one) for each in found)
    if fits:
        return _choose(fits, row)
    if not told:
        return Film("it names neither a season nor an episode, and no known show has such an episode")
    return _none_found(best_named, reasons, made[0])


def _nameless(row: HistoryRow, made: Sequence[Hypothesis]) -> Result:
    if row.kind is RowKind.EPISODE or made[0].shape < Shape.ALONE:
        return Unmatched("the file leaves out which season and which episode it is")
    return Film("its title is one name, without a season or an episode")


def _has_id(show: KnownShow, row: HistoryRow) -> bool:
    return any(wanted == known for wanted, known in _ids(show, row))


def _ids(show: KnownShow, row: HistoryRow) -> list[tuple[int | str, int | str]]:
    """Ids of one service that both the row and the show have."""
    tmdb_id = show.ref.id if show.ref.source == "tmdb" else show.tmdb_id
    pairs = ((row.tmdb_id, tmdb_id), (row.tvdb_id, show.tvdb_id), (row.imdb_id, show.imdb_id))
    return [(wanted, known) for wanted, known in pairs if wanted and known]


def _named(shelf: Shelf, one: Hypothesis, row: HistoryRow) -> Named | None:
    if (row.year and shelf.show.year and abs(row.year - shelf.show.year) > 1) or _ids(shelf.show, row):
        return None  # another show of the same name: were its ids those of the row, they would have decided
    return shelf.named(one.show)


def _weighed(fit: _Fit, named: Named, one: Hypothesis) -> _Fit:
    """A fit with the trust in its show, its hypothesis and itself together, and with the weakest way of them."""
    way = fit.way
    if named.way is Way.IDS:
        way = Way.IDS
    elif way is Way.EXACT or (named.way is Way.FUZZY and way is Way.NUMBERS):
        way = named.way
    trust = fit.trust * named.certainty * _SHAPE_TRUST.get(one.shape, 1.0) * (0.95 if one.shortened else 1.0)
    return fit._replace(way=way, trust=trust)


def _find(shelf: Shelf, one: Hypothesis, today: date) -> list[_Fit] | str:
    """The episodes of a show that a hypothesis can mean; or why there is none."""
    season = _season(shelf, one)
    if one.episode_words and not one.generic and (by_title := _by_title(shelf, one, season, today)):
        return by_title
    by_number = _by_number(shelf, one, season, today)
    return by_number if by_number is not None else _missing(shelf, one, season)


def _season(shelf: Shelf, one: Hypothesis) -> int | None:
    """The season that is meant; None: none is told, or the show has none of that name."""
    if not one.season_words:
        return None
    number = shelf.season_named(one.season_words, exactly=one.season_number is not None)
    if number is None and not (one.loose and one.season_number not in shelf.regular):
        number = one.season_number
    return number


def _by_title(shelf: Shelf, one: Hypothesis, season: int | None, today: date) -> list[_Fit]:
    told = bool(one.season_words)
    for words, trust in _wordings(one.episode_words):
        found = [each for each in shelf.titled(words) if aired(each, today + _SLACK)]
        inside = [each for each in found if each.season == season] if season is not None else []
        if not inside and season is None:
            inside = [each for each in found if each.season > 0] or found
        if inside:
            return _same_title(shelf, one, inside, trust * (1.0 if season is not None or not told else 0.85))
        if found and clean_episode(words) not in _COMMON and not one.shortened:
            crossing = 0.75 if one.loose else 0.6
            why = f"the title is that of season {{0}}, not of {one.season_words}"
            return [_fit(shelf, each, Way.EXACT, crossing, why.format(each.season)) for each in found]
    halves = one.episode_words.split(" / ") if " / " in one.episode_words else []
    pieces = {
        (each.season, each.number): each
        for half in halves
        for each in shelf.titled(half)
        if (season is None or each.season == season) and aired(each, today + _SLACK)
    }
    if pieces:
        return [_fit(shelf, each, Way.EXACT, 0.85, "half of the title is the same") for each in pieces.values()]
    near = shelf.alike(one.episode_words, shelf.regular if season is None else [season])
    if near is None or not aired(near, today + _SLACK):
        return []
    return [
        _fit(shelf, near, Way.FUZZY, 0.85 if season is not None else 0.78, f"the title is nearly “{near.titles[0]}”")
    ]


@lru_cache(maxsize=4096)
def _wordings(words: str) -> list[tuple[str, float]]:
    """The title as it stands, and without a count in front."""
    rest = behind_mark(words)
    return [(words, 1.0), (rest, 0.98)] if rest else [(words, 1.0)]


def _same_title(shelf: Shelf, one: Hypothesis, found: list[KnownEpisode], trust: float) -> list[_Fit]:
    if len(found) > 1 and (numbered := [each for each in found if each.number == one.episode_number]):
        found = numbered
    why = "the title is the same"
    if one.episode_number is not None and found[0].number != one.episode_number:
        trust, why = trust * 0.88, f"the title is the same; the file says episode {one.episode_number}"
    return [_fit(shelf, each, Way.EXACT, trust, why) for each in found]


def _by_number(shelf: Shelf, one: Hypothesis, season: int | None, today: date) -> list[_Fit] | None:
    if one.episode_number is None or one.shape is Shape.PAIR:  # “John Wick: Chapter 2”
        return None
    if one.shortened and shelf.season_named(one.season_words, exactly=True) is None:
        return None  # “Star Trek: Discovery: Season 1: Episode 3” is none of Star Trek
    if season is None:
        if one.season_words or len(shelf.regular) != 1:
            return None
        season = shelf.regular[0]
    trust = 0.95 if one.generic else 0.78
    why = "by its number" if one.generic else "by its number; the title is not among those that are known"
    episode = shelf.numbered.get(season, {}).get(one.episode_number)
    if episode is None:
        known = shelf.seasons.get(season)
        if season in shelf.numbered or known is None or known.episode_count < one.episode_number:
            return None
        return [_Fit(shelf, season, one.episode_number, None, Way.NUMBERS, trust * 0.95, f"{why}, unread")]
    if not aired(episode, today + _SLACK):
        return None
    return [_fit(shelf, episode, Way.NUMBERS, trust, why)]


def _missing(shelf: Shelf, one: Hypothesis, season: int | None) -> str:
    """Why a show has no such episode."""
    title = shelf.show.title
    wanted = f"“{one.episode_words}”" if one.episode_words else f"{one.episode_number}"
    if season is None:
        if one.season_words:
            return f"“{title}” has no season “{one.season_words}” and no episode {wanted}"
        return f"“{title}” has no episode {wanted}" + ("" if shelf.show.complete else " in the seasons that were read")
    if season not in shelf.numbered:
        if season in shelf.seasons:
            return f"season {season} of “{title}” has not been read"
        return f"“{title}” has no season {season}"
    return f"season {season} of “{title}” has no episode {wanted} among its {len(shelf.numbered[season])}"


def _fit(shelf: Shelf, episode: KnownEpisode, way: Way, trust: float, why: str) -> _Fit:
    return _Fit(shelf, episode.season, episode.number, episode, way, trust, why)


def _choose(fits: list[_Fit], row: HistoryRow) -> Result:
    """The best fit, unless others are as good."""
    fits = sorted(fits, key=lambda fit: -fit.trust)
    best = [fits[0]]
    for fit in fits[1:]:
        if fits[0].trust - fit.trust < _MARGIN and not any(_same(fit, other) for other in best):
            best.append(fit)
    if len(best) > 1:
        seen = [fit for fit in best if fit.episode is None or aired(fit.episode, row.watched_on + _EARLY)]
        best = seen if len(seen) == 1 else best
    if len(best) == 1:
        fit = best[0]
        return Match(
            fit.shelf.show.ref, fit.shelf.show.title, fit.season, fit.number, fit.way, round(fit.trust, 3), fit.why
        )
    candidates = tuple(
        Candidate(fit.shelf.show.ref, fit.shelf.show.title, fit.season, fit.number, fit.why) for fit in best
    )
    return Ambiguous(candidates, f"{len(best)} episodes fit equally well")


def _same(one: _Fit, other: _Fit) -> bool:
    return one.shelf.is_same(other.shelf) and (
        one.shelf.show.ref != other.shelf.show.ref or (one.season, one.number) == (other.season, other.number)
    )


def _none_found(named: list[Shelf], reasons: list[str], likeliest: Hypothesis) -> Result:
    if not named:
        return Unmatched(f"no known show is called “{likeliest.show}”")
    different: list[Shelf] = []
    for shelf in named:
        if not any(shelf.is_same(other) for other in different):
            different.append(shelf)
    if len(different) == 1:
        return Unmatched(reasons[0], different[0].show.ref)
    candidates = tuple(
        Candidate(shelf.show.ref, shelf.show.title, None, None, _about(shelf.show)) for shelf in different
    )
    return Ambiguous(candidates, f"{len(different)} shows have this name, and none is known to have such an episode")


def _about(show: KnownShow) -> str:
    return ", ".join([str(show.year)] * bool(show.year) + [*show.countries]) or "nothing else is known of it"
