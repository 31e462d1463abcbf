"""Movies in the database: what each system says, and the one row that it makes with the others; nothing is written when
nothing changed."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from episodarr.catalogue.movie_join import Copy, Joined, join, merged
from episodarr.catalogue.movies import ListedMovie, MovieId, MovieListing, MoviePlace, MovieReading
from episodarr.catalogue.ports import Counts
from episodarr.database.batches import batches
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema_movies import movie_copies, movies
from episodarr.database.watching_movies import place_movies
from episodarr.episode.identity import ConnectionId
from episodarr.watching.place import spelled

_m, _c = movies.c, movie_copies.c
_JSON = {"genres", "tags"}
_VALUES = tuple(
    column.name for column in movies.columns if column.name not in {"id", "synced_at", "created_at", "updated_at"}
)
_COPY = ("movie_id", "guid", "joined_by", "path", "size", "has_file", "added_at", "monitored", "library", "told")
_readings = msgspec.json.Decoder(MovieReading)
_told = msgspec.json.Decoder(ListedMovie)
_encode = msgspec.json.Encoder().encode
_UPDATE_MOVIE = update(movies).where(_m.id == bindparam("b_id"))
_UPDATE_COPY = update(movie_copies).where(
    _c.connection_id == bindparam("b_connection"), _c.external_id == bindparam("b_external")
)
Key = tuple[int, str]
_NOBODY = 0
"""In place of a connection: the word of nobody who is connected."""


class StoredMovies:
    """MovieStore on a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def reading(self, connection: ConnectionId) -> MovieReading:
        """See MovieStore."""
        with self._database.reading() as db:
            kept = read_cursor(db, cursor_of(connection))
        return _readings.decode(kept) if kept else MovieReading()

    def note(self, connection: ConnectionId, reading: MovieReading) -> None:
        """See MovieStore."""
        with self._database.writing() as db:
            write_cursor(db, cursor_of(connection), _encode(reading).decode())

    def held(self, connection: ConnectionId) -> Collection[str]:
        """See MovieStore."""
        asked = select(_c.external_id).where(_c.connection_id == connection, _c.gone_at.is_(None))
        with self._database.reading() as db:
            return {row[0] for row in db.execute(asked)}

    def write(self, connection: ConnectionId, listing: MovieListing, now: datetime, *, manager: bool) -> Counts:
        """See MovieStore."""
        if len({one.id for one in listing.movies}) != len(listing.movies):
            raise ValueError("The list names a movie twice")
        with self._database.writing() as db:
            copies = _copies(db, now)
            counts, changed = _apply(copies, connection, listing, now, manager=manager)
            if changed:
                _store(db, copies, changed, now)
        return counts

    def places(self, movie: MovieId) -> list[MoviePlace]:
        """See MovieStore."""
        asked = (
            select(_c.connection_id, _c.external_id, _c.told)
            .where(_c.movie_id == movie, _c.gone_at.is_(None))
            .order_by(_c.manager.desc(), _c.connection_id, _c.external_id)
        )
        with self._database.reading() as db:
            rows = db.execute(asked).all()
        return [MoviePlace(ConnectionId(row[0]), row[1]) for row in rows if _told.decode(row[2]).has_poster]

    def rebuild(self) -> None:
        """Make every movie anew from what the systems say, as after the removal of one."""
        with self._database.writing() as db:
            now = self._clock()
            _store(db, _copies(db, now), None, now)


def cursor_of(connection: int) -> str:
    """The name under which it is remembered how far a system's list was read."""
    return f"movies:{connection}"


def _copies(db: Connection, now: datetime) -> dict[Key, Copy]:
    """Everything that any system says or said; a movie that no system says anything of any more stands for itself."""
    asked = select(_c.connection_id, _c.manager, _c.told, _c.first_seen_at, _c.gone_at, _c.movie_id, _c.external_id)
    found = {(row[0], row[6]): Copy(row[0], row[1], _told.decode(row[2]), *row[3:6]) for row in db.execute(asked)}
    orphans = (
        select(_m.id, _m.title, _m.year, _m.tmdb_id, _m.imdb_id, _m.created_at, _m.gone_at)
        .outerjoin(movie_copies, _c.movie_id == _m.id)
        .where(_c.movie_id.is_(None))
    )
    for movie, title, year, tmdb, imdb, created, gone in db.execute(orphans):
        listed = ListedMovie(f"movie:{movie}", title, year, tmdb, imdb)
        found[_NOBODY, listed.id] = Copy(_NOBODY, False, listed, created, gone or now, movie)
    return found


def _apply(
    copies: dict[Key, Copy], connection: ConnectionId, listing: MovieListing, now: datetime, *, manager: bool
) -> tuple[Counts, set[Key]]:
    """Take a list in; which copies it changed."""
    counts = Counts()
    changed: set[Key] = set()
    for one in listing.movies:
        key: Key = (connection, one.id)
        held = copies.get(key)
        if held is None:
            copies[key] = Copy(connection, manager, one, now)
            counts.created += 1
        elif held.movie != one or held.gone_at is not None:
            held.movie, held.gone_at = one, None
            counts.updated += 1
        else:
            counts.unchanged += 1
            continue
        changed.add(key)
    there = listing.ids
    for key, held in copies.items():
        if key[0] == connection and held.gone_at is None and key[1] not in there:
            held.gone_at = now
            counts.removed += 1
            changed.add(key)
    return counts, changed


