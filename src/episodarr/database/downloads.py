"""Grabs in the database: which download covers which episodes."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, literal, select, update

from episodarr.catalogue.model import AlternateTitle
from episodarr.database.batches import batches
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema import corrections, download_episodes, downloads, episodes, evidence, series
from episodarr.downloads.attribute import CoveredEpisode
from episodarr.downloads.ports import Correction, NewGrab, OpenDownload, Origin
from episodarr.downloads.resolve_release import Alias, Candidate, SeriesType
from episodarr.episode.facts import Fact, ImportPhase, ImportStatus, decode
from episodarr.episode.identity import ConnectionId, EpisodeId, SeriesId, Source


class StoredDownloads:
    """DownloadStore on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known_episodes(
        self, connection: ConnectionId, sonarr_episode_ids: Collection[int]
    ) -> dict[int, tuple[EpisodeId, SeriesId]]:
        """See DownloadStore."""
        e = episodes.c
        found = {}
        with self._database.reading() as db:
            for some in batches(sonarr_episode_ids):
                asked = select(e.sonarr_id, e.id, e.series_id)
                for row in db.execute(asked.where(e.connection_id == connection, e.sonarr_id.in_(some))):
                    found[row[0]] = (EpisodeId(row[1]), SeriesId(row[2]))
        return found

    def remember(self, grabs: Sequence[NewGrab]) -> int:
        """See DownloadStore."""
        if not grabs:
            return 0
        wanted = {(grab.download_id, grab.episode_id): grab for grab in grabs}
        with self._database.reading() as db:
            if not self._unknown(db, wanted) and not _yielding(db, grabs):
                return 0
        with self._database.writing() as db:
            _yield_to_sonarr(db, grabs)
            new = self._unknown(db, wanted)
            keys = {grab.download_id: grab for grab in new}
            held = _keys(db, list(keys))
            fresh = [grab for download_id, grab in keys.items() if download_id not in held]
            if fresh:
                rows = [
                    {
                        "download_id": grab.download_id,
                        "series_id": grab.series_id,
                        "release": grab.release,
                        "client": grab.client,
                        "size": grab.size,
                        "grabbed_at": grab.grabbed_at,
                        "origin": grab.origin.value,
                        "reason": grab.reason,
                    }
                    for grab in fresh
                ]
                db.execute(insert(downloads), rows)
                held = _keys(db, list(keys))
            if new:
                pairs = [
                    {
                        "download": held[grab.download_id],
                        "episode_id": grab.episode_id,
                        "by_hand": grab.origin is Origin.PERSON,
                    }
                    for grab in new
                ]
                db.execute(insert(download_episodes), pairs)
                for some in batches({held[grab.download_id] for grab in new}):
                    db.execute(update(downloads).where(downloads.c.id.in_(some)).values(settled_at=None))
        return len(new)

    @staticmethod
    def _unknown(db: Connection, wanted: dict[tuple[str, EpisodeId], NewGrab]) -> list[NewGrab]:
        known: set[tuple[str, int]] = set()
        for some in batches({key[0] for key in wanted}):
            asked = select(downloads.c.download_id, download_episodes.c.episode_id).join(
                download_episodes, download_episodes.c.download == downloads.c.id
            )
            known.update(db.execute(asked.where(downloads.c.download_id.in_(some))))
        return [grab for key, grab in wanted.items() if key not in known]

    def open_downloads(self) -> list[OpenDownload]:
        """See DownloadStore."""
        with self._database.reading() as db:
            return _downloads(db, downloads.c.settled_at.is_(None))

    def of_episodes(self, episode_ids: Collection[int]) -> list[OpenDownload]:
        """See DownloadStore."""
        found: dict[str, OpenDownload] = {}
        pairs = download_episodes.c
        with self._database.reading() as db:
            for some in batches(episode_ids):
                covering = select(pairs.download).where(pairs.episode_id.in_(some))
                found |= {one.download_id: one for one in _downloads(db, downloads.c.id.in_(covering))}
        return list(found.values())

    def correct(self, download_id: str, file_name: str, correction: Correction | None) -> None:
        """See DownloadStore."""
        c = corrections.c
        with self._database.writing() as db:
            db.execute(delete(corrections).where(c.download_id == download_id, c.file_name == file_name))
            if correction is not None:
                row = {"download_id": download_id, "file_name": file_name, "episodes": json.dumps(correction.episodes)}
                made = {"made_by": correction.by, "made_at": correction.at}
                db.execute(insert(corrections).values(row | made))
            kept = {
                one for said in _corrections(db, [download_id]).get(download_id, {}).values() for one in said.episodes
            }
            key = select(downloads.c.id).where(downloads.c.download_id == download_id).scalar_subquery()
            pairs = download_episodes.c
            extra = delete(download_episodes).where(pairs.download == key, pairs.by_hand)
            db.execute(extra.where(pairs.episode_id.not_in(kept)) if kept else extra)
            db.execute(update(downloads).where(downloads.c.download_id == download_id).values(settled_at=None))

    def series_of(self, episode_ids: Collection[EpisodeId]) -> dict[EpisodeId, SeriesId]:
        """See DownloadStore."""
        e = episodes.c
        found = {}
        with self._database.reading() as db:
            for some in batches(episode_ids):
                for row in db.execute(select(e.id, e.series_id).where(e.id.in_(some), e.gone_at.is_(None))):
                    found[EpisodeId(row[0])] = SeriesId(row[1])
        return found

    def in_queue(self, connection: ConnectionId) -> set[tuple[str, EpisodeId]]:
        """See DownloadStore."""
        asked = (
            select(evidence.c.episode_id, evidence.c.what)
            .join(download_episodes, download_episodes.c.episode_id == evidence.c.episode_id)
            .join(downloads, downloads.c.id == download_episodes.c.download)
            .join(series, series.c.id == downloads.c.series_id)
            .where(evidence.c.kind == "import", downloads.c.settled_at.is_(None), series.c.connection_id == connection)
            .distinct()
        )
        found = set()
        with self._database.reading() as db:
            for episode, text in db.execute(asked):
                what = decode(text)
                if isinstance(what, ImportStatus) and what.phase is not ImportPhase.LEFT:
                    found.add((what.download_id, EpisodeId(episode)))
        return found

    def told_of(self, teller: str) -> list[Fact]:
        """See DownloadStore."""
        asked = (
            select(evidence.c.episode_id, evidence.c.at, evidence.c.source, evidence.c.what)
            .join(download_episodes, download_episodes.c.episode_id == evidence.c.episode_id)
            .join(downloads, downloads.c.id == download_episodes.c.download)
            .where(
                evidence.c.kind == "transfer",
                evidence.c.source == literal(f"{teller}/") + downloads.c.download_id,
                downloads.c.settled_at.is_(None),
            )
        )
        with self._database.reading() as db:
            return [
                Fact(EpisodeId(episode), at, Source(said), decode(text))
                for episode, at, said, text in db.execute(asked)
            ]

    def told_before(self, download_ids: Collection[str]) -> set[str]:
        """See DownloadStore."""
        with self._database.reading() as db:
            return set(_keys(db, list(download_ids)))

    def candidates(self, wanted: Callable[[Candidate], bool]) -> list[Candidate]:
        """See DownloadStore."""
        s, e = series.c, episodes.c
        with self._database.reading() as db:
            heads = db.execute(
                select(s.id, s.title, s.year, s.series_type, s.alternate_titles).where(s.gone_at.is_(None))
            )
            found = {one.series_id: one for one in map(_candidate, heads) if wanted(one)}
            held: dict[SeriesId, list[CoveredEpisode]] = {one: [] for one in found}
            for some in batches(found):
                asked = (
                    select(e.series_id, *(e[name] for name in _COVERED))
                    .where(e.series_id.in_(some), e.gone_at.is_(None))
                    .order_by(e.season_number, e.episode_number)
                )
                for series_id, *numbers in db.execute(asked):
                    held[SeriesId(series_id)].append(CoveredEpisode(*numbers))
        return [msgspec.structs.replace(one, episodes=tuple(held[key])) for key, one in found.items()]

    def settle(self, download_ids: Collection[str], now: datetime) -> None:
        """See DownloadStore."""
        with self._database.writing() as db:
            for some in batches(download_ids):
                db.execute(update(downloads).where(downloads.c.download_id.in_(some)).values(settled_at=now))

    def cursor(self, name: str) -> str | None:
        """See DownloadStore."""
        with self._database.reading() as db:
            return read_cursor(db, name)

    def set_cursor(self, name: str, value: str) -> None:
        """See DownloadStore."""
        with self._database.writing() as db:
            write_cursor(db, name, value)


