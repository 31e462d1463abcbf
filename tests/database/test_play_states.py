"""States of media servers on both databases: beside the plays of the same server, and never taken back."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from play_place import ADA, BEN, START, Place, Steps, play
from sqlalchemy import delete, event, select

from episodarr.connections.failures import Broken
from episodarr.database.schema import connections
from episodarr.database.schema_play_states import play_states, playing_now
from episodarr.database.schema_watching import play_items
from episodarr.database.watching_states import StoredPlayStates, asked_at
from episodarr.episode.identity import ConnectionId
from episodarr.watching.follow_states import FollowStates
from episodarr.watching.model import ItemKind, PlayedItem, PlayId, PlayState, SeriesIds, Session
from episodarr.watching.placing import Placing


def item(number: int = 1, key: str = "", guid: str = "yes", **more) -> PlayedItem:
    lasting = f"episode/tvdb://{number}" if guid == "yes" else guid
    return PlayedItem(
        ItemKind.EPISODE, key or f"key{number}", "s1", lasting, "Show 1", 1, number, lasting_key=True, **more
    )


def state(number: int = 1, plays: int = 1, played: bool = True, hour: int | None = 1, **more) -> PlayState:
    at = None if hour is None else START + timedelta(hours=hour)
    of = more.pop("of", None) or item(number)
    return PlayState(of, plays, played, last_at=at, **more)


class Server:
    """A media server that holds what the test puts into it, by user and key."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, PlayState]] = {"1": {}, "2": {}}
        self.failing: set[str] = set()
        self.empty = False
        self.asked: list[tuple[str, datetime | None]] = []

    def put(self, viewer: str, *states: PlayState) -> None:
        for one in states:
            self.held[viewer][one.item.key] = one

    async def viewers(self):
        return [ADA, BEN]

    async def states(self, viewer, since):
        self.asked.append((viewer.id, since))
        if viewer.id in self.failing:
            raise Broken("Jellyfin", "it does not add up")
        found = [] if self.empty else self.held[viewer.id].values()
        if since is not None:
            return [one for one in found if one.last_at is not None and one.last_at >= since]
        return [one for one in found if one.plays or one.played or one.position_seconds or one.favourite]

    async def states_of(self, viewer, keys):
        return [] if self.empty else [one for key, one in self.held[viewer.id].items() if key in keys]

    async def series_ids(self, series_key):
        return SeriesIds()


class House(Place):
    def __init__(self, database, clock) -> None:
        super().__init__(database, clock)
        self.states = StoredPlayStates(database, self.store.register)
        self.server = Server()

    def look_at_states(self):
        placing = Placing(self.connection, "Jellyfin", self.server, self.store, self.ledger)
        follower = FollowStates(self.connection, self.server, self.states, placing, self.clock)
        return asyncio.run(follower.poll(Steps()))

    def rows(self) -> list:
        t = play_states.c
        with self.database.reading() as db:
            asked = select(t.plays, t.watched_plays, t.played, t.position_seconds, t.favourite, t.seen_at)
            return [tuple(row) for row in db.execute(asked.order_by(t.item_id, t.viewer_id))]


@pytest.fixture
def house(database, clock, sonarr) -> House:
    made = House(database, clock)
    made.shelve(sonarr)
    return made


def test_states_are_sums_and_episodes_are_watched(house):
    house.here((1, 1), (1, 2))
    house.server.put("1", state(1, 3, favourite=True), state(2, 1, played=False, position_seconds=300))
    house.server.put("2", state(1, 1, hour=9))
    report = house.look_at_states()
    assert (report.new, report.matched, report.facts, report.whole) == (3, 2, 1, True)
    first = house.watching(1, 1)
    assert (first.watching.plays, first.watching.watched_plays, first.watching.viewers) == (4, 2, 2)
    assert first.watching.last_watched_at == START + timedelta(hours=9)
    assert house.watching(1, 2).watching.partial_plays == 1
    assert (house.state(1, 1)[0], house.state(1, 2)[0]) == ("watched", "imported")
    assert first.viewers == ["Ada", "Ben"]
    house.stays_when_made_anew()


