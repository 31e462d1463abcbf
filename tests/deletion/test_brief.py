"""A rule out of few named values."""

import pytest

from episodarr.deletion.brief import NAMES, brief_rule
from episodarr.deletion.holding import Level
from episodarr.deletion.rules import (
    Added,
    All,
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
    Safeguards,
    Tagged,
    UnwatchedFor,
    WatchedShare,
)

SAFE = Safeguards(keep_first=1)


def test_every_name_is_a_condition() -> None:
    values = {"added_days": 30, "watched_days": 15, "max_plays": 0, "max_viewers": 1, "min_watched": 50}
    values |= {"min_size": 9, "rated_below": 6.5, "tag": "a", "without_tag": "b", "folder": "/tv"}
    values |= {"quality": "q", "status": "ended", "type": "anime"}
    assert set(values) == set(NAMES)
    rule = brief_rule(Level.SEASON, values, SAFE, never_watched=True)
    assert (rule.level, rule.unless) == (Level.SEASON, SAFE)
    assert rule.when == All(
        (
            Added(30),
            UnwatchedFor(15),
            FewerPlays(1),
            FewerViewers(2),
            WatchedShare(50),
            Larger(9),
            RatedBelow(6.5),
            Tagged("a"),
            Not(Tagged("b")),
            InFolder("/tv"),
            OfQuality("q"),
            OfStatus("ended"),
            OfType("anime"),
            NeverWatched(),
        )
    )


def test_zero_is_a_value_and_nothing_is_none() -> None:
    assert brief_rule(Level.SHOW, {"added_days": 0, "max_plays": None}, SAFE).when == All((Added(0),))
    with pytest.raises(InvalidRule, match="at least one condition: never_watched, added_days"):
        brief_rule(Level.SHOW, dict.fromkeys(NAMES), SAFE)