_COVERED = (
    "id",
    "season_number",
    "episode_number",
    "absolute_number",
    "scene_season_number",
    "scene_episode_number",
    "scene_absolute_number",
    "air_date",
)
_titles = msgspec.json.Decoder(list[AlternateTitle])


def _candidate(row: Sequence[Any]) -> Candidate:
    series_id, title, year, series_type, alternate = row
    aliases = []
    for one in _titles.decode(alternate):
        season = one.season_number if (one.season_number or -1) > 0 else one.scene_season_number
        aliases.append(Alias(one.title, season if season is not None and season > 0 else None))
    kind = SeriesType(series_type) if series_type in {one.value for one in SeriesType} else SeriesType.STANDARD
    return Candidate(SeriesId(series_id), title, year or None, kind, tuple(aliases))


def _yield_to_sonarr(db: Connection, grabs: Sequence[NewGrab]) -> None:
    """What was read from a name gives way to what Sonarr grabbed it for."""
    for key, grab in _yielding(db, grabs).items():
        db.execute(delete(download_episodes).where(download_episodes.c.download == key))
        values = {"origin": Origin.SONARR.value, "reason": "", "series_id": grab.series_id, "client": grab.client}
        values |= {"release": grab.release, "grabbed_at": grab.grabbed_at}
        db.execute(update(downloads).where(downloads.c.id == key).values(values))


