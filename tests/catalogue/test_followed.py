"""Whether somebody follows a show, by what people did (R-M3, R-M4)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.catalogue.followed import SIGNS, Held, Sign, Verdict, Why, verdict, words

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LONG = timedelta(days=90)
DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def judged(held: Held | None, *signs: Sign, finished: bool = False) -> Verdict | None:
    return verdict(held, signs, NOW, LONG, finished=finished)


def held(watching: bool, why: Why, since: float, sign: float | None = None) -> Held:
    return Held(watching, why, ago(since), ago(since if sign is None else sign))


@pytest.mark.parametrize("why", SIGNS)
def test_each_sign_of_a_person_has_a_show_followed(why: Why) -> None:
    """R-M3."""
    assert judged(None, Sign(why, ago(3), "Anna")) == Verdict(True, why, "Anna", ago(3), flips=True)


def test_without_a_sign_nothing_is_followed() -> None:
    """R-M3."""
    assert judged(None) is None
    assert judged(held(False, Why.FINISHED, 5)) is None


def test_what_is_long_past_or_yet_to_come_is_no_sign() -> None:
    """R-M3."""
    assert judged(None, Sign(Why.PLAYED, ago(90)), Sign(Why.PLAYED, ago(-1))) is None


def test_the_latest_sign_is_told_and_of_several_at_once_the_strongest() -> None:
    """R-M3."""
    found = judged(
        None, Sign(Why.REQUESTED, ago(1), "Ben"), Sign(Why.PLAYED, ago(1), "Anna"), Sign(Why.REQUESTED, ago(2))
    )
    assert found == Verdict(True, Why.PLAYED, "Anna", ago(1), flips=True)
    newer = judged(held(True, Why.PLAYED, 9), Sign(Why.REQUESTED, ago(1), "Ben"))
    assert newer == Verdict(True, Why.REQUESTED, "Ben", ago(1), flips=False), "no change of the flag: nothing to log"
    assert judged(held(True, Why.PLAYED, 9), Sign(Why.PLAYED, ago(9))) is None


def test_opening_is_a_reason_only_where_there_is_no_other() -> None:
    """R-M3: who reads the page has just opened it, and wants to know what else there is."""
    played = Sign(Why.PLAYED, ago(80), "Anna")
    opened = Sign(Why.OPENED, ago(0), "Ben")
    assert judged(held(True, Why.PLAYED, 80), played, opened) is None
    assert judged(held(True, Why.OPENED, 0), played, opened) == Verdict(
        True, Why.PLAYED, "Anna", ago(80), flips=False
    ), "a play that is told late"
    assert judged(held(True, Why.PLAYED, 95), Sign(Why.PLAYED, ago(95)), opened) == Verdict(
        True, Why.OPENED, "Ben", ago(0), flips=False
    ), "and it was touched: it is not abandoned"


def test_abandoned() -> None:
    """R-M4."""
    assert judged(held(True, Why.PLAYED, 200, 89.9)) is None
    assert judged(held(True, Why.PLAYED, 200, 90)) == Verdict(False, Why.ABANDONED, "", NOW, flips=True)


def test_finished_when_nobody_has_touched_it_for_some_days() -> None:
    """R-M4."""
    assert judged(held(True, Why.PLAYED, 9, 6), finished=True) is None
    assert judged(held(True, Why.PLAYED, 9, 7), finished=True) == Verdict(False, Why.FINISHED, "", NOW, flips=True)
    assert judged(held(True, Why.PLAYED, 9, 8), finished=False) is None
    assert judged(None, Sign(Why.PLAYED, ago(8)), finished=True) is None, "nor is it begun"
    assert judged(None, Sign(Why.PLAYED, ago(8)), Sign(Why.OPENED, ago(1)), finished=True) is not None


def test_what_is_followed_by_hand_ends_by_hand_only() -> None:
    """R-M4."""
    pinned = held(True, Why.BY_HAND, 500)
    assert judged(pinned, finished=True) is None
    assert judged(pinned, Sign(Why.PLAYED, ago(1)), finished=True) is None


def test_a_stop_by_hand_holds_against_everything_before_it_and_against_opening() -> None:
    """R-M4."""
    stopped = held(False, Why.STOPPED, 5)
    assert judged(stopped, Sign(Why.PLAYED, ago(6)), Sign(Why.OPENED, ago(1))) is None
    assert judged(stopped, Sign(Why.PLAYED, ago(5))) is None
    assert judged(stopped, Sign(Why.REQUESTED, ago(4), "Ben")) == Verdict(
        True, Why.REQUESTED, "Ben", ago(4), flips=True
    )
    let_go = held(False, Why.ABANDONED, 5)
    assert judged(let_go, Sign(Why.OPENED, ago(1), "Ben")) is not None, "whoever comes back is welcome"


def test_every_reason_has_words() -> None:
    assert len({words(why, "Anna") for why in Why}) == len(Why)
    assert words(Why.PLAYED, "") == "somebody played it"
    assert words(Why.IMPORTED, "Anna") == "it is in the history of Anna"


_moments = st.floats(-3, 400).map(ago)
_signs = st.lists(st.builds(Sign, st.sampled_from(SIGNS), _moments, st.sampled_from(["", "Anna", "Ben"])), max_size=6)
_helds = st.none() | st.builds(
    Held,
    st.booleans(),
    st.sampled_from(list(Why)),
    st.floats(0, 400).map(ago),
    st.floats(0, 400).map(ago),
)


def _after(before: Held | None, found: Verdict | None) -> Held | None:
    if found is None:
        return before
    since = NOW if found.flips or before is None else before.since
    return Held(found.watching, found.why, since, found.at)


@given(_helds, _signs, st.booleans())
def test_a_verdict_is_told_once(before: Held | None, signs: list[Sign], finished: bool) -> None:
    """What was stored is not stored again: a look that finds nothing new writes nothing."""
    found = verdict(before, signs, NOW, LONG, finished=finished)
    assert verdict(_after(before, found), signs, NOW, LONG, finished=finished) is None


@given(_helds, _signs, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_signs_says_nothing(before: Held | None, signs: list[Sign], dice, finished: bool) -> None:
    mixed = list(signs)
    dice.shuffle(mixed)
    assert verdict(before, signs, NOW, LONG, finished=finished) == verdict(before, mixed, NOW, LONG, finished=finished)
