"""What people are in the middle of: what they left off within, would watch next, or marked as a favourite."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Connection, func, select, type_coerce, union_all

from episodarr.database.schema import episodes
from episodarr.database.schema_play_states import play_states
from episodarr.database.schema_watching import PERSON, play_sums, play_viewers, played_episodes
from episodarr.watching.next_up import next_up

_e, _p, _s, _t = episodes.c, played_episodes.c, play_sums.c, play_states.c

Found = list[tuple[int, int, int, int]]
"""Instant in microseconds since 1970, series, season and file."""


def in_progress(db: Connection, those: Collection[int]) -> Found:
    """The latest moment at which anybody left off within a file, without having come to its end since."""
    stopped, ended = func.max(_s.last_at), func.max(_s.last_watched_at)
    plays = (
        select(_e.id.label("episode"), stopped.label("at"))
        .join(played_episodes, _p.episode_id == _e.id)
        .join(play_sums, _s.item_id == _p.item_id)
        .join(play_viewers, play_viewers.c.id == _s.viewer_id)
        .where(*_held(those))
        .group_by(_e.id, PERSON)
        .having(stopped > ended)
    )
    states = (
        select(_e.id.label("episode"), type_coerce(func.coalesce(_t.last_at, _t.seen_at), BigInteger).label("at"))
        .join(played_episodes, _p.episode_id == _e.id)
        .join(play_states, _t.item_id == _p.item_id)
        .where(*_held(those), _t.position_seconds > 0, _t.played.is_(False))
    )
    left = union_all(plays, states).subquery()
    asked = (
        select(func.max(left.c.at), _e.series_id, func.min(_e.season_number), _e.file_id)
        .join(left, left.c.episode == _e.id)
        .group_by(_e.series_id, _e.file_id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in db.execute(asked)]


def following(db: Connection, those: Collection[int]) -> Found:
    """The files that somebody would watch next, and when they last watched the show."""
    watched: dict[tuple[int, int], dict[tuple[int, int], int]] = {}
    asked = (
        select(_e.series_id, PERSON, _e.season_number, _e.episode_number, func.max(_s.last_watched_at))
        .join(played_episodes, _p.episode_id == _e.id)
        .join(play_sums, _s.item_id == _p.item_id)
        .join(play_viewers, play_viewers.c.id == _s.viewer_id)
        .where(_e.series_id.in_(those), _e.gone_at.is_(None), _s.last_watched_at > 0)
        .group_by(_e.series_id, PERSON, _e.season_number, _e.episode_number)
    )
    for series_id, person, season, number, at in db.execute(asked):
        watched.setdefault((series_id, person), {})[season, number] = at
    files: dict[int, dict[tuple[int, int], int]] = {}
    present = select(_e.series_id, _e.season_number, _e.episode_number, _e.file_id)
    for series_id, season, number, file in db.execute(present.where(*_held({one for one, _ in watched}))):
        files.setdefault(series_id, {})[season, number] = file
    order = {series_id: sorted(places) for series_id, places in files.items()}
    found: dict[tuple[int, int, int], int] = {}
    for (series_id, _), seen in watched.items():
        if series_id in order and (ahead := next_up(order[series_id], seen)) is not None:
            (season, number), at = ahead
            key = (series_id, season, files[series_id][season, number])
            found[key] = max(at, found.get(key, 0))
    return [(at, *key) for key, at in found.items()]


def favourites(db: Connection, those: Collection[int]) -> list[int]:
    """Files of which somebody marked an episode as a favourite."""
    asked = (
        select(_e.file_id)
        .join(played_episodes, _p.episode_id == _e.id)
        .join(play_states, _t.item_id == _p.item_id)
        .where(*_held(those), _t.favourite)
        .distinct()
    )
    return [row[0] for row in db.execute(asked)]


def _held(those: Collection[int]) -> tuple[Any, ...]:
    return (_e.series_id.in_(those), _e.gone_at.is_(None), _e.file_id.is_not(None))
