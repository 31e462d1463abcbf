"""A house over a simulated Sonarr and a real qBittorrent, with a witness between the house and qBittorrent."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from home import Home, connections_of
from real_qbittorrent import PASSWORD, USERNAME, RealQBittorrent
from seeds import Seed, Seeds

from episodarr.connections.failures import Offline
from episodarr.connections.model import Connection, Health
from episodarr.demo.clock import RealClock
from episodarr.demo.history import write
from episodarr.demo.model import QUALITIES, Download, Episode, Release, ReleaseKind, Series, Torrent, TorrentFile
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.downloads.model import TransferFile
from episodarr.downloads.ports import TransferClient
from episodarr.episode.identity import ConnectionId
from episodarr.main import House
from episodarr.settings import read

API_KEY = "a key of real parts only"
LATE = 2.0
"""Seconds that a number may be older than qBittorrent's own: it tells news of a torrent a few times a second."""
RANKS = {"missing": 0, "grabbed": 1, "queued": 2, "stalled": 2, "downloading": 2, "downloaded": 3}
"""How far an episode is; qBittorrent itself goes to and fro between stalled and downloading."""


class Bringing:
    """A shared torrent, and which episodes each of its files holds (files that hold none are absent)."""

    def __init__(self, seed: Seed, holds: Mapping[str, Sequence[Episode]]) -> None:
        self.seed = seed
        self.holds = holds

    @property
    def key(self) -> str:
        return self.seed.key

    @property
    def episodes(self) -> list[Episode]:
        return [episode for held in self.holds.values() for episode in held]


