"""The screens' questions, answered from the database. Every answer is bounded."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, and_, case, func, select, tuple_, type_coerce

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.list_cursor import cursor_of as _cursor
from episodarr.database.list_cursor import opened as _opened
from episodarr.database.rows import EPISODE, JOB, SEASON, SHOW, episode_row, job_view, season_card, show_card
from episodarr.database.schema import (
    connections,
    download_episodes,
    downloads,
    episode_files,
    episodes,
    jobs,
    seasons,
    series,
)
from episodarr.database.timeline import library_items, timeline
from episodarr.episode.state import ARRIVING, PLAYABLE, State
from episodarr.overview.answers import (
    CalendarEntry,
    EpisodeDetail,
    EpisodeLabel,
    EpisodeRow,
    JobView,
    Page,
    SeasonCard,
    ShowCard,
    TimelineEntry,
    Totals,
)
from episodarr.overview.questions import LibraryFilter

_LISTED = episodes.c.gone_at.is_(None)
_SHOWS = select(*SHOW).join(connections, connections.c.id == series.c.connection_id)
_EPISODES = select(*EPISODE).select_from(episodes.outerjoin(episode_files, episode_files.c.id == episodes.c.file_id))


class StoredOverview:
    """Overview on a database, and the names for the live board."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def totals(self) -> Totals:
        """See Overview."""
        with self._database.reading() as db:
            rows = db.execute(
                select(series.c.states, series.c.size_on_disk, series.c.synced_at).where(series.c.gone_at.is_(None))
            ).all()
        states: dict[str, int] = {}
        for text, _, _ in rows:
            for state, n in msgspec.json.decode(text).items():
                states[state] = states.get(state, 0) + n
        synced = [row[2] for row in rows if row[2] is not None]
        return Totals(len(rows), sum(states.values()), states, sum(row[1] for row in rows), max(synced, default=None))

    def library(self, wanted: LibraryFilter, limit: int, cursor: str | None) -> Page[ShowCard]:
        """See Overview."""
        where = _library_where(wanted)
        key, descending = _SORTS[wanted.sort]
        order = (key.desc(), series.c.id.desc()) if descending else (key, series.c.id)
        asked = _SHOWS.add_columns(key.label("sort_key")).where(*where).order_by(*order).limit(limit + 1)
        if cursor:
            after, last = _opened(cursor, (str if wanted.sort == "title" else int, int))
            here = tuple_(key, series.c.id)
            asked = asked.where(here < tuple_(after, last) if descending else here > tuple_(after, last))
        with self._database.reading() as db:
            rows = db.execute(asked).all()
            total = db.execute(select(func.count()).select_from(series).where(*where)).scalar() or 0
        more = len(rows) > limit
        rows = rows[:limit]
        following = _cursor(rows[-1][-1], rows[-1][0]) if more else None
        return Page([show_card(row) for row in rows], total, following)

    def show(self, series_id: int) -> ShowCard | None:
        """See Overview."""
        with self._database.reading() as db:
            row = db.execute(_SHOWS.where(series.c.id == series_id, series.c.gone_at.is_(None))).first()
        return show_card(row) if row else None

    def seasons(self, series_id: int) -> list[SeasonCard]:
        """See Overview."""
        asked = select(*SEASON).where(seasons.c.series_id == series_id).order_by(seasons.c.number).limit(1000)
        with self._database.reading() as db:
            return [season_card(row) for row in db.execute(asked)]

    def episodes(self, series_id: int, season_number: int | None, limit: int, cursor: str | None) -> Page[EpisodeRow]:
        """See Overview."""
        e = episodes.c
        where = [e.series_id == series_id, _LISTED]
        if season_number is not None:
            where.append(e.season_number == season_number)
        asked = _EPISODES.where(*where).order_by(e.season_number, e.episode_number).limit(limit + 1)
        if cursor:
            asked = asked.where(tuple_(e.season_number, e.episode_number) > tuple_(*_opened(cursor, (int, int))))
        with self._database.reading() as db:
            rows = db.execute(asked).all()
            total = db.execute(select(func.count()).select_from(episodes).where(*where)).scalar() or 0
        found = [episode_row(row) for row in rows[:limit]]
        following = _cursor(found[-1].season_number, found[-1].episode_number) if len(rows) > limit else None
        return Page(found, total, following)

    def episode(self, episode_id: int) -> EpisodeDetail | None:
        """See Overview."""
        e = episodes.c
        with self._database.reading() as db:
            row = db.execute(_EPISODES.add_columns(e.overview).where(e.id == episode_id)).first()
            if row is None:
                return None
            episode = episode_row(row)
            show = db.execute(_SHOWS.where(series.c.id == episode.series_id)).one()
            here = (episode.season_number, episode.episode_number)
            neighbours = select(e.id).where(e.series_id == episode.series_id, _LISTED).limit(1)
            numbers = tuple_(e.season_number, e.episode_number)
            before = neighbours.where(numbers < tuple_(*here)).order_by(e.season_number.desc(), e.episode_number.desc())
            after = neighbours.where(numbers > tuple_(*here)).order_by(e.season_number, e.episode_number)
            return EpisodeDetail(
                episode,
                show_card(show),
                row[-1],
                [],
                db.execute(before).scalar(),
                db.execute(after).scalar(),
                library_items(db, episode_id),
            )

    def timeline(self, episode_id: int, limit: int, cursor: str | None) -> Page[TimelineEntry]:
        """See Overview."""
        start = _opened(cursor, (int,))[0] if cursor else 0
        with self._database.reading() as db:
            entries = timeline(db, episode_id, self._clock())
        page = entries[start : start + limit]
        following = _cursor(start + limit) if start + limit < len(entries) else None
        return Page(page, len(entries), following)

    def find_episode(self, show: str, season_number: int, episode_number: int) -> list[EpisodeRow]:
        """See Overview."""
        folded = show.strip().lower()
        asked = (
            _EPISODES.join(series, series.c.id == episodes.c.series_id)
            .where(
                func.lower(series.c.title).contains(folded, autoescape=True),
                series.c.gone_at.is_(None),
                _LISTED,
                episodes.c.season_number == season_number,
                episodes.c.episode_number == episode_number,
            )
            .order_by(func.lower(series.c.title) != folded, func.length(series.c.title), series.c.id)
            .limit(20)
        )
        with self._database.reading() as db:
            return [episode_row(row) for row in db.execute(asked)]

    def calendar(self, start: datetime, end: datetime, *, unmonitored: bool, limit: int) -> list[CalendarEntry]:
        """See Overview."""
        e, s = episodes.c, series.c
        asked = (
            select(
                e.id,
                s.id,
                s.title,
                e.season_number,
                e.episode_number,
                e.title,
                e.airs_at,
                e.air_date,
                e.runtime,
                and_(e.monitored, s.monitored),
                e.state,
                e.file_id,
                e.finale,
                s.network,
                s.runtime,
            )
            .join(series, s.id == e.series_id)
            .where(e.airs_at >= start, e.airs_at < end, _LISTED, s.gone_at.is_(None))
            .order_by(e.airs_at, s.sort_title, e.season_number, e.episode_number)
            .limit(limit)
        )
        if not unmonitored:
            asked = asked.where(e.monitored.is_(True), s.monitored.is_(True))
        now = self._clock()
        with self._database.reading() as db:
            return [_calendar_entry(row, now) for row in db.execute(asked)]

    def jobs(self, task: str | None, limit: int, cursor: str | None) -> Page[JobView]:
        """See Overview."""
        where = [] if task is None else [jobs.c.task == task]
        asked = select(*JOB).where(*where).order_by(jobs.c.id.desc()).limit(limit + 1)
        if cursor:
            asked = asked.where(jobs.c.id < _opened(cursor, (int,))[0])
        with self._database.reading() as db:
            rows = db.execute(asked).all()
            total = db.execute(select(func.count()).select_from(jobs).where(*where)).scalar() or 0
        found = [job_view(row) for row in rows[:limit]]
        return Page(found, total, _cursor(found[-1].id) if len(rows) > limit else None)

    def job(self, job_id: int) -> JobView | None:
        """See Overview."""
        with self._database.reading() as db:
            row = db.execute(select(*JOB).where(jobs.c.id == job_id)).first()
        return job_view(row) if row else None

    # ------------------------------------------------------------------ names for the live board

    def labels(self, wanted: Collection[int]) -> dict[int, EpisodeLabel]:
        """See DownloadNames."""
        e = episodes.c
        found = {}
        with self._database.reading() as db:
            for some in batches(wanted):
                asked = select(e.id, e.season_number, e.episode_number, e.title, e.state).where(e.id.in_(some))
                for row in db.execute(asked):
                    found[row[0]] = EpisodeLabel(row[0], row[1], row[2], row[3], State(row[4]))
        return found

    def covered(self, download_ids: Collection[str]) -> dict[str, tuple[int, str, list[int]]]:
        """See DownloadNames."""
        asked = (
            select(downloads.c.download_id, series.c.id, series.c.title, episodes.c.id)
            .join(series, series.c.id == downloads.c.series_id)
            .join(download_episodes, download_episodes.c.download == downloads.c.id)
            .join(episodes, episodes.c.id == download_episodes.c.episode_id)
            .order_by(episodes.c.season_number, episodes.c.episode_number)
        )
        found: dict[str, tuple[int, str, list[int]]] = {}
        with self._database.reading() as db:
            for some in batches(download_ids):
                for row in db.execute(asked.where(downloads.c.download_id.in_(some))):
                    found.setdefault(row[0], (row[1], row[2], []))[2].append(row[3])
        return found

    def places(self, wanted: Collection[int]) -> dict[int, tuple[int, int]]:
        """Series id and season number of episodes."""
        e = episodes.c
        found = {}
        with self._database.reading() as db:
            for some in batches(wanted):
                for row in db.execute(select(e.id, e.series_id, e.season_number).where(e.id.in_(some))):
                    found[row[0]] = (row[1], row[2])
        return found


