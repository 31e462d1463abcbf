"""The floor of syncing: what a bare prototype does that only fetches, decodes and inserts.

The same bodies at the same concurrency, the same structs, the same tables with the same indexes and pragmas, one
transaction a batch. It compares nothing, judges nothing and tells nobody; each fact is a row, as it is with us.
"""

import sqlite3
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from bench.lines import timed
from bench.raw_http import CONCURRENCY, fetch, get
from episodarr.catalogue.model import ListedEpisode, ListedFile, ListedSeries, digest_of
from episodarr.database.engine import Database
from episodarr.database.schema import micros
from episodarr.episode.facts import Imported, Listed, encode

_BATCH = 50
_NOW = 1_772_000_000_000_000
_SOURCE = "Sonarr:1"
_series = msgspec.json.Decoder(list[ListedSeries])
_episodes = msgspec.json.Decoder(list[ListedEpisode])
_files = msgspec.json.Decoder(list[ListedFile])

Body = tuple[int, bytes, bytes]


def _insert(table: str, columns: str, verb: str = "INSERT") -> str:
    return f"{verb} INTO {table} ({columns}) VALUES ({','.join('?' * len(columns.split(',')))})"


_SERIES_COLUMNS = (
    "id,connection_id,sonarr_id,tvdb_id,tmdb_id,tvmaze_id,imdb_id,title,sort_title,title_slug,year,status,series_type,"
    "network,overview,monitored,path,runtime,genres,has_poster,size_on_disk,list_digest,stale,created_at,updated_at"
)
_SEASON_COLUMNS = (
    "series_id,number,sonarr_series_id,monitored,episode_count,episode_file_count,total_episode_count,size_on_disk,"
    "statistics,created_at,updated_at"
)
_EPISODE_COLUMNS = (
    "id,series_id,season_id,connection_id,sonarr_id,tvdb_id,season_number,episode_number,absolute_number,"
    "scene_season_number,scene_episode_number,scene_absolute_number,title,overview,air_date,airs_at,runtime,finale,"
    "monitored,file_id,state,because,waiting_for,since,created_at,updated_at"
)
_FILE_COLUMNS = "id,series_id,sonarr_id,relative_path,path,size,quality,release_group,scene_name,added_at"


