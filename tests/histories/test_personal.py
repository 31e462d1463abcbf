"""What imports and servers tell of one episode and day is one view; and what comes next."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from episodarr.histories.personal import goes_on_with, together

DAY = date(2026, 1, 1)
VIEWS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.integers(0, 5).map(lambda n: DAY + timedelta(n))))


def test_both_tell_of_the_same_evening():
    (one,) = together([(1, 2, DAY)], [(1, 2, DAY), (1, 2, DAY + timedelta(3))])
    assert (one.days, one.told_by) == ([DAY, DAY + timedelta(3)], ["history", "server"])


@given(VIEWS, VIEWS)
def test_nothing_is_counted_twice_and_nothing_lost(history, plays):
    found = together(history, plays)
    assert {(one.season, one.number, day) for one in found for day in one.days} == {*history, *plays}
    assert all(one.days == sorted(set(one.days)) for one in found)
    assert [one.days for one in found] == [one.days for one in together(plays, history)]


ORDER = [(1, 1), (1, 2), (1, 3), (2, 1)]


def test_what_comes_next():
    assert goes_on_with(ORDER, []) is None
    assert goes_on_with(ORDER, together([(0, 1, DAY)], [])) is None, "specials are followed by nothing"
    assert goes_on_with(ORDER, together([(1, 1, DAY)], [])) == (1, 2)
    assert goes_on_with(ORDER, together([(1, 1, DAY), (1, 2, DAY)], [(1, 3, DAY)])) == (2, 1)
    assert goes_on_with(ORDER, together([(2, 1, DAY)], [])) is None
    assert goes_on_with(ORDER, together([(1, 3, DAY), (1, 1, DAY + timedelta(1))], [])) == (1, 2)


@given(VIEWS)
def test_what_comes_next_was_not_seen(history):
    seen = together(history, [])
    place = goes_on_with(ORDER, seen)
    assert place is None or (place in ORDER and place not in {(one.season, one.number) for one in seen})
