"""Whether whoever asked for something has watched it all: unknown, unless they are known as a viewer."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, exists, select, update

from episodarr.database.bulk import run_many
from episodarr.database.schema import episodes
from episodarr.database.schema_deletion import held_files, held_seasons, held_series
from episodarr.database.schema_people import request_users
from episodarr.database.schema_requests import request_seasons, request_series, requests
from episodarr.database.schema_watching import play_sums, play_viewers, played_episodes

_e, _f, _n, _h = episodes.c, held_files.c, held_seasons.c, held_series.c
_watched: dict[str, Any] = {"requester_watched": bindparam("b_watched")}
_FILE = (
    update(held_files)
    .where(
        _f.series_id == bindparam("b_series"),
        _f.season_number == bindparam("b_season"),
        _f.file_id == bindparam("b_file"),
    )
    .values(_watched)
)
_SEASON = (
    update(held_seasons)
    .where(_n.series_id == bindparam("b_series"), _n.season_number == bindparam("b_season"))
    .values(_watched)
)
_SERIES = update(held_series).where(_h.series_id == bindparam("b_series")).values(_watched)


class _Asked(NamedTuple):
    """A standing request for a season; `season` None: for all but the specials."""

    at: Any
    id: int
    series: int
    season: int | None
    person: int | None
    """None: whoever asked is not known as a viewer."""


def tell_requesters(db: Connection, those: Collection[int]) -> None:
    """Fill `requester_watched` of the files, seasons and series of some series, by their latest standing requests."""
    asked = _asked(db, those)
    persons = {one.person for one in asked if one.person is not None}
    if not persons:
        return
    of = {one.series for one in asked}
    seen = _watched_by(db, of, persons)
    held: dict[int, list[tuple[int, int, int]]] = {}
    present = select(_e.series_id, _e.season_number, _e.file_id, _e.id)
    for series, season, file, episode in db.execute(
        present.where(_e.series_id.in_(of), _e.file_id.is_not(None), _e.gone_at.is_(None))
    ):
        held.setdefault(series, []).append((season, file, episode))
    files: dict[tuple[int, int, int], bool] = {}
    seasons: dict[tuple[int, int], bool] = {}
    shows: dict[int, bool] = {}
    for series, rows in held.items():
        wishes = [one for one in asked if one.series == series]
        first, of_show = _first_seasons(rows), max(wishes, key=lambda one: (one.at, one.id))
        for season, file, episode in rows:
            of_season = _latest(wishes, season)
            if of_season is not None and of_season.person is not None:
                done = (of_season.person, episode) in seen
                seasons[series, season] = seasons.get((series, season), True) and done
            of_file = _latest(wishes, first[file])
            if of_file is not None and of_file.person is not None:
                key = (series, first[file], file)
                files[key] = files.get(key, True) and (of_file.person, episode) in seen
            if of_show.person is not None:
                shows[series] = shows.get(series, True) and (of_show.person, episode) in seen
    run_many(db, _FILE, ("b_watched", "b_series", "b_season", "b_file"), [(done, *key) for key, done in files.items()])
    run_many(db, _SEASON, ("b_watched", "b_series", "b_season"), [(done, *key) for key, done in seasons.items()])
    run_many(db, _SERIES, ("b_watched", "b_series"), [(done, key) for key, done in shows.items()])


def _asked(db: Connection, those: Collection[int]) -> list[_Asked]:
    r, q, s, u, v = requests.c, request_series.c, request_seasons.c, request_users.c, play_viewers.c
    known = exists(select(v.id).where(v.person_id == u.person_id))
    found = (
        select(r.created_at, r.id, q.series_id, s.number, r.all_seasons, u.person_id)
        .select_from(request_series)
        .join(requests, r.id == q.request_id)
        .outerjoin(request_seasons, s.request_id == r.id)
        .outerjoin(request_users, and_(u.connection_id == r.connection_id, u.number == r.requester_number, known))
        .where(q.series_id.in_(those), q.current, r.standing)
    )
    return [
        _Asked(at, key, series, None if whole else season, person)
        for at, key, series, season, whole, person in db.execute(found)
        if whole or season is not None
    ]


def _watched_by(db: Connection, those: Collection[int], persons: Collection[int]) -> set[tuple[int, int]]:
    """Person and episode: watched to the end with any of their accounts."""
    p, s, v = played_episodes.c, play_sums.c, play_viewers.c
    asked = (
        select(v.person_id, _e.id)
        .select_from(episodes)
        .join(played_episodes, p.episode_id == _e.id)
        .join(play_sums, s.item_id == p.item_id)
        .join(play_viewers, v.id == s.viewer_id)
        .where(_e.series_id.in_(those), v.person_id.in_(persons), s.watched_plays > 0)
        .distinct()
    )
    return {(row[0], row[1]) for row in db.execute(asked)}


def _latest(wishes: Iterable[_Asked], season: int) -> _Asked | None:
    """The latest one that asks for a season."""
    fitting = [one for one in wishes if one.season == season or (one.season is None and season > 0)]
    return max(fitting, key=lambda one: (one.at, one.id), default=None)


def _first_seasons(rows: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """Of each file the season that it is kept under."""
    first: dict[int, int] = {}
    for season, file, _ in rows:
        first[file] = min(season, first.get(file, season))
    return first
