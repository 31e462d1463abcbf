"""The states of media servers in the database, and what is being played; their sums lie beside those of plays."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, delete, insert, or_, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.holdings import mark_played
from episodarr.database.schema import micros
from episodarr.database.schema_play_states import play_states, playing_now
from episodarr.database.schema_watching import play_items, play_viewers
from episodarr.database.watching_items import PASSING, PRESENT, Learned, Register
from episodarr.database.watching_sums import recount, roll_up
from episodarr.episode.identity import ConnectionId
from episodarr.watching.model import PlayState, Session, StatesPosition, Taken, Viewer
from episodarr.watching.states import Kept, as_one, kept

_MANY = 2_000
"""Items at once beyond which the sums of episodes, seasons and series are brought up to date by `settle`."""
_positions = msgspec.json.Decoder(StatesPosition)
_KEY = ("connection_id", "item_id", "viewer_id")
_ROW = (*_KEY, *Kept._fields, "seen_at")
_t = play_states.c


class StoredPlayStates:
    """StateStore and SessionStore on a database."""

    def __init__(self, database: Database, register: Register) -> None:
        """`register`: the one that the plays use, too."""
        self._database = database
        self._register = register

    def states_position(self, connection: ConnectionId) -> StatesPosition | None:
        """See StateStore."""
        with self._database.reading() as db:
            told = read_cursor(db, states_cursor(connection))
        return _positions.decode(told) if told else None

    def set_states_position(self, connection: ConnectionId, position: StatesPosition) -> None:
        """See StateStore."""
        told = msgspec.json.encode(position).decode()
        with self._database.writing() as db:
            write_cursor(db, states_cursor(connection), told)

    def marked(self, connection: ConnectionId, viewer: Viewer, since: datetime | None) -> set[str]:
        """See StateStore."""
        v = play_viewers.c
        asked = (
            select(play_items.c.key)
            .join(play_states, _t.item_id == play_items.c.id)
            .join(play_viewers, v.id == _t.viewer_id)
            .where(_t.connection_id == connection, v.connection_id == connection, v.viewer == viewer.id)
            .where(or_(_t.played, _t.position_seconds > 0, _t.favourite))
        )
        if since is not None:
            asked = asked.where(_t.last_at >= since)
        with self._database.reading() as db:
            return set(db.execute(asked).scalars())

    def take_states(
        self, connection: ConnectionId, viewer: Viewer, states: Sequence[PlayState], now: datetime, *, whole: bool
    ) -> Taken:
        """See StateStore."""
        told = as_one(states)
        with self._database.reading() as db:
            news = self._news(db, connection, viewer, told, now)
        if news is not None and not news and not whole:
            return Taken()
        described = {name: (PRESENT, one.item) for name, one in told.items()}
        learned: Learned = {}
        with self._database.writing() as db:
            generation = self._register.generation
            who = self._register.know_viewers(db, connection, [viewer])[viewer.id]
            items, new_items, joined = self._register.know_items(db, connection, described, learned)
            ids = {items[name]: one for name, one in told.items()}
            held = _stored(db, who, ids)
            rows = {item: _kept(held.get(item), one, now) for item, one in ids.items()}
            changed = {item: row for item, row in rows.items() if row != held.get(item)}
            seen = micros(now)
            values = [(connection, item, who, *row, seen) for item, row in sorted(changed.items())]
            run_many(db, _putting(db.dialect.name), _ROW, values)
            if whole:
                for some in batches(sorted(ids)):
                    db.execute(update(play_states).where(_t.viewer_id == who, _t.item_id.in_(some)).values(seen_at=now))
            counted = {item for item, row in changed.items() if row.counts != held.get(item, Kept()).counts} | joined
            _sum_up(db, connection, counted)
            mark_played(db, changed.keys() - counted)  # begun, or a favourite: no sum says so
        self._register.remember(learned, generation)
        return Taken(len(changed.keys() - held.keys()), len(changed.keys() & held.keys()), new_items)

    def _news(
        self, db: Connection, connection: ConnectionId, viewer: Viewer, told: dict[str, PlayState], now: datetime
    ) -> bool | None:
        """Whether anything is not stored just so; None when something is not known yet. Asked before the write lock."""
        who = self._register.find_viewers(db, connection, [viewer.id]).get(viewer.id)
        if who is None or (viewer.name and who[1] != viewer.name):
            return None
        learned: Learned = {}
        items = self._register.find_items(db, connection, {name: one.item for name, one in told.items()}, learned)
        if any(name not in items or items[name].outdated(name, PRESENT, one.item) for name, one in told.items()):
            return None
        held = _stored(db, who[0], [one.id for one in items.values()])
        return any(_kept(held.get(items[name].id), one, now) != held.get(items[name].id) for name, one in told.items())

    # ------------------------------------------------------------------ now

    def playing(self, connection: ConnectionId, sessions: Sequence[Session], now: datetime) -> int:
        """See SessionStore."""
        n = playing_now.c
        described = {one.item.identity: (PASSING, one.item) for one in sessions}
        viewers = {one.viewer.id: one.viewer for one in sessions}
        learned: Learned = {}
        with self._database.writing() as db:
            generation = self._register.generation
            who = self._register.know_viewers(db, connection, [*viewers.values()])
            items, new_items, joined = self._register.know_items(db, connection, described, learned)
            _sum_up(db, connection, joined)
            before = select(n.item_id, n.viewer_id, n.since).where(n.connection_id == connection)
            since = {(row[0], row[1]): row[2] for row in db.execute(before)}
            rows = {
                (items[one.item.identity], who[one.viewer.id]): {
                    "position_seconds": one.position_seconds,
                    "paused": one.paused,
                }
                for one in sessions
            }
            db.execute(delete(playing_now).where(n.connection_id == connection))
            if rows:
                shared = {"connection_id": connection, "seen_at": now}
                made = [
                    {**shared, "item_id": pair[0], "viewer_id": pair[1], "since": since.get(pair, now), **row}
                    for pair, row in rows.items()
                ]
                db.execute(insert(playing_now), made)
            write_cursor(db, sessions_cursor(connection), now.isoformat())
        self._register.remember(learned, generation)
        return new_items


def states_cursor(connection: int) -> str:
    """The name under which it is remembered how far states are read."""
    return f"states:{connection}"


def sessions_cursor(connection: int) -> str:
    """The name under which it is remembered when a service was last asked what it plays: an ISO 8601 instant in UTC."""
    return f"sessions:{connection}"


def _kept(held: Kept | None, told: PlayState, now: datetime) -> Kept:
    return kept(held or Kept(), told, micros(told.last_at) if told.last_at is not None else None, micros(now))


def _stored(db: Connection, viewer: int, items: Iterable[int]) -> dict[int, Kept]:
    instants = {"last_at", "last_watched_at"}
    columns = [type_coerce(_t[name], BigInteger) if name in instants else _t[name] for name in Kept._fields]
    found: dict[int, Kept] = {}
    for some in batches(items):
        asked = select(_t.item_id, *columns).where(_t.viewer_id == viewer, _t.item_id.in_(some))
        found |= {row[0]: Kept(*row[1:]) for row in db.execute(asked)}
    return found


def _putting(dialect: str) -> Any:
    """Puts a state in place of the one that is kept."""
    putting = (postgresql if dialect == "postgresql" else sqlite).insert(play_states)
    told = {name: putting.excluded[name] for name in (*Kept._fields, "seen_at")}
    return putting.on_conflict_do_update(index_elements=["item_id", "viewer_id"], set_=told)


def _sum_up(db: Connection, connection: ConnectionId, items: Collection[int]) -> None:
    if not items:
        return
    recount(db, items)
    for some in batches(sorted(items)):
        db.execute(update(play_items).where(play_items.c.id.in_(some)).values(pending=2))
    if len(items) <= _MANY:
        roll_up(db, connection)


def asked_at(db: Connection, connection: int) -> datetime | None:
    """When a service was last asked, with success, what it plays; None: never, so that it is not known."""
    told = read_cursor(db, sessions_cursor(connection))
    return datetime.fromisoformat(told) if told else None
