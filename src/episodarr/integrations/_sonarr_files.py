"""Sonarr as the one that deletes files of episodes. What contradicts itself is Broken: then nobody knows what is there.

Only ever one file is deleted by its id; neither its bulk form, nor a row of the queue, nor a series.
"""

from collections.abc import Collection, Sequence

import msgspec

from episodarr.connections.failures import Broken
from episodarr.deletion.systems import ManagedFile, ManagedPart, Owner
from episodarr.integrations._arr_files import ONLY_IDS, ArrFiles, Wire
from episodarr.integrations._ids import whole_id


class _File(Wire):
    id: int
    series_id: int
    path: str
    size: int


class _Episode(Wire):
    id: int
    series_id: int
    episode_file_id: int
    season_number: int
    episode_number: int
    monitored: bool


class _Statistics(Wire):
    episode_file_count: int


class _Series(Wire):
    id: int
    title: str
    path: str
    monitored: bool
    tags: list[int]
    tvdb_id: int = 0
    tmdb_id: int = 0
    statistics: _Statistics | None = None


class _QueueRow(Wire):
    id: int
    series_id: int | None = None
    episode_id: int | None = None


_file = msgspec.json.Decoder(_File)
_files = msgspec.json.Decoder(list[_File])
_episodes = msgspec.json.Decoder(list[_Episode])
_series = msgspec.json.Decoder(_Series)
_queue = msgspec.json.Decoder(list[_QueueRow])


class SonarrFiles(ArrFiles):
    """FileManager: part of the Sonarr client. A part is an episode."""

    async def managed_file(self, file_id: int) -> ManagedFile | None:
        """A file with all episodes it holds, in two requests. None only on Sonarr's own "not found"."""
        answer = await self.ask_for_one(f"/api/v3/episodefile/{whole_id(file_id)}")
        if answer is None:
            return None
        file = self.http.decode(answer, _file)
        if file.id != file_id:
            raise Broken(self.http.service, f"asked for file {file_id}, it answered with another one")
        held = await self.http.json("/api/v3/episode", _episodes, {"episodeFileId": file_id})
        return self._managed(file, held)

    async def managed_files(self, owner_id: int) -> list[ManagedFile]:
        """All files of a series, in two requests; asked twice when they contradict each other, as after an import."""
        try:
            return await self._managed_files(whole_id(owner_id))
        except _Contradiction:
            return await self._managed_files(owner_id)

    async def _managed_files(self, owner_id: int) -> list[ManagedFile]:
        of_series: dict[str, str | int] = {"seriesId": owner_id}
        answer = await self.http.ask("GET", "/api/v3/episodefile", params=of_series, bulk=True)
        files = self.http.decode(answer, _files)
        answer = await self.http.ask("GET", "/api/v3/episode", params=of_series, bulk=True)
        episodes = self.http.decode(answer, _episodes)
        if ({one.series_id for one in files} | {one.series_id for one in episodes}) - {owner_id}:
            raise _Contradiction(self.http.service, f"asked for series {owner_id}, it answered with another one, too")
        held: dict[int, list[_Episode]] = {file.id: [] for file in files}
        if len(held) != len(files):
            raise _Contradiction(self.http.service, "it lists a file twice")
        for episode in episodes:
            if episode.episode_file_id > 0:
                if episode.episode_file_id not in held:
                    raise _Contradiction(self.http.service, "an episode has a file that it does not list")
                held[episode.episode_file_id].append(episode)
        if not files:
            series = await self._one_series(owner_id)
            if series is not None and (series.statistics is None or series.statistics.episode_file_count):
                raise _Contradiction(self.http.service, "it lists no files of the series and counts some")
        return [self._managed(file, held[file.id]) for file in files]

    def _managed(self, file: _File, held: Sequence[_Episode]) -> ManagedFile:
        if not file.path.strip():
            raise Broken(self.http.service, "it does not tell where the file is")
        if any(one.episode_file_id != file.id or one.series_id != file.series_id for one in held):
            raise _Contradiction(self.http.service, "what it tells of a file and of its episodes is at odds")
        if not held:
            raise _Contradiction(self.http.service, "a file holds none of its episodes")
        parts = {one.id: ManagedPart(one.id, one.monitored, one.season_number, one.episode_number) for one in held}
        if len(parts) != len(held):
            raise _Contradiction(self.http.service, "it lists an episode twice")
        return ManagedFile(file.id, file.series_id, file.path, file.size, tuple(parts[key] for key in sorted(parts)))

    async def owner(self, owner_id: int) -> Owner | None:
        """A series with the labels of its tags. None only on Sonarr's own "not found"."""
        series = await self._one_series(whole_id(owner_id))
        if series is None:
            return None
        return Owner(
            series.id,
            series.title,
            series.path,
            await self.labels_of(series.tags),
            series.tvdb_id,
            series.tmdb_id,
            series.monitored,
        )

    async def _one_series(self, owner_id: int) -> _Series | None:
        answer = await self.ask_for_one(f"/api/v3/series/{owner_id}")
        if answer is None:
            return None
        series = self.http.decode(answer, _series)
        if series.id != owner_id or not series.path.strip():
            raise Broken(self.http.service, f"asked for series {owner_id}, it answered with another one")
        return series

    async def arriving(self, owner_id: int) -> set[int]:
        """Episodes of the series in its queue. Raises Broken when a download does not tell which it brings."""
        await self.identify()
        asked: dict[str, str | int] = {"seriesId": whole_id(owner_id), "includeEpisode": "false"}
        rows = [
            row for row in await self.http.json("/api/v3/queue/details", _queue, asked) if row.series_id == owner_id
        ]
        if any(not row.episode_id for row in rows):
            raise Broken(self.http.service, "a download of the series does not tell which episodes it brings")
        return {row.episode_id for row in rows if row.episode_id}

    async def set_monitored(self, owner_id: int, part_ids: Collection[int], *, monitored: bool) -> None:
        """Set the monitored flag of these episodes. What became of it is for `managed_file` to tell."""
        whole_id(owner_id)
        wanted = sorted({whole_id(one) for one in part_ids})
        if not wanted:
            return
        await self.identify()
        wish = {"episodeIds": wanted, "monitored": monitored}
        self.http.decode(await self.http.ask("PUT", "/api/v3/episode/monitor", content=wish), ONLY_IDS)

    async def search(self, owner_id: int, part_ids: Collection[int]) -> None:
        """Start a search for releases of these episodes."""
        whole_id(owner_id)
        wanted = sorted({whole_id(one) for one in part_ids})
        if wanted:
            await self.identify()
            await self.command("EpisodeSearch", episodeIds=wanted)

    async def delete_file(self, file_id: int) -> None:
        """Delete one file. Raises ValueError on what is no id, Broken when it is gone already or the disk is."""
        await self.delete_by_id("/api/v3/episodefile", file_id)


class _Contradiction(Broken):
    """Answers that cannot both be so; perhaps something changed between them."""
