"""The catalogue in the database: compared in Python, written set by set, nothing written when nothing changed."""

import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from episodarr.catalogue.model import ListedEpisode, ListedFile, ListedSeason, ListedSeries, SeriesEntry
from episodarr.catalogue.ports import Counts, EpisodePlace, KnownSeries, ReadSeries, SeriesPlace
from episodarr.database.batches import batches
from episodarr.database.catalogue_episodes import EpisodeWriter
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.holdings import mark
from episodarr.database.lean import lean_of
from episodarr.database.ledger import Book
from episodarr.database.schema import episodes, seasons, series, series_files
from episodarr.database.schema_deletion import tag_labels
from episodarr.episode.identity import ConnectionId, SeriesId, Source
from episodarr.episode.ledger import Ledger

_UPDATE_SERIES = update(series).where(series.c.id == bindparam("b_id"))
_UPDATE_SEASON = update(seasons).where(
    seasons.c.series_id == bindparam("b_series"), seasons.c.number == bindparam("b_n")
)


class StoredCatalogue:
    """CatalogueStore on a database."""

    def __init__(self, database: Database, ledger: Ledger, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._ledger = ledger
        self._clock = clock

    def known_series(self, connection: ConnectionId) -> dict[int, KnownSeries]:
        """See CatalogueStore."""
        s = series.c
        asked = select(
            s.id,
            s.sonarr_id,
            s.title,
            s.monitored,
            s.list_digest,
            s.episodes_digest,
            s.stale,
            s.synced_at,
            s.failures,
            s.retry_at,
            s.gone_at,
        ).where(s.connection_id == connection)
        with self._database.reading() as db:
            return {
                row[1]: KnownSeries(SeriesId(row[0]), *row[1:10], gone=row[10] is not None) for row in db.execute(asked)
            }

    def listing_digest(self, connection: ConnectionId) -> str:
        """See CatalogueStore."""
        return self.cursor(f"series-list:{connection}") or ""

    def finish_listing(self, connection: ConnectionId, digest: str) -> None:
        """See CatalogueStore."""
        self.set_cursor(f"series-list:{connection}", digest)

    def cursor(self, name: str) -> str | None:
        """See CatalogueStore."""
        with self._database.reading() as db:
            return read_cursor(db, name)

    def set_cursor(self, name: str, value: str) -> None:
        """See CatalogueStore."""
        with self._database.writing() as db:
            write_cursor(db, name, value)

    def write_listing(
        self,
        connection: ConnectionId,
        changed: Sequence[tuple[SeriesEntry, ListedSeries]],
        present: Collection[int],
        now: datetime,
    ) -> Counts:
        """See CatalogueStore."""
        counts = Counts()
        with self._database.writing() as db:
            known = _held_series(db, connection, [listed.id for _, listed in changed])
            known |= _added_anew(db, connection, [one for _, one in changed if one.id not in known], present)
            new: list[dict[str, object]] = []
            edited: list[dict[str, object]] = []
            for entry, listed in changed:
                row = _series_row(entry, listed, now)
                if listed.id in known:
                    edited.append({**row, "b_id": known[listed.id]})
                else:
                    new.append({**row, "connection_id": connection, "sonarr_id": listed.id, "created_at": now})
            if edited:
                names = [name for name in edited[0] if name != "b_id"]
                statement = _UPDATE_SERIES.values({name: bindparam(name) for name in names})
                db.execute(statement, edited)
            if new:
                db.execute(insert(series), new)
                known |= _held_series(db, connection, [one.id for _, one in changed if one.id not in known])
            counts.created, counts.updated = len(new), len(edited)
            self._write_seasons(db, known, [listed for _, listed in changed], now)
            mark(db, known.values())
        return counts

    def _write_seasons(
        self, db: Connection, ids: dict[int, int], changed: Sequence[ListedSeries], now: datetime
    ) -> None:
        held: dict[tuple[int, int], tuple[object, ...]] = {}
        columns = ("sonarr_series_id", "monitored", *_SEASON_NUMBERS, "statistics")
        for some in batches({ids[one.id] for one in changed}):
            asked = select(seasons.c.series_id, seasons.c.number, *(seasons.c[name] for name in columns))
            for stored in db.execute(asked.where(seasons.c.series_id.in_(some))):
                held[stored[0], stored[1]] = tuple(stored[2:])
        new: list[dict[str, object]] = []
        edited: list[dict[str, object]] = []
        kept: set[tuple[int, int]] = set()
        for listed in changed:
            for season in listed.seasons:
                key = (ids[listed.id], season.season_number)
                if key in kept:
                    continue  # an answer that names a season twice
                kept.add(key)
                row = _season_row(listed, season)
                if key not in held:
                    new.append({"series_id": key[0], "number": key[1], **row, "created_at": now, "updated_at": now})
                elif held[key] != tuple(row.values()):
                    edited.append({**row, "updated_at": now, "b_series": key[0], "b_n": key[1]})
        if edited:
            names = [*columns, "updated_at"]
            db.execute(_UPDATE_SEASON.values({name: bindparam(name) for name in names}), edited)
        if new:
            db.execute(insert(seasons), new)

    def write_tags(self, connection: ConnectionId, labels: Mapping[int, str]) -> None:
        """See CatalogueStore."""
        t, s = tag_labels.c, series.c
        held = select(t.tag, t.label).where(t.connection_id == connection)
        with self._database.reading() as db:
            if {row[0]: row[1] for row in db.execute(held)} == labels:
                return
        with self._database.writing() as db:
            db.execute(delete(tag_labels).where(t.connection_id == connection))
            rows = [{"connection_id": connection, "tag": one, "label": label} for one, label in labels.items()]
            if rows:
                db.execute(insert(tag_labels), rows)
            tagged = select(s.id).where(s.connection_id == connection, s.tags != "[]")
            mark(db, db.execute(tagged).scalars().all())

    def mark_gone(self, gone: Collection[SeriesId], now: datetime) -> None:
        """See CatalogueStore."""
        with self._database.writing() as db:
            for some in batches(gone):
                db.execute(update(series).where(series.c.id.in_(some)).values(gone_at=now, list_digest="", stale=True))
            mark(db, gone)

    def mark_stale(self, connection: ConnectionId, sonarr_ids: Collection[int]) -> int:
        """See CatalogueStore."""
        if not sonarr_ids:
            return 0
        s = series.c
        with self._database.reading() as db:
            fresh = [
                row[0]
                for some in batches(sonarr_ids)
                for row in db.execute(
                    select(s.id).where(s.connection_id == connection, s.sonarr_id.in_(some), s.stale.is_(False))
                )
            ]
        if fresh:
            with self._database.writing() as db:
                for some in batches(fresh):
                    db.execute(update(series).where(s.id.in_(some)).values(stale=True))
                mark(db, fresh)
        return len(fresh)

    def write_episodes(
        self, source: Source, read: Sequence[ReadSeries], now: datetime
    ) -> tuple[Counts, dict[SeriesId, str]]:
        """See CatalogueStore."""
        decoded = [(one, one.answer.episodes(), one.answer.files()) for one in read]
        refused = self._contradictions(decoded)
        decoded = [one for one in decoded if one[0].id not in refused]
        packed = {one.id: zlib.compress(one.answer.files_body, 1) for one, _, _ in decoded}
        with self._database.writing() as db:
            # A show goes with its connection, while it is being read too.
            held = set(db.execute(select(series.c.id).where(series.c.id.in_(list(packed)))).scalars())
            decoded = [one for one in decoded if one[0].id in held]
            if not decoded:
                return Counts(), refused
            packed = {one.id: packed[one.id] for one, _, _ in decoded}
            book = Book(db, self._clock)
            lean = lean_of(db, list(packed))
            writer = EpisodeWriter(db, book, self._ledger, source, now, lean)
            counts, judged = writer.write([(one.id, listed, files) for one, listed, files in decoded])
            db.execute(delete(series_files).where(series_files.c.series_id.in_(list(packed))))
            if kept := [{"series_id": one, "body": body} for one, body in packed.items() if one not in lean]:
                db.execute(insert(series_files), kept)
            book.finish()
            db.execute(
                _UPDATE_SERIES.values(
                    episodes_digest=bindparam("b_digest"),
                    synced_at=now,
                    stale=False,
                    failures=0,
                    failure="",
                    retry_at=None,
                ),
                [{"b_id": one.id, "b_digest": one.answer.digest} for one, _, _ in decoded],
            )
        self._ledger.announce(judged)
        return counts, refused

    def _contradictions(
        self, decoded: Sequence[tuple[ReadSeries, list[ListedEpisode], list[ListedFile]]]
    ) -> dict[SeriesId, str]:
        """Answers that cannot be the whole truth: taking them at their word would throw things away."""
        refused = {}
        empty = [one.id for one, listed, _ in decoded if not listed]
        if empty:
            asked = select(episodes.c.series_id).where(episodes.c.series_id.in_(empty), episodes.c.gone_at.is_(None))
            with self._database.reading() as db:
                held = {SeriesId(row[0]) for row in db.execute(asked.distinct())}
            refused = dict.fromkeys(held, "Sonarr lists no episode at all, though it did before; nothing was changed")
        for one, listed, files in decoded:
            there = {file.id for file in files}
            lacking = sum(bool(episode.episode_file_id) and episode.episode_file_id not in there for episode in listed)
            if lacking:
                refused[one.id] = f"{lacking} episodes have files that the list of files lacks; nothing was changed"
        return refused

    def place(self, wanted: SeriesId) -> SeriesPlace | None:
        """See CatalogueStore."""
        s = series.c
        with self._database.reading() as db:
            row = db.execute(
                select(s.connection_id, s.sonarr_id, s.title_slug, s.path).where(s.id == wanted, s.gone_at.is_(None))
            ).first()
        return SeriesPlace(ConnectionId(row[0]), row[1], row[2], row[3]) if row else None

    def episode_places(self, wanted: Collection[int]) -> list[EpisodePlace]:
        """See CatalogueStore."""
        e = episodes.c
        found = []
        with self._database.reading() as db:
            for some in batches(wanted):
                asked = select(e.connection_id, e.series_id, series.c.sonarr_id, e.sonarr_id)
                joined = asked.join(series, series.c.id == e.series_id).where(e.id.in_(some), e.gone_at.is_(None))
                found += [
                    EpisodePlace(ConnectionId(row[0]), SeriesId(row[1]), row[2], row[3]) for row in db.execute(joined)
                ]
        return found

    def stale_series(self, connection: ConnectionId, limit: int) -> list[KnownSeries]:
        """See CatalogueStore."""
        now = self._clock()
        news = [
            one
            for one in self.known_series(connection).values()
            if one.stale and one.monitored and not one.gone and one.synced_at is not None
        ]
        ready = [one for one in news if one.retry_at is None or one.retry_at <= now]
        return sorted(ready, key=lambda one: (one.synced_at, one.id))[:limit]

    def note_read(self, read: Collection[SeriesId], now: datetime) -> None:
        """See CatalogueStore."""
        with self._database.writing() as db:
            for some in batches(read):
                doubted = select(series.c.id).where(
                    series.c.id.in_(some), or_(series.c.stale, series.c.failures > 0, series.c.synced_at.is_(None))
                )
                mark(db, db.execute(doubted).scalars().all())
                db.execute(
                    update(series)
                    .where(series.c.id.in_(some))
                    .values(synced_at=now, stale=False, failures=0, failure="", retry_at=None)
                )

    def note_failure(self, failed: SeriesId, message: str, retry_at: datetime) -> None:
        """See CatalogueStore."""
        with self._database.writing() as db:
            db.execute(
                update(series)
                .where(series.c.id == failed)
                .values(failures=series.c.failures + 1, failure=message[:500], retry_at=retry_at)
            )
            mark(db, [failed])


_SEASON_NUMBERS = ("episode_count", "episode_file_count", "total_episode_count", "size_on_disk")


def _held_series(db: Connection, connection: ConnectionId, sonarr_ids: Collection[int]) -> dict[int, int]:
    held = {}
    for some in batches(sonarr_ids):
        asked = select(series.c.sonarr_id, series.c.id)
        for row in db.execute(asked.where(series.c.connection_id == connection, series.c.sonarr_id.in_(some))):
            held[row[0]] = row[1]
    return held


def _added_anew(
    db: Connection, connection: ConnectionId, new: Collection[ListedSeries], present: Collection[int]
) -> dict[int, int]:
    """Rows of series that were removed from Sonarr and added again under another id; they take that id."""
    wanted = {one.tvdb_id: one.id for one in new if one.tvdb_id}
    found = {}
    for some in batches(wanted):
        asked = select(series.c.id, series.c.sonarr_id, series.c.tvdb_id).where(
            series.c.connection_id == connection, series.c.tvdb_id.in_(some)
        )
        for series_id, sonarr_id, tvdb_id in db.execute(asked).all():
            if sonarr_id not in present and wanted[tvdb_id] not in found:
                found[wanted[tvdb_id]] = series_id
                values = {"sonarr_id": wanted[tvdb_id], "episodes_digest": "", "failures": 0, "retry_at": None}
                db.execute(update(series).where(series.c.id == series_id).values(values))
    return found


def _series_row(entry: SeriesEntry, listed: ListedSeries, now: datetime) -> dict[str, object]:
    return {
        "tvdb_id": listed.tvdb_id,
        "tmdb_id": listed.tmdb_id,
        "tvmaze_id": listed.tv_maze_id,
        "imdb_id": listed.imdb_id,
        "title": listed.title,
        "sort_title": (listed.sort_title or listed.title).lower(),
        "title_slug": listed.title_slug,
        "year": listed.year,
        "status": listed.status,
        "series_type": listed.series_type,
        "network": listed.network,
        "overview": listed.overview,
        "monitored": listed.monitored,
        "path": listed.path,
        "runtime": listed.runtime,
        "genres": msgspec.json.encode(listed.genres).decode(),
        "alternate_titles": msgspec.json.encode(listed.alternate_titles).decode(),
        "tags": msgspec.json.encode(listed.tags).decode(),
        "rating": listed.ratings.value if listed.ratings is not None and listed.ratings.votes else None,
        "root_folder": listed.root_folder_path,
        "has_poster": any(image.cover_type == "poster" for image in listed.images),
        "size_on_disk": listed.statistics.size_on_disk,
        "season_count": sum(one.season_number > 0 for one in listed.seasons),
        "list_digest": entry.digest,
        "stale": True,
        "gone_at": None,
        "updated_at": now,
    }


def _season_row(listed: ListedSeries, season: ListedSeason) -> dict[str, object]:
    statistics = season.statistics
    return {
        "sonarr_series_id": listed.id,
        "monitored": season.monitored,
        "episode_count": statistics.episode_count,
        "episode_file_count": statistics.episode_file_count,
        "total_episode_count": statistics.total_episode_count,
        "size_on_disk": statistics.size_on_disk,
        "statistics": msgspec.json.encode(statistics).decode(),
    }
