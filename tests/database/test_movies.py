"""Movies on both databases: one row a movie over all systems, sums of plays, lists page by page."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hand import Hand
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from episodarr.catalogue.movies import ListedMovie, MovieListing, MovieReading
from episodarr.catalogue.ports import Counts
from episodarr.database.engine import Database
from episodarr.database.movies import StoredMovies
from episodarr.database.movies_overview import StoredMovieOverview
from episodarr.database.schema import connections, metadata
from episodarr.database.schema_movies import movie_copies, movies, played_movies, watched_movies
from episodarr.database.watching import StoredPlays
from episodarr.episode.identity import ConnectionId
from episodarr.overview.movies import MovieFilter
from episodarr.watching.model import ItemKind, Play, PlayedItem, PlayId, Viewer

AT = datetime(2026, 1, 10, 20, tzinfo=UTC)
RADARR, PLEX, JELLYFIN, TAUTULLI = (ConnectionId(number) for number in (1, 2, 3, 4))


@pytest.fixture
def shelf(database: Database, clock: Hand) -> "Shelf":
    return Shelf(database, clock)


class Shelf:
    """Four connections, and the stores."""

    def __init__(self, database: Database, clock: Hand) -> None:
        self.database, self.clock = database, clock
        self.store = StoredMovies(database, clock)
        self.plays = StoredPlays(database, clock)
        self.overview = StoredMovieOverview(database)
        row = {"settings": "{}", "enabled": True, "from_environment": False, "created_at": AT, "updated_at": AT}
        with database.writing() as db:
            for number, kind in enumerate(("radarr", "plex", "jellyfin", "tautulli"), 1):
                db.execute(insert(connections).values(id=number, kind=kind, name=kind.title(), **row))

    def write(self, connection: ConnectionId, *told: ListedMovie) -> Counts:
        self.clock.forward(minutes=1)
        return self.store.write(connection, MovieListing(told), self.clock(), manager=connection == RADARR)

    def rows(self, table: Any) -> list[Any]:
        with self.database.reading() as db:
            return list(db.execute(select(table).order_by(*table.primary_key.columns)).all())

    def row(self, title: str) -> Any:
        with self.database.reading() as db:
            return db.execute(select(movies).where(movies.c.title == title)).one()

    def titles(self, **wanted: str) -> list[str]:
        return [one.title for one in self.overview.movies(MovieFilter(**wanted), 100, None).items]


def listed(key: str, title: str = "Heat", year: int = 1995, **told: Any) -> ListedMovie:
    return ListedMovie(key, title, year, **told)


def filed(key: str, title: str = "Heat", year: int = 1995, **told: Any) -> ListedMovie:
    return listed(key, title, year, **{"has_file": True, "size": 100, "path": f"/{title}.mkv", "added_at": AT, **told})


def play(number: int, item: PlayedItem, viewer: str = "1", **more: Any) -> Play:
    at = AT + timedelta(hours=number)
    stop = at + timedelta(minutes=100)
    made = Play(PlayId(number), PlayId(number), Viewer(viewer, f"Name {viewer}"), item, at, stop, 6000, 97, True)
    return msgspec.structs.replace(made, **more)


def seen(guid: str = "plex://movie/1", title: str = "Heat", year: int = 1995, key: str = "501") -> PlayedItem:
    return PlayedItem(ItemKind.MOVIE, key, guid=guid, title=title, year=year)


def test_one_row_a_movie_over_all_systems(shelf: Shelf) -> None:
    shelf.write(RADARR, listed("1", tmdb_id=7, monitored=True, tags=("keep",)))
    shelf.write(PLEX, filed("501", "Heat!", imdb_id="tt1", library="Films"))
    shelf.write(JELLYFIN, filed("ab", "Hitze", tmdb_id=7, imdb_id="tt1"))
    (held,) = shelf.rows(movies)
    assert (held.title, held.tmdb_id, held.imdb_id, held.monitored, held.tags) == ("Heat", 7, "tt1", True, '["keep"]')
    assert (held.has_file, held.available, held.size_on_disk) == (True, True, 100)
    assert {one.connection_id: one.joined_by for one in shelf.rows(movie_copies)} == {1: "tmdb", 2: "imdb", 3: "tmdb"}


def test_the_same_list_writes_nothing(shelf: Shelf) -> None:
    told = [filed("1", tmdb_id=7), filed("2", "Dune", 2021)]
    assert shelf.write(RADARR, *told).created == 2
    before = [shelf.rows(table) for table in (movies, movie_copies)]
    assert shelf.write(RADARR, *reversed(told)) == Counts(unchanged=2)
    assert [shelf.rows(table) for table in (movies, movie_copies)] == before


def test_only_what_changed_is_written(shelf: Shelf) -> None:
    shelf.write(RADARR, filed("1", tmdb_id=7), filed("2", "Dune", 2021))
    dune = shelf.row("Dune")
    assert shelf.write(RADARR, filed("1", tmdb_id=7, quality="Remux"), filed("2", "Dune", 2021)).updated == 1
    assert shelf.row("Heat").quality == "Remux"
    assert shelf.row("Heat").updated_at == shelf.clock()
    assert shelf.row("Dune") == dune


def test_a_list_that_names_a_movie_twice_is_refused_whole(shelf: Shelf) -> None:
    shelf.write(RADARR, listed("1"))
    with pytest.raises(ValueError, match="twice"):
        shelf.write(RADARR, listed("1", "Other"), listed("1", "Another"))
    assert shelf.titles() == ["Heat"]


def test_what_a_list_lacks_is_gone_and_what_it_cannot_tell_is_not(shelf: Shelf) -> None:
    shelf.write(RADARR, listed("1"), listed("2", "Dune", 2021), listed("3", "Arrival", 2016))
    gone = MovieListing((listed("1"),), {"2": "not readable"})
    assert shelf.store.write(RADARR, gone, shelf.clock(), manager=True).removed == 1
    assert shelf.titles() == ["Dune", "Heat"]
    assert shelf.store.held(RADARR) == {"1", "2"}
    assert shelf.row("Arrival").gone_at == shelf.clock()


def test_a_movie_that_was_added_anew_goes_on_with_its_history(shelf: Shelf) -> None:
    shelf.write(RADARR, listed("1", tmdb_id=7))
    number = shelf.row("Heat").id
    shelf.write(RADARR)
    shelf.write(RADARR, listed("9", tmdb_id=7))
    held = shelf.row("Heat")
    assert (held.id, held.gone_at) == (number, None)


def test_two_rows_that_turn_out_to_be_one_become_one_with_all_plays(shelf: Shelf) -> None:
    shelf.write(PLEX, filed("501", guid="plex://movie/1"))
    shelf.write(JELLYFIN, filed("ab", "Hitze", imdb_id="tt1"))
    shelf.plays.take(TAUTULLI, [play(1, seen())])
    shelf.plays.take(JELLYFIN, [play(1, seen("", "Hitze", 0, "ab"), "2")])
    for connection in (TAUTULLI, JELLYFIN):
        shelf.plays.match(connection)
    assert len(shelf.rows(watched_movies)) == 2
    shelf.write(RADARR, listed("1", tmdb_id=7, imdb_id="tt1"))
    shelf.write(PLEX, filed("501", guid="plex://movie/1", tmdb_id=7))
    (held,) = shelf.rows(movies)
    (sums,) = shelf.rows(watched_movies)
    assert (sums.movie_id, sums.plays, sums.viewers) == (held.id, 2, 2)


def test_a_removed_connection_takes_only_its_own_word(shelf: Shelf) -> None:
    shelf.write(RADARR, filed("1", tmdb_id=7, monitored=True), listed("2", "Dune", 2021, overview="Sand."))
    shelf.write(PLEX, filed("501", tmdb_id=7))
    with shelf.database.writing() as db:
        db.execute(delete(connections).where(connections.c.id == RADARR))
    shelf.store.rebuild()
    heat, dune = shelf.row("Heat"), shelf.row("Dune")
    assert (heat.monitored, heat.available, heat.gone_at) == (None, True, None)
    assert (dune.overview, dune.gone_at, shelf.titles()) == ("Sand.", shelf.clock(), ["Heat"])
    before = shelf.rows(movies)
    shelf.clock.forward(days=1)
    shelf.store.rebuild()
    assert shelf.rows(movies) == before
    shelf.write(JELLYFIN, filed("cd", "Dune", 2021))
    assert (shelf.row("Dune").id, shelf.row("Dune").gone_at) == (dune.id, None)


def test_how_far_a_list_was_read_is_remembered(shelf: Shelf) -> None:
    assert shelf.store.reading(RADARR) == MovieReading()
    shelf.store.note(RADARR, MovieReading("d", AT, "x", AT))
    assert shelf.store.reading(RADARR) == MovieReading("d", AT, "x", AT)


def test_a_play_counts_for_its_movie_as_soon_as_both_are_known(shelf: Shelf) -> None:
    shelf.plays.take(TAUTULLI, [play(1, seen()), play(2, seen(), "2", percent=20, watched=False)])
    assert shelf.plays.match(TAUTULLI) == 0
    assert shelf.rows(watched_movies) == []
    shelf.write(PLEX, filed("501", guid="plex://movie/1"))
    (sums,) = shelf.rows(watched_movies)
    assert (sums.plays, sums.watched_plays, sums.viewers, sums.seconds) == (2, 1, 2, 12000)
    shelf.plays.take(TAUTULLI, [play(3, seen())])
    (sums,) = shelf.rows(watched_movies)
    assert (sums.plays, sums.watched_plays) == (3, 2)


def test_a_film_of_another_kind_is_no_movie(shelf: Shelf) -> None:
    shelf.write(PLEX, filed("501", guid="plex://movie/1"))
    clip = msgspec.structs.replace(seen(), kind=ItemKind.OTHER)
    shelf.plays.take(TAUTULLI, [play(1, clip)])
    shelf.plays.match(TAUTULLI)
    assert shelf.rows(played_movies) == []


def test_the_filters(shelf: Shelf) -> None:
    shelf.write(
        RADARR,
        listed("1", "Missing", 2001, monitored=True),
        listed("2", "Unwanted", 2002, monitored=False),
        filed("3", "Unserved", 2003, monitored=True),
        filed("4", "Seen 100%", 2004, monitored=True, size=300),
    )
    shelf.write(PLEX, filed("501", "Seen 100%", 2004, guid="plex://movie/1", size=300))
    shelf.plays.take(TAUTULLI, [play(1, seen())])
    shelf.plays.match(TAUTULLI)
    assert shelf.titles() == ["Missing", "Seen 100%", "Unserved", "Unwanted"]
    assert shelf.titles(show="missing") == ["Missing"]
    assert shelf.titles(show="available") == ["Seen 100%"]
    assert shelf.titles(show="unserved") == ["Unserved"]
    assert shelf.titles(show="unwatched") == ["Unserved"]
    assert shelf.titles(search="100%") == ["Seen 100%"]
    assert shelf.titles(search="se_n") == []
    assert shelf.titles(sort="size")[:2] == ["Seen 100%", "Unserved"]
    assert shelf.titles(sort="watched")[0] == "Seen 100%"
    totals = shelf.overview.totals()
    assert (totals.movies, totals.available, totals.missing, totals.size_on_disk) == (4, 1, 1, 400)


@pytest.mark.parametrize("sort", MovieFilter.SORTS)
def test_pages_hold_everything_once(shelf: Shelf, sort: str) -> None:
    shelf.write(RADARR, *(filed(f"{n}", f"Film {n % 3}", 2000 + n, size=n % 2, added_at=None) for n in range(1, 12)))
    found, cursor = [], None
    while True:
        page = shelf.overview.movies(MovieFilter(sort=sort), 4, cursor)
        assert page.total == 11
        found += [one.id for one in page.items]
        if (cursor := page.next) is None:
            break
    assert len(found) == len(set(found)) == 11
    with pytest.raises(ValueError, match="cursor"):
        shelf.overview.movies(MovieFilter(sort=sort), 4, "zzz")


def test_the_answer_about_one_movie(shelf: Shelf) -> None:
    shelf.write(RADARR, filed("1", tmdb_id=7, monitored=True, overview="Bang.", genres=("Crime",), tags=("keep",)))
    shelf.write(PLEX, filed("501", guid="plex://movie/1", size=200, library="Films"))
    shelf.store.note(PLEX, MovieReading("d", AT))
    shelf.plays.take(TAUTULLI, [play(1, seen()), play(2, seen(), "2")])
    shelf.plays.match(TAUTULLI)
    number = shelf.row("Heat").id
    found = shelf.overview.movie(number)
    assert (found.overview, found.genres, found.tags, found.state) == (
        "Bang.",
        ["Crime"],
        ["keep"],
        "It can be played in Plex.",
    )
    assert [(one.connection, one.kind, one.read_at) for one in found.copies] == [
        ("Radarr", "radarr", None),
        ("Plex", "plex", AT),
    ]
    assert len(found.problems) == 2
    assert [one.title for one in shelf.overview.cards([number, 99])] == ["Heat"]
    named = shelf.overview.plays(number, names=True, limit=1)
    assert (named.watching.plays, named.viewers, len(named.plays)) == (2, ["Name 1", "Name 2"], 1)
    nameless = shelf.overview.plays(number, names=False, limit=5)
    assert (nameless.viewers, {one.viewer for one in nameless.plays}) == (None, {None})
    assert shelf.overview.movie(99) is None
    assert shelf.overview.plays(99, names=True, limit=1) is None
    assert [place.external_id for place in shelf.store.places(number)] == []


movie = st.builds(
    listed,
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["Heat", "Dune"]),
    st.sampled_from([0, 1995]),
    tmdb_id=st.sampled_from([0, 7, 8]),
    imdb_id=st.sampled_from(["", "tt1"]),
    has_file=st.booleans(),
    guid=st.sampled_from(["", "plex://movie/1"]),
)
lists = st.tuples(st.sampled_from([RADARR, PLEX, JELLYFIN]), st.lists(movie, max_size=3, unique_by=lambda one: one.id))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lists, max_size=6), st.integers(0, 6))
def test_whatever_is_read_in_whatever_order_everything_adds_up(shelf: Shelf, told: list[Any], when: int) -> None:
    with shelf.database.writing() as db:
        for name in ("movie_copies", "played_movies", "watched_movies", "movies", "plays", "play_sums", "play_items"):
            db.execute(delete(metadata.tables[name]))
    shelf.plays = StoredPlays(shelf.database, shelf.clock)
    last: dict[int, set[str]] = {}
    for place, (connection, found) in enumerate(told):
        if place == when:
            shelf.plays.take(TAUTULLI, [play(1, seen()), play(2, seen(year=0, guid="imdb://tt1"), "2")])
            shelf.plays.match(TAUTULLI)
        shelf.write(connection, *found)
        last[connection] = {one.id for one in found}
    for connection, ids in last.items():
        assert shelf.store.held(ConnectionId(connection)) == ids
    with shelf.database.reading() as db:
        homeless = (
            select(func.count()).select_from(movie_copies).where(~movie_copies.c.movie_id.in_(select(movies.c.id)))
        )
        assert db.execute(homeless).scalar() == 0
        live = select(movie_copies.c.movie_id).where(movie_copies.c.gone_at.is_(None))
        assert db.execute(select(movies.c.id).where(movies.c.gone_at.is_(None), ~movies.c.id.in_(live))).all() == []
        assert db.execute(select(movies.c.id).where(movies.c.gone_at.is_not(None), movies.c.id.in_(live))).all() == []
    before = [shelf.rows(table) for table in (movies, movie_copies, played_movies, watched_movies)]
    shelf.store.rebuild()
    shelf.plays.rebuild()
    assert [shelf.rows(table) for table in (movies, movie_copies, played_movies, watched_movies)] == before


def test_a_movie_that_loses_a_copy_to_another_one_says_so(shelf: Shelf) -> None:
    shelf.write(RADARR, listed("1", tmdb_id=7, monitored=True))
    shelf.write(PLEX, filed("501", tmdb_id=7))
    shelf.write(PLEX, filed("501", tmdb_id=8))
    held = {one.tmdb_id: (one.monitored, one.available) for one in shelf.rows(movies)}
    assert held == {7: (True, False), 8: (None, True)}
