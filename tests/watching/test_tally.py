"""What plays add up to: by growth as by counting everything, in every order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from episodarr.watching.tally import Change, Row, Sum, change, grown, growth, merged, spans, sums


def row(number: int, first: int | None = None, **more) -> Row:
    base = {"viewer": 1, "item": 1, "stopped": number * 10 + 5, "seconds": 4, "percent": 90, "watched": True}
    return Row(number, number * 10, first or number, **(base | more))


def test_a_resumed_play_counts_once_and_is_watched_when_one_of_its_parts_is():
    parts = [row(1, watched=False), row(2, 1), row(3, 1, watched=False), row(4, watched=False)]
    assert sums(parts) == {(1, 1): Sum(2, 1, 16, 45, 25)}


def test_nothing_new_changes_nothing():
    held = {row(1).key: row(1)}
    assert change(held, [row(1), row(1, seconds=3, stopped=1, percent=5, watched=False)]) == ([], [], set())
    assert grown(held, Change([], [], set())) == {}


def test_a_play_that_is_told_of_another_item_has_both_counted_anew():
    found = change({row(1).key: row(1)}, [row(1, item=2)])
    assert (found.altered, found.moved) == ([row(1, item=2)], {1, 2})


def test_a_number_that_is_given_to_another_play_is_another_play():
    other = row(1)._replace(started=999)
    held = {row(1).key: row(1)}
    found = change(held, [other])
    assert found.new == [other]
    assert grown(held, found)[1, 1].plays == 0, "as long as it claims to resume the same one"


def test_ranges_hold_every_number_and_are_few():
    assert spans([], 10, 3) == []
    assert spans([5, 1, 2, 100, 101, 900], 10, 9) == [(1, 5), (100, 101), (900, 900)]
    assert spans([5, 1, 2, 100, 101, 900], 10, 2) == [(1, 101), (900, 900)]


@given(st.lists(st.integers(0, 2000)), st.integers(1, 300), st.integers(1, 5))
def test_ranges_are_ordered_and_leave_nothing_out(numbers, gap, most):
    found = spans(numbers, gap, most)
    assert len(found) <= most
    assert all(any(low <= number <= high for low, high in found) for number in numbers)
    assert all(one[1] < other[0] for one, other in pairwise(found))


def some_row(number: int, first: int, seconds: int, late: int, watched: bool) -> Row:
    """Whom and what a group is of is told by its number."""
    first = min(first, number)
    return Row(number, number * 10, first, 1 + first % 2, 1 + first % 3, number * 10 + late, seconds, 50, watched)


ROWS = st.builds(some_row, st.integers(1, 12), st.integers(1, 12), st.integers(0, 9), st.integers(0, 9), st.booleans())


@given(st.lists(st.lists(ROWS, max_size=6), max_size=6))
def test_growth_adds_up_to_what_counting_everything_gives(pages):
    stored: dict = {}
    kept: dict = {}
    for page in pages:
        groups = {}
        consistent = [one for one in page if groups.setdefault(one.number, one.first) == one.first]
        told = [one for one in consistent if stored.get(one.key, one).first == one.first]
        found = change(stored, told)
        assert not found.moved
        more = grown(stored, found)
        for one in (*found.new, *found.altered):
            stored[one.key] = one
        for pair, now in more.items():
            was = kept.get(pair, Sum())
            kept[pair] = Sum(*(a + b for a, b in zip(was[:3], now[:3], strict=True)), *map(max, was[3:], now[3:]))
    assert kept == sums(stored.values())
    assert growth(kept, kept) == {}


@given(ROWS, ROWS)
def test_merging_never_takes_anything_back(one, other):
    other = other._replace(number=one.number, started=one.started)
    both = merged(one, other)
    assert both.stopped >= max(one.stopped, other.stopped)
    assert both.seconds >= max(one.seconds, other.seconds)
    assert both.watched == (one.watched or other.watched)
    assert merged(both, one._replace(first=other.first, viewer=other.viewer, item=other.item)) == both
