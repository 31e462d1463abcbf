"""The whole simulated stack: one world and the servers over it, in a loop of yours or in a thread.

`python -m episodarr.demo.stack` starts it and prints where its services are.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal, TypeVar

from episodarr.demo import catalogue, films, jellyfin_watching, stories, tautulli
from episodarr.demo.clock import Clock, RealClock
from episodarr.demo.jellyfin import Jellyfin
from episodarr.demo.metadata import Metadata
from episodarr.demo.plex import Plex
from episodarr.demo.qbittorrent import QBittorrent
from episodarr.demo.radarr import Radarr
from episodarr.demo.seerr import ProductName, Seerr
from episodarr.demo.server import Server
from episodarr.demo.shoko import Shoko
from episodarr.demo.sonarr import Sonarr, Webhook
from episodarr.demo.tautulli import Tautulli
from episodarr.demo.tmdb import Tmdb
from episodarr.demo.tvmaze import TVmaze
from episodarr.demo.world import World

TICK = 0.25
"""Seconds between two ticks; requests bring the world up to date by themselves, ticks are for webhooks."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is and how to sign in: by `api_key`, by `token`, or by `username` and `password`."""

    kind: Literal["sonarr", "radarr", "qbittorrent", "jellyfin", "shoko", "plex", "seerr", "tautulli", "tmdb", "tvmaze"]
    name: str
    url: str
    api_key: str = ""
    username: str = ""
    password: str = ""
    token: str = ""


def living_world(clock: Clock | None = None, seed: int = 7) -> World:
    """The demo's world: the whole catalogue, with its stories about to begin."""
    world = World(clock or RealClock(), seed)
    catalogue.fill(world)
    stories.begin(world)
    films.fill(world)
    tautulli.begin(world)
    jellyfin_watching.begin(world)
    return world


