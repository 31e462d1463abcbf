"""Keeping `held_movies`: few enough to be summed up all at once, whenever anything of them has changed."""

from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    null,
    select,
    type_coerce,
)

from episodarr.database.bulk import run_many
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema_deletion import held_movies, protections
from episodarr.database.schema_movies import movie_copies, movies, played_movies, watched_movies
from episodarr.database.schema_play_states import play_states
from episodarr.database.schema_requests import film_requests
from episodarr.database.schema_watching import PERSON, play_sums, play_viewers

_CURSOR = "held-movies"
_PRIME = 1_000_000_007
_tags = msgspec.json.Decoder(list[str])
_m, _w = movies.c, watched_movies.c


def settle_movies(database: Database) -> bool:
    """Sum up the movies if anything of them has changed; whether it had."""
    with database.reading() as db:
        found = _fingerprint(db)
        if read_cursor(db, _CURSOR) == found:
            return False
    with database.writing() as db:
        found = _fingerprint(db)
        _sum_up(db)
        write_cursor(db, _CURSOR, found)
    return True


def _fingerprint(db: Connection) -> str:
    """Another one as soon as anything has changed that the sums are made of."""
    t, p, c, s, of = play_states.c, protections.c, movie_copies.c, play_sums.c, played_movies.c
    f = film_requests.c
    by_movie, by_state, by_sums = _weight(_w.movie_id), _weight(t.item_id, t.viewer_id), _weight(s.item_id, s.viewer_id)
    left = case((and_(t.position_seconds > 0, t.played.is_(False)), by_state), else_=0)
    parts = (
        select(func.count(), func.max(_m.id), func.sum(_rest(_m.updated_at))).select_from(movies),
        select(func.count(), *(func.sum(by_movie * one) for one in (_w.plays, _w.watched_plays, _w.viewers))),
        select(func.sum(_weight(_w.movie_id, _rest(_w.last_at)))),
        select(func.count(), func.max(p.id), func.sum(_weight(p.movie_id))).where(p.movie_id.is_not(None)),
        select(func.count(), func.sum(_weight(c.movie_id, c.connection_id))).where(c.manager, c.gone_at.is_(None)),
        select(
            *(func.count(), func.max(t.seen_at), func.sum(left), func.sum(_weight(by_state, _rest(t.last_at)))),
            func.sum(case((t.favourite, by_state), else_=0)),
        )
        .select_from(play_states)
        .join(played_movies, of.item_id == t.item_id),
        select(func.count(), func.sum(_weight(f.tmdb_id, _rest(f.created_at)))).where(f.standing),
        # Somebody may have left off, or have come to the end, without it being anybody's latest play.
        select(func.sum(_weight(by_sums, _rest(s.last_at), _rest(s.last_watched_at))), func.sum(PERSON % _PRIME))
        .select_from(play_sums)
        .join(played_movies, of.item_id == s.item_id)
        .join(play_viewers, play_viewers.c.id == s.viewer_id),
    )
    return msgspec.json.encode([[str(value) for value in db.execute(part).one()] for part in parts]).decode()


def _rest(value: Any) -> Any:
    return func.coalesce(type_coerce(value, BigInteger), 0) % _PRIME


def _weight(*values: Any) -> Any:
    """A number below the prime, another one for nearly every other row: sums of it do not outweigh each other."""
    told = type_coerce(values[0], BigInteger) % _PRIME
    for value in values[1:]:
        told = (told * 48_271 + value) % _PRIME
    return (told * 48_271 + 11) % _PRIME


def _sum_up(db: Connection) -> None:
    db.execute(delete(held_movies))
    p, c = protections.c, movie_copies.c
    manager = select(func.min(c.connection_id)).where(c.movie_id == _m.id, c.manager, c.gone_at.is_(None))
    played = _w.movie_id.is_not(None)
    columns: dict[str, Any] = {
        "movie_id": _m.id,
        "files": literal(1),
        "size": _m.size_on_disk,
        "added_at": type_coerce(_m.file_added_at, BigInteger),
        "episodes": literal(1),
        "watched_episodes": case((_w.watched_plays > 0, 1), else_=0),
        "plays": case((played, _w.plays), else_=0),
        "viewers": case((played, _w.viewers), else_=0),
        "last_at": _w.last_at,
        "in_progress_at": _left(),
        "next_up_at": null(),
        "favourite": exists(
            select(play_states.c.item_id)
            .join(played_movies, played_movies.c.item_id == play_states.c.item_id)
            .where(played_movies.c.movie_id == _m.id, play_states.c.favourite)
        ),
        "requested_at": _requested(),
        "requester_watched": null(),
        "arriving": literal(0),
        "monitored": _m.monitored,
        "protected": exists(select(p.id).where(p.movie_id == _m.id)),
        "qualities": literal("\n") + func.lower(_m.quality) + literal("\n"),
        "connection_id": func.coalesce(manager.scalar_subquery(), 0),
        "status": func.lower(_m.status),
        "series_type": literal("movie"),
        "root_folder": _m.root_folder,
        "rating": _m.rating,
        "unread": false(),
    }
    asked = (
        select(*(value.label(name) for name, value in columns.items()))
        .select_from(movies)
        .outerjoin(watched_movies, _w.movie_id == _m.id)
        .where(_m.gone_at.is_(None), _m.has_file)
    )
    db.execute(insert(held_movies).from_select([*columns], asked))
    told = []
    for movie, tags in db.execute(select(_m.id, _m.tags).where(_m.gone_at.is_(None), _m.has_file)):
        told.append(("".join(f"\n{tag.lower()}" for tag in sorted(_tags.decode(tags))) + "\n", movie))
    statement = held_movies.update().where(held_movies.c.movie_id == bindparam("b_movie"))
    run_many(db, statement.values(tags=bindparam("b_tags")), ("b_tags", "b_movie"), told)


def _requested() -> Any:
    """When it was last asked for, in requests that were not declined."""
    f = film_requests.c
    asked = select(func.max(type_coerce(f.created_at, BigInteger)))
    return asked.where(f.tmdb_id == _m.tmdb_id, f.tmdb_id > 0, f.standing).scalar_subquery()


def _left() -> Any:
    """When somebody last left off within it."""
    s, t, of = play_sums.c, play_states.c, played_movies.c
    stopped, ended = func.max(s.last_at), func.max(s.last_watched_at)
    plays = (
        select(of.movie_id, stopped.label("at"))
        .join(play_sums, s.item_id == of.item_id)
        .join(play_viewers, play_viewers.c.id == s.viewer_id)
        .group_by(of.movie_id, PERSON)
        .having(stopped > ended)
    )
    states = (
        select(of.movie_id, type_coerce(func.coalesce(t.last_at, t.seen_at), BigInteger).label("at"))
        .join(play_states, t.item_id == of.item_id)
        .where(t.position_seconds > 0, t.played.is_(False))
    )
    left = plays.union_all(states).subquery()
    return select(func.max(left.c.at)).where(left.c.movie_id == _m.id).scalar_subquery()
