"""Grabs in the database: which download covers which episodes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, literal, select, update

from episodarr.database.batches import batches
from episodarr.database.cursors import read_cursor, write_cursor
from episodarr.database.engine import Database
from episodarr.database.schema import download_episodes, downloads, episodes, evidence, series
from episodarr.downloads.attribute import CoveredEpisode
from episodarr.downloads.ports import NewGrab, OpenDownload
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
            if not self._unknown(db, wanted):
                return 0
        with self._database.writing() as db:
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
                    }
                    for grab in fresh
                ]
                db.execute(insert(downloads), rows)
                held = _keys(db, list(keys))
            if new:
                pairs = [{"download": held[grab.download_id], "episode_id": grab.episode_id} for grab in new]
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
        d, e = downloads.c, episodes.c
        asked = (
            select(
                d.download_id,
                series.c.connection_id,
                d.series_id,
                d.release,
                d.client,
                d.grabbed_at,
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
            .where(d.settled_at.is_(None))
            .order_by(d.id, e.season_number, e.episode_number)
        )
        heads: dict[str, tuple[ConnectionId, SeriesId, str, str, datetime]] = {}
        covered: dict[str, list[CoveredEpisode]] = {}
        with self._database.reading() as db:
            for row in db.execute(asked):
                heads[row[0]] = (ConnectionId(row[1]), SeriesId(row[2]), row[3], row[4], row[5])
                covered.setdefault(row[0], []).append(CoveredEpisode(EpisodeId(row[6]), *row[7:]))
            sizes: dict[int, dict[int, int]] = {}
            for some in batches({head[1] for head in heads.values()}):
                counted = (
                    select(e.series_id, e.season_number, func.count())
                    .where(e.series_id.in_(some), e.gone_at.is_(None))
                    .group_by(e.series_id, e.season_number)
                )
                for series_id, season, n in db.execute(counted):
                    sizes.setdefault(series_id, {})[season] = n
        return [
            OpenDownload(download_id, *head, covered=tuple(covered[download_id]), season_sizes=sizes.get(head[1], {}))
            for download_id, head in heads.items()
        ]

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


def _keys(db: Connection, download_ids: Collection[str]) -> dict[str, int]:
    held: dict[str, int] = {}
    for some in batches(download_ids):
        asked = select(downloads.c.download_id, downloads.c.id).where(downloads.c.download_id.in_(some))
        held.update(dict(db.execute(asked).all()))
    return held
