"""When a disk will be full, by how it filled so far. Pure.

Downloads come in bursts and clean-ups go in steps, so the rate is the median of all slopes between two days
(Theil-Sen): a single large deletion does not turn it around.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

import msgspec

from episodarr.capacity.model import DayReading

WINDOW = timedelta(days=60)
"""Older days say little about the next ones."""
LEAST_DAYS = 4
FARTHEST = timedelta(days=3650)
_MOST_DAYS = 61


class Forecast(msgspec.Struct, frozen=True):
    """How a disk fills: `rate` in bytes a day, negative when it empties; `full_on` None: not within ten years."""

    rate: int
    full_on: date | None
    days: int
    """Days of history that it rests on."""


def forecast(history: Sequence[DayReading]) -> Forecast | None:
    """The forecast from the readings of a disk, oldest first; None while too little is known.

    A disk that was enlarged or replaced starts anew: days with another total count no more.
    """
    if not history:
        return None
    last = history[-1]
    days = [one for one in history if one.total == last.total and last.day - one.day <= WINDOW][-_MOST_DAYS:]
    if len(days) < LEAST_DAYS:
        return None
    slopes = [
        (earlier.free - later.free) / (later.day - earlier.day).days
        for place, earlier in enumerate(days)
        for later in days[place + 1 :]
        if later.day > earlier.day
    ]
    rate = median(slopes)
    full_on = None
    if rate >= 1:
        left = last.free / rate
        full_on = last.day + timedelta(days=int(left)) if left <= FARTHEST.days else None
    return Forecast(round(rate), full_on, (last.day - days[0].day).days + 1)


class Level(msgspec.Struct, frozen=True):
    """How urgent a disk is: `ok`, `warning` or `full`, and a sentence about it."""

    word: str
    sentence: str


def level_of(total: int, free: int, foreseen: Forecast | None, today: date) -> Level:
    """What a person should know of a disk now. A total of 0 is unknown, and never full."""
    if total <= 0:
        return Level("unknown", "Its size is not known.")
    percent = round(100 * (total - free) / total)
    if free <= 0 or percent >= 99:
        return Level("full", f"It is full ({percent} %).")
    soon = foreseen.full_on if foreseen is not None else None
    if soon is not None and soon - today <= timedelta(days=14):
        days = max((soon - today).days, 0)
        return Level("warning", f"It will be full in {days} days if it goes on like this.")
    if percent >= 90:
        return Level("warning", f"It is {percent} % full.")
    return Level("ok", f"It is {percent} % full.")