def _store(db: Connection, copies: dict[Key, Copy], changed: set[Key] | None, now: datetime) -> None:
    """Join everything, and write what that changes. `changed`: the copies that say something new; None: any may."""
    held = {(row[0], row[1]): (row[2], row[3]) for row in db.execute(_JOINS)}
    joined = join(copies.values(), spelled)
    ids = _write_movies(db, joined, changed, now)
    new: list[dict[str, Any]] = []
    edited: list[dict[str, Any]] = []
    for movie_id, group in zip(ids, joined, strict=True):
        for one in group.copies:
            if one.connection == _NOBODY:
                continue
            if one.key not in held:
                key = {"connection_id": one.connection, "external_id": one.movie.id, "manager": one.manager}
                times = {"first_seen_at": one.first_seen_at, "seen_at": now, "gone_at": one.gone_at}
                new.append(key | _copy_row(one, movie_id) | times)
            elif (changed is not None and one.key in changed) or held[one.key] != (movie_id, one.joined_by.value):
                key = {"b_connection": one.connection, "b_external": one.movie.id}
                edited.append(key | _copy_row(one, movie_id) | {"seen_at": now, "gone_at": one.gone_at})
    if new:
        db.execute(insert(movie_copies), new)
    if edited:
        names = (*_COPY, "seen_at", "gone_at")
        db.execute(_UPDATE_COPY.values({name: bindparam(name) for name in names}), edited)
    _drop_merged(db, ids)
    place_movies(db)


_JOINS = select(_c.connection_id, _c.external_id, _c.movie_id, _c.joined_by)


def _copy_row(one: Copy, movie_id: int) -> dict[str, Any]:
    told = one.movie
    return {
        "movie_id": movie_id,
        "guid": told.guid,
        "joined_by": one.joined_by.value,
        "path": told.path,
        "size": told.size,
        "has_file": told.has_file,
        "added_at": told.added_at,
        "monitored": told.monitored,
        "library": told.library,
        "told": _encode(told).decode(),
    }


def _write_movies(db: Connection, joined: Sequence[Joined], changed: set[Key] | None, now: datetime) -> list[int]:
    """Store what is new and changed; the movie of each group."""
    left = {one.movie_id for group in joined for one in group.copies if one.movie_id != group.movie_id}
    touched = [group for group in joined if changed is None or group.movie_id in left or _touched(group, changed)]
    held: dict[int, tuple[Any, ...]] = {}
    for some in batches(group.movie_id for group in touched if group.movie_id is not None):
        asked = select(_m.id, *(_m[name] for name in _VALUES)).where(_m.id.in_(some))
        held |= {row[0]: tuple(row[1:]) for row in db.execute(asked)}
    rows = [(group.movie_id, _movie_row(group, held)) for group in touched]
    new = [row for movie, row in rows if movie is None]
    edited = [
        {**row, "b_id": movie, "synced_at": now, "updated_at": now}
        for movie, row in rows
        if movie is not None and held[movie] != tuple(row[name] for name in _VALUES)
    ]
    if edited:
        names = (*_VALUES, "synced_at", "updated_at")
        db.execute(_UPDATE_MOVIE.values({name: bindparam(name) for name in names}), edited)
    made = iter(_added(db, new, now))
    return [next(made) if group.movie_id is None else group.movie_id for group in joined]


def _touched(group: Joined, changed: set[Key]) -> bool:
    """Whether the group may say something else than before: a copy does, or came from another movie."""
    return group.movie_id is None or any(
        one.key in changed or one.movie_id != group.movie_id or one.connection == _NOBODY for one in group.copies
    )


def _added(db: Connection, rows: Iterable[dict[str, Any]], now: datetime) -> list[int]:
    times = {"synced_at": now, "created_at": now, "updated_at": now}
    given = [row | times for row in rows]
    if not given:
        return []
    adding = insert(movies).returning(_m.id, sort_by_parameter_order=True)
    return list(db.execute(adding, given).scalars())


def _movie_row(group: Joined, held: Mapping[int, tuple[Any, ...]]) -> dict[str, Any]:
    whole = merged(group.copies)
    if group.movie_id is not None and all(one.connection == _NOBODY for one in group.copies):
        # Nothing more is known than what was known: only that it is gone.
        known = dict(zip(_VALUES, held[group.movie_id], strict=True))
        return known | {"gone_at": whole.gone_at, "has_file": False, "available": False}
    row = {name: getattr(whole, name) for name in _VALUES}
    return row | {name: _encode(row[name]).decode() for name in _JSON}


def _drop_merged(db: Connection, ids: Collection[int]) -> None:
    """Two rows that turned out to be one movie: the other one goes, all of it was taken over."""
    kept = set(ids)
    over = [row[0] for row in db.execute(select(_m.id)) if row[0] not in kept]
    for some in batches(over):
        db.execute(delete(movies).where(_m.id.in_(some)))
