"""Plays in the database: each once, with their sums; see `watching_match` for the episodes that they are of."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Connection, bindparam, func, insert, select, type_coerce, update

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema import episodes, instant, micros, series
from episodarr.database.schema_watching import play_items, play_sums, play_viewers, played_episodes, plays
from episodarr.database.watching_match import Matching
from episodarr.database.watching_sums import WAITING, add, rebuild, recount, roll_up
from episodarr.episode.facts import Fact, Watched
from episodarr.episode.identity import ConnectionId, EpisodeId, source
from episodarr.watching.model import Play, PlayedItem, Position, SeriesIds, Taken, Viewer
from episodarr.watching.tally import Change, Row, change, spans

_MANY = 2_000
"""Items of one page beyond which the sums of episodes, seasons and series are brought up to date by `settle`."""
_GAP = 2_000
_MOST_SPANS = 20
_SEVERAL = 50
_KEPT_IN_MIND = 300_000
_ROW = ("number", "started_at", "first_number", "viewer_id", "item_id", "stopped_at", "seconds", "percent", "watched")
_PLAYS = ("connection_id", *_ROW)
_ITEM = (
    "kind",
    "key",
    "series_key",
    "series_title",
    "season",
    "number",
    "title",
    "year",
    "aired_on",
    "tvdb_id",
    "series_tvdb_id",
    "series_tmdb_id",
)
_ADD_ITEM = insert(play_items)
_ADD_VIEWER = insert(play_viewers)
_ADD_PLAY = insert(plays)
_CHANGED = tuple(name for name in _ROW if name not in {"number", "started_at"})
_CHANGE_PLAY = (
    update(plays)
    .where(
        plays.c.connection_id == bindparam("b_connection_id"),
        plays.c.number == bindparam("b_number"),
        plays.c.started_at == bindparam("b_started_at"),
    )
    .values({name: bindparam(f"b_{name}") for name in _CHANGED})
)
_CHANGE_ITEM = (
    update(play_items)
    .where(play_items.c.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in (*_ITEM, "told_by")})
)
_positions = msgspec.json.Decoder(Position)


class _Held(msgspec.Struct):
    """A stored item: its key, what described it last, and how."""

    id: int
    told_by: int
    told: tuple[Any, ...]
    seen: PlayedItem | None = None
    """What was found to be the same: most pages tell of items that the page before told of."""

    def same(self, item: PlayedItem) -> bool:
        """Whether it is described just so."""
        if self.seen == item:
            return True
        if self.told != _told(item):
            return False
        self.seen = item
        return True


class StoredPlays:
    """PlayStore on a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._matching = Matching(database)
        self._clock = clock
        self._items: dict[tuple[int, str], _Held] = {}
        self._viewers: dict[tuple[int, str], tuple[int, str]] = {}

    # ------------------------------------------------------------------ where a reading stands

    def position(self, connection: ConnectionId) -> Position:
        """See PlayStore."""
        with self._database.reading() as db:
            kept = read_cursor(db, cursor_of(connection))
        return _positions.decode(kept) if kept else Position()

    def set_position(self, connection: ConnectionId, position: Position) -> None:
        """See PlayStore."""
        told = msgspec.json.encode(position).decode()
        with self._database.writing() as db:
            write_cursor(db, cursor_of(connection), told)

    def count(self, connection: ConnectionId) -> int:
        """See PlayStore."""
        asked = select(func.count()).select_from(plays).where(plays.c.connection_id == connection)
        with self._database.reading() as db:
            return db.execute(asked).scalar() or 0

    # ------------------------------------------------------------------ taking in

    def take(self, connection: ConnectionId, told: Sequence[Play]) -> Taken:
        """See PlayStore."""
        if not told:
            return Taken()
        with self._database.reading() as db:
            news = self._news(db, connection, told)
        if news is not None and not news:
            return Taken()
        learned: dict[tuple[int, str], _Held] = {}
        with self._database.writing() as db:
            viewers = self._know_viewers(db, connection, told)
            items, new_items = self._know_items(db, connection, told, learned)
            rows = _rows(told, items, viewers)
            changed = change(_stored(db, connection, rows), rows)
            self._write(db, connection, changed)
        self._items.update(learned)  # only what was committed
        return Taken(len(changed.new), len(changed.altered), new_items)

    def _news(self, db: Connection, connection: ConnectionId, told: Sequence[Play]) -> Change | list[Row] | None:
        """Nothing when all of it is stored just so; None when something is not known yet.

        Asked before the write lock is taken: most readings bring nothing.
        """
        latest = max(told, key=lambda play: play.id)
        of_latest = (plays.c.connection_id == connection, plays.c.number == latest.id)
        if db.execute(select(plays.c.number).where(*of_latest)).first() is None:
            return None
        items = self._find_items(db, connection, {play.item.identity: play.item for play in told}, self._items)
        viewers = self._find_viewers(db, connection, told)
        described = _described(told)
        for identity, (number, item) in described.items():
            held = items.get(identity)
            if held is None or (number >= held.told_by and not held.same(item)):
                return None
        for play in told:
            if play.viewer.id not in viewers:
                return None
        if any(viewers[one.id][1] != one.name for one in _named(told)):
            return None
        rows = _rows(told, {name: held.id for name, held in items.items()}, _ids(viewers))
        found = change(_stored(db, connection, rows), rows)
        return found if found.new or found.altered else []

    @staticmethod
    def _write(db: Connection, connection: ConnectionId, changed: Change) -> None:
        run_many(db, _ADD_PLAY, _PLAYS, [(connection, *row) for row in changed.new])
        names = tuple(f"b_{name}" for name in ("connection_id", *_ROW))
        run_many(db, _CHANGE_PLAY, names, [(connection, *row) for row in changed.altered])
        add(db, {pair: grown for pair, grown in changed.grown.items() if pair[0] not in changed.moved})
        if changed.moved:
            recount(db, changed.moved)
        touched = {item for item, _ in changed.grown} | changed.moved
        for some in batches(sorted(touched)):
            db.execute(update(play_items).where(play_items.c.id.in_(some)).values(pending=2))
        if len(touched) <= _MANY:
            roll_up(db, connection)

    def settle(self, connection: ConnectionId) -> None:
        """See PlayStore."""
        i = play_items.c
        waiting = select(i.id).where(i.connection_id == connection, WAITING, i.pending == 2).limit(1)
        with self._database.reading() as db:
            if db.execute(waiting).first() is None:
                return
        with self._database.writing() as db:
            roll_up(db, connection)

    def rebuild(self) -> None:
        """Make every sum anew from the plays."""
        with self._database.writing() as db:
            rebuild(db)

    # ------------------------------------------------------------------ who and what

    def _find_viewers(
        self, db: Connection, connection: ConnectionId, told: Sequence[Play]
    ) -> dict[str, tuple[int, str]]:
        v = play_viewers.c
        found: dict[str, tuple[int, str]] = {}
        for some in batches({play.viewer.id for play in told}):
            asked = select(v.viewer, v.id, v.name).where(v.connection_id == connection, v.viewer.in_(some))
            found |= {row[0]: (row[1], row[2]) for row in db.execute(asked)}
        return found

    def _know_viewers(self, db: Connection, connection: ConnectionId, told: Sequence[Play]) -> dict[str, int]:
        held = self._find_viewers(db, connection, told)
        v = play_viewers.c
        for one in _named(told):
            if one.id not in held:
                db.execute(_ADD_VIEWER.values(connection_id=connection, viewer=one.id, name=one.name))
            elif held[one.id][1] != one.name:
                db.execute(update(play_viewers).where(v.id == held[one.id][0]).values(name=one.name))
        return _ids(self._find_viewers(db, connection, told))

    def _find_items(
        self,
        db: Connection,
        connection: ConnectionId,
        items: dict[str, PlayedItem],
        learned: dict[tuple[int, str], _Held],
    ) -> dict[str, _Held]:
        """The stored ones of the given items, by what stays the same of them."""
        if len(self._items) > _KEPT_IN_MIND:
            self._items.clear()
        found = {name: held for name in items if (held := self._items.get((connection, name))) is not None}
        i = play_items.c
        for some in batches(items.keys() - found.keys()):
            asked = select(i.identity, i.id, i.told_by, *(i[name] for name in _ITEM))
            for row in db.execute(asked.where(i.connection_id == connection, i.identity.in_(some))):
                found[row[0]] = learned[connection, row[0]] = _Held(row[1], row[2], tuple(row[3:]))
        return found

    def _know_items(
        self, db: Connection, connection: ConnectionId, told: Sequence[Play], learned: dict[tuple[int, str], _Held]
    ) -> tuple[dict[str, int], int]:
        """Their keys, and how many are new or described differently."""
        described = _described(told)
        whole = {name: item for name, (_, item) in described.items()}
        held = self._find_items(db, connection, whole, learned)
        new = [name for name in described if name not in held]
        if new:
            rows = [(connection, name, *_told(whole[name]), described[name][0], 0) for name in new]
            run_many(db, _ADD_ITEM, ("connection_id", "identity", *_ITEM, "told_by", "pending"), rows)
            held |= self._find_items(db, connection, {name: whole[name] for name in new}, learned)
        changed = [
            (held[name].id, *_told(item), number)
            for name, (number, item) in described.items()
            if number >= held[name].told_by and not held[name].same(item)
        ]
        run_many(db, _CHANGE_ITEM, ("b_id", *(f"b_{name}" for name in _ITEM), "b_told_by"), changed)
        ids = {one.id: name for name, one in held.items()}
        for row in changed:
            learned[connection, ids[row[0]]] = _Held(row[0], row[-1], tuple(row[1:-1]))
        return {name: one.id for name, one in held.items()}, len(new) + len(changed)

    # ------------------------------------------------------------------ which episodes

    def newest(self) -> tuple[int, int]:
        """See PlayStore."""
        with self._database.reading() as db:
            of_series = db.execute(select(func.max(series.c.id))).scalar() or 0
            return of_series, db.execute(select(func.max(episodes.c.id))).scalar() or 0

    def match(self, connection: ConnectionId) -> int:
        """See PlayStore."""
        return self._matching.match(connection)

    def unplaced(self, connection: ConnectionId, now: datetime, limit: int) -> Sequence[str]:
        """See PlayStore."""
        return self._matching.unplaced(connection, now, limit)

    def learn(self, connection: ConnectionId, series_key: str, ids: SeriesIds | None, now: datetime) -> None:
        """See PlayStore."""
        self._matching.learn(connection, series_key, ids, now)

    # ------------------------------------------------------------------ telling

    def untold(self, connection: ConnectionId, label: str, limit: int) -> tuple[list[Fact], list[int]]:
        """See PlayStore."""
        i, p, s = play_items.c, played_episodes.c, play_sums.c
        waiting = select(i.id).where(i.connection_id == connection, WAITING, i.pending == 1).order_by(i.id).limit(limit)
        speaker = source(label, connection)
        facts = []
        with self._database.reading() as db:
            items = [row[0] for row in db.execute(waiting)]
            of: set[int] = set()
            for some in batches(items):
                of |= {row[0] for row in db.execute(select(p.episode_id).where(p.item_id.in_(some)))}
            for some in batches(sorted(of)):
                asked = (
                    select(p.episode_id, func.sum(s.watched_plays), func.max(s.last_watched_at))
                    .join(play_items, i.id == p.item_id)
                    .join(play_sums, s.item_id == p.item_id)
                    # Plus nothing: SQLite would otherwise go through all items of the connection for each episode.
                    .where(p.episode_id.in_(some), i.connection_id + 0 == connection)
                    .group_by(p.episode_id)
                    .having(func.sum(s.watched_plays) > 0)
                )
                facts += [
                    Fact(EpisodeId(episode), instant(last), speaker, Watched(int(count)))
                    for episode, count, last in db.execute(asked)
                ]
        return facts, items

    def told(self, items: Sequence[int]) -> None:
        """See PlayStore."""
        if not items:
            return
        i = play_items.c
        with self._database.writing() as db:
            for some in batches(items):
                db.execute(update(play_items).where(i.id.in_(some), i.pending == 1).values(pending=0))


