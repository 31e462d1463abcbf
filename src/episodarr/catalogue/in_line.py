"""Whose episodes are read next: the order in which shows stand in line. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import IntEnum

import msgspec

from episodarr.episode.identity import SeriesId

LATELY = timedelta(days=7)
"""How long an opened show stays before the rest."""
AIRING_BEFORE, AIRING_AFTER = timedelta(days=7), timedelta(days=2)
"""An episode counts from so long before it airs until so long after: then its title and summary are mended."""
_FOR_THE_REST = 4
"""Of so many places of a round, one is for who was read longest ago, however little is going on there."""


class Activity(IntEnum):
    """How soon a show is wanted, the soonest first."""

    PLAYING = 0
    """Somebody watches it now."""
    AIRING = 1
    """An episode airs this week, or has just aired."""
    OPENED = 2
    """Somebody opened it of late."""
    REST = 3


class Waiting(msgspec.Struct, frozen=True):
    """A show that is kept fresh, as far as its place in the line needs it."""

    id: SeriesId
    sonarr_id: int
    title: str
    read_at: datetime | None
    """When its episodes were last read; None: never."""
    retry_at: datetime | None = None
    """Left alone until then, after a failure."""
    playing: bool = False
    airs_at: datetime | None = None
    """Of the episode nearest to now."""
    opened_at: datetime | None = None
    stale: bool = False
    """It is known that its episodes have changed, or were let go of."""
    failure: str = ""
    """Why it could not be read the last time."""


def activity(show: Waiting, now: datetime) -> Activity:
    """How soon the show is wanted."""
    if show.playing:
        return Activity.PLAYING
    if show.airs_at is not None and now - AIRING_AFTER <= show.airs_at <= now + AIRING_BEFORE:
        return Activity.AIRING
    if show.opened_at is not None and now - show.opened_at < LATELY:
        return Activity.OPENED
    return Activity.REST


def due(show: Waiting, now: datetime, again_after: timedelta) -> bool:
    """Whether it is to be read: when it was not a moment ago, and is not left alone after a failure."""
    if show.retry_at is not None and show.retry_at > now:
        return False
    return show.stale or show.read_at is None or now - show.read_at >= again_after


def in_line(shows: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """By activity; among equals what was never read, then what was read longest ago."""

    return sorted(shows, key=lambda show: (activity(show, now), *_unread(show)))


def of_one_round(line: Sequence[Waiting], most: int) -> list[Waiting]:
    """Those of the line that one round reads, `most` at most, in their order.

    A part of the places is kept for those that were read longest ago: whoever stands at the end of the line gets there
    after some rounds, though ever so many shows air.
    """
    kept = most // _FOR_THE_REST if len(line) > most else 0
    first, others = line[: most - kept], line[most - kept :]
    also = {one.id for one in sorted(others, key=_unread)[:kept]}
    return [*first, *(one for one in others if one.id in also)]


def _unread(show: Waiting) -> tuple[bool, float, int]:
    """What was never read first, then what was read longest ago."""
    return (show.read_at is not None, show.read_at.timestamp() if show.read_at is not None else 0.0, show.id)
