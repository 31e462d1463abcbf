"""Whether somebody follows a show, by what people did: opened, played, asked for or imported it. Pure.

The table calls it `watching`. Machines that poll leave no sign.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

QUIET = timedelta(days=7)
"""How long nobody must have touched a finished show before it is let go."""


class Why(StrEnum):
    """Why a show is followed, or is no more."""

    BY_HAND = "by_hand"
    PLAYED = "played"
    REQUESTED = "requested"
    IMPORTED = "imported"
    OPENED = "opened"
    STOPPED = "stopped"
    """Somebody said so."""
    FINISHED = "finished"
    """It has ended, and everybody who began it has seen all of it."""
    ABANDONED = "abandoned"
    """Nobody has touched it for long."""


SIGNS = (Why.BY_HAND, Why.PLAYED, Why.REQUESTED, Why.IMPORTED, Why.OPENED)
"""What makes a show followed, the strongest first."""


class Sign(msgspec.Struct, frozen=True):
    """Something that a person did with a show."""

    why: Why
    """One of SIGNS."""
    at: datetime
    who: str = ""
    """Empty: not told."""


class Held(msgspec.Struct, frozen=True):
    """What is stored of a show."""

    watching: bool
    why: Why
    since: datetime
    """When `watching` last changed."""
    sign_at: datetime
    """The latest sign that counted."""


class Verdict(msgspec.Struct, frozen=True):
    """What is to be stored from now on."""

    watching: bool
    why: Why
    who: str
    at: datetime
    """Of the sign; of an end: now."""
    flips: bool
    """Whether `watching` changes: only that is logged."""


def verdict(
    held: Held | None, signs: Sequence[Sign], now: datetime, abandoned_after: timedelta, *, finished: bool
) -> Verdict | None:
    """What all the signs of a show mean for it; None: nothing changes.

    An end holds against everything before it. One by hand holds against opening the page too, on which its button is.
    What somebody follows by hand ends by hand only. Opening counts as a touch, but as the reason only where there is
    no other: whoever reads the page has just opened it.
    """
    counting = _counting(held, signs, now, abandoned_after)
    lasting = [one for one in counting if one.why is not Why.OPENED]
    reason = max(lasting or counting, key=lambda one: (one.at, -SIGNS.index(one.why), one.who), default=None)
    if held is None or not held.watching:
        if reason is None or (finished and now - max(one.at for one in counting) >= QUIET):
            return None
        return Verdict(True, reason.why, reason.who, reason.at, flips=True)
    if held.why is Why.BY_HAND:
        return None
    untouched = now - max([held.sign_at, *(one.at for one in counting)])
    if untouched >= abandoned_after:
        return Verdict(False, Why.ABANDONED, "", now, flips=True)
    if finished and untouched >= QUIET:
        return Verdict(False, Why.FINISHED, "", now, flips=True)
    if reason is not None and (reason.why, reason.at) != (held.why, held.sign_at):
        return Verdict(True, reason.why, reason.who, reason.at, flips=False)
    return None


def _counting(held: Held | None, signs: Sequence[Sign], now: datetime, abandoned_after: timedelta) -> list[Sign]:
    """The signs that count."""
    counting = [one for one in signs if one.at <= now and now - one.at < abandoned_after]
    if held is not None and not held.watching:
        counting = [one for one in counting if one.at > held.since]
        if held.why is Why.STOPPED:
            counting = [one for one in counting if one.why is not Why.OPENED]
    return counting


_WORDS = {
    Why.BY_HAND: "{} wants it so",
    Why.PLAYED: "{} played it",
    Why.REQUESTED: "{} asked for it",
    Why.IMPORTED: "it is in the history of {}",
    Why.OPENED: "{} opened it",
    Why.STOPPED: "{} stopped it",
    Why.FINISHED: "it has ended, and everybody who began it has seen all of it",
    Why.ABANDONED: "nobody has touched it for long",
}


def words(why: Why, who: str) -> str:
    """Why, as a person reads it behind "because"; `who` empty: somebody."""
    before, slot, after = _WORDS[why].partition("{}")
    return before + (who or "somebody") + after if slot else before