def cursor_of(connection: int) -> str:
    """The name under which it is remembered how far a history is read."""
    return f"plays:{connection}"


def _told(item: PlayedItem) -> tuple[Any, ...]:
    return (item.kind.value, *(getattr(item, name) for name in _ITEM[1:]))


def _described(told: Iterable[Play]) -> dict[str, tuple[int, PlayedItem]]:
    """Each item as the latest play describes it."""
    found: dict[str, tuple[int, PlayedItem]] = {}
    for play in told:
        item = play.item
        held = found.get(name := item.identity)
        if held is None or play.id >= held[0]:
            found[name] = (play.id, item)
    return found


def _named(told: Iterable[Play]) -> list[Viewer]:
    """Each viewer as the latest play names them."""
    found: dict[str, tuple[int, Viewer]] = {}
    for play in told:
        held = found.get(play.viewer.id)
        if held is None or play.id > held[0]:
            found[play.viewer.id] = (play.id, play.viewer)
    return [one for _, one in found.values()]


def _ids(viewers: dict[str, tuple[int, str]]) -> dict[str, int]:
    return {name: held[0] for name, held in viewers.items()}


def _rows(told: Iterable[Play], items: dict[str, int], viewers: dict[str, int]) -> list[Row]:
    return [
        Row(
            play.id,
            micros(play.started_at),
            play.first_id,
            viewers[play.viewer.id],
            items[play.item.identity],
            micros(play.stopped_at),
            play.seconds,
            play.percent,
            play.watched,
        )
        for play in told
    ]


def _stored(db: Connection, connection: ConnectionId, rows: Sequence[Row]) -> dict[tuple[int, int], Row]:
    """The stored plays of the same numbers, and those of the same groups."""
    p = plays.c
    instants = {"started_at", "stopped_at"}
    columns = [type_coerce(p[name], BigInteger) if name in instants else p[name] for name in _ROW]
    numbers = {row.number for row in rows} | {row.first for row in rows}
    firsts = {row.first for row in rows}
    found: dict[tuple[int, int], Row] = {}
    for column, wanted, resuming in ((p.number, numbers, False), (p.first_number, firsts, True)):
        ranges = spans(wanted, _GAP, _MOST_SPANS)
        whole = len(wanted) <= _SEVERAL
        parts = [column.in_(wanted)] if whole else [column.between(low, high) for low, high in ranges]
        for part in parts:
            asked = select(*columns).where(p.connection_id == connection, part)
            if resuming:
                asked = asked.where(p.number != p.first_number)
            for values in db.execute(asked):
                if values[0] in numbers or values[2] in firsts:
                    row = Row._make(values)
                    found[row.key] = row
    return found
