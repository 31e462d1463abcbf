"""Whether an observation saw everything that a rule rests on, and whether the library shrank. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from episodarr.deletion.holding import Known, Level
from episodarr.deletion.rules import (
    FewerPlays,
    FewerViewers,
    NeverWatched,
    RequesterWatched,
    Rule,
    UnwatchedFor,
    WatchedShare,
    leaves,
)

_OF_PLAYS = (FewerPlays, FewerViewers, NeverWatched, RequesterWatched, UnwatchedFor, WatchedShare)
_SHRINK = 10
"""Percent that a library or a source may lose between two observations."""


def incomplete(rule: Rule, known: Known, managing: Mapping[int, str], counting: int) -> str:
    """Why an observation by this rule is not complete; empty: it is.

    `managing`: the connected managers of what it looks at, by connection. `counting`: shows that wait to be summed up.
    """
    if not managing:
        return f"no {'Radarr' if rule.level is Level.MOVIE else 'Sonarr'} is connected"
    for connection in sorted(managing):
        if doubt := known.catalogue.get(connection, ""):
            return doubt
    of_plays = known.has_sources or any(isinstance(one, _OF_PLAYS) for one in leaves(rule.when))
    for doubt in (
        known.plays if of_plays else "",
        known.playing,
        known.requests,
        known.films if rule.level is Level.MOVIE else "",
    ):
        if doubt:
            return doubt
    if counting:
        return f"{counting:,} {'show is' if counting == 1 else 'shows are'} still being summed up"
    return ""


@dataclass(frozen=True, slots=True)
class Count:
    """How much of something there is."""

    words: str
    """Such as `files of Sonarr`."""
    number: int
    of_files: bool = False
    """What Episodarr itself deletes is missing in it."""


def shrunk(before: Mapping[str, int], now: Mapping[str, Count], deleted: int) -> str:
    """What lost more than a tenth since; empty: nothing did.

    `before`, `now`: by the name of what is counted; what is counted only once says nothing. `deleted`: files that
    Episodarr deleted meanwhile.
    """
    for name, count in sorted(now.items()):
        held = before.get(name, 0)
        lost = held - count.number - (deleted if count.of_files else 0)
        if lost > 0 and 100 * lost > _SHRINK * held:
            return f"there were {held:,} {count.words}, and now there are {count.number:,}"
    return ""
