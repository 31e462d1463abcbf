"""What is to be verified in the media servers, from the database.

`library_checks` holds the series of which something is awaited, and nothing of the others: those are verified with the
whole library, whose last time is a cursor.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Connection, and_, bindparam, delete, exists, insert, or_, select, type_coerce, update

from episodarr.availability.match import SoughtEpisode, SoughtSeries
from episodarr.availability.ports import Awaited, Look
from episodarr.database.batches import batches
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema import (
    episode_files,
    episodes,
    evidence,
    instant,
    library_checks,
    micros,
    series,
)
from episodarr.database.schema_imports import cross_references
from episodarr.episode.facts import InLibrary, decode
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, source
from episodarr.episode.state import State

_SERIES = series.c
_IN_LIBRARY, _REMOVED = "in_library", "removed"
_NOBODY: frozenset[str] = frozenset()
_LOOKED_AGAIN = (
    update(library_checks)
    .where(
        library_checks.c.connection_id == bindparam("b_connection"),
        library_checks.c.series_id == bindparam("b_series"),
    )
    .values(attempts=bindparam("b_attempts"), checked_at=bindparam("b_at"), next_at=bindparam("b_next"))
)

References = dict[int, tuple[set[str], set[str]]]
"""Episode -> the importer's files and episodes that it is."""


