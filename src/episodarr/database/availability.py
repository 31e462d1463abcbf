"""What is to be verified in the media servers, from the database."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, and_, exists, insert, or_, select, update

from episodarr.availability.match import SoughtEpisode, SoughtSeries
from episodarr.availability.ports import Awaited
from episodarr.database.engine import Database
from episodarr.database.schema import episode_files, episodes, evidence, library_checks, series
from episodarr.episode.facts import InLibrary, decode
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, source
from episodarr.episode.state import State


class StoredAvailability:
    """AvailabilityStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def awaited(
        self, connection: ConnectionId, label: str, now: datetime, limit: int, urgent: Collection[SeriesId]
    ) -> list[Awaited]:
        """See AvailabilityStore."""
        with self._database.reading() as db:
            due = self._due(db, connection, now, limit, urgent)
            return [self._awaited(db, connection, label, series_id, attempts) for series_id, attempts in due.items()]

    @staticmethod
    def _due(
        db: Connection, connection: ConnectionId, now: datetime, limit: int, urgent: Collection[SeriesId]
    ) -> dict[SeriesId, int]:
        c = library_checks.c
        joined = series.outerjoin(library_checks, and_(c.series_id == series.c.id, c.connection_id == connection))
        base = select(series.c.id, c.attempts).select_from(joined).where(series.c.gone_at.is_(None))
        imported = exists().where(episodes.c.series_id == series.c.id, episodes.c.state == State.IMPORTED.value)
        questions = [
            base.where(or_(c.next_at.is_(None), c.attempts == 0), imported).limit(limit),
            base.where(c.next_at <= now).order_by(c.next_at).limit(limit),
        ]
        if urgent:
            questions.insert(0, base.where(series.c.id.in_(list(urgent)[:limit])))
        due: dict[SeriesId, int] = {}
        for question in questions:
            for series_id, attempts in db.execute(question):
                if len(due) < limit:
                    due.setdefault(SeriesId(series_id), attempts or 0)
        return due

    @staticmethod
    def _awaited(db: Connection, connection: ConnectionId, label: str, series_id: SeriesId, attempts: int) -> Awaited:
        s, e = series.c, episodes.c
        head = db.execute(
            select(s.tvdb_id, s.tmdb_id, s.imdb_id, s.title, s.year, s.path).where(s.id == series_id)
        ).one()
        removed = exists().where(evidence.c.episode_id == e.id, evidence.c.kind == "removed")
        rows = db.execute(
            select(e.id, e.season_number, e.episode_number, e.tvdb_id, episode_files.c.path, e.file_id)
            .select_from(episodes.outerjoin(episode_files, episode_files.c.id == e.file_id))
            .where(e.series_id == series_id, e.gone_at.is_(None), or_(e.file_id.is_not(None), ~removed))
        ).all()
        listed = db.execute(
            select(evidence.c.episode_id, evidence.c.what)
            .join(episodes, e.id == evidence.c.episode_id)
            .where(
                e.series_id == series_id,
                evidence.c.kind == "in_library",
                evidence.c.source == source(label, connection),
            )
        )
        sought = tuple(
            SoughtEpisode(EpisodeId(row[0]), row[1], row[2], _text(row[3]), row[4] or "", has_file=row[5] is not None)
            for row in rows
        )
        there = frozenset(
            EpisodeId(row[0]) for row in listed if isinstance(what := decode(row[1]), InLibrary) and what.item_id
        )
        return Awaited(
            series_id,
            SoughtSeries(_text(head[0]), _text(head[1]), head[2] or "", head[3], head[4], head[5]),
            sought,
            there,
            attempts,
        )

    def looked(
        self, connection: ConnectionId, series_id: SeriesId, now: datetime, next_at: datetime, attempts: int
    ) -> None:
        """See AvailabilityStore."""
        c = library_checks.c
        values = {"checked_at": now, "next_at": next_at, "attempts": attempts}
        with self._database.writing() as db:
            held = update(library_checks).where(c.connection_id == connection, c.series_id == series_id)
            if db.execute(held.values(values)).rowcount == 0:
                row = {"connection_id": connection, "series_id": series_id}
                db.execute(insert(library_checks).values(row | values))


def _text(number: int) -> str:
    return str(number) if number else ""
