"""What one user has seen: imported histories and the plays of media servers together. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from episodarr.histories.totals import Counted, ShowTotals, told

Place = tuple[int, int]
"""Season and number."""


class Shown(msgspec.Struct, frozen=True):
    """A known show."""

    id: int
    title: str
    year: int
    has: Counted
    source: str
    """Who counts; empty: nobody but a Sonarr."""
    updated_at: datetime | None
    series_id: int | None
    last_on: date | None


class Listing(msgspec.Struct, frozen=True):
    """A show as Sonarr lists it."""

    title: str
    year: int
    has: Counted
    read_at: datetime | None
    """When its episodes were; None: they were not yet."""


@dataclass(frozen=True, slots=True)
class SeenEpisode:
    """An episode that somebody saw, once or more often."""

    season: int
    number: int
    days: list[date]
    """Each once, the first one first; of a server that tells no days of earlier plays only the last."""
    told_by: list[str]
    """`history`, `server`, or both."""


@dataclass(frozen=True, slots=True)
class ShowSeen:
    """A show as far as one user has seen it."""

    title: str
    year: int
    totals: ShowTotals
    last_on: date | None
    show_id: int | None = None
    """Of the known shows; None: only a server told of it."""
    series_id: int | None = None
    """None: no Sonarr lists it."""
    next_season: int | None = None
    """What to go on with: the first unseen aired episode behind the one that was seen last; None: nothing."""
    next_number: int | None = None
    episodes: list[SeenEpisode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many different episodes of a show of the library somebody saw."""

    episodes: int
    specials: int
    total_specials: int | None
    """That the library lists; None: not known."""


@dataclass(frozen=True, slots=True)
class UserSums:
    """How much a user has imported; for administrators, without titles."""

    user: str
    imports: int
    episodes: int
    """Days of episodes."""
    films: int


def together(history: Iterable[tuple[int, int, date]], plays: Iterable[tuple[int, int, date]]) -> list[SeenEpisode]:
    """Both as one, by season and number: what both tell of one day is one view."""
    days: dict[Place, dict[date, None]] = {}
    by: dict[Place, dict[str, None]] = {}
    for name, views in (("history", history), ("server", plays)):
        for season, number, day in views:
            days.setdefault((season, number), {})[day] = None
            by.setdefault((season, number), {})[name] = None
    return [
        SeenEpisode(season, number, sorted(days[season, number]), [*by[season, number]])
        for season, number in sorted(days)
    ]


def goes_on_with(order: Sequence[Place], seen: Iterable[SeenEpisode]) -> Place | None:
    """The first episode behind the one seen last that was not seen; None: there is none, or nothing was seen.

    `order`: what has aired, sorted. Specials follow nothing and are followed by nothing.
    """
    regular = {(one.season, one.number): one.days[-1] for one in seen if one.season > 0}
    if not regular:
        return None
    _, latest = max((day, place) for place, day in regular.items())
    return next((place for place in order[bisect_right(order, latest) :] if place not in regular), None)


def totals_of(listing: Listing | None, known: Shown | None, regular: int, specials: int) -> ShowTotals:
    """A show in numbers. Sonarr's own listing goes before a service's: the show is joined with it, number by number."""
    if known is not None and known.source and (listing is None or listing.has.episodes is None):
        return told(known.has, regular, specials, known.source, known.updated_at)
    if listing is None:
        return told(Counted(), regular, specials, "", None)
    return told(listing.has, regular, specials, "sonarr" if listing.read_at is not None else "", listing.read_at)


def seen_shows(
    wanted: Iterable[tuple[Shown | None, int]],
    history: Iterable[tuple[int, int | None, int, int, date]],
    plays: Iterable[tuple[int, int, int, date]],
    listings: Mapping[int, Listing],
    orders: Mapping[int, Sequence[Place]],
) -> list[ShowSeen]:
    """Known shows, each with the show of the library that it is (0: none), as far as somebody has seen them.

    For `history`, `plays` and the rest see PersonalStore. Of known shows that are one in the library all days count.
    """
    by_show: dict[int, list[tuple[int, int, date]]] = {}
    by_series: dict[int, list[tuple[int, int, date]]] = {}
    of_servers: dict[int, list[tuple[int, int, date]]] = {}
    for show_id, listed_as, season, number, day in history:
        by_show.setdefault(show_id, []).append((season, number, day))
        by_series.setdefault(listed_as or 0, []).append((season, number, day))
    for played, season, number, day in plays:
        of_servers.setdefault(played, []).append((season, number, day))
    found = []
    for shown, series_id in wanted:
        days = by_series.get(series_id, []) if series_id else by_show.get(shown.id if shown is not None else 0, [])
        episodes = together(days, of_servers.get(series_id, []))
        found.append(_seen(shown, series_id, listings.get(series_id), orders.get(series_id, ()), episodes))
    return found


def _seen(
    shown: Shown | None, series_id: int, listing: Listing | None, order: Sequence[Place], episodes: list[SeenEpisode]
) -> ShowSeen:
    named = listing if listing is not None else shown
    specials = sum(one.season == 0 for one in episodes)
    on = goes_on_with(order, episodes)
    return ShowSeen(
        named.title if named is not None else "",
        named.year if named is not None else 0,
        totals_of(listing, shown, len(episodes) - specials, specials),
        max((one.days[-1] for one in episodes), default=None),
        shown.id if shown is not None else None,
        series_id or None,
        on[0] if on else None,
        on[1] if on else None,
        episodes,
    )