class RealHome(Home):
    """Polls the real client, and checks every number of every poll against it."""

    def __init__(self, world: World, stack: Stack, house: House, client: RealQBittorrent) -> None:
        super().__init__(world, stack, house)
        self.client = client
        self.heard: dict[str, list[TransferFile]] = {}
        """The latest file lists that Episodarr was given."""
        self.reads: list[str] = []
        """The torrents whose file lists it was given in the last poll."""
        self.moves = 0
        """How often a number differed from that of the poll before."""
        self.cut_off = False
        """Whether the next read of file lists fails on its way."""
        self._late_since: dict[str, float] = {}

    def listen(self) -> None:
        """Hear every file list that Episodarr is given."""
        adapter: Any = next(client for _, _, client in self.house.connections.offering(TransferClient))
        ask = adapter.files_of

        async def files_of(download_ids: Collection[str]) -> dict[str, list[TransferFile]]:
            if self.cut_off:
                self.cut_off = False
                raise Offline("qBittorrent", "cut off by the test")
            found: dict[str, list[TransferFile]] = await ask(download_ids)
            self.heard |= found
            self.reads += found
            return found

        adapter.files_of = files_of

    @property
    def health(self) -> Health:
        """How the house says that qBittorrent fares."""
        connection = next(one for one in self.house.connections.all() if one.kind == "qbittorrent")
        return self.house.connections.health(connection.id)

    async def poll(self, *brought: Bringing) -> None:
        """One poll of Sonarr and qBittorrent; every number is checked, and no episode goes backwards."""
        shown = {one.key: self.numbers(one) for one in brought}
        states = {episode.id: self.state(episode) for one in brought for episode in one.episodes}
        self.world.advance()
        await self.house.followers.grabs()
        before = {one.key: self.client.files(one.key) for one in brought}
        self.reads.clear()
        report = await self.house.followers.transfers()
        assert report["message"] == ""
        for one in brought:
            self._check(one, before[one.key], self.client.files(one.key))
            self.moves += shown[one.key] != self.numbers(one)
            for episode in one.episodes:
                state = self.state(episode)
                if state == "failed":
                    assert "deselected" in self.row(episode).because
                else:
                    assert RANKS[state] >= RANKS[states[episode.id]], (episode.code, states[episode.id], state)

    def numbers(self, one: Bringing) -> dict[str, float | None]:
        """What Episodarr shows, by file; None: nothing."""
        return {name: self.progress(held[0]) for name, held in one.holds.items()}

    def _check(self, one: Bringing, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        told = {file.name.rpartition("/")[2]: file.progress for file in self.heard[one.key]}
        late = False
        for name, held in one.holds.items():
            for episode in held:
                shown = self.progress(episode)
                assert shown == told[name], f"{episode.code} is not what qBittorrent answered"
                assert shown <= after[name]["progress"], f"{episode.code} is ahead of qBittorrent"
                if one.key in self.reads:
                    assert shown >= before[name]["progress"], f"{episode.code} is behind qBittorrent"
                late = late or shown < before[name]["progress"]
        if not late:
            self._late_since.pop(one.key, None)
        since = self._late_since.setdefault(one.key, time.monotonic()) if late else time.monotonic()
        assert time.monotonic() - since < LATE, "qBittorrent has news and Episodarr does not look"

    async def follow(self, *brought: Bringing, until: Callable[[], bool], seconds: float = 30) -> None:
        """Poll until something is so."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, f"not within {seconds:.0f} s: {[self.numbers(one) for one in brought]}"
            await self.poll(*brought)
            await asyncio.sleep(0.1)

    def whole(self, *brought: Bringing) -> bool:
        """Whether every episode is shown at 100 % as downloaded."""
        episodes = [episode for one in brought for episode in one.episodes]
        return all(self.progress(one) == 1 and self.state(one) == "downloaded" for one in episodes)

    def share(self, *brought: Bringing) -> float:
        """How much of all files is shown, 0..1."""
        numbers = [number or 0.0 for one in brought for number in self.numbers(one).values()]
        return sum(numbers) / len(numbers)

    async def press_test(self) -> None:
        """What a person does who knows that qBittorrent is back: it is asked at once instead of after a pause."""
        connection = next(one for one in self.house.connections.all() if one.kind == "qbittorrent")
        result = await self.house.connections.test("qbittorrent", connection.settings, connection.id)
        assert result.ok, result


def grab(world: World, series: Series, one: Bringing, kind: ReleaseKind, episodes: Sequence[Episode] = ()) -> None:
    """Let the simulated Sonarr say that it grabbed this very torrent for these episodes (those it brings).

    The torrent that its queue needs stands still: what Sonarr says of progress is never the source.
    """
    listed = list(episodes) or one.episodes
    seed = one.seed
    files = [TorrentFile(index, f"{seed.name}/{name}", size) for index, (name, size) in enumerate(seed.files.items())]
    world.torrents[seed.key] = Torrent(
        hash=seed.key,
        name=seed.name,
        files=files,
        rate=0.0,
        added_at=world.now,
        metadata_t=world.t,
        single_file=seed.single_file,
        has_metadata=True,
    )
    title = seed.name.removesuffix(".mkv")
    release = Release(title, "Kitsune", QUALITIES["WEBDL-1080p"], kind, seed.size, series.language)
    download = Download(seed.key.upper(), series.id, tuple(each.id for each in listed), release, world.now)
    world.arrivals.downloads[download.id] = download
    for each in listed:
        write(world, "grabbed", each, release, download.id)


def begin(client: RealQBittorrent, seeds: Seeds, one: Bringing, *deselected: str, in_order: bool = False) -> None:
    """What Sonarr does next: give the torrent to qBittorrent. Some files are deselected before any byte comes."""
    client.add(one.seed.torrent, one.key, in_order=in_order)
    for name in deselected:
        client.deselect(one.key, name)
    client.meet(one.key, seeds.address)


@asynccontextmanager
async def simulated_sonarr(fill: Callable[[World], None]) -> AsyncIterator[Stack]:
    """A stack of which only Sonarr is used, in real time."""
    world = World(RealClock())
    fill(world)
    stack = Stack(world)
    await stack.start()
    try:
        yield stack
    finally:
        await stack.stop()


@asynccontextmanager
async def open_house(folder: Path, stack: Stack, client: RealQBittorrent) -> AsyncIterator[RealHome]:
    """Episodarr on a data folder, connected to the simulated Sonarr and to the real qBittorrent."""
    settings = {"url": client.url, "username": USERNAME, "password": PASSWORD}
    real = Connection(ConnectionId(0), "qbittorrent", "qBittorrent", settings, from_environment=True)
    house = House(
        read({}, data_dir=folder, api_key=API_KEY), {}, extra_connections=[*connections_of(stack, ("sonarr",)), real]
    )
    try:
        async with house.open():
            home = RealHome(stack.world, stack, house, client)
            home.listen()
            yield home
    finally:
        house.close()
