"""Storing the episodes and files of series: what is new, edited, renumbered or gone, as few statements for many series.

An episode is followed by Sonarr's id of it: a renumbered one keeps its row, and with it its history. One that comes
back under another id is told by its TVDB id. One that Sonarr no longer lists keeps its row too (`gone_at`), because a
play or a deletion of it may be asked for later.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, text, update

from episodarr.catalogue.listing import file_fact, listed_fact, removal_fact
from episodarr.catalogue.model import ListedEpisode, ListedFile
from episodarr.catalogue.ports import Counts
from episodarr.database.batches import batches
from episodarr.database.bulk import run_many, stored
from episodarr.database.ledger import Book
from episodarr.database.schema import episode_files, episodes, micros, seasons, series
from episodarr.database.season_sizes import refresh_sizes
from episodarr.episode.evidence import Evidence
from episodarr.episode.facts import Fact
from episodarr.episode.identity import EpisodeId, SeriesId, Source
from episodarr.episode.ledger import Ledger
from episodarr.episode.ports import Judged

Listed = tuple[SeriesId, list[ListedEpisode], list[ListedFile]]

_EPISODE_COLUMNS = (
    "season_id",
    "tvdb_id",
    "season_number",
    "episode_number",
    "absolute_number",
    "scene_season_number",
    "scene_episode_number",
    "scene_absolute_number",
    "title",
    "overview",
    "air_date",
    "airs_at",
    "runtime",
    "finale",
    "monitored",
    "file_id",
)
_FILE_COLUMNS = ("relative_path", "path", "size", "quality", "release_group", "scene_name", "added_at")
_FILE_ROW = ("id", "series_id", "sonarr_id", *_FILE_COLUMNS)
_ADD_FILE = insert(episode_files)
_NUMBERS = slice(2, 4)
_TVDB_ID = _EPISODE_COLUMNS.index("tvdb_id")
_MONITORED, _FILE_ID, _AIRS_AT, _TITLE, _OVERVIEW = (
    _EPISODE_COLUMNS.index(name) for name in ("monitored", "file_id", "airs_at", "title", "overview")
)


class EpisodeWriter:
    """Writes what was read of several series within one transaction."""

    def __init__(
        self,
        db: Connection,
        book: Book,
        ledger: Ledger,
        source: Source,
        now: datetime,
        lean: Collection[SeriesId] = (),
    ) -> None:
        """`lean`: series of which the summaries are not kept."""
        self._db = db
        self._lean = frozenset(lean)
        self._book = book
        self._ledger = ledger
        self._source = source
        self._now = now
        self._stored_now = micros(now)

    def write(self, listed: Sequence[Listed]) -> tuple[Counts, list[Judged]]:
        """Store all of it; the counts are of episodes."""
        ids = [one[0] for one in listed]
        self._connection_of = dict(
            self._db.execute(select(series.c.id, series.c.connection_id).where(series.c.id.in_(ids))).all()
        )
        season_ids = self._seasons(listed)
        held = self._held(ids)
        file_ids = self._files(listed)
        counts, facts = Counts(), []
        fresh: dict[EpisodeId, dict[str, Any]] = {}
        edited: list[tuple[EpisodeId, tuple[Any, ...], tuple[Any, ...] | None]] = []
        new: list[tuple[SeriesId, ListedEpisode, tuple[Any, ...]]] = []
        files = {(one[0], file.id): file for one in listed for file in one[2]}
        lost_file: list[EpisodeId] = []
        seen: set[EpisodeId] = set()
        self._recognise_moved(listed, held)
        for series_id, those, _ in listed:
            for episode in _numbered_once(_unique(those)):
                row = self._row(series_id, episode, season_ids, file_ids)
                before = held.get((series_id, episode.id))
                if before is None:
                    new.append((series_id, episode, row))
                    continue
                about, was, was_gone = before
                seen.add(about)
                if was == row and not was_gone:
                    counts.unchanged += 1
                    continue
                edited.append((about, row, None if was_gone else was))
                counts.note(*(row[place] != was[place] for place in (_TITLE, _AIRS_AT, _OVERVIEW)))
                facts += self._facts_of_edit(
                    about, episode, row, was, was_gone, files.get((series_id, episode.episode_file_id))
                )
                if was[_FILE_ID] is not None and row[_FILE_ID] is None:
                    lost_file.append(about)
        gone = [about for about, _, was_gone in held.values() if about not in seen and not was_gone]
        self._write_gone(gone)
        self._write_edits(edited)
        taken = map(EpisodeId, self._new_ids(episodes, len(new)))
        for about, (series_id, episode, row) in zip(taken, new, strict=True):
            fresh[about] = self._fresh_row(about, series_id, episode, row)
            facts.append(listed_fact(about, episode, self._source, self._now))
            file = files.get((series_id, episode.episode_file_id))
            if file is not None:
                facts.append(file_fact(about, file, self._source, self._now))
        facts += self._removals([*lost_file, *gone])
        judged = self._ledger.judge_within(self._book, facts, fresh=fresh)
        self._refresh_sizes(listed, {series_id for series_id, _ in held}, season_ids)
        for series_id in ids:
            self._book.touch_series(series_id)
        counts.created, counts.updated, counts.removed = len(new), len(edited), len(gone)
        return counts, judged

    def _seasons(self, listed: Sequence[Listed]) -> dict[tuple[int, int], int]:
        """Season rows by (series, number); a season that the series list did not name yet is made."""
        ids = [one[0] for one in listed]
        s = seasons.c
        asked = select(s.series_id, s.number, s.id).where(s.series_id.in_(ids))
        found = {(row[0], row[1]): row[2] for row in self._db.execute(asked)}
        wanted = {(one[0], episode.season_number) for one in listed for episode in one[1]}
        if unnamed := wanted - found.keys():
            sonarr_ids = dict(
                self._db.execute(select(series.c.id, series.c.sonarr_id).where(series.c.id.in_(ids))).all()
            )
            zeros = dict.fromkeys(("episode_count", "episode_file_count", "total_episode_count", "size_on_disk"), 0)
            rows = [
                {"series_id": one, "number": n, "sonarr_series_id": sonarr_ids[one], "monitored": False, **zeros}
                | {"statistics": "{}", "created_at": self._now, "updated_at": self._now}
                for one, n in sorted(unnamed)
            ]
            self._db.execute(insert(seasons), rows)
            found = {(row[0], row[1]): row[2] for row in self._db.execute(asked)}
        return found

    def _files(self, listed: Sequence[Listed]) -> dict[tuple[int, int], int]:
        """Bring the file rows up to date; our ids by (series, Sonarr's file id)."""
        f = episode_files.c
        ids = [one[0] for one in listed]
        asked = select(f.series_id, f.sonarr_id, f.id, *(f[name] for name in _FILE_COLUMNS)).where(f.series_id.in_(ids))
        held = {(row[0], row[1]): (row[2], tuple(row[3:])) for row in self._db.execute(asked)}
        new, edited, listed_keys = [], [], set()
        for series_id, _, files in listed:
            for file in _unique(files):
                key = (series_id, file.id)
                listed_keys.add(key)
                row = (
                    file.relative_path,
                    file.path,
                    file.size,
                    file.quality_name,
                    file.release_group,
                    file.scene_name,
                    file.date_added,
                )
                if key not in held:
                    new.append((*key, *row[:-1], stored(file.date_added)))
                elif held[key][1] != row:
                    edited.append({"b_id": held[key][0], **dict(zip(_FILE_COLUMNS, row, strict=True))})
        # Taken before the old rows go: an id that is used again would make a new file look like the one it replaces.
        taken = self._new_ids(episode_files, len(new))
        gone = [held[key][0] for key in held.keys() - listed_keys]
        for some in batches(gone):
            self._db.execute(delete(episode_files).where(f.id.in_(some)))
        if edited:
            values: dict[str, Any] = {name: bindparam(name) for name in _FILE_COLUMNS}
            self._db.execute(update(episode_files).where(f.id == bindparam("b_id")).values(values), edited)
        ids_of = {key: value[0] for key, value in held.items() if key in listed_keys}
        run_many(self._db, _ADD_FILE, _FILE_ROW, [(about, *row) for about, row in zip(taken, new, strict=True)])
        return ids_of | {(row[0], row[1]): about for about, row in zip(taken, new, strict=True)}

    def _refresh_sizes(self, listed: Sequence[Listed], known: set[int], season_ids: dict[tuple[int, int], int]) -> None:
        """A first reading needs none: its list of series came a moment before."""
        files_of: dict[int, list[ListedFile]] = {
            series_id: list(_unique(files)) for series_id, _, files in listed if series_id in known
        }
        seasons_of: dict[int, list[int]] = {}
        for series_id, number in season_ids:
            seasons_of.setdefault(series_id, []).append(number)
        refresh_sizes(self._db, files_of, seasons_of)

    def _held(self, ids: list[SeriesId]) -> dict[tuple[int, int], tuple[EpisodeId, tuple[Any, ...], bool]]:
        e = episodes.c
        columns = [e[name] for name in _EPISODE_COLUMNS]
        asked = select(e.series_id, e.sonarr_id, e.id, e.gone_at, *columns).where(e.series_id.in_(ids))
        return {
            (row[0], row[1]): (EpisodeId(row[2]), tuple(row[4:]), row[3] is not None) for row in self._db.execute(asked)
        }

    def _recognise_moved(
        self, listed: Sequence[Listed], held: dict[tuple[int, int], tuple[EpisodeId, tuple[Any, ...], bool]]
    ) -> None:
        """Episodes that Sonarr lists under a new id, and under their old one no more: a reshuffle at TVDB that moved
        them to another season, or a series that was added anew. Their rows take the new id; `held` is keyed by it."""
        moved = []
        for series_id, those, _ in listed:
            present = {one.id for one in those}
            left: dict[int, list[int]] = {}
            for (of, sonarr_id), (_, was, _) in held.items():
                if of == series_id and sonarr_id not in present and was[_TVDB_ID]:
                    left.setdefault(was[_TVDB_ID], []).append(sonarr_id)
            if not left:
                continue
            for episode in _unique(those):
                same = left.get(episode.tvdb_id, ())
                if (series_id, episode.id) in held or len(same) != 1:
                    continue
                about, was, was_gone = held.pop((series_id, same[0]))
                held[series_id, episode.id] = (about, was, was_gone)
                del left[episode.tvdb_id]
                moved.append({"b_id": about, "b_sonarr": episode.id})
        if moved:
            statement = update(episodes).where(episodes.c.id == bindparam("b_id"))
            self._db.execute(statement.values(sonarr_id=bindparam("b_sonarr")), moved)

    def _row(
        self,
        series_id: SeriesId,
        episode: ListedEpisode,
        season_ids: dict[tuple[int, int], int],
        file_ids: dict[tuple[int, int], int],
    ) -> tuple[Any, ...]:
        return (
            season_ids[series_id, episode.season_number],
            episode.tvdb_id,
            episode.season_number,
            episode.episode_number,
            episode.absolute_episode_number,
            episode.scene_season_number,
            episode.scene_episode_number,
            episode.scene_absolute_episode_number,
            episode.title,
            episode.overview if series_id not in self._lean else "",
            episode.air_date,
            episode.air_date_utc,
            episode.runtime,
            episode.finale_type,
            episode.monitored,
            file_ids.get((series_id, episode.episode_file_id)) if episode.episode_file_id else None,
        )

    def _facts_of_edit(
        self,
        about: EpisodeId,
        episode: ListedEpisode,
        row: tuple[Any, ...],
        was: tuple[Any, ...],
        was_gone: bool,
        file: ListedFile | None,
    ) -> list[Fact]:
        facts = []
        if was_gone or row[_MONITORED] != was[_MONITORED] or row[_AIRS_AT] != was[_AIRS_AT]:
            facts.append(listed_fact(about, episode, self._source, self._now))
        if file is not None and (was_gone or row[_FILE_ID] != was[_FILE_ID]):
            facts.append(file_fact(about, file, self._source, self._now))
        return facts

    def _removals(self, about: list[EpisodeId]) -> list[Fact]:
        if not about:
            return []
        stored = self._book.evidence_of(about)
        found = (removal_fact(one, stored.get(one) or Evidence(), self._source, self._now) for one in about)
        return [fact for fact in found if fact is not None]

    def _write_gone(self, gone: list[EpisodeId]) -> None:
        for some in batches(gone):
            self._db.execute(
                update(episodes)
                .where(episodes.c.id.in_(some))
                .values(gone_at=self._now, file_id=None, updated_at=self._now)
            )

    def _write_edits(self, edited: list[tuple[EpisodeId, tuple[Any, ...], tuple[Any, ...] | None]]) -> None:
        # Episodes that trade numbers would collide half way: those that move step out of the numbering first.
        moved = [about for about, row, was in edited if was is not None and row[_NUMBERS] != was[_NUMBERS]]
        for some in batches(moved):
            self._db.execute(update(episodes).where(episodes.c.id.in_(some)).values(gone_at=self._now))
        if edited:
            values: dict[str, Any] = {name: bindparam(name) for name in _EPISODE_COLUMNS}
            statement = (
                update(episodes)
                .where(episodes.c.id == bindparam("b_id"))
                .values(values | {"gone_at": None, "updated_at": self._now})
            )
            self._db.execute(
                statement,
                [{"b_id": about, **dict(zip(_EPISODE_COLUMNS, row, strict=True))} for about, row, _ in edited],
            )

    def _new_ids(self, table: Table, count: int) -> list[int]:
        """Ids for new rows, taken beforehand: so rows that name each other go in without asking them back."""
        if not count:
            return []
        if self._db.dialect.name == "postgresql":
            taken = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :n)")
            return [row[0] for row in self._db.execute(taken, {"name": table.name, "n": count})]
        last = self._db.execute(select(func.max(table.c.id))).scalar() or 0
        return list(range(last + 1, last + count + 1))

    def _fresh_row(
        self, about: EpisodeId, series_id: SeriesId, episode: ListedEpisode, row: tuple[Any, ...]
    ) -> dict[str, Any]:
        """The row of a new episode in stored forms."""
        fresh = dict(zip(_EPISODE_COLUMNS, row, strict=True))
        fresh["airs_at"] = stored(episode.air_date_utc)
        fresh["id"] = about
        fresh["series_id"] = series_id
        fresh["connection_id"] = self._connection_of[series_id]
        fresh["sonarr_id"] = episode.id
        fresh["created_at"] = fresh["updated_at"] = self._stored_now
        return fresh


def _numbered_once(listed: Iterable[ListedEpisode]) -> Iterable[ListedEpisode]:
    """Two episodes with one number cannot both be shown: the later id is Sonarr's newer word."""
    return {(one.season_number, one.episode_number): one for one in sorted(listed, key=lambda one: one.id)}.values()


def _unique(items: Iterable[Any]) -> Iterable[Any]:
    """An answer that names one id twice must not break the rest: the last word counts."""
    return {item.id: item for item in items}.values()
