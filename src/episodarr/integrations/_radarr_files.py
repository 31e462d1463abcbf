"""Radarr as the one that deletes files of movies. A movie has one file, and is its only part.

Only ever one file is deleted by its id; neither a row of the queue nor a movie.
"""

from collections.abc import Collection

import msgspec

from episodarr.connections.failures import Broken
from episodarr.deletion.systems import ManagedFile, ManagedPart, Owner
from episodarr.integrations._arr_files import ONLY_IDS, ArrFiles, Wire
from episodarr.integrations._ids import whole_id


class _File(Wire):
    id: int
    movie_id: int
    path: str
    size: int


class _OwnFile(Wire):
    id: int


class _Movie(Wire):
    id: int
    title: str
    path: str
    monitored: bool
    has_file: bool
    tags: list[int]
    tmdb_id: int = 0
    movie_file: _OwnFile | None = None


class _QueueRow(Wire):
    id: int
    movie_id: int | None = None


_file = msgspec.json.Decoder(_File)
_files = msgspec.json.Decoder(list[_File])
_movie = msgspec.json.Decoder(_Movie)
_queue = msgspec.json.Decoder(list[_QueueRow])


class RadarrFiles(ArrFiles):
    """FileManager: part of the Radarr client."""

    async def managed_file(self, file_id: int) -> ManagedFile | None:
        """A file with its movie, in two requests. None only on Radarr's own "not found"."""
        answer = await self.ask_for_one(f"/api/v3/moviefile/{whole_id(file_id)}")
        if answer is None:
            return None
        file = self.http.decode(answer, _file)
        if file.id != file_id:
            raise Broken(self.http.service, f"asked for file {file_id}, it answered with another one")
        return self._managed(file, await self._one_movie(file.movie_id))

    async def managed_files(self, owner_id: int) -> list[ManagedFile]:
        """The file of a movie, if it has one."""
        await self.identify()
        asked: dict[str, str | int] = {"movieId": whole_id(owner_id)}
        files = await self.http.json("/api/v3/moviefile", _files, asked)
        movie = await self._one_movie(owner_id)
        if not files and movie is not None and movie.has_file:
            raise Broken(self.http.service, "it lists no file of the movie and says that there is one")
        if any(file.movie_id != owner_id for file in files):
            raise Broken(self.http.service, f"asked for movie {owner_id}, it answered with another one, too")
        return [self._managed(file, movie) for file in files]

    def _managed(self, file: _File, movie: _Movie | None) -> ManagedFile:
        if not file.path.strip():
            raise Broken(self.http.service, "it does not tell where the file is")
        own = movie.movie_file if movie is not None else None
        if movie is None or not movie.has_file or own is None or own.id != file.id or movie.id != file.movie_id:
            raise Broken(self.http.service, "what it tells of a file and of its movie is at odds")
        return ManagedFile(file.id, movie.id, file.path, file.size, (ManagedPart(movie.id, movie.monitored),))

    async def owner(self, owner_id: int) -> Owner | None:
        """A movie with the labels of its tags. None only on Radarr's own "not found"."""
        movie = await self._one_movie(whole_id(owner_id))
        if movie is None:
            return None
        labels = await self.labels_of(movie.tags)
        return Owner(movie.id, movie.title, movie.path, labels, 0, movie.tmdb_id, movie.monitored)

    async def _one_movie(self, owner_id: int) -> _Movie | None:
        answer = await self.ask_for_one(f"/api/v3/movie/{owner_id}")
        if answer is None:
            return None
        movie = self.http.decode(answer, _movie)
        if movie.id != owner_id or not movie.path.strip():
            raise Broken(self.http.service, f"asked for movie {owner_id}, it answered with another one")
        return movie

    async def arriving(self, owner_id: int) -> set[int]:
        """The movie itself when it is in the queue."""
        await self.identify()
        asked: dict[str, str | int] = {"movieId": whole_id(owner_id)}
        rows = await self.http.json("/api/v3/queue/details", _queue, asked)
        return {owner_id} if any(row.movie_id == owner_id for row in rows) else set()

    async def set_monitored(self, owner_id: int, part_ids: Collection[int], *, monitored: bool) -> None:
        """Set the monitored flag of the movie. What became of it is for `managed_file` to tell."""
        if not self._own_part(owner_id, part_ids):
            return
        await self.identify()
        wish = {"movieIds": [owner_id], "monitored": monitored}
        self.http.decode(await self.http.ask("PUT", "/api/v3/movie/editor", content=wish), ONLY_IDS)

    async def search(self, owner_id: int, part_ids: Collection[int]) -> None:
        """Start a search for releases of the movie."""
        if self._own_part(owner_id, part_ids):
            await self.identify()
            await self.command("MoviesSearch", movieIds=[owner_id])

    @staticmethod
    def _own_part(owner_id: int, part_ids: Collection[int]) -> bool:
        """Whether the movie is meant; raises ValueError when another one is."""
        wanted = {whole_id(one) for one in part_ids}
        if not wanted <= {whole_id(owner_id)}:
            raise ValueError(f"not a part of movie {owner_id}: {sorted(wanted)}")
        return bool(wanted)

    async def delete_file(self, file_id: int) -> None:
        """Delete one file. Raises ValueError on what is no id, Broken when it is gone already or the disk is."""
        await self.delete_by_id("/api/v3/moviefile", file_id)
