"""Requests in the database: what was asked for, which series it is about, and what became of it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, not_, or_, select, update

from episodarr.database.batches import batches
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.film_requests import know_films
from episodarr.database.holdings import mark
from episodarr.database.people import know_requesters
from episodarr.database.request_changes import Held, changed_row, log_of, new_row
from episodarr.database.schema import episodes, evidence, series
from episodarr.database.schema_requests import (
    request_log,
    request_seasons,
    request_series,
    request_titles,
    requests,
)
from episodarr.episode.facts import Fact, decode
from episodarr.episode.identity import ConnectionId, EpisodeId, Source, source
from episodarr.requests.model import MediaRequest, RequestKey, RequestNumber, Requests, RequestStatus, Title, TmdbId

_LOOK_AGAIN = timedelta(days=1)
"""A name that was looked for in vain is looked for again after this."""
_CHANGE = (
    update(requests)
    .where(requests.c.id == bindparam("b_id"))
    .values(
        {
            column.name: bindparam(f"b_{column.name}")
            for column in requests.columns
            if column.name not in {"id", "connection_id", "number"}
        }
    )
)


class StoredRequests:
    """RequestStore on a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def count(self, connection: ConnectionId) -> int:
        """See RequestStore."""
        r = requests.c
        asked = select(func.count()).select_from(requests).where(r.connection_id == connection, r.gone_at.is_(None))
        with self._database.reading() as db:
            return db.execute(asked).scalar() or 0

    def last_change(self, connection: ConnectionId) -> datetime | None:
        """See RequestStore."""
        r = requests.c
        asked = select(r.updated_at).where(r.connection_id == connection).order_by(r.updated_at.desc()).limit(1)
        with self._database.reading() as db:
            found: datetime | None = db.execute(asked).scalar()
        return found

    # ------------------------------------------------------------------ taking in

    def take(self, connection: ConnectionId, label: str, read: Requests, now: datetime, *, whole: bool) -> list[int]:
        """See RequestStore."""
        know_requesters(self._database, connection, read.users)
        know_films(self._database, connection, read.asked_films, now, whole=whole)
        told = {one.number: one for one in read.series}
        numbers = None if whole else told
        with self._database.reading() as db:
            held = _held(db, connection, numbers)
            films = read_cursor(db, _films(connection)) if whole else None
        if whole and films != str(read.films):
            with self._database.writing() as db:
                write_cursor(db, _films(connection), str(read.films))
        if not any(_compared(told, held, whole=whole)):
            return []
        with self._database.writing() as db:
            held = _held(db, connection, numbers)  # somebody may have decided meanwhile
            new, changed, gone = _compared(told, held, whole=whole)
            keys = self._add(db, connection, label, new, now)
            keys += self._change(db, label, [(one, held[one.number]) for one in changed], now)
            keys += self._end(db, label, [held[number] for number in gone], now)
            _mark_asked(db, keys)
        return keys

    @staticmethod
    def _add(
        db: Connection, connection: ConnectionId, label: str, new: Sequence[MediaRequest], now: datetime
    ) -> list[int]:
        if not new:
            return []
        rows = [new_row(one, connection, source(label, connection, str(one.number))) for one in new]
        db.execute(insert(requests), rows)
        keys = {number: held.key for number, held in _held(db, connection, {one.number for one in new}).items()}
        _set_seasons(db, {keys[one.number]: one.seasons for one in new})
        _log(db, [(keys[one.number], line) for one in new for line in log_of(one, None, label, now)], now)
        return [*keys.values()]

    @staticmethod
    def _change(db: Connection, label: str, changed: Sequence[tuple[MediaRequest, Held]], now: datetime) -> list[int]:
        if not changed:
            return []
        db.execute(_CHANGE, [_bound(held.key, changed_row(one, held, now)) for one, held in changed])
        _set_seasons(db, {held.key: one.seasons for one, held in changed if one.seasons != held.request.seasons})
        _log(db, [(held.key, line) for one, held in changed for line in log_of(one, held, label, now)], now)
        return [held.key for _, held in changed]

    @staticmethod
    def _end(db: Connection, label: str, gone: Sequence[Held], now: datetime) -> list[int]:
        if not gone:
            return []
        db.execute(_CHANGE, [_bound(held.key, changed_row(None, held, now)) for held in gone])
        _log(db, [(held.key, line) for held in gone for line in log_of(None, held, label, now)], now)
        return [held.key for held in gone]

    # ------------------------------------------------------------------ which episodes

    def match(self, connection: ConnectionId, addresses: dict[ConnectionId, str]) -> list[int]:
        """See RequestStore."""
        r, s = requests.c, series.c
        with self._database.reading() as db:
            asked = db.execute(
                select(r.id, r.tvdb_id, r.tmdb_id, r.sonarr_address, r.sonarr_series).where(
                    r.connection_id == connection, r.gone_at.is_(None)
                )
            ).all()
            listed = db.execute(
                select(s.id, s.connection_id, s.sonarr_id, s.tvdb_id, s.tmdb_id).where(s.gone_at.is_(None))
            ).all()
            pairs = (
                select(request_series.c.request_id, request_series.c.series_id, request_series.c.current)
                .join(requests, r.id == request_series.c.request_id)
                .where(r.connection_id == connection, r.gone_at.is_(None))
            )
            held = {(row[0], row[1]): row[2] for row in db.execute(pairs)}
        shelf = _Shelf(listed, addresses)
        found = {(row[0], series_id) for row in asked for series_id in shelf.holding(*row[1:])}
        added = [{"request_id": one, "series_id": of, "current": True} for one, of in found - held.keys()]
        turned = [pair for pair, current in held.items() if current != (pair in found)]
        if added or turned:
            with self._database.writing() as db:
                self._pair(db, added, turned, found)
        return sorted({one["request_id"] for one in added} | {one for one, _ in turned})

    def _pair(
        self, db: Connection, added: list[dict[str, Any]], turned: list[tuple[int, int]], found: set[tuple[int, int]]
    ) -> None:
        mark(db, {one["series_id"] for one in added} | {of for _, of in turned})
        if added:
            db.execute(insert(request_series), added)
        if not turned:
            return
        q, r = request_series.c, requests.c
        db.execute(
            update(request_series)
            .where(q.request_id == bindparam("b_request"), q.series_id == bindparam("b_series"))
            .values(current=bindparam("b_current")),
            [{"b_request": one, "b_series": of, "b_current": (one, of) in found} for one, of in turned],
        )
        now = self._clock()  # what is said of the other series from now on is a later word than what was said before
        for some in batches({one for one, _ in turned}):
            db.execute(update(requests).where(r.id.in_(some), r.said_at < now).values(said_at=now))

    def unlisted(self, keys: Collection[int]) -> bool:
        """See RequestStore."""
        r, q = requests.c, request_series.c
        listed = select(q.series_id).where(q.request_id == r.id, q.current).exists()
        granted = r.status.in_([RequestStatus.APPROVED.value, RequestStatus.COMPLETED.value])
        with self._database.reading() as db:
            return any(
                db.execute(select(r.id).where(r.id.in_(some), r.standing, granted, ~listed).limit(1)).first()
                for some in batches(keys)
            )

    def newest(self) -> tuple[int, int]:
        """See RequestStore."""
        with self._database.reading() as db:
            of_series = db.execute(select(func.max(series.c.id))).scalar() or 0
            return of_series, db.execute(select(func.max(episodes.c.id))).scalar() or 0

    def untold(
        self, connection: ConnectionId, keys: Collection[int] | None, *, after: int = 0, limit: int
    ) -> list[Fact]:
        """See RequestStore."""
        r, e, q, n, v = requests.c, episodes.c, request_series.c, request_seasons.c, evidence.c
        wanted = and_(r.standing, q.current, or_(n.number.is_not(None), and_(r.all_seasons, e.season_number > 0)))
        asked = (
            select(e.id, r.said_at, r.source, case((wanted, r.said), else_=r.unsaid))
            .select_from(requests)
            .join(request_series, q.request_id == r.id)
            .join(episodes, and_(e.series_id == q.series_id, e.gone_at.is_(None)))
            .outerjoin(request_seasons, and_(n.request_id == r.id, n.number == e.season_number))
            .outerjoin(evidence, and_(v.episode_id == e.id, v.kind == "requested", v.source == r.source))
            .where(
                r.connection_id == connection,
                or_(
                    and_(wanted, or_(v.what.is_(None), v.what != r.said)),
                    and_(not_(wanted), v.what.is_not(None), v.what != r.unsaid),
                ),
            )
            .order_by(e.id, r.id)
        )
        if after:
            asked = asked.where(e.id > after)
        facts: list[Fact] = []
        with self._database.reading() as db:
            for some in [None] if keys is None else batches(keys):
                part = asked if some is None else asked.where(r.id.in_(some))
                rows = db.execute(part.limit(limit - len(facts)))
                facts += [Fact(EpisodeId(row[0]), row[1], Source(row[2]), decode(row[3])) for row in rows]
                if len(facts) >= limit:
                    break
        return facts

    # ------------------------------------------------------------------ names and places

    def untitled(self, connection: ConnectionId, now: datetime, limit: int) -> list[TmdbId]:
        """See RequestStore."""
        r, t, q = requests.c, request_titles.c, request_series.c
        listed = select(q.request_id).where(q.request_id == r.id, q.current).exists()
        asked = (
            select(r.tmdb_id)
            .outerjoin(request_titles, and_(t.connection_id == r.connection_id, t.tmdb_id == r.tmdb_id))
            .where(
                r.connection_id == connection,
                r.gone_at.is_(None),
                r.tmdb_id > 0,
                not_(listed),
                or_(t.tmdb_id.is_(None), and_(t.name == "", t.looked_at <= now - _LOOK_AGAIN)),
            )
            .group_by(r.tmdb_id)
            .order_by(func.max(r.id).desc())
            .limit(limit)
        )
        with self._database.reading() as db:
            return [TmdbId(row[0]) for row in db.execute(asked)]

    def name(self, connection: ConnectionId, tmdb: TmdbId, title: Title | None, now: datetime) -> None:
        """See RequestStore."""
        t = request_titles.c
        key = {"connection_id": connection, "tmdb_id": tmdb}
        row = key | {"name": title.name if title else "", "year": title.year if title else 0, "looked_at": now}
        with self._database.writing() as db:
            db.execute(delete(request_titles).where(t.connection_id == connection, t.tmdb_id == tmdb))
            db.execute(insert(request_titles).values(row))

    def place(self, request: RequestKey) -> tuple[ConnectionId, RequestNumber] | None:
        """See RequestStore."""
        r = requests.c
        with self._database.reading() as db:
            row = db.execute(select(r.connection_id, r.number).where(r.id == request, r.gone_at.is_(None))).first()
        return (ConnectionId(row[0]), RequestNumber(row[1])) if row else None


