"""Counts of episodes by state, kept on each season and series, so that no page has to count."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, case, func, select, update

from episodarr.database.batches import batches
from episodarr.database.holdings import mark
from episodarr.database.schema import episodes, seasons, series
from episodarr.episode.state import ARRIVING, PLAYABLE, State

_MISSING = frozenset({State.MISSING, State.REQUESTED, State.FAILED})

_SEASON = (
    update(seasons)
    .where(seasons.c.series_id == bindparam("b_series"), seasons.c.number == bindparam("b_number"))
    .values(
        available_count=bindparam("b_available"),
        missing_count=bindparam("b_missing"),
        arriving_count=bindparam("b_arriving"),
        states=bindparam("b_states"),
    )
)
_SERIES = (
    update(series)
    .where(series.c.id == bindparam("b_series"))
    .values(
        episode_count=bindparam("b_episodes"),
        aired_count=bindparam("b_aired"),
        file_count=bindparam("b_files"),
        available_count=bindparam("b_available"),
        missing_count=bindparam("b_missing"),
        arriving_count=bindparam("b_arriving"),
        states=bindparam("b_states"),
        next_airs_at=bindparam("b_next"),
    )
)


def recount(connection: Connection, series_ids: Collection[int], now: datetime) -> None:
    """Bring the counts of the given series and their seasons up to date."""
    for some in batches(series_ids, 200):
        _recount(connection, some, now)
    mark(connection, series_ids)


def _recount(connection: Connection, series_ids: list[int], now: datetime) -> None:
    e = episodes.c
    rows = connection.execute(
        select(
            e.series_id,
            e.season_number,
            e.state,
            func.count().label("n"),
            func.count(e.file_id).label("files"),
            func.sum(case((e.airs_at <= now, 1), else_=0)).label("aired"),
            func.min(case((e.airs_at > now, e.airs_at))).label("next"),
        )
        .where(e.series_id.in_(series_ids), e.gone_at.is_(None))
        .group_by(e.series_id, e.season_number, e.state)
    ).all()
    by_season: dict[tuple[int, int], Counter[str]] = {}
    whole: dict[int, Counter[str]] = {one: Counter() for one in series_ids}
    regular: dict[int, Counter[str]] = {one: Counter() for one in series_ids}
    sums: dict[int, Counter[str]] = {one: Counter() for one in series_ids}
    following: dict[int, datetime] = {}
    for series_id, number, state, n, files, aired, airs_next in rows:
        by_season.setdefault((series_id, number), Counter())[state] += n
        whole[series_id][state] += n
        if number:  # the specials are told apart: nobody misses them in "8 of 13"
            regular[series_id][state] += n
            sums[series_id].update(episodes=n, files=int(files), aired=int(aired))
        if airs_next is not None:
            following[series_id] = min(airs_next, following.get(series_id, airs_next))
    if by_season:
        connection.execute(
            _SEASON,
            [
                {"b_series": one, "b_number": number, **_summary(counted), "b_states": _states(counted)}
                for (one, number), counted in by_season.items()
            ],
        )
    connection.execute(
        _SERIES,
        [
            {
                "b_series": one,
                "b_episodes": sums[one]["episodes"],
                "b_aired": sums[one]["aired"],
                "b_files": sums[one]["files"],
                "b_states": _states(whole[one]),
                "b_next": following.get(one),
                **_summary(regular[one]),
            }
            for one in series_ids
        ],
    )


def _summary(counted: Counter[str]) -> dict[str, int]:
    return {
        "b_available": sum(counted[state.value] for state in PLAYABLE),
        "b_missing": sum(counted[state.value] for state in _MISSING),
        "b_arriving": sum(counted[state.value] for state in ARRIVING),
    }


def _states(counted: Counter[str]) -> str:
    return msgspec.json.encode({state: n for state, n in sorted(counted.items()) if n}).decode()
