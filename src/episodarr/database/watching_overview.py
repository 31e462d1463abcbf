"""What screens ask about plays: kept sums, and the latest plays of one episode."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

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
from episodarr.episode.identity import EpisodeId, SeriesId
from episodarr.watching.model import (
    EpisodePlay,
    EpisodeWatching,
    Position,
    SeriesWatching,
    SumOf,
    Watching,
)

_NAMED = 200
"""Names of viewers that one answer holds at most."""
_positions = msgspec.json.Decoder(Position)


class StoredPlayAnswers:
    """PlayAnswers on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def episode(self, episode: EpisodeId, *, names: bool, limit: int) -> EpisodeWatching | None:
        """See PlayAnswers."""
        e, w, p, n, v = episodes.c, watched_episodes.c, plays.c, played_episodes.c, play_viewers.c
        with self._database.reading() as db:
            if db.execute(select(e.id).where(e.id == episode)).first() is None:
                return None
            row = db.execute(select(*_sums(watched_episodes)).where(w.episode_id == episode)).first()
            latest = (
                select(p.connection_id, p.started_at, p.stopped_at, p.seconds, p.percent, p.watched, v.name)
                .join(played_episodes, n.item_id == p.item_id)
                .join(play_viewers, v.id == p.viewer_id)
                .where(n.episode_id == episode)
                .order_by(p.started_at.desc(), p.number.desc())
                .limit(limit)
            )
            found = [EpisodePlay(*one[:6], one[6] if names else None) for one in db.execute(latest)]
            who = (
                select(v.name)
                .join(play_sums, play_sums.c.viewer_id == v.id)
                .join(played_episodes, n.item_id == play_sums.c.item_id)
                .where(n.episode_id == episode)
                .distinct()
                .order_by(v.name)
                .limit(_NAMED)
            )
            viewers = [one[0] for one in db.execute(who)] if names else None
            return EpisodeWatching(episode, _watching(row), _synced_at(db), found, viewers)

    def series(self, series_id: SeriesId, limit: int) -> SeriesWatching | None:
        """See PlayAnswers."""
        w, s, e = watched_series.c, watched_seasons.c, watched_episodes.c
        with self._database.reading() as db:
            if db.execute(select(series.c.id).where(series.c.id == series_id)).first() is None:
                return None
            row = db.execute(select(*_sums(watched_series)).where(w.series_id == series_id)).first()
            of_seasons = select(*_sums(watched_seasons), s.season_number).where(s.series_id == series_id)
            of_episodes = (
                select(*_sums(watched_episodes), episodes.c.season_number, e.episode_id)
                .join(episodes, episodes.c.id == e.episode_id)
                .where(e.series_id == series_id)
                .order_by(episodes.c.season_number, episodes.c.episode_number)
                .limit(limit)
            )
            return SeriesWatching(
                series_id,
                _watching(row),
                _synced_at(db),
                [SumOf(one[6], _watching(one)) for one in db.execute(of_seasons.order_by(s.season_number))],
                [SumOf(one[6], _watching(one), one[7]) for one in db.execute(of_episodes)],
            )


def _sums(table: Table) -> list[Any]:
    names = ("plays", "watched_plays", "viewers", "seconds", "last_at", "last_watched_at")
    return [table.c[name] for name in names]


def _watching(row: Any) -> Watching:
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


def _synced_at(db: Connection) -> datetime | None:
    """When the history that was read longest ago was read to its end; None as long as one never was."""
    sources = select(connections.c.id).where(
        connections.c.enabled, select(play_items.c.id).where(play_items.c.connection_id == connections.c.id).exists()
    )
    names = [cursor_of(row[0]) for row in db.execute(sources)]
    kept = db.execute(select(cursors.c.value).where(cursors.c.name.in_(names))).scalars().all()
    read = [_positions.decode(one).read_at for one in kept]
    whole = [one for one in read if one is not None]
    return min(whole) if whole and len(whole) == len(names) else None
