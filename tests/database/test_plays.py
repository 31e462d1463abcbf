"""Plays on both databases: each once, with sums that are as true as counting everything anew (R-W2)."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from play_place import ADA, BEN, START, Place, Steps, item, play
from sqlalchemy import event, func, select

from episodarr.connections.failures import Broken
from episodarr.database import watching
from episodarr.database.schema_watching import play_sums, plays, watched_episodes
from episodarr.episode.facts import Fact, Removed
from episodarr.episode.identity import ConnectionId, source
from episodarr.watching.follow import FollowPlays
from episodarr.watching.model import ItemKind, Play, PlayId, SeriesIds


@pytest.fixture
def place(database, clock) -> Place:
    return Place(database, clock)


def test_sums_over_all_viewers_and_the_states_that_follow(place, sonarr):
    place.shelve(sonarr)
    place.here((1, 1), (1, 2), (1, 3))
    resumed = play(3, first_id=PlayId(2), viewer=BEN)
    place.service.held = [
        play(1),
        play(2, viewer=BEN, watched=False, seconds=600),
        resumed,
        play(4, item(2), watched=False, seconds=300),
        play(5, item(1, 2)),
        play(6, msgspec.structs.replace(item(9), kind=ItemKind.MOVIE, series_title="", season=None)),
    ]
    report = place.look()
    assert (report.new, report.matched, report.whole) == (6, 3, True)
    first = place.watching(1, 1)
    assert (first.watching.plays, first.watching.watched_plays, first.watching.viewers) == (2, 2, 2)
    assert first.watching.seconds == 2600 + 600 + 2600
    assert first.watching.last_watched_at == resumed.stopped_at
    assert first.viewers == ["Ada", "Ben"]
    assert place.watching(1, 2).watching.partial_plays == 1
    assert place.state(1, 1) == ("watched", resumed.stopped_at)
    assert place.state(1, 2)[0] == "imported", "it was given up"
    assert place.state(1, 3)[0] == "imported"
    whole = place.answers.series(1, 100)
    assert (whole.watching.plays, whole.watching.viewers) == (4, 2)
    assert [(one.season, one.watching.plays) for one in whole.seasons] == [(1, 3), (2, 1)]
    assert len(whole.episodes) == 3
    place.stays_when_made_anew()


def test_names_are_for_those_who_may_see_them(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1), play(2, viewer=BEN)]
    place.look()
    told = place.answers.episode(place.episode(1, 1), names=False, limit=1)
    assert (told.viewers, told.watching.viewers) == (None, 2)
    assert [one.viewer for one in told.plays] == [None]
    assert place.answers.episode(10**9, names=True, limit=1) is None
    assert place.answers.series(10**9, 1) is None


def test_an_unchanged_history_writes_nothing(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1), play(2, item(2))]
    place.look()
    statements = []
    event.listen(place.database.writer, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert place.store.take(place.connection, place.service.held).new == 0
    assert [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))] == []
    report = place.look()
    assert (report.new, report.changed, report.facts) == (0, 0, 0)
    asked = []
    event.listen(place.database.reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    place.look()
    assert not [one for one in asked if "FROM plays" in one], "the page is the one that was kept last"
    assert place.service.asked[:2] == [None, play(2).started_at], "the second time only what is new was asked for"


def test_a_shorter_window_never_overwrites_and_times_never_move_back(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1), play(2), play(40)]
    place.look()
    before = place.watching(1, 1).watching
    earlier = play(40).stopped_at - timedelta(minutes=9)
    place.service.held = [play(40, seconds=1, stopped_at=earlier, watched=False)]
    place.look()
    assert place.watching(1, 1).watching == before
    place.stays_when_made_anew()


def test_an_item_added_again_keeps_its_history(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1), play(2, msgspec.structs.replace(item(), key="99", series_key="98"))]
    place.look()
    assert place.watching(1, 1).watching.plays == 2


def test_plays_of_nothing_are_kept_until_their_series_comes(place, sonarr):
    place.service.held = [play(1), play(2, item(2))]
    place.service.ids = {"Show 1": None}
    assert place.look().matched == 0
    place.shelve(sonarr)
    place.here((1, 1))
    assert place.follower.match() == 2
    assert place.watching(1, 1).watching.plays == 1
    assert place.state(1, 1)[0] == "watched"
    assert place.follower.match() == 0
    place.stays_when_made_anew()


def test_a_series_of_another_title_is_found_by_its_ids_asked_for_once(place, sonarr):
    place.shelve(sonarr, title="Von Namen")
    place.service.held = [play(1)]
    place.look()
    assert place.watching(1, 1).watching.plays == 0, "Plex did not answer"
    place.service.ids = {"Show 1": SeriesIds(tvdb_id=1001)}
    assert place.look().matched == 1
    place.look()
    assert place.service.looked == ["Show 1", "Show 1"]
    assert place.watching(1, 1).watching.plays == 1


def test_two_servers_stand_beside_each_other(place, sonarr):
    place.shelve(sonarr)
    place.here((1, 1))
    place.service.held = [play(1)]
    place.look()
    other = FollowPlays(place.connect("Second"), "Tautulli", place.service, place.store, place.ledger, place.clock)
    asyncio.run(other.poll(Steps()))
    assert (place.watching(1, 1).watching.plays, place.watching(1, 1).watching.viewers) == (2, 2)
    place.stays_when_made_anew()


def test_both_sonarrs_that_hold_a_series_learn_of_its_plays(place, sonarr):
    place.shelve(sonarr)
    place.shelve(place.connect("Sonarr 4K"), tvdbId=1001)
    place.service.held = [play(1)]
    place.look()
    for one in (0, 1):
        found = place.answers.episode(place.episode(1, 1, one), names=False, limit=1)
        assert found.watching.plays == 1


def test_a_regrab_is_a_new_life_that_old_plays_say_nothing_of(place, sonarr):
    place.shelve(sonarr)
    place.here((1, 1))
    place.service.held = [play(1)]
    place.look()
    speaker = source("Sonarr", ConnectionId(1))
    place.ledger.record([Fact(place.episode(1, 1), START + timedelta(days=1), speaker, Removed())])
    place.here((1, 1), at=START + timedelta(days=2))
    assert place.state(1, 1)[0] == "imported"
    place.look()
    assert place.state(1, 1)[0] == "imported"
    place.service.held.append(play(72))
    place.look()
    assert place.state(1, 1)[0] == "watched"


def test_a_cancelled_reading_goes_on_where_it_was(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(40 * number) for number in range(1, 7)]
    place.service.size = 2
    steps = Steps()
    steps.cancel_at = 2
    with pytest.raises(asyncio.CancelledError):
        place.look(steps)
    assert place.store.count(place.connection) == 4
    assert not place.store.position(place.connection).whole
    place.follower = place.follow()
    place.look()
    assert place.service.asked[1] == play(160).started_at
    assert place.watching(1, 1).watching.plays == 6
    assert place.watching(1, 1).synced_at == place.clock()


@pytest.mark.parametrize("many", [0, 2_000])
def test_what_was_read_before_a_failure_is_kept(place, sonarr, many, monkeypatch):
    monkeypatch.setattr(watching, "_MANY", many)
    place.shelve(sonarr)
    place.service.held = [play(number) for number in range(1, 7)]
    place.service.size, place.service.fails_after = 2, 4
    with pytest.raises(Broken):
        place.look()
    assert place.store.count(place.connection) == 4
    assert place.watching(1, 1).synced_at is None
    with place.database.reading() as db:
        assert db.execute(select(play_sums.c.plays)).scalar() == 4, "and counts"


def test_a_play_that_began_long_ago_is_found_by_the_count(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1), play(200)]
    place.look()
    place.service.held.append(play(3, item(2)))
    report = place.look()
    assert report.whole
    assert place.watching(1, 2).watching.plays == 1
    place.service.held.append(play(4, item(3), id=PlayId(1004)))
    place.look()
    assert place.watching(1, 3).watching.plays == 0, "not again today"
    place.clock.forward(days=2)
    place.look()
    assert place.watching(1, 3).watching.plays == 1


def test_a_start_in_the_future_does_not_end_the_following(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1), play(9000)]
    place.look()
    assert place.store.position(place.connection).started_at == play(1).started_at


def test_a_database_that_was_lost_gives_old_numbers_to_new_plays(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1), play(2)]
    place.look()
    place.service.held = [
        play(1, item(2), started_at=START + timedelta(hours=99), stopped_at=START + timedelta(hours=100))
    ]
    place.look()
    assert place.store.count(place.connection) == 3
    assert (place.watching(1, 1).watching.plays, place.watching(1, 2).watching.plays) == (2, 1)


def test_a_play_that_turns_out_to_be_of_something_else(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1), play(2)]
    place.look()
    place.service.held = [play(1), play(2, item(2))]
    place.look()
    assert (place.watching(1, 1).watching.plays, place.watching(1, 2).watching.plays) == (1, 1)
    place.stays_when_made_anew()


PLAYS = st.builds(
    lambda number, group, seconds, late, watched, who: play(
        number,
        item(1 + group % 3, 1 + group % 2),
        BEN if group % 4 else ADA,
        first_id=PlayId(min(number, group)),
        seconds=seconds,
        stopped_at=START + timedelta(hours=number, minutes=30 + late),
        watched=watched,
    ),
    st.integers(1, 30),
    st.integers(1, 12),
    st.integers(0, 3000),
    st.integers(0, 9),
    st.booleans(),
    st.none(),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PLAYS, max_size=25), st.randoms(use_true_random=False), st.data())
def test_any_order_repetition_and_update_gives_the_sums_of_counting_anew(place, told, dice, data):
    """Each example has a connection of its own; the plays of all of them lie beside each other.

    Some pages hold more items than are summed up at once.
    """
    of: dict[int, Play] = {}
    told = [one for one in told if of.setdefault(one.id, one).first_id == one.first_id]
    told = [msgspec.structs.replace(one, item=of[one.id].item, viewer=of[one.id].viewer) for one in told]
    kept = []
    for _ in range(2):
        connection = place.connect(f"Tautulli {uuid4()}")
        shuffled = [*told, *told[: len(told) // 2]]
        dice.shuffle(shuffled)
        cut = data.draw(st.integers(0, len(shuffled)))
        for some in (shuffled[:cut], shuffled[cut:]):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(watching, "_MANY", data.draw(st.sampled_from([0, 2_000])))
                place.store.take(connection, some)
        place.store.match(connection)
        place.store.settle(connection)
        p = plays.c
        with place.database.reading() as db:
            asked = select(p.number, p.stopped_at, p.seconds, p.watched).where(p.connection_id == connection)
            kept.append(sorted(map(tuple, db.execute(asked))))
    assert kept[0] == kept[1]
    place.stays_when_made_anew()


def test_very_many_at_once_are_summed_afterwards(place, sonarr):
    place.shelve(sonarr, counts={1: 2500})
    told = [play(number, item(number)) for number in range(1, 2402)]
    place.store.take(place.connection, told)
    place.store.take(place.connection, [play(3000), play(3001, first_id=PlayId(3000))])
    place.store.match(place.connection)
    place.store.settle(place.connection)
    with place.database.reading() as db:
        assert db.execute(select(func.count()).select_from(watched_episodes)).scalar() == 2401
    assert place.watching(1, 1).watching.plays == 2
    place.stays_when_made_anew()


def test_very_many_that_were_kept_before_are_merged(place, sonarr, monkeypatch):
    monkeypatch.setattr(watching, "_MANY", 2)
    place.shelve(sonarr, counts={1: 10})
    told = [play(number, item(number)) for number in range(1, 9)]
    place.store.take(place.connection, told)
    longer = [msgspec.structs.replace(one, seconds=one.seconds + 5) for one in told]
    assert place.store.take(place.connection, longer).changed == 8
    place.store.settle(place.connection)
    with place.database.reading() as db:
        assert db.execute(select(func.sum(play_sums.c.seconds))).scalar() == 8 * 2605
    place.stays_when_made_anew()


def test_a_series_that_nobody_knows_is_looked_for_once_an_hour_when_nothing_comes(place, sonarr):
    place.shelve(sonarr)
    place.service.held = [play(1)]
    place.look()
    looked = []
    event.listen(place.database.reader, "before_cursor_execute", lambda *given: looked.append(given[2]))
    for minutes, times in ((5, 0), (56, 1), (5, 1)):
        place.clock.forward(minutes=minutes)
        place.look()
        assert len([one for one in looked if "looked_at <=" in one]) == times
