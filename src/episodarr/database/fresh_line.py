"""Which shows are not complete, and how soon each is wanted, by few statements for all of them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from episodarr.catalogue.ahead import ALIKE, Coming, Traits
from episodarr.catalogue.fresh_ports import Readable
from episodarr.catalogue.in_line import AIRING_AFTER, AIRING_BEFORE, Waiting
from episodarr.database.batches import batches
from episodarr.database.schema import episodes, seasons, series
from episodarr.database.schema_fresh import UNTITLED, followed_shows
from episodarr.database.schema_play_states import playing_now
from episodarr.database.schema_watching import played_episodes, watched_seasons
from episodarr.episode.identity import ConnectionId, SeriesId

_MOST_TRAITS = 20_000
_s, _f, _e, _n = series.c, followed_shows.c, episodes.c, seasons.c


def incomplete() -> ColumnElement[bool]:
    """A show of which anything may still change; see docs/decisions/0013.

    It was never read, goes on, has a season with fewer files than episodes (of specials: when they are monitored), or
    an episode without a title.
    """
    n = seasons.alias("lacking").c
    lacking = exists().where(
        n.series_id == _s.id, or_(n.number > 0, n.monitored), n.episode_file_count < n.total_episode_count
    )
    untitled = _s.id.in_(select(_e.series_id).where(UNTITLED))
    return or_(_s.synced_at.is_(None), _s.status.in_(("continuing", "upcoming")), lacking, untitled)


_LISTED = select(
    _s.id,
    _s.sonarr_id,
    _s.title,
    _s.synced_at,
    _s.retry_at,
    _f.opened_at,
    _s.stale,
    _s.connection_id,
    _s.failure,
).select_from(series.outerjoin(followed_shows, _f.series_id == _s.id))


def waiting(db: Connection, connection: ConnectionId, now: datetime, *, followed_only: bool) -> list[Waiting]:
    """See FreshStore.waiting."""
    asked = _LISTED.where(_s.connection_id == connection, _s.gone_at.is_(None), incomplete())
    if followed_only:
        asked = asked.where(_f.watching)
    rows = db.execute(asked).all()
    if not rows:
        return []
    window = and_(_e.airs_at >= now - AIRING_AFTER, _e.airs_at <= now + AIRING_BEFORE, _e.gone_at.is_(None))
    airing = select(_e.series_id, func.min(_e.airs_at)).where(window, _e.connection_id == connection)
    airs = {row[0]: row[1] for row in db.execute(airing.group_by(_e.series_id))}
    playing = set(db.execute(_PLAYING).scalars())
    return [_waiting(row, playing=row[0] in playing, airs_at=airs.get(row[0])) for row in rows]


_PLAYING = (
    select(_e.series_id)
    .select_from(playing_now)
    .join(played_episodes, played_episodes.c.item_id == playing_now.c.item_id)
    .join(episodes, _e.id == played_episodes.c.episode_id)
    .distinct()
)


def waiting_of(db: Connection, shows: Collection[SeriesId]) -> dict[ConnectionId, list[Waiting]]:
    """See FreshStore.waiting_of."""
    found: dict[ConnectionId, list[Waiting]] = {}
    for some in batches(sorted(shows)):
        for row in db.execute(_LISTED.where(_s.id.in_(some), _s.gone_at.is_(None))):
            found.setdefault(ConnectionId(row[7]), []).append(_waiting(row))
    return found


def _waiting(row: Any, *, playing: bool = False, airs_at: datetime | None = None) -> Waiting:
    return Waiting(SeriesId(row[0]), row[1], row[2], row[3], row[4], playing, airs_at, row[5], row[6], row[8])


def kept_count(db: Connection, *, followed_only: bool) -> int:
    """How many shows a mode keeps fresh."""
    where = [_s.gone_at.is_(None), incomplete(), *([_f.watching] if followed_only else [])]
    asked = select(func.count()).select_from(series.outerjoin(followed_shows, _f.series_id == _s.id)).where(*where)
    return db.execute(asked).scalar() or 0


def coming(db: Connection, read_before: datetime, can: Readable) -> list[Coming]:
    """See FreshStore.coming."""
    w = watched_seasons.c
    newest = select(w.series_id, func.max(w.season_number).label("number")).group_by(w.series_id).subquery()
    asked = (
        select(_s.id, func.min(_n.number))
        .join(followed_shows, _f.series_id == _s.id)
        .join(newest, newest.c.series_id == _s.id)
        .join(seasons, and_(_n.series_id == _s.id, _n.number > newest.c.number))
        .where(_f.watching, _s.gone_at.is_(None), _s.synced_at < read_before, ~incomplete(), _readable(can))
        .group_by(_s.id)
    )
    return [Coming(SeriesId(row[0]), row[1]) for row in db.execute(asked)]


def traits(db: Connection, read_before: datetime, can: Readable) -> tuple[list[Traits], list[Traits]]:
    """See FreshStore.traits."""
    asked = (
        select(_s.id, _s.title, _s.series_type, _s.genres)
        .select_from(series.outerjoin(followed_shows, _f.series_id == _s.id))
        .where(_s.gone_at.is_(None))
        .order_by(_s.id.desc())
        .limit(_MOST_TRAITS)
    )
    unread = or_(_s.synced_at.is_(None), _s.synced_at < read_before, _f.lean_since.is_not(None))
    unprepared = or_(_f.prepared_at.is_(None), _f.prepared_at < read_before)
    others = asked.where(or_(_f.watching.is_(None), _f.watching.is_(False)), unread, unprepared, _readable(can))
    return _traits(db.execute(asked.where(_f.watching)).all()), _traits(db.execute(others).all())


def _readable(can: Readable) -> ColumnElement[bool]:
    return and_(_s.connection_id.in_(can.of), or_(_s.retry_at.is_(None), _s.retry_at <= can.now))


def _traits(rows: Collection[Any]) -> list[Traits]:
    found = [Traits(SeriesId(row[0]), row[1], row[2], frozenset(msgspec.json.decode(row[3]))) for row in rows]
    return [one for one in found if len(one.genres) >= ALIKE]
