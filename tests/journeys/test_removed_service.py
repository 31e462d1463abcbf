"""A service that is removed for good says nothing any more; one that is only away does."""

from pathlib import Path

import pytest
from home import connections_of
from sqlalchemy import select

from episodarr.database.schema import cursors, series
from episodarr.demo.clock import ManualClock
from episodarr.demo.stack import Stack
from episodarr.demo.world import World
from episodarr.episode.state import State
from episodarr.main import House
from episodarr.settings import read

pytestmark = pytest.mark.anyio


async def test_what_a_removed_media_server_said_counts_no_more(tmp_path: Path) -> None:
    """R-D10: it was the only one that had the episode; another one of the same kind starts from nothing."""
    from home import START, Home

    world = World(ManualClock(START))
    series = world.add_series("Lighthouse Keepers")
    world.add_season(series, 1, 2)
    stack = Stack(world)
    await stack.start()
    house = House(read({}, data_dir=tmp_path), {}, world.clock.now, connections_of(stack, ("sonarr", "qbittorrent")))
    try:
        async with house.open():
            home = Home(world, stack, house)
            server = stack.jellyfin
            settings = {"url": server.url, "api_key": server.api_key}
            added = house.connections.save("jellyfin", "Jellyfin", settings)
            await home.first_sync()
            first = world.season_of(series, 1)[0]
            world.arrivals.grab(series, [first], seconds=5)
            await home.until(lambda: home.state(first) == "available")

            house.connections.remove(added)
            row = home.row(first)
            assert (row.state, row.waiting_for) == (State.IMPORTED, "a media server to list it")
            assert "Listed and playable" in [entry.text for entry in home.timeline(first)], "the log keeps it"

            world.library.hide(first)
            house.connections.save("jellyfin", "Another Jellyfin", settings)
            await home.live(30)
            assert home.state(first) == "imported"
            world.library.show(first)
            await home.until(lambda: home.state(first) == "available", 4000, 10)
    finally:
        house.close()
        await stack.stop()


@pytest.mark.parametrize("moment", ["Reading the series list", "Storing 1 changed series", "1 of 1 series read"])
async def test_one_that_is_removed_while_it_is_read_leaves_nothing_and_stops_nobody(
    tmp_path: Path, moment: str
) -> None:
    """A person may press Remove at any moment of a run."""
    from home import START

    world = World(ManualClock(START))
    world.add_season(world.add_series("Lighthouse Keepers"), 1, 2)
    stack = Stack(world)
    await stack.start()
    house = House(read({}, data_dir=tmp_path), {}, world.clock.now)
    try:
        async with house.open():
            settings = {"url": stack.sonarr.url, "api_key": stack.sonarr.api_key}
            first, second = (house.connections.save("sonarr", name, settings) for name in ("First", "Second"))

            class Steps:
                def step(self, _progress: float | None, message: str) -> None:
                    if message == moment and any(one.id == first for one in house.connections.all()):
                        house.connections.remove(first)

            listed = await house.instances.series(Steps())
            read_whole = await house.instances.episodes(Steps())

            assert {listed["services"]["Second"], read_whole["services"]["Second"]} == {"ok"}
            with house.database.reading() as db:
                assert db.execute(select(series.c.connection_id)).scalars().all() == [second]
                names = db.execute(select(cursors.c.name)).scalars().all()
            assert not [name for name in names if name.endswith(f":{first}")]
            assert [one.name for one in house.connections.all()] == ["Second"]

            house.connections.remove(second)
            third = house.connections.save("sonarr", "Third", settings)
            assert third not in {first, second}, "what the former ones said is not taken for its words"
    finally:
        house.close()
        await stack.stop()