_LAST = 2**62
_SORTS: dict[str, tuple[ColumnElement[Any], bool]] = {
    "title": (series.c.sort_title, False),
    "added": (series.c.id, True),
    "next": (func.coalesce(type_coerce(series.c.next_airs_at, BigInteger), _LAST), False),
    "missing": (series.c.missing_count, True),
    "size": (series.c.size_on_disk, True),
    "progress": (
        case((series.c.episode_count == 0, -1), else_=series.c.available_count * 10_000 // series.c.episode_count),
        False,
    ),
}


def _library_where(wanted: LibraryFilter) -> list[ColumnElement[bool]]:
    s = series.c
    where: list[ColumnElement[bool]] = [s.gone_at.is_(None)]
    if wanted.search.strip():
        where.append(func.lower(s.title).contains(wanted.search.strip().lower(), autoescape=True))
    if wanted.connection_id is not None:
        where.append(s.connection_id == wanted.connection_id)
    match wanted.show:
        case "monitored" | "unmonitored":
            where.append(s.monitored.is_(wanted.show == "monitored"))
        case "continuing" | "ended":
            where.append(s.status == wanted.show)
        case "missing":
            where.append(s.missing_count > 0)
        case "arriving":
            where.append(s.arriving_count > 0)
        case "complete":
            where += [s.episode_count > 0, s.available_count >= s.aired_count, s.missing_count == 0]
        case _:
            pass
    return where


def _calendar_entry(row: Any, now: datetime) -> CalendarEntry:
    state = State(row[10])
    runtime = row[8] or row[14] or 30
    return CalendarEntry(
        episode_id=row[0],
        series_id=row[1],
        series_title=row[2],
        season_number=row[3],
        episode_number=row[4],
        title=row[5],
        airs_at=row[6],
        air_date=row[7],
        runtime=runtime,
        monitored=row[9],
        state=state,
        calendar_state=_calendar_state(state, row[6], runtime, monitored=row[9], has_file=row[11] is not None, now=now),
        premiere=row[4] == 1 and row[3] > 0,
        finale=row[12],
        network=row[13],
    )


def _calendar_state(
    state: State, airs_at: datetime, runtime: int, *, monitored: bool, has_file: bool, now: datetime
) -> str:
    """As Sonarr's calendar tells them apart, in its order."""
    if has_file or state in PLAYABLE:
        return "downloaded"
    if state in ARRIVING:
        return "downloading"
    if not monitored:
        return "unmonitored"
    if airs_at <= now < airs_at + timedelta(minutes=runtime):
        return "on_air"
    return "missing" if airs_at <= now else "unaired"
