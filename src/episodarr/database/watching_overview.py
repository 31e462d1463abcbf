"""What screens ask about plays: kept sums, and the latest plays of one episode."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, select

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.schema import connections, cursors, episodes, instant, series
from episodarr.database.schema_watching import (
    play_items,
    play_sums,
    play_viewers,
    played_episodes,
    plays,
    watched_episodes,
    watched_seasons,
    watched_series,
)
from episodarr.database.watching import cursor_of
from episodarr.database.watching_states import states_cursor
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId
from episodarr.watching.model import (
    EpisodePlay,
    EpisodeWatching,
    SeriesWatching,
    SumOf,
    Watching,
)

_NAMED = 200
"""Names of viewers that one answer holds at most."""


class _Read(msgspec.Struct):
    """What the positions of plays and of states have in common."""

    read_at: datetime | None = None


_read = msgspec.json.Decoder(_Read)


class StoredPlayAnswers:
    """PlayAnswers on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def episode(self, episode: EpisodeId, *, names: bool, limit: int) -> EpisodeWatching | None:
        """See PlayAnswers."""
        e, w = episodes.c, watched_episodes.c
        with self._database.reading() as db:
            if db.execute(select(e.id).where(e.id == episode)).first() is None:
                return None
            row = db.execute(select(*sums_in(watched_episodes)).where(w.episode_id == episode)).first()
            of = played_episodes.c.episode_id == episode
            found, viewers = latest_plays(db, played_episodes, of, names=names, limit=limit)
            return EpisodeWatching(episode, watching_of(row), synced_at(db), found, viewers)

    def series(self, series_id: SeriesId, limit: int) -> SeriesWatching | None:
        """See PlayAnswers."""
        w, s, e = watched_series.c, watched_seasons.c, watched_episodes.c
        with self._database.reading() as db:
            if db.execute(select(series.c.id).where(series.c.id == series_id)).first() is None:
                return None
            row = db.execute(select(*sums_in(watched_series)).where(w.series_id == series_id)).first()
            of_seasons = select(*sums_in(watched_seasons), s.season_number).where(s.series_id == series_id)
            of_episodes = (
                select(*sums_in(watched_episodes), episodes.c.season_number, e.episode_id)
                .join(episodes, episodes.c.id == e.episode_id)
                .where(e.series_id == series_id)
                .order_by(episodes.c.season_number, episodes.c.episode_number)
                .limit(limit)
            )
            return SeriesWatching(
                series_id,
                watching_of(row),
                synced_at(db),
                [SumOf(one[6], watching_of(one)) for one in db.execute(of_seasons.order_by(s.season_number))],
                [SumOf(one[6], watching_of(one), one[7]) for one in db.execute(of_episodes)],
            )

    def readings(self, connections: Collection[ConnectionId]) -> dict[ConnectionId, datetime | None]:
        """See PlayAnswers."""
        with self._database.reading() as db:
            found = _read_at(db, connections)
        return {one: found.get(one) for one in connections}


def latest_plays(
    db: Connection, placed: Table, of: ColumnElement[bool], *, names: bool, limit: int
) -> tuple[list[EpisodePlay], list[str] | None]:
    """The latest plays of an episode or a movie, and everybody who played it; without `names`, of nobody.

    `placed`: played_episodes or played_movies, which say what an item is; `of`: which of its rows are meant.
    """
    p, v = plays.c, play_viewers.c
    latest = (
        select(p.connection_id, p.started_at, p.stopped_at, p.seconds, p.percent, p.watched, v.name)
        .join(placed, placed.c.item_id == p.item_id)
        .join(play_viewers, v.id == p.viewer_id)
        .where(of, p.counted_by.is_(None))
        .order_by(p.started_at.desc(), p.number.desc())
        .limit(limit)
    )
    found = [EpisodePlay(*one[:6], one[6] if names else None) for one in db.execute(latest)]
    if not names:
        return found, None
    who = (
        select(v.name)
        .join(play_sums, play_sums.c.viewer_id == v.id)
        .join(placed, placed.c.item_id == play_sums.c.item_id)
        .where(of)
        .distinct()
        .order_by(v.name)
        .limit(_NAMED)
    )
    return found, [one[0] for one in db.execute(who)]


def sums_in(table: Table) -> list[Any]:
    """The columns that `watching_of` reads."""
    names = ("plays", "watched_plays", "viewers", "seconds", "last_at", "last_watched_at")
    return [table.c[name] for name in names]


def watching_of(row: Any) -> Watching:
    """Sums of a row: plays, those to the end, viewers, seconds, latest stop, latest stop at the end."""
    if row is None:
        return Watching()
    played, to_the_end, viewers, seconds, last, watched = row[:6]
    return Watching(
        played,
        to_the_end,
        played - to_the_end,
        viewers,
        seconds,
        instant(last) if last else None,
        instant(watched) if watched else None,
    )


def synced_at(db: Connection) -> datetime | None:
    """When the service that was read longest ago was read to its end; None as long as one never was."""
    known = select(play_items.c.id).where(play_items.c.connection_id == connections.c.id).exists()
    enabled = db.execute(select(connections.c.id, known).where(connections.c.enabled)).all()
    read = _read_at(db, [row[0] for row in enabled])
    told = [read.get(one) for one, items in enabled if items or one in read]
    whole = [at for at in told if at is not None]
    return min(whole) if whole and len(whole) == len(told) else None


def _read_at(db: Connection, asked: Iterable[int]) -> dict[int, datetime | None]:
    """When connections were read to their ends; those that were never looked at are left out.

    Where there are states of users, they decide: a history beside them (Playback Reporting) may be a part only.
    """
    found: dict[int, datetime | None] = {}
    for some in batches(asked):
        names = {one: (states_cursor(one), cursor_of(one)) for one in some}
        wanted = [name for both in names.values() for name in both]
        kept = select(cursors.c.name, cursors.c.value).where(cursors.c.name.in_(wanted))
        told = {row[0]: row[1] for row in db.execute(kept)}
        for one, both in names.items():
            value = next((told[name] for name in both if name in told), None)
            if value is not None:
                found[one] = _read.decode(value).read_at
    return found
