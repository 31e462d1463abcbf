"""The plays of all servers for the Watching screens: by keyset, never more than a page."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    Select,
    and_,
    distinct,
    func,
    select,
)

from episodarr.database.batches import batches
from episodarr.database.cursors import read_cursor
from episodarr.database.engine import Database
from episodarr.database.list_cursor import cursor_of, opened
from episodarr.database.play_parts import counted, groups_of, parts_of
from episodarr.database.schema import connections, episodes, instant, series
from episodarr.database.schema_movies import movies, played_movies
from episodarr.database.schema_people import people
from episodarr.database.schema_play_states import play_states, playing_now
from episodarr.database.schema_watching import (
    PERSON,
    play_items,
    play_sums,
    play_viewers,
    played_episodes,
    plays,
    watched_series,
)
from episodarr.database.watching import cursor_of as position_of
from episodarr.overview.answers import Page
from episodarr.overview.plays import (
    Played,
    PlayFilter,
    PlayingRow,
    PlayRow,
    PlaySummary,
    ShowSeen,
    TopShow,
    Watcher,
)
from episodarr.watching.model import ItemKind, Position

_p, _i, _v, _c, _s = plays.c, play_items.c, play_viewers.c, connections.c, play_sums.c
_n, _t = playing_now.c, play_states.c
_TOLD_LATELY = timedelta(minutes=2)
_positions = msgspec.json.Decoder(Position)


class StoredPlayHistory:
    """PlayHistory on a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def plays(self, wanted: PlayFilter, limit: int, cursor: str | None, *, names: bool) -> Page[PlayRow]:
        """See PlayHistory."""
        place, total = None, None
        if cursor:
            *place, total = opened(cursor, (int, int, int, int, int))
        with self._database.reading() as db:
            rows: list[Any] = []
            parts = parts_of(db, wanted)
            for part in parts:
                rows += db.execute(part.listed(place).limit(limit + 1)).all()
            total = counted(db, parts) if total is None else total
            rows.sort(key=itemgetter(0, 1, 2, 3), reverse=True)
            page = rows[:limit]
            of = _played(db, {row.item_id for row in page})
        items = [_row(row, of[row.item_id], names=names) for row in page]
        more = cursor_of(*page[-1][:4], total) if len(rows) > limit else None
        return Page(items, total, more)

    def summary(self, wanted: PlayFilter, shows: int) -> PlaySummary:
        """See PlayHistory."""
        with self._database.reading() as db:
            everything = wanted == PlayFilter()
            groups = None if everything else groups_of(parts_of(db, wanted))
            sums = _kept_sums() if groups is None else _summed(groups)
            count, viewers, seconds = db.execute(sums).one()
            top = (_kept_shows() if groups is None else _shows(groups)).limit(shows)
            found = db.execute(top).all()
            of = _played(db, {row.item_id for row in found})
        listed = [
            TopShow(row.series_title, row.plays, row.viewers, int(row.seconds), of[row.item_id].series_id)
            for row in found
        ]
        return PlaySummary(int(count or 0), int(viewers or 0), int(seconds or 0), listed)

    def playing(self, limit: int, *, names: bool) -> list[PlayingRow]:
        """See PlayHistory."""
        now = self._clock()
        asked = (
            select(playing_now, _c.name.label("connection"), _v.name, people.c.name.label("person"))
            .join(connections, _c.id == _n.connection_id)
            .join(play_viewers, _v.id == _n.viewer_id)
            .outerjoin(people, people.c.id == _v.person_id)
            .where(_c.enabled)
            .order_by(_n.since.desc(), _n.item_id, _n.viewer_id)
            .limit(limit)
        )
        with self._database.reading() as db:
            rows = db.execute(asked).all()
            of = _played(db, {row.item_id for row in rows})
        return [
            PlayingRow(
                connection=row.connection,
                played=of[row.item_id],
                paused=row.paused,
                since=row.since,
                as_of=row.seen_at,
                stale=now - row.seen_at > _TOLD_LATELY,
                position_seconds=row.position_seconds,
                viewer=(row.person or row.name) if names else None,
            )
            for row in rows
        ]

    def of_shows(self, series: Collection[int]) -> Mapping[int, ShowSeen]:
        """See PlayHistory."""
        w = watched_series.c
        found: dict[int, ShowSeen] = {}
        with self._database.reading() as db:
            for some in batches(sorted(series)):
                asked = select(w.series_id, w.plays, w.viewers, w.last_at).where(w.series_id.in_(some))
                found |= {
                    row[0]: ShowSeen(row[1], row[2], instant(row[3]) if row[3] else None) for row in db.execute(asked)
                }
        return found

    def watchers(self, limit: int) -> list[Watcher]:
        """See PlayHistory."""
        single = (
            select(_v.id, _v.name, _c.name).join(connections, _c.id == _v.connection_id).where(_v.person_id.is_(None))
        )
        known = select(people.c.id, people.c.name).where(select(_v.id).where(_v.person_id == people.c.id).exists())
        with self._database.reading() as db:
            found = [Watcher(f"p{row[0]}", row[1]) for row in db.execute(known.order_by(people.c.id).limit(limit))]
            rows = db.execute(single.order_by(_v.id).limit(limit))
            found += [Watcher(f"v{row[0]}", f"{row[1]} ({row[2]})") for row in rows]
        return sorted(found, key=lambda one: one.name.casefold())[:limit]

    def read_at(self) -> Mapping[int, datetime | None]:
        """See PlayHistory."""
        with self._database.reading() as db:
            ids = db.execute(select(_c.id).where(_c.enabled)).scalars().all()
            found = {}
            for one in ids:
                kept = read_cursor(db, position_of(one))
                found[one] = _positions.decode(kept).read_at if kept else None
        return found


