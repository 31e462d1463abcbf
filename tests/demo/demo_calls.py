"""Running a stack for the length of one coroutine, and calling it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp

from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack
from episodarr.demo.world import World

Result = TypeVar("Result")


class Client:
    """A session that talks to all three services of a stack with the right credentials."""

    def __init__(self, stack: Stack, session: aiohttp.ClientSession) -> None:
        self.stack = stack
        self.session = session
        self.headers = {
            "sonarr": {"X-Api-Key": stack.sonarr.api_key},
            "qbittorrent": {},
            "jellyfin": {"Authorization": f'MediaBrowser Token="{stack.jellyfin.api_key}"'},
            "shoko": {"apikey": stack.shoko.api_key},
            "plex": {"X-Plex-Token": stack.plex.token},
        }

    async def ask(self, kind: str, path: str, method: str = "GET", **more: Any) -> tuple[int, bytes]:
        """Send one request; tells status and body."""
        url = self.stack.servers[kind].url + path
        async with self.session.request(
            method, url, headers=self.headers.get(kind, {}), allow_redirects=False, **more
        ) as answer:
            return answer.status, await answer.read()

    async def get(self, kind: str, path: str) -> Any:
        """GET of JSON that must succeed."""
        async with self.session.get(self.stack.servers[kind].url + path, headers=self.headers.get(kind, {})) as answer:
            assert answer.status == 200, (path, answer.status)
            return await answer.json()

    async def sign_in(self) -> str:
        """Sign in to qBittorrent; tells the answer's text."""
        form = {"username": "admin", "password": "adminadmin"}
        return (await self.ask("qbittorrent", "/api/v2/auth/login", "POST", data=form))[1].decode()


@asynccontextmanager
async def running(stack: Stack) -> AsyncIterator[Client]:
    """Start a stack, and stop it at the end of the block."""
    await stack.start()
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            yield Client(stack, session)
    finally:
        await stack.stop()


def with_stack(stack: Stack, act: Callable[[Client], Awaitable[Result]]) -> Result:
    """Run `act` against a running stack."""

    async def whole() -> Result:
        async with running(stack) as client:
            return await act(client)

    return asyncio.run(whole())


def small_world() -> tuple[World, ManualClock]:
    """One series with five episodes that have aired, none with a file."""
    clock = ManualClock()
    world = World(clock)
    world.add_season(world.add_series("Small Show"), 1, 5)
    return world, clock