class StoredAvailability:
    """AvailabilityStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, connection: ConnectionId, now: datetime, limit: int) -> dict[SeriesId, int]:
        """See AvailabilityStore."""
        c, e = library_checks.c, episodes.c
        joined = series.outerjoin(library_checks, and_(c.series_id == series.c.id, c.connection_id == connection))
        base = select(series.c.id, c.attempts).select_from(joined).where(series.c.gone_at.is_(None))
        imported = exists().where(e.series_id == series.c.id, e.state == State.IMPORTED.value, e.gone_at.is_(None))
        questions = (
            base.where(c.next_at <= now).order_by(c.attempts, c.next_at),
            base.where(c.next_at.is_(None), imported).order_by(series.c.id),
        )
        due: dict[SeriesId, int] = {}
        with self._database.reading() as db:
            for question in questions:
                for series_id, attempts in db.execute(question.limit(limit - len(due))):
                    due.setdefault(SeriesId(series_id), attempts or 0)
        return due

    def expect(self, connection: ConnectionId, series: Collection[SeriesId], now: datetime) -> None:
        """See AvailabilityStore."""
        with self._database.reading() as db:
            asked = (select(_SERIES.id).where(_SERIES.id.in_(some)) for some in batches(series))
            known = [SeriesId(row[0]) for question in asked for row in db.execute(question)]
        self.looked(connection, [Look(one, 0, now) for one in known], now)

    def some(self, connection: ConnectionId, label: str, series: Mapping[SeriesId, int]) -> list[Awaited]:
        """See AvailabilityStore."""
        with self._database.reading() as db:
            found = self._awaited(db, connection, label, dict(series))
        return [found[one] for one in series if one in found]

    def following(self, connection: ConnectionId, label: str, last: SeriesId, limit: int) -> list[Awaited]:
        """See AvailabilityStore."""
        c = library_checks.c
        joined = series.outerjoin(library_checks, and_(c.series_id == series.c.id, c.connection_id == connection))
        asked = (
            select(series.c.id, c.attempts).select_from(joined).where(series.c.id > last, series.c.gone_at.is_(None))
        )
        with self._database.reading() as db:
            rows = db.execute(asked.order_by(series.c.id).limit(limit)).all()
            found = self._awaited(db, connection, label, {SeriesId(row[0]): row[1] or 0 for row in rows})
        return list(found.values())

    def _awaited(
        self, db: Connection, connection: ConnectionId, label: str, attempts: Mapping[SeriesId, int]
    ) -> dict[SeriesId, Awaited]:
        ids = list(attempts)
        s = series.c
        heads = db.execute(
            select(s.id, s.tvdb_id, s.tmdb_id, s.imdb_id, s.title, s.year, s.path).where(s.id.in_(ids)).order_by(s.id)
        ).all()
        references, shoko_series = _references(db, ids)
        said, removed = _said(db, ids, source(label, connection))
        sought = _sought(db, ids, references, removed)
        found: dict[SeriesId, Awaited] = {}
        for key, tvdb, tmdb, imdb, title, year, path in heads:
            shoko = frozenset(shoko_series.get(key, ()))
            head = SoughtSeries(_text(tvdb), _text(tmdb), imdb or "", title, year, path, shoko)
            one = SeriesId(key)
            found[one] = Awaited(one, head, tuple(sought.get(key, ())), said.get(key, {}), attempts[one])
        return found

    def looked(self, connection: ConnectionId, looks: Sequence[Look], at: datetime) -> None:
        """See AvailabilityStore."""
        if not looks:
            return
        with self._database.writing() as db:
            for some in batches(looks):
                _note(db, connection, some, at)

    def lists_anything(self, connection: ConnectionId, label: str) -> bool:
        """See AvailabilityStore."""
        asked = select(evidence.c.what).where(
            evidence.c.kind == _IN_LIBRARY, evidence.c.source == source(label, connection)
        )
        with self._database.reading() as db:
            return any(_word(what).item_id for (what,) in db.execute(asked))

    def swept_at(self, connection: ConnectionId) -> datetime | None:
        """See AvailabilityStore."""
        with self._database.reading() as db:
            value = read_cursor(db, _cursor(connection))
        return instant(int(value)) if value else None

    def swept(self, connection: ConnectionId, at: datetime) -> None:
        """See AvailabilityStore."""
        with self._database.writing() as db:
            write_cursor(db, _cursor(connection), str(micros(at)))


def _note(db: Connection, connection: ConnectionId, looks: Sequence[Look], at: datetime) -> None:
    """Keep the looks that left something open, and forget the series of the others; later ones are left as they are."""
    c = library_checks.c
    ours = and_(c.connection_id == connection, c.series_id.in_([look.series_id for look in looks]))
    held = {row[0]: row[1] for row in db.execute(select(c.series_id, c.checked_at).where(ours))}
    settled = [look.series_id for look in looks if look.next_at is None and held.get(look.series_id, at) <= at]
    settled = [one for one in settled if one in held]
    if settled:
        db.execute(delete(library_checks).where(c.connection_id == connection, c.series_id.in_(settled)))
    left = [look for look in looks if look.next_at is not None and held.get(look.series_id, at) <= at]
    new = [
        {
            "connection_id": connection,
            "series_id": look.series_id,
            "attempts": look.attempts,
            "checked_at": at,
            "next_at": look.next_at,
        }
        for look in left
        if look.series_id not in held
    ]
    if new:
        db.execute(insert(library_checks), new)
    again = [
        {
            "b_connection": connection,
            "b_series": look.series_id,
            "b_attempts": look.attempts,
            "b_at": at,
            "b_next": look.next_at,
        }
        for look in left
        if look.series_id in held
    ]
    if again:
        db.execute(_LOOKED_AGAIN, again)


def _references(db: Connection, ids: list[SeriesId]) -> tuple[References, dict[int, set[str]]]:
    """What the importer (Shoko) says which files and episodes those of the given series are; and which series there."""
    c, e = cross_references.c, episodes.c
    asked = select(
        e.series_id, c.episode_id, c.importer_file_id, c.importer_episode_id, c.importer_series_id
    ).select_from(cross_references.join(episodes, e.id == c.episode_id))
    by_episode: References = {}
    by_series: dict[int, set[str]] = {}
    for series_id, episode, file, importer_episode, importer_series in db.execute(asked.where(e.series_id.in_(ids))):
        files, importer_episodes = by_episode.setdefault(episode, (set(), set()))
        files.add(str(file))
        if importer_episode:
            importer_episodes.add(str(importer_episode))
        if importer_series:
            by_series.setdefault(series_id, set()).add(str(importer_series))
    return by_episode, by_series


def _said(
    db: Connection, ids: list[SeriesId], server: str
) -> tuple[dict[int, dict[EpisodeId, InLibrary]], dict[int, int]]:
    """By series what the server said last of its episodes, as far as it still counts; and when files were removed."""
    c, e = evidence.c, episodes.c
    asked = (
        select(e.series_id, c.episode_id, c.kind, type_coerce(c.at, BigInteger), c.what)
        .select_from(episodes.join(evidence, c.episode_id == e.id))
        .where(e.series_id.in_(ids), or_(c.kind == _REMOVED, and_(c.kind == _IN_LIBRARY, c.source == server)))
    )
    rows = db.execute(asked).all()
    removed: dict[int, int] = {}
    for _, episode, kind, at, _what in rows:
        if kind == _REMOVED:
            removed[episode] = max(at, removed.get(episode, at))
    said: dict[int, dict[EpisodeId, InLibrary]] = {}
    for series_id, episode, kind, at, what in rows:
        if kind == _IN_LIBRARY and not (episode in removed and at <= removed[episode]):
            said.setdefault(series_id, {})[EpisodeId(episode)] = _word(what)
    return said, removed


def _sought(
    db: Connection, ids: list[SeriesId], references: References, removed: Mapping[int, int]
) -> dict[int, list[SoughtEpisode]]:
    e = episodes.c
    asked = (
        select(
            e.series_id, e.id, e.season_number, e.episode_number, e.tvdb_id, episode_files.c.path, e.file_id, e.state
        )
        .select_from(episodes.outerjoin(episode_files, episode_files.c.id == e.file_id))
        .where(e.series_id.in_(ids), e.gone_at.is_(None))
    )
    sought: dict[int, list[SoughtEpisode]] = {}
    for series_id, key, season, number, tvdb, path, file_id, state in db.execute(asked):
        has_file = file_id is not None or state == State.IMPORTED.value
        if not has_file and key in removed:
            continue
        files, importer_episodes = references.get(key, (_NOBODY, _NOBODY))
        one = SoughtEpisode(
            EpisodeId(key),
            season,
            number,
            _text(tvdb),
            path or "",
            has_file,
            frozenset(files) if files else _NOBODY,
            frozenset(importer_episodes) if importer_episodes else _NOBODY,
        )
        sought.setdefault(series_id, []).append(one)
    return sought


def _word(what: str) -> InLibrary:
    told = decode(what)
    return told if isinstance(told, InLibrary) else InLibrary()


def _cursor(connection: ConnectionId) -> str:
    return f"library-sweep:{connection}"


def _text(number: int) -> str:
    return str(number) if number else ""
