"""Whole titles of which somebody chose the very episode, or said that they are a film or do not count. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from episodarr.histories.import_model import Choice, Outcome, Settled, StoredRow
from episodarr.histories.library_join import LibraryShow
from episodarr.histories.metadata import KnownEpisode, KnownShow, ShowRef
from episodarr.histories.model import HistoryRow
from episodarr.histories.names import clean_episode

_SLACK = timedelta(days=1)
"""Air dates of a service are those of one country."""


class Chosen(msgspec.Struct, frozen=True, gc=False):
    """What counts for a whole title. Its episode is numbered as the library does where it lists the show."""

    choice: Choice
    made_by: str
    show_id: int | None = None
    """Of the known show."""
    season: int | None = None
    number: int | None = None
    episode_id: int | None = None
    """Episodarr's own; None: no Sonarr lists it."""


def whole_title(row: HistoryRow) -> str:
    """All that a row tells of what it is: `Dark: Recap`, or of a table with columns `Dark: S02E05: Secrets`."""
    return joined_title(row.title, row.season, row.number, row.episode_title)


def joined_title(title: str, season: int | None, number: int | None, episode_title: str) -> str:
    """The same of its parts."""
    place = (f"S{season:02}" if season is not None else "") + (f"E{number:02}" if number is not None else "")
    return ": ".join(part for part in (title, place, episode_title) if part)


def settled_by_hand(
    rows: Sequence[StoredRow], chosen: Mapping[str, Chosen]
) -> tuple[list[Settled], Sequence[StoredRow]]:
    """The rows whose whole title somebody settled, by what they said; and the others."""
    if not chosen:
        return [], rows
    settled: list[Settled] = []
    others: list[StoredRow] = []
    for row in rows:
        one = chosen.get(whole_title(row.row))
        if one is None:
            others.append(row)
        else:
            settled.append(_settled(row.id, one))
    return settled, others


def _settled(row_id: int, one: Chosen) -> Settled:
    why = f"{one.made_by} said so"
    if one.choice is Choice.SHOW:
        place = (one.show_id, one.season, one.number, one.episode_id)
        return Settled(row_id, Outcome.MATCHED, "mapping", 1.0, why, *place)
    return Settled(row_id, Outcome.FILM if one.choice is Choice.FILM else Outcome.IGNORED, "mapping", 1.0, why)


# ---------------------------------------------------------------------- what can be chosen


class EpisodeChoice(msgspec.Struct, frozen=True, gc=False):
    """An episode that may be chosen."""

    number: int
    title: str = ""
    aired_on: date | None = None


class SeasonChoice(msgspec.Struct, frozen=True):
    """A season with what has aired of it; 0 holds the specials."""

    number: int
    name: str = ""
    """When it has one of its own, such as `Book One: Water`."""
    episodes: tuple[EpisodeChoice, ...] = ()


class ShowEpisodes(msgspec.Struct, frozen=True):
    """The episodes of a show that somebody may have seen, the specials last."""

    show: ShowRef
    title: str
    year: int = 0
    countries: tuple[str, ...] = ()
    seasons: tuple[SeasonChoice, ...] = ()

    def has(self, season: int, number: int) -> bool:
        """Whether there is such an episode."""
        return any(one.number == number for of in self.seasons if of.number == season for one in of.episodes)

    @property
    def count(self) -> int:
        """Of all seasons."""
        return sum(len(one.episodes) for one in self.seasons)


def episodes_of(ref: ShowRef, known: KnownShow, listed: LibraryShow | None, today: date) -> ShowEpisodes:
    """What can be chosen of a show: as the library lists it, or else as its service knows it."""
    listing = listed.known() if listed is not None and listed.episodes else known
    names = {one.number: one.name for one in known.seasons}
    numbers = sorted({one.season for one in listing.episodes}, key=lambda number: (number == 0, number))
    seasons = (SeasonChoice(one, _own_name(one, names), _aired(listing.episodes, one, today)) for one in numbers)
    kept = tuple(one for one in seasons if one.episodes)
    return ShowEpisodes(ref, known.title, known.year, known.countries, kept)


def likeliest(title: str, show: ShowEpisodes) -> tuple[int, int] | None:
    """Season and number of the one episode whose title ends a whole title; None: none does, or several."""
    parts = title.split(": ")
    tails = {clean_episode(": ".join(parts[place:])) for place in range(1, len(parts))} - {""}
    found = [
        (season.number, one.number)
        for season in show.seasons
        for one in season.episodes
        if one.title and clean_episode(one.title) in tails
    ]
    return found[0] if len(found) == 1 else None


def _own_name(number: int, names: Mapping[int, str]) -> str:
    name = names.get(number, "")
    return "" if name.casefold() in {f"season {number}", "specials"} else name


def _aired(episodes: Iterable[KnownEpisode], season: int, today: date) -> tuple[EpisodeChoice, ...]:
    of = (one for one in episodes if one.season == season and (one.aired_on is None or one.aired_on <= today + _SLACK))
    return tuple(
        EpisodeChoice(one.number, next(iter(one.titles), ""), one.aired_on)
        for one in sorted(of, key=lambda one: one.number)
    )
