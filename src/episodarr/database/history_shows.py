"""Shows that somebody watched, each once whoever tells of it; and the library as histories see it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, or_, select, update

from episodarr.database.batches import batches
from episodarr.database.engine import Database
from episodarr.database.schema import episodes, series
from episodarr.database.schema_history_imports import history_rows, known_shows, watched_days
from episodarr.histories.import_model import LIBRARY
from episodarr.histories.library_join import LibraryEpisode, LibraryShow, LibraryTitle
from episodarr.histories.metadata import KnownShow, ShowRef
from episodarr.histories.totals import counted, next_refresh

_k, _s, _e, _d, _r = known_shows.c, series.c, episodes.c, watched_days.c, history_rows.c
_ENDED = frozenset({"ended", "deleted"})
_MOST_MOVED = 500


class _Other(msgspec.Struct, gc=False):
    title: str = ""


_others = msgspec.json.Decoder(list[_Other])


class KnownShows:
    """Part of StoredHistoryImports."""

    _database: Database

    def know(self, shows: Sequence[Sequence[KnownShow | LibraryTitle]], now: datetime) -> dict[ShowRef, int]:
        """See ImportStore."""
        found: dict[ShowRef, int] = {}
        with self._database.writing() as db:
            for tellings in shows:
                same: int | None = None
                for show in tellings:
                    same = found[show.ref] = _know(db, show, now, same)
        return found

    def shown(self, refs: Collection[ShowRef]) -> dict[ShowRef, int]:
        """The ids of shows that are known."""
        with self._database.reading() as db:
            return {ref: row.id for ref in refs if (row := _of_ref(db, ref)) is not None}

    def to_refresh(self, now: datetime, limit: int) -> list[tuple[int, ShowRef]]:
        """Shows whose totals are due, the longest overdue first."""
        asked = (
            select(_k.id, _k.source, _k.source_id)
            .where(_k.source != LIBRARY, or_(_k.refresh_at.is_(None), _k.refresh_at <= now))
            .order_by(_k.refresh_at.is_not(None), _k.refresh_at, _k.id)
            .limit(limit)
        )
        with self._database.reading() as db:
            return [(row.id, ShowRef(row.source, row.source_id)) for row in db.execute(asked)]

    def refreshed(self, show_id: int, show: KnownShow | None, now: datetime, refresh_at: datetime) -> None:
        """Keep the totals of a show; None: only when to ask again."""
        values: dict[str, Any] = {"refresh_at": refresh_at}
        if show is not None:
            values |= _totals(show, now) | {"status": show.status}
        with self._database.writing() as db:
            db.execute(update(known_shows).where(_k.id == show_id).values(values))

    def join_library(self, limit: int = _MOST_MOVED) -> int:
        """Find the library's shows for those that were in no Sonarr, and forget those that left it; how many."""
        gone = select(_s.id).where(_s.gone_at.is_(None), _s.id == _k.series_id).exists()
        with self._database.writing() as db:
            db.execute(update(known_shows).where(_k.series_id.is_not(None), ~gone).values(series_id=None))
            found: list[tuple[int, int]] = []
            joined = select(_k.id, _s.id).join(series, _s.tvdb_id == _k.tvdb_id)
            joined = joined.where(_k.series_id.is_(None), _k.tvdb_id > 0, _s.gone_at.is_(None))
            seen: set[int] = set()
            for show_id, series_id in db.execute(joined.order_by(_k.id, _s.id).limit(limit)):
                if show_id not in seen:
                    seen.add(show_id)
                    found.append((show_id, series_id))
            for show_id, series_id in found:
                db.execute(update(known_shows).where(_k.id == show_id).values(series_id=series_id))
                _join_days(db, show_id, series_id)
        return len(found)


def _know(db: Connection, show: KnownShow | LibraryTitle, now: datetime, same: int | None) -> int:
    facts = _facts(show)
    row = _held(db, show, same)
    if row is None:
        totals = _totals(show, now) if isinstance(show, KnownShow) and show.ref.source != LIBRARY else {}
        key = db.execute(insert(known_shows).values(facts | totals)).inserted_primary_key
        assert key is not None  # noqa: S101  # a table with a key gives one
        return int(key[0])
    changed: dict[str, Any] = {
        name: facts[name]
        for name in ("tmdb_id", "tvmaze_id", "tvdb_id", "imdb_id", "series_id", "year", "status")
        if facts.get(name) and not getattr(row, name)
    }
    if isinstance(show, KnownShow) and show.ref.source != LIBRARY:
        if row.source == LIBRARY and _of_ref(db, show.ref) is None:
            changed |= {"source": show.ref.source, "source_id": show.ref.id}
        totals = _totals(show, now)
        own = (row.source, row.source_id) == (show.ref.source, show.ref.id) or "source" in changed
        if own and totals["total_episodes"] is not None and row.total_episodes is None:
            changed |= totals
    if changed:
        db.execute(update(known_shows).where(_k.id == row.id).values(changed))
    return int(row.id)


