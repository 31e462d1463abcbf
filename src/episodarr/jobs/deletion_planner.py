"""Gathering what a plan is made of: what is stored, and what every service says of it right now."""

import asyncio
import os
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from msgspec.structs import replace

from episodarr.connections.connect import Connections
from episodarr.connections.failures import ServiceFailure
from episodarr.deletion.journal import Journal
from episodarr.deletion.limits import exceeded
from episodarr.deletion.make_plan import make_plan, path_in
from episodarr.deletion.model import NamedRule, Target
from episodarr.deletion.plan import Plan, Wish
from episodarr.deletion.propose import Refused
from episodarr.deletion.scene import (
    KnownEpisode,
    Names,
    Scene,
    SceneStore,
    SceneSystem,
    SceneTitle,
    SceneTorrent,
    StoredTitle,
    TorrentPart,
)
from episodarr.deletion.systems import (
    FileManager,
    FileRecords,
    HeldFile,
    HeldTorrent,
    LibraryShelf,
    RequestTruth,
    Root,
    TorrentKeeper,
    WasteBin,
)
from episodarr.downloads.attribute import Confidence, attribute
from episodarr.downloads.file_name import is_video
from episodarr.downloads.model import TransferFile
from episodarr.downloads.ports import DownloadStore, OpenDownload
from episodarr.jobs.deletion_calls import ServiceCalls
from episodarr.jobs.deletion_watch import KnownHere, protected

_MOST_PATHS = 5_000
"""Paths that are looked at on the disk for one plan; of others it is not known what they free."""


