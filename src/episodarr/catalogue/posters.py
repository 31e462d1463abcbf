"""Posters: fetched from Sonarr, Radarr or a media server once, kept on disk, and served by Episodarr itself.

What comes in is untrusted: only bytes that begin like a JPEG, PNG or WebP are kept, under a name of our own making.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from episodarr.catalogue.movies import MovieId, MovieLibrary, MovieManager, MovieStore
from episodarr.catalogue.ports import CatalogueSource, CatalogueStore
from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.episode.identity import SeriesId

_AGE = 7 * 86400.0
_MISS_AGE = 600.0
_AT_ONCE = 4
_MOST_MISSES = 20_000
_PLACES = 3
"""Systems that are asked for the poster of one movie."""


def image_type(body: bytes) -> str | None:
    """The content type by the first bytes; None when it is none of the three that are served."""
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return None


class Posters:
    """The posters of all shows and movies."""

    def __init__(
        self,
        connections: Connections,
        store: CatalogueStore,
        movies: MovieStore,
        folder: Path,
        seconds: Callable[[], float] = time.time,
    ) -> None:
        self._connections = connections
        self._store = store
        self._movies = movies
        self._folder = folder
        self._seconds = seconds
        self._misses: dict[str, float] = {}
        self._gate = asyncio.Semaphore(_AT_ONCE)

    async def poster(self, series_id: int) -> tuple[bytes, str] | None:
        """Image bytes and content type; None when there is none. A kept one serves while Sonarr is away."""
        place = await asyncio.to_thread(self._store.place, SeriesId(series_id))
        if place is None:
            return None
        key = f"{place.connection}/{place.sonarr_id}/{place.slug}"
        return await self._picture(key, partial(self._fetch, place.connection, place.sonarr_id))

    async def movie(self, movie_id: int) -> tuple[bytes, str] | None:
        """The same of a movie: of the first system that holds it and has one."""
        for place in (await asyncio.to_thread(self._movies.places, MovieId(movie_id)))[:_PLACES]:
            key = f"movie/{place.connection}/{place.external_id}"
            found = await self._picture(key, partial(self._fetch_movie, place.connection, place.external_id))
            if found is not None:
                return found
        return None

    async def _picture(self, key: str, fetch: Callable[[], Awaitable[bytes | None]]) -> tuple[bytes, str] | None:
        name = sha256(key.encode()).hexdigest()
        path = self._folder / name[:2] / name
        kept = await asyncio.to_thread(_read, path)
        if kept is not None and self._seconds() - kept[1] < _AGE:
            return _typed(kept[0])
        if self._seconds() - self._misses.get(key, -_MISS_AGE) < _MISS_AGE:
            return _typed(kept[0]) if kept else None
        async with self._gate:
            body = await fetch()
        if body is None or image_type(body) is None:
            if len(self._misses) >= _MOST_MISSES:
                self._misses.clear()
            self._misses[key] = self._seconds()
            return _typed(kept[0]) if kept else None
        await asyncio.to_thread(_write, path, body)
        return _typed(body)

    async def _fetch_movie(self, connection: int, external_id: str) -> bytes | None:
        for port in (MovieManager, MovieLibrary):
            for held, _, client in self._connections.offering(port):
                if held.id == connection and self._connections.may_ask(held.id):
                    try:
                        return await client.movie_poster(external_id)
                    except ServiceFailure:
                        return None  # a missing picture is no news about the service
        return None

    async def _fetch(self, connection: int, sonarr_id: int) -> bytes | None:
        for held, _, client in self._connections.offering(CatalogueSource):
            if held.id == connection and self._connections.may_ask(held.id):
                try:
                    return await client.poster(sonarr_id)
                except ServiceFailure:
                    return None  # a missing picture is no news about the service
        return None


def _typed(body: bytes) -> tuple[bytes, str] | None:
    kind = image_type(body)
    return (body, kind) if kind else None


def _read(path: Path) -> tuple[bytes, float] | None:
    try:
        return path.read_bytes(), path.stat().st_mtime
    except FileNotFoundError:
        return None


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # By a name of its own: two people may look at one show for the first time.
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".part", delete=False) as part:
        part.write(body)
    Path(part.name).replace(path)
