"""A rule out of few named values, as an address or a command line can hold them. Pure."""

from collections.abc import Mapping
from typing import Any

from episodarr.deletion.holding import Level
from episodarr.deletion.rules import (
    Added,
    All,
    Condition,
    FewerPlays,
    FewerViewers,
    InFolder,
    InvalidRule,
    Larger,
    NeverWatched,
    Not,
    OfQuality,
    OfStatus,
    OfType,
    RatedBelow,
    Rule,
    Safeguards,
    Tagged,
    UnwatchedFor,
    WatchedShare,
    checked,
)

_MADE: Mapping[str, Any] = {
    "added_days": Added,
    "watched_days": UnwatchedFor,
    "max_plays": lambda most: FewerPlays(most + 1),
    "max_viewers": lambda most: FewerViewers(most + 1),
    "min_watched": WatchedShare,
    "min_size": Larger,
    "rated_below": RatedBelow,
    "tag": Tagged,
    "without_tag": lambda tag: Not(Tagged(tag)),
    "folder": InFolder,
    "quality": OfQuality,
    "status": OfStatus,
    "type": OfType,
}
"""Name -> what it asks; all of those that are given must hold."""

NAMES = tuple(_MADE)


def brief_rule(level: Level, values: Mapping[str, Any], safe: Safeguards, *, never_watched: bool = False) -> Rule:
    """The rule. Raises InvalidRule when no condition is given."""
    conditions: list[Condition | Not] = [_MADE[name](values[name]) for name in NAMES if values.get(name) is not None]
    if never_watched:
        conditions.append(NeverWatched())
    if not conditions:
        raise InvalidRule(f"give a rule, or at least one condition: never_watched, {', '.join(NAMES)}")
    return checked(Rule(level, All(tuple(conditions)), safe))
