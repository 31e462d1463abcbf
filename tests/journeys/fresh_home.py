"""A home in which episodes are kept fresh by rounds that the test asks for."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from home import Home, at_home

from episodarr.catalogue.instances import Silent
from episodarr.database.catalogue import StoredCatalogue
from episodarr.demo.model import QUALITIES, Episode, Release, Series
from episodarr.demo.world import World
from episodarr.jobs.freshening import Freshening
from episodarr.settings import read

KINDS = ("sonarr", "jellyfin", "seerr", "tautulli")


class Fresh:
    """The home, and what keeps its episodes fresh."""

    def __init__(self, home: Home, made: Freshening) -> None:
        self.home, self.world, self.made = home, home.world, made
        self.freshness, self.open_show = made.freshness, made.open_show

    async def round(self, steps: Any = None, **more: Any) -> dict[str, Any]:
        """One round, of what a clock an hour later finds due."""
        self.pass_time(3600)
        return await self.made.keep.round(steps or Silent(), **more)

    def pass_time(self, seconds: float) -> None:
        self.world.clock.advance(seconds)  # type: ignore[attr-defined]  # the manual clock
        self.world.advance()

    def id(self, title: str) -> int:
        return self.home.show(title).id

    def follow(self, *titles: str) -> None:
        for title in titles:
            self.freshness.keep(self.id(title), "anna")

    def told(self, episode: Episode) -> tuple[str, str, Any]:
        """Title, summary and air time as Episodarr shows them."""
        detail = self.home.overview.episode(self.home.row(episode).id)
        return detail.episode.title, detail.overview, detail.episode.airs_at

    def reads(self) -> list[int]:
        """The series whose episodes Sonarr was asked for, in turn, since the last `reset` of its counts."""
        found = (
            re.fullmatch(r".*/api/v3/episode\?.*seriesId=(\d+).*", one[1]) for one in self.home.stack.sonarr.counts.log
        )
        return [int(one[1]) for one in found if one is not None]

    async def reads_of(self, work: Awaitable[Any]) -> list[int]:
        """The series that some work reads, in turn."""
        self.home.stack.sonarr.counts.reset()
        await work
        return self.reads()


def whole(world: World, title: str, seasons: int = 1, **more: Any) -> Series:
    """A show that has ended and lacks nothing."""
    series = world.add_series(title, ended=True, **more)
    release = Release(title, "GRP", QUALITIES["WEBDL-1080p"], "singleEpisode", 10**9, series.language)
    for number in range(1, seasons + 1):
        for episode in world.add_season(series, number, 2):
            episode.overview = "What happens"
            world.add_file([episode], release)
    return series


@asynccontextmanager
async def fresh_home(folder: Path, fill: Callable[[World], None], **environment: str) -> AsyncIterator[Fresh]:
    """Read once, with nothing followed."""
    async with at_home(folder, fill, kinds=KINDS) as home:
        house = home.house
        catalogue = StoredCatalogue(house.database, house.ledger, house.clock)
        made = Freshening(
            settings=read({f"EPISODARR_{name.upper()}": value for name, value in environment.items()}),
            database=house.database,
            connections=house.connections,
            catalogue=catalogue,
            instances=house.instances,
            engine=house.engine,
            clock=house.clock,
        )
        for task in made.tasks():
            house.engine.add(task)
        await home.first_sync()
        yield Fresh(home, made)