def films_of(db: Connection, connection: int) -> int:
    """How many requests for films a request system told of when it was last read as a whole."""
    return int(read_cursor(db, _films(connection)) or 0)


def _mark_asked(db: Connection, keys: Iterable[int]) -> None:
    """What lies in the library of what these requests are about is summed up again."""
    q = request_series.c
    for some in batches(keys):
        mark(db, db.execute(select(q.series_id).where(q.request_id.in_(some)).distinct()).scalars().all())


def _films(connection: int) -> str:
    return f"requests-films:{connection}"


def _compared(
    told: dict[RequestNumber, MediaRequest], held: dict[RequestNumber, Held], *, whole: bool
) -> tuple[list[MediaRequest], list[MediaRequest], list[RequestNumber]]:
    """What is new, what changed (or came back), and what is gone.

    A page that was asked for before somebody decided, and came after, takes nothing back: only a whole reading believes
    an older word (a backup was brought back).
    """
    new = [told[number] for number in sorted(told.keys() - held.keys())]
    changed = []
    for number, one in told.items():
        before = held.get(number)
        if before is None or (before.request == one and before.gone_at is None):
            continue
        if whole or one.updated_at >= before.request.updated_at:
            changed.append(one)
    gone = [number for number, one in held.items() if whole and one.gone_at is None and number not in told]
    return new, changed, gone