def test_nothing_new_writes_nothing_and_once_a_day_all_is_read(house):
    house.server.put("1", state(1), state(2))
    house.look_at_states()
    statements = []
    event.listen(house.database.writer, "before_cursor_execute", lambda *given: statements.append(given[2]))
    house.clock.forward(hours=1)
    assert house.look_at_states().whole is False
    written = [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all(one.startswith("UPDATE cursors") for one in written), "only that it was read"
    house.clock.forward(days=1)
    assert house.look_at_states().whole is True
    assert {since is None for _, since in house.server.asked} == {True, False}
    assert all(row[-1] == house.clock() for row in house.rows()), "seen now"


@pytest.mark.parametrize("days", [0.01, 2], ids=["what is new", "everything"])
def test_who_marks_an_episode_as_not_played_loses_no_history(house, days):
    hour = (house.clock() - START) / timedelta(hours=1) - 2
    house.server.put("1", state(1, 3, hour=hour))
    house.look_at_states()
    before = house.watching(1, 1).watching
    house.server.put("1", state(1, 0, played=False, hour=None))
    house.clock.forward(days=days)
    assert house.look_at_states().whole is (days > 1)
    assert house.watching(1, 1).watching == before
    assert [row[:3] for row in house.rows()] == [(3, 1, False)]
    house.stays_when_made_anew()


@pytest.mark.parametrize("trouble", ["empty", "removed"])
def test_an_empty_answer_and_a_removed_item_take_back_nothing(house, trouble):
    house.server.put("1", state(1, 3, favourite=True))
    house.look_at_states()
    before = (house.watching(1, 1).watching, [row[:-1] for row in house.rows()])
    if trouble == "empty":
        house.server.empty = True
    else:
        house.server.held["1"].clear()
    house.clock.forward(days=2)
    house.look_at_states()
    assert (house.watching(1, 1).watching, [row[:-1] for row in house.rows()]) == before


def test_one_user_that_cannot_be_read_stops_no_other_and_nothing_counts_as_read(house):
    house.server.put("1", state(1))
    house.server.put("2", state(2))
    house.server.failing = {"1"}
    with pytest.raises(Broken):
        house.look_at_states()
    assert house.watching(1, 2).watching.plays == 1
    assert house.watching(1, 2).synced_at is None
    assert house.answers.readings([house.connection, ConnectionId(99)]) == {house.connection: None, 99: None}
    house.server.failing = set()
    house.look_at_states()
    assert house.watching(1, 2).synced_at == house.clock()
    assert house.answers.readings([house.connection]) == {house.connection: house.clock()}


def test_a_play_and_the_state_of_one_server_count_once(house):
    house.server.put("1", state(1, 2))
    house.look_at_states()
    house.service.held = [play(number, item(1)) for number in (1, 2, 3)]
    house.look()
    assert house.watching(1, 1).watching.plays == 3, "the higher of both"
    house.server.put("1", state(1, 5, hour=99))
    house.clock.forward(days=2)
    house.look_at_states()
    house.service.held.append(play(150, item(1)))
    house.look()
    watching = house.watching(1, 1).watching
    assert (watching.plays, watching.seconds) == (5, 4 * 2600)
    assert watching.last_at == play(150).stopped_at
    house.stays_when_made_anew()


def test_an_item_added_again_under_another_key_keeps_its_history(house):
    house.server.put("1", state(1, 2))
    house.look_at_states()
    house.server.held["1"] = {"new": state(1, 2, of=item(1, key="new"))}
    house.clock.forward(days=2)
    house.look_at_states()
    house.service.held = [play(1, msgspec.structs.replace(item(1, key="key1", guid=""), title="x"))]
    house.look()
    assert house.watching(1, 1).watching.plays == 2, "the play names the old key, of which only the name is known"
    assert len(house.rows()) == 1


def test_an_item_that_gets_its_guid_later_is_the_same_one(house):
    house.server.put("1", state(1, 2, of=item(1, guid="")))
    house.look_at_states()
    house.server.put("1", state(1, 2))
    house.clock.forward(days=2)
    house.look_at_states()
    assert house.watching(1, 1).watching.plays == 2
    other = state(1, 4, hour=30, of=item(1, key="copy", guid="episode/imdb://tt1"))
    house.server.put("1", other)
    house.clock.forward(days=2)
    house.look_at_states()
    house.service.held = [play(1, other.item)]
    house.look()
    house.server.put("1", msgspec.structs.replace(other, item=item(1, key="copy")))
    house.clock.forward(days=2)
    house.look_at_states()
    with house.database.reading() as db:
        assert len(db.execute(select(play_items.c.id)).all()) == 1
    assert house.watching(1, 1).watching.plays == 4, "they were joined: nothing counts twice"
    house.stays_when_made_anew()


def test_a_play_whose_item_is_gone_stays_with_it(house):
    house.service.held = [play(1, item(1)), play(2, item(2))]
    house.look()
    gone = PlayedItem(ItemKind.EPISODE, "key1", series_title="Renamed", lasting_key=True)
    house.service.held = [play(1, gone), play(2, item(2))]
    report = house.look()
    assert (report.new, report.changed) == (0, 0)
    assert house.watching(1, 1).watching.plays == 1


def covered_history(house, *hours: int) -> ConnectionId:
    """A Plex's own history, with plays that were noted near their ends."""
    plex = house.connect(f"Plex {uuid4()}")
    of = msgspec.structs.replace(item(1), lasting_key=False)
    told = [play(hour, of, id=PlayId(hour + 500), first_id=PlayId(hour + 500)) for hour in hours]
    house.store.take(plex, [msgspec.structs.replace(one, started_at=one.stopped_at, seconds=0) for one in told])
    house.store.match(plex)
    return plex


def test_a_play_that_two_services_tell_counts_once_and_a_gap_is_filled(house):
    plex = covered_history(house, 1, 40, 80)
    house.service.held = [play(40, item(1)), play(120, item(1))]
    house.look()
    assert house.watching(1, 1).watching.plays == 5
    assert house.store.cover([plex], [house.connection]) == 1
    assert house.watching(1, 1).watching.plays == 4
    assert len(house.watching(1, 1).plays) == 4, "those of the list, too"
    assert house.store.cover([plex], [house.connection]) == 0
    house.stays_when_made_anew()


def test_without_the_service_that_told_them_they_count_again(house):
    plex = covered_history(house, 40)
    house.service.held = [play(40, item(1))]
    house.look()
    house.store.cover([plex], [house.connection])
    with house.database.writing() as db:
        db.execute(delete(connections).where(connections.c.id == house.connection))
    house.store.rebuild()
    assert house.watching(1, 1).watching.plays == 1


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("state"), st.integers(1, 2), st.integers(0, 4), st.booleans(), st.integers(0, 60)),
        st.tuples(st.just("play"), st.integers(1, 2), st.integers(1, 12), st.booleans(), st.integers(0, 9)),
        st.tuples(st.just("cover"), st.none(), st.none(), st.none(), st.none()),
    ),
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_mixture_gives_the_sums_of_counting_anew(house, steps):
    house.connection = house.connect(f"Jellyfin {uuid4()}")
    plex = covered_history(house, 3, 6)
    for kind, number, count, yes, extra in steps:
        if kind == "state":
            house.states.take_states(
                house.connection, ADA, [state(number, count, yes, extra)], house.clock(), whole=bool(count % 2)
            )
        elif kind == "play":
            house.store.take(house.connection, [play(count, item(number), watched=yes, seconds=extra)])
        else:
            house.store.cover([plex], [house.connection])
        house.store.match(house.connection)
    house.stays_when_made_anew()


def test_what_is_playing_is_replaced_as_a_whole(house):
    now = datetime(2026, 2, 1, tzinfo=UTC)
    with house.database.reading() as db:
        assert asked_at(db, house.connection) is None
    first, second = Session(item(1), ADA, 60), Session(item(2), BEN, None, paused=True)
    assert house.states.playing(house.connection, [first, second], now) == 2
    house.store.match(house.connection)
    later = now + timedelta(minutes=1)
    assert house.states.playing(house.connection, [Session(item(1), ADA, 120)], later) == 0
    n = playing_now.c
    with house.database.reading() as db:
        assert asked_at(db, house.connection) == later
        (row,) = db.execute(select(n.position_seconds, n.paused, n.since, n.seen_at)).all()
        assert tuple(row) == (120, False, now, later)
    house.states.playing(house.connection, [], later)
    with house.database.reading() as db:
        assert db.execute(select(playing_now)).all() == []
    assert house.watching(1, 1).watching.plays == 0
