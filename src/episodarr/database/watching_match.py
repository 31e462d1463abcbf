"""Which episodes the played items are; what matches nothing is kept, and looked at again when there are new series."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, delete, exists, func, insert, not_, or_, select

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many
from episodarr.database.engine import Database
from episodarr.database.schema import episodes, series
from episodarr.database.schema_watching import play_items, play_series, played_episodes
from episodarr.database.watching_sums import roll_up, wait
from episodarr.episode.identity import ConnectionId
from episodarr.watching.model import ItemKind, SeriesIds
from episodarr.watching.place import Known, Shelf, Shown, Wanted

_LOOK_AGAIN = timedelta(days=7)
"""A series that was asked for is asked for again after this, as long as its plays match nothing."""
_PLACE = insert(played_episodes)
_i, _p, _e, _s, _q = play_items.c, played_episodes.c, episodes.c, series.c, play_series.c


class _Title(msgspec.Struct, gc=False):
    title: str = ""


_titles = msgspec.json.Decoder(list[_Title])


def _placeless(connection: ConnectionId, *columns: Any) -> Select[Any]:
    """Episodes that were played and that no Sonarr lists, as far as known."""
    placed = exists(
        select(_p.item_id)
        .join(episodes, _e.id == _p.episode_id)
        .where(_p.item_id == _i.id, _e.gone_at.is_(None))
        .correlate(play_items)
    )
    return select(*columns).where(
        _i.connection_id == connection,
        _i.kind == ItemKind.EPISODE.value,
        _i.season.is_not(None),
        _i.number.is_not(None),
        not_(placed),
    )


class Matching:
    """Part of StoredPlays."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def match(self, connection: ConnectionId) -> int:
        """See PlayStore."""
        columns = [_i[name] for name in ("series_title", "season", "number", "year", "aired_on", "tvdb_id")]
        ids = [_i.series_tvdb_id, _i.series_tmdb_id]
        with self._database.reading() as db:
            rows = db.execute(_placeless(connection, _i.id, _i.series_key, *columns, *ids)).all()
            if not rows:
                return 0
            told = {row[0]: SeriesIds(*row[1:]) for row in db.execute(_learned(connection))}
            found = _matched(db, rows, told)
        if not found:
            return 0
        with self._database.writing() as db:
            held = _held(db, found)  # asked under the write lock: another task may have found the same meanwhile
            new = [(item, one) for item, of in found.items() for one in of if (item, one) not in held]
            if not new:
                return 0
            placed = {item for item, _ in new}
            run_many(db, _PLACE, ("item_id", "episode_id"), new)
            wait(db, placed)
            roll_up(db, connection)
        return len(placed)

    def unplaced(self, connection: ConnectionId, now: datetime, limit: int) -> list[str]:
        """See PlayStore."""
        asked = (
            _placeless(connection, _i.series_key)
            .outerjoin(play_series, (_q.connection_id == _i.connection_id) & (_q.series_key == _i.series_key))
            .where(_i.series_key != "", or_(_q.series_key.is_(None), _q.looked_at <= now - _LOOK_AGAIN))
            .group_by(_i.series_key)
            .order_by(func.max(_i.told_by).desc())
            .limit(limit)
        )
        with self._database.reading() as db:
            return [row[0] for row in db.execute(asked)]

    def learn(self, connection: ConnectionId, series_key: str, ids: SeriesIds | None, now: datetime) -> None:
        """See PlayStore."""
        told = ids or SeriesIds()
        row = {"tvdb_id": told.tvdb_id, "tmdb_id": told.tmdb_id, "year": told.year, "looked_at": now}
        with self._database.writing() as db:
            db.execute(delete(play_series).where(_q.connection_id == connection, _q.series_key == series_key))
            db.execute(insert(play_series).values(connection_id=connection, series_key=series_key, **row))


def _learned(connection: ConnectionId) -> Select[Any]:
    return select(_q.series_key, _q.tvdb_id, _q.tmdb_id, _q.year).where(_q.connection_id == connection)


def _matched(db: Connection, rows: Sequence[Any], told: dict[str, SeriesIds]) -> dict[int, list[int]]:
    """Item -> its episodes, for those that have some."""
    asked = select(_s.id, _s.title, _s.alternate_titles, _s.year, _s.tvdb_id, _s.tmdb_id).where(_s.gone_at.is_(None))
    shelf = Shelf(
        Shown(one, (title, *(also.title for also in _titles.decode(others) if also.title)), *numbers)
        for one, title, others, *numbers in db.execute(asked)
    )
    wanted = {row[0]: (row[1], Wanted(*row[2:])) for row in rows}
    of_series: dict[tuple[Any, ...], tuple[list[int], bool]] = {}
    candidates = {}
    for item, (key, one) in wanted.items():
        # Several items of one series have the same candidates: looked up once.
        same = (key, one.series_title, one.series_tvdb_id, one.series_tmdb_id)
        if same not in of_series:
            of_series[same] = shelf.candidates(one, told.get(key))
        candidates[item] = of_series[same]
    places = _places(db, {series for found, _ in of_series.values() for series in found})
    chosen: dict[int, list[int]] = {}
    for item, (_, one) in wanted.items():
        found, certain = candidates[item]
        if found and (of := shelf.choose(one, found, places, certain=certain)):
            chosen[item] = of
    return chosen


def _places(db: Connection, of: Iterable[int]) -> dict[tuple[int, int, int], Known]:
    found = {}
    for some in batches(sorted(of)):
        asked = select(_e.series_id, _e.season_number, _e.episode_number, _e.id, _e.tvdb_id, _e.air_date)
        for row in db.execute(asked.where(_e.series_id.in_(some), _e.gone_at.is_(None))).all():
            found[row[0], row[1], row[2]] = Known(row[3], row[4], row[5] or "")
    return found


def _held(db: Connection, found: dict[int, list[int]]) -> set[tuple[int, int]]:
    held: set[tuple[int, int]] = set()
    for some in batches(sorted(found)):
        held |= {(row[0], row[1]) for row in db.execute(select(_p.item_id, _p.episode_id).where(_p.item_id.in_(some)))}
    return held
