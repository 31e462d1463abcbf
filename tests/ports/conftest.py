"""Every adapter that offers a port, over a simulated stack whose clock stands still until a test moves it.

A test module names its `PORT`; its tests that take `kind` run once for each adapter that offers it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from episodarr.connections.model import Connection
from episodarr.demo.clock import ManualClock
from episodarr.demo.model import LANGUAGES, QUALITIES, Release, Series
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.episode.identity import ConnectionId
from episodarr.integrations import all_integrations
from episodarr.integrations._http import Timeouts, make_session


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    port = getattr(metafunc.module, "PORT", None)
    if port is not None and "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", [kind for kind, found in all_integrations().items() if port in found.ports])


class Stage:
    """The stack and clients of it."""

    def __init__(self, stack: Stack, clock: ManualClock, session: aiohttp.ClientSession) -> None:
        self.stack, self.clock, self.session = stack, clock, session
        self.world = stack.world

    def client(self, kind: str, **changed: str) -> Any:
        """A new client, connected as the wizard would; `changed` settings go over the right ones."""
        service = next(service for service in self.stack.services if service.kind == kind)
        right = {"url": service.url, "api_key": service.api_key, "token": service.token, "username": service.username}
        settings = right | {"password": service.password} | changed
        client = all_integrations()[kind].connect(Connection(ConnectionId(1), kind, "Mine", settings), self.session)
        client.http.timeouts = Timeouts(total=5, bulk=5)
        return client

    async def set_fault(self, kind: str, mode: str, **options: Any) -> None:
        """Let a server misbehave, as `demo.faults` knows it, until `clear_faults`."""
        self.stack.servers[kind].faults.set(mode, **options)
        await self._followed()

    async def clear_faults(self, kind: str) -> None:
        """Let a server be well again."""
        self.stack.servers[kind].faults.clear()
        await self._followed()

    async def _followed(self) -> None:
        """The server closes and opens its socket in tasks of this loop; nothing in them takes time."""
        for _ in range(20):
            await asyncio.sleep(0)

    async def go_on(self, seconds: float) -> None:
        """Let the world's clock run."""
        self.clock.advance(seconds)
        self.world.advance()
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def world(clock: ManualClock) -> World:
    return World(clock, 3)


@pytest.fixture
def lighthouse(world: World) -> Series:
    """Two seasons of six episodes, the first one with files."""
    series = world.add_series("Lighthouse Keepers", tvdb_id=700_007)
    world.add_season(series, 1, 6)
    world.add_season(series, 2, 6)
    for episode in world.season_of(series, 1):
        release = Release(
            f"Lighthouse.Keepers.{episode.code}.1080p",
            "GRP",
            QUALITIES["WEBDL-1080p"],
            "singleEpisode",
            10**9,
            LANGUAGES["English"],
        )
        world.add_file([episode], release)
    return series


@pytest.fixture
def play(world: World, clock: ManualClock) -> Callable[..., Any]:
    """Play `story(stage)` with the stack running; options are the stack's."""

    def play(story: Callable[[Stage], Awaitable[Any]], **options: Any) -> Any:
        async def run() -> Any:
            stack = Stack(world, **options)
            await stack.start()
            try:
                async with make_session() as session:
                    return await story(Stage(stack, clock, session))
            finally:
                await stack.stop()

        return asyncio.run(run())

    return play
