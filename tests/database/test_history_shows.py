"""A show is one, whoever tells of it; what comes into the library later is joined; mappings by title."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from history_place import DARK, HistoryPlace, netflix, show
from sqlalchemy import event, select

from episodarr.database.schema_history_imports import known_shows, watched_days
from episodarr.histories.import_model import Choice, TitleMapping
from episodarr.histories.library_join import LibraryTitle
from episodarr.histories.metadata import KnownEpisode, KnownSeason, KnownShow, ShowRef


@pytest.fixture
def place(database, clock, tmp_path: Path) -> HistoryPlace:
    return HistoryPlace(database, clock, tmp_path, DARK)


def known(place: HistoryPlace) -> list:
    with place.database.reading() as db:
        return db.execute(select(known_shows).order_by(known_shows.c.id)).all()


def test_a_show_of_two_services_is_one(place, clock):
    maze = KnownShow(ShowRef("tvmaze", 17861), "Dark", tvdb_id=334824, imdb_id="tt5753856")
    tmdb = KnownShow(ShowRef("tmdb", 70523), "Dark", tvdb_id=334824)
    first = place.store.know([[maze]], clock())[maze.ref]
    assert place.store.know([[tmdb]], clock()) == {tmdb.ref: first}
    assert place.store.know([[LibraryTitle(5, "Dark", imdb_id="tt5753856")]], clock()) == {ShowRef("library", 5): first}
    (row,) = known(place)
    assert (row.tmdb_id, row.tvmaze_id, row.tvdb_id, row.series_id) == (70523, 17861, 334824, 5)
    other = KnownShow(ShowRef("tmdb", 1), "Dark")
    assert place.store.know([[other]], clock())[other.ref] != first, "a name alone joins nothing"


def test_a_show_of_the_library_learns_who_else_knows_it(place, clock):
    listed = LibraryTitle(5, "Dark", tvdb_id=334824)
    tmdb = msgspec.structs.replace(DARK, tvdb_id=334824)
    found = place.store.know([[listed, tmdb]], clock())
    assert len(set(found.values())) == 1
    (row,) = known(place)
    assert (row.source, row.source_id, row.series_id, row.total_episodes) == ("tmdb", 1, 5, 5)
    assert place.store.know([[listed]], clock())[listed.ref] == row.id


def test_a_show_that_comes_into_the_library_is_joined(place, clock):
    place.lookup.shows = [msgspec.structs.replace(DARK, tvdb_id=334824)]
    ada = place.user()
    place.imported(
        ada, netflix(("Dark: Season 1: Secrets", "2026-01-03"), ("Dark: Season 2: Dark Matter", "2026-01-04"))
    )
    assert place.store.join_library() == 0
    series_id = place.listed("Dark", {1: ["Secrets", "Lies", "Past and Present"]}, tvdb_id=334824)
    assert place.store.join_library() == 1
    assert place.store.join_library() == 0
    with place.database.reading() as db:
        held = db.execute(select(watched_days.c.season, watched_days.c.episode_id)).all()
    assert sorted(map(tuple, held)) == [(1, place.episode(series_id, 1, 1)), (2, None)]
    again = place.imported(
        ada, netflix(("Dark: Season 1: Secrets", "2026-01-03"), ("Dark: Season 1: Lies", "2026-01-05"))
    )
    assert (again.already_known, again.episodes) == (1, 1)
    assert place.histories.counts(ada.user_id, [series_id]) == {series_id: 3}
    assert place.histories.seen(ada.user_id, series_id=series_id).next_number == 3


def test_what_a_service_numbers_otherwise_is_kept_as_the_library_has_it(place):
    """Spy x Family is one season for TMDB and two for Sonarr: joined by the days on which it aired."""
    days = [date(2022, 4, 9), date(2022, 4, 16), date(2023, 10, 7), date(2023, 10, 14)]
    spy = KnownShow(
        ShowRef("tmdb", 9),
        "Spy x Family",
        tvdb_id=405920,
        seasons=(KnownSeason(1, "", 4),),
        episodes=tuple(KnownEpisode(1, at, (f"Auftrag {at}",), day) for at, day in enumerate(days, 1)),
    )
    place.lookup.shows = [spy]
    series_id = place.listed("Spy x Family", {1: ["A", "B"], 2: ["C", "D"]}, tvdb_id=405920)
    from episodarr.database.schema import episodes

    e = episodes.c
    with place.database.writing() as db:
        for (season, number), day in zip(((1, 1), (1, 2), (2, 1), (2, 2)), days, strict=True):
            own = (e.season_number == season) & (e.episode_number == number)
            db.execute(episodes.update().where(own).values(air_date=day.isoformat()))
    ada = place.user()
    report = place.imported(ada, netflix(("Spy x Family: Staffel 1: Auftrag 3", "2026-01-03")))
    assert report.episodes == 1
    assert {day[1:3] for day in place.days(ada)} == {(2, 1)}
    (row,), _ = place.histories.rows(ada.user_id, report.import_id)
    assert row.episode_id == place.episode(series_id, 2, 1)


def test_ones_own_word_goes_before_that_for_all(place, clock):
    ada, ben = place.user("ada"), place.user("ben")
    show_id = place.store.know([[show(8, "Silo", {1: ["A"]})]], clock())[ShowRef("tmdb", 8)]

    def said(user_id, choice, name="silo"):
        of = ShowRef("tmdb", 8) if choice is Choice.SHOW else None
        mapping = TitleMapping(0, user_id, name, choice, of, "", 0, "test", clock())
        return place.mappings.put(mapping, show_id if choice is Choice.SHOW else None)

    for_all, own = said(None, Choice.IGNORE), said(ada.user_id, Choice.SHOW)
    assert place.mappings.of_names(ada.user_id, ["silo", "x"]) == {"silo": own}
    assert place.mappings.of_names(ben.user_id, ["silo"]) == {"silo": for_all}
    assert (own.show, own.show_title) == (ShowRef("tmdb", 8), "Silo")
    again = said(ada.user_id, Choice.FILM)
    assert place.mappings.mappings(ada.user_id) == [for_all, again]
    assert place.mappings.remove(again.id) == again
    assert place.mappings.remove(again.id) is None
    assert place.mappings.mappings(None) == [for_all]


def test_a_season_that_is_counted_otherwise_is_moved(place):
    import asyncio

    ada = place.user()
    report = place.imported(ada, netflix(("Dunkel: Season 3: Episode 1", "2026-01-03")))
    assert report.unmatched == 1
    place_it = place.histories.deciding.decide(ada, "Dunkel", Choice.SHOW, ShowRef("tmdb", 1), season_offset=-1)
    asyncio.run(place_it)
    assert {day[1:3] for day in place.days(ada)} == {(2, 1)}
    (held,) = place.histories.deciding.mappings(ada.user_id)
    asyncio.run(place.histories.deciding.remove(ada, held.id))
    assert place.days(ada) == set()
    assert place.complete() == 1
    assert place.histories.report(ada.user_id, report.import_id).unmatched == 1


def test_many_shows_are_asked_for_together(place):
    ada = place.user()
    for number in range(30):
        place.listed(f"Show {number}", {1: ["One", "Two", "Three"]})
    rows = [
        (f"Show {number}: Season 1: {title}", f"2025-03-{number + 1:02}")
        for number in range(30)
        for title in ("One", "Two")
    ]
    assert place.imported(ada, netflix(*rows)).episodes == 60
    asked = []
    event.listen(place.database.reader, "before_cursor_execute", lambda *given: asked.append(given[2]))
    going_on = place.histories.go_on(ada.user_id, 20)
    assert [one.title for one in going_on] == [f"Show {number}" for number in range(29, 9, -1)]
    assert {(one.next_season, one.next_number, one.totals.text) for one in going_on} == {(1, 3, "2/3 episodes")}
    assert len(asked) <= 12, "not for each show by itself"