def _held(db: Connection, connection: ConnectionId, numbers: Iterable[int] | None) -> dict[RequestNumber, Held]:
    """The stored requests of a connection, all or those with the given numbers."""
    r, n = requests.c, request_seasons.c
    asked = select(requests).where(r.connection_id == connection)
    parts = [asked] if numbers is None else [asked.where(r.number.in_(some)) for some in batches(numbers)]
    rows = [row for part in parts for row in db.execute(part)]
    seasons: dict[int, list[int]] = {}
    for some in batches(row.id for row in rows):
        of = select(n.request_id, n.number).where(n.request_id.in_(some)).order_by(n.number)
        for key, number in db.execute(of):
            seasons.setdefault(key, []).append(number)
    return {RequestNumber(row.number): Held.of(row, tuple(seasons.get(row.id, ()))) for row in rows}


def _bound(key: int, row: dict[str, Any]) -> dict[str, Any]:
    return {"b_id": key} | {f"b_{name}": value for name, value in row.items()}


def _set_seasons(db: Connection, wanted: dict[int, tuple[int, ...] | None]) -> None:
    for some in batches(wanted):
        db.execute(delete(request_seasons).where(request_seasons.c.request_id.in_(some)))
    rows = [{"request_id": key, "number": number} for key, numbers in wanted.items() for number in numbers or ()]
    if rows:
        db.execute(insert(request_seasons), rows)


