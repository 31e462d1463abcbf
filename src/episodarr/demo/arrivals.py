"""From the grab to the library folder: what Sonarr and the download client do with each other."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from episodarr.demo import transfers
from episodarr.demo.history import write
from episodarr.demo.model import (
    QUALITIES,
    Download,
    Episode,
    EpisodeFile,
    Event,
    Release,
    ReleaseKind,
    Series,
    Stall,
    StatusMessage,
    Torrent,
    TorrentFile,
)
from episodarr.demo.naming import pack_name, single_name

if TYPE_CHECKING:
    from episodarr.demo.world import World

MATCHED_BY_ID = (
    "Found matching series via grab history, but release was matched to series by ID. "
    "Automatic import is not possible. See the FAQ for details."
)
IMPORT_AFTER = 1.5
"""Story seconds from the last byte to the begin of the import (Sonarr looks at its clients once a minute)."""
DELETED_AFTER = 0.4
"""Story seconds from the removal of a torrent to that of its files."""
IMPORT_EACH = 0.5
"""Story seconds per imported file."""


class Arrivals:
    """Grabs, the downloads that Sonarr follows, and imports."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.downloads: dict[str, Download] = {}

    def grab(
        self,
        series: Series,
        episodes: Sequence[Episode],
        *,
        kind: Literal["pack", "single"] = "single",
        title: str = "",
        group: str = "Kitsune",
        quality: str = "WEBDL-1080p",
        size: int = 1_400_000_000,
        seconds: float = 20.0,
        file_names: Sequence[str] = (),
        extras: Sequence[tuple[str, int, int]] = (),
        metadata_after: float = 1.0,
        stall: tuple[float, float] | None = None,
        version: int = 1,
    ) -> Torrent:
        """Let Sonarr send a release that covers `episodes` to qBittorrent.

        `size` is bytes per file. The transfer takes about `seconds` of story; 0 leaves it to `set_progress`. A pack has
        one file per episode, a single is one file for all of `episodes`; `file_names` (below the root folder) replace
        the invented ones. `extras` are further files as (name, bytes, priority). `stall` is (progress 0..1, seconds).
        """
        world = self._world
        grade = QUALITIES[quality]
        listed = list(episodes)
        release_kind: ReleaseKind = "seasonPack" if kind == "pack" else "singleEpisode"
        if kind == "single" and len(listed) > 1:
            release_kind = "multiEpisode"
        if not title:
            seasons = sorted({episode.season for episode in listed})
            title = (
                pack_name(series, seasons, grade, group)
                if kind == "pack"
                else single_name(series, listed, grade, group)
            )
        key = self._new_hash(title)
        files = _pack_files(series, listed, title, group, size, file_names) if kind == "pack" else []
        if kind == "single":
            name = file_names[0] if file_names else f"{title}.mkv"
            files = [TorrentFile(0, name, size, episode_ids=tuple(episode.id for episode in listed))]
        files += [
            TorrentFile(len(files) + index, f"{title}/{name}", bytes_, priority)
            for index, (name, bytes_, priority) in enumerate(extras)
        ]
        total = sum(file.size for file in files)
        torrent = Torrent(
            hash=key,
            name=title if kind == "pack" or extras else files[0].name,
            files=files,
            rate=sum(file.size for file in files if file.priority) / seconds if seconds else 0.0,
            added_at=world.now,
            metadata_t=world.t + metadata_after,
            single_file=kind == "single" and not extras,
            save_path=world.disk.folder("/downloads/tv-sonarr"),
            stall=Stall(*stall) if stall else None,
            has_metadata=metadata_after <= 0,
        )
        world.torrents[key] = torrent
        release = Release(title, group, grade, release_kind, total, series.language, version=version)
        download = Download(key.upper(), series.id, tuple(episode.id for episode in listed), release, world.now)
        self.downloads[download.id] = download
        for episode in listed:
            write(world, "grabbed", episode, release, download.id)
        world.emit(Event("Grab", series, tuple(listed), download))
        return torrent

    def add_foreign(
        self,
        name: str,
        size: int = 2 * 10**9,
        *,
        seconds: float = 60.0,
        category: str = "",
        file_names: Sequence[str] = (),
    ) -> Torrent:
        """Put a torrent into the client that Sonarr did not grab; in Sonarr's category it shows there as unknown."""
        world = self._world
        key = hashlib.sha1(
            f"{world.seed}:{world.next_id('torrent')}:{name}".encode(), usedforsecurity=False
        ).hexdigest()
        torrent = Torrent(
            hash=key,
            name=name,
            files=[
                TorrentFile(index, one if one == name else f"{name}/{one}", size // max(len(file_names), 1))
                for index, one in enumerate(file_names or [name])
            ],
            rate=size / seconds if seconds else 0.0,
            added_at=world.now,
            metadata_t=world.t,
            single_file=not file_names,
            category=category,
            save_path=world.disk.folder(f"/downloads/{category}" if category else "/downloads"),
            has_metadata=True,
        )
        world.torrents[key] = torrent
        if category == "tv-sonarr":
            language = next(iter(world.series.values())).language if world.series else None
            if language is not None:
                release = Release(name, "", QUALITIES["WEBDL-1080p"], "unknown", size, language)
                self.downloads[key.upper()] = Download(key.upper(), None, (), release, world.now, grabbed=False)
        return torrent

    def _new_hash(self, name: str) -> str:
        text = f"{self._world.seed}:{self._world.next_id('torrent')}:{name}"
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def queue(self) -> list[Download]:
        """The downloads in Sonarr's queue: those that the client still has and that are not done with."""
        return [
            download
            for download in self.downloads.values()
            if download.state not in {"imported", "ignored"} and download.id.lower() in self._world.torrents
        ]

    def busy(self, episode_id: int) -> bool:
        """Whether a download of this episode is in Sonarr's queue."""
        return any(episode_id in download.episode_ids for download in self.queue())

    def notice(self, torrent: Torrent) -> None:
        """Look whether a torrent is complete now, and let Sonarr take it."""
        world = self._world
        if not torrent.complete or torrent.completed_at is not None:
            return
        torrent.completed_at, torrent.completed_t = world.now, world.t
        world.disk.put_content((f"{torrent.save_path}/{file.name}", file.size) for file in torrent.wanted)
        download = self.downloads.get(torrent.hash.upper())
        if download is None or download.series_id is None or download.state != "downloading":
            return
        download.state = "importPending"
        world.after(IMPORT_AFTER, lambda: self._take(download))

    def _take(self, download: Download) -> None:
        world = self._world
        torrent = world.torrent_of(download.id)
        if torrent is None or download.state not in {"importPending", "importBlocked"} or download.series_id is None:
            return
        if download.block:
            download.state, download.messages = "importBlocked", download.block
            series = world.series.get(download.series_id)
            if series is not None:
                episodes = tuple(world.episodes[number] for number in download.episode_ids if number in world.episodes)
                world.emit(Event("ManualInteractionRequired", series, episodes, download))
            return
        download.state, download.messages = "importing", ()
        files = [file for file in torrent.wanted if file.episode_ids]
        imported: list[EpisodeFile] = []
        for index, file in enumerate(files):
            world.after(IMPORT_EACH * (index + 1), self._importer(download, torrent, file, imported))
        world.after(IMPORT_EACH * (len(files) + 1), lambda: self._close(download, torrent, imported))

    def _importer(
        self, download: Download, torrent: Torrent, file: TorrentFile, imported: list[EpisodeFile]
    ) -> Callable[[], None]:
        def act() -> None:
            if download.state == "importing" and torrent.hash in self._world.torrents:
                imported.extend(self._import(download, torrent, file))

        return act

    def _import(self, download: Download, torrent: Torrent, file: TorrentFile) -> list[EpisodeFile]:
        world = self._world
        episodes = [world.episodes[number] for number in file.episode_ids if number in world.episodes]
        if not episodes:
            return []
        series = world.series[episodes[0].series_id]
        old = {episode.file_id: world.files[episode.file_id] for episode in episodes if episode.file_id}
        for replaced in old.values():
            for episode in world.drop_file(replaced):
                write(world, "episodeFileDeleted", episode, replaced.release, None, file=replaced, reason="Upgrade")
        source = f"{torrent.save_path}/{file.name}"
        new = world.add_file(episodes, download.release, size=file.size, listed=False, source=source)
        world.library.look_later(new.path)
        for episode in episodes:
            write(world, "downloadFolderImported", episode, download.release, download.id, file=new)
        world.emit(Event("Download", series, tuple(episodes), download, files=(new,), replaced=tuple(old.values())))
        return [new]

    def _close(self, download: Download, torrent: Torrent, imported: list[EpisodeFile]) -> None:
        world = self._world
        if download.state != "importing" or download.series_id not in world.series:
            return
        download.state = "imported"
        series = world.series[download.series_id]
        episodes = tuple(episode for file in imported for episode in world.held_by(file))
        event = Event(
            "Download",
            series,
            episodes,
            download,
            files=tuple(imported),
            import_complete=True,
            source_path=torrent.content_path,
        )
        world.emit(event)

    # What tests and users do

    def block_import(self, torrent: Torrent, *messages: str) -> None:
        """Let the import of a download be blocked, with Sonarr's words, until Sonarr is told to process it again."""
        download = self.downloads[torrent.hash.upper()]
        words = messages or (MATCHED_BY_ID,)
        download.block = (StatusMessage(torrent.name, words),)
        if download.state == "importBlocked":
            download.messages = download.block

    def process(self, series_id: int | None = None) -> int:
        """Let Sonarr try blocked imports again, of one series or of all; tells how many."""
        tried = 0
        for download in self.queue():
            if download.state == "importBlocked" and series_id in {None, download.series_id}:
                download.block = ()
                download.state = "importPending"
                self._world.after(IMPORT_AFTER, partial(self._take, download))
                tried += 1
        return tried

    def set_progress(self, torrent: Torrent, progress: float, file: int | None = None) -> None:
        """Set how much of a torrent, or of its file with that index, is there (0..1); completes it when all is."""
        torrent.has_metadata = True
        for one in torrent.files:
            if (one.index == file) if file is not None else one.priority > 0:
                one.done = one.size * progress
        torrent.last_activity_at = self._world.now
        self.notice(torrent)

    def remove_torrent(self, torrent: Torrent, *, with_files: bool = True) -> None:
        """Take a torrent out of the client; its own files go a moment later, whoever else uses them."""
        world = self._world
        if world.torrents.pop(torrent.hash, None) is not None and with_files:
            files = [f"{torrent.save_path}/{file.name}" for file in torrent.files]
            world.after(DELETED_AFTER, lambda: world.disk.drop_content(files, torrent.save_path))

    def cross_seed(self, torrent: Torrent, *, category: str = "cross-seed") -> Torrent:
        """Put a further torrent over the same files into the client, as it is shared elsewhere."""
        world = self._world
        twin = replace(
            torrent,
            hash=self._new_hash(torrent.name),
            files=[replace(file) for file in torrent.files],
            added_at=world.now,
            category=category,
            uploaded=0.0,
        )
        world.torrents[twin.hash] = twin
        return twin

    def fail(self, torrent: Torrent, message: str = "Torrent has stalled with no connections") -> None:
        """Let Sonarr give a download up: a history row per episode, and out of the queue with its torrent."""
        world = self._world
        download = self.downloads[torrent.hash.upper()]
        download.state = "failed"
        for number in download.episode_ids:
            write(world, "downloadFailed", world.episodes[number], download.release, download.id, message=message)
        self.remove_torrent(torrent)

    def ignore(self, download: Download) -> None:
        """Take a download out of Sonarr's queue and leave it in the client."""
        download.state = "ignored"
        for number in download.episode_ids:
            write(self._world, "downloadIgnored", self._world.episodes[number], download.release, download.id)

    def client_state(self, download: Download) -> str:
        """The torrent's state in qBittorrent's words, empty when it is gone."""
        torrent = self._world.torrent_of(download.id)
        return transfers.state_of(torrent, self._world.t) if torrent else ""


def _pack_files(
    series: Series, episodes: list[Episode], title: str, group: str, size: int, names: Sequence[str]
) -> list[TorrentFile]:
    files = []
    for index, episode in enumerate(episodes):
        if index < len(names):
            name = names[index]
        elif series.kind == "anime":
            name = f"[{group}] {series.title} - {episode.number:02d} (1080p).mkv"
        else:
            name = f"{title.replace(f'S{episode.season:02d}', episode.code)}.mkv"
        spread = (episode.id * 7919) % 60_000_000
        files.append(TorrentFile(index, f"{title}/{name}", size + spread, episode_ids=(episode.id,)))
    return files
