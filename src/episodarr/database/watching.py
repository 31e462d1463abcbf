"""Plays in the database: each once, with their sums; see `watching_match` for the episodes that they are of."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
from sqlalchemy import BigInteger, Connection, bindparam, func, insert, literal_column, select, type_coerce, update
from sqlalchemy.sql.dml import Insert

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema import episodes, instant, micros, series
from episodarr.database.schema_watching import play_items, play_sums, played_episodes, plays
from episodarr.database.watching_covered import cover
from episodarr.database.watching_items import Learned, Register, as_known, described, named
from episodarr.database.watching_match import Matching
from episodarr.database.watching_movies import any_placeless, place_movies
from episodarr.database.watching_sums import UNCOUNTED, WAITING, add, not_only_plays, rebuild, recount, roll_up, wait
from episodarr.episode.facts import Fact, Watched
from episodarr.episode.identity import ConnectionId, EpisodeId, source
from episodarr.watching.model import Play, Position, SeriesIds, Taken
from episodarr.watching.tally import Change, Row, change, grown, spans

_MANY = 2_000
"""Items of one page beyond which all sums are brought up to date by `settle`."""
_Held = dict[tuple[int, int], Row]
_Values = tuple[int, int, int, int, int, int, int, int, bool]
_AT_ITEM = Row._fields.index("item")
_GAP = 2_000
_MOST_SPANS = 20
_SEVERAL = 50
_ROW = ("number", "started_at", "first_number", "viewer_id", "item_id", "stopped_at", "seconds", "percent", "watched")
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
_COVER_PLAY = (
    update(plays)
    .where(
        plays.c.connection_id == bindparam("b_connection_id"),
        plays.c.number == bindparam("b_number"),
        plays.c.started_at == bindparam("b_started_at"),
    )
    .values(counted_by=bindparam("b_counted_by"))
)
_positions = msgspec.json.Decoder(Position)


class StoredPlays:
    """PlayStore on a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._matching = Matching(database)
        self._clock = clock
        self.register = Register()
        """Shared with whatever else tells of items and viewers."""

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
        learned: Learned = {}
        with self._database.writing() as db:
            generation = self.register.generation
            told = as_known(db, connection, told)
            viewers = self.register.know_viewers(db, connection, named(told))
            items, new_items, joined = self.register.know_items(db, connection, described(told), learned)
            values = _values(told, items, viewers)
            new, altered = self._first(db, connection, values, joined), 0
            if not new:
                rows = [Row._make(one) for one in values]
                held = _same(db, connection, rows)
                changed = change(held, rows)
                self._write(db, connection, held, changed, joined)
                new, altered = len(changed.new), len(changed.altered)
        self.register.remember(learned, generation)  # only what was committed
        return Taken(new, altered, new_items)

    def _news(self, db: Connection, connection: ConnectionId, told: Sequence[Play]) -> Change | list[Row] | None:
        """Nothing when all of it is stored just so; None when something is not known yet.

        Asked before the write lock is taken: most readings bring nothing.
        """
        latest = max(told, key=lambda play: play.id)
        of_latest = (plays.c.connection_id == connection, plays.c.number == latest.id)
        if db.execute(select(plays.c.number).where(*of_latest)).first() is None:
            return None
        told = as_known(db, connection, told)
        learned: Learned = {}
        generation = self.register.generation
        items = self.register.find_items(db, connection, {play.item.identity: play.item for play in told}, learned)
        viewers = self.register.find_viewers(db, connection, (play.viewer.id for play in told))
        for identity, (number, item) in described(told).items():
            held = items.get(identity)
            if held is None or held.outdated(identity, number, item):
                return None
        self.register.remember(learned, generation)
        for play in told:
            if play.viewer.id not in viewers:
                return None
        if any(one.name and viewers[one.id][1] != one.name for one in named(told)):
            return None
        ids = {name: held[0] for name, held in viewers.items()}
        rows = [Row._make(one) for one in _values(told, {name: held.id for name, held in items.items()}, ids)]
        found = change(_same(db, connection, rows), rows)
        return found if found.new or found.altered else []

    @staticmethod
    def _first(db: Connection, connection: ConnectionId, values: list[_Values], joined: set[int]) -> int:
        """Write a page of a first reading just as it is, and how many plays it has; 0: it is not one."""
        items = {one[_AT_ITEM] for one in values}
        numbers = {one[0] for one in values}
        if len(items) <= _MANY or len(numbers) < len(values) or min(numbers) <= _latest(db, connection):
            return 0
        run_many(db, _adding(connection), _ROW, values)
        wait(db, items | joined, UNCOUNTED)
        return len(values)

    @staticmethod
    def _write(db: Connection, connection: ConnectionId, held: _Held, changed: Change, joined: set[int]) -> None:
        anew = changed.moved | joined
        touched = anew | {row.item for row in changed.new} | {row.item for row in changed.altered}
        many = len(touched) > _MANY
        more = {} if many else grown(held | _of_groups(db, connection, changed), changed)
        run_many(db, _adding(connection), _ROW, changed.new)
        names = tuple(f"b_{name}" for name in ("connection_id", *_ROW))
        run_many(db, _CHANGE_PLAY, names, [(connection, *row) for row in changed.altered])
        if many:
            wait(db, touched, UNCOUNTED)
            return
        items = {item for item, _ in more}
        anew |= not_only_plays(db, connection, items)
        add(db, {pair: one for pair, one in more.items() if pair[0] not in anew})
        if anew:
            recount(db, anew)
        wait(db, anew | items)
        roll_up(db, connection)

    def settle(self, connection: ConnectionId) -> None:
        """See PlayStore."""
        i = play_items.c
        waiting = select(i.id).where(i.connection_id == connection, WAITING, i.pending >= 2).limit(1)
        with self._database.reading() as db:
            if db.execute(waiting).first() is None:
                return
        with self._database.writing() as db:
            roll_up(db, connection)

    def cover(self, covered: Collection[ConnectionId], covering: Collection[ConnectionId]) -> int:
        """See PlayStore."""
        with self._database.reading() as db:
            found = cover(db, covered, covering)
        if not found:
            return 0
        with self._database.writing() as db:
            by = ("b_counted_by", "b_connection_id", "b_number", "b_started_at")
            run_many(db, _COVER_PLAY, by, [tuple(one[:4]) for one in found])
            items = {one[4] for one in found}
            recount(db, items)
            wait(db, items)
            for connection in covered:
                roll_up(db, connection)
        return len(found)

    def rebuild(self) -> None:
        """Make every sum anew from the plays and states."""
        with self._database.writing() as db:
            rebuild(db)

    # ------------------------------------------------------------------ which episodes

    def newest(self) -> tuple[int, int]:
        """See PlayStore."""
        with self._database.reading() as db:
            of_series = db.execute(select(func.max(series.c.id))).scalar() or 0
            return of_series, db.execute(select(func.max(episodes.c.id))).scalar() or 0

    def match(self, connection: ConnectionId) -> int:
        """See PlayStore."""
        found = self._matching.match(connection)
        with self._database.reading() as db:
            if not any_placeless(db, connection):
                return found
        with self._database.writing() as db:
            return found + place_movies(db)

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


