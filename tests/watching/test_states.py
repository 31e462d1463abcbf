"""What is kept of a user's state: history stays, what is so at present may change."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from episodarr.watching.model import ItemKind, PlayedItem, PlayState
from episodarr.watching.states import Kept, as_one, kept

NOW = 1_000
ITEM = PlayedItem(ItemKind.EPISODE, "1", guid="episode/tvdb://1")
AT = datetime(2026, 1, 1, tzinfo=UTC)


def told(plays=1, played=True, **more) -> PlayState:
    return PlayState(ITEM, plays, played, **more)


def test_a_first_reading_knows_of_one_play_to_the_end():
    assert kept(Kept(), told(3), 50, NOW) == Kept(3, 1, True, 0, False, 50, 50)
    assert kept(Kept(), told(2, played=False, position_seconds=9, favourite=True), 50, NOW) == Kept(
        2, 0, False, 9, True, 50, None
    )


def test_played_again_with_a_higher_count_and_a_later_date_is_once_more():
    first = kept(Kept(), told(1), 50, NOW)
    assert kept(first, told(2), 60, NOW).watched_plays == 2
    assert kept(first, told(2), 50, NOW).watched_plays == 1, "the same date: the count was set by hand"
    assert kept(first, told(1), 60, NOW).watched_plays == 1
    assert kept(kept(Kept(), told(1, played=False), 40, NOW), told(2), 60, NOW).watched_plays == 1


def test_marked_as_not_played_keeps_the_history():
    first = kept(Kept(), told(3), 50, NOW)
    after = kept(first, told(0, played=False), None, NOW)
    assert after == first._replace(played=False)
    assert after.counts == first.counts


def test_marked_as_played_by_somebody_who_counts_nothing():
    assert kept(Kept(), told(0), None, NOW) == Kept(1, 1, True, 0, False, None, NOW)
    again = kept(kept(Kept(), told(0), None, NOW), told(0), None, NOW + 5)
    assert again.last_watched_at == NOW, "it keeps its date"


STATES = st.tuples(
    st.builds(told, st.integers(0, 4), st.booleans(), position_seconds=st.integers(0, 3)),
    st.none() | st.integers(1, 90),
)


@settings(max_examples=60)
@given(st.lists(STATES, max_size=6))
def test_nothing_of_the_history_is_ever_taken_back(readings):
    held = Kept()
    for one, at in readings:
        after = kept(held, one, at, NOW)
        assert after.plays >= held.plays
        assert held.watched_plays <= after.watched_plays <= after.plays
        assert (after.last_at or 0) >= (held.last_at or 0)
        assert (after.last_watched_at or 0) >= (held.last_watched_at or 0)
        assert (after.played, after.position_seconds) == (one.played, one.position_seconds)
        assert kept(after, one, at, NOW) == after, "told again, it changes nothing"
        held = after


def test_one_thing_in_two_files_is_one_state():
    earlier = told(2, position_seconds=5, last_at=AT)
    other = msgspec.structs.replace(ITEM, key="2")
    later = PlayState(other, 1, False, 70, True, AT + timedelta(hours=1))
    undated = PlayState(other, 1, False, 33)
    for pair in ([earlier, later], [later, earlier]):
        (one,) = as_one(pair).values()
        assert one == PlayState(other, 2, True, 70, True, later.last_at)
    assert as_one([earlier, undated])[ITEM.identity] == earlier
    assert as_one([undated, earlier])[ITEM.identity] == earlier
    assert as_one([]) == {}
