"""The sums of plays: kept by what is added to them, made anew from the plays when that is not enough."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    bindparam,
    case,
    delete,
    distinct,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.holdings import mark
from episodarr.database.schema import connections, episodes
from episodarr.database.schema_play_states import play_states
from episodarr.database.schema_watching import (
    SUMS,
    play_items,
    play_sums,
    play_viewers,
    played_episodes,
    plays,
    watched_episodes,
    watched_seasons,
    watched_series,
)
from episodarr.database.watching_movies import added_up, roll_up_movie_viewers, roll_up_movies
from episodarr.watching.tally import Pair, Sum

WAITING = text("play_items.pending > 0")
"""In the words of the partial index, which SQLite uses for no others."""
UNCOUNTED = 3
"""In `play_items.pending`: the item's own sums are to be made anew from its plays before any others are."""
_WAIT = (
    update(play_items)
    .where(play_items.c.id == bindparam("b_id"), play_items.c.pending < bindparam("b_pending"))
    .values(pending=bindparam("b_pending"))
)
_i, _s, _p, _e = play_items.c, play_sums.c, played_episodes.c, episodes.c


@lru_cache(maxsize=2)
def _adding(dialect: str) -> Any:
    """Adds to the sums of an item and a viewer; instants only ever go forward."""
    adding = (postgresql if dialect == "postgresql" else sqlite).insert(play_sums)
    told = adding.excluded

    def later(name: str) -> Any:
        return case((told[name] > _s[name], told[name]), else_=_s[name])

    return adding.on_conflict_do_update(
        index_elements=["item_id", "viewer_id"],
        set_={
            "plays": _s.plays + told.plays,
            "watched_plays": _s.watched_plays + told.watched_plays,
            "seconds": _s.seconds + told.seconds,
            "last_at": later("last_at"),
            "last_watched_at": later("last_watched_at"),
        },
    )


def add(db: Connection, grown: Mapping[Pair, Sum]) -> None:
    """Add to the sums of items and viewers."""
    run_many(
        db,
        _adding(db.dialect.name),
        ("item_id", "viewer_id", *SUMS),
        [(item, viewer, *grown[item, viewer]) for item, viewer in sorted(grown)],
    )


def recount(db: Connection, items: Collection[int] | None) -> None:
    """Make the sums of the given items (None: all) anew from their plays."""
    for some in [None] if items is None else batches(sorted(items)):
        db.execute(delete(play_sums) if some is None else delete(play_sums).where(_s.item_id.in_(some)))
        db.execute(insert(play_sums).from_select(["item_id", "viewer_id", *SUMS], _counted(some)))


def wait(db: Connection, items: Collection[int], pending: int = 2) -> None:
    """Have the sums that these items are part of brought up to date by `roll_up`; see `play_items.pending`."""
    run_many(db, _WAIT, ("b_id", "b_pending"), [(item, pending) for item in sorted(items)])


def _count_waiting(db: Connection, connection: int) -> None:
    """Make the sums of the items anew that were left uncounted, however many they are."""
    left = select(_i.id).where(_i.connection_id == connection, WAITING, _i.pending == UNCOUNTED)
    if db.execute(left.limit(1)).first() is None:
        return
    states = select(play_states.c.item_id).where(play_states.c.connection_id == connection).limit(1)
    only_plays = db.execute(states).first() is None
    db.execute(delete(play_sums).where(_s.item_id.in_(left)))
    of = _counted_plays(left) if only_plays else _counted(left)
    db.execute(insert(play_sums).from_select(["item_id", "viewer_id", *SUMS], of))
    counted = update(play_items).where(_i.connection_id == connection, WAITING, _i.pending == UNCOUNTED)
    db.execute(counted.values(pending=2))


def not_only_plays(db: Connection, connection: int, items: Collection[int]) -> set[int]:
    """Those of a connection's items whose sums are not the sums of all of their plays."""
    t, p = play_states.c, plays.c
    found: set[int] = set()
    for column, condition in ((t.item_id, t.connection_id == connection), (p.item_id, p.counted_by.is_not(None))):
        asked = select(column).where(condition)
        if column.table is plays:
            asked = asked.where(p.connection_id == connection)
        if db.execute(asked.limit(1)).first() is not None:
            for some in batches(sorted(items)):
                found |= set(db.execute(asked.where(column.in_(some))).scalars())
    return found


def _counted(items: Collection[int] | Select[Any] | None) -> Select[Any]:
    """The sums by item and viewer. Plays and the state of one server tell of the same: the higher of both counts."""
    told = [_counted_plays(items), _counted_states(items)]
    c = union_all(*told).subquery().c
    sums = [func.max(c[name]).label(name) for name in SUMS]
    return select(c.item_id, c.viewer_id, *sums).group_by(c.item_id, c.viewer_id)