@lru_cache(maxsize=16)
def _adding(connection: ConnectionId) -> Insert:
    """Adds plays of one connection, whose rows need not name it."""
    return insert(plays).values(connection_id=literal_column(str(int(connection))))


def _values(told: Iterable[Play], items: dict[str, int], viewers: dict[str, int]) -> list[_Values]:
    """The members of `Row`: plain tuples are of no interest to Python's collector, which costs a fifth less here."""
    return [
        (
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


def _latest(db: Connection, connection: ConnectionId) -> int:
    """The highest number of a stored play; -1: none is stored."""
    latest = db.execute(select(func.max(plays.c.number)).where(plays.c.connection_id == connection)).scalar()
    return -1 if latest is None else latest


def _same(db: Connection, connection: ConnectionId, rows: Sequence[Row]) -> _Held:
    """The stored plays of the same numbers."""
    return _stored(db, connection, "number", {row.number for row in rows})


def _of_groups(db: Connection, connection: ConnectionId, changed: Change) -> _Held:
    """The stored plays of the groups of what changed."""
    firsts = {row.first for rows in (changed.new, changed.altered) for row in rows}
    if not firsts:
        return {}
    found = _stored(db, connection, "number", firsts)
    return found | _stored(db, connection, "first_number", firsts)


def _stored(db: Connection, connection: ConnectionId, name: str, wanted: Collection[int]) -> _Held:
    """The stored plays with the wanted numbers, or (`first_number`) those that resume them."""
    p = plays.c
    instants = {"started_at", "stopped_at"}
    columns = [type_coerce(p[name], BigInteger) if name in instants else p[name] for name in _ROW]
    place = _ROW.index(name)
    found: _Held = {}
    parts = [p[name].between(low, high) for low, high in spans(wanted, _GAP, _MOST_SPANS)]
    for part in [p[name].in_(wanted)] if len(wanted) <= _SEVERAL else parts:
        asked = select(*columns).where(p.connection_id == connection, part)
        if name == "first_number":
            asked = asked.where(p.number != p.first_number)
        for values in db.execute(asked).all():
            if values[place] in wanted:
                row = Row._make(values)
                found[row.key] = row
    return found