class Bare:
    """A database of the real schema, written without any thought."""

    def __init__(self, folder: str) -> None:
        path = Path(folder) / "episodarr.db"
        database = Database(f"sqlite:///{path}")
        database.migrate()
        database.close()
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32768"):
            self.db.execute(f"PRAGMA {pragma}")
        self.seasons: dict[tuple[int, int], int] = {}
        self._episode = self.db.execute("SELECT coalesce(max(id), 0) FROM episodes").fetchone()[0]

    def connection(self) -> None:
        """The one connection that rows belong to."""
        columns = "id,kind,name,settings,enabled,from_environment,created_at,updated_at"
        self.db.execute(_insert("connections", columns), (1, "sonarr", "Sonarr", "{}", 1, 1, _NOW, _NOW))

    def series(self, body: bytes) -> list[int]:
        """Insert the series list; the numbers of the series."""
        listed = _series.decode(body)
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany(_insert("series", _SERIES_COLUMNS), [_series_row(one) for one in listed])
        self.db.executemany(_insert("seasons", _SEASON_COLUMNS), [row for one in listed for row in _season_rows(one)])
        self.db.execute("COMMIT")
        self.know_seasons()
        return [one.id for one in listed]

    def know_seasons(self) -> None:
        """Read the ids of seasons."""
        self.seasons = {
            (row[0], row[1]): row[2] for row in self.db.execute("SELECT series_id, number, id FROM seasons")
        }

    def batch(self, bodies: list[Body]) -> None:
        """Insert the episodes and files of several series in one transaction."""
        rows: list[tuple[Any, ...]] = []
        files: list[tuple[Any, ...]] = []
        evidence: list[tuple[Any, ...]] = []
        for number, episodes_body, files_body in bodies:
            by_id = {file.id: file for file in _files.decode(files_body)}
            files += [_file_row(number, file) for file in by_id.values()]
            for episode in _episodes.decode(episodes_body):
                self._episode += 1
                rows.append(self._row(number, episode))
                listed = Listed(monitored=episode.monitored, airs_at=episode.air_date_utc)
                evidence.append((self._episode, "listed", _SOURCE, _NOW, _NOW, encode(listed)))
                file = by_id.get(episode.episode_file_id)
                if file is not None:
                    imported = Imported(file.id, file.path, file.size, file.quality_name)
                    at = micros(file.date_added) if file.date_added else _NOW
                    evidence.append((self._episode, "imported", _SOURCE, at, _NOW, encode(imported)))
        packed = [(number, zlib.compress(files_body, 1)) for number, _, files_body in bodies]
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany(_insert("episode_files", _FILE_COLUMNS), files)
        self.db.executemany(_insert("episodes", _EPISODE_COLUMNS), rows)
        self.db.executemany(_insert("evidence", "episode_id,kind,source,at,recorded_at,what"), evidence)
        self.db.executemany(_insert("series_files", "series_id,body"), packed)
        self.db.executemany(
            "UPDATE series SET episodes_digest=?, synced_at=?, stale=0 WHERE id=?",
            [(digest_of(episodes, files), _NOW, number) for number, episodes, files in bodies],
        )
        self.db.execute("COMMIT")

    def replace(self, bodies: list[Body]) -> None:
        """Write the rows of some series anew, whether they differ or not."""
        rows: list[tuple[Any, ...]] = []
        files: list[tuple[Any, ...]] = []
        for number, episodes_body, files_body in bodies:
            files += [_file_row(number, file)[1:] for file in _files.decode(files_body)]
            rows += [(*self._row(number, one)[5:23], _NOW, one.id) for one in _episodes.decode(episodes_body)]
        packed = [(number, zlib.compress(files_body, 1)) for number, _, files_body in bodies]
        columns = ",".join(f"{name}=?" for name in _EPISODE_COLUMNS.split(",")[5:23])
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany(
            f"UPDATE episodes SET {columns}, updated_at=? WHERE connection_id=1 AND sonarr_id=?",  # noqa: S608
            rows,
        )
        self.db.executemany(_insert("episode_files", _FILE_COLUMNS.removeprefix("id,"), "INSERT OR REPLACE"), files)
        self.db.executemany(_insert("series_files", "series_id,body", "INSERT OR REPLACE"), packed)
        self.db.executemany(
            "UPDATE series SET episodes_digest=?, synced_at=?, stale=0 WHERE id=?",
            [(digest_of(episodes, files), _NOW, number) for number, episodes, files in bodies],
        )
        self.db.execute("COMMIT")

    def _row(self, number: int, episode: ListedEpisode) -> tuple[Any, ...]:
        airs = micros(episode.air_date_utc) if episode.air_date_utc else None
        here = bool(episode.episode_file_id)
        return (
            self._episode,
            number,
            self.seasons[number, episode.season_number],
            1,
            episode.id,
            episode.tvdb_id,
            episode.season_number,
            episode.episode_number,
            episode.absolute_episode_number,
            episode.scene_season_number,
            episode.scene_episode_number,
            episode.scene_absolute_episode_number,
            episode.title,
            episode.overview,
            episode.air_date,
            airs,
            episode.runtime,
            episode.finale_type,
            episode.monitored,
            episode.episode_file_id or None,
            "imported" if here else "missing",
            "Sonarr has imported its file" if here else "It has aired and Sonarr has no file of it",
            "a media server to list it" if here else "Sonarr to find a release",
            airs,
            _NOW,
            _NOW,
        )


def _series_row(one: ListedSeries) -> tuple[Any, ...]:
    genres = msgspec.json.encode(one.genres).decode()
    names = (one.imdb_id, one.title, one.sort_title.lower(), one.title_slug, one.year, one.status, one.series_type)
    poster = any(image.cover_type == "poster" for image in one.images)
    rest = (one.network, one.overview, one.monitored, one.path, one.runtime, genres, poster)
    ids = (one.id, 1, one.id, one.tvdb_id, one.tmdb_id, one.tv_maze_id)
    return (*ids, *names, *rest, one.statistics.size_on_disk, "", 1, _NOW, _NOW)


