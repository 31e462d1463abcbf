"""What screens ask about movies, answered from the database. Every answer is bounded."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, or_, select, tuple_, type_coerce

from episodarr.catalogue.movies import MovieReading
from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.list_cursor import cursor_of as _cursor
from episodarr.database.list_cursor import opened as _opened
from episodarr.database.movies import cursor_of as reading_of
from episodarr.database.schema import connections, cursors, instant
from episodarr.database.schema_movies import movie_copies, movies, played_movies, watched_movies
from episodarr.database.watching_overview import latest_plays, sums_in, synced_at, watching_of
from episodarr.overview.answers import Page
from episodarr.overview.movies import (
    MovieCard,
    MovieCopyView,
    MovieDetail,
    MovieFilter,
    MovieTotals,
    MovieWatching,
    problems_of,
    state_of,
)

_m, _c, _w = movies.c, movie_copies.c, watched_movies.c
_readings = msgspec.json.Decoder(MovieReading)
_OWN = (
    "id",
    "title",
    "year",
    "tmdb_id",
    "imdb_id",
    "status",
    "monitored",
    "has_file",
    "available",
    "available_since",
    "size_on_disk",
    "quality",
    "runtime",
    "rating",
    "studio",
    "has_poster",
    "file_added_at",
    "synced_at",
)
_SUMS = ("plays", "watched_plays", "viewers", "last_at", "last_watched_at")
_CARD = (
    *(_m[name] for name in _OWN),
    *(func.coalesce(_w[name], 0) for name in _SUMS),
)
_CARDS: Select[Any] = select(*_CARD).select_from(movies.outerjoin(watched_movies, _w.movie_id == _m.id))
_LISTED = _m.gone_at.is_(None)
_MISSING = and_(_m.monitored.is_(True), _m.has_file.is_(False))


class StoredMovieOverview:
    """MovieQuestions on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def totals(self) -> MovieTotals:
        """See MovieQuestions."""
        asked = select(
            func.count(),
            func.sum(case((_m.available, 1), else_=0)),
            func.sum(case((_MISSING, 1), else_=0)),
            func.sum(_m.size_on_disk),
        ).where(_LISTED)
        with self._database.reading() as db:
            row = db.execute(asked).one()
            names = [reading_of(one[0]) for one in db.execute(select(connections.c.id))]
            kept = db.execute(select(cursors.c.value).where(cursors.c.name.in_(names))).scalars().all()
        read = [at for one in kept if (at := _readings.decode(one).read_at) is not None]
        return MovieTotals(row[0], int(row[1] or 0), int(row[2] or 0), int(row[3] or 0), max(read, default=None))

    def movies(self, wanted: MovieFilter, limit: int, cursor: str | None) -> Page[MovieCard]:
        """See MovieQuestions."""
        where = _where(wanted)
        key, descending = _SORTS[wanted.sort]
        order = (key.desc(), _m.id.desc()) if descending else (key, _m.id)
        asked = _CARDS.add_columns(key).where(*where).order_by(*order).limit(limit + 1)
        if cursor:
            after, last = _opened(cursor, (str if wanted.sort == "title" else int, int))
            here = tuple_(key, _m.id)
            asked = asked.where(here < tuple_(after, last) if descending else here > tuple_(after, last))
        counted = select(func.count()).select_from(movies.outerjoin(watched_movies, _w.movie_id == _m.id))
        with self._database.reading() as db:
            rows = db.execute(asked).all()
            total = db.execute(counted.where(*where)).scalar() or 0
        following = _cursor(rows[limit - 1][-1], rows[limit - 1][0]) if len(rows) > limit else None
        return Page([_card(row) for row in rows[:limit]], total, following)

    def cards(self, ids: list[int]) -> list[MovieCard]:
        """See MovieQuestions."""
        found = []
        with self._database.reading() as db:
            for some in batches(ids):
                asked = _CARDS.where(_m.id.in_(some), _LISTED).order_by(_m.id)
                found += [_card(row) for row in db.execute(asked)]
        return found

    def movie(self, movie_id: int) -> MovieDetail | None:
        """See MovieQuestions."""
        more = (_m.overview, _m.genres, _m.tags, _m.path, _m.root_folder)
        with self._database.reading() as db:
            row = db.execute(_CARDS.add_columns(*more).where(_m.id == movie_id, _LISTED)).first()
            if row is None:
                return None
            asked = (
                select(
                    _c.connection_id,
                    connections.c.name.label("connection"),
                    connections.c.kind,
                    *(_c[name] for name in _COPY),
                )
                .join(connections, connections.c.id == _c.connection_id)
                .where(_c.movie_id == movie_id, _c.gone_at.is_(None))
                .order_by(_c.manager.desc(), connections.c.name, _c.external_id)
                .limit(100)
            )
            copies = db.execute(asked).all()
            names = [reading_of(one[0]) for one in copies]
            found = select(cursors.c.name, cursors.c.value).where(cursors.c.name.in_(names))
            read = {one[0]: _readings.decode(one[1]).read_at for one in db.execute(found)}
        card = _card(row)
        views = [MovieCopyView(**one._mapping, read_at=read.get(reading_of(one[0]))) for one in copies]
        overview, genres, tags, path, root = row[-5:]
        return MovieDetail(
            card,
            overview,
            msgspec.json.decode(genres),
            msgspec.json.decode(tags),
            path,
            root,
            state_of(card, views),
            problems_of(views),
            views,
        )

    def plays(self, movie_id: int, *, names: bool, limit: int) -> MovieWatching | None:
        """See MovieQuestions."""
        with self._database.reading() as db:
            if db.execute(select(_m.id).where(_m.id == movie_id)).first() is None:
                return None
            row = db.execute(select(*sums_in(watched_movies)).where(_w.movie_id == movie_id)).first()
            of = played_movies.c.movie_id == movie_id
            found, viewers = latest_plays(db, played_movies, of, names=names, limit=limit)
            return MovieWatching(movie_id, watching_of(row), synced_at(db), found, viewers)


_COPY = ("manager", "external_id", "path", "size", "has_file", "monitored", "library", "added_at", "joined_by")
_SORTS: dict[str, tuple[ColumnElement[Any], bool]] = {
    "title": (_m.sort_title, False),
    "added": (func.coalesce(type_coerce(_m.file_added_at, BigInteger), 0), True),
    "size": (_m.size_on_disk, True),
    "watched": (func.coalesce(_w.last_watched_at, 0), True),
}


def _where(wanted: MovieFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [_LISTED]
    if wanted.search.strip():
        where.append(func.lower(_m.title).contains(wanted.search.strip().lower(), autoescape=True))
    match wanted.show:
        case "available":
            where.append(_m.available.is_(True))
        case "missing":
            where.append(_MISSING)
        case "unserved":
            where += [_m.has_file.is_(True), _m.available.is_(False)]
        case "unwatched":
            where += [_m.has_file.is_(True), or_(_w.movie_id.is_(None), _w.watched_plays == 0)]
        case _:
            pass
    return where


def _card(row: Any) -> MovieCard:
    values = dict(zip((*_OWN, *_SUMS), row, strict=False))
    last, last_watched = values.pop("last_at"), values.pop("last_watched_at")
    return MovieCard(**values, last_played_at=_at(last), last_watched_at=_at(last_watched))


def _at(micros: int) -> datetime | None:
    return instant(micros) if micros else None