class Stack:
    """The servers over one world. Without a `world` it is the demo's living one."""

    def __init__(
        self,
        world: World | None = None,
        *,
        sonarr_port: int = 0,
        qbittorrent_port: int = 0,
        jellyfin_port: int = 0,
        sonarr_base: str = "",
        jellyfin_base: str = "",
        modern_qbittorrent: bool = False,
        modern_shoko: bool = False,
        shoko_folders: dict[str, str] | None = None,
        shokofin: bool = False,
        legacy_plex: bool = False,
        seerr_product: ProductName = "Seerr",
    ) -> None:
        self.world = world if world is not None else living_world()
        self.sonarr = Sonarr(self.world, url_base=sonarr_base)
        self.radarr = Radarr(self.world)
        self.qbittorrent = QBittorrent(self.world, modern=modern_qbittorrent)
        self.jellyfin = Jellyfin(self.world, url_base=jellyfin_base)
        self.shoko = Shoko(self.world, modern=modern_shoko, folders=shoko_folders)
        self.plex = Plex(self.world, legacy=legacy_plex)
        self.seerr = Seerr(self.world, product=seerr_product)
        self.tautulli = Tautulli(self.world, plex_name=self.plex.name)
        self.metadata = Metadata(self.world)
        self.tmdb = Tmdb(self.world, self.metadata)
        self.tvmaze = TVmaze(self.world, self.metadata)
        if shokofin:
            self.jellyfin.shoko = self.shoko
        self._ports = {"sonarr": sonarr_port, "qbittorrent": qbittorrent_port, "jellyfin": jellyfin_port}
        self._ticking: asyncio.Task[None] | None = None

    @property
    def servers(self) -> dict[str, Server]:
        """The servers by kind."""
        return {
            "sonarr": self.sonarr,
            "radarr": self.radarr,
            "qbittorrent": self.qbittorrent,
            "jellyfin": self.jellyfin,
            "shoko": self.shoko,
            "plex": self.plex,
            "seerr": self.seerr,
            "tautulli": self.tautulli,
            "tmdb": self.tmdb,
            "tvmaze": self.tvmaze,
        }

    @property
    def services(self) -> list[Service]:
        """Where the services are; known once the stack has started."""
        qbittorrent = self.qbittorrent
        return [
            Service("sonarr", "Sonarr", self.sonarr.url, api_key=self.sonarr.api_key),
            Service(
                "qbittorrent",
                "qBittorrent",
                qbittorrent.url,
                username=qbittorrent.username,
                password=qbittorrent.password,
            ),
            Service("jellyfin", "Jellyfin", self.jellyfin.url, api_key=self.jellyfin.api_key),
            Service("shoko", "Shoko", self.shoko.url, api_key=self.shoko.api_key),
            Service("plex", "Plex", self.plex.url, token=self.plex.token),
            Service("seerr", "Seerr", self.seerr.url, api_key=self.seerr.api_key),
            Service("tautulli", "Tautulli", self.tautulli.url, api_key=self.tautulli.api_key),
            Service("radarr", "Radarr", self.radarr.url, api_key=self.radarr.api_key),
            Service("tmdb", "TMDB", self.tmdb.url, api_key=self.tmdb.api_key),
            Service("tvmaze", "TVmaze", self.tvmaze.url),
        ]

    def set_webhook(self, url: str, headers: dict[str, str] | None = None, *, import_complete: bool = True) -> None:
        """Let Sonarr post its events to `url` from now on."""
        self.sonarr.webhooks.append(Webhook(url, headers or {}, import_complete=import_complete))

    async def start(self) -> None:
        """Start the servers and the ticking."""
        for kind, server in self.servers.items():
            server.siblings = self.servers
            await server.start(self._ports.get(kind, 0))
        self._ticking = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Stop everything."""
        if self._ticking is not None:
            self._ticking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticking
            self._ticking = None
        for server in self.servers.values():
            await server.stop()

    async def _tick(self) -> None:
        while True:
            self.world.advance()
            await asyncio.sleep(TICK)


class StackInThread:
    """A running stack whose loop lives in a thread of its own; touch its world through `run` only."""

    def __init__(self, stack: Stack, loop: asyncio.AbstractEventLoop) -> None:
        self.stack = stack
        self.world = stack.world
        self._loop = loop

    @property
    def services(self) -> list[Service]:
        """Where the services are."""
        return self.stack.services

    def run(self, action: Callable[[], Result]) -> Result:
        """Do something in the stack's loop, up to date with the clock, and wait for its result."""

        async def act() -> Result:
            self.world.advance()
            return action()

        return asyncio.run_coroutine_threadsafe(act(), self._loop).result(30)

    def settle(self) -> None:
        """Wait until sockets follow their faults (`refuse`) and the world its clock."""

        async def act() -> None:
            self.world.advance()
            for server in self.stack.servers.values():
                await server.follow_refusal()

        asyncio.run_coroutine_threadsafe(act(), self._loop).result(30)


@contextlib.contextmanager
def run_in_thread(stack: Stack | None = None) -> Iterator[StackInThread]:
    """Run a stack (the demo's by default) in a thread as long as the block lasts."""
    made = stack or Stack()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="demo-stack", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(made.start(), loop).result(30)
        yield StackInThread(made, loop)
    finally:
        asyncio.run_coroutine_threadsafe(made.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _serve(options: argparse.Namespace) -> None:
    stack = Stack(
        living_world(RealClock(options.speed), options.seed),
        sonarr_port=options.sonarr_port,
        qbittorrent_port=options.qbittorrent_port,
        jellyfin_port=options.jellyfin_port,
        sonarr_base=options.sonarr_base,
    )
    await stack.start()
    if options.webhook:
        stack.set_webhook(options.webhook)
    for service in stack.services:
        sys.stdout.write(json.dumps(asdict(service)) + "\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await stack.stop()


def main() -> None:
    """Run the stack until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m episodarr.demo.stack", description=__doc__)
    parser.add_argument("--speed", type=float, default=1.0, help="story seconds per second")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sonarr-port", type=int, default=0)
    parser.add_argument("--qbittorrent-port", type=int, default=0)
    parser.add_argument("--jellyfin-port", type=int, default=0)
    parser.add_argument("--sonarr-base", default="", help="URL base of Sonarr, such as /sonarr")
    parser.add_argument("--webhook", default="", help="where Sonarr posts its events")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