def _row(row: Any, played: Played, *, names: bool) -> PlayRow:
    token = f"p{row.person_id}" if row.person is not None else f"v{row.viewer_id}"
    return PlayRow(
        id=f"{row.connection_id}-{abs(row.number)}-{row.key_0}-{row.viewer_id}",
        connection_id=row.connection_id,
        connection=row.connection,
        kind=row.kind,
        played=played,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        seconds=row.seconds,
        percent=row.percent,
        watched=row.watched,
        only_latest=row.number < 0,
        viewer=(row.person or row.viewer) if names else None,
        person=token if names else None,
    )


def _played(db: Connection, items: Collection[int]) -> dict[int, Played]:
    """What the items are, each with the first episode or movie that it is."""
    e, n, m = episodes.c, played_episodes.c, played_movies.c
    found: dict[int, Played] = {}
    for some in batches(sorted(items)):
        first = select(n.item_id, func.min(n.episode_id).label("episode_id")).where(n.item_id.in_(some))
        of = first.group_by(n.item_id).subquery()
        asked = (
            select(
                *(_i[name] for name in ("id", "kind", "title", "series_title", "season", "number")),
                e.id.label("episode_id"),
                e.series_id,
                e.title.label("episode_title"),
                e.season_number,
                e.episode_number,
                series.c.title.label("listed_title"),
                series.c.has_poster,
                m.movie_id,
                movies.c.has_poster.label("movie_poster"),
            )
            .select_from(play_items)
            .outerjoin(of, of.c.item_id == _i.id)
            .outerjoin(episodes, e.id == of.c.episode_id)
            .outerjoin(series, series.c.id == e.series_id)
            .outerjoin(played_movies, m.item_id == _i.id)
            .outerjoin(movies, movies.c.id == m.movie_id)
            .where(_i.id.in_(some))
        )
        for row in db.execute(asked):
            found[row.id] = Played(
                kind=row.kind,
                title=row.title or row.episode_title or "",
                series_title=row.listed_title or row.series_title,
                season=row.season if row.season is not None else row.season_number,
                number=row.number if row.number is not None else row.episode_number,
                series_id=row.series_id,
                episode_id=row.episode_id,
                movie_id=row.movie_id,
                has_poster=bool(row.has_poster or row.movie_poster),
            )
    return found


# ---------------------------------------------------------------------- sums


def _summed(groups: Any) -> Any:
    return (
        select(func.count(), func.count(distinct(PERSON)), func.sum(groups.c.seconds))
        .select_from(groups)
        .join(play_viewers, _v.id == groups.c.viewer_id)
    )


def _kept_sums() -> Any:
    return (
        select(func.sum(_s.plays), func.count(distinct(PERSON)), func.sum(_s.seconds))
        .select_from(play_sums)
        .join(play_viewers, _v.id == _s.viewer_id)
    )


def _shows(groups: Any) -> Select[Any]:
    return _by_show(groups, groups.c.item_id, groups.c.viewer_id, func.count(), func.sum(groups.c.seconds))


def _kept_shows() -> Select[Any]:
    return _by_show(play_sums, _s.item_id, _s.viewer_id, func.sum(_s.plays), func.sum(_s.seconds))


def _by_show(of: Any, item: Any, viewer: Any, count: Any, seconds: Any) -> Select[Any]:
    return (
        select(
            _i.series_title,
            count.label("plays"),
            func.count(distinct(PERSON)).label("viewers"),
            seconds.label("seconds"),
            func.max(_i.id).label("item_id"),
        )
        .select_from(of)
        .join(play_items, and_(_i.id == item, _i.kind == ItemKind.EPISODE.value, _i.series_title != ""))
        .join(play_viewers, _v.id == viewer)
        .group_by(_i.series_title)
        .order_by(count.desc(), seconds.desc(), _i.series_title)
    )