def _yielding(db: Connection, grabs: Sequence[NewGrab]) -> dict[int, NewGrab]:
    """Stored downloads whose episodes were read from a name until Sonarr told of its grab."""
    told = {grab.download_id: grab for grab in grabs if grab.origin is Origin.SONARR}
    found = {}
    for some in batches(told):
        asked = select(downloads.c.id, downloads.c.download_id).where(
            downloads.c.download_id.in_(some), downloads.c.origin != Origin.SONARR.value
        )
        found.update({key: told[download_id] for key, download_id in db.execute(asked)})
    return found


def _corrections(db: Connection, download_ids: Collection[str]) -> dict[str, dict[str, Correction]]:
    c = corrections.c
    found: dict[str, dict[str, Correction]] = {}
    for some in batches(download_ids):
        asked = select(c.download_id, c.file_name, c.episodes, c.made_by, c.made_at)
        for download_id, name, text, by, at in db.execute(asked.where(c.download_id.in_(some))):
            said = Correction(tuple(EpisodeId(one) for one in json.loads(text)), by, at)
            found.setdefault(download_id, {})[name] = said
    return found


def _downloads(db: Connection, which: ColumnElement[bool]) -> list[OpenDownload]:
    """Downloads with all the episodes that each covers."""
    d, e = downloads.c, episodes.c
    asked = (
        select(
            d.download_id,
            series.c.connection_id,
            d.series_id,
            d.release,
            d.client,
            d.grabbed_at,
            d.origin,
            d.reason,
            e.id,
            e.season_number,
            e.episode_number,
            e.absolute_number,
            e.scene_season_number,
            e.scene_episode_number,
            e.scene_absolute_number,
            e.air_date,
        )
        .join(series, series.c.id == d.series_id)
        .join(download_episodes, download_episodes.c.download == d.id)
        .join(episodes, and_(e.id == download_episodes.c.episode_id, e.gone_at.is_(None)))
        .where(which)
        .order_by(d.id, e.season_number, e.episode_number)
    )
    heads: dict[str, tuple[ConnectionId, SeriesId, str, str, datetime]] = {}
    origins: dict[str, tuple[Origin, str]] = {}
    covered: dict[str, list[CoveredEpisode]] = {}
    for row in db.execute(asked):
        heads[row[0]] = (ConnectionId(row[1]), SeriesId(row[2]), row[3], row[4], row[5])
        origins[row[0]] = (Origin(row[6]), row[7])
        covered.setdefault(row[0], []).append(CoveredEpisode(EpisodeId(row[8]), *row[9:]))
    sizes: dict[int, dict[int, int]] = {}
    for some in batches({head[1] for head in heads.values()}):
        counted = (
            select(e.series_id, e.season_number, func.count())
            .where(e.series_id.in_(some), e.gone_at.is_(None))
            .group_by(e.series_id, e.season_number)
        )
        for series_id, season, n in db.execute(counted):
            sizes.setdefault(series_id, {})[season] = n
    corrected = _corrections(db, heads)
    return [
        OpenDownload(
            download_id,
            *head,
            covered=tuple(covered[download_id]),
            season_sizes=sizes.get(head[1], {}),
            origin=origins[download_id][0],
            reason=origins[download_id][1],
            corrections=corrected.get(download_id, {}),
        )
        for download_id, head in heads.items()
    ]


def _keys(db: Connection, download_ids: Collection[str]) -> dict[str, int]:
    held: dict[str, int] = {}
    for some in batches(download_ids):
        asked = select(downloads.c.download_id, downloads.c.id).where(downloads.c.download_id.in_(some))
        held.update(dict(db.execute(asked).all()))
    return held
