"""The plays of all servers on both databases: latest first, filtered, paged, and who it was for administrators only."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hand import Hand
from play_place import ADA, BEN, START, Place, item, play
from sqlalchemy import insert, select, update

from episodarr.database.engine import Database
from episodarr.database.people import StoredPeople
from episodarr.database.play_history import StoredPlayHistory
from episodarr.database.schema_play_states import play_states, playing_now
from episodarr.database.schema_watching import play_items, plays
from episodarr.episode.identity import ConnectionId
from episodarr.overview.plays import PlayFilter
from episodarr.watching.model import ItemKind, PlayedItem, Viewer

FILM = PlayedItem(ItemKind.MOVIE, "900", guid="plex://movie/900", title="Arrival", year=2016)
OTHER = item(1, title="Other 100% show")


@pytest.fixture
def place(database: Database, clock: Hand, sonarr: ConnectionId) -> Place:
    made = Place(database, clock)
    made.shelve(sonarr)
    made.service.held = [
        play(1, item(1), ADA),
        play(2, item(2), ADA, watched=False, percent=40, seconds=1000),
        play(3, item(1), BEN),
        play(4, FILM, BEN),
        play(5, OTHER, ADA),
    ]
    made.look()
    return made


@pytest.fixture
def history(place: Place) -> StoredPlayHistory:
    return StoredPlayHistory(place.database, place.clock)


def numbers(page) -> list[int]:
    return [int(row.id.split("-")[1]) for row in page.items]


def test_the_latest_come_first_with_what_was_played(place: Place, history: StoredPlayHistory) -> None:
    page = history.plays(PlayFilter(), 10, None, names=True)
    assert numbers(page) == [5, 4, 3, 2, 1]
    assert (page.total, page.next) == (5, None)
    other, film, ben = page.items[:3]
    assert (other.played.series_title, other.played.series_id) == ("Other 100% show", None)
    assert (film.played.kind, film.played.title, film.played.movie_id) == ("movie", "Arrival", None)
    assert ben.played.episode_id == place.episode(1, 1)
    assert ben.played.series_id is not None
    assert (ben.viewer, ben.person is not None, ben.seconds, ben.percent) == ("Ben", True, 2600, 97)
    assert ben.started_at == START + timedelta(hours=3)


def test_nobody_is_named_to_who_may_not_see_it(history: StoredPlayHistory) -> None:
    page = history.plays(PlayFilter(), 10, None, names=False)
    assert {(row.viewer, row.person) for row in page.items} == {(None, None)}


def test_pages_follow_each_other_without_gap_or_double(history: StoredPlayHistory) -> None:
    found, cursor = [], None
    while True:
        page = history.plays(PlayFilter(), 2, cursor, names=False)
        found += numbers(page)
        cursor = page.next
        if cursor is None:
            break
    assert found == [5, 4, 3, 2, 1]
    with pytest.raises(ValueError, match="cursor"):
        history.plays(PlayFilter(), 2, "x", names=False)


def test_each_filter_takes_its_part(place: Place, history: StoredPlayHistory) -> None:
    def found(**more) -> list[int]:
        return numbers(history.plays(PlayFilter(**more), 10, None, names=True))

    series = history.plays(PlayFilter(), 10, None, names=True).items[2].played.series_id
    ada = next(row.person for row in history.plays(PlayFilter(), 10, None, names=True).items if row.viewer == "Ada")
    assert found(series_id=series) == [3, 2, 1]
    assert found(search="100% SHOW") == [5]
    assert found(search="arriv") == [4]
    assert found(search="_") == []
    assert found(finished=False) == [2]
    assert found(finished=True) == [5, 4, 3, 1]
    assert found(start=START + timedelta(hours=2), end=START + timedelta(hours=4)) == [3, 2]
    assert found(connection_id=place.connection) == [5, 4, 3, 2, 1]
    assert found(connection_id=999) == []
    assert found(person=ada) == [5, 2, 1]
    assert found(person="p77") == []
    with pytest.raises(ValueError, match="person"):
        found(person="ada")


def test_a_person_is_followed_over_all_accounts(place: Place, history: StoredPlayHistory) -> None:
    book = StoredPeople(place.database, place.clock)
    place.service.held.append(play(6, item(3), Viewer("777", "Ada at home")))
    place.look()
    keys = {account.name: account.key for one in book.people(10).people for account in one.accounts}
    book.join(keys["Ada"], keys["Ada at home"], "anna")
    person = book.people(10).people[0]
    page = history.plays(PlayFilter(person=person.token), 3, None, names=True)
    assert numbers(page) == [6, 5, 2]
    assert page.total == 4
    assert {row.viewer for row in page.items} == {"Ada at home"} == {person.name}
    rest = history.plays(PlayFilter(person=person.token), 3, page.next, names=True)
    assert numbers(rest) == [1]
    watchers = history.watchers(10)
    assert [(one.name, one.token) for one in watchers] == [
        ("Ada at home", person.token),
        ("Ben (Tautulli)", watchers[1].token),
    ]
    assert history.summary(PlayFilter(), 5).viewers == 2
    assert history.summary(PlayFilter(person=person.token), 5).plays == 4


def test_sums_of_a_time_count_a_resumed_play_once(place: Place, history: StoredPlayHistory) -> None:
    place.service.held.append(play(7, item(2), ADA, first_id=2, seconds=500))
    place.look()
    for wanted in (PlayFilter(), PlayFilter(start=START)):
        found = history.summary(wanted, 5)
        assert (found.plays, found.viewers, found.seconds) == (5, 2, 4 * 2600 + 1000 + 500)
        assert [(one.title, one.plays, one.viewers) for one in found.shows] == [
            ("Show 1", 3, 2),
            ("Other 100% show", 1, 1),
        ]
        assert found.shows[0].series_id is not None
    assert history.summary(PlayFilter(finished=True, search="show 1"), 5).plays == 3
    assert history.summary(PlayFilter(end=START), 5).plays == 0
    assert len(history.summary(PlayFilter(), 1).shows) == 1


def test_what_two_services_tell_of_is_listed_once(place: Place, history: StoredPlayHistory) -> None:
    with place.database.writing() as db:
        db.execute(update(plays).where(plays.c.number == 5).values(counted_by=place.connection))
    assert numbers(history.plays(PlayFilter(), 10, None, names=False)) == [4, 3, 2, 1]
    assert 5 in numbers(history.plays(PlayFilter(connection_id=place.connection), 10, None, names=False))


def test_what_plays_now_says_since_when_it_is_known(place: Place, history: StoredPlayHistory) -> None:
    now = place.clock()
    row = {"connection_id": place.connection, "item_id": 1, "viewer_id": 1, "position_seconds": 60, "paused": False}
    with place.database.writing() as db:
        db.execute(insert(playing_now).values(row | {"since": now - timedelta(minutes=9), "seen_at": now}))
    (fresh,) = history.playing(10, names=True)
    assert (fresh.stale, fresh.viewer, fresh.position_seconds) == (False, "Ada", 60)
    assert fresh.played.episode_id == place.episode(1, 1)
    place.clock.forward(minutes=10)
    (old,) = history.playing(10, names=False)
    assert (old.stale, old.viewer, old.as_of) == (True, None, now)


def test_a_server_without_a_history_tells_the_latest_play_alone(place: Place, history: StoredPlayHistory) -> None:
    """Of what nobody else tells of: where there are plays, these are listed."""
    jellyfin, at = place.connect("Jellyfin"), START + timedelta(hours=2, minutes=30)
    row = {"connection_id": place.connection, "viewer_id": 1, "plays": 3, "watched_plays": 1, "played": True}
    row |= {"position_seconds": 0, "favourite": False, "last_at": at, "last_watched_at": at, "seen_at": at}
    with place.database.writing() as db:
        items = db.execute(select(play_items.c.id, play_items.c.title, play_items.c.identity)).all()
        film = next(one.id for one in items if one.title == "Arrival")
        known = next(one.id for one in items if one.identity.endswith("Show 1-1-1"))
        db.execute(insert(play_states).values([row | {"item_id": film}, row | {"item_id": known}]))
    assert jellyfin
    page = history.plays(PlayFilter(), 3, None, names=True)
    rest = history.plays(PlayFilter(), 10, page.next, names=True)
    rows = [*page.items, *rest.items]
    assert [row.only_latest for row in rows] == [False, False, False, True, False, False]
    assert (rows[3].played.title, rows[3].started_at, rows[3].watched, page.total) == ("Arrival", at, True, 6)
    assert len({row.id for row in rows}) == 6
    ada = rows[3].person
    assert [row.only_latest for row in history.plays(PlayFilter(person=ada), 9, None, names=True).items].count(
        True
    ) == 1
    assert history.plays(PlayFilter(search="arriv", finished=True), 9, None, names=True).total == 2
    assert history.summary(PlayFilter(start=START), 5).plays == 6


def test_it_is_known_when_each_history_was_read(place: Place, history: StoredPlayHistory, sonarr) -> None:
    assert history.read_at() == {sonarr: None, place.connection: place.clock()}


def test_an_empty_filter_is_the_whole(history: StoredPlayHistory) -> None:
    assert history.summary(replace(PlayFilter(), search=" "), 5).plays == 5
