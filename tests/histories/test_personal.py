"""What imports and servers tell of one episode and day is one view; and what comes next."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from episodarr.histories.personal import Listing, Shown, goes_on_with, seen_shows, together, totals_of
from episodarr.histories.totals import Counted

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


READ = datetime(2026, 1, 1, tzinfo=UTC)
DARK = Listing("Dark", 2017, Counted(3, 26, 26, 0), READ)


def known(number: int, series_id: int | None = None, source: str = "tmdb") -> Shown:
    return Shown(number, f"Show {number}", 2019, Counted(1, 10, 12, 2), source, READ, series_id, DAY)


def test_shows_are_told_apart_and_joined_with_the_library() -> None:
    history = [(1, 7, 1, 1, DAY), (2, 7, 1, 2, DAY + timedelta(1)), (3, None, 1, 1, DAY), (3, None, 0, 1, DAY)]
    joined, other = seen_shows(
        [(known(1, 7), 7), (known(3), 0)], history, [(7, 1, 3, DAY + timedelta(2))], {7: DARK}, {7: [(1, 4)]}
    )
    assert (joined.title, joined.year, joined.totals.text) == ("Dark", 2017, "3/26 episodes")
    assert [(one.season, one.number) for one in joined.episodes] == [(1, 1), (1, 2), (1, 3)]
    assert (joined.next_season, joined.next_number, joined.last_on) == (1, 4, DAY + timedelta(2))
    assert (joined.show_id, joined.series_id) == (1, 7)
    assert (other.title, other.totals.text, other.totals.source) == ("Show 3", "1/10 episodes", "TMDB")
    assert (other.totals.watched_specials, other.next_number, other.series_id) == (1, None, None)


def test_a_show_that_nothing_is_known_of() -> None:
    (nothing,) = seen_shows([(None, 9)], [], [], {}, {})
    assert (nothing.title, nothing.year, nothing.last_on, nothing.episodes) == ("", 0, None, [])
    (orphan,) = seen_shows([(None, 0)], [(3, None, 1, 1, DAY)], [], {}, {})
    assert orphan.episodes == [], "what is told of another show is not its own"


@pytest.mark.parametrize(
    ("listing", "shown", "source", "total"),
    [
        (DARK, known(1), "Sonarr", 26),
        (Listing("Dark", 2017, Counted(), READ), known(1), "TMDB", 10),
        (Listing("Dark", 2017, Counted(), None), None, "", None),
        (Listing("Dark", 2017, Counted(), None), known(1, source=""), "", None),
        (None, known(1), "TMDB", 10),
        (None, known(1, source=""), "", None),
        (None, None, "", None),
    ],
)
def test_sonarr_counts_before_a_service(
    listing: Listing | None, shown: Shown | None, source: str, total: int | None
) -> None:
    totals = totals_of(listing, shown, 3, 0)
    assert (totals.source, totals.total_episodes, totals.watched_episodes) == (source, total, 3)
