"""What one user has seen: imported histories and the plays of media servers together. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from episodarr.histories.totals import ShowTotals

Place = tuple[int, int]
"""Season and number."""


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
    for name, told in (("history", history), ("server", plays)):
        for season, number, day in told:
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
