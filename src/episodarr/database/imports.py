"""Imported files and what an importer recognised, in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, or_, select

from episodarr.database.batches import batches
from episodarr.database.bulk import run_many, stored
from episodarr.database.engine import Database
from episodarr.database.schema import episode_files, episodes, evidence, series
from episodarr.database.schema_imports import cross_references
from episodarr.episode.facts import Recognition, RecognitionPhase, decode
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, Source
from episodarr.imports.model import CrossReference
from episodarr.imports.ports import ImportedFile

_recognition = evidence.alias("recognition")
_import = evidence.alias("import")
_COLUMNS = ("connection_id", "episode_id", "importer_file_id", "importer_episode_id", "importer_series_id", "seen_at")


class StoredImports:
    """ImportStore on a database."""

    def __init__(self, database: Database, clock: Any) -> None:
        self._database = database
        self._clock = clock

    def imported_under(
        self, source: Source, roots: Collection[str], after: int, limit: int
    ) -> tuple[list[ImportedFile], int]:
        """See ImportStore."""
        f = episode_files.c
        wanted = select(f.id).where(f.id > after).order_by(f.id).limit(limit)
        if roots:
            wanted = wanted.where(or_(*(f.path.startswith(f"{root}/", autoescape=True) for root in roots)))
        with self._database.reading() as db:
            ids = [row[0] for row in db.execute(wanted)]
            if not ids:
                return [], 0
            # Between the two ends lie the wanted ones and, under folders, some that are not: both ways are bounded.
            asked = _files(source).where(f.id >= ids[0], f.id <= ids[-1]).order_by(f.id)
            if roots:
                asked = asked.where(or_(*(f.path.startswith(f"{root}/", autoescape=True) for root in roots)))
            return _grouped(db.execute(asked)), ids[-1] if len(ids) == limit else 0

    def awaiting(self, source: Source, series_ids: Collection[SeriesId]) -> list[ImportedFile]:
        """See ImportStore."""
        found = []
        with self._database.reading() as db:
            for some in batches(series_ids):
                asked = _files(source).where(episodes.c.series_id.in_(some)).order_by(episode_files.c.id)
                found += _grouped(db.execute(asked))
        return [file for file in found if file.phase is not RecognitionPhase.RECOGNIZED]

    def sample(self, limit: int = 5) -> list[str]:
        """See ImportStore."""
        s, f = series.c, episode_files.c
        shows = (
            select(s.id)
            .where(s.gone_at.is_(None), s.file_count > 0)
            .order_by((s.series_type != "anime"), s.sort_title)
            .limit(limit)
        )
        with self._database.reading() as db:
            found = [
                db.execute(select(f.path).where(f.series_id == row[0]).order_by(f.id).limit(1)).scalar()
                for row in db.execute(shows)
            ]
        return [path for path in found if path]

    def unrecognized_files(self, source: Source, episode: EpisodeId) -> tuple[SeriesId, list[int]] | None:
        """See ImportStore."""
        with self._database.reading() as db:
            held = db.execute(select(episodes.c.series_id).where(episodes.c.id == episode)).scalar()
            if held is None:
                return None
            asked = select(evidence.c.what).where(
                evidence.c.episode_id == episode, evidence.c.kind == "recognition", evidence.c.source == source
            )
            said = [decode(text) for text in db.execute(asked).scalars()]
        unknown = [
            what.file_id
            for what in said
            if isinstance(what, Recognition) and what.file_id and what.phase is RecognitionPhase.UNRECOGNIZED
        ]
        return SeriesId(held), unknown

    def refer(
        self,
        connection: ConnectionId,
        found: Mapping[EpisodeId, tuple[int, tuple[CrossReference, ...]]],
    ) -> int:
        """See ImportStore."""
        if not found:
            return 0
        c = cross_references.c
        now: datetime = self._clock()
        changed: dict[EpisodeId, list[tuple[int, int, int]]] = {}
        with self._database.reading() as db:
            held = _held(db, connection, found)
        for episode, (file, references) in found.items():
            rows = _one_each(sorted((file, one.episode_id, one.series_id) for one in references)) or [(file, 0, 0)]
            if held.get(episode, []) != rows:
                changed[episode] = rows
        if changed:
            with self._database.writing() as db:
                for some in batches(changed):
                    db.execute(delete(cross_references).where(c.connection_id == connection, c.episode_id.in_(some)))
                rows_of = [
                    (connection, episode, file, episode_there, series_there, stored(now))
                    for episode, rows in changed.items()
                    for file, episode_there, series_there in rows
                ]
                run_many(db, cross_references.insert(), _COLUMNS, rows_of)
        return len(changed)


def _files(source: Source) -> Select[Any]:
    """(file id, path, size, series, episode, what was recognised, when, when imported, type), a row an episode."""
    e, f = episodes.c, episode_files.c
    joined = (
        episode_files.join(episodes, e.file_id == f.id)
        .join(series, series.c.id == f.series_id)
        .outerjoin(
            _recognition,
            and_(
                _recognition.c.episode_id == e.id,
                _recognition.c.kind == "recognition",
                _recognition.c.source == source,
            ),
        )
        .outerjoin(_import, and_(_import.c.episode_id == e.id, _import.c.kind == "imported"))
    )
    return (
        select(
            f.id,
            f.path,
            f.size,
            f.series_id,
            e.id,
            _recognition.c.what,
            _recognition.c.at,
            _import.c.at,
            series.c.series_type,
        )
        .select_from(joined)
        .where(e.gone_at.is_(None))
    )


def _grouped(rows: Iterable[Sequence[Any]]) -> list[ImportedFile]:
    """One file for the rows of its episodes, which stand together."""
    found = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        some = list(group)
        _, path, size, series_id, _, what, said_at, imported_at, series_type = some[0]
        phase = None
        if what is not None and (imported_at is None or said_at >= imported_at):
            said = decode(what)
            phase = said.phase if isinstance(said, Recognition) else None
        of = tuple(dict.fromkeys(EpisodeId(row[4]) for row in some))
        found.append(ImportedFile(path, size, SeriesId(series_id), of, series_type == "anime", phase))
    return found


def _held(
    db: Connection, connection: ConnectionId, wanted: Collection[EpisodeId]
) -> dict[EpisodeId, list[tuple[int, int, int]]]:
    c = cross_references.c
    found: dict[EpisodeId, list[tuple[int, int, int]]] = {}
    for some in batches(wanted):
        asked = select(c.episode_id, c.importer_file_id, c.importer_episode_id, c.importer_series_id).where(
            c.connection_id == connection, c.episode_id.in_(some)
        )
        for episode, file, episode_there, series_there in db.execute(asked):
            found.setdefault(EpisodeId(episode), []).append((file, episode_there, series_there))
    return {episode: sorted(rows) for episode, rows in found.items()}


def _one_each(rows: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """One row for each (file, episode): episodes outside the importer's collection all have the number 0."""
    return list({(row[0], row[1]): row for row in rows}.values())