def _held(db: Connection, show: KnownShow | LibraryTitle, same: int | None) -> Any:
    if same is not None:
        return db.execute(select(known_shows).where(_k.id == same)).one()
    if (row := _of_ref(db, show.ref)) is not None:
        return row
    ids = [(_k.tvdb_id, show.tvdb_id), (_k.tmdb_id, _tmdb_id(show)), (_k.imdb_id, show.imdb_id)]
    for column, value in ids:
        if value:
            row = db.execute(select(known_shows).where(column == value).order_by(_k.id).limit(1)).first()
            if row is not None:
                return row
    return None


def _of_ref(db: Connection, ref: ShowRef) -> Any:
    if ref.source == LIBRARY:
        asked = select(known_shows).where(_k.series_id == ref.id).order_by(_k.id).limit(1)
    else:
        asked = select(known_shows).where(_k.source == ref.source, _k.source_id == ref.id)
    return db.execute(asked).first()


def _tmdb_id(show: KnownShow | LibraryTitle) -> int:
    return show.ref.id if show.ref.source == "tmdb" else show.tmdb_id


def _facts(show: KnownShow | LibraryTitle) -> dict[str, Any]:
    tvmaze_id = show.tvmaze_id if isinstance(show, LibraryTitle) else 0
    return {
        "source": show.ref.source,
        "source_id": show.ref.id,
        "tmdb_id": _tmdb_id(show),
        "tvmaze_id": show.ref.id if show.ref.source == "tvmaze" else tvmaze_id,
        "tvdb_id": show.tvdb_id,
        "imdb_id": show.imdb_id,
        "title": show.title,
        "year": show.year,
        "status": show.status,
        "series_id": show.ref.id if show.ref.source == LIBRARY else None,
    }


def _totals(show: KnownShow, now: datetime) -> dict[str, Any]:
    has = counted(show, now.date())
    return {
        "total_seasons": has.seasons,
        "total_episodes": has.episodes,
        "known_episodes": has.known,
        "special_episodes": has.specials,
        "updated_at": show.read_at or now,
        "refresh_at": next_refresh(show, now) if show.complete else None,
    }


def _join_days(db: Connection, show_id: int, series_id: int) -> None:
    """Give the days of a show that a Sonarr lists now its episodes, by their numbers."""
    for table, columns in ((watched_days, _d), (history_rows, _r)):
        episode = (
            select(_e.id)
            .where(_e.series_id == series_id, _e.gone_at.is_(None))
            .where(_e.season_number == columns.season, _e.episode_number == columns.number)
            .correlate(table)
            .scalar_subquery()
        )
        own = (columns.show_id == show_id) & columns.episode_id.is_(None)
        db.execute(update(table).where(own).values(episode_id=episode))


class StoredLibrary:
    """Library on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def titles(self) -> list[LibraryTitle]:
        """See Library."""
        with self._database.reading() as db:
            return [_title(row) for row in db.execute(select(*_TITLE).where(_s.gone_at.is_(None)).order_by(_s.id))]

    def shows(self, series: Collection[int]) -> list[LibraryShow]:
        """See Library."""
        found: list[LibraryShow] = []
        for some in batches(sorted(series), 100):
            with self._database.reading() as db:
                asked = select(*_TITLE).where(_s.id.in_(some), _s.gone_at.is_(None)).order_by(_s.id)
                titles = [_title(row) for row in db.execute(asked)]
                of = _episodes(db, some)
            found += [LibraryShow(one, tuple(of.get(one.series_id, ()))) for one in titles]
        return found


_TITLE = (
    _s.id, _s.title, _s.alternate_titles, _s.year, _s.status, _s.tvdb_id, _s.tmdb_id, _s.tvmaze_id, _s.imdb_id,
)  # fmt: skip


def _title(row: Any) -> LibraryTitle:
    others = tuple(dict.fromkeys(one.title for one in _others.decode(row.alternate_titles) if one.title))
    status = "ended" if row.status in _ENDED else "running"
    ids = (row.tvdb_id, row.tmdb_id, row.tvmaze_id, row.imdb_id)
    return LibraryTitle(row.id, row.title, others, row.year, status, *ids)


def _episodes(db: Connection, of: Collection[int]) -> dict[int, list[LibraryEpisode]]:
    asked = select(_e.series_id, _e.id, _e.season_number, _e.episode_number, _e.title, _e.air_date)
    asked = asked.where(_e.series_id.in_(of), _e.gone_at.is_(None))
    found: dict[int, list[LibraryEpisode]] = {}
    for series_id, key, season, number, title, aired in db.execute(
        asked.order_by(_e.series_id, _e.season_number, _e.episode_number)
    ):
        found.setdefault(series_id, []).append(LibraryEpisode(key, season, number, title, _day(aired)))
    return found


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
