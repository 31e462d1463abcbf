"""What lies in the library of movies is summed up anew whenever anything of it has changed, and only then."""

from datetime import timedelta

import msgspec
import pytest
from hand import Hand
from sqlalchemy import insert, select, update
from test_movies import AT, RADARR, TAUTULLI, Shelf, filed, play, seen

from episodarr.database.cursors import read_cursor
from episodarr.database.engine import Database
from episodarr.database.film_requests import films_read, know_films
from episodarr.database.held_movies import settle_movies
from episodarr.database.rules import StoredRules
from episodarr.database.schema import micros
from episodarr.database.schema_deletion import held_movies
from episodarr.database.schema_movies import movie_copies, movies
from episodarr.database.schema_play_states import play_states
from episodarr.database.schema_watching import play_items, play_viewers
from episodarr.deletion.model import Target
from episodarr.requests.model import FilmRequest, RequestNumber, TmdbId


@pytest.fixture
def shelf(database: Database, clock: Hand) -> Shelf:
    """Two movies with files in Radarr, one of which Ada and Ben have seen."""
    made = Shelf(database, clock)
    made.write(RADARR, filed("1"), filed("2", "Dune", 2021))
    made.plays.take(TAUTULLI, [play(1, seen()), play(2, seen(), "2", watched=False, percent=40)])
    made.plays.match(TAUTULLI)
    made.plays.settle(TAUTULLI)
    assert settle_movies(database)
    assert not settle_movies(database), "nothing changed"
    return made


def held(shelf: Shelf, title: str, column: str) -> object:
    assert settle_movies(shelf.database), f"{column} of {title} changed, and nobody saw it"
    assert not settle_movies(shelf.database)
    with shelf.database.reading() as db:
        asked = select(held_movies.c[column]).join(movies, movies.c.id == held_movies.c.movie_id)
        return db.execute(asked.where(movies.c.title == title)).scalar_one()


def state(shelf: Shelf, **values: object) -> None:
    """What a media server tells of the first movie and its first viewer, at the same moment as before."""
    with shelf.database.writing() as db:
        item, viewer = (db.execute(select(table.c.id).limit(1)).scalar_one() for table in (play_items, play_viewers))
        key = (play_states.c.item_id == item, play_states.c.viewer_id == viewer)
        if db.execute(select(play_states).where(*key)).first() is None:
            plain = {"connection_id": TAUTULLI, "item_id": item, "viewer_id": viewer, "plays": 0, "watched_plays": 0}
            flags = {"played": False, "favourite": False, "position_seconds": 0, "seen_at": AT, "last_at": AT}
            db.execute(insert(play_states).values(plain | flags))
        db.execute(update(play_states).where(*key).values(values))


def test_a_film_that_was_asked_for(shelf: Shelf) -> None:
    """The latest standing request counts; one that is gone or declined does not, and a part of them proves nothing."""
    tmdb = TmdbId(949)
    with shelf.database.writing() as db:
        db.execute(update(movies).where(movies.c.title == "Heat").values(tmdb_id=tmdb))
    first = FilmRequest(RequestNumber(1), tmdb, AT, standing=True)
    second = FilmRequest(RequestNumber(2), tmdb, AT + timedelta(days=1), standing=True)

    def tell(*told: FilmRequest, whole: bool = True) -> None:
        know_films(shelf.database, TAUTULLI, told, AT, whole=whole)

    def read_at() -> str | None:
        with shelf.database.reading() as db:
            return read_cursor(db, films_read(TAUTULLI))

    tell(first, whole=False)
    assert held(shelf, "Heat", "requested_at") == micros(AT)
    assert read_at() is None, "a part was read"
    tell(first, second)
    assert held(shelf, "Heat", "requested_at") == micros(AT + timedelta(days=1))
    assert read_at() is not None
    tell(first, whole=False)
    assert not settle_movies(shelf.database)
    tell(first, msgspec.structs.replace(second, standing=False))
    assert held(shelf, "Heat", "requested_at") == micros(AT)
    tell()
    assert held(shelf, "Heat", "requested_at") is None
    assert held_by_nobody(shelf) == ["Dune", "Heat"]


def held_by_nobody(shelf: Shelf) -> list[str]:
    """Titles that nobody asked for."""
    with shelf.database.reading() as db:
        asked = select(movies.c.title).join(held_movies, held_movies.c.movie_id == movies.c.id)
        return sorted(db.execute(asked.where(held_movies.c.requested_at.is_(None))).scalars())


def test_a_state_that_flips_without_a_newer_word_is_seen(shelf: Shelf) -> None:
    state(shelf, seen_at=AT)
    settle_movies(shelf.database)
    state(shelf, favourite=True)
    assert held(shelf, "Heat", "favourite")
    state(shelf, favourite=False, position_seconds=60)
    assert held(shelf, "Heat", "in_progress_at") == micros(AT + timedelta(hours=2, minutes=100)), "Ben left off later"
    later = AT + timedelta(days=3)
    state(shelf, last_at=later)
    assert held(shelf, "Heat", "in_progress_at") == micros(later)
    state(shelf, played=True)
    assert held(shelf, "Heat", "in_progress_at") == micros(AT + timedelta(hours=2, minutes=100))


def test_another_manager_is_seen(shelf: Shelf) -> None:
    with shelf.database.writing() as db:
        db.execute(update(movie_copies).values(manager=False))
    assert held(shelf, "Heat", "connection_id") == 0
    with shelf.database.writing() as db:
        db.execute(update(movie_copies).values(manager=True, gone_at=AT))
    assert not settle_movies(shelf.database), "a copy that is gone manages nothing"
    with shelf.database.writing() as db:
        db.execute(update(movie_copies).values(gone_at=None))
    assert held(shelf, "Heat", "connection_id") == RADARR


def test_a_protection_that_moves_to_another_movie_is_seen(shelf: Shelf) -> None:
    """SQLite gives the number of what was removed last to what comes next."""
    rules = StoredRules(shelf.database)
    heat, dune = shelf.row("Heat").id, shelf.row("Dune").id
    first = rules.protect(Target(movie_id=heat), "", "ada", AT)
    assert held(shelf, "Heat", "protected")
    rules.unprotect(first)
    rules.protect(Target(movie_id=dune), "", "ada", AT)
    assert not held(shelf, "Heat", "protected")
    assert [one.target.movie_id for one in rules.protections_of(None, dune, 9)] == [dune]
    assert rules.protections_of(None, heat, 9) == []


def test_a_play_that_turns_out_to_have_reached_the_end_is_seen(shelf: Shelf) -> None:
    shelf.plays.take(TAUTULLI, [play(2, seen(), "2")])
    shelf.plays.match(TAUTULLI)
    shelf.plays.settle(TAUTULLI)
    assert held(shelf, "Heat", "in_progress_at") is None