def _log(db: Connection, lines: Sequence[tuple[int, tuple[datetime, str, str, str]]], now: datetime) -> None:
    rows = [
        {"request_id": key, "at": at, "recorded_at": now, "kind": kind, "words": words, "detail": detail}
        for key, (at, kind, words, detail) in lines
    ]
    if rows:
        db.execute(insert(request_log), rows)


class _Shelf:
    """The listed series by their ids."""

    def __init__(self, rows: Iterable[Sequence[Any]], addresses: dict[ConnectionId, str]) -> None:
        self._by_tvdb: dict[int, list[tuple[int, int]]] = {}
        self._by_tmdb: dict[int, list[tuple[int, int]]] = {}
        self._by_place: dict[tuple[int, int], int] = {}
        self._at: dict[str, set[int]] = {}
        for connection, address in addresses.items():
            if address:
                self._at.setdefault(address, set()).add(connection)
        for series_id, connection, sonarr_id, tvdb_id, tmdb_id in rows:
            self._by_place[connection, sonarr_id] = series_id
            for shelf, number in ((self._by_tvdb, tvdb_id), (self._by_tmdb, tmdb_id)):
                if number:
                    shelf.setdefault(number, []).append((series_id, connection))

    def holding(self, tvdb_id: int, tmdb_id: int, address: str, sonarr_series: int) -> list[int]:
        """The series that a request is about."""
        named = self._at.get(address, set())
        found = self._by_tvdb.get(tvdb_id) or self._by_tmdb.get(tmdb_id) or []
        there = [series_id for series_id, connection in found if connection in named]
        if found:
            return there or [series_id for series_id, _ in found]
        places = [(connection, sonarr_series) for connection in named if sonarr_series]
        return [self._by_place[place] for place in places if place in self._by_place]
