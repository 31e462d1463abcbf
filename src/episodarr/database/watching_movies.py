"""Plays of movies: which movie a played item is, and the sums of each movie."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, distinct, func, insert, select, text

from episodarr.database.batches import batches
from episodarr.database.schema_movies import movie_copies, movies, played_movies, watched_movies
from episodarr.database.schema_watching import PERSON, SUMS, play_items, play_sums, play_viewers
from episodarr.watching.model import ItemKind
from episodarr.watching.place_movies import MovieShelf, ShownCopy, ShownMovie, WantedMovie, places

_WAITING = text("play_items.pending > 0")
_i, _s, _p, _m, _c = play_items.c, play_sums.c, played_movies.c, movies.c, movie_copies.c


def place_movies(db: Connection) -> int:
    """Say anew of every played movie which one of the library it is; of how many that changed.

    What is played or listed may get to know an id later, so that nothing is left as it was found first.
    """
    asked = select(_i.id, _i.connection_id, _i.key, _i.identity, _i.title, _i.year)
    rows = db.execute(asked.where(_i.kind == ItemKind.MOVIE.value)).all()
    held = {row[0]: row[1] for row in db.execute(select(_p.item_id, _p.movie_id))}
    found: dict[int, int] = {}
    if rows:
        shelf = MovieShelf(
            (ShownMovie(*row) for row in db.execute(select(_m.id, _m.title, _m.year, _m.tmdb_id, _m.imdb_id))),
            (ShownCopy(*row) for row in db.execute(select(_c.movie_id, _c.connection_id, _c.external_id, _c.guid))),
        )
        found = places(shelf, {row[0]: WantedMovie(*row[1:]) for row in rows})
    over = [item for item, movie in held.items() if found.get(item) != movie]
    new = [{"item_id": item, "movie_id": movie} for item, movie in found.items() if held.get(item) != movie]
    if not over and not new:
        return 0
    for some in batches(over):
        db.execute(delete(played_movies).where(_p.item_id.in_(some)))
    if new:
        db.execute(insert(played_movies), new)
    _fill(db, {held[item] for item in over} | {row["movie_id"] for row in new})
    return len(set(over) | {row["item_id"] for row in new})


def any_placeless(db: Connection, connection: int) -> bool:
    """Whether somebody played a movie of which it is not known which one it is."""
    placed = select(_p.item_id).where(_p.item_id == _i.id).exists()
    asked = select(_i.id).where(_i.connection_id == connection, _i.kind == ItemKind.MOVIE.value, ~placed).limit(1)
    return db.execute(asked).first() is not None


def roll_up_movies(db: Connection, connection: int | None) -> None:
    """Bring the sums of movies up to date: where items wait for it, or (None) everywhere."""
    if connection is None:
        db.execute(delete(watched_movies))
        db.execute(insert(watched_movies).from_select(["movie_id", "viewers", *SUMS], _rolled()))
        return
    waiting = (
        select(_p.movie_id)
        .join(play_items, _i.id == _p.item_id)
        .where(_i.connection_id == connection, _WAITING, _i.pending == 2)
    )
    _fill(db, {row[0] for row in db.execute(waiting.distinct())})


def roll_up_movie_viewers(db: Connection, viewers: Collection[int]) -> None:
    """Count the viewers anew of the movies that these viewers (play_viewers.id) played."""
    touched: set[int] = set()
    for some in batches(sorted(viewers)):
        asked = select(_p.movie_id).join(play_sums, _s.item_id == _p.item_id).where(_s.viewer_id.in_(some)).distinct()
        touched |= {row[0] for row in db.execute(asked)}
    _fill(db, touched)


def _fill(db: Connection, touched: Collection[int]) -> None:
    for some in batches(sorted(touched)):
        db.execute(delete(watched_movies).where(watched_movies.c.movie_id.in_(some)))
        asked = _rolled().where(_p.movie_id.in_(some))
        db.execute(insert(watched_movies).from_select(["movie_id", "viewers", *SUMS], asked))


def added_up() -> tuple[ColumnElement[Any], ...]:
    """The viewers of what some rows of play_sums are of, each person once, and SUMS over these rows."""
    return (
        func.count(distinct(PERSON)),
        func.sum(_s.plays),
        func.sum(_s.watched_plays),
        func.sum(_s.seconds),
        func.max(_s.last_at),
        func.max(_s.last_watched_at),
    )


def _rolled() -> Select[Any]:
    return (
        select(
            _p.movie_id,
            *added_up(),
        )
        .select_from(played_movies)
        .join(play_sums, _s.item_id == _p.item_id)
        .join(play_viewers, play_viewers.c.id == _s.viewer_id)
        .group_by(_p.movie_id)
    )
