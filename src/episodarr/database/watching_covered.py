"""Plays that two histories tell of: those of a media server, and those of the service that watches it.

Each is looked at by itself, never a whole span of time: what only one of the two has seen is counted all the same.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select, type_coerce
from sqlalchemy.types import BigInteger

from episodarr.database.schema_watching import play_items, played_episodes, plays

_MARGIN = int(timedelta(minutes=15).total_seconds() * 1_000_000)
"""A server notes a play near its end, when it counts as watched: just before or after it stopped."""
Covered = tuple[int, int, int, int, int]
"""The connection that counts the play, then the play: its connection, number and start, and its item."""


def cover(db: Connection, covered: Collection[int], covering: Collection[int]) -> list[Covered]:
    """The plays of `covered` connections that a `covering` one tells too, of the same thing at the same time."""
    p, i = plays.c, play_items.c
    began, ended = type_coerce(p.started_at, BigInteger), type_coerce(p.stopped_at, BigInteger)
    found: dict[tuple[int, int, int], Covered] = {}
    left = select(p.number).where(p.connection_id.in_(covered), p.counted_by.is_(None)).limit(1)
    for one in sorted(covering) if db.execute(left).first() is not None else ():
        first = db.execute(
            select(func.min(type_coerce(p.started_at, BigInteger))).where(p.connection_id == one)
        ).scalar()
        if first is None:
            continue
        same = or_(*(_told_too(one, *by, began, ended) for by in _ways()))
        asked = (
            select(p.connection_id, p.number, began, p.item_id)
            .join(play_items, i.id == p.item_id)
            .where(p.connection_id.in_(covered), p.counted_by.is_(None), ended >= first - _MARGIN, same)
        )
        for connection, number, started, item in db.execute(asked):
            found.setdefault((connection, number, started), (one, connection, number, started, item))
    return list(found.values())


def _ways() -> list[tuple[Any, Any]]:
    """How the same thing is known in both: by its identity, its key, or as the same episode."""
    i, j = play_items.c, play_items.alias("told").c
    a, b = played_episodes.alias("mine").c, played_episodes.alias("theirs").c
    episode = exists(select(a.item_id).where(a.item_id == i.id, b.item_id == j.id, b.episode_id == a.episode_id))
    return [(j, j.identity == i.identity), (j, (j.key == i.key) & (j.kind == i.kind)), (j, episode)]


def _told_too(covering: int, j: Any, same: Any, began: Any, ended: Any) -> Any:
    t = plays.alias("also").c
    of = select(t.number).where(
        t.item_id == j.id,
        j.connection_id == covering,
        same,
        type_coerce(t.started_at, BigInteger) <= ended + _MARGIN,
        type_coerce(t.stopped_at, BigInteger) >= began - _MARGIN,
    )
    return exists(of.correlate(plays, play_items))