def _counted_plays(items: Collection[int] | Select[Any] | None) -> Select[Any]:
    p = plays.c
    stopped = type_coerce(p.stopped_at, BigInteger)
    found = (
        select(
            p.item_id,
            p.viewer_id,
            func.count(distinct(p.first_number)).label("plays"),
            func.count(distinct(case((p.watched, p.first_number)))).label("watched_plays"),
            func.sum(p.seconds).label("seconds"),
            func.max(stopped).label("last_at"),
            func.max(case((p.watched, stopped), else_=0)).label("last_watched_at"),
        )
        .where(p.counted_by.is_(None))
        .group_by(p.item_id, p.viewer_id)
    )
    return found if items is None else found.where(p.item_id.in_(items))


def _counted_states(items: Collection[int] | Select[Any] | None) -> Select[Any]:
    t = play_states.c
    last, last_watched = (func.coalesce(type_coerce(one, BigInteger), 0) for one in (t.last_at, t.last_watched_at))
    found = select(t.item_id, t.viewer_id, t.plays, t.watched_plays, literal(0), last, last_watched)
    found = found.where(or_(t.plays > 0, t.watched_plays > 0))
    return found if items is None else found.where(t.item_id.in_(items))


def roll_up(db: Connection, connection: int | None) -> None:
    """Bring the sums of episodes, seasons and series up to date: where items wait for it, or (None) everywhere."""
    everywhere = connection is None
    if connection is not None:
        _count_waiting(db, connection)
    waiting = (
        select(_p.episode_id)
        .join(play_items, _i.id == _p.item_id)
        .where(_i.connection_id == connection, WAITING, _i.pending == 2)
    )
    if everywhere:
        _fill(db, [None])
    elif db.execute(waiting.limit(1)).first() is not None:
        _fill(db, [waiting])
    roll_up_movies(db, connection)
    if not everywhere:
        rolled = update(play_items).where(_i.connection_id == connection, WAITING, _i.pending == 2)
        db.execute(rolled.values(pending=1))


def roll_up_viewers(db: Connection, viewers: Collection[int]) -> None:
    """Count the viewers anew of what these viewers (play_viewers.id) played."""
    touched: set[int] = set()
    for some in batches(sorted(viewers)):
        asked = select(_p.episode_id).join(play_sums, _s.item_id == _p.item_id).where(_s.viewer_id.in_(some)).distinct()
        touched |= {row[0] for row in db.execute(asked)}
    if touched:
        _fill(db, [*batches(sorted(touched))])
    roll_up_movie_viewers(db, viewers)


def _fill(db: Connection, parts: Sequence[list[int] | Select[Any] | None]) -> None:
    places: set[tuple[int, int]] = set()
    for some in parts:
        asked = _rolled(_e.id, _e.series_id, _e.season_number)
        removal = delete(watched_episodes)
        if some is not None:
            asked, removal = asked.where(_e.id.in_(some)), removal.where(watched_episodes.c.episode_id.in_(some))
            of = select(_e.series_id, _e.season_number).where(_e.id.in_(some)).distinct()
            places |= {(row[0], row[1]) for row in db.execute(of)}
        db.execute(removal)
        columns = ["episode_id", "series_id", "season_number", "viewers", *SUMS]
        db.execute(insert(watched_episodes).from_select(columns, asked))
    touched = None if None in parts else sorted({series for series, _ in places})
    mark(db, db.execute(select(_e.series_id).distinct()).scalars().all() if touched is None else touched)
    for batch in [None] if touched is None else batches(touched):
        for table, keys in ((watched_seasons, (_e.series_id, _e.season_number)), (watched_series, (_e.series_id,))):
            asked, removal = _rolled(*keys), delete(table)
            if batch is not None:
                asked, removal = asked.where(_e.series_id.in_(batch)), removal.where(table.c.series_id.in_(batch))
            db.execute(removal)
            db.execute(insert(table).from_select([*(key.name for key in keys), "viewers", *SUMS], asked))


def _rolled(*keys: Any) -> Select[Any]:
    return (
        select(
            *keys,
            *added_up(),
        )
        .select_from(episodes)
        .join(played_episodes, _p.episode_id == _e.id)
        .join(play_sums, _s.item_id == _p.item_id)
        .join(play_viewers, play_viewers.c.id == _s.viewer_id)
        .group_by(*keys)
    )


def rebuild(db: Connection) -> None:
    """Make every sum anew: the same numbers, unless a connection is gone or somebody wrote into the tables by hand."""
    gone = plays.c.counted_by.not_in(select(connections.c.id))
    db.execute(update(plays).where(plays.c.counted_by.is_not(None), gone).values(counted_by=None))
    recount(db, None)
    roll_up(db, None)