def _season_rows(one: ListedSeries) -> list[tuple[Any, ...]]:
    return [
        (
            *(one.id, season.season_number, one.id, season.monitored),
            *(season.statistics.episode_count, season.statistics.episode_file_count),
            *(season.statistics.total_episode_count, season.statistics.size_on_disk),
            *(msgspec.json.encode(season.statistics).decode(), _NOW, _NOW),
        )
        for season in one.seasons
    ]


def _file_row(number: int, file: ListedFile) -> tuple[Any, ...]:
    added = micros(file.date_added) if file.date_added else None
    names = (file.quality_name, file.release_group, file.scene_name)
    return (file.id, number, file.id, file.relative_path, file.path, file.size, *names, added)


def targets_of(numbers: list[int]) -> list[str]:
    """Both lists of each series."""
    paths = ("episode", "episodefile")
    return [f"/api/v3/{path}?seriesId={number}" for number in numbers for path in paths]


def first_sync(port: int, folder: str) -> dict[str, Any]:
    """Everything into an empty database."""
    bare = Bare(folder)
    bare.connection()

    def work() -> None:
        numbers = bare.series(get(port, "/api/v3/series"))
        half: dict[int, bytes] = {}
        ready: list[Body] = []

        def take(place: int, body: bytes) -> None:
            other = half.pop(place ^ 1, None)
            if other is None:
                half[place] = body
                return
            both = (other, body) if place % 2 else (body, other)
            ready.append((numbers[place // 2], *both))
            if len(ready) >= _BATCH:
                bare.batch(ready)
                ready.clear()

        fetch(port, targets_of(numbers), take)
        if ready:
            bare.batch(ready)

    wall, cpu = timed(work)
    return {"wall": wall, "cpu": cpu}


def read_list(port: int, times: int) -> dict[str, Any]:
    """The series list and its hash, several times."""
    took = [timed(lambda: digest_of(get(port, "/api/v3/series"))) for _ in range(times)]
    return {"walls": [wall for wall, _ in took], "cpus": [cpu for _, cpu in took]}


def read_all(port: int, series: int, times: int) -> dict[str, Any]:
    """All bodies and their hashes, several times."""
    targets = targets_of(list(range(1, series + 1)))
    took = [timed(lambda: fetch(port, targets, lambda _, body: _hash(body))) for _ in range(times)]
    return {"walls": [wall for wall, _ in took], "cpus": [cpu for _, cpu in took]}


def read_all_by_library(port: int, series: int, times: int) -> dict[str, Any]:
    """The same with the HTTP library that the adapters use, bare: its part of the distance to the floor."""
    import asyncio

    import aiohttp

    async def one(session: aiohttp.ClientSession, waiting: Iterator[str]) -> None:
        for target in waiting:
            async with session.get(f"http://127.0.0.1:{port}{target}") as answer:
                digest_of(await answer.read())

    async def work() -> dict[str, Any]:
        walls = []
        async with aiohttp.ClientSession() as session:
            for _ in range(times):
                waiting = iter(targets_of(list(range(1, series + 1))))
                started = time.perf_counter()
                await asyncio.gather(*(one(session, waiting) for _ in range(CONCURRENCY)))
                walls.append(time.perf_counter() - started)
        return {"walls": walls}

    return asyncio.run(work())


def _hash(body: bytes) -> None:
    digest_of(body)


def changed(port: int, folder: str, numbers: list[int]) -> dict[str, Any]:
    """The series list, and the bodies of some series with all their rows."""
    bare = Bare(folder)
    bare.know_seasons()

    def work() -> None:
        body = get(port, "/api/v3/series")
        digest_of(body)
        _series.decode(body)
        bodies: dict[int, bytes] = {}
        fetch(port, targets_of(numbers), bodies.__setitem__)
        bare.replace([(number, bodies[2 * n], bodies[2 * n + 1]) for n, number in enumerate(numbers)])

    wall, cpu = timed(work)
    return {"wall": wall, "cpu": cpu}