class ServicePlanner:
    """`deletion.delete.Planner` over the connected services."""

    def __init__(
        self,
        connections: Connections,
        calls: ServiceCalls,
        scenes: SceneStore,
        downloads: DownloadStore,
        journal: Journal,
        here: KnownHere,
        clock: Callable[[], datetime],
    ) -> None:
        self._connections = connections
        self._calls = calls
        self._scenes = scenes
        self._downloads = downloads
        self._journal = journal
        self._here = here
        self._clock = clock

    async def plan(self, wish: Wish, *, rule_id: int | None) -> Plan:
        """See Planner."""
        rule = None if rule_id is None else await asyncio.to_thread(self._here.named, rule_id)
        if rule_id is not None and rule is None:
            raise Refused("rule: is gone; nothing is deleted by it")
        stored = await asyncio.to_thread(self._scenes.titles, wish.targets)
        doubts = await self._who_watches()
        titles = [await self._title(one, rule, doubts) for one in stored if one.connection]
        unmanaged = tuple(one.title for one in stored if not one.connection)
        torrents, everything, silent = await self._torrents(titles)
        scene = Scene(
            titles=tuple(titles),
            torrents=tuple(torrents),
            all_torrents=everything,
            silent_clients=tuple(silent),
            shelves=self._systems(LibraryShelf),
            requests=self._systems(RequestTruth),
            importers=self._systems(FileRecords),
            disk=await asyncio.to_thread(_seen, titles, torrents),
            unmanaged=unmanaged,
            library_files=await asyncio.to_thread(self._scenes.files),
        )
        return await asyncio.to_thread(self._made, wish, scene, rule)

    def _made(self, wish: Wish, scene: Scene, rule: NamedRule | None) -> Plan:
        caps, now = self._journal.caps(), self._clock()
        plan = make_plan(wish, scene, self._here.keep_tags(rule), caps, now)
        over = exceeded(plan, caps, self._journal.spent_since, now, by_rule=rule is not None)
        return replace(plan, exceeded=tuple(over))

    def _systems(self, port: type[object]) -> tuple[SceneSystem, ...]:
        return tuple(SceneSystem(one.id, one.name) for one, _, _ in self._connections.offering(port))

    # ------------------------------------------------------------------ shows and movies

    async def _title(self, stored: StoredTitle, rule: NamedRule | None, doubts: tuple[str, ...]) -> SceneTitle:
        """A title as its manager tells it now. Raises ServiceFailure when it cannot be asked: then there is no plan."""
        name = self._connections.get(stored.connection).name
        number = stored.owner_id
        owner = await self._calls.call(stored.connection, FileManager, lambda asked: asked.owner(number))
        if owner is None:
            raise Refused(f"targets: {name} does not know {stored.title} any more; sync it and plan again")
        files = await self._calls.call(stored.connection, FileManager, lambda asked: asked.managed_files(number))
        arriving = await self._calls.call(stored.connection, FileManager, lambda asked: asked.arriving(number))
        roots: list[Root] = await self._calls.call(stored.connection, FileManager, lambda asked: asked.roots())
        waste: WasteBin = await self._calls.call(stored.connection, FileManager, lambda asked: asked.waste_bin())
        episodes = await asyncio.to_thread(self._episodes, stored, rule)
        return SceneTitle(
            connection=stored.connection,
            manager=name,
            owner=owner,
            roots=tuple(roots),
            waste_bin=waste,
            files=tuple(files),
            episodes=episodes,
            arriving=frozenset(arriving),
            series_id=stored.series_id,
            movie_id=stored.movie_id,
            doubts=doubts,
        )

    async def _who_watches(self) -> tuple[str, ...]:
        try:
            await self._here.look_who_watches()
        except ServiceFailure as failure:
            return (f"who is watching now is not known: {failure}",)
        return ()

    def _episodes(self, stored: StoredTitle, rule: NamedRule | None) -> tuple[KnownEpisode, ...]:
        kept = self._here.protections(stored.series_id, stored.movie_id)
        selected = [one.id for one in stored.episodes if one.selected]
        watched = self._here.watched_now(selected, stored.movie_id, stored.title)
        made = []
        for one in stored.episodes:
            target = Target(stored.series_id, one.season, one.id)
            if stored.movie_id is not None:
                target = Target(movie_id=stored.movie_id)
            stays: list[str] = []
            cautions: list[str] = []
            if one.selected and (one.file_id is not None or stored.movie_id is not None):
                stays = [why] if (why := protected(target, kept)) else []
                stays += ["somebody is watching it now"] if one.id in watched else []
                if rule is not None:
                    stays += [reason.sentence for reason in self._here.held_back(target, rule.rule.unless)]
                else:
                    cautions = self._here.cautions(target)
            told = (one.id, one.manager_id, one.season, one.number, one.title, one.selected)
            made.append(KnownEpisode(*told, tuple(stays), tuple(cautions), one.items))
        return tuple(made)

    # ------------------------------------------------------------------ torrents

    async def _torrents(
        self, titles: Sequence[SceneTitle]
    ) -> tuple[list[SceneTorrent], dict[int, tuple[HeldTorrent, ...]], list[str]]:
        """The torrents that brought what was selected. A client that cannot be asked keeps all of its own."""
        wanted = [one.id for title in titles if title.movie_id is None for one in title.episodes if one.selected]
        known = {one.download_id: one for one in await asyncio.to_thread(self._downloads.of_episodes, wanted)}
        found: list[SceneTorrent] = []
        everything: dict[int, tuple[HeldTorrent, ...]] = {}
        silent: list[str] = []
        for connection, _, client in self._connections.offering(TorrentKeeper):
            try:
                held = await self._connections.ask(connection, client.torrents())
                everything[connection.id] = tuple(held)
                for torrent in held:
                    if (download := known.get(torrent.hash)) is not None:
                        files = await self._connections.ask(connection, client.torrent_files(torrent.hash))
                        found.append(_scene_torrent(connection.id, connection.name, torrent, files or [], download))
            except ServiceFailure as failure:
                silent.append(str(failure))
                found = [one for one in found if one.connection != connection.id]
                everything.pop(connection.id, None)
        return found, everything, silent


def _scene_torrent(
    connection: int, client: str, torrent: HeldTorrent, files: Sequence[HeldFile], download: OpenDownload
) -> SceneTorrent:
    listed = [TransferFile(place, one.name, one.size, 1.0, one.wanted) for place, one in enumerate(files)]
    said = {name: (one.episodes, one.by) for name, one in download.corrections.items()}
    parts = [
        TorrentPart(file.name, tuple(one.episodes), one.confidence in {Confidence.SURE, Confidence.LIKELY})
        for file, one in zip(listed, attribute(listed, download.covered, said), strict=True)
        if file.wanted and is_video(file.name)
    ]
    return SceneTorrent(connection, client, torrent, tuple(files), tuple(parts))


def _seen(titles: Collection[SceneTitle], torrents: Collection[SceneTorrent]) -> dict[str, Names]:
    """What the disk says of the files' paths, as far as they can be seen from here."""
    selected = {part.manager_id for title in titles for part in title.episodes if part.selected}
    paths = [file.path for title in titles for file in title.files if any(part.id in selected for part in file.parts)]
    paths += [path_in(one, file.name) for one in torrents for file in one.files]
    found = {}
    for path in paths[:_MOST_PATHS]:
        try:
            told = os.stat(path, follow_symlinks=False)
        except (OSError, ValueError):
            continue
        found[path] = Names(told.st_dev, told.st_ino, told.st_nlink, told.st_size)
    return found
