"""A home for journeys: the real house over the simulated stack, with one clock that only the test moves."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from episodarr.catalogue.instances import Silent
from episodarr.connections.model import Connection
from episodarr.demo.clock import ManualClock
from episodarr.demo.model import Episode
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.episode.identity import ConnectionId
from episodarr.main import House
from episodarr.overview.answers import EpisodeRow, TimelineEntry
from episodarr.settings import read

START = datetime(2026, 1, 20, 12, tzinfo=UTC)


class Home:
    """What a journey does: let time pass, have everything looked at, and ask."""

    def __init__(self, world: World, stack: Stack, house: House) -> None:
        self.world, self.stack, self.house = world, stack, house

    @property
    def overview(self) -> Any:
        return self.house.overview

    async def first_sync(self) -> None:
        """What a start does."""
        await self.house.instances.series(Silent())
        await self.house.instances.episodes(Silent())
        await self.look()

    async def look(self) -> None:
        """One round of all polls."""
        self.world.advance()
        await self.house.followers.grabs()
        await self.house.followers.transfers()
        await self.house.instances.changed(Silent())
        await self.house.followers.adopt()
        await self.house.followers.imports()
        await self.house.followers.requests()
        await self.house.followers.verify()

    async def live(self, seconds: float, step: float = 2.0) -> None:
        """Let time pass with all polls running."""
        passed = 0.0
        while passed < seconds:
            self.world.clock.advance(step)  # type: ignore[attr-defined]  # the manual clock
            passed += step
            await self.look()

    async def until(self, reached: Callable[[], bool], seconds: float = 400, step: float = 2.0) -> None:
        """Live until something is so."""
        passed = 0.0
        while not reached():
            assert passed < seconds, "it never came to pass"
            await self.live(step, step)
            passed += step

    def row(self, episode: Episode) -> EpisodeRow:
        """The episode as Episodarr shows it."""
        title = self.world.series[episode.series_id].title
        found = self.overview.find_episode(title, episode.season, episode.number)
        assert found, f"{title} S{episode.season}E{episode.number} is not known"
        return found[0]

    def state(self, episode: Episode) -> str:
        return self.row(episode).state.value

    def states(self, episodes: list[Episode]) -> list[str]:
        return [self.state(episode) for episode in episodes]

    def progress(self, episode: Episode) -> float | None:
        found = self.house.board.of_episode(self.row(episode).id)
        return found[0].progress if found else None

    def timeline(self, episode: Episode) -> list[TimelineEntry]:
        return self.overview.timeline(self.row(episode).id, 200, None).items

    def show(self, title: str) -> Any:
        from episodarr.overview.questions import LibraryFilter

        return self.overview.library(LibraryFilter(search=title), 1, None).items[0]


@asynccontextmanager
async def at_home(
    folder: Path,
    fill: Callable[[World], None],
    *,
    kinds: tuple[str, ...] = ("sonarr", "qbittorrent", "jellyfin"),
    **options: Any,
) -> AsyncIterator[Home]:
    """A home over a world that `fill` furnishes; `options` are the stack's."""
    world = World(ManualClock(START))
    fill(world)
    stack = Stack(world, **options)
    await stack.start()
    house = House(read({}, data_dir=folder), {}, world.clock.now, connections_of(stack, kinds))
    try:
        async with house.open():
            yield Home(world, stack, house)
    finally:
        house.close()
        await stack.stop()


def connections_of(stack: Stack, kinds: tuple[str, ...] = ("sonarr", "qbittorrent", "jellyfin")) -> list[Connection]:
    """The stack's services as connections."""
    found = []
    for service in stack.services:
        secrets = {name: getattr(service, name) for name in ("api_key", "token", "username", "password")}
        settings = {"url": service.url} | {name: value for name, value in secrets.items() if value}
        if service.kind in kinds:
            found.append(Connection(ConnectionId(0), service.kind, service.name, settings, from_environment=True))
    return found
