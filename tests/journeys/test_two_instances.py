"""Two Sonarr instances side by side, with the same ids for different shows (R-C9)."""

import asyncio
from pathlib import Path

from home import START, connections_of

from episodarr.catalogue.instances import Silent
from episodarr.connections.model import Connection
from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.main import House
from episodarr.overview.questions import LibraryFilter
from episodarr.settings import read


def furnished(title: str, kind: str) -> Stack:
    world = World(ManualClock(START))
    series = world.add_series(title, kind=kind)
    world.add_season(series, 1, 3)
    world.arrivals.grab(series, world.season_of(series, 1)[:1], seconds=100, metadata_after=0)
    return Stack(world)


async def journey(folder: Path) -> None:
    stacks = [furnished("Andor", "standard"), furnished("Frieren", "anime")]
    for stack in stacks:
        await stack.start()
    tv, anime = (connections_of(stack, ("sonarr",))[0] for stack in stacks)
    given = [tv, Connection(anime.id, "sonarr", "Anime", anime.settings, from_environment=True)]
    house = House(read({}, data_dir=folder), {}, stacks[0].world.clock.now, given)
    async with house.open():
        await house.instances.series(Silent())
        await house.instances.episodes(Silent())
        await house.followers.grabs()
        shows = house.overview.library(LibraryFilter(), 10, None).items
        assert [(show.title, show.connection, show.sonarr_id) for show in shows] == [
            ("Andor", "Sonarr", 1),
            ("Frieren", "Anime", 1),
        ]
        for show in shows:
            rows = house.overview.episodes(show.id, 1, 10, None).items
            assert [row.state.value for row in rows] == ["downloading", "missing", "missing"], "Sonarr's own word"
        only = house.overview.library(LibraryFilter(connection_id=shows[1].connection_id), 10, None)
        assert [show.title for show in only.items] == ["Frieren"]

        stacks[0].sonarr.faults.set("error")
        report = await house.instances.series(Silent())
        assert report["services"]["Anime"] == "ok"
        assert "500" in report["services"]["Sonarr"]
        row = house.overview.episodes(shows[1].id, 1, 10, None).items[1]
        await house.control.monitor_episodes([row.id], False)
        assert not stacks[1].world.episodes[2].monitored
        assert stacks[0].world.episodes[2].monitored, "the other instance's episode 2 is another episode"
    house.close()
    for stack in stacks:
        await stack.stop()


def test_two_instances_side_by_side(tmp_path: Path) -> None:
    asyncio.run(journey(tmp_path))
