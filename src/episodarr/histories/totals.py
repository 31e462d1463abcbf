"""How many episodes a show has, how many of them somebody watched, and how that is said. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

from episodarr.histories.metadata import KnownShow

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


class Counted(msgspec.Struct, frozen=True):
    """What a show has; None: not known."""

    seasons: int | None = None
    """Without the specials."""
    episodes: int | None = None
    """That have aired, without the specials."""
    known: int | None = None
    """Unaired ones included."""
    specials: int | None = None


@dataclass(frozen=True, slots=True)
class ShowTotals:
    """A show in numbers for one user, specials apart."""

    total_seasons: int | None = None
    total_episodes: int | None = None
    """That have aired, without the specials; None: nobody knows."""
    watched_episodes: int = 0
    """Different ones, without the specials."""
    watched_specials: int = 0
    text: str = ""
    """`45/276 episodes`, `45 episodes`; empty: nothing was watched and nothing is known."""
    note: str = ""
    """Which numbers do not fit each other, and why."""
    source: str = ""
    """Who counts: Sonarr, TMDB or TVmaze; empty: nobody."""
    updated_at: datetime | None = None
    total_specials: int | None = None
    """None: not known, or fewer than were watched, for others count otherwise."""


_LABELS = {"tmdb": "TMDB", "tvmaze": "TVmaze", "library": "Sonarr", "sonarr": "Sonarr"}


def counted(show: KnownShow, today: date) -> Counted:
    """What a metadata service knows of a show; episodes only when all of its seasons were read."""
    seasons = [one for one in show.seasons if one.number > 0]
    number = len(seasons) if show.seasons else None
    if not show.complete:
        return Counted(number)
    regular = [one for one in show.episodes if one.season > 0]
    return Counted(number, show.aired(today), len(regular), len(show.episodes) - len(regular))


def totals(has: Counted, watched: Iterable[tuple[int, int]], source: str, updated_at: datetime | None) -> ShowTotals:
    """The numbers of one show and what they are as a text. `watched`: season and number of each, in any order."""
    seen = {*watched}
    specials = sum(season == 0 for season, _ in seen)
    regular = len(seen) - specials
    return told(has, regular, specials, source, updated_at)


def told(has: Counted, regular: int, specials: int, source: str, updated_at: datetime | None) -> ShowTotals:
    """The same of numbers that were counted before."""
    label = _LABELS.get(source, source)
    total = has.episodes
    text = note = ""
    if total is not None:
        text = f"{regular}/{total} {_episodes(total)}"
        if regular > total:
            text = f"{regular} {_episodes(regular)}"
            note = f"{regular - total} more than the {total} that have aired as {label} counts: it lists them otherwise"
    elif regular:
        text = f"{regular} {_episodes(regular)}"
    of_specials = has.specials if has.specials is not None and has.specials >= specials else None
    if specials and of_specials is None:
        note = f"{note}; " * bool(note) + f"{specials} {'special' if specials == 1 else 'specials'} besides"
    return ShowTotals(has.seasons, total, regular, specials, text, note, label, updated_at, of_specials)


def _episodes(count: int) -> str:
    return "episode" if count == 1 else "episodes"


def next_refresh(show: KnownShow | None, now: datetime) -> datetime:
    """When a show is to be read again: what runs changes with every week, what has ended hardly ever.

    Of a running show the number of aired episodes also changes by the day, out of what was read before.
    """
    if show is None:
        return now + _WEEK
    if show.status == "ended":
        return now + 4 * _WEEK
    return now + (_DAY if show.status == "running" else _WEEK)
