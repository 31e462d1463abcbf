"""Requests for films: nothing here follows them, but what was asked for of late is no candidate for deletion."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select

from episodarr.database.batches import batches
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema_requests import film_requests
from episodarr.episode.identity import ConnectionId
from episodarr.requests.model import FilmRequest

_f = film_requests.c


def know_films(
    database: Database, connection: ConnectionId, told: Iterable[FilmRequest], now: datetime, *, whole: bool
) -> None:
    """Keep what was told. `whole`: it is all there is, and others are gone. What is known already writes no request."""
    wanted = {one.number: (one.number, one.tmdb_id, one.created_at, one.standing) for one in told}
    asked = select(_f.number, _f.tmdb_id, _f.created_at, _f.standing).where(_f.connection_id == connection)
    with database.reading() as db:
        held = {row[0]: tuple(row) for row in db.execute(asked)}
        dated = read_cursor(db, films_read(connection)) is not None
    changed = [row for number, row in wanted.items() if held.get(number) != row]
    over = {row[0] for row in changed if row[0] in held} | (held.keys() - wanted.keys() if whole else set())
    if not changed and not over and (dated or not whole):
        return
    with database.writing() as db:
        for some in batches(over):
            db.execute(delete(film_requests).where(_f.connection_id == connection, _f.number.in_(some)))
        names = ("number", "tmdb_id", "created_at", "standing")
        rows = [{"connection_id": connection, **dict(zip(names, row, strict=True))} for row in changed]
        if rows:
            db.execute(insert(film_requests), rows)
        if whole and not dated:
            write_cursor(db, films_read(connection), now.isoformat())


def films_read(connection: int) -> str:
    """The name under which it is remembered since when it is known which films were asked for, in ISO 8601."""
    return f"film-requests:{connection}"
